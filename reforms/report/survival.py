"""How long spells last: Kaplan and Meier's curve, with spells still running counted as censored."""

from __future__ import annotations

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
    band = curve.confidence_interval(method="log-log")
    grid = np.arange(horizon + 1, dtype=np.float64)
    at = np.asarray(curve.quantiles, dtype=np.float64)
    share = np.asarray(curve.probabilities, dtype=np.float64)
    low = np.nan_to_num(np.asarray(band.low.probabilities, dtype=np.float64), nan=1.0)
    high = np.nan_to_num(np.asarray(band.high.probabilities, dtype=np.float64), nan=1.0)
    steps = [_on_grid(at, values, 1.0, grid) for values in (share, low, high)]
    return Curve(grid, *steps, spells=len(weeks))


def curves(spells: pd.DataFrame, group: str, first_week: str, horizon: int = 156) -> dict[str, Curve]:
    """Return a curve per scenario for spells of a benefit that began in or after `first_week` ("2026-W01")."""
    chosen = spells[(spells["group"] == group) & (spells["start_week"] >= first_week)]
    out: dict[str, Curve] = {}
    for scenario, part in chosen.groupby("scenario", sort=False):
        ended = part["ended"].to_numpy(dtype=bool)
        if len(part) >= FEWEST_SPELLS and ended.any():
            out[str(scenario)] = kaplan_meier(part["weeks"].to_numpy(dtype=np.int64), ended, horizon)
    return out
