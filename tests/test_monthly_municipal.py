"""Months by municipality add up to what the run counts anyway."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import LabourMarket
from sim.lookup import IS_UNEMPLOYED
from sim.outcomes.monthly import MONTHLY
from sim.states import State, members_of
from sim.vocabulary import Programme


@pytest.fixture(scope="module")
def run() -> tuple[LabourMarket, list[dict[str, Any]]]:
    """Five months over a turn of the year, and what a look at everybody finds after each week."""
    market = LabourMarket(start="2024-W45", end="2025-W09", scale=0.01, seed=5)
    seen = []
    while market.week < market.weeks:
        market.step()
        seen.append({"month": month(market), **look(market)})
    return market, seen


def month(market: LabourMarket) -> str:
    week = market.start + (market.week - 1)
    return f"{week.year}-{week.month:02d}"


def look(market: LabourMarket) -> dict[str, float]:
    c = market.citizens
    state = c.status.state
    ready = (state == State.INTEGRATION_BENEFIT) & (c.person.ready != 0)
    on = np.isin(state, [State[name.upper()] for name in members_of("kontanthjaelp_benefits")])
    return {
        "gross_unemployed": float((IS_UNEMPLOYED[state] == 1).sum() + ready.sum()),
        "kontanthjaelp_all": float(on.sum()),
        "activated": float((on & (c.programme.kind != Programme.NONE)).sum()),
        "sygedagpenge": float((state == State.SYGEDAGPENGE).sum()),
    }


def test_stocks_are_the_means_of_the_months_weeks(run: tuple[LabourMarket, list[dict[str, Any]]]) -> None:
    market, seen = run
    table = market.monthly_municipal()
    country = table[table["municipality"] == 0].pivot(index="month", columns="measure", values="value")
    means = pd.DataFrame(seen).groupby("month").mean()
    assert list(country.index) == list(means.index) == ["2024-11", "2024-12", "2025-01", "2025-02"]
    for name in ("gross_unemployed", "kontanthjaelp_all", "sygedagpenge"):
        np.testing.assert_allclose(country[name], means[name] / 0.01)
    share = 100 * means["activated"] / means["kontanthjaelp_all"]
    np.testing.assert_allclose(country["kontanthjaelp_activation_degree"], share)
    parts = country["gross_unemployed_dagpenge"] + country["gross_unemployed_kontanthjaelp"]
    np.testing.assert_allclose(parts, country["gross_unemployed"])


def test_municipalities_add_up_and_every_cell_is_there(
    run: tuple[LabourMarket, list[dict[str, Any]]],
) -> None:
    table = run[0].monthly_municipal()
    assert len(table) == 4 * 99 * len(MONTHLY)
    assert not table.duplicated(["month", "municipality", "measure"]).any()
    sums = table[table["unit"] != "percent"]
    own = sums[sums["municipality"] > 0].groupby(["month", "measure"], observed=True)["value"].sum()
    whole = sums[sums["municipality"] == 0].set_index(["month", "measure"])["value"]
    np.testing.assert_allclose(own.sort_index(), whole.sort_index())


def test_flows_explain_what_the_stock_does(run: tuple[LabourMarket, list[dict[str, Any]]]) -> None:
    """January has five weeks here, told as 31 days: the stock changes by what came and went."""
    market = LabourMarket(start="2025-W01", end="2025-W05", scale=0.01, seed=5)
    at = [State[name.upper()] for name in members_of("temporary_support")]
    before = market.world.tally.stock[:, at].sum(axis=1)
    market.run()
    after = market.world.tally.stock[:, at].sum(axis=1)
    table = market.monthly_municipal()
    own = table[table["municipality"] > 0].pivot(index="municipality", columns="measure", values="value")
    net = (own["into_temporary_support"] - own["out_of_temporary_support"]) * (35 / 31) * 0.01
    np.testing.assert_allclose(net, after - before, atol=1e-6)


def test_looking_half_way_changes_nothing() -> None:
    looked = LabourMarket(start="2024-W01", end="2024-W12", scale=0.005)
    alone = LabourMarket(start="2024-W01", end="2024-W12", scale=0.005)
    looked.run(until=7)
    half = looked.monthly_municipal()
    assert list(half["month"].cat.categories) == ["2024-01", "2024-02"]
    looked.run()
    alone.run()
    pd.testing.assert_frame_equal(looked.monthly_municipal(), alone.monthly_municipal())
    first = alone.monthly_municipal()
    january = half["month"] == "2024-01"
    np.testing.assert_array_equal(half.loc[january, "value"], first.loc[first["month"] == "2024-01", "value"])
