"""How good forecasts were: made again from each earlier month with what was known then, beside rivals.

Nothing after an origin is seen by what is forecast from it, by its weights or its fans; the model's runs
begin with the origin's month.  What is of today are the model's parameters and the settings.

Errors are differences of logarithms times 100 (per cent) for counts, percentage points for shares; of
municipalities the mean over them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from calibration.forecasting.combine import FANS
from calibration.forecasting.forecast import EVERY, Ahead, Forecaster, ModelRuns, model_runs, sizes
from calibration.forecasting.panel import (
    FEWEST_MONTHS,
    MONTHS_A_YEAR,
    Array,
    Series,
    month_name,
    read_series,
)
from calibration.forecasting.paths import Runs, origins_to_run
from calibration.forecasting.rivals import ETS, RIVALS, rival
from calibration.forecasting.settings import settings
from sim.runs.options import AHEAD

if TYPE_CHECKING:
    import pandas as pd

OURS = "forecast"
COUNTRY, MUNICIPALITIES = "country", "municipalities"
#: Months ahead that are scored.
HORIZON = 18
#: Rivals by whose origins a table is made: all from the first origin, ETS from the one with two years.
_PLACES: tuple[tuple[str, slice], ...] = ((COUNTRY, slice(0, 1)), (MUNICIPALITIES, slice(1, None)))
#: Municipal ETS takes nearly a hundred fits each: from each so many origins, and of these measures.
_ETS_EVERY = 6
_ETS_OF = ("gross_unemployed", "kontanthjaelp_all")


class Row(NamedTuple):
    """One origin, horizon and place."""

    measure: str
    place: str
    method: str
    origin: str
    horizon: int
    error: float
    within80: float
    within95: float


def _rows(maker: Forecaster, origin: int, ets: bool) -> Iterable[Row]:
    """Yield the scores of a measure from an origin."""
    ahead, then = maker.ahead(origin), maker.series.until(origin)
    truth = maker.past[origin].truth
    h = len(truth)
    known = np.isfinite(maker.series.cells[len(then.cells) : len(then.cells) + h])
    ours = _on_scale(maker.series, ahead.median)
    paths = {OURS: ours} | {name: rival(name, then.worked(), HORIZON) for name in RIVALS if name != ETS}
    country_ets = rival(ETS, then.worked() if ets else then.worked()[:, :1], HORIZON)
    inside = _inside(ahead, maker.series, truth, known)
    times = 1.0 if maker.series.is_share else 100.0
    for place, columns in _PLACES:
        if place == COUNTRY or ets:
            paths[ETS] = country_ets
        else:
            paths.pop(ETS, None)
        for name, path in paths.items():
            wrong = np.where(known, times * np.abs(path[:h, : truth.shape[1]] - truth), np.nan)
            if path.shape[1] == 1:
                wrong = wrong[:, :1]
            for at in range(h):
                here = wrong[at, columns]
                if np.isfinite(here).any():
                    fans = [
                        float(np.nanmean(each[at, columns])) if name == OURS else np.nan for each in inside
                    ]
                    yield Row(maker.series.measure, place, name, month_name(origin), at + 1,
                              float(np.nanmean(here)), *fans)  # fmt: skip


def _on_scale(series: Series, values: Array) -> Array:
    return values if series.is_share else np.log(np.maximum(values, np.finfo(float).tiny))


def _inside(ahead: Ahead, series: Series, truth: Array, known: Array) -> list[Array]:
    """Return whether what came lay within each fan (h, c), NaN where it is hidden."""
    came, h = series.back(truth), len(truth)
    found = []
    for at in range(len(FANS)):
        low, high = ahead.fans[at, 0, :h], ahead.fans[at, 1, :h]
        found.append(np.where(known, (low <= came) & (came <= high), np.nan))
    return found


def scores(
    data: str | Path,
    measures: Sequence[str] = (),
    *,
    model: bool = True,
    scale: float = AHEAD.scale,
    tell: Callable[[str], None] = lambda said: None,
    runs: ModelRuns | None = None,
) -> pd.DataFrame:
    """Score the forecasts from every month of a folder that has a year before it.

    Parameters
    ----------
    measures
        Some of those that are forecast; () for all.
    runs
        The model's runs by origin, where they are there already.

    Returns
    -------
    measure, place (country, municipalities), method, origin, horizon, error, within80, within95.
    """
    import pandas as pd

    known, s = read_series(data), settings()
    last = max(series.last for series in known.values())
    first = min(series.first for series in known.values()) + FEWEST_MONTHS - 1
    if runs is None:
        origins = origins_to_run(first, last - 1, EVERY) if model else []
        runs = model_runs(known, origins, HORIZON, Runs(scale), tell)
    rows: list[Row] = []
    for name, series in known.items():
        if measures and name not in measures:
            continue
        maker = Forecaster(series, sizes(known, name), HORIZON, runs, s)
        for origin in range(maker.first, series.last):
            tell(f"{name} from {month_name(origin)}")
            turn = (origin - maker.first - MONTHS_A_YEAR + 1) % _ETS_EVERY == 0
            rows += _rows(maker, origin, turn and name in _ETS_OF)
    return pd.DataFrame(rows, columns=list(Row._fields))


#: Horizons shown together.
BANDS: tuple[tuple[int, int], ...] = ((1, 1), (2, 3), (4, 5), (6, 8), (9, 12), (13, 18))


def banded(table: pd.DataFrame) -> pd.DataFrame:
    """Return mean errors and coverage by measure, place, method and band of horizons."""
    import pandas as pd

    parts = []
    for low, high in BANDS:
        here = table[table["horizon"].between(low, high)]
        mean = here.groupby(["measure", "place", "method"], sort=False)[
            ["error", "within80", "within95"]
        ].mean()
        parts.append(mean.assign(band=f"{low}-{high}" if high > low else str(low)).reset_index())
    return pd.concat(parts, ignore_index=True)


def beside_ets(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of origins and horizons from which ETS was fitted too, so that like meets like."""
    keys = ["measure", "place", "origin", "horizon"]
    there = table.loc[table["method"] == ETS, keys]
    return table.merge(there, on=keys)


def as_markdown(table: pd.DataFrame, asked: Mapping[str, Any]) -> str:
    """Return the page of scores."""
    lines = [_HEAD.format(**asked)]
    for name in dict.fromkeys(table["measure"]):
        unit = "percentage points" if name.endswith("degree") else "per cent"
        for place in (COUNTRY, MUNICIPALITIES):
            here = table[(table["measure"] == name) & (table["place"] == place)]
            lines += [f"### {name}: {place}", ""]
            lines += _block(here[here["method"] != ETS], f"All origins; mean error, {unit}", fans=True)
            matched = beside_ets(here)
            if len(matched):
                first, count = matched["origin"].min(), matched["origin"].nunique()
                lines += _block(
                    matched, f"{count} origins from {first} on, from which ETS was fitted; {unit}"
                )
    return "\n".join(lines).rstrip() + "\n"


def _block(table: pd.DataFrame, title: str, fans: bool = False) -> list[str]:
    mean = banded(table)
    bands = list(dict.fromkeys(mean["band"]))
    lines = [f"| {title} | {' | '.join(bands)} |", f"|---|{'---|' * len(bands)}"]
    cells = mean.set_index(["method", "band"])

    def line(label: str, method: str, column: str, times: float, digits: int) -> str:
        values = [
            f"{times * cells.loc[(method, band), column]:.{digits}f}" if (method, band) in cells.index else ""
            for band in bands
        ]
        return f"| {label} | {' | '.join(values)} |"

    lines += [line(f"**{name}**" if name == OURS else name, name, "error", 1.0, 1)
              for name in dict.fromkeys(mean["method"])]  # fmt: skip
    if fans:
        lines += [
            line(
                f"within the {100 * each:.0f} per cent fan, per cent",
                OURS,
                f"within{100 * each:.0f}",
                100.0,
                0,
            )
            for each in FANS
        ]
    return [*lines, ""]


_HEAD = """# Months ahead: how good forecasts were

Made by `jobvej forecast --data DIR --score docs/forecast.md` with figures of {first} to {last}. Each
forecast was made again from every month {origins}, with the figures up to that month alone: season,
level, trend, the weights of the four members, the fans, and runs of the model begun with that month's
stocks (at scale {scale:g}, from every second month; between them the other members share its weight).
Columns are months ahead.

**What is flattered**: the model's parameters are fitted to 2024, which lies after most of these
origins, so its own path was better than it could have been; its weight is at most a quarter for that.
The settings (`calibration/forecasting/settings.yaml`) were chosen while looking at these scores.

**What binds**: job-ready kontanthjælp loses to persistence from the origins of the first year, where less
than two years of figures cannot tell a season from the arrivals from Ukraine of 2022; from 2023-07 on the two
are within half a point of each other. Drawing the season to none while it is young, or letting persistence
keep its whole weight, was tried: each moves that measure by a few tenths up to eight months ahead, and makes
gross unemployment or dagpenge worse. Demand by part of the country was looked at, too: over these months a
year's change of a part's unemployment relative to the country's says next to nothing of the next one (slope
0.1 for dagpenge, 0.0 for all), so that a path of its own would not help municipalities beyond the levels that
a run begins with.

**How a forecast is made**: `calibration/forecasting/members.py` (persistence, season, damped trend, the
model's path), `combine.py` (weights and fans from errors known at the origin), `paths.py` (the model's
runs).

Errors are mean absolute ones: differences of logarithms times 100 for counts, percentage points for
shares; for municipalities the mean over them, hidden figures left out. *Persistence* is the latest
figure; *a year before* the same month of the year before; *drift* goes on with the mean change so far;
*ETS* is additive smoothing with season and damped trend (statsmodels), which takes two years of
figures; for municipalities it is fitted from few origins and for two measures, as it takes long.
Origins overlap, and between 2021 and 2024 the end of Covid and the arrivals from Ukraine each came
once: differences of a few tenths say nothing.
"""


def score_page(
    data: str | Path,
    *,
    model: bool = True,
    scale: float = AHEAD.scale,
    tell: Callable[[str], None] = lambda said: None,
) -> tuple[str, pd.DataFrame]:
    """Return the page of scores, and the table behind it."""
    known = read_series(data)
    table = scores(data, model=model, scale=scale, tell=tell)
    first = min(series.first for series in known.values())
    asked = {
        "first": month_name(first),
        "last": month_name(max(series.last for series in known.values())),
        "origins": f"from {month_name(first + FEWEST_MONTHS - 1)} on",
        "scale": scale,
    }
    return as_markdown(table, asked), table
