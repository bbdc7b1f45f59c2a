"""Separations: jobs, studies and other quiet states end.

Equation: the flows out of the quiet state of citizen i come up with intensity s_max * r_i; the week is drawn
ahead (:func:`sim.mechanisms.transition.schedule_quiet_event`), so that nobody is looked at before.  Then the
flow is chosen in proportion to its rate and accepted with the week's multiplier over its bound (thinning),

    P(accept flow k in week t) = s_k(t) / s_max,   s = season x demand x tightness,

job loss from a job of a year or more being accepted with a further 1 / ``separations.job_loss_first_year``
(intensities are those of the first year): half of all exits from kontanthjælp to a job end within a year
(F261).

A worker without unemployment insurance who loses the job goes to kontanthjælp with probability
``separations.uninsured_to_assistance`` and otherwise lives outside public support.  A person who would move
to a new job becomes an applicant of the week and is hired only if a vacancy is left
(:mod:`sim.mechanisms.matching`).

Evidence: level of job loss F080, F172 (calibrated); season: national months of gross unemployment.
Switch: ``separations`` (no quiet state ends but through ageing).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose, uniform, uniform_pair
from sim.engine.prefetch import person_ahead, prefetch
from sim.mechanisms.flows import (
    LARGEST_MULTIPLIER,
    QUIET_STATES,
    QuietFlows,
    quiet_destination,
    quiet_intensity,
)
from sim.mechanisms.transition import Moves, Now, schedule_quiet_event
from sim.states import N_STATES, State
from sim.world.citizens import Calendar, Person, Status

_KIND, _ACCEPT = int(Purpose.QUIET_KIND), int(Purpose.ACCEPTANCE)
_EMPLOYED, _DAGPENGE, _ASSISTANCE = (
    int(State.EMPLOYED),
    int(State.DAGPENGE),
    int(State.KONTANTHJAELP_JOB_READY),
)
_OUTSIDE, _EDUCATION, _LEAVE = int(State.OUTSIDE), int(State.EDUCATION), int(State.LEAVE)
IS_QUIET = np.zeros(N_STATES, np.uint8)
IS_QUIET[list(QUIET_STATES)] = 1


@kernel
def _end_spells(
    now: Now,
    due: NDArray[np.int64],
    person: Person,
    status: Status,
    calendar: Calendar,
    flows: QuietFlows,
    uninsured_to_assistance: float,
    requalifying_weeks: int,
    out: Moves,
    applicants: NDArray[np.int32],
) -> tuple[int, int]:
    moves, applying = 0, 0
    for at in range(due.size):
        i, later = due[at], person_ahead(due, at)
        prefetch(person, later)
        prefetch(status, later)
        u, v = uniform_pair(now.key, _KIND, person.key[i], status.quiet_draws[i])
        frm = status.state[i]
        intensity = quiet_intensity(i, now.year, person, status, flows)
        to = quiet_destination(u, intensity, flows)
        settled = frm == _EMPLOYED and to == _DAGPENGE and now.week - status.entered[i] >= 52
        accept = flows.now[person.municipality[i], frm, to] * (flows.settled if settled else 1.0)
        rejected = to < 0 or v * LARGEST_MULTIPLIER >= accept
        returns = frm == _LEAVE and to == _EMPLOYED and status.employer[i] >= 0
        if rejected or (to == _EMPLOYED and not returns):
            schedule_quiet_event(i, intensity, now, person, status, calendar)
            if not rejected:
                applicants[applying] = i
                applying += 1
            continue
        out.who[moves] = i
        out.to[moves] = _admitted(
            i, frm, to, now, person, status, uninsured_to_assistance, requalifying_weeks
        )
        moves += 1
    return moves, applying


@part
def _admitted(
    i: int,
    frm: int,
    to: int,
    now: Now,
    person: Person,
    status: Status,
    uninsured_to_assistance: float,
    requalifying_weeks: int,
) -> int:
    """Where a person is admitted: dagpenge only with insurance, a new right only after a year of work."""
    if to == _DAGPENGE:
        if frm == _EDUCATION:
            status.graduate[i] = 1
            status.dagpenge_weeks[i] = 0
        elif frm == _EMPLOYED and now.week - status.entered[i] >= requalifying_weeks:
            status.graduate[i] = 0
            status.dagpenge_weeks[i] = 0
        if not person.insured[i]:
            u = uniform(now.key, _ACCEPT, person.key[i], status.spells[i])
            return _ASSISTANCE if u < uninsured_to_assistance else _OUTSIDE
    return to


def end_quiet_spells(
    now: Now,
    person: Person,
    status: Status,
    calendar: Calendar,
    flows: QuietFlows,
    uninsured_to_assistance: float,
    requalifying_weeks: int,
) -> tuple[Moves, NDArray[np.int32]]:
    """Decide the week's quiet events: who moves, and who applies for a new job, both in id order."""
    due = np.flatnonzero(calendar.quiet_event <= now.week)
    out, applicants = Moves.room(due.size), np.empty(due.size, np.int32)
    moved, applying = _end_spells(
        now,
        due,
        person,
        status,
        calendar,
        flows,
        uninsured_to_assistance,
        requalifying_weeks,
        out,
        applicants,
    )
    return out.first(moved), applicants[:applying]
