"""A job of the model: from parameters to the tables that are kept of each of its runs."""

from __future__ import annotations

import gc
import platform
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pandas as pd

from sim.errors import RunError
from sim.parameters import ParameterSet
from sim.runs.branching import Job
from sim.runs.execute import Files, Has
from sim.runs.plan import Task
from sim.runs.tables import frame_bytes
from sim.runs.version import code_digest, data_digest


class World(Protocol):
    """What the runs need of a model."""

    def run(self, progress: Callable[[int, int], None] | None = None, *, until: int | None = None) -> None:
        """Simulate all weeks, or until so many are simulated."""

    def branch(self, parameters: ParameterSet) -> World:
        """Return a copy that goes on under parameters that differ only from its next week on."""

    def change_law(self, parameters: ParameterSet) -> World:
        """Go on under such parameters, without a copy."""

    def outcomes(self) -> pd.DataFrame:
        """Return the measures by period, municipality and group."""

    def ledger_table(self) -> pd.DataFrame:
        """Return the money by period, municipality, payer, receiver and account."""

    def monthly_municipal(self) -> pd.DataFrame:
        """Return the main stocks and flows by month and municipality."""

    def spells_table(self) -> pd.DataFrame:
        """Return the sample of spells."""

    def people_table(self) -> pd.DataFrame:
        """Return the citizens with their weeks supported and employed."""


#: Makes a world from the keyword arguments of ``sim.LabourMarket``.
MakeWorld = Callable[..., World]
#: What is kept of a finished run: its files by name.
Keep = Callable[[World, Task], Files]


def labour_market(**arguments: Any) -> World:
    """Build the model (imported here: it is heavy)."""
    from sim import LabourMarket

    world: World = LabourMarket(**arguments)
    return world


def tables_of(world: World, task: Task) -> Files:
    """Return the tables that a results folder keeps of a finished run."""
    labels: dict[str, Any] = {"scenario": task.scenario, "draw": task.draw, "replicate": task.replicate}
    frames = {
        "outcomes": world.outcomes(),
        "ledger": world.ledger_table(),
        "monthly_municipal": world.monthly_municipal(),
    }
    if task.with_persons:
        frames |= {"spells": world.spells_table(), "people": world.people_table()}
    return {f"{name}.arrow": frame_bytes(name, frame, **labels) for name, frame in frames.items()}


def simulate(
    make_world: MakeWorld, keep: Keep, job: Job, has: Has, progress: Callable[[int], None]
) -> Iterator[tuple[Task, Files]]:
    """Run the tasks of a job and yield what is kept of each as soon as it is finished.

    The weeks that the tasks share are simulated once, and the run is copied where the next task leaves them:
    two runs are in memory at most.

    Parameters
    ----------
    make_world
        :func:`labour_market`, or another world in tests.
    keep
        :func:`tables_of`, or what else is wanted of a finished run.
    has
        Whether a task's result is there already (from a worker that died): it is left out.
    progress
        Told the number of weeks done.

    Raises
    ------
    RunError
        If the code, the data or the parameters of this process are not those of the plan.
    """
    gc.freeze()  # what is there already need not be searched after each task
    try:
        yield from _simulated(make_world, keep, job, has, progress)
    finally:
        gc.unfreeze()


def _simulated(
    make_world: MakeWorld, keep: Keep, job: Job, has: Has, progress: Callable[[int], None]
) -> Iterator[tuple[Task, Files]]:
    """Run the tasks of a job as :func:`simulate` says; a world is gone when its task is yielded."""
    shared: World | None = None
    weeks = 0

    def tell(done: int, of: int) -> None:
        nonlocal weeks
        weeks += 1
        progress(weeks)

    for at, (task, shared_weeks) in enumerate(zip(job.tasks, job.branch_weeks, strict=True)):
        last = at == len(job.tasks) - 1
        parameters = _checked_parameters(task)
        if has(task):
            weeks = job.milestones[at]
            continue
        if shared is None:
            first = task.shared_parameters() if job.branches else parameters
            shared = _world(task, first, make_world)
        shared.run(tell, until=shared_weeks)
        if not job.branches or shared_weeks == task.weeks:
            world = shared
        else:
            world = shared.change_law(parameters) if last else shared.branch(parameters)
        world.run(tell)
        files = keep(world, task)
        if last:
            shared = None
        del world
        gc.collect()  # a world and its municipalities know each other; the next branch needs the room
        yield task, files
        weeks = job.milestones[at]


def _checked_parameters(task: Task) -> ParameterSet:
    """Return the task's parameters; refuse to run it with another Jobvej than planned it."""
    for what, digest in (("code", code_digest), ("data", data_digest)):
        if task.identity[what] != digest():
            raise RunError(
                f"the {what} of Jobvej on {platform.node()} is not that which this run was planned with: "
                "install the same version there, or start the run again if the files were changed"
            )
    if task.digest() != task.parameters_digest:
        raise RunError("the parameter files were changed while the run was going on; start it again")
    return task.parameters()


def _world(task: Task, parameters: ParameterSet, make_world: MakeWorld) -> World:
    levels = {"data": task.levels} if task.levels else {}
    return make_world(
        parameters=parameters, start=task.start, end=task.end, scale=task.scale, seed=task.seed,
        replicate=task.replicate, demand=task.demand, switched_off=task.switched_off, **levels,
    )  # fmt: skip
