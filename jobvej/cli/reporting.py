"""The command that writes what people read."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobvej.cli.options import one_of, with_examples
from sim.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from reforms.report.trust import Shown


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
            metavar="NAME|CODE", help="A municipal edition, beside comparable ones and the country."
        ),
    ] = None,
    audience: Annotated[
        str, typer.Option(metavar="full|brief", help="Everything, or what a meeting needs in a few pages.")
    ] = "full",
) -> None:
    """Write the report of a comparison and print its path.

    jobvej report results/headline --lang da

    jobvej report results/headline --lang da --format pdf --audience brief

    jobvej report results/headline --lang da --municipality Hjørring
    """
    one_of("--lang", lang, ("en", "da"))
    one_of("--format", format_, ("html", "pdf", "md"))
    one_of("--audience", audience, ("full", "brief"))
    if not (folder / "manifest.json").is_file():
        raise InputError(
            f"{folder} holds no finished results (no manifest.json); run jobvej compare --out {folder}"
        )
    from reforms.report import write

    path = write(
        folder,
        lang,
        format_,
        fit=_fit(),
        municipality=municipality,
        audience=audience,
        validation=_validation(),
        sensitivity=_sensitivity(folder / "sensitivity"),
    )
    typer.echo(str(path))


def _fit() -> pd.DataFrame | None:
    """Return the fit of the shipped point with what each target is called and which group it is in."""
    from calibration.fit import reference_table
    from calibration.targets import load_targets

    fit = reference_table()
    if fit is None:
        return None
    targets = load_targets()
    known = fit[fit["id"].isin(list(targets))].copy()
    known["label"] = [targets[name].label for name in known["id"]]
    known["group"] = [targets[name].group for name in known["id"]]
    return known


def _validation() -> pd.DataFrame | None:
    """Return the model against what it was not fitted to, as it comes with the product; None without it."""
    if find_spec("calibration.validate") is None:
        return None
    try:
        table: pd.DataFrame = import_module("calibration.validate").reference_validation()
    except FileNotFoundError:
        return None
    return table


def _sensitivity(folder: Path) -> Shown | None:
    """Return the analysis of sensitivity that was run into the results folder; None if none was."""
    if not folder.is_dir() or find_spec("calibration.sensitivity") is None:
        return None
    found: Shown = import_module("calibration.sensitivity").read(folder)
    return found
