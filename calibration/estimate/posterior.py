"""The posterior: emulated moments, Markov chains on them, an ensemble that is simulated, and its weights.

    log p(u | data) = -1/2 sum_j (m_j(u) - data_j)^2 / var_j        on the unit cube of prior quantiles,

with the variances of :mod:`calibration.estimate.problem`.  The surrogate is an emulator per moment from the
points that were simulated,

    moment_j(v) = a_j + b_j . v + c_j . v^2 + g_j(v) + noise,       v = 2 u - 1,

the regression a ridge one, g_j the Gaussian process of :mod:`sim.stats.emulator`; its error on points left
out is part of the variance.  The chains (an ensemble sampler, emcee) run on the surrogate; the ensemble is
spread evenly over them, and every member is simulated.  Its weight is the ratio of the likelihoods of the
simulated and the emulated moments, truncated (Ionides 2008), so that where the surrogate was wrong the
simulation decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import emcee
import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc
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

        float64 (moments, k): twice the slope of the regression in v.
        """
        found = [each.trend_[-1].coef_ for each in self.emulators]
        return np.array([2.0 * each[: len(each) // 2] for each in found])


def build(positions: Vector, moments: Vector) -> Surrogate:
    """Fit an emulator per column of moments (n, moments) simulated at positions (n, k) in the unit cube."""
    v = 2.0 * positions - 1.0
    known = [moment_emulator().left_out(v, column, folds=FOLDS) for column in moments.T]
    fitted = tuple(moment_emulator().fit(v, column) for column in moments.T)
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
    predict: Callable[[Vector], Vector],
    data: Vector,
    variance: Vector,
    start: Vector,
    *,
    steps: int,
    seed: int,
    temperature: float = 1.0,
) -> Chains:
    """Run emcee on the surrogate from starting points (walkers, free).

    ``temperature`` above 1 flattens the likelihood: the second wave's points come from a wider region.
    """
    walkers, free = start.shape

    def log_posterior(positions: Vector) -> Vector:
        inside = np.all((positions > 0.0) & (positions < 1.0), axis=1)
        value = np.full(len(positions), -np.inf)
        if inside.any():
            value[inside] = -0.5 * misfit(predict(positions[inside]), data, variance) / temperature
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


def weights_of(simulated: Vector, emulated: Vector) -> Vector:
    """Return weights (n,) that sum to 1, from chi-square simulated and emulated (n,)."""
    log = -0.5 * (simulated - emulated)
    raw = np.exp(log - log.max())
    raw = np.minimum(raw, np.sqrt(len(raw)) * raw.mean())
    return np.asarray(raw / raw.sum())


def effective(weights: Vector) -> float:
    """Return the effective number of members, 1 / sum of squared weights."""
    return float(1.0 / np.sum(weights**2))
