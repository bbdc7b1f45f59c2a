"""Draws of all uncertain parameters at once, from their priors.

Latin hypercubes of :data:`BLOCK` draws, one after the other: along each parameter a block's draws fall one in
each of as many equally likely intervals, and the first N of M draws are the N.  Each parameter has its own
stream, keyed by the seed and its name, so a new parameter leaves the draws of the others as they were.  What
has been calibrated comes from the ensemble (:mod:`sim.parameters.posterior`), the rest from its prior.  An
assumption or estimate that gives a range and no prior is drawn from the triangle over its range, its peak at
the value.  What is deliberately not drawn stands in ``fixed.yaml`` with the reason.

The sizes of a reform are drawn in the same way: a change with a range keeps its steps, and its last value is
drawn from the triangle over the range (:func:`sized`).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.parameters.changes import Change, Origin, shared_period
from sim.parameters.parameter import Parameter, Prior
from sim.parameters.parameter_set import ParameterSet
from sim.parameters.posterior import Ensemble

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

#: Normal and lognormal priors give low and high as the ends of a 95 % interval.
_Z95 = 1.959963984540054
#: The file of what is uncertain and deliberately not drawn.
FIXED = "fixed.yaml"
#: Unit of a parameter whose number stands for one of several things: nothing lies between two of them.
_NAMES_ONE = "number of"
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
    priors = {p.name: prior for p in parameters if (prior := prior_of(p)) and p.name not in calibrated}
    uncertain = [p for p in parameters if p.name in priors]
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
                    operation="multiply" if priors[parameter.name].factor else "set",
                    values=((date.min, float(column[number - 1])),),
                    origin=origin,
                )
                for parameter, column in zip(uncertain, columns, strict=True)
            )
        )
    return draws


@cache
def deliberately_fixed() -> dict[str, dict[str, str]]:
    """Return the uncertain parameters that are not drawn, with the reason in both languages."""
    from sim.parameters.document import read_document

    groups: dict[str, Any] = read_document(Path(__file__).resolve().parent / FIXED).content
    return {name: group["reason"] for group in groups.values() for name in group["parameters"]}


def prior_of(parameter: Parameter) -> Prior | None:
    """Return what a parameter is drawn from outside the ensemble: its prior, or the triangle over its range.

    None for law, for what :func:`deliberately_fixed` names, and for a number whose range is a point.
    """
    if parameter.prior is not None:
        return parameter.prior
    ends = parameter.range
    single = parameter.size == 1 and len(parameter.values) == 1
    if parameter.kind == "law" or ends is None or not single or parameter.name in deliberately_fixed():
        return None
    low, high = ends
    known = low < high and low <= parameter.values[0][1][0] <= high
    return Prior("triangular", low, high) if known else None


def sized(changes: Sequence[Change], draw: int, seed: int, base: ParameterSet) -> tuple[Change, ...]:
    """Return a reform's changes in a draw: those with a range have another size.

    The last value is drawn from the triangle over the range, its peak at the reform's own; earlier steps keep
    their share of the way to it.  A size is keyed by reform and parameter, so that it is the same in a
    package as alone, and does not depend on other reforms.  Draw 0 leaves all as it is, and so does a range
    that does not hold the value, as of a part of a reform.  The number of a group or a strategy is a name and
    has no size: it stays.  Where reforms agree on a number (the same one in the end), all have the size of
    the first by name: drawn apart they would contradict each other.

    Parameters
    ----------
    base
        The law without the reform: where the steps of a change that sets a number begin.
    """
    if draw < 1:
        return tuple(changes)
    return tuple(_sized_as(change, _agreed(change, changes), draw, seed, base) for change in changes)


def _agreed(change: Change, changes: Sequence[Change]) -> Change:
    """Return whose size a change has: its own, or, where reforms agree on a number, the first by name."""
    if change.operation != "set" or not change.values:
        return change
    alike = [
        each
        for each in changes
        if each.parameter == change.parameter and each.operation == "set" and each.range is not None
        and each.origin.reform != change.origin.reform and each.values[-1][1] == change.values[-1][1]
        and shared_period(each, change)
    ]  # fmt: skip
    own = [change] if change.range is not None else []
    return min([*own, *alike], key=lambda each: each.origin.reform, default=change)


def _sized_as(change: Change, leader: Change, draw: int, seed: int, base: ParameterSet) -> Change:
    """Return a change in a draw with the size of the one that leads where several agree."""
    led = replace(change, range=leader.range, origin=replace(change.origin, reform=leader.origin.reform))
    return replace(_sized(led, draw, seed, base), range=change.range, origin=change.origin)


def _sized(change: Change, draw: int, seed: int, base: ParameterSet) -> Change:
    if change.range is None or not change.values or base[change.name].unit.startswith(_NAMES_ONE):
        return change
    (low, high), last = change.range, change.values[-1][1]
    if not low < high or not low <= last <= high:
        return change
    at = _positions(f"size of {change.parameter} in {change.origin.reform}", draw, seed)[-1:]
    drawn = float(quantile(Prior("triangular", low, high), last, at)[0])
    begins = _begins(change, base)
    way = last - begins
    values = tuple(
        (day, value + (drawn - last) * ((value - begins) / way if way else 1.0))
        for day, value in change.values
    )
    return replace(change, values=values)


def _begins(change: Change, base: ParameterSet) -> float:
    """Return the number from which the steps of a change lead to its last value."""
    if change.operation != "set":
        return 1.0 if change.operation == "multiply" else 0.0
    numbers = base.in_force(change.name, change.start)
    if change.component is None:
        return sum(numbers) / len(numbers)
    return numbers[base[change.name].components.index(change.component)]


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

    prior = prior_of(parameter)
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
