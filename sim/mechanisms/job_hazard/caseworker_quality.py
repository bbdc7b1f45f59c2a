"""A better caseworker makes people leave faster, beside what the interviews are worth.

    sd * (standing + casework.quality_shift) - sd^2 / 2

with the caseworker's standing in standard deviations of log skill (``casework.skill_spread``), so that the
mean over caseworkers is one whatever the size.  The same factor acts on exits to an education and to
self-support (:mod:`sim.mechanisms.own_exits`), not on pensions, where even the sign is unknown.

Evidence: C19 (13 per cent more jobs within a year a standard deviation, sampling error included), E2-C04,
E2-C08.
"""

from __future__ import annotations

from sim.engine.compiled import part
from sim.law import Law
from sim.mechanism import Term
from sim.rules.effort import QualityRules, quality_effect, quality_rules
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now

PARAMETERS = """
search.caseworker_quality:
  label: A caseworker one standard deviation better, beside the interviews
  label_da: En sagsbehandler, der er en standardafvigelse bedre, ud over samtalerne
  kind: evidence
  unit: log points
  values: {2016-01-01: 0.1}
  bounds: [-1, 1]
  prior: {distribution: normal, low: 0.0, high: 0.2}
  range: [0.0, 0.2]
  reason: >-
    13 per cent more in work within a year is 0.15 to 0.26 on the hazard at 30 to 70 per cent in work, from
    an unpublished paper whose spread contains sampling error, and part of it runs through the interviews;
    standard deviation 0.05.
  source:
    title: How important are caseworkers - and why? New evidence from Swedish employment offices
    publisher: Lagerström; IFAU WP 2011:10
    year: '2011'
    locator: summary
    url: https://ifau.se/en/Research/Publications/Working-papers/2011/How-important-are-caseworkers--and-why-New-evidence-from-Swedish-employment-offices
    ids: [C19, E2-C08]
  confidence: derived
  mechanism: caseworker_quality
casework.quality_shift:
  label: How much better caseworkers are than today's, beside their interviews
  label_da: Hvor meget dygtigere sagsbehandlerne er end i dag, ud over samtalerne
  kind: assumption
  unit: standard deviations
  values: {2016-01-01: 0}
  bounds: [-5, 5]
  range: [0, 0]
  reason: 0 by definition; training of caseworkers, and trials that draw people to a better one, set it.
  mechanism: caseworker_quality
"""


def rules(law: Law) -> QualityRules:
    """Return the size of the effect."""
    return quality_rules(law)


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: QualityRules) -> float:
    """Term of the caseworker's quality."""
    return quality_effect(i, k, cw, r)


TERM = Term(
    name="caseworker_quality",
    label="A better caseworker makes people leave faster",
    label_da="Sagsbehandlerens dygtighed",
    equation="sd * standing",
    evidence="C19, E2-C04, E2-C08",
    when_off="caseworkers differ through their interviews alone",
    rules=rules,
    of_client=of_client,
)
