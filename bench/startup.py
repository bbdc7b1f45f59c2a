"""What the command line takes to start: the first time on a machine, and ever after."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

COMMAND = ("run", "--scale", "0.01", "--to", "2024-W08", "--quiet")


class Startup(NamedTuple):
    """Seconds of a tiny run, by the clock and of all its processes together."""

    name: str
    wall: float
    cpu: float


def startups() -> list[Startup]:
    """Time a tiny run with an empty cache of machine code, and the same run again."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"XDG_CACHE_HOME": f"{folder}/cache"}
        return [
            _timed(name, f"{folder}/{at}", environment)
            for at, name in enumerate(("first start (compiles)", "every later start"))
        ]


def _timed(name: str, out: str, environment: dict[str, str]) -> Startup:
    command = [sys.executable, "-m", "jobvej.cli", *COMMAND, "--out", out]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Startup(name, wall, cpu)
