"""Lift after a programme, fading over the following year.

    lift[kind, far from work] * exp(-weeks since / 52)

Close to work every kind lifts alike (``programmes.lift``), a private wage subsidy more
(``programmes.lift_private_subsidy``). For who is far from work (:mod:`sim.rules.distance`) what an employer
gives lifts by ``programmes.lift_workplace_far_from_work`` instead. A place that the client has found
(``programmes.own_found_share``) lifts more. Evidence: E2-P02 (small, the kinds alike), E2-P09, E2-P11
(workplaces, reduced work capacity); P41.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.law import Law
from sim.mechanism import Term
from sim.rules.distance import far_from_work
from sim.rules.fading import fading, left_after
from sim.rules.own_found import own_found
from sim.vocabulary import PROGRAMMES, Programme
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.columns import NEVER

_NONE = int(Programme.NONE)


class LiftRules(NamedTuple):
    """w = rule rows of persons."""

    lift: NDArray[np.float64]  # (w, barrier, far from work, 1 + programmes) log-hazard after it
    left: NDArray[np.float64]  # share of it that is left after so many weeks (sim.rules.fading)


def rules(law: Law) -> LiftRules:
    """Return the lift of each programme."""
    r = law.now
    employer = np.array([float(name != "guidance_upgrading") for name in PROGRAMMES])  # an employer gives it
    found = own_found(r) * r["programmes.own_found_lift"][:, None]
    close = np.repeat(r["programmes.lift"][:, None], len(PROGRAMMES), axis=1)
    close[:, PROGRAMMES.index("private_wage_subsidy")] = r["programmes.lift_private_subsidy"]
    workplace = r["programmes.lift_workplace_far_from_work"][:, None]
    far = np.where(employer > 0.0, workplace, close)
    lift = np.stack([close, far], axis=1)[:, None] + (found[:, :, None] * employer)[:, :, None]
    lift = np.pad(lift, ((0, 0), (0, 0), (0, 0), (1, 0)))
    return LiftRules(lift, fading(r.scalar("programmes.lift_fade_weeks")))


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: LiftRules) -> float:
    """Term of the latest programme, once it has ended."""
    p = k.programme
    if p.kind[i] != _NONE or p.ended[i] == NEVER:
        return 0.0
    far = 1 if far_from_work(i, k) else 0
    return r.lift[k.person.rule_row[i], k.person.barrier[i], far, p.last[i]] * left_after(
        now.week - p.ended[i], r.left
    )


TERM = Term(
    name="programme_lift",
    label="Lift after a programme",
    label_da="Løft efter tilbud",
    equation="lift[kind, far from work] * exp(-t/fade)",
    evidence="E2-P02, E2-P09, E2-P11, P41",
    when_off="programmes leave nothing behind",
    rules=rules,
    of_client=of_client,
)
