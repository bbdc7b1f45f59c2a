"""Moves: what acts decide about people's states; :mod:`sim.mechanisms.transition` carries them out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Moves(NamedTuple):
    """People and the states they go to, each of shape (n,)."""

    who: NDArray[np.int32]  # position among the people
    to: NDArray[np.uint8]  # state; NOBODY leaves the population
    newcomers: bool = False  # who begins, and leaves nothing behind

    @classmethod
    def room(cls, n: int) -> Moves:
        """Return room for at most ``n`` decisions."""
        return cls(np.empty(n, np.int32), np.empty(n, np.uint8))

    def first(self, n: int) -> Moves:
        """Return the first ``n`` decisions."""
        return Moves(self.who[:n], self.to[:n], self.newcomers)


def all_to(who: NDArray[np.int32], state: int, *, newcomers: bool = False) -> Moves:
    """Return moves of everybody in ``who`` (n,) to one state."""
    return Moves(who, np.full(who.size, state, np.uint8), newcomers)
