"""The same reduced rules in three engines: whether they did the same work, and how fast they were."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from bench import reduced, with_mesa, with_numpy
from bench.reduced import Course

ORE_IN_MIO_KR = 1e8
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


class Pace(NamedTuple):
    """How fast an engine simulates the reduced rules; seconds are user and system time of one core."""

    engine: str
    scale: float
    weeks: int
    seconds: float
    person_weeks_a_second: float


def compare(scale: float, weeks: int, seeds: int) -> list[Agreement]:
    """Let all engines start from the same people, once a seed, and compare what happened."""
    courses = np.array([_measures(scale, weeks, seed) for seed in range(1, seeds + 1)])
    jobvej, by_numpy, by_mesa = courses.mean(axis=0)
    apart = courses[:, 2] - courses[:, 0]
    error = apart.std(axis=0, ddof=1) / np.sqrt(seeds)
    deviation = apart.mean(axis=0) / np.where(error > 0.0, error, 1.0)
    return [
        Agreement(name, *map(float, row))
        for name, *row in zip(MEASURES, jobvej, by_numpy, by_mesa, deviation, strict=True)
    ]


def paces(scale: float, mesa_scale: float, weeks: int) -> list[Pace]:
    """Time Mesa at a scale where it finishes, numpy and Jobvej at another."""
    small, large = reduced.reduced_world(mesa_scale), reduced.reduced_world(scale)
    rules = reduced.rules_of(large)
    reduced.simulate(reduced.reduced_world(0.001), 2)  # compile, or load what was compiled
    people = {scale: large.world.people.person.size, mesa_scale: small.world.people.person.size}

    def pace(engine: str, at: float, simulate: Callable[..., Any], *arguments: Any) -> Pace:
        began = time.process_time()
        simulate(*arguments)
        seconds = time.process_time() - began
        return Pace(engine, at, weeks, seconds, people[at] * weeks / seconds)

    return [
        pace("Mesa agents", mesa_scale, with_mesa.simulate, small, reduced.rules_of(small), weeks),
        pace("plain numpy", scale, with_numpy.simulate, large, rules, weeks),
        pace("Jobvej", scale, reduced.simulate, large, weeks),
    ]


def _measures(scale: float, weeks: int, seed: int) -> list[list[float]]:
    """Measures of Jobvej, numpy and Mesa, (3, measures)."""
    world = reduced.reduced_world(scale, seed)
    rules = reduced.rules_of(world)
    by_numpy = with_numpy.simulate(world, rules, weeks)
    by_mesa = with_mesa.simulate(world, rules, weeks, seed)
    return [_row(course) for course in (reduced.simulate(world, weeks), by_numpy, by_mesa)]


def _row(course: Course) -> list[float]:
    stock = course.unemployed
    money = (course.benefits / ORE_IN_MIO_KR, course.cofinancing / ORE_IN_MIO_KR)
    return [float(stock[-1]), float(stock.mean()), float(course.job_losses), float(course.hires), *money]
