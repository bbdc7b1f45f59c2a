"""docs/performance.md: what was measured, on what machine, beside what was asked for."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bench.agreement import Agreement
from bench.national import Timing
from bench.ratios import Pace
from bench.startup import Startup

#: Words on a profile by kernel, and on what was tried; the measurements themselves cannot say it.
WHAT_BINDS = Path(__file__).with_name("what_binds.md")

WANTED_SECONDS, WANTED_MB, WANTED_START, WANTED_FIRST, WANTED_RATIO = 60.0, 2000.0, 5.0, 20.0, 10.5


def machine() -> str:
    """Return the processor, cores and memory in words."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = [line for line in cpuinfo.read_text("utf-8").splitlines() if line.startswith("model name")]
        model = lines[0].split(":")[1].strip() if lines else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GB"


def page(
    national: Timing,
    tenth: Timing,
    started: Sequence[Startup],
    paces: Sequence[Pace],
    agreement: Sequence[Agreement],
    load: tuple[float, float],
) -> str:
    """Return the page; ``load`` is the machine's load average before and after the measurements."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "mesa"))
    return "\n".join(
        [
            "# Performance",
            "",
            f"Written by `make bench` on {date.today().isoformat()}; do not edit. Machine: {machine()}; "
            f"Python {platform.python_version()}, {libraries}; commit {_commit()}.",
            "Seconds are user and system time of one core unless they say *by the clock*. The machine's load "
            f"was {load[0]:.1f} when the measurements began and {load[1]:.1f} when they ended: what else ran "
            "shares its caches, so a busy machine's figures are too high.",
            "",
            "## A national run",
            "",
            *_national(national, tenth),
            "",
            WHAT_BINDS.read_text("utf-8"),
            "## Starting",
            "",
            *_starting(started),
            "",
            "## The same rules, other engines",
            "",
            *_engines(paces, national),
            "",
            "## That it is the same work",
            "",
            *_agreement(agreement),
            "",
        ]
    )


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"


def _verdict(value: float, wanted: float) -> str:
    return "met" if value <= wanted else f"missed: {value / wanted:.1f} times as much"


def _national(one: Timing, tenth: Timing) -> list[str]:
    weekly = one.simulating / one.weeks
    decade = one.start + weekly * 520 + one.writing
    ratio = weekly / (tenth.simulating / tenth.weeks)
    later = (one.simulating - one.half) / (one.weeks - one.weeks // 2)
    halves = later / (one.half / (one.weeks // 2))
    memory = _verdict(one.peak_mb, WANTED_MB)
    scaled = "" if one.weeks == 520 else f" (from {one.weeks} weeks)"
    return [
        f"Scale {one.scale:g}, {one.citizens:,} citizens, every mechanism on, {one.weeks} weeks, all tables "
        "but the spell sample:",
        "",
        "| | measured | wanted | |",
        "|---|---|---|---|",
        f"| 520 weeks{scaled} | {decade:.0f} s | {WANTED_SECONDS:.0f} s | "
        f"{_verdict(decade, WANTED_SECONDS)} |",
        f"| a week | {weekly * 1000:.0f} ms | 115 ms | {_verdict(weekly, 0.115)} |",
        f"| memory at most | {one.peak_mb:.0f} MB | {WANTED_MB:.0f} MB | {memory} |",
        f"| the first week's world | {one.start:.1f} s | {WANTED_START:.0f} s | "
        f"{_verdict(one.start, WANTED_START)} |",
        f"| a week at scale {one.scale:g} over one at {tenth.scale:g} | {ratio:.1f} | {WANTED_RATIO} | "
        f"{_verdict(ratio, WANTED_RATIO)} |",
        f"| a week of the second half over one of the first | {halves:.2f} | 1 | linear in weeks at 1 |",
        f"| one pass over all columns at memory speed | {one.one_pass_ms:.0f} ms | | a week is "
        f"{weekly * 1000 / one.one_pass_ms:.1f} passes |",
    ]


def _starting(started: Sequence[Startup]) -> list[str]:
    rows = [
        f"| {each.name} | {each.wall:.1f} s | {each.cpu:.1f} s | "
        + (f"{WANTED_FIRST:.0f} s, {_verdict(each.wall, WANTED_FIRST)} |" if at == 0 else "|")
        for at, each in enumerate(started)
    ]
    return [
        "`jobvej run --scale 0.01 --to 2024-W08`, from the shell's prompt and back:",
        "",
        "| | by the clock | all processes | wanted by the clock |",
        "|---|---|---|---|",
        *rows,
    ]


def _engines(paces: Sequence[Pace], national: Timing) -> list[str]:
    best = max(each.citizen_weeks_a_second for each in paces)
    full = national.citizens * national.weeks / national.simulating
    rows = [
        f"| {each.engine} | {each.scale:g} | {each.weeks} | {each.seconds:.2f} s | "
        f"{each.citizen_weeks_a_second / 1e6:.2f} m | {best / each.citizen_weeks_a_second:.1f} |"
        for each in paces
    ]
    mesa = paces[0].citizen_weeks_a_second
    return [
        "A reduced job market (jobs lost, search, exhaustion of the right, benefits and co-financing by the "
        "refund clock; [bench/reduced.py](../bench/reduced.py)), all in this run:",
        "",
        "| engine | scale | weeks | time | citizen-weeks a second | time relative to the fastest |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
        f"The whole model with every mechanism on lives {full / 1e6:.1f} m citizen-weeks a second: "
        f"{full / mesa:.0f} times as fast as Mesa agents live the reduced rules.",
    ]


def _agreement(agreement: Sequence[Agreement]) -> list[str]:
    rows = [
        f"| {each.measure} | {each.jobvej:,.1f} | {each.numpy:,.1f} | {each.mesa:,.1f} "
        f"| {each.deviation:+.1f} |"
        for each in agreement
    ]
    return [
        "All engines live from the same people. Plain numpy uses Jobvej's keyed draws and must agree to the "
        "øre; Mesa draws its own numbers and must agree within sampling error.",
        "",
        "| mean over seeds | Jobvej | plain numpy | Mesa agents | Mesa's difference, standard errors |",
        "|---|---|---|---|---|",
        *rows,
    ]
