"""Run a plan: only what is missing, then merge."""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import sys
import time
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version as installed_version
from pathlib import Path

from sim.errors import RunError
from sim.runs.branching import Job, jobs_of
from sim.runs.estimate import estimate, refuse_if_too_large
from sim.runs.execute import (
    Finished,
    InProcess,
    available_cores,
    check_executor,
    make_executor,
    missing_in,
    run_jobs,
)
from sim.runs.executor import Executor
from sim.runs.folder import held, out_folder
from sim.runs.options import RUN
from sim.runs.plan import Plan
from sim.runs.progress import Progress, showing
from sim.runs.results import PARTS, TIMING, Finisher, Results
from sim.runs.store import Store, write_json
from sim.runs.work import MakeWorld, labour_market, simulate, tables_of

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
        Folder; created if missing.  Runs of the same plan that are finished there are kept.
    workers
        Processes at once; None is one for each core.  It has no bearing on the results.
    quiet
        Show no progress.
    finishers
        Write further tables from the merged ones before the manifest is made.
    make_world
        Called with the arguments of ``sim.LabourMarket``; importable, as workers import it.
    executor
        Where the runs are done: 'processes', 'here', 'dask://HOST:PORT'; None is processes, or here with one
        worker or one job.  It has no bearing on the results.
    branching
        Simulate the weeks that scenarios share once (:mod:`sim.runs.branching`); no bearing on them either.

    Returns
    -------
    The folder, with ``manifest.json`` as the last file written.

    Raises
    ------
    InputError
        If the folder is of another run or cannot be written, or memory would not suffice.
    Interrupted
        On Ctrl-C; finished runs are kept.
    RunError
        If workers keep dying or the disk is full.
    """
    workers = max(1, workers or available_cores())
    folder = out_folder(out)
    check_executor(executor)
    with held(folder):
        return _run(
            plan, folder, workers=workers, quiet=quiet, finishers=finishers, make_world=make_world,
            executor=executor, branching=branching,
        )  # fmt: skip


def _run(
    plan: Plan,
    folder: Path,
    *,
    workers: int,
    quiet: bool,
    finishers: Sequence[Finisher],
    make_world: MakeWorld,
    executor: str | None,
    branching: bool,
) -> Path:
    """Do :func:`run_plan` in a folder that is held."""
    began = time.perf_counter()
    missing, damaged = missing_in(Store(folder / PARTS), plan.tasks)
    place = make_executor(workers, len(missing), name=executor) if missing else InProcess()
    jobs = jobs_of(missing, place.workers, branching=branching)
    refuse_if_too_large(jobs, place.workers, folder)
    results = Results(folder, plan)
    if not missing and results.complete():
        return folder
    try:
        with showing([job.milestones for job in jobs], plan.kind, quiet=quiet or not jobs) as progress:
            _announce(plan, jobs, place, progress)
            for task in damaged:
                name = f"{task.scenario}, draw {task.draw}, replicate {task.replicate}"
                progress.say(f"The part of {name} is damaged; it is run again.")
            if jobs and make_world is labour_market:
                from sim.engine.first_start import compile_if_new  # the compiler is heavy

                compile_if_new(progress.say)
            finished = run_jobs(
                jobs, partial(simulate, make_world, tables_of), results.store, place, progress
            )
        results.merge(finishers)
    except KeyboardInterrupt as stop:
        raise Interrupted(_what_is_kept(results)) from stop
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EROFS}:
            raise
        raise RunError(f"cannot write to {folder}: {error.strerror}. {_what_is_kept(results)}") from error
    _write_timing(folder, _timing(finished, place.workers, time.perf_counter() - began))
    return folder


def _write_timing(folder: Path, timing: dict[str, object]) -> None:
    """Write how long it took; results that are whole are not lost for want of it."""
    with contextlib.suppress(OSError):
        write_json(folder / TIMING, timing)


def _announce(plan: Plan, jobs: list[Job], executor: Executor, progress: Progress) -> None:
    tasks = sum(len(job.tasks) for job in jobs)
    kept = len(plan.tasks) - tasks
    again = f"{kept} of {len(plan.tasks)} runs are there already; " if kept else ""
    progress.say(f"{again}{tasks} runs to do: {estimate(jobs, executor.workers)}")
    saved = 1 - sum(job.weeks for job in jobs) / max(tasks * plan.weeks, 1)
    if saved >= 0.005:
        progress.say(f"Weeks that runs share are simulated once: {saved:.0%} of all weeks are saved.")


def _what_is_kept(results: Results) -> str:
    tasks = results.plan.tasks
    kept = sum(results.store.has(task) for task in tasks)
    return (
        f"{kept} of {len(tasks)} runs are finished and kept in {results.folder}. "
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
        "runs": [
            {"scenario": done.task.scenario, "draw": done.task.draw, "replicate": done.task.replicate,
             "seconds": round(done.seconds, 3)}
            for done in finished
        ],
    }  # fmt: skip
