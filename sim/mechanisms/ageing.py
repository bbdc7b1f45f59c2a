"""Ageing: birthdays, early retirement, pension age and the sixteen-year-olds who follow.

In the week of the birthday:

* at 67 (state pension age) the person leaves the population; so does a disability pensioner who dies
  (``ageing.pensioner_mortality``); the record is taken over by a sixteen-year-old in education in the same municipality,
  with new traits and a new identity in every draw, so that the number of people is constant (assumption);
* from 60, workers and people outside enter early retirement with ``ageing.early_retirement_rate`` a year by age;
* at 18, 20, 22, 25 and then every five years the quiet spell's end is drawn anew, because risks depend on age.

Switch: ``ageing``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel
from sim.draws import Purpose, normal, uniform, uniform_pair, words
from sim.mechanisms.transition import GONE, IS_CLIENT, Now, World, arrive, draw_threshold, enter_state, leave_state
from sim.states import State
from sim.world.citizens import NEVER

PENSION_AGE = 67
FIRST_AGE = 16
_AGEING, _RETIRE, _NEW = int(Purpose.AGEING), int(Purpose.EARLY_RETIREMENT), int(Purpose.NEWCOMER)
_EMPLOYED, _OUTSIDE, _EDUCATION = int(State.EMPLOYED), int(State.OUTSIDE), int(State.EDUCATION)
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


@kernel
def celebrate_birthdays(now: Now, world: World, r: AgeingRules) -> int:
    """Carry out the week's birthdays; returns how many left the population."""
    person, status = world.citizens.person, world.citizens.status
    left = 0
    for i in range(status.state.size):
        if person.birth_week[i] != now.week_of_year:
            continue
        age = now.year - person.birth_year[i]
        state = status.state[i]
        u, v = uniform_pair(now.key, _AGEING, person.key[i], now.year)
        if age >= PENSION_AGE or (state == _PENSION and u < r.mortality):
            _renew(i, now, world, r)
            left += 1
        elif age >= 60 and (state == _EMPLOYED or state == _OUTSIDE) and v < r.early_retirement[age - 60]:
            enter_state(i, _EARLY, now, world)
        elif not IS_CLIENT[state] and (age in (18, 20, 22) or (age >= 25 and age % 5 == 0)):
            draw_threshold(i, now, world)
    return left


@kernel
def _renew(i: int, now: Now, world: World, r: AgeingRules) -> None:
    """Replace a person who leaves the population by a sixteen-year-old."""
    c = world.citizens
    m = c.person.municipality[i]
    leave_state(i, GONE, now, world)
    key = c.person.key[i] + _GENERATION
    c.person.key[i] = key
    w = words(now.key, _NEW, key, 0)
    c.person.sex[i] = w[0] & np.uint64(1)
    c.person.birth_year[i] = now.year - FIRST_AGE
    c.person.education[i] = np.searchsorted(r.education, uniform(now.key, _NEW, key, 1))
    c.person.barrier[i] = np.searchsorted(r.barrier, uniform(now.key, _NEW, key, 2))
    c.person.insured[i] = uniform(now.key, _NEW, key, 3) < r.insured
    c.person.provider[i] = uniform(now.key, _NEW, key, 4) < r.provider
    c.person.ready[i] = c.person.barrier[i] == 0
    c.person.employability[i] = normal(now.key, _NEW, key, 5)
    _forget(i, now.week, world)
    world.tally.flows[m, GONE, _EDUCATION] += 1
    world.tally.stock[m, _EDUCATION] += 1
    arrive(i, _EDUCATION, now, world)


@kernel
def _forget(i: int, week: int, world: World) -> None:
    """Clear the former person's clocks."""
    s, k, g = world.citizens.status, world.citizens.contact, world.citizens.programme
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
    k.trust[i] = np.float32(0.5)
    k.belief[i] = np.float32(0.0)
    g.ended[i] = NEVER
    g.last[i] = 0
