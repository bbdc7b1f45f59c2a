"""Clarifications that are under way in the first week.

A client who has been in the state for w weeks had cases opened at the weekly rate q of the present flows
to resource course, ledighedsydelse and disability pension (:mod:`sim.mechanisms.benefit_shifts`); one opened
less than D weeks ago, D the preparation and the team phase, is still open.  So

    P(open case) = 1 - exp(-q * min(w, D)),    age of the case uniform on (0, min(w, D)),

and it is decided D less its age from now.  Without them nothing would be decided in the first weeks of a run.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel
from sim.engine.draws import Purpose, uniform
from sim.mechanisms.benefit_shifts import NEEDS_CLARIFICATION, ShiftProfile, shift_factor
from sim.mechanisms.transition import IS_CLIENT, Now
from sim.states import N_STATES, State
from sim.world.citizens import Contact, Person, Status

_POPULATION = int(Purpose.POPULATION)
_SICK = int(State.SYGEDAGPENGE)
#: Draws of the first population: has a case, to what, how old it is.
_CASE, _KIND, _AGE = 130, 131, 132


@kernel
def open_first_cases(
    now: Now,
    person: Person,
    status: Status,
    contact: Contact,
    profile: ShiftProfile,
    rate: NDArray[np.float64],
    weeks: NDArray[np.float64],
) -> None:
    """Open the cases that are under way at the start.

    ``rate`` (from, to) a week; ``weeks`` (m,) from opening to decision.  The sick who hold a job have none.
    """
    for i in range(status.state.size):
        frm = status.state[i]
        if not IS_CLIENT[frm] or (frm == _SICK and status.employer[i] >= 0):
            continue
        age = now.year - person.birth_year[i]
        total = 0.0
        for to in range(N_STATES):
            if NEEDS_CLARIFICATION[to] and rate[frm, to] > 0.0:
                total += rate[frm, to] * shift_factor(i, to, age, person, profile)
        takes = weeks[person.municipality[i]]
        room = min(takes, now.week - status.entered[i])
        key = person.key[i]
        if room <= 0 or uniform(now.key, _POPULATION, key, _CASE) >= 1.0 - math.exp(-total * room):
            continue
        left = uniform(now.key, _POPULATION, key, _KIND) * total
        for to in range(N_STATES):
            if NEEDS_CLARIFICATION[to] and rate[frm, to] > 0.0 and left >= 0.0:
                contact.clarify_to[i] = to
                left -= rate[frm, to] * shift_factor(i, to, age, person, profile)
        so_far = uniform(now.key, _POPULATION, key, _AGE) * room
        contact.clarify_at[i] = now.week + max(int(takes - so_far + 0.5), 1)
