"""The papers' estimators, on the weeks of simulated participants.

A :class:`Group` holds the states of its persons week by week.  A statistic of a group is a number; a contrast
sets it against its counterfactual: the untreated, the same kind of people elsewhere, or, with a cohort from
before, difference in differences.  In a paired run the counterfactual may also be the very same persons in
the run without treatment (the twin), which no experiment can observe.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
from numpy.typing import NDArray

from calibration.experiments.schema import DoseEntry, OutcomeEntry, states_of

Weeks = NDArray[np.uint8]


class Group(NamedTuple):
    """Persons (n,) and their weeks since enrolment (n, weeks)."""

    state: Weeks
    met: Weeks
    sanctioned: Weeks
    chance: NDArray[np.float32]  # of a job, weekly hazard: what was drawn from
    activated: Weeks

    def of(self, rows: NDArray[np.bool_]) -> Group:
        """Return some of the persons."""
        return Group(
            self.state[rows], self.met[rows], self.sanctioned[rows], self.chance[rows], self.activated[rows]
        )


class Answer(NamedTuple):
    """One outcome in one run: the paper's estimator, the exact effect where there is a twin, persons."""

    estimate: float
    twin: float
    persons: int


def spells(group: Group, outcome: OutcomeEntry) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Weeks until the spell ended (n,), at most ``outcome.weeks``, and whether by the exit asked for."""
    states = group.state[:, : outcome.weeks]
    outside = ~np.isin(states, states_of(outcome.spell or ["benefits"]))
    ended = outside.any(axis=1)
    first = np.where(ended, outside.argmax(axis=1), outcome.weeks - 1)
    wanted = np.isin(states[np.arange(len(states)), first], states_of(outcome.to))
    return first + 1, ended & wanted


def _survival(group: Group, outcome: OutcomeEntry) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weeks from 0 and the Kaplan-Meier share still in the spell."""
    duration, event = spells(group, outcome)
    curve = KaplanMeierFitter().fit(duration, event).survival_function_.iloc[:, 0]
    weeks = np.arange(outcome.weeks + 1, dtype=np.float64)
    at = np.searchsorted(curve.index.to_numpy(), weeks, side="right") - 1
    return weeks, curve.to_numpy()[np.maximum(at, 0)]


def _median_weeks(group: Group, outcome: OutcomeEntry) -> float:
    weeks, share = _survival(group, outcome)
    if share[-1] > 0.5:
        return float("nan")
    return float(np.interp(0.5, share[::-1], weeks[::-1]))


def _mean_weeks(group: Group, outcome: OutcomeEntry) -> float:
    _, share = _survival(group, outcome)
    return float((share[:-1] + share[1:]).sum() / 2.0)


def _exit_within(group: Group, outcome: OutcomeEntry) -> float:
    inside = np.asarray(np.isin(group.state[:, : outcome.weeks], states_of(outcome.to)))
    return 100.0 * float(inside.any(axis=1).mean())


def _share_after(group: Group, outcome: OutcomeEntry) -> float:
    return 100.0 * float(np.isin(group.state[:, outcome.weeks - 1], states_of(outcome.to)).mean())


def _exit_share(group: Group, outcome: OutcomeEntry) -> float:
    """Of those who left the spell in the weeks looked at, the share who left it for ``to``."""
    duration, event = spells(group, outcome)
    last = group.state[:, outcome.weeks - 1]
    left = (duration < outcome.weeks) | ~np.isin(last, states_of(outcome.spell or ["benefits"]))
    return 100.0 * float(event[left].mean()) if left.any() else float("nan")


def _activated(group: Group, outcome: OutcomeEntry) -> float:
    """Per cent of the weeks in the spell that are spent in an offer."""
    inside = np.isin(group.state[:, : outcome.weeks], states_of(outcome.spell or ["benefits"]))
    return 100.0 * float(group.activated[:, : outcome.weeks][inside].mean()) if inside.any() else float("nan")


def _weeks_in(group: Group, outcome: OutcomeEntry) -> float:
    return float(np.isin(group.state[:, : outcome.weeks], states_of(outcome.to)).sum(axis=1).mean())


def _at_risk(group: Group, outcome: OutcomeEntry) -> NDArray[np.bool_]:
    """Whether the spell still lasts at the beginning of each week (n, weeks)."""
    inside = np.isin(group.state[:, : outcome.weeks], states_of(outcome.spell or ["benefits"]))
    begun = np.ones((len(inside), 1), np.bool_)
    return np.concatenate([begun, np.logical_and.accumulate(inside, axis=1)[:, :-1]], axis=1)


def _job_chance(group: Group, outcome: OutcomeEntry, weeks: NDArray[np.bool_] | None = None) -> float:
    """Mean weekly hazard of a job in the spell (or in ``weeks``): the job rate before any draw."""
    at_risk = _at_risk(group, outcome) if weeks is None else weeks
    return float(group.chance[:, : outcome.weeks][at_risk].mean(dtype=np.float64))


def _interviews(group: Group, outcome: OutcomeEntry | DoseEntry) -> float:
    return float(group.met[:, : outcome.weeks].sum(axis=1).mean())


def _interview_probability(group: Group, dose: DoseEntry) -> float:
    """Share of months on benefits with an interview."""
    months = dose.weeks // 4
    shape = (len(group.met), months, 4)
    met = group.met[:, : months * 4].reshape(shape).max(axis=2)
    at_start = group.state[:, : months * 4].reshape(shape)[:, :, 0]
    at_risk = np.asarray(np.isin(at_start, states_of(["benefits"])))
    return float(met.astype(np.float64)[at_risk].mean())


STATISTICS: Mapping[str, Callable[[Group, OutcomeEntry], float]] = {
    "median_weeks": _median_weeks,
    "mean_weeks": _mean_weeks,
    "exit_within": _exit_within,
    "share_after": _share_after,
    "weeks_in": _weeks_in,
    "job_chance": _job_chance,
    "interviews": _interviews,
    "exit_share": _exit_share,
    "activated": _activated,
}
_DOSES = {"interviews": _interviews, "interview_probability": _interview_probability}


def hazard_ratio(treated: Group, control: Group, outcome: OutcomeEntry) -> float:
    """Return the Cox proportional hazard ratio of the exit, treated over control.

    Equal (weeks, exit, arm) rows are weighted, which gives the same likelihood as one row a person.
    """
    frames = []
    for arm, group in enumerate((control, treated)):
        weeks, event = spells(group, outcome)
        frames.append(pd.DataFrame({"weeks": weeks, "event": event, "arm": arm}))
    rows = pd.concat(frames).value_counts().rename("n").reset_index()
    if rows.loc[rows["event"], "arm"].nunique() < 2:
        return float("nan")
    model = CoxPHFitter().fit(rows, "weeks", "event", weights_col="n")
    return float(np.exp(model.params_["arm"]))


def sanctioned_ratio(group: Group, outcome: OutcomeEntry) -> float:
    """Return the rate of the exit in weeks under a sanction over that in other weeks (Mantel-Haenszel).

    The model sanctions at random given the state, so that timing needs no further control.
    """
    duration, event = spells(group, outcome)
    above = below = 0.0
    for week in range(1, outcome.weeks):
        at_risk = duration > week
        exits = event & (duration == week + 1)
        under = group.sanctioned[:, week - 1] == 1
        exposed, free = int((at_risk & under).sum()), int((at_risk & ~under).sum())
        if exposed and free:
            above += int((exits & under).sum()) * free / (exposed + free)
            below += int((exits & ~under).sum()) * exposed / (exposed + free)
    return above / below if below else float("nan")


def sanctioned_chance(group: Group, outcome: OutcomeEntry) -> float:
    """Return the ratio of :func:`sanctioned_ratio` for the chances of a job before any draw."""
    at_risk = _at_risk(group, outcome)
    above = below = 0.0
    for week in range(1, outcome.weeks):
        under = group.sanctioned[:, week - 1] == 1
        exposed, free = at_risk[:, week] & under, at_risk[:, week] & ~under
        n, m = int(exposed.sum()), int(free.sum())
        if n and m:
            chance = group.chance[:, week].astype(np.float64)
            above += float(chance[exposed].sum()) * m / (n + m)
            below += float(chance[free].sum()) * n / (n + m)
    return above / below if below else float("nan")


#: Ratios within one group, of weeks under a sanction over others.
_WITHIN: Mapping[str, Callable[[Group, OutcomeEntry], float]] = {
    "sanctioned_ratio": sanctioned_ratio,
    "sanctioned_chance": sanctioned_chance,
}


def _effect(outcome: OutcomeEntry, value: float, counterfactual: float) -> float:
    """Express a value against its counterfactual as the paper does."""
    if outcome.shown_as == "level":
        return value
    if outcome.shown_as == "difference":
        return value - counterfactual
    ratio = value / counterfactual if counterfactual else float("nan")
    if outcome.shown_as == "log":
        return math.log(ratio) if ratio > 0.0 else float("nan")
    return ratio if outcome.shown_as == "ratio" else 100.0 * (ratio - 1.0)


class Cohorts(NamedTuple):
    """The groups that an outcome compares; those of before are None without a cohort from before."""

    one: Group
    other: Group
    one_before: Group | None = None
    other_before: Group | None = None


def compare(cohorts: Cohorts, outcome: OutcomeEntry) -> float:
    """Return an outcome's effect; per dose where the outcome asks for it."""
    if outcome.statistic in _WITHIN:
        return _effect(outcome, _WITHIN[outcome.statistic](cohorts.one, outcome), 1.0)
    if outcome.statistic == "hazard_ratio":
        value = hazard_ratio(cohorts.one, cohorts.other, outcome)
        before = 1.0
        if cohorts.one_before is not None and cohorts.other_before is not None:
            before = hazard_ratio(cohorts.one_before, cohorts.other_before, outcome)
        effect = _effect(outcome, value, before)
    else:
        statistic = STATISTICS[outcome.statistic]
        effect = _effect(outcome, *_against(cohorts, lambda group: statistic(group, outcome)))
    return _per_dose(effect, cohorts, outcome)


def _per_dose(effect: float, cohorts: Cohorts, outcome: OutcomeEntry) -> float:
    """Return an effect times the outcome's factor, over the dose that was given where it asks for that."""
    if outcome.dose is None:
        return effect * outcome.factor
    dose = outcome.dose
    got, instead = _against(cohorts, lambda group: _DOSES[dose.statistic](group, dose))
    return effect * outcome.factor * dose.size / (got - instead) if got != instead else float("nan")


def _against(cohorts: Cohorts, statistic: Callable[[Group], float]) -> tuple[float, float]:
    """Return a group's statistic and its counterfactual."""
    value, other = statistic(cohorts.one), statistic(cohorts.other)
    if cohorts.one_before is None or cohorts.other_before is None:
        return value, other
    return value, statistic(cohorts.one_before) + other - statistic(cohorts.other_before)


def exact_effect(one: Group, unaffected: Group, outcome: OutcomeEntry) -> float:
    """Return the effect on persons whose histories without treatment are ``unaffected``, row by row.

    Chances of a job are compared in the weeks in which the person is at risk in both runs, so that who
    has left already does not matter.
    """
    if outcome.statistic != "job_chance":
        return compare(Cohorts(one, unaffected), outcome)
    both = _at_risk(one, outcome) & _at_risk(unaffected, outcome)
    effect = _effect(outcome, _job_chance(one, outcome, both), _job_chance(unaffected, outcome, both))
    return _per_dose(effect, Cohorts(one, unaffected), outcome)


def answer(columns: Mapping[str, NDArray[Any]], outcome: OutcomeEntry) -> Answer:
    """Return one outcome of one run, from the columns of its participants."""
    if outcome.of is not None:
        of = np.isin(columns["origin"], states_of(outcome.of))
        columns = {name: each[of] for name, each in columns.items()}
    everybody = Group(*(columns[name] for name in Group._fields))
    here, after = columns["place"] == 1, columns["after"] == 1
    treated = here & after & (columns["treated"] == 1)
    untreated = here & after & (columns["treated"] == 0)
    one_name, _, other_name = outcome.contrast.partition("_")
    one = treated if one_name == "treated" else untreated
    other = {"untreated": untreated, "elsewhere": ~here & after, "": one}[other_name]
    twin = float("nan")
    if "twin_state" in columns and one.any():
        unaffected = Group(*(columns[f"twin_{name}"] for name in Group._fields))
        twin = exact_effect(everybody.of(one), unaffected.of(one), outcome)
    if not one.any() or not other.any():
        return Answer(float("nan"), twin, int(one.sum() + other.sum()))
    cohorts = Cohorts(everybody.of(one), everybody.of(other))
    if other_name == "elsewhere" and (~after).any():
        before = (here & ~after, ~here & ~after)
        cohorts = cohorts._replace(one_before=everybody.of(before[0]), other_before=everybody.of(before[1]))
    return Answer(compare(cohorts, outcome), twin, int(one.sum() + other.sum()))
