"""Threat of an announced programme: men search harder in the weeks before it starts.

    threat * 1[announced start within 4 weeks, no programme now, man]

Evidence: M15, M27 (men; women did not react).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.law import Law
from sim.mechanism import Term
from sim.vocabulary import Programme
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.columns import NEVER

_NONE, _MAN = int(Programme.NONE), 0


class ThreatRules(NamedTuple):
    """w = rule rows of persons."""

    threat: NDArray[np.float64]  # (w,)
    weeks_ahead: int  # before an announced start in which it acts


def rules(law: Law) -> ThreatRules:
    """Return the size of the effect."""
    r = law.now
    return ThreatRules(r["search.threat"].copy(), weeks_ahead=round(r.scalar("search.threat_weeks")))


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: ThreatRules) -> float:
    """Term of an announced start."""
    p = k.programme
    if p.kind[i] != _NONE or p.planned[i] == NEVER or p.planned[i] - now.week > r.weeks_ahead:
        return 0.0
    return r.threat[k.person.rule_row[i]] if k.person.sex[i] == _MAN else 0.0


TERM = Term(
    name="threat",
    label="Threat of an announced programme",
    label_da="Trusselseffekt",
    equation="+threat before the start",
    evidence="M15, M27",
    when_off="announcements change nothing",
    rules=rules,
    of_client=of_client,
)
