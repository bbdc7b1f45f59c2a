"""A simulated year as measures see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR, to_a_year
from sim.outcomes.prices import Prices, prices
from sim.states import STATES

if TYPE_CHECKING:
    from sim.outcomes.tally import Tally

Array = NDArray[Any]


class Reckoned(NamedTuple):
    """What is reckoned from a year's books by a number that is a parameter; nothing in a week hangs on it."""

    feedback_share: float = 0.0  # VAT and duties for each krone of disposable income
    full_time_share: float = 1.0  # full-time persons for each person in ordinary work


@dataclass(frozen=True)
class Year:
    """What has been counted and booked in a year (m municipalities).

    Attributes
    ----------
    tally
        The counters of the year, of simulated persons: see :class:`sim.outcomes.tally.Tally`.
    ledger
        What was paid, (m, entries of the ledger), in øre of simulated persons.
    supervised
        Whether a municipality is under tightened supervision, (m,).
    labour_force_outside
        Persons of the labour force whom the model does not hold as states (m,), at scale 1.
    scale
        Share of the population that is simulated.
    weeks
        Weeks of the year that were simulated.
    number
        The ISO year; it has 52 or 53 weeks (:func:`sim.calendar.to_a_year`).
    by
        The numbers by which feedback and full-time persons are reckoned.
    prices
        At which level payments are booked.
    """

    tally: Tally
    ledger: NDArray[np.int64]
    supervised: Array
    labour_force_outside: Array
    scale: float
    weeks: int
    number: int
    by: Reckoned = field(default_factory=Reckoned)
    prices: Prices = field(default_factory=prices)

    @property
    def up(self) -> float:
        """Persons for each simulated one."""
        return 1.0 / self.scale

    @property
    def up_to_a_year(self) -> float:
        """What turns a sum over the year's weeks into an amount of a year of 365.25 days."""
        return self.up * to_a_year(self.number)

    @property
    def up_a_week(self) -> float:
        """What turns a counter of person-weeks into the average number of persons."""
        return self.up / self.weeks

    @property
    def years(self) -> float:
        """Part of a whole year that was simulated."""
        return self.weeks / WEEKS_A_YEAR

    @cached_property
    def stock(self) -> NDArray[np.float64]:
        """Average number of persons by municipality and state (m, states)."""
        return np.asarray(self.tally.stock_weeks * self.up_a_week)

    @cached_property
    def moves(self) -> NDArray[np.int64]:
        """Simulated persons who went from one state to another (m, from, to); the last index: not here."""
        moves = self.tally.flows.copy()
        every = np.arange(len(STATES))
        moves[:, every, every] = 0
        return moves

    @cached_property
    def kroner(self) -> NDArray[np.float64]:
        """Kroner a year in fixed prices by municipality and entry of the ledger (m, entries)."""
        return np.asarray(self.ledger / 100.0 * self.up_to_a_year * self.prices.to_fixed(self.number))
