"""The emulator: what a slow simulation would give at any point, from the points that were simulated.

    y(x) = trend(x) + s g(x) + noise

The trend is any regressor of scikit-learn (the mean, where there is none).  What it leaves is divided by its
standard deviation s and given to a Gaussian process g with a squared exponential kernel and white noise, the
noise being the random numbers of single runs.  How well the emulator predicts is measured on points left out
(:meth:`Emulator.left_out`).  Calibration, sensitivity and the frontier differ in trend, bounds of the kernel
and folds, and in nothing else.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.dummy import DummyRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
from sklearn.model_selection import KFold, LeaveOneOut

Array = NDArray[np.float64]
Range = tuple[float, float]
#: Variance beside the kernel's, in units of s^2: of simulated points, and of the point that is known to be 0.
_JITTER, _JITTER_WITH_ZERO, _KNOWN = 1e-10, 1e-6, 1e-8


@dataclass(frozen=True)
class Kernel:
    """Where the fit of the kernel starts and between which bounds it looks.

    ``size`` and ``noise`` are variances in units of s^2, ``length`` is in units of x; ``by_axis`` gives every
    axis a length of its own.
    """

    size: float
    size_bounds: Range
    length: float
    length_bounds: Range
    noise: float
    noise_bounds: Range
    by_axis: bool = False

    def build(self, axes: int) -> Any:
        """Return the kernel of scikit-learn for a number of axes."""
        lengths = np.full(axes, self.length) if self.by_axis else self.length
        smooth = ConstantKernel(self.size, self.size_bounds) * RBF(lengths, self.length_bounds)
        return smooth + WhiteKernel(self.noise, self.noise_bounds)


@dataclass(frozen=True)
class LeftOut:
    """How values (n,) were predicted by emulators that had not seen them."""

    values: Array
    predicted: Array

    @property
    def error(self) -> float:
        """Root mean square error, the noise of single runs included."""
        return float(np.sqrt(np.mean(np.square(self.values - self.predicted))))

    @property
    def explained(self) -> float:
        """Share of the variance that was predicted; negative where the mean would do better."""
        missed = float(np.mean(np.square(self.values - self.predicted)))
        return 1.0 - missed / max(float(self.values.var()), 1e-30)


class Emulator(RegressorMixin, BaseEstimator):
    """An emulator of one number, with the methods of a regressor of scikit-learn.

    Parameters
    ----------
    kernel
        Where the fit of the kernel starts, or a fitted kernel of scikit-learn that is kept as it is.
    trend
        A regressor; None is the mean.
    zero_at
        A point (k,) at which the value is known to be exactly 0.
    """

    def __init__(self, kernel: Any, trend: Any = None, zero_at: tuple[float, ...] | None = None) -> None:
        self.kernel = kernel
        self.trend = trend
        self.zero_at = zero_at

    def fit(self, x: Array, y: Array) -> Self:
        """Fit to values (n,) simulated at points (n, k)."""
        self.trend_ = clone(self.trend if self.trend is not None else DummyRegressor()).fit(x, y)
        rest = y - self.trend_.predict(x)
        self.scale_ = float(rest.std()) or 1.0
        points, values, jitter = x, rest / self.scale_, np.full(len(x), _JITTER)
        if self.zero_at is not None:
            points = np.vstack([x, self.zero_at])
            values = np.append(values, 0.0)
            jitter = np.append(np.full(len(x), _JITTER_WITH_ZERO), _KNOWN)
        fresh = isinstance(self.kernel, Kernel)
        self.process_ = GaussianProcessRegressor(
            self.kernel.build(x.shape[1]) if fresh else self.kernel, alpha=jitter,
            optimizer="fmin_l_bfgs_b" if fresh else None, random_state=0,
        )  # fmt: skip
        with warnings.catch_warnings():
            # a length at its upper bound says that the axis does not matter: nothing to warn of
            warnings.simplefilter("ignore", ConvergenceWarning)
            self.process_.fit(points, values)
        return self

    def predict(self, x: Array) -> Array:
        """Return the mean (n,) at points (n, k)."""
        rest = self.process_.predict(x)
        if self.zero_at is not None:
            rest = rest - float(self.process_.predict(np.array([self.zero_at]))[0])
        return np.asarray(self.trend_.predict(x) + self.scale_ * rest)

    def deviation(self, x: Array) -> Array:
        """Return the standard error (n,) of the mean at points (n, k), without the noise of a single run."""
        _, found = self.process_.predict(x, return_std=True)
        noise = np.exp(self.process_.kernel_.theta[-1])
        return np.asarray(self.scale_ * np.sqrt(np.maximum(found**2 - noise, 0.0)))

    def left_out(
        self, x: Array, y: Array, *, folds: int | None = None, seed: int = 0, refit: bool = True
    ) -> LeftOut:
        """Predict each of the values (n,) at points (n, k) from the others; the emulator stays as it is.

        Parameters
        ----------
        folds
            Parts that are left out one at a time; None leaves out one point at a time.
        seed
            Of the random parts.
        refit
            Fit the kernel anew to the points that are kept; else it is that of all points.
        """
        kernel = self.kernel if refit else clone(self).fit(x, y).process_.kernel_
        split = LeaveOneOut() if folds is None else KFold(folds, shuffle=True, random_state=seed)
        predicted = np.empty(len(x))
        for kept, out in split.split(x):
            fitted = clone(self).set_params(kernel=kernel).fit(x[kept], y[kept])
            predicted[out] = fitted.predict(x[out])
        return LeftOut(np.asarray(y, np.float64), predicted)
