"""Virtual trials at a design of their own, and emulators of what they find.

A trial's finding depends on the few parameters that its criteria inform, and hardly on the rest.  So each
trial has a small design of its own, whose cost is added to that of the baseline's points and not multiplied:

    finding_j(u) = a_j + b_j . v + c_j . v^2 + g_j(v) + e,         v = 2 u - 1 of the parameters informed

At each point everything else is drawn (:func:`sim.runs.plan.draw_changes`), and each has two runs with other
random numbers.  The mean of the two is emulated; what is left on points that were left out,

    tau^2 = (error on points left out)^2 - (noise of a run)^2 / runs

is what the rest of the model does to the finding and what the emulator misses: it is part of the variance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.estimate.criteria import Criterion, shortfall
from calibration.estimate.posterior import Surrogate, build
from calibration.estimate.problem import Problem
from calibration.experiments.estimators import answer
from calibration.experiments.library import load_for_calibration
from calibration.experiments.trial_runs import TrialTask, columns_of, jobs_of_trials, simulate_trial
from calibration.point import TRIED, point_changes
from sim.errors import RunError
from sim.parameters import Change
from sim.runs.execute import complete
from sim.runs.plan import draw_changes
from sim.runs.store import Store

Vector = NDArray[np.float64]
#: Runs of a point that differ in random numbers alone.
RUNS = 2
SEED = 1
#: Findings (points, runs, criteria) of a trial at positions (points, parameters informed).
Simulate = Callable[[str, Vector], Vector]


def trials_of(criteria: Sequence[Criterion]) -> tuple[str, ...]:
    """Return the trials of criteria, each once, in their order."""
    return tuple(dict.fromkeys(each.trial for each in criteria))


def axes_of(trial: str, problem: Problem) -> list[int]:
    """Return which axes of the unit cube a trial's criteria inform, in their order."""
    informed = {name for each in problem.criteria if each.trial == trial for name in each.informs}
    return [k for k, free in enumerate(problem.free) if free.name in informed]


@dataclass(frozen=True)
class TrialSurrogate:
    """Emulators of what one trial finds, over the axes that it informs."""

    trial: str
    criteria: tuple[Criterion, ...]
    axes: tuple[int, ...]
    surrogate: Surrogate
    noise: Vector  # (criteria,) standard deviation of a run
    variance: Vector  # (criteria,) of what the axes leave unsaid

    def predict(self, positions: Vector) -> Vector:
        """Return the findings (n, criteria) at positions (n, axes of the whole problem)."""
        return self.surrogate.predict(positions[:, list(self.axes)])

    def misfit(self, positions: Vector) -> Vector:
        """Return chi-square (n,) of what the trial finds against what was published."""
        apart = shortfall(self.criteria, self.predict(positions))
        return np.asarray((apart**2 / (self.published_variance + self.variance)).sum(axis=1))

    @property
    def published_variance(self) -> Vector:
        """Variance of what was published (criteria,)."""
        return np.array([each.variance for each in self.criteria])


def emulate(trial: str, problem: Problem, positions: Vector, found: Vector) -> TrialSurrogate:
    """Fit the emulators of a trial.

    Parameters
    ----------
    positions
        (n, axes of the trial).
    found
        (n, runs, criteria); points of which a criterion was not seen are left out.

    Raises
    ------
    RunError
        Fewer points than twice the axes are left.
    """
    criteria = tuple(each for each in problem.criteria if each.trial == trial)
    seen = np.asarray(np.isfinite(found).all(axis=(1, 2)))
    if seen.sum() < 2 * positions.shape[1]:
        raise RunError(f"{trial}: a finding was seen at {seen.sum()} of {len(seen)} points")
    found, positions = found[seen], positions[seen]
    runs = found.shape[1]
    noise = np.sqrt(found.var(axis=1, ddof=1).mean(axis=0))
    surrogate = build(positions, found.mean(axis=1))
    left = np.maximum(surrogate.error**2 - noise**2 / runs, 0.0)
    return TrialSurrogate(trial, criteria, tuple(axes_of(trial, problem)), surrogate, noise, left)


def in_runs(
    problem: Problem, folder: Path, scale: float | None, *, workers: int | None, executor: str | None
) -> Simulate:
    """Return what simulates a trial at positions, in a folder whose finished runs are not run again.

    Parameters
    ----------
    scale
        Of the trials' worlds; None is that of each trial's file.
    """

    def simulate(trial: str, positions: Vector) -> Vector:
        tasks = tasks_of(trial, problem, positions, scale)
        store = Store(folder / "trials")
        complete(store, jobs_of_trials, tasks, simulate_trial, workers=workers, executor=executor, quiet=True)
        criteria = [each for each in problem.criteria if each.trial == trial]
        found = [_findings(columns_of(store, task), criteria) for task in tasks]
        return np.array(found).reshape(len(positions), RUNS, len(criteria))

    return simulate


def _findings(columns: Mapping[str, NDArray[Any]], criteria: Sequence[Criterion]) -> list[float]:
    """Return the exact effects of a run, or the group's own figure where weeks of one group are compared."""
    found = []
    for each in criteria:
        told = answer(columns, each.outcome)
        found.append(told.twin if "_" in each.outcome.contrast else told.estimate)
    return found


def tasks_of(trial: str, problem: Problem, positions: Vector, scale: float | None) -> list[TrialTask]:
    """Return the runs of a trial, two a point: its own parameters as they are, the rest drawn."""
    entry = load_for_calibration(trial).entry
    own = [problem.free[k] for k in axes_of(trial, problem)]
    drawn = draw_changes(range(1, len(positions) + 1))
    tasks = []
    for at, row in enumerate(np.round(positions, 12), start=1):
        values = {free.name: float(free.values(row[k : k + 1])[0]) for k, free in enumerate(own)}
        changes = (*_others(drawn[at], values), *point_changes(values, TRIED))
        tasks += [
            TrialTask(trial, changes, at, RUNS * at + run, SEED, scale or entry.scale, True)
            for run in range(RUNS)
        ]
    return tasks


def _others(changes: Sequence[Change], own: dict[str, float]) -> list[Change]:
    """Return the changes of a draw that are not of a trial's own parameters."""
    names = {name.partition("[")[0] for name in own}
    return [change for change in changes if change.name not in names]
