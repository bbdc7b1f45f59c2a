"""One full run with every mechanism on, timed: ``python -m bench.national SCALE WEEKS`` prints JSON."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import LabourMarket
from sim.calendar import Week

START = "2024-W01"


class Timing(NamedTuple):
    """Seconds on one core (user and system), and by the clock; megabytes."""

    scale: float
    weeks: int
    citizens: int
    start: float  # population, jobs and jobcentres of the first week
    simulating: float
    half: float  # of it the first half of the weeks
    writing: float
    wall: float
    peak_mb: float
    one_pass_ms: float  # all of the citizens' columns read once at memory speed


def time_run(scale: float, weeks: int) -> Timing:
    """Run the baseline and write its tables (all but the sample of spells) to a scratch folder."""
    clock, wall = [time.process_time()], time.perf_counter()
    end = (Week.parse(START) + (weeks - 1)).label
    world = LabourMarket(start=START, end=end, scale=scale)
    clock.append(time.process_time())
    world.run(until=weeks // 2)
    clock.append(time.process_time())
    world.run()
    clock.append(time.process_time())
    with tempfile.TemporaryDirectory() as folder:
        for name in ("outcomes", "ledger_table", "people_table"):
            getattr(world, name)().to_parquet(Path(folder) / f"{name}.parquet", index=False)
    clock.append(time.process_time())
    start, first, second, writing = np.diff(clock).tolist()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    passed = time.perf_counter() - wall
    return Timing(
        scale, weeks, world.world.people.person.size, start, first + second, first, writing, passed, peak,
        one_pass_ms(world),
    )  # fmt: skip


def one_pass_ms(world: LabourMarket) -> float:
    """Milliseconds to read everything that is known of everybody once, at memory speed."""
    people, k = world.world.people, world.world.clients.everybody
    columns: list[NDArray[Any]] = [people.person, people.status, people.on_file, *people.calendar]
    columns += [k.id, k.key, k.state, k.person, k.spell, k.contact, k.programme]
    best = np.inf
    for _ in range(5):
        began = time.perf_counter()
        for column in columns:
            raw = column.view(np.ndarray).view(np.uint8)
            raw[: raw.size // 8 * 8].view(np.uint64).max()
        best = min(best, time.perf_counter() - began)
    return float(best * 1000)


if __name__ == "__main__":
    print(json.dumps(time_run(float(sys.argv[1]), int(sys.argv[2]))._asdict()))
