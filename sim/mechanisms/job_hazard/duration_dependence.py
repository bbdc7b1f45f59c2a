"""Genuine duration dependence and stigma: the longer the course, the lower the hazard of the same person.

    - delta * min(weeks, limit) - stigma * 1[weeks >= stigma_week]

Evidence: S02-S04, S14; S12 for how much of falling exits is selection instead.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import part
from sim.law import Law
from sim.mechanism import Term
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now

#: A change of unit.
_MONTHS_A_YEAR = 12


class DurationRules(NamedTuple):
    """Coefficients on the log scale."""

    delta: float  # per week
    longest: int  # weeks of a course after which the hazard falls no further
    stigma: float
    stigma_week: int


def rules(law: Law) -> DurationRules:
    """Return the coefficients, from ``search.*``."""
    r = law.now
    return DurationRules(
        delta=r.scalar("search.duration_dependence_per_month") * _MONTHS_A_YEAR / WEEKS_A_YEAR,
        longest=round(r.scalar("search.duration_dependence_weeks")),
        stigma=r.scalar("search.stigma"),
        stigma_week=round(r.scalar("search.stigma_week")),
    )


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: DurationRules) -> float:
    """Term of the weeks of the course."""
    weeks = now.week - k.spell.course_start[i]
    x = r.delta * min(weeks, r.longest)
    return -x - r.stigma if weeks >= r.stigma_week else -x


TERM = Term(
    name="duration_dependence",
    label="Genuine duration dependence and stigma",
    label_da="Ægte varighedsafhængighed",
    equation="-delta*weeks - stigma",
    evidence="S02-S04, S12, S14",
    when_off="only selection lowers hazards over the spell",
    rules=rules,
    of_client=of_client,
)
