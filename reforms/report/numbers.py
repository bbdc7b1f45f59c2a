"""Numbers as each language writes them: 1,234.5 in English, 1.234,5 in Danish."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "da"]

MISSING = ".."
_SWAP = str.maketrans({",": ".", ".": ","})


@dataclass(frozen=True)
class Kind:
    """How a kind of quantity is shown: multiplied by `factor`, with its decimals and its unit's text key."""

    factor: float
    decimals: int
    difference_decimals: int
    unit: str
    difference_unit: str


def _kind(unit: str, factor: float = 1.0, decimals: int = 0, fine: int = 0, change: str = "") -> Kind:
    return Kind(factor, decimals, fine, f"unit.{unit}", f"unit.{change or unit}")


KINDS: dict[str, Kind] = {
    "weeks": _kind("weeks", decimals=1, fine=2),
    "persons": _kind("persons"),
    "m_kr": _kind("m_kr", factor=1e-6),
    "share": _kind("per_cent", factor=100.0, decimals=1, fine=2, change="points"),
    "rate": _kind("per_cent", decimals=2, fine=2, change="points"),
    "thousand_hours": _kind("thousand_hours", factor=1e-3, fine=1),
    "thousand": _kind("thousand", factor=1e-3, decimals=1, fine=1),
    "per_year": _kind("per_person_year", decimals=1, fine=2),
    "caseload": _kind("per_caseworker", decimals=1, fine=2),
    "full_time": _kind("full_time"),
    "kr_per_head": _kind("kr_per_head"),
}


@dataclass(frozen=True)
class Numbers:
    """Writes numbers in one language."""

    lang: Language

    def plain(self, value: float, decimals: int = 0) -> str:
        """Return `value` with thousands separators, a true minus sign and no negative zero."""
        if math.isnan(value):
            return MISSING
        rounded = round(value, decimals)
        text = f"{abs(rounded):,.{decimals}f}"
        if self.lang == "da":
            text = text.translate(_SWAP)
        return f"−{text}" if rounded < 0 else text

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
        if math.isnan(low) or math.isnan(high):
            return MISSING
        word = {"en": "to", "da": "til"}[self.lang]
        decimals = self._enough(kind, low, high) if fine else kind.difference_decimals
        ends = (self.signed(value * kind.factor, decimals) for value in (low, high))
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
