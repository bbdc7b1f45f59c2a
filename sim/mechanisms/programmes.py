"""Programmes: announced starts, employers' acceptance, the budget's ceiling, lock-in and ends.

A start is announced some weeks ahead (the threat of section 1.2 of the evidence notes works in that time):

* *duty*: the law gives the group a right and duty to an offer by week ``activation.offer_within_weeks``
  (LAB section 102), unless an effort of social or health services counts as it
  (:mod:`sim.mechanisms.other_contact`), a digital offer stands for it (:mod:`sim.mechanisms.self_service`)
  or the client is exempt (:mod:`sim.mechanisms.exemption`),
* *work duty*: who is on social assistance and fails the requirements of residence or employment
  (:mod:`sim.rules.residence`) gets one offer after another from ``work_duty.in_force`` on, as far as
  ``work_duty.reached_share`` of them are reached, up to ``work_duty.hours_a_week`` (37) hours a week,
* *focus targets*: while they are in force, long courses without an offer for a year get one, of those whom
  the municipality covers for the targets' sake (:mod:`sim.rules.focus_targets`),
* *at once*: job- and education-ready clients younger than ``activation.immediate_under_age`` (0: nobody),
  in the first month; a share ``activation.immediate_refusal`` does not turn up and lives without support,
* *judgement*: weekly with ``programmes.start_rate`` of the group, and more often where an offer no longer
  waits for treatment (:mod:`sim.mechanisms.treatment`),
* *investment*: weekly with ``programmes.invested_starts`` of the group, into a place that was bought, and
  into those of the municipality's own departments as they become free, places a client *
  ``programmes.department_places_filled`` / weeks of an internship.

Where the law does not ask for testing (``clarification.testing_required``), of offers by judgement to
people with an open case the share ``clarification.untested_offers_share`` falls away.

A share ``programmes.internship_to_subsidy_share`` of internships goes straight on as a private wage subsidy
with the same employer.  Cost is shifted, too: where a week costs the municipality more than under the law
without the reform, an offer made by judgement becomes a subsidised public job
with the chance

    programmes.cost_shift * max(0, ln(own share of the week's benefit / own share without the reform))

(E2-I05, E2-I06: German municipalities that got the jobcentres created more public jobs and placed fewer).

Where a wage subsidy begins as an internship with the same employer (``programmes.internship_first``), it
does so for ``programmes.trial_weeks``; the employer then takes the person on if the work was served well
(``employers.served_well``), else nothing follows. Where caseworker and citizen judge an offer together when
it ends (``programmes.joint_review``), that takes ``programmes.joint_review_minutes``, after
``programmes.review_next_share`` of them another offer is announced at once, and after the others none by
judgement for ``programmes.review_pause_weeks``.

Starts of a week are taken in a keyed order. An internship or a wage subsidy needs an employer: it is found
with the share of willing employers in the municipality times ``programmes.employer_openness``, or by the
citizen where that is asked (``programmes.citizen_finds_place``, by barrier ``programmes.own_found_share``;
workshops before it take ``programmes.workshop_minutes``), and which workplaces are asked and say yes is
theirs to decide (:mod:`sim.mechanisms.employers`); an internship that goes on stays where it was; otherwise
the client gets guidance and upgrading. When a placement has run its time the workplace remembers whether it
was served well: ``employers.served_well`` by barriers, times v_m where employer service has less time than
usual (:mod:`sim.mechanisms.job_hazard.employer_service`). What costs money starts only while the
municipality has money left, and guidance within ``programmes.guidance_cap_kr_person`` (0: no cap); else it
waits:

    spending of the week < budget a week + account / T,    account = account + budget - spending

T is how long a municipality evens out what it has spent too little (``programmes.evened_out_weeks``) or too
much (``programmes.paid_back_weeks``), so that a budget binds in its year.  In a sample single courses weigh
more than in Denmark: of what a municipality spends beyond, or below, the country's share of its budget the
part sqrt(scale) is its own and the rest is shared by all, so that municipalities differ by as much as at
scale 1.  Threat, lock-in and lift are terms of the hazard of a job.

Evidence: P05, P18, P20, P32, P41-P43; volumes F035, F116-F118 (validation).  Switch: ``programmes``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.engine.decisions import Contenders, bound, contenders
from sim.engine.draws import Purpose, own_purpose, uniform, uniform_pair
from sim.engine.memory import ahead
from sim.engine.order import first_come
from sim.law import Law, whole
from sim.lookup import IS_UNEMPLOYED, flags
from sim.mechanism import Mechanism, act
from sim.mechanisms.casework import add_task
from sim.mechanisms.employers import EmployerRules, ask, ask_ladder, known, learn
from sim.mechanisms.exemption import ExemptionRules, exemption_rules, is_exempt
from sim.mechanisms.job_hazard.employer_service import service_of
from sim.mechanisms.job_hazard.refund_incentive import log_of_shares
from sim.mechanisms.other_contact import OtherContactRules, has_other_effort, other_contact_rules
from sim.mechanisms.staffing import PROGRAMME_ACCOUNT
from sim.mechanisms.subsidised_jobs import SubsidyRules, beside_or_in_place
from sim.mechanisms.supervision import is_covered
from sim.mechanisms.treatment import (
    Queue,
    TreatmentRules,
    more_offers,
    most_offers,
    queue_of,
    treatment_rules,
)
from sim.rules.administration import administrative_tasks
from sim.rules.focus_targets import coverage, focus_targets
from sim.rules.luck import left_to_each
from sim.rules.offers import (
    NO_KRONER,
    as_the_country,
    finds_employer,
    kind_at,
    kinds_of,
    own_places,
    spent_of,
    weeks_between_offers,
)
from sim.rules.own_cost import WHOLE, OwnCostRules, gain_from_programmes, own_cost_rules, own_share_of
from sim.rules.own_found import own_found
from sim.rules.residence import ResidenceRules, fails_requirements, residence_rules
from sim.rules.self_service import UserRules, user_rules, uses
from sim.states import CLIENT_STATES, N_STATES, NOBODY, State
from sim.vocabulary import Group, Programme, Service, Task
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients, touch
from sim.world.clock import Now
from sim.world.columns import NEVER
from sim.world.employers import Employers
from sim.world.moves import Moves
from sim.world.world import World

_OUTSIDE = int(State.OUTSIDE)
_NONE, _INTERNSHIP = int(Programme.NONE), int(Programme.INTERNSHIP)
_PRIVATE, _PUBLIC = int(Programme.PRIVATE_WAGE_SUBSIDY), int(Programme.PUBLIC_WAGE_SUBSIDY)
_GUIDANCE = int(Programme.GUIDANCE_UPGRADING)
#: Whether a programme is a subsidised job.
_IS_SUBSIDY = np.zeros(len(Programme), np.uint8)
_IS_SUBSIDY[[Programme.PRIVATE_WAGE_SUBSIDY, Programme.PUBLIC_WAGE_SUBSIDY]] = 1
_PLACEMENT, _EMPLOYER = int(Task.PLACEMENT), int(Task.EMPLOYER_CONTACT)
_REFERRAL = int(Task.REFERRAL)
_DIGITAL_OFFER = int(Service.OFFER)
#: Groups whose young start at once where the law says so: job- and education-ready.
_READY = np.zeros(len(Group), np.uint8)
_READY[[Group.KONTANTHJAELP_JOB_READY, Group.UDDANNELSESHJAELP_EDUCATION_READY]] = 1
#: Where the mechanism keeps what municipalities have not spent yet (m, 2), kr. at the run's scale: of the
#: budget, and of what they may spend on guidance.  A saving takes what has been left (staffing).
_MEMORY = PROGRAMME_ACCOUNT
#: Largest chance of a place with which workplaces are asked: no power of zero.
_CERTAIN = 1.0 - 1e-12
_START, _KIND, _RACE = int(Purpose.PROGRAMME_START), int(Purpose.PROGRAMME_KIND), int(Purpose.PROGRAMME_RACE)
_COVERED, _REFUSAL = int(Purpose.DUTY_COVERED), int(Purpose.REFUSAL)
_GOES_ON = int(Purpose.INTERNSHIP_TO_SUBSIDY)
_COST_SHIFT = own_purpose("programmes.cost_shift")
_ASKED, _SERVED = own_purpose("programmes.asked"), own_purpose("programmes.served")
_IN_PLACE = own_purpose("programmes.in_place")
#: Whether the employer of a trial takes the person on; whether another offer follows a joint judgement.
_FITS, _ANOTHER = own_purpose("programmes.fits"), own_purpose("programmes.another")
_WORK_DUTY = own_purpose("programmes.work_duty")
_MEANS_TESTED = flags("means_tested")


class ProgrammeRules(NamedTuple):
    """w = rule rows of persons, g = target groups, k = programmes."""

    offer_within: NDArray[np.int64]  # (w, g), 0 = no duty
    covered: NDArray[np.float64]  # (w, g) share the duty must reach
    focus_offer_interval: NDArray[np.int64]  # (w,) weeks, 0 = no focus target
    focus_covered: NDArray[np.float64]  # (w, g) share of long courses covered for the focus targets' sake
    work_duty: NDArray[np.float64]  # (w,) share of those under it who get continuous offers; 0: no duty
    work_within: int  # weeks without an offer, under the work duty
    work_hours: float  # hours a week of the duty: who works as many owes nothing
    residence: ResidenceRules
    start_rate: NDArray[np.float64]  # (w, g) a week
    notice: NDArray[np.int64]  # (w,) weeks between announcement and start
    mix: NDArray[np.float64]  # (w, 2, k) cumulative: job-ready, others
    weeks: NDArray[np.int64]  # (w, k)
    cost: NDArray[np.float64]  # (w, k) kr. a week and participant
    openness: NDArray[np.float64]  # (w, barrier) chance that a wanted placement finds an employer
    referral_minutes: NDArray[np.float64]  # (w,)
    placement_minutes: NDArray[np.float64]  # (w,)
    employer_minutes: NDArray[np.float64]  # (w, barrier)
    workshop: NDArray[np.float64]  # (w,) minutes in which a citizen is prepared for finding a place
    into_subsidy: NDArray[np.float64]  # (w,) share of internships that go straight on as a private subsidy
    immediate_under: NDArray[
        np.int64
    ]  # (w,) job- and education-ready clients younger than this start at once
    refusal: NDArray[np.float64]  # (w,) share of them who leave the benefit when the start has come
    invested_rate: NDArray[np.float64]  # (w, g) a week, starts that an investment adds
    invested_kind: NDArray[np.int64]  # (w,) kind of programme it adds
    tested: NDArray[np.float64]  # (w,) share of offers by judgement that remain while a case is open
    guidance_cap: NDArray[np.float64]  # (m,) kr. a year and client for guidance and courses, 0 = no cap
    evened_out: float  # weeks over which a municipality evens out what it spends
    paid_back: float  # weeks over which it saves what it has spent too much
    duty_a_week: float  # share of overdue offers that are announced in a week
    long_course: int  # weeks from which the focus targets count a course
    immediate_within: int  # weeks of the course in which the young start at once
    cost_shift: float  # chance of a subsidised public job per log of the municipality's own share
    own_cost: OwnCostRules
    own_cost_before: OwnCostRules  # without the reform
    least_own_share: float  # ten-thousandths
    exemption: ExemptionRules  # from the duty to take an offer
    other: OtherContactRules  # what counts as the offer by duty
    treatment: TreatmentRules  # for which offers wait
    users: UserRules  # who serves themselves instead
    reviewed: NDArray[np.float64]  # (w,) minutes of a joint judgement at the end; 0: none
    another: NDArray[np.float64]  # (w,) share after which another offer follows at once
    pause: NDArray[np.int64]  # (w,) weeks without one by judgement after the others
    trial_weeks: NDArray[np.int64]  # (w,) of the internship with which a subsidy begins; 0: it begins at once


def rules(law: Law) -> ProgrammeRules:
    """Return activation law and the terms of programmes.

    The municipality's priorities follow money as far as it reacts: here what the state pays more while a
    client is in a programme.
    """
    r = law.now
    offers = r["supervision.offers_per_year"]
    focus = focus_targets(law) & (offers > 0)
    interval = np.where(focus, np.round(weeks_between_offers(r)), 0).astype(np.int64)
    reaction = law.rows(law.decisions.reaction * float(law.on("municipal_reaction")))
    gain = gain_from_programmes(r)
    own, own_before = own_cost_rules(r), own_cost_rules(law.before)
    shifts = law.on("municipal_reaction") and not all(map(np.array_equal, own, own_before))
    untested = r["clarification.untested_offers_share"] * float(law.on("clarification"))
    return ProgrammeRules(
        offer_within=whole(r["activation.offer_within_weeks"]),
        covered=r["activation.minimum_share"].copy(),
        focus_offer_interval=interval,
        focus_covered=coverage(law),
        work_duty=r["work_duty.in_force"] * r["work_duty.reached_share"],
        work_within=round(r.scalar("work_duty.offer_within_weeks")),
        work_hours=r.scalar("work_duty.hours_a_week"),
        residence=residence_rules(r),
        start_rate=r["programmes.start_rate"] / WEEKS_A_YEAR * (1.0 + reaction * gain)[:, None],
        notice=whole(r["programmes.notice_weeks"]),
        mix=kinds_of(r),
        weeks=whole(r["programmes.weeks"]),
        cost=r["programmes.cost_kr_week"].copy(),
        openness=finds_employer(r, law.rows(law.decisions.willing)),
        referral_minutes=administrative_tasks(law).referral,
        placement_minutes=r["casework.placement_minutes"].copy(),
        employer_minutes=r["casework.employer_contact_minutes"][:, None] * (1.0 - own_found(r)),
        workshop=r["programmes.workshop_minutes"].copy(),
        into_subsidy=r["programmes.internship_to_subsidy_share"].copy(),
        immediate_under=whole(r["activation.immediate_under_age"]),
        refusal=r["activation.immediate_refusal"].copy(),
        invested_rate=r["programmes.invested_starts"] / WEEKS_A_YEAR + own_places(r),
        tested=1.0 - (1.0 - r["clarification.testing_required"]) * untested,
        invested_kind=whole(r["programmes.invested_kind"]),
        guidance_cap=law.country["programmes.guidance_cap_kr_person"].copy(),
        evened_out=r.scalar("programmes.evened_out_weeks"),
        paid_back=r.scalar("programmes.paid_back_weeks"),
        duty_a_week=r.scalar("activation.duty_met_a_week"),
        long_course=round(r.scalar("supervision.long_course_weeks")),
        immediate_within=round(r.scalar("activation.immediate_within_weeks")),
        cost_shift=r.scalar("programmes.cost_shift") * float(shifts),
        own_cost=own,
        own_cost_before=own_before,
        least_own_share=r.scalar("refund.least_own_share") * WHOLE,
        exemption=exemption_rules(law),
        other=other_contact_rules(law),
        treatment=treatment_rules(law),
        users=user_rules(law),
        reviewed=r["programmes.joint_review"] * r["programmes.joint_review_minutes"],
        another=r["programmes.review_next_share"].copy(),
        pause=whole(r["programmes.review_pause_weeks"]),
        trial_weeks=whole(r["programmes.internship_first"] * r["programmes.trial_weeks"]),
    )


@part
def _go_on(
    i: int, kind: int, service: float, now: Now, k: Clients, r: ProgrammeRules, by: EmployerRules
) -> None:
    """Let an internship that ends go on as a subsidised job: by the employer's choice, or for a share."""
    p, w = k.programme, k.person.rule_row[i]
    if p.follows[i] != _NONE:
        fits = by.served_well[k.person.barrier[i]] * min(service, 1.0)
        if uniform(now.key, _FITS, k.key[i], now.week) < fits:
            p.planned[i] = now.week
        else:
            p.follows[i] = _NONE
    elif kind == _INTERNSHIP and uniform(now.key, _GOES_ON, k.key[i], now.week) < r.into_subsidy[w]:
        p.planned[i] = now.week


@part
def _judge(i: int, now: Now, k: Clients, cw: Caseworkers, r: ProgrammeRules) -> None:
    """Caseworker and client ``i`` judge the offer that has ended, unless it goes on: another one, or none."""
    w = k.person.rule_row[i]
    if r.reviewed[w] <= 0.0 or k.programme.planned[i] != NEVER:
        return
    add_task(i, _REFERRAL, r.reviewed[w], k, cw)
    if uniform(now.key, _ANOTHER, k.key[i], now.week) < r.another[w]:
        k.programme.planned[i] = now.week + r.notice[w]


@kernel
def _run(
    now: Now,
    k: Clients,
    r: ProgrammeRules,
    participants: NDArray[np.int64],
    activated: NDArray[np.int64],
    spending: NDArray[np.float64],
    e: Employers,
    by: EmployerRules,
    service: NDArray[np.float64],
    cw: Caseworkers,
) -> None:
    spending[:, :] = 0.0
    e.placed[:] = 0
    p = k.programme
    for i in range(k.id.size):
        kind = p.kind[i]
        if kind == _NONE or k.state[i] == NOBODY:
            continue
        m, w = k.person.municipality[i], k.person.rule_row[i]
        if now.week >= p.end[i]:
            p.kind[i] = _NONE
            p.last[i] = kind
            p.ended[i] = now.week
            _go_on(i, kind, service[m], now, k, r, by)
            _judge(i, now, k, cw, r)
            if by.on and kind != _GUIDANCE and k.at_work.workplace[i] >= 0:
                good = by.served_well[k.person.barrier[i]] * min(service[m], 1.0)
                learn(k.at_work.workplace[i], uniform(now.key, _SERVED, k.key[i], now.week) < good, e, by)
            continue
        if kind != _GUIDANCE and k.at_work.workplace[i] >= 0:
            e.placed[k.at_work.workplace[i]] += 1
        spending[m, kind - 1] += r.cost[w, kind - 1]
        participants[m, kind - 1] += 1
        if IS_UNEMPLOYED[k.state[i]]:
            activated[m] += 1


@part
def owes_work(i: int, now: Now, k: Clients, r: ProgrammeRules) -> bool:
    """Whether client ``i`` has a duty to work for social assistance and is due for an offer again.

    Those of the 75 per cent rules are others: the duty is continuous and nobody is exempt by them.
    """
    w = k.person.rule_row[i]
    if r.work_duty[w] <= 0.0 or not _MEANS_TESTED[k.state[i]] or k.contact.ordinary_hours[i] >= r.work_hours:
        return False
    if not fails_requirements(i, now.year, k, r.residence):
        return False
    waited = now.week - max(k.programme.ended[i], k.spell.course_start[i])
    if waited < r.work_within - r.notice[w]:
        return False
    return uniform(now.key, _WORK_DUTY, k.key[i], k.spell.course_start[i]) < r.work_duty[w]


@part
def duty_reaches(i: int, share: float, now: Now, k: Clients) -> bool:
    """Whether client ``i`` is among the ``share`` whom the duty reaches: drawn once a spell."""
    return uniform(now.key, _COVERED, k.key[i], k.spell.entered[i]) < share


@kernel
def _announce(now: Now, open_to: Contenders, k: Clients, queue: Queue, r: ProgrammeRules) -> int:
    announced = 0
    for at in range(open_to.row.size):
        i, u, v = open_to.row[at], open_to.u[at], open_to.v[at]
        p, c = k.programme, k.contact
        if p.kind[i] != _NONE or p.planned[i] != NEVER:
            continue
        w, group = k.person.rule_row[i], k.spell.group[i]
        course = now.week - c.contact_start[i]
        deadline = r.offer_within[w, group]
        offered = c.last_offer[i] != NEVER and c.last_offer[i] >= c.contact_start[i]
        duty = deadline > 0 and course >= deadline - r.notice[w] and not offered
        if duty and r.covered[w, group] < 1.0:
            duty = duty_reaches(i, r.covered[w, group], now, k)
        duty = duty and not has_other_effort(i, now, k, r.other)
        duty = duty and not uses(i, _DIGITAL_OFFER, now, k, r.users)
        duty = duty or owes_work(i, now, k, r)
        interval = r.focus_offer_interval[w]
        support = now.week - k.spell.course_start[i]
        focus = interval > 0 and support >= r.long_course and now.week - c.last_offer[i] >= interval
        focus = focus and is_covered(i, r.focus_covered[w, group], now, k)
        at_once = now.year - k.person.birth_year[i] < r.immediate_under[w] and _READY[group]
        at_once = at_once and course < r.immediate_within and not offered
        if (at_once or duty or focus) and is_exempt(i, now, k, r.exemption):
            at_once, duty, focus = False, False, False
        beside = more_offers(i, now, k, queue, r.treatment) * r.start_rate[w, group]
        usual = r.start_rate[w, group]
        if r.reviewed[w] > 0.0 and p.ended[i] != NEVER and now.week - p.ended[i] < r.pause[w]:
            usual = 0.0
        judged = v < usual + r.invested_rate[w, group] + beside
        if c.clarify_at[i] != NEVER and usual * r.tested[w] <= v < usual:
            judged = False  # it would have been for the testing
        if at_once or ((duty or focus) and u < r.duty_a_week) or judged:
            p.planned[i] = now.week + r.notice[w]
            announced += 1
    return announced


@kernel
def _find_starts(now: Now, k: Clients, who: NDArray[np.int32], order: NDArray[np.float64]) -> int:
    n, planned = 0, k.programme.planned
    for i in range(k.id.size):
        if planned[i] != NEVER and now.week >= planned[i] and k.state[i] != NOBODY:
            who[n] = i
            order[n] = uniform(now.key, _RACE, k.key[i], planned[i])
            n += 1
    return n


@kernel
def _refuse(now: Now, k: Clients, r: ProgrammeRules, out: Moves) -> int:
    n = 0
    for i in range(k.id.size):
        if k.state[i] == NOBODY:
            continue
        w, course = k.person.rule_row[i], now.week - k.contact.contact_start[i]
        starts_now = k.programme.kind[i] != _NONE and k.contact.last_offer[i] == now.week
        if not starts_now or course > r.immediate_within + r.notice[w]:
            continue
        young = now.year - k.person.birth_year[i] < r.immediate_under[w]
        if not young or not _READY[k.spell.group[i]]:
            continue
        if uniform(now.key, _REFUSAL, k.key[i], k.spell.entered[i]) < r.refusal[w]:
            out.who[n], out.to[n] = k.id[i], _OUTSIDE
            n += 1
    return n


@part
def _is_invested(i: int, now: Now, k: Clients, r: ProgrammeRules) -> bool:
    """Whether the start uses a place that an investment added."""
    w, group = k.person.rule_row[i], k.spell.group[i]
    if r.invested_rate[w, group] <= 0.0:
        return False
    _, v = uniform_pair(now.key, _START, k.key[i], k.programme.planned[i] - r.notice[w])
    return r.start_rate[w, group] <= v < r.start_rate[w, group] + r.invested_rate[w, group]


@part
def _shifts_cost(i: int, now: Now, k: Clients, r: ProgrammeRules) -> bool:
    """Whether an offer becomes a subsidised public job because a week costs the municipality more now."""
    own, before = own_share_of(i, now.week, k, r.own_cost), own_share_of(i, now.week, k, r.own_cost_before)
    more = max(log_of_shares(own, before, r.least_own_share), 0.0)
    return uniform(now.key, _COST_SHIFT, k.key[i], k.programme.planned[i]) < r.cost_shift * more


class Places(NamedTuple):
    """Who takes somebody in a placement, and how."""

    e: Employers
    ladder: NDArray[np.float64]  # who is asked
    by: EmployerRules
    subsidy: SubsidyRules
    with_a_vacancy: float  # share of jobs at workplaces with a vacancy


@part
def _goes_on(i: int, now: Now, k: Clients, r: ProgrammeRules) -> bool:
    """Whether an internship that has just ended goes on as a wage subsidy."""
    ended = k.programme.last[i] == _INTERNSHIP and k.programme.ended[i] == now.week
    return ended and (k.programme.follows[i] != _NONE or r.into_subsidy[k.person.rule_row[i]] > 0.0)


@part
def _place(i: int, found: float, now: Now, k: Clients, at: Places) -> int:
    """Workplace that takes client ``i``, -1 if none does; found with the chance ``found``, 1: for certain."""
    m, planned = k.person.municipality[i], k.programme.planned[i]
    x = ask(now.key, _ASKED, k.key[i], planned, m, min(found, _CERTAIN), at.e, at.ladder, at.by)
    if x < 0 and found >= 1.0:
        x = ask_ladder(uniform(now.key, _ASKED, k.key[i], planned), m, at.e, at.ladder)
        at.e.took[x] = now.week
    return x


@part
def _wanted(i: int, now: Now, k: Clients, r: ProgrammeRules) -> tuple[int, float]:
    """Kind of programme that is wanted, and the chance that an employer is found for it."""
    w = k.person.rule_row[i]
    if _goes_on(i, now, k, r):
        follows = int(k.programme.follows[i])
        return follows if follows != _NONE else _PRIVATE, 1.0
    if _is_invested(i, now, k, r):
        return int(r.invested_kind[w]), 1.0
    if r.cost_shift > 0.0 and _shifts_cost(i, now, k, r):
        return _PUBLIC, 1.0
    u, _ = uniform_pair(now.key, _KIND, k.key[i], k.programme.planned[i])
    return kind_at(u, k.state[i], w, r.mix), r.openness[w, k.person.barrier[i]]


@part
def _after_asking(
    i: int, kind: int, found: float, now: Now, k: Clients, at: Places, r: ProgrammeRules
) -> int:
    """Kind of programme after asking employers; writes which workplace takes the client."""
    if _goes_on(i, now, k, r):
        return kind
    k.at_work.workplace[i] = -1
    if kind == _GUIDANCE:
        return kind
    if not at.by.on:
        _, v = uniform_pair(now.key, _KIND, k.key[i], k.programme.planned[i])
        return kind if found >= 1.0 or v < found else _GUIDANCE
    k.at_work.workplace[i] = _place(i, found, now, k, at)
    return kind if k.at_work.workplace[i] >= 0 else _GUIDANCE


@part
def _stands_in(i: int, kind: int, now: Now, k: Clients, at: Places) -> int:
    """Whether a subsidised job is in place of an ordinary one (:mod:`sim.mechanisms.subsidised_jobs`)."""
    x = k.at_work.workplace[i]
    if x < 0 or (kind != _PRIVATE and kind != _PUBLIC):
        return 0
    u = uniform(now.key, _IN_PLACE, k.key[i], now.week)
    w = k.person.rule_row[i]
    return beside_or_in_place(u, w, at.e.vacancies[x] > 0, at.with_a_vacancy, at.subsidy)


@kernel
def _start(
    now: Now,
    who: NDArray[np.int32],
    k: Clients,
    cw: Caseworkers,
    r: ProgrammeRules,
    at: Places,
    spending: NDArray[np.float64],
    room: NDArray[np.float64],
    own: float,
) -> tuple[int, int]:
    """Start what there is ``room`` for (m, 2), kr. this week: in all, and for guidance and courses.

    ``own``: share of a municipality's spending that takes of its own room.
    """
    started, fetched = 0, 0
    for turn in range(who.size):
        for later in ahead(turn, who.size):
            fetched += touch(who[later], k)
        i = who[turn]
        m, w = k.person.municipality[i], k.person.rule_row[i]
        kind, found = _wanted(i, now, k, r)
        spent = own * spending[m].sum() >= room[m, 0]
        if spent and r.cost[w, kind - 1] > 0.0 and r.cost[w, _GUIDANCE - 1] > 0.0:
            continue  # no employer is asked before there is money
        kind = _after_asking(i, kind, found, now, k, at, r)
        cost = r.cost[w, kind - 1]
        if cost > 0.0 and spent:
            continue
        if kind == _GUIDANCE and own * spending[m, kind - 1] >= room[m, 1]:
            continue
        spending[m, kind - 1] += cost
        if k.at_work.workplace[i] >= 0:
            at.e.placed[k.at_work.workplace[i]] += 1
        weeks, follows = r.weeks[w, kind - 1], _NONE
        if r.trial_weeks[w] > 0 and _IS_SUBSIDY[kind] and not _goes_on(i, now, k, r):
            spending[m, kind - 1] -= cost
            spending[m, _INTERNSHIP - 1] += r.cost[w, _INTERNSHIP - 1]
            weeks, follows, kind = r.trial_weeks[w], kind, _INTERNSHIP
        k.at_work.in_place[i] = _stands_in(i, kind, now, k, at)
        k.programme.kind[i], k.programme.follows[i] = kind, follows
        k.programme.end[i] = now.week + weeks
        k.programme.planned[i] = NEVER
        k.contact.last_offer[i] = now.week
        started += 1
        add_task(i, _REFERRAL, r.referral_minutes[w] + r.workshop[w], k, cw)
        if kind != _GUIDANCE:
            add_task(i, _PLACEMENT, r.placement_minutes[w], k, cw)
            add_task(i, _EMPLOYER, r.employer_minutes[w, k.person.barrier[i]], k, cw)
    return started, fetched


@act(
    "programmes",
    writes=(
        "clients.programme.kind",
        "clients.programme.last",
        "clients.programme.ended",
        "clients.programme.planned",
        "clients.programme.follows",
        "caseworkers.backlog_task",
        "employers.placed",
        "employers.experience",
        "tally.participants",
        "tally.activated_unemployed",
        "this_week.programme_kr",
    ),
    purposes=(Purpose.INTERNSHIP_TO_SUBSIDY, _SERVED, _FITS, _ANOTHER),
    always=True,
)
def run_programmes(world: World, r: ProgrammeRules) -> None:
    """End programmes that are over, count those that run and what they cost this week."""
    tally, spending = world.tally, world.this_week.programme_kr
    by: EmployerRules = world.rules["employers_decide"]
    _run(
        world.now, world.clients.settled, r, tally.participants, tally.activated_unemployed, spending,
        world.employers, by, service_of(world), world.caseworkers,
    )  # fmt: skip


@act(
    "programmes",
    writes=("clients.programme.planned",),
    purposes=(Purpose.PROGRAMME_START, Purpose.DUTY_COVERED, _WORK_DUTY),
)
def announce_starts(world: World, r: ProgrammeRules) -> None:
    """Announce programme starts some weeks ahead."""
    now, k = world.now, world.clients.settled
    asked = r.offer_within.any() or r.focus_offer_interval.any() or r.work_duty.any()
    owed = 1.0 if r.immediate_under.any() else r.duty_a_week if asked else 0.0
    queue = queue_of(world)
    beside = max((most_offers(x, r.treatment) for x in queue.through), default=0.0)
    judged = float(bound(r.start_rate * (1.0 + beside) + r.invested_rate).max())
    first, second = np.full(N_STATES, owed), np.full(N_STATES, judged)
    _announce(now, contenders(now.key, _START, now.week, k.key, k.state, first, second), k, queue, r)


@act(
    "programmes",
    writes=(
        "clients.programme.kind",
        "clients.programme.end",
        "clients.programme.follows",
        "clients.programme.planned",
        "clients.at_work.workplace",
        "clients.at_work.in_place",
        "clients.contact.last_offer",
        "employers.placed",
        "employers.took",
        "employers.asked",
        "employers.accepted",
        "caseworkers.backlog_task",
        "this_week.programme_kr",
        f"memory.{_MEMORY}",
    ),
    purposes=(
        Purpose.PROGRAMME_RACE,
        Purpose.PROGRAMME_KIND,
        _COST_SHIFT,
        _ASKED,
        _IN_PLACE,
    ),
)
def start_programmes(world: World, r: ProgrammeRules) -> None:
    """Start announced programmes in the week's keyed order, while each municipality has money left."""
    now, k = world.now, world.clients.settled
    who, order = np.empty(k.id.size, np.int32), np.empty(k.id.size)
    n = _find_starts(now, k, who, order)
    # municipality by municipality: money and workplaces are its own, and memory is gone through in order
    who = who[:n][first_come(k.person.municipality[who[:n]], order[:n])]
    budget = budget_of_a_week(world)
    a_week = np.stack([budget, guidance_cap(world, r)], axis=1)
    account = world.memory.setdefault(_MEMORY, np.zeros_like(a_week))
    spending = world.this_week.programme_kr
    back = np.where(account < 0.0, r.paid_back, r.evened_out)
    know, by = known(world), world.rules["employers_decide"]
    places = Places(world.employers, know.ladder, by, world.rules["subsidised_jobs"], know.with_a_vacancy())
    own = left_to_each(world.scale)
    room = a_week + account / back - (1.0 - own) * as_the_country(spending, a_week)
    _start(now, who, k, world.caseworkers, r, places, spending, room, own)
    spent = own * spent_of(spending) + (1.0 - own) * as_the_country(spending, a_week)
    most = np.where(np.isfinite(a_week), a_week * r.evened_out, 0.0)
    account[:] = np.minimum(np.where(np.isfinite(a_week), account + a_week - spent, 0.0), most)


def budget_of_a_week(world: World) -> NDArray[np.float64]:
    """What each municipality may spend a week (m,), kr. at the run's scale.

    Money follows the luck of a sample in the number of cases, as hours do
    (:mod:`sim.mechanisms.reallocation`).
    """
    budget = np.array([m.programme_budget_kr for m in world.municipalities]) * world.scale / WEEKS_A_YEAR
    lucky = budget * world.caseworkers.house_luck
    return np.asarray(lucky * budget.sum() / max(lucky.sum(), NO_KRONER))


def guidance_cap(world: World, r: ProgrammeRules) -> NDArray[np.float64]:
    """What each municipality may spend on guidance and courses a week (m,), kr. at the run's scale."""
    if not r.guidance_cap.any():
        return np.full(len(world.codes), np.inf)
    clients = world.tally.stock[:, CLIENT_STATES].sum(axis=1)
    return np.where(r.guidance_cap > 0.0, r.guidance_cap * clients / WEEKS_A_YEAR, np.inf)


@act("programmes", purposes=(Purpose.REFUSAL,))
def refuse(world: World, r: ProgrammeRules) -> Moves | None:
    """Who leaves support instead of turning up, of those who were to start at once this week."""
    if not r.immediate_under.any():
        return None
    k = world.clients.settled
    out = Moves.room(k.id.size)
    return out.first(_refuse(world.now, k, r, out))


MECHANISMS = (
    Mechanism(
        name="programmes",
        label="Programmes start, lock in and end",
        label_da="Tilbud",
        equation="duty, focus target, judgement; budget",
        evidence="P05, P10, P18, P20, P32, P41, P42",
        when_off="no programme starts",
        rules=rules,
    ),
)
