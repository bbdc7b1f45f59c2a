"""The commands that run the model: run and compare, and what pairing saves."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from jobvej.cli.options import (
    JsonOption,
    LangOption,
    OutOption,
    ReformOption,
    language,
    note_if_made_otherwise,
    takes_run_options,
    with_examples,
)
from sim.errors import InputError
from sim.parameters.baselines import law_of
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

    _say_level(options)
    jobvej.run(reform or (), out=out, **options)
    typer.echo(f"Results: {out}")


@with_examples
@takes_run_options(RUN)
def compare(out: OutOption, reform: ReformOption = None, **options: Any) -> None:
    """Run the baseline and every reform with the same people and random numbers, and write the differences.

    Every run has the same people and the same random numbers, so a difference is the reform's doing.

    jobvej compare --reform headline --out results/headline
    jobvej compare --reform cut-3bn --reform cut-3bn+no-focus-targets --replicates 4 --out results/which-first
    jobvej compare --reform cut-3bn --baseline law-now --out results/what-comes-next
    jobvej compare --reform my/reform.yaml --draws 25 --scale 0.02 --out results/how-sure
    """
    import jobvej

    if not reform:
        raise InputError("compare needs a reform: --reform NAME or FILE. See: jobvej reforms list")
    _say_level(options)
    found = jobvej.compare(reform, out=out, **options)
    typer.echo(found.in_short())
    read, chain = (shlex.join(["jobvej", command, str(out)]) for command in ("report", "chain"))
    typer.echo(_held_against(found.manifest))
    typer.echo(f"Results: {out}\nTo read: {read}\nLink by link: {chain}")


@with_examples
@takes_run_options(RUN, without=("baseline",))
def headlines(out: OutOption, lang: LangOption = "en", **options: Any) -> None:
    """Compare the headline reforms with the law of 2024 and with the law as it is now: a table of each.

    What is law already has its date instead of figures, and a package runs with the rest of it.

    jobvej headlines --scale 0.02 --draws 8 --replicates 2 --out results/headlines
    """
    import jobvej
    from reforms.headline_table import PAGE

    jobvej.headlines(out, lang=language(lang), **options)
    typer.echo((out / PAGE).read_text(encoding="utf-8").rstrip())
    typer.echo(f"written: {out / PAGE}")


def _held_against(manifest: Mapping[str, Any]) -> str:
    """Return which law the reforms were held against, and which of their changes it holds already."""
    name, title = law_of(manifest)
    held = {each["name"]: each.get("held_by_baseline") for each in manifest["scenarios"]}
    lines = [f"Already law in it, of {each}: {', '.join(names)}" for each, names in held.items() if names]
    return "\n".join([f"Baseline: {name}, {title['en'][0].lower()}{title['en'][1:]}", *lines])


def _say_level(options: dict[str, Any]) -> None:
    """Say whose stocks the run begins with, where they are not those of its own year as shipped."""
    from sim.start.levels import in_words, levels_of, said_of_levels

    asked = RUN.but(**options)
    said = said_of_levels(asked.start, levels_of(asked.data, asked.start))
    if not asked.quiet and (asked.data or said["stands_in_for"] or "by_month" in said):
        for line in in_words(said):
            typer.echo(line, err=True)


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
