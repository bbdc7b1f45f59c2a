"""What becomes of people who would have been hired: they move on as everybody in their state does.

    D(t+1) = D(t) (I + Q) + a                (persons by state; Q the weekly rates of the year)

with Q[s, j] = moves from s to j in the year / person-weeks in s.  It is linear in a, treats all in a state
alike (who has just been hired loses the job as often as others), and lets nothing answer: accounting, no
second model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.sums import row_times

Array = NDArray[np.float64]


class Moved(NamedTuple):
    """A year of a run: average persons, moves and exits by state (s,), (s, s), (s,), weeks of the sums."""

    persons: Array
    moves: Array
    outflow: Array
    weeks: float

    @property
    def weekly(self) -> Array:
        """I + Q: what a week makes of persons by state (s, s)."""
        weeks = self.persons * self.weeks
        there = weeks > 0.0
        rates = np.divide(self.moves, weeks[:, None], out=np.zeros_like(self.moves), where=there[:, None])
        leaving = np.divide(self.outflow, weeks, out=np.zeros_like(weeks), where=there)
        return np.asarray(rates + np.diag(1.0 - leaving))


def carried(years: Sequence[Moved], added: Sequence[Array]) -> list[Array]:
    """Return the average difference in persons by state of each year.

    Parameters
    ----------
    years
        The moves that those who are added share in.
    added
        Persons by state who come (+) and go (-) in a week of each year, (s,).
    """
    now, found = np.zeros_like(years[0].persons), []
    for year, each in zip(years, added, strict=True):
        week, total = year.weekly, np.zeros_like(now)
        steps = round(year.weeks)
        for _ in range(steps):
            now = row_times(now, week) + each
            total += now
        found.append(total / steps)
    return found
