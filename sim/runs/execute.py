"""Jobs, and where they are done: in this process, in local worker processes, or on a Dask cluster.

A :class:`Job` simulates one or more tasks one after the other; every finished task is put into a store
(:mod:`sim.runs.store`) at once.  The runs of a plan, virtual trials, the points of a calibration and the runs
of a sensitivity analysis are all done by :func:`run_jobs`.

All executors have one method (:class:`sim.runs.executor.Executor`) and give the same results;
:func:`make_executor` chooses.  They hold a few jobs for each worker at a time, whatever the number of jobs.
Local workers write into the store themselves and only say when they are done; their weeks are read from
shared memory without locks, so a worker that dies cannot hold up the others.  A dead worker's job is done
again: what it has finished is kept.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from multiprocessing.connection import wait as wait_for
from typing import Any, Protocol, TypeVar

from sim.errors import InputError, RunError, named, suggest
from sim.runs.available import refuse_large_worlds
from sim.runs.executor import DASK, IN_FLIGHT, Executor, R, T, Watch, Work
from sim.runs.folder import held, out_folder
from sim.runs.progress import Progress, showing
from sim.runs.store import Addressed, Store

A = TypeVar("A", bound=Addressed)
#: What is kept of a finished task: the content of its files by name.
Files = Mapping[str, bytes]
#: Whether the result of a task is in the store already.
Has = Callable[[Any], bool]

#: Names of executors that need no address.
LOCAL = ("processes", "here")
_POLL_SECONDS = 0.1
#: What the system says of a disk that is full or may not be written.
FULL_OR_FORBIDDEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EROFS, errno.EPERM}
_TRIES = 3


class Job(Protocol):
    """Tasks that one worker does one after the other."""

    @property
    def tasks(self) -> Sequence[Addressed]:
        """What is made, in order."""

    @property
    def milestones(self) -> Sequence[int]:
        """Weeks simulated when each of the tasks is finished, (n_tasks,), rising."""


#: Simulates those of a job's tasks that are not there yet, telling the weeks: yields each with its files.
Simulate = Callable[[Any, Has, Callable[[int], None]], Iterable[tuple[Any, Files]]]


@dataclass(frozen=True)
class OneTask:
    """A job of one task of so many weeks."""

    task: Any
    weeks: int

    @property
    def tasks(self) -> tuple[Any, ...]:
        """The one task."""
        return (self.task,)

    @property
    def milestones(self) -> tuple[int, ...]:
        """Its weeks."""
        return (self.weeks,)


@dataclass(frozen=True)
class Finished:
    """A task that is done: its seconds, and its files where the worker could not keep them itself."""

    task: Any
    seconds: float
    files: Files | None = None


def missing_in(store: Store, tasks: Iterable[A]) -> tuple[list[A], list[A]]:
    """Return the tasks whose results are not in a store, each once, and which of them are damaged there."""
    states = {task.key: (task, store.state(task)) for task in tasks}
    missing = [task for task, state in states.values() if state != "whole"]
    return missing, [task for task, state in states.values() if state == "damaged"]


def run_jobs(
    jobs: Sequence[Job], simulate: Simulate, store: Store, executor: Executor, progress: Progress
) -> list[Finished]:
    """Do jobs and put what they make into a store; return what was finished, without the files.

    Parameters
    ----------
    simulate
        What a job is; importable, and its arguments picklable, as workers get it.
    """
    finished: list[Finished] = []
    work = partial(_perform, store if executor.shares_files else None, simulate)
    with closing(executor.run(jobs, work, progress.weeks)) as results:
        for position, parts in results:
            for part in parts:
                if part.files is not None:
                    store.put(part.task, part.files)
            finished += [replace(part, files=None) for part in parts]
            progress.finished(position)
    return finished


def complete(
    store: Store,
    jobs: Callable[[Sequence[Any], int], Sequence[Job]],
    tasks: Iterable[Any],
    simulate: Simulate,
    *,
    workers: int | None = None,
    executor: str | None = None,
    title: str = "",
    quiet: bool,
) -> None:
    """Do the tasks whose results a store does not hold yet.

    Parameters
    ----------
    jobs
        Gathers tasks into jobs for a number of workers.
    workers
        Local processes at once; None is one for each core.
    executor
        See :func:`make_executor`.
    title, quiet
        Of the progress that is shown.
    """
    missing, _ = missing_in(store, tasks)
    if not missing:
        return
    out_folder(store.folder)
    place = make_executor(workers or available_cores(), len(missing), name=executor)
    refuse_large_worlds(max(getattr(task, "scale", 0.0) for task in missing), place.workers)
    gathered = jobs(missing, place.workers)
    try:
        with (
            held(store.folder),
            showing([job.milestones for job in gathered], title, quiet=quiet) as progress,
        ):
            run_jobs(gathered, simulate, store, place, progress)
    except KeyboardInterrupt as stop:
        kept = len(missing) - len(missing_in(store, missing)[0])
        raise KeyboardInterrupt(
            f"{kept} of {len(missing)} runs are finished and kept in {store.folder}. "
            "Give the same command again to go on from there."
        ) from stop
    except OSError as error:
        if error.errno not in FULL_OR_FORBIDDEN:
            raise
        raise RunError(f"cannot write to {store.folder}: {error.strerror}") from error


def _perform(
    store: Store | None, simulate: Simulate, job: Job, progress: Callable[[int], None]
) -> tuple[Finished, ...]:
    """Do a job in a worker: into the store, or, where that is not to be reached, with the files sent back."""
    done = []
    began = time.perf_counter()
    has = store.has if store is not None else _has_nothing
    for task, files in simulate(job, has, progress):
        if store is not None:
            store.put(task, files)
        now = time.perf_counter()
        done.append(Finished(task, now - began, files if store is None else None))
        began = now
    return tuple(done)


def _has_nothing(task: object) -> bool:
    return False


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
                        f"(lower {named('workers')} or {named('scale')}), or a script that calls Jobvej "
                        "lacks the line: if __name__ == '__main__':"
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
        waiting = iter(tasks.items())
        whole = False

        def more(number: int) -> dict[Future[R], int]:
            with _interrupts_held():
                return {pool.submit(_in_worker, work, i, task): i for i, task in islice(waiting, number)}

        try:
            yield from _collect(more(IN_FLIGHT * self.workers), more, weeks, watch)
            whole = True
        finally:
            if not whole:
                for child in set(multiprocessing.active_children()) - before:
                    child.kill()
            pool.shutdown(wait=True, cancel_futures=True)


def _collect(
    futures: dict[Future[R], int], more: Callable[[int], dict[Future[R], int]], weeks: Any, watch: Watch
) -> Generator[tuple[int, R], None, None]:
    """Yield results as they come; between them read how far the workers are, and give them more to do."""
    while futures:
        done, _ = wait(futures, timeout=_POLL_SECONDS, return_when=FIRST_COMPLETED)
        finished = sorted((futures.pop(future), future) for future in done)
        broken = next((e for _, f in finished if isinstance(e := f.exception(), BrokenProcessPool)), None)
        if broken is None:
            futures |= more(len(done))
        for position in futures.values():
            watch(position, weeks[position])
        for position, future in finished:
            error = future.exception()
            if error is None:
                yield position, future.result()
            elif not isinstance(error, BrokenProcessPool):
                raise error
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
