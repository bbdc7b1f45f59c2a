"""Reading the chain of a comparison: which folder, which reform, which year."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from reforms.chain.make import COLUMNS, TABLE
from sim.errors import InputError, suggest
from sim.runs.reading import manifest_of, refuse_changed, table_path
from sim.runs.version import version


def read_chain(folder: Path | str) -> pd.DataFrame:
    """Return the chain that ``jobvej compare --out`` wrote.

    Raises
    ------
    InputError
        If the folder has no finished comparison, or the tables of another version of Jobvej.
    """
    folder = Path(folder)
    if not os.path.isdir(folder):
        raise InputError(f"no folder '{folder}'; expected one that jobvej compare --out DIR wrote")
    asked = manifest_of(folder)
    if not (folder / "differences.parquet").is_file():
        raise InputError(
            f"{folder} holds no comparison (no differences.parquet): found the results of jobvej "
            f"{asked.get('kind', 'run')}, expected those of jobvej compare"
        )
    made = f"made by Jobvej {asked.get('version', '?')}, this is {version()}"
    if not (folder / f"{TABLE}.parquet").is_file():
        raise InputError(
            f"{folder} holds no {TABLE}.parquet: its tables are of a version, or of a command, that "
            f"writes no "
            f"chain ({made}); run jobvej compare again into another folder"
        )
    table = pd.read_parquet(table_path(refuse_changed(folder), TABLE))
    if tuple(table.columns) != COLUMNS:
        lacking = sorted(set(COLUMNS) - set(table.columns))
        surplus = sorted(set(table.columns) - set(COLUMNS))
        raise InputError(
            f"{folder}/{TABLE}.parquet has the columns of another version (lacks "
            f"{', '.join(lacking) or 'none'}; "
            f"has beside them {', '.join(surplus) or 'none'}; {made}); run jobvej compare again into another "
            "folder"
        )
    return table


def chosen(table: pd.DataFrame, scenario: str = "", year: str = "") -> pd.DataFrame:
    """Return the rows of a reform (all if empty) in a year (the last if empty).

    Raises
    ------
    InputError
        For a reform or a year that the comparison does not have.
    """
    names, years = list(dict.fromkeys(table["scenario"])), sorted(set(table["year"]))
    if scenario and scenario not in names:
        raise InputError(
            f"this comparison has no reform '{scenario}'; expected {', '.join(names)}."
            f"{suggest(scenario, names)}"
        )
    if year and year not in years:
        raise InputError(f"this comparison has no year '{year}'; expected {', '.join(years)}")
    rows = table if not scenario else table[table["scenario"] == scenario]
    if rows.empty:
        return rows
    return rows[rows["year"] == (year or years[-1])]
