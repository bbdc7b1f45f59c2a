"""The command that writes what people read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import one_of, with_examples
from sim.errors import InputError


@with_examples
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Results of jobvej compare.")],
    lang: Annotated[str, typer.Option(metavar="en|da", help="Language of the report.")] = "en",
    format_: Annotated[str, typer.Option("--format", metavar="html", help="Kind of file.")] = "html",
) -> None:
    """Write the report of a comparison and print its path.

    jobvej report results/headline --lang da
    """
    one_of("--lang", lang, ("en", "da"))
    one_of("--format", format_, ("html",))
    if not (folder / "manifest.json").is_file():
        raise InputError(
            f"{folder} holds no finished results (no manifest.json); run jobvej compare --out {folder}"
        )
    from calibration.fit import reference_table
    from reforms.report import write

    typer.echo(str(write(folder, lang, format_, fit=reference_table())))
