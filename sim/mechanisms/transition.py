"""Moving somebody from one state to another: the one place where all clocks are kept right.

Acts decide who moves where and return :class:`~sim.world.moves.Moves`; the week hands them to :func:`move`;
nothing else writes a state.  In order:

1. the spell that ends is counted in the life tables and, for sampled persons, logged;
2. the job, if it is given up, becomes a vacancy of the same employer;
3. the weeks just past are written to the history of self-support (a bit a week);
4. the refund clock: a run of benefits that begins after 52 weeks of self-support within three years
   restarts it (lov om kommunernes finansiering af visse offentlige ydelser, section 6);
5. the jobcentre: on uddannelseshjælp and the integration benefit a caseworker finds the person ready or not
   when the spell begins, with error (on kontanthjælp the benefit itself says so); a new target group in
   another effort group restarts the contact course, drops the caseworker (but for the share
   ``casework.caseworker_follows_share``) and asks for a handover; within the same effort group the course
   goes on; who leaves the benefits hands the client's row back;
6. a state that the jobcentre does not follow gets the week in which its next transition comes up.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.draws import (
    MOST_IN_A_YEAR,
    Key,
    OwnPurpose,
    Purpose,
    as_uniform,
    in_year,
    own_purpose,
    uniform,
    words,
)
from sim.engine.memory import ahead
from sim.law import Law, whole
from sim.lookup import (
    GROUP_OF,
    IS_CLIENT,
    IS_UNEMPLOYED,
    KEEPS_JOB,
    LEAVE_FROM_JOB,
    ON_REFUND_CLOCK,
    SELF_SUPPORTED,
    flags,
)
from sim.mechanism import Mechanism
from sim.outcomes.tally import COURSE_SPELL, LIFE_TABLE_WEEKS, UNEMPLOYED_SPELL, MoveTally, SpellLog, band_of
from sim.rules.contact_law import first_interview_within
from sim.rules.entitlement import Entitlement, entitlement, found_ready
from sim.rules.flows import LARGEST_MULTIPLIER, OLDEST, QuietFlows, quiet_intensity
from sim.rules.handover import kept_at_handover
from sim.rules.refund_clock import popcount_window, push_weeks
from sim.rules.residence import FIRST_YEAR, ResidenceRules, residence_rules, worked_until
from sim.states import NOBODY, State
from sim.vocabulary import Barrier, Health, Programme
from sim.world.clients import (
    HANDOVER_OWED,
    NO_CASEWORKER,
    Clients,
    Condition,
    Contact,
    Offer,
    Spell,
    Traits,
    touch,
)
from sim.world.clock import WEEKS_OF_YEAR, Now
from sim.world.columns import NEVER
from sim.world.moves import Moves
from sim.world.payroll import Payroll, put_on_payroll
from sim.world.people import NO_ROW, NOT_SCHEDULED, Calendar, OnFile, Person, Status
from sim.world.world import World

_EMPLOYED, _DAGPENGE = int(State.EMPLOYED), int(State.DAGPENGE)
_SAMPLE, _FOLLOWS = int(Purpose.SAMPLE), int(Purpose.CASEWORKER_FOLLOWS)
_SCHEDULED, _NONE = int(Purpose.QUIET_SPELL), int(Programme.NONE)
_READY_AT_START = int(Purpose.READY_AT_START)
_WELL, _NO_BARRIER = int(Health.WELL), int(Barrier.NONE)
#: Benefits on which a caseworker finds somebody ready or not as the spell begins.
_TELLS_READY = (GROUP_OF[:, 0] != GROUP_OF[:, 1]).astype(np.uint8)
_YOUTH = int(State.UDDANNELSESHJAELP)
#: The benefit that time in the country ends, and the benefits that depend on it from 1 July 2025.
_NEW_HERE, _MEANS_TESTED = flags("residence_ends_it"), flags("means_tested")
_EXEMPT = own_purpose("transition.exempt")
#: The largest number of weeks that the column of the refund clock holds, with room to spare.
_MOST_REFUND_WEEKS = 60_000

#: Random numbers and columns that a move draws and writes, whichever act decided it.
PURPOSES: tuple[Purpose | OwnPurpose, ...] = (
    Purpose.CASEWORKER_FOLLOWS,
    Purpose.QUIET_SPELL,
    Purpose.SAMPLE,
    Purpose.READY_AT_START,
    _EXEMPT,
)
WRITES: frozenset[str] = frozenset(
    (
        *(f"status.{name}" for name in Status._fields if name != "graduate"),
        *(f"on_file.{name}" for name in OnFile._fields if name != "belief"),
        "person.ready",
        "person.arrived",
        "calendar.row",
        "calendar.scheduled",
        "clients.id",
        "clients.key",
        "clients.state",
        "clients.to_offer",
        "clients.used",
        *(f"clients.person.{name}" for name in Traits._fields),
        *(f"clients.spell.{name}" for name in Spell._fields),
        *(f"clients.contact.{name}" for name in Contact._fields),
        *(f"clients.programme.{name}" for name in Offer._fields),
        *(f"clients.condition.{name}" for name in Condition._fields),
        "employers.filled",
        "employers.vacancies",
        "flows.open_to",
        *(f"tally.{name}" for name in MoveTally._fields),
        *(f"payroll.{name}" for name in Payroll._fields),
        "log",
    )
)


class TransitionRules(NamedTuple):
    """Law that matters when a state changes; w = rule rows of persons, g = target groups."""

    effort_group: NDArray[np.int64]  # (w, g)
    first_interview_within: NDArray[np.int64]  # (w, g) weeks
    clock_restarts: NDArray[np.int64]  # (w,) 1: a shift restarts the contact course
    case_closes: NDArray[np.int64]  # (w,) 1: a shift closes a case of clarification
    relation_kept: NDArray[np.float64]  # (w,) share of the relation that survives a handover
    known_after: int  # interviews with a caseworker beyond which a relation is not closer
    follows: NDArray[np.float64]  # (w, barrier) share of moves in which the caseworker follows
    restart_weeks: int  # weeks of self-support that restart the refund clock
    restart_window: int  # within so many weeks
    education_ready: float  # share of the well without barriers found ready for education
    exempt: float  # of newcomers to the integration benefit: the requirements of residence do not hold
    residence: ResidenceRules
    law: Entitlement


def rules(law: Law) -> TransitionRules:
    """Return the law of transitions."""
    r = law.now
    return TransitionRules(
        effort_group=whole(r["target_groups.effort_group"]),
        first_interview_within=first_interview_within(r),
        clock_restarts=whole(r["contact.clock_restarts_at_shift"]),
        case_closes=whole(r["clarification.case_closes_at_shift"]),
        relation_kept=kept_at_handover(r),
        known_after=round(r.scalar("casework.known_after_interviews")),
        follows=r["casework.caseworker_follows_share"].copy(),
        restart_weeks=round(r.scalar("refund.restart_self_support_weeks")),
        restart_window=round(r.scalar("refund.restart_window_weeks")),
        education_ready=r.scalar("assessment.education_ready"),
        exempt=r.scalar("residence.exempt_share"),
        residence=residence_rules(r),
        law=entitlement(law),
    )


class Mover(NamedTuple):
    """Everything a change of state touches."""

    person: Person
    status: Status
    on_file: OnFile
    calendar: Calendar
    clients: Clients
    used: NDArray[np.int64]  # (1,) rows of the clients' table in use
    filled: NDArray[np.int32]  # (n_employers,) jobs with a person in them
    vacancies: NDArray[np.int32]  # (n_employers,)
    flows: QuietFlows
    rules: TransitionRules
    tally: MoveTally
    log: SpellLog
    payroll: Payroll


def move(world: World, moves: Moves, r: TransitionRules) -> None:
    """Carry out an act's decisions as of this week, in the order given."""
    if moves.who.size == 0:
        return
    clients = world.clients.with_room_for(moves.who.size)
    e, used = world.employers, world.clients.used
    _move(
        world.now,
        moves,
        Mover(*world.people, clients, used, e.filled, e.vacancies, world.flows, r, *world.counted),
    )


@part
def _count_spell(group: int, start: int, week: int, destination: int, i: int, logged: bool, w: Mover) -> None:
    """Count a finished spell of person ``i`` in the life tables, and log it if the person is ``logged``."""
    m, tally, log = w.person.municipality[i], w.tally, w.log
    weeks = week - start
    at = min(max(weeks - 1, 0), LIFE_TABLE_WEEKS - 1)
    tally.exits[group, at] += 1
    tally.band_exits[m, group, band_of(at + 1)] += 1
    if logged:
        row = log.used[0]
        if row >= log.rows.shape[0]:
            log.used[1] += 1
            return
        log.rows[row, 0] = m
        log.rows[row, 1] = group
        log.rows[row, 2] = start
        log.rows[row, 3] = weeks
        log.rows[row, 4] = destination
        log.person[row] = w.person.key[i]
        log.used[0] = row + 1


@part
def _is_sampled(key: int, log: SpellLog) -> bool:
    """Whether a person is one of those whose spells are logged: the same people in every run."""
    return uniform(Key(np.uint64(0), np.uint64(0)), _SAMPLE, key, 0) < log.threshold


@part
def _found_ready(i: int, new: int, now: Now, w: Mover) -> bool:
    """Whether a caseworker finds the person ready for work or education as the spell in ``new`` begins."""
    at, barrier = w.calendar.row[i], w.person.barrier[i]
    health = w.on_file.health[i] if at == NO_ROW else w.clients.condition.health[at]
    u = uniform(now.key, _READY_AT_START, w.person.key[i], now.week)
    if new == _YOUTH:
        return health == _WELL and barrier == _NO_BARRIER and u < w.rules.education_ready
    return found_ready(health, barrier, u, w.rules.law)


@part
def _close_spells(i: int, at: int, old: int, new: int, week: int, w: Mover) -> None:
    """End the spell in the old state, and the longer courses that the new state does not continue."""
    m, tally, spell = w.person.municipality[i], w.tally, w.clients.spell
    logged = IS_CLIENT[old] == 1 and _is_sampled(w.person.key[i], w.log)
    tally.flows[m, old, new] += 1
    tally.stock[m, old] -= 1
    if new != NOBODY:
        tally.stock[m, new] += 1
    _count_spell(old, w.status.entered[i], week, new, i, logged, w)
    if IS_UNEMPLOYED[old] and not IS_UNEMPLOYED[new]:
        _count_spell(UNEMPLOYED_SPELL, spell.unemployed_start[at], week, new, i, logged, w)
    if IS_CLIENT[old] and not IS_CLIENT[new]:
        _count_spell(COURSE_SPELL, spell.course_start[at], week, new, i, logged, w)
        w.status.weeks_supported[i] += week - max(spell.course_start[at], 0)
    if IS_CLIENT[old] and IS_CLIENT[new]:
        tally.shifts[m] += 1
    if IS_CLIENT[old] and new == _EMPLOYED and spell.employer[at] >= 0:
        tally.returned[m, old] += 1


@part
def _leave_work(i: int, old: int, new: int, now: Now, w: Mover) -> None:
    """Count weeks of work and of dagpenge that end; a job given up becomes a vacancy of the employer."""
    status, week = w.status, now.week
    if old == _EMPLOYED:
        status.weeks_employed[i] += week - max(status.entered[i], 0)
        worked = status.weeks_employed[i] + max(-status.entered[i], 0)
        status.worked_to[i] = worked_until(int(status.worked_to[i]), worked, now.year, w.rules.residence)
    if old == _DAGPENGE:
        status.dagpenge_weeks[i] += week - status.entered[i]
    e = status.employer[i]
    waits = KEEPS_JOB[new] and (old != _EMPLOYED or LEAVE_FROM_JOB[new])
    if e >= 0 and not waits:
        w.filled[e] -= 1
        w.vacancies[e] += 1
        status.employer[i] = -1


@part
def _move_refund_clock(i: int, old: int, new: int, week: int, s: Status, window: int, enough: int) -> None:
    """Write the past weeks to the history and keep the refund clock (section 5 and 6 of the refund act)."""
    past = week - s.history_week[i]
    if past > 0:
        h = push_weeks(s.history_0[i], s.history_1[i], s.history_2[i], past, SELF_SUPPORTED[old])
        s.history_0[i], s.history_1[i], s.history_2[i] = h
        s.history_week[i] = week
    if ON_REFUND_CLOCK[old] and not ON_REFUND_CLOCK[new]:
        run = week - s.support_start[i]
        s.refund_weeks[i] = min(s.refund_weeks[i] + run, _MOST_REFUND_WEEKS)
        s.support_start[i] = NEVER
    elif ON_REFUND_CLOCK[new] and not ON_REFUND_CLOCK[old]:
        supported = popcount_window(s.history_0[i], s.history_1[i], s.history_2[i], window)
        if supported >= enough:
            s.refund_weeks[i] = 0
            s.history_0[i] = np.uint64(0)
            s.history_1[i] = np.uint64(0)
            s.history_2[i] = np.uint64(0)
        s.support_start[i] = week


@part
def end_programme(at: int, week: int, k: Clients) -> None:
    """End the programme of the client in row ``at``, if there is one."""
    programme = k.programme
    programme.planned[at] = NEVER
    programme.follows[at] = _NONE
    if programme.kind[at] != _NONE:
        programme.last[at] = programme.kind[at]
        programme.ended[at] = week
        programme.kind[at] = _NONE


@part
def _hand_back(i: int, at: int, week: int, w: Mover) -> None:
    """Who is no client any more: end the programme, put on file what outlasts the course, empty the row."""
    k, f = w.clients, w.on_file
    end_programme(at, week, k)
    f.last_interview[i], f.interview_stock[i] = k.contact.last_interview[at], k.contact.interview_stock[at]
    f.last_offer[i], f.sanction_until[i] = k.contact.last_offer[at], k.contact.sanction_until[at]
    f.trust[i], f.belief[i] = k.contact.trust[at], k.contact.belief[at]
    f.ended[i], f.last[i] = k.programme.ended[at], k.programme.last[at]
    f.health[i], f.ill_since[i] = k.condition.health[at], k.condition.ill_since[at]
    k.state[at] = NOBODY
    w.calendar.row[i] = NO_ROW


@part
def _take_up(i: int, w: Mover) -> int:
    """Give somebody who becomes a client a row, filled with what is on file; return it."""
    at = w.used[0]
    w.used[0] = at + 1
    w.calendar.row[i] = at
    k, f = w.clients, w.on_file
    k.id[at] = i
    k.to_offer[at] = 0.0
    k.spell.course_start[at] = NEVER
    k.spell.unemployed_start[at] = NEVER
    k.contact.caseworker[at] = NO_CASEWORKER
    k.contact.met[at] = 0
    k.contact.ordinary_hours[at] = 0
    k.contact.clarify_at[at] = NEVER
    k.contact.flexjob_early[at] = 0
    k.contact.last_interview[at], k.contact.interview_stock[at] = f.last_interview[i], f.interview_stock[i]
    k.contact.last_offer[at], k.contact.sanction_until[at] = f.last_offer[i], f.sanction_until[i]
    k.contact.trust[at], k.contact.belief[at] = f.trust[i], f.belief[i]
    k.programme.kind[at] = _NONE
    k.programme.end[at] = NEVER
    k.programme.planned[at] = NEVER
    k.programme.follows[at] = _NONE
    k.programme.ended[at], k.programme.last[at] = f.ended[i], f.last[i]
    k.condition.health[at], k.condition.ill_since[at] = f.health[i], f.ill_since[i]
    k.condition.found_fit[at] = 0
    return at


@part
def repeat_person(i: int, at: int, person: Person, status: Status, k: Clients) -> None:
    """Write the columns of row ``at`` that repeat the person's record."""
    k.key[at], k.state[at] = person.key[i], status.state[i]
    t, s = k.person, k.spell
    t.municipality[at], t.rule_row[at] = person.municipality[i], person.rule_row[i]
    t.sex[at], t.birth_year[at], t.education[at] = person.sex[i], person.birth_year[i], person.education[i]
    t.insured[at], t.provider[at] = person.insured[i], person.provider[i]
    t.barrier[at], t.ready[at], t.employability[at] = (
        person.barrier[i],
        person.ready[i],
        person.employability[i],
    )
    s.group[at] = GROUP_OF[status.state[i], person.ready[i]]
    s.entered[at], s.employer[at] = status.entered[i], status.employer[i]
    s.support_start[at], s.refund_weeks[at] = status.support_start[i], status.refund_weeks[i]
    s.dagpenge_weeks[at], s.graduate[at] = status.dagpenge_weeks[i], status.graduate[i]
    t.arrived[at], s.worked_to[at] = person.arrived[i], status.worked_to[i]


@part
def _begin_contact(at: int, group: int, row: int, week: int, k: Clients, r: TransitionRules) -> None:
    """Begin a contact course."""
    k.contact.contact_start[at] = week
    k.contact.held[at] = 0
    k.contact.next_due[at] = week + r.first_interview_within[row, group]


@part
def _keep_contact(i: int, at: int, new: int, now: Now, w: Mover) -> None:
    """Keep or restart the contact course of a client who goes to another benefit."""
    k, r, row = w.clients, w.rules, w.person.rule_row[i]
    if r.case_closes[row] != 0:
        k.contact.clarify_at[at] = NEVER
        k.contact.flexjob_early[at] = 0
    group = GROUP_OF[new, w.person.ready[i]]
    if r.effort_group[row, k.spell.group[at]] == r.effort_group[row, group]:
        return
    u = uniform(now.key, _FOLLOWS, w.person.key[i], now.week)
    if k.contact.caseworker[at] < 0 or u >= r.follows[row, w.person.barrier[i]]:
        k.contact.caseworker[at] = HANDOVER_OWED
        k.contact.met[at] = int(r.relation_kept[row] * min(k.contact.met[at], r.known_after) + 0.5)
    if r.clock_restarts[row] != 0:
        _begin_contact(at, group, row, now.week, k, r)


@part
def _arrive(i: int, new: int, now: Now, w: Mover) -> None:
    """Begin a spell in ``new``; its end is scheduled unless the jobcentre follows the person."""
    status, tally = w.status, w.tally
    status.state[i] = new
    status.entered[i] = now.week
    if IS_CLIENT[new]:
        w.calendar.scheduled[i] = NOT_SCHEDULED
    else:
        schedule(i, now, w.person, status, w.calendar, w.flows)
    bit = np.uint32(1) << np.uint32(new)
    if not (tally.seen[i] & bit):
        tally.seen[i] |= bit
        tally.touched[w.person.municipality[i], new] += 1


@part
def _fill_row(i: int, old: int, new: int, now: Now, w: Mover) -> None:
    """Bring the client's row into step with the state just begun."""
    k, row = w.clients, w.person.rule_row[i]
    at = w.calendar.row[i]
    if at == NO_ROW:
        at = _take_up(i, w)
        k.spell.course_start[at] = now.week
        _begin_contact(at, GROUP_OF[new, w.person.ready[i]], row, now.week, k, w.rules)
    if IS_UNEMPLOYED[new] and not IS_UNEMPLOYED[old]:
        k.spell.unemployed_start[at] = now.week
    elif not IS_UNEMPLOYED[new]:
        k.spell.unemployed_start[at] = NEVER
    repeat_person(i, at, w.person, w.status, k)


@kernel
def _move(now: Now, moves: Moves, w: Mover) -> int:
    fetched, status = 0, w.status
    for turn in range(moves.who.size):
        for later in ahead(turn, moves.who.size):
            j = moves.who[later]
            fetched += status.state[j] + w.person.sex[j] + w.on_file.last[j] + w.calendar.scheduled[j]
            fetched += np.int64(w.tally.seen[j]) + w.calendar.row[j]
        for later in ahead(turn, moves.who.size):
            at = w.calendar.row[moves.who[later]]
            if at != NO_ROW:
                fetched += touch(at, w.clients)
        i, new = int(moves.who[turn]), int(moves.to[turn])
        if _TELLS_READY[new]:
            w.person.ready[i] = _found_ready(i, new, now, w)
        if moves.newcomers:
            m = w.person.municipality[i]
            w.tally.flows[m, NOBODY, new] += 1
            w.tally.stock[m, new] += 1
            _begin(i, NOBODY, new, now, w)
        else:
            old = int(status.state[i])
            _end(i, old, new, now, w)
            if new != NOBODY:
                _begin(i, old, new, now, w)
    return fetched


@part
def _end(i: int, old: int, new: int, now: Now, w: Mover) -> None:
    """End the spell in the old state, and all that the new one does not continue."""
    status, week, r, at = w.status, now.week, w.rules, w.calendar.row[i]
    put_on_payroll(i, old, -1, w.person, status, w.payroll)
    _close_spells(i, at, old, new, week, w)
    _leave_work(i, old, new, now, w)
    _move_refund_clock(i, old, new, week, status, r.restart_window, r.restart_weeks)
    if at != NO_ROW and IS_CLIENT[new]:
        _keep_contact(i, at, new, now, w)
    elif at != NO_ROW:
        _hand_back(i, at, week, w)


@part
def _keep_residence(i: int, old: int, new: int, now: Now, w: Mover) -> None:
    """Keep the year of arrival in step with the benefit that time in the country decides.

    Who comes to it from outside has just arrived, but for those whom the requirements do not hold for; who
    goes on from it to other assistance has been in the country for long enough.
    """
    came, years = FIRST_YEAR + int(w.person.arrived[i]), w.rules.residence.years
    if _NEW_HERE[new] and not IS_CLIENT[old] and came + years <= now.year:
        if uniform(now.key, _EXEMPT, w.person.key[i], 0) >= w.rules.exempt:
            w.person.arrived[i] = now.year - FIRST_YEAR
    elif _NEW_HERE[old] and _MEANS_TESTED[new] and not _NEW_HERE[new] and came + years > now.year:
        w.person.arrived[i] = now.year - years - FIRST_YEAR


@part
def _begin(i: int, old: int, new: int, now: Now, w: Mover) -> None:
    """Begin the spell in the new state."""
    _keep_residence(i, old, new, now, w)
    _arrive(i, new, now, w)
    put_on_payroll(i, new, 1, w.person, w.status, w.payroll)
    if IS_CLIENT[new]:
        _fill_row(i, old, new, now, w)


@part
def schedule(i: int, now: Now, person: Person, status: Status, calendar: Calendar, flows: QuietFlows) -> None:
    """Write down in which week a transition out of the state of person ``i`` comes up next.

    At the largest multiplier b transitions come up as points of a Poisson process of b * r_i a week, r_i the
    person's intensity in the state, that of the year of age.  The process runs whether the person is in the
    state or not: within each year of age its points are sums of exponentials keyed by person, state, age and
    number, so who comes into a state in a week meets the same points whatever happened before.  A point is
    then accepted with the week's multiplier over b (:mod:`sim.mechanisms.separations`).  The process has no
    memory: waits are those of an exponential drawn on arrival.
    """
    calendar.scheduled[i] = NOT_SCHEDULED
    state, year = int(status.state[i]), year_of_birthday(i, now, calendar)
    first = now.new_year + calendar.birth_week[i] - 1
    if year < now.year:
        first -= WEEKS_OF_YEAR[year % WEEKS_OF_YEAR.size]
    while first < NOT_SCHEDULED and year - person.birth_year[i] <= OLDEST and flows.ways[state, 0] >= 0:
        weeks = WEEKS_OF_YEAR[year % WEEKS_OF_YEAR.size]
        intensity = LARGEST_MULTIPLIER * quiet_intensity(i, year, person, status, flows)
        if intensity > 0.0:
            over = now.week + 1 - first  # weeks of the year of age up to this one
            when = in_year(state, year - person.birth_year[i], 0)
            point = next_point(over, weeks, intensity, person.key[i], when, now.key)
            if point <= weeks:
                calendar.scheduled[i] = min(first - 1 + math.ceil(point), NOT_SCHEDULED)
                return
        first += weeks
        year += 1


@part
def year_of_birthday(i: int, now: Now, calendar: Calendar) -> int:
    """Return the calendar year in which person ``i`` last had birthday, this week's included."""
    return now.year if now.week >= now.new_year + calendar.birth_week[i] - 1 else now.year - 1


@part
def next_point(over: int, weeks: int, intensity: float, who: int, when: int, key: Key) -> float:
    """First point after ``over`` weeks of a year of age of a Poisson process of ``intensity`` a week.

    The process begins anew with the year; a point beyond ``weeks``, the year's length, is of no use.
    ``when`` is that of the year's first draw; a draw has the words of several points.
    """
    point = 0.0
    for number in range(MOST_IN_A_YEAR):
        for word in words(key, _SCHEDULED, who, when + number):
            point -= math.log(as_uniform(word)) / intensity
            if point > over:
                return point
    return weeks + 1.0


MECHANISMS = (
    Mechanism(
        name="transition",
        label="Spells, jobs, the refund clock and the contact course are kept right when somebody moves",
        label_da="Overgange mellem tilstande",
        equation="52 weeks of self-support within 156 restart the clock",
        evidence="lov om kommunernes finansiering af visse offentlige ydelser, section 6; LAB section 6",
        when_off="cannot be switched off",
        rules=rules,
        switch=False,
    ),
)
