"""Writes the report: one self-contained HTML file beside the results."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reforms.report import assumptions, sections, trust
from reforms.report.figures import Brush
from reforms.report.numbers import Numbers
from reforms.report.results import Results, read_results
from reforms.report.texts import LANGUAGES, Texts, load_texts
from sim.errors import InputError, suggest


def code(text: str) -> Markup:
    """Return a text with what stands between backticks set as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _environment(texts: Texts) -> Environment:
    environment = Environment(
        loader=PackageLoader("reforms.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = code
    environment.filters["kind_name"] = lambda kind: texts(f"kind.{kind}")
    return environment


def _context(brush: Brush, fit: pd.DataFrame | None) -> dict[str, Any]:
    """Gather everything that the template sets."""
    listed = assumptions.listed(brush)
    ranking = assumptions.ranking(brush)
    return {
        "t": brush.t,
        "numbers": brush.numbers,
        "lang": brush.numbers.lang,
        "results": brush.results,
        "manifest": brush.results.manifest,
        "marks": sections.marks(brush),
        "answer": sections.answer(brush),
        "sections": [
            sections.durations(brush),
            sections.stocks(brush),
            sections.costs(brush),
            sections.time(brush),
            sections.municipalities(brush),
            sections.persons(brush),
        ],
        "assumptions": listed,
        "near": assumptions.near(listed, brush.results),
        "ranking": ranking,
        "references": assumptions.references(),
        "left_out": trust.LEFT_OUT,
        "fit": trust.fit_table(fit, brush) if fit is not None and len(fit) else None,
        "definitions": trust.definitions(brush),
        "municipalities": brush.results.municipal.index.get_level_values("municipality").nunique(),
    }


def render(results: Results, lang: str, fit: pd.DataFrame | None = None) -> str:
    """Return the report as HTML text; InputError for an unknown language."""
    texts = load_texts(lang)
    brush = Brush(results, texts, Numbers(texts.lang))
    return _environment(texts).get_template("report.html.j2").render(_context(brush, fit))


def write(
    directory: Path | str, lang: str = "en", format: str = "html", fit: pd.DataFrame | None = None
) -> Path:
    """Write the report of a comparison.

    Parameters
    ----------
    directory
        What `jobvej compare --out` wrote.
    lang
        "en" or "da".
    format
        "html".
    fit
        Model against data, as `calibration` gives it (id, measure, unit, data, se, model, z, deviation_pct);
        the reforms do not know the calibration, so who calls brings it.

    Returns
    -------
    The file written: DIR/report-LANG.html.

    Raises
    ------
    InputError
        If the folder holds no comparison, or language or format is unknown.
    """
    directory = Path(directory)
    if lang not in LANGUAGES:
        raise InputError(
            f"found language '{lang}', expected one of {', '.join(LANGUAGES)}.{suggest(lang, LANGUAGES)}"
        )
    if format != "html":
        raise InputError(f"found format '{format}', expected html")
    target = directory / f"report-{lang}.html"
    text = render(read_results(directory), lang, fit)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, target)
    return target
