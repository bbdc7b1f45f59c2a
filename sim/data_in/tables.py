"""Tables as Jobindsats and StatBank hand them out, turned into figures.

A table is long (a line for each area and period, and perhaps for each sex, age, kind of benefit ...) or wide
(a column for each period).  Above it may stand a title.  What is taken:

area        a municipality by name or code, or the country; regions, RAR areas and provinces are left out
period      months; quarters, years and rolling years (QMAT) are left out
numbers     the columns whose unit the table's measure has; the others are left out
the rest    of every other column the total (I alt), unless ``where`` names another value

Which measure it is follows from the number of the table (y25i01, AUP02) in the name of the file or its title,
unless ``measure`` says it.  What is left out is counted and told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sim.data_in.extract import Figure, checked, refuse_twice
from sim.data_in.measures import (
    BY_BENEFIT,
    FULL_TIME,
    MEASURES,
    OF_LABOUR_FORCE,
    PERSONS,
    STATBANK,
    measures_of_table,
)
from sim.data_in.months import OtherPeriod, is_period, month_of
from sim.data_in.numbers import decimal_mark
from sim.data_in.places import OtherArea, area_code
from sim.data_in.text import SEPARATORS, records
from sim.errors import InputError, shortened, suggest

_AREA = ("område", "omrade", "omraade", "kommune", "municipality", "area", "region", "komkode", "kommunekode",
         "code", "bopælskommune")  # fmt: skip
_PERIOD = ("tid", "periode", "period", "time", "måned", "month")
#: Columns that hold the numbers and do not say their unit.
_NEUTRAL = ("indhold", "contents", "content", "value", "værdi", "antal", "number")
_NUMBERS = (
    "antal", "number", "fuldtids", "full-time", "persons", "brutto", "gross", "ledige", "langtids", "gns",
    "gennemsnit", "andel", "share", "pct", "procent", "aktiveringsgrad", "activation",
)  # fmt: skip
_BENEFIT = ("ydelse", "benefit")
_TOTALS = ("i alt", "ialt", "total", "tot", "alle", "all", "hele")
#: Words of a header, a title or a total that only Danish has (decimals have a comma there), or only English.
_DANISH = frozenset(
    ("område", "omrade", "omraade", "tid", "periode", "indhold", "måned", "kommune", "antal", "hele", "alt",
     "efter")
)  # fmt: skip
_ENGLISH = frozenset(("time", "contents", "municipality", "month", "period", "denmark", "total", "by"))
_TABLE = re.compile(r"(?<![a-z0-9])(y[0-9]{2}[a-z][0-9]{2}|otij[0-9]{2}|pt[a-z]{2}[0-9]{2}|au[a-z][0-9]{2})")
#: Lines above a table that are looked at for its header.
_TITLE_LINES = 12
#: Periods side by side that make a header of a wide table.
_WIDE = 2
_FOOTER = re.compile(r"(kilde|source|anm|note|opdateret|updated|copyright|©)", re.IGNORECASE)


@dataclass(frozen=True)
class Header:
    """Where a table begins and what its columns are."""

    line: int
    names: tuple[str, ...]
    area: int
    period: int | None  # None: the periods are columns
    numbers: tuple[int, ...]
    others: tuple[int, ...]


@dataclass
class Reading:
    """What was read of a file: its figures, and what was left out, with how many lines."""

    figures: list[Figure] = field(default_factory=list)
    table: str = ""
    left_out: Counter[str] = field(default_factory=Counter)


def read_table(
    path: Path, text: str, measure: str | None = None, where: Mapping[str, str] | None = None
) -> Reading:
    """Return the figures of a table.

    Parameters
    ----------
    measure
        What the table measures, where its number does not say it.
    where
        The value to take of a column that has no total, by the name of the column.

    Raises
    ------
    InputError
        It is no such table, its measure is not known, or a line has an impossible area, period or number.
    """
    rows, header = _header(path, text)
    if not rows:
        raise InputError("the table has no line below its header", file=path, line=header.line)
    table = _table_number(path, text, header)
    columns = _columns(path, header, table, measure)
    kept = _Kept(path, header, rows, where or {})
    mark = _decimal_mark("\n".join(text.split("\n", header.line)[: header.line - 1]), header, rows)
    found = Reading(table=table)
    left = [header.names[at] for at in header.numbers if at not in columns and header.period is not None]
    for name in left:
        found.left_out[f"column '{shortened(name)}'"] += len(rows)
    for line, cells in rows:
        for figure in _figures(path, line, cells, header, columns, kept, mark, found.left_out, table):
            found.figures.append(figure)
    if not found.figures:
        why = "; ".join(found.left_out) or "no line of data"
        raise InputError(
            f"nothing in the table can be used ({why}): expected months and municipalities, such as "
            "2024M01 and København",
            file=path,
            line=header.line,
        )
    refuse_twice(path, found.figures)
    return found


def _header(path: Path, text: str) -> tuple[list[tuple[int, list[str]]], Header]:
    """Find the header, and return the lines of data below it."""
    for separator in sorted(SEPARATORS, key=lambda each: -text[:4000].count(each)):
        lines = records(path, text, separator)
        for line, cells in islice(lines, _TITLE_LINES):
            header = _as_header(line, cells)
            if header is not None:
                width = len(header.names)
                rows = [row for row in lines if any(row[1]) and not _is_footer(row[1], width)]
                return _checked(path, header, rows), _with_area(header, rows)
    raise InputError(
        "this is neither an extract (code, month, measure, unit, value) nor a table of Jobindsats or "
        "StatBank: found no header with an area (Område) and a period (Periode, Tid), or with months",
        file=path,
        line=1,
    )


def _is_footer(cells: list[str], width: int) -> bool:
    filled = [cell for cell in cells if cell]
    return len(cells) != width and len(filled) == 1 and bool(_FOOTER.match(filled[0]) or len(filled[0]) > 20)


def _checked(path: Path, header: Header, rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    for line, cells in rows:
        if len(cells) != len(header.names):
            raise InputError(
                f"found {len(cells)} fields, expected {len(header.names)} as in the header on line "
                f"{header.line}",
                file=path,
                line=line,
            )
    return rows


def _as_header(line: int, cells: Sequence[str]) -> Header | None:
    names = tuple(cells)
    plain = [name.casefold() for name in names]
    periods = [at for at, name in enumerate(names) if name and is_period(name)]
    if len(periods) >= _WIDE:
        rest = tuple(at for at in range(len(names)) if at not in periods)
        return Header(line, names, rest[0], None, tuple(periods), rest[1:]) if rest else None
    area = next((at for want in _AREA for at, name in enumerate(plain) if name == want), None)
    period = next(
        (at for want in _PERIOD for at, name in enumerate(plain) if name.split(" ")[:1] == [want]), None
    )
    if area is None or period is None or area == period:
        return None
    numbers = tuple(at for at, name in enumerate(plain) if at not in (area, period) and _is_number(name))
    others = tuple(at for at in range(len(names)) if at not in (area, period, *numbers))
    return Header(line, names, area, period, numbers, others)


def _with_area(header: Header, rows: list[tuple[int, list[str]]]) -> Header:
    """Return the header of a wide table with the column that holds the areas."""
    if header.period is not None:
        return header
    leading = (header.area, *header.others)
    area = max(leading, key=lambda at: sum(_is_area(cells[at]) for _, cells in rows))
    return Header(
        header.line, header.names, area, None, header.numbers, tuple(at for at in leading if at != area)
    )


def _is_area(text: str) -> bool:
    try:
        area_code(text)
    except OtherArea:
        return bool(re.search("[a-zæøå]", text.casefold()))
    except InputError:
        return False
    return True


def _is_number(name: str) -> bool:
    return (
        name in _NEUTRAL
        or name.startswith(_NUMBERS)
        or any(word in name for word in (" pct", "%", "procent"))
    )


def _table_number(path: Path, text: str, header: Header) -> str:
    """Return the number of the table as the name of the file or its title gives it, or an empty text."""
    title = "\n".join(text.split("\n", header.line)[: header.line]).casefold()
    known = {series.table for series in MEASURES.values()} | set(STATBANK)
    found = _TABLE.findall(path.stem.casefold()) + _TABLE.findall(title)
    return next((each for each in found if each in known), found[0] if found else "")


def _columns(path: Path, header: Header, table: str, measure: str | None) -> dict[int, str]:
    """Return which columns are taken, with the measure of each."""
    if measure is not None and measure not in MEASURES:
        raise InputError(
            f"unknown measure '{shortened(measure)}'; expected one of {', '.join(MEASURES)}."
            f"{suggest(measure, MEASURES)}"
        )
    wanted = (measure,) if measure else measures_of_table(table)
    if not wanted:
        number = (
            f"the table {table} is not known" if table else "no number of a table stands in its name or title"
        )
        raise InputError(
            f"this is a table as Jobindsats or StatBank hands it out, and {number}: say what it measures "
            f"(--measure {'|'.join(list(MEASURES)[:3])} ...), or name the file after its table, such as "
            "y25i01.csv",
            file=path,
            line=header.line,
        )
    if header.period is None:
        return dict.fromkeys(header.numbers, wanted[0])
    units: dict[str, str] = {}
    for name in wanted:
        units.setdefault(MEASURES[name].unit, name)
    found = {
        at: units[unit] for at in header.numbers if (unit := _unit(header.names[at], tuple(units))) in units
    }
    taken: dict[int, str] = {}
    for at, name in found.items():
        if name not in taken.values():
            taken[at] = name
    if not taken:
        names = ", ".join(repr(header.names[at]) for at in header.numbers) or "none"
        raise InputError(
            f"no column has {wanted[0]} ({MEASURES[wanted[0]].unit}); columns of numbers: {names}",
            file=path,
            line=header.line,
        )
    return taken


def _unit(name: str, wanted: Sequence[str]) -> str:
    """Return the unit that a column's name says; the first of those wanted where it says none."""
    plain = name.casefold()
    if "befolkning" in plain or "population" in plain or "udvikling" in plain or "change" in plain:
        return ""
    if any(word in plain for word in ("pct", "%", "procent", "per cent", "andel", "grad", "share")):
        if "arbejdsstyrke" in plain or "labour force" in plain:
            return OF_LABOUR_FORCE
        return next((unit for unit in wanted if "percent" in unit), "")
    if "fuldtid" in plain or "full-time" in plain or "full time" in plain:
        return FULL_TIME
    if "personer" in plain or "persons" in plain:
        return PERSONS
    return wanted[0]


def _decimal_mark(title: str, header: Header, rows: list[tuple[int, list[str]]]) -> str | None:
    """Return the decimal mark of the table: what its numbers show, else that of its language."""
    shown = decimal_mark(cells[at] for _, cells in rows for at in header.numbers)
    if shown is not None:
        return shown
    texts = [title, *header.names, *(cells[at] for _, cells in rows for at in (header.area, *header.others))]
    words = {word for text in texts for word in re.findall(r"\w+", text.casefold())}
    if words & _DANISH:
        return ","
    return "." if words & _ENGLISH else None


class _Kept:
    """Which lines are taken, by the columns that are neither area, period nor number."""

    def __init__(
        self, path: Path, header: Header, rows: list[tuple[int, list[str]]], where: Mapping[str, str]
    ) -> None:
        self.benefit = next(
            (at for at in header.others if any(w in header.names[at].casefold() for w in _BENEFIT)), None
        )
        self.wanted: dict[int, str] = {}
        self.names = header.names
        names = {header.names[at].casefold(): at for at in header.others}
        for name, value in where.items():
            if name.casefold() not in names:
                raise InputError(
                    f"no column '{shortened(name)}' to choose by; there is "
                    f"{', '.join(header.names[at] for at in header.others) or 'none'}."
                    f"{suggest(name, [header.names[at] for at in header.others])}",
                    file=path,
                    line=header.line,
                )
            at = names[name.casefold()]
            self.wanted[at] = self._value(path, header, rows, at, value)
        for at in header.others:
            if at not in self.wanted:
                self._choose_total(path, header, rows, at)

    def _value(
        self, path: Path, header: Header, rows: list[tuple[int, list[str]]], at: int, value: str
    ) -> str:
        there = list(dict.fromkeys(cells[at] for _, cells in rows))
        for each in there:
            if each.casefold() == value.casefold():
                return each
        raise InputError(
            f"'{shortened(value)}' is no value of {header.names[at]}; there is "
            f"{', '.join(there[:8])}.{suggest(value, there)}",
            file=path,
            line=header.line,
        )

    def _choose_total(self, path: Path, header: Header, rows: list[tuple[int, list[str]]], at: int) -> None:
        there = list(dict.fromkeys(cells[at] for _, cells in rows))
        total = next((each for each in there if _is_total(each)), None)
        if total is not None:
            self.wanted[at] = total
        elif at != self.benefit and there != [""]:
            name = header.names[at] or f"column {at + 1}"
            raise InputError(
                f"the column {name} has no total (I alt): found {', '.join(there[:4])}. Ask the site for the "
                f"total, or say which to take: --where '{name}={there[0]}'",
                file=path,
                line=header.line,
            )

    def takes(self, cells: Sequence[str]) -> str:
        """Return an empty text for a line that is taken, else what it is left out for."""
        for at, value in self.wanted.items():
            if at != self.benefit and cells[at] != value:
                return f"{self.names[at]} other than {value}"
        return ""


def _is_total(text: str) -> bool:
    plain = text.casefold().strip()
    return plain in _TOTALS or plain.endswith((" i alt", ", i alt", " total"))


def _figures(
    path: Path,
    line: int,
    cells: list[str],
    header: Header,
    columns: Mapping[int, str],
    kept: _Kept,
    mark: str | None,
    left_out: Counter[str],
    table: str,
) -> Iterator[Figure]:
    """Yield the figures of a line, or count why it is left out."""
    why = kept.takes(cells)
    if why:
        left_out[why] += 1
        return
    try:
        code = area_code(cells[header.area])
    except OtherArea:
        left_out["areas other than municipalities and the country"] += 1
        return
    except InputError as problem:
        raise InputError(problem.message, file=path, line=line) from problem
    for at, name in columns.items():
        chosen = _by_benefit(cells, kept, name, table)
        if chosen is None:
            left_out[f"other kinds of benefit than {name} has"] += 1
            continue
        said = header.names[at] if header.period is None else cells[header.period]
        try:
            month = month_of(said)
            value = checked(cells[at], chosen, mark)
        except OtherPeriod:
            left_out["periods that are no months"] += 1
            continue
        except ValueError as problem:
            raise InputError(_advised(str(problem), table, chosen), file=path, line=line) from problem
        yield Figure(code, month, chosen, MEASURES[chosen].unit, value, line)


def _by_benefit(cells: Sequence[str], kept: _Kept, name: str, table: str) -> str | None:
    """Return the measure of a line by its kind of benefit; None if the kind is none of the measure's."""
    at = kept.benefit
    if at is None:
        return name
    wanted = kept.wanted.get(at)
    if cells[at] == wanted:
        return name
    kinds = BY_BENEFIT.get(table, ()) if MEASURES[name].unit == FULL_TIME else ()
    plain = cells[at].casefold()
    return next((measure for word, measure in kinds if word in plain), None)


def _advised(message: str, table: str, measure: str) -> str:
    """Return a message about an impossible number, with the reason why it is held to be of that measure."""
    if "impossible" not in message or not table:
        return message
    return (
        f"{message}. The table {table} has {measure}; if this file has something else, say so: --measure NAME"
    )
