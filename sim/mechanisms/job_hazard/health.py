"""Health and work capacity: who is ill, or has lost capacity for good, finds fewer jobs on any benefit.

    health[well, ill, reduced, unable]

Evidence: assumption; fitted to long-term recipients (F219, F225) and job clarification (F139).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.law import Law
from sim.mechanism import Term
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now


class HealthTermRules(NamedTuple):
    """Coefficients on the log scale."""

    health: NDArray[np.float64]  # (4,) by sim.vocabulary.Health


def rules(law: Law) -> HealthTermRules:
    """Return the coefficients, from ``search.health``."""
    return HealthTermRules(law.now.vector("search.health").copy())


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: HealthTermRules) -> float:
    """Term of health."""
    return r.health[k.condition.health[i]]


TERM = Term(
    name="health_and_work",
    label="Who is ill or has lost capacity finds fewer jobs",
    label_da="Helbred og jobchance",
    equation="by health",
    evidence="F219, F225, F139",
    when_off="the ill find jobs as the well do",
    rules=rules,
    of_client=of_client,
)
