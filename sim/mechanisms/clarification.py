"""Clarification: lost capacity leads to a flexjob, a disability pension or a resource course.

A case is opened about a client, whatever the benefit, by who the client is:

    capacity reduced or hardly any   at ``clarification.opened_rate`` a year
    ill with complex barriers        at ``clarification.resource_rate`` a year, after half a year of benefits

times exp(caseload + e * s(interviews)): who has time, and who sees the person, sees what is lost
(:mod:`sim.rules.effort`, ``clarification.interview_effect``).  Cases are decided as the person is when the
week comes: reduced capacity gives a flexjob approval
(ledighedsydelse), hardly any a disability pension, from the age of 40; the younger, and those ill with
complex barriers, have a resource course first (LAS 68 a, pension act 16-18).  Who has recovered is given
nothing.  An opened case costs caseworker minutes (rehabilitation team, C096: about 20 hours a case, of
which the caseworker's own share is assumption A07; certificates, A08) and takes

    weeks = preparation + team phase (C097: a good month) + the caseworker's backlog in weeks,

so that overload delays decisions. Without the team requirement the team phase and most of its minutes fall
away. A job or a change of benefit in the meantime closes the case (the latter as long as
``clarification.case_closes_at_shift`` is 1). Where ``clarification.clear_cases_short`` is 1, what a case
asks for goes by what the caseworker sees (rightly with ``exemption.accuracy`` of the target group): one
that looks clear, hardly any capacity at all, is prepared in ``clarification.clear_preparation_share`` of
the weeks and with ``clarification.clear_certificates_share`` of the certificates; when it only looked so it
is prepared in full after that. Where a case need not be tested in all respects
(``clarification.testing_required``) it takes ``clarification.untested_weeks_share`` of the weeks and
``clarification.untested_minutes_share`` of the caseworker's time; fewer offers are made for the testing's
sake (:mod:`sim.mechanisms.programmes`). Where the region's information can be seen
(``clarification.records_shared``), the case of who has been treated in a hospital
(``clarification.hospital_share``) is ``clarification.records_weeks`` shorter and takes
``clarification.records_certificates_share`` of the certificates. Where somebody may begin in a flexjob
before the clarification is complete (``clarification.flexjob_before_clarified``), for the share
``clarification.flexjob_early_share`` it is clear early, and where a willing employer is found a flexjob
begins after half of the preparation; of these ``clarification.early_not_approved_share`` end without an
approval; with ``clarification.assessment_after_weeks`` long courses on temporary benefits, of the target
groups of ``clarification.assessed_groups``, are assessed across disciplines, but for the share
``clarification.already_assessed_share`` whom the contact course has assessed already. That opens the case
of everybody whose capacity is lost, which waits in the queue as others do; of those to whom it gives
nothing new ``clarification.assessment_offer_share`` get an offer instead. Where the resource course no
longer exists, its cases stay on their benefit and, for the share ``clarification.diverted_to_pension`` of
those with hardly any capacity, go to disability pension; who is refused has a new case in time. Switch:
``clarification`` (no case is ever decided).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.engine.decisions import Contenders, bound, contenders
from sim.engine.draws import Purpose, own_purpose, uniform
from sim.law import Law, whole
from sim.lookup import flags
from sim.mechanism import Mechanism, act
from sim.mechanisms.casework import add_task, waiting_weeks
from sim.parameters import Resolved
from sim.rules.effort import CaseloadRules, caseload_effect, caseload_rules
from sim.rules.recent_interviews import FadeRules, fade_rules, interview_effect
from sim.states import NOBODY, State
from sim.vocabulary import HEALTH, Barrier, Health, Programme, Task
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.columns import NEVER
from sim.world.moves import Moves
from sim.world.world import World

PARAMETERS = """
clarification.interview_effect:
  label: 'Interview: log rate at which a case of clarification opens in the month after, against none'
  label_da: 'Samtale: log af raten, hvormed en afklaringssag åbnes i måneden efter'
  kind: assumption
  unit: log points
  values: {2016-01-01: 0.1}
  bounds: [-1, 2]
  prior: {distribution: triangular, low: 0.0, high: 0.27}
  range: [0.0, 0.27]
  reason: >-
    A lasting loss that nobody sees is not clarified; how much sooner an interview finds it was not read. At
    most what an interview does for jobs.
  mechanism: clarification
clarification.clear_cases_short:
  label: Cases that look clear are prepared by what they need and not by fixed steps (1 = yes)
  label_da: Sager, der ser klare ud, forberedes efter behov og ikke efter faste trin (1 = ja)
  kind: assumption
  unit: 0 or 1
  values: {2016-01-01: 0}
  bounds: [0, 1]
  range: [0, 1]
  reason: 0 by definition of the law before any reform, which asks the same of every case.
  mechanism: clarification
clarification.clear_preparation_share:
  label: Weeks of preparation of a case that looks clear, over those of another
  label_da: Ugers forberedelse af en sag, der ser klar ud, i forhold til en anden
  kind: assumption
  unit: share
  values: {2016-01-01: 0.3}
  bounds: [0, 1]
  range: [0.15, 0.6]
  reason: >-
    Not measured: the file is read, and no work trial is made. Without effect while all cases are prepared
    alike.
  mechanism: clarification
clarification.clear_certificates_share:
  label: Certificates of a case that looks clear, over those of another
  label_da: Lægeattester i en sag, der ser klar ud, i forhold til en anden
  kind: assumption
  unit: share
  values: {2016-01-01: 0.5}
  bounds: [0, 1]
  range: [0.3, 0.8]
  reason: >-
    One instead of two, as the health is known; not measured. Without effect while all cases are prepared
    alike.
  mechanism: clarification
"""
#: Whether a caseworker sees rightly if a case is clear.
_CLEAR = own_purpose("clarification.seen_as_clear")
#: Whether a hospital has treated the person.
_HOSPITAL = own_purpose("clarification.hospital")
#: Whether a flexjob that began early is approved.
_APPROVED = own_purpose("clarification.approved")
#: Whether the caseworker sees complex barriers, for which others are needed at the meeting.
_COMPLEX_SEEN = own_purpose("clarification.complex_seen")
_RESOURCE, _PENSION = int(State.RESSOURCEFORLOEB), int(State.FOERTIDSPENSION)
_LEDIGHEDSYDELSE, _FLEKSJOB = int(State.LEDIGHEDSYDELSE), int(State.FLEKSJOB)
_CASE, _CLARIFY, _EARLY = int(Purpose.CASE), int(Purpose.CLARIFICATION), int(Purpose.EARLY_FLEXJOB)
_ILL, _REDUCED, _UNABLE = int(Health.ILL), int(Health.REDUCED), int(Health.UNABLE)
_TEAM, _CERTIFICATE = int(Task.REHABILITATION_TEAM), int(Task.MEDICAL_CERTIFICATES)
_COMPLEX, _NO_PROGRAMME = int(Barrier.COMPLEX), int(Programme.NONE)
#: Whether the contact course has made the assessment already, and whether another effort follows from it.
_ALREADY, _EFFORT = own_purpose("clarification.already_assessed"), own_purpose("clarification.other_effort")
#: Temporary benefits on which a long course is assessed.
_ASSESSED = flags("long_course_assessed")
_IS_RESOURCE = flags("resource_course")


class ClarificationRules(NamedTuple):
    """By rule row of the person (w,) unless another shape is named."""

    team_required: NDArray[np.int64]
    resource_open: NDArray[np.int64]
    preparation_weeks: NDArray[np.float64]
    team_weeks: NDArray[np.float64]
    team_minutes: NDArray[np.float64]
    simple_minutes: NDArray[np.float64]
    certificate_minutes: NDArray[np.float64]
    certificates: NDArray[np.float64]  # a case
    by_situation: NDArray[np.int64]  # (w,) 1: a case that looks clear asks for less
    clear_weeks: NDArray[np.float64]  # (w,) share of the preparation
    clear_certificates: NDArray[np.float64]  # (w,) share of the certificates
    documents: NDArray[np.int64]  # (w,) 1: the certificates alone go by what looks clear
    by_need: NDArray[np.int64]  # (w,) 1: only who is needed attends the team's meeting
    fewer: NDArray[np.float64]  # (w,) share of the team's minutes with fewer there
    records: NDArray[np.float64]  # (w,) share of cases in which the region's information can be seen
    records_weeks: NDArray[np.float64]  # (w,) of preparation that they are spared
    records_certificates: NDArray[np.float64]  # (w,) certificates that they still take
    accuracy: NDArray[np.float64]  # (w, g) how often a caseworker sees rightly
    early_flexjob: NDArray[np.float64]  # (w,) share of flexjob cases that start before they are complete
    not_approved: NDArray[np.float64]  # (w,) share of these that end without an approval
    assess_after: NDArray[np.int64]  # (w,) weeks of support, 0 = never
    assess_from_age: NDArray[np.int64]  # (w,)
    assessed: NDArray[np.float64]  # (w, g) 1: the rule is about the target group
    already: NDArray[np.float64]  # (w,) share whom the contact course has assessed, who are left out
    other_effort: NDArray[np.float64]  # (w,) share of the others whom an assessment gives an offer
    notice: NDArray[np.int64]  # (w,) weeks until that
    opened: NDArray[np.float64]  # (w,) rate a week at which a case opens about who has lost capacity
    resource: NDArray[np.float64]  # (w,) and about who is ill with complex barriers
    resource_after: int  # weeks of benefits before it
    pension_age: int  # from which a pension needs no resource course before it
    diverted_to_pension: NDArray[np.float64]
    backlog_pace: float  # share of the week in which tasks that wait are worked
    early_saved: float  # share of the preparation that an early flexjob saves
    assess_again: int  # weeks between assessments of a long course
    called: float  # log points of a recent interview
    fade: FadeRules
    caseload: CaseloadRules


def with_testing(r: Resolved, what: str) -> NDArray[np.float64]:
    """Return what is left of ``what`` of a case (weeks, minutes) under the law's demand for testing (w,)."""
    required = r["clarification.testing_required"]
    return np.asarray(required + (1.0 - required) * r[f"clarification.untested_{what}_share"])


def preparation_weeks(r: Resolved) -> NDArray[np.float64]:
    """Return the weeks in which a case is prepared (w,), as far as the law asks for testing."""
    return np.asarray(r["clarification.preparation_weeks"] * with_testing(r, "weeks"))


def early_flexjobs(law: Law) -> NDArray[np.float64]:
    """Return the share of flexjob cases in which somebody begins before the case is clear (w,).

    Where the law lets them, it is clear early that the case leads there, and a willing employer is found.
    """
    r = law.now
    found = np.minimum(law.rows(law.decisions.willing) * r["programmes.employer_openness"], 1.0)
    clear = r["clarification.flexjob_before_clarified"] * r["clarification.flexjob_early_share"]
    return np.asarray(clear * found)


def rules(law: Law) -> ClarificationRules:
    """Return how cases are prepared and decided."""
    r = law.now
    return ClarificationRules(
        team_required=whole(r["clarification.rehabilitation_team_required"]),
        resource_open=whole(r["clarification.ressourceforloeb_open"]),
        preparation_weeks=preparation_weeks(r),
        team_weeks=r["clarification.team_weeks"].copy(),
        team_minutes=r["casework.team_minutes"] * with_testing(r, "minutes"),
        simple_minutes=r["casework.simple_clarification_minutes"] * with_testing(r, "minutes"),
        certificate_minutes=r["casework.certificate_minutes"].copy(),
        certificates=r["clarification.certificates_a_case"].copy(),
        by_situation=whole(r["clarification.clear_cases_short"]),
        clear_weeks=r["clarification.clear_preparation_share"].copy(),
        clear_certificates=r["clarification.clear_certificates_share"].copy(),
        documents=whole(r["clarification.documents_by_judgement"]),
        by_need=whole(r["clarification.attendees_by_need"]),
        fewer=r["clarification.fewer_attendees_share"].copy(),
        records=r["clarification.records_shared"] * r["clarification.hospital_share"],
        records_weeks=r["clarification.records_weeks"].copy(),
        records_certificates=r["clarification.records_certificates_share"].copy(),
        accuracy=r["exemption.accuracy"].copy(),
        early_flexjob=early_flexjobs(law),
        not_approved=r["clarification.early_not_approved_share"].copy(),
        assess_after=whole(r["clarification.assessment_after_weeks"]),
        assess_from_age=whole(r["clarification.assessment_from_age"]),
        assessed=r["clarification.assessed_groups"].copy(),
        already=r["clarification.already_assessed_share"].copy(),
        other_effort=r["clarification.assessment_offer_share"].copy(),
        notice=whole(r["programmes.notice_weeks"]),
        opened=r["clarification.opened_rate"] / WEEKS_A_YEAR,
        resource=r["clarification.resource_rate"] / WEEKS_A_YEAR,
        resource_after=round(r.scalar("clarification.resource_after_weeks")),
        pension_age=round(r.scalar("clarification.pension_from_age")),
        diverted_to_pension=r["clarification.diverted_to_pension"].copy(),
        backlog_pace=r.scalar("casework.backlog_pace"),
        early_saved=r.scalar("clarification.early_preparation_saved"),
        assess_again=round(r.scalar("clarification.reassessment_weeks")),
        called=r.scalar("clarification.interview_effect") * float(law.on("interview_effect")),
        fade=fade_rules(r),
        caseload=caseload_rules(law),
    )


@part
def needs_clarification(i: int, now: Now, k: Clients, r: ClarificationRules) -> bool:
    """Whether a case about client ``i`` can lead to something new."""
    health, state = k.condition.health[i], k.state[i]
    if health == _REDUCED:
        return state != _LEDIGHEDSYDELSE
    if health == _UNABLE:
        return True
    return health == _ILL and not _IS_RESOURCE[state] and _may_need_course(i, now, k, r)


@part
def _may_need_course(i: int, now: Now, k: Clients, r: ClarificationRules) -> bool:
    """Whether client ``i``, who is ill, is one of those whom a resource course is for."""
    if k.person.barrier[i] != _COMPLEX or not r.resource_open[k.person.rule_row[i]]:
        return False
    return now.week - k.spell.course_start[i] >= r.resource_after


@part
def _leads_to(i: int, now: Now, k: Clients, r: ClarificationRules) -> int:
    """State that the decision gives client ``i`` as they are now: the present one if nothing new."""
    health, w, state = k.condition.health[i], k.person.rule_row[i], int(k.state[i])
    if health == _REDUCED:
        return _LEDIGHEDSYDELSE
    young = now.year - k.person.birth_year[i] < r.pension_age
    if health == _UNABLE:
        if not young or _IS_RESOURCE[state]:
            return _PENSION
        if r.resource_open[w]:
            return _RESOURCE
        u = uniform(now.key, _CLARIFY, k.key[i], now.week)
        return _PENSION if u < r.diverted_to_pension[w] else state
    ill = health == _ILL and not _IS_RESOURCE[state]
    return _RESOURCE if ill and _may_need_course(i, now, k, r) else state


@part
def _by_situation(i: int, now: Now, k: Clients, r: ClarificationRules) -> tuple[float, float]:
    """Weeks of preparation and certificates of a case about client ``i``, over those of fixed steps."""
    w = k.person.rule_row[i]
    if not (r.by_situation[w] or r.documents[w]):
        return 1.0, 1.0
    rightly = uniform(now.key, _CLEAR, k.key[i], now.week) < r.accuracy[w, k.spell.group[i]]
    clear = k.condition.health[i] == _UNABLE
    if rightly != clear:  # not seen as clear
        return 1.0, 1.0
    again = 0.0 if clear else 1.0
    weeks = r.clear_weeks[w] + again if r.by_situation[w] else 1.0
    return weeks, r.clear_certificates[w] + again


@part
def _attended(i: int, now: Now, k: Clients, r: ClarificationRules) -> float:
    """Caseworker's time for the team's case about client ``i``, over that with everybody at the meeting."""
    w = k.person.rule_row[i]
    if not r.by_need[w]:
        return 1.0
    rightly = uniform(now.key, _COMPLEX_SEEN, k.key[i], now.week) < r.accuracy[w, k.spell.group[i]]
    seen = rightly == (k.person.barrier[i] == _COMPLEX)
    return 1.0 if seen else r.fewer[w]


@part
def open_case(
    i: int, now: Now, k: Clients, cw: Caseworkers, r: ClarificationRules, certificates: NDArray[np.int64]
) -> None:
    """Open a case: work for the caseworker, certificates, and a week for the decision."""
    w = k.person.rule_row[i]
    longer, more = _by_situation(i, now, k, r)
    preparation, needed = r.preparation_weeks[w] * longer, r.certificates[w] * more
    if r.records[w] > 0.0 and uniform(now.key, _HOSPITAL, k.key[i], now.week) < r.records[w]:
        preparation = max(preparation - r.records_weeks[w], 0.0)
        needed *= r.records_certificates[w]
    weeks = preparation + waiting_weeks(i, r.backlog_pace, k, cw)
    if r.team_required[w]:
        weeks += r.team_weeks[w]
        add_task(i, _TEAM, r.team_minutes[w] * _attended(i, now, k, r), k, cw)
    else:
        add_task(i, _TEAM, r.simple_minutes[w], k, cw)
    add_task(i, _CERTIFICATE, r.certificate_minutes[w] * needed, k, cw)
    certificates[k.person.municipality[i]] += int(needed + 0.5)
    early = r.early_flexjob[w] if k.condition.health[i] == _REDUCED else 0.0
    if early > 0.0 and uniform(now.key, _EARLY, k.key[i], now.week) < early:
        weeks -= r.early_saved * preparation
        k.contact.flexjob_early[i] = 1
    k.contact.clarify_at[i] = now.week + max(int(weeks + 0.5), 1)


@part
def _sooner(i: int, now: Now, k: Clients, cw: Caseworkers, r: ClarificationRules) -> float:
    """How much sooner a case about client ``i`` opens by what caseworkers do."""
    stock: float = np.float64(k.contact.interview_stock[i])
    recent = interview_effect(stock, k.contact.last_interview[i], now.week, r.fade)
    return math.exp(r.called * recent + caseload_effect(i, now, k, cw, r.caseload))


def _largest_rates(r: ClarificationRules) -> NDArray[np.float64]:
    """No case opens at more than these rates a week, by health (4,)."""
    soonest = math.exp(max(r.called, 0.0) * r.fade.largest_effect + r.caseload.largest_effect)
    largest = np.zeros(len(HEALTH))
    largest[_ILL] = r.resource.max() * soonest
    largest[[_REDUCED, _UNABLE]] = r.opened.max() * soonest
    return largest


@kernel
def _open(
    now: Now,
    open_to: Contenders,
    k: Clients,
    cw: Caseworkers,
    r: ClarificationRules,
    certificates: NDArray[np.int64],
) -> None:
    for at in range(open_to.row.size):
        i, u = open_to.row[at], open_to.u[at]
        if k.state[i] == NOBODY or k.contact.clarify_at[i] != NEVER:
            continue
        w = k.person.rule_row[i]
        rate = r.resource[w] if k.condition.health[i] == _ILL else r.opened[w]
        chance = -math.expm1(-rate * _sooner(i, now, k, cw, r))
        if u < chance and needs_clarification(i, now, k, r):
            open_case(i, now, k, cw, r, certificates)


@part
def _has_been_assessed(i: int, now: Now, k: Clients, r: ClarificationRules) -> bool:
    """Whether the contact course has made the assessment of client ``i`` already (drawn once a course)."""
    return uniform(now.key, _ALREADY, k.key[i], k.spell.course_start[i]) < r.already[k.person.rule_row[i]]


@part
def _gets_other_effort(i: int, now: Now, k: Clients, r: ClarificationRules) -> bool:
    """Whether an assessment that finds no lost capacity gives client ``i``, who has no offer, another one."""
    if k.programme.kind[i] != _NO_PROGRAMME or k.programme.planned[i] != NEVER:
        return False
    return uniform(now.key, _EFFORT, k.key[i], now.week) < r.other_effort[k.person.rule_row[i]]


@kernel
def _assess(now: Now, k: Clients, cw: Caseworkers, r: ClarificationRules) -> int:
    assessed = 0
    for i in range(k.id.size):
        w = k.person.rule_row[i]
        after, state = r.assess_after[w], k.state[i]
        if after == 0 or not _ASSESSED[state] or k.contact.clarify_at[i] != NEVER:
            continue
        weeks = now.week - k.spell.course_start[i]
        young = now.year - k.person.birth_year[i] < r.assess_from_age[w]
        if young or weeks < after or (weeks - after) % r.assess_again != 0:
            continue
        if r.assessed[w, k.spell.group[i]] <= 0.0 or _has_been_assessed(i, now, k, r):
            continue
        assessed += 1
        add_task(i, _TEAM, r.simple_minutes[w], k, cw)
        if needs_clarification(i, now, k, r):
            weeks = r.preparation_weeks[w] + waiting_weeks(i, r.backlog_pace, k, cw)
            k.contact.clarify_at[i] = now.week + max(int(weeks + 0.5), 1)
        elif _gets_other_effort(i, now, k, r):
            k.programme.planned[i] = now.week + r.notice[w]
    return assessed


@kernel
def _decide(now: Now, k: Clients, r: ClarificationRules, out: Moves) -> int:
    n, c = 0, k.contact
    for i in range(k.id.size):
        at = c.clarify_at[i]
        if at == NEVER or now.week < at or k.state[i] == NOBODY:
            continue
        c.clarify_at[i] = NEVER
        to = _leads_to(i, now, k, r)
        if to == _LEDIGHEDSYDELSE and c.flexjob_early[i]:
            refused = uniform(now.key, _APPROVED, k.key[i], now.week) < r.not_approved[k.person.rule_row[i]]
            to = k.state[i] if refused else _FLEKSJOB
        c.flexjob_early[i] = 0
        if to != k.state[i]:
            out.who[n], out.to[n] = k.id[i], to
            n += 1
    return n


@act(
    "clarification",
    writes=(
        "clients.contact.clarify_at",
        "clients.contact.flexjob_early",
        "caseworkers.backlog_task",
        "tally.certificates",
    ),
    purposes=(Purpose.CASE, Purpose.EARLY_FLEXJOB, _CLEAR, _HOSPITAL, _COMPLEX_SEEN),
)
def open_cases(world: World, r: ClarificationRules) -> None:
    """Open the week's cases: work for the caseworker, certificates, and a week for the decision."""
    now, k = world.now, world.clients.settled
    open_to = contenders(now.key, _CASE, now.week, k.key, k.condition.health, bound(_largest_rates(r)))
    _open(now, open_to, k, world.caseworkers, r, world.tally.certificates)


@act(
    "clarification",
    writes=("clients.contact.clarify_at", "clients.programme.planned", "caseworkers.backlog_task"),
    purposes=(_ALREADY, _EFFORT),
)
def assess_long_courses(world: World, r: ClarificationRules) -> None:
    """Assess courses that reach the law's weeks, and again each year: whose capacity is lost has a case."""
    if r.assess_after.any():
        _assess(world.now, world.clients.settled, world.caseworkers, r)


@act(
    "clarification",
    writes=("clients.contact.clarify_at", "clients.contact.flexjob_early"),
    purposes=(Purpose.CLARIFICATION, _APPROVED),
)
def decide_cases(world: World, r: ClarificationRules) -> Moves:
    """Decide the cases whose week has come, as the person is now."""
    k = world.clients.settled
    out = Moves.room(k.id.size)
    return out.first(_decide(world.now, k, r, out))


MECHANISMS = (
    Mechanism(
        name="clarification",
        label="Resource courses, flexjobs and pensions are decided",
        label_da="Afklaring til fleksjob og pension",
        equation="a rate by capacity, caseload and interviews; preparation + team + backlog",
        evidence="C096, C097, F288-F290; E2-C12",
        when_off="no case is ever decided",
        rules=rules,
    ),
)
