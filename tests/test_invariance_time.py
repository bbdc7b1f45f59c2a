"""Nothing happens: with law and demand as they are, no stock drifts away from what is published.

Two worlds, each of a fiftieth of Denmark, tell a drift from chance by a bound that grows as stocks become
small: 5 per cent, and three standard errors of what chance does to a count of so many records whose spells
last for years.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest
from small_worlds import world

from sim.outcomes.snapshot import Citizens
from sim.parameters import load_parameters
from sim.start.first_people import STATE, first_people
from sim.states import N_STATES, ROWS, STATES

SCALE, YEARS, SEEDS = 0.02, 10, (7, 8)
HELD = load_parameters().held(date(2024, 1, 1))
PUBLISHED = dict(
    zip(HELD["population.stock"].components, HELD["population.stock"].values[-1][1], strict=True)
)
#: Pensions grow: published inflows are larger than the exits of the present stock.
GROWS = {"foertidspension": 0.15}
TEMPORARY = [row.name for row in ROWS if "temporary_support" in row.aggregates]
#: Traits that went apart once: shares of people by state, and by how much they may move in ten years.
SHARES = {"insured": 1, "education": 0, "barrier": 0}


@cache
def ten_years() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Stocks by year and state, persons at scale 1; people by state and trait, first and last week."""
    stocks, first, last = np.zeros((YEARS, N_STATES)), np.zeros(0), np.zeros(0)
    for seed in SEEDS:
        made = world(HELD, end="2033-W52", scale=SCALE, seed=seed)
        first = first + by_trait(made.citizens) if first.size else by_trait(made.citizens)
        for week in range(52 * YEARS):
            made.step()
            stocks[week // 52] += made.world.tally.stock.sum(axis=0)
        last = last + by_trait(made.citizens) if last.size else by_trait(made.citizens)
    return stocks / (52 * SCALE * len(SEEDS)), first, last


def by_trait(people: Citizens) -> np.ndarray:
    """Count people by trait of :data:`SHARES` and state, and all of them in the last row."""
    state = people.status.state
    rows = [
        np.bincount(state, weights=people.person[name] == value, minlength=N_STATES)
        for name, value in SHARES.items()
    ]
    return np.array([*rows, np.bincount(state, minlength=N_STATES)])


def chance(persons: float) -> float:
    """Three standard errors of the mean of three years of a count of records, over the count."""
    return 3.0 / np.sqrt(persons * SCALE * len(SEEDS))


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_no_stock_drifts(state: str) -> None:
    stocks = ten_years()[0][:, STATES.index(state)]
    bound = 0.05 + chance(PUBLISHED[state])
    drift = stocks[-3:].mean() / PUBLISHED[state] - 1.0
    assert -bound < drift < GROWS.get(state, 0.0) + bound
    in_between = stocks / PUBLISHED[state] - 1.0
    assert np.abs(in_between).max() < GROWS.get(state, 0.0) + 2 * bound


@pytest.mark.slow
def test_all_temporary_benefits_together_stay() -> None:
    stocks = dict(zip(STATES, ten_years()[0][-3:].mean(axis=0), strict=True))
    now = sum(stocks[name] for name in TEMPORARY)
    assert now == pytest.approx(sum(PUBLISHED[name] for name in TEMPORARY), rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("trait", list(SHARES))
def test_who_is_on_a_benefit_stays_the_same(trait: str) -> None:
    """Shares of the insured, of basic schooling and of those without barriers, in every state."""
    _, first, last = ten_years()
    at = list(SHARES).index(trait)
    enough = first[-1] > 100
    before, after = first[at] / np.maximum(first[-1], 1), last[at] / np.maximum(last[-1], 1)
    bound = 0.05 + 3.0 * np.sqrt(0.25 / np.maximum(first[-1], 1))
    assert enough.sum() >= 14
    assert (np.abs(after - before)[enough] < bound[enough]).all(), dict(
        zip(STATES, (after - before).round(3), strict=True)
    )


def test_the_records_hold_every_state() -> None:
    assert set(np.unique(first_people().columns[STATE])) == set(range(N_STATES))
