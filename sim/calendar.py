"""Real weeks: ISO weeks of the Gregorian calendar, from Monday to Sunday."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from sim.errors import InputError

WEEKS_A_YEAR = 365.25 / 7
#: The same where only whole weeks count: birthdays, intervals between interviews.
WHOLE_WEEKS_A_YEAR = 52

_LABEL = re.compile(r"^(\d{4})-W(\d{2})$")


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
        found = _LABEL.match(label.strip())
        if found is None:
            raise InputError(f"'{label}' is not a week; expected a label such as 2024-W01")
        year, number = int(found[1]), int(found[2])
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
