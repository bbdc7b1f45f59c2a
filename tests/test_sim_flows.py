"""The moves between states that a run reports: they add up to the flows of each state."""

from __future__ import annotations

import pandas as pd
import pytest
from small_worlds import run

from sim.states import STATES


@pytest.fixture(scope="module")
def country() -> pd.DataFrame:
    outcomes = run(scale=0.01, end="2024-W26").outcomes()
    return outcomes[outcomes["municipality"] == 0]


def test_moves_name_two_different_states(country: pd.DataFrame) -> None:
    groups = country.loc[country["measure"] == "flow", "group"].str.split(">", expand=True)
    assert len(groups) > 50
    assert set(groups[0]) | set(groups[1]) <= set(STATES)
    assert (groups[0] != groups[1]).all()


def test_moves_to_work_are_the_exits_to_job(country: pd.DataFrame) -> None:
    moves = country[country["measure"] == "flow"].set_index("group")["value"]
    exits = country[country["measure"] == "exits_to_job"].set_index("group")["value"]
    for state in ("dagpenge", "sygedagpenge", "kontanthjaelp_activity_ready"):
        assert exits[state] > 0  # brought to a year of 365.25 days, they are no whole numbers
        assert moves[f"{state}>employed"] == pytest.approx(exits[state], rel=1e-12)


def test_moves_into_a_state_are_at_most_its_inflow(country: pd.DataFrame) -> None:
    moves = country[country["measure"] == "flow"]
    into = moves.groupby(moves["group"].str.split(">").str[1])["value"].sum()
    inflow = country[country["measure"] == "inflow"].set_index("group")["value"]
    assert (into <= inflow.reindex(into.index) + 1e-6).all()
    assert into["dagpenge"] == pytest.approx(inflow["dagpenge"], rel=0.05)
