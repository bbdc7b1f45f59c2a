"""From a few worlds to a surface: a Gaussian process over cut and simplification, and its zero line.

    change(c, s) = b1 c + b2 s + b3 c s + GP(c, s),   change(0, 0) = 0

c and s are scaled to 0-1; the plane is fitted by least squares, the Gaussian process (scikit-learn; squared
exponential with a length for each axis, white noise for the luck of the worlds) takes what is left.  One
surface for each draw of the uncertain parameters, and one for their mean.  The chance that things get worse
at a point is the mean over draws of P(change > 0), with each surface's own error.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Array = NDArray[np.float64]
_KNOWN = 1e-8


def _plane(x: Array) -> Array:
    return np.column_stack([x[:, 0], x[:, 1], x[:, 0] * x[:, 1]])


@dataclass
class Surrogate:
    """A fitted surface: plane, Gaussian process on what is left, and the scale of that."""

    coefficients: Array
    process: Any
    size: float

    def mean(self, x: Array) -> Array:
        """Return the change at points (n, 2), scaled 0-1; exactly 0 at the origin."""
        origin = float(self.process.predict(np.zeros((1, 2)))[0])
        rest = self.process.predict(x) - origin
        return np.asarray(_plane(x) @ self.coefficients + self.size * rest)

    def error(self, x: Array) -> Array:
        """Return the standard error of the surface (without the luck of a single world)."""
        _, deviation = self.process.predict(x, return_std=True)
        noise = np.exp(self.process.kernel_.theta[-1])
        return np.asarray(self.size * np.sqrt(np.maximum(deviation**2 - noise, 0.0)))


def fit_surface(x: Array, y: Array, like: Surrogate | None = None) -> Surrogate:
    """Fit one surface to points (n, 2), scaled 0-1, and their changes (n,); ``like``: with its smoothness."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    coefficients, *_ = np.linalg.lstsq(_plane(x), y, rcond=None)
    rest = y - _plane(x) @ coefficients
    size = float(rest.std()) or 1.0
    kernel = ConstantKernel(1.0, (1e-2, 1e1)) * RBF([0.5, 0.5], (0.25, 5.0)) + WhiteKernel(0.3, (1e-3, 1e1))
    optimizer: str | None = "fmin_l_bfgs_b"
    if like is not None:
        kernel, optimizer = like.process.kernel_, None
    points = np.vstack([x, np.zeros((1, 2))])
    alpha = np.append(np.full(len(x), 1e-6), _KNOWN)
    process = GaussianProcessRegressor(kernel, alpha=alpha, optimizer=optimizer, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        process.fit(points, np.append(rest / size, 0.0))
    return Surrogate(np.asarray(coefficients, np.float64), process, size)


def cross_validated(x: Array, y: Array) -> tuple[float, float]:
    """Return the root mean square error of predicting each point from the others, and of always saying 0."""
    misses, whole = [], fit_surface(x, y)
    for left_out in range(len(x)):
        kept = np.arange(len(x)) != left_out
        misses.append(float(fit_surface(x[kept], y[kept], whole).mean(x[~kept])[0] - y[left_out]))
    return float(np.sqrt(np.mean(np.square(misses)))), float(np.sqrt(np.mean(np.square(y))))


@dataclass
class Surface:
    """The change of one measure over the map, on a grid: ``mean`` and ``worse`` are (shares, cuts)."""

    cuts: Array
    shares: Array
    mean: Array
    worse: Array
    draws: int
    error: float
    scale: float

    def line(self) -> Array:
        """Largest cut without worsening by share (shares,): nan where even no cut worsens."""
        return first_crossing(self.mean, self.cuts, 0.0)

    def band(self, chance: float = 0.05) -> tuple[Array, Array]:
        """Cuts up to which worsening has at most this chance, and from which improving has."""
        low = first_crossing(self.worse, self.cuts, chance)
        return np.nan_to_num(low, nan=0.0), first_crossing(self.worse, self.cuts, 1.0 - chance)


def first_crossing(values: Array, cuts: Array, threshold: float) -> Array:
    """Return where each row first rises above a threshold, between grid points; the last cut if never.

    A row that is above it from the start gives nan, but for the origin, which is 0.
    """
    found = np.full(len(values), cuts[-1])
    for at, row in enumerate(values):
        above = np.flatnonzero(row > threshold + 1e-12)
        if not above.size:
            continue
        i = int(above[0])
        if i == 0:
            found[at] = np.nan
        else:
            part = (threshold - row[i - 1]) / (row[i] - row[i - 1])
            found[at] = cuts[i - 1] + part * (cuts[i] - cuts[i - 1])
    return found


def map_surface(x: Array, y: Array, cuts: Array, shares: Array) -> Surface:
    """Return the surface on a grid.

    Parameters
    ----------
    x
        (n, 2) cut and share of the points run.
    y
        (draws, n) change at each of them, by draw.
    cuts, shares
        The grid, each rising from 0.
    """
    scale = np.array([cuts[-1], shares[-1]])
    grid = np.column_stack([axis.ravel() for axis in np.meshgrid(cuts, shares)]) / scale
    shape = (len(shares), len(cuts))
    centre = fit_surface(x / scale, y.mean(axis=0))
    worse = np.zeros(len(grid))
    for row in y:
        surface = fit_surface(x / scale, row)
        spread = np.maximum(surface.error(grid), 1e-9)
        worse += norm.cdf(surface.mean(grid) / spread) / len(y)
    error, size = cross_validated(x / scale, y.mean(axis=0))
    mean = centre.mean(grid).reshape(shape)
    worse = worse.reshape(shape)
    mean[0, 0] = worse[0, 0] = 0.0  # the baseline itself: nothing differs there, to the bit
    return Surface(cuts, shares, mean, worse, len(y), error, size)
