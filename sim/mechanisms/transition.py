"""Moving a citizen from one state to another: the one place where all clocks are kept right.

Every mechanism that moves a person calls :func:`enter_state`; nothing else writes ``status.state``.  In order:

1. the spell that ends is counted in the life tables and, for sampled persons, logged;
2. the weeks just lived are written to the history of self-support (a bit per week);
3. the refund clock: a run of benefits that begins after 52 weeks of self-support within three years
   restarts it (lov om kommunernes finansiering af visse offentlige ydelser, section 6);
4. the job, if it is given up, becomes a vacancy of the same employer;
5. the jobcentre: a new target group in another effort group restarts the contact course, drops the
   caseworker and asks for a handover; within the same effort group the course goes on;
6. a quiet state gets the threshold of integrated hazard at which it will end.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import inlined
from sim.draws import Key, Purpose, exponential, uniform
from sim.law.refund_clock import popcount_window, push_weeks
from sim.mechanisms.flows import QuietFlows, quiet_intensity
from sim.states import CLIENT_STATES, N_STATES, State
from sim.world.citizens import NEVER, Citizens
from sim.world.employers import Employers
from sim.world.tally import BANDS, COURSE_SPELL, LIFE_TABLE_WEEKS, UNEMPLOYED_SPELL, SpellLog, Tally



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
IS_BENEFIT = _flags((*CLIENT_STATES, State.FLEKSJOB, State.FOERTIDSPENSION, State.LEAVE))
_BANDS = np.array(BANDS, np.int64)
_EMPLOYED, _DAGPENGE = int(State.EMPLOYED), int(State.DAGPENGE)
_SAMPLE = int(Purpose.SAMPLE)
_QUIET = int(Purpose.QUIET_SPELL)


class Now(NamedTuple):
    """The moment: week counted from the first simulated one, calendar year, and the replicate's key."""

    week: int
    year: int
    week_of_year: int
    month: int
    key: Key


class TransitionRules(NamedTuple):
    """Law that matters when a state changes; m = municipalities, g = target groups."""

    effort_group: NDArray[np.int64]  # (m, g)
    first_interview_within: NDArray[np.int64]  # (m, g) weeks
    clock_restarts: NDArray[np.int64]  # (m,) 1: a shift restarts the contact course
    restart_weeks: int  # weeks of self-support that restart the refund clock
    restart_window: int  # within so many weeks


class World(NamedTuple):
    """Everything a transition touches."""

    citizens: Citizens
    employers: Employers
    flows: QuietFlows
    rules: TransitionRules
    tally: Tally
    log: SpellLog


@inlined
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


@inlined
def _count_spell(group: int, start: int, week: int, destination: int, m: int, key: int, world: World) -> None:
    """Count a finished spell in the life tables and log it for sampled persons."""
    weeks = week - start
    at = min(max(weeks - 1, 0), LIFE_TABLE_WEEKS - 1)
    world.tally.exits[group, at] += 1
    world.tally.band_exits[m, group, min(np.searchsorted(_BANDS, at + 1), _BANDS.size - 1)] += 1
    if group == 0 or group > 10 and group < N_STATES:
        return
    if uniform(Key(np.uint64(0), np.uint64(0)), _SAMPLE, key, 0) * 4294967296.0 < world.log.sample[0]:
        row = world.log.count[0]
        if row >= world.log.weeks.size:
            world.log.dropped[0] += 1
            return
        world.log.municipality[row] = m
        world.log.group[row] = group
        world.log.start[row] = start
        world.log.weeks[row] = weeks
        world.log.destination[row] = destination
        world.log.count[0] = row + 1


@inlined
def _close_spells(i: int, old: int, new: int, week: int, world: World) -> None:
    """End the spell in the old state, and the longer courses that the new state does not continue."""
    status, person = world.citizens.status, world.citizens.person
    m, key = person.municipality[i], person.key[i]
    world.tally.flows[m, old, new] += 1
    world.tally.stock[m, old] -= 1
    if new < GONE:
        world.tally.stock[m, new] += 1
    _count_spell(old, status.entered[i], week, new, m, key, world)
    if IS_UNEMPLOYED[old] and not IS_UNEMPLOYED[new]:
        _count_spell(UNEMPLOYED_SPELL, status.unemployed_start[i], week, new, m, key, world)
        status.unemployed_start[i] = NEVER
    elif IS_UNEMPLOYED[new] and not IS_UNEMPLOYED[old]:
        status.unemployed_start[i] = week
    if IS_CLIENT[old] and not IS_CLIENT[new]:
        _count_spell(COURSE_SPELL, status.course_start[i], week, new, m, key, world)
        status.weeks_supported[i] += week - max(status.course_start[i], 0)
        status.course_start[i] = NEVER
    elif IS_CLIENT[new] and not IS_CLIENT[old]:
        status.course_start[i] = week
    if IS_BENEFIT[old] and IS_BENEFIT[new]:
        world.tally.shifts[m] += 1


@inlined
def _move_refund_clock(i: int, old: int, new: int, week: int, world: World) -> None:
    """Write the weeks lived to the history and keep the refund clock (section 5 and 6 of the refund act)."""
    status = world.citizens.status
    lived = week - status.history_week[i]
    if lived > 0:
        h = push_weeks(status.history_0[i], status.history_1[i], status.history_2[i], lived, SELF_SUPPORTED[old])
        status.history_0[i], status.history_1[i], status.history_2[i] = h
        status.history_week[i] = week
    if ON_REFUND_CLOCK[old] and not ON_REFUND_CLOCK[new]:
        run = week - status.support_start[i]
        status.refund_weeks[i] = min(status.refund_weeks[i] + run, 60000)
        status.support_start[i] = NEVER
    elif ON_REFUND_CLOCK[new] and not ON_REFUND_CLOCK[old]:
        supported = popcount_window(
            status.history_0[i], status.history_1[i], status.history_2[i], world.rules.restart_window
        )
        if supported >= world.rules.restart_weeks:
            status.refund_weeks[i] = 0
            status.history_0[i] = np.uint64(0)
            status.history_1[i] = np.uint64(0)
            status.history_2[i] = np.uint64(0)
        status.support_start[i] = week


@inlined
def end_programme(i: int, week: int, world: World) -> None:
    """End the programme of citizen ``i``, if there is one."""
    programme = world.citizens.programme
    programme.planned[i] = NEVER
    if programme.kind[i] > 0:
        programme.last[i] = programme.kind[i]
        programme.ended[i] = week
        programme.kind[i] = 0


@inlined
def _move_contact(i: int, old: int, new: int, week: int, world: World) -> None:
    """Keep, restart or end the contact course."""
    person, contact = world.citizens.person, world.citizens.contact
    m = person.municipality[i]
    contact.clarify_at[i] = NEVER
    if not IS_CLIENT[new]:
        contact.caseworker[i] = -1
        contact.met[i] = 0
        contact.ordinary_hours[i] = 0
        end_programme(i, week, world)
        return
    group_new = target_group(new, person.ready[i])
    if IS_CLIENT[old]:
        group_old = target_group(old, person.ready[i])
        same = world.rules.effort_group[m, group_old] == world.rules.effort_group[m, group_new]
        if same:
            return
        contact.caseworker[i] = -2  # a handover is owed
        contact.met[i] = 0
        if world.rules.clock_restarts[m] == 0:
            return
    else:
        contact.caseworker[i] = -1
        contact.met[i] = 0
        contact.last_offer[i] = max(contact.last_offer[i], NEVER)
    contact.contact_start[i] = week
    contact.held[i] = 0
    contact.next_due[i] = week + world.rules.first_interview_within[m, group_new]


@inlined
def leave_state(i: int, new: int, now: Now, world: World) -> None:
    """Close everything that ends when citizen ``i`` leaves the present state for ``new`` (or is :data:`GONE`)."""
    status = world.citizens.status
    old = status.state[i]
    week = now.week
    _close_spells(i, old, new, week, world)
    if old == _EMPLOYED:
        status.weeks_employed[i] += week - max(status.entered[i], 0)
    if old == _DAGPENGE:
        status.dagpenge_weeks[i] += week - status.entered[i]
    _move_refund_clock(i, old, new, week, world)
    e = status.employer[i]
    if e >= 0 and not KEEPS_JOB[new]:
        world.employers.filled[e] -= 1
        world.employers.vacancies[e] += 1
        status.employer[i] = -1
    _move_contact(i, old, new, week, world)


@inlined
def enter_state(i: int, new: int, now: Now, world: World) -> None:
    """Move citizen ``i`` to state ``new`` as of this week. See the module's list of what is kept."""
    leave_state(i, new, now, world)
    arrive(i, new, now, world)


@inlined
def arrive(i: int, new: int, now: Now, world: World) -> None:
    """Begin a spell in ``new``; its quiet end is drawn unless the jobcentre follows the person."""
    person, status = world.citizens.person, world.citizens.status
    status.state[i] = new
    status.entered[i] = now.week
    status.spells[i] += 1
    if not IS_CLIENT[new]:
        draw_threshold(i, now, world)
    bit = np.uint32(1) << np.uint32(new)
    if not (world.tally.seen[i] & bit):
        world.tally.seen[i] |= bit
        world.tally.touched[person.municipality[i], new] += 1


@inlined
def draw_threshold(i: int, now: Now, world: World) -> None:
    """Set the integrated hazard at which the quiet state of citizen ``i`` ends.

    With intensity r (events a week) on a clock H that advances by at most one a week, the spell ends when
    H reaches H(now) + E / r, E a unit exponential keyed by person and number of the spell.
    """
    person, status = world.citizens.person, world.citizens.status
    r = quiet_intensity(i, now.year, person, status, world.flows)
    e = exponential(now.key, _QUIET, person.key[i], status.quiet_draws[i])
    status.quiet_draws[i] += 1
    clock = world.flows.clock[0]
    status.threshold[i] = clock + e / r if r > 0.0 else math.inf
