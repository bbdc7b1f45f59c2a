"""Fading: what is left of something after so many whole weeks, exp(-weeks / fade), read off a table."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part

#: After so many times the weeks in which it falls to 37 per cent, nothing is left.
_GONE = 40


def fading(weeks: float) -> NDArray[np.float64]:
    """Return shares that are left after 0, 1, 2 ... weeks; after ``weeks`` 37 per cent are left."""
    return np.append(np.exp(-np.arange(math.ceil(_GONE * weeks)) / weeks), 0.0)


@part
def left_after(weeks: int, shares: NDArray[np.float64]) -> float:
    """Share that is left after a number of weeks, of what :func:`fading` returned."""
    return shares[min(weeks, shares.size - 1)]
