"""A surrogate of the model: a Gaussian process per moment, from the points that were simulated.

    log or plain moment_j(u) = a_j + b_j . u + c_j . u^2 + g_j(u) + noise

u the positions in the prior (-1 to 1), the regression a ridge one, g_j a Gaussian process with a smooth
(squared exponential) kernel and noise of its own.  How good it is is measured on points left out, by
cross-validation; the error found there is part of the likelihood's variance.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import KFold

Vector = NDArray[np.float64]
FOLDS = 5


def features(positions: Vector) -> Vector:
    """Return regressors (n, 2 k): positions scaled to -1..1 and their squares."""
    u = 2.0 * positions - 1.0
    return np.hstack([u, u**2])


class Emulator:
    """Surrogate of one moment."""

    def __init__(self, positions: Vector, values: Vector) -> None:
        """Fit to values (n,) simulated at positions (n, k)."""
        x = features(positions)
        self.trend = RidgeCV(alphas=np.logspace(-3, 3, 13)).fit(x, values)
        rest = values - self.trend.predict(x)
        self.spread = float(rest.std()) or 1.0
        kernel = ConstantKernel(0.3, (1e-3, 10)) * RBF(2.0, (0.5, 20.0)) + WhiteKernel(0.7, (1e-3, 2.0))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            self.process = GaussianProcessRegressor(kernel).fit(2.0 * positions - 1.0, rest / self.spread)

    def predict(self, positions: Vector) -> Vector:
        """Return the mean (n,) at positions (n, k)."""
        rest = self.process.predict(2.0 * positions - 1.0)
        return np.asarray(self.trend.predict(features(positions)) + self.spread * rest)

    @property
    def slopes(self) -> Vector:
        """Change of the moment from the low to the high end of each prior, others at the middle (k,)."""
        k = len(self.trend.coef_) // 2
        return np.asarray(2.0 * self.trend.coef_[:k])


@dataclass(frozen=True)
class Surrogate:
    """Emulators of all moments, with the error each makes on points left out."""

    emulators: tuple[Emulator, ...]
    error: Vector  # (moments,) root mean square on left-out points, simulation noise included
    explained: Vector  # (moments,) share of the variance of left-out points

    def predict(self, positions: Vector) -> Vector:
        """Return the moments (n, moments) at positions (n, k)."""
        return np.column_stack([e.predict(positions) for e in self.emulators])


def build(positions: Vector, moments: Vector) -> Surrogate:
    """Fit an emulator per column of moments (n, moments) simulated at positions (n, k)."""
    error, explained = [], []
    for j in range(moments.shape[1]):
        left_out = np.empty(len(positions))
        for train, test in KFold(FOLDS, shuffle=True, random_state=0).split(positions):
            left_out[test] = Emulator(positions[train], moments[train, j]).predict(positions[test])
        miss = moments[:, j] - left_out
        error.append(float(np.sqrt(np.mean(miss**2))))
        explained.append(float(1.0 - miss.var() / max(moments[:, j].var(), 1e-30)))
    emulators = tuple(Emulator(positions, moments[:, j]) for j in range(moments.shape[1]))
    return Surrogate(emulators, np.array(error), np.array(explained))
