"""A user's figures as arrays: months by municipality for each measure that is forecast.

Counts are looked at as logarithms, shares in per cent as they are.  A hidden figure takes that of the month
before (the first known one before that); who has none at all has no forecast.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.data_in.extract import Figure
from sim.data_in.files import read_folder
from sim.data_in.measures import MEASURES
from sim.errors import InputError, named

Array = NDArray[np.float64]

#: What is forecast, in the measures of an extract.
FORECAST: tuple[str, ...] = (
    "gross_unemployed",
    "gross_unemployed_dagpenge",
    "gross_unemployed_kontanthjaelp",
    "kontanthjaelp_all",
    "long_term_unemployed",
    "kontanthjaelp_activation_degree",
)
COUNTRY = 0
MONTHS_A_YEAR = 12
#: Fewer months have no season that can be told from growth.
FEWEST_MONTHS = 13
#: Of persons: where nobody is left the logarithm ends.
_FEWEST_PERSONS = 0.5


def month_number(month: str) -> int:
    """Return months since year 0 of '2024-01'."""
    return int(month[:4]) * MONTHS_A_YEAR + int(month[5:]) - 1


def month_name(number: int) -> str:
    """Return '2024-01' of months since year 0."""
    return f"{number // MONTHS_A_YEAR}-{number % MONTHS_A_YEAR + 1:02d}"


class Series(NamedTuple):
    """A measure; n = months, c = the country and municipalities."""

    measure: str
    first: int  # number of the first month
    codes: tuple[int, ...]  # the country first
    cells: Array  # (n, c), NaN where hidden

    @property
    def is_share(self) -> bool:
        """Whether it is in per cent."""
        return "percent" in MEASURES[self.measure].unit

    @property
    def months(self) -> NDArray[np.int64]:
        """Month of the year, 0-11 (n,)."""
        return (self.first + np.arange(len(self.cells))) % MONTHS_A_YEAR

    @property
    def last(self) -> int:
        """Number of the last month."""
        return self.first + len(self.cells) - 1

    def until(self, number: int) -> Series:
        """Return the months up to and with a month: what was known then."""
        return self._replace(cells=self.cells[: number - self.first + 1])

    def worked(self) -> Array:
        """Return what is reckoned with (n, c): filled, logarithms of counts."""
        filled = self.cells.copy()
        for at in range(1, len(filled)):
            filled[at] = np.where(np.isfinite(filled[at]), filled[at], filled[at - 1])
        for at in range(len(filled) - 2, -1, -1):
            filled[at] = np.where(np.isfinite(filled[at]), filled[at], filled[at + 1])
        return filled if self.is_share else np.log(np.maximum(filled, _FEWEST_PERSONS))

    def back(self, worked: Array) -> Array:
        """Return values of what was reckoned."""
        return np.asarray(np.clip(worked, 0.0, 100.0) if self.is_share else np.exp(worked))


def series_of(figures: Iterable[Figure], measures: Iterable[str] = FORECAST) -> dict[str, Series]:
    """Return each measure that there are figures of.

    The country is the sum of the municipalities where it has no figure of its own; a share without one is
    left out.
    """
    cells: dict[str, dict[tuple[int, int], float]] = {name: {} for name in measures}
    for each in figures:
        if each.measure in cells and each.value == each.value:
            cells[each.measure][month_number(each.month), each.code] = each.value
    found = {}
    for name, known in cells.items():
        if not known:
            continue
        codes = (COUNTRY, *sorted({code for _, code in known} - {COUNTRY}))
        first, last = min(number for number, _ in known), max(number for number, _ in known)
        at = {code: column for column, code in enumerate(codes)}
        values = np.full((last - first + 1, len(codes)), np.nan)
        for (number, code), value in known.items():
            values[number - first, at[code]] = value
        series = Series(name, first, codes, values)
        if not series.is_share:
            missing = ~np.isfinite(values[:, 0]) & np.isfinite(values[:, 1:]).any(axis=1)
            values[missing, 0] = np.nansum(values[missing, 1:], axis=1)
        if np.isfinite(values[:, 0]).any():
            found[name] = series
    return found


def read_series(folder: str | Path) -> dict[str, Series]:
    """Return the measures of a folder of imported files or extracts.

    Raises
    ------
    InputError
        A file cannot be used, or nothing that can be forecast is there.
    """
    path = Path(folder)
    if not os.path.isdir(path):
        raise InputError(f"{named('data')}: there is no folder '{folder}'")
    found = series_of(read_folder(path).figures)
    if not found:
        raise InputError(
            f"{named('data')}: {folder} has nothing to forecast from; expected {', '.join(FORECAST)}"
        )
    for name, series in found.items():
        if len(series.cells) < FEWEST_MONTHS:
            raise InputError(
                f"{named('data')}: {folder} has {len(series.cells)} months of {name}; a forecast needs "
                f"{FEWEST_MONTHS} or more, so that season and growth can be told apart"
            )
    return found
