"""What a run will take, said before it starts; too much for this machine is refused.

The constants were measured on one core of a two-core machine with the model as it is; they are for planning,
and ``timing.json`` in the results folder says how long the run really took.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError, named
from sim.runs.available import CITIZEN_BYTES, CITIZENS, PROCESS_BYTES, available_memory, said_bytes
from sim.runs.branching import Job, last_done
from sim.runs.plan import Task

#: Seconds of one core: to load the program, for a week of any size, for a citizen's week, for a citizen
#: of a new run, of a copy of a run, and of the tables of persons.
PROCESS_SECONDS = 5.0
WEEK_SECONDS = 0.007
CITIZEN_WEEK_SECONDS = 1.33e-7
NEW_CITIZEN_SECONDS = 1.4e-6
COPIED_CITIZEN_SECONDS = 3.2e-7
TABLE_CITIZEN_SECONDS = 1e-6
PART_SECONDS = 0.3
#: Memory for each citizen while the tables of persons are made.
TABLE_CITIZEN_BYTES = 250
#: Disk of one run: tables of about 23,000 rows a year, and the citizens of the first draw and replicate.
PART_BYTES_PER_YEAR = 100_000
PERSON_BYTES = 9


@dataclass(frozen=True)
class Estimate:
    """Seconds, bytes of memory at once and bytes of disk."""

    seconds: float
    memory: int
    disk: int

    def __str__(self) -> str:
        memory, disk = said_bytes(self.memory), said_bytes(self.disk)
        return f"about {_time(self.seconds)}, {memory} of memory, {disk} of disk"


def estimate(jobs: Sequence[Job], workers: int) -> Estimate:
    """Return what jobs will take with a number of workers."""
    load = PROCESS_SECONDS if jobs else 0.0
    memory = sum(sorted(map(_memory, jobs), reverse=True)[: max(workers, 1)])
    return Estimate(
        load + last_done(map(_seconds, jobs), workers),
        memory,
        2 * sum(_disk(task) for job in jobs for task in job.tasks),
    )


def _seconds(job: Job) -> float:
    citizens = CITIZENS * job.tasks[0].scale
    made = NEW_CITIZEN_SECONDS + (len(job.tasks) - 1) * COPIED_CITIZEN_SECONDS
    tables = sum(task.with_persons for task in job.tasks) * TABLE_CITIZEN_SECONDS
    weeks = job.weeks * (WEEK_SECONDS + citizens * CITIZEN_WEEK_SECONDS)
    return weeks + citizens * (made + tables) + len(job.tasks) * PART_SECONDS


def _memory(job: Job) -> int:
    """Return the bytes of one process: a branch is in memory beside the run that it leaves."""
    each = CITIZEN_BYTES * (2 if job.branches else 1)
    each += TABLE_CITIZEN_BYTES * any(task.with_persons for task in job.tasks)
    return int(PROCESS_BYTES + CITIZENS * job.tasks[0].scale * each)


def _disk(task: Task) -> int:
    people = CITIZENS * task.scale * PERSON_BYTES if task.with_persons else 0.0
    return int(PART_BYTES_PER_YEAR * task.weeks / 52 + people)


def refuse_if_too_large(
    jobs: Sequence[Job],
    workers: int,
    folder: Path,
    *,
    memory: int | None = None,
    disk: int | None = None,
) -> None:
    """Raise InputError if memory or disk would not suffice, with what would fit.

    Parameters
    ----------
    memory, disk
        Bytes that are free; None asks the system.
    """
    if not jobs:
        return
    needed = estimate(jobs, workers)
    _refuse_memory(jobs, workers, needed.memory, available_memory() if memory is None else memory)
    disk = free_disk(folder) if disk is None else disk
    if disk is not None and needed.disk > disk:
        raise InputError(
            f"this run needs about {said_bytes(needed.disk)} of disk, and {said_bytes(disk)} is free for "
            f"{folder}: "
            f"choose another folder ({named('out')}), or lower {named('draws')} or {named('replicates')}"
        )


def _refuse_memory(jobs: Sequence[Job], workers: int, needed: int, available: int | None) -> None:
    if available is None or needed <= available:
        return
    largest = max(jobs, key=_memory)
    at_once, scale = max(1, min(workers, len(jobs))), largest.tasks[0].scale
    fitting, advice = available // _memory(largest), []
    if at_once > 1 and fitting >= 1:
        advice.append(named("workers", fitting))
    share = (available / at_once - PROCESS_BYTES) / (_memory(largest) - PROCESS_BYTES)
    if scale * share >= 0.001:
        advice.append(named("scale", f"{_round_down(scale * share):g}"))
    if largest.branches:
        advice.append(
            f"{named('branching', False)} (less memory, but weeks that runs share are simulated again)"
        )
    fits = f"; what fits: {' or '.join(advice)}" if advice else ""
    raise InputError(
        f"this run needs about {said_bytes(needed)} of memory for {at_once} workers at once "
        f"at scale {scale:g}, and {said_bytes(available)} is free{fits}"
    )


def free_disk(folder: Path) -> int | None:
    """Return the bytes of disk that are free where a folder is or will be; None if unknown."""
    there = next((place for place in (folder, *folder.resolve().parents) if place.is_dir()), None)
    try:
        return shutil.disk_usage(there).free if there is not None else None
    except OSError:
        return None


def _round_down(scale: float) -> float:
    step = 0.1 if scale >= 0.2 else 0.01 if scale >= 0.02 else 0.001
    return int(scale / step) * step


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
