"""The commands that run worlds: run and compare."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from jobvej.cli.options import (
    BranchingOption,
    DemandOption,
    DrawsOption,
    ExecutorOption,
    FromOption,
    JsonOption,
    OutOption,
    QuietOption,
    ReformOption,
    ReplicatesOption,
    ScaleOption,
    SeedOption,
    SetOption,
    SwitchOption,
    ToOption,
    WorkersOption,
    with_examples,
)
from sim.errors import InputError

if TYPE_CHECKING:
    from sim.runs.plan import Plan, Scenario
    from sim.runs.results import Finisher

INTERRUPTED = 130


@with_examples
def run(
    out: OutOption,
    reform: ReformOption = None,
    start: FromOption = "2024-W01",
    end: ToOption = "2030-W52",
    scale: ScaleOption = 0.05,
    seed: SeedOption = 1,
    replicates: ReplicatesOption = 1,
    draws: DrawsOption = 1,
    demand: DemandOption = "flat",
    workers: WorkersOption = None,
    executor: ExecutorOption = None,
    branching: BranchingOption = True,
    settings: SetOption = None,
    switch_off: SwitchOption = None,
    quiet: QuietOption = False,
) -> None:
    """Run worlds: the baseline, or each reform given.

    jobvej run --out results/baseline
    jobvej run --reform no-focus-targets+cut-3bn --scale 0.02 --to 2027-W52 --out results/both
    jobvej run --set "refund.state_share[weeks_1_4]=0.6" --demand recession --out results/what-if
    """
    from reforms.scenario import BASELINE_SCENARIO, scenario_of
    from sim.runs.plan import make_plan

    scenarios: list[Scenario] = [scenario_of(each) for each in reform or ()] or [BASELINE_SCENARIO]
    plan = make_plan(
        scenarios, start=start, end=end, scale=scale, seed=seed, replicates=replicates, draws=draws,
        demand=demand, settings=settings or (), switched_off=switch_off or (),
    )  # fmt: skip
    run_and_keep(plan, out, workers, quiet, (), executor=executor, branching=branching)
    typer.echo(f"Results: {out}")


@with_examples
def compare(
    out: OutOption,
    reform: ReformOption = None,
    start: FromOption = "2024-W01",
    end: ToOption = "2030-W52",
    scale: ScaleOption = 0.05,
    seed: SeedOption = 1,
    replicates: ReplicatesOption = 1,
    draws: DrawsOption = 1,
    demand: DemandOption = "flat",
    workers: WorkersOption = None,
    executor: ExecutorOption = None,
    branching: BranchingOption = True,
    settings: SetOption = None,
    switch_off: SwitchOption = None,
    quiet: QuietOption = False,
) -> None:
    """Run the baseline and every reform in paired worlds, and write the differences.

    The same people with the same luck live in every world, so a difference is the reform's doing.

    jobvej compare --reform headline --out results/headline
    jobvej compare --reform cut-3bn --reform cut-3bn+no-focus-targets --replicates 4 --out results/which-first
    jobvej compare --reform my/reform.yaml --draws 25 --scale 0.02 --out results/how-sure
    """
    from reforms.scenario import comparison_plan

    if not reform:
        raise InputError("compare needs a reform: --reform NAME or FILE. See: jobvej reforms list")
    plan = comparison_plan(
        reform, start=start, end=end, scale=scale, seed=seed, replicates=replicates, draws=draws,
        demand=demand, settings=settings or (), switched_off=switch_off or (),
    )  # fmt: skip
    run_and_keep(plan, out, workers, quiet, None, executor=executor, branching=branching)
    from reforms.compare import Comparison

    typer.echo(Comparison(out).in_short())
    typer.echo(f"Results: {out}\nTo read: jobvej report {out}")


@with_examples
def pairing(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Results of jobvej compare --replicates N.")],
    as_json: JsonOption = False,
) -> None:
    """Say what pairing saves: standard errors of the reforms' effects, paired against unpaired.

    jobvej compare --reform cut-3bn --replicates 12 --scale 0.01 --out results/paired

    jobvej pairing results/paired
    """
    if not (folder / "manifest.json").is_file():
        raise InputError(
            f"{folder} holds no finished results (no manifest.json); run jobvej compare --out {folder}"
        )
    from reforms.pairing import as_markdown, conditions_of, measure_pairing

    table = measure_pairing(folder)
    if as_json:
        typer.echo(table.to_json(orient="records", indent=1))
    else:
        typer.echo(as_markdown(table, conditions_of(folder)))


def run_and_keep(
    plan: Plan,
    out: Path,
    workers: int | None,
    quiet: bool,
    finishers: Sequence[Finisher] | None,
    *,
    executor: str | None = None,
    branching: bool = True,
) -> None:
    """Run a plan; None as finishers stands for those of a comparison (heavy, so imported late)."""
    if workers is not None and workers < 1:
        raise InputError(f"--workers is {workers}; expected 1 or more")
    if out.is_file():
        raise InputError(f"{out} is a file; --out needs a folder")
    from sim.runs.run import Interrupted, run_plan

    if finishers is None:
        from reforms.compare import finishers_of

        finishers = finishers_of(plan)
    try:
        run_plan(
            plan, out, workers=workers, quiet=quiet, isolated=True, finishers=finishers, executor=executor,
            branching=branching,
        )  # fmt: skip
    except Interrupted as stop:
        typer.echo(f"\nInterrupted. {stop}", err=True)
        _leave_at_once(INTERRUPTED)


def _leave_at_once(code: int) -> NoReturn:
    """End the process without waiting for library threads that the interrupt may have left holding a lock.

    Everything that is kept has been written; workers end with their parent.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
