"""Cohorts: each comes into the population once and whole, also where the pension age rises."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache

import numpy as np
from small_worlds import world

from sim.parameters import load_parameters

HELD_ON = date(2024, 1, 1)
#: Added to the key of a record when a young person takes it over (sim/mechanisms/ageing.py).
TAKEN_OVER = 1 << 30


@cache
def newcomers() -> dict[int, Counter[int]]:
    """Who came in, by year and by year of birth, while the pension age goes from 67 to 68 (2030)."""
    made = world(start="2029-W01", end="2032-W52", scale=0.004)
    keys = made.citizens.person.key.copy()
    came: dict[int, Counter[int]] = {}
    while made.week < made.weeks:
        year = made.calendar_week.year
        made.step()
        now = made.citizens.person
        new = now.key != keys
        came.setdefault(year, Counter()).update(now.birth_year[new].tolist())
        keys = now.key.copy()
    return came


def test_the_cohort_of_the_year_in_which_the_pension_age_rises_comes_in_a_year_later() -> None:
    """67 in 2029 is born 1962 and replaced by 2013; nobody is 68 in 2030; 1963 leaves in 2031, for 2014."""
    came = newcomers()
    assert came[2029].most_common(1)[0][0] == 2013
    assert came[2031].most_common(1)[0][0] == 2014
    assert came[2032].most_common(1)[0][0] == 2015
    whole = came[2029][2013]
    assert sum(came[2030].values()) < 0.25 * whole  # who takes over from disability pensioners who die
    for year, born in ((2031, 2014), (2032, 2015)):
        assert came[year][born] > 0.7 * whole


def test_as_many_cohorts_as_the_records_of_the_first_week_have() -> None:
    held = load_parameters().held(HELD_ON)
    ages = held["ageing.pension_age"].values[-1][1][0] - held["ageing.first_age"].values[-1][1][0]
    assert held["ageing.cohorts"].values[-1][1][0] == ages == 51


def test_nothing_moves_while_the_pension_age_stays() -> None:
    made = world(load_parameters().held(HELD_ON), end="2024-W02", scale=0.002)
    made.step()
    assert made.world.rules["ageing"].first_age == 16


def test_taken_over_records_are_told_by_their_key() -> None:
    made = world(start="2029-W01", end="2029-W10", scale=0.002)
    before = made.citizens.person.key.astype(np.int64)
    made.run()
    gone = made.citizens.person.key.astype(np.int64) - before
    assert set(np.unique(gone)) <= {0, TAKEN_OVER}
