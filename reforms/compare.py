"""The tables of a comparison: who gains, who loses, and how sure that is.

:func:`reforms.results.compare` runs one.  Every reform meets the same people, draws and replicates as the
baseline, so a difference is of the same people with and without the reform.  The tables of a run
(:mod:`sim.runs`) get six more:

``differences``, ``ledger_differences``
    reform minus baseline in every cell of every pair of runs.
``summary``
    their mean over draws and replicates, and what they say about Denmark (:mod:`reforms.summary`).
``winners``
    persons with fewer and with more weeks of public support than in the baseline, by group.
``weeks_won_and_lost``
    how many weeks they win and lose.
``chain``
    each reform link by link, from kroner over posts, hours and hazards to persons and kroner
    (:mod:`reforms.chain`).
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from reforms.chain.make import TABLE, chain_table
from reforms.effects import write_differences
from reforms.summary import summarise, weeks_won_and_lost, winners_and_losers
from sim.runs.plan import BASELINE, Plan


def write_comparison(folder: Path, plan: Plan) -> None:
    """Write the tables of differences next to the merged tables in ``folder``."""
    write_differences(folder)
    people = pd.read_parquet(folder / "people.parquet")
    summary = summarise(folder / "differences.parquet", plan.scenarios, plan.scale)
    _write_frame(folder / "summary.parquet", summary)
    _write_frame(folder / "winners.parquet", winners_and_losers(people, plan))
    _write_frame(folder / "weeks_won_and_lost.parquet", weeks_won_and_lost(people, plan))
    reforms = [scenario.name for scenario in plan.scenarios if scenario.name != BASELINE]
    _write_frame(folder / f"{TABLE}.parquet", chain_table(folder, reforms))


def _write_frame(path: Path, frame: pd.DataFrame) -> None:
    pq.write_table(
        pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(), path, compression="zstd"
    )
