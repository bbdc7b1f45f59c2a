"""The command line: parses, calls, prints.

Only what a command needs is imported, inside the command, so that ``jobvej --help`` answers at once.
Results go to stdout, progress and refusals to stderr.
Exit codes: 0 done, 1 failed, 2 bad input, 130 interrupted, 143 terminated.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from jobvej.cli import (
    accounting,
    analyses,
    chaining,
    data,
    deciding,
    exploring,
    fitting,
    forecasting,
    frontier,
    invest,
    lists,
    living,
    municipal,
    reforming,
    reporting,
    running,
    trials,
    verifying,
)
from jobvej.cli.options import exit_code_of_interrupt, in_flags, terminated_like_interrupted
from sim.errors import InputError

#: Objects made between two searches for those that nobody holds any more: a start makes a million that stay.
_OBJECTS_BETWEEN_CLEANINGS = 200_000

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
    Exit codes: 0 done, 1 failed, 2 bad input (nothing was run), 130 interrupted, 143
    terminated (finished runs are kept).
    """,
)
app.add_typer(reforming.reforms, name="reforms")
app.add_typer(data.data, name="data")
app.add_typer(trials.trials, name="trials")
app.add_typer(deciding.beliefs, name="beliefs")
app.add_typer(lists.params, name="params")
app.add_typer(lists.measures, name="measures")
app.add_typer(lists.mechanisms, name="mechanisms")
for command in (
    running.run,
    running.compare,
    running.headlines,
    running.pairing,
    chaining.chain,
    living.lives,
    municipal.municipality,
    reporting.report,
    verifying.verify,
    exploring.explore,
    fitting.fit,
    fitting.calibrate,
    accounting.accounts,
    trials.trial,
    trials.validate,
    trials.backcast,
    trials.sensitivity,
    trials.worth,
):
    app.command()(command)
app.command(hidden=True)(fitting.levels)
app.command()(analyses.league)
app.command()(analyses.placebo)
app.command()(analyses.invariance)
app.command()(analyses.absorption)
app.command()(forecasting.forecast)
app.command()(forecasting.nowcast)
app.command()(frontier.frontier)
app.command()(deciding.design)
app.command()(deciding.bridge)
app.command()(deciding.stress)
app.command()(invest.invest)
app.command("unemployment-point")(analyses.unemployment_point)


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


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; always leaves with SystemExit.

    Parameters
    ----------
    arguments
        Words after ``jobvej``; those of the process by default.
    """
    gc.set_threshold(_OBJECTS_BETWEEN_CLEANINGS)
    with terminated_like_interrupted():
        _run(arguments)


def _run(arguments: Sequence[str] | None) -> None:
    try:
        app(list(arguments) if arguments is not None else None, prog_name="jobvej")
    except InputError as error:
        typer.echo(f"jobvej: {in_flags(str(error))}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("Interrupted.", err=True)
        sys.exit(exit_code_of_interrupt())
    except RuntimeError as error:
        if type(error).__name__ != "RunError":
            raise
        typer.echo(f"jobvej: {in_flags(str(error))}", err=True)
        sys.exit(1)
