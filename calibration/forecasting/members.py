"""The paths that a forecast weighs together, each from figures up to its origin alone.

With y_t the logarithm of a count (or a share), the change of a month is a season of that month, the growth of
its year, and chance:

    y_t - y_{t-1} = s[month] + g[year, counted back from the origin] + e_t.

s and g are least squares with a small ridge and Huber's weights.  The country's s is multiplied by the part
of its variance that chance does not explain; a municipality's difference from it likewise.  Members:

* *persistence*: the latest figure, for ever; it counts as far as the season may be chance (all of it may be
  before there are two years);
* *season*: the latest level with its season;
* *trend*: that and the growth of the last twelve months, less of it each month;
* *model*: that level and season with the change that the model's runs from there have beyond the season
  (:mod:`calibration.forecasting.paths`), the same in all municipalities.

A municipality's level is the country's times its own relative level, an exponentially weighted mean of its
seasonally adjusted months.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from calibration.forecasting.panel import MONTHS_A_YEAR, Array, Series
from calibration.forecasting.settings import Settings

PERSISTENCE, SEASON, TREND, MODEL = "persistence", "season", "trend", "model"
MEMBERS: tuple[str, ...] = (PERSISTENCE, SEASON, TREND, MODEL)
#: Rounds of reweighing: the weights move no more after so many.
_ROUNDS = 5
#: Median absolute deviation to standard deviation of a normal distribution.
_MAD_TO_SD = 1.4826
#: Residuals below this share of what months change by are the ridge's, and no outliers.
_LEAST_SPREAD = 0.1
_TINY = 1e-12


class Season(NamedTuple):
    """What months do of themselves; c = the country and municipalities."""

    change: Array  # (12, c) on entering the month
    noise: Array  # (c,) variance of a month's chance
    certain: float  # share of the country's season that is more than chance, 0-1


def season_of(y: Array, months: NDArray[np.int64], s: Settings) -> Season:
    """Return the seasons of (n, c) figures, of the country in column 0 and of municipalities drawn to it."""
    change, noise = _raw_season(y, months, s)
    years = (len(y) - 1) / MONTHS_A_YEAR
    certain = float(_not_chance(change[:, :1], noise[:1] / years)[0])
    country = change[:, :1] * certain
    own = change - country
    kept = s.own_season_most * _not_chance(own, noise / years)
    kept[0] = 0.0
    return Season(country + own * kept, noise, certain * min(max(years - 1.0, 0.0), 1.0))


def _not_chance(effects: Array, by_chance: Array) -> Array:
    """Share of the variance of effects (12, c) that is more than chance gives (c,)."""
    return np.asarray(np.clip(1.0 - by_chance / np.maximum((effects**2).mean(axis=0), _TINY), 0.0, 1.0))


def _raw_season(y: Array, months: NDArray[np.int64], s: Settings) -> tuple[Array, Array]:
    n, step = len(y) - 1, np.diff(y, axis=0)
    back = (n - 1 - np.arange(n)) // MONTHS_A_YEAR
    size = MONTHS_A_YEAR + int(back.max()) + 1
    x = np.zeros((n, size))
    x[np.arange(n), months[1:]] = 1.0
    x[np.arange(n), MONTHS_A_YEAR + back] = 1.0
    ridge = np.full(size, s.year_ridge)
    ridge[:MONTHS_A_YEAR] = s.season_ridge
    found = np.linalg.solve(x.T @ x + np.diag(ridge), x.T @ step)
    least = _LEAST_SPREAD * step.std(axis=0)
    for _ in range(_ROUNDS):
        left = np.abs(step - x @ found)
        spread = np.maximum(_MAD_TO_SD * np.median(left, axis=0), least) + _TINY
        weight = 1.0 / np.maximum(left / (spread * s.outlier_from), 1.0)  # (n, c)
        normal = np.einsum("nk,nc,nj->ckj", x, weight, x) + np.diag(ridge)
        right = np.einsum("nk,nc->ck", x, weight * step)
        found = np.linalg.solve(normal, right[:, :, None])[:, :, 0].T
    season = found[:MONTHS_A_YEAR]
    left = step - x @ found
    noise = (left**2).sum(axis=0) / max(n - size + 2, 3)
    return season - season.mean(axis=0), noise


class Level(NamedTuple):
    """Where a forecast begins."""

    season: Season
    adjusted: Array  # (n, c) seasonally adjusted, the first month as it is
    start: Array  # (c,) level at the origin, with its season
    growth: float  # of the country a month


def level_of(y: Array, months: NDArray[np.int64], s: Settings) -> Level:
    """Return levels and growth at the last month of (n, c) figures."""
    season = season_of(y, months, s)
    passed = np.vstack([np.zeros(y.shape[1]), np.cumsum(season.change[months[1:]], axis=0)])
    adjusted = y - passed
    relative = adjusted - adjusted[:, :1]
    own = relative[0].copy()
    for row in relative[1:]:
        own = own + s.own_level_follows * (row - own)
    over = min(int(s.growth_over_months), len(y) - 1)
    growth = float(adjusted[-1, 0] - adjusted[-1 - over, 0]) / over
    return Level(season, adjusted, adjusted[-1, 0] + own + passed[-1], growth)


def season_ahead(level: Level, month: int, horizon: int) -> Array:
    """Return what season alone adds to the origin's level (h, c); ``month`` 0-11 of the origin."""
    ahead = (month + 1 + np.arange(horizon)) % MONTHS_A_YEAR
    return np.cumsum(level.season.change[ahead], axis=0)


def members_of(series: Series, horizon: int, path: Array | None, s: Settings) -> Array:
    """Return the members' paths (members, h, c) from the last month of a series.

    ``path`` (h,): the model's for the country, on the scale that is reckoned with, as changes from the
    origin; without one that member is NaN.
    """
    y, months = series.worked(), series.months
    level = level_of(y, months, s)
    ahead = season_ahead(level, int(months[-1]), horizon)
    damped = level.growth * np.cumsum(s.trend_kept_a_month ** np.arange(1, horizon + 1))
    season = level.start + ahead
    found = np.full((len(MEMBERS), horizon, y.shape[1]), np.nan)
    found[0] = y[-1]
    found[1] = season
    found[2] = season + damped[:, None]
    if path is not None:
        found[3] = season + (path - ahead[:, 0])[:, None]
    return found
