"""The refund clock: the scale by week, and 52 weeks of self-support within three years that restart it.

Law: lov om kommunernes finansiering af visse offentlige ydelser, sections 5 and 6.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import move_by_hand, world

from sim import data
from sim.parameters import load_parameters
from sim.rules.own_cost import own_cost_rules
from sim.rules.refund_clock import (
    MAX_WINDOW,
    popcount_window,
    push_weeks,
    refund_step,
    weeks_on_clock,
)
from sim.states import State
from sim.world.columns import NEVER
from sim.world.payroll import PAST_WEEKS

ZERO = np.uint64(0)
#: Share refunded by the state in the last week of each step and in the first of the next (section 5).
SCALE = [(1, 80), (4, 80), (5, 40), (26, 40), (27, 30), (52, 30), (53, 20), (500, 20)]

runs = st.lists(st.tuples(st.integers(0, 230), st.booleans()), max_size=12)


def pushed(history: list[tuple[int, bool]]) -> tuple[Any, Any, Any]:
    words: tuple[Any, Any, Any] = (ZERO, ZERO, ZERO)
    for weeks, supported in history:
        newest, middle, oldest = push_weeks(*words, weeks, int(supported))
        words = (np.uint64(newest), np.uint64(middle), np.uint64(oldest))
    return words


@given(runs, st.integers(1, MAX_WINDOW))
def test_the_history_counts_like_a_list_of_weeks(history: list[tuple[int, bool]], window: int) -> None:
    weeks = [supported for length, supported in history for _ in range(length)]
    assert popcount_window(*pushed(history), window) == sum(weeks[-window:])


@given(runs)
def test_the_newest_week_is_the_lowest_bit(history: list[tuple[int, bool]]) -> None:
    weeks = [supported for length, supported in history for _ in range(length)][-192:]
    expected = sum(1 << age for age, supported in enumerate(reversed(weeks)) if supported)
    assert sum(int(word) << (64 * at) for at, word in enumerate(pushed(history))) == expected


@pytest.mark.parametrize(("weeks", "percent"), SCALE)
def test_the_state_refunds_by_weeks_on_the_clock(weeks: int, percent: int) -> None:
    resolved = load_parameters().at(date(2024, 1, 1), data.municipality_codes())
    rules = own_cost_rules(resolved)
    step = refund_step(weeks, *rules.last.tolist())
    assert rules.state_share[:, step].tolist() == [percent * 100] * 98
    assert rules.cofinancing[:, step].tolist() == [(100 - percent) * 100] * 98


def test_the_first_week_of_support_is_week_one() -> None:
    assert weeks_on_clock(0, 10, 10) == 1
    assert weeks_on_clock(30, 10, 12) == 33


class Life:
    """One citizen of a small world, moved by hand: the real transitions, weeks of our choosing."""

    def __init__(self) -> None:
        self.market = world()
        self.status = status = self.market.world.people.status
        self.who = int(np.flatnonzero(status.state == State.OUTSIDE)[0])
        for name in ("refund_weeks", "history_0", "history_1", "history_2", "history_week"):
            getattr(status, name)[self.who] = 0
        self.week = 0

    def moves(self, to: State, week: int) -> None:
        move_by_hand(self.market, self.who, to, week)
        self.week = week

    def lives(self, to: State, weeks: int) -> None:
        """Live ``weeks`` more in the present state, then move."""
        self.moves(to, self.week + weeks)

    @property
    def weeks_used(self) -> int:
        """Weeks on the clock in the first week of the present run of support."""
        status = self.status
        assert status.support_start[self.who] == self.week
        return int(weeks_on_clock(status.refund_weeks[self.who], self.week, self.week)) - 1


SUPPORT = State.KONTANTHJAELP_JOB_READY


@pytest.mark.parametrize(("gap", "left"), [(52, 0), (51, 30)])
def test_fifty_two_weeks_of_self_support_restart_the_clock(gap: int, left: int) -> None:
    life = Life()
    life.moves(SUPPORT, 0)
    life.lives(State.OUTSIDE, 30)
    life.lives(SUPPORT, gap)
    assert life.weeks_used == left


@pytest.mark.parametrize(("second", "left"), [(26, 0), (25, 40)])
def test_self_support_is_counted_together_not_in_a_row(second: int, left: int) -> None:
    life = Life()
    life.moves(SUPPORT, 0)
    life.lives(State.OUTSIDE, 30)
    life.lives(SUPPORT, 26)
    assert life.weeks_used == 30
    life.lives(State.EMPLOYED, 10)
    life.lives(SUPPORT, second)
    assert life.weeks_used == left


@pytest.mark.parametrize(("between", "left"), [(104, 0), (105, 115)])
def test_weeks_older_than_three_years_do_not_count(between: int, left: int) -> None:
    """26 weeks of self-support, ``between`` of support, 26 more: with 104 the first is 156 weeks old."""
    life = Life()
    life.moves(SUPPORT, 0)
    life.lives(State.OUTSIDE, 10)
    life.lives(SUPPORT, 26)
    life.lives(State.OUTSIDE, between)
    life.lives(SUPPORT, 26)
    assert life.weeks_used == left


def test_used_up_weeks_do_not_count_twice() -> None:
    life = Life()
    life.moves(SUPPORT, 0)
    life.lives(State.OUTSIDE, 30)
    life.lives(SUPPORT, 52)
    assert life.weeks_used == 0
    life.lives(State.OUTSIDE, 20)
    life.lives(SUPPORT, 51)  # 103 weeks of self-support in the last three years, but 52 of them are spent
    assert life.weeks_used == 20
    life.lives(State.OUTSIDE, 5)
    life.lives(SUPPORT, 1)
    assert life.weeks_used == 0


def test_the_clock_runs_on_through_shifts_of_benefit() -> None:
    life = Life()
    life.moves(SUPPORT, 0)
    life.lives(State.SYGEDAGPENGE, 20)
    life.lives(State.FLEKSJOB, 15)
    status = life.status
    assert status.support_start[life.who] == 0
    assert weeks_on_clock(status.refund_weeks[life.who], 0, 35) == 36


@pytest.mark.parametrize("state", [State.EDUCATION, State.LEAVE, State.EARLY_RETIREMENT])
def test_time_off_the_clock_that_is_no_self_support_restarts_nothing(state: State) -> None:
    life = Life()
    life.moves(SUPPORT, 0)
    life.lives(state, 30)
    life.lives(SUPPORT, 80)
    assert life.weeks_used == 30


def test_a_run_without_support_stops_the_clock() -> None:
    life = Life()
    life.moves(SUPPORT, 0)
    life.lives(State.OUTSIDE, 30)
    assert life.status.support_start[life.who] == NEVER
    assert life.status.refund_weeks[life.who] == 30


@pytest.mark.parametrize("step", [1, 2, 3])
def test_no_step_may_end_later_than_clocks_are_counted(step: int) -> None:
    bounds = load_parameters()[f"refund.step_{step}_last_week"].bounds
    longest = bounds[1] if bounds else None
    assert longest is not None
    assert longest <= PAST_WEEKS
