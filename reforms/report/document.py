"""What a report is made of, whatever it is written as: HTML, PDF and Markdown are made from this alone."""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from markupsafe import Markup

from reforms.report.numbers import MISSING

_ALT = re.compile(r'aria-label="([^"]*)"')


class Cell(NamedTuple):
    """A cell: what is written, the number behind it, how it is set, small print below, a foreign language.

    `style` is told or unclear (whether a difference can be told from zero), interval, word (running text),
    heading, strong, first or repeat (rows that share a label).
    """

    text: str
    value: float | None = None
    style: str = ""
    below: str = ""
    foreign: bool = False


class Table(NamedTuple):
    """A table: caption, unit, column heads (with heads over groups of columns), rows led by their label."""

    key: str
    caption: str
    unit: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    spans: tuple[tuple[str, int], ...] = ()
    note: str = ""
    number: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it has no number to show."""
        return not any(cell.text and cell.text != MISSING for row in self.rows for cell in row[1:])


class Step(NamedTuple):
    """One step of a map's legend."""

    fill: str
    label: str


class Panel(NamedTuple):
    """A picture with the words above it; `svg` carries its own alternative text."""

    title: str
    sub: str
    svg: Markup
    marks: bool = True
    legend: tuple[Step, ...] = ()
    wide: bool = False
    number: str = ""

    @property
    def alt(self) -> str:
        """What the picture shows in words, as a screen reader says it."""
        found = _ALT.search(self.svg)
        return html.unescape(found[1]) if found else self.title


class Item(NamedTuple):
    """An entry of a list: a term (may be empty), the text, an address (may be empty), small print."""

    text: str
    term: str = ""
    url: str = ""
    small: str = ""
    foreign: bool = False


class Block(NamedTuple):
    """A part of a section.

    `kind` is text, note, title, panels, tables, fold (tables that a screen folds away), items or code;
    `brief` says whether the short edition has it too.
    """

    kind: str
    title: str = ""
    panels: tuple[Panel, ...] = ()
    tables: tuple[Table, ...] = ()
    items: tuple[Item, ...] = ()
    brief: bool = False


class Section(NamedTuple):
    """A section: opening sentences, then blocks."""

    key: str
    nav: str
    heading: str
    leads: tuple[str, ...]
    blocks: tuple[Block, ...]


class Answer(NamedTuple):
    """The first page: question, answer, picture, who pays, how sure, what decides."""

    question: str
    sentences: tuple[str, ...]
    panels: tuple[Panel, ...]
    payers: Table
    sure: tuple[str, ...]
    decides: tuple[str, ...]


class Mark(NamedTuple):
    """A reform in the list of marks."""

    mark: str
    colour: str
    title: str
    summary: str
    standing: str  # how true to its document, what is left out, since when it is law


class Document(NamedTuple):
    """A whole report in one language."""

    lang: str
    title: str
    description: str
    kicker: str
    running: str
    made: str
    answer: Answer
    marks: tuple[Mark, ...]
    sections: tuple[Section, ...]
    full: bool = True


def panels(*shown: Panel, brief: bool = False) -> Block:
    """Return a block of pictures side by side."""
    return Block("panels", panels=shown, brief=brief)


def text(words: str, *, brief: bool = False) -> Block:
    """Return a paragraph."""
    return Block("text", title=words, brief=brief)


def note(words: str, *, brief: bool = False) -> Block:
    """Return a paragraph in small print."""
    return Block("note", title=words, brief=brief)


def heading(words: str, *, brief: bool = False) -> Block:
    """Return a heading inside a section."""
    return Block("title", title=words, brief=brief)


def tabled(*shown: Table | None, brief: bool = False) -> Block:
    """Return a block of those tables that hold a number."""
    return Block("tables", tables=_kept(shown), brief=brief)


def folded(title: str, *shown: Table | None) -> Block:
    """Return a block of tables that a screen folds away and paper shows."""
    return Block("fold", title=title, tables=_kept(shown))


def _kept(shown: tuple[Table | None, ...]) -> tuple[Table, ...]:
    """Leave empty tables out, and keep a note that several tables share under the last of them only."""
    kept = [table for table in shown if table is not None and not table.is_empty]
    last = {table.note: table.key for table in kept}
    return tuple(t if last[t.note] == t.key else t._replace(note="") for t in kept)


def without_gaps(blocks: list[Block]) -> tuple[Block, ...]:
    """Leave out blocks of pictures or tables that have none."""
    empty = {"panels": "panels", "tables": "tables", "fold": "tables", "items": "items"}
    return tuple(b for b in blocks if b.kind not in empty or getattr(b, empty[b.kind]))


def shortened(section: Section) -> Section | None:
    """Return what the short edition has of a section, None if nothing."""
    blocks = tuple(block for block in section.blocks if block.brief)
    return section._replace(blocks=blocks) if blocks else None


def numbered(document: Document, figure: str, table: str) -> Document:
    """Return the report with its pictures and tables counted through: "Figure 3", "Table 5"."""
    count = {figure: 0, table: 0}

    def next_of(word: str) -> str:
        count[word] += 1
        return f"{word}\N{NO-BREAK SPACE}{count[word]}"

    def counted(block: Block) -> Block:
        return block._replace(
            panels=tuple(panel._replace(number=next_of(figure)) for panel in block.panels),
            tables=tuple(tab._replace(number=next_of(table)) for tab in block.tables),
        )

    first = document.answer
    answer = first._replace(
        panels=tuple(panel._replace(number=next_of(figure)) for panel in first.panels),
        payers=first.payers._replace(number=next_of(table)),
    )
    sections = tuple(s._replace(blocks=tuple(counted(b) for b in s.blocks)) for s in document.sections)
    return document._replace(answer=answer, sections=sections)
