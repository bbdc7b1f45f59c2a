"""What a sample tells of a municipality: how much of a difference from the country is no luck.

A run at scale s holds a share s of each municipality's people.  Of n of them a mean of something with
variance v has the sampling variance v * (1 - s) / n, and municipalities really differ by a standard deviation
sigma, so that

    told = sigma^2 * n / (sigma^2 * n + v * (1 - s))

of what is seen is real (the linear estimator with the smallest mean squared error).  At scale 1 nothing is
luck.

Where luck comes week by week, of work or money, it is not estimated but shared: what a municipality has more
or less than usual varies by 1 / sqrt(s) of what it does at scale 1, so the part sqrt(s) of it is left to the
municipality and the rest is shared by all (:func:`left_to_each`).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Guard of a division: less than anybody.
_NOBODY = 1e-12


def told(spread: float, number: ArrayLike, variance: ArrayLike, scale: float) -> NDArray[np.float64]:
    """Return the share of a difference from the country that a sample tells (m,).

    Parameters
    ----------
    spread
        Standard deviation of the true values between municipalities, in their unit.
    number
        (m,) persons, cases or events that each value is of, in the run.
    variance
        Of one of them, in the unit squared: 1 for the relative error of a count, p (1 - p) for a share.
    scale
        Share of the population in the run.
    """
    real = spread**2 * np.asarray(number, np.float64)
    return np.asarray(real / np.maximum(real + np.asarray(variance) * (1.0 - scale), _NOBODY))


def towards(
    expected: float | NDArray[np.float64], seen: NDArray[np.float64], real: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what is ``seen`` (m,) drawn towards the ``expected``: the ``real`` part (m,) of it is left."""
    return np.asarray(expected + (seen - expected) * real)


def left_to_each(scale: float) -> float:
    """Return the share of a week's luck that is left to each municipality, so that it is as at scale 1."""
    return math.sqrt(scale)
