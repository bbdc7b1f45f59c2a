"""Numbers as each language writes them: 1,234.5 in English, 1.234,5 in Danish."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from sim.outcomes.measures import UNITS, Unit
from sim.outcomes.spells import LIFE_TABLE_WEEKS

Language = Literal["en", "da"]

MISSING = ".."
#: Of a median that is not reached within the weeks that are followed.
BEYOND = f"> {LIFE_TABLE_WEEKS}"
#: Babel's names of the languages: British English, and Danish as in Denmark.
LOCALES: dict[Language, str] = {"en": "en_GB", "da": "da_DK"}


@dataclass(frozen=True)
class Kind:
    """How a kind of quantity is shown: multiplied by `factor`, with its decimals and its unit's text key."""

    factor: float
    decimals: int
    difference_decimals: int
    unit: str
    difference_unit: str


def kind_of_unit(unit: Unit) -> Kind:
    """Return how quantities of a measure's unit are shown."""
    key = f"unit.{unit.name}"
    return Kind(unit.factor, unit.decimals, unit.fine, key, f"{key}.change" if unit.change else key)


KINDS: dict[str, Kind] = {
    "weeks": kind_of_unit(UNITS["weeks"]),
    "person_weeks": kind_of_unit(UNITS["person-weeks"]),
    "persons": kind_of_unit(UNITS["persons"]),
    "m_kr": kind_of_unit(UNITS["kr. a year"]),
    "share": kind_of_unit(UNITS["share"]),
    "rate": kind_of_unit(UNITS["per cent of labour force"]),
    "thousand_hours": kind_of_unit(UNITS["hours"]),
    "full_time": kind_of_unit(UNITS["full-time caseworkers"]),
    "caseload": kind_of_unit(UNITS["citizens per caseworker"]),
    "thousand": Kind(1e-3, 1, 1, "unit.thousand", "unit.thousand"),
    "kr": Kind(1.0, 0, 0, "unit.kr", "unit.kr"),
    "bn_kr": Kind(1e-9, 1, 1, "unit.bn_kr", "unit.bn_kr"),
    "ore": Kind(1.0, 1, 1, "unit.ore", "unit.ore"),
    "kr_per_head": Kind(1.0, 0, 0, "unit.kr_per_head", "unit.kr_per_head"),
}


@dataclass(frozen=True)
class Numbers:
    """Writes numbers in one language."""

    lang: Language

    def plain(self, value: float, decimals: int = 0) -> str:
        """Return `value` with thousands separators, a true minus sign and no negative zero.

        An infinite one is a length beyond the weeks that are followed, "> 208".
        """
        if math.isnan(value):
            return MISSING
        if math.isinf(value):
            return BEYOND
        rounded = round(value, decimals)
        pattern = "#,##0" + ("." + "0" * decimals if decimals > 0 else "")
        text = format_decimal(abs(rounded), format=pattern, locale=LOCALES[self.lang])
        return f"−{text}" if rounded < 0 else text

    def day(self, iso: str) -> str:
        """Return a day such as "2026-02-01" as the language writes it, other words as they are."""
        try:
            return format_date(date.fromisoformat(iso), format="long", locale=LOCALES[self.lang])
        except ValueError:
            return iso

    def listing(self, items: Sequence[str]) -> str:
        """Return "a, b and c" in the language."""
        return format_list(list(items), locale=LOCALES[self.lang])

    def signed(self, value: float, decimals: int = 0) -> str:
        """Return `value` with its sign, zero without one."""
        text = self.plain(value, decimals)
        return f"+{text}" if not math.isnan(value) and round(value, decimals) > 0 else text

    def level(self, value: float, kind: Kind) -> str:
        """Return a level of a kind of quantity, without its unit."""
        return self.plain(value * kind.factor, kind.decimals)

    def change(self, value: float, kind: Kind) -> str:
        """Return a signed difference of a kind of quantity, without its unit."""
        return self.signed(value * kind.factor, kind.difference_decimals)

    def size(self, value: float, kind: Kind) -> str:
        """Return the size of a difference, without sign and unit; only zero is written as zero."""
        return self.plain(abs(value) * kind.factor, self._enough(kind, value))

    def interval(self, low: float, high: float, kind: Kind, *, fine: bool = False) -> str:
        """Return "low to high" of a difference, or the sign for missing.

        With `fine`, a bound that is not zero is not written as zero: for sentences, which tell from the
        interval whether a difference can be told from zero.
        """
        if not (math.isfinite(low) and math.isfinite(high)):
            return MISSING
        word = {"en": "to", "da": "til"}[self.lang]
        decimals = self._enough(kind, low, high) if fine else kind.difference_decimals
        ends = (self.signed(value * kind.factor, decimals) for value in (low, high))
        return f" {word} ".join(ends)

    def span(self, low: float, high: float, kind: Kind) -> str:
        """Return "low to high" as sizes, smaller first, where both have the same sign, else signed.

        An end that is not zero is not written as zero.
        """
        if not (math.isfinite(low) and math.isfinite(high)) or low * high <= 0:
            return self.interval(low, high, kind, fine=True)
        word = {"en": "to", "da": "til"}[self.lang]
        decimals = self._enough(kind, low, high)
        ends = (self.plain(size * kind.factor, decimals) for size in sorted((abs(low), abs(high))))
        return f" {word} ".join(ends)

    def _enough(self, kind: Kind, *values: float) -> int:
        """Return the kind's decimals, or as many as it takes for no value to be rounded to zero."""
        sizes = [abs(value * kind.factor) for value in values if value and not math.isnan(value)]
        smallest = min(sizes, default=1.0)
        needed = -math.floor(math.log10(smallest)) if smallest > 0 else 0
        return kind.difference_decimals if smallest >= 0.5 * 10**-kind.difference_decimals else min(needed, 9)

    def general(self, value: float) -> str:
        """Return a parameter's value with up to four significant digits."""
        if math.isnan(value):
            return MISSING
        if value == 0 or abs(value) >= 10_000:
            return self.plain(value)
        decimals = max(0, 3 - math.floor(math.log10(abs(value))))
        text = self.plain(value, decimals)
        mark = "," if self.lang == "da" else "."
        return text.rstrip("0").rstrip(mark) if mark in text else text


def numbers_in(lang: str) -> Numbers:
    """Return what writes numbers in a language that was asked for by name; English unless it is "da"."""
    return Numbers("da" if lang == "da" else "en")
