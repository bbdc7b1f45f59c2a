"""What a design would do in every draw, from the designs that were run: the emulator over levers and draws.

    goal(x, d) = emulator(x, a_d, b_d)

x is where a design lies in the levers' ranges.  A draw of the uncertain numbers enters by what two designs
that are run in all draws do in it: a_d is the effect of the plain saving, b_d what half of the rules add to
it, both brought to mean 0 and standard deviation 1 over the draws.  What a draw does beyond that is noise.
The emulator is a guide to where to look; what is told of a design is run in the model itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reforms.decide.goals import GOALS, RISK, SELF_SUPPORT, worst_quarter
from sim.stats.emulator import Emulator, Kernel, LeftOut

Array = NDArray[np.float64]
#: Parts of the points of which each is predicted from the others.
FOLDS = 8


def lever_emulator() -> Emulator:
    """Return the emulator of a goal over levers and draws: a shrunk plane, a process on the rest."""
    from sklearn.linear_model import RidgeCV

    kernel = Kernel(0.5, (1e-3, 1e2), 1.5, (0.3, 20.0), 0.5, (1e-3, 1e2), by_axis=True)
    return Emulator(kernel, RidgeCV(alphas=tuple(10.0**k for k in range(-3, 3))))


@dataclass(frozen=True)
class Draws:
    """How each draw answers to the two designs that are run in all of them, by goal: (draws, 2)."""

    numbers: tuple[int, ...]
    by_goal: Mapping[str, Array]

    def of(self, goal: str, draws: Sequence[int]) -> Array:
        """Return the answers of draws (n, 2); of a single draw nothing differs (n, 0)."""
        at = [self.numbers.index(draw) for draw in draws]
        return self.by_goal[goal][at]


def draws_from(rows: pd.DataFrame, plain: str, with_rules: str) -> Draws:
    """Return how draws answer, from the rows of two cases (:func:`reforms.decide.paired.run_pairs`)."""
    mean = rows.groupby(["case", "goal", "draw"])["difference"].mean()
    numbers = tuple(int(draw) for draw in sorted(rows.loc[rows["case"] == plain, "draw"].unique()))
    found = {}
    for goal in rows["goal"].unique():
        first = np.array([mean[plain, goal, draw] for draw in numbers])
        second = np.array([mean[with_rules, goal, draw] for draw in numbers]) - first
        both = np.column_stack([first, second])
        spread = both.std(axis=0)
        told = both[:, spread > 0.0]
        found[str(goal)] = (
            (told - told.mean(axis=0)) / spread[spread > 0.0] if len(numbers) > 1 else both[:, :0]
        )
    return Draws(numbers, found)


@dataclass(frozen=True)
class Surrogate:
    """Fitted emulators by goal, and how well they predict designs that they have not seen.

    ``explained`` is the share of the variance within draws that is predicted in points left out: what levers
    do.  What is common to a draw, the luck of its world without a package included, is off.  Below 0 where
    the mean of the draw would do better.
    """

    emulators: Mapping[str, Emulator]
    draws: Draws
    explained: Mapping[str, float]

    def goals(self) -> tuple[str, ...]:
        """Return the goals of a pair, in the order of the emulators."""
        return tuple(self.emulators)

    def by_draw(self, goal: str, x: Array) -> Array:
        """Return a goal of designs (n, levers) in every draw: (n, draws)."""
        answers = self.draws.by_goal[goal]
        n, k = len(x), len(self.draws.numbers)
        points = np.hstack([np.repeat(x, k, axis=0), np.tile(answers, (n, 1))])
        return self.emulators[goal].predict(points).reshape(n, k)

    def harms(self, x: Array) -> Array:
        """Return what is to be made small (n, goals): the mean over draws of each goal, then risk."""
        means = {goal: self.by_draw(goal, x) for goal in self.emulators}
        columns = [GOALS[goal].harm(values.mean(axis=1)) for goal, values in means.items()]
        if len(self.draws.numbers) > 1:
            columns.append(worst_quarter(means[SELF_SUPPORT]))
        return np.column_stack(columns)

    def names(self) -> tuple[str, ...]:
        """Return the names of the columns of :meth:`harms`."""
        return (*self.emulators, *((RISK,) if len(self.draws.numbers) > 1 else ()))


def within_draws(left: LeftOut, draw: Sequence[int]) -> float:
    """Return the share of the variance within draws that was predicted of points left out."""
    number = np.unique(np.asarray(draw), return_inverse=True)[1]
    points = np.bincount(number)

    def centred(values: Array) -> Array:
        return np.asarray(values - (np.bincount(number, values) / points)[number])

    return LeftOut(centred(left.values), centred(left.predicted)).explained


def surrogate_of(x: Array, draw: Sequence[int], values: Mapping[str, Array], draws: Draws) -> Surrogate:
    """Fit the emulators to designs (n, levers) that were run in a draw (n,) each, and test them.

    Parameters
    ----------
    values
        By goal, (n,).
    """
    emulators, explained = {}, {}
    for goal, y in values.items():
        points = np.hstack([x, draws.of(goal, draw)])
        emulators[goal] = lever_emulator().fit(points, y)
        left = emulators[goal].left_out(points, y, folds=min(FOLDS, len(points)), refit=False)
        explained[goal] = within_draws(left, draw)
    return Surrogate(emulators, draws, explained)
