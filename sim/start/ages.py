"""Ages of the first week: as assumed state by state, and as many people at every age in all.

A population that is not in step with the births, moves and retirements of the model drifts for decades
without any reform.  So the assumed ages of each state (``population.age_mean``, ``population.age_spread``)
are adjusted, by iterative proportional fitting, until each age from ``ageing.first_age`` to the last before
``ageing.pension_age`` holds the same number of people and each state its own:

    N[s, a] = x[s] * y[a] * f[s, a],    sum_a N[s, a] = N[s],    sum_s N[s, a] = sum(N) / number of ages,

f being the normal shape of the state on the ages that its law allows.  Early retirement has the shape that
its yearly chances make: f[a] = 1 - prod_{b <= a} (1 - r[b]).  Equal cohorts are an assumption; what they buy
is that nothing moves by itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.rules.places import FIRST_RETIREMENT_AGE
from sim.states import N_STATES, ROWS, State

#: Rounds of the fitting, which has converged long before.
_ROUNDS = 200
#: Guard of divisions: fewer people than one of any kind.
_NOBODY = 1e-300


def _normal_density(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Density of the standard normal distribution at ``z`` (scipy.stats takes a second to import)."""
    return np.asarray(np.exp(-(z**2) / 2.0) / np.sqrt(2.0 * np.pi))


def _shapes(
    ages: NDArray[np.int64],
    mean: NDArray[np.float64],
    spread: NDArray[np.float64],
    retirement: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the shape of each state over the ages (states, a), zero where the law excludes an age."""
    shape = np.zeros((N_STATES, len(ages)))
    for s in State:
        first, last = ROWS[s].ages
        allowed = (first <= ages) & (last >= ages)
        shape[s] = np.where(allowed, _normal_density((ages + 0.5 - mean[s]) / spread[s]) / spread[s], 0.0)
    retired = 1.0 - np.cumprod(1.0 - np.clip(retirement, 0.0, 1.0))
    shape[State.EARLY_RETIREMENT] = 0.0
    years = ages - FIRST_RETIREMENT_AGE
    open_to = years >= 0
    shape[State.EARLY_RETIREMENT, open_to] = retired[np.minimum(years[open_to], len(retired) - 1)]
    return shape


def ages_by_state(
    ages: NDArray[np.int64],
    stocks: NDArray[np.float64],
    mean: NDArray[np.float64],
    spread: NDArray[np.float64],
    retirement: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the cumulative shares of each state's people by age (states, a), rows ending in 1.

    Parameters
    ----------
    ages
        Years of age (a,), ascending.
    stocks
        Persons of the country by state (states,).
    mean, spread
        Assumed age by state (states,), years.
    retirement
        Yearly chance of early retirement at 60 to 66 (7,).
    """
    people = _shapes(ages, mean, spread, retirement)
    cohort = stocks.sum() / len(ages)
    for _ in range(_ROUNDS):
        people *= cohort / np.maximum(people.sum(axis=0), _NOBODY)
        people *= (stocks / np.maximum(people.sum(axis=1), _NOBODY))[:, None]
    shares = people / np.maximum(people.sum(axis=1, keepdims=True), _NOBODY)
    return np.asarray(np.minimum(np.cumsum(shares, axis=1), 1.0))
