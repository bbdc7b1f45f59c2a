"""What a week on benefit costs the municipality itself: it answers a dearer week with more exits.

    e_g * ln(what a week less leaves the municipality now / the same under the law without the reform)

What it leaves, over the benefit: the own share at the client's step of the refund clock
(:mod:`sim.rules.own_cost`) and the local tax on wage less benefit, as far as a municipality that acts alone
keeps them when all is settled (:mod:`sim.rules.municipal_finance`), never below ``refund.least_own_share``;
under the law without reforms the term is exactly zero. g: near work is whom the benefit wants available; of
the others, who is ill and has been on support for ``refund.long_sick_weeks`` is long sick, and the rest are
far from work. The elasticities were found where a municipality has no tax of its own: there what it leaves
is the own share.

Evidence: E2-I01, E2-I02 and E2-I04 (from 90 to 0 per cent refunded gave about 8 per cent fewer recipients:
ln 0.92 / ln 10 = -0.036), E2-I08 for the signs by group.  Switch: ``refund_incentive``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.engine.compiled import part
from sim.law import Law
from sim.lookup import flags
from sim.mechanism import Term
from sim.rules.municipal_finance import KeptRules, kept_in_force, value_of_week
from sim.rules.own_cost import WHOLE, OwnCostRules, own_cost_rules
from sim.vocabulary import Health
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now

PARAMETERS = """
refund.exits_near_work:
  label: Exits of people near work, per log of the municipality's own share of a week's benefit
  label_da: Afgang blandt borgere tæt på job pr. log af kommunens egen andel af ydelsen
  kind: assumption
  unit: log hazard per log share
  values: {2016-01-01: 0.04}
  bounds: [-1, 1]
  prior: {distribution: normal, low: -0.02, high: 0.10}
  range: [-0.02, 0.10]
  reason: >-
    0.04 (standard deviation 0.03). Derived from the Netherlands, where going from 90 to 0 per cent refunded
    gave about 8 per cent fewer recipients (ln 0.92 / ln 10 = -0.036), through more exits (E2-I01, E2-I04);
    Danish sign for the insured and others close to work: shorter (E2-I08).
  source:
    title: Influence of the social assistance act (WWB) on the use of social assistance (in Dutch)
    publisher: CPB
    year: '2010'
    locator: summary, para 2
    url: https://www.cpb.nl/en/publication/influence-social-assistance-act-wwb-use-social-assistance
    ids: [E2-I01, E2-I02, E2-I04, E2-I08]
  mechanism: refund_incentive
refund.exits_far_from_work:
  label: The same for people far from work
  label_da: Det samme for borgere langt fra job
  kind: assumption
  unit: log hazard per log share
  values: {2016-01-01: 0}
  bounds: [-1, 1]
  prior: {distribution: normal, low: -0.08, high: 0.08}
  range: [-0.08, 0.08]
  reason: 0 (standard deviation 0.04). The reform of 2016 was neutral or lengthening far from work (E2-I08).
  source:
    title: Effects of strengthened economic incentives in a decentralized ALMP context
    publisher: Korea Institute of Public Finance / VIVE
    year: '2023'
    locator: abstract
    url: https://vive.dk/en/publications/effects-of-strengthened-economic-incentives-in-a-decentralized-active-labour-market-policy-almp-context-the-2016-reform-in-denmark-yz235kx1/
    ids: [E2-I08]
  mechanism: refund_incentive
refund.exits_long_sick:
  label: The same for the long-term sick
  label_da: Det samme for langvarigt syge
  kind: assumption
  unit: log hazard per log share
  values: {2016-01-01: -0.01}
  bounds: [-1, 1]
  prior: {distribution: normal, low: -0.09, high: 0.07}
  range: [-0.09, 0.07]
  reason: -0.01 (standard deviation 0.04). The long-term sick were no faster, or slower, after 2016 (E2-I08).
  source:
    title: Effects of strengthened economic incentives in a decentralized ALMP context
    publisher: Korea Institute of Public Finance / VIVE
    year: '2023'
    locator: abstract
    url: https://vive.dk/en/publications/effects-of-strengthened-economic-incentives-in-a-decentralized-active-labour-market-policy-almp-context-the-2016-reform-in-denmark-yz235kx1/
    ids: [E2-I08]
  mechanism: refund_incentive
refund.long_sick_weeks:
  label: Weeks of support from which somebody who is ill counts as long-term sick
  label_da: Uger med offentlig forsørgelse, hvorfra en syg regnes som langvarigt syg
  kind: assumption
  unit: weeks
  values: {2016-01-01: 26}
  bounds: [1, 520]
  range: [13, 52]
  reason: The abstract names the long-term sick without a limit; 26 weeks is near the revaluation.
  mechanism: refund_incentive
refund.least_own_share:
  label: Own share of a benefit below which a municipality no longer tells the difference
  label_da: Egen andel af en ydelse, hvorunder en kommune ikke mærker forskel
  kind: assumption
  unit: share
  values: {2016-01-01: 0.05}
  bounds: [0.001, 1]
  range: [0.01, 0.1]
  reason: Keeps the logarithm finite where the state pays all. The Dutch evidence begins at a share of 0.1.
  mechanism: refund_incentive
"""
_DEMANDED, _WELL = flags("availability_demanded"), int(Health.WELL)


class RefundIncentiveRules(NamedTuple):
    """Elasticities, and the scale now and without the reform."""

    near: float
    far: float
    long_sick: float
    long_sick_weeks: int
    least: float  # own share, ten-thousandths
    now: OwnCostRules
    before: OwnCostRules
    kept: KeptRules
    kept_before: KeptRules
    changed: int  # 1: the scales, or what is kept, differ somewhere


def rules(law: Law) -> RefundIncentiveRules:
    """Return the elasticities and both scales."""
    r = law.now
    now, before = own_cost_rules(r), own_cost_rules(law.before)
    kept, kept_before = kept_in_force(law)
    return RefundIncentiveRules(
        near=r.scalar("refund.exits_near_work"),
        far=r.scalar("refund.exits_far_from_work"),
        long_sick=r.scalar("refund.exits_long_sick"),
        long_sick_weeks=round(r.scalar("refund.long_sick_weeks")),
        least=r.scalar("refund.least_own_share") * WHOLE,
        now=now,
        before=before,
        kept=kept,
        kept_before=kept_before,
        changed=int(not all(map(np.array_equal, (*now, *kept), (*before, *kept_before)))),
    )


@part
def log_of_shares(now: float, before: float, least: float) -> float:
    """Log of the own share ``now`` over that ``before``, each at least ``least`` (ten-thousandths)."""
    return 0.0 if now == before else math.log(max(now, least) / max(before, least))


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: RefundIncentiveRules) -> float:
    """Term of the municipality's own share."""
    if not r.changed:
        return 0.0
    own = value_of_week(i, now.week, k, r.now, r.kept)
    before = value_of_week(i, now.week, k, r.before, r.kept_before)
    if _DEMANDED[k.state[i]]:
        size = r.near
    elif k.condition.health[i] != _WELL and now.week - k.spell.course_start[i] >= r.long_sick_weeks:
        size = r.long_sick
    else:
        size = r.far
    return size * log_of_shares(own, before, r.least)


TERM = Term(
    name="refund_incentive",
    label="A dearer week makes municipalities end courses sooner",
    label_da="Kommunens egen udgift og afgang til job",
    equation="e by distance from work * ln(kept of a week / kept without the reform)",
    evidence="E2-I01, E2-I02, E2-I04, E2-I08",
    when_off="the refund scale moves nobody's chance of a job",
    rules=rules,
    of_client=of_client,
)
