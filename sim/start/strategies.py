"""What municipalities are like: the strategy and the reaction to money that each draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.draws import Key, Purpose, uniforms


def draw_strategies(
    codes: NDArray[np.int64],
    shares: NDArray[np.float64],
    reaction: NDArray[np.float64],
    largest: NDArray[np.float64],
    key: Key,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Strategy (m,) and reaction to money (m,) of each municipality: weak in most, strong in some (R03).

    ``shares`` (m, strategy), ``reaction`` (m,), the mean, and ``largest`` (m,) are those of the
    day; a municipality's random numbers stay the same.
    """
    who = codes.astype(np.uint32)
    ladder = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)
    strategy = (ladder < uniforms(key, int(Purpose.STRATEGY), who, 0)[:, None]).sum(axis=1)
    u = uniforms(key, int(Purpose.STRATEGY), who, 1)
    strategy = np.minimum(strategy, shares.shape[1] - 1).astype(np.int64)
    return strategy, np.minimum(-reaction * np.log(u), largest)
