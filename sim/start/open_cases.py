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
from sim.lookup import NEEDS_CASE
from sim.mechanisms.benefit_shifts import ShiftProfile, shift_factor
from sim.states import N_STATES, State
from sim.world.clients import Clients
from sim.world.clock import Now

_POPULATION = int(Purpose.POPULATION)
_SICK = int(State.SYGEDAGPENGE)
#: Draws of the first population: has a case, to what, how old it is.
_CASE, _KIND, _AGE = 130, 131, 132


@kernel
def open_first_cases(
    now: Now, k: Clients, profile: ShiftProfile, rate: NDArray[np.float64], weeks: NDArray[np.float64]
) -> None:
    """Open the cases that are under way at the start.

    ``rate`` (from, to) a week; ``weeks`` (m,) from opening to decision.  The sick who hold a job have none.
    """
    for i in range(k.id.size):
        frm = k.state[i]
        if frm == _SICK and k.spell.employer[i] >= 0:
            continue
        age = now.year - k.person.birth_year[i]
        total = 0.0
        for to in range(N_STATES):
            if NEEDS_CASE[to] and rate[frm, to] > 0.0:
                total += rate[frm, to] * shift_factor(i, to, age, k.person, profile)
        takes = weeks[k.person.municipality[i]]
        room = min(takes, now.week - k.spell.entered[i])
        key = k.key[i]
        if room <= 0 or uniform(now.key, _POPULATION, key, _CASE) >= 1.0 - math.exp(-total * room):
            continue
        left = uniform(now.key, _POPULATION, key, _KIND) * total
        for to in range(N_STATES):
            if NEEDS_CASE[to] and rate[frm, to] > 0.0 and left >= 0.0:
                k.contact.clarify_to[i] = to
                left -= rate[frm, to] * shift_factor(i, to, age, k.person, profile)
        so_far = uniform(now.key, _POPULATION, key, _AGE) * room
        k.contact.clarify_at[i] = now.week + max(int(takes - so_far + 0.5), 1)
