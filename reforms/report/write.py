"""Writes the report of a comparison beside its results: HTML, PDF or Markdown, in Danish or English."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pandas as pd

from reforms.report.content import Report, compose
from reforms.report.data import as_csv, numbers_of, workbook
from reforms.report.document import Document, Files
from reforms.report.numbers import Numbers
from reforms.report.places import find_place
from reforms.report.render import html, markdown, pdf
from reforms.report.results import read_results
from reforms.report.style import Brush
from reforms.report.texts import LANGUAGES, Texts, load_texts
from reforms.report.trust import Evidence, Shown
from sim.errors import InputError, suggest

FORMATS = ("html", "pdf", "md")
AUDIENCES = ("full", "brief")


def _known(what: str, found: str, expected: tuple[str, ...]) -> None:
    if found not in expected:
        near = suggest(found, expected)
        raise InputError(f"found {what} '{found}', expected one of {', '.join(expected)}.{near}")


def _command(lang: str, format_: str, place: str, audience: str) -> str:
    """Return the command that writes the report again, without what is the default anyway."""
    parts = ["jobvej report DIR", f"--lang {lang}"]
    parts += [f"--format {format_}"] if format_ != "html" else []
    parts += [f'--municipality "{place}"'] if place else []
    parts += [f"--audience {audience}"] if audience != "full" else []
    return " ".join(parts)


def write(
    directory: Path | str,
    lang: str = "en",
    format: str = "html",
    fit: pd.DataFrame | None = None,
    *,
    municipality: str | None = None,
    audience: str = "full",
    to: Path | str | None = None,
    validation: pd.DataFrame | None = None,
    sensitivity: Shown | None = None,
) -> Path:
    """Write the report of a comparison, its appendix, and the numbers of both.

    Beside ``report-da.html`` come ``report-da-appendix.html`` (not for the short edition), ``report-da.xlsx``
    with the numbers of every picture and table, and the same as CSV in ``report-da-csv/``.

    Parameters
    ----------
    directory
        What `jobvej compare --out` wrote.
    lang
        "en" or "da".
    format
        "html" (one file without outside references), "pdf" (A4) or "md".
    fit
        Model against data, as `calibration` gives it (id, label, group, unit, data, se, model, z,
        deviation_pct); the reforms do not know the calibration, so who calls brings it.
    municipality
        Name or code: a municipal edition, beside comparable municipalities and the country.
    audience
        "full", or "brief" for two pages.
    to
        The file to write, in place of one in ``directory``.
    validation
        Model against facts it was not fitted to (columns: :func:`reforms.report.trust.validation_table`).
    sensitivity
        An analysis of sensitivity.

    Returns
    -------
    The file written, e.g. DIR/report-da.html or DIR/report-860-brief-da.pdf.

    Raises
    ------
    InputError
        If the folder holds no comparison, or language, format, audience or municipality is unknown.
    """
    directory = Path(directory)
    _known("language", lang, LANGUAGES)
    _known("format", format, FORMATS)
    _known("audience", audience, AUDIENCES)
    place = find_place(municipality) if municipality is not None else None
    texts = load_texts(lang)
    texts = texts.at(place.name) if place else texts
    results = read_results(directory, place.code if place else None)
    brush = Brush(results, texts, Numbers(texts.lang))
    command = _command(lang, format, place.name if place else "", audience)
    report = compose(brush, Evidence(fit, validation, sensitivity), audience=audience, command=command)
    name = "-".join(
        ["report", *([str(place.code)] if place else []), *(["brief"] if audience == "brief" else []), lang]
    )
    target = directory / f"{name}.{format}" if to is None else Path(to)
    _put_all(target, format, report, texts)
    return target


def _put_all(target: Path, format: str, report: Report, texts: Texts) -> None:
    """Write the report, then its appendix and the numbers of both beside it."""
    stem = target.stem
    beside = Files(
        appendix=f"{stem}-appendix{target.suffix}" if report.appendix else "",
        workbook=f"{stem}.xlsx",
        main=target.name,
    )
    parts = [each._replace(files=beside) for each in (report.main, report.appendix) if each is not None]
    numbers = [each for part in parts for each in numbers_of(part, texts)]
    book = workbook(numbers, texts, report.main.title, (report.main.answer_line, report.main.made))
    _put(target, _rendered(parts[0], format, texts, book))
    for part in parts[1:]:
        _put(target.with_name(beside.appendix), _rendered(part, format, texts, book))
    _put(target.with_name(beside.workbook), book)
    folder = target.with_name(f"{stem}-csv")
    _fresh(folder)
    for each in numbers:
        _put(folder / each.file, as_csv(each.sheet))


def _rendered(document: Document, format: str, texts: Texts, book: bytes) -> bytes:
    if format == "pdf":
        return pdf.render(document, texts)
    page = html.render(document, texts, book) if format == "html" else markdown.render(document, texts)
    return page.encode("utf-8")


def _fresh(folder: Path) -> None:
    """Make a folder for numbers, without those of an earlier report."""
    try:
        folder.mkdir(exist_ok=True)
        for old in folder.glob("*.csv"):
            old.unlink()
    except OSError as problem:
        message = f"the numbers cannot be written there: {problem.strerror}. Name another file with --to FILE"
        raise InputError(message, file=folder) from problem


def _put(target: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    if not target.name or os.path.isdir(target):
        raise InputError(f"--to is '{target}'; expected the name of a file")
    beside = target.with_name(f".{target.name[:100]}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        os.replace(beside, target)
    except OSError as problem:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        message = f"the report cannot be written there: {problem.strerror}. Name another file with --to FILE"
        raise InputError(message, file=target) from problem
