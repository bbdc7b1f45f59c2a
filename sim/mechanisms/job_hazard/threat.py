"""Threat of an announced programme: people search harder in the weeks before it starts.

    threat[sex] * 1[announced start within 4 weeks, no programme now]

Evidence: E2-P01 (both sexes, pooled); M15, M27 (men; women did not react), which is why women have less.
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

_NONE = int(Programme.NONE)


class ThreatRules(NamedTuple):
    """w = rule rows of persons."""

    threat: NDArray[np.float64]  # (w, 2) men, women
    weeks_ahead: int  # before an announced start in which it acts


def rules(law: Law) -> ThreatRules:
    """Return the size of the effect."""
    r = law.now
    by_sex = np.stack([r["search.threat"], r["search.threat_women"]], axis=1)
    return ThreatRules(by_sex, weeks_ahead=round(r.scalar("search.threat_weeks")))


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: ThreatRules) -> float:
    """Term of an announced start."""
    p = k.programme
    if p.kind[i] != _NONE or p.planned[i] == NEVER or p.planned[i] - now.week > r.weeks_ahead:
        return 0.0
    return r.threat[k.person.rule_row[i], k.person.sex[i]]


TERM = Term(
    name="threat",
    label="Threat of an announced programme",
    label_da="Trusselseffekt",
    equation="+threat[sex] before the start",
    evidence="E2-P01, M15, M27",
    when_off="announcements change nothing",
    rules=rules,
    of_client=of_client,
)
