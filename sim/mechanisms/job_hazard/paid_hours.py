"""Paid hours while on a benefit are a step towards more.

    ordinary_hours effect * 1[has paid hours]

A small fraction of the published association, which is not causal (P14, P15): a trial that let people keep
more of their pay found part-time jobs while it lasted and nothing afterwards (E2-B04).
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


class PaidHoursRules(NamedTuple):
    """w = rule rows of persons."""

    effect: NDArray[np.float64]  # (w,)


def rules(law: Law) -> PaidHoursRules:
    """Return the size of the effect."""
    return PaidHoursRules(law.now["search.ordinary_hours"].copy())


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: PaidHoursRules) -> float:
    """Term of paid hours."""
    return r.effect[k.person.rule_row[i]] if k.contact.ordinary_hours[i] > 0 else 0.0


TERM = Term(
    name="paid_hours",
    label="Paid hours are a step towards a job",
    label_da="Ordinære timer som trædesten",
    equation="effect * 1[hours]",
    evidence="P14, P15, E2-B04",
    when_off="paid hours do not change search",
    rules=rules,
    of_client=of_client,
)
