"""Extracts in the tidy form: code, month, measure, unit, value, in any order of columns.

=========  =====================================================================================
``code``     municipality code (101-860) or name, 0 or 'Hele landet' for the whole country
``month``    2023-08 (or 2023M08)
``measure``  one of :data:`sim.data_in.measures.MEASURES`
``unit``     the unit of that measure, as listed there
``value``    a number; empty or '..' where a small one is hidden (missing, never zero)
=========  =====================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sim.data_in.measures import MEASURES
from sim.data_in.months import OtherPeriod, month_of
from sim.data_in.numbers import number
from sim.data_in.places import OtherArea, area_code
from sim.data_in.text import records, separator_of
from sim.errors import InputError, suggest

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: tuple[str, ...] = ("code", "month", "measure", "unit", "value")
#: So many of the columns make a file an extract, though perhaps a faulty one.
_ENOUGH = 3


class Figure(NamedTuple):
    """One number of a file; ``value`` is NaN where it is hidden."""

    code: int
    month: str
    measure: str
    unit: str
    value: float
    line: int


def is_extract(text: str) -> bool:
    """Return whether the first line of a text is the header of an extract, or is meant to be one."""
    first = text.lstrip("\ufeff").split("\n", 1)[0].casefold()
    names = {cell.strip().strip('"') for cell in first.split(separator_of(first))}
    return len(names & set(COLUMNS)) >= _ENOUGH


def figures_of(path: Path, text: str) -> list[Figure]:
    """Return the figures of an extract, in file order.

    Raises
    ------
    InputError
        A column is missing or unknown, or a line has an impossible code, month, measure, unit or number, or
        says the same thing twice.
    """
    lines = records(path, text, separator_of(text.split("\n", 1)[0]))
    _, header = next(lines, (1, []))
    header = [name.casefold() for name in header]
    _check_header(path, header)
    found = []
    for line, cells in lines:
        if not any(cells):
            continue
        if len(cells) != len(COLUMNS):
            raise InputError(f"expected {len(COLUMNS)} fields", file=path, line=line)
        try:
            found.append(_figure(dict(zip(header, cells, strict=True)), line))
        except InputError as problem:
            raise InputError(problem.message, file=path, line=line) from problem
        except ValueError as problem:
            raise InputError(str(problem), file=path, line=line) from problem
    if not found:
        raise InputError("the extract has a header and no line of data", file=path, line=2)
    refuse_twice(path, found)
    return found


def refuse_twice(path: Path, figures: Iterable[Figure]) -> None:
    """Refuse a file that says the same thing twice."""
    first: dict[tuple[int, str, str], int] = {}
    for each in figures:
        key = (each.code, each.month, each.measure)
        if key in first:
            raise InputError(
                f"{each.measure} of {each.code} in {each.month} also stands on line {first[key]}",
                file=path,
                line=each.line,
            )
        first[key] = each.line


def _check_header(path: Path, found: Sequence[str]) -> None:
    for name in found:
        if name not in COLUMNS:
            near = suggest(name, COLUMNS)
            raise InputError(
                f"unknown column '{name}'; expected {', '.join(COLUMNS)}.{near}", file=path, line=1
            )
    missing = [name for name in COLUMNS if name not in found]
    if missing:
        raise InputError(f"no column '{missing[0]}'; expected {', '.join(COLUMNS)}", file=path, line=1)
    if len(found) != len(set(found)):
        raise InputError(f"a column stands twice; expected {', '.join(COLUMNS)}", file=path, line=1)


def _figure(cells: dict[str, str], line: int) -> Figure:
    measure, unit = cells["measure"], cells["unit"]
    if measure not in MEASURES:
        near = suggest(measure, MEASURES)
        raise ValueError(f"unknown measure '{measure}'; expected one of {', '.join(MEASURES)}.{near}")
    if unit != MEASURES[measure].unit:
        raise ValueError(f"found unit '{unit}' for {measure}, expected '{MEASURES[measure].unit}'")
    try:
        month = month_of(cells["month"])
    except OtherPeriod as other:
        raise ValueError(f"found month '{other}', which is no month: expected one such as 2023-08") from None
    try:
        code = area_code(cells["code"])
    except OtherArea as other:
        raise ValueError(
            f"'{other}' is no municipality: expected one of the 98, or 0 for the country"
        ) from None
    return Figure(code, month, measure, unit, checked(cells["value"], measure), line)


def checked(text: str, measure: str, mark: str | None = None) -> float:
    """Return a value of a measure; ValueError if it is no number, or more than there can be."""
    most = MEASURES[measure].most
    value = number(text, most, mark)
    if value > most:
        raise ValueError(
            f"found value '{text}', which is impossible for {measure} ({MEASURES[measure].unit}): "
            f"expected at most {most:,.0f}"
        )
    return value


def table_of(figures: Iterable[Figure]) -> pd.DataFrame:
    """Return figures as a table: code (int64), month, measure, unit, value (float64, NaN where hidden)."""
    import pandas as pd

    rows = [each[:5] for each in figures]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"code": "int64", "value": "float64"})
