"""Knowing each other and believing in the client.

    continuity * (min(met, 3) / 3 - 1) + belief effect * (belief of the caseworker + belief_shift)

An insured person whom the a-kasse still follows knows its adviser by ``contact.a_kasse_known`` in place of
min(met, 3) / 3.  Evidence: C13, C14, C15.
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


class RelationRules(NamedTuple):
    """w = rule rows of persons."""

    continuity: float
    belief: float
    belief_shift: NDArray[np.float64]  # (w,) standard deviations
    known_after: int  # interviews with the same caseworker after which the relation is no closer
    adviser: NDArray[np.float64]  # (w,) how well the a-kasse's adviser is known


def rules(law: Law) -> RelationRules:
    """Return the coefficients."""
    r = law.now
    return RelationRules(
        continuity=r.scalar("search.continuity"),
        belief=r.scalar("search.belief"),
        belief_shift=r["casework.belief_shift"].copy(),
        known_after=round(r.scalar("casework.known_after_interviews")),
        adviser=r["contact.a_kasse_known"].copy(),
    )


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: RelationRules) -> float:
    """Term of the caseworker's relation with the client."""
    j = k.contact.caseworker[i]
    if j < 0:
        adviser = r.adviser[k.person.rule_row[i]]
        return r.continuity * (adviser - 1.0) if k.state[i] == _DAGPENGE else 0.0
    belief = cw.belief[j] + r.belief_shift[k.person.rule_row[i]]
    known = min(k.contact.met[i], r.known_after) / float(r.known_after)
    return r.continuity * (known - 1.0) + r.belief * belief


TERM = Term(
    name="relation",
    label="Knowing each other and believing in the client",
    label_da="Relation og tro på borgeren",
    equation="continuity * (min(met, known)/known - 1) + belief",
    evidence="C13, C14, C15",
    when_off="relations do not matter",
    rules=rules,
    of_client=of_client,
)
