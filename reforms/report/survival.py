"""How long spells last: Kaplan and Meier's curve, with spells still running counted as censored."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
#: Below this many spells a curve says more about chance than about Denmark.
FEWEST_SPELLS = 50


class Curve(NamedTuple):
    """Share of spells longer than each week, with a 95 % band; arrays of shape (weeks + 1,)."""

    weeks: Floats
    share: Floats
    low: Floats
    high: Floats
    spells: int


def _on_grid(at: Floats, values: Floats, start: float, weeks: Floats) -> Floats:
    """Read a step function, `start` before its first step, at the given weeks."""
    place = np.searchsorted(at, weeks, side="right") - 1
    return np.where(place < 0, start, values[np.maximum(place, 0)])


def _known(bound: Floats, share: Floats) -> Floats:
    """Fill the ends of a band, where the formula gives nothing, with the share itself."""
    return np.where(np.isnan(bound), share, bound)


def kaplan_meier(weeks: NDArray[np.int64], ended: NDArray[np.bool_], horizon: int) -> Curve:
    """Return the survival curve of spells up to `horizon` weeks.

    Parameters
    ----------
    weeks
        Length of each spell so far, shape (n,).
    ended
        Whether it has ended (else it is censored at its length), shape (n,).
    """
    data = stats.CensoredData(uncensored=weeks[ended], right=weeks[~ended])
    curve = stats.ecdf(data).sf
    with warnings.catch_warnings():  # the band is undefined where the share is 1 or 0; it is set below
        warnings.simplefilter("ignore", RuntimeWarning)
        band = curve.confidence_interval(method="log-log")
    grid = np.arange(horizon + 1, dtype=np.float64)
    at = np.asarray(curve.quantiles, dtype=np.float64)
    share = np.asarray(curve.probabilities, dtype=np.float64)
    low = _known(np.asarray(band.low.probabilities, dtype=np.float64), share)
    high = _known(np.asarray(band.high.probabilities, dtype=np.float64), share)
    share, low, high = (_on_grid(at, values, 1.0, grid) for values in (share, low, high))
    return Curve(grid, share, low, high, len(weeks))


def _horizon(weeks: pd.Series) -> int:
    """Return up to which week a curve is worth showing: half-years, one to three years."""
    longest = float(weeks.quantile(0.98)) if len(weeks) else 0.0
    return int(np.clip(np.floor(longest / 26) * 26, 52, 156))


def curves(spells: pd.DataFrame, group: str, first_week: str) -> dict[str, Curve]:
    """Return a curve per scenario for spells of a benefit begun in or after `first_week` ("2026-W01")."""
    chosen = spells[(spells["group"] == group) & (spells["start_week"] >= first_week)]
    horizon = _horizon(chosen[chosen["scenario"] == "baseline"]["weeks"])
    out: dict[str, Curve] = {}
    for scenario, part in chosen.groupby("scenario", sort=False):
        ended = part["ended"].to_numpy(dtype=bool)
        if len(part) >= FEWEST_SPELLS and ended.any():
            out[str(scenario)] = kaplan_meier(part["weeks"].to_numpy(dtype=np.int64), ended, horizon)
    return out
