"""Reads an extract from Jobindsats that a user brings.

The file is CSV (comma, semicolon or tab), UTF-8; the decimal mark is judged number by number, never by the
separator.  Its columns are

=========  =====================================================================================
``code``     municipality code (101-860) or name, 0 for the whole country
``month``    2023-08
``measure``  one of :data:`MEASURES`
``unit``     the unit of that measure, as listed there
``value``    a number; empty or '..' where a small one is hidden (missing, never zero)
=========  =====================================================================================

in any order.  Anything else is refused with file, line, what was found and what was expected.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sim.data import municipality_code
from sim.errors import InputError, shortened, suggest

COLUMNS: tuple[str, ...] = ("code", "month", "measure", "unit", "value")
SEPARATORS = (",", ";", "\t")
#: What stands where a number is hidden or not known.
HIDDEN = frozenset({"", "..", "...", ":", "-", "x"})
#: Headers of tables as Statistics Denmark and Jobindsats hand them out.
_RAW = frozenset({"område", "tid", "indhold", "periode", "time", "area", "period"})


class Series(NamedTuple):
    """What a measure of an extract is: its unit, Jobindsats' table and its counterpart in the model."""

    unit: str
    table: str
    counterpart: tuple[str, str] | None  # measure and group of the model with the same definition


MEASURES: dict[str, Series] = {
    "gross_unemployed": Series("full-time persons", "y25i01", ("stock", "unemployed_gross")),
    "gross_unemployed_dagpenge": Series("full-time persons", "y25i01", ("stock", "dagpenge")),
    "gross_unemployed_kontanthjaelp": Series(
        "full-time persons", "y25i01", ("stock", "kontanthjaelp_job_ready")
    ),
    "gross_unemployment_rate": Series(
        "percent of labour force", "y25i01", ("unemployment_rate", "unemployed_gross")
    ),
    "long_term_unemployed": Series("persons", "y25i09", None),
    "kontanthjaelp_all": Series("full-time persons", "y60a02", ("stock", "kontanthjaelp_benefits")),
    "kontanthjaelp_activation_degree": Series("percent", "y60c07", None),
    "kontanthjaelp_with_ordinary_hours": Series("percent of recipients", "y60j01", None),
}
WHOLE_COUNTRY = 0
MOST_PEOPLE = 7e6
_MONTH = re.compile(r"(?:19|20|21)[0-9]{2}-(0[1-9]|1[0-2])")


def read_extract(path: str | Path) -> pd.DataFrame:
    """Read an extract.

    Returns
    -------
    DataFrame
        code (int64), month (text 2023-08), measure, unit, value (float64, NaN where hidden), in file order.

    Raises
    ------
    InputError
        The file cannot be read, a column is missing or unknown, or a line has an impossible code, month,
        measure, unit or number, or says the same thing twice.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise InputError(f"cannot read the extract: {problem.strerror}", file=path) from problem
    except UnicodeDecodeError as problem:
        raise InputError("the extract is not UTF-8 text; save it as 'CSV UTF-8'", file=path) from problem
    lines = text.splitlines()
    if not lines:
        raise InputError(
            f"the extract is empty; expected the columns {', '.join(COLUMNS)}", file=path, line=1
        )
    reader = csv.DictReader(lines, delimiter=max(SEPARATORS, key=lines[0].count), strict=True)
    try:
        names = [name.strip() for name in reader.fieldnames or []]
    except csv.Error as problem:
        raise InputError(f"not CSV: {problem}", file=path, line=1) from problem
    _check_header(path, names)
    reader.fieldnames = names
    rows = list(_rows(path, reader))
    if not rows:
        raise InputError("the extract has a header and no line of data", file=path, line=2)
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"code": "int64", "value": "float64"})


def _check_header(path: Path, found: list[str]) -> None:
    raw = [name for name in found if name.casefold() in _RAW]
    if raw and not {*COLUMNS} <= {*found}:
        raise InputError(
            f"found the column '{raw[0]}': this is a table as Statistics Denmark or Jobindsats hands it out. "
            f"Make it one with the columns {', '.join(COLUMNS)}: a line for each area and month, the code or "
            "name of the municipality (0: the country), months as 2024-01 (not 2024M01), one of the measures "
            f"({', '.join(list(MEASURES)[:2])} ...) with its unit; '..' stays: it is missing",
            file=path,
            line=1,
        )
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


def _rows(path: Path, reader: csv.DictReader[str]) -> Iterator[tuple[int, str, str, str, float]]:
    first_line: dict[tuple[int, str, str], int] = {}
    try:
        for raw in reader:
            line = reader.line_num
            if None in raw or None in raw.values():
                raise InputError(f"expected {len(COLUMNS)} fields", file=path, line=line)
            try:
                row = _row({name: cell.strip() for name, cell in raw.items()})
            except ValueError as problem:
                raise InputError(str(problem), file=path, line=line) from problem
            key = row[:3]
            if key in first_line:
                raise InputError(
                    f"{key[2]} of {key[0]} in {key[1]} also stands on line {first_line[key]}",
                    file=path,
                    line=line,
                )
            first_line[key] = line
            yield row
    except csv.Error as problem:
        raise InputError(f"not CSV: {problem}", file=path, line=reader.line_num) from problem


def _row(cells: dict[str, str]) -> tuple[int, str, str, str, float]:
    measure, unit = cells["measure"], cells["unit"]
    if measure not in MEASURES:
        near = suggest(measure, MEASURES)
        raise ValueError(f"unknown measure '{measure}'; expected one of {', '.join(MEASURES)}.{near}")
    if unit != MEASURES[measure].unit:
        raise ValueError(f"found unit '{unit}' for {measure}, expected '{MEASURES[measure].unit}'")
    if not _MONTH.fullmatch(cells["month"]):
        raise ValueError(f"found month '{cells['month']}', expected a month such as 2023-08")
    most = 100.0 if "percent" in unit else MOST_PEOPLE
    value = _number(cells["value"], most)
    if value > most:
        raise ValueError(f"found value '{cells['value']}', which is impossible: expected at most {most:,.0f}")
    return _code(cells["code"]), cells["month"], measure, unit, value


def _code(text: str) -> int:
    if text == str(WHOLE_COUNTRY):
        return WHOLE_COUNTRY
    try:
        return municipality_code(text)
    except InputError as error:
        raise ValueError(f"{error.message} 0 is the country.") from None


def _number(text: str, most: float) -> float:
    """Return a number by its own marks, whatever the separator of the file.

    1.234,5 and 1,234.5 are told by the mark that comes last; 3,1 and 3.1 by what follows it.  80.123 is
    eighty thousand in Danish and eighty in English: where both are possible it is refused.
    """
    if text.casefold() in HIDDEN:
        return float("nan")
    plain = text.replace("\u00a0", " ").replace("\u202f", " ")
    if len(plain) > 30:
        raise ValueError(f"found value '{shortened(text)}', expected a number")
    if _EITHER.fullmatch(plain):
        whole, after = re.split("[.,]", plain)
        if float(whole + after) > most:
            return float(f"{whole}.{after}")
        raise ValueError(
            f"found value '{text}', which may be {whole}{after} or {whole} and {after} thousandths: "
            f"write {whole}{after}, or other decimals"
        )
    if _DECIMAL.fullmatch(plain):
        return float(plain.replace(",", "."))
    for mark, pattern in _GROUPED.items():
        if pattern.fullmatch(plain):
            return float(plain.replace(mark, "").replace(",", "."))
    raise ValueError(f"found value '{text}', expected a number from 0 up (or nothing where it is hidden)")


_EITHER = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_DECIMAL = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
#: Thousands in groups, by the mark between them; the other mark stands before decimals.
_GROUPED = {
    mark: re.compile(rf"[1-9][0-9]{{0,2}}(?:{re.escape(mark)}[0-9]{{3}})+(?:{end}[0-9]+)?")
    for mark, end in ((".", ","), (",", "[.]"), (" ", "[.,]"))
}


def yearly(extract: pd.DataFrame) -> pd.DataFrame:
    """Return the mean of each complete year: year, code, measure, unit, value.

    A year with fewer than twelve months, or a hidden one, is left out: the seasons would bend it.
    """
    with_year = extract.assign(year=extract["month"].str[:4].astype(int)).dropna(subset=["value"])
    grouped = with_year.groupby(["year", "code", "measure", "unit"], as_index=False)["value"]
    means = grouped.agg(["mean", "count"])
    full = means[means["count"] == 12].rename(columns={"mean": "value"})
    return full[["year", "code", "measure", "unit", "value"]].reset_index(drop=True)


def against(extract: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return an extract beside a world's outcomes, where both have the same year, place and definition.

    Columns: year, code, measure, unit, data, model, deviation_pct.
    """
    data = yearly(extract).rename(columns={"value": "data"})
    pairs = {name: series.counterpart for name, series in MEASURES.items() if series.counterpart}
    data = data[data["measure"].isin(pairs)]
    data = data.assign(
        model_measure=[pairs[m][0] for m in data["measure"]],
        group=[pairs[m][1] for m in data["measure"]],
        period=data["year"].astype(str),
    )
    model = outcomes.rename(columns={"measure": "model_measure", "municipality": "code", "value": "model"})
    keys = ["period", "code", "model_measure", "group"]
    both = data.merge(model[[*keys, "model"]], on=keys)
    both["deviation_pct"] = 100 * (both["model"] / both["data"] - 1)
    return both[["year", "code", "measure", "unit", "data", "model", "deviation_pct"]]
