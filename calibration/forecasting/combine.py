"""Weights of the members and the width of the fans, from forecast errors that were known at the origin.

Each earlier origin o' has errors e of all members at the horizons h with o' + h not after the origin.  With
r = 0.5 ** (months since / half-life), for each horizon and separately for the country and the municipalities

    mse_k = sum(r e_k^2) / sum(r), drawn to the members' mean as if ``prior_origins`` more had had it,
    weight_k proportional to mse_k ** -power.

The fan is the spread of the errors that such weighted forecasts made, by horizon: for the country its root
mean square; for a municipality of n persons sqrt(a + b / n), least squares over all municipalities, where b
is the chance in small numbers.  Errors that are not there yet (long horizons) are those of one month less,
grown as h ** ``growth_of_spread``.  80 and 95 per cent are the quantiles of what municipalities' errors were
over their spread, and of Student's t for the country.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy.optimize import nnls

from calibration.forecasting.members import MEMBERS, MODEL
from calibration.forecasting.panel import Array
from calibration.forecasting.settings import Settings
from sim.stats.quantiles import of_normal, of_t

#: Probabilities of the two fans.
FANS: tuple[float, float] = (0.80, 0.95)
_TINY = 1e-12
_AT_MODEL = MEMBERS.index(MODEL)


class Past(NamedTuple):
    """What was forecast at an origin, and what came of it; NaN where it is not known yet."""

    paths: Array  # (members, h, c)
    truth: Array  # (h, c)
    certain: float  # share of the season that is more than chance


def recency(past: Mapping[int, Past], origin: int, horizon: int, s: Settings) -> dict[int, float]:
    """Return the weight of each earlier origin whose month at this horizon was known by ``origin``."""
    return {
        each: 0.5 ** ((origin - each - horizon) / s.half_life_months)
        for each in past
        if each + horizon <= origin and horizon <= len(past[each].truth)
    }


def weights_at(past: Mapping[int, Past], origin: int, horizon: int, s: Settings) -> Array:
    """Return the weights (2, members) at a horizon, of the country and of municipalities; of all members."""
    known: dict[int, float] = {}
    used = horizon
    while not known and used > 0:
        known = recency(past, origin, used, s)
        used -= 0 if known else 1
    sums, times = np.zeros((2, len(MEMBERS))), np.zeros((2, len(MEMBERS)))
    for each, r in known.items():
        for near in {max(used - 1, 1), used}:
            wrong = (past[each].paths[:, near - 1] - past[each].truth[near - 1]) ** 2
            for group, columns in enumerate((slice(0, 1), slice(1, None))):
                square = _mean(wrong[:, columns])
                there = np.isfinite(square)
                sums[group] += np.where(there, r * square, 0.0)
                times[group] += np.where(there, r, 0.0)
    return np.array([_weights(sums[group], times[group], s) for group in range(2)])


def _mean(wrong: Array) -> Array:
    there = np.isfinite(wrong)
    return np.where(
        there.any(axis=1), np.where(there, wrong, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1), np.nan
    )


def _weights(sums: Array, times: Array, s: Settings) -> Array:
    if not times.any():
        return np.full(len(sums), 1.0 / len(sums))
    own = np.where(times > 0, sums / np.maximum(times, _TINY), np.nan)
    mean = float(np.nanmean(own))
    square = np.where(times > 0, (sums + s.prior_origins * mean) / (times + s.prior_origins), mean)
    weight = np.maximum(square, _TINY) ** -s.weight_power
    return np.asarray(weight / weight.sum())


def capped(weights: Array, most: float) -> Array:
    """Return weights (..., members) with the model's at most so large, the others' in proportion."""
    found = weights.copy()
    over = found[..., _AT_MODEL] > most
    others = 1.0 - found[..., _AT_MODEL]
    found[over] *= ((1.0 - most) / others[over])[:, None]
    found[over, _AT_MODEL] = most
    return np.asarray(found)


def weighed(paths: Array, weights: Array) -> Array:
    """Return the median path (h, c) of members (members, h, c) with weights (h, 2, members).

    A member without a path leaves its weight to the others.
    """
    there = np.array([bool(np.isfinite(each).any()) for each in paths])
    kept = weights * there
    kept = kept / kept.sum(axis=2, keepdims=True)
    filled = np.where(there[:, None, None], paths, 0.0)
    country = np.einsum("hk,kh->h", kept[:, 0], filled[:, :, 0])
    others = np.einsum("hk,khc->hc", kept[:, 1], filled[:, :, 1:])
    return np.column_stack([country, others])


class Spread(NamedTuple):
    """How far off forecasts are, on the scale that is reckoned with."""

    country: Array  # (h,)
    common: Array  # (h,) variance, of municipalities
    of_chance: Array  # (h,) variance times size
    times: Array  # (2, 2, h): of the country and of municipalities; for each of FANS


def spread_of(
    errors: Mapping[int, Array], size: Array, origin: int, horizon: int, one: Array, s: Settings
) -> Spread:
    """Return the spread by horizon from errors of weighted forecasts (h, c) of earlier origins.

    ``size`` (c,): persons; ``one`` (2,): variance a month ahead of the country, and of municipalities times
    their size, where no error is known.
    """
    country, common, chance = np.empty(horizon), np.empty(horizon), np.empty(horizon)
    times = np.empty((2, len(FANS), horizon))
    tails = of_t([0.5 + each / 2 for each in FANS], s.tails_df)
    usual = of_normal([0.5 + each / 2 for each in FANS])
    before = np.array([one[0], one[0], one[1]])
    for h in range(1, horizon + 1):
        known = {
            each: 0.5 ** ((origin - each - h) / s.half_life_months)
            for each, wrong in errors.items()
            if each + h <= origin and h <= len(wrong)
        }
        grown = before * (h / max(h - 1, 1)) ** (2 * s.growth_of_spread)
        n = sum(known.values())
        found = _fitted(errors, known, h, size) if known else grown
        here = (n * found + s.prior_origins * grown) / (n + s.prior_origins)
        before = np.maximum(here, np.array([before[0], 0.0, 0.0]))
        country[h - 1], common[h - 1], chance[h - 1] = np.sqrt(before[0]), before[1], before[2]
        ratio = _ratios(errors, known, h, np.sqrt(before[1] + before[2] / size[1:]))
        times[0, :, h - 1] = tails
        times[1, :, h - 1] = (n * ratio + s.prior_origins * usual) / (n + s.prior_origins) if known else usual
    return Spread(country, common, chance, times)


def _fitted(errors: Mapping[int, Array], known: Mapping[int, float], h: int, size: Array) -> Array:
    """Return mean square of the country, and a and b of municipalities."""
    total = sum(known.values())
    country = sum(r * float(errors[each][h - 1, 0]) ** 2 for each, r in known.items()) / total
    rows, right = [], []
    for each, r in known.items():
        square = errors[each][h - 1, 1:] ** 2
        there = np.isfinite(square) & np.isfinite(size[1:])
        # of squares the spread is about as large as they are: each is weighed by its size
        by = np.sqrt(r) * np.minimum(size[1:][there], np.median(size[1:][there]))
        rows.append(np.column_stack([by, by / size[1:][there]]))
        right.append(by * square[there])
    (a, b), _ = nnls(np.vstack(rows), np.concatenate(right))
    return np.array([country, a, b])


def _ratios(errors: Mapping[int, Array], known: Mapping[int, float], h: int, spread: Array) -> Array:
    """Return quantiles of municipalities' errors over their spread, at the probabilities of FANS."""
    if not known:
        return np.full(len(FANS), np.nan)
    z = np.concatenate([np.abs(errors[each][h - 1, 1:]) / spread for each in known])
    r = np.repeat(list(known.values()), len(spread))
    there = np.isfinite(z)
    order = np.argsort(z[there])
    part = np.cumsum(r[there][order]) / r[there].sum()
    return np.array([z[there][order][min(np.searchsorted(part, each), len(order) - 1)] for each in FANS])


def fan(median: Array, size: Array, spread: Spread) -> Array:
    """Return low and high of each fan around a median (h, c): (2 fans, 2, h, c)."""
    own = np.sqrt(spread.common[:, None] + spread.of_chance[:, None] / size[None, 1:])
    found = np.empty((len(FANS), 2, *median.shape))
    for at in range(len(FANS)):
        wide = np.column_stack([spread.country * spread.times[0, at], own * spread.times[1, at][:, None]])
        found[at, 0], found[at, 1] = median - wide, median + wide
    return found
