"""From a few runs to a surface over cut and simplification, and its zero line.

    change(c, s) = b1 c + b2 s + b3 c s + GP(c, s),   change(0, 0) = 0

c and s are scaled to 0-1: an emulator (:mod:`sim.stats.emulator`) whose trend is a twisted plane and that is
0 at the origin.  One surface for each draw of the uncertain parameters, and one for their mean.  The chance
that things get worse at a point is that of the expected change in Denmark: the draws' surfaces at the point,
their own error taken out (:func:`sim.stats.interval.of_draws`).  One draw gives no chance and no band.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from sim.stats.interval import of_draws

if TYPE_CHECKING:
    from sim.stats.emulator import Emulator

Array = NDArray[np.float64]


def _plane(x: Array) -> Array:
    return np.column_stack([x[:, 0], x[:, 1], x[:, 0] * x[:, 1]])


def surface_emulator() -> Emulator:
    """Return the emulator of a change over cut and simplification, both scaled to 0-1."""
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    from sim.stats.emulator import Emulator, Kernel

    kernel = Kernel(1.0, (1e-2, 1e1), 0.5, (0.25, 5.0), 0.3, (1e-3, 1e1), by_axis=True)
    plane = make_pipeline(FunctionTransformer(_plane), LinearRegression(fit_intercept=False))
    return Emulator(kernel, plane, zero_at=(0.0, 0.0))


@dataclass
class Surface:
    """The change of one measure over the map, on a grid: ``mean`` and ``worse`` are (shares, cuts).

    ``worse`` is the chance that the change is above zero, not a number from one draw.  ``error`` is the root
    mean square error of points left out one at a time, ``scale`` that of saying 0.
    """

    cuts: Array
    shares: Array
    mean: Array
    worse: Array
    draws: int
    error: float
    scale: float

    def line(self) -> Array:
        """Largest cut without worsening by share (shares,): nan where even no cut worsens."""
        return first_crossing(self.mean, self.cuts, 0.0)

    def band(self, inside: float) -> tuple[Array, Array]:
        """Return between which cuts the line lies with a probability, 0.8 or 0.95; nan from one draw."""
        if self.draws < 2:
            return np.full(len(self.shares), np.nan), np.full(len(self.shares), np.nan)
        chance = (1.0 - inside) / 2.0
        low = first_crossing(self.worse, self.cuts, chance)
        return np.nan_to_num(low, nan=0.0), first_crossing(self.worse, self.cuts, 1.0 - chance)


def first_crossing(values: Array, cuts: Array, threshold: float) -> Array:
    """Return where each row first rises above a threshold, between grid points; the last cut if never.

    A row that is above it from the start gives nan, but for the origin, which is 0.
    """
    found = np.full(len(values), cuts[-1])
    for at, row in enumerate(values):
        above = np.flatnonzero(row > threshold + 1e-12)
        if not above.size:
            continue
        i = int(above[0])
        if i == 0:
            found[at] = np.nan
        else:
            part = (threshold - row[i - 1]) / (row[i] - row[i - 1])
            found[at] = cuts[i - 1] + part * (cuts[i] - cuts[i - 1])
    return found


def map_surface(x: Array, y: Array, cuts: Array, shares: Array) -> Surface:
    """Return the surface on a grid.

    Parameters
    ----------
    x
        (n, 2) cut and share of the points run.
    y
        (draws, n) change at each of them, by draw.
    cuts, shares
        The grid, each rising from 0.
    """
    scale = np.array([cuts[-1], shares[-1]])
    grid = np.column_stack([axis.ravel() for axis in np.meshgrid(cuts, shares)]) / scale
    shape = (len(shares), len(cuts))
    centre = surface_emulator().fit(x / scale, y.mean(axis=0))
    surfaces = [surface_emulator().fit(x / scale, row) for row in y]
    found = np.array([each.predict(grid) for each in surfaces])
    error = np.mean([np.square(each.deviation(grid)) for each in surfaces], axis=0)
    told = of_draws(found.T, error)["p_higher"].to_numpy()
    # where all draws say the same, the error of their surfaces alone is left
    alone = norm.cdf(found.mean(axis=0) / np.maximum(np.sqrt(error / len(y)), 1e-9))
    worse = np.where(np.isnan(told), alone if len(y) > 1 else np.nan, told)
    known = surface_emulator().left_out(x / scale, y.mean(axis=0), refit=False)
    size = float(np.sqrt(np.mean(np.square(known.values))))
    mean = centre.predict(grid).reshape(shape)
    worse = worse.reshape(shape)
    mean[0, 0] = worse[0, 0] = 0.0  # the baseline itself: nothing differs there, to the bit
    return Surface(cuts, shares, mean, worse, len(y), known.error, size)
