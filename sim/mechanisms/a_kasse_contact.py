"""The a-kasse's interviews: the insured are met there in the first months.

    n interviews (``contact.a_kasse_interviews``) at even distances between the weeks
    ``a_kasse_first_within`` and ``a_kasse_weeks``, of which the share ``a_kasse_held_share`` is held

A provider beside the public service can hold more, every ``contact.provider_interval_weeks`` (0: none).
Interviews of others have a quality of their own: ``contact.a_kasse_quality`` and
``contact.provider_quality`` of one with the middle caseworker, by which they count among recent interviews;
and who has no caseworker yet knows the a-kasse's adviser by ``contact.a_kasse_known`` of what a close
relation is (:mod:`sim.mechanisms.job_hazard.relation`).  Where a caseworker is there too, the caseworker's
skill is the one that counts for all recent interviews, others' included.
Evidence: F266, LAB 31; E2-C02, E2-I12 for providers.  Switch: ``a_kasse_contact``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel
from sim.engine.draws import Purpose, uniform
from sim.law import Law, whole
from sim.mechanism import Mechanism, act
from sim.rules.recent_interviews import FadeRules, fade_rules, remember
from sim.states import State
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.world import World

PARAMETERS = """
contact.a_kasse_quality:
  label: Effect of an interview in the a-kasse relative to one with the middle caseworker
  label_da: Virkning af en samtale i a-kassen i forhold til en med den gennemsnitlige sagsbehandler
  kind: assumption
  unit: ratio
  values: {2016-01-01: 1.0}
  bounds: [0, 5]
  prior: {distribution: triangular, low: 0.5, high: 1.5}
  range: [0.5, 1.5]
  reason: >-
    No study that compares the two was read. As good as the middle caseworker, half as good to half as good
    again.
  mechanism: a_kasse_contact
contact.a_kasse_known:
  label: How well an insured person knows the a-kasse's adviser, of a close relation
  label_da: Hvor godt en forsikret kender a-kassens rådgiver, i forhold til en tæt relation
  kind: assumption
  unit: share
  values: {2016-01-01: 0.5}
  bounds: [0, 1]
  prior: {distribution: triangular, low: 0.0, high: 1.0}
  range: [0.0, 1.0]
  reason: >-
    Whether the adviser is the same from interview to interview was not read. Half, which is what clients of
    the jobcentre have come to after one or two interviews with the same caseworker.
  mechanism: a_kasse_contact
contact.provider_quality:
  label: Effect of an interview with another provider relative to one with the middle caseworker
  label_da: Virkning af en samtale hos en anden aktør i forhold til en med den gennemsnitlige sagsbehandler
  kind: assumption
  unit: ratio
  values: {2016-01-01: 0.8}
  bounds: [0, 5]
  prior: {distribution: triangular, low: 0.4, high: 1.3}
  range: [0.4, 1.3]
  reason: >-
    In France a public team did about twice as much a person as private providers (E2-C02); elsewhere
    for-profit providers placed slightly more (E2-I12). Whole programmes, not interviews, so the size is a
    judgement.
  source:
    title: Private and Public Provision of Counseling to Job-Seekers
    publisher: Behaghel, Crepon, Gurgand; AEJ Applied 6(4)
    year: '2014'
    locator: abstract
    url: https://www.iza.org/de/publications/dp/6518/private-and-public-provision-of-counseling-to-job-seekers-evidence-from-a-large-controlled-experiment
    ids: [E2-C02, E2-I12]
  mechanism: a_kasse_contact
"""
_A_KASSE, _DAGPENGE = int(Purpose.A_KASSE), int(State.DAGPENGE)


class AKasseRules(NamedTuple):
    """w = rule rows."""

    interviews: NDArray[np.int64]  # (w,) number; 0 none
    first: NDArray[np.int64]  # (w,) week of the course in which they begin
    weeks: NDArray[np.int64]  # (w,) weeks of the course in which the a-kasse follows the insured
    held: NDArray[np.float64]  # (w,) share held
    quality: NDArray[np.float64]  # (w,) relative to the middle caseworker
    provider_interval: NDArray[np.int64]  # (w,) weeks between a provider's interviews, 0 none
    provider_quality: NDArray[np.float64]  # (w,)
    fade: FadeRules


def rules(law: Law) -> AKasseRules:
    """Return the a-kasse's part of the contact."""
    r = law.now
    return AKasseRules(
        interviews=whole(r["contact.a_kasse_interviews"]) * int(law.on("a_kasse_contact")),
        first=whole(r["contact.a_kasse_first_within_weeks"]),
        weeks=whole(r["contact.a_kasse_weeks"]),
        held=r["contact.a_kasse_held_share"].copy(),
        quality=r["contact.a_kasse_quality"].copy(),
        provider_interval=whole(r["contact.provider_interval_weeks"]),
        provider_quality=r["contact.provider_quality"].copy(),
        fade=fade_rules(r),
    )


@kernel
def _hold(now: Now, k: Clients, r: AKasseRules, held: NDArray[np.int64], counted: NDArray[np.int64]) -> None:
    for i in range(k.id.size):
        if k.state[i] != _DAGPENGE:
            continue
        m, w = k.person.municipality[i], k.person.rule_row[i]
        course = now.week - k.contact.contact_start[i]
        n = r.interviews[w]
        if r.provider_interval[w] > 0 and course % r.provider_interval[w] == 0:
            remember(i, now.week, r.provider_quality[w], k, r.fade)
            counted[m, _DAGPENGE] += 1
            held[m] += 1
            continue
        if n <= 0 or course < r.first[w] or course >= r.weeks[w]:
            continue
        step = max((r.weeks[w] - r.first[w]) // n, 1)
        elapsed = course - r.first[w]
        if elapsed % step != 0 or elapsed // step >= n:
            continue
        if uniform(now.key, _A_KASSE, k.key[i], now.week) < r.held[w]:
            remember(i, now.week, r.quality[w], k, r.fade)
            counted[m, _DAGPENGE] += 1
            held[m] += 1


@act(
    "a_kasse_contact",
    writes=(
        "clients.contact.interview_stock",
        "clients.contact.last_interview",
        "clients.contact.held",
        "clients.contact.trust",
        "tally.interviews_a_kasse",
        "this_week.a_kasse_held",
    ),
    purposes=(Purpose.A_KASSE,),
    always=True,
)
def hold_a_kasse_interviews(world: World, r: AKasseRules) -> None:
    """The a-kasse's and a provider's interviews with the insured."""
    held = world.this_week.a_kasse_held
    held[:] = 0
    _hold(world.now, world.clients.settled, r, held, world.tally.interviews_a_kasse)


MECHANISMS = (
    Mechanism(
        name="a_kasse_contact",
        label="The a-kasse's interviews",
        label_da="A-kassens samtaler",
        equation="n interviews in the first weeks",
        evidence="F266, LAB 31, E2-C02, E2-I12",
        when_off="the a-kasse holds none",
        rules=rules,
    ),
)
