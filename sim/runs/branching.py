"""Worlds that share their first weeks live them once: which tasks are done together, and where they part.

Two worlds of the same draw and replicate are the same world until the first Monday on which their parameters
differ.  A :class:`Job` is the tasks that one worker does from one such trunk: the trunk is run as the world
without any reform, and copied where a scenario's first change takes effect (:meth:`sim.LabourMarket.branch`).
The result is the same bytes as running every task from its first week (``--no-branching`` does, to check).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from sim.calendar import Week
from sim.runs.options import RUN
from sim.runs.plan import Task

#: A trunk is lived once more if the run then ends a tenth sooner.
_WORTH_IT = 0.9


@dataclass(frozen=True)
class Job:
    """Tasks of one trunk in the order of their branching, or one task from its first week.

    ``branch_weeks`` are the weeks that each task's world shares with the trunk.
    """

    tasks: tuple[Task, ...]
    branch_weeks: tuple[int, ...]

    @property
    def branches(self) -> bool:
        """Whether there is a trunk: two worlds are then in memory at once."""
        return len(self.tasks) > 1

    @cached_property
    def milestones(self) -> tuple[int, ...]:
        """Weeks this job has simulated when each of its tasks is finished, (n_tasks,), rising."""
        if not self.branches:
            return (self.tasks[0].weeks,)
        total, trunk, done = 0, 0, []
        for task, week in zip(self.tasks, self.branch_weeks, strict=True):
            total += max(week - trunk, 0) + task.weeks - week
            trunk = max(trunk, week)
            done.append(total)
        return tuple(done)

    @property
    def weeks(self) -> int:
        """Weeks to simulate."""
        return self.milestones[-1]


def branch_week(task: Task) -> int | None:
    """Return how many weeks a task's world shares with the world without its scenario.

    A change takes effect in the first week that begins on its day or later.  The first week's world is drawn
    from the parameters without reforms, so a reform already in force shares that; None is for what is not a
    reform and holds from the first week: such a world is another one from the start.
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
        With fewer trunks than workers, or a number that does not divide, trunks are lived more than once, in
        pieces of few scenarios each, where that ends sooner.
    branching
        False gives every task a job of its own.
    """
    if not branching:
        return [_alone(task) for task in tasks]
    trunks: list[list[tuple[int, Task]]] = []
    jobs = []
    for _, same in groupby(sorted(tasks, key=_trunk), key=_trunk):
        parting = [(branch_week(task), task) for task in same]
        jobs += [_alone(task) for week, task in parting if week is None]
        trunks.append([(week, task) for week, task in parting if week is not None])
    dealt = _soonest([trunk for trunk in trunks if trunk], [job.weeks for job in jobs], workers)
    return sorted([*jobs, *dealt], key=lambda job: -job.weeks)


def _trunk(task: Task) -> tuple[object, ...]:
    """What two tasks must have in common to share weeks."""
    return (
        task.draw, task.replicate, task.seed, task.scale, task.start, task.end, task.demand,
        task.switched_off, repr(task.settings), repr(task.draw_changes),
    )  # fmt: skip


def _alone(task: Task) -> Job:
    return Job((task,), (0,))


def _job(piece: Sequence[tuple[int, Task]]) -> Job:
    if len(piece) == 1:
        return _alone(piece[0][1])
    ordered = sorted(piece, key=lambda item: item[0])
    return Job(tuple(task for _, task in ordered), tuple(week for week, _ in ordered))


def _dealt(trunk: list[tuple[int, Task]], pieces: int) -> list[Job]:
    """Deal a trunk's tasks out in turn, so that every piece has early and late branches alike."""
    ordered = sorted(trunk, key=lambda item: item[0])
    return [_job(part) for part in (ordered[at::pieces] for at in range(pieces)) if part]


def _soonest(trunks: list[list[tuple[int, Task]]], others: list[int], workers: int) -> list[Job]:
    """Deal every trunk into as many pieces as let the last worker be done soonest."""
    best, soonest = [], math.inf
    for pieces in range(1, min(max(map(len, trunks), default=0), workers) + 1):
        jobs = [job for trunk in trunks for job in _dealt(trunk, pieces)]
        busy = [0] * workers
        for weeks in sorted([*others, *(job.weeks for job in jobs)], reverse=True):
            busy[busy.index(min(busy))] += weeks
        if max(busy) < _WORTH_IT * soonest:
            best, soonest = jobs, max(busy)
    return best
