"""The command that prints a municipality's decision sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobvej.cli.options import (
    JsonOption,
    LangOption,
    language,
    note_if_made_otherwise,
    print_rows,
    with_examples,
)


@with_examples
def municipality(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Results of jobvej compare.")],
    municipality: Annotated[str, typer.Option(metavar="NAME|CODE", help="Whose sheet.")],
    reform: Annotated[
        str | None, typer.Option("--reform", "-r", metavar="NAME", help="Only this reform of the results.")
    ] = None,
    year: Annotated[
        list[int] | None,
        typer.Option(
            metavar="YEAR", help="A budget year; repeat for more. [default: the reform's first three]"
        ),
    ] = None,
    invest: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Results of jobvej invest for the same municipality."),
    ] = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Print a municipality's decision sheet: posts, caseloads, interviews, people, accounts, comparable ones.

    Each line is told by the municipality's own figures where they are clear, else by its landsdel or the
    country, and says so. Accounts are printed for all municipalities acting and for it alone.

    jobvej municipality results/headline --municipality Hjørring

    jobvej municipality results/headline --municipality Hjørring --reform cut-3bn --lang da

    jobvej municipality results/headline --municipality Hjørring --invest results/invest
    """
    said = language(lang)
    from reforms.municipal.sheet import municipal_sheet
    from reforms.municipal.shown import as_records, invested, like_rows, line_rows, title, unsaid, words_of

    note_if_made_otherwise(folder)
    found = municipal_sheet(folder, municipality, reform=reform, years=year or None, invest=invest)
    if as_json:
        print_rows(as_records(found), True, ())
        return
    words = words_of("said", said)
    for scenario in dict.fromkeys(found.lines["scenario"]):
        typer.echo(f"{title(found, scenario, said)}\n{words['note'].format(area=found.area)}\n")
        rows = line_rows(found, scenario, said)
        print_rows(rows, False, list(rows[0]))
        if sentence := unsaid(found, scenario, said):
            typer.echo(f"\n{sentence}")
        typer.echo(f"\n{words['like']}, {max(found.lines['year'])}:")
        rows = like_rows(found, scenario, said)
        print_rows(rows, False, list(rows[0]))
        typer.echo("")
    typer.echo(invested(found, said))
