"""What differs between two reforms, by date: the numbers in force under the one and under the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reforms.load import load
from reforms.reform import Reform
from sim.parameters import Change, Parameter, ParameterSet, load_parameters
from sim.parameters.dated import Paths

#: The law without any reform, where a reform may be named.
BASELINE = "baseline"


@dataclass(frozen=True)
class Difference:
    """One number that differs between two reforms from a day on (or, if ``first == second``, no longer does).

    ``municipalities`` are the codes of those in which it does; None is all of them.
    """

    day: date
    parameter: str
    first: float
    second: float
    unit: str
    municipalities: tuple[int, ...] | None


def differences(
    first: str | Path | Reform, second: str | Path | Reform, parameters: ParameterSet | None = None
) -> list[Difference]:
    """Return what differs between two reforms, in the order of the dates.

    Parameters
    ----------
    first, second
        Reforms (names, ``a+b``, files, or read ones), or ``baseline``.
    parameters
        What they change; the baseline by default.
    """
    base = parameters or load_parameters()
    changes = [_changes(each, base) for each in (first, second)]
    sets = [base.with_changes(each) for each in changes]
    names = sorted({change.name for each in changes for change in each})
    found = [
        difference
        for name in names
        for difference in _of_one(base[name], sets[0].paths(name), sets[1].paths(name))
    ]
    return sorted(found, key=lambda each: (each.day, each.parameter, each.municipalities or ()))


def _changes(spec: str | Path | Reform, base: ParameterSet) -> tuple[Change, ...]:
    if spec == BASELINE:
        return ()
    return spec.changes if isinstance(spec, Reform) else load(spec, base).changes


def _of_one(parameter: Parameter, first: Paths, second: Paths) -> Iterator[Difference]:
    """Yield the days on which the two numbers of a parameter, or of a component, become another pair."""
    local = sorted(first.local.keys() | second.local.keys())
    for position in range(parameter.size):
        part = f"[{parameter.components[position]}]" if parameter.components else ""
        everywhere = _pairs(first, second, None, position)
        alike: dict[tuple[tuple[date, float, float], ...], list[int]] = {}
        for code in local:
            alike.setdefault(_pairs(first, second, code, position), []).append(code)
        places = [(pairs, tuple(codes)) for pairs, codes in alike.items() if pairs != everywhere]
        for pairs, codes in [(everywhere, None), *places]:
            for day, one, other in pairs:
                yield Difference(day, parameter.name + part, one, other, parameter.unit, codes)


def _pairs(
    first: Paths, second: Paths, code: int | None, position: int
) -> tuple[tuple[date, float, float], ...]:
    """Return (day, first, second) wherever the pair changes and differs, and where it is the same again."""
    one, other = (each.country if code is None else each.of(code) for each in (first, second))
    found: list[tuple[date, float, float]] = []
    last: tuple[float, float] | None = None
    for day in sorted({*one.days, *other.days}):
        pair = one.at(day)[position], other.at(day)[position]
        differed = last is not None and last[0] != last[1]
        if pair != last and (pair[0] != pair[1] or differed):
            found.append((day, *pair))
        last = pair
    return tuple(found)
