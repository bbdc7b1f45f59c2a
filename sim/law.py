"""The law of a week, as mechanisms read it to make their rules.

Rules are made anew only when something has changed: a date in the law or a reform, or a municipality's own
decision.  Arrays have one row a *rule row*: the municipalities, and again for each arm of a trial.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError

if TYPE_CHECKING:
    from sim.parameters import Resolved

N = TypeVar("N", bound=np.generic)
#: Øre beyond which no amount of Denmark lies.
_MOST = 2.0**60


class Decisions(NamedTuple):
    """What the municipalities have decided, and how they differ; m = municipalities."""

    strategy: NDArray[np.int64]  # (m,) index in STRATEGIES
    reaction: NDArray[np.float64]  # (m,) how far money moves its priorities, 0-1
    supervised: NDArray[np.bool_]  # (m,) under tightened supervision this year
    willing: NDArray[np.float64]  # (m,) share of employers open to placements
    strictness: NDArray[np.float64]  # (m,) sanctions, mean 1
    unemployment_ratio: NDArray[np.float64]  # (m,) relative to the country
    effectiveness: NDArray[np.float64]  # (m,) actual over expected recipients of dagpenge
    focus: NDArray[np.float64]  # (m,) share of long courses it means to cover for the focus targets, 0-1


def no_decisions(m: int) -> Decisions:
    """Return what ``m`` municipalities alike, without any leaning, would have decided."""
    ones = np.ones(m)
    return Decisions(
        np.zeros(m, np.int64), np.zeros(m), np.zeros(m, np.bool_), ones, ones, ones, ones, np.zeros(m)
    )


class Law(NamedTuple):
    """The parameters in force in a week; w = rule rows, m = municipalities."""

    now: Resolved  # (w, ...) with the reform
    before: Resolved  # (w, ...) the same week without reform and trial
    country: Resolved  # (m, ...) with the reform, without the arms of a trial
    decisions: Decisions
    off: frozenset[str]  # mechanisms switched off
    arms: int  # 1 without a trial

    def on(self, mechanism: str) -> bool:
        """Whether a mechanism is switched on."""
        return mechanism not in self.off

    def rows(self, by_municipality: NDArray[N]) -> NDArray[N]:
        """Return a column of the municipalities (m,) for all rule rows (w,)."""
        return np.tile(by_municipality, self.arms)


def whole(values: NDArray[np.float64], what: str = "a parameter") -> NDArray[np.int64]:
    """Return values rounded to whole numbers, same shape.

    Raises
    ------
    InputError
        One of them is no number, infinite or beyond all amounts: a parameter at its bound divides by zero.
    """
    rounded = np.round(values)
    wrong = ~(np.abs(rounded) < _MOST)
    if np.any(wrong):
        found = np.asarray(rounded)[wrong].flat[0]
        raise InputError(
            f"{what} would be {found:g}, which is no amount: the parameters it is made of do not go together"
        )
    return np.asarray(rounded).astype(np.int64)
