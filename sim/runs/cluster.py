"""Work on a Dask cluster, by the address of its scheduler.

    dask scheduler                                    on one machine
    dask worker tcp://HOST:8786 --nthreads 1          on each, once a core
    jobvej compare ... --executor dask://HOST:8786

Workers need the same Jobvej, not the same files: results come back as bytes and are written by who asked.
Dask does the task of a worker that died again, on another one.  Interrupted, nothing goes on: a worker whose
task nobody waits for any more gives it up at the end of the week.
"""

from __future__ import annotations

import logging
import platform
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from importlib.metadata import version as installed_version
from itertools import islice
from typing import Any

from distributed import Client, KilledWorker, get_worker

from sim.errors import InputError, RunError, named
from sim.runs.executor import DASK, IN_FLIGHT, R, T, Watch, Work
from sim.runs.version import code_digest, data_digest

_CONNECT_SECONDS = 10
_WATCH_SECONDS = 0.5
#: Libraries whose version may be seen in the bytes of a result.
_LIBRARIES = ("numpy", "numba", "pandas", "pyarrow", "scipy")
#: A worker of several threads does one job at a time: its memory is what was estimated.
_ONE_JOB = threading.Lock()


class Cluster:
    """A Dask cluster: its workers are asked what they are before anything runs.

    Parameters
    ----------
    name
        ``dask://HOST:PORT`` of the scheduler.

    Raises
    ------
    InputError
        If no scheduler answers, it has no workers, or a worker has no or another Jobvej.
    """

    shares_files = False

    def __init__(self, name: str) -> None:
        self.name = name
        with self._client() as client:
            with suppress(TimeoutError):
                client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
            about = client.scheduler_info(n_workers=-1)["workers"]
            if not about:
                raise InputError(
                    f"{name} has no workers; start some: dask worker {self._address} --nthreads 1"
                )
            refuse_others(client.run(description, on_error="return"))
        self.workers = len(about)
        self.memory_limit = min((each["memory_limit"] or 0 for each in about.values()), default=0) or None

    @property
    def _address(self) -> str:
        return self.name.replace(DASK, "tcp://", 1)

    @contextmanager
    def _client(self) -> Iterator[Any]:
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            connect: Any = Client
            client = connect(self._address, timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError) as error:
            raise InputError(
                f"no Dask scheduler answers at {self.name}; start one: dask scheduler"
            ) from error
        try:
            yield client
        finally:
            client.close(timeout=1)

    def run(self, tasks: Sequence[T], work: Work[T, R], watch: Watch) -> Generator[tuple[int, R], None, None]:
        """Do all tasks on the cluster's workers; those of a worker that died are done by another one."""
        with self._client() as client:
            heard: queue.Queue[Any] = queue.Queue()
            topic = f"jobvej-{client.id}"
            client.subscribe_topic(topic, lambda event: heard.put(tuple(event[1])))
            futures: dict[Any, int] = {}
            waiting = enumerate(tasks)

            def submit(number: int) -> None:
                for position, task in islice(waiting, number):
                    key = f"{topic}-{position}"
                    future = client.submit(_on_worker, work, position, task, topic, key=key)
                    futures[future] = position
                    future.add_done_callback(heard.put)

            try:
                submit(IN_FLIGHT * self.workers)
                yield from self._collect(futures, heard, watch, submit)
            finally:
                client.cancel(list(futures), force=True)

    def _collect(
        self, futures: dict[Any, int], heard: queue.Queue[Any], watch: Watch, submit: Callable[[int], None]
    ) -> Generator[tuple[int, Any], None, None]:
        while futures:
            news = heard.get()
            if isinstance(news, tuple):
                watch(*news)
                continue
            position = futures.pop(news)
            try:
                result = news.result()
            except KilledWorker as error:
                raise RunError(
                    f"workers of {self.name} died several times at the same task; most often memory ran out "
                    f"(lower {named('scale')}, or give the workers of the cluster more memory)"
                ) from error
            except CancelledError as error:
                raise RunError(f"the connection to {self.name} was lost") from error
            submit(1)
            yield position, result
            news.release()


def description() -> dict[str, str]:
    """Return what must be the same on every worker for its results to be the same bytes."""
    libraries = {name: installed_version(name) for name in _LIBRARIES}
    python = ".".join(platform.python_version_tuple()[:2])
    return {"code of Jobvej": code_digest(), "data of Jobvej": data_digest(), "python": python, **libraries}


def refuse_others(found: dict[str, Any]) -> None:
    """Raise InputError if a worker has no Jobvej or one that would give other bytes; ``found`` by address."""
    mine = description()
    for worker, theirs in sorted(found.items()):
        if isinstance(theirs, ImportError):
            raise InputError(
                f"the worker at {worker} lacks Jobvej or a part of it ({theirs}): install it there"
            )
        if isinstance(theirs, BaseException):
            raise InputError(f"the worker at {worker} does not answer: {theirs}")
        for what in mine:
            if mine[what] != theirs.get(what):
                versions = f": {theirs.get(what)} there, {mine[what]} here" if what in _LIBRARIES else ""
                raise InputError(
                    f"the worker at {worker} has another {what}{versions}. Results would not be the same: "
                    "install the same version there"
                )


def _on_worker(work: Work[T, R], position: int, task: T, topic: str) -> R:
    """Do a task in a worker, telling the weeks now and then."""
    worker = get_worker()
    key = worker.get_current_task()
    told = 0.0

    def tell(weeks: int) -> None:
        nonlocal told
        state = worker.state.tasks.get(key)
        if state is None or state.state == "cancelled":
            raise RunError("nobody waits for this result any more")
        if time.monotonic() - told >= _WATCH_SECONDS:
            told = time.monotonic()
            worker.log_event(topic, [position, weeks])

    with _ONE_JOB:
        return work(task, tell)
