"""Lock-in: who is in a programme searches less.

    log(in_programme_multiplier[kind])

A fee for a public wage subsidy (``programmes.public_fee_kr_month``) makes participants search more.
Evidence: P05; section 1.6 of the evidence notes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.law import Law
from sim.mechanism import Term
from sim.vocabulary import PROGRAMMES
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now


class LockInRules(NamedTuple):
    """w = rule rows of persons."""

    lock_in: NDArray[np.float64]  # (w, 1 + programmes) log multiplier by kind, 0 = none


def rules(law: Law) -> LockInRules:
    """Return the log multiplier of the hazard in each programme."""
    r = law.now
    multiplier = r["programmes.in_programme_multiplier"].copy()
    fee = r["programmes.public_fee_kr_month"] / 1000.0
    public = PROGRAMMES.index("public_wage_subsidy")
    multiplier[:, public] *= np.exp(fee * r["programmes.public_fee_response"])
    return LockInRules(np.log(np.pad(multiplier, ((0, 0), (1, 0)), constant_values=1.0)))


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: LockInRules) -> float:
    """Term of the programme in progress."""
    return r.lock_in[k.person.rule_row[i], k.programme.kind[i]]


TERM = Term(
    name="lock_in",
    label="Lock-in during a programme",
    label_da="Fastholdelse under tilbud",
    equation="multiplier in the programme",
    evidence="P05, section 1.6",
    when_off="participants search like others",
    rules=rules,
    of_client=of_client,
)
