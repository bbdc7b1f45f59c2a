"""Whether the posterior's intervals cover: the calibration is given data that the model itself has made.

A point of the first design is a draw from the priors, and its moments are what the model makes of it.  It is
left out of the surrogate; its moments, with errors as large as those of the published figures, are the data;
and the chains are run anew on them.  Over many points the truth lies in the 80 and 95 % intervals in 80 and
95 of 100 cases, and its rank among the samples is uniform, if the posterior is what it says (simulation-based
calibration: Talts and others 2018).  A bound (at least, at most) is taken as a value here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from sklearn.model_selection import KFold

from calibration.estimate.effects import TrialSurrogate
from calibration.estimate.fitness import Fitness
from calibration.estimate.posterior import FOLDS, Surrogate, build, design, run_chains
from sim.stats.interval import ENDS, ENDS80

Vector = NDArray[np.float64]
CANDIDATES = 1024


def coverage(
    fitness: Fitness,
    positions: Vector,
    moments: Vector,
    *,
    points: int,
    first: int,
    steps: int,
    seed: int,
    tell: Callable[[int], None] = lambda _: None,
) -> pd.DataFrame:
    """Return the rank of the truth among samples of the posterior, a row a point and axis.

    Parameters
    ----------
    positions, moments
        All points (n, axes) and their moments (n, targets); the first ``first`` are of the first design.
    points
        How many of these are taken as truth.

    Returns
    -------
    Frame of point, axis, rank (share of the samples below the truth).
    """
    rng = np.random.default_rng([seed, first])
    chosen = np.sort(rng.permutation(first)[:points])
    rows, done = [], 0
    for kept, out in KFold(FOLDS, shuffle=True, random_state=0).split(positions):
        part = np.intersect1d(out, chosen)
        if not len(part):
            continue
        felt = fitness.problem.felt(positions[kept])
        surrogate = build(felt, moments[kept], like=fitness.surrogate)
        for at in part:
            rank = _ranks(fitness, surrogate, positions[at], moments[at], steps, seed + int(at), rng)
            rows += [(int(at), name, r) for name, r in zip(fitness.problem.axes, rank, strict=True)]
            done += 1
            tell(done)
    return pd.DataFrame(rows, columns=["point", "axis", "rank"])


def _ranks(
    fitness: Fitness,
    surrogate: Surrogate,
    truth: Vector,
    moments: Vector,
    steps: int,
    seed: int,
    rng: np.random.Generator,
) -> Vector:
    """Return the rank (axes,) of a truth in the posterior of data made at it."""
    error = np.sqrt(fitness.problem.fixed_variance + fitness.correction.error**2)
    data = moments + fitness.correction.shift + error * rng.standard_normal(len(moments))
    trials = tuple(_made_by(each, truth, rng) for each in fitness.trials)
    made = replace(fitness, surrogate=surrogate, data=data, extra=fitness.noise**2, trials=trials)
    axes = len(truth)
    candidates = design(CANDIDATES, axes, seed)
    start = candidates[np.argsort(made.misfit(candidates))[: 2 * axes + 2]]
    samples = run_chains(made.misfit, start, steps=steps, seed=seed).samples
    found = made.problem.felt(samples), made.problem.felt(truth[None, :])[0]
    # a school is one of few: ties are broken evenly, so that ranks stay uniform
    below, equal = (found[0] < found[1]).mean(axis=0), (found[0] == found[1]).mean(axis=0)
    return np.asarray(below + equal * rng.random(axes))


def _made_by(trial: TrialSurrogate, truth: Vector, rng: np.random.Generator) -> TrialSurrogate:
    """Return a trial whose published values were made at a truth."""
    found = trial.predict(truth[None, :])[0]
    error = np.sqrt(trial.published_variance + trial.variance)
    values = found + error * rng.standard_normal(len(found))
    made = [
        replace(
            each, value=float(value), error=float(np.sqrt(each.variance)), transfer=0.0, bound="", sharing=1
        )
        for each, value in zip(trial.criteria, values, strict=True)
    ]
    return replace(trial, criteria=tuple(made))


def covered(ranks: pd.DataFrame) -> pd.DataFrame:
    """Return the share of truths in the 80 and 95 % intervals, by axis and over all.

    ``uniform`` is how likely ranks as uneven are if the posterior is right (Kolmogorov and Smirnov); the
    standard error of a share over all is that over points, whose axes are not independent.
    """
    inside = {80: ranks["rank"].between(*ENDS80), 95: ranks["rank"].between(*ENDS)}
    table = ranks.assign(**{f"in{width}": found.astype(float) for width, found in inside.items()})
    rows = [_of_axis(str(axis), part) for axis, part in table.groupby("axis", sort=False)]
    return pd.DataFrame([_of_axis("all", table), *rows])


def _of_axis(axis: str, part: pd.DataFrame) -> dict[str, object]:
    by_point = part.groupby("point")[["in80", "in95"]].mean()
    error = by_point.std(ddof=1) / np.sqrt(len(by_point))
    even = stats.kstest(part["rank"], "uniform").pvalue if axis != "all" else np.nan
    return {
        "axis": axis, "points": len(by_point), "covered80": by_point["in80"].mean(), "se80": error["in80"],
        "covered95": by_point["in95"].mean(), "se95": error["in95"], "uniform": even,
    }  # fmt: skip
