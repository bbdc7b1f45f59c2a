"""Results are the same bytes however they came about, and nothing half-written is ever read as whole."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from runs_fake_world import REFORMS, REQUEST, DyingWorld, FakeWorld, contents

from reforms.results import finishers_of
from reforms.scenario import comparison_plan
from sim.errors import InputError, RunError
from sim.runs.plan import Plan
from sim.runs.results import describe_differences
from sim.runs.run import run_plan

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = Path(__file__).with_name("runs_fake_world.py")
WORLDS = 6
WEEKS = 63  # 2026-W01 to 2027-W10; 2026 has 53 weeks


def plan_of(**other: Any) -> Plan:
    return comparison_plan(REFORMS, **{**REQUEST, **other})


def run_here(folder: Path, workers: int = 1, make_world: Any = FakeWorld, **other: Any) -> Path:
    plan = plan_of(**other)
    return run_plan(
        plan, folder, workers=workers, quiet=True, finishers=finishers_of(plan), make_world=make_world
    )


def script(folder: Path, workers: int, seconds: float = 0.0, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(folder), str(workers), str(seconds)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, text=True,
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def finished_worlds(folder: Path) -> int:
    return len(list(folder.glob("parts/*/*.zip")))


def wait_for_worlds(process: subprocess.Popen[str], folder: Path, number: int) -> None:
    deadline = time.monotonic() + 60
    while finished_worlds(folder) < number:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline, "no world was finished in a minute"
        time.sleep(0.01)


def worlds_run(folder: Path) -> int:
    return len(json.loads((folder / "timing.json").read_text(encoding="utf-8"))["runs"])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an uninterrupted run of one worker."""
    return run_here(tmp_path_factory.mktemp("whole") / "run")


@pytest.mark.parametrize("workers", [2, 4])
def test_the_number_of_workers_changes_no_byte(whole: Path, tmp_path: Path, workers: int) -> None:
    assert contents(run_here(tmp_path / "run", workers)) == contents(whole)


@pytest.mark.parametrize("hash_seed", ["4711"])
def test_the_hash_seed_changes_no_byte(whole: Path, tmp_path: Path, hash_seed: str) -> None:
    process = script(tmp_path / "run", 2, PYTHONHASHSEED=hash_seed)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert contents(tmp_path / "run") == contents(whole)


@pytest.mark.parametrize(("workers", "worlds"), [(1, 1), (2, 3)])
def test_after_kill_9_only_what_is_missing_runs(
    whole: Path, tmp_path: Path, workers: int, worlds: int
) -> None:
    folder = tmp_path / "run"
    process = script(folder, workers, seconds=0.004)
    wait_for_worlds(process, folder, worlds)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    assert not (folder / "manifest.json").exists()
    kept = finished_worlds(folder)
    run_here(folder)
    assert worlds_run(folder) == WORLDS - kept
    assert contents(folder) == contents(whole)


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    process = script(tmp_path / "run", 2, seconds=0.2)
    wait_for_start = time.monotonic() + 60
    children: list[str] = []
    while len(children) < 3:  # two workers and the resource tracker
        assert time.monotonic() < wait_for_start
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        time.sleep(0.05)
    time.sleep(1.0)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    deadline = time.monotonic() + 10
    while any(running(int(child)) for child in children):
        assert time.monotonic() < deadline, "a worker lives on without its parent"
        time.sleep(0.05)


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_stops_at_once_and_says_how_to_go_on(whole: Path, tmp_path: Path, workers: int) -> None:
    folder = tmp_path / "run"
    process = script(folder, workers, seconds=0.02)
    wait_for_worlds(process, folder, 1)
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to parent and workers alike
    _, errors = process.communicate(timeout=30)
    assert time.monotonic() - began < 10  # 2 s on an idle machine; the tests share its cores
    assert process.returncode == 130
    assert f"{finished_worlds(folder)} of {WORLDS} runs are finished and kept" in errors
    assert "same command again" in errors
    assert "Traceback" not in errors
    run_here(folder)
    assert contents(folder) == contents(whole)


@pytest.mark.parametrize("damage", ["truncated", "a changed byte", "empty", "no zip", "a file too few"])
def test_a_damaged_part_is_run_again(
    whole: Path, tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = run_here(tmp_path / "run")
    part = sorted(folder.glob("parts/*/*.zip"))[0]
    content = part.read_bytes()
    if damage == "truncated":
        part.write_bytes(content[:-100])
    elif damage == "a changed byte":
        at = len(content) // 2
        part.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    elif damage == "a file too few":
        with zipfile.ZipFile(part) as old, zipfile.ZipFile(tmp_path / "less.zip", "w") as less:
            for name in old.namelist():
                if name != "ledger.arrow":
                    less.writestr(name, old.read(name))
        part.write_bytes((tmp_path / "less.zip").read_bytes())
    else:
        part.write_bytes(b"" if damage == "empty" else content[::-1])
    plan = plan_of()
    run_plan(plan, folder, workers=1, finishers=finishers_of(plan), make_world=FakeWorld)
    assert "damaged; it is run again" in capsys.readouterr().err
    assert worlds_run(folder) == 1
    assert contents(folder) == contents(whole)


@pytest.mark.parametrize("name", ["outcomes.parquet", "summary.parquet", "manifest.json"])
def test_a_damaged_result_is_merged_again(whole: Path, tmp_path: Path, name: str) -> None:
    folder = run_here(tmp_path / "run")
    (folder / name).write_bytes((folder / name).read_bytes()[:50])
    run_here(folder)
    assert worlds_run(folder) == 0
    assert contents(folder) == contents(whole)


def test_a_finished_run_is_left_alone(tmp_path: Path) -> None:
    folder = run_here(tmp_path / "run")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    run_here(folder)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"scale": 0.02}, "scale: 0.01 there, 0.02 asked for"),
        ({"seed": 7}, "seed: 1 there, 7 asked for"),
        ({"end": "2027-W11"}, "to: 2027-W10 there, 2027-W11 asked for"),
        ({"demand": "boom"}, "demand: flat there, boom asked for"),
        (
            {"settings": ["supervision.offers_per_year=2"]},
            "set: none there, supervision.offers_per_year=2 asked for",
        ),
    ],
)
def test_a_folder_of_another_run_is_refused(tmp_path: Path, other: dict[str, Any], named: str) -> None:
    folder = run_here(tmp_path / "run")
    before = contents(folder)
    with pytest.raises(InputError, match="holds results of another run") as refusal:
        run_here(folder, **other)
    assert named in str(refusal.value)
    assert contents(folder) == before


def test_a_folder_with_results_of_unknown_origin_is_refused(tmp_path: Path) -> None:
    (tmp_path / "people.parquet").write_text("mine")
    with pytest.raises(InputError, match=r"holds people\.parquet of an unknown or damaged run"):
        run_here(tmp_path)
    assert (tmp_path / "people.parquet").read_text() == "mine"


def test_changed_code_and_changed_reforms_are_named() -> None:
    there = plan_of().definition
    asked = json.loads(json.dumps(there))
    asked["hashes"]["code"] = "other"
    asked["hashes"]["scenarios"]["refund-change"] = "other"
    assert describe_differences(there, asked) == [
        "made by other code of Jobvej",
        "reform 'refund-change' has other changes",
    ]


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="is a file; option out needs a folder"):
        run_here(tmp_path / "file")
    with pytest.raises(InputError, match="cannot write results"):
        run_here(tmp_path / "file" / "below")


def test_a_worker_that_dies_is_replaced(whole: Path, tmp_path: Path) -> None:
    dying = partial(DyingWorld, mark=tmp_path / "death", deaths=1)
    assert contents(run_here(tmp_path / "run", 2, dying)) == contents(whole)
    assert list(tmp_path.glob("death*")), "no worker died, so nothing was tested"


def test_workers_that_keep_dying_end_the_run(tmp_path: Path) -> None:
    dying = partial(DyingWorld, mark=tmp_path / "death", deaths=1000)
    with pytest.raises(RunError, match="died 3 times in a row"):
        run_here(tmp_path / "run", 2, dying)


def test_the_manifest_tells_what_made_the_results(whole: Path) -> None:
    manifest = json.loads((whole / "manifest.json").read_text(encoding="utf-8"))
    assert [scenario["name"] for scenario in manifest["scenarios"]] == ["baseline", *REFORMS]
    assert (manifest["from"], manifest["to"], manifest["weeks"]) == ("2026-W01", "2027-W10", WEEKS)
    assert (manifest["seed"], manifest["scale"], manifest["replicates"]) == (1, 0.01, 2)
    assert set(manifest["hashes"]) == {"code", "data", "parameters", "scenarios"}
    assert set(manifest["files"]) == {path.name for path in whole.glob("*.parquet")}
    assert manifest["command"].startswith(
        "jobvej compare --reform nothing --reform refund-change --from 2026-W01"
    )


def test_tables_have_the_promised_columns_and_order(whole: Path) -> None:
    outcomes = pd.read_parquet(whole / "outcomes.parquet")
    assert list(outcomes) == [
        "scenario", "draw", "replicate", "period", "municipality", "group", "measure", "value", "unit",
    ]  # fmt: skip
    assert list(outcomes["scenario"].unique()) == ["baseline", *REFORMS]
    one = outcomes[(outcomes["scenario"] == "nothing") & (outcomes["replicate"] == 1)]
    keys = one[["period", "municipality", "group", "measure"]]
    assert keys.equals(keys.sort_values(list(keys), ignore_index=False))
    spells = pd.read_parquet(whole / "spells.parquet")
    assert list(spells) == [
        "scenario", "draw", "replicate", "person", "municipality", "group", "start_week", "weeks", "ended",
        "destination",
    ]  # fmt: skip
    assert set(spells["replicate"]) == {0}
