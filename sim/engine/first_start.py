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

from sim.engine.compiled import PROJECT, source_digest, why_not_kept
from sim.engine.kept_list import cache_folder, trusted

MESSAGE = "Compiling the model for this machine (once for each version; about half a minute) ..."
KEPT_SECONDS = 30 * 24 * 3600.0
#: Each process runs a small world, beginning with its own half of the week, about as much to compile as the
#: other's; what the other has compiled by the time it meets it, it loads.  All that moves people is in the
#: first half.
HALVES = (
    ("law", "demand", "matching", "transitions"),
    ("contact", "programmes", "money", "slow decisions", "count", "record"),
)
#: What such a process does: this very copy of the project, whatever lies in the folder it is started from.
_ONE_HALF = (
    f"import sys; {str(PROJECT)!r} in sys.path or sys.path.insert(0, {str(PROJECT)!r}); "
    "from sim.engine.first_start import compile_week; compile_week(sys.argv[1:])"
)
#: The phase that makes the rules of all others.
_LAW = "law"


def compile_if_new(say: Callable[[str], None]) -> None:
    """Compile the model if this version has not been compiled on this machine; ``say`` so before.

    Where code cannot be kept that is said instead; where compiling fails, what is missing is compiled when
    it is needed.
    """
    mark = cache_folder() / "kernels" / f"compiled-{_digest()}"
    if mark.is_file() and trusted(mark.parent):
        with contextlib.suppress(OSError):
            mark.touch()
        return
    why = why_not_kept()
    if why:
        say(f"Machine code is not kept ({why}): the model is compiled in memory, some minutes each time ...")
        return
    with contextlib.suppress(OSError):
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
    """Return a hash of all code that the model depends on, of the compiler and of this kind of processor."""
    text = source_digest(PROJECT / "sim" / "model.py") + sys.version + processor()
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def processor() -> str:
    """Return what machine code for this processor is told by: another one in the same house needs its own."""
    from numba.core.registry import cpu_target

    return repr(cpu_target.target_context.codegen().magic_tuple())


def _used() -> list[str]:
    """Return the names of the folders with this version's machine code."""
    names = (f"{file.stem}-{source_digest(file)}" for file in (PROJECT / "sim").rglob("*.py"))
    return sorted(name for name in names if (_folder() / name).is_dir())


def _compile() -> bool:
    """Let two processes compile; return whether both came to the end."""
    started = []
    try:
        for half in HALVES:
            command = [sys.executable, "-P", "-c", _ONE_HALF, *half]
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
