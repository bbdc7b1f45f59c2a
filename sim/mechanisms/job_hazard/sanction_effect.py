"""A sanctioned recipient of dagpenge searches harder for some weeks.

    log(sanction_multiplier) * 1[sanctioned, dagpenge]

Evidence: P01 (hazard about twice as high for 13 weeks); none on social assistance (P35-P37).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.law import Law
from sim.mechanism import Term
from sim.states import State
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now

_DAGPENGE = int(State.DAGPENGE)


class SanctionEffectRules(NamedTuple):
    """w = rule rows of persons."""

    sanction: NDArray[np.float64]  # (w,)


def rules(law: Law) -> SanctionEffectRules:
    """Return the log multiplier."""
    return SanctionEffectRules(np.log(law.now["search.sanction_multiplier"]))


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: SanctionEffectRules) -> float:
    """Term of a sanction in force."""
    if k.contact.sanction_until[i] > now.week and k.state[i] == _DAGPENGE:
        return r.sanction[k.person.rule_row[i]]
    return 0.0


TERM = Term(
    name="sanction_effect",
    label="A sanctioned UI recipient searches harder",
    label_da="Virkning af en sanktion",
    equation="log 2 for 13 weeks",
    evidence="P01",
    when_off="sanctions do not change search",
    rules=rules,
    of_client=of_client,
)
