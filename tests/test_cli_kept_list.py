"""A kept list is the list: made anew when a file changes, and no error where nothing can be kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.engine.kept_list import cache_folder, kept


def test_a_list_is_made_once_and_again_after_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "files").mkdir()
    entry = tmp_path / "files" / "a.yaml"
    entry.write_text("name: a\n", "utf-8")
    calls: list[int] = []

    def make() -> list[dict[str, Any]]:
        calls.append(1)
        return [{"name": entry.read_text("utf-8").split()[1]}]

    assert kept("list", [tmp_path / "files"], make) == [{"name": "a"}]
    assert kept("list", [tmp_path / "files"], make) == [{"name": "a"}]
    assert len(calls) == 1
    entry.write_text("name: b\n", "utf-8")
    assert kept("list", [tmp_path / "files"], make) == [{"name": "b"}]
    for file in cache_folder().iterdir():
        file.write_text("[{", "utf-8")
    assert kept("list", [tmp_path / "files"], make) == [{"name": "b"}]
    assert len(calls) == 3


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").write_text("a file, not a folder", "utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert kept("list", [tmp_path], lambda: [{"name": "a"}]) == [{"name": "a"}]
