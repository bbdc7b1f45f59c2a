"""What several commands share: their options, the checks of them, and how rows are printed."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec

import typer

from sim.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

P = ParamSpec("P")

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
ExecutorOption = Annotated[
    str | None,
    typer.Option("--executor", metavar="processes|here|dask://HOST:PORT",
                 help="Where worlds run: processes of this machine (the default), one after the other here, "
                      "or the workers of a Dask cluster. Results do not depend on it."),
]  # fmt: skip
BranchingOption = Annotated[
    bool,
    typer.Option("--branching/--no-branching",
                 help="Simulate the weeks that scenarios share once. Results do not depend on it."),
]  # fmt: skip
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
LangOption = Annotated[str, typer.Option(metavar="en|da", help="Language of titles and definitions.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print an array of JSON objects.")]


def command_group(text: str) -> typer.Typer:
    """Return an empty group of commands that shows its help when it is called bare."""
    return typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=text)


def language(lang: str) -> str:
    """Return the language of a --lang, or refuse it."""
    if lang not in {"en", "da"}:
        raise InputError(f"--lang is '{lang}'; expected en or da")
    return lang


def with_examples(command: Callable[P, None]) -> Callable[P, None]:
    """Keep lines of examples (paragraphs that begin with jobvej) apart when help shows a docstring."""
    paragraphs = inspect.cleandoc(command.__doc__ or "").split("\n\n")
    kept_apart = ["\b\n" + text if text.startswith("jobvej ") else text for text in paragraphs]
    command.__doc__ = "\n\n".join(kept_apart)
    return command


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table with None where a number is missing, as JSON wants it."""
    return [
        {name: (None if value != value else value) for name, value in row.items()}
        for row in table.to_dict(orient="records")
    ]


def print_rows(rows: Sequence[Mapping[str, Any]], as_json: bool, columns: Sequence[str]) -> None:
    """Print rows as JSON, or as aligned columns of text."""
    if as_json:
        typer.echo(json.dumps(list(rows), indent=1, ensure_ascii=False))
        return
    texts = [[str(row[column]) for column in columns] for row in rows]
    widths = [max((len(text[i]) for text in texts), default=0) for i in range(len(columns) - 1)]
    for text in texts:
        padded = [cell.ljust(width) for cell, width in zip(text, widths, strict=False)]
        typer.echo("  ".join([*padded, text[-1]]).rstrip())


def print_facts(facts: Iterable[tuple[str, object]]) -> None:
    """Print labelled lines, leaving out what is empty."""
    for label, value in facts:
        if value not in (None, "", ()):
            typer.echo(f"{label + ':':<13}{value}")


def one_of(option: str, value: str, valid: tuple[str, ...]) -> None:
    """Refuse a value that is not among the valid ones."""
    if value not in valid:
        raise InputError(f"{option} is '{value}'; expected {' or '.join(valid)}")
