"""Ten thousand finished runs are merged by reading each of them once, and tables are read once a step."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reforms.effects import difference, write_differences
from reforms.summary import summarise
from sim.parameters import Change
from sim.runs import branching
from sim.runs.plan import BASELINE, Plan, Scenario, Task, make_plan
from sim.runs.results import Results
from sim.runs.tables import KEYS, runs_in, stored, table_bytes, write_table

PAIRS = 5_000
CODES = (0, 101, 860)


@cache
def cells_of(scenario: str) -> pa.Table:
    """Return three cells, 1,000 more with a reform."""
    n = len(CODES)
    rows = {
        "period": ["2024"] * n, "municipality": CODES, "group": ["all"] * n, "measure": ["stock"] * n,
        "unit": ["persons"] * n, "value": 1_000.0 * (scenario != BASELINE) + np.arange(n),
    }  # fmt: skip
    return stored("outcomes", pa.table(rows), scenario=scenario, draw=0, replicate=0)


def cells(task: Task) -> pa.Table:
    """Return the cells of a run: the replicate is added to every value."""
    table = cells_of(task.scenario)
    for name, values in (
        ("replicate", pa.array([task.replicate] * len(CODES), pa.int32())),
        ("value", pa.array(table["value"].to_numpy() + task.replicate)),
    ):
        table = table.set_column(table.schema.get_field_index(name), name, values)
    return table


def change(day: date, value: float) -> Change:
    return Change("supervision.offers_per_year", "set", ((day, value),))


def sweep(replicates: int) -> Plan:
    scenarios = [Scenario(BASELINE), Scenario("x", (change(date(2024, 1, 1), 3.0),))]
    return make_plan(scenarios, replicates=replicates, end="2024-W52")


#: Files opened by Python while somebody listens: an audit hook cannot be taken away again.
_heard: list[Counter[str]] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _heard:
        _heard[-1][Path(str(arguments[0])).suffix] += 1


@contextmanager
def files_opened() -> Iterator[Counter[str]]:
    if not _heard:
        sys.addaudithook(_hear)
    _heard.append(Counter())
    try:
        yield _heard[-1]
    finally:
        _heard.append(Counter())


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Return a folder of 10,000 finished runs that are not merged yet."""
    results = Results(tmp_path_factory.mktemp("sweep"), sweep(PAIRS))
    for task in results.plan.tasks:
        results.store.put(task, {"outcomes.arrow": table_bytes("outcomes", [cells(task)])})
    return results


def test_every_part_is_one_file_and_read_once(finished: Results) -> None:
    kept = [path for path in (finished.folder / "parts").rglob("*") if path.is_file()]
    assert Counter(path.suffix for path in kept) == {".zip": 2 * PAIRS, ".json": 1}
    with files_opened() as opened:
        finished.merge()
    assert opened[".zip"] == 2 * PAIRS
    assert opened[".arrow"] == 0


def test_merged_tables_hold_every_run_in_order_and_few_row_groups(finished: Results) -> None:
    outcomes = pq.ParquetFile(finished.folder / "outcomes.parquet")
    assert outcomes.metadata.num_rows == 2 * PAIRS * len(CODES)
    assert outcomes.num_row_groups == 1
    frame = outcomes.read().to_pandas()
    assert frame["replicate"].tolist() == [task.replicate for task in finished.plan.tasks for _ in CODES]
    expected = [at + 1_000.0 * of + row for of in (0, 1) for at in range(PAIRS) for row in range(len(CODES))]
    assert frame["value"].tolist() == expected


def test_tables_are_read_from_beginning_to_end_once_a_step(
    finished: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In row groups of a hundred rows, so that reading them anew for every run would be seen."""
    monkeypatch.setattr("sim.runs.tables.ROWS_A_GROUP", 100)
    monkeypatch.setattr("reforms.summary.ROWS_AT_ONCE", 3_000)
    tables = [cells(task) for task in sweep(1_000).tasks]
    write_table(tmp_path / "outcomes.parquet", "outcomes", tables)
    write_table(tmp_path / "ledger.parquet", "ledger", [])
    read: Counter[str] = Counter()
    read_group = pq.ParquetFile.read_row_group

    def counted(file: Any, at: int, *rest: Any) -> Any:
        read[str(at)] += 1
        return read_group(file, at, *rest)

    monkeypatch.setattr(pq.ParquetFile, "read_row_group", counted)
    write_differences(tmp_path)
    groups = pq.read_metadata(tmp_path / "outcomes.parquet").num_row_groups
    assert groups > 50
    assert sum(read.values()) <= 2 * groups  # the runs, and once more those of the baseline
    read.clear()
    found = summarise(tmp_path / "differences.parquet", [Scenario(BASELINE), Scenario("x")], 1.0)
    assert sum(read.values()) == pq.read_metadata(tmp_path / "differences.parquet").num_row_groups
    assert found[["pairs", "difference", "median"]].to_numpy().tolist() == [[1_000, 1_000.0, 1_000.0]] * 3
    assert found["low95"].isna().all(), "all pairs alike"


def test_a_run_longer_than_a_row_group_is_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = sweep(2)
    long = [pa.concat_tables([cells(task)] * 40) for task in plan.tasks]
    with pq.ParquetWriter(tmp_path / "t.parquet", long[0].schema, store_schema=False) as writer:
        writer.write_table(pa.concat_tables(long).unify_dictionaries(), row_group_size=50)
    found = [(run.scenario, run.replicate, rows.num_rows) for run, rows in runs_in(tmp_path / "t.parquet")]
    assert found == [(task.scenario, task.replicate, 120) for task in plan.tasks]
    first = [run.scenario for run, _ in runs_in(tmp_path / "t.parquet", BASELINE)]
    assert first == [BASELINE] * 2


def test_a_baseline_that_is_too_large_for_memory_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = [cells(task) for task in sweep(20).tasks]
    for limit in (10, 1_000):
        monkeypatch.setattr("reforms.effects.BASELINE_ROWS", limit)
        folder = tmp_path / str(limit)
        folder.mkdir()
        write_table(folder / "outcomes.parquet", "outcomes", tables)
        write_table(folder / "ledger.parquet", "ledger", [])
        write_differences(folder)
    contents = [(tmp_path / str(limit) / "differences.parquet").read_bytes() for limit in (10, 1_000)]
    assert contents[0] == contents[1]


def test_a_run_without_its_baseline_is_not_paired_with_another(tmp_path: Path) -> None:
    tables = [cells(task) for task in sweep(3).tasks]
    write_table(tmp_path / "outcomes.parquet", "outcomes", [tables[0], *tables[2:]])
    write_table(tmp_path / "ledger.parquet", "ledger", [])
    with pytest.raises(ValueError, match="no run of the baseline at its place"):
        write_differences(tmp_path)


def test_the_country_alone_is_the_countrys_rows_and_the_sum_of_payments(tmp_path: Path) -> None:
    plan = sweep(2)
    write_table(tmp_path / "outcomes.parquet", "outcomes", [cells(task) for task in plan.tasks])
    payments = [
        stored(
            "ledger",
            pa.table(
                {"period": ["2024"] * 3, "municipality": [101, 860, 101], "payer": ["state"] * 3,
                 "receiver": ["municipality"] * 3, "account": ["refund", "refund", "grant"],
                 "amount_kr": [1.0, 2.0, 5.0 * (task.scenario == "x")]}
            ),
            scenario=task.scenario, draw=0, replicate=task.replicate,
        )
        for task in plan.tasks
    ]  # fmt: skip
    write_table(tmp_path / "ledger.parquet", "ledger", payments)
    write_differences(tmp_path, country_only=True)
    outcomes = pd.read_parquet(tmp_path / "differences.parquet")
    assert outcomes[["replicate", "municipality", "difference"]].to_numpy().tolist() == [
        [0, 0, 1e3],
        [1, 0, 1e3],
    ]
    ledger = pd.read_parquet(tmp_path / "ledger_differences.parquet")
    assert ledger[["municipality", "account", "baseline", "difference"]].to_numpy().tolist() == [
        [0, "grant", 0.0, 5.0], [0, "refund", 3.0, 0.0],
    ] * 2  # fmt: skip


def test_differences_are_the_same_whatever_the_order_of_rows_and_words() -> None:
    one, other = (cells(task) for task in sweep(1).tasks)
    turned = other.take(pa.array([2, 0, 1]))
    keys = list(KEYS["outcomes"])
    assert difference(one, other, keys, "value").equals(difference(one, turned, keys, "value"))


def test_gathering_very_many_tasks_tries_few_ways_to_deal_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand tasks of one shared prefix, a thousand workers: one task each, and few ways tried."""
    reforms = [Scenario(f"x{at}", (change(date(2024, 6, 3), 0.001 + at / 100),)) for at in range(1, 1_000)]
    tasks = make_plan([Scenario(BASELINE), *reforms], end="2024-W52").tasks
    tried: list[int] = []
    deal = branching._dealt

    def dealt(family: branching.Family, pieces: int) -> list[branching.Job]:
        tried.append(pieces)
        return deal(family, pieces)

    monkeypatch.setattr(branching, "_dealt", dealt)
    jobs = branching.jobs_of(tasks, 1_000)
    assert len(tried) < 25
    assert sorted(job.tasks[0].scenario for job in jobs) == sorted(task.scenario for task in tasks)
    assert {len(job.tasks) for job in jobs} == {1}
