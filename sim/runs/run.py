"""Run a plan: only what is missing, then merge."""

from __future__ import annotations

import errno
import os
import platform
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from importlib.metadata import version as installed_version
from pathlib import Path

from sim.runs.estimate import estimate, refuse_if_too_large
from sim.runs.execute import Executor, RunError, Work, available_cores, make_executor
from sim.runs.plan import Plan, Task
from sim.runs.progress import Progress, showing
from sim.runs.store import TIMING, Finisher, Store, write_json
from sim.runs.work import Finished, MakeWorld, labour_market, perform

_LIBRARIES = ("numpy", "numba", "pandas", "pyarrow", "scipy", "mesa")


class Interrupted(KeyboardInterrupt):
    """The user stopped the run; the message says what is kept and how to go on."""


def run_plan(
    plan: Plan,
    out: Path | str,
    *,
    workers: int | None = None,
    quiet: bool = False,
    isolated: bool = False,
    finishers: Sequence[Finisher] = (),
    make_world: MakeWorld = labour_market,
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
    isolated
        Give even one worker a process of its own, so that Ctrl-C takes effect at once.
    finishers
        Write further tables from the merged ones before the manifest is made.
    make_world
        Called with the arguments of ``sim.LabourMarket``; importable, as workers import it.

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
    refuse_if_too_large(plan, workers)
    store = Store(folder, plan)
    began = time.perf_counter()
    missing = _missing(store, quiet)
    if not missing and store.complete():
        return folder
    try:
        with showing([task.weeks for task in missing], plan.kind, quiet=quiet or not missing) as progress:
            _announce(plan, len(missing), workers, progress)
            executor = make_executor(workers, len(missing), isolated=isolated)
            finished = _run(missing, executor, progress, partial(perform, folder, make_world))
        store.merge(finishers)
    except KeyboardInterrupt as stop:
        raise Interrupted(_what_is_kept(store)) from stop
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS}:
            raise
        raise RunError(f"cannot write to {folder}: {error.strerror}. {_what_is_kept(store)}") from error
    write_json(folder / TIMING, _timing(finished, workers, time.perf_counter() - began))
    return folder


def _missing(store: Store, quiet: bool) -> list[Task]:
    """Return the tasks without a whole part; damaged parts are removed and said to be."""
    missing = []
    for task in store.plan.tasks:
        state = store.part_state(task)
        if state == "damaged":
            store.discard(task)
            if not quiet:
                name = f"{task.scenario}, draw {task.draw}, replicate {task.replicate}"
                print(f"The part of {name} is damaged; it is run again.", file=sys.stderr)  # noqa: T201
        if state != "whole":
            missing.append(task)
    return missing


def _run(
    tasks: list[Task], executor: Executor, progress: Progress, work: Work
) -> list[tuple[Task, Finished]]:
    finished: list[tuple[Task, Finished]] = []
    if not tasks:
        return finished
    with closing(executor.run(tasks, work, progress.weeks)) as results:
        for position, result in results:
            finished.append((tasks[position], result))
            progress.finished(position)
    return finished


def _announce(plan: Plan, tasks: int, workers: int, progress: Progress) -> None:
    kept = len(plan.tasks) - tasks
    again = f"{kept} of {len(plan.tasks)} worlds are there already; " if kept else ""
    progress.say(f"{again}{tasks} worlds to run: {estimate(plan, workers, tasks)}")


def _what_is_kept(store: Store) -> str:
    kept = sum(store.finished(task) for task in store.plan.tasks)
    return (
        f"{kept} of {len(store.plan.tasks)} worlds are finished and kept in {store.folder}. "
        "Give the same command again to go on from there."
    )


def _timing(finished: list[tuple[Task, Finished]], workers: int, seconds: float) -> dict[str, object]:
    """Return what may differ from machine to machine and is kept out of the manifest."""
    return {
        "seconds": round(seconds, 3),
        "workers": workers,
        "cores": os.cpu_count(),
        "arguments": sys.argv,
        "python": platform.python_version(),
        "libraries": {name: installed_version(name) for name in _LIBRARIES},
        "worlds": [
            {"scenario": task.scenario, "draw": task.draw, "replicate": task.replicate,
             "seconds": round(result.seconds, 3)}
            for task, result in finished
        ],
    }  # fmt: skip
