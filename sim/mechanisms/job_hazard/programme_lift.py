"""Lift after a programme, fading over the following year.

    lift[kind] * exp(-weeks since / 52)

A place that the client has found (``programmes.own_found_share``) lifts more.
Evidence: P05, P12, P20, P41.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.law import Law
from sim.mechanism import Term
from sim.rules.fading import fading, left_after
from sim.vocabulary import PROGRAMMES, Programme
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.columns import NEVER

_NONE = int(Programme.NONE)


class LiftRules(NamedTuple):
    """w = rule rows of persons."""

    lift: NDArray[np.float64]  # (w, 1 + programmes) log-hazard after it
    left: NDArray[np.float64]  # share of it that is left after so many weeks (sim.rules.fading)


def rules(law: Law) -> LiftRules:
    """Return the lift of each programme."""
    r = law.now
    employer = np.array([float(name != "guidance_upgrading") for name in PROGRAMMES])  # an employer gives it
    own_found = (r["programmes.own_found_share"] * r["programmes.own_found_lift"])[:, None] * employer
    lift = np.pad(r["programmes.lift"] + own_found, ((0, 0), (1, 0)))
    return LiftRules(lift, fading(r.scalar("programmes.lift_fade_weeks")))


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: LiftRules) -> float:
    """Term of the latest programme, once it has ended."""
    p = k.programme
    if p.kind[i] != _NONE or p.ended[i] == NEVER:
        return 0.0
    return r.lift[k.person.rule_row[i], p.last[i]] * left_after(now.week - p.ended[i], r.left)


TERM = Term(
    name="programme_lift",
    label="Lift after a programme",
    label_da="Løft efter tilbud",
    equation="lift * exp(-t/fade)",
    evidence="P05, P12, P20, P41",
    when_off="programmes leave nothing behind",
    rules=rules,
    of_client=of_client,
)
