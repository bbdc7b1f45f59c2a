"""Nothing happens: with law and demand as they are, no large stock drifts away from what is published."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from small_worlds import world

from sim.parameters import load_parameters
from sim.states import ROWS, STATES

SCALE, YEARS = 0.02, 10
PUBLISHED = dict(
    zip(
        load_parameters()["population.stock"].components,
        load_parameters()["population.stock"].values[-1][1],
        strict=True,
    )
)
#: Stocks that chance moves by a few per cent at this scale; pensions grow, as published inflows imply.
LARGE = [name for name, stock in PUBLISHED.items() if stock > 50_000]
GROWS = {"foertidspension": 0.15}
TEMPORARY = [row.name for row in ROWS if "temporary_support" in row.aggregates]


@cache
def last_three_years() -> dict[str, float]:
    """Mean stocks of the last three of ten years, persons at scale 1."""
    made = world(end="2033-W52", scale=SCALE, seed=7)
    stocks = []
    for week in range(52 * YEARS):
        made.step()
        if week >= 52 * (YEARS - 3):
            stocks.append(made.world.tally.stock.sum(axis=0))
    return dict(zip(STATES, (np.mean(stocks, axis=0) / SCALE).tolist(), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("state", LARGE)
def test_no_large_stock_drifts(state: str) -> None:
    drift = last_three_years()[state] / PUBLISHED[state] - 1.0
    assert -0.1 < drift < GROWS.get(state, 0.1)


@pytest.mark.slow
def test_all_temporary_benefits_together_stay() -> None:
    now = sum(last_three_years()[name] for name in TEMPORARY)
    assert now == pytest.approx(sum(PUBLISHED[name] for name in TEMPORARY), rel=0.06)
