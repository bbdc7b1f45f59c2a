"""Ageing: birthdays, early retirement, pension age and the sixteen-year-olds who follow.

In the week of the birthday:

* at 67 (state pension age) the person leaves the population; so does a disability pensioner who dies
  (``ageing.pensioner_mortality``); the record is taken over by a sixteen-year-old in education in the same
  municipality, with new traits and a new identity in every draw, so that the number of people is constant
  (assumption);
* from 60, workers and people outside enter early retirement with ``ageing.early_retirement_rate`` a year by
  age;
* at 18, 20, 22, 25 and then every five years the quiet spell's end is drawn anew, because risks depend on
  age.

Switch: ``ageing``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose, normal, uniform, uniform_pair, words
from sim.engine.prefetch import person_ahead, prefetch
from sim.mechanisms.flows import QuietFlows
from sim.mechanisms.transition import IS_CLIENT, Moves, Now, draw_quiet_event
from sim.states import State
from sim.world.citizens import NEVER, Calendar, Contact, Person, Programme, Status

PENSION_AGE = 67
FIRST_AGE = 16
_AGEING, _RETIRE, _NEW = int(Purpose.AGEING), int(Purpose.EARLY_RETIREMENT), int(Purpose.NEWCOMER)
_EMPLOYED, _OUTSIDE = int(State.EMPLOYED), int(State.OUTSIDE)
_PENSION, _EARLY = int(State.FOERTIDSPENSION), int(State.EARLY_RETIREMENT)
_GENERATION = np.uint32(1 << 30)


class AgeingRules(NamedTuple):
    """Demography; shares are of newcomers."""

    early_retirement: NDArray[np.float64]  # (7,) yearly, at 60..66
    mortality: float  # yearly, disability pensioners
    education: NDArray[np.float64]  # (4,) cumulative shares a newcomer will reach
    barrier: NDArray[np.float64]  # (3,) cumulative
    insured: float
    provider: float
    ready: float
    trust: float


@kernel
def _celebrate(
    now: Now,
    born: NDArray[np.int64],
    person: Person,
    status: Status,
    calendar: Calendar,
    flows: QuietFlows,
    r: AgeingRules,
    who: NDArray[np.int32],
    gone: NDArray[np.int32],
) -> tuple[int, int]:
    n, left = 0, 0
    for at in range(born.size):
        i, later = born[at], person_ahead(born, at)
        prefetch(person, later)
        prefetch(status, later)
        age = now.year - person.birth_year[i]
        state = status.state[i]
        u, v = 1.0, 1.0
        if age >= 60 or state == _PENSION:
            u, v = uniform_pair(now.key, _AGEING, person.key[i], now.year)
        if age >= PENSION_AGE or (state == _PENSION and u < r.mortality):
            gone[left] = i
            left += 1
        elif age >= 60 and state in (_EMPLOYED, _OUTSIDE) and v < r.early_retirement[age - 60]:
            who[n] = i
            n += 1
        elif not IS_CLIENT[state] and (age in (18, 20, 22) or (age >= 25 and age % 5 == 0)):
            draw_quiet_event(i, now, person, status, calendar, flows)
    return n, left


@kernel
def become_newcomers(
    now: Now,
    gone: NDArray[np.int32],
    person: Person,
    status: Status,
    contact: Contact,
    programme: Programme,
    r: AgeingRules,
) -> None:
    """Give the records of those who have left to sixteen-year-olds with traits of their own."""
    for i in gone:
        key = person.key[i] + _GENERATION
        person.key[i] = key
        person.sex[i] = words(now.key, _NEW, key, 0)[0] & np.uint64(1)
        person.law_row[i] = person.municipality[i]
        person.birth_year[i] = now.year - FIRST_AGE
        person.education[i] = np.searchsorted(r.education, uniform(now.key, _NEW, key, 1))
        person.barrier[i] = np.searchsorted(r.barrier, uniform(now.key, _NEW, key, 2))
        person.insured[i] = uniform(now.key, _NEW, key, 3) < r.insured
        person.provider[i] = uniform(now.key, _NEW, key, 4) < r.provider
        person.ready[i] = person.barrier[i] == 0 and uniform(now.key, _NEW, key, 6) < r.ready
        person.employability[i] = normal(now.key, _NEW, key, 5)
        _forget(i, now.week, r.trust, status, contact, programme)


@part
def _forget(i: int, week: int, trust: float, s: Status, k: Contact, g: Programme) -> None:
    """Clear the former person's clocks."""
    s.refund_weeks[i] = 0
    s.history_0[i] = np.uint64(0)
    s.history_1[i] = np.uint64(0)
    s.history_2[i] = np.uint64(0)
    s.history_week[i] = week
    s.dagpenge_weeks[i] = 0
    s.graduate[i] = 0
    s.weeks_supported[i] = 0
    s.weeks_employed[i] = 0
    k.last_interview[i] = NEVER
    k.last_offer[i] = NEVER
    k.sanction_until[i] = NEVER
    k.trust[i] = np.float32(trust)
    k.belief[i] = np.float32(0.0)
    g.ended[i] = NEVER
    g.last[i] = 0


def celebrate_birthdays(
    now: Now, person: Person, status: Status, calendar: Calendar, flows: QuietFlows, r: AgeingRules
) -> tuple[Moves, NDArray[np.int32]]:
    """Decide the week's birthdays: who retires early, and who leaves the population."""
    born = np.flatnonzero(calendar.birth_week == now.week_of_year)
    who, gone = np.empty(born.size, np.int32), np.empty(born.size, np.int32)
    n, left = _celebrate(now, born, person, status, calendar, flows, r, who, gone)
    return Moves(who[:n], np.full(n, _EARLY, np.uint8)), gone[:left]
