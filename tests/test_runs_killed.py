"""Fifty kills at moments spread over a run: what is finished is kept, and the end is the same bytes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from runs_fake_world import REFORMS, REQUEST, FakeWorld, contents

from reforms.results import finishers_of
from reforms.scenario import comparison_plan
from sim.runs.plan import Plan
from sim.runs.run import run_plan
from sim.runs.work import labour_market

ROOT = Path(__file__).resolve().parent.parent
KILLS = 50
#: Kills of one folder before it is left to finish.
IN_A_ROW = 5
GOLDEN = 0.6180339887498949
REAL: dict[str, Any] = {"start": "2026-W50", "end": "2027-W02", "scale": 0.001, "replicates": 1}


def plan_of(real: bool) -> Plan:
    return comparison_plan(REFORMS, **(REAL if real else REQUEST))


def run_here(folder: Path, real: bool, seconds: float = 0.0) -> Path:
    plan = plan_of(real)
    make_world: Callable[..., Any] = labour_market if real else partial(FakeWorld, seconds=seconds)
    return run_plan(plan, folder, workers=1, quiet=True, finishers=finishers_of(plan), make_world=make_world)


def run_there(folder: Path, real: bool, said: Connection) -> None:
    """Run in a process of its own, saying when it begins."""
    said.send("begun")
    run_here(folder, real, seconds=0.001)


@pytest.fixture(scope="module")
def processes() -> Iterator[Any]:
    """Return what starts processes that have everything imported already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["runs_fake_world", "reforms.compare", "sim.runs.run", "sim.model"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(ROOT / "tests")]))
        yield context


def begin(processes: Any, folder: Path, real: bool) -> Any:
    heard, said = processes.Pipe(duplex=False)
    process = processes.Process(target=run_there, args=(folder, real, said))
    process.start()
    assert heard.recv() == "begun"
    return process


def seconds_of_a_run(processes: Any, folder: Path, real: bool) -> float:
    process = begin(processes, folder, real)
    began = time.monotonic()
    process.join()
    assert process.exitcode == 0
    return time.monotonic() - began


def killed(processes: Any, folder: Path, real: bool, after: float) -> bool:
    """Run, and kill after so many seconds; whether it was still running then."""
    process = begin(processes, folder, real)
    process.join(after)
    if process.is_alive():
        os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert process.exitcode in {0, -signal.SIGKILL}
    return bool(process.exitcode == -signal.SIGKILL)


def finished_parts(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return the parts that are there: when they were written, and their bytes."""
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.glob("parts/*/*.zip")}


@pytest.mark.parametrize(("real", "kills"), [(False, KILLS), (True, 3)])
def test_after_kills_at_any_moment_the_result_is_that_of_an_uninterrupted_run(
    processes: Any, tmp_path: Path, real: bool, kills: int
) -> None:
    whole = contents(run_here(tmp_path / "whole", real))
    length = seconds_of_a_run(processes, tmp_path / "timed", real)
    folders, done, attempt = 0, 0, 0
    while done < kills:
        folders += 1
        folder = tmp_path / str(folders)
        for _ in range(min(IN_A_ROW, kills - done)):
            attempt += 1
            assert attempt < 10 * kills, "runs end before they can be killed"
            kept = finished_parts(folder)
            done += killed(processes, folder, real, after=length * (attempt * GOLDEN % 1.0))
            after = finished_parts(folder)
            assert {key: after[key] for key in kept} == kept, "a finished run was done again"
        run_here(folder, real)
        assert contents(folder) == whole
        assert {path.name for path in folder.iterdir()} | {"timing.json"} == {
            path.name for path in (tmp_path / "timed").iterdir()
        }
