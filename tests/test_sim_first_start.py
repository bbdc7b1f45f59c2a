"""The first start compiles once, says so, and leaves no old machine code behind."""

from __future__ import annotations

import os
from pathlib import Path

import numba
import pytest

from sim.engine import compiled, first_start
from sim.week import WEEK


@pytest.fixture
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "jobvej" / "kernels"


def test_it_is_said_and_done_once(kernels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    done: list[bool] = []

    def compiled() -> bool:
        done.append(True)
        return True

    monkeypatch.setattr(first_start, "_compile", compiled)
    for _ in range(3):
        first_start.compile_if_new(said.append)
    assert said == [first_start.MESSAGE]
    assert done == [True]
    assert len(list(kernels.glob("compiled-*"))) == 1


def test_the_two_processes_share_the_week() -> None:
    shared = [name for half in first_start.HALVES for name in half]
    assert sorted(shared) == sorted(phase.name for phase in WEEK)


def test_it_is_done_again_after_a_failure(kernels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(first_start, "_compile", lambda: False)
    for _ in range(2):
        first_start.compile_if_new(said.append)
    assert len(said) == 2
    assert list(kernels.glob("compiled-*")) == []


def test_only_what_nobody_uses_any_more_is_removed(kernels: Path) -> None:
    for name in ("used-1", "stale-1", "new-1"):
        (kernels / name).mkdir(parents=True)
    (kernels / "compiled-now").write_text("used-1")
    (kernels / "compiled-then").write_text("stale-1")
    for name, age in (("used-1", 100), ("stale-1", 100), ("new-1", 900), ("compiled-then", 100)):
        os.utime(kernels / name, (age, age))
    first_start.remove_unused(before=500)
    assert sorted(path.name for path in kernels.iterdir()) == ["compiled-now", "new-1", "used-1"]


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    said: list[str] = []
    first_start.compile_if_new(said.append)
    assert len(said) == 1
    assert "compiled in memory" in said[0]


def test_machine_code_of_two_compilers_lies_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    file = compiled.PROJECT / "sim" / "engine" / "draws.py"
    digests = []
    for version in ("0.62.0", "0.68.1", "0.62.0"):
        monkeypatch.setattr(numba, "__version__", version)
        compiled.source_digest.cache_clear()
        digests.append(compiled.source_digest(file))
    compiled.source_digest.cache_clear()
    assert digests[0] == digests[2] != digests[1]
