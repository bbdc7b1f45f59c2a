"""What a parameter is: a number or a vector by date, with everything a reader needs to trust or doubt it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sim.states import INDEXES

KINDS: tuple[str, ...] = ("law", "evidence", "assumption")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from; ``ids`` are the rows of the project's own data files that carry it."""

    title: str
    publisher: str = ""
    year: str = ""
    locator: str = ""
    url: str = ""
    ids: tuple[str, ...] = ()

    def __str__(self) -> str:
        words = (self.publisher, self.year, self.locator)
        return f"{self.title} ({', '.join(word for word in words if word)})" if any(words) else self.title


@dataclass(frozen=True, slots=True)
class Prior:
    """How uncertain a number is: a distribution around the central value.

    ``low`` and ``high`` hold 95 % of the mass for ``normal`` and ``lognormal`` and all of it for ``uniform``
    and ``triangular``.  With ``factor`` the draw multiplies the parameter (central value 1).
    """

    distribution: str
    low: float
    high: float
    factor: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Parameter:
    """One entry of the parameter files, frozen.

    ``values`` is a step function: pairs of the date from which it holds and the values (one, or one per
    component of the index).  The first value also holds before its date.
    """

    name: str
    kind: str
    label: str
    label_da: str
    unit: str
    values: tuple[tuple[date, tuple[float, ...]], ...]
    index: str | None = None
    source: Source | None = None
    confidence: str | None = None
    prior: Prior | None = None
    range: tuple[float, float] | None = None
    reason: str = ""
    note: str = ""
    bounds: tuple[float, float] | None = None
    mechanism: str = ""
    file: str = ""
    line: int = 0

    def __repr__(self) -> str:
        start, values = self.values[-1]
        value = f"{len(values)} numbers, {self.unit}" if self.index else f"{values[0]:g} {self.unit}"
        return f"<Parameter '{self.name}': {value}, {self.kind}, from {start}>"

    @property
    def components(self) -> tuple[str, ...]:
        """Names of the components of an indexed parameter; empty for a single number."""
        return INDEXES[self.index] if self.index else ()

    @property
    def size(self) -> int:
        """How many numbers the parameter holds at a date."""
        return len(self.components) or 1

    def held(self, day: date) -> Parameter:
        """Return the entry as it is if nothing dated comes after a day."""
        before = tuple(each for each in self.values if each[0] <= day)
        return replace(self, values=before or self.values[:1])

    def value_at(self, day: date) -> tuple[float, ...]:
        """Return the values in force on a day, before any change."""
        held = self.values[0][1]
        for start, values in self.values:
            if start > day:
                break
            held = values
        return held

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Parameter:
        """Return the entry from its fields in plain types, as JSON has them."""
        source, prior, ends, bounds = row["source"], row["prior"], row["range"], row["bounds"]
        told = {
            "values": tuple((date.fromisoformat(day), tuple(numbers)) for day, numbers in row["values"]),
            "source": source and Source(**{**source, "ids": tuple(source["ids"])}),
            "prior": prior and Prior(**prior),
            "range": ends and tuple(ends),
            "bounds": bounds and tuple(bounds),
        }
        return cls(**{**row, **told})

    def content(self) -> list[Any]:
        """Return all that the entry says, without the place where it stands (for digests)."""
        prior, source = self.prior, self.source
        return [
            self.name,
            self.kind,
            self.label,
            self.label_da,
            self.unit,
            self.index,
            [[start.isoformat(), list(values)] for start, values in self.values],
            source and [source.title, source.publisher, source.year, source.locator, source.url, source.ids],
            self.confidence,
            prior and [prior.distribution, prior.low, prior.high, prior.factor],
            self.range,
            self.reason,
            self.note,
            self.bounds,
            self.mechanism,
        ]
