"""Durations from exposure: period life tables of spells.

With d_t spells ended in their week t and n_t person-weeks in week t of a spell within the year,

    hazard_t = d_t / n_t,   S(t) = prod_{u <= t} (1 - hazard_u),   mean = sum_{t >= 0} S(t)   (t < 208),

the discrete Kaplan-Meier estimator on left-truncated, right-censored spells: what a spell would last if it
went through the exit rates of that year.  For municipalities the hazard is constant within bands of duration.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.spells import BANDS, LIFE_TABLE_WEEKS

Array = NDArray[Any]


def survival(exits: Array, at_risk: Array) -> NDArray[np.float64]:
    """Survival after each week of the spell, (208,); the hazard is 0 where nobody was at risk."""
    hazard = np.where(at_risk > 0, exits / np.maximum(at_risk, 1), 0.0)
    return np.asarray(np.cumprod(1.0 - np.clip(hazard, 0.0, 1.0)))


def mean_of(surviving: NDArray[np.float64]) -> float:
    """Mean length of a spell in weeks, restricted to 208, from its survival by week (208,)."""
    return float(1.0 + surviving[:-1].sum())


def median_of(surviving: NDArray[np.float64]) -> float:
    """Week in which half of the spells have ended; 208 if that is never reached."""
    below = np.flatnonzero(surviving <= 0.5)
    return float(below[0] + 1) if below.size else float(LIFE_TABLE_WEEKS)


def share_over(surviving: NDArray[np.float64], weeks: int) -> float:
    """Share of the spells that last longer than so many weeks (1 to 208)."""
    return float(surviving[weeks - 1])


def band_duration(exits: Array, weeks: Array) -> NDArray[np.float64]:
    """Mean duration by municipality (m,), weeks, restricted to 208.

    ``exits`` and ``weeks`` (m, bands): spells ended and person-weeks by band of duration.
    """
    hazard = np.where(weeks > 0, exits / np.maximum(weeks, 1), 0.0)
    lengths = np.diff([0, *BANDS])
    mean = np.zeros(exits.shape[0])
    alive = np.ones(exits.shape[0])
    for band, length in enumerate(lengths):
        h = np.maximum(hazard[:, band], 1e-9)
        mean += alive * (1.0 - np.exp(-h * length)) / h
        alive *= np.exp(-h * length)
    return mean
