"""One task from parameters to a finished part on disk: the function that workers run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from sim.runs.plan import Task
from sim.runs.store import write_part
from sim.runs.tables import to_table


class World(Protocol):
    """What the runs need of a model."""

    def run(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Live through all weeks."""

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
    """What a worker says when a part is on disk."""

    key: str
    seconds: float


def labour_market(**arguments: Any) -> World:
    """Build the model (imported here: it is heavy)."""
    from sim import LabourMarket

    world: World = LabourMarket(**arguments)
    return world


def perform(folder: Path, make_world: MakeWorld, task: Task, progress: Callable[[int], None]) -> Finished:
    """Run one world and write its part.

    Parameters
    ----------
    folder
        Results folder; the part lands in ``parts/<task.key>/``.
    make_world
        :func:`labour_market`, or another world in tests.
    progress
        Told the number of weeks done.

    Raises
    ------
    RuntimeError
        If the parameter files were changed after the run was planned.
    """
    began = time.perf_counter()
    parameters = task.parameters()
    if parameters.digest() != task.parameters_digest:
        raise RuntimeError("the parameter files were changed while the run was going on; start it again")
    world = make_world(
        parameters=parameters, start=task.start, end=task.end, scale=task.scale, seed=task.seed,
        replicate=task.replicate, demand=task.demand, switched_off=task.switched_off,
    )  # fmt: skip
    world.run(progress=lambda week, _: progress(week))
    labels: dict[str, Any] = {"scenario": task.scenario, "draw": task.draw, "replicate": task.replicate}
    tables = {
        "outcomes": to_table("outcomes", world.outcomes(), **labels),
        "ledger": to_table("ledger", world.ledger_table(), **labels),
    }
    if task.with_persons:
        tables["spells"] = to_table("spells", world.spells_table(), **labels)
        tables["people"] = to_table("people", world.people_table(), **labels)
    write_part(folder, task, tables)
    return Finished(task.key, time.perf_counter() - began)
