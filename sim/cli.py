"""The command line: parses, calls, prints.

Only what a command needs is imported, inside the command, so that ``jobvej --help`` answers at once.
Results go to stdout, progress and refusals to stderr.
Exit codes: 0 done, 1 failed, 2 bad input, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from sim.cli_lists import measures, mechanisms, params, reforms, with_examples
from sim.errors import InputError

if TYPE_CHECKING:
    from sim.runs.plan import Plan, Scenario
    from sim.runs.store import Finisher

INTERRUPTED = 130
#: Weeks of the unreformed world that are held against the facts: the second calendar year counts.
FIT_WEEKS = 104

app = typer.Typer(
    name="jobvej",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Jobvej simulates the Danish employment system, week by week and person by person: if the rules,
    the money and the incentives change, how long are people without work, and who pays?

    \b
    Begin here:
      jobvej reforms list                       what can be tried
      jobvej reforms show cut-3bn               what it changes, and why that way
      jobvej compare --reform cut-3bn --scale 0.01 --to 2026-W52 --out results/try
      jobvej report results/try                 a page to read
      jobvej params search refund               every number, with its source

    \b
    Exit codes: 0 done, 1 failed, 2 bad input (nothing was run), 130 interrupted (finished worlds are kept).
    """,
)
app.add_typer(reforms, name="reforms")
app.add_typer(params, name="params")
app.add_typer(measures, name="measures")
app.add_typer(mechanisms, name="mechanisms")

ReformOption = Annotated[
    list[str] | None,
    typer.Option("--reform", "-r", metavar="NAME|FILE",
                 help="A reform of the catalogue, a file, or several as one: a+b. Repeat for more worlds."),
]  # fmt: skip
FromOption = Annotated[str, typer.Option("--from", metavar="WEEK", help="First week.")]
ToOption = Annotated[str, typer.Option("--to", metavar="WEEK", help="Last week.")]
ScaleOption = Annotated[
    float, typer.Option(help="Share of Denmark's people that is simulated: 1 is everybody.")
]
SeedOption = Annotated[int, typer.Option(help="Number that all randomness comes from.")]
ReplicatesOption = Annotated[int, typer.Option(help="Worlds with other luck, paired across the reforms.")]
DrawsOption = Annotated[
    int, typer.Option(help="Draws of the uncertain parameters from their priors; 1 is their central values.")
]
DemandOption = Annotated[
    str, typer.Option(metavar="flat|recession|boom", help="Path of the demand for labour.")
]
WorkersOption = Annotated[
    int | None, typer.Option(help="Processes at once (default: one a core). Results do not depend on it.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PARAMETER=VALUE",
                 help="Another number for a parameter, in all worlds and the whole run; "
                      "parameter[component]=value for one component. Repeatable."),
]  # fmt: skip
SwitchOption = Annotated[
    list[str] | None,
    typer.Option(
        "--switch-off",
        metavar="MECHANISM",
        help="Leave a mechanism out (jobvej mechanisms list). Repeatable.",
    ),
]
OutOption = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Folder of the results; run again to continue.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print an array of JSON objects.")]


def _version(wanted: bool) -> None:
    if wanted:
        from sim.runs.version import version

        typer.echo(f"jobvej {version()}")
        raise typer.Exit


@app.callback()
def jobvej(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Hold the options that come before a command."""


@app.command()
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
    _run(plan, out, workers, quiet, ())
    typer.echo(f"Results: {out}")


@app.command()
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
    _run(plan, out, workers, quiet, None)
    from reforms.compare import Comparison

    typer.echo(Comparison(out).in_short())
    typer.echo(f"Results: {out}\nTo read: jobvej report {out}")


def _run(
    plan: Plan, out: Path, workers: int | None, quiet: bool, finishers: Sequence[Finisher] | None
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
        run_plan(plan, out, workers=workers, quiet=quiet, isolated=True, finishers=finishers)
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


@app.command()
@with_examples
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Results of jobvej compare.")],
    lang: Annotated[str, typer.Option(metavar="en|da", help="Language of the report.")] = "en",
    format_: Annotated[str, typer.Option("--format", metavar="html", help="Kind of file.")] = "html",
) -> None:
    """Write the report of a comparison and print its path.

    jobvej report results/headline --lang da
    """
    _one_of("--lang", lang, ("en", "da"))
    _one_of("--format", format_, ("html",))
    if not (folder / "manifest.json").is_file():
        raise InputError(
            f"{folder} holds no finished results (no manifest.json); run jobvej compare --out {folder}"
        )
    from calibration.fit import reference_table
    from reforms.report import write

    typer.echo(str(write(folder, lang, format_, fit=reference_table())))


def _one_of(option: str, value: str, valid: tuple[str, ...]) -> None:
    if value not in valid:
        raise InputError(f"{option} is '{value}'; expected {' or '.join(valid)}")


@app.command()
@with_examples
def fit(
    as_json: JsonOption = False,
    scale: ScaleOption = 0.1,
    seed: SeedOption = 1,
    quiet: QuietOption = False,
) -> None:
    """Run the unreformed world and hold it against the facts of Denmark, misses included.

    jobvej fit
    jobvej fit --json --scale 0.05
    """
    from calibration.fit import as_text, run_fit
    from sim.runs.execute import interrupts_deferred
    from sim.runs.progress import showing

    with showing([FIT_WEEKS], "fit", quiet=quiet) as progress, interrupts_deferred() as stop_if_asked:

        def tell(done: int, _: int) -> None:
            stop_if_asked()
            progress.weeks(0, done)

        fitted = run_fit(scale=scale, seed=seed, weeks=FIT_WEEKS, progress=tell)
    if as_json:
        typer.echo(fitted.table.to_json(orient="records", force_ascii=False, indent=1))
    else:
        typer.echo(as_text(fitted.table))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; always leaves with SystemExit.

    Parameters
    ----------
    arguments
        Words after ``jobvej``; those of the process by default.
    """
    try:
        app(list(arguments) if arguments is not None else None, prog_name="jobvej")
    except InputError as error:
        typer.echo(f"jobvej: {error}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("Interrupted.", err=True)
        sys.exit(INTERRUPTED)
    except RuntimeError as error:
        if type(error).__name__ != "RunError":
            raise
        typer.echo(f"jobvej: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
