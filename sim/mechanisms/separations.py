"""Separations: jobs, studies and other quiet states end.

Equation: a quiet spell of citizen i ends when the integrated intensity since its start exceeds a unit
exponential drawn once for the spell (:func:`sim.mechanisms.transition.draw_threshold`); the flow that ends it is
chosen in proportion to its rate and accepted with the week's multiplier over the week's bound (thinning),

    P(accept flow k in week t) = s_k(t) / max s(t),   s = season x demand x tightness.

A worker without unemployment insurance who loses the job goes to kontanthjælp with probability
``separations.uninsured_to_assistance`` and otherwise lives outside public support.  A person who would move to a
new job becomes an applicant of the week and is hired only if a vacancy is left (:mod:`sim.mechanisms.matching`).

Evidence: level of job loss F080, F172 (calibrated); season: national months of gross unemployment.
Switch: ``separations`` (no quiet state ends but through ageing).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel
from sim.draws import Purpose, uniform, uniform_pair
from sim.mechanisms.flows import QUIET_STATES, quiet_destination
from sim.mechanisms.transition import Now, World, draw_threshold, enter_state
from sim.states import N_STATES, State

_KIND, _ACCEPT = int(Purpose.QUIET_KIND), int(Purpose.ACCEPTANCE)
_EMPLOYED, _DAGPENGE, _ASSISTANCE = int(State.EMPLOYED), int(State.DAGPENGE), int(State.KONTANTHJAELP_JOB_READY)
_OUTSIDE, _SICK, _LEAVE = int(State.OUTSIDE), int(State.SYGEDAGPENGE), int(State.LEAVE)
IS_QUIET = np.zeros(N_STATES, np.uint8)
IS_QUIET[list(QUIET_STATES)] = 1


@kernel
def end_quiet_spells(
    now: Now, world: World, uninsured_to_assistance: float, requalifying_weeks: int
) -> NDArray[np.int32]:
    """Carry out the week's quiet events; return the citizens who apply for a new job, in id order."""
    status = world.citizens.status
    person = world.citizens.person
    applicants = np.empty(status.state.size // 8 + 64, np.int32)
    n = 0
    clock = world.flows.clock[0]
    for i in range(status.state.size):
        if not IS_QUIET[status.state[i]] or status.threshold[i] > clock:
            continue
        key = person.key[i]
        u, v = uniform_pair(now.key, _KIND, key, status.quiet_draws[i])
        frm = status.state[i]
        to = quiet_destination(i, now.year, u, person, status, world.flows)
        if to < 0 or v * world.flows.bound[0] >= world.flows.now[person.municipality[i], frm, to]:
            draw_threshold(i, now, world)
        elif frm == _LEAVE and to == _EMPLOYED and status.employer[i] >= 0:
            enter_state(i, _EMPLOYED, now, world)
        elif to == _EMPLOYED:
            applicants[n] = i
            n += 1
            draw_threshold(i, now, world)
        else:
            enter_state(i, _admitted(i, frm, to, now, world, uninsured_to_assistance, requalifying_weeks), now, world)
    return applicants[:n].copy()


@kernel
def _admitted(
    i: int, frm: int, to: int, now: Now, world: World, uninsured_to_assistance: float, requalifying_weeks: int
) -> int:
    """Where a person is admitted: dagpenge only with insurance, a new right only after a year of work."""
    person, status = world.citizens.person, world.citizens.status
    if to == _DAGPENGE:
        if frm == 13:
            status.graduate[i] = 1
            status.dagpenge_weeks[i] = 0
        elif frm == _EMPLOYED and now.week - status.entered[i] >= requalifying_weeks:
            status.graduate[i] = 0
            status.dagpenge_weeks[i] = 0
        if not person.insured[i]:
            u = uniform(now.key, _ACCEPT, person.key[i], status.spells[i])
            return _ASSISTANCE if u < uninsured_to_assistance else _OUTSIDE
    return to
