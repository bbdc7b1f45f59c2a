"""The text of a file, whatever wrote it: UTF-8 or UTF-16 with or without a mark, Windows or Mac letters."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from sim.errors import InputError, shortened

SEPARATORS = (";", "\t", ",")
#: How spreadsheets and the two sites write Danish where it is not Unicode: Windows, DOS, old Macs.
_OLD = ("cp1252", "cp850", "mac_roman")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What files that are no text begin with, and what to do about them.
_NO_TEXT = (
    (
        b"PK\x03\x04",
        "this is an Excel workbook or another archive, not CSV: open it and save it as 'CSV UTF-8'",
    ),
    (b"\xd0\xcf\x11\xe0", "this is an old Excel workbook, not CSV: open it and save it as 'CSV UTF-8'"),
    (b"\x1f\x8b", "this is compressed, not CSV: unpack it first"),
    (b"%PDF", "this is a PDF, not CSV: ask the site for CSV"),
)


def read_text(path: Path) -> str:
    """Return the text of a file.

    A mark at the beginning decides, then UTF-8 if all of it is, then which of the older ways of writing
    gives most Danish letters, Windows' own (which has those of Latin-1) where none does.

    Raises
    ------
    InputError
        It cannot be read, or is no text.
    """
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise InputError(f"cannot read the file: {problem.strerror}", file=path) from problem
    for begins, advice in _NO_TEXT:
        if raw.startswith(begins):
            raise InputError(advice, file=path)
    if not raw.strip():
        return ""
    text = _decoded(path, raw)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError("this is no text: expected CSV, such as the sites hand out", file=path, line=line)
    return text


def _decoded(path: Path, raw: bytes) -> str:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError as problem:
                raise InputError(f"begins as {encoding} and is not: {problem.reason}", file=path) from problem
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    return max((raw.decode(encoding, errors="replace") for encoding in _OLD), key=_danish)


def _danish(text: str) -> int:
    """Return how many letters of a text are Danish ones, less those that no Danish text has."""
    return sum(1 if letter in "æøåÆØÅéü" else -1 for letter in text if ord(letter) > 127)


def separator_of(line: str) -> str:
    """Return what separates the fields of a line: a semicolon, a tab or a comma."""
    return max(SEPARATORS, key=line.count)


def records(path: Path, text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record of a CSV text with the line that it ends on.

    Raises
    ------
    InputError
        A quotation mark is where none can be.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            raise InputError(f"not CSV: {problem}", file=path, line=max(reader.line_num, 1)) from problem
        yield reader.line_num, [cell.strip().strip("\ufeff") for cell in record]


def said(cell: str) -> str:
    """Return a cell as messages show it."""
    return f"'{shortened(cell)}'"
