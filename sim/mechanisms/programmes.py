"""Programmes: announced starts, employers' acceptance, the budget's ceiling, lock-in and ends.

A start is announced some weeks ahead (the threat of section 1.2 of the evidence notes works in that time):

* *duty*: the law gives the group a right and duty to an offer by week ``activation.offer_within_weeks`` (LAB
  section 102),
* *focus targets*: while they are in force, long courses without an offer for a year get one, of those whom
  the municipality covers for the targets' sake (:mod:`sim.rules.focus_targets`),
* *at once*: job- and education-ready clients younger than ``activation.immediate_under_age`` (0: nobody), in
  the first month; a share ``activation.immediate_refusal`` does not turn up and lives without support,
* *judgement*: weekly with ``programmes.start_rate`` of the group,
* *investment*: weekly with ``programmes.invested_starts`` of the group, into a place that was bought.

A share ``programmes.internship_to_subsidy_share`` of internships goes straight on as a private wage subsidy
with the same employer.  Cost is shifted, too: where a week costs the municipality more than under the law
without the reform, an offer made by judgement becomes a subsidised public job
with the chance

    programmes.cost_shift * max(0, ln(own share of the week's benefit / own share without the reform))

(E2-I05, E2-I06: German municipalities that got the jobcentres created more public jobs and placed fewer).

Starts of a week are taken in a keyed order.  An internship or a wage subsidy needs an employer: it is found
with the share of willing employers in the municipality times ``programmes.employer_openness``; otherwise the
client gets guidance and upgrading.  What costs money starts only while the municipality has money left, and
guidance within ``programmes.guidance_cap_kr_person`` (0: no cap); else it waits:

    spending of the week < budget a week + account / T,    account = account + budget - spending

T is how long a municipality evens out what it has spent too little (``programmes.evened_out_weeks``) or too
much (``programmes.paid_back_weeks``), so that a budget binds in its year and single dear courses are no
less affordable where there are few.  Threat, lock-in and lift are terms of the hazard of a job.

Evidence: P05, P18, P20, P32, P41-P43; volumes F035, F116-F118 (validation).  Switch: ``programmes``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR, WHOLE_WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.engine.decisions import Contenders, bound, contenders
from sim.engine.draws import Purpose, own_purpose, uniform, uniform_pair
from sim.engine.memory import ahead
from sim.engine.order import first_come
from sim.law import Law, whole
from sim.lookup import IS_UNEMPLOYED
from sim.mechanism import Mechanism, act
from sim.mechanisms.casework import add_task
from sim.mechanisms.job_hazard.refund_incentive import log_of_shares
from sim.mechanisms.staffing import PROGRAMME_ACCOUNT
from sim.mechanisms.supervision import is_covered
from sim.rules.administration import administrative_tasks
from sim.rules.focus_targets import coverage, focus_targets
from sim.rules.own_cost import WHOLE, OwnCostRules, gain_from_programmes, own_cost_rules, own_share_of
from sim.states import CLIENT_STATES, N_STATES, NOBODY, State
from sim.vocabulary import Group, Programme, Task
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients, touch
from sim.world.clock import Now
from sim.world.columns import NEVER
from sim.world.moves import Moves
from sim.world.world import World

_OUTSIDE = int(State.OUTSIDE)
_NONE, _INTERNSHIP = int(Programme.NONE), int(Programme.INTERNSHIP)
_PRIVATE, _PUBLIC = int(Programme.PRIVATE_WAGE_SUBSIDY), int(Programme.PUBLIC_WAGE_SUBSIDY)
_GUIDANCE = int(Programme.GUIDANCE_UPGRADING)
_PLACEMENT, _EMPLOYER = int(Task.PLACEMENT), int(Task.EMPLOYER_CONTACT)
_REFERRAL = int(Task.REFERRAL)
#: Groups whose young start at once where the law says so: job- and education-ready.
_READY = np.zeros(len(Group), np.uint8)
_READY[[Group.KONTANTHJAELP_JOB_READY, Group.UDDANNELSESHJAELP_EDUCATION_READY]] = 1
#: Where the mechanism keeps what municipalities have not spent yet (m, 2), kr. at the run's scale: of the
#: budget, and of what they may spend on guidance.  A saving takes what has been left (staffing).
_MEMORY = PROGRAMME_ACCOUNT
#: Guard of a division: fewer offers a year than any law asks for.
_FEWEST_OFFERS = 0.1
_START, _KIND, _RACE = int(Purpose.PROGRAMME_START), int(Purpose.PROGRAMME_KIND), int(Purpose.PROGRAMME_RACE)
_COVERED, _REFUSAL = int(Purpose.DUTY_COVERED), int(Purpose.REFUSAL)
_GOES_ON = int(Purpose.INTERNSHIP_TO_SUBSIDY)
_COST_SHIFT = own_purpose("programmes.cost_shift")


class ProgrammeRules(NamedTuple):
    """w = rule rows of persons, g = target groups, k = programmes."""

    offer_within: NDArray[np.int64]  # (w, g), 0 = no duty
    covered: NDArray[np.float64]  # (w, g) share the duty must reach
    focus_offer_interval: NDArray[np.int64]  # (w,) weeks, 0 = no focus target
    focus_covered: NDArray[np.float64]  # (w, g) share of long courses covered for the focus targets' sake
    start_rate: NDArray[np.float64]  # (w, g) a week
    notice: NDArray[np.int64]  # (w,) weeks between announcement and start
    mix: NDArray[np.float64]  # (w, 2, k) cumulative: job-ready, others
    weeks: NDArray[np.int64]  # (w, k)
    cost: NDArray[np.float64]  # (w, k) kr. a week and participant
    openness: NDArray[np.float64]  # (w,) chance that a wanted placement finds an employer
    referral_minutes: NDArray[np.float64]  # (w,)
    placement_minutes: NDArray[np.float64]  # (w,)
    employer_minutes: NDArray[np.float64]  # (w,)
    into_subsidy: NDArray[np.float64]  # (w,) share of internships that go straight on as a private subsidy
    immediate_under: NDArray[
        np.int64
    ]  # (w,) job- and education-ready clients younger than this start at once
    refusal: NDArray[np.float64]  # (w,) share of them who leave the benefit when the start has come
    invested_rate: NDArray[np.float64]  # (w, g) a week, starts that an investment adds
    invested_kind: NDArray[np.int64]  # (w,) kind of programme it adds
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


def rules(law: Law) -> ProgrammeRules:
    """Return activation law and the terms of programmes.

    The municipality's priorities follow money as far as it reacts: here what the state pays more while a
    client is in a programme.
    """
    r = law.now
    offers = r["supervision.offers_per_year"]
    focus = focus_targets(law) & (offers > 0)
    weeks_an_offer = WHOLE_WEEKS_A_YEAR / np.maximum(offers, _FEWEST_OFFERS)
    interval = np.where(focus, np.round(weeks_an_offer), 0).astype(np.int64)
    mix = np.cumsum(np.stack([r["programmes.mix_job_ready"], r["programmes.mix_others"]], axis=1), axis=2)
    reaction = law.rows(law.decisions.reaction * float(law.on("municipal_reaction")))
    gain = gain_from_programmes(r)
    own, own_before = own_cost_rules(r), own_cost_rules(law.before)
    shifts = law.on("municipal_reaction") and not all(map(np.array_equal, own, own_before))
    own_found = r["programmes.own_found_share"]
    willing = law.rows(law.decisions.willing)
    openness = np.minimum(willing * r["programmes.employer_openness"], 1.0)
    return ProgrammeRules(
        offer_within=whole(r["activation.offer_within_weeks"]),
        covered=r["activation.minimum_share"].copy(),
        focus_offer_interval=interval,
        focus_covered=coverage(law),
        start_rate=r["programmes.start_rate"] / WEEKS_A_YEAR * (1.0 + reaction * gain)[:, None],
        notice=whole(r["programmes.notice_weeks"]),
        mix=mix / mix[:, :, -1:],
        weeks=whole(r["programmes.weeks"]),
        cost=r["programmes.cost_kr_week"].copy(),
        openness=openness + own_found * (1.0 - openness),
        referral_minutes=administrative_tasks(law).referral,
        placement_minutes=r["casework.placement_minutes"].copy(),
        employer_minutes=r["casework.employer_contact_minutes"] * (1.0 - own_found),
        into_subsidy=r["programmes.internship_to_subsidy_share"].copy(),
        immediate_under=whole(r["activation.immediate_under_age"]),
        refusal=r["activation.immediate_refusal"].copy(),
        invested_rate=r["programmes.invested_starts"] / WEEKS_A_YEAR,
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
    )


@kernel
def _run(
    now: Now,
    k: Clients,
    r: ProgrammeRules,
    participants: NDArray[np.int64],
    activated: NDArray[np.int64],
    spending: NDArray[np.float64],
) -> None:
    spending[:, :] = 0.0
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
            if kind == _INTERNSHIP and uniform(now.key, _GOES_ON, k.key[i], now.week) < r.into_subsidy[w]:
                p.planned[i] = now.week
            continue
        spending[m, kind - 1] += r.cost[w, kind - 1]
        participants[m, kind - 1] += 1
        if IS_UNEMPLOYED[k.state[i]]:
            activated[m] += 1


@kernel
def _announce(now: Now, open_to: Contenders, k: Clients, r: ProgrammeRules) -> int:
    announced = 0
    for at in range(open_to.row.size):
        i, u, v = open_to.row[at], open_to.u[at], open_to.v[at]
        p, c = k.programme, k.contact
        if p.kind[i] != _NONE or p.planned[i] != NEVER:
            continue
        w, group, key = k.person.rule_row[i], k.spell.group[i], k.key[i]
        course = now.week - c.contact_start[i]
        deadline = r.offer_within[w, group]
        offered = c.last_offer[i] != NEVER and c.last_offer[i] >= c.contact_start[i]
        duty = deadline > 0 and course >= deadline - r.notice[w] and not offered
        if duty and r.covered[w, group] < 1.0:
            duty = uniform(now.key, _COVERED, key, k.spell.entered[i]) < r.covered[w, group]
        interval = r.focus_offer_interval[w]
        support = now.week - k.spell.course_start[i]
        focus = interval > 0 and support >= r.long_course and now.week - c.last_offer[i] >= interval
        focus = focus and is_covered(i, r.focus_covered[w, group], now, k)
        at_once = now.year - k.person.birth_year[i] < r.immediate_under[w] and _READY[group]
        at_once = at_once and course < r.immediate_within and not offered
        judged = v < r.start_rate[w, group] + r.invested_rate[w, group]
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


@part
def _wanted_kind(i: int, now: Now, k: Clients, r: ProgrammeRules) -> int:
    """Kind of programme, after asking employers."""
    u, v = uniform_pair(now.key, _KIND, k.key[i], k.programme.planned[i])
    w = k.person.rule_row[i]
    if k.programme.last[i] == _INTERNSHIP and k.programme.ended[i] == now.week and r.into_subsidy[w] > 0.0:
        return _PRIVATE
    if _is_invested(i, now, k, r):
        return r.invested_kind[w]
    if r.cost_shift > 0.0 and _shifts_cost(i, now, k, r):
        return _PUBLIC
    row = r.mix[w, 0] if IS_UNEMPLOYED[k.state[i]] else r.mix[w, 1]
    kind = 1 + min(np.searchsorted(row, u), row.size - 1)
    if kind != _GUIDANCE and v >= r.openness[w]:
        kind = _GUIDANCE
    return kind


@kernel
def _start(
    now: Now,
    who: NDArray[np.int32],
    k: Clients,
    cw: Caseworkers,
    r: ProgrammeRules,
    spending: NDArray[np.float64],
    room: NDArray[np.float64],
) -> tuple[int, int]:
    """Start what there is ``room`` for (m, 2), kr. this week: in all, and for guidance and courses."""
    started, fetched = 0, 0
    for turn in range(who.size):
        for later in ahead(turn, who.size):
            fetched += touch(who[later], k)
        i = who[turn]
        m, w = k.person.municipality[i], k.person.rule_row[i]
        kind = _wanted_kind(i, now, k, r)
        cost = r.cost[w, kind - 1]
        if cost > 0.0 and spending[m].sum() >= room[m, 0]:
            continue
        if kind == _GUIDANCE and spending[m, kind - 1] >= room[m, 1]:
            continue
        spending[m, kind - 1] += cost
        k.programme.kind[i] = kind
        k.programme.end[i] = now.week + r.weeks[w, kind - 1]
        k.programme.planned[i] = NEVER
        k.contact.last_offer[i] = now.week
        started += 1
        add_task(i, _REFERRAL, r.referral_minutes[w], k, cw)
        if kind != _GUIDANCE:
            add_task(i, _PLACEMENT, r.placement_minutes[w], k, cw)
            add_task(i, _EMPLOYER, r.employer_minutes[w], k, cw)
    return started, fetched


@act(
    "programmes",
    writes=(
        "clients.programme.kind",
        "clients.programme.last",
        "clients.programme.ended",
        "clients.programme.planned",
        "tally.participants",
        "tally.activated_unemployed",
        "this_week.programme_kr",
    ),
    purposes=(Purpose.INTERNSHIP_TO_SUBSIDY,),
    always=True,
)
def run_programmes(world: World, r: ProgrammeRules) -> None:
    """End programmes that are over, count those that run and what they cost this week."""
    tally, spending = world.tally, world.this_week.programme_kr
    _run(world.now, world.clients.settled, r, tally.participants, tally.activated_unemployed, spending)


@act(
    "programmes",
    writes=("clients.programme.planned",),
    purposes=(Purpose.PROGRAMME_START, Purpose.DUTY_COVERED),
)
def announce_starts(world: World, r: ProgrammeRules) -> None:
    """Announce programme starts some weeks ahead."""
    now, k = world.now, world.clients.settled
    asked = r.offer_within.any() or r.focus_offer_interval.any()
    owed = 1.0 if r.immediate_under.any() else r.duty_a_week if asked else 0.0
    judged = float(bound(r.start_rate + r.invested_rate).max())
    first, second = np.full(N_STATES, owed), np.full(N_STATES, judged)
    _announce(now, contenders(now.key, _START, now.week, k.key, k.state, first, second), k, r)


@act(
    "programmes",
    writes=(
        "clients.programme.kind",
        "clients.programme.end",
        "clients.programme.planned",
        "clients.contact.last_offer",
        "caseworkers.backlog_task",
        "this_week.programme_kr",
        f"memory.{_MEMORY}",
    ),
    purposes=(Purpose.PROGRAMME_RACE, Purpose.PROGRAMME_KIND, _COST_SHIFT),
)
def start_programmes(world: World, r: ProgrammeRules) -> None:
    """Start announced programmes in the week's keyed order, while each municipality has money left."""
    now, k = world.now, world.clients.settled
    who, order = np.empty(k.id.size, np.int32), np.empty(k.id.size)
    n = _find_starts(now, k, who, order)
    who = who[:n][first_come(np.zeros(n, np.int8), order[:n])]
    budget = np.array([m.programme_budget_kr for m in world.municipalities]) * world.scale / WEEKS_A_YEAR
    a_week = np.stack([budget, guidance_cap(world, r)], axis=1)
    account = world.memory.setdefault(_MEMORY, np.zeros_like(a_week))
    spending = world.this_week.programme_kr
    back = np.where(account < 0.0, r.paid_back, r.evened_out)
    _start(now, who, k, world.caseworkers, r, spending, a_week + account / back)
    spent = np.stack([spending.sum(axis=1), spending[:, _GUIDANCE - 1]], axis=1)
    most = np.where(np.isfinite(a_week), a_week * r.evened_out, 0.0)
    account[:] = np.minimum(np.where(np.isfinite(a_week), account + a_week - spent, 0.0), most)


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
