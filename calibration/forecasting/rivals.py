"""What a forecast has to beat: persistence, the month a year before, drift, and seasonal smoothing (ETS)."""

from __future__ import annotations

import warnings

import numpy as np

from calibration.forecasting.panel import MONTHS_A_YEAR, Array

PERSISTENCE, A_YEAR_BEFORE, DRIFT, ETS = "persistence", "a year before", "drift", "ETS"
RIVALS: tuple[str, ...] = (PERSISTENCE, A_YEAR_BEFORE, DRIFT, ETS)
#: Seasonal smoothing begins with two whole years.
_ETS_FROM = 2 * MONTHS_A_YEAR


def rival(name: str, y: Array, horizon: int) -> Array:
    """Return a rival's path (h, c) from figures (n, c); NaN where it has too few months.

    Drift goes on with the mean change of all months; ETS is additive, with a damped trend, on the scale that
    is reckoned with (statsmodels).
    """
    n = len(y)
    if name == PERSISTENCE:
        return np.repeat(y[-1:], horizon, axis=0)
    if name == DRIFT:
        return np.asarray(y[-1] + np.arange(1, horizon + 1)[:, None] * (y[-1] - y[0]) / (n - 1))
    if name == A_YEAR_BEFORE:
        if n < MONTHS_A_YEAR:
            return np.full((horizon, y.shape[1]), np.nan)
        return np.asarray(y[n - MONTHS_A_YEAR + np.arange(horizon) % MONTHS_A_YEAR])
    if n < _ETS_FROM:
        return np.full((horizon, y.shape[1]), np.nan)
    return np.column_stack([_ets(column, horizon) for column in y.T])


def _ets(y: Array, horizon: int) -> Array:
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged: it is the rival's affair
        model = ExponentialSmoothing(
            y, trend="add", damped_trend=True, seasonal="add", seasonal_periods=MONTHS_A_YEAR,
            initialization_method="estimated",
        )  # fmt: skip
        return np.asarray(model.fit().forecast(horizon))
