"""The report with all that it quotes: reforms and calibration do not know each other, this knows both."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from reforms.results import Results, finished_folder

if TYPE_CHECKING:
    import pandas as pd


def report(
    results: Results | Path | str,
    *,
    lang: str = "en",
    format: str = "html",
    municipality: str | None = None,
    audience: str = "full",
    to: Path | str | None = None,
) -> Path:
    """Write the report of a comparison: answers, pictures, and every assumption that matters.

    Parameters
    ----------
    results
        A comparison, or the folder that it left.
    lang
        ``en`` or ``da``.
    format
        ``html`` (one file without outside references), ``pdf`` (A4) or ``md``.
    municipality
        Name or code: a municipal edition, beside comparable municipalities and the country.
    audience
        ``full``, or ``brief`` for two pages.
    to
        The file to write; by default one in the folder of the results.

    Returns
    -------
    The file written.  Its appendix and the numbers of its figures and tables stand beside it.

    Raises
    ------
    InputError
        If the folder holds no finished comparison, or language, format, audience or municipality is unknown.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.report("results/headline", lang="da", municipality="Hjørring")  # doctest: +SKIP
    """
    folder = results.folder if isinstance(results, Results) else finished_folder(results)
    from calibration.sensitivity import read as read_sensitivity  # heavy, so after the folder is looked at
    from calibration.validate import reference_validation
    from reforms.report import write

    sensitivity = folder / "sensitivity"
    return write(
        folder, lang, format, fit=_fit(), municipality=municipality, audience=audience, to=to,
        validation=reference_validation(),
        sensitivity=read_sensitivity(sensitivity) if os.path.isdir(sensitivity) else None,
    )  # fmt: skip


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
