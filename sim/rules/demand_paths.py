"""Demand paths: a recession and a boom as dated changes of the parameters of demand, or a file of indices.

The default path is flat: seasons as in the data, no cycle (:mod:`sim.mechanisms.demand`).  A file, such as
``jobvej nowcast`` writes or a user makes, has the columns month, code, index and value, in any order:

==============  =====================================================================================
``month``       2024-01; the value holds from its first week until that of the next month in the file
``code``        a municipality (code or name), or 0 for all that have no lines of their own
``index``       ``job_losses``: 1 is a normal year.  ``job_growth``: share a year.  ``jobs``: an index of
                jobs with any base, whose growth from month to month is taken.  ``vacancies``: 1 is the
                number that employers usually want
==============  =====================================================================================

What an index says last holds to the end of the run, growth by ``jobs`` excepted: that ends with the file.
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

from sim.calendar import WEEKS_A_YEAR, Week
from sim.data import municipality_codes
from sim.data_in.months import OtherPeriod, month_of
from sim.data_in.places import OtherArea, area_code
from sim.data_in.text import read_text
from sim.errors import InputError, suggest
from sim.parameters import Change, Origin
from sim.parameters.document import read_document

_FILE = Path(__file__).with_name("demand_paths.yaml")
COLUMNS: tuple[str, ...] = ("month", "code", "index", "value")
#: Index of a file -> parameter and operation; ``jobs`` becomes ``job_growth`` first.
INDEXES: dict[str, tuple[str, str]] = {
    "job_losses": ("demand.job_loss_index", "set"),
    "job_growth": ("demand.job_growth", "set"),
    "jobs": ("demand.job_growth", "set"),
    "vacancies": ("employers.vacancy_rate", "multiply"),
}
_COUNTRY = 0
#: The week of a month is decided by its Thursday, three days after its Monday.
_TO_THURSDAY = timedelta(days=3)
#: Days of a week.
_DAYS_A_WEEK = 7
#: The end of a file's name that makes it a path of demand, and not a misspelt name.
SUFFIX = ".csv"

#: Values of one index and place by month.
_Months = dict[date, float]


@cache
def demand_paths() -> dict[str, tuple[Change, ...]]:
    """Changes of the demand parameters by path name; ``flat`` is empty."""
    document = read_document(_FILE)
    paths: dict[str, tuple[Change, ...]] = {}
    for name, entry in document.content.items():
        changes = []
        for parameter, values in (entry.get("changes") or {}).items():
            origin = Origin(name, str(_FILE), document.line(name), kind="draw")
            dated = tuple((_day(day), float(value)) for day, value in values.items())
            changes.append(Change(parameter=parameter, operation="set", values=dated, origin=origin))
        paths[name] = tuple(changes)
    return paths


def _day(day: object) -> date:
    return day if isinstance(day, date) else date.fromisoformat(str(day))


def demand_path(name: str) -> tuple[Change, ...]:
    """Return the changes of a path or of a file of indices; InputError if there is none or it is at fault."""
    paths = demand_paths()
    if is_file(name):
        return _read(Path(name))
    if name not in paths:
        raise InputError(f"no demand path '{name}'; there are {', '.join(paths)}.{suggest(name, paths)}")
    return paths[name]


def is_file(name: str) -> bool:
    """Return whether a path of demand is meant to be a file."""
    return name.casefold().endswith(SUFFIX)


def demand_digest(name: str) -> str:
    """Return what decides a run: the name of a path, or the SHA-256 of a file's text."""
    if not is_file(name):
        return name
    return hashlib.sha256(read_text(Path(name)).encode()).hexdigest()


def first_monday(month: str) -> date:
    """Return the Monday of the first week of a month, by Thursdays."""
    first = date.fromisoformat(f"{month}-01")
    monday = Week.of(first).monday
    return monday if monday + _TO_THURSDAY >= first else monday + timedelta(weeks=1)


def _read(path: Path) -> tuple[Change, ...]:
    """Return the changes that a file of indices asks for."""
    found: dict[str, dict[int, _Months]] = {}
    for line, row in _rows(path):
        try:
            index, code, day, value = _cells(row)
        except (InputError, ValueError) as problem:
            raise InputError(str(problem), file=path, line=line) from problem
        months = found.setdefault(index, {}).setdefault(code, {})
        if day in months:
            raise InputError(f"{index} of {code} in {row['month']} stands twice", file=path, line=line)
        months[day] = value
    if not found:
        raise InputError("the file has no line of data", file=path, line=1)
    if {"jobs", "job_growth"} <= set(found):
        raise InputError("jobs and job_growth say the same thing twice; leave one out", file=path, line=1)
    origin = Origin(path.name, str(path), kind="draw")
    changes: list[Change] = []
    for index, places in found.items():
        grown = {code: _growth(months) for code, months in places.items()} if index == "jobs" else places
        changes += _changes(index, grown, origin)
    return tuple(changes)


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    lines = csv.reader(read_text(path).lstrip("\ufeff").splitlines())
    header = [name.strip().casefold() for name in next(lines, [])]
    if sorted(header) != sorted(COLUMNS):
        raise InputError(
            f"found the columns {', '.join(header)}; expected {', '.join(COLUMNS)}", file=path, line=1
        )
    rows = []
    for cells in lines:
        if any(cells):
            if len(cells) != len(COLUMNS):
                raise InputError(f"expected {len(COLUMNS)} fields", file=path, line=lines.line_num)
            rows.append((lines.line_num, dict(zip(header, map(str.strip, cells), strict=True))))
    return rows


def _cells(row: Mapping[str, str]) -> tuple[str, int, date, float]:
    if row["index"] not in INDEXES:
        raise ValueError(
            f"unknown index '{row['index']}'; expected {', '.join(INDEXES)}.{suggest(row['index'], INDEXES)}"
        )
    try:
        month = month_of(row["month"])
    except OtherPeriod:
        raise ValueError(f"found '{row['month']}', expected a month such as 2024-01") from None
    try:
        code = area_code(row["code"])
    except OtherArea:
        raise ValueError(f"'{row['code']}' is no municipality: expected one of the 98, or 0") from None
    try:
        value = float(row["value"])
    except ValueError:
        raise ValueError(f"found '{row['value']}', expected a number such as 1.1") from None
    if not math.isfinite(value) or (value <= 0.0 and row["index"] != "job_growth"):
        raise ValueError(f"found '{row['value']}', expected a number above 0")
    return row["index"], code, first_monday(month), value


def _growth(jobs: _Months) -> _Months:
    """Return growth a year from month to month of an index of jobs; none after the last."""
    days = sorted(jobs)
    grown = {
        day: math.log(jobs[after] / jobs[day]) * WEEKS_A_YEAR * _DAYS_A_WEEK / (after - day).days
        for day, after in pairwise(days)
    }
    return {**grown, days[-1]: 0.0}


def _changes(index: str, places: Mapping[int, _Months], origin: Origin) -> list[Change]:
    """Return a change for all, or one for each municipality with lines of its own and one for the rest."""
    parameter, operation = INDEXES[index]
    own = {code: months for code, months in places.items() if code != _COUNTRY}
    who: list[tuple[frozenset[int] | None, _Months]] = [
        (frozenset([code]), months) for code, months in own.items()
    ]
    if _COUNTRY in places:
        others = frozenset(int(code) for code in municipality_codes()) - set(own)
        who.append((others if own else None, places[_COUNTRY]))
    return [
        Change(parameter, operation, tuple(months.items()), municipalities=codes, origin=origin)
        for codes, months in who
        if codes is None or codes
    ]
