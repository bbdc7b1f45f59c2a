"""The terms of a run: its weeks, and the parameters that hold in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Week
from sim.law import Decisions, Law
from sim.parameters import Change, ParameterSet, stacked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.world.clock import Now


@dataclass
class Terms:
    """What a run is made with, and until when the law of today holds.

    Attributes
    ----------
    start, weeks
        First week of the run, and how many there are.
    worlds
        Parameters with their reform, and after them those of each arm of a trial.
    reference
        The same without reforms.
    off
        Mechanisms switched off.
    next_change
        The day from which the law has to be looked up again.
    """

    start: Week
    weeks: int
    worlds: tuple[ParameterSet, ...]
    reference: ParameterSet
    off: frozenset[str]
    next_change: date = field(default=date.min)

    @classmethod
    def of(
        cls,
        start: Week,
        weeks: int,
        parameters: ParameterSet,
        arms: Sequence[Sequence[Change]],
        off: frozenset[str],
    ) -> Terms:
        """Return the terms of a run under parameters, and of a trial whose arms change them further."""
        worlds = (parameters, *(parameters.with_changes(arm) for arm in arms))
        return cls(start, weeks, worlds, parameters.without_reforms(), off)

    @property
    def days(self) -> tuple[date, date]:
        """First day of the run, and the first day after it."""
        return self.start.monday, (self.start + self.weeks).monday

    def week_of(self, now: Now) -> Week:
        """Return the calendar week of a moment."""
        return self.start + now.week

    def ends_year(self, now: Now) -> bool:
        """Whether a year, or the run, ends with this week."""
        week = self.week_of(now)
        return now.week == self.weeks - 1 or (week + 1).year != week.year

    def law(self, day: date, codes: NDArray[np.int64], decisions: Decisions) -> Law:
        """Return the law of a day as mechanisms read it, and remember until when it holds."""
        reference = self.reference.at(day, codes)
        resolved = [world.at(day, codes) for world in self.worlds]
        after = self.days[1]
        later = [
            change for each in (*self.worlds, self.reference) for change in each.change_dates(day, after)
        ]
        self.next_change = min(later, default=after)
        before = stacked([reference] * len(resolved))
        return Law(stacked(resolved), before, resolved[0], decisions, self.off, len(resolved))

    def first_law(self, codes: NDArray[np.int64], decisions: Decisions) -> Law:
        """Return the law of the first day without reform and trial: it is what the people are drawn from."""
        reference = self.reference.at(self.start.monday, codes)
        first = stacked([reference] * len(self.worlds))
        return Law(first, first, reference, decisions, self.off, len(self.worlds))
