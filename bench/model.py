"""The whole model, measured: a national run, where the time of its week goes, and what starting takes."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import LabourMarket
from sim.calendar import Week
from sim.runs.tables import frame_bytes

START = "2024-W01"
#: What is timed by the clock, from the shell's prompt and back.
COMMANDS = (("--help",), ("reforms", "list"))
TINY_RUN = ("run", "--scale", "0.01", "--to", "2024-W01", "--quiet")


class Timing(NamedTuple):
    """Seconds on one core (user and system), and by the clock; megabytes."""

    scale: float
    weeks: int
    people: int
    start: float  # population, jobs and jobcentres of the first week
    simulating: float
    half: float  # of it the first half of the weeks
    writing: float
    wall: float
    peak_mb: float
    one_pass_ms: float  # all columns of the people read once at memory speed
    by_act: dict[str, float]  # seconds of all weeks, by 'phase: act' or by phase


class Startup(NamedTuple):
    """Seconds of a command, by the clock and of all its processes together."""

    name: str
    wall: float
    cpu: float


def time_run(scale: float, weeks: int) -> Timing:
    """Run the baseline and write its tables (all but the sample of spells) to a scratch folder."""
    LabourMarket(start=START, end="2024-W02", scale=0.002).run()  # loads or compiles the machine code
    clock, wall = [time.process_time()], time.perf_counter()
    market = LabourMarket(start=START, end=(Week.parse(START) + (weeks - 1)).label, scale=scale)
    clock.append(time.process_time())
    by_act = Counter[str]()
    for last in (weeks // 2, weeks):
        while market.week < last:
            by_act.update(market.timed_step())
        clock.append(time.process_time())
    with tempfile.TemporaryDirectory() as folder:
        frames = {
            "outcomes": market.outcomes(),
            "ledger": market.ledger_table(),
            "people": market.people_table(),
        }
        for name, frame in frames.items():
            content = frame_bytes(name, frame, scenario="baseline", draw=0, replicate=0)
            (Path(folder) / f"{name}.arrow").write_bytes(content)
    clock.append(time.process_time())
    start, first, second, writing = np.diff(clock).tolist()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    passed = time.perf_counter() - wall
    return Timing(
        scale, weeks, market.world.people.person.size, start, first + second, first, writing, passed, peak,
        one_pass_ms(market), dict(by_act),
    )  # fmt: skip


def one_pass_ms(market: LabourMarket) -> float:
    """Milliseconds to read everything that is known of every person once, at memory speed."""
    people, k = market.world.people, market.world.clients.everybody
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


def startups() -> list[Startup]:
    """Time a tiny run with an empty cache of machine code, the same run again, and two small commands."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"XDG_CACHE_HOME": f"{folder}/cache"}
        runs = [
            _timed(name, (*TINY_RUN, "--out", f"{folder}/{at}"), environment)
            for at, name in enumerate(("first start (compiles)", "every later start"))
        ]
        for command in COMMANDS:
            _timed("", command, environment)  # fills the caches
            runs.append(_timed(f"`jobvej {' '.join(command)}`", command, environment))
    return runs


def _timed(name: str, arguments: tuple[str, ...], environment: dict[str, str]) -> Startup:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "jobvej.cli", *arguments]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Startup(name, wall, cpu)


if __name__ == "__main__":
    print(json.dumps(time_run(float(sys.argv[1]), int(sys.argv[2]))._asdict()))
