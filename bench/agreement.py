"""Whether the engines did the same work: plain numpy to the øre, Mesa agents within sampling error."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench import reduced, with_mesa, with_numpy
from bench.reduced import Course

KR = 100.0
MEASURES = (
    "on dagpenge at the end, persons",
    "on dagpenge, mean of the weeks, persons",
    "jobs lost, persons",
    "hires, persons",
    "dagpenge paid, mio. kr.",
    "co-financed by municipalities, mio. kr.",
)


class Agreement(NamedTuple):
    """One measure in all engines: means over seeds, and the difference of Mesa's in standard errors."""

    measure: str
    jobvej: float
    numpy: float
    mesa: float
    deviation: float


def compare(scale: float, weeks: int, seeds: int) -> list[Agreement]:
    """Let all engines live from the same people, once a seed, and compare what happened."""
    courses = np.array([_measures(scale, weeks, seed) for seed in range(1, seeds + 1)])
    jobvej, by_numpy, by_mesa = courses.mean(axis=0)
    apart = courses[:, 2] - courses[:, 0]
    error = apart.std(axis=0, ddof=1) / np.sqrt(seeds)
    deviation = apart.mean(axis=0) / np.where(error > 0.0, error, 1.0)
    return [
        Agreement(name, *map(float, row))
        for name, *row in zip(MEASURES, jobvej, by_numpy, by_mesa, deviation, strict=True)
    ]


def _measures(scale: float, weeks: int, seed: int) -> list[list[float]]:
    """Measures of Jobvej, numpy and Mesa, (3, measures)."""
    world = reduced.reduced_world(scale, seed)
    rules = reduced.rules_of(world)
    by_numpy = with_numpy.live(world, rules, weeks)
    by_mesa = with_mesa.live(world, rules, weeks, seed)
    return [_row(course) for course in (reduced.live(world, weeks), by_numpy, by_mesa)]


def _row(course: Course) -> list[float]:
    stock: NDArray[np.int64] = course.unemployed
    money = (course.benefits / KR / 1e6, course.cofinancing / KR / 1e6)
    return [float(stock[-1]), float(stock.mean()), float(course.job_losses), float(course.hires), *money]
