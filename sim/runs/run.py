"""Run a plan: only what is missing, then merge."""

from __future__ import annotations

import errno
import os
import platform
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from importlib.metadata import version as installed_version
from pathlib import Path

from sim.errors import RunError
from sim.runs.branching import Job, jobs_of
from sim.runs.estimate import estimate, refuse_if_too_large
from sim.runs.execute import Executor, InProcess, Work, available_cores, check_executor, make_executor
from sim.runs.options import RUN
from sim.runs.plan import Plan, Task
from sim.runs.progress import Progress, showing
from sim.runs.store import TIMING, Finisher, Store, part_state, put_part, write_json
from sim.runs.work import Finished, MakeWorld, labour_market, perform

_LIBRARIES = ("numpy", "numba", "pandas", "pyarrow", "scipy", "mesa")


class Interrupted(KeyboardInterrupt):
    """The user stopped the run; the message says what is kept and how to go on."""


def run_plan(
    plan: Plan,
    out: Path | str,
    *,
    workers: int | None = None,
    quiet: bool = RUN.quiet,
    finishers: Sequence[Finisher] = (),
    make_world: MakeWorld = labour_market,
    executor: str | None = RUN.executor,
    branching: bool = RUN.branching,
) -> Path:
    """Run what is missing of a plan and write the results to a folder.

    Parameters
    ----------
    out
        Folder; created if missing.  Parts of the same plan that are there are kept.
    workers
        Processes at once; None is one for each core.  It has no bearing on the results.
    quiet
        Show no progress.
    finishers
        Write further tables from the merged ones before the manifest is made.
    make_world
        Called with the arguments of ``sim.LabourMarket``; importable, as workers import it.
    executor
        Where the worlds run: 'processes', 'here', 'dask://HOST:PORT'; None is processes, or here with one
        worker or one job.  It has no bearing on the results.
    branching
        Live the weeks that scenarios share once (:mod:`sim.runs.branching`); no bearing on them either.

    Returns
    -------
    The folder, with ``manifest.json`` as the last file written.

    Raises
    ------
    InputError
        If the folder is of another run or cannot be written, or memory would not suffice.
    Interrupted
        On Ctrl-C; finished worlds are kept.
    RunError
        If workers keep dying or the disk is full.
    """
    workers = max(1, workers or available_cores())
    folder = Path(out)
    check_executor(executor)
    began = time.perf_counter()
    states = {task: part_state(folder, task) for task in plan.tasks}
    missing = [task for task, state in states.items() if state != "whole"]
    place = make_executor(workers, len(missing), name=executor) if missing else InProcess()
    jobs = jobs_of(missing, place.workers, branching=branching)
    refuse_if_too_large(jobs, place.workers, folder)
    store = Store(folder, plan)
    if not missing and store.complete():
        return folder
    _discard([task for task, state in states.items() if state == "damaged"], store, quiet)
    try:
        with showing([job.milestones for job in jobs], plan.kind, quiet=quiet or not jobs) as progress:
            _announce(plan, jobs, place, progress)
            if jobs and make_world is labour_market:
                from sim.engine.first_start import compile_if_new  # the compiler is heavy

                compile_if_new(progress.say)
            work = partial(perform, folder if place.shares_files else None, make_world)
            finished = _run(jobs, place, progress, work, folder)
        store.merge(finishers)
    except KeyboardInterrupt as stop:
        raise Interrupted(_what_is_kept(store)) from stop
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EROFS}:
            raise
        raise RunError(f"cannot write to {folder}: {error.strerror}. {_what_is_kept(store)}") from error
    write_json(folder / TIMING, _timing(finished, place.workers, time.perf_counter() - began))
    return folder


def _discard(damaged: Sequence[Task], store: Store, quiet: bool) -> None:
    """Remove damaged parts, and say so."""
    for task in damaged:
        store.discard(task)
        if not quiet:
            name = f"{task.scenario}, draw {task.draw}, replicate {task.replicate}"
            print(f"The part of {name} is damaged; it is run again.", file=sys.stderr)  # noqa: T201


def _run(
    jobs: list[Job],
    executor: Executor,
    progress: Progress,
    work: Work[Job, tuple[Finished, ...]],
    folder: Path,
) -> list[Finished]:
    finished: list[Finished] = []
    if not jobs:
        return finished
    with closing(executor.run(jobs, work, progress.weeks)) as results:
        for position, parts in results:
            for part in parts:
                if part.files is not None:
                    put_part(folder, part.task, part.files)
            finished += [replace(part, files=None) for part in parts]
            progress.finished(position)
    return finished


def _announce(plan: Plan, jobs: list[Job], executor: Executor, progress: Progress) -> None:
    tasks = sum(len(job.tasks) for job in jobs)
    kept = len(plan.tasks) - tasks
    again = f"{kept} of {len(plan.tasks)} worlds are there already; " if kept else ""
    progress.say(f"{again}{tasks} worlds to run: {estimate(jobs, executor.workers)}")
    saved = 1 - sum(job.weeks for job in jobs) / max(tasks * plan.weeks, 1)
    if saved >= 0.005:
        progress.say(f"Weeks that worlds share are simulated once: {saved:.0%} of all weeks are saved.")


def _what_is_kept(store: Store) -> str:
    kept = sum(store.finished(task) for task in store.plan.tasks)
    return (
        f"{kept} of {len(store.plan.tasks)} worlds are finished and kept in {store.folder}. "
        "Give the same command again to go on from there."
    )


def _timing(finished: list[Finished], workers: int, seconds: float) -> dict[str, object]:
    """Return what may differ from machine to machine and is kept out of the manifest."""
    return {
        "seconds": round(seconds, 3),
        "workers": workers,
        "cores": os.cpu_count(),
        "arguments": sys.argv,
        "python": platform.python_version(),
        "libraries": {name: installed_version(name) for name in _LIBRARIES},
        "worlds": [
            {"scenario": part.task.scenario, "draw": part.task.draw, "replicate": part.task.replicate,
             "seconds": round(part.seconds, 3)}
            for part in finished
        ],
    }  # fmt: skip
