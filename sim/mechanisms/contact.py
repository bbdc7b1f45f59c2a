"""Contact: who is due, who is seen, what is left undone.

Law (LAB sections 31-32): a number of interviews in the first 26 weeks, afterwards by need. Of those that
are due by law the share ``contact.lapsed_share`` is not held and not owed: the next one is due n intervals
later,

    next due = now + whole part of (interval * n + u),    P(n > k) = lapsed^k,    u uniform, so not rounded

Where the law need not reach everybody, who is left out is drawn once a spell: by lot, or, by a profile
(``contact.profiled``) of accuracy a (``contact.profiling_accuracy``), those with the best guess a *
(employability - barrier) + sqrt(1 - a^2) * noise. While the focus targets are in force municipalities also
keep the uniform minimum that the targets count (C159) with those whom they cover for the targets' sake
(:mod:`sim.rules.focus_targets`), so that it claims hours. Hours that are left go to *discretionary*
interviews, where the municipality's strategy sends them:

    uniform            longest since the last interview first
    need               barriers and long courses first
    effect per krone   largest expected gain times what a week costs the municipality, per minute
    shortest queue     newest courses first

and, for every strategy, a share ``municipality.reaction`` (bounded rationality) follows what a week on the
benefit costs the municipality now: (1 - refund at the step of the clock) x share of gains kept.

Each caseworker serves the queue in order of priority (keyed ties) while there are minutes left, and what
the law asks for until ``casework.most_carried_minutes`` are owed; what interviews take beyond the week's
minutes is worked ahead of the coming weeks. A colleague may take a share of the rest; the rest waits. The
share is

    casework.pooling_share * (1 + one team * t + free * f)

with t the part of the way from a team a target group to one team for all
(``casework.pooling_gain_one_team``), and f 1 where the effort is organised freely
(``casework.free_organisation``, ``casework.pooling_gain_free``). The a-kasse holds its own interviews
(:mod:`sim.mechanisms.a_kasse_contact`). Where clients pick the time (``contact.client_picks_time``) they
stay away ``contact.no_show_when_picked_share`` times as often; where the caseworker judges when to guide
about duties, who stays away is told (:mod:`sim.rules.contact_law`). Nobody is called in unasked before the
first interview that the law plans, or shortly before the next. An interview with a client who uses
self-service may take less (:mod:`sim.rules.self_service`). Where the next contact is agreed on at each
interview (``contact.next_agreed``), it is due after ``contact.agreed_weeks`` instead. Switches:
``statutory_contact``, ``discretionary_contact``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose, own_purpose, uniform, uniform_pair, uniforms
from sim.engine.memory import ahead
from sim.engine.order import first_come
from sim.law import Law, whole
from sim.mechanism import Mechanism, act
from sim.mechanisms.casework import add_task
from sim.mechanisms.exemption import ExemptionRules, declines_contact, exemption_rules, is_exempt
from sim.mechanisms.expected_return import ReturnRules, is_at_risk, is_expected_back, return_rules
from sim.mechanisms.outcome_benchmark import Pull, pull_of
from sim.mechanisms.search import interview_gain
from sim.mechanisms.supervision import is_covered
from sim.outcomes.tally import ContactTally, part_of
from sim.parameters import Resolved
from sim.rules.contact_law import (
    first_interview_within,
    first_period,
    focus_interval,
    guidance_after_no_show,
    intervals,
    interview_minutes,
)
from sim.rules.effort import teams_merged
from sim.rules.focus_targets import coverage, focus_targets
from sim.rules.municipal_finance import KeptRules, kept_in_force, value_of_week
from sim.rules.own_cost import WHOLE, OwnCostRules, own_cost_rules
from sim.rules.recent_interviews import MOST_COUNTED, FadeRules, fade_rules, remember
from sim.rules.self_service import InterviewRules, interview_rules, quality_by_form, with_self_service
from sim.rules.trust import gain_trust
from sim.states import State
from sim.vocabulary import Programme, Strategy, Task
from sim.world.caseworkers import Caseworkers, in_turn
from sim.world.clients import Clients, touch
from sim.world.clock import Now
from sim.world.columns import NEVER
from sim.world.world import World

PARAMETERS = """
contact.lapsed_share:
  label: Share of interviews due by law that lapse (exempt, sick, on holiday, a job about to begin)
  label_da: Andel af lovpligtige samtaler, der bortfalder (fritaget, syg, ferie, job på vej)
  kind: assumption
  unit: share
  values: {2016-01-01: 0.17}
  bounds: [0, 0.9]
  prior: {distribution: triangular, low: 0.05, high: 0.3}
  range: [0.05, 0.3]
  reason: >-
    In 2019 the law asked for one interview a month from the second month to the sixth, twelve a person-year,
    and some ten were held (F233): a sixth. 87 per cent of those with a whole course in the a-kasse had all
    three (F266); the state makes contact where fewer than 80 per cent have theirs (SUP-07); who is under less
    intensive effort or about to begin a job need not come. By group nothing was found.
  source:
    title: Samtaler til modtagere af arbejdsløshedsdagpenge
    publisher: Kommunernes Landsforening (KL)
    year: '2021'
    locator: hovedkonklusioner
    url: https://www.kl.dk/nyheder/makro-analyseenheden/arbejdsmarked/samtaler-til-modtagere-af-arbejdsloeshedsdagpenge/
    ids: [F233, F266, SUP-07]
  mechanism: statutory_contact
"""
#: When the next interview by law is due, and whether it lapses.
_NEXT = own_purpose("contact.next_due")
#: Who of equally free colleagues takes an interview over.
_TURN = own_purpose("contact.turn")
_TIE, _NO_SHOW, _POOL, _COVERED = (
    int(Purpose.INTERVIEW_TIE),
    int(Purpose.NO_SHOW),
    int(Purpose.POOLING),
    int(Purpose.COVERED),
)
_STATUTORY, _DISCRETIONARY = int(Task.STATUTORY_INTERVIEW), int(Task.DISCRETIONARY_INTERVIEW)
_PREPARATION, _GUIDANCE = int(Task.PREPARATION_DOCUMENTATION), int(Task.CASE_ADMINISTRATION)
_DAGPENGE, _SICK = int(State.DAGPENGE), int(State.SYGEDAGPENGE)
_UNIFORM, _NEED, _EFFECT = int(Strategy.UNIFORM), int(Strategy.NEED), int(Strategy.EFFECT_PER_KRONE)
_SUBSIDISED = np.zeros(len(Programme), np.uint8)
_SUBSIDISED[[Programme.PRIVATE_WAGE_SUBSIDY, Programme.PUBLIC_WAGE_SUBSIDY]] = 1
#: No interview is set further ahead, in weeks.
_FURTHEST = 520.0
#: Decides among equal priorities and nothing else: less than any difference between two of them.
_TIE_SIZE = 1e-6
#: Minutes by which colleagues differ only because of the order in which numbers were added up.
_EQUAL_MINUTES = 1e-6


class PriorityRules(NamedTuple):
    """Who is called in first, and when at all."""

    gap_weeks: int  # after an interview before a discretionary one
    gap_full: int  # weeks since the last interview that give the highest priority
    course_full: int  # weeks of a course beyond which priority does not change with it
    barrier: float  # strategy of need: each step of barrier
    course: float  # strategy of need: a full course
    statutory: float  # an interview that the law asks for
    overdue_full: int  # weeks overdue that add a whole point
    strategy: float  # weight of the strategy among interviews that are due
    missed_after: int  # weeks overdue from which an interview counts as missed


class ContactRules(NamedTuple):
    """Law, minutes and strategy; w = rule rows of persons, m = municipalities, g = target groups."""

    effort_group: NDArray[np.int64]  # (w, g)
    interval_first: NDArray[np.float64]  # (w, g) weeks between statutory interviews in the first period
    interval_after: NDArray[np.int64]  # (w, g) afterwards; 0 = by need
    interval_focus: NDArray[np.int64]  # (w, g) afterwards, with who is covered for the focus targets
    focus_covered: NDArray[np.float64]  # (w, g) share of clients who are
    within: NDArray[np.int64]  # (w, g) weeks from the start of a course to its first interview
    lapsed: NDArray[np.float64]  # (w,) share of interviews due by law that are not held and not owed
    covered: NDArray[np.float64]  # (w, g) share of clients the statutory number must reach
    sick_followed: NDArray[np.float64]  # (w,) share of the sick whom the follow-up covers at all
    accuracy: NDArray[np.float64]  # (w, g) how well who is left out is picked: 0 by lot, 1 by true prospects
    sick_accuracy: NDArray[np.float64]  # (w,) the same for the sick
    intensified_week: NDArray[np.int64]  # (w,)
    trust_gain: NDArray[np.float64]  # (w,) an interview with one's own caseworker
    face_minutes: NDArray[np.float64]  # (w, g)
    desk_minutes: NDArray[np.float64]  # (w,) preparation and documentation
    no_show: NDArray[np.float64]  # (w,)
    guidance: NDArray[np.float64]  # (w, g) minutes when somebody did not come
    risk_interval: NDArray[np.int64]  # (w,) weeks between interviews with the sick at risk, after screening
    pooling: NDArray[np.float64]  # (m,)
    agreed: NDArray[np.float64]  # (w, barrier) weeks to the next contact that are agreed on; 0: by law
    strategy: NDArray[np.int64]  # (m,) index in STRATEGIES
    reaction: NDArray[np.float64]  # (m,)
    review_weeks: NDArray[np.int64]  # (w,) weeks between looks at a case for a discretionary interview
    own_cost: OwnCostRules  # by which a municipality reckons what a week on benefit costs it
    kept: KeptRules  # and what settlements leave it of that
    gain: NDArray[np.float64]  # (m, barrier, health) expected effect of an interview, 0-1
    mean_minutes: float  # of an interview with what comes before and after, mean of the groups
    most_owed: float  # minutes that a caseworker owes the coming weeks before an interview by law waits
    statutory: int
    discretionary: int
    first_period: int  # weeks of the contact course that interval_first is for
    priority: PriorityRules
    fade: FadeRules
    exemption: ExemptionRules
    expected: ReturnRules
    served: InterviewRules


def rules(law: Law) -> ContactRules:
    """Return what caseworkers keep this week; supervised municipalities follow the uniform strategy."""
    r = law.now
    first, after = intervals(r)
    face, desk = interview_minutes(law)
    reacts = law.on("municipal_reaction")
    money = r if reacts else law.before
    supervised = law.rows(law.decisions.supervised)
    reaction = law.rows(law.decisions.reaction) * float(reacts)
    return ContactRules(
        effort_group=whole(r["target_groups.effort_group"]),
        interval_first=first,
        interval_after=after,
        interval_focus=focus_interval(r, focus_targets(law), after),
        focus_covered=coverage(law),
        within=first_interview_within(r),
        lapsed=r["contact.lapsed_share"].copy(),
        covered=r["contact.minimum_share"].copy(),
        sick_followed=r["sickness.followed_share"].copy(),
        accuracy=r["contact.profiled"] * r["contact.profiling_accuracy"],
        sick_accuracy=r["sickness.profiling_accuracy"].copy(),
        intensified_week=whole(r["contact.intensified_interview_week"]),
        trust_gain=r["contact.trust_gain"].copy(),
        face_minutes=face,
        desk_minutes=desk,
        no_show=r["contact.no_show_share"] * with_picked_times(r),
        guidance=guidance_after_no_show(r),
        risk_interval=whole(r["sickness.at_risk_interval_weeks"]),
        pooling=pooling(law),
        agreed=r["contact.next_agreed"][:, None] * r["contact.agreed_weeks"],
        strategy=np.where(supervised, int(Strategy.UNIFORM), _chosen_strategy(law)),
        reaction=np.where(supervised, 0.0, reaction),
        review_weeks=whole(r["contact.review_weeks"]),
        own_cost=own_cost_rules(money),
        kept=kept_in_force(law)[0 if reacts else 1],
        gain=interview_gain(law),
        mean_minutes=float(face.mean() + desk.mean()),
        most_owed=r.scalar("casework.most_carried_minutes"),
        statutory=int(law.on("statutory_contact")),
        discretionary=int(law.on("discretionary_contact")),
        first_period=first_period(r),
        priority=_priority(r),
        fade=fade_rules(r),
        exemption=exemption_rules(law),
        expected=return_rules(law),
        served=interview_rules(law),
    )


def with_picked_times(r: Resolved) -> NDArray[np.float64]:
    """Return how often nobody comes (w,), relative to today: less often where clients pick the time."""
    return np.asarray(1.0 - r["contact.client_picks_time"] * (1.0 - r["contact.no_show_when_picked_share"]))


def pooling(law: Law) -> NDArray[np.float64]:
    """Return the share of interviews that wait which a colleague may take over (w,), at most all.

    Wider teams and free organisation raise ``casework.pooling_share``.
    """
    r, name = law.now, "target_groups.effort_group"
    wider = r["casework.pooling_gain_one_team"] * teams_merged(r[name], law.before[name])
    free = r["casework.pooling_gain_free"] * r["casework.free_organisation"]
    return np.clip(r["casework.pooling_share"] * (1.0 + wider + free), 0.0, 1.0)


def _priority(r: Resolved) -> PriorityRules:
    """Return who is called in first, from ``contact.*``."""
    return PriorityRules(
        gap_weeks=round(r.scalar("contact.discretionary_gap_weeks")),
        gap_full=round(r.scalar("contact.gap_full_weeks")),
        course_full=round(r.scalar("contact.course_full_weeks")),
        barrier=r.scalar("contact.need_barrier_weight"),
        course=r.scalar("contact.need_course_weight"),
        statutory=r.scalar("contact.statutory_priority"),
        overdue_full=round(r.scalar("contact.overdue_full_weeks")),
        strategy=r.scalar("contact.statutory_strategy_weight"),
        missed_after=round(r.scalar("contact.missed_after_weeks")),
    )


def _chosen_strategy(law: Law) -> NDArray[np.int64]:
    """Return the strategy that is followed (w,): the municipality's own unless one is laid down."""
    laid_down = whole(law.now["municipality.strategy_in_force"])
    return np.where(laid_down > 0, laid_down - 1, law.rows(law.decisions.strategy))


class Queue(NamedTuple):
    """Clients waiting for an interview this week, by row of the clients' table."""

    client: NDArray[np.int32]
    priority: NDArray[np.float64]
    statutory: NDArray[np.uint8]


@part
def _own_share(i: int, now: Now, k: Clients, r: ContactRules) -> float:
    """What a week less on the benefit leaves the municipality when all is settled, over the benefit."""
    return value_of_week(i, now.week, k, r.own_cost, r.kept) / WHOLE


@part
def _minutes(i: int, now: Now, k: Clients, r: ContactRules) -> tuple[float, float]:
    """Minutes of an interview with client ``i``, and before and after it at the desk."""
    w = k.person.rule_row[i]
    face, desk = r.face_minutes[w, k.spell.group[i]], r.desk_minutes[w]
    return with_self_service(i, face, desk, now, k, r.served)


@part
def _lasting_score(i: int, now: Now, k: Clients, r: ContactRules, pull: Pull) -> float:
    """What an hour with client ``i`` leads to in lasting work, relative to the best, 0-1."""
    barrier = k.person.barrier[i]
    face, desk = _minutes(i, now, k, r)
    minutes = face + desk
    gain = r.gain[k.person.municipality[i], barrier, k.condition.health[i]]
    return min(gain * pull.lasting[barrier] * r.mean_minutes / minutes, 1.0)


@part
def _strategic_score(i: int, now: Now, k: Clients, r: ContactRules, pull: Pull) -> float:
    """Priority of a discretionary interview, 0-1; ``pull``: what a benchmark of outcomes draws it to."""
    c, m, p = k.contact, k.person.municipality[i], r.priority
    since = min(now.week - c.last_interview[i], p.gap_full) if c.last_interview[i] != NEVER else p.gap_full
    course = min(now.week - k.spell.course_start[i], p.course_full)
    cost = _own_share(i, now, k, r)
    strategy, barrier = r.strategy[m], k.person.barrier[i]
    if strategy == _UNIFORM:
        score = since / p.gap_full
    elif strategy == _NEED:
        score = p.barrier * barrier + p.course * course / p.course_full
    elif strategy == _EFFECT:
        score = min(r.gain[m, barrier, k.condition.health[i]] * cost, 1.0)
    else:
        score = 1.0 - course / p.course_full
    score = (1.0 - r.reaction[m]) * score + r.reaction[m] * cost
    pulled = pull.strength[m]
    return score if pulled <= 0.0 else (1.0 - pulled) * score + pulled * _lasting_score(i, now, k, r, pull)


@kernel
def _find_due(now: Now, k: Clients, r: ContactRules, pull: Pull, out: Queue) -> int:
    client, priority, statutory = out
    n, p = 0, r.priority
    for i in range(k.id.size):
        if k.contact.caseworker[i] < 0:
            continue
        if r.statutory and is_due(i, now, k, r):
            client[n], statutory[n] = i, 1
            overdue = min(now.week - k.contact.next_due[i], p.overdue_full)
            score = p.strategy * _strategic_score(i, now, k, r, pull)
            priority[n] = p.statutory + overdue / p.overdue_full + score
            n += 1
        elif (
            r.discretionary
            and (now.week + k.key[i]) % r.review_weeks[k.person.rule_row[i]] == 0
            and _may_be_called(i, now, k, r)
        ):
            client[n], statutory[n] = i, 0
            priority[n] = _strategic_score(i, now, k, r, pull)
            n += 1
    return n


@part
def is_due(i: int, now: Now, k: Clients, r: ContactRules) -> bool:
    """Whether the law (or the focus targets' minimum) asks for an interview now."""
    w, group, due = k.person.rule_row[i], k.spell.group[i], k.contact.next_due[i]
    if now.week < due or (due == NEVER and interval_after(i, now, k, r) <= 0):
        return False
    if is_exempt(i, now, k, r.exemption) or is_expected_back(i, now, k, r.expected):
        return False
    followed = r.sick_followed[w] if k.state[i] == _SICK else 1.0
    if followed < 1.0 and not _is_covered(i, followed, r.sick_accuracy[w], now, k):
        return False
    if due != NEVER and r.covered[w, group] < 1.0 and k.contact.held[i] > 0:
        return _is_covered(i, r.covered[w, group], r.accuracy[w, group], now, k)
    return True


@part
def _is_covered(i: int, share: float, accuracy: float, now: Now, k: Clients) -> bool:
    """Whether client ``i`` is among the share that a rule must reach (drawn once for the spell)."""
    u, v = uniform_pair(now.key, _COVERED, k.key[i], k.spell.entered[i])
    if accuracy <= 0.0:
        return u < share
    guess = accuracy * (k.person.employability[i] - k.person.barrier[i])
    noise = math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)
    guess += math.sqrt(1.0 - accuracy * accuracy) * noise
    return 0.5 * (1.0 + math.erf(guess / math.sqrt(2.0))) < share


@part
def _may_be_called(i: int, now: Now, k: Clients, r: ContactRules) -> bool:
    """Whether somebody may be called in unasked.

    Not twice within a gap, not while in a subsidised job, and not where the law has one planned: before the
    first interview of the course, or within the gap of the next; nor who is exempt
    and does not want it, or is sick from a job and expected back.
    """
    c, gap = k.contact, r.priority.gap_weeks
    if declines_contact(i, now, k, r.exemption) or is_expected_back(i, now, k, r.expected):
        return False
    planned = c.next_due[i] - now.week
    if planned > 0 and (c.held[i] == 0 or planned < gap):
        return False
    return now.week - c.last_interview[i] >= gap and not _SUBSIDISED[k.programme.kind[i]]


@part
def interval_after(i: int, now: Now, k: Clients, r: ContactRules) -> int:
    """Weeks between interviews with client ``i`` after the first period; 0 = by need."""
    w, group = k.person.rule_row[i], k.spell.group[i]
    if r.expected.screened[w] and k.state[i] == _SICK and k.contact.held[i] > 0:
        return int(r.risk_interval[w]) if is_at_risk(i, now, k, r.expected) else 0
    law, focus = r.interval_after[w, group], r.interval_focus[w, group]
    if focus == law or not is_covered(i, r.focus_covered[w, group], now, k):
        return law
    return focus


@kernel
def _call_in(now: Now, rows: NDArray[np.int32], k: Clients, r: ContactRules) -> None:
    week = now.week
    for i in rows:
        c, w, group = k.contact, k.person.rule_row[i], k.spell.group[i]
        course = week - c.contact_start[i]
        interval = int(r.interval_first[w, group])
        if course >= r.first_period:
            interval = interval_after(i, now, k, r)
        if c.last_interview[i] < c.contact_start[i]:
            c.next_due[i] = max(c.contact_start[i] + r.within[w, group], week)
        elif interval > 0:
            c.next_due[i] = max(c.last_interview[i] + interval, week)


def call_in(now: Now, rows: NDArray[np.int32], k: Clients, r: ContactRules) -> None:
    """Set the next interview of clients (their rows) whose rules have just changed: the arms of a trial."""
    _call_in(now, rows, k, r)


@kernel
def _hold(
    now: Now,
    queue: Queue,
    order: NDArray[np.int64],
    absence: NDArray[np.float64],
    colleagues: NDArray[np.int64],
    k: Clients,
    cw: Caseworkers,
    r: ContactRules,
    tally: ContactTally,
    no_room: NDArray[np.uint8],
) -> tuple[int, int]:
    waiting, fetched = 0, 0
    for turn in range(order.size):
        for later in ahead(turn, order.size):
            fetched += touch(queue.client[order[later]], k)
        at = order[turn]
        i = queue.client[at]
        m, w = k.person.municipality[i], k.person.rule_row[i]
        face, desk = _minutes(i, now, k, r)
        cost = face + desk
        j = k.contact.caseworker[i]
        own = True
        if not _has_time(cw.budget[j], cost, queue.statutory[at], r.most_owed):
            own = False
            j = _free_colleague(i, now, k, cw, r, colleagues, no_room)
            if j < 0:
                if queue.statutory[at]:
                    waiting += 1
                    if now.week - k.contact.next_due[i] == r.priority.missed_after:
                        tally.missed[m, k.state[i]] += 1
                continue
        cw.budget[j] -= cost
        task = _STATUTORY if queue.statutory[at] else _DISCRETIONARY
        tally.minutes[m, task] += face
        tally.minutes[m, _PREPARATION] += desk
        if absence[at] >= r.no_show[w]:
            _interview(i, now, own, k, r)
            tally.interviews[m, k.state[i]] += 1
        elif r.guidance[w, k.spell.group[i]] > 0.0:
            add_task(i, _GUIDANCE, r.guidance[w, k.spell.group[i]], k, cw)
    return waiting, fetched


@part
def _has_time(budget: float, cost: float, statutory: int, most_owed: float) -> bool:
    """Whether who has ``budget`` minutes left (none at all: absent) begins an interview of ``cost`` minutes.

    One that nobody asked for takes no time from those by law: it begins when most of its minutes are there.
    """
    if statutory:
        return budget > _EQUAL_MINUTES or -most_owed < budget < -_EQUAL_MINUTES
    return budget >= cost / 2.0


@part
def _free_colleague(
    i: int,
    now: Now,
    k: Clients,
    cw: Caseworkers,
    r: ContactRules,
    colleagues: NDArray[np.int64],
    no_room: NDArray[np.uint8],
) -> int:
    """Colleague of the same team with the most time left who takes client ``i`` over this week, else -1.

    Among equals it is the first of ``colleagues`` (n_caseworkers,), by municipality in the order of a draw.
    ``no_room`` (m, team): 1 when nobody had any left when last asked; time only gets less.
    """
    best, most = -1, 0.0
    m = k.person.municipality[i]
    team = r.effort_group[m, cw.group[k.contact.caseworker[i]]]
    if no_room[m, team] or uniform(now.key, _POOL, k.key[i], now.week) >= r.pooling[m]:
        return -1
    for at in range(cw.first[m], cw.first[m + 1]):
        x = colleagues[at]
        if cw.active[x] and cw.budget[x] > most + _EQUAL_MINUTES and r.effort_group[m, cw.group[x]] == team:
            best, most = x, cw.budget[x]
    if best < 0:
        no_room[m, team] = 1
    return best


@part
def _interview(i: int, now: Now, own: bool, k: Clients, r: ContactRules) -> None:
    """Record an interview that took place and set the next one."""
    c, w = k.contact, k.person.rule_row[i]
    remember(i, now.week, quality_by_form(i, now, k, r.served), k, r.fade)
    if own:
        c.met[i] = min(c.met[i] + 1, MOST_COUNTED)
        gain_trust(i, r.trust_gain[w], k)
    set_next(i, now, k, r)


@part
def set_next(i: int, now: Now, k: Clients, r: ContactRules) -> None:
    """Set the week of the next interview by law with client ``i``, after what has counted as one now."""
    c, w, group = k.contact, k.person.rule_row[i], k.spell.group[i]
    course, after = now.week - c.contact_start[i], interval_after(i, now, k, r)
    agreed = r.agreed[w, k.person.barrier[i]]
    if agreed > 0.0:
        c.next_due[i] = now.week + _weeks_to_next(i, agreed, now, k, r)
    elif course < r.first_period and r.interval_first[w, group] > 0.0:
        c.next_due[i] = now.week + _weeks_to_next(i, r.interval_first[w, group], now, k, r)
    elif after > 0:
        c.next_due[i] = now.week + _weeks_to_next(i, float(after), now, k, r)
    elif k.state[i] == _DAGPENGE and course < r.intensified_week[w]:
        c.next_due[i] = c.contact_start[i] + r.intensified_week[w]
    else:
        c.next_due[i] = NEVER


@part
def _weeks_to_next(i: int, interval: float, now: Now, k: Clients, r: ContactRules) -> int:
    """Weeks to the next interview by law with client ``i``: one ``interval``, or more where some lapse."""
    u, v = uniform_pair(now.key, _NEXT, k.key[i], now.week)
    lapsed, intervals_on = r.lapsed[k.person.rule_row[i]], 1.0
    if v < lapsed:
        intervals_on += math.floor(math.log(v) / math.log(lapsed))
    return max(int(min(interval * intervals_on, _FURTHEST) + u), 1)


class Asked(NamedTuple):
    """Minutes that the interviews due by law take."""

    by_post: NDArray[np.float64]  # (n_caseworkers,) of its clients
    newly_due: NDArray[np.float64]  # (m,) of those that have become due this week, no-shows counted


@kernel
def _minutes_of(
    now: Now, rows: NDArray[np.int32], k: Clients, r: ContactRules, out: NDArray[np.float64]
) -> None:
    for at in range(rows.size):
        face, desk = _minutes(rows[at], now, k, r)
        out[at] = face + desk


def _asked(now: Now, queue: Queue, k: Clients, r: ContactRules, posts: int, houses: int) -> Asked:
    """Minutes that the interviews due by law take, and of them those that have become due this week.

    Whoever does not come is called in again.
    """
    due = queue.client[queue.statutory == 1]
    w, new = k.person.rule_row[due], k.contact.next_due[due] == now.week
    minutes = np.empty(due.size)
    _minutes_of(now, due, k, r, minutes)
    with_no_shows = minutes[new] / (1.0 - r.no_show[w[new]])
    at = k.person.municipality[due[new]]
    return Asked(
        np.bincount(k.contact.caseworker[due], weights=minutes, minlength=posts).astype(np.float64),
        np.bincount(at, weights=with_no_shows, minlength=houses).astype(np.float64),
    )


@act(
    "statutory_contact",
    writes=("this_week.due", "this_week.asked", "this_week.newly_due"),
    purposes=(Purpose.INTERVIEW_TIE, Purpose.COVERED),
    always=True,
)
def find_due(world: World, r: ContactRules) -> None:
    """Clients with a statutory interview due, and those a caseworker looks at this week, in id order."""
    k = world.clients.settled
    room = k.id.size
    out = Queue(np.empty(room, np.int32), np.empty(room), np.empty(room, np.uint8))
    n = _find_due(world.now, k, r, pull_of(world), out)
    client, priority = out.client[:n], out.priority[:n]
    priority += _TIE_SIZE * uniforms(world.now.key, _TIE, k.key[client], world.now.week)
    queue = Queue(client, priority, out.statutory[:n])
    world.this_week.due = queue
    posts, houses = world.caseworkers.minutes.size, len(world.codes)
    asked = _asked(world.now, queue, k, r, posts, houses)
    world.this_week.asked, world.this_week.newly_due = asked


@act(
    "statutory_contact",
    writes=(
        "clients.contact.interview_stock",
        "clients.contact.last_interview",
        "clients.contact.held",
        "clients.contact.met",
        "clients.contact.trust",
        "clients.contact.next_due",
        "caseworkers.budget",
        "caseworkers.backlog_task",
        "tally.minutes",
        "tally.interviews",
        "tally.missed",
        "this_week.missed",
        "this_week.waiting",
    ),
    purposes=(Purpose.NO_SHOW, Purpose.POOLING, _NEXT, _TURN),
    always=True,
)
def hold_interviews(world: World, r: ContactRules) -> None:
    """Serve the queue by priority until the minutes are gone; who is not served waits."""
    queue, k, cw = world.this_week.due, world.clients.settled, world.caseworkers
    order = first_come(k.person.municipality[queue.client], -queue.priority)
    no_room = np.zeros((cw.first.size - 1, int(r.effort_group.max()) + 1), np.uint8)
    tally = part_of(world.tally, ContactTally)
    colleagues = in_turn(cw, world.now.key, _TURN, world.now.week)
    absence = uniforms(world.now.key, _NO_SHOW, k.key[queue.client], world.now.week)
    missed_before = tally.missed.sum(axis=1)
    waiting, _ = _hold(world.now, queue, order, absence, colleagues, k, cw, r, tally, no_room)
    world.this_week.waiting = waiting
    world.this_week.missed = (tally.missed.sum(axis=1) - missed_before).astype(np.float64)


MECHANISMS = (
    Mechanism(
        name="statutory_contact",
        label="Interviews the law and the focus targets ask for",
        label_da="Lovpligtige samtaler",
        equation="first within, n in 26 weeks, interval after",
        evidence="LAB 31-32, C159",
        when_off="nobody is due by law",
        rules=rules,
    ),
    Mechanism(
        name="discretionary_contact",
        label="Interviews a caseworker chooses to hold",
        label_da="Frivillige samtaler",
        equation="strategy score",
        evidence="R02, KD06, KD14",
        when_off="hours left over are idle",
        rules=rules,
    ),
)
