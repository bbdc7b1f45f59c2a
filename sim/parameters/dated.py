"""The path of a parameter over time in each municipality, after changes.

Changes apply in a fixed order: the fitted values, then draws from priors, then the rest; within each ``set``,
``multiply`` and ``add``; never in the order in which they were given.  So worlds that hold the same changes
are the same.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sim.errors import InputError
from sim.parameters.changes import OPERATIONS, Change
from sim.parameters.parameter import Parameter


@dataclass(frozen=True)
class Path:
    """A step function of time: ``rows[i]`` holds from ``days[i]`` until the next day listed."""

    days: tuple[date, ...]
    rows: tuple[tuple[float, ...], ...]

    def at(self, day: date) -> tuple[float, ...]:
        """Return the values in force on a day (the first ones before the first day)."""
        return self.rows[max(bisect_right(self.days, day) - 1, 0)]

    @property
    def changes_on(self) -> tuple[date, ...]:
        """The days on which a value really differs from that of the day before."""
        pairs = zip(self.days[1:], self.rows[:-1], self.rows[1:], strict=True)
        return tuple(day for day, before, after in pairs if before != after)


@dataclass(frozen=True)
class Paths:
    """The paths of one parameter: one for the country, and those of municipalities that differ from it."""

    country: Path
    local: dict[int, Path]
    indexed: bool

    def of(self, municipality: int) -> Path:
        """Return the path that holds in a municipality."""
        return self.local.get(municipality, self.country)

    @property
    def all(self) -> tuple[Path, ...]:
        """Every path once, that of the country first."""
        return (self.country, *self.local.values())


def in_order(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return the changes in the order in which they apply, the same for any order given."""
    return tuple(sorted(changes, key=lambda change: change.content()))


def value_on(parameter: Parameter, changes: Sequence[Change], day: date) -> tuple[float, ...]:
    """Return the values on one day after changes that are :func:`in_order` and all apply."""
    values = list(parameter.value_at(day))
    for change in changes:
        number = change.value_at(day)
        if number is None:
            continue
        part = change.component
        positions = range(len(values)) if part is None else (parameter.components.index(part),)
        for position in positions:
            values[position] = _applied(change.operation, values[position], number)
    return tuple(values)


def _applied(operation: str, value: float, number: float) -> float:
    if operation == OPERATIONS[0]:
        return number
    return value * number if operation == OPERATIONS[1] else value + number


def path_of(parameter: Parameter, changes: Sequence[Change]) -> Path:
    """Return the path of a parameter after changes that are :func:`in_order` and all apply."""
    days = {day for day, _ in parameter.values} | {day for change in changes for day, _ in change.values}
    days |= {change.until for change in changes if change.until is not None}
    ordered = (date.min, *sorted(days - {date.min}))
    return Path(ordered, tuple(value_on(parameter, changes, day) for day in ordered))


def paths_of(parameter: Parameter, changes: Sequence[Change]) -> Paths:
    """Return the paths of a parameter after changes, each made once for all municipalities that share it."""
    ordered = in_order(changes)
    everywhere = tuple(change for change in ordered if change.municipalities is None)
    named = sorted({code for change in ordered for code in change.municipalities or ()})
    made: dict[tuple[int, ...], Path] = {}
    local: dict[int, Path] = {}
    for code in named:
        which = tuple(i for i, change in enumerate(ordered) if change.applies_to(code))
        if which not in made:
            made[which] = path_of(parameter, [ordered[i] for i in which])
        local[code] = made[which]
    return Paths(path_of(parameter, everywhere), local, parameter.index is not None)


def bound_errors(parameter: Parameter, paths: Paths, changes: Sequence[Change]) -> Iterator[InputError]:
    """Yield one refusal if any path leaves its bounds or is not finite, at the last change that led there."""
    low, high = parameter.bounds or (-math.inf, math.inf)
    for path in paths.all:
        for day, row in zip(path.days, path.rows, strict=True):
            wrong = [value for value in row if not low <= value <= high or not math.isfinite(value)]
            if wrong:
                blamed = [change for change in in_order(changes) if change.start <= day] or list(changes)
                message = f"'{parameter.name}' becomes {wrong[0]:g} on {day}, which is impossible: "
                yield blamed[-1].error(message + f"expected {low:g} to {high:g}")
                return


def has_effect(parameter: Parameter, changes: Sequence[Change], others: Sequence[Change]) -> bool:
    """Return whether the changes, on top of the others, make any value differ in any week anywhere."""
    return differs(parameter, others, [*others, *changes])


def differs(parameter: Parameter, some: Sequence[Change], others: Sequence[Change]) -> bool:
    """Return whether two lists of changes make any value differ in any week anywhere."""
    return differ_between(paths_of(parameter, some), paths_of(parameter, others))


def differ_between(one: Paths, other: Paths, first: date = date.min, last: date = date.max) -> bool:
    """Return whether two paths differ in any week from one Monday to another, anywhere.

    The law of a week is that of its Monday: what holds from a Tuesday to a Sunday holds in no week.
    """
    pairs = [(one.country, other.country)]
    pairs += [(one.of(code), other.of(code)) for code in one.local.keys() | other.local.keys()]
    for old, new in pairs:
        mondays = (monday_from(max(day, first)) for day in (*old.days, *new.days))
        if any(old.at(day) != new.at(day) for day in mondays if day <= last):
            return True
    return False


def monday_from(day: date) -> date:
    """Return the first Monday on a day or after it."""
    try:
        return day + timedelta(days=-day.weekday() % 7)
    except OverflowError:
        return date.max
