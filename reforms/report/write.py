"""Writes the report of a comparison beside its results: HTML, PDF or Markdown, in Danish or English."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pandas as pd

from reforms.report.content import compose
from reforms.report.numbers import Numbers
from reforms.report.places import find_place
from reforms.report.render import html, markdown, pdf
from reforms.report.results import read_results
from reforms.report.style import Brush
from reforms.report.texts import LANGUAGES, load_texts
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
    """Write the report of a comparison.

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
        "full", or "brief" for the first page and what a meeting needs.
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
    document = compose(brush, Evidence(fit, validation, sensitivity), audience=audience, command=command)
    name = "-".join(
        ["report", *([str(place.code)] if place else []), *(["brief"] if audience == "brief" else []), lang]
    )
    target = directory / f"{name}.{format}" if to is None else Path(to)
    if format == "pdf":
        _put(target, pdf.render(document, texts))
    else:
        page = html.render(document, texts) if format == "html" else markdown.render(document, texts)
        _put(target, page.encode("utf-8"))
    return target


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
