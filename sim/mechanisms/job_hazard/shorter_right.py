"""A shorter right to dagpenge is anticipated from the first week of the spell.

    size * (weeks of the right without the reform - weeks with it)

for everybody on dagpenge, whatever they have used of it; a longer right lowers search in the same way.  That
comes on top of the last weeks of the right (:mod:`sim.mechanisms.job_hazard.anticipation`), a small part of
all weeks.  The reviewed studies count every exit, so the factor acts on exits without a job too
(:mod:`sim.mechanisms.own_exits`).

Evidence: E2-P03, B22 (throughout the spell).
"""

from __future__ import annotations

from sim.engine.compiled import part
from sim.law import Law
from sim.mechanism import Term
from sim.rules.benefit_change import ShorterRightRules, shorter_right, shorter_right_rules
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now

PARAMETERS = """
search.shorter_right:
  label: Leaving dagpenge and the length of the right
  label_da: Afgang fra dagpenge og rettens længde
  kind: evidence
  unit: log points a week that the right is shorter
  values: {2016-01-01: 0.0022}
  bounds: [-0.05, 0.05]
  prior: {distribution: normal, low: 0.0004, high: 0.004}
  range: [0.0004, 0.004]
  reason: >-
    About 10 per cent more exits after a cut of 43 weeks on average: ln 1.1 / 43. Seven studies of four
    countries; no interval was read, and the width is a judgement.
  source:
    title: (title not shown) review of reduced maximum duration of unemployment benefits
    publisher: Filges, Jonassen, Jørgensen; Campbell Systematic Reviews 14(1)
    year: '2018'
    locator: abstract
    url: https://suppr.wilddata.cn/browses/detail/pubmed/37131392
    ids: [E2-P03, B22]
  confidence: derived
  mechanism: shorter_right
"""


def rules(law: Law) -> ShorterRightRules:
    """Return what the change of the right does."""
    return shorter_right_rules(law)


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: ShorterRightRules) -> float:
    """Term of the length of the right."""
    return shorter_right(i, k, r)


TERM = Term(
    name="shorter_right",
    label="A shorter right to dagpenge is anticipated throughout the spell",
    label_da="En kortere dagpengeret ventes gennem hele forløbet",
    equation="size * weeks that the right is shorter",
    evidence="E2-P03, B22",
    when_off="only the last weeks of the right change search",
    rules=rules,
    of_client=of_client,
)
