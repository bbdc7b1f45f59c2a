"""The front: designs of which none is better in a goal without being worse in another, by the emulator.

NSGA-III (Deb and Jain 2014) of pymoo searches the levers' ranges: with five goals and more, what is kept of a
generation is spread along reference directions instead of by crowding.  The same seed gives the same front.
Of the front a few designs are chosen to be run in the model itself: the best in each goal, then always that
which is farthest from those chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError

Array = NDArray[np.float64]
#: Designs of a generation, and generations.
POPULATION, GENERATIONS = 120, 120


class Front(NamedTuple):
    """Designs (n, levers), 0 to 1, and what is to be made small of each (n, goals)."""

    positions: Array
    harms: Array


def search(
    harms: Callable[[Array], Array],
    low: Array,
    high: Array,
    *,
    seed: int,
    population: int = POPULATION,
    generations: int = GENERATIONS,
) -> Front:
    """Return the front of the designs between ``low`` and ``high`` (levers,).

    Parameters
    ----------
    harms
        Takes designs (n, levers) and returns what is to be made small (n, goals).

    Raises
    ------
    InputError
        The optimiser is not installed.
    """
    try:
        from pymoo.algorithms.moo.nsga3 import NSGA3
        from pymoo.core.problem import Problem
        from pymoo.optimize import minimize
        from pymoo.util.ref_dirs import get_reference_directions
    except ImportError as lacking:
        raise InputError(
            f"the search for designs needs the package pymoo, which is not installed ({lacking}): "
            "install Jobvej's locked packages (make install)"
        ) from lacking
    goals = harms((low + high)[None, :] / 2.0).shape[1]
    free = np.flatnonzero(high > low)
    if not free.size:
        raise InputError("no lever is left to move: all are shut for those who are protected")

    class Levers(Problem):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(n_var=free.size, n_obj=goals, xl=low[free], xu=high[free])

        def _evaluate(self, x: Array, out: dict[str, Any], *_: Any, **__: Any) -> None:
            out["F"] = harms(_whole(x, low, free))

    directions = get_reference_directions("energy", goals, population, seed=seed)
    found = minimize(
        Levers(),
        NSGA3(ref_dirs=directions, pop_size=population),
        ("n_gen", generations),
        seed=seed,
        verbose=False,
    )
    x = _whole(np.atleast_2d(np.asarray(found.X, np.float64)), low, free)
    return not_beaten(x, harms(x))


def _whole(x: Array, low: Array, free: NDArray[np.intp]) -> Array:
    """Return positions of all levers from those of the levers that move; the others stay where they are."""
    found = np.repeat(low[None, :], len(x), axis=0)
    found[:, free] = x
    return found


def not_beaten(positions: Array, harms: Array) -> Front:
    """Return the designs that no other beats: as good in every goal and better in one."""
    as_good = (harms[:, None, :] <= harms[None, :, :]).all(axis=2)
    better = (harms[:, None, :] < harms[None, :, :]).any(axis=2)
    kept = ~(as_good & better).any(axis=0)
    return Front(positions[kept], harms[kept])


def chosen_of(front: Front, number: int) -> NDArray[np.intp]:
    """Return which designs of a front are run: the best in each goal first, then the farthest from those."""
    spread = np.ptp(front.harms, axis=0)
    scaled = (front.harms - front.harms.min(axis=0)) / np.where(spread > 0.0, spread, 1.0)
    # the one that is nearest to the best in all goals at once comes first: a committee asks for it
    picked = [int(np.argmin(np.square(scaled).sum(axis=1)))]
    for column in scaled.T:
        best = int(np.argmin(column))
        if best not in picked:
            picked.append(best)
    picked = picked[:number]
    while len(picked) < min(number, len(scaled)):
        away = np.min(np.linalg.norm(scaled[:, None, :] - scaled[None, picked, :], axis=2), axis=1)
        away[picked] = -1.0
        picked.append(int(np.argmax(away)))
    return np.array(picked, np.intp)
