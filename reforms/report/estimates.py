"""From paired runs to a difference with an interval.

Each (draw, replicate) is one pair of runs.  The interval says where one more pair would lie
(:func:`sim.stats.interval.of_one_more_run`).  With one pair there is none, and the report says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import pandas as pd

from reforms.effects import of_the_same_pairs
from sim.stats.interval import of_one_more_run

Verdict = Literal["up", "down", "unclear", "zero", "missing", "up_single", "down_single"]


class Estimate(NamedTuple):
    """Means over the pairs of runs, and the interval of the difference (nan when there is none)."""

    baseline: float
    reform: float
    difference: float
    low: float
    high: float
    pairs: int

    @property
    def verdict(self) -> Verdict:
        """Return which way it goes, if that can be told."""
        if math.isnan(self.difference):
            return "missing"
        if self.difference == 0 and not (self.low < 0 or self.high > 0):
            return "zero"
        if math.isnan(self.low) or math.isnan(self.high):
            return "up_single" if self.difference > 0 else "down_single"
        if self.low > 0:
            return "up"
        return "down" if self.high < 0 else "unclear"


NOTHING = Estimate(math.nan, math.nan, math.nan, math.nan, math.nan, 0)
KEYS = ["scenario", "period", "measure", "group"]


Cell = tuple[str, str, str, str]


@dataclass(frozen=True)
class Estimates:
    """National estimates by (scenario, period, measure, group)."""

    cells: Mapping[Cell, Estimate]

    @classmethod
    def of(cls, summary: pd.DataFrame) -> Estimates:
        """Take over a table of :func:`summarise` by :data:`KEYS`."""
        rows = summary.reset_index()
        keys = zip(*(rows[key].astype(str) for key in KEYS), strict=True)
        values = rows[list(Estimate._fields)].itertuples(index=False, name=None)
        return cls({key: Estimate(*value) for key, value in zip(keys, values, strict=True)})

    def get(self, scenario: str, period: str, measure: str, group: str) -> Estimate:
        """Return one estimate, :data:`NOTHING` if it was not simulated."""
        return self.cells.get((scenario, period, measure, group), NOTHING)

    def groups(self, measure: str) -> list[str]:
        """Return the groups that a measure has been counted for, in order of appearance."""
        return list(dict.fromkeys(group for _, _, name, group in self.cells if name == measure))


def summarise(differences: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return means of paired differences, and where one more pair would lie.

    Parameters
    ----------
    differences
        Columns `by`, baseline, reform, difference; a row per cell and pair of runs.
    by
        The columns that name a cell; they become the index.
    """
    differences = of_the_same_pairs(differences, by)
    cells = differences.groupby(by, observed=True, sort=False)
    out = cells[["baseline", "reform", "difference"]].mean()
    out["pairs"] = cells["difference"].count()
    runs = len(differences[["draw", "replicate"]].drop_duplicates())
    out["low"], out["high"], _ = of_one_more_run(cells["difference"], runs)
    return out
