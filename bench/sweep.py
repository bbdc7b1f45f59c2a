"""``python -m bench.sweep``: what a sweep of very many runs costs past one machine, from measured pieces.

Each piece is timed on this machine in processor seconds, so that others who use it do not count:

    the asking machine   planning, and gathering tasks into jobs
    the scheduler        time a task with many idle workers on loopback, and that of the asking machine
    a run                seconds (of the model), bytes of its job and of what it leaves, files
    merging              checking, merged tables, differences, summary, each for two numbers of runs

The sum for 100,000 runs follows from them, and what binds first: the workers, the scheduler or the merging.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import multiprocessing
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from reforms.effects import write_differences
from reforms.summary import summarise
from sim.parameters import Change, Origin
from sim.runs.branching import jobs_of
from sim.runs.execute import Files, Finished, InProcess, OneTask, run_jobs
from sim.runs.plan import BASELINE, Plan, Scenario, Task, make_plan
from sim.runs.progress import Silent
from sim.runs.results import Results
from sim.runs.store import Store
from sim.runs.tables import SCHEMAS, table_bytes, table_from
from sim.runs.work import labour_market, simulate, tables_of

#: What the sum is made for.
RUNS, CLUSTERS = 100_000, (100, 1_000)
END = "2030-W52"
REQUEST: dict[str, Any] = {"start": "2024-W01", "end": END}


class Piece(NamedTuple):
    """One measured piece: what, how much, and its unit."""

    what: str
    amount: float
    unit: str


def sweep_plan(draws: int, scale: float) -> Plan:
    """Return the baseline and a reform of 2026 in a number of draws."""
    origin = Origin("sweep")
    change = Change("supervision.offers_per_year", "set", ((date(2026, 1, 1), 2.0),), origin=origin)
    scenarios = [Scenario(BASELINE), Scenario("reform", (change,))]
    return make_plan(scenarios, kind="compare", draws=draws, scale=scale, **REQUEST)


def seconds(do: Callable[[], Any]) -> float:
    """Return the processor seconds that something takes here."""
    began = time.process_time()
    do()
    return time.process_time() - began


def planning(draws: int, workers: int) -> list[Piece]:
    """Time what the asking machine does before anything runs."""
    sweep_plan(2, 0.01).tasks  # noqa: B018 - loads what is loaded once
    plan = sweep_plan(draws, 0.01)
    plan_seconds = seconds(lambda: [task.key for task in plan.tasks])
    jobs: list[Any] = []
    gather_seconds = seconds(lambda: jobs.extend(jobs_of(plan.tasks, workers)))
    size = len(pickle.dumps(jobs[0]))
    runs = len(plan.tasks)
    return [
        Piece("planning a run", 1e3 * plan_seconds / runs, "ms"),
        Piece(f"gathering it into a job, {workers} workers", 1e3 * gather_seconds / runs, "ms"),
        Piece("a job on its way to a worker", size / 1e3, "kB"),
    ]


def one_run(scale: float, folder: Path) -> tuple[list[Piece], dict[str, Files]]:
    """Time a baseline and a reform of the model, and weigh what they leave."""
    plan, store = sweep_plan(1, scale), Store(folder)
    progress = Silent([(1,)] * 2)
    work = partial(simulate, labour_market, tables_of)
    warm = make_plan([Scenario(BASELINE)], scale=scale, start="2024-W01", end="2024-W03")
    run_jobs(jobs_of(warm.tasks, 1), work, Store(folder / "warm"), InProcess(), progress)
    done: list[Finished] = []
    took = seconds(lambda: done.extend(run_jobs(jobs_of(plan.tasks, 1), work, store, InProcess(), progress)))
    left: dict[str, Files] = {task.scenario: store.read(task) for task in plan.tasks}
    always = sum(
        len(content) for name, content in left["reform"].items() if name[:-6] in ("outcomes", "ledger")
    )
    return [
        Piece(f"a run of {plan.weeks} weeks at scale {scale:g} (shared weeks once)", took / 2, "s"),
        Piece("what a run leaves: one file of", always / 1e3, "kB"),
        Piece("and in the first draw, with persons", sum(map(len, left["reform"].values())) / 1e3, "kB"),
    ], left  # fmt: skip


class Nothing(NamedTuple):
    """A task that does nothing and sends so many bytes back."""

    key: str
    identity: dict[str, Any]
    size: int


def answer(job: OneTask, has: Any, progress: Callable[[int], None]) -> Iterator[tuple[Nothing, Files]]:
    """Send the bytes of a task back at once."""
    progress(1)
    yield job.task, {"bytes": bytes(job.task.size)}


class Forgetting(Store):
    """A store that keeps nothing: only the way to it is timed."""

    def put(self, task: Any, files: Files) -> None:
        """Keep nothing."""


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """Start a scheduler in a process of its own and many workers of one thread in another."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "scheduler.json"
        scheduler = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0",
             "--no-dashboard", "--scheduler-file", str(file)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        idle = multiprocessing.get_context("spawn").Process(target=_workers, args=(str(file), workers))
        idle.start()
        try:
            yield str(file)
        finally:
            idle.terminate()
            scheduler.terminate()
            idle.join()
            scheduler.wait()


def _workers(file: str, number: int) -> None:
    """Be many workers of one thread each, in one process."""
    from distributed import Worker

    logging.getLogger("distributed").setLevel(logging.ERROR)

    async def live() -> None:
        while not Path(file).exists():
            await asyncio.sleep(0.05)
        made = [
            Worker(scheduler_file=file, nthreads=1, memory_limit=0, dashboard=False) for _ in range(number)
        ]
        await asyncio.gather(*made)
        await asyncio.Event().wait()

    asyncio.run(live())


def scheduling(workers: int, tasks: int, sizes: Sequence[int]) -> list[Piece]:
    """Time trivial tasks that send some bytes back: what they cost the scheduler and the asking machine."""
    from distributed import Client

    from sim.runs.cluster import Cluster

    pieces = []
    with cluster(workers) as file:
        while not Path(file).exists():
            time.sleep(0.05)
        with Client(scheduler_file=file, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=120)
            address = client.scheduler.address.replace("tcp://", "dask://")
            place = Cluster(address)
            for size in sizes:
                jobs = [OneTask(Nothing(f"{size}-{at}", {}, size), 1) for at in range(tasks)]
                progress, nowhere = Silent([(1,)] * tasks), Forgetting(Path())
                before, wall = client.run_on_scheduler(time.process_time), time.perf_counter()
                here = seconds(partial(run_jobs, jobs, answer, nowhere, place, progress))
                there = client.run_on_scheduler(time.process_time) - before
                wall = time.perf_counter() - wall
                what = f"a trivial task that sends {size / 1e3:.0f} kB back, {workers} idle workers"
                pieces += [
                    Piece(f"{what}: scheduler", 1e3 * there / tasks, "ms"),
                    Piece(f"{what}: asking machine", 1e3 * here / tasks, "ms"),
                    Piece(f"{what}: by the clock", 1e3 * wall / tasks, "ms"),
                ]
    return pieces


def merging(draws: int, scale: float, left: dict[str, Files], folder: Path) -> list[Piece]:
    """Time what is done with a number of finished runs; all draws are copies of one."""
    plan = sweep_plan(draws, scale)
    results = Results(folder / str(draws), plan)
    tables = {name: _always(files) for name, files in left.items()}
    packed: list[dict[str, bytes]] = []
    pack = seconds(lambda: packed.extend(_of(tables[task.scenario], task) for task in plan.tasks))

    def keep() -> None:
        for task, files in zip(plan.tasks, packed, strict=True):
            results.store.put(task, files)

    put = seconds(keep)
    check = seconds(lambda: [results.store.has(task) for task in plan.tasks])
    merge = seconds(results.merge)
    differ = seconds(lambda: write_differences(results.folder))
    country = seconds(lambda: write_differences(results.folder, country_only=True))
    write_differences(results.folder)
    sums = seconds(lambda: summarise(results.folder / "differences.parquet", plan.scenarios, plan.scale))
    bytes_merged = sum(path.stat().st_size for path in results.folder.glob("*.parquet"))
    runs = len(plan.tasks)
    named = {
        "packing a run (at the worker)": pack, "keeping it": put, "checking that it is whole": check,
        "merging its tables": merge,
        "its differences": differ, "or those of the country alone": country,
        "its part of the summary": sums,
    }  # fmt: skip
    times = [Piece(f"{what}, of {runs} runs", 1e3 * took / runs, "ms") for what, took in named.items()]
    return [*times, Piece(f"merged tables of a run, of {runs} runs", bytes_merged / runs / 1e3, "kB")]


def _always(files: Files) -> dict[str, pa.Table]:
    return {name: table_from(files[f"{name}.arrow"]) for name in ("outcomes", "ledger")}


def _of(tables: dict[str, pa.Table], task: Task) -> dict[str, bytes]:
    """Return tables of one run as those of another draw."""
    made = {}
    for name, table in tables.items():
        at, type_ = SCHEMAS[name].get_field_index("draw"), SCHEMAS[name].field("draw").type
        draws = pa.repeat(pa.scalar(task.draw, type_), table.num_rows)
        made[f"{name}.arrow"] = table_bytes(name, [table.set_column(at, "draw", draws)])
    return made


def as_table(pieces: Sequence[Piece]) -> str:
    """Return the pieces as a Markdown table."""
    lines = ["| what | amount |", "|---|---:|"]
    return "\n".join([*lines, *(f"| {each.what} | {each.amount:,.3g} {each.unit} |" for each in pieces)])


def sums(pieces: Sequence[Piece]) -> str:
    """Return what :data:`RUNS` runs take by part and size of the cluster, in hours, and what binds."""

    def find(start: str) -> float:
        return [each.amount for each in pieces if each.what.startswith(start)][-1]

    run = find("a run of")
    scheduler = [p.amount for p in pieces if p.what.endswith(": scheduler")][-1] / 1e3
    asking = [p.amount for p in pieces if p.what.endswith(": asking machine")][-1] / 1e3
    asking += find("keeping it") / 1e3
    before = (find("planning") + find("gathering")) / 1e3
    merge = (find("checking") + find("merging its") + find("its differences") + find("its part")) / 1e3
    short = (find("checking") + find("merging its") + find("or those of the country")) / 1e3
    kept = find("what a run leaves") + find("merged tables")
    hours = RUNS / 3600
    lines = [f"| {RUNS:,} runs | hours |", "|---|---:|",
             f"| planning | {hours * before:.2f} |"]  # fmt: skip
    lines += [f"| running on {each:,} workers | {hours * run / each:.2f} |" for each in CLUSTERS]
    lines += [
        f"| scheduler, beside the running | {hours * scheduler:.2f} |",
        f"| asking machine, beside the running | {hours * asking:.2f} |",
        f"| merging, all municipalities | {hours * merge:.1f} |",
        f"| merging, differences of the country alone | {hours * short:.1f} |",
        "",
        f"The scheduler keeps up with {run / scheduler:,.0f} workers, the asking machine with "
        f"{run / asking:,.0f}; merging takes longer than running from {run / merge:,.0f} workers on. "
        f"Kept: {RUNS:,} files, {RUNS * kept / 1e6:,.0f} GB with the merged tables.",
    ]  # fmt: skip
    return "\n".join(lines)


def main() -> None:
    """Measure all pieces and print them with their sum."""
    options = argparse.ArgumentParser(prog="python -m bench.sweep", description=__doc__)
    options.add_argument("--scale", type=float, default=0.02, help="share of Denmark of the run (0.02)")
    options.add_argument("--workers", type=int, default=64, help="idle workers on loopback (64)")
    options.add_argument("--tasks", type=int, default=2_000, help="trivial tasks (2000)")
    options.add_argument("--draws", type=int, default=40, help="draws of the larger merge (40)")
    given = options.parse_args()
    pa.set_cpu_count(1)
    with tempfile.TemporaryDirectory() as place:
        pieces = planning(1_000, 1_000)
        run, left = one_run(given.scale, Path(place) / "run")
        pieces += run
        size = round(1e3 * run[1].amount)
        pieces += scheduling(given.workers, given.tasks, (0, size))
        for draws in (given.draws // 4, given.draws):
            pieces += merging(draws, given.scale, left, Path(place))
    print(as_table(pieces))
    print()
    print(sums(pieces))


if __name__ == "__main__":
    main()
