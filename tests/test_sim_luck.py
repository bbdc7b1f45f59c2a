"""Luck belongs to person, state and calendar: lives that agree again share it again, and rates stay right."""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray
from small_worlds import move_by_hand, world

from sim.calendar import Week
from sim.engine.draws import MOST_IN_A_YEAR, in_week, in_year, make_key
from sim.mechanisms.matching import _draw_hires
from sim.rules.flows import LARGEST_MULTIPLIER, OLDEST, QuietFlows, ways_of
from sim.rules.illness import IllnessRisk
from sim.start.beginning import draw_first_transitions
from sim.states import N_STATES, State
from sim.vocabulary import BARRIERS
from sim.world.clients import Clients
from sim.world.clock import WEEKS_OF_YEAR, Now, moment
from sim.world.people import NOT_SCHEDULED, People, empty_people

PEOPLE = 40_000
#: Transitions a week that come up for the people of these tests.
RATE = 0.03
START = Week(2024, 1)


def people(state: State = State.OUTSIDE, age: int = 40, birth_week: int = 20) -> People:
    """People alike but for their keys, who are ``age`` from this year's birthday on."""
    made = empty_people(PEOPLE)
    made.person.key[:] = np.arange(PEOPLE)
    made.person.birth_year[:] = START.year - age
    made.calendar.birth_week[:] = birth_week
    made.status.state[:] = state
    return made


def flows(young_until: int = 0) -> QuietFlows:
    """One way out of two states, with :data:`RATE` for those older than ``young_until`` and none before."""
    rate = np.zeros((N_STATES, N_STATES))
    for state in (State.OUTSIDE, State.EDUCATION):
        rate[state, State.LEAVE] = RATE / LARGEST_MULTIPLIER
    ways = ways_of(rate)
    factor = np.ones((N_STATES, OLDEST + 1, 2, len(BARRIERS), 2, ways.shape[1]))
    factor[:, : young_until + 1] = 0.0
    ones = np.ones((1, N_STATES))
    now = np.ones((1, N_STATES, N_STATES))
    return QuietFlows(
        rate,
        ones,
        now,
        ways,
        factor,
        np.zeros(ways.shape[1]),
        0.0,
        IllnessRisk(np.ones(3), 1.0, 0.0, 1.0, 0.0),
        1.0,
        np.ones((2, 4)),
    )


def scheduled(made: People, week: int, law: QuietFlows | None = None) -> NDArray[np.int64]:
    """The week in which something comes up for each who is in the state after ``week`` weeks."""
    now = moment(START, week, make_key(5, 0))
    draw_first_transitions(now, made.person, made.status, made.calendar, law or flows())
    return made.calendar.scheduled.astype(np.int64)


def test_what_two_draws_are_of_is_never_the_same() -> None:
    weeks = [in_week(state, week) for state in range(32) for week in range(-400, 1200)]
    years = [in_year(*of) for of in itertools.product(range(32), range(2000, 2100), range(40))]
    for drawn in (weeks, years):
        assert len(set(drawn)) == len(drawn)
        assert 0 <= min(drawn) <= max(drawn) < 2**32
    assert in_year(31, 4095, MOST_IN_A_YEAR - 1) == 2**32 - 1
    assert in_week(31, -1) == 32 * 2**16 - 1


def test_years_have_the_weeks_of_the_calendar() -> None:
    assert WEEKS_OF_YEAR.sum() * 7 == 400 * 365 + 97
    for year in range(1990, 2101):
        days = (date.fromisocalendar(year + 1, 1, 1) - date.fromisocalendar(year, 1, 1)).days
        assert WEEKS_OF_YEAR[year % 400] * 7 == days


@pytest.mark.parametrize(
    ("start", "week"), [("2024-W01", 0), ("2024-W30", 0), ("2025-W50", 54), ("2026-W53", 1)]
)
def test_a_moment_knows_when_its_year_began(start: str, week: int) -> None:
    now = moment(Week.parse(start), week, make_key(1, 0))
    began = Week.parse(start) + now.new_year
    assert began == (now.year, 1)


@pytest.mark.parametrize("week", [0, 30, 51, 60])
def test_the_wait_is_as_long_as_the_rate_says_whenever_the_state_began(week: int) -> None:
    """Shares by week of wait: exp(-rate)^(w - 1) * (1 - exp(-rate)), through two turns of the year."""
    wait = scheduled(people(), week) - week
    assert wait.min() == 1
    stays = np.exp(-RATE)
    weeks = np.arange(1, 130)
    expected = np.append(stays ** (weeks - 1) * (1.0 - stays), stays**129) * PEOPLE
    found = np.append(np.bincount(np.minimum(wait, 130), minlength=131)[1:130], (wait >= 130).sum())
    assert found.sum() == PEOPLE
    chi_square = ((found - expected) ** 2 / expected).sum()
    assert abs(chi_square - 129) < 4 * np.sqrt(2 * 129)


def test_weeks_in_which_something_comes_up_are_independent_and_as_many_as_the_rate_says() -> None:
    """Over ten years: the number is binomial, and a week after such a week has the chance of any other."""
    made, weeks = people(), 520
    due, came = scheduled(made, 0).copy(), np.zeros((weeks, PEOPLE), np.bool_)
    for week in range(weeks):
        came[week] = due == week
        due = np.where(came[week], scheduled(made, week), due)
    chance = 1.0 - np.exp(-RATE)
    number = came[1:].sum(axis=0)
    mean, variance = (weeks - 1) * chance, (weeks - 1) * chance * (1.0 - chance)
    assert abs(number.mean() - mean) < 4 * np.sqrt(variance / PEOPLE)
    assert abs(number.var() - variance) < 4 * variance * np.sqrt(2 / PEOPLE)
    twice = (came[1:-1] & came[2:]).sum()
    pairs = (weeks - 2) * PEOPLE * chance**2
    assert abs(twice - pairs) < 4 * np.sqrt(pairs)
    by_week = came[1:].sum(axis=1)
    chi_square = ((by_week - PEOPLE * chance) ** 2).sum() / (PEOPLE * chance * (1.0 - chance))
    assert abs(chi_square - (weeks - 1)) < 4 * np.sqrt(2 * (weeks - 1))


@pytest.mark.parametrize(
    ("age", "birth_week", "since"), [(18, 40, 39), (17, 1, 52), (17, 9, 60), (18, 52, 51)]
)
def test_a_risk_that_depends_on_age_changes_with_the_birthday(age: int, birth_week: int, since: int) -> None:
    """Before 18 nothing comes up; from the week of the birthday it comes up as for anybody else."""
    due = scheduled(people(age=age, birth_week=birth_week), 20, flows(young_until=17))
    assert due.min() == since
    first = (due == since).mean()
    chance = 1.0 - np.exp(-RATE)
    assert abs(first - chance) < 4 * np.sqrt(chance * (1 - chance) / PEOPLE)
    wait = due.mean() - (since - 1)
    assert abs(wait - 1 / chance) < 4 * np.sqrt(1.0 - chance) / chance / np.sqrt(PEOPLE)


def test_nothing_comes_up_where_there_is_no_way_out_or_never_a_risk() -> None:
    assert (scheduled(people(State.EARLY_RETIREMENT), 3) == NOT_SCHEDULED).all()
    assert (scheduled(people(), 3, flows(young_until=OLDEST)) == NOT_SCHEDULED).all()


def test_who_comes_into_a_state_meets_the_same_points_whatever_happened_before() -> None:
    early, late = scheduled(people(), 10).copy(), scheduled(people(), 45)
    still = early > 45
    assert 0.2 < still.mean() < 0.5  # exp(-0.03 * 35) = 0.35
    assert np.array_equal(early[still], late[still])
    assert (late[~still] > 45).all()


def test_points_of_another_state_are_others() -> None:
    outside, studies = scheduled(people(), 0).copy(), scheduled(people(State.EDUCATION), 0)
    chance = 1.0 - np.exp(-RATE)
    both = chance**2 / (1.0 - (1.0 - chance) ** 2)  # two independent waits end in the same week
    assert abs((outside == studies).mean() - both) < 4 * np.sqrt(both / PEOPLE)


def test_a_life_that_took_a_turn_and_came_back_goes_on_as_if_it_had_not() -> None:
    """Five hundred workers are out of the labour market for two weeks: the week of their next event stays."""
    one, other = world(), world()
    status, calendar = one.citizens.status, one.citizens.calendar
    works = np.flatnonzero((status.state == State.EMPLOYED) & (calendar.scheduled > 4))[:500]
    for who in works:
        move_by_hand(other, int(who), State.OUTSIDE, 2)
        move_by_hand(other, int(who), State.EMPLOYED, 4)
    assert works.size == 500
    assert (other.citizens.status.entered[works] == 4).all()
    assert np.array_equal(other.citizens.calendar.scheduled[works], calendar.scheduled[works])


def test_now_is_a_moment_of_plain_numbers() -> None:
    now = moment(START, 60, make_key(1, 0))
    assert now == Now(60, 2025, 9, 2, make_key(1, 0), 52)


def offers(hazard: NDArray[np.float64], weeks: int) -> NDArray[np.bool_]:
    """Who of many clients is offered a job in each week (weeks, n); ``hazard`` (weeks, n) or (n,)."""
    k = Clients.room(PEOPLE)
    k.key[:], k.id[:], k.state[:] = np.arange(PEOPLE), np.arange(PEOPLE), State.DAGPENGE
    came, found = np.zeros((weeks, PEOPLE), np.bool_), np.empty(PEOPLE, np.int32)
    for week in range(weeks):
        now = moment(START, week, make_key(5, 0))
        a_week = np.ascontiguousarray(np.broadcast_to(hazard, (weeks, PEOPLE))[week])
        number = _draw_hires(now, k, a_week, np.full(1, 0.5), found)
        came[week, found[:number]] = True
    return came


def test_offers_come_as_often_as_the_hazard_says_week_by_week_and_independently() -> None:
    """At a hazard of 0.1 and half the chances of usual, 1 - exp(-0.05) a week, whenever the last one was."""
    came = offers(np.full(PEOPLE, 0.1), 110)  # through two turns of the year
    chance = 1.0 - np.exp(-0.05)
    by_week = came.sum(axis=1)
    chi_square = ((by_week - PEOPLE * chance) ** 2).sum() / (PEOPLE * chance * (1.0 - chance))
    assert abs(chi_square - 110) < 4 * np.sqrt(2 * 110)
    mean, variance = 110 * chance, 110 * chance * (1.0 - chance)
    number = came.sum(axis=0)
    assert abs(number.mean() - mean) < 4 * np.sqrt(variance / PEOPLE)
    assert abs(number.var() - variance) < 4 * variance * np.sqrt(2 / PEOPLE)
    pairs = 109 * PEOPLE * chance**2
    assert abs((came[1:] & came[:-1]).sum() - pairs) < 4 * np.sqrt(pairs)


def test_a_hazard_that_changes_changes_the_chance_of_that_week() -> None:
    hazard = np.tile(np.array([0.02, 0.2, 0.0, 0.4])[:, None], (1, PEOPLE))
    came = offers(hazard, 4)
    chance = 1.0 - np.exp(-hazard[:, 0] / 2)
    error = np.sqrt(chance * (1.0 - chance) / PEOPLE)
    assert (abs(came.mean(axis=1) - chance) <= 4 * error).all()


def test_a_hazard_that_comes_later_hires_the_same_people_later() -> None:
    """The same sum of hazards by week 20 in another order: the same people have been hired by then."""
    early, late = np.full((20, PEOPLE), 0.02), np.full((20, PEOPLE), 0.02)
    early[5], late[12] = 0.2, 0.2
    first = [offers(hazard, 20).argmax(axis=0) for hazard in (early, late)]
    ever = [offers(hazard, 20).any(axis=0) for hazard in (early, late)]
    assert np.array_equal(ever[0], ever[1])
    later = (first[1] - first[0])[ever[0]]
    assert 0 == later.min() < later.max() <= 7
