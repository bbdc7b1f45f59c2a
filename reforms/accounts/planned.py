"""The amounts that papers call a municipality's saving, told apart: four kinds of kroner by municipality.

A planned saving of the country (``staffing.planned_saving_mio_kr``) is read in four ways, which are never
mixed (:func:`sim.rules.municipal_finance.three_kroner`): the population share of the whole, what of it falls
on the municipality's own frame, what is planned on staff, and what leaves its block grant.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from reforms.accounts.sheet import baseline_parameters, scenario_parameters
from sim import data
from sim.parameters import ParameterSet
from sim.rules.municipal_finance import three_kroner
from sim.runs.plan import BASELINE
from sim.runs.reading import manifest_of


def planned_kroner(folder: Path, year: int, *, municipality: int | None = None) -> pd.DataFrame:
    """Return what the saving planned by each scenario is for a municipality, kr. in the middle of a year.

    Parameters
    ----------
    folder
        Results of a comparison or a run.
    municipality
        Code; None: every municipality, by code.

    Returns
    -------
    Frame of scenario, municipality (code), and kr. a year in the prices of the plan: share_of_national,
    frame, staff, grant. A scenario that plans no saving and removes no task has no row.
    """
    asked = data.municipality_codes().tolist() if municipality is None else [municipality]
    law = baseline_parameters(folder)
    rows = _of_law(BASELINE, law, year, asked)
    for said in manifest_of(folder).get("scenarios", []):
        if (name := str(said["name"])) != BASELINE:
            rows += _of_law(name, scenario_parameters(folder, name), year, asked)
    return pd.DataFrame(
        rows, columns=["scenario", "municipality", "share_of_national", "frame", "staff", "grant"]
    )


def _of_law(name: str, parameters: ParameterSet, year: int, asked: list[int]) -> list[dict[str, Any]]:
    """Return the rows of one law that plans anything."""
    codes = data.municipality_codes()
    now, at = parameters.at(date(year, 7, 1), codes), codes.tolist()
    found = [(code, three_kroner(now, at.index(code))) for code in asked]
    return [
        {"scenario": name, "municipality": code} | {kind: 1e6 * kr for kind, kr in kroner._asdict().items()}
        for code, kroner in found
        if any(kroner)
    ]
