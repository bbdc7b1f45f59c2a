"""Memory: a job holds two worlds at most, though a world and its municipalities know each other."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any, ClassVar
from weakref import WeakSet

import pytest
from runs_fake_world import REFORMS, REQUEST, FakeWorld

from reforms.scenario import comparison_plan
from sim.parameters import ParameterSet
from sim.runs.branching import jobs_of
from sim.runs.work import simulate


class KnottedWorld(FakeWorld):
    """A world that knows itself, as a model and its agents do; only a search for circles frees it."""

    alive: ClassVar[WeakSet[KnottedWorld]] = WeakSet()

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.knot = self
        self.alive.add(self)

    def branch(self, parameters: ParameterSet) -> KnottedWorld:
        made = super().branch(parameters)
        assert isinstance(made, KnottedWorld)
        made.knot = made
        self.alive.add(made)
        return made


@pytest.fixture
def no_cleaning() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def test_a_job_holds_two_worlds_while_it_runs_and_none_that_is_finished(no_cleaning: None) -> None:
    tasks = comparison_plan(REFORMS, **REQUEST).tasks
    (job, *_) = (each for each in jobs_of(tasks, 1) if len(each.tasks) > 1)
    most: list[int] = []
    finished = simulate(
        KnottedWorld, lambda world, task: {}, job, lambda task: False,
        lambda weeks: most.append(len(KnottedWorld.alive)),
    )  # fmt: skip
    left = [len(KnottedWorld.alive) for _ in finished]
    assert max(most) == 2
    assert left == [1] * (len(job.tasks) - 1) + [0]
