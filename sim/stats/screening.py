"""Which of many uncertain numbers decide an answer, and whether that is told from noise at all.

The numbers whose ranks go most with the answer's are kept and an emulator is fitted to them.  It is told from
noise where the emulator explains at least :data:`LEAST_EXPLAINED` of the variation in points it has not seen,
the numbers having been chosen without those points: chosen with them, noise alone would seem to be explained.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.stats.emulator import Array, Emulator, Kernel, LeftOut

#: Share of the variation (R²) that must be explained before anything is said to decide.
LEAST_EXPLAINED = 0.8
#: Numbers that the emulator keeps, and parts of the points of which each is predicted from the others.
KEPT, FOLDS = 12, 8


def screening_emulator() -> Emulator:
    """Return the emulator of an answer over positions in the priors."""
    return Emulator(Kernel(1.0, (1e-5, 1e5), 2.0, (0.2, 50.0), 0.3, (1e-4, 2.0), by_axis=True))


def strongest(positions: Array, effect: Array, number: int = KEPT) -> NDArray[np.intp]:
    """Return the columns of positions (n, k) whose ranks go most with the effect's (n,), in their order."""
    from scipy.stats import spearmanr

    ranks = np.array([abs(spearmanr(column, effect).statistic) for column in positions.T])
    return np.sort(np.argsort(-np.nan_to_num(ranks))[:number])


def explained_unseen(positions: Array, effect: Array, *, seed: int = 0) -> float:
    """Return the share of variation in points left out that is explained, below 0 where nothing is."""
    from sklearn.model_selection import KFold

    predicted = np.empty(len(effect))
    for kept, out in KFold(min(FOLDS, len(effect)), shuffle=True, random_state=seed).split(positions):
        columns = strongest(positions[kept], effect[kept])
        model = screening_emulator().fit(positions[kept][:, columns], effect[kept])
        predicted[out] = model.predict(positions[out][:, columns])
    return LeftOut(effect, predicted).explained
