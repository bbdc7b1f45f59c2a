"""A frontier in numbers: surfaces through the points that were run, the line, the orders of phasing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reforms.frontier.surface import Surface, map_surface

#: Measures of the points: what stays with people, how many they are, and what it costs.
DURATION, PERSONS, COST = "duration", "persons", "cost"
#: Steps of the grid on which surfaces are drawn.
FINE = 81


@dataclass(frozen=True, repr=False)
class MappedFrontier:
    """The numbers of a finished frontier: ``table`` holds the points, ``about`` what was asked for."""

    folder: Path
    table: pd.DataFrame
    about: Mapping[str, Any]

    def __repr__(self) -> str:
        cuts, shares = self.about["cuts"], self.about["shares"]
        return (
            f"<Frontier of '{self.about['reform']}': cuts to {cuts[-1]:g} bn kr., shares to {shares[-1]:g}, "
            f"{self.about['measure']} of {self.about['group']}, in {self.folder}>"
        )

    @cached_property
    def duration(self) -> Surface:
        """The change of the measure of duration, when all is phased in."""
        return self._surface(DURATION)

    @cached_property
    def cost(self) -> Surface:
        """The change of net public cost, mio. kr. a year, when all is phased in."""
        return self._surface(COST)

    def _surface(self, measure: str) -> Surface:
        rows = self.table[(self.table["measure"] == measure) & (self.table["on_map"])]
        last = rows[rows["year"] == rows["year"].max()]
        wide = last.pivot_table(index="draw", columns=["cut_bn_kr", "share"], values="difference")
        x = np.array(wide.columns.to_list(), dtype=np.float64)
        cuts = np.linspace(0.0, self.about["cuts"][-1], FINE)
        shares = np.linspace(0.0, self.about["shares"][-1], FINE)
        return map_surface(x, wide.to_numpy(np.float64), cuts, shares)

    @property
    def freed(self) -> float:
        """Percentage points of caseworkers' time that the whole simplification frees."""
        return 100.0 * float(sum(self.about["freed"].values()))

    @cached_property
    def line(self) -> pd.DataFrame:
        """The largest cut that does not lengthen courses, by share removed.

        Columns: share, freed_points (of caseworkers' time), cut_bn_kr, low80, high80, low95, high95,
        mio_kr_per_point.  A cut equal to the map's largest means at least that much.  One draw has no ends.
        """
        surface = self.duration
        likely, wide = surface.band(0.8), surface.band(0.95)
        table = pd.DataFrame(
            {"share": surface.shares, "freed_points": surface.shares * self.freed,
             "cut_bn_kr": surface.line(), "low80": likely[0], "high80": likely[1],
             "low95": wide[0], "high95": wide[1]}
        )  # fmt: skip
        points = table["freed_points"].where(table["freed_points"] > 0)
        return table.assign(mio_kr_per_point=1000.0 * table["cut_bn_kr"] / points)

    def needed(self, cut: float) -> tuple[float, float, float]:
        """Return the share that must go for a cut to do no harm, with its 80 % interval.

        Infinite if none is enough; the ends are no numbers from one draw.
        """
        columns = ("cut_bn_kr", "high80", "low80")
        found: list[float] = []
        for column in columns:
            if self.line[column].isna().all():
                found.append(np.nan)
                continue
            enough = self.line[self.line[column] >= cut]
            found.append(float(enough["share"].iloc[0]) if len(enough) else np.inf)
        return found[0], found[1], found[2]

    def per_point(self) -> tuple[float, float, float]:
        """Return mio. kr. that a freed point pays for, with its 80 % interval: midway along the line."""
        inside = self.line[
            (self.line["share"] > 0.2) & (self.line["cut_bn_kr"] < self.about["cuts"][-1] - 1e-9)
        ]
        if inside.empty:
            inside = self.line[self.line["share"] > 0.2].head(1)
        row = inside.iloc[len(inside) // 2]
        return tuple(
            1000.0 * float(row[name]) / float(row["freed_points"])
            for name in ("cut_bn_kr", "low80", "high80")
        )  # type: ignore[return-value]

    def paths(self, measure: str = PERSONS) -> pd.DataFrame:
        """Return the mean change by year (rows) of each order of phasing, and of the cut alone (columns)."""
        rows = self.table[(self.table["measure"] == measure) & (self.table["on_path"])]
        named = rows.assign(order=rows["order"].where(rows["share"] > 0, "no-rules"))
        return named.pivot_table(index="year", columns="order", values="difference")
