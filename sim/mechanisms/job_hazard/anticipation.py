"""Anticipation of the end of dagpenge: search rises in the last weeks of the right.

    exhaustion * 1[used >= period - weeks ahead]

with a graduate's right where that is what the person has.  A right that a reform makes shorter acts on the
whole spell besides: :mod:`sim.mechanisms.job_hazard.shorter_right`.
Evidence: B10 and the notes on benefit exhaustion.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.law import Law, whole
from sim.mechanism import Term
from sim.states import State
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now

_DAGPENGE = int(State.DAGPENGE)


class AnticipationRules(NamedTuple):
    """w = rule rows of persons."""

    exhaustion: float
    period: NDArray[np.int64]  # (w,) weeks of dagpenge
    graduate_period: NDArray[np.int64]  # (w,)
    weeks_ahead: int  # before the end of the right in which it acts


def rules(law: Law) -> AnticipationRules:
    """Return the size of the effect and the length of the right."""
    r = law.now
    return AnticipationRules(
        exhaustion=r.scalar("search.exhaustion"),
        period=whole(r["dagpenge.period_weeks"]),
        graduate_period=whole(r["dagpenge.graduate_period_weeks"]),
        weeks_ahead=round(r.scalar("search.anticipation_weeks")),
    )


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: AnticipationRules) -> float:
    """Term of the end of the right."""
    if k.state[i] != _DAGPENGE:
        return 0.0
    used = k.spell.dagpenge_weeks[i] + now.week - k.spell.entered[i]
    w = k.person.rule_row[i]
    period = r.graduate_period[w] if k.spell.graduate[i] else r.period[w]
    return r.exhaustion if used >= period - r.weeks_ahead else 0.0


TERM = Term(
    name="anticipation",
    label="The end of dagpenge is anticipated",
    label_da="Dagpengerettens udløb ventes",
    equation="+exhaustion in the last weeks of the right",
    evidence="B10",
    when_off="the end of the right does not change search",
    rules=rules,
    of_client=of_client,
)
