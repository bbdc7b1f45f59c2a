"""What an executor is: tasks are handed to it, results come back as they finish, in any order."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")
#: Runs one task and tells the weeks done; must be picklable for worker processes.
Work = Callable[[T, Callable[[int], None]], R]
#: Told the position of a task and the weeks it has done.
Watch = Callable[[int, int], None]

#: How the address of a Dask cluster begins.
DASK = "dask://"
#: Tasks that wait at each worker, the one that it is at included.
IN_FLIGHT = 3


class Executor(Protocol):
    """Runs tasks and yields (position, result) as they finish, in any order."""

    #: Whether a worker sees this machine's files, so that it can keep its results itself.
    shares_files: bool
    #: Tasks done at once.
    workers: int

    def run(self, tasks: Sequence[T], work: Work[T, R], watch: Watch) -> Generator[tuple[int, R], None, None]:
        """Do all tasks; the first error of a task ends the run."""
