"""The numbers behind every picture and table, as files: CSV for each, and one Excel workbook for all.

A table's interval becomes four columns of numbers.  Workbooks hold no date, so that the same results give the
same bytes.
"""

from __future__ import annotations

import base64
import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pandas as pd
import xlsxwriter

from reforms.report.document import Cell, Document, Sheet, Table, pictures_of, tables_of
from reforms.report.texts import Texts

#: Excel takes no longer name of a sheet.
_LONGEST = 31
_STAMP = datetime(2024, 1, 1)
_ENDS = ("low80", "high80", "low95", "high95")


class Behind(NamedTuple):
    """The numbers of one picture or table: its number ("Figure 3"), what it is, and the rows."""

    number: str
    title: str
    sheet: Sheet

    @property
    def file(self) -> str:
        """The name of its CSV file: "figure-3.csv"."""
        plain = re.sub(r"[^0-9a-z]+", "-", self.number.casefold())
        return f"{plain.strip('-')}.csv"


def interval_heads(t: Texts, of: str = "") -> tuple[str, ...]:
    """Return the heads of an interval's four columns."""
    return tuple(f"{of}: {t(f'data.{end}')}" if of else t(f"data.{end}") for end in _ENDS)


def sheet_of(table: Table, t: Texts) -> Sheet:
    """Return a table's numbers: a column of the table may become one of values and four of interval ends."""
    width = len(table.columns)
    over = [label for label, span in table.spans for _ in range(span)] or [""] * width
    names = [": ".join(filter(None, pair)) for pair in zip(over, table.columns, strict=True)]
    columns = [[row[i] for row in table.rows] for i in range(width)]
    heads: list[str] = []
    filled: list[list[str | float | None]] = []
    for name, cells in zip(names, columns, strict=True):
        ends = [cell.ends for cell in cells]
        known = any(end is not None for end in ends)
        if not known or any(cell.value is not None for cell in cells):
            heads.append(name)
            filled.append([_content(cell, known) for cell in cells])
        if known:
            heads += interval_heads(t, name)
            filled += [[None if end is None else _finite(end[i]) for end in ends] for i in range(4)]
    return Sheet(tuple(heads), tuple(zip(*filled, strict=True)))


def _content(cell: Cell, with_ends: bool) -> str | float | None:
    """Return a cell as a file has it: its number, else its words with the small print behind them."""
    if cell.value is not None:
        return cell.value
    if not cell.text:
        return None
    return f"{cell.text} ({cell.below})" if cell.below and not with_ends else cell.text


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def sheet_of_frame(table: pd.DataFrame) -> Sheet:
    """Return a table of numbers as it is: names of columns as heads."""
    rows = tuple(tuple(_plain(value) for value in row) for row in table.itertuples(index=False, name=None))
    return Sheet(tuple(map(str, table.columns)), rows)


def _plain(value: object) -> str | float | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    return _finite(float(value)) if isinstance(value, int | float | np.number) else str(value)


def numbers_of(document: Document, t: Texts) -> list[Behind]:
    """Return the numbers of a report's pictures and tables, in their order."""
    shown = [Behind(p.number, p.title, p.picture.sheet) for p in pictures_of(document)]
    return [*shown, *(Behind(tab.number, tab.caption, sheet_of(tab, t)) for tab in tables_of(document))]


def as_csv(sheet: Sheet) -> bytes:
    """Return rows as CSV: UTF-8 with its mark, so that Excel reads Danish letters; decimal points."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(sheet.heads)
    writer.writerows([["" if value is None else value for value in row] for row in sheet.rows])
    return out.getvalue().encode("utf-8-sig")


def as_address(content: bytes, kind: str = "text/csv") -> str:
    """Return a file as an address inside the page itself."""
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _names(every: Sequence[Behind]) -> Iterator[str]:
    for each in every:
        yield re.sub(r"[\[\]:*?/\\]", " ", each.number.replace("\N{NO-BREAK SPACE}", " "))[:_LONGEST]


def workbook(every: Sequence[Behind], t: Texts, title: str, about: Iterable[str]) -> bytes:
    """Return an Excel workbook: what is in it on the first sheet, then a sheet for each picture and table."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": title, "author": "Jobvej", "created": _STAMP})
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"bold": True, "text_wrap": True})
        first = book.add_worksheet(t("data.contents"))
        first.write(0, 0, title, bold)
        for row, line in enumerate(about, start=1):
            first.write_string(row, 0, line)
        names = list(_names(every))
        for row, (name, each) in enumerate(zip(names, every, strict=True), start=5):
            first.write_url(row, 0, f"internal:'{name}'!A1", string=name)
            first.write_string(row, 1, each.title)
        first.set_column(0, 0, 14)
        first.set_column(1, 1, 90)
        for name, each in zip(names, every, strict=True):
            page = book.add_worksheet(name)
            page.write_string(0, 0, f"{name}. {each.title}", bold)
            page.write_row(2, 0, each.sheet.heads, wrapped)
            for at, values in enumerate(each.sheet.rows, start=3):
                for column, value in enumerate(values):
                    if isinstance(value, str):
                        page.write_string(at, column, value)
                    elif value is not None and math.isfinite(value):
                        page.write_number(at, column, value)
            page.set_column(0, 0, 40)
            page.set_column(1, max(len(each.sheet.heads) - 1, 1), 16)
            page.freeze_panes(3, 1)
    return out.getvalue()
