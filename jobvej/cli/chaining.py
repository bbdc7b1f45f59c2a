"""The command that puts the chain of a reform on the table."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any

import typer

from jobvej.cli.options import JsonOption, print_rows, with_examples
from sim.errors import InputError


@with_examples
def chain(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Results of jobvej compare.")],
    reform: Annotated[
        str, typer.Option("--reform", "-r", metavar="NAME", help="Only this reform of the comparison.")
    ] = "",
    year: Annotated[str, typer.Option(metavar="YEAR", help="Another year than the last.")] = "",
    all_links: Annotated[bool, typer.Option("--all", help="Benefit by benefit as well.")] = False,
    replaced: Annotated[
        str,
        typer.Option(
            "--replace", metavar="LINK=VALUE", help="Your own number in one link; needs one reform."
        ),
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Show what makes a reform's effect, link by link, each with its evidence.

    From kroner to posts, hours, interviews, offers and cases, hazards by group and exit, hires before and
    after displacement, weeks, persons and kroner again. --replace puts a number of your own in one link and
    reckons what follows, linearly: chance.BENEFIT (of a job, a week), exit_rate.BENEFIT.EXIT (a year) or
    displacement.share.

    jobvej chain results/headline --reform cut-3bn

    jobvej chain results/headline --reform cut-3bn --replace displacement.share=0.6

    jobvej chain results/headline --json
    """
    from reforms.chain.read import chosen, read_chain

    rows = chosen(read_chain(folder), reform, year)
    names = list(dict.fromkeys(rows["scenario"]))
    if replaced:
        from reforms.chain.replaced import parse, replace

        if len(names) != 1:
            raise InputError(f"--replace needs one reform: --reform {' or '.join(names)}")
        rows = replace(rows, folder, parse(replaced))
    if as_json:
        print_rows([_plain(row) for row in rows.to_dict("records")], True, ())
        return
    from reforms.chain.shown import as_text

    parts = [rows[rows["scenario"] == name] for name in names]
    typer.echo("\n\n".join(as_text(part, all_links=all_links) for part in parts))


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    """Return a row with None where a number is missing."""
    return {
        str(name): None if isinstance(value, float) and math.isnan(value) else value
        for name, value in row.items()
        if name not in ("label", "main")
    }
