"""Mesa at the rim: batches, data collection and municipalities as agents."""

from __future__ import annotations

import gc
import inspect
import weakref
from typing import Any

import mesa
import pandas as pd
import pytest
from small_worlds import run, world

from sim import LabourMarket, data
from sim.errors import InputError
from sim.states import STATES

FIXED: dict[str, Any] = {"start": "2024-W01", "end": "2024-W04"}


@pytest.fixture(scope="module")
def batch() -> pd.DataFrame:
    asked = FIXED | {"scale": [0.003, 0.005]}
    seeds: dict[str, Any] = {"rng": [1, 2]}
    if "rng" not in inspect.signature(mesa.batch_run).parameters:  # older Mesa
        asked, seeds = asked | {"seed": [1, 2]}, {}
    rows = mesa.batch_run(LabourMarket, asked, data_collection_period=1, display_progress=False, **seeds)
    return pd.DataFrame(rows)


def test_a_batch_stops_at_the_last_week(batch: pd.DataFrame) -> None:
    weeks = batch.groupby(["seed", "scale"])["week"].agg(list)
    assert len(weeks) == 4
    assert all(labels == ["2024-W01", "2024-W02", "2024-W03", "2024-W04"] for labels in weeks)


@pytest.mark.parametrize(("seed", "scale"), [(1, 0.003), (2, 0.003), (1, 0.005), (2, 0.005)])
def test_a_batch_agrees_with_direct_runs(batch: pd.DataFrame, seed: int, scale: float) -> None:
    direct = world(**FIXED, seed=seed, scale=scale)
    rows = batch.query("seed == @seed and scale == @scale").reset_index()
    for at in range(4):
        direct.step()
        counted = [(direct.citizens.status.state == number).sum() for number in range(len(STATES))]
        assert (rows.loc[at, list(STATES)].astype(float) * scale).tolist() == pytest.approx(counted)


def test_a_batch_without_seeds_is_refused() -> None:
    with pytest.raises(InputError, match="no seed"):
        LabourMarket(seed=None, **FIXED)


def test_worlds_of_a_batch_differ_by_seed(batch: pd.DataFrame) -> None:
    last = batch[(batch["week"] == "2024-W04") & (batch["scale"] == 0.005)].set_index("seed")
    assert last.loc[1, list(STATES)].tolist() != last.loc[2, list(STATES)].tolist()


def test_a_collector_of_ones_own_sees_every_week() -> None:
    made = world(**FIXED)
    vacant = {"vacant": lambda model: int(model.world.employers.vacancies.sum())}
    collector = mesa.DataCollector(model_reporters=vacant, agenttype_reporters=None)
    seen = []
    while made.running:
        made.step()
        collector.collect(made)
        seen.append(int(made.world.employers.vacancies.sum()))
    assert collector.get_model_vars_dataframe()["vacant"].tolist() == seen
    assert len(seen) == 4


def test_the_agents_are_the_98_municipalities() -> None:
    made = run(**FIXED)
    assert [agent.code for agent in made.agents] == data.municipality_codes().tolist()
    assert [agent.name for agent in made.agents] == list(data.municipality_names().values())
    assert sum(agent.share for agent in made.agents) == pytest.approx(1.0)
    assert made.steps == 4


def test_a_world_nobody_holds_any_more_gives_its_memory_back() -> None:
    """Mesa before 3.5 counts agents in a dictionary that holds every model ever made."""
    made = world(**FIXED)
    made.step()
    watched = [weakref.ref(made), weakref.ref(made.branch(made.parameters))]
    del made
    gc.collect()
    assert [ref() for ref in watched] == [None, None]
