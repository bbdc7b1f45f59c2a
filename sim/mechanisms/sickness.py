"""Sickness benefit: recovery and the revaluation after 22 weeks.

    P(recover this week) = 1 - exp(-rho[barrier] * exp(0.4 * employability) * (1 - fade * 1[weeks > 13]))

The recovered return to the job they still hold, else to dagpenge (insured) or kontanthjælp.  In the week of revaluation
(section 24 of sygedagpengeloven: 22 weeks within nine months) the benefit is prolonged with probability
``sickness.extension_share``; the others go to a jobafklaringsforløb while that exists, else to kontanthjælp.

Evidence: stock F013 (calibrated), shape F315-F323 (before 2014, prior only).  Switch: ``sickness``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import inlined, kernel
from sim.draws import Purpose, uniform_pair
from sim.mechanisms.transition import Now, World, enter_state
from sim.states import State

_SICKNESS = int(Purpose.SICKNESS)
_EMPLOYED, _DAGPENGE, _JOB_READY = int(State.EMPLOYED), int(State.DAGPENGE), int(State.KONTANTHJAELP_JOB_READY)
_ACTIVITY_READY, _SICK, _CLARIFYING = (
    int(State.KONTANTHJAELP_ACTIVITY_READY), int(State.SYGEDAGPENGE), int(State.JOBAFKLARING),
)  # fmt: skip


class SicknessRules(NamedTuple):
    """m = municipalities."""

    recovery: NDArray[np.float64]  # (3,) weekly, by barrier
    late_fade: float
    revaluation_week: NDArray[np.int64]  # (m,)
    extension_share: float
    clarification_open: NDArray[np.int64]  # (m,) jobafklaring exists


@inlined
def after_benefit(i: int, world: World) -> int:
    """Where someone goes who is well again and has no job to return to."""
    if world.citizens.status.employer[i] >= 0:
        return _EMPLOYED
    return _DAGPENGE if world.citizens.person.insured[i] else _JOB_READY


@kernel
def recover(now: Now, clients: NDArray[np.int32], world: World, r: SicknessRules) -> int:
    """End sickness spells; returns recoveries."""
    person, status = world.citizens.person, world.citizens.status
    recovered = 0
    for i in clients:
        if status.state[i] != _SICK:
            continue
        weeks = now.week - status.entered[i]
        u, v = uniform_pair(now.key, _SICKNESS, person.key[i], now.week)
        rho = r.recovery[person.barrier[i]] * math.exp(0.4 * person.employability[i])
        if weeks > 13:
            rho *= 1.0 - r.late_fade
        if u < 1.0 - math.exp(-rho):
            recovered += 1
            enter_state(i, after_benefit(i, world), now, world)
        elif weeks > 0 and weeks % r.revaluation_week[person.municipality[i]] == 0 and v >= r.extension_share:
            m = person.municipality[i]
            enter_state(i, _CLARIFYING if r.clarification_open[m] else _ACTIVITY_READY, now, world)
    return recovered
