"""Supported employment: a job first and support in it (place then train), another technology than interviews.

    effect, or effect on volunteers, * 1[far from work, supported]

A share ``supported_employment.share`` of those far from work (not well, or with complex barriers,
:mod:`sim.rules.distance`) who have a caseworker get it, drawn once a course; of these
``supported_employment.volunteers`` have asked for it.  Nobody does in the unreformed world beyond what the
observed job finding contains already; reforms and trials set the share.  It takes time: an employment
specialist has few clients, and each supported client puts ``supported_employment.minutes_week`` a week
before the house's caseworkers, whom a reform that means well must hire.

Evidence: P26 (46.5 to 59.9 per cent in 18 months is 0.38 on the hazard), E2-P04, E2-P06, E2-P07 for
volunteers with mental illness; E2-P05: unemployment does not change it; E2-P08 (muscles and joints: 1.38),
whom the model cannot tell apart.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.draws import Key, own_purpose, uniform_pair
from sim.law import Law
from sim.mechanism import Term, act
from sim.mechanisms.casework import add_task
from sim.rules.distance import far_from_work
from sim.states import NOBODY
from sim.vocabulary import Task
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.world import World

PARAMETERS = """
supported_employment.share:
  label: Share of clients far from work who get supported employment, beyond today's
  label_da: Andel af borgere langt fra arbejdsmarkedet, som får job med støtte (IPS), ud over i dag
  kind: assumption
  unit: share
  values: {2016-01-01: 0}
  bounds: [0, 1]
  range: [0, 0]
  reason: >-
    A lever: what is done today is part of the observed job finding, so 0 by definition; how many that is was
    not read.
  mechanism: supported_employment
supported_employment.volunteers:
  label: Share of them who have asked for it
  label_da: Andel af dem, der selv har ønsket det
  kind: assumption
  unit: share
  values: {2016-01-01: 0}
  bounds: [0, 1]
  range: [0, 1]
  reason: >-
    Without effect while nobody is supported. All of them in the trials of individual placement and support,
    nobody if it is an order.
  mechanism: supported_employment
supported_employment.effect:
  label: Supported employment and job finding, those who have not asked for it
  label_da: Job med støtte og jobchance, borgere der ikke selv har ønsket det
  kind: assumption
  unit: log points
  values: {2016-01-01: 0.25}
  bounds: [-1, 2]
  prior: {distribution: normal, low: -0.04, high: 0.54}
  range: [-0.04, 0.54]
  reason: >-
    The trials are of volunteers (0.45), and of people with musculoskeletal injuries 0.3 (E2-P08); for all
    activity-ready with health barriers a judgement, standard deviation 0.15.
  source:
    title: (title not shown) supported employment outside severe mental illness
    publisher: authors not shown (PMC8724223)
    year: n.d.
    locator: abstract
    url: https://pmc.ncbi.nlm.nih.gov/articles/PMC8724223
    ids: [E2-P08]
  mechanism: supported_employment
supported_employment.effect_on_volunteers:
  label: Supported employment and job finding, those who have asked for it
  label_da: Job med støtte og jobchance, borgere der selv har ønsket det
  kind: evidence
  unit: log points
  values: {2016-01-01: 0.45}
  bounds: [-1, 2]
  prior: {distribution: normal, low: 0.16, high: 0.74}
  range: [0.16, 0.74]
  reason: >-
    46.5 against 59.9 per cent in work or education within 18 months is ln(ln 0.401 / ln 0.535) = 0.38 on the
    hazard; risk ratios of 1.63 to 2.31 abroad are more. Standard deviation 0.15.
  source:
    title: Effects of Individual Placement and Support Supplemented With Cognitive Remediation...
    publisher: Christensen et al.; JAMA Psychiatry 76(12), 1232-1240
    year: '2019'
    locator: Key points
    url: https://pmc.ncbi.nlm.nih.gov/articles/PMC6727676
    ids: [P26, E2-P04, E2-P06, E2-P07]
  confidence: derived
  mechanism: supported_employment
supported_employment.minutes_week:
  label: Time of an employment specialist a supported client and week
  label_da: Beskæftigelseskonsulentens tid pr. borger med støtte og uge
  kind: assumption
  unit: minutes
  values: {2016-01-01: 110}
  bounds: [0, 2000]
  range: [75, 150]
  reason: >-
    A week of 37 hours shared by about 20 clients, as a specialist of individual placement and support has;
    15 to 30 clients.
  mechanism: supported_employment
"""
_SUPPORTED = own_purpose("supported_employment.supported")
_PLACEMENT = int(Task.PLACEMENT)
#: How somebody is supported.
_NOT, _ORDERED, _VOLUNTEER = 0, 1, 2


class SupportRules(NamedTuple):
    """w = rule rows of persons."""

    share: NDArray[np.float64]  # (w,) of those far from work
    volunteers: NDArray[np.float64]  # (w,) of those supported
    effect: float
    effect_on_volunteers: float
    minutes: NDArray[np.float64]  # (w,) a client and week


def rules(law: Law) -> SupportRules:
    """Return who is supported, and what it does."""
    r = law.now
    return SupportRules(
        share=r["supported_employment.share"].copy(),
        volunteers=r["supported_employment.volunteers"].copy(),
        effect=r.scalar("supported_employment.effect"),
        effect_on_volunteers=r.scalar("supported_employment.effect_on_volunteers"),
        minutes=r["supported_employment.minutes_week"].copy(),
    )


@part
def _support_of(i: int, key: Key, k: Clients, r: SupportRules) -> int:
    """Whether client ``i`` is supported: not, without having asked for it, or as a volunteer."""
    w = k.person.rule_row[i]
    if r.share[w] <= 0.0 or k.contact.caseworker[i] < 0 or not far_from_work(i, k):
        return _NOT
    u, v = uniform_pair(key, _SUPPORTED, k.key[i], k.spell.course_start[i])
    if u >= r.share[w]:
        return _NOT
    return _VOLUNTEER if v < r.volunteers[w] else _ORDERED


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: SupportRules) -> float:
    """Term of supported employment."""
    support = _support_of(i, now.key, k, r)
    if support == _NOT:
        return 0.0
    return r.effect_on_volunteers if support == _VOLUNTEER else r.effect


@kernel
def _support(now: Now, k: Clients, cw: Caseworkers, r: SupportRules) -> None:
    for i in range(k.id.size):
        if k.state[i] == NOBODY or k.spell.employer[i] >= 0:
            continue
        if _support_of(i, now.key, k, r) != _NOT:
            add_task(i, _PLACEMENT, r.minutes[k.person.rule_row[i]], k, cw)


@act("supported_employment", writes=("caseworkers.backlog_task",), purposes=(_SUPPORTED,))
def support(world: World, r: SupportRules) -> None:
    """Supported clients take an employment specialist's time."""
    if r.share.any():
        _support(world.now, world.clients.settled, world.caseworkers, r)


TERM = Term(
    name="supported_employment",
    label="Supported employment: a job first, support in it",
    label_da="Job med støtte (IPS)",
    equation="effect * 1[far from work, supported]",
    evidence="P26, E2-P04 - E2-P08",
    when_off="nobody is supported",
    rules=rules,
    of_client=of_client,
)
