"""The report as one self-contained HTML file: its numbers, as CSV and Excel, are inside it too."""

from __future__ import annotations

import re

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reforms.report.data import Behind, as_address, as_csv, numbers_of
from reforms.report.document import Document
from reforms.report.texts import Texts

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Colours of pictures that follow the reader's choice of a light or dark page, and their names in style.css.
_OF_THE_PAGE = {
    "#1d2733": "ink", "#5d6772": "grey", "#d5dade": "line", "#ffffff": "paper", "white": "paper",
    "#e6e9eb": "none", "#24405c": "state", "#eef2f5": "pale",
}  # fmt: skip
_COLOUR = re.compile(rf"(?<=[:\"] )?({'|'.join(_OF_THE_PAGE)})\b")


def page_colour(colour: str) -> str:
    """Return a colour as the page has it: some follow the reader's choice of light or dark."""
    return f"var(--{_OF_THE_PAGE[colour]}, {colour})" if colour in _OF_THE_PAGE else colour


def code(text: str) -> Markup:
    """Return a text with what stands between backticks set as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def on_page(svg: Markup) -> Markup:
    """Return a picture whose ink, grid and ground are those of the page, light or dark."""
    styled = re.sub(r'\b(fill|stroke)="(#[0-9a-f]{6})"', r'style="\1: \2"', str(svg))
    styled = re.sub(r'style="([^"]*)"((?: [a-z-]+="[^"]*")*?) style="([^"]*)"', r'style="\1; \3"\2', styled)
    return Markup(
        re.sub(
            r'style="[^"]*"',
            lambda found: _COLOUR.sub(lambda c: f"var(--{_OF_THE_PAGE[c[1]]}, {c[1]})", found[0]),
            styled,
        )
    )


def render(document: Document, texts: Texts, book: bytes = b"") -> str:
    """Return a report as HTML that refers to nothing outside itself but its appendix and its sources.

    Parameters
    ----------
    book
        The Excel workbook of its numbers, to be put into the page.
    """
    environment = Environment(
        loader=PackageLoader("reforms.report.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = code
    environment.filters["on_page"] = on_page
    environment.filters["page_colour"] = page_colour
    files = {each.number: _file(each) for each in numbers_of(document, texts)}
    return environment.get_template("report.html.j2").render(
        doc=document, t=texts, files=files, book=as_address(book, EXCEL) if book else ""
    )


def _file(behind: Behind) -> tuple[str, str]:
    """Return the name and the address of the CSV file of a picture or table."""
    return behind.file, as_address(as_csv(behind.sheet))
