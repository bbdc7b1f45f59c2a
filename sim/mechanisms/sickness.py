"""Sickness benefit: recovery and the revaluation after 22 weeks.

    P(recover this week) = 1 - exp(-rho[barrier] * exp(kappa * employability) * (1 - fade * 1[weeks > late]))

In the four weeks around a review of the case by management (``sickness.review_1_week`` ..., 0 in the law),
rho is exp(``sickness.review_effect``) times as high.  Where more of the sick return by degrees to the job
they hold (``sickness.graded_return_share``, 0 beyond today's), rho is 1 + share * (exp(effect) - 1) times as
high from week ``sickness.graded_return_week`` on.  The recovered return to the job they still hold, else
to dagpenge (insured) or kontanthjælp.  In the week of revaluation (section 24 of sygedagpengeloven: 22
weeks within nine months) the benefit is prolonged with probability ``sickness.extension_share``; the others
go to a jobafklaringsforløb while that exists, else to kontanthjælp.

Evidence: stock F013 (calibrated), shape F315-F323 (before 2014, prior only).  Switch: ``sickness``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.client_list import ROUNDING, ClientList, Contenders, contenders
from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose
from sim.engine.prefetch import person_ahead, prefetch
from sim.mechanisms.casework import T_ADMINISTRATION, add_task
from sim.mechanisms.transition import Moves, Now
from sim.states import N_STATES, State
from sim.world.caseworkers import Caseworkers
from sim.world.citizens import Contact, Person, Status

_SICKNESS = int(Purpose.SICKNESS)
_EMPLOYED, _DAGPENGE, _JOB_READY = (
    int(State.EMPLOYED),
    int(State.DAGPENGE),
    int(State.KONTANTHJAELP_JOB_READY),
)
_ACTIVITY_READY, _SICK, _CLARIFYING = (
    int(State.KONTANTHJAELP_ACTIVITY_READY),
    int(State.SYGEDAGPENGE),
    int(State.JOBAFKLARING),
)


class SicknessRules(NamedTuple):
    """w = law rows of persons."""

    recovery: NDArray[np.float64]  # (w, 3) weekly, by barrier
    employability: float  # log-slope of recovery in latent employability
    late_fade: float
    late_week: int
    revaluation_week: NDArray[np.int64]  # (w,)
    extension_share: NDArray[np.float64]  # (w,)
    clarification_open: NDArray[np.int64]  # (w,) jobafklaring exists
    review_weeks: NDArray[np.int64]  # (w, 3) weeks in which management goes through the case, 0 = none
    review_effect: NDArray[np.float64]  # (w,) log hazard in the four weeks around a review
    review_minutes: NDArray[np.float64]  # (w,) caseworker's time a review
    graded: NDArray[np.float64]  # (w,) recovery from a job one holds: multiplier while return is graded
    graded_week: NDArray[np.int64]  # (w,) from this week of sickness on


@part
def after_benefit(i: int, person: Person, status: Status) -> int:
    """Where someone goes who is well again: back to the job that was kept, else to a benefit."""
    if status.employer[i] >= 0:
        return _EMPLOYED
    return _DAGPENGE if person.insured[i] else _JOB_READY


@kernel
def _recover(
    now: Now, open_to: Contenders, person: Person, status: Status, r: SicknessRules, out: Moves
) -> int:
    who, to = out
    n = 0
    for at in range(open_to.who.size):
        i, u, v = open_to.who[at], open_to.u[at], open_to.v[at]
        later = person_ahead(open_to.who, at)
        prefetch(person, later)
        prefetch(status, later)
        weeks = now.week - status.entered[i]
        w = person.law_row[i]
        rho = r.recovery[w, person.barrier[i]] * math.exp(r.employability * person.employability[i])
        if weeks > r.late_week:
            rho *= 1.0 - r.late_fade
        for review in r.review_weeks[w]:
            if review > 0 and review - 2 <= weeks < review + 2:
                rho *= math.exp(r.review_effect[w])
        if weeks >= r.graded_week[w] and status.employer[i] >= 0:
            rho *= r.graded[w]
        if u < rho + ROUNDING and u < 1.0 - math.exp(-rho):
            who[n], to[n] = i, after_benefit(i, person, status)
            n += 1
        elif weeks > 0 and weeks % r.revaluation_week[w] == 0 and v >= r.extension_share[w]:
            who[n], to[n] = i, _CLARIFYING if r.clarification_open[w] else _ACTIVITY_READY
            n += 1
    return n


@kernel
def review_cases(
    now: Now,
    clients: NDArray[np.int32],
    person: Person,
    status: Status,
    contact: Contact,
    cw: Caseworkers,
    r: SicknessRules,
) -> None:
    """Give caseworkers the work of this week's reviews of sickness cases."""
    for i in clients:
        w = person.law_row[i]
        if status.state[i] == _SICK:
            for at in r.review_weeks[w]:
                if at > 0 and now.week - status.entered[i] == at:
                    add_task(i, T_ADMINISTRATION, r.review_minutes[w], contact, cw)


def recover(now: Now, clients: ClientList, person: Person, status: Status, r: SicknessRules) -> Moves:
    """Decide who leaves sickness benefit this week."""
    sick = np.zeros(N_STATES)
    sick[_SICK] = 1.0
    open_to = contenders(now.key, _SICKNESS, now.week, clients, sick)
    out = Moves.room(open_to.who.size)
    return out.first(_recover(now, open_to, person, status, r, out))
