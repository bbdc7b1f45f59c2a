"""What a reform file may say, and its refusals with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from reforms.fidelity import FIDELITY, INCOMPLETE, NOT_RUNNABLE, AlreadyLaw
from reforms.reform import THEMES, Size, Texts
from sim.data import municipality_code
from sim.errors import InputError, shortened, suggest
from sim.mechanism import switch_names
from sim.parameters import Change, Origin
from sim.parameters.document import Document
from sim.parameters.schema import Entry, SourceEntry, Text, bad_date, number, read_entry

#: The reform of the catalogue that is there to change nothing.
NOTHING = "nothing"
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: A name becomes the name of files and columns.
LONGEST_NAME = 80
#: The run without reforms is called so.
TAKEN = ("baseline",)


def _listed(found: object) -> object:
    return [found] if isinstance(found, str) else found


Names = Annotated[list[Text], BeforeValidator(_listed)]


def _both_languages(found: object) -> object:
    return {"en": found, "da": found} if isinstance(found, str) else found


class TextsEntry(Entry):
    """A text in both languages."""

    en: Text
    da: Text

    def frozen(self) -> Texts:
        """Return the texts as the rest of the program sees them."""
        return Texts(self.en.strip(), self.da.strip())


BothLanguages = Annotated[TextsEntry, BeforeValidator(_both_languages)]


class ChangeEntry(Entry):
    """One dated change of a parameter."""

    parameter: str
    operation: Literal["set", "multiply", "add"] = "set"
    values: dict[Any, Any]
    until: Any = None
    municipalities: Any = "all"
    reason: Text = ""
    range: list[float] | None = None


class SizeEntry(Entry):
    """Why the change of a parameter has the size it has."""

    parameter: str
    basis: Literal["evidence", "assumption", "document"]
    ids: Names = Field(default_factory=list)
    reason: Text = ""
    low: float | None = None
    high: float | None = None

    def frozen(self) -> Size:
        """Return the size as the rest of the program sees it."""
        reason = self.reason.strip()
        return Size(self.parameter, self.basis, tuple(self.ids), reason, self.low, self.high)


class AlreadyLawEntry(Entry):
    """Since when the content is law, and where that stands."""

    date: Any
    source: Text

    def frozen(self) -> AlreadyLaw:
        """Return it as the rest of the program sees it."""
        return AlreadyLaw(self.date, self.source.strip())


class ReformEntry(Entry):
    """A reform file; see ``docs/reforms.md``."""

    name: Text
    title: BothLanguages
    author: Text
    summary: BothLanguages
    source: SourceEntry
    why: BothLanguages = TextsEntry(en="", da="")
    proposals: list[Text] = Field(default_factory=list)
    theme: Text = ""
    mechanism: Names = Field(default_factory=list)
    sizes: list[SizeEntry] = Field(default_factory=list)
    nearest: Names = Field(default_factory=list)
    changes: list[ChangeEntry] | None = None
    combines: list[Text] | None = None
    runnable: bool = True
    reason: Text = ""
    fidelity: Text = ""
    left_out: list[BothLanguages] = Field(default_factory=list)
    already_law: AlreadyLawEntry | None = None
    twin_of: Text = ""


def read_reform(document: Document) -> ReformEntry | list[InputError]:
    """Check a reform file against the schema; the changes themselves are read by :func:`read_changes`."""
    entry = read_entry(ReformEntry, document, content=document.content)
    if isinstance(entry, list):
        return entry
    errors = list(name_errors(entry.name, document))
    for key, text in (("title", entry.title), ("summary", entry.summary)):
        if not text.en.strip() or not text.da.strip():
            errors.append(document.error(f"'{key}': found an empty text, expected words", key))
    for key, words in (("author", entry.author), ("source", entry.source.title)):
        if not words.strip():
            errors.append(document.error(f"'{key}': found an empty text, expected words", key))
    if (entry.changes is None) == (entry.combines is None):
        errors.append(
            document.error(
                "a reform has either 'changes' (the empty list [] if it cannot be run) or 'combines'"
            )
        )
    if not entry.runnable and not entry.reason.strip():
        errors.append(document.error("a reform that is not runnable says why in 'reason'", "runnable"))
    if entry.changes == [] and entry.runnable and entry.name != NOTHING:
        said = (
            "found none, so the reform changes nothing; a proposal that cannot be run says 'runnable: false'"
        )
        errors.append(document.error(f"'changes': {said}", "changes"))
    errors += [*_word_errors(entry, document), *_fidelity_errors(entry, document)]
    errors += _size_errors(entry, document)
    return errors or entry


def name_errors(name: str, document: Document) -> Iterator[InputError]:
    """Yield why a name cannot be that of a reform or a trial: it becomes the name of files."""
    if not NAME.fullmatch(name):
        message = (
            f"'name': found '{shortened(name)}', expected small letters, digits and hyphens, such as cut-3bn"
        )
        yield document.error(message, "name")
    elif len(name) > LONGEST_NAME:
        message = f"'name': found '{shortened(name)}', {len(name)} letters, expected at most {LONGEST_NAME}"
        yield document.error(message, "name")
    elif name in TAKEN:
        message = f"'name': found '{name}', which is the name of the run without reforms"
        yield document.error(message, "name")


def _word_errors(entry: ReformEntry, document: Document) -> Iterator[InputError]:
    """Yield themes and mechanisms that there are not."""
    if entry.theme and entry.theme not in THEMES:
        hint = suggest(entry.theme, THEMES) or f" Themes: {', '.join(THEMES)}."
        yield document.error(f"unknown theme '{entry.theme}'.{hint}", "theme")
    for position, name in enumerate(entry.mechanism):
        if name not in switch_names():
            hint = suggest(name, switch_names()) or " They are listed by jobvej mechanisms list."
            yield document.error(f"unknown mechanism '{name}'.{hint}", "mechanism", position)


def _fidelity_errors(entry: ReformEntry, document: Document) -> Iterator[InputError]:
    """Yield grades that there are not, that the file denies, or that leave the reader guessing."""
    words = ", ".join(FIDELITY)
    if entry.fidelity and entry.fidelity not in FIDELITY:
        hint = suggest(entry.fidelity, FIDELITY)
        message = f"'fidelity': found '{entry.fidelity}', expected {words}.{hint}"
        yield document.error(message, "fidelity")
    if entry.fidelity == NOT_RUNNABLE and (entry.runnable or entry.changes or entry.combines):
        message = f"'fidelity' is '{NOT_RUNNABLE}', so expected 'runnable: false' and 'changes: []'"
        yield document.error(message, "fidelity")
    if entry.fidelity in FIDELITY and entry.fidelity != NOT_RUNNABLE and not entry.runnable:
        message = f"'fidelity' is '{entry.fidelity}' in a file that cannot be run; expected '{NOT_RUNNABLE}'"
        yield document.error(message, "fidelity")
    if entry.fidelity in INCOMPLETE and not entry.left_out:
        message = f"'fidelity' is '{entry.fidelity}', so expected 'left_out' with what the document says and"
        yield document.error(f"{message} the file does not", "fidelity")
    if entry.already_law and (problem := bad_date(entry.already_law.date)):
        yield document.error(f"'already_law': 'date': {problem}", "already_law", "date")
    if entry.twin_of == entry.name:
        yield document.error("'twin_of': a reform is not its own twin", "twin_of")


def _size_errors(entry: ReformEntry, document: Document) -> Iterator[InputError]:
    """Yield sizes of what is not changed, without what their basis asks for, or that exclude the change."""
    changed: dict[str, list[ChangeEntry]] = {}
    for item in entry.changes or []:
        changed.setdefault(_plain(item.parameter), []).append(item)
    for position, size in enumerate(entry.sizes):
        here = ("sizes", position)
        items = changed.get(_plain(size.parameter), [])
        if not items:
            hint = suggest(size.parameter, changed)
            yield document.error(f"'{size.parameter}' is not among the changes.{hint}", *here, "parameter")
        if size.basis == "evidence" and not size.ids:
            yield document.error("a size that rests on evidence names it in 'ids'", *here)
        bare = size.low is None or size.high is None or not size.reason.strip()
        if size.basis == "assumption" and bare:
            yield document.error("a size that is an assumption has 'low', 'high' and 'reason'", *here)
        if size.low is not None and any(item.range for item in items):
            yield document.error(f"the range of '{size.parameter}' stands at the change as well", *here)
        yield from _outside(size, items, document, here)


def _outside(
    size: SizeEntry, items: list[ChangeEntry], document: Document, here: tuple[object, ...]
) -> Iterator[InputError]:
    if size.low is None or size.high is None:
        return
    if size.low > size.high:
        yield document.error(f"found low {size.low:g} above high {size.high:g}", *here)
        return
    last = [list(item.values.values())[-1] for item in items if item.values]  # earlier steps lead up to it
    for found in (each for end in last for each in (end.values() if isinstance(end, dict) else (end,))):
        if number(found) is not None and not size.low <= found <= size.high:
            yield document.error(f"{found:g} lies outside its range {size.low:g} to {size.high:g}", *here)


def _plain(target: str) -> str:
    """Return a parameter without its component."""
    return target.partition("[")[0]


def read_changes(entry: ReformEntry, document: Document) -> tuple[list[Change], list[InputError]]:
    """Return the changes of a reform file, and what is wrong with those that cannot be read."""
    changes: list[Change] = []
    errors: list[InputError] = []
    for position, item in enumerate(entry.changes or []):
        here = ("changes", position)
        wrong = list(_change_errors(item, document, here))
        errors += wrong
        if not wrong:
            origin = Origin(entry.name, document.file, document.line(*here))
            changes += _changes(_with_size(item, entry.sizes), origin)
    return changes, errors


def _with_size(item: ChangeEntry, sizes: list[SizeEntry]) -> ChangeEntry:
    """Return a change with the range and reason that ``sizes`` give it, if it is an assumption there."""
    for size in sizes:
        assumed = size.basis == "assumption" and _plain(size.parameter) == _plain(item.parameter)
        if assumed and size.low is not None and size.high is not None:
            update = {"range": [size.low, size.high], "reason": item.reason or size.reason.strip()}
            return item.model_copy(update=update)
    return item


def _change_errors(item: ChangeEntry, document: Document, here: tuple[object, ...]) -> Iterator[InputError]:
    if not item.values:
        yield document.error("no values, expected date: number", *here, "values")
    for day, found in item.values.items():
        where = (*here, "values", day)
        if problem := bad_date(day):
            yield document.error(problem, *where)
        numbers = found.values() if isinstance(found, dict) and found else [found]
        if isinstance(found, dict) and "[" in item.parameter:
            yield document.error(f"'{item.parameter}' names a component, so expected one number", *where)
        for each in numbers:
            if number(each) is None:
                said = shortened(repr(each))
                yield document.error(f"{day}: found {said}, expected a number", *where)
    if item.until is not None and (problem := bad_date(item.until)):
        yield document.error(f"'until': {problem}", *here, "until")
    if item.range is not None and (len(item.range) != 2 or item.range[0] > item.range[1]):
        yield document.error(f"'range': found {item.range}, expected [low, high]", *here, "range")
    yield from _municipality_errors(item.municipalities, document, (*here, "municipalities"))


def _changes(item: ChangeEntry, origin: Origin) -> Iterator[Change]:
    """Yield one change, or one for each component that the values name."""
    components = {str(part) for found in item.values.values() if isinstance(found, dict) for part in found}
    plain = {day: found for day, found in item.values.items() if not isinstance(found, dict)}
    targets: list[tuple[str, dict[date, float]]] = [(item.parameter, plain)] if plain else []
    for part in sorted(components):
        path = {
            day: found[part]
            for day, found in item.values.items()
            if isinstance(found, dict) and part in found
        }
        targets.append((f"{item.parameter}[{part}]", path))
    for target, path in targets:
        yield Change(
            parameter=target,
            operation=item.operation,
            values=tuple(path.items()),
            municipalities=_codes(item.municipalities),
            until=item.until,
            origin=origin,
            reason=item.reason,
            range=(item.range[0], item.range[1]) if item.range else None,
        )


def _municipality_errors(found: Any, document: Document, here: tuple[object, ...]) -> Iterator[InputError]:
    if found == "all":
        return
    if not isinstance(found, list) or not found:
        message = (
            f"found {shortened(repr(found))}, expected 'all' or a list of names or codes of municipalities"
        )
        yield document.error(message, *here)
        return
    for position, item in enumerate(found):
        try:
            municipality_code(item)
        except InputError as error:
            yield document.error(error.message, *here, position)


def _codes(found: Any) -> frozenset[int] | None:
    if found == "all":
        return None
    return frozenset(municipality_code(item) for item in found)
