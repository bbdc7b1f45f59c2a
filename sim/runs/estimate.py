"""What a run will take, said before it starts; too much for this machine is refused.

The constants were measured on one core of a two-core machine with the model as it is; they are for planning,
and ``timing.json`` in the results folder says how long the run really took.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError
from sim.runs.plan import Plan

#: Citizens of working age at scale 1.
CITIZENS = 3_600_000
#: Citizen-weeks a second on one core, and seconds to load the program, set a world up and write it out.
CITIZEN_WEEKS_PER_SECOND = 700_000.0
WORLD_SECONDS = 7.0
#: Memory of one world: fixed (libraries, compiled code, tables) and per citizen.
WORLD_BYTES = 400_000_000
CITIZEN_BYTES = 900
#: Disk of one world: tables of about 23,000 rows a year, and the citizens of the first draw and replicate.
PART_BYTES_PER_YEAR = 100_000
PERSON_BYTES = 9


@dataclass(frozen=True)
class Estimate:
    """Seconds, bytes of memory at once and bytes of disk."""

    seconds: float
    memory: int
    disk: int

    def __str__(self) -> str:
        return f"about {_time(self.seconds)}, {_bytes(self.memory)} of memory, {_bytes(self.disk)} of disk"


def estimate(plan: Plan, workers: int, tasks: int | None = None) -> Estimate:
    """Return what a plan will take with a number of workers, if this many tasks are still to do."""
    tasks = len(plan.tasks) if tasks is None else tasks
    citizens = CITIZENS * plan.scale
    each = WORLD_SECONDS + citizens * plan.weeks / CITIZEN_WEEKS_PER_SECOND
    rounds = -(-tasks // max(workers, 1))
    memory = int(WORLD_BYTES + citizens * CITIZEN_BYTES) * max(1, min(workers, tasks))
    years = plan.weeks / 52
    disk = int(
        2 * len(plan.tasks) * PART_BYTES_PER_YEAR * years + 2 * len(plan.scenarios) * citizens * PERSON_BYTES
    )
    return Estimate(each * rounds, memory, disk)


def refuse_if_too_large(plan: Plan, workers: int, available: int | None = None) -> None:
    """Raise InputError if memory would not suffice, with the scale and the workers that would fit."""
    available = available_memory() if available is None else available
    needed = estimate(plan, workers).memory
    if available is None or needed <= available:
        return
    at_once = max(1, min(workers, len(plan.tasks)))
    one = estimate(plan, 1).memory
    advice = []
    if one <= available and at_once > 1:
        advice.append(f"--workers {available // one}")
    scale = (available / at_once - WORLD_BYTES) / (CITIZENS * CITIZEN_BYTES)
    if scale >= 0.001:
        advice.append(f"--scale {_round_down(scale):g}")
    fits = f"; what fits: {' or '.join(advice)}" if advice else ""
    raise InputError(
        f"this run needs about {_bytes(needed)} of memory for {at_once} worlds at once "
        f"at scale {plan.scale:g}, and {_bytes(available)} is free{fits}"
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


def _round_down(scale: float) -> float:
    step = 0.1 if scale >= 0.2 else 0.01 if scale >= 0.02 else 0.001
    return int(scale / step) * step


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _bytes(number: float) -> str:
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{max(1, round(number / 1e6))} MB"
