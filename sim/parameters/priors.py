"""Draws of all uncertain parameters at once, from their priors.

Latin hypercubes of :data:`BLOCK` draws, one after the other: along each parameter a block's draws fall one in
each of as many equally likely intervals, and the first N of M draws are the N.  Each parameter has its own
stream, keyed by the seed and its name, so a new parameter leaves the draws of the others as they were.  What
has been calibrated comes from the ensemble (:mod:`sim.parameters.posterior`), the rest from its prior.
"""

from __future__ import annotations

import zlib
from datetime import date
from typing import TYPE_CHECKING

from sim.parameters.changes import Change, Origin
from sim.parameters.parameter import Parameter, Prior
from sim.parameters.parameter_set import ParameterSet
from sim.parameters.posterior import Ensemble

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

#: Normal and lognormal priors give low and high as the ends of a 95 % interval.
_Z95 = 1.959963984540054
#: Draws of a Latin hypercube; further draws come from further ones.
BLOCK = 16


def sample(
    parameters: ParameterSet, n: int, seed: int, ensemble: Ensemble | None = None
) -> list[tuple[Change, ...]]:
    """Return n draws of every parameter that is calibrated (the ensemble's) or has a prior.

    Draw 0 is the central values: no changes.  Each further draw is a tuple of changes for
    ``ParameterSet.with_changes``: ``set`` for a single number, ``multiply`` of all components and dates where
    the prior is a factor.  Reforms apply on top of a draw and may override it.

    Raises
    ------
    ValueError
        n is below 1.
    """
    if n < 1:
        raise ValueError(f"found n = {n}, expected at least 1 draw")
    calibrated = ensemble.parameters if ensemble else frozenset()
    uncertain = [p for p in parameters if p.prior is not None and p.name not in calibrated]
    columns = [values_at(parameter, _positions(parameter.name, n - 1, seed)) for parameter in uncertain]
    draws: list[tuple[Change, ...]] = [()]
    for number in range(1, n):
        origin = Origin(f"draw {number}", kind="draw")
        members = ensemble.changes(number) if ensemble else ()
        draws.append(
            members
            + tuple(
                Change(
                    parameter=parameter.name,
                    operation="multiply" if parameter.prior and parameter.prior.factor else "set",
                    values=((date.min, float(column[number - 1])),),
                    origin=origin,
                )
                for parameter, column in zip(uncertain, columns, strict=True)
            )
        )
    return draws


def _positions(name: str, n: int, seed: int) -> Vector:
    """Return n positions in (0, 1), float64 (n,); of each block one in each of its equal intervals."""
    import numpy as np
    from scipy.stats import qmc

    blocks = [
        qmc.LatinHypercube(d=1, rng=np.random.default_rng([seed, zlib.crc32(name.encode()), block])).random(
            BLOCK
        )[:, 0]
        for block in range(-(-n // BLOCK))
    ]
    return np.concatenate(blocks)[:n] if blocks else np.empty(0)


def values_at(parameter: Parameter, positions: Vector) -> Vector:
    """Return the values at these quantiles of the prior, within the bounds of the parameter."""
    import numpy as np

    prior = parameter.prior
    if prior is None:
        raise ValueError(f"'{parameter.name}' has no prior")
    centre = 1.0 if prior.factor else parameter.values[0][1][0]
    low, high = _allowed(parameter, prior)
    return np.clip(quantile(prior, centre, positions), low, high)


def quantile(prior: Prior, centre: float, positions: Vector) -> Vector:
    """Return the quantiles of a prior.

    ``uniform`` and ``triangular`` (peak at the central value) lie between low and high.  ``normal`` and
    ``lognormal`` have the central value as median and low and high as their 2.5 % and 97.5 % quantiles, so
    the two halves may differ in width.

    Parameters
    ----------
    positions
        float64 (n,), in (0, 1).
    """
    import numpy as np
    from scipy import special, stats

    if prior.distribution == "uniform":
        return prior.low + (prior.high - prior.low) * positions
    if prior.distribution == "triangular":
        width = prior.high - prior.low
        peak = (centre - prior.low) / width
        return np.asarray(stats.triang.ppf(positions, peak, loc=prior.low, scale=width))
    log = prior.distribution == "lognormal"
    low, middle, high = np.log([prior.low, centre, prior.high]) if log else (prior.low, centre, prior.high)
    standard = special.ndtri(positions) / _Z95
    values = middle + np.where(standard < 0, (middle - low) * standard, (high - middle) * standard)
    return np.asarray(np.exp(values) if log else values)


def _allowed(parameter: Parameter, prior: Prior) -> tuple[float, float]:
    """Return the lowest and highest draw that keep every value of the parameter within its bounds."""
    if parameter.bounds is None:
        return -float("inf"), float("inf")
    if not prior.factor:
        return parameter.bounds
    low, high = -float("inf"), float("inf")
    for value in (value for _, values in parameter.values for value in values if value != 0):
        ends = sorted(bound / value for bound in parameter.bounds)
        low, high = max(low, ends[0]), min(high, ends[1])
    return low, high
