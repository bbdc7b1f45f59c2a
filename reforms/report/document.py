"""What a report is made of, whatever it is written as: HTML, PDF and Markdown are made from this alone."""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from markupsafe import Markup

from reforms.report.numbers import MISSING

_ALT = re.compile(r'aria-label="([^"]*)"')


class Sheet(NamedTuple):
    """The numbers behind a picture or a table, as a file holds them: heads, and rows of texts and numbers."""

    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str | float | None, ...], ...] = ()


class Picture(NamedTuple):
    """A drawn picture, and its numbers; the SVG carries its own alternative text."""

    svg: Markup
    sheet: Sheet


#: Ends of the 80 and the 95 % interval, as a file of numbers has them: low80, high80, low95, high95.
Ends = tuple[float, float, float, float]


class Cell(NamedTuple):
    """A cell: what is written, the number behind it, how it is set, small print below, a foreign language.

    `ends` are those of the intervals behind the number, in its unit.
    `style` is told or unclear (whether a difference can be told from zero), interval, word (running text),
    heading, strong, first or repeat (rows that share a label).
    """

    text: str
    value: float | None = None
    style: str = ""
    below: str = ""
    foreign: bool = False
    ends: Ends | None = None


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
    """A picture with the words above it: what it finds, and what it shows."""

    title: str
    sub: str
    picture: Picture
    marks: bool = True
    legend: tuple[Step, ...] = ()
    wide: bool = False
    number: str = ""

    @property
    def svg(self) -> Markup:
        """The picture, which carries its own alternative text."""
        return self.picture.svg

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

    `kind` is text, note, title, panels, tables, items or code; `brief` says whether the short edition has it
    too, `appendix` that the full one leaves it to its appendix.
    """

    kind: str
    title: str = ""
    panels: tuple[Panel, ...] = ()
    tables: tuple[Table, ...] = ()
    items: tuple[Item, ...] = ()
    brief: bool = False
    appendix: bool = False


class Section(NamedTuple):
    """A section: opening sentences, then blocks; `more` says that the appendix has more of it."""

    key: str
    nav: str
    heading: str
    leads: tuple[str, ...]
    blocks: tuple[Block, ...]
    more: bool = False


class Fact(NamedTuple):
    """A figure of the first page: what it is of, how much, how likely and how sure."""

    label: str
    value: str
    sure: str


class Link(NamedTuple):
    """A link of the chain from kroner to kroner: what it is, and what the reform does to it."""

    label: str
    change: str
    told: bool


class Answer(NamedTuple):
    """The first page: the finding, its figures, who pays, the chain, how sure, what decides (if told)."""

    finding: str
    question: str
    facts: tuple[Fact, ...]
    sentences: tuple[str, ...]
    panels: tuple[Panel, ...]
    chain: tuple[Link, ...]
    sure: tuple[str, ...]
    decides: tuple[str, ...]


class Mark(NamedTuple):
    """A reform in the list of marks."""

    mark: str
    colour: str
    title: str
    summary: str
    standing: str  # how true to its document, what is left out, since when it is law


class Files(NamedTuple):
    """Names of the files beside the report: its appendix (empty without one), its numbers, the report."""

    appendix: str = ""
    workbook: str = ""
    main: str = ""


class Document(NamedTuple):
    """A whole report in one language, or its appendix, which has no answer."""

    lang: str
    title: str
    description: str
    kicker: str
    running: str
    made: str
    answer: Answer | None
    marks: tuple[Mark, ...]
    sections: tuple[Section, ...]
    full: bool = True
    files: Files = Files()

    @property
    def answer_line(self) -> str:
        """The finding in one line; empty in an appendix."""
        return self.answer.finding if self.answer else ""


def panels(*shown: Panel, brief: bool = False, appendix: bool = False) -> Block:
    """Return a block of pictures side by side."""
    return Block("panels", panels=shown, brief=brief, appendix=appendix)


def text(words: str, *, brief: bool = False, appendix: bool = False) -> Block:
    """Return a paragraph."""
    return Block("text", title=words, brief=brief, appendix=appendix)


def note(words: str, *, brief: bool = False, appendix: bool = False) -> Block:
    """Return a paragraph in small print."""
    return Block("note", title=words, brief=brief, appendix=appendix)


def heading(words: str, *, brief: bool = False, appendix: bool = False) -> Block:
    """Return a heading inside a section."""
    return Block("title", title=words, brief=brief, appendix=appendix)


def tabled(*shown: Table | None, brief: bool = False, appendix: bool = False) -> Block:
    """Return a block of those tables that hold a number."""
    return Block("tables", tables=_kept(shown), brief=brief, appendix=appendix)


def _kept(shown: tuple[Table | None, ...]) -> tuple[Table, ...]:
    """Leave empty tables out, and keep a note that several tables share under the last of them only."""
    kept = [table for table in shown if table is not None and not table.is_empty]
    last = {table.note: table.key for table in kept}
    return tuple(t if last[t.note] == t.key else t._replace(note="") for t in kept)


def without_gaps(blocks: list[Block]) -> tuple[Block, ...]:
    """Leave out blocks of pictures or tables that have none."""
    empty = {"panels": "panels", "tables": "tables", "items": "items"}
    return tuple(b for b in blocks if b.kind not in empty or getattr(b, empty[b.kind]))


def shortened(section: Section) -> Section | None:
    """Return what the short edition has of a section, None if nothing."""
    blocks = tuple(block for block in section.blocks if block.brief)
    return section._replace(blocks=blocks, leads=()) if blocks else None


def main_part(section: Section) -> Section | None:
    """Return what the report itself has of a section, None if the appendix has all of it."""
    blocks = tuple(block for block in section.blocks if not block.appendix)
    if not blocks and len(section.blocks):
        return None
    return section._replace(blocks=blocks, more=len(blocks) < len(section.blocks))


def appendix_part(section: Section) -> Section | None:
    """Return what the appendix has of a section, None if nothing."""
    blocks = tuple(block for block in section.blocks if block.appendix)
    if not blocks:
        return None
    alone = len(blocks) == len(section.blocks)
    return section._replace(blocks=blocks, leads=section.leads if alone else ())


def numbered(document: Document, figure: str, table: str) -> Document:
    """Return the report with its pictures and tables counted through: "Figure 3", "Table 5"."""
    count = {figure: 0, table: 0}

    def next_of(word: str) -> str:
        count[word] += 1
        between = "" if word.endswith("A") else "\N{NO-BREAK SPACE}"
        return f"{word}{between}{count[word]}"

    def counted(block: Block) -> Block:
        return block._replace(
            panels=tuple(panel._replace(number=next_of(figure)) for panel in block.panels),
            tables=tuple(tab._replace(number=next_of(table)) for tab in block.tables),
        )

    answer = document.answer
    if answer is not None:
        shown = tuple(panel._replace(number=next_of(figure)) for panel in answer.panels)
        answer = answer._replace(panels=shown)
    sections = tuple(s._replace(blocks=tuple(counted(b) for b in s.blocks)) for s in document.sections)
    return document._replace(answer=answer, sections=sections)


def pictures_of(document: Document) -> list[Panel]:
    """Return the report's pictures in their order."""
    first = document.answer.panels if document.answer else ()
    return [*first, *(p for s in document.sections for b in s.blocks for p in b.panels)]


def tables_of(document: Document) -> list[Table]:
    """Return the report's tables in their order."""
    return [t for s in document.sections for b in s.blocks for t in b.tables]
