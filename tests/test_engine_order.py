"""The order of service: by place, then number, then position, whatever the numbers."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.order import first_come


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_the_order_is_that_of_a_sort_by_place_and_number(scale: float) -> None:
    rng = np.random.default_rng(1)
    place = rng.integers(0, 98, 5_000).astype(np.int16)
    number = rng.normal(size=5_000) * scale
    assert np.array_equal(first_come(place, number), np.lexsort((number, place)))


def test_equal_numbers_come_in_order_of_position() -> None:
    place = np.array([3, 0, 3, 3, 0], np.int16)
    assert first_come(place, np.full(5, 0.25)).tolist() == [1, 4, 0, 2, 3]


def test_nobody_has_no_order() -> None:
    assert first_come(np.empty(0, np.int16), np.empty(0)).size == 0
