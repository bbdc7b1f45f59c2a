"""Durations from exposure: period life tables of spells.

With d_t spells ended in their week t and n_t person-weeks lived in week t of a spell within the year,

    hazard_t = d_t / n_t,   S(t) = prod_{u <= t} (1 - hazard_u),   mean = sum_{t >= 0} S(t)   (t < 208),

the discrete Kaplan-Meier estimator on left-truncated, right-censored spells: what a spell would last if it
went through the exit rates of that year.  For municipalities the hazard is constant within bands of duration.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.measures import AGGREGATES
from sim.outcomes.tally import BANDS, COURSE_SPELL, LIFE_TABLE_WEEKS, UNEMPLOYED_SPELL
from sim.states import CLIENT_STATES, STATES

Array = NDArray[Any]
#: Groups with a life table and their position in the counters.
SPELL_GROUPS: dict[str, int] = {STATES[s]: int(s) for s in CLIENT_STATES} | {
    "unemployed_gross": UNEMPLOYED_SPELL,
    "temporary_support": COURSE_SPELL,
}
assert set(SPELL_GROUPS) <= set(STATES) | set(AGGREGATES)


def survival(exits: Array, at_risk: Array) -> NDArray[np.float64]:
    """Survival after each week of the spell, (208,); the hazard is 0 where nobody was at risk."""
    hazard = np.where(at_risk > 0, exits / np.maximum(at_risk, 1), 0.0)
    return np.asarray(np.cumprod(1.0 - np.clip(hazard, 0.0, 1.0)))


def life_table_measures(exits: Array, at_risk: Array) -> dict[str, float]:
    """Mean, median and shares over 26, 52 and 104 weeks of one group's spells."""
    s = survival(exits, at_risk)
    below = np.flatnonzero(s <= 0.5)
    return {
        "mean_duration": float(1.0 + s[:-1].sum()),
        "median_duration": float(below[0] + 1) if below.size else float(LIFE_TABLE_WEEKS),
        "share_over_26_weeks": float(s[25]),
        "share_over_52_weeks": float(s[51]),
        "share_over_104_weeks": float(s[103]),
    }


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
