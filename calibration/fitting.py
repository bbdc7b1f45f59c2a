"""Runs the fit: the unreformed run held against Denmark, with tables and pictures in a folder on request."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

from calibration.fit import Fit, run_fit
from calibration.municipal import cross_section
from calibration.stability import yearly
from sim.runs.available import refuse_large_worlds
from sim.runs.folder import out_folder
from sim.runs.options import FIT, RunFields, check_whole, options, shows_run_options

#: Weeks in the years that are run: the second calendar year is held against the facts.
YEAR_WEEKS = 52
FEWEST_YEARS, MOST_YEARS = 2, 12
#: Options that make no sense here: one run from the first week of 2024 under the law.
NOT_ASKED = set(options()) - {"scale", "seed", "quiet"}


@shows_run_options(FIT, without=NOT_ASKED)
def fit(*, years: int = 2, out: Path | str | None = None, **options: Unpack[RunFields]) -> Fit:
    """Run the model without a reform and hold it against the facts of Denmark, misses included.

    Parameters
    ----------
    years
        Years to run, 2 to 12; with more than two, the stability of the years is told as well.
    out
        Folder for ``fit.csv``, ``municipalities.csv``, ``stability.csv`` and pictures; nothing is written if
        None.
    **options
        Everything else is as the targets need it.

    Returns
    -------
    The fit: ``table`` (a row a target), ``checks`` on it, ``seen``.

    Raises
    ------
    InputError
        If an option cannot be used; nothing has been run then.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.fit(scale=0.05).table[["label", "data", "model", "verdict"]]  # doctest: +SKIP
    """
    asked = FIT.but(**options)
    if out is not None:
        out_folder(out)
    refuse_large_worlds(asked.scale, 1)
    check_whole("years", years, FEWEST_YEARS, MOST_YEARS)
    found = run_fit(scale=asked.scale, seed=asked.seed, weeks=years * YEAR_WEEKS, quiet=asked.quiet)
    if out is not None:
        _write(found, Path(out), years)
    return found


def _write(found: Fit, out: Path, years: int) -> None:
    from calibration.estimate.run import DIAGNOSTICS
    from calibration.pictures import draw_pictures

    steady = yearly(found.seen)
    out.mkdir(parents=True, exist_ok=True)
    found.table.to_csv(out / "fit.csv", index=False)
    cross_section(found.seen).to_csv(out / "municipalities.csv", index=False)
    steady.to_csv(out / "stability.csv", index=False)
    draw_pictures(found.table, steady if years > FEWEST_YEARS else None, out, DIAGNOSTICS)
