"""Supervision: focus targets, the benchmark and what they do to a municipality.

At the turn of the year, while the focus targets are in force (SUP-01 to SUP-04), a municipality comes under
tightened supervision for the year if

    courses of a year or more without an offer or 100 paid hours in the last year  >  30 per cent, and
    share on public support  >  expected share (the ministry's gap, moved with the model's own change).

A supervised municipality follows the uniform strategy and documents more (``supervision.extra_minutes`` an
interview). Whether or not it is supervised, it keeps the uniform minimum of interviews and offers that the
targets count. Switch: ``supervision``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel
from sim.mechanisms.transition import Now
from sim.world.citizens import NEVER, Citizens


@kernel
def _count_long_courses(
    now: Now, clients: NDArray[np.int32], c: Citizens, long: NDArray[np.float64], without: NDArray[np.float64]
) -> None:
    for i in clients:
        state = c.status.state[i]
        if not (1 <= state <= 4 or state == 10) or now.week - c.status.course_start[i] < 52:
            continue
        m = c.person.municipality[i]
        long[m] += 1.0
        offered = c.contact.last_offer[i] != NEVER and now.week - c.contact.last_offer[i] < 52
        if not offered and c.contact.ordinary_hours[i] == 0 and c.programme.kind[i] == 0:
            without[m] += 1.0


def share_without_effort(
    now: Now, clients: NDArray[np.int32], c: Citizens, n_municipalities: int
) -> NDArray[np.float64]:
    """Share of long courses without offer or paid hours in the last year (m,), 0 where there is none.

    Counted for dagpenge, kontanthjælp, uddannelseshjælp and integration benefit: the groups of the focus
    target.
    """
    long, without = np.zeros(n_municipalities), np.zeros(n_municipalities)
    _count_long_courses(now, clients, c, long, without)
    return np.asarray(without / np.maximum(long, 1.0))


def under_supervision(
    in_force: NDArray[np.float64],
    without: NDArray[np.float64],
    threshold: NDArray[np.float64],
    benchmark_gate: NDArray[np.float64],
    benchmark_gap: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Municipalities (m,) that come under tightened supervision this year."""
    worse = (benchmark_gap > 0.0) | (benchmark_gate < 0.5)
    return np.asarray((in_force > 0.5) & (without > threshold) & worse)
