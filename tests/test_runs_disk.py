"""A disk that is full or may not be written, and parts that are not ours: said, never a wrong number."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from runs_fake_world import REFORMS, REQUEST, FakeWorld, contents

from reforms.results import finishers_of
from reforms.scenario import comparison_plan
from sim.errors import InputError, RunError
from sim.runs import results, run
from sim.runs.run import run_plan


def begun(folder: Path) -> Path:
    """Return a folder in which the request stands, and no result yet."""
    results.Results(folder, comparison_plan(REFORMS, **REQUEST))
    return folder


def run_here(folder: Path, executor: str = "here", **other: object) -> Path:
    plan = comparison_plan(REFORMS, **{**REQUEST, **other})
    return run_plan(
        plan, folder, workers=1, quiet=True, finishers=finishers_of(plan), make_world=FakeWorld,
        executor=executor,
    )  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_here(tmp_path_factory.mktemp("whole") / "run")


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let the system refuse to write more than ``size`` bytes to a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def largest(files: list[Path]) -> int:
    return max(path.stat().st_size for path in files)


@pytest.mark.parametrize("executor", ["here", "processes"])
def test_no_room_for_a_part_is_said_and_nothing_half_written_stays(
    whole: Path, tmp_path: Path, executor: str
) -> None:
    folder = begun(tmp_path / "run")
    limit = largest(list(whole.glob("parts/*/*.zip"))) - 1
    with (
        files_of_at_most(limit),
        pytest.raises(RunError, match=r"cannot write to .* are finished and kept"),
    ):
        run_here(folder, executor)
    assert not (folder / "manifest.json").exists()
    assert not list(folder.rglob("parts/**/.*"))
    run_here(folder)
    assert contents(folder) == contents(whole)


def test_no_room_for_the_merged_tables_keeps_every_part(tmp_path: Path) -> None:
    """With so many replicates that a merged table is larger than any part."""
    whole, folder = run_here(tmp_path / "whole", replicates=90), tmp_path / "run"
    results.Results(folder, comparison_plan(REFORMS, **{**REQUEST, "replicates": 90}))
    limit = largest(list(whole.glob("parts/*/*.zip"))) + 1
    assert limit < largest(list(whole.glob("*.parquet")))
    with files_of_at_most(limit), pytest.raises(RunError, match="270 of 270 runs are finished and kept"):
        run_here(folder, replicates=90)
    assert not (folder / "manifest.json").exists()
    run_here(folder, replicates=90)
    assert contents(folder) == contents(whole)


@pytest.mark.parametrize("what", ["work.frame_bytes", "store.Store.put"])
def test_a_full_disk_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"sim.runs.{what}", full)
    with pytest.raises(RunError, match=r"cannot write to .*run: No space left on device\. 0 of 6 runs"):
        run_here(tmp_path / "run")


def test_other_errors_of_the_system_are_not_taken_for_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("sim.runs.store.Store.put", broken)
    with pytest.raises(OSError, match="Input/output error"):
        run_here(tmp_path / "run")


def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", forbidden)
    with pytest.raises(InputError, match=r"cannot write results to .*: Permission denied"):
        run_here(tmp_path / "run")


def test_too_little_disk_is_refused_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.runs.estimate.free_disk", lambda folder: 1000)
    monkeypatch.setattr(run, "run_jobs", None)
    with pytest.raises(InputError, match="of disk, and 1 MB is free"):
        run_here(tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_part_of_other_parameters_in_the_place_of_ours_is_not_used(whole: Path, tmp_path: Path) -> None:
    """Someone copies parts between folders: the address is right, what made them is not."""
    folder = run_here(tmp_path / "run")
    one, other = sorted(folder.glob("parts/*/*.zip"))[:2]
    one.write_bytes(other.read_bytes())
    (folder / "manifest.json").unlink()
    run_here(folder)
    assert contents(folder) == contents(whole)
