"""The report as one self-contained HTML file."""

from __future__ import annotations

import re

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reforms.report.document import Document
from reforms.report.texts import Texts


def code(text: str) -> Markup:
    """Return a text with what stands between backticks set as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def render(document: Document, texts: Texts) -> str:
    """Return a report as HTML that refers to nothing outside itself but its sources."""
    environment = Environment(
        loader=PackageLoader("reforms.report.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = code
    return environment.get_template("report.html.j2").render(doc=document, t=texts)
