"""The registered measures of calibration: each takes what was observed of a world and gives one number.

A target names one of these functions and its arguments.  A function returns NaN where what it needs was not
observed: outcomes read from a results folder carry no week-by-week record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from calibration.targets import Target
from calibration.watch import Watch
from sim.data import municipalities
from sim.start.first_people import Records
from sim.states import State

NOT_OBSERVED = float("nan")
YEAR_WEEKS = 52
#: A cross-section with fewer municipalities than this says nothing.
MOST_MUNICIPALITIES = 90


class Observed(NamedTuple):
    """What was seen of an unreformed world.

    ``outcomes`` has the columns period, municipality, group, measure, value; ``year`` is the year compared.
    ``under`` holds what was seen of the same world under the law of another year, by the name of that law;
    ``people`` the records to begin another run with, if they were asked for.
    """

    outcomes: pd.DataFrame
    year: int
    watch: Watch | None = None
    under: Mapping[str, Observed] | None = None
    people: Records | None = None

    def value(self, measure: str, group: str, *, period: str | None = None, municipality: int = 0) -> float:
        """Return one cell of the outcomes, NaN if the world does not report it."""
        o = self.outcomes
        o = o[o["municipality"] == municipality]  # first: text is compared slowly
        cell = o.loc[
            (o["measure"] == measure) & (o["group"] == group) & (o["period"] == (period or str(self.year))),
            "value",
        ]
        return float(cell.iloc[0]) if len(cell) else NOT_OBSERVED


Moment = Callable[..., float]
MOMENTS: dict[str, Moment] = {}


def moment(function: Moment) -> Moment:
    """Register a measure under the function's name."""
    MOMENTS[function.__name__] = function
    return function


@moment
def outcome(seen: Observed, measure: str, group: str) -> float:
    """Return a reported measure of the year as it is."""
    return seen.value(measure, group)


@moment
def stock(seen: Observed, group: str) -> float:
    """Return the mean number of persons in a state or aggregate over the year."""
    return seen.value("stock", group)


@moment
def readiness(seen: Observed, states: Mapping[str, str]) -> float:
    """Return the mean number over the year in several states, each all, ready or not_ready."""
    if seen.watch is None:
        return NOT_OBSERVED
    return sum(seen.watch.mean_stock(state, kind) for state, kind in states.items())


@moment
def net_unemployed(seen: Observed) -> float:
    """Return the mean number of gross unemployed who are in no programme."""
    watch = seen.watch
    return NOT_OBSERVED if watch is None else watch.idle_weeks * watch.weight / watch.weeks


@moment
def touched(seen: Observed, group: str) -> float:
    """Return the number of different persons in a state during the year."""
    return seen.value("touched", group)


@moment
def inflow(seen: Observed, group: str) -> float:
    """Return the entries into a state in the year."""
    return seen.value("inflow", group)


@moment
def job_starts_per_employee(seen: Observed) -> float:
    """Return hires over the mean number of employed."""
    return seen.value("job_starts", "all") / seen.value("stock", "employed")


@moment
def interviews_in_weeks(seen: Observed, state: str, first: int, last: int) -> float:
    """Return interviews a person-year in weeks first to last of the spell."""
    return NOT_OBSERVED if seen.watch is None else seen.watch.interview_rate(state, first, last)


@moment
def interviews_after_registration(seen: Observed, state: str, first: int) -> float:
    """Return interviews held from week ``first`` of the spell on, over the person-years of all its weeks."""
    return NOT_OBSERVED if seen.watch is None else seen.watch.interviews_since(state, first)


@moment
def state_a_year_later(seen: Observed, origin: Sequence[str], destination: Sequence[str]) -> float:
    """Return the per cent of those in one set of states at the year's start who are in another at its end."""
    if seen.watch is None or seen.watch.first_of_year is None:
        return NOT_OBSERVED
    before = np.isin(seen.watch.first_of_year, _numbers(origin))
    after = np.isin(seen.watch.states[-1], _numbers(destination))
    return 100 * float(np.count_nonzero(before & after)) / float(np.count_nonzero(before))


@moment
def survey_flow(
    seen: Observed, origin: Sequence[str], destination: Sequence[str], surveyed: float, employed: float
) -> float:
    """Return the per cent of the survey's employed who are unemployed a year later, on the survey's count.

    The share of the model's destination at the year's end that came from the origin at its start, times how
    many the survey finds in the destination, over how many it finds employed.
    """
    if seen.watch is None or seen.watch.first_of_year is None:
        return NOT_OBSERVED
    before = np.isin(seen.watch.first_of_year, _numbers(origin))
    after = np.isin(seen.watch.states[-1], _numbers(destination))
    share = float(np.count_nonzero(before & after)) / float(np.count_nonzero(after))
    return 100 * share * surveyed / employed


@moment
def long_spell_share(seen: Observed, state: str) -> float:
    """Return the per cent of a year's recipients whose spell reached more than 52 weeks within the year."""
    if seen.watch is None:
        return NOT_OBSERVED
    longest = seen.watch.longest[State[state.upper()]]
    return 100 * float(np.count_nonzero(longest > YEAR_WEEKS)) / float(np.count_nonzero(longest))


@moment
def long_spell_weeks_share(seen: Observed, state: str) -> float:
    """Return the per cent of a year's recipient-weeks of persons with a spell over 52 weeks."""
    if seen.watch is None:
        return NOT_OBSERVED
    number = State[state.upper()]
    weeks = seen.watch.weeks_in[number]
    return 100 * float(weeks[seen.watch.longest[number] > YEAR_WEEKS].sum()) / float(weeks.sum())


@moment
def search_time_share(seen: Observed, least: int = 0, most: int = 10_000) -> float:
    """Return the per cent of the third quarter's gross unemployed with least to most weeks so far."""
    if seen.watch is None:
        return NOT_OBSERVED
    weeks = seen.watch.unemployed_for
    return 100 * float(weeks[least : most + 1].sum()) / float(weeks.sum())


@moment
def long_on_benefits(seen: Observed, states: Sequence[str], month: int) -> float:
    """Return the mean number in a month, in the states, with over 52 unbroken weeks of temporary benefits."""
    watch = seen.watch
    if watch is None or not watch.weeks_of_month[month]:
        return NOT_OBSERVED
    weeks = sum(int(watch.course_for[month, s][YEAR_WEEKS + 1 :].sum()) for s in _numbers(states))
    return weeks * watch.weight / watch.weeks_of_month[month]


@moment
def long_supported(seen: Observed, state: str, age: int, weeks: int) -> float:
    """Return the per cent in a state, of an age or more, with that many weeks on the refund clock."""
    watch = seen.watch
    if watch is None or watch.end is None:
        return NOT_OBSERVED
    old_enough = seen.year - watch.end.birth_year >= age
    persons = np.flatnonzero((watch.end.state == State[state.upper()]) & old_enough)
    return 100 * float(np.mean(watch.weeks_supported(persons) >= weeks)) if len(persons) else NOT_OBSERVED


@moment
def lasting_job_share(seen: Observed, states: Sequence[str]) -> float:
    """Return the per cent of first-year exits to work that are followed by 52 weeks of work."""
    if seen.watch is None or len(seen.watch.states) <= YEAR_WEEKS:
        return NOT_OBSERVED
    weekly = seen.watch.states
    numbers = _numbers(states)
    exits = lasting = 0
    worked = np.zeros(len(weekly[0]), np.uint8)  # unbroken weeks of work from a week on, at most 52
    for week in reversed(range(1, len(weekly))):
        worked = np.where(weekly[week] == State.EMPLOYED, np.minimum(worked + 1, YEAR_WEEKS), 0).astype(
            np.uint8
        )
        if week + YEAR_WEEKS > len(weekly):
            continue
        left = np.isin(weekly[week - 1], numbers) & (weekly[week] == State.EMPLOYED)
        exits += int(np.count_nonzero(left))
        lasting += int(np.count_nonzero(left & (worked == YEAR_WEEKS)))
    return 100 * lasting / exits if exits else NOT_OBSERVED


@moment
def month_ratio(seen: Observed, group: str, month: int) -> float:
    """Return the stock of a month over the mean of the year's twelve months."""
    months = [seen.value("stock", group, period=f"{seen.year}-M{m:02d}") for m in range(1, 13)]
    return months[month - 1] / float(np.mean(months))


@moment
def municipal_correlation(
    seen: Observed, column: str, measure: str, group: str, per_head: bool = False
) -> float:
    """Return the correlation of a reported measure with a data column over the 98 municipalities.

    Weighted by inhabitants of working age; with ``per_head`` both sides are divided by them.
    """
    facts = municipalities()
    people = facts["population_18_64_derived"]
    o = seen.outcomes
    rows = o[(o["measure"] == measure) & (o["group"] == group) & (o["period"] == str(seen.year))]
    model = rows[rows["municipality"] != 0].set_index("municipality")["value"].reindex(facts.index)
    data = facts[column]
    pairs = pd.DataFrame({"model": model, "data": data, "people": people}).dropna()
    if len(pairs) < MOST_MUNICIPALITIES:
        return NOT_OBSERVED
    if per_head:
        pairs[["model", "data"]] = pairs[["model", "data"]].div(pairs["people"], axis=0)
    together = np.cov(pairs["model"], pairs["data"], aweights=pairs["people"])
    return float(together[0, 1] / np.sqrt(together[0, 0] * together[1, 1]))


@moment
def trial(seen: Observed, trial: str) -> float:
    """Return NaN: a published experiment is measured by a virtual trial, not by an unreformed world."""
    return NOT_OBSERVED


def _numbers(states: Sequence[str]) -> list[int]:
    return [int(State[name.upper()]) for name in states]


def measure_target(seen: Observed, target: Target) -> float:
    """Return the model's counterpart of a target, in the world under the law in which it was counted.

    NaN where that world was not observed.
    """
    if target.law is None:
        return measure(seen, target.measure, target.arguments)
    other = (seen.under or {}).get(target.law)
    return NOT_OBSERVED if other is None else measure(other, target.measure, target.arguments)


def measure(seen: Observed, name: str, arguments: Mapping[str, Any]) -> float:
    """Return a registered measure of what was observed."""
    return MOMENTS[name](seen, **arguments)
