"""The commands about a user's own figures: check and import."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobvej.cli.options import JsonOption, OutOption, command_group, print_rows, with_examples
from sim.errors import InputError, shortened

if TYPE_CHECKING:
    from sim.data_in.extract import Figure
    from sim.data_in.tables import Reading

data = command_group("Your own figures: tables of Jobindsats and StatBank, checked and imported.")

FilesArgument = Annotated[
    list[Path],
    typer.Argument(metavar="FILE...", help="CSV as the site hands it out, or an extract of the tidy form."),
]
MeasureOption = Annotated[
    str | None,
    typer.Option(
        "--measure",
        metavar="NAME",
        help="What a table measures, where its name does not say it (y25i01.csv, AUP02.csv do).",
    ),
]
WhereOption = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="COLUMN=VALUE",
        help="Which lines of a table to take, where a column has no total. Repeatable.",
    ),
]


@data.command("check")
@with_examples
def check(
    files: FilesArgument,
    measure: MeasureOption = None,
    where: WhereOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is in files or folders of figures, or what is wrong with them, with file and line.

    jobvej data check y25i01.csv y60a02.csv

    jobvej data check my-figures
    """
    rows = [row for path in files for row in _checked(path, measure, _chosen(where))]
    print_rows(rows, as_json, ("file", "measure", "unit", "months", "municipalities", "figures", "hidden"))
    if not as_json:
        for row in rows:
            for note in row["left_out"]:
                typer.echo(f"{row['file']}: left out: {note}")


@data.command("import")
@with_examples
def import_(
    files: FilesArgument,
    out: OutOption,
    measure: MeasureOption = None,
    where: WhereOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put tables of Jobindsats and StatBank into a folder in the tidy form, a file for each measure.

    The folder can be given to runs: --data DIR. A figure that is there already is replaced by the new one.

    jobvej data import y25i01.csv y60a02.csv --out my-figures

    jobvej run --data my-figures --from 2024-W40 --to 2025-W52 --out results/from-october
    """
    from sim.data_in.files import import_files, read_file

    read = [(path, read_file(path, measure, _chosen(where))) for path in files]
    done = import_files(read, out)
    if as_json:
        typer.echo(json.dumps({"out": str(out), **done._asdict()}, indent=1))
        return
    for path, reading in read:
        for note in _left_out(reading):
            typer.echo(f"{path}: left out: {note}")
    for name, figures in done.written.items():
        revised = f", {done.revised[name]} of them instead of another figure" if done.revised[name] else ""
        typer.echo(f"{Path(out) / name}.csv: {figures} figures{revised}")
    typer.echo(f"To begin a run from them: jobvej run --data {out} --from WEEK --out DIR")


def _chosen(where: Sequence[str] | None) -> dict[str, str]:
    """Read --where: COLUMN=VALUE."""
    chosen = {}
    for text in where or ():
        column, mark, value = text.partition("=")
        if not mark or not column.strip():
            raise InputError(f"--where is '{shortened(text)}'; expected COLUMN=VALUE, such as 'KØN=I alt'")
        chosen[column.strip()] = value.strip()
    return chosen


def _checked(path: Path, measure: str | None, where: dict[str, str]) -> list[dict[str, Any]]:
    """Return what a file or a folder has, by measure."""
    from sim.data_in.files import read_file, read_folder
    from sim.data_in.tables import Reading

    reading = (
        Reading(list(read_folder(path).figures)) if os.path.isdir(path) else read_file(path, measure, where)
    )
    names = sorted({each.measure for each in reading.figures})
    return [_row(path, name, reading) for name in names]


def _row(path: Path, name: str, reading: Reading) -> dict[str, Any]:
    figures: list[Figure] = [each for each in reading.figures if each.measure == name]
    months = sorted({each.month for each in figures})
    codes = {each.code for each in figures}
    return {
        "file": str(path),
        "measure": name,
        "unit": figures[0].unit,
        "months": f"{months[0]} to {months[-1]}",
        "municipalities": f"{len(codes - {0})} of 98{' and the country' if 0 in codes else ''}",
        "figures": f"{len(figures)} figures",
        "hidden": f"{sum(each.value != each.value for each in figures)} hidden",
        "left_out": _left_out(reading),
    }


def _left_out(reading: Reading) -> list[str]:
    """Return what was left out of a file, with the number of lines."""
    return [f"{what} ({lines} line{'s' * (lines != 1)})" for what, lines in reading.left_out.items()]
