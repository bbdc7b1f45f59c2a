"""Periods of a table: a month, or a known period that is none (a quarter, a year, a rolling year)."""

from __future__ import annotations

import re
from functools import lru_cache

from sim.errors import shortened

_YEAR = r"(?P<year>(?:19|20|21)[0-9]{2})"
_NUMBER = r"(?P<month>0?[1-9]|1[0-2])"
#: 2024M01, 2024-01, 2024-01-01, 01-2024, 202401.
_IN_NUMBERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_YEAR} ?M ?{_NUMBER}",
        rf"{_YEAR}[-/.]{_NUMBER}",
        rf"{_YEAR}-{_NUMBER}-01(?:[T ]00:00(?::00)?)?",
        rf"{_NUMBER}[-/.]{_YEAR}",
        rf"{_YEAR}(?P<month>0[1-9]|1[0-2])",
    )
)
_NAMES = (
    ("jan",), ("feb",), ("mar",), ("apr",), ("maj", "may"), ("jun",), ("jul",), ("aug",), ("sep",),
    ("okt", "oct"), ("nov",), ("dec",),
)  # fmt: skip
_FULL = (
    "januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober",
    "november", "december", "january", "february", "march", "may", "june", "july", "october",
)  # fmt: skip
#: January 2024, jan. 2024, 2024 jan.
_IN_WORDS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (rf"(?P<name>[a-z]{{3,9}})\.?,? {_YEAR}", rf"{_YEAR},? (?P<name>[a-z]{{3,9}})\.?")
)
#: Periods that are no months: quarters, half years, years, weeks, rolling years (MAT) by quarter or month.
_OTHER_PERIOD = re.compile(
    r"(?:19|20|21)[0-9]{2}(?: ?(?:[QK] ?0?[1-4]|H ?[12]|[WU] ?[0-9]{1,2}|[YQM]?MAT ?[0-9]{0,2}|Y[0-9]*))?"
    r"|[1-4]\. (?:kvartal|halvår) (?:19|20|21)[0-9]{2}|.*\b(?:gennemsnit|average|i alt|total)\b.*"
    r"|[a-z]{3,9}\.? (?:19|20|21)[0-9]{2} ?- ?[a-z]{3,9}\.? (?:19|20|21)[0-9]{2}",
    re.IGNORECASE,
)


class OtherPeriod(Exception):  # noqa: N818 - nothing is wrong with it
    """The period is known and is no month."""


@lru_cache(maxsize=4096)
def month_of(text: str) -> str:
    """Return a month as 2024-01.

    Raises
    ------
    OtherPeriod
        A quarter, a year, a week or a rolling year (QMAT).
    ValueError
        It is no period.
    """
    plain = " ".join(text.split())
    for pattern in _IN_NUMBERS:
        if found := pattern.fullmatch(plain):
            return f"{found['year']}-{int(found['month']):02d}"
    for pattern in _IN_WORDS:
        found = pattern.fullmatch(plain)
        if found and (number := _number_of(found["name"].casefold())):
            return f"{found['year']}-{number:02d}"
    if _OTHER_PERIOD.fullmatch(plain):
        raise OtherPeriod(text)
    raise ValueError(f"found month '{shortened(text)}', expected a month such as 2023-08 or 2023M08")


def _number_of(name: str) -> int:
    """Return the number of a month by its Danish or English name, or the first letters of it; 0 if none."""
    for number, begins in enumerate(_NAMES, start=1):
        if name in begins or (name in _FULL and name[:3] in begins):
            return number
    return 0


def is_period(text: str) -> bool:
    """Return whether a text is a month or another known period."""
    try:
        month_of(text)
    except OtherPeriod:
        return True
    except ValueError:
        return False
    return True
