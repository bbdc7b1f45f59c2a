"""A course in periods of so many weeks, each of which something is drawn once for."""

from __future__ import annotations

from sim.engine.compiled import part
from sim.world.clients import Clients


@part
def period_start(i: int, week: int, weeks: int, k: Clients) -> int:
    """First week of the period of ``weeks`` weeks of client ``i``'s course that ``week`` lies in."""
    return week - (week - k.spell.course_start[i]) % weeks
