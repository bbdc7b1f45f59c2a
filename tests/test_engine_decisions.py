"""Decisions drawn for all clients at once: who contends, and with which random numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.engine.decisions import contenders, happens
from sim.engine.draws import make_key, uniform_pair

KEY, PURPOSE, WEEK = make_key(3, 1), 19, 40
WHO = np.arange(4_000, dtype=np.uint32) * 7
STATE = (np.arange(4_000) % 5).astype(np.uint8)


@pytest.mark.parametrize("chances", [[0.3, 0.1, 0.2, 0.05, 0.6], [0.0, 0.0, 0.0, 0.4, 0.0]])
def test_those_below_their_states_chance_contend_with_the_numbers_of_their_key(chances: list[float]) -> None:
    """Whether many states are asked or few: the answer is that of one draw after the other."""
    found = contenders(KEY, PURPOSE, WEEK, WHO, STATE, np.array(chances))
    pairs = [uniform_pair(KEY, PURPOSE, int(who), WEEK) for who in WHO]
    wanted = [row for row, (u, _) in enumerate(pairs) if u < chances[STATE[row]]]
    assert found.row.tolist() == wanted
    assert list(zip(found.u.tolist(), found.v.tolist(), strict=True)) == [pairs[row] for row in wanted]
    assert len(wanted) > 50


def test_the_second_number_has_limits_of_its_own() -> None:
    first, second = np.array([0.0, 0.1, 0.0, 0.0, 0.0]), np.array([0.0, 0.0, 0.2, 0.0, 0.0])
    found = contenders(KEY, PURPOSE, WEEK, WHO, STATE, first, second)
    states = STATE[found.row]
    assert set(states.tolist()) == {1, 2}
    assert (found.u[states == 1] < 0.1).all()
    assert (found.v[states == 2] < 0.2).all()


@pytest.mark.parametrize("rate", [0.0, 1e-12, 0.003, 0.4, 3.0, 60.0])
def test_what_happens_is_what_the_exponential_says(rate: float) -> None:
    """The short cut answers as the formula does, next to the chance and away from it."""
    chance = 1.0 - math.exp(-rate)
    near = [chance + sign * size for sign in (-1, 1) for size in (0.0, 1e-17, 1e-13, 1e-9, 0.01)]
    drawn = np.random.default_rng(1).random(500).tolist()
    for u in (each for each in near + drawn if 0.0 < each < 1.0):
        assert happens(u, rate) == (u < chance)


def test_a_column_of_records_is_drawn_as_one_that_lies_together() -> None:
    records = np.zeros(STATE.size, [("week", "i2"), ("state", "u1")])
    records["state"] = STATE
    chances = np.array([0.3, 0.1, 0.2, 0.05, 0.6])
    found, wanted = (
        contenders(KEY, PURPOSE, WEEK, WHO, column, chances) for column in (records["state"], STATE)
    )
    assert found.row.tolist() == wanted.row.tolist()
