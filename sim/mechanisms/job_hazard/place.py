"""Where the client lives: what a municipality adds that its inflow does not explain.

    log(local inflow) - log(unemployment over the country's)        (sim.rules.places)

Evidence: unemployment by municipality, the ministry's benchmark.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.law import Law
from sim.mechanism import Term
from sim.rules.places import local_exits
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now


class PlaceRules(NamedTuple):
    """m = municipalities."""

    exits: NDArray[np.float64]  # (m,)


def rules(law: Law) -> PlaceRules:
    """Return what each municipality adds."""
    d = law.decisions
    return PlaceRules(local_exits(law.now, d.unemployment_ratio, d.effectiveness))


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: PlaceRules) -> float:
    """Term of the municipality."""
    return r.exits[k.person.municipality[i]]


TERM = Term(
    name="place",
    label="Where the client lives",
    label_da="Hvor borgeren bor",
    equation="local exits",
    evidence="municipal unemployment 2024, benchmark 2022",
    when_off="cannot be switched off",
    rules=rules,
    of_client=of_client,
    switch=False,
)
