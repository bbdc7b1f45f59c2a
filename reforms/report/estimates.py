"""From paired runs to a difference and what it says about Denmark.

Each (draw, replicate) is one pair of runs.  The intervals hold the expected effect at scale 1, the luck of
small worlds taken out (:mod:`sim.stats.interval`).  From one pair, one draw or too few people there is none,
and the report says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import pandas as pd

from reforms.effects import of_the_same_pairs, of_too_few, told_by_enough
from sim.outcomes.measures import MEASURES
from sim.stats.interval import TOLD, UNKNOWN, Told, hide, of_denmark
from sim.stats.words import Why, direction, why_no_interval

Verdict = Literal[
    "up", "down", "likely_up", "likely_down", "unclear", "zero", "missing", "up_single", "down_single"
]  # fmt: skip

RISES: tuple[Verdict, ...] = ("up", "likely_up", "up_single")
FALLS: tuple[Verdict, ...] = ("down", "likely_down", "down_single")


class Estimate(NamedTuple):
    """Means over the pairs of runs, and what the difference says about Denmark (nan where it says nothing).

    ``up`` and ``down`` are told: the 95 % interval leaves zero out.  ``likely_up`` and ``likely_down`` have
    at least 80 of 100 for them.  Those that end in ``_single`` have no interval (:attr:`why_none`).
    """

    baseline: float
    reform: float
    difference: float
    median: float
    low80: float
    high80: float
    low95: float
    high95: float
    p_higher: float
    share_simulation: float
    draws: int
    pairs: int

    @classmethod
    def of(cls, baseline: float, reform: float, difference: float, told: Told = UNKNOWN) -> Estimate:
        """Return an estimate from what is known of its difference."""
        return cls(baseline, reform, difference, *told)

    @property
    def told(self) -> Told:
        """What is known of the difference."""
        return Told(*self[3:])

    def per(self, heads: float) -> Estimate:
        """Return the same for each of so many."""
        levels = (self.baseline / heads, self.reform / heads, self.difference / heads)
        return Estimate.of(*levels, self.told.times(1.0 / heads))

    @property
    def known(self) -> bool:
        """Whether there is an interval."""
        return not math.isnan(self.low95)

    @property
    def shown(self) -> float:
        """The difference to show: the median where there is one."""
        return self.difference if math.isnan(self.median) else self.median

    @property
    def why_none(self) -> Why:
        """Return why there is no interval."""
        return why_no_interval(self.draws, self.pairs)

    @property
    def verdict(self) -> Verdict:
        """Return which way it goes, if that can be told."""
        if math.isnan(self.difference):
            return "missing"
        if not self.known:
            if self.difference == 0:
                return "zero"
            return "up_single" if self.difference > 0 else "down_single"
        return direction(self.p_higher, self.low95, self.high95)


NOTHING = Estimate.of(math.nan, math.nan, math.nan)
KEYS = ["scenario", "period", "measure", "group"]


Cell = tuple[str, str, str, str]


@dataclass(frozen=True)
class Estimates:
    """National estimates by (scenario, period, measure, group)."""

    cells: Mapping[Cell, Estimate]

    @classmethod
    def of(cls, summary: pd.DataFrame, scale: float = 1.0) -> Estimates:
        """Take over a table of :func:`summarise` by :data:`KEYS`; too few simulated people: no interval."""
        rows = summary.reset_index()
        rows["unit"] = [MEASURES[name].unit.name if name in MEASURES else "" for name in rows["measure"]]
        rows = hide(rows, of_too_few(rows, ["scenario", "period"], scale))
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
    """Return means of paired differences, and what they say about Denmark (:data:`TOLD`).

    Parameters
    ----------
    differences
        Columns `by`, draw, replicate, baseline, reform, difference; a row per cell and pair of runs.
    by
        The columns that name a cell; they become the index.
    """
    runs = len(differences[["draw", "replicate"]].drop_duplicates())
    differences = of_the_same_pairs(told_by_enough(differences, by, runs), by)
    cells = differences.groupby(by, observed=True, sort=False)
    means = cells[["baseline", "reform", "difference"]].mean()
    return means.join(of_denmark(differences, by, sort=False)[list(TOLD)])
