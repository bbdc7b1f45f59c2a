"""Benefit levels and taking part: a lower benefit lets more live on something else, and fewer come to it.

    rate of leaving for self-support without a job  *  (benefit / benefit without the reform) ^ e
    rate of coming to a benefit from outside        *  (benefit / benefit without the reform) ^ f

with e (``benefits.leaving_elasticity``) below zero and f (``benefits.entering_elasticity``) above.  Leaving
is :mod:`sim.mechanisms.own_exits`; coming are the flows from outside the labour market to the benefits that
the jobcentre follows, multiplied after season and cycle.  Job loss, illness and studies that end are no
choices of this kind.

Evidence: the signs of E2-B01 (Start Aid: many left the labour force in the first year), E2-B02, E2-B05; no
size was read, so both are assumptions.  Switch: ``taking_part``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.law import Law
from sim.lookup import IS_CLIENT
from sim.mechanism import Mechanism, act
from sim.rules.benefit_change import paid_change
from sim.rules.flows import LARGEST_MULTIPLIER
from sim.states import N_STATES, State
from sim.world.world import World

PARAMETERS = """
benefits.leaving_elasticity:
  label: Elasticity of leaving a benefit for self-support without a job in its level
  label_da: Elasticitet af afgang til selvforsørgelse uden job i ydelsens størrelse
  kind: assumption
  unit: elasticity
  values: {2016-01-01: -0.3}
  bounds: [-3, 1]
  prior: {distribution: triangular, low: -0.9, high: 0.0}
  range: [-0.9, 0.0]
  reason: >-
    Start Aid made many leave the labour force in the first year, women above all (E2-B01, E2-B02); no size
    was read. As large as that of finding a job, from nothing to three times it.
  mechanism: taking_part
benefits.entering_elasticity:
  label: Elasticity of coming to a benefit from outside the labour market in its level
  label_da: Elasticitet af tilgang til en ydelse udefra i ydelsens størrelse
  kind: assumption
  unit: elasticity
  values: {2016-01-01: 0.2}
  bounds: [-1, 3]
  prior: {distribution: triangular, low: 0.0, high: 0.6}
  range: [0.0, 0.6]
  reason: >-
    Conditions on assistance for the young lowered claims (E2-B05), and fewer graduates claimed dagpenge when
    it was lowered (B15: 3 per cent for a cut of about an eighth); no elasticity for others was read.
  mechanism: taking_part
"""
_CLIENTS = IS_CLIENT[:N_STATES] == 1


class TakingPartRules(NamedTuple):
    """m = municipalities."""

    entering: NDArray[np.float64]  # (m, states) multiplier of the flow from outside


def rules(law: Law) -> TakingPartRules:
    """Return how flows from outside answer benefit levels."""
    m = law.decisions.supervised.size
    change = paid_change(law)[:m] * float(law.on("taking_part"))
    return TakingPartRules(np.exp(law.now.scalar("benefits.entering_elasticity") * change * _CLIENTS))


def leaving(law: Law) -> NDArray[np.float64]:
    """Return what multiplies the rate of leaving for self-support without a job (w, states)."""
    elasticity = law.now.scalar("benefits.leaving_elasticity") * float(law.on("taking_part"))
    return np.asarray(np.exp(elasticity * paid_change(law)))


@act("taking_part", writes=("flows.now",))
def answer_benefit_levels(world: World, r: TakingPartRules) -> None:
    """Fewer come to a benefit that is lower, and more to one that is higher."""
    coming = world.flows.now[:, State.OUTSIDE]
    coming *= r.entering
    np.minimum(coming, LARGEST_MULTIPLIER, out=coming)


MECHANISMS = (
    Mechanism(
        name="taking_part",
        label="Benefit levels change who takes part",
        label_da="Ydelsens størrelse og hvem der modtager den",
        equation="rate * (benefit ratio)^elasticity",
        evidence="E2-B01, E2-B02, E2-B05, B15",
        when_off="benefit levels change search alone",
        rules=rules,
    ),
)
