"""Durations from exposure: period life tables of spells.

With d_t spells ended in their week t and n_t person-weeks in week t of a spell within the year,

    hazard_t = d_t / n_t,   S(t) = prod_{u <= t} (1 - hazard_u),   mean = sum_{t >= 0} S(t)   (t < 208),

the discrete Kaplan-Meier estimator on left-truncated, right-censored spells: what a spell would last if it
went through the exit rates of that year.  For municipalities the hazard is constant within bands of duration.

Where nobody was at risk there is no rate.  A week of the spell in which nobody was has the hazard of its band
of duration.  A band in which nobody was ends what is known: what lies beyond it is missing (not a number),
unless hardly any spell lasts that long; then these few go on as in the band before.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.spells import BANDS

Array = NDArray[Any]
#: Guard of a division: where nobody leaves.
_SLOWEST = 1e-9
#: Share of spells that may last into bands in which nobody was seen and still be told: hardly any.
_HARDLY_ANY = 0.05
_FROM_TO = tuple(pairwise([0, *BANDS]))


def survival(exits: Array, at_risk: Array) -> NDArray[np.float64]:
    """Survival after each week of the spell, (208,): not a number from where nothing is known any more."""
    alive = np.empty(BANDS[-1])
    left, before = 1.0, math.nan
    for first, last in _FROM_TO:
        ended, risk = exits[first:last], at_risk[first:last]
        if risk.any():
            before = ended.sum() / risk.sum()
        elif not left <= _HARDLY_ANY:
            before = math.nan
        hazard = np.divide(ended, risk, out=np.full(last - first, before), where=risk > 0)
        alive[first:last] = left * np.cumprod(1.0 - np.clip(hazard, 0.0, 1.0))
        left = alive[last - 1]
    return alive


def mean_of(surviving: NDArray[np.float64]) -> float:
    """Mean length of a spell in weeks, restricted to 208, from its survival by week (208,).

    Not a number if more than hardly any of the spells last into weeks of which nothing is known.
    """
    return float(1.0 + surviving[:-1].sum())


def median_of(surviving: NDArray[np.float64]) -> float:
    """Week in which half of the spells have ended; infinite if more than half last 208 weeks or longer.

    Not a number if what is known ends before.
    """
    below = np.flatnonzero(surviving <= 0.5)
    if below.size:
        return float(below[0] + 1)
    return math.nan if np.isnan(surviving).any() else math.inf


def share_over(surviving: NDArray[np.float64], weeks: int) -> float:
    """Share of the spells that last longer than so many weeks (1 to 208)."""
    return float(surviving[weeks - 1])


def band_duration(exits: Array, weeks: Array) -> NDArray[np.float64]:
    """Mean duration by municipality (m,), weeks, restricted to 208; not a number where it is not known.

    ``exits`` and ``weeks`` (m, bands): spells ended and person-weeks by band of duration.
    """
    hazard = np.divide(exits, weeks, out=np.full(weeks.shape, np.nan), where=weeks > 0)
    mean = np.zeros(exits.shape[0])
    alive = np.ones(exits.shape[0])
    before = np.full(exits.shape[0], np.nan)
    for band, (first, last) in enumerate(_FROM_TO):
        length = last - first
        known = ~np.isnan(hazard[:, band])
        h = np.maximum(np.where(known | (alive > _HARDLY_ANY), hazard[:, band], before), _SLOWEST)
        mean += alive * (1.0 - np.exp(-h * length)) / h
        alive *= np.exp(-h * length)
        before = h
    return mean
