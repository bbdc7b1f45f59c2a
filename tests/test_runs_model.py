"""The real model through the command line: paired, the same bytes on any number of cores."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from runs_fake_world import contents

from sim.outcomes.measures import AGGREGATES, MEASURES

ROOT = Path(__file__).resolve().parent.parent
EARLY = """
name: early
title: {en: Early, da: Tidlig}
author: tests
summary: {en: Lower refund from February., da: Lavere refusion fra februar.}
why: {en: Money., da: Penge.}
source: {title: tests, publisher: tests}
proposals: []
theme: refund
changes:
  - parameter: refund.state_share[weeks_1_4]
    values: {2024-01-29: 0.1}
"""


def jobvej(*arguments: str, hash_seed: str = "0") -> str:
    result = subprocess.run(
        [sys.executable, "-m", "jobvej.cli", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": hash_seed},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return nothing and an early reform over ten weeks of a small Denmark, run by one worker."""
    return compare(tmp_path_factory.mktemp("model"), workers=1)


def compare(place: Path, workers: int, hash_seed: str = "0") -> Path:
    reform = place / "early.yaml"
    reform.write_text(EARLY, encoding="utf-8")
    jobvej(
        "compare", "--reform", "nothing", "--reform", str(reform), "--from", "2024-W01", "--to", "2024-W10",
        "--scale", "0.002", "--replicates", "2", "--workers", str(workers), "--out", str(place / "out"),
        hash_seed=hash_seed,
    )  # fmt: skip
    return place / "out"


def test_nothing_gives_exactly_zero_in_every_cell_of_every_table(folder: Path) -> None:
    for name in ("differences", "ledger_differences", "summary"):
        frame = pd.read_parquet(folder / f"{name}.parquet")
        rows = frame[frame["scenario"] == "nothing"]
        assert len(rows) > 1000
        # a median that is beyond what is followed in both worlds has no difference
        beyond = np.isinf(rows["baseline"]) & np.isinf(rows["reform"])
        assert beyond.sum() < 10
        assert rows.loc[beyond, "difference"].isna().all()
        assert (rows.loc[~beyond, "difference"] == 0).all()
    for name in ("spells", "people"):
        frame = pd.read_parquet(folder / f"{name}.parquet")
        worlds = {key: rows.drop(columns="scenario") for key, rows in frame.groupby("scenario")}
        pd.testing.assert_frame_equal(
            worlds["nothing"].reset_index(drop=True), worlds["baseline"].reset_index(drop=True)
        )


def test_the_reform_moves_the_refund(folder: Path) -> None:
    frame = pd.read_parquet(folder / "ledger_differences.parquet")
    refund = frame[(frame["scenario"] == "early") & frame["account"].str.startswith("refund_")]
    assert refund.groupby("replicate")["difference"].sum().lt(0).all()


def test_workers_and_hash_seed_change_no_byte(folder: Path, tmp_path: Path) -> None:
    other = contents(compare(tmp_path, workers=2, hash_seed="99"))
    mine = contents(folder)
    for files in (other, mine):  # the reform file lies in another folder, and the manifest says so
        for name in ("manifest.json", "parts/plan.json"):
            text = files[name].decode()
            files[name] = text.replace(str(tmp_path), "DIR").replace(str(folder.parent), "DIR").encode()
    assert other == mine


def test_outcomes_are_registered_measures(folder: Path) -> None:
    outcomes = pd.read_parquet(folder / "outcomes.parquet")
    units = dict(outcomes[["measure", "unit"]].drop_duplicates().to_numpy())
    assert units == {name: MEASURES[name].unit.name for name in units}
    assert {"stock", "mean_duration", "net_public_cost", "exits_to_job"} <= set(units)
    assert set(AGGREGATES) <= set(outcomes.loc[outcomes["measure"] == "stock", "group"])
    assert outcomes["municipality"].nunique() == 99


def test_ctrl_c_in_the_middle_of_a_week_stops_at_once(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "jobvej.cli", "run", "--scale", "0.5", "--workers", "1",
         "--out", str(tmp_path)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True, start_new_session=True,
        stderr=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    seen = ""
    while " weeks in " not in seen:  # the first line of progress: the weeks have begun
        seen = process.stderr.readline()
        assert seen, "the run ended before it was interrupted"
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert time.monotonic() - began < 10  # 2 s on an idle machine; the tests share its cores
    assert process.returncode == 130
    assert "0 of 1 runs are finished and kept" in errors
    assert "Traceback" not in errors
    assert output == ""
