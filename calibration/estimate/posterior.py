"""The posterior: emulated moments, Markov chains on them, an ensemble that is simulated, and its weights.

    log p(u | data) = -1/2 sum_j (m_j(u) - data_j)^2 / var_j        on the unit cube of prior quantiles,

the sum over targets and experiments, with the variances of :mod:`calibration.estimate.problem` and
:mod:`calibration.estimate.effects`.  The surrogate is an emulator per moment from the
points that were simulated,

    moment_j(v) = a_j + b_j . v + c_j . v^2 + g_j(v) + noise,       v = 2 u - 1,

the regression a ridge one, g_j the Gaussian process of :mod:`sim.stats.emulator`; its error on points left
out is part of the variance.  The chains (an ensemble sampler, emcee) run on the surrogate; the ensemble is
spread evenly over them, and every member is simulated.  The surrogate is then built anew with the members
among its points, and a member's weight is the ratio of the likelihoods after and before, truncated (Ionides
2008): where the surrogate was wrong the simulations decide, and a single run's luck does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import emcee
import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from scipy.stats import qmc
from sklearn.base import clone
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sim.stats.emulator import Emulator, Kernel

Vector = NDArray[np.float64]
FOLDS = 5
KERNEL = Kernel(0.3, (1e-3, 10), 2.0, (0.5, 20.0), 0.7, (1e-3, 2.0))


def design(n: int, dimensions: int, seed: int) -> Vector:
    """Return a scrambled Sobol design (n, dimensions) in the unit cube."""
    power = int(np.ceil(np.log2(max(n, 2))))
    return np.asarray(qmc.Sobol(dimensions, seed=seed).random_base2(power)[:n])


def _with_squares(v: Vector) -> Vector:
    return np.hstack([v, v**2])


def moment_emulator() -> Emulator:
    """Return the emulator of one moment at positions v (n, k), -1 to 1."""
    ridge = RidgeCV(alphas=np.logspace(-3, 3, 13))
    return Emulator(KERNEL, make_pipeline(FunctionTransformer(_with_squares), ridge))


@dataclass(frozen=True)
class Surrogate:
    """Emulators of all moments over the same points, with the error each makes on points left out."""

    emulators: tuple[Emulator, ...]
    error: Vector  # (moments,) root mean square on left-out points, simulation noise included
    explained: Vector  # (moments,) share of the variance of left-out points

    def predict(self, positions: Vector) -> Vector:
        """Return the moments (n, moments) at positions (n, k) in the unit cube."""
        v = 2.0 * positions - 1.0
        trend = _with_squares(v) @ self._trend[0] + self._trend[1]
        apart = cdist(v, self.emulators[0].process_.X_train_, "sqeuclidean")
        rest = [size * (np.exp(-apart / (2.0 * length**2)) @ alpha) for size, length, alpha in self._kernels]
        return np.asarray(trend + np.column_stack(rest))

    @cached_property
    def _trend(self) -> tuple[Vector, Vector]:
        """Coefficients (2 k, moments) and intercepts (moments,) of the regressions."""
        found = [each.trend_[-1] for each in self.emulators]
        return np.column_stack([each.coef_ for each in found]), np.array([each.intercept_ for each in found])

    @cached_property
    def _kernels(self) -> list[tuple[float, float, Vector]]:
        """Variance, length and weights of the points of each Gaussian process, in the moment's own unit."""
        found = []
        for each in self.emulators:
            smooth = each.process_.kernel_.k1
            size = smooth.k1.constant_value * each.scale_
            found.append((float(size), float(smooth.k2.length_scale), np.asarray(each.process_.alpha_)))
        return found

    @property
    def points(self) -> int:
        """Points that the emulators were fitted to."""
        return len(self.emulators[0].process_.X_train_)

    @property
    def slopes(self) -> Vector:
        """Change of each moment from the low to the high end of each prior, others at the middle.

        float64 (moments, k): twice the slope of the regression in v.
        """
        found = [each.trend_[-1].coef_ for each in self.emulators]
        return np.array([2.0 * each[: len(each) // 2] for each in found])


def build(positions: Vector, moments: Vector, like: Surrogate | None = None) -> Surrogate:
    """Fit an emulator per column of moments (n, moments) simulated at positions (n, k) in the unit cube.

    Parameters
    ----------
    like
        A surrogate of the same moments whose kernels and errors are taken over: for parts of its points.
    """
    v = 2.0 * positions - 1.0
    if like is not None:
        kept = [clone(each).set_params(kernel=each.process_.kernel_) for each in like.emulators]
        fitted = tuple(each.fit(v, column) for each, column in zip(kept, moments.T, strict=True))
        return Surrogate(fitted, like.error, like.explained)
    fitted = tuple(moment_emulator().fit(v, column) for column in moments.T)
    known = [
        clone(each).set_params(kernel=each.process_.kernel_).left_out(v, column, folds=FOLDS)
        for each, column in zip(fitted, moments.T, strict=True)
    ]
    return Surrogate(
        fitted, np.array([each.error for each in known]), np.array([each.explained for each in known])
    )


def misfit(moments: Vector, data: Vector, variance: Vector) -> Vector:
    """Return chi-square (n,) of moments (n, targets): squared deviations over their variances."""
    return np.asarray((((moments - data) ** 2) / variance).sum(axis=1))


@dataclass(frozen=True)
class Chains:
    """What the chains found."""

    samples: Vector  # (draws, free) positions in the unit cube, thinned
    log_posterior: Vector  # (draws,)
    acceptance: float  # mean share of accepted steps
    autocorrelation: Vector  # (free,) steps
    steps: int
    split_r: Vector  # (free,) Gelman-Rubin ratio between halves of the walkers


def run_chains(
    chi_square: Callable[[Vector], Vector],
    start: Vector,
    *,
    steps: int,
    seed: int,
    temperature: float = 1.0,
) -> Chains:
    """Run emcee from starting points (walkers, axes).

    Parameters
    ----------
    chi_square
        Misfit (n,) of the surrogate at positions (n, axes).
    temperature
        Above 1 it flattens the likelihood: the second wave's points come from a wider region.
    """
    walkers, free = start.shape

    def log_posterior(positions: Vector) -> Vector:
        inside = np.all((positions > 0.0) & (positions < 1.0), axis=1)
        value = np.full(len(positions), -np.inf)
        if inside.any():
            value[inside] = -0.5 * chi_square(positions[inside]) / temperature
        return value

    sampler = emcee.EnsembleSampler(
        walkers, free, log_posterior, vectorize=True,
        moves=[(emcee.moves.DEMove(), 0.8), (emcee.moves.DESnookerMove(), 0.2)],
    )  # fmt: skip
    sampler.random_state = np.random.RandomState(seed).get_state()
    sampler.run_mcmc(start, steps)
    kept = sampler.get_chain(discard=steps // 2)
    thin = max(1, len(kept) // 50)
    log = sampler.get_log_prob(discard=steps // 2, thin=thin, flat=True)
    return Chains(
        sampler.get_chain(discard=steps // 2, thin=thin, flat=True), np.asarray(log),
        float(np.mean(sampler.acceptance_fraction)), sampler.get_autocorr_time(tol=0, quiet=True),
        steps, _between(kept),
    )  # fmt: skip


def _between(chain: Vector) -> Vector:
    """Return the Gelman-Rubin ratio (free,) of two halves of the walkers and of the time."""
    half, middle = chain.shape[1] // 2, chain.shape[0] // 2
    parts = [chain[:middle, :half], chain[:middle, half:], chain[middle:, :half], chain[middle:, half:]]
    flat = [p.reshape(-1, chain.shape[2]) for p in parts]
    within = np.mean([p.var(axis=0) for p in flat], axis=0)
    between = np.var([p.mean(axis=0) for p in flat], axis=0)
    return np.asarray(np.sqrt((within + between) / within))


def spread_out(samples: Vector, n: int, seed: int) -> Vector:
    """Return n samples, spread evenly over the posterior in a nested order.

    Samples are matched one to one with a Sobol sequence in the space of their own ranks, so that the first
    half of the ensemble covers the posterior as the whole does.
    """
    ranks = (np.argsort(np.argsort(samples, axis=0), axis=0) + 0.5) / len(samples)
    wanted = design(n, samples.shape[1], seed)
    free = np.ones(len(samples), bool)
    chosen = []
    for point in wanted:
        distance = ((ranks - point) ** 2).sum(axis=1)
        best = int(np.argmin(np.where(free, distance, np.inf)))
        free[best] = False
        chosen.append(best)
    return samples[chosen]


def weights_of(after: Vector, before: Vector) -> Vector:
    """Return weights (n,) that sum to 1, from chi-square (n,) after and before the members were simulated."""
    log = -0.5 * (after - before)
    raw = np.exp(log - log.max())
    raw = np.minimum(raw, np.sqrt(len(raw)) * raw.mean())
    return np.asarray(raw / raw.sum())


def effective(weights: Vector) -> float:
    """Return the effective number of members, 1 / sum of squared weights."""
    return float(1.0 / np.sum(weights**2))
