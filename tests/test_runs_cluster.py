"""A Dask cluster of one scheduler and two worker processes on this machine gives the same bytes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from distributed import Client
from runs_fake_world import REFORMS, REQUEST, DyingWorld, FakeWorld, contents

from reforms.results import finishers_of
from reforms.scenario import comparison_plan
from sim.errors import InputError, RunError
from sim.runs import cluster
from sim.runs.cluster import Cluster, description, refuse_others
from sim.runs.run import run_plan
from sim.runs.work import labour_market

ROOT = Path(__file__).resolve().parent.parent
HERE = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
#: A task may lose its worker this often; Dask's own default is three.
FAILURES = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}


def start(what: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{what}", "--host", "127.0.0.1", "--no-dashboard",
         *arguments],
        cwd=ROOT / "tests", env={**HERE, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def start_worker(scheduler: Path, place: Path, **environment: str) -> subprocess.Popen[bytes]:
    where = ["--scheduler-file", str(scheduler), "--local-directory", str(place)]
    return start("worker", *where, "--nthreads", "1", "--memory-limit", "0", **environment)


def stop(*processes: subprocess.Popen[bytes]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(timeout=30)


def wait_for_workers(address: str, number: int) -> None:
    with Client(address, set_as_default=False, timeout=60) as client:
        deadline = time.monotonic() + 60
        while len(client.scheduler_info(n_workers=-1)["workers"]) != number:
            assert time.monotonic() < deadline, f"there are not {number} workers after a minute"
            time.sleep(0.05)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Start a scheduler and two workers; return the file that holds the address."""
    place = tmp_path_factory.mktemp("cluster")
    file = place / "scheduler.json"
    processes = [start("scheduler", "--port", "0", "--scheduler-file", str(file), **FAILURES)]
    while not file.exists():
        assert processes[0].poll() is None
        time.sleep(0.05)
    processes += [start_worker(file, place) for _ in range(2)]
    wait_for_workers(address_in(file), 2)
    yield file
    stop(*reversed(processes))


def address_in(file: Path) -> str:
    import json

    address: str = json.loads(file.read_text())["address"]
    return address


def name_of(file: Path) -> str:
    return address_in(file).replace("tcp://", "dask://")


def compare(folder: Path, executor: str | None = None, make_world: Any = FakeWorld, **other: Any) -> Path:
    plan = comparison_plan(REFORMS, **{**REQUEST, **other})
    return run_plan(
        plan, folder, workers=1, quiet=True, finishers=finishers_of(plan), make_world=make_world,
        executor=executor,
    )  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files of a run in this process."""
    return contents(compare(tmp_path_factory.mktemp("whole")))


def test_a_cluster_gives_the_same_bytes(scheduler: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    assert Cluster(name_of(scheduler)).workers == 2
    assert contents(compare(tmp_path / "run", name_of(scheduler))) == whole


def test_the_real_model_gives_the_same_bytes_on_a_cluster(scheduler: Path, tmp_path: Path) -> None:
    request = {"start": "2026-W50", "end": "2027-W03", "scale": 0.002, "replicates": 1}
    places = [
        compare(tmp_path / str(executor is None), executor, labour_market, **request)
        for executor in (None, name_of(scheduler))
    ]
    assert contents(places[0]) == contents(places[1])


def test_a_worker_that_dies_is_replaced_and_its_task_done_again(
    scheduler: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    dying = partial(DyingWorld, mark=tmp_path / "death", deaths=1)
    assert contents(compare(tmp_path / "run", name_of(scheduler), dying)) == whole
    assert list(tmp_path.glob("death*")), "no worker died, so nothing was tested"
    wait_for_workers(address_in(scheduler), 2)


def test_workers_that_keep_dying_end_the_run(scheduler: Path, tmp_path: Path) -> None:
    dying = partial(DyingWorld, mark=tmp_path / "death", deaths=1000)
    with pytest.raises(RunError, match="died several times at the same task; most often memory ran out"):
        compare(tmp_path / "run", name_of(scheduler), dying)
    wait_for_workers(address_in(scheduler), 2)


def test_ctrl_c_leaves_nothing_running(scheduler: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    folder = tmp_path / "run"
    process = subprocess.Popen(
        [sys.executable, "runs_fake_world.py", str(folder), "1", "0.2", name_of(scheduler)],
        cwd=ROOT / "tests", env=HERE, text=True, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert process.stderr is not None
    with Client(address_in(scheduler), set_as_default=False) as client:
        wait_until(lambda: any(client.processing().values()), "nothing was begun")
        began = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        assert time.monotonic() - began < 10  # 2 s on an idle machine; the tests share its cores
        assert process.returncode == 130
        assert "0 of 6 runs are finished and kept" in errors
        assert "same command again" in errors
        wait_until(lambda: not any(client.run(executing).values()), "a task is done that nobody waits for")
    assert contents(compare(folder, name_of(scheduler))) == whole


def executing(dask_worker: Any) -> int:
    """Return how many tasks a worker's threads are at."""
    return len(dask_worker.active_threads)


def wait_until(true: Any, otherwise: str) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.05)


def test_a_worker_with_other_code_is_refused(scheduler: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(ROOT / "sim", other / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "sim" / "errors.py").open("a") as file:
        file.write("# another line\n")
    worker = start_worker(scheduler, tmp_path, PYTHONPATH=str(other))
    try:
        wait_for_workers(address_in(scheduler), 3)
        with pytest.raises(InputError, match=r"worker at tcp.* has another code of Jobvej"):
            compare(tmp_path / "run", name_of(scheduler))
    finally:
        stop(worker)
    assert not (tmp_path / "run").exists()
    wait_for_workers(address_in(scheduler), 2)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (ModuleNotFoundError("No module named 'sim'"), r"tcp://a lacks Jobvej .*No module named 'sim'"),
        ({**description(), "numpy": "1.0"}, r"tcp://a has another numpy: 1\.0 there"),
        ({**description(), "data of Jobvej": "0"}, "tcp://a has another data of Jobvej. Results"),
        (OSError("gone"), "tcp://a does not answer: gone"),
    ],
)
def test_workers_that_would_give_other_results_are_refused(answer: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        refuse_others({"tcp://a": answer, "tcp://b": description()})


def test_workers_that_are_the_same_are_not_refused() -> None:
    refuse_others({"tcp://a": description(), "tcp://b": description()})


def test_an_address_where_nobody_answers_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 0.5)
    with pytest.raises(InputError, match=r"no Dask scheduler answers at dask://127\.0\.0\.1:9; start one"):
        compare(tmp_path / "run", "dask://127.0.0.1:9")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", ["dask", "dask://", "dask://host", "dask://host:x", "proceses", "tcp://a:1"])
def test_names_that_are_no_executor_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=f"no executor '{name}'; expected processes, here or dask://HOST:PORT"
    ):
        compare(tmp_path / "run", name)
    assert not (tmp_path / "run").exists()
