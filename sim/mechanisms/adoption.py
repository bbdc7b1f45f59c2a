"""Adoption: what has worked where it was tried is taken over elsewhere, with a lag.

A trial is what a reform changes in some municipalities for a time.  Who follows trials (``adoption.share`` of
the others, drawn once; 1: it becomes law for all) counts who leaves benefits for self-support from then on.
When a trial has run ``adoption.measured_weeks``, its result is

    ln(exits / expected exits where tried) - ln(exits / expected elsewhere),  less the same of the time before

with expected exits at the country's rates by target group.  If it is at least ``adoption.least_gain``, those
who follow take the trial's rules over ``adoption.lag_weeks`` later, for good, with what it costs to begin;
where it was tried they stay.  Else the trial ends as it was to.  A trial is judged as a whole, and once.
In a sample of the people the result has the luck of the sample.

Evidence: none for the rule (assumption); small trials disagree (E2-C09), and incentives act only where they
are pursued (C158).  Switch: ``adoption``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.draws import own_purpose, uniforms
from sim.law import Law
from sim.lookup import SELF_SUPPORTED
from sim.mechanism import Mechanism, act
from sim.parameters import Change, ParameterSet, with_values
from sim.states import NOBODY
from sim.vocabulary import Group
from sim.world.columns import NEVER
from sim.world.world import World

PARAMETERS = """
adoption.share:
  label: Share of municipalities that take over what has worked where it was tried
  label_da: Andel af kommuner, der overtager det, der har virket, hvor det blev prøvet
  kind: assumption
  unit: share
  values: {2016-01-01: 0}
  bounds: [0, 1]
  range: [0, 1]
  reason: 0 by definition; 1 where good results become law for all. Without effect while nothing is tried.
  mechanism: adoption
adoption.measured_weeks:
  label: Weeks for which a trial is measured before its result is known
  label_da: Uger, et forsøg måles, før resultatet kendes
  kind: assumption
  unit: weeks
  values: {2016-01-01: 52}
  bounds: [4, 520]
  range: [26, 156]
  reason: Not laid down; a year, so that every season is in it. Without effect while nobody follows trials.
  mechanism: adoption
adoption.lag_weeks:
  label: Weeks from a trial's result until others have taken it over
  label_da: Uger fra et forsøgs resultat, til andre har overtaget det
  kind: assumption
  unit: weeks
  values: {2016-01-01: 26}
  bounds: [1, 520]
  range: [13, 104]
  reason: >-
    Not measured. Half a year to decide and prepare; a law takes a year. Without effect while nobody follows
    trials.
  mechanism: adoption
adoption.least_gain:
  label: Least gain in exits to self-support with which a trial is said to work
  label_da: Mindste gevinst i afgang til selvforsørgelse, ved hvilken et forsøg siges at virke
  kind: assumption
  unit: log points
  values: {2016-01-01: 0}
  bounds: [-1, 1]
  range: [-0.01, 0.03]
  reason: Not laid down; no fewer exits than elsewhere. Without effect while nobody follows trials.
  mechanism: adoption
"""
_FOLLOWS = own_purpose("adoption.follows")
#: Where the mechanism keeps what it has counted, and who takes over.
_COUNTS, _FROM = "adoption.counts", "adoption.from"
_A_WEEK = timedelta(weeks=1)
_BEFORE, _DURING, _GROUPS = 0, 1, len(Group)
#: Guard of divisions: fewer exits than one person has.
_NO_EXITS = 1e-9


class AdoptionRules(NamedTuple):
    """m = municipalities."""

    share: float
    measured_weeks: int
    lag_weeks: int
    least_gain: float


def rules(law: Law) -> AdoptionRules:
    """Return who takes over what, and when."""
    r = law.country
    return AdoptionRules(
        share=r.scalar("adoption.share") * float(law.on("adoption")),
        measured_weeks=round(r.scalar("adoption.measured_weeks")),
        lag_weeks=round(r.scalar("adoption.lag_weeks")),
        least_gain=r.scalar("adoption.least_gain"),
    )


class Counts(NamedTuple):
    """What has been seen, before the trial and during it; m = municipalities, g = target groups."""

    exits: NDArray[np.float64]  # (2, m, g)
    weeks: NDArray[np.float64]  # (2, m, g) of people on benefits


class TakeOver(NamedTuple):
    """Who takes a trial over, and when."""

    week: NDArray[np.int64]  # (1,) of the run; NEVER: not so far
    follows: NDArray[np.bool_]  # (m,)


def trial_of(parameters: ParameterSet, day: date) -> tuple[Change, ...]:
    """Return the changes of reforms that some municipalities have for a time, begun by a day."""
    found = (each for each in parameters.changes if each.origin.kind == "reform")
    return tuple(c for c in found if c.municipalities is not None and c.until is not None and c.start <= day)


def is_tried(trial: tuple[Change, ...], codes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return where something is tried (m,)."""
    tried: set[int] = set().union(*(each.municipalities or frozenset() for each in trial))
    return np.array([int(code) in tried for code in codes])


def result_of(counts: Counts, tried: NDArray[np.bool_]) -> float:
    """Return the log ratio of exits to expected ones where something is ``tried`` (m,) to elsewhere.

    Less the same of the time before, where somebody was counted then.
    """
    found = 0.0
    for period, sign in ((_DURING, 1.0), (_BEFORE, -1.0)):
        exits, weeks = counts.exits[period], counts.weeks[period]
        expected = weeks @ (exits.sum(axis=0) / np.maximum(weeks.sum(axis=0), 1.0))
        here, there = exits[tried].sum(), exits[~tried].sum()
        if min(here, there) > 0.0:
            found += sign * float(np.log(here / max(expected[tried].sum(), _NO_EXITS)))
            found -= sign * float(np.log(there / max(expected[~tried].sum(), _NO_EXITS)))
    return found


def _count(world: World, period: int, counts: Counts) -> None:
    """Add the week's clients, and those of them who have left for self-support."""
    k, m = world.clients.settled, len(world.codes)
    at = k.person.municipality.astype(np.int64) * _GROUPS + k.spell.group
    here, left = k.state != NOBODY, np.flatnonzero(k.state == NOBODY)
    left = left[SELF_SUPPORTED[world.people.status.state[k.id[left]]] > 0]
    for rows, into in ((here, counts.weeks), (left, counts.exits)):
        into[period] += np.bincount(at[rows], minlength=m * _GROUPS).reshape(m, _GROUPS)


@act("adoption", writes=(f"memory.{_COUNTS}", f"memory.{_FROM}", "stale"), purposes=(_FOLLOWS,))
def follow_trials(world: World, r: AdoptionRules) -> None:
    """Count exits where something is tried and elsewhere; in time, decide who takes it over."""
    if r.share <= 0.0:
        return
    m, week = len(world.codes), world.now.week
    fresh = Counts(np.zeros((2, m, _GROUPS)), np.zeros((2, m, _GROUPS)))
    counts: Counts = world.memory.setdefault(_COUNTS, fresh)
    by: TakeOver = world.memory.setdefault(_FROM, TakeOver(np.array([NEVER]), np.zeros(m, np.bool_)))
    monday = world.terms.week_of(world.now).monday
    trial = trial_of(world.terms.worlds[0], monday)
    _count(world, _DURING if trial else _BEFORE, counts)
    if trial and by.week[0] == NEVER:
        begun = min(each.start for each in trial)
        weeks = (monday - begun).days // _A_WEEK.days + 1
        tried = is_tried(trial, world.codes)
        if weeks == r.measured_weeks and not tried.all() and result_of(counts, tried) >= r.least_gain:
            u = uniforms(world.now.key, _FOLLOWS, world.codes.astype(np.uint32), 0)
            by.week[0], by.follows[:] = week + r.lag_weeks, ~tried & (u < r.share)
    world.stale = world.stale or bool(by.week[0] == week + 1)


def kept(trial: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return a trial that goes on where it is tried: what lasted to its end has none any more."""
    end = max(each.until for each in trial if each.until is not None)
    return tuple(replace(each, until=None) if each.until == end else each for each in trial)


def taken_over(trial: tuple[Change, ...], day: date) -> tuple[Change, ...]:
    """Return a trial as it begins everywhere on a day, for good, with what it costs to begin."""
    later = day - min(each.start for each in trial)

    def moved(each: Change) -> Change:
        values = tuple((then + later, value) for then, value in each.values)
        until = each.until if each.until is None else each.until + later
        return replace(each, values=values, until=until, municipalities=None)

    return tuple(moved(each) for each in kept(trial))


def with_adopted(law: Law, world: World) -> Law:
    """Return the law with a trial's rules where they have been taken over; the same if nobody has."""
    by: TakeOver | None = world.memory.get(_FROM)
    if by is None or by.week[0] == NEVER or world.now.week < by.week[0]:
        return law
    terms, monday = world.terms, world.terms.week_of(world.now).monday
    own = terms.worlds[0]
    begins = (terms.start + int(by.week[0])).monday
    trial = trial_of(own, begins)
    others = tuple(each for each in own.changes if each not in trial)
    tried = is_tried(trial, world.codes)
    values: dict[str, NDArray[np.float64]] = {}
    for chosen, changes in ((tried, kept(trial)), (by.follows, taken_over(trial, begins))):
        there = ParameterSet(own, (*others, *changes))
        resolved = there.at(monday, world.codes)
        for name in sorted({each.name for each in trial}):
            rows = values.get(name, law.country[name]).copy()
            rows[chosen] = resolved[name][chosen]
            values[name] = rows
        coming = there.change_dates(monday, terms.days[1])
        terms.next_change = min((terms.next_change, *coming))
    now = {name: np.concatenate([rows] * law.arms) for name, rows in values.items()}
    return law._replace(now=with_values(law.now, now), country=with_values(law.country, values))


MECHANISMS = (
    Mechanism(
        name="adoption",
        label="What has worked where it was tried is taken over elsewhere",
        label_da="Det, der har virket, hvor det blev prøvet, overtages af andre",
        equation="the trial's rules, if ln(exits / expected) tried - elsewhere >= least gain, after a lag",
        evidence="E2-C09, C158; assumption",
        when_off="a trial ends as it was to, and nobody takes it over",
        rules=rules,
    ),
)
