"""Sanctions: rate, hearing, loss of benefit, and what they do to search and trust.

    P(sanction this week) = rate[state] / 52.18 * strictness_m,    strictness log-normal across municipalities (P38)

UI recipients: hazard times about two for 13 weeks (P01).  Social assistance: no effect on jobs, but some leave without an
income (P35-P37).  Each sanction costs hearing and decision (assumption A09), lowers trust, and withholds
``sanctions.loss_share`` of the benefit for ``sanctions.loss_weeks``.  Complex cases can be exempt.  Switch: ``sanctions``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel
from sim.draws import Purpose, uniform_pair
from sim.mechanisms.casework import T_SANCTION, add_task
from sim.mechanisms.transition import Now, World, enter_state
from sim.states import State
from sim.world.caseworkers import Caseworkers

_SANCTION, _DAGPENGE, _OUTSIDE = int(Purpose.SANCTION), int(State.DAGPENGE), int(State.OUTSIDE)


class SanctionRules(NamedTuple):
    """m = municipalities."""

    rate: NDArray[np.float64]  # (m, state) a week
    weeks: int
    minutes: float
    complex_exempt: NDArray[np.float64]  # (m,) share of complex cases that are never sanctioned
    leaves: float  # chance that a sanctioned recipient of social assistance leaves without income
    trust_loss: float


@kernel
def sanction(now: Now, clients: NDArray[np.int32], world: World, cw: Caseworkers, r: SanctionRules) -> int:
    """Give the week's sanctions; returns how many."""
    c = world.citizens
    given = 0
    for i in clients:
        m, state = c.person.municipality[i], c.status.state[i]
        rate = r.rate[m, state]
        if rate <= 0.0 or c.contact.sanction_until[i] > now.week:
            continue
        u, v = uniform_pair(now.key, _SANCTION, c.person.key[i], now.week)
        if u >= rate:
            continue
        if c.person.barrier[i] == 2 and v < r.complex_exempt[m]:
            continue
        given += 1
        world.tally.sanctions[m, state] += 1
        c.contact.sanction_until[i] = now.week + r.weeks
        c.contact.trust[i] = max(c.contact.trust[i] - np.float32(r.trust_loss), np.float32(0.0))
        add_task(i, T_SANCTION, r.minutes, c, cw)
        if state != _DAGPENGE and 1.0 - v < r.leaves:
            enter_state(i, _OUTSIDE, now, world)
    return given
