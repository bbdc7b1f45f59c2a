"""The model's own path from an origin: runs begun in the week after it, with that month's stocks.

A run is given the figures of the origin's month alone (what comes after is not there to be seen), begins in
the first week of the next month and goes on at small scale under the law as it stands or a reform.  The path
is the change of the country's figure from the origin; of measures that the model counts otherwise than the
figures (:data:`OTHERWISE`) it is the change from the run's first month, which takes that month's place.

The law is that which was decided by November 2026, on its dates.  The parameters are today's whatever the
origin: they were fitted to 2024.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from calibration.forecasting.members import Level, season_ahead
from calibration.forecasting.panel import COUNTRY, Array, Series, month_name
from sim.calendar import Week
from sim.data_in.extract import COLUMNS
from sim.data_in.measures import MEASURES
from sim.parameters import Change
from sim.rules.demand_paths import first_monday
from sim.runs.options import AHEAD, RUN

#: Measures whose level in the model is not that of the figures: their change is.
OTHERWISE: frozenset[str] = frozenset({"long_term_unemployed", "kontanthjaelp_activation_degree"})


class Runs(NamedTuple):
    """How the model is run."""

    scale: float = AHEAD.scale
    draws: int = RUN.draws  # 1: central values alone
    seed: int = RUN.seed
    demand: str = RUN.demand
    changes: tuple[Change, ...] = ()  # of a reform


def weeks_from(month: int, months: int) -> tuple[str, str]:
    """Return the first and last week (by Thursdays) of so many months from a month's number on."""
    first, after = (Week.of(first_monday(month_name(each))) for each in (month, month + months))
    return first.label, (after + -1).label


def run_from(
    known: Mapping[str, Series],
    origin: int,
    horizon: int,
    runs: Runs,
    tell: Callable[[], None] = lambda: None,
) -> dict[str, Array]:
    """Return each measure of the country (draws, h) in the months after an origin."""
    from sim.model import LabourMarket
    from sim.parameters import load_parameters
    from sim.parameters.baselines import NOW, still_to_come
    from sim.runs.plan import CENTRAL, draw_changes, parameters_of

    start, end = weeks_from(origin + 1, horizon)
    numbers = (CENTRAL,) if runs.draws == 1 else tuple(range(1, runs.draws + 1))
    rows: dict[str, list[Array]] = {name: [] for name in known}
    reform = still_to_come(runs.changes, load_parameters(baseline=NOW))
    with tempfile.TemporaryDirectory(prefix="jobvej-origin-") as folder:
        _write_month(Path(folder) / "origin.csv", known, origin)
        for drawn in draw_changes(numbers).values():
            market = LabourMarket(
                parameters=parameters_of(drawn, reform, baseline=NOW), start=start, end=end, scale=runs.scale,
                seed=runs.seed, demand=runs.demand, data=folder,
            )  # fmt: skip
            market.run()
            found = market.monthly_municipal()
            found = found[found["municipality"] == COUNTRY].pivot(
                index="month", columns="measure", values="value"
            )
            for name in known:
                rows[name].append(found[name].to_numpy(np.float64)[:horizon])
            tell()
    return {name: np.array(each) for name, each in rows.items()}


def _write_month(path: Path, known: Mapping[str, Series], origin: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        for name, series in known.items():
            at = origin - series.first
            if not 0 <= at < len(series.cells):
                continue
            for code, value in zip(series.codes, series.cells[at], strict=True):
                if np.isfinite(value):
                    out.writerow([code, month_name(origin), name, MEASURES[name].unit, repr(float(value))])


def changes_of(series: Series, level: Level, found: Array) -> Array:
    """Return the model's path (draws, h) as changes from the origin, on the scale that is reckoned with.

    A series that the model counts otherwise begins with the first month that the season alone would give.
    """
    worked = found if series.is_share else np.log(np.maximum(found, 1.0))
    if series.measure in OTHERWISE:
        month = int(series.months[-1])
        return np.asarray(worked - worked[:, :1] + season_ahead(level, month, 1)[0, 0])
    return np.asarray(worked - series.worked()[-1, 0])


def origins_to_run(first: int, last: int, every: int) -> Sequence[int]:
    """Return the origins from which the model is run to see how good it is, the last one among them."""
    return sorted({*range(last, first - 1, -every), last})
