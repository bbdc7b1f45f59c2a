"""The 95 % intervals: one function for each thing that an interval can say.

``of_one_more_run``
    Where one more paired run (another draw of the uncertain parameters, another replicate) would lie.  It
    does not shrink as runs are added: it tells how different Denmark could turn out, not how well the mean is
    known.  All effects of reforms are told with it.
``of_the_mean``
    Where the mean over replicates lies: simulation error alone, with given parameters.  It shrinks with the
    square root of the number of replicates.
``of_the_mean_over_draws``
    Where the mean over replicates lies as the uncertain parameters vary: the percentiles of the draws' means.
    With one draw that is ``of_the_mean``.  Virtual trials are held against published effects with it.
``of_a_large_sample_mean``
    Where the mean of very many persons lies, by the normal distribution.
``middle``, ``weighted_quantiles``
    The middle 95 % of values: the answers of a design; with weights, the members of a posterior.
``correlation_by_chance``
    Unrelated series have a correlation inside plus and minus this in 95 of 100 cases.

A bound is not a number where there are too few values to tell.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

#: Quantiles between which 95 % lie.
ENDS = (0.025, 0.975)
#: From this many paired runs on, the interval for one more is read off their percentiles.
PERCENTILES_FROM = 20
#: The normal distribution's 97.5th percentile, as it is commonly rounded.
NORMAL = 1.96


class Interval(NamedTuple):
    """A mean and the ends of an interval around it."""

    mean: float
    low: float
    high: float


class Bounds(NamedTuple):
    """The ends of the intervals of many cells (one row a cell), and how they were made."""

    low: pd.Series
    high: pd.Series
    made_by: str


UNKNOWN = Interval(math.nan, math.nan, math.nan)


def of_one_more_run(differences: Any, runs: int) -> Bounds:
    """Return where one more paired run would lie, cell by cell.

    The 2.5 and 97.5 percentiles of the runs from :data:`PERCENTILES_FROM` on; below that the prediction
    interval ``mean +- t * sd * sqrt(1 + 1/n)`` of Student's t; not a number from a single run.

    Parameters
    ----------
    differences
        The column of differences of a grouped frame: one for each paired run in each cell.
    runs
        Number of paired runs.

    Returns
    -------
    Bounds whose ``made_by`` is 'percentiles', 't' or 'none'.
    """
    if runs >= PERCENTILES_FROM:
        quantiles = differences.quantile(list(ENDS)).unstack()
        return Bounds(quantiles[ENDS[0]], quantiles[ENDS[1]], "percentiles")
    mean, number = differences.mean(), differences.count()
    reach = differences.std() * stats.t.ppf(ENDS[1], np.maximum(number - 1, 1)) * np.sqrt(1 + 1 / number)
    return Bounds(mean - reach, mean + reach, "t" if runs > 1 else "none")


def of_the_mean(values: Sequence[float]) -> Interval:
    """Return the mean over replicates with its interval of Student's t; values that are missing are left out.

    The bounds of a single value are not numbers, and neither is the mean of none.
    """
    known = pd.Series(values, dtype=float).dropna()
    if known.empty:
        return UNKNOWN
    mean = float(known.mean())
    if len(known) < 2:
        return Interval(mean, math.nan, math.nan)
    half = float(stats.t.ppf(ENDS[1], len(known) - 1) * known.std(ddof=1) / math.sqrt(len(known)))
    return Interval(mean, mean - half, mean + half)


def of_the_mean_over_draws(values: Sequence[float], draws: Sequence[int]) -> Interval:
    """Return the mean over all values, and between which ends the means of the draws lie.

    Parameters
    ----------
    values
        A number for each run; missing ones are left out.
    draws
        The draw of the uncertain parameters that each run had.  A single draw says nothing about parameters:
        then the interval is that of :func:`of_the_mean`.
    """
    known = pd.Series(values, index=list(draws), dtype=float).dropna()
    by_draw = known.groupby(level=0).mean()
    if len(by_draw) < 2:
        return of_the_mean(known.tolist())
    return Interval(float(known.mean()), *(float(by_draw.quantile(end)) for end in ENDS))


def of_a_large_sample_mean(values: pd.Series) -> Interval:
    """Return the mean of a simple random sample (a hundred or more) with its normal interval."""
    mean = float(values.mean())
    reach = NORMAL * float(values.std()) / math.sqrt(len(values))
    return Interval(mean, mean - reach, mean + reach)


def middle(values: ArrayLike) -> tuple[float, float]:
    """Return the ends of the middle 95 % of values (n,)."""
    low, high = np.quantile(np.asarray(values, np.float64), ENDS)
    return float(low), float(high)


def weighted_quantiles(values: ArrayLike, weights: ArrayLike, at: Sequence[float]) -> NDArray[np.float64]:
    """Return quantiles (len(at),) of values (n,) with weights (n,) that sum to 1.

    A value stands at the middle of its own weight; between values the quantile goes in a straight line.
    """
    found, weight = np.asarray(values, np.float64), np.asarray(weights, np.float64)
    order = np.argsort(found)
    so_far = np.cumsum(weight[order]) - weight[order] / 2
    return np.asarray(np.interp(np.asarray(at), so_far, found[order]))


def correlation_by_chance(number: int) -> float:
    """Return the correlation that ``number`` pairs of unrelated values stay below in 95 of 100 cases."""
    return NORMAL / math.sqrt(max(number - 1, 1))
