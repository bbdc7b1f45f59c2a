"""The memory that there is, and what a world takes of it."""

from __future__ import annotations

import os
from pathlib import Path

from sim.errors import InputError, named

#: Citizens of working age at scale 1.
CITIZENS = 3_600_000
#: Memory of a process: fixed (libraries, compiled code), and for each citizen of each run in it.
PROCESS_BYTES = 400_000_000
CITIZEN_BYTES = 180


def refuse_large_worlds(scale: float, at_once: int) -> None:
    """Raise InputError if so many worlds of a scale at once would not fit into memory, with what would."""
    each = PROCESS_BYTES + CITIZENS * scale * CITIZEN_BYTES
    free = available_memory()
    if free is None or each * at_once <= free:
        return
    fitting = int(free // each)
    fits = f"; what fits: {named('workers', fitting)}" if fitting >= 1 else f": lower {named('scale')}"
    raise InputError(
        f"{at_once} worlds of scale {scale:g} at once need about {said_bytes(each * at_once)} of memory, and "
        f"{said_bytes(free)} is free{fits}"
    )


def available_memory() -> int | None:
    """Return the bytes of memory that a run may take; None where the system does not say."""
    found = [value for value in (_free_memory(), _group_limit()) if value is not None]
    return min(found) if found else None


def _free_memory() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _group_limit() -> int | None:
    """Return the memory limit of a container (Linux control groups, version 2)."""
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
        return int(limit) if limit != "max" else None
    except (OSError, ValueError):
        return None


def said_bytes(number: float) -> str:
    """Return a number of bytes as people say it."""
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{max(1, round(number / 1e6))} MB"
