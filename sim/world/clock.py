"""The moment: what compiled code knows of time."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Week
from sim.engine.draws import Key

#: The last week with birthdays of its own; those of a week 53 are kept in it.
_LAST_WEEK = 52

#: After so many years the Gregorian calendar repeats itself, weeks and all.
_CYCLE = 400
#: How many ISO weeks a year has, 52 or 53, (400,) by year modulo 400; 28 December always lies in the last.
WEEKS_OF_YEAR: NDArray[np.int64] = np.array(
    [date(_CYCLE + year, 12, 28).isocalendar().week for year in range(_CYCLE)]
)


class Now(NamedTuple):
    """Week counted from the first simulated one, calendar year, week and month, and the replicate's key."""

    week: int
    year: int
    week_of_year: int  # 1-52: birthdays of week 53 are kept in 52
    month: int
    key: Key
    new_year: int  # week in which the calendar year began: negative for a run that starts later in it


def moment(start: Week, week: int, key: Key) -> Now:
    """Return the moment ``week`` weeks after ``start``."""
    label = start + week
    return Now(week, label.year, min(label.number, _LAST_WEEK), label.month, key, week + 1 - label.number)
