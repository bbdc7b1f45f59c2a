"""Benefit levels and search.

    elasticity * log(benefit / benefit without the reform)

The elasticity is that of health-related benefits for who is not well, and a smaller one for the well with
complex barriers.  Where recipients of kontanthjælp see the gain from work as g times the real one
(``benefits.perceived_gain``), the benefit looks lower to them.  On recovery, and on who takes part at all,
the level acts in :mod:`sim.mechanisms.sickness` and :mod:`sim.mechanisms.taking_part`.
Evidence: B20, B21, B10; E2-S06 for who is not well.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.law import Law
from sim.mechanism import Term
from sim.rules.benefit_change import level_change
from sim.vocabulary import Barrier, Health
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now

PARAMETERS = """
search.benefit_elasticity_when_ill:
  label: Elasticity of leaving a benefit for work in its level, of who is not well
  label_da: Elasticitet af afgang til arbejde i ydelsens størrelse for den, der ikke er rask
  kind: evidence
  unit: elasticity
  values: {2016-01-01: -0.33}
  bounds: [-3, 1]
  prior: {distribution: normal, low: -0.62, high: -0.04}
  range: [-0.62, -0.04]
  reason: >-
    Point estimate of a reform of temporary disability insurance; the standard deviation of 0.15 is a
    judgement.
  source:
    title: Temporary Disability and Economic Incentives
    publisher: Fevang, Hardoy, Røed; Economic Journal 127(603), 1410-1432
    year: '2017'
    locator: abstract
    url: https://9pdf.net/document/zlge84o6-temporary-disability-and-economic-incentives.html
    ids: [E2-S06]
  confidence: medium
  mechanism: benefit_incentive
"""
_COMPLEX, _WELL = int(Barrier.COMPLEX), int(Health.WELL)


class IncentiveRules(NamedTuple):
    """w = rule rows of persons."""

    change: NDArray[np.float64]  # (w, state) log change of the benefit
    elasticity: float
    far_from_work: float  # of the well with complex barriers
    ill: float  # of who is not well


def rules(law: Law) -> IncentiveRules:
    """Return elasticities and the log of the benefit with the reform over without it."""
    r = law.now
    elasticity = r.scalar("search.benefit_elasticity")
    return IncentiveRules(
        change=level_change(law),
        elasticity=elasticity,
        far_from_work=elasticity * r.scalar("search.benefit_elasticity_far_from_work"),
        ill=r.scalar("search.benefit_elasticity_when_ill"),
    )


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: IncentiveRules) -> float:
    """Term of the benefit's level."""
    x = r.change[k.person.rule_row[i], k.state[i]]
    if k.condition.health[i] != _WELL:
        return r.ill * x
    return (r.far_from_work if k.person.barrier[i] == _COMPLEX else r.elasticity) * x


TERM = Term(
    name="benefit_incentive",
    label="Benefit levels and search",
    label_da="Ydelsens størrelse og søgning",
    equation="elasticity * log(benefit ratio)",
    evidence="B20, B21, B10, E2-S06",
    when_off="benefit levels do not change search",
    rules=rules,
    of_client=of_client,
)
