"""A job from parameters to finished parts: the function that workers run."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
import pyarrow as pa

from sim.errors import RunError
from sim.parameters import ParameterSet
from sim.runs.branching import Job
from sim.runs.plan import Task, world_of
from sim.runs.store import part_files, part_state, put_part
from sim.runs.tables import to_table
from sim.runs.version import code_digest, data_digest


class World(Protocol):
    """What the runs need of a model."""

    def run(self, progress: Callable[[int, int], None] | None = None, *, until: int | None = None) -> None:
        """Live through all weeks, or until so many are lived."""

    def branch(self, parameters: ParameterSet) -> World:
        """Return a copy that lives on under parameters that differ only from its next week on."""

    def change_law(self, parameters: ParameterSet) -> World:
        """Live on under such parameters, without a copy."""

    def outcomes(self) -> pd.DataFrame:
        """Return the measures by period, municipality and group."""

    def ledger_table(self) -> pd.DataFrame:
        """Return the money by period, municipality, payer, receiver and account."""

    def spells_table(self) -> pd.DataFrame:
        """Return the sample of spells."""

    def people_table(self) -> pd.DataFrame:
        """Return the citizens with their weeks supported and employed."""


#: Makes a world from the keyword arguments of ``sim.LabourMarket``.
MakeWorld = Callable[..., World]


@dataclass(frozen=True)
class Finished:
    """A task that is done: its seconds, and the files of its part where the worker could not keep them."""

    task: Task
    seconds: float
    files: Mapping[str, bytes] | None = None


def labour_market(**arguments: Any) -> World:
    """Build the model (imported here: it is heavy)."""
    from sim import LabourMarket

    world: World = LabourMarket(**arguments)
    return world


def perform(
    folder: Path | None, make_world: MakeWorld, job: Job, progress: Callable[[int], None]
) -> tuple[Finished, ...]:
    """Run the worlds of a job; each part is kept as soon as it is finished.

    Parameters
    ----------
    folder
        Results folder; a part lands in ``parts/<task.key>/``, and those there (of a worker that died) are
        not done again.  None sends the parts' files back instead.
    make_world
        :func:`labour_market`, or another world in tests.
    progress
        Told the number of weeks done.

    Raises
    ------
    RunError
        If the code, the data or the parameters of this process are not those of the plan.
    """
    done = []
    began = time.perf_counter()
    for task, world in worlds_of(job, folder, make_world, progress):
        files = part_files(task, tables_of(world, task))
        del world  # the next branch needs the room
        if folder is not None:
            put_part(folder, task, files)
        now = time.perf_counter()
        done.append(Finished(task, now - began, files if folder is None else None))
        began = now
    return tuple(done)


def worlds_of(
    job: Job, folder: Path | None, make_world: MakeWorld, progress: Callable[[int], None]
) -> Iterator[tuple[Task, World]]:
    """Yield each task's world after its last week; the trunk and one branch are in memory at most."""
    trunk: World | None = None
    weeks = 0

    def tell(lived: int, of: int) -> None:
        nonlocal weeks
        weeks += 1
        progress(weeks)

    for at, (task, shared) in enumerate(zip(job.tasks, job.branch_weeks, strict=True)):
        parameters = _checked_parameters(task)
        if folder is not None and part_state(folder, task) == "whole":
            weeks = job.milestones[at]
            continue
        if trunk is None:
            first = world_of(task.draw_changes, task.settings) if job.branches else parameters
            trunk = _world(task, first, make_world)
        trunk.run(tell, until=shared)
        if not job.branches or shared == task.weeks:
            world = trunk
        else:
            last = at == len(job.tasks) - 1
            world = trunk.change_law(parameters) if last else trunk.branch(parameters)
        world.run(tell)
        yield task, world
        del world
        weeks = job.milestones[at]


def _checked_parameters(task: Task) -> ParameterSet:
    """Return the task's parameters; refuse to run it with another Jobvej than planned it."""
    for what, digest in (("code", code_digest), ("data", data_digest)):
        if task.identity[what] != digest():
            raise RunError(
                f"the {what} of Jobvej on {platform.node()} is not that which this run was planned with: "
                "install the same version there, or start the run again if the files were changed"
            )
    parameters = task.parameters()
    if parameters.digest() != task.parameters_digest:
        raise RunError("the parameter files were changed while the run was going on; start it again")
    return parameters


def _world(task: Task, parameters: ParameterSet, make_world: MakeWorld) -> World:
    return make_world(
        parameters=parameters, start=task.start, end=task.end, scale=task.scale, seed=task.seed,
        replicate=task.replicate, demand=task.demand, switched_off=task.switched_off,
    )  # fmt: skip


def tables_of(world: World, task: Task) -> dict[str, pa.Table]:
    """Return the tables that are kept of a finished world."""
    labels: dict[str, Any] = {"scenario": task.scenario, "draw": task.draw, "replicate": task.replicate}
    tables = {
        "outcomes": to_table("outcomes", world.outcomes(), **labels),
        "ledger": to_table("ledger", world.ledger_table(), **labels),
    }
    if task.with_persons:
        tables["spells"] = to_table("spells", world.spells_table(), **labels)
        tables["people"] = to_table("people", world.people_table(), **labels)
    return tables
