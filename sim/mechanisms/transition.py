"""Moving a citizen from one state to another: the one place where all clocks are kept right.

Mechanisms decide who moves where; all of them hand their :class:`Moves` to :func:`move_citizens`; nothing
else writes ``status.state``.  In order:

1. the spell that ends is counted in the life tables and, for sampled persons, logged;
2. the weeks just lived are written to the history of self-support (a bit per week);
3. the refund clock: a run of benefits that begins after 52 weeks of self-support within three years
   restarts it (lov om kommunernes finansiering af visse offentlige ydelser, section 6);
4. the job, if it is given up, becomes a vacancy of the same employer;
5. the jobcentre: a new target group in another effort group restarts the contact course, drops the
   caseworker (but for the share ``casework.caseworker_follows_share``) and asks for a handover; within the
   same effort group the course goes on;
6. a quiet state gets the week in which its end comes up.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.draws import Key, Purpose, exponential, uniform
from sim.engine.prefetch import person_ahead, prefetch
from sim.law.refund_clock import popcount_window, push_weeks
from sim.mechanisms.flows import LARGEST_MULTIPLIER, QuietFlows, quiet_intensity
from sim.outcomes.tally import COURSE_SPELL, LIFE_TABLE_WEEKS, UNEMPLOYED_SPELL, MoveTally, SpellLog, band_of
from sim.states import CLIENT_STATES, N_STATES, State
from sim.world.citizens import NEVER, NOT_DUE, Calendar, Contact, Person, Programme, Status
from sim.world.payroll import Payroll, put_on_payroll

#: Destination of who leaves the population (pension age, death); not a state anyone is in.
GONE = N_STATES


def _flags(states: tuple[State, ...]) -> NDArray[np.uint8]:
    flags = np.zeros(N_STATES + 1, np.uint8)
    flags[list(states)] = 1
    return flags


IS_CLIENT = _flags(CLIENT_STATES)
ON_REFUND_CLOCK = _flags((*CLIENT_STATES, State.FLEKSJOB, State.FOERTIDSPENSION))
IS_UNEMPLOYED = _flags((State.DAGPENGE, State.KONTANTHJAELP_JOB_READY))
SELF_SUPPORTED = _flags((State.EMPLOYED, State.OUTSIDE))
KEEPS_JOB = _flags((State.EMPLOYED, State.SYGEDAGPENGE, State.LEAVE))
_EMPLOYED, _DAGPENGE = int(State.EMPLOYED), int(State.DAGPENGE)
_SAMPLE, _FOLLOWS = int(Purpose.SAMPLE), int(Purpose.CASEWORKER_FOLLOWS)
_QUIET = int(Purpose.QUIET_SPELL)


class Now(NamedTuple):
    """The moment: week counted from the first simulated one, calendar year, and the replicate's key."""

    week: int
    year: int
    week_of_year: int
    month: int
    key: Key


class TransitionRules(NamedTuple):
    """Law that matters when a state changes; w = law rows of persons, g = target groups."""

    effort_group: NDArray[np.int64]  # (w, g)
    first_interview_within: NDArray[np.int64]  # (w, g) weeks
    clock_restarts: NDArray[np.int64]  # (w,) 1: a shift restarts the contact course
    relation_kept: NDArray[np.float64]  # (w,) share of the relation that survives a handover
    follows: NDArray[np.float64]  # (w, barrier) share of moves in which the caseworker follows
    restart_weeks: int  # weeks of self-support that restart the refund clock
    restart_window: int  # within so many weeks


class Mover(NamedTuple):
    """Everything a change of state touches."""

    person: Person
    status: Status
    contact: Contact
    programme: Programme
    calendar: Calendar
    filled: NDArray[np.int32]  # (n_employers,) jobs with a person in them
    vacancies: NDArray[np.int32]  # (n_employers,)
    flows: QuietFlows
    rules: TransitionRules
    tally: MoveTally
    log: SpellLog
    payroll: Payroll


class Moves(NamedTuple):
    """Decisions of a mechanism: citizens and the states they go to."""

    who: NDArray[np.int32]
    to: NDArray[np.uint8]

    @classmethod
    def room(cls, n: int) -> Moves:
        """Return room for at most ``n`` decisions."""
        return cls(np.empty(n, np.int32), np.empty(n, np.uint8))

    def first(self, n: int) -> Moves:
        """Return the first ``n`` decisions."""
        return Moves(self.who[:n], self.to[:n])


@part
def target_group(state: int, ready: int) -> int:
    """Position in TARGET_GROUPS of a client in ``state``; -1 outside the 13 groups (LAB section 6)."""
    if state == 1 or state == 2 or state == 3:
        return state - 1
    if state == 4:
        return 3 if ready else 4
    if state == 10:  # integration benefit: treated as kontanthjælp of the same readiness
        return 1 if ready else 2
    if 5 <= state <= 7:
        return state
    if state == 8 or state == 11:
        return 8
    if state == 9:
        return 9
    if state == 12:
        return 10
    return -1


@part
def _count_spell(
    group: int, start: int, week: int, destination: int, m: int, key: int, tally: MoveTally, log: SpellLog
) -> None:
    """Count a finished spell in the life tables and log it for sampled persons."""
    weeks = week - start
    at = min(max(weeks - 1, 0), LIFE_TABLE_WEEKS - 1)
    tally.exits[group, at] += 1
    tally.band_exits[m, group, band_of(at + 1)] += 1
    if group == 0 or (group > 10 and group < N_STATES):
        return
    if uniform(Key(np.uint64(0), np.uint64(0)), _SAMPLE, key, 0) < log.threshold:
        row = log.used[0]
        if row >= log.rows.shape[0]:
            log.used[1] += 1
            return
        log.rows[row, 0] = m
        log.rows[row, 1] = group
        log.rows[row, 2] = start
        log.rows[row, 3] = weeks
        log.rows[row, 4] = destination
        log.used[0] = row + 1


@part
def _close_spells(
    i: int, old: int, new: int, week: int, person: Person, status: Status, tally: MoveTally, log: SpellLog
) -> None:
    """End the spell in the old state, and the longer courses that the new state does not continue."""
    m, key = person.municipality[i], person.key[i]
    tally.flows[m, old, new] += 1
    tally.stock[m, old] -= 1
    if new < GONE:
        tally.stock[m, new] += 1
    _count_spell(old, status.entered[i], week, new, m, key, tally, log)
    if IS_UNEMPLOYED[old] and not IS_UNEMPLOYED[new]:
        _count_spell(UNEMPLOYED_SPELL, status.unemployed_start[i], week, new, m, key, tally, log)
        status.unemployed_start[i] = NEVER
    elif IS_UNEMPLOYED[new] and not IS_UNEMPLOYED[old]:
        status.unemployed_start[i] = week
    if IS_CLIENT[old] and not IS_CLIENT[new]:
        _count_spell(COURSE_SPELL, status.course_start[i], week, new, m, key, tally, log)
        status.weeks_supported[i] += week - max(status.course_start[i], 0)
        status.course_start[i] = NEVER
    elif IS_CLIENT[new] and not IS_CLIENT[old]:
        status.course_start[i] = week
    if IS_CLIENT[old] and IS_CLIENT[new]:
        tally.shifts[m] += 1


@part
def _move_refund_clock(
    i: int, old: int, new: int, week: int, status: Status, window: int, enough: int
) -> None:
    """Write the weeks lived to the history and keep the refund clock (section 5 and 6 of the refund act)."""
    lived = week - status.history_week[i]
    if lived > 0:
        h = push_weeks(
            status.history_0[i], status.history_1[i], status.history_2[i], lived, SELF_SUPPORTED[old]
        )
        status.history_0[i], status.history_1[i], status.history_2[i] = h
        status.history_week[i] = week
    if ON_REFUND_CLOCK[old] and not ON_REFUND_CLOCK[new]:
        run = week - status.support_start[i]
        status.refund_weeks[i] = min(status.refund_weeks[i] + run, 60000)
        status.support_start[i] = NEVER
    elif ON_REFUND_CLOCK[new] and not ON_REFUND_CLOCK[old]:
        supported = popcount_window(status.history_0[i], status.history_1[i], status.history_2[i], window)
        if supported >= enough:
            status.refund_weeks[i] = 0
            status.history_0[i] = np.uint64(0)
            status.history_1[i] = np.uint64(0)
            status.history_2[i] = np.uint64(0)
        status.support_start[i] = week


@part
def end_programme(i: int, week: int, programme: Programme) -> None:
    """End the programme of citizen ``i``, if there is one."""
    programme.planned[i] = NEVER
    if programme.kind[i] > 0:
        programme.last[i] = programme.kind[i]
        programme.ended[i] = week
        programme.kind[i] = 0


@part
def _move_contact(
    i: int,
    old: int,
    new: int,
    now: Now,
    spell: int,
    person: Person,
    contact: Contact,
    programme: Programme,
    rules: TransitionRules,
) -> None:
    """Keep, restart or end the contact course."""
    w, week = person.law_row[i], now.week
    contact.clarify_at[i] = NEVER
    if not IS_CLIENT[new]:
        contact.caseworker[i] = -1
        contact.met[i] = 0
        contact.ordinary_hours[i] = 0
        end_programme(i, week, programme)
        return
    group_new = target_group(new, person.ready[i])
    if IS_CLIENT[old]:
        group_old = target_group(old, person.ready[i])
        same = rules.effort_group[w, group_old] == rules.effort_group[w, group_new]
        if same:
            return
        u = uniform(now.key, _FOLLOWS, person.key[i], spell)
        if contact.caseworker[i] < 0 or u >= rules.follows[w, person.barrier[i]]:
            contact.caseworker[i] = -2  # a handover is owed
            contact.met[i] = int(rules.relation_kept[w] * min(contact.met[i], 3) + 0.5)
        if rules.clock_restarts[w] == 0:
            return
    else:
        contact.caseworker[i] = -1
        contact.met[i] = 0
    contact.contact_start[i] = week
    contact.held[i] = 0
    contact.next_due[i] = week + rules.first_interview_within[w, group_new]


@part
def _leave_work(
    i: int,
    old: int,
    new: int,
    week: int,
    status: Status,
    filled: NDArray[np.int32],
    vacant: NDArray[np.int32],
) -> None:
    """Count weeks of work and of dagpenge that end; a job given up becomes a vacancy of the employer."""
    if old == _EMPLOYED:
        status.weeks_employed[i] += week - max(status.entered[i], 0)
    if old == _DAGPENGE:
        status.dagpenge_weeks[i] += week - status.entered[i]
    e = status.employer[i]
    if e >= 0 and not KEEPS_JOB[new]:
        filled[e] -= 1
        vacant[e] += 1
        status.employer[i] = -1


@part
def _arrive(
    i: int,
    new: int,
    now: Now,
    person: Person,
    status: Status,
    calendar: Calendar,
    flows: QuietFlows,
    tally: MoveTally,
) -> None:
    """Begin a spell in ``new``; its quiet end is drawn unless the jobcentre follows the person."""
    status.state[i] = new
    status.entered[i] = now.week
    status.spells[i] += 1
    if IS_CLIENT[new]:
        calendar.quiet_event[i] = NOT_DUE
    else:
        draw_quiet_event(i, now, person, status, calendar, flows)
    bit = np.uint32(1) << np.uint32(new)
    if not (tally.seen[i] & bit):
        tally.seen[i] |= bit
        tally.touched[person.municipality[i], new] += 1


@kernel
def move_citizens(now: Now, moves: Moves, newcomers: bool, w: Mover) -> None:
    """Move citizens to their new states as of this week, in the order given.

    ``to`` may be :data:`GONE`: the person leaves the population and the record waits for a newcomer, who then
    arrives with ``newcomers`` set (nothing is left, only begun).
    """
    status, week, rules = w.status, now.week, w.rules
    for at in range(moves.who.size):
        i, new = int(moves.who[at]), moves.to[at]
        _fetch(person_ahead(moves.who, at), w)
        old = status.state[i]
        if newcomers:
            m = w.person.municipality[i]
            w.tally.flows[m, GONE, new] += 1
            w.tally.stock[m, new] += 1
        else:
            put_on_payroll(i, old, -1, w.person, status, w.payroll)
            _close_spells(i, old, new, week, w.person, status, w.tally, w.log)
            _leave_work(i, old, new, week, status, w.filled, w.vacancies)
            _move_refund_clock(i, old, new, week, status, rules.restart_window, rules.restart_weeks)
            _move_contact(i, old, new, now, status.spells[i], w.person, w.contact, w.programme, rules)
        if new != GONE:
            _arrive(i, new, now, w.person, status, w.calendar, w.flows, w.tally)
            put_on_payroll(i, new, 1, w.person, status, w.payroll)


@part
def _fetch(i: int, w: Mover) -> None:
    """Ask for all that a move of citizen ``i`` reads and writes."""
    prefetch(w.person, i)
    prefetch(w.status, i)
    prefetch(w.contact, i)
    prefetch(w.programme, i)
    prefetch(w.calendar.quiet_event, i)
    prefetch(w.tally.seen, i)


@part
def draw_quiet_event(
    i: int, now: Now, person: Person, status: Status, calendar: Calendar, flows: QuietFlows
) -> None:
    """Draw the week in which a flow out of the quiet state of citizen ``i`` comes up."""
    intensity = quiet_intensity(i, now.year, person, status, flows)
    schedule_quiet_event(i, intensity, now, person, status, calendar)


@part
def schedule_quiet_event(
    i: int, intensity: float, now: Now, person: Person, status: Status, calendar: Calendar
) -> None:
    """Write down in which week a quiet flow of ``intensity`` a week comes up next.

    At the largest multiplier b the flow comes up E / (b * intensity) weeks from now, E a unit exponential
    keyed by person and number of the draw; the event is then accepted with the week's multiplier over b
    (:mod:`sim.mechanisms.separations`).
    """
    e = exponential(now.key, _QUIET, person.key[i], status.quiet_draws[i])
    status.quiet_draws[i] += 1
    weeks = e / (LARGEST_MULTIPLIER * intensity) if intensity > 0.0 else math.inf
    calendar.quiet_event[i] = now.week + math.ceil(weeks) if weeks < NOT_DUE - now.week - 1 else NOT_DUE
