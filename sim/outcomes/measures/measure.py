"""What a measure is: one entry that says all there is to know about it, and how it is counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.measures.year import Year

Array = NDArray[Any]


class Words(NamedTuple):
    """A text in English and Danish."""

    en: str
    da: str

    def of(self, lang: str) -> str:
        """Return the text of a language, 'en' or 'da'."""
        return self.da if lang == "da" else self.en


class Unit(NamedTuple):
    """A unit: as tables hold it, and as a reader is shown it.

    Attributes
    ----------
    name, danish
        The unit of the values in the tables; English is what the tables say.
    factor
        What a value is multiplied by before it is shown.
    shown
        The unit after that; the same as in the tables if left out.
    decimals, fine
        Decimals of a level and of a difference when shown.
    change
        The unit of a difference, where it has another (percentage points of per cent).
    """

    name: str
    danish: str
    factor: float = 1.0
    shown: Words | None = None
    decimals: int = 0
    fine: int = 0
    change: Words | None = None

    @property
    def words(self) -> Words:
        """The unit as a reader is shown it."""
        return self.shown or Words(self.name, self.danish)


class Country(NamedTuple):
    """Values that are given for the whole country alone, one for each group (g,)."""

    values: Array


class Ratio(NamedTuple):
    """``times * above / below``, missing where nothing is below; the country's is the ratio of the sums.

    The country's is missing, too, where less than ``fewest`` is below: of a handful it says nothing.
    """

    above: Array
    below: Array
    times: float = 1.0
    fewest: float = 0.0


class Places(NamedTuple):
    """Values by municipality (m, g), and the country's (g,) where it is neither their sum nor a ratio."""

    municipalities: Array
    country: Array


#: An array (m, g), or (m,) for a single group, stands for values whose sum is the country's.
Counted = Array | Country | Ratio | Places


class ReportTable(NamedTuple):
    """A table of its own in the report: the key of the section at whose end it stands, and its title."""

    section: str
    title: Words


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A named outcome, with all that anybody needs to know about it.

    Over replicates and draws a measure is averaged, with an interval (:mod:`reforms.summary`).

    Attributes
    ----------
    name, label, unit, definition
        Its name in tables, and what a reader is told.
    groups
        By which groups it is given: states, aggregates, tasks ...; ``("all",)`` if it is not divided.
    count
        Counts a year: values by municipality and group, in one of the forms of :data:`Counted`.
    over_years
        How the values of several years become one: their sum, or their mean.
    better
        Which way is good for those who are on support, if that can be said: "lower", "higher" or "".
    shown_by_name
        Whether a section of the report asks for it by name; the report then defines it.
    table
        A table of its own in the report, if it has one.
    """

    name: str
    label: Words
    unit: Unit
    definition: Words
    groups: tuple[str, ...]
    count: Callable[[Year], Counted]
    over_years: Literal["sum", "mean"]
    better: Literal["lower", "higher", ""] = ""
    shown_by_name: bool = False
    table: ReportTable | None = None

    @property
    def in_report(self) -> bool:
        """Whether the report shows it, and therefore defines it."""
        return self.shown_by_name or self.table is not None

    def values(self, year: Year) -> dict[str, NDArray[np.float64]]:
        """Return by group the country's value and then those of the municipalities: (1 + m,), or (1,).

        Raises
        ------
        ValueError
            If what was counted is not of the shape (municipalities, groups).
        """
        return _columns(self, self.count(year))


def _columns(measure: Measure, counted: Counted) -> dict[str, NDArray[np.float64]]:
    """Return the country's value and those of the municipalities, if there are any, by group."""
    if isinstance(counted, Country):
        values = np.asarray(counted.values, np.float64)
        return {group: values[at : at + 1] for at, group in _numbered(measure, values.shape)}
    if isinstance(counted, Ratio):
        above, below = _wide(counted.above), _wide(counted.below)
        local = _ratio(counted.times * above, below)
        whole = _sums(below)
        country = _ratio(counted.times * _sums(above), np.where(whole >= counted.fewest, whole, 0.0))
    elif isinstance(counted, Places):
        local, country = _wide(counted.municipalities), np.asarray(counted.country, np.float64)
    else:
        local = _wide(counted)
        country = _sums(local)
    return {
        group: np.concatenate([country[at : at + 1], local[:, at]])
        for at, group in _numbered(measure, local.shape)
    }


def _ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``above / below``; not a number where there is nothing below: a rate of nobody is not known."""
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0.0)


def _numbered(measure: Measure, shape: tuple[int, ...]) -> list[tuple[int, str]]:
    if shape[-1] != len(measure.groups):
        raise ValueError(f"{measure.name}: counted {shape[-1]} groups, expected {len(measure.groups)}")
    return list(enumerate(measure.groups))


def _wide(values: Array) -> NDArray[np.float64]:
    """Return values as (m, g); those of a single group may come as (m,)."""
    values = np.asarray(values, np.float64)
    return values[:, None] if values.ndim == 1 else values


def _sums(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of each column, added up column by column so that it does not depend on the others."""
    return np.array([np.ascontiguousarray(column).sum() for column in values.T])
