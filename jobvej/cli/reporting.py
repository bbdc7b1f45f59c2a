"""The command that writes what people read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobvej.cli.options import one_of, with_examples


@with_examples
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Results of jobvej compare.")],
    lang: Annotated[str, typer.Option(metavar="en|da", help="Language of the report.")] = "en",
    format_: Annotated[
        str, typer.Option("--format", metavar="html|pdf|md", help="One file to read, to print, or to edit.")
    ] = "html",
    municipality: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|CODE", help="About one municipality, beside comparable ones and the country."
        ),
    ] = None,
    audience: Annotated[
        str, typer.Option(metavar="full|brief", help="The report with its appendix, or two pages.")
    ] = "full",
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help="Write this file, not one in DIR: results of others."),
    ] = None,
) -> None:
    """Write the report of a comparison and print its path.

    Beside it come its appendix and the numbers of every figure and table, as Excel and CSV.

    jobvej report results/headline --lang da

    jobvej report results/headline --lang da --format pdf --audience brief

    jobvej report results/headline --lang da --municipality Hjørring
    """
    import jobvej

    one_of("--lang", lang, ("en", "da"))
    one_of("--format", format_, ("html", "pdf", "md"))
    one_of("--audience", audience, ("full", "brief"))
    path = jobvej.report(
        folder, lang=lang, format=format_, municipality=municipality, audience=audience, to=to
    )
    typer.echo(str(path))
