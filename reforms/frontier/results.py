"""What a frontier leaves behind: the points that were run, the surfaces through them, and the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow.dataset as ds

from reforms.fiscal import ALL_PAYERS, TOTAL, world_accounts
from reforms.frontier.design import Point
from reforms.frontier.freed_time import freed_shares
from reforms.frontier.mapped import COST, DURATION, FINE, PERSONS, MappedFrontier
from reforms.frontier.partial import ORDERS
from sim.runs.reading import finished, table_path, write_about

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from reforms.reform import Reform

POINTS, ABOUT, LINE, SURFACE = "points.csv", "frontier.json", "line.csv", "surface.csv"


class Frontier(MappedFrontier):
    """A finished frontier, with its picture and what it says."""

    def figure(self, lang: str = "en") -> Figure:
        """Draw the map, in English or Danish."""
        from reforms.frontier.picture import draw

        return draw(self, lang)

    def sentences(self, lang: str = "en") -> list[str]:
        """Say what the map says, in English or Danish."""
        from reforms.frontier.words import sentences

        return sentences(self, lang)


def read(folder: Path | str) -> Frontier:
    """Read what ``jobvej frontier --out DIR`` left in a folder.

    Raises
    ------
    InputError
        If there is no finished frontier.
    """
    folder = Path(folder)
    about = finished(folder, ABOUT, [POINTS], what="frontier", command="jobvej frontier --out DIR")
    return Frontier(folder, pd.read_csv(folder / POINTS), about)


def write(
    out: Path,
    runs: Path,
    reform: Reform,
    points: Sequence[Point],
    map_points: int,
    about: Mapping[str, Any],
) -> Frontier:
    """Write points, line and pictures of finished runs; the file ``frontier.json`` comes last.

    Parameters
    ----------
    map_points
        How many of ``points`` (the first) make the map; the rest are orders of phasing.
    about
        cuts, shares, measure, group, command and what else is to be kept.
    """
    table = collect(runs, points, map_points, about["measure"], about["group"])
    whole = {**about, "reform": reform.name, "titles": {lang: reform.title(lang) for lang in ("en", "da")},
             "freed": freed_shares(reform, _hours(runs))}  # fmt: skip
    table.to_csv(out / POINTS, index=False, float_format="%.6g")
    frontier = Frontier(out, pd.read_csv(out / POINTS), whole)
    frontier.line.iloc[:: max(1, (FINE - 1) // 20)].to_csv(out / LINE, index=False, float_format="%.4g")
    _grid(frontier).to_csv(out / SURFACE, index=False, float_format="%.5g")
    from reforms.frontier.picture import save

    save(frontier, out)
    write_about(out, ABOUT, whole, [POINTS])
    return frontier


def collect(runs: Path, points: Sequence[Point], map_points: int, measure: str, group: str) -> pd.DataFrame:
    """Return the changes at every point, draw, replicate and year, from the tables of the runs."""
    wanted = {DURATION: (measure, group), PERSONS: ("stock", "temporary_support")}
    where = (ds.field("municipality") == 0) & ds.field("measure").isin([name for name, _ in wanted.values()])
    table = ds.dataset(table_path(runs, "differences")).to_table(filter=where).to_pandas()
    table = table[table["period"].str.fullmatch(r"\d{4}")]
    frames = []
    for name, (column, of) in wanted.items():
        rows = table[(table["measure"] == column) & (table["group"] == of)]
        frames.append(rows.assign(measure=name, year=rows["period"].astype(int)))
    money = world_accounts(runs)
    total = (money["payer"] == ALL_PAYERS) & (money["account"] == TOTAL) & (money["prices"] == "fixed")
    frames.append(money[total].assign(measure=COST, unit="mio. kr. a year"))
    columns = ["scenario", "draw", "replicate", "year", "measure", "unit", "baseline", "difference"]
    return _placed(pd.concat([frame[columns] for frame in frames], ignore_index=True), points, map_points)


def _placed(rows: pd.DataFrame, points: Sequence[Point], map_points: int) -> pd.DataFrame:
    """Replace the names of scenarios by their place on the map."""
    on_map = {point.name for point in points[:map_points]}
    on_path = {point.name for point in points[map_points:]}
    by_name = {point.name: point for point in points}
    last = rows["year"].max()
    rows = rows[(rows["year"] == last) | rows["scenario"].isin(on_path)]
    place = [by_name[name] for name in rows["scenario"]]
    placed = rows.assign(
        cut_bn_kr=[point.cut for point in place],
        share=[point.share for point in place],
        order=[point.order.name for point in place],
        on_map=rows["scenario"].isin(on_map) & (rows["year"] == last),
        on_path=rows["scenario"].isin(on_path),
    )
    order = {each.name: at for at, each in enumerate(ORDERS)}
    placed = placed.drop(columns="scenario").assign(_at=placed["order"].map(order))
    keys = ["measure", "_at", "cut_bn_kr", "share", "draw", "replicate", "year"]
    return placed.sort_values(keys, ignore_index=True).drop(columns="_at")


def _hours(runs: Path) -> dict[str, float]:
    """Return the baseline's hours by task in the last year, mean over runs."""
    where = (
        (ds.field("municipality") == 0)
        & (ds.field("measure") == "hours")
        & (ds.field("scenario") == "baseline")
    )
    table = ds.dataset(table_path(runs, "outcomes")).to_table(filter=where).to_pandas()
    last = table[table["period"] == table["period"].max()]
    return {str(task): float(value) for task, value in last.groupby("group")["value"].mean().items()}


def _grid(frontier: Frontier) -> pd.DataFrame:
    """Return both surfaces at the levels that were asked for."""
    cuts, shares = frontier.duration.cuts, frontier.duration.shares
    rows = []
    for share in frontier.about["shares"]:
        for cut in frontier.about["cuts"]:
            i, j = int(np.argmin(np.abs(shares - share))), int(np.argmin(np.abs(cuts - cut)))
            rows.append(
                (
                    cut,
                    share,
                    frontier.duration.mean[i, j],
                    frontier.duration.worse[i, j],
                    frontier.cost.mean[i, j],
                )
            )
    names = ["cut_bn_kr", "share", "duration_change", "chance_worse", "net_public_cost_mio_kr"]
    return pd.DataFrame(rows, columns=names)
