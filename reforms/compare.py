"""The tables of a comparison: who gains, who loses, and how sure that is.

:func:`reforms.results.compare` runs one.  Every reform meets the same people, draws and replicates as the
baseline, so a difference is of the same world with and without the reform.  The tables of a run
(:mod:`sim.runs`) get five more:

``differences``, ``ledger_differences``
    reform minus baseline in every cell of every pair of worlds.
``summary``
    their mean over draws and replicates with an interval (:mod:`reforms.summary`).
``winners``
    persons with fewer and with more weeks of public support than in the baseline, by group.
``weeks_won_and_lost``
    how many weeks they win and lose.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from reforms.summary import summarise, weeks_won_and_lost, winners_and_losers
from sim.runs.plan import BASELINE, Plan
from sim.runs.tables import KEYS, to_table, write_table

_WORLD = ["draw", "replicate"]


def write_comparison(folder: Path, plan: Plan) -> None:
    """Write the tables of differences next to the merged tables in ``folder``."""
    for source, name, value in (
        ("outcomes", "differences", "value"),
        ("ledger", "ledger_differences", "amount_kr"),
    ):
        pairs = _differences(folder / f"{source}.parquet", plan, list(KEYS[source]), value)
        write_table(
            folder / f"{name}.parquet", name, (to_table(name, frame, **labels) for frame, labels in pairs)
        )
    people = pd.read_parquet(folder / "people.parquet")
    _write_frame(folder / "summary.parquet", summarise(folder / "differences.parquet", plan.scenarios))
    _write_frame(folder / "winners.parquet", winners_and_losers(people, plan))
    _write_frame(folder / "weeks_won_and_lost.parquet", weeks_won_and_lost(people, plan))


def _write_frame(path: Path, frame: pd.DataFrame) -> None:
    pq.write_table(
        pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(), path, compression="zstd"
    )


def _differences(
    path: Path, plan: Plan, keys: list[str], value: str
) -> Iterator[tuple[pd.DataFrame, dict[str, Any]]]:
    """Yield the differences of each pair of worlds, by scenario, draw and replicate."""
    for scenario in plan.scenarios:
        if scenario.name == BASELINE:
            continue
        for draw in plan.draw_numbers:
            for replicate in range(plan.replicates):
                labels = {"scenario": scenario.name, "draw": draw, "replicate": replicate}
                reform = _world(path, labels)
                baseline = _world(path, {**labels, "scenario": BASELINE})
                yield difference(baseline, reform, keys, value), labels


def _world(path: Path, labels: dict[str, Any]) -> pd.DataFrame:
    filters = [(name, "==", value) for name, value in labels.items()]
    return pd.read_parquet(path, filters=filters).drop(columns=list(labels))


def difference(baseline: pd.DataFrame, reform: pd.DataFrame, keys: list[str], value: str) -> pd.DataFrame:
    """Return reform minus baseline, cell by cell.

    A sum that is in one world only (a payment that the other never makes) is 0 in the other.  A mean or a
    share that is undefined (not a number) in one world has an undefined difference; undefined in both, it is
    left out.

    Parameters
    ----------
    baseline, reform
        Cells of the two worlds: ``keys``, ``value`` and perhaps ``unit``.

    Returns
    -------
    Frame of keys, baseline, reform, difference (and unit), sorted by keys.
    """
    texts = [*keys, *(["unit"] if "unit" in baseline else [])]
    both = baseline.merge(reform, how="outer", on=texts, suffixes=("_b", "_r"), indicator=True)
    old, new = both[f"{value}_b"], both[f"{value}_r"]
    old = old.mask(both["_merge"] == "right_only", 0.0)
    new = new.mask(both["_merge"] == "left_only", 0.0)
    frame = both[texts].assign(baseline=old, reform=new, difference=new - old)
    frame = frame[~(old.isna() & new.isna())]
    return frame.sort_values(keys, kind="stable", ignore_index=True)
