"""The first start on a machine: the model is compiled once, by two processes, and the user is told.

Machine code is kept by the content it was made from (:mod:`sim.engine.compiled`).  A mark beside it says that
all of a version's code is there and when that version was last used; code that no version has used for a
month is removed.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sim.engine.compiled import PROJECT, source_digest
from sim.engine.kept_list import cache_folder

MESSAGE = "Compiling the model for this machine (once for each version; about half a minute) ..."
KEPT_SECONDS = 30 * 24 * 3600.0
#: Each process runs a small world, beginning with its own half of the week, about as much to compile as the
#: other's; what the other has compiled by the time it meets it, it loads.  All that moves people is in the
#: first half.
HALVES = (
    ("law", "demand", "matching", "transitions"),
    ("contact", "programmes", "money", "slow decisions", "count", "record"),
)
#: The phase that makes the rules of all others.
_LAW = "law"


def compile_if_new(say: Callable[[str], None]) -> None:
    """Compile the model if this version has not been compiled on this machine; ``say`` so before.

    Where compiling or keeping fails, nothing is said: what is missing will be compiled when it is needed.
    """
    with contextlib.suppress(OSError):
        mark = _folder() / f"compiled-{_digest()}"
        if mark.exists():
            mark.touch()
            return
        say(MESSAGE)
        if _compile():
            mark.write_text("\n".join(_used()), "utf-8")
            remove_unused(time.time() - KEPT_SECONDS)


def remove_unused(before: float) -> None:
    """Remove machine code of versions last used ``before`` (seconds since 1970)."""
    kept: set[str] = set()
    for mark in _folder().glob("compiled-*"):
        if mark.stat().st_mtime < before:
            mark.unlink(missing_ok=True)
        else:
            kept.update(mark.read_text("utf-8").split())
    for folder in _folder().iterdir():
        if folder.is_dir() and folder.name not in kept and folder.stat().st_mtime < before:
            shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    folder = cache_folder() / "kernels"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _digest() -> str:
    """Return a hash of all code that the model depends on, and of the compiler."""
    text = source_digest(PROJECT / "sim" / "model.py") + sys.version
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _used() -> list[str]:
    """Return the names of the folders with this version's machine code."""
    names = (f"{file.stem}-{source_digest(file)}" for file in (PROJECT / "sim").rglob("*.py"))
    return sorted(name for name in names if (_folder() / name).is_dir())


def _compile() -> bool:
    """Let two processes compile; return whether both came to the end."""
    started = []
    try:
        for half in HALVES:
            command = [sys.executable, "-m", "sim.engine.first_start", *half]
            started.append(subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL))
        return [process.wait() for process in started] == [0, 0]
    finally:
        for process in started:
            process.kill()


def compile_week(first: Sequence[str]) -> None:
    """Run two small weeks, before them the acts of these phases: they are compiled on the way."""
    from sim.model import LabourMarket
    from sim.week import WEEK, run_acts

    market = LabourMarket(scale=0.002, end="2024-W02")
    market.enter_week()
    acts = tuple(act for phase in WEEK if phase.name in (_LAW, *first) for act in phase.acts)
    for _ in run_acts(market.world, acts):
        pass
    market.run()


if __name__ == "__main__":
    compile_week(sys.argv[1:])
