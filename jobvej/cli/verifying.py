"""The command that holds results against what was written, and makes them again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobvej.cli.options import JsonOption, in_flags, print_rows, with_examples
from sim.errors import InputError

if TYPE_CHECKING:
    from sim.runs.verify import Verdict


@with_examples
def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Results of a run, comparison or analysis.")],
    rerun: Annotated[
        bool, typer.Option("--rerun", help="Make them again, elsewhere, and compare the bytes.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Say of every file of results whether it is what was written; with --rerun, whether it comes out again.

    Exit code 0: all is as written; 1: something is changed, missing or comes out otherwise.

    jobvej verify results/headline

    jobvej verify results/headline --rerun
    """
    from sim.runs.reading import WHOLE, made_otherwise, manifest_of, said_of
    from sim.runs.verify import result_folders

    found: list[Verdict] = []
    for here in result_folders(folder):
        found += _checked(here, rerun)
        if note := said_of(made_otherwise(here), str(manifest_of(here).get("version", ""))):
            typer.echo(f"{here}: {note}", err=True)
    rows = [{"file": str(each.file), "state": each.state} for each in found]
    print_rows(rows, as_json, ("file", "state"))
    bad = [each for each in found if each.state != WHOLE and not each.state.startswith("the same")]
    if bad:
        typer.echo(f"{len(bad)} of {len(found)} files are not what was written.", err=True)
        raise typer.Exit(1)
    if not as_json:
        typer.echo(
            f"All {len(found)} files are what was written" + (", and came out again." if rerun else ".")
        )


def _checked(folder: Path, rerun: bool) -> list[Verdict]:
    from sim.runs.reading import WHOLE
    from sim.runs.verify import verdicts

    found = verdicts(folder)
    if rerun and all(each.state == WHOLE for each in found):
        from reforms.again import made_again

        try:
            return made_again(folder)
        except InputError as problem:
            raise InputError(in_flags(f"{folder} cannot be made again here: {problem.message}")) from problem
    return found
