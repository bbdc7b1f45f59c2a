"""What is known of a number: the interval about Denmark, and the few others that say something else.

``of_denmark``
    The expected effect at scale 1: where it lies as the uncertain numbers vary, with the luck of small worlds
    taken out.  All effects of reforms are told with it.
``of_draws``
    The same from a mean for each draw whose error is known: points of an emulator.
``weighted_quantiles``
    Quantiles of the members of a posterior.
``correlation_by_chance``
    Unrelated series have a correlation inside plus and minus this in 95 of 100 cases.

**The decomposition.**  Pair j of worlds in draw i of the uncertain numbers differs by

    d_ij = mu + b_i + e_ij        b: what the numbers decide, e: luck of a small world

Denmark has one b and, at 3.8 million people, next to no e: what is asked for is the distribution of mu + b.
With k draws, m_i the mean of a draw's pairs, V the variance of the m_i, and s the variance of m_i that is
luck (the variance of pairs within draws over the pairs of a draw),

    numbers      tau = V (1 - shrunk)      shrunk = (k - 3) / (k - 1) * f / (f + 2) * min(1, s / V)
    simulation   V / k                     of the mean of the draws: f degrees of freedom behind s
    interval     mean +- t(k - 1) * sqrt(tau + V / k)

``shrunk`` is the estimator of James and Stein as Morris gives it (1983, Journal of the American Statistical
Association 78:47-55): it takes out less where little is known, so that the part of the numbers is never
taken away by chance.  More pairs in a draw make s smaller, more draws make V / k smaller: runs narrow the
simulation's part and leave that of the numbers.  From :data:`SHAPE_FROM` draws on the shape is that of the
draws, brought to the same variance, instead of Student's t.

There is no interval from a single draw, which says nothing of the uncertain numbers, none from a single pair,
none where all pairs are the same, and none of fewer than :data:`FEWEST_PEOPLE` simulated persons.  With one
pair a draw, or three draws or fewer, luck cannot be told apart: then nothing is taken out, the interval is
too wide rather than too narrow, and the share of simulation is not known.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Array = NDArray[np.float64]

#: Quantiles between which 80 and 95 % lie.
ENDS80 = (0.1, 0.9)
ENDS = (0.025, 0.975)
#: From this many draws on the shape of the distribution is that of the draws: 39 tell 2.5 per cent.
SHAPE_FROM = 40
#: Simulated persons behind a number, below which it has no interval: two runs may well be alike by chance.
FEWEST_PEOPLE = 20
#: Draws up to which luck is not taken out.
_FEW_DRAWS = 3
#: Relative difference below which numbers are alike: rounding of sums.
_ALIKE = 1e-12
#: What is told of a difference: the columns of every table with an interval, and the fields of :class:`Told`.
TOLD = (
    "median", "low80", "high80", "low95", "high95", "p_higher", "share_simulation", "draws", "pairs",
)  # fmt: skip
#: Those that a number without interval does not have.
NO_INTERVAL = ("low80", "high80", "low95", "high95", "p_higher", "share_simulation")


class Told(NamedTuple):
    """What is known of a number: a column of :data:`TOLD` each."""

    median: float
    low80: float
    high80: float
    low95: float
    high95: float
    p_higher: float
    share_simulation: float
    draws: int
    pairs: int

    def times(self, factor: float) -> Told:
        """Return the same in another unit; a negative factor turns it round."""
        low80, high80 = sorted((self.low80 * factor, self.high80 * factor))
        low95, high95 = sorted((self.low95 * factor, self.high95 * factor))
        chance = self.p_higher if factor > 0 else 1.0 - self.p_higher
        return self._replace(
            median=self.median * factor, low80=low80, high80=high80, low95=low95, high95=high95,
            p_higher=chance,
        )  # fmt: skip

    @property
    def known(self) -> bool:
        """Whether there is an interval."""
        return not math.isnan(self.low95)

    @property
    def spread(self) -> float:
        """The standard deviation of what is known: of the numbers and of the simulation together."""
        return (self.high95 - self.low95) / 2.0 / float(stats.t.ppf(ENDS[1], max(self.draws - 1, 1)))

    @property
    def error(self) -> float:
        """The part of :attr:`spread` that is the simulation's; all of it where that is not known."""
        return self.spread * math.sqrt(1.0 if math.isnan(self.share_simulation) else self.share_simulation)

    @property
    def told(self) -> bool:
        """Whether the sign is told: the 95 % interval does not hold zero."""
        return self.low95 > 0 or self.high95 < 0


_NAN = math.nan
UNKNOWN = Told(_NAN, _NAN, _NAN, _NAN, _NAN, _NAN, _NAN, 0, 0)


def of_denmark(
    rows: pd.DataFrame, keys: Sequence[str], *, value: str = "difference", sort: bool = True
) -> pd.DataFrame:
    """Return what is known of each cell about Denmark: :data:`TOLD`, by the keys.

    Parameters
    ----------
    rows
        A row a cell, draw and replicate: keys, ``draw``, ``replicate`` and the value; missing ones are not
        counted.
    keys
        Columns that name a cell; they become the index, in their order if ``sort``, else as they appear.
    """
    grouped = rows.groupby(list(keys), sort=sort, observed=True)
    cells, index = grouped.ngroup().to_numpy(), grouped.size().index
    values = rows[value].to_numpy(np.float64)
    known = np.isfinite(values)
    names, draw = np.unique(rows["draw"].to_numpy(), return_inverse=True)
    shape = (len(index), max(len(names), 1))
    at = (cells * shape[1] + draw)[known]
    size = shape[0] * shape[1]
    pairs = np.bincount(at, minlength=size).reshape(shape)
    # of equal numbers the mean is that number and the rest exactly 0, whatever their sum is rounded to
    first = np.full(size, np.nan)
    first[at[::-1]] = values[known][::-1]
    rest = values[known] - first[at]
    with np.errstate(invalid="ignore", divide="ignore"):
        more = np.bincount(at, rest, size) / pairs.ravel()
        means = np.where(pairs > 0, (first + more).reshape(shape), np.nan)
        within = np.bincount(at, np.square(rest - more[at]), size).reshape(shape).sum(axis=1)
        there = (pairs > 0).sum(axis=1)
        freedom = pairs.sum(axis=1) - there
        noise = within / freedom * np.where(pairs > 0, 1.0 / pairs, 0.0).sum(axis=1) / there
    return _tell(means, noise, freedom.astype(np.float64), pairs.sum(axis=1)).set_index(index)


def of_one(values: Sequence[float], draws: Sequence[int]) -> Told:
    """Return what is known about Denmark of a single number.

    Parameters
    ----------
    values
        A number for each pair of runs; missing ones are left out.
    draws
        The draw of the uncertain numbers that each pair had.
    """
    if not len(values):
        return UNKNOWN
    rows = pd.DataFrame({"cell": 0, "draw": list(draws), "difference": np.asarray(values, np.float64)})
    return told_of(of_denmark(rows, ["cell"]).iloc[0])


def of_draws(means: ArrayLike, noise: ArrayLike) -> pd.DataFrame:
    """Return what is known from a mean for each draw (n, draws) with the variance (n,) that is no draw's own.

    For points of an emulator, whose error is known instead of counted in pairs.
    """
    found = np.asarray(means, np.float64)
    known = np.full(len(found), np.inf)
    return _tell(found, np.asarray(noise, np.float64), known, np.isfinite(found).sum(axis=1))


def told_of(row: pd.Series) -> Told:
    """Return a row of a table with the columns :data:`TOLD`."""
    return Told(
        float(row["median"]), float(row["low80"]), float(row["high80"]), float(row["low95"]),
        float(row["high95"]), float(row["p_higher"]), float(row["share_simulation"]), int(row["draws"]),
        int(row["pairs"]),
    )  # fmt: skip


def hide(table: pd.DataFrame, where: ArrayLike) -> pd.DataFrame:
    """Return a table in which some rows have no interval: too few people are behind them."""
    found = table.copy()
    none = np.asarray(where, bool)
    found.loc[none, list(NO_INTERVAL)] = math.nan
    return found


def _tell(means: Array, noise: Array, freedom: Array, pairs: NDArray[np.integer]) -> pd.DataFrame:
    """Return :data:`TOLD` from means by draw (n, draws), missing where a draw tells nothing.

    Parameters
    ----------
    noise, freedom
        The variance (n,) of a draw's mean that is luck, and the degrees of freedom (n,) behind it.
    """
    there = np.isfinite(means)
    k = there.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = np.where(there, means, 0.0).sum(axis=1) / k
        off = np.where(there, means - middle[:, None], 0.0)
        spread = np.square(off).sum(axis=1) / (k - 1)
        size = np.where(there, np.abs(means), 0.0).max(axis=1, initial=0.0)
        alike = spread <= np.square(_ALIKE * size)
        apart = (k > _FEW_DRAWS) & (freedom > 0)
        carried = np.where(np.isinf(freedom), 1.0, freedom / (freedom + 2.0))
        shrunk = (k - 3.0) / (k - 1.0) * carried * np.minimum(1.0, noise / spread)
        numbers = spread * (1.0 - np.where(apart, shrunk, 0.0))
        runs = spread / k
        total = np.sqrt(numbers + runs)
        none = (k < 2) | alike
        total[none] = np.nan
        ends = {
            f"{side}{name}": middle + stats.t.ppf(at, np.maximum(k - 1, 1)) * total
            for name, both in ((80, ENDS80), (95, ENDS))
            for side, at in zip(("low", "high"), both, strict=True)
        }
        higher = stats.t.cdf(middle / total, np.maximum(k - 1, 1))
        share = np.where(apart & ~none, runs / (numbers + runs), np.nan)
        stretch = np.sqrt((numbers + runs) / spread)
    median = middle.copy()
    shaped = np.flatnonzero(~none & (k >= SHAPE_FROM) & there.all(axis=1))
    if len(shaped):
        brought = middle[shaped, None] + off[shaped] * stretch[shaped, None]
        at = (0.5, *ENDS80, *ENDS)
        found = np.quantile(brought, at, axis=1, method="weibull")
        median[shaped] = found[0]
        for name, values in zip(("low80", "high80", "low95", "high95"), found[1:], strict=True):
            ends[name][shaped] = values
        higher[shaped] = ((brought > 0).sum(axis=1) + 0.5) / (k[shaped] + 1.0)
    table = {"median": median, **ends, "p_higher": higher, "share_simulation": share}
    return pd.DataFrame(table | {"draws": k, "pairs": pairs.astype(np.int64)})[list(TOLD)]


def weighted_quantiles(values: ArrayLike, weights: ArrayLike, at: Sequence[float]) -> NDArray[np.float64]:
    """Return quantiles (len(at),) of values (n,) with weights (n,) that sum to 1.

    A value stands at the middle of its own weight; between values the quantile goes in a straight line.
    """
    found, weight = np.asarray(values, np.float64), np.asarray(weights, np.float64)
    order = np.argsort(found)
    so_far = np.cumsum(weight[order]) - weight[order] / 2
    return np.asarray(np.interp(np.asarray(at), so_far, found[order]))


def correlation_by_chance(number: int) -> float:
    """Return the correlation that ``number`` pairs of unrelated values stay below in 95 of 100 cases.

    From Student's t; at most 1, which fewer than three pairs always reach.
    """
    if number < 3:
        return 1.0
    t = float(stats.t.ppf(ENDS[1], number - 2))
    return t / math.sqrt(t * t + number - 2)
