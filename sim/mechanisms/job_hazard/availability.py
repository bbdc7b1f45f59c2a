"""What the benefit demands: who has to be available for work and to apply for jobs looks for one more.

    availability * 1[the benefit demands it]

Evidence: E2-C05 (one more application a month: 3 per cent shorter), for the sign; the size is an assumption.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.law import Law
from sim.lookup import flags
from sim.mechanism import Term
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now

_DEMANDED = flags("availability_demanded")


class AvailabilityRules(NamedTuple):
    """w = rule rows of persons."""

    availability: NDArray[np.float64]  # (w,)


def rules(law: Law) -> AvailabilityRules:
    """Return the size, from ``search.availability``."""
    return AvailabilityRules(law.now["search.availability"].copy())


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: AvailabilityRules) -> float:
    """Term of the demand to be available."""
    return r.availability[k.person.rule_row[i]] if _DEMANDED[k.state[i]] else 0.0


TERM = Term(
    name="availability",
    label="Benefits that demand availability make people look for work",
    label_da="Krav om at stå til rådighed",
    equation="+availability where the benefit demands it",
    evidence="E2-C05",
    when_off="no benefit demands anything",
    rules=rules,
    of_client=of_client,
)
