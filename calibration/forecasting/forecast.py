"""Months ahead by municipality, with fans: the members weighed by what they were worth before.

:func:`forecast` is the question; :class:`Forecaster` holds what is known of a measure at each origin, so that
scores (:mod:`calibration.forecasting.score`) ask for the same with less.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from calibration.forecasting.combine import FANS, Past, Spread, capped, fan, spread_of, weighed, weights_at
from calibration.forecasting.members import MEMBERS, MODEL, PERSISTENCE, level_of, members_of
from calibration.forecasting.panel import (
    COUNTRY,
    FEWEST_MONTHS,
    Array,
    Series,
    month_name,
    month_number,
    read_series,
)
from calibration.forecasting.paths import Runs, changes_of, origins_to_run, run_from
from calibration.forecasting.settings import Settings, settings
from sim.data_in.measures import MEASURES
from sim.data_in.months import OtherPeriod, month_of
from sim.data_in.places import area_code
from sim.errors import InputError
from sim.runs.folder import out_folder
from sim.runs.options import AHEAD, RUN
from sim.runs.version import version

if TYPE_CHECKING:
    import pandas as pd

    from sim.parameters import Change

COLUMNS: tuple[str, ...] = (
    "month", "municipality", "measure", "median", "low80", "high80", "low95", "high95",
)  # fmt: skip
TABLE, SAID = "forecast.parquet", "forecast.json"
#: Months ahead beyond which nothing in three years of figures says how far off a forecast is.
LONGEST = 36
#: Months between the origins at which the model is run to see how good it was.
EVERY = 2
#: Whose persons a share is of.
_OF = {"kontanthjaelp_activation_degree": "kontanthjaelp_all"}

#: The model's runs by origin: each measure of the country (draws, h).
ModelRuns = Mapping[int, Mapping[str, Array]]


class Ahead(NamedTuple):
    """A measure from an origin on; on the scale of the figures."""

    median: Array  # (h, c)
    fans: Array  # (2, 2, h, c): 80 and 95 per cent, low and high
    weights: Array  # (h, 2, members)
    spread: Spread


class Forecaster:
    """A measure: what the members said at each origin, and what came.

    Parameters
    ----------
    size
        Persons by place (c,), of whom the measure counts or is a share.
    model
        The model's runs by origin.
    """

    def __init__(self, series: Series, size: Array, horizon: int, model: ModelRuns, s: Settings) -> None:
        self.series, self.size, self.horizon, self.s = series, size, horizon, s
        self.worked = series.worked()
        self.first = series.first + FEWEST_MONTHS - 1
        self.model = model
        self.past = {each: self._past(each) for each in range(self.first, series.last + 1)}
        self.errors: dict[int, Array] = {}
        for each in range(self.first, series.last):
            path = weighed(self.past[each].paths, self.weights(each))
            truth = self.past[each].truth
            self.errors[each] = path[: len(truth)] - truth

    def _past(self, origin: int) -> Past:
        then = self.series.until(origin)
        path, level = None, level_of(then.worked(), then.months, self.s)
        if origin in self.model and self.series.measure in self.model[origin]:
            found = self.model[origin][self.series.measure][:, : self.horizon]
            if found.shape[1] == self.horizon:
                path = np.median(changes_of(then, level, found), axis=0)
        at = origin - self.series.first
        paths = members_of(then, self.horizon, path, self.s)
        return Past(paths, self.worked[at + 1 : at + 1 + self.horizon], level.season.certain)

    def weights(self, origin: int) -> Array:
        """Return the members' weights (h, 2, members) by what was known at an origin."""
        found = np.array([weights_at(self.past, origin, h, self.s) for h in range(1, self.horizon + 1)])
        found[:, :, MEMBERS.index(PERSISTENCE)] *= 1.0 - self.past[origin].certain
        return capped(found / found.sum(axis=2, keepdims=True), self.s.model_weight_most)

    def ahead(self, origin: int) -> Ahead:
        """Return the forecast from an origin, of figures and errors known then."""
        then = self.series.until(origin)
        weights = self.weights(origin)
        median = weighed(self.past[origin].paths, weights)
        noise = level_of(then.worked(), then.months, self.s).season.noise
        one = np.array([noise[0], float(np.median(noise[1:] * self.size[1:])) if len(noise) > 1 else 0.0])
        spread = spread_of(self.errors, self.size, origin, self.horizon, one, self.s)
        return Ahead(
            self.series.back(median), self.series.back(fan(median, self.size, spread)), weights, spread
        )


def sizes(known: Mapping[str, Series], name: str) -> Array:
    """Return persons by place of a measure, at the last month (c,)."""
    series = known[name]
    of = known.get(_OF.get(name, name))
    if of is None or (series.is_share and of is series):
        return np.ones(len(series.codes))
    at = {code: column for column, code in enumerate(of.codes)}
    persons = np.exp(of.worked()[-1])
    usual = float(np.median(persons))
    return np.array([persons[at[code]] if code in at else usual for code in series.codes])


def _months_ahead(origin: int, to: str) -> int:
    try:
        last = month_number(month_of(to))
    except (OtherPeriod, ValueError):
        raise InputError(f"--to is '{to}'; expected a month such as 2026-07") from None
    if not 1 <= last - origin <= LONGEST:
        raise InputError(
            f"--to is {to}: the figures end in {month_name(origin)}; expected {month_name(origin + 1)} to "
            f"{month_name(origin + LONGEST)}"
        )
    return last - origin


def model_runs(
    known: Mapping[str, Series],
    origins: Sequence[int],
    horizon: int,
    runs: Runs,
    tell: Callable[[str], None],
) -> dict[int, dict[str, Array]]:
    """Return the model's runs from each origin, with central values alone but from the last one."""
    found = {}
    for at, origin in enumerate(origins):
        tell(f"model from {month_name(origin)} ({at + 1} of {len(origins)})")
        last = origin == origins[-1]
        then = {name: series.until(origin) for name, series in known.items() if series.first <= origin}
        found[origin] = run_from(then, origin, horizon, runs if last else runs._replace(draws=1, changes=()))
    return found


def forecast(
    data: str | Path,
    to: str,
    out: str | Path | None = None,
    *,
    scale: float = AHEAD.scale,
    draws: int = AHEAD.draws,
    seed: int = RUN.seed,
    demand: str = RUN.demand,
    reform: str = "",
    model: bool = True,
    tell: Callable[[str], None] = lambda said: None,
) -> pd.DataFrame:
    """Forecast the months after a user's last ones, by municipality and with fans.

    Parameters
    ----------
    data
        Folder of imported figures or of extracts (code, month, measure, unit, value).
    to
        Last month, such as 2026-07.
    out
        Folder for ``forecast.parquet`` and ``forecast.json`` (what was weighed how); None: not written.
    scale, draws, seed, demand
        Of the model's runs; more than one draw also says how far its parameters move the path.
    reform
        A reform of the catalogue or a file, under which the months ahead are run; '': the law.
    model
        Whether the model takes part; without it only the statistical members do.

    Returns
    -------
    month (2025-01), municipality (0: the country), measure (as in the extract), median, low80, high80, low95,
    high95.

    Raises
    ------
    InputError
        The figures or the month cannot be used.
    """
    import pandas as pd

    known, s = read_series(data), settings()
    folder = None if out is None else out_folder(out)
    origin = max(series.last for series in known.values())
    horizon = _months_ahead(origin, to)
    for name, series in known.items():
        if series.last != origin:
            raise InputError(
                f"{data}: {name} ends in {month_name(series.last)}, others in {month_name(origin)}; import "
                "the missing months, or leave that measure out of the folder"
            )
    changes = _changes(reform)
    first = min(series.first for series in known.values()) + FEWEST_MONTHS - 1
    origins = origins_to_run(first, origin, EVERY) if model else []
    found = model_runs(known, origins, horizon, Runs(scale, draws, seed, demand, changes), tell)
    tables, said = [], {}
    for name, series in known.items():
        maker = Forecaster(series, sizes(known, name), horizon, found, s)
        ahead = maker.ahead(origin)
        own = _model_spread(series, found.get(origin), s)
        ahead = _no_narrower(ahead, own, series)
        tables.append(_table(series, ahead, origin))
        said[name] = _said(ahead, origin)
    table = pd.concat(tables, ignore_index=True)[list(COLUMNS)]
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        table.to_parquet(folder / TABLE, index=False)
        asked = {
            "figures_until": month_name(origin), "to": month_name(origin + horizon), "scale": scale,
            "draws": draws, "seed": seed, "demand": demand, "reform": reform, "model": model,
            "model_run_from": [month_name(each) for each in origins],
            "version": version(), "settings": s._asdict(),
        }  # fmt: skip
        text = json.dumps({"asked": asked, "weights": said}, indent=1, ensure_ascii=False)
        (folder / SAID).write_text(text + "\n", encoding="utf-8")
    return table


def _changes(reform: str) -> tuple[Change, ...]:
    if not reform:
        return ()
    from reforms.load import load

    return tuple(load(reform).changes)


def _model_spread(series: Series, found: Mapping[str, Array] | None, s: Settings) -> Array | None:
    """Return the standard deviation of the model's path over draws of its parameters (h,)."""
    if not found or series.measure not in found or len(found[series.measure]) < 2:
        return None
    level = level_of(series.worked(), series.months, s)
    return np.asarray(changes_of(series, level, found[series.measure]).std(axis=0, ddof=1))


def _no_narrower(ahead: Ahead, own: Array | None, series: Series) -> Ahead:
    """Widen the country's fan where the model's parameters alone move its part of the median further."""
    if own is None:
        return ahead
    part = ahead.weights[:, 0, MEMBERS.index(MODEL)] * own
    country = np.maximum(ahead.spread.country, part)
    times = country / ahead.spread.country
    worked = ahead.median[:, 0] if series.is_share else np.log(ahead.median[:, 0])
    fans = ahead.fans.copy()
    for at in range(len(FANS)):
        wide = ahead.spread.country * ahead.spread.times[0, at] * times
        fans[at, 0, :, 0], fans[at, 1, :, 0] = series.back(worked - wide), series.back(worked + wide)
    return ahead._replace(fans=fans, spread=ahead.spread._replace(country=country))


def _table(series: Series, ahead: Ahead, origin: int) -> pd.DataFrame:
    import pandas as pd

    horizon, places = ahead.median.shape
    columns = {
        "month": np.repeat([month_name(origin + h) for h in range(1, horizon + 1)], places),
        "municipality": np.tile(np.array(series.codes, np.int32), horizon),
        "measure": series.measure,
        "median": ahead.median.ravel(),
    }
    for at, each in enumerate(FANS):
        columns[f"low{100 * each:.0f}"] = ahead.fans[at, 0].ravel()
        columns[f"high{100 * each:.0f}"] = ahead.fans[at, 1].ravel()
    return pd.DataFrame(columns)


def _said(ahead: Ahead, origin: int) -> dict[str, object]:
    """Return the weights of the members by month, of the country and of municipalities."""
    return {
        month_name(origin + h + 1): {
            place: dict(zip(MEMBERS, (round(float(w), 3) for w in ahead.weights[h, at]), strict=True))
            for at, place in enumerate(("country", "municipalities"))
        }
        for h in range(len(ahead.weights))
    }


def in_short(table: pd.DataFrame, municipality: str | None = None) -> str:
    """Return a place's forecast as lines of text: by measure and month the median and both fans.

    Raises
    ------
    InputError
        There is no such municipality, or no forecast of it.
    """
    code = COUNTRY if municipality is None else area_code(municipality)
    here = table[table["municipality"] == code]
    if here.empty:
        raise InputError(f"--municipality {municipality}: the figures have none of it")
    lines = []
    for name in dict.fromkeys(here["measure"]):
        digits = 1 if "percent" in MEASURES[name].unit else 0
        lines.append(f"{name}, {MEASURES[name].unit}: median (80 per cent; 95 per cent)")
        lines += [
            f"  {row.month}  {row.median:>9,.{digits}f}  ({row.low80:,.{digits}f} to "
            f"{row.high80:,.{digits}f}; {row.low95:,.{digits}f} to {row.high95:,.{digits}f})"
            for row in here[here["measure"] == name].itertuples()
        ]
    return "\n".join(lines)
