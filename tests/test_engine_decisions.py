"""Decisions drawn for all clients at once: who contends, and with which random numbers."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.decisions import contenders
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
