"""The noise floor of each measure, as placebos give it (:mod:`reforms.placebo`)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.runs.reading import about_of, write_about

#: What the table calls the fiscal accounts; its groups are payers, and what is spent on the effort.
ACCOUNTS = "fiscal_account"
ACCOUNTS_UNIT = "mio. kr. a year, 2024 prices"
TABLE = "noise_floor.csv"
#: Written last: what the table was measured with, and its hash.
ABOUT = "noise_floor.json"
#: The floor that comes with the product: ``jobvej placebo`` with its defaults.
SHIPPED = Path(__file__).with_name(TABLE)


@dataclass(frozen=True, repr=False)
class NoiseFloor:
    """A measured noise floor.

    Attributes
    ----------
    table
        A row a measure, group and year: measure, group, unit, year, noise_floor and median (of the
        absolute differences that are not 0), largest, of_all (the percentile over all placebos), moved (in
        how many there is a difference), within (share of all placebos that move it by no more than
        noise_floor), placebos, scale.
    """

    table: pd.DataFrame

    def __repr__(self) -> str:
        return (
            f"<NoiseFloor of {self.table['measure'].nunique()} measures from {self.placebos} placebos "
            f"at scale {self.scale:g}>"
        )

    @property
    def scale(self) -> float:
        """Share of the population in the runs that it was measured in."""
        return float(self.table["scale"].iloc[0])

    @property
    def placebos(self) -> int:
        """How many placebos it was measured with."""
        return int(self.table["placebos"].max())

    def at(self, measure: str, group: str, *, year: int | str, scale: float, pairs: int = 1) -> float:
        """Return the floor of a measure, or not a number where it was not measured.

        Chance falls with the root of the people simulated and of the pairs of runs averaged.  After the last
        year that was measured its floor stands for the later ones: chance has led the runs apart by then.

        Parameters
        ----------
        year
            Of the difference.
        scale, pairs
            Of the runs that the difference comes from.
        """
        return self._last("noise_floor", measure, group, year) * math.sqrt(self.scale / scale / pairs)

    def within(self, measure: str, group: str, *, year: int | str) -> float:
        """Return the share of all placebos that move a measure by no more than its floor, if known."""
        return self._last("within", measure, group, year) if "within" in self.table else math.nan

    def _last(self, column: str, measure: str, group: str, year: int | str) -> float:
        """Return what a column says of the last year that was measured until ``year``."""
        rows = self.table[(self.table["measure"] == measure) & (self.table["group"] == group)]
        rows = rows[rows["year"] <= int(year)]
        return float(rows.loc[rows["year"].idxmax(), column]) if len(rows) else math.nan


def write_floor(floor: NoiseFloor, folder: Path) -> None:
    """Write a floor into a folder, from where :func:`read_floor` reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    floor.table.to_csv(folder / TABLE, index=False, float_format="%.6g")
    write_about(folder, ABOUT, {"placebos": floor.placebos, "scale": floor.scale}, [TABLE])


def read_floor(folder: Path | str | None = None) -> NoiseFloor | None:
    """Return the floor in a folder or its folder ``placebo``, else that of the product; None without any.

    Raises
    ------
    InputError
        The table in the folder is not as it was written.
    """
    for place in () if folder is None else (Path(folder), Path(folder) / "placebo"):
        if (place / TABLE).is_file():
            about_of(place, ABOUT, [TABLE])
            return NoiseFloor(pd.read_csv(place / TABLE))
    return NoiseFloor(pd.read_csv(SHIPPED)) if SHIPPED.is_file() else None
