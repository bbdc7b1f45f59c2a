"""The report as plain Markdown: the words and the tables; a picture is given by what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reforms.report.document import Answer, Block, Cell, Document, Item, Panel, Table
from reforms.report.texts import Texts


def _escaped(text: str) -> str:
    """Return a text in which no letter is taken for a mark of Markdown."""
    return re.sub(r"([\\*_\[\]<>|#])", r"\\\1", text.replace("\n", " "))


def _cell(cell: Cell) -> str:
    text = _escaped(cell.text)
    if cell.below:
        text = f"{text} ({_escaped(cell.below)})" if text else _escaped(cell.below)
    return f"**{text}**" if cell.style in ("told", "heading", "strong") and text else text


def _heads(table: Table) -> list[str]:
    """Return one head per column: what stands over a group of columns is put before each of them."""
    over = [label for label, width in table.spans for _ in range(width)] or [""] * len(table.columns)
    return [
        _escaped(f"{above}: {own}" if above and own else above or own)
        for above, own in zip(over, table.columns, strict=True)
    ]


def _table(table: Table) -> Iterator[str]:
    number = f"{table.number}. " if table.number else ""
    yield f"**{number}{_escaped(table.caption)}** ({_escaped(table.unit)})\n"
    yield f"| {' | '.join(_heads(table))} |"
    last = table.rows[-1] if table.rows else ()
    words = [i == 0 or (i < len(last) and last[i].style == "word") for i in range(len(table.columns))]
    yield f"|{'|'.join(':--' if word else '--:' for word in words)}|"
    for row in table.rows:
        yield f"| {' | '.join(_cell(cell) for cell in row)} |"
    yield ""
    if table.note:
        yield f"{_escaped(table.note)}\n"


def _panel(panel: Panel, t: Texts) -> Iterator[str]:
    """Describe a picture in words, as a screen reader would say it."""
    yield f"> {panel.number or t('page.figure')}: {_escaped(panel.alt)} ({_escaped(panel.sub)})\n"


def _item(item: Item) -> str:
    text = f"[{_escaped(item.text)}](<{item.url}>)" if item.url else _escaped(item.text)
    term = f"**{_escaped(item.term)}**: " if item.term else ""
    return f"- {term}{text}{f' ({_escaped(item.small)})' if item.small else ''}"


def _block(block: Block, t: Texts) -> Iterator[str]:
    if block.kind == "title":
        yield f"### {_escaped(block.title)}\n"
    elif block.kind in ("text", "note"):
        yield f"{_prose(block.title)}\n"
    elif block.kind == "code":
        yield f"```sh\n{block.title}\n```\n"
    for panel in block.panels:
        yield from _panel(panel, t)
    for table in block.tables:
        yield from _table(table)
    if block.items:
        yield from map(_item, block.items)
        yield ""


def _prose(text: str) -> str:
    """Escape a text but for what stands between backticks."""
    parts = text.split("`")
    return "`".join(part if i % 2 else _escaped(part) for i, part in enumerate(parts))


def _front(answer: Answer, t: Texts) -> Iterator[str]:
    for fact in answer.facts:
        yield f"- **{_escaped(fact.label)}**: {_escaped(fact.value)}. {_escaped(fact.sure)}".rstrip()
    yield ""
    for sentence in answer.sentences:
        yield f"{_escaped(sentence)}\n"
    for panel in answer.panels:
        yield from _panel(panel, t)
    yield f"## {t('answer.chain')}\n"
    yield f"{' → '.join(f'{_escaped(link.label)}: {_escaped(link.change)}' for link in answer.chain)}\n"
    for key, sentences in (("how_sure", answer.sure), ("what_decides", answer.decides)):
        if sentences:
            yield f"## {_escaped(t(f'answer.{key}'))}\n"
            yield f"{' '.join(map(_escaped, sentences))}\n"


def _lines(document: Document, t: Texts) -> Iterator[str]:
    yield f"{_escaped(document.kicker)}\n"
    if document.answer is None:
        yield f"# {_escaped(document.title)}\n"
    else:
        yield f"# {_escaped(document.answer.finding)}\n"
        yield f"{_escaped(document.answer.question)}\n"
        yield from _front(document.answer, t)
        yield f"## {t('page.scenarios')}\n"
        for mark in document.marks:
            yield f"- **{_escaped(mark.mark)}** {_escaped(mark.title)}: {_escaped(mark.summary)}"
            if mark.standing and document.full:
                yield f"  {_escaped(mark.standing)}"
    yield f"\n{_escaped(document.made)}\n"
    for number, section in enumerate(document.sections, start=1):
        yield f"## {number} {_escaped(section.heading)}\n"
        for lead in section.leads:
            yield f"{_prose(lead)}\n"
        for block in section.blocks:
            yield from _block(block, t)
        if section.more and document.files.appendix:
            yield f"[{_escaped(t('page.more'))}](<{document.files.appendix}>)\n"


def render(document: Document, texts: Texts) -> str:
    """Return a report as Markdown (with the tables of GitHub's flavour)."""
    return "\n".join(_lines(document, texts)).rstrip() + "\n"
