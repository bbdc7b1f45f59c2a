"""Benefit shifts: from one benefit to another, and out of support without a job.

About 80,000 shifts a year (F01 of the seed figures, validation).  A client of state s leaves for k in a week with

    P = 1 - exp(-sum_k q_ik),   q_ik = rate[s, k] / 52.18 * factor(i, k),

with ``rate`` the parameters ``flows.<from>_to_<to>`` and factor by barrier, age and readiness.  Flows to disability
pension, flexjob or resource course are not moves but the opening of a clarification
(:mod:`sim.mechanisms.clarification`), which takes caseworkers' time.  Whether a shift restarts the contact course and
costs a handover is law and organisation, see :mod:`sim.mechanisms.transition`.  Switch: ``benefit_shifts``.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.compiled import inlined, kernel
from sim.draws import Purpose, uniform
from sim.mechanisms.transition import Now, World, enter_state
from sim.states import N_STATES, State
from sim.world.citizens import NEVER

_SHIFT = int(Purpose.SHIFT)
NEEDS_CLARIFICATION = np.zeros(N_STATES, np.uint8)
NEEDS_CLARIFICATION[[State.RESSOURCEFORLOEB, State.LEDIGHEDSYDELSE, State.FOERTIDSPENSION]] = 1
_SICK, _EDUCATION, _PENSION = int(State.SYGEDAGPENGE), int(State.EDUCATION), int(State.FOERTIDSPENSION)


@inlined
def shift_factor(i: int, to: int, age: int, world: World) -> float:
    """How strongly a flow falls on client ``i``."""
    person = world.citizens.person
    barrier = person.barrier[i]
    if to == _EDUCATION:
        return (1.6 if person.ready[i] else 0.8) if age < 35 else 0.1
    if to == _PENSION:
        return (0.3 if age < 40 else 1.3) * (0.4 + 0.4 * barrier)
    if to == _SICK:
        return 0.7 + 0.4 * barrier
    return 1.0


@kernel
def shift_benefits(now: Now, clients: NDArray[np.int32], world: World) -> NDArray[np.int32]:
    """Carry out the week's shifts; return (client, destination) pairs (n, 2) for which a clarification opens."""
    person, status = world.citizens.person, world.citizens.status
    cases = np.empty((clients.size, 2), np.int32)
    n = 0
    for i in clients:
        frm = status.state[i]
        if frm == _SICK and status.employer[i] >= 0:
            continue
        age = now.year - person.birth_year[i]
        total = 0.0
        for to in range(N_STATES):
            if world.flows.rate[frm, to] > 0.0:
                total += world.flows.rate[frm, to] * shift_factor(i, to, age, world)
        u = uniform(now.key, _SHIFT, person.key[i], now.week)
        p = 1.0 - math.exp(-total)
        if u >= p:
            continue
        left = u / p * total
        for to in range(N_STATES):
            if world.flows.rate[frm, to] > 0.0:
                left -= world.flows.rate[frm, to] * shift_factor(i, to, age, world)
                if left < 0.0:
                    if NEEDS_CLARIFICATION[to]:
                        if world.citizens.contact.clarify_at[i] == NEVER:
                            cases[n, 0], cases[n, 1] = i, to
                            n += 1
                    else:
                        enter_state(i, to, now, world)
                    break
    return cases[:n].copy()
