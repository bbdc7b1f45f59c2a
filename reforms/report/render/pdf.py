"""The report on paper: A4 pages set by Typst, with the same words, tables and pictures as the screen's.

The fonts come with the project and the date is that of no clock, so the same results give the same bytes.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import matplotlib as mpl
import typst

from reforms.report.document import Block, Document, Panel, Table
from reforms.report.texts import Texts

FONT = "Source Sans Pro"
#: The date that stands in every file: a report is known by its results, not by when it was printed.
_STAMP = datetime(2024, 1, 1, tzinfo=UTC)


def _paper_svg(svg: str) -> str:
    """Return an inline SVG as a file of its own, in the paper's font."""
    alone = f'<svg xmlns="http://www.w3.org/2000/svg" font-family="\'{FONT}\'"'
    return svg.replace("<svg", alone, 1).replace('role="img" ', "", 1)


def _panel(panel: Panel) -> dict[str, Any]:
    shown = panel._asdict()
    del shown["picture"]
    return {
        **shown,
        "svg": _paper_svg(str(panel.svg)),
        "alt": panel.alt,
        "legend": [step._asdict() for step in panel.legend],
    }


def _table(table: Table) -> dict[str, Any]:
    return {**table._asdict(), "rows": [[cell._asdict() for cell in row] for row in table.rows]}


def _block(block: Block) -> dict[str, Any]:
    return {
        **block._asdict(),
        "panels": [_panel(panel) for panel in block.panels],
        "tables": [_table(table) for table in block.tables],
        "items": [item._asdict() for item in block.items],
    }


def _content(document: Document, t: Texts) -> dict[str, Any]:
    """Return the report as plain lists and texts."""
    answer = document.answer
    front = None
    if answer is not None:
        front = {
            **answer._asdict(),
            "facts": [fact._asdict() for fact in answer.facts],
            "chain": [link._asdict() for link in answer.chain],
            "panels": [_panel(panel) for panel in answer.panels],
        }
    sections = [
        {**section._asdict(), "blocks": [_block(block) for block in section.blocks]}
        for section in document.sections
    ]
    words = {
        **{key: t(f"page.{key}") for key in ("page", "of", "key", "contents", "scenarios")},
        **{key: t(f"answer.{key}") for key in ("chain", "how_sure", "what_decides")},
        "more": t("page.more_in", file=document.files.appendix),
        "more-here": t("page.more"),
        "numbers": t("page.numbers_in", file=document.files.workbook),
    }
    return {
        **document._asdict(),
        "answer": front,
        "files": document.files._asdict(),
        "marks": [mark._asdict() for mark in document.marks],
        "sections": sections,
        "words": words,
    }


def render(document: Document, texts: Texts) -> bytes:
    """Return a report as PDF: tagged for screen readers, fonts embedded, the same bytes every time."""
    template = resources.files("reforms.report.render").joinpath("templates", "report.typ").read_bytes()
    folders = [
        str(resources.files("reforms.report.render").joinpath("fonts")),
        str(Path(mpl.get_data_path(), "fonts")),
    ]
    fonts = typst.Fonts(include_system_fonts=False, font_paths=folders)
    made: bytes = typst.compile(
        template,
        sys_inputs={"document": json.dumps(_content(document, texts), ensure_ascii=False)},
        font_paths=fonts,
        timestamp=_STAMP,
        format="pdf",
        pdf_standards="ua-1",
    )
    return made
