"""How fast the ill recover, left to themselves.

    rate a week = by barrier * exp(``health.recovery_employability`` * employability) * its fall

The fall is 1 until ``health.recovery_late_week`` weeks of illness, 1 - ``health.recovery_late_fade`` after
them, and that times 1 - ``health.recovery_chronic_fade`` after ``health.recovery_chronic_week``.  Who
recovers is drawn by :mod:`sim.mechanisms.health`; what is foreseen of it is
:mod:`sim.mechanisms.expected_return`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part

if TYPE_CHECKING:
    from sim.parameters import Resolved

#: Rate added up at which half are well.
_HALF = math.log(2.0)
#: Guard of divisions: a slower recovery than anybody's.
_SLOWEST = 1e-12


class RecoveryRules(NamedTuple):
    """Recovery from illness."""

    by_barrier: NDArray[np.float64]  # (3,) rate a week
    employability: float
    late_week: int
    late: float  # rate after it, relative
    chronic_week: int
    chronic: float  # rate after it, relative


def recovery_rules(r: Resolved) -> RecoveryRules:
    """Return how fast the ill recover, from ``health.recovery_*``."""
    late = 1.0 - r.scalar("health.recovery_late_fade")
    return RecoveryRules(
        by_barrier=r.vector("health.recovery_by_barrier").copy(),
        employability=r.scalar("health.recovery_employability"),
        late_week=round(r.scalar("health.recovery_late_week")),
        late=late,
        chronic_week=round(r.scalar("health.recovery_chronic_week")),
        chronic=late * (1.0 - r.scalar("health.recovery_chronic_fade")),
    )


@part
def _at_first(barrier: int, employability: float, r: RecoveryRules) -> float:
    """Weekly rate of recovery before it falls."""
    return float(r.by_barrier[barrier] * math.exp(r.employability * employability))


@part
def recovery(barrier: int, employability: float, weeks: int, r: RecoveryRules) -> float:
    """Weekly rate of recovery after so many weeks of illness."""
    rate = _at_first(barrier, employability, r)
    if weeks > r.chronic_week:
        return rate * r.chronic
    return rate * r.late if weeks > r.late_week else rate


@part
def half_well_after(barrier: int, employability: float, r: RecoveryRules) -> float:
    """Weeks of illness in which half of those of this kind recover, left to themselves."""
    rate = max(_at_first(barrier, employability, r), _SLOWEST)
    early = rate * (r.late_week + 1)  # the rate falls after that week, not in it
    middle = rate * r.late * (r.chronic_week - r.late_week)
    if early >= _HALF:
        return _HALF / rate
    if early + middle >= _HALF:
        return r.late_week + 1 + (_HALF - early) / (rate * r.late)
    return r.chronic_week + 1 + (_HALF - early - middle) / max(rate * r.chronic, _SLOWEST)
