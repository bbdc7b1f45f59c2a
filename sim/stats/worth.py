"""What it would be worth to know more before deciding: expected value of perfect and of sample information.

With gains g_o of each option o (doing nothing gains 0), as the uncertain numbers vary:

    now        max_o E[g_o]                              the best option on what is known
    perfect    E[ max_o E[g_o | x] ] - now               if the number x were known before the decision
    sample     E[ max_o E[g_o | x + e] ] - now           if a trial had measured x with the error e

Conditional expectations are regressions of the gains on x over the draws (Strong, Oakley and Brennan 2014):
splines on its rank.  They also take out the luck of single runs, which nobody needs to know.  A regression on
a number that says nothing finds a little by chance, and the best of many such numbers more; the same
regressions on shuffled gains say how much (:func:`by_chance`).  What is not above that is not told from
noise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import SplineTransformer

Array = NDArray[np.float64]
#: Knots of the splines, cubic, and how strongly they are held back (RidgeCV chooses).
KNOTS, HELD_BACK = 4, np.logspace(-3, 2, 6)
#: Shufflings for each number that say what chance finds, and the share of cases in which none is above it.
SHUFFLED, ABOVE = 20, 0.95
#: Errors drawn for each draw of a number that a trial measures.
SAMPLES = 16


def expected(x: Array, gains: Array) -> Array:
    """Return the gains (n, options) that are expected at each value of x (n,)."""
    ranks = ((rankdata(x) - 0.5) / len(x))[:, None]
    smooth = make_pipeline(SplineTransformer(KNOTS, 3), RidgeCV(HELD_BACK, alpha_per_target=True))
    return np.asarray(smooth.fit(ranks, gains).predict(ranks)).reshape(gains.shape)


def best(gains: Array) -> Array:
    """Return the gain (n,) of the best option, doing nothing among them."""
    return np.asarray(np.maximum(gains.max(axis=1), 0.0))


def now(gains: Array) -> float:
    """Return what the best option gains on what is known."""
    return float(max(gains.mean(axis=0).max(), 0.0))


def of_perfect(x: Array, gains: Array) -> float:
    """Return the expected value of knowing x (n,) before choosing between gains (n, options).

    Exactly 0 where x never varies.
    """
    if np.ptp(x) == 0.0:
        return 0.0
    found = expected(x, gains)
    return max(float(best(found).mean()) - now(found), 0.0)


def of_sample(x: Array, error: float, gains: Array, *, seed: int) -> float:
    """Return the expected value of a measurement of x (n,) with a standard error, before choosing."""
    rng = np.random.default_rng([seed, len(x)])
    measured = np.repeat(x[None, :], SAMPLES, axis=0) + error * rng.standard_normal((SAMPLES, len(x)))
    return of_perfect(measured.ravel(), np.tile(gains, (SAMPLES, 1)))


def by_chance(gains: Array, *, numbers: int, seed: int) -> float:
    """Return what the best of so many numbers that say nothing seems worth in all but 5 of 100 cases."""
    rng = np.random.default_rng([seed, len(gains)])
    n, options = gains.shape
    times = SHUFFLED * max(numbers, 10)
    shuffled = np.stack([gains[rng.permutation(n)] for _ in range(times)], axis=1)
    found = expected(np.arange(n, dtype=np.float64), shuffled.reshape(n, times * options))
    found = found.reshape(n, times, options)
    known = np.maximum(found.max(axis=2), 0.0).mean(axis=0)
    before = np.maximum(found.mean(axis=0).max(axis=1), 0.0)
    return float(np.quantile(known - before, ABOVE ** (1.0 / max(numbers, 1))))


def with_interval(x: Array, gains: Array, *, times: int, seed: int) -> tuple[float, float]:
    """Return the ends between which 80 % of the values of knowing x lie as draws are taken again."""
    rng = np.random.default_rng([seed, len(x), times])
    found = []
    for _ in range(times):
        at = rng.integers(0, len(x), len(x))
        found.append(of_perfect(x[at], gains[at]))
    low, high = np.quantile(found, (0.1, 0.9))
    return float(low), float(high)
