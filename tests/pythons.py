"""A small run and its reports on every Python of this machine: ``make pythons``, and what CI ends with.

Environments are kept in ``.cache/pythons`` and made anew when what goes into them has changed; the Python
that runs this file has one already.  A Python that is not there, or lacks a part of its library, is named and
skipped.

``--packages plain`` is what a stranger does: ``pip install .`` without the lock and without the tools of the
tests, on the newest Python there is.  The run is done from another folder, so that only what was installed
counts.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
KEPT = ROOT / ".cache" / "pythons"
#: Locked; the oldest or newest that pyproject.toml allows, with the tools of the tests; what pip brings.
PACKAGES = ("locked", "oldest", "newest", "plain")
#: Some Pythons were built without one of these.
PARTS = "import bz2, ctypes, lzma, sqlite3, ssl, sys, zlib; print('%d.%d' % sys.version_info[:2])"
#: Short, but the reform is in force in its last weeks, and a year is closed.
RUN = (
    "--reform", "cut-3bn", "--from", "2025-W51", "--to", "2026-W04", "--scale", "0.003", "--draws", "1",
    "--quiet",
)  # fmt: skip


class FailedError(Exception):
    """A command that did not end well."""


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a command, by default in the project's folder; what it printed is shown only if it fails."""
    texts = [str(word) for word in command]
    given = {name: value for name, value in os.environ.items() if name != "PYTHONPATH" or cwd == ROOT}
    done = subprocess.run(texts, cwd=cwd, env=given, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise FailedError(f"{' '.join(texts)} ended with {done.returncode}\n{done.stdout}{done.stderr}")


def find(python: str) -> tuple[Path | None, str]:
    """Return an interpreter of this version, or None and why there is none."""
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    by_number = sorted(versions.glob(f"{python}.*"), key=lambda folder: (len(folder.name), folder.name))
    candidates = [folder / "bin" / "python" for folder in reversed(by_number)]
    on_path = shutil.which(f"python{python}")
    why = "not on this machine"
    for candidate in (*candidates, *([Path(on_path)] if on_path else [])):
        asked = subprocess.run([str(candidate), "-c", PARTS], capture_output=True, text=True, check=False)
        if asked.returncode == 0 and asked.stdout.strip() == python:
            return candidate, ""
        if "Error" in asked.stderr:
            why = f"skipped: {candidate}: {asked.stderr.strip().splitlines()[-1]}"
    return None, why


def environment(python: str, interpreter: Path, packages: str) -> Path:
    """Return the interpreter of an environment with ``packages``; see :data:`PACKAGES`."""
    if packages == "locked" and python == f"{sys.version_info[0]}.{sys.version_info[1]}":
        return Path(sys.executable)
    folder = KEPT / (python if packages == "locked" else f"{python}-{packages}")
    inside = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    wanted = (packages.encode(), str(interpreter).encode(), (ROOT / "pyproject.toml").read_bytes())
    made_from = (*wanted, LOCK.read_bytes())
    digest, mark = hashlib.sha256(b"\0".join(made_from)).hexdigest(), folder / "made-from"
    if mark.is_file() and mark.read_text("utf-8") == digest:
        if packages == "plain":  # the packages stay; Jobvej itself is installed anew
            run(sys.executable, "-m", "uv", "--quiet", "pip", "install", "--python", inside,
                "--reinstall-package", "jobvej", ROOT)  # fmt: skip
        return inside
    shutil.rmtree(folder, ignore_errors=True)
    uv = (sys.executable, "-m", "uv", "--quiet")
    run(*uv, "venv", "--python", interpreter, folder)
    install = (*uv, "pip", "install", "--python", inside)
    if packages == "locked":
        run(*uv, "pip", "sync", "--python", inside, "--require-hashes", LOCK)
        run(*install, "--no-deps", "--no-build-isolation", "--editable", ROOT)
    elif packages == "plain":
        run(*install, ROOT)
    else:
        resolution = "lowest-direct" if packages == "oldest" else "highest"
        run(*install, "--resolution", resolution, "--editable", f"{ROOT}[dev]")
    mark.write_text(digest, "utf-8")
    return inside


def try_out(python: Path, *, plain: bool = False) -> None:
    """Compare a reform with the baseline, write its reports, and test that all imports are declared.

    ``plain``: from another folder than the project's, and without the test, whose tools are not there.
    """
    jobvej = (python, "-W", "error::FutureWarning", "-m", "jobvej.cli")
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) if plain else ROOT
        run(*jobvej, "compare", *RUN, "--out", f"{scratch}/run", cwd=place)
        run(*jobvej, "report", f"{scratch}/run", "--lang", "da", cwd=place)
        if not plain:
            run(*jobvej, "report", f"{scratch}/run", "--lang", "en", "--format", "pdf")
        for name in ("report-da.html",) if plain else ("report-da.html", "report-en.pdf"):
            if (Path(scratch) / "run" / name).stat().st_size < 50_000:
                raise FailedError(f"{name} is all but empty")
    if plain:
        return
    run(python, "-m", "pytest", ROOT / "tests" / "test_dependencies.py")


def main() -> int:
    """Try each Python; return 1 if one failed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("pythons", nargs="+", metavar="3.11")
    options.add_argument("--packages", choices=PACKAGES, default="locked")
    given = options.parse_args()
    tried, failed = 0, 0
    plain = given.packages == "plain"
    for python in reversed(given.pythons) if plain else given.pythons:
        interpreter, why = find(python)
        if interpreter is None:
            print(f"Python {python}: {why}", flush=True)
            continue
        began = time.monotonic()
        try:
            try_out(environment(python, interpreter, given.packages), plain=plain)
            said = (
                "pip install ., a small run, a report"
                if plain
                else "a small run, its reports, imports declared"
            )
        except FailedError as reason:
            failed += 1
            said = f"FAILED: {reason}"
        tried += 1
        print(f"Python {python} ({interpreter}): {said}, {time.monotonic() - began:.0f} s", flush=True)
        if plain:
            break
    if tried == 0:
        print("None of these Pythons was found by its own name; the tests ran on the one of .venv.")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
