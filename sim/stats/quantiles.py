"""Quantiles of the standard normal and of Student's t: what intervals, fans and classes are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm, t

#: Standard errors in half the width of a 95 % interval.
HALF_OF_95 = float(norm.ppf(0.975))


def of_normal(p: ArrayLike) -> NDArray[Any]:
    """Return the quantiles of the standard normal distribution at probabilities ``p``."""
    return np.asarray(norm.ppf(p))


def of_t(p: ArrayLike, degrees: float) -> NDArray[Any]:
    """Return the quantiles of Student's t at probabilities ``p``."""
    return np.asarray(t.ppf(p, degrees))
