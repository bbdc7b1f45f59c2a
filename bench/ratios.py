"""The reduced job market in three engines, timed in the same run: citizen-weeks a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from bench import reduced, with_mesa, with_numpy


class Pace(NamedTuple):
    """How fast an engine lives the reduced rules; seconds are user and system time of one core."""

    engine: str
    scale: float
    weeks: int
    seconds: float
    citizen_weeks_a_second: float


def paces(scale: float, mesa_scale: float, weeks: int) -> list[Pace]:
    """Time Mesa at a scale where it finishes, numpy and Jobvej at another."""
    small, large = reduced.reduced_world(mesa_scale), reduced.reduced_world(scale)
    rules = reduced.rules_of(large)
    reduced.live(reduced.reduced_world(0.001), 2)  # compile, or load what was compiled
    citizens = {scale: large.citizens.person.size, mesa_scale: small.citizens.person.size}

    def pace(engine: str, at: float, live: Callable[..., Any], *arguments: Any) -> Pace:
        began = time.process_time()
        live(*arguments)
        seconds = time.process_time() - began
        return Pace(engine, at, weeks, seconds, citizens[at] * weeks / seconds)

    return [
        pace("Mesa agents", mesa_scale, with_mesa.live, small, reduced.rules_of(small), weeks),
        pace("plain numpy", scale, with_numpy.live, large, rules, weeks),
        pace("Jobvej", scale, reduced.live, large, weeks),
    ]
