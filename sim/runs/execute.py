"""Where work is done: in this process, in local worker processes, or on a Dask cluster.

All executors have one method, :meth:`Executor.run`, and give the same results; :func:`make_executor` chooses.
What they run is any picklable task with any importable function: the worlds of a plan (:mod:`sim.runs.run`),
or the trials and fits of other packages.

Local workers write their own parts and only say when they are done; their weeks are read from shared memory
without locks, so a worker that dies cannot hold up the others.  A dead worker's task is done again.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait as wait_for
from typing import Any, Protocol, TypeVar

from sim.errors import InputError, RunError, suggest

T = TypeVar("T")
R = TypeVar("R")
#: Runs one task and tells the weeks done; must be picklable for worker processes.
Work = Callable[[T, Callable[[int], None]], R]
#: Told the position of a task and the weeks it has done.
Watch = Callable[[int, int], None]

#: Names of executors that need no address.
LOCAL = ("processes", "here")
DASK = "dask://"
_POLL_SECONDS = 0.1
_TRIES = 3


class Executor(Protocol):
    """Runs tasks and yields (position, result) as they finish, in any order."""

    #: Whether a worker sees this machine's files, so that it can keep its results itself.
    shares_files: bool
    #: Tasks done at once.
    workers: int

    def run(self, tasks: Sequence[T], work: Work[T, R], watch: Watch) -> Generator[tuple[int, R], None, None]:
        """Do all tasks; the first error of a task ends the run."""


class InProcess:
    """One task after the other, here; Ctrl-C takes effect at the end of a week."""

    shares_files = True
    workers = 1

    def run(self, tasks: Sequence[T], work: Work[T, R], watch: Watch) -> Generator[tuple[int, R], None, None]:
        """Do all tasks in order."""
        for position, task in enumerate(tasks):
            with interrupts_deferred() as stop_if_asked:

                def tell(
                    weeks: int, position: int = position, stop: Callable[[], None] = stop_if_asked
                ) -> None:
                    stop()
                    watch(position, weeks)

                finished = work(task, tell)
            yield position, finished


class Processes:
    """Local worker processes, started afresh (spawn) so that nothing is inherited."""

    shares_files = True

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def run(self, tasks: Sequence[T], work: Work[T, R], watch: Watch) -> Generator[tuple[int, R], None, None]:
        """Do all tasks; those of a worker that died are given to a new one, at most three times."""
        left = dict(enumerate(tasks))
        failures = 0
        while left:
            try:
                for position, finished in self._round(dict(left), work, watch):
                    del left[position]
                    failures = 0
                    yield position, finished
            except BrokenProcessPool as error:
                failures += 1
                if failures == _TRIES:
                    raise RunError(
                        f"worker processes died {_TRIES} times in a row; most often memory ran out "
                        "(use fewer --workers or a smaller --scale), or a script that calls Jobvej lacks "
                        "the line: if __name__ == '__main__':"
                    ) from error

    def _round(
        self, tasks: dict[int, T], work: Work[T, R], watch: Watch
    ) -> Generator[tuple[int, R], None, None]:
        context = multiprocessing.get_context("spawn")
        weeks = context.RawArray("i", max(tasks) + 1)
        before = set(multiprocessing.active_children())
        pool = ProcessPoolExecutor(
            min(self.workers, len(tasks)), mp_context=context, initializer=_start_worker, initargs=(weeks,)
        )
        whole = False
        try:
            with _interrupts_held():
                futures = {pool.submit(_in_worker, work, i, task): i for i, task in tasks.items()}
            yield from _collect(futures, weeks, watch)
            whole = True
        finally:
            if not whole:
                for child in set(multiprocessing.active_children()) - before:
                    child.kill()
            pool.shutdown(wait=True, cancel_futures=True)


def _collect(futures: dict[Future[R], int], weeks: Any, watch: Watch) -> Generator[tuple[int, R], None, None]:
    """Yield results as they come; between them read how far the workers are."""
    pending = set(futures)
    while pending:
        done, pending = wait(pending, timeout=_POLL_SECONDS, return_when=FIRST_COMPLETED)
        for future in pending:
            watch(futures[future], weeks[futures[future]])
        broken = None
        for future in sorted(done, key=futures.__getitem__):
            error = future.exception()
            if error is None:
                yield futures[future], future.result()
            elif not isinstance(error, BrokenProcessPool):
                raise error
            else:
                broken = error
        if broken is not None:
            raise broken


def check_executor(name: str | None) -> None:
    """Refuse a name that is no executor: None, 'processes', 'here' or 'dask://HOST:PORT'."""
    if name is None or name in LOCAL:
        return
    host, _, port = name.removeprefix(DASK).rpartition(":")
    if not name.startswith(DASK) or not host or not port.isdigit():
        near = suggest(name, (*LOCAL, DASK))
        raise InputError(f"no executor '{name}'; expected processes, here or dask://HOST:PORT.{near}")


def make_executor(workers: int, tasks: int, *, isolated: bool = False, name: str | None = None) -> Executor:
    """Return the executor of a name for a number of workers and tasks.

    Parameters
    ----------
    workers
        Local processes at once.
    isolated
        Give even one worker a process of its own, which can be stopped at once.
    name
        'here' (one after the other in this process), 'processes', 'dask://HOST:PORT', or None: processes, but
        one worker is this process unless ``isolated``.

    Raises
    ------
    InputError
        If there is no such executor, or no cluster answers at the address.
    """
    check_executor(name)
    if name is not None and name.startswith(DASK):
        from sim.runs.cluster import Cluster

        return Cluster(name)
    workers = max(1, min(workers, tasks))
    alone = workers == 1 and not isolated and name is None
    return InProcess() if name == "here" or alone else Processes(workers)


def available_cores() -> int:
    """Return the number of cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def interrupts_deferred() -> Iterator[Callable[[], None]]:
    """Hold Ctrl-C back in a block, and yield a function that lets it through where that is safe.

    A KeyboardInterrupt raised while Python hands its arguments to compiled code can end the process without a
    word, so it must come between calls of compiled code.
    """
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield lambda: None
        return
    asked: list[int] = []

    def stop_if_asked() -> None:
        if asked:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, lambda number, _: asked.append(number))
    try:
        yield stop_if_asked
        stop_if_asked()
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Start workers with Ctrl-C blocked: it is for us to stop them, and they inherit the block."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    old = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)


_weeks: Any = None


def _start_worker(weeks: Any) -> None:
    """Prepare a worker: shared progress, no Ctrl-C of its own, and an end when the parent dies."""
    global _weeks  # noqa: PLW0603 - one array per worker process
    _weeks = weeks
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _in_worker(work: Work[T, R], position: int, task: T) -> R:
    def tell(weeks: int) -> None:
        _weeks[position] = weeks

    return work(task, tell)
