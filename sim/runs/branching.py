"""Runs that share their first weeks: which tasks are done together, and where they part.

Two runs of the same draw and replicate are the same until the first Monday on which their parameters differ.
A :class:`Job` is the tasks that one worker does from one shared prefix: the weeks without any reform are
simulated once, and the run is copied where a scenario's first change takes effect
(:meth:`sim.LabourMarket.branch`).  The result is the same bytes as running every task from its first week
(``branching=False`` does, to check).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from sim.calendar import Week
from sim.runs.options import RUN
from sim.runs.plan import Task

#: A shared prefix is simulated once more if all is then done a tenth sooner.
_WORTH_IT = 0.9


#: Tasks of one shared prefix, each with the week in which it parts.
Family = list[tuple[int, Task]]


@dataclass(frozen=True)
class Job:
    """Tasks of one shared prefix in the order of their branching, or one task from its first week.

    ``branch_weeks`` are the weeks that each task shares with the run without a reform.
    """

    tasks: tuple[Task, ...]
    branch_weeks: tuple[int, ...]

    @property
    def branches(self) -> bool:
        """Whether weeks are shared: two runs are then in memory at once."""
        return len(self.tasks) > 1

    @cached_property
    def milestones(self) -> tuple[int, ...]:
        """Weeks this job has simulated when each of its tasks is finished, (n_tasks,), rising."""
        if not self.branches:
            return (self.tasks[0].weeks,)
        total, shared, done = 0, 0, []
        for task, week in zip(self.tasks, self.branch_weeks, strict=True):
            total += max(week - shared, 0) + task.weeks - week
            shared = max(shared, week)
            done.append(total)
        return tuple(done)

    @property
    def weeks(self) -> int:
        """Weeks to simulate."""
        return self.milestones[-1]


def branch_week(task: Task) -> int | None:
    """Return how many weeks a task shares with the run without its scenario.

    A change takes effect in the first week that begins on its day or later.  The people of the first week are
    drawn from the parameters without reforms, so a reform already in force shares them; None is for what is
    not a reform and holds from the first week: such a run is another one from the start.
    """
    if not task.changes:
        return task.weeks
    first = Week.parse(task.start)
    day = min(change.start for change in task.changes)
    if day <= first.monday and any(_not_a_reform_by(first.monday, task)):
        return None
    return min(_first_week_from(day, first), task.weeks)


def _not_a_reform_by(day: date, task: Task) -> list[bool]:
    return [change.start <= day and change.origin.kind != "reform" for change in task.changes]


def _first_week_from(day: date, first: Week) -> int:
    """Return the number of weeks from ``first`` to the first week whose Monday is not before ``day``."""
    return max(-((first.monday - day).days // 7), 0)


def jobs_of(tasks: Sequence[Task], workers: int, *, branching: bool = RUN.branching) -> list[Job]:
    """Gather tasks into jobs for a number of workers.

    Parameters
    ----------
    tasks
        Tasks still to do; keys decide nothing here, so any part of a plan can be gathered.
    workers
        With fewer shared prefixes than workers, or a number that does not divide, prefixes are simulated more
        than once, in pieces of few scenarios each, where that ends sooner.
    branching
        False gives every task a job of its own.
    """
    if not branching:
        return [_alone(task) for task in tasks]
    families: list[Family] = []
    jobs = []
    for _, same in groupby(sorted(tasks, key=_what_is_shared), key=_what_is_shared):
        parting = [(branch_week(task), task) for task in same]
        jobs += [_alone(task) for week, task in parting if week is None]
        families.append([(week, task) for week, task in parting if week is not None])
    dealt = _soonest([each for each in families if each], [job.weeks for job in jobs], workers)
    return sorted([*jobs, *dealt], key=lambda job: -job.weeks)


def _what_is_shared(task: Task) -> tuple[object, ...]:
    """What two tasks must have in common to share weeks."""
    return (
        task.draw, task.replicate, task.seed, task.scale, task.start, task.end, task.demand,
        task.switched_off, task.shared_digest,
    )  # fmt: skip


def _alone(task: Task) -> Job:
    return Job((task,), (0,))


def _job(piece: Family) -> Job:
    if len(piece) == 1:
        return _alone(piece[0][1])
    ordered = sorted(piece, key=lambda item: item[0])
    return Job(tuple(task for _, task in ordered), tuple(week for week, _ in ordered))


def _dealt(family: Family, pieces: int) -> list[Job]:
    """Deal a family's tasks out in turn, so that every piece has early and late branches alike."""
    ordered = sorted(family, key=lambda item: item[0])
    return [_job(part) for part in (ordered[at::pieces] for at in range(pieces)) if part]


def _soonest(families: list[Family], others: list[int], workers: int) -> list[Job]:
    """Deal every family into as many pieces as let the last worker be done soonest."""
    best, soonest = [], math.inf
    for pieces in _rising(min(max(map(len, families), default=0), workers)):
        jobs = [job for family in families for job in _dealt(family, pieces)]
        last = last_done([*others, *(job.weeks for job in jobs)], workers)
        if last < _WORTH_IT * soonest:
            best, soonest = jobs, last
    return best


def _rising(most: int) -> list[int]:
    """Return 1, 2, 3, 4, 6, 8, 12, 16 ... and the last number: near enough to the best."""
    found, number = [], 1
    while number < most:
        found += [number, *([number * 3 // 2] if number > 1 and number * 3 // 2 < most else [])]
        number *= 2
    return [*found, most] if most else []


def last_done(lengths: Iterable[float], workers: int) -> float:
    """Return when the last of some workers is done if the longest job that waits is always begun next."""
    busy = [0.0] * max(workers, 1)
    for length in sorted(lengths, reverse=True):
        heapq.heapreplace(busy, busy[0] + length)
    return max(busy)
