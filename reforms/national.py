"""The differences of a comparison for the country alone: for runs with many reforms that need no more.

Same tables and columns as :mod:`reforms.compare` writes, with municipality 0 (the country) only; no table of
winners, no summary.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.compute as pc
import pyarrow.dataset as ds

from reforms.compare import difference
from sim.runs.plan import BASELINE, Plan
from sim.runs.store import Finisher
from sim.runs.tables import KEYS, to_table, write_table

_WORLD = ["scenario", "draw", "replicate"]


def national_finishers(plan: Plan) -> list[Finisher]:
    """Return what writes the country's differences when the worlds of a comparison are merged."""
    return [partial(write_national, plan=plan)]


def write_national(folder: Path, plan: Plan) -> None:
    """Write ``differences`` and ``ledger_differences`` of the country next to the merged tables."""
    outcomes = ds.dataset(folder / "outcomes.parquet").to_table(filter=pc.field("municipality") == 0)
    _write(folder, "differences", outcomes.to_pandas(), list(KEYS["outcomes"]), "value", plan)
    keys = ["period", "payer", "receiver", "account"]
    ledger = ds.dataset(folder / "ledger.parquet").to_table()
    sums = ledger.group_by([*_WORLD, *keys]).aggregate([("amount_kr", "sum")]).to_pandas()
    sums = sums.rename(columns={"amount_kr_sum": "amount_kr"}).assign(municipality=0)
    _write(folder, "ledger_differences", sums, list(KEYS["ledger"]), "amount_kr", plan)


def _write(folder: Path, name: str, rows: pd.DataFrame, keys: list[str], value: str, plan: Plan) -> None:
    worlds = {labels: world.drop(columns=_WORLD) for labels, world in rows.groupby(_WORLD, sort=False)}
    pairs = _pairs(worlds, keys, value, plan)
    write_table(
        folder / f"{name}.parquet", name, (to_table(name, frame, **labels) for frame, labels in pairs)
    )


def _pairs(
    worlds: dict[Any, pd.DataFrame], keys: list[str], value: str, plan: Plan
) -> Iterator[tuple[pd.DataFrame, dict[str, Any]]]:
    """Yield reform minus baseline of each pair of worlds."""
    for task in plan.tasks:
        if task.scenario == BASELINE:
            continue
        baseline = worlds[BASELINE, task.draw, task.replicate]
        reform = worlds[task.scenario, task.draw, task.replicate]
        labels = {"scenario": task.scenario, "draw": task.draw, "replicate": task.replicate}
        yield difference(baseline, reform, keys, value), labels
