"""A surrogate of the model: an emulator per moment, from the points that were simulated.

    log or plain moment_j(u) = a_j + b_j . u + c_j . u^2 + g_j(u) + noise

u the positions in the prior (-1 to 1), the regression a ridge one, g_j the Gaussian process of
:mod:`sim.stats.emulator`.  How good it is is measured on points left out, by cross-validation; the error
found there is part of the likelihood's variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sim.stats.emulator import Emulator, Kernel

Vector = NDArray[np.float64]
FOLDS = 5
KERNEL = Kernel(0.3, (1e-3, 10), 2.0, (0.5, 20.0), 0.7, (1e-3, 2.0))


def _with_squares(u: Vector) -> Vector:
    return np.hstack([u, u**2])


def moment_emulator() -> Emulator:
    """Return the emulator of one moment at positions u (n, k), -1 to 1."""
    ridge = RidgeCV(alphas=np.logspace(-3, 3, 13))
    return Emulator(KERNEL, make_pipeline(FunctionTransformer(_with_squares), ridge))


@dataclass(frozen=True)
class Surrogate:
    """Emulators of all moments, with the error each makes on points left out."""

    emulators: tuple[Emulator, ...]
    error: Vector  # (moments,) root mean square on left-out points, simulation noise included
    explained: Vector  # (moments,) share of the variance of left-out points

    def predict(self, positions: Vector) -> Vector:
        """Return the moments (n, moments) at positions (n, k) in the unit cube."""
        return np.column_stack([each.predict(2.0 * positions - 1.0) for each in self.emulators])

    @property
    def slopes(self) -> Vector:
        """Change of each moment from the low to the high end of each prior, others at the middle.

        float64 (moments, k): twice the slope of the regression in u.
        """
        found = [each.trend_[-1].coef_ for each in self.emulators]
        return np.array([2.0 * each[: len(each) // 2] for each in found])


def build(positions: Vector, moments: Vector) -> Surrogate:
    """Fit an emulator per column of moments (n, moments) simulated at positions (n, k) in the unit cube."""
    u = 2.0 * positions - 1.0
    known = [moment_emulator().left_out(u, column, folds=FOLDS) for column in moments.T]
    fitted = tuple(moment_emulator().fit(u, column) for column in moments.T)
    return Surrogate(
        fitted, np.array([each.error for each in known]), np.array([each.explained for each in known])
    )
