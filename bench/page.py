"""docs/performance.md: what was measured, on what machine, beside what was asked for."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from bench.engines import Agreement, Pace
from bench.model import Startup, Timing
from bench.reference import Reference

#: What is asked for now; seconds, megabytes and ratios.
WANTED_REFERENCES, WANTED_LATER = 8.0, 5.0
WANTED_SECONDS, WANTED_MB, WANTED_START, WANTED_RATIO = 45.0, 1200.0, 3.0, 10.5
#: By the clock, in the order of :func:`bench.model.startups`.
WANTED_STARTS = (25.0, 2.0, 0.4, 0.4)
#: Acts that take less of a week than this are shown as one line.
SHOWN = 0.01


class Measured(NamedTuple):
    """All that stands on the page."""

    whole: Timing
    tenth: Timing
    reference: tuple[Reference, Reference]  # before and after the whole model
    started: Sequence[Startup]
    paces: Sequence[Pace]
    agreement: Sequence[Agreement]
    load: tuple[float, float]  # the machine's load average before and after the measurements


def page(m: Measured) -> str:
    """Return the page in Markdown."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "mesa"))
    return "\n".join(
        [
            "# Performance",
            "",
            f"Written by `make bench` on {date.today().isoformat()}; do not edit. Machine: {machine()}; "
            f"Python {platform.python_version()}, {libraries}; commit {_commit()}.",
            "Seconds are user and system time of one core unless they say *by the clock*. The machine's load "
            f"was {m.load[0]:.1f} when the measurements began and {m.load[1]:.1f} when they ended: what else "
            "ran shares its caches, so a busy machine's figures are too high. Ratios suffer less.",
            "",
            "## A national run",
            "",
            *_national(m),
            "",
            "## Where the week's time goes",
            "",
            *_by_act(m.whole),
            "",
            "## Starting",
            "",
            *_starting(m.started),
            "",
            "## The same rules, other engines",
            "",
            *_engines(m.paces, m.whole),
            "",
            "## That it is the same work",
            "",
            *_agreement(m.agreement),
            "",
        ]
    )


def machine() -> str:
    """Return the processor, cores and memory in words."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = [line for line in cpuinfo.read_text("utf-8").splitlines() if line.startswith("model name")]
        model = lines[0].split(":")[1].strip() if lines else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GB"


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cells) + " |" for cells in lines]


def _verdict(value: float, wanted: float) -> str:
    return "met" if value <= wanted else f"missed: {value / wanted:.1f} times as much"


def _national(m: Measured) -> list[str]:
    one, tenth = m.whole, m.tenth
    weekly = one.simulating / one.weeks
    decade = one.start + weekly * 520 + one.writing
    bare = sum(each.week_ms for each in m.reference) / len(m.reference)
    references = weekly * 1000 / bare
    ratio = weekly / (tenth.simulating / tenth.weeks)
    later = (one.simulating - one.half) / (one.weeks - one.weeks // 2)
    halves = later / (one.half / (one.weeks // 2))
    scaled = "" if one.weeks == 520 else f" (from {one.weeks} weeks)"
    passes = f"a week is {weekly * 1000 / one.one_pass_ms:.1f} passes"
    rows = [
        (
            "**a week of the model over one of the bare reference**",
            f"**{references:.1f}**",
            f"{WANTED_REFERENCES:g}",
            f"{_verdict(references, WANTED_REFERENCES)}; later {WANTED_LATER:g}",
        ),
        ("a week", f"{weekly * 1000:.0f} ms", "", ""),
        (
            "a week of the bare reference, before and after",
            " and ".join(f"{each.week_ms:.1f}" for each in m.reference) + " ms",
            "",
            "",
        ),
        (
            f"520 weeks{scaled}",
            f"{decade:.0f} s",
            f"{WANTED_SECONDS:.0f} s",
            _verdict(decade, WANTED_SECONDS),
        ),
        ("memory at most", f"{one.peak_mb:.0f} MB", f"{WANTED_MB:.0f} MB", _verdict(one.peak_mb, WANTED_MB)),
        (
            "the first week's world",
            f"{one.start:.1f} s",
            f"{WANTED_START:.0f} s",
            _verdict(one.start, WANTED_START),
        ),
        (
            f"a week at scale {one.scale:g} over one at {tenth.scale:g}",
            f"{ratio:.1f}",
            f"{WANTED_RATIO}",
            _verdict(ratio, WANTED_RATIO),
        ),
        ("a week of the second half over one of the first", f"{halves:.2f}", "1", "linear in weeks at 1"),
        ("one pass over all columns at memory speed", f"{one.one_pass_ms:.0f} ms", "", passes),
    ]
    late = m.reference[0]
    return [
        f"Scale {one.scale:g}, {one.people:,} people, every mechanism on, {one.weeks} weeks, all tables "
        "but the spell sample:",
        "",
        *_table(("", "measured", "wanted", ""), rows),
        "",
        "The bare reference ([bench/reference.py](../bench/reference.py)) is a minimal weekly job market, "
        "columns and compiled: jobs end, a queue for caseworkers, search, shares refunded, keyed draws. "
        f"{late.people:,} people, {late.unemployed:.1%} of them unemployed, {late.spell:.0f} weeks a spell.",
    ]


def _by_act(one: Timing) -> list[str]:
    """By phase and act, in the order of the week; acts that take next to nothing on one line."""
    total = one.simulating
    rest = total - sum(one.by_act.values())
    small = {name: spent for name, spent in one.by_act.items() if spent < SHOWN * total}
    lines = [(name, spent) for name, spent in one.by_act.items() if name not in small]
    if small:
        lines.append((f"{len(small)} more, each below {SHOWN:.0%}", sum(small.values())))
    lines.append(("the rest: law of the week, counts, records", rest))
    return _table(
        ("", "ms a week", "share"),
        [(name, f"{spent / one.weeks * 1000:.1f}", f"{spent / total:.0%}") for name, spent in lines],
    )


def _starting(started: Sequence[Startup]) -> list[str]:
    rows = [
        (
            each.name,
            f"{each.wall:.1f} s",
            f"{each.cpu:.1f} s",
            f"{wanted:g} s, {_verdict(each.wall, wanted)}",
        )
        for each, wanted in zip(started, WANTED_STARTS, strict=True)
    ]
    return [
        "From the shell's prompt and back; the starts are those of `jobvej run --scale 0.01 --to 2024-W01`:",
        "",
        *_table(("", "by the clock", "all processes", "wanted by the clock"), rows),
    ]


def _engines(paces: Sequence[Pace], whole: Timing) -> list[str]:
    best = max(each.person_weeks_a_second for each in paces)
    full = whole.people * whole.weeks / whole.simulating
    rows = [
        (
            each.engine,
            f"{each.scale:g}",
            f"{each.weeks}",
            f"{each.seconds:.2f} s",
            f"{each.person_weeks_a_second / 1e6:.2f} m",
            f"{best / each.person_weeks_a_second:.1f}",
        )
        for each in paces
    ]
    mesa = paces[0].person_weeks_a_second
    return [
        "A reduced job market (jobs lost, search, exhaustion of the right, benefits and co-financing by the "
        "refund clock; [bench/reduced.py](../bench/reduced.py)), all in this run:",
        "",
        *_table(
            ("engine", "scale", "weeks", "time", "person-weeks a second", "time relative to the fastest"),
            rows,
        ),
        "",
        f"The whole model with every mechanism on simulates {full / 1e6:.1f} m person-weeks a second: "
        f"{full / mesa:.0f} times as many as Mesa agents under the reduced rules.",
    ]


def _agreement(agreement: Sequence[Agreement]) -> list[str]:
    rows = [
        (
            each.measure,
            f"{each.jobvej:,.1f}",
            f"{each.numpy:,.1f}",
            f"{each.mesa:,.1f}",
            f"{each.deviation:+.1f}",
        )
        for each in agreement
    ]
    head = ("mean over seeds", "Jobvej", "plain numpy", "Mesa agents", "Mesa's difference, standard errors")
    return [
        "All engines start from the same people. Plain numpy uses Jobvej's keyed draws and must agree to the "
        "øre; Mesa draws its own numbers and must agree within sampling error.",
        "",
        *_table(head, rows),
    ]
