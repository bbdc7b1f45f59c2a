"""Real weeks: ISO weeks of the Gregorian calendar, from Monday to Sunday."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from sim.errors import InputError

WEEKS_A_YEAR = 365.25 / 7
#: The same where only whole weeks count: birthdays, intervals between interviews.
WHOLE_WEEKS_A_YEAR = 52

#: The week that every ISO year has, and in which its number of weeks shows.
_LAST_DAY_OF_THE_LAST_WEEK = (12, 28)

#: Years in which a week, a date or a run can be meant.
FIRST_YEAR, LAST_YEAR = 1900, 2199

_LABEL = re.compile(r"([0-9]{4})-W([0-9]{2})")


def year_that_is_meant(year: int, text: str) -> int:
    """Return a year; InputError, with what was written, if it lies at the ends of the calendar."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(f"'{text}': the year is {year}; expected {FIRST_YEAR} to {LAST_YEAR}")
    return year


class Week(NamedTuple):
    """An ISO week. Sorts in time; ``Week.parse('2024-W01') + 1`` is the week after."""

    year: int
    number: int

    @classmethod
    def parse(cls, label: str) -> Week:
        """Read '2024-W01'.

        Raises
        ------
        InputError
            If the label is not an ISO week that exists.
        """
        if not isinstance(label, str):
            raise InputError(f"a week is {label!r}; expected a text such as '2024-W01'")
        found = _LABEL.fullmatch(label.strip())
        if found is None:
            raise InputError(f"'{label}' is not a week; expected a label such as 2024-W01")
        year, number = year_that_is_meant(int(found[1]), label), int(found[2])
        try:
            date.fromisocalendar(year, number, 1)
        except ValueError as error:
            raise InputError(f"'{label}' does not exist: {year} has no week {number}") from error
        return cls(year, number)

    @classmethod
    def of(cls, day: date) -> Week:
        """Return the week that a day lies in."""
        iso = day.isocalendar()
        return cls(iso.year, iso.week)

    @property
    def monday(self) -> date:
        """First day of the week."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def month(self) -> int:
        """Month (1-12) of the week's Thursday, which decides the ISO year too."""
        return (self.monday + timedelta(days=3)).month

    @property
    def label(self) -> str:
        """Text form, '2024-W01'."""
        return f"{self.year}-W{self.number:02d}"

    def __add__(self, weeks: object) -> Week:
        if not isinstance(weeks, int):
            return NotImplemented
        return Week.of(self.monday + timedelta(weeks=weeks))

    def until(self, other: Week) -> int:
        """Return the number of weeks from this week to another (negative if it lies before)."""
        return (other.monday - self.monday).days // 7


def weeks_of(year: int) -> int:
    """Return the number of weeks of an ISO year: 52, or 53 (2020, 2026, 2032)."""
    return date(year, *_LAST_DAY_OF_THE_LAST_WEEK).isocalendar().week


def to_a_year(year: int) -> float:
    """Return what brings a sum over the weeks of an ISO year to a year of 365.25 days.

    This is the one rule for years.  An ISO year has 52 or 53 weeks, a year of the calendar 365.25 / 7: sums
    over weeks (kroner, moves, interviews, hours, person-weeks) are multiplied by this, so that a year of 53
    weeks is no longer than another.  Means over weeks (persons, rates, lengths of spells) need nothing, a
    month is the mean over its weeks, and a year that is simulated in part keeps its part.
    """
    return WEEKS_A_YEAR / weeks_of(year)
