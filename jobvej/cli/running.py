"""The commands that run the model: run and compare, and what pairing saves."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from jobvej.cli.options import (
    JsonOption,
    OutOption,
    ReformOption,
    note_if_made_otherwise,
    takes_run_options,
    with_examples,
)
from sim.errors import InputError
from sim.runs.options import RUN


@with_examples
@takes_run_options(RUN)
def run(out: OutOption, reform: ReformOption = None, **options: Any) -> None:
    """Run the baseline, or each reform given.

    jobvej run --out results/baseline
    jobvej run --reform no-focus-targets+cut-3bn --scale 0.02 --to 2027-W52 --out results/both
    jobvej run --set "refund.state_share[weeks_1_4]=0.6" --demand recession --out results/what-if
    """
    import jobvej

    jobvej.run(reform or (), out=out, **options)
    typer.echo(f"Results: {out}")


@with_examples
@takes_run_options(RUN)
def compare(out: OutOption, reform: ReformOption = None, **options: Any) -> None:
    """Run the baseline and every reform with the same people and random numbers, and write the differences.

    Every run has the same people and the same random numbers, so a difference is the reform's doing.

    jobvej compare --reform headline --out results/headline
    jobvej compare --reform cut-3bn --reform cut-3bn+no-focus-targets --replicates 4 --out results/which-first
    jobvej compare --reform my/reform.yaml --draws 25 --scale 0.02 --out results/how-sure
    """
    import jobvej

    if not reform:
        raise InputError("compare needs a reform: --reform NAME or FILE. See: jobvej reforms list")
    found = jobvej.compare(reform, out=out, **options)
    typer.echo(found.in_short())
    read, chain = (shlex.join(["jobvej", command, str(out)]) for command in ("report", "chain"))
    typer.echo(f"Results: {out}\nTo read: {read}\nLink by link: {chain}")


@with_examples
def pairing(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Results of jobvej compare --replicates N.")],
    as_json: JsonOption = False,
) -> None:
    """Say what pairing saves: standard errors of the reforms' effects, paired against unpaired.

    jobvej compare --reform cut-3bn --replicates 12 --scale 0.01 --out results/paired

    jobvej pairing results/paired
    """
    import jobvej
    from reforms.pairing import as_markdown, conditions_of

    table = jobvej.pairing(folder)
    note_if_made_otherwise(folder)
    if as_json:
        typer.echo(table.to_json(orient="records", indent=1))
    else:
        typer.echo(as_markdown(table, conditions_of(folder)))
