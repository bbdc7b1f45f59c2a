"""A copy of the project in which a stranger's task is done, and what it took: for the tests of such tasks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("jobvej", "sim", "reforms", "calibration")


def copied_to(folder: Path) -> Path:
    """Copy the packages to a folder and return it."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def with_tests(project: Path) -> Path:
    """Add the tests and the documents to a copy of the project, and return it."""
    for folder in ("tests", "docs", "bench"):
        shutil.copytree(ROOT / folder, project / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "Makefile", "CHANGELOG.md"):
        shutil.copy(ROOT / file, project)
    return project


def run_tests(project: Path, *arguments: str) -> str:
    """Run tests of a copy with pytest and return what it prints."""
    return _run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments)


def contents(project: Path) -> dict[str, bytes]:
    """Return the files of a copy, machine code of Python left out."""
    files = (path for path in project.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in files}


def touched(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    """Return the files that differ."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def replaced(file: Path, old: str, new: str) -> None:
    """Put ``new`` in the place of ``old``, which must stand in the file once."""
    text = file.read_text("utf-8")
    assert text.count(old) == 1, f"'{old}' stands {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new), "utf-8")


def run(project: Path, *arguments: str) -> str:
    """Run the command line of a copy and return what it prints."""
    return _run(project, "-m", "jobvej.cli", *arguments)


def python(project: Path, code: str) -> str:
    """Run code against a copy and return what it prints."""
    return _run(project, "-c", code)


def _run(project: Path, *arguments: str) -> str:
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=project, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(project)},
    )  # fmt: skip
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr
    return result.stdout
