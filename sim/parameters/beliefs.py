"""Beliefs: what somebody holds to be true, as named sets of parameters with what they rest on.

A belief is a small file in ``reforms/beliefs``: assumptions, each a few parameters with their values, the
reason and the rows of the project's data behind them.  What its holder has not said is not in the file and
stays as it is drawn (``silent`` says what that is).  A belief takes the place of draws from the posterior and
of priors, in all scenarios and the whole run; a user's ``--set`` and a reform's own changes come after it.

Beliefs named with a plus hold together (``ministry+makro``); two that claim the same number are refused, both
lines named.  Files of a user may stand beside the names.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import Field

from sim.errors import InputError, shortened, suggest
from sim.parameters.changes import Change, Origin
from sim.parameters.document import Document, raise_all, read_document
from sim.parameters.parameter import Source
from sim.parameters.schema import Entry, SourceEntry, Text, read_entry
from sim.runs.settings import ALWAYS

#: The files stand with the reforms, where a reader looks for them; they are read by path alone.
FOLDER = Path(__file__).resolve().parents[2] / "reforms" / "beliefs"
#: Nobody's belief: the parameters as they are drawn.
POSTERIOR = "posterior"
#: The end of a name that makes it a file, and what joins beliefs that hold together.
SUFFIXES, AND = (".yaml", ".yml"), "+"


class AssumptionEntry(Entry):
    """What a file says of one assumption."""

    title: dict[str, Text]
    parameters: dict[str, float]
    reason: Text
    ids: list[Text] = Field(default_factory=list)


class CountedEntry(Entry):
    """What a file says of how kroner are counted."""

    convention: Text
    title: dict[str, Text]
    reason: Text
    ids: list[Text] = Field(default_factory=list)


class BeliefEntry(Entry):
    """What a file of a belief may say."""

    title: dict[str, Text]
    assumptions: dict[str, AssumptionEntry] = Field(default_factory=dict)
    counted: CountedEntry | None = None
    silent: dict[str, Text]
    published: dict[int, float] = Field(default_factory=dict)
    published_posts: dict[int, float] = Field(default_factory=dict)
    posts_solved_again: dict[int, float] = Field(default_factory=dict)
    source: SourceEntry


@dataclass(frozen=True)
class Assumption:
    """One thing that is believed: ``parameters`` have their values by name; ``ids`` are rows of the data."""

    name: str
    belief: str
    title: Mapping[str, str]
    parameters: Mapping[str, float]
    reason: str
    ids: tuple[str, ...]
    file: str
    lines: Mapping[str, int]

    def changes(self) -> tuple[Change, ...]:
        """Return the assumption as changes of parameters that hold the whole time."""
        return tuple(
            Change(name, "set", ((ALWAYS, value),), reason=self.reason,
                   origin=Origin(self.belief, self.file, self.lines.get(name), kind="belief"))
            for name, value in self.parameters.items()
        )  # fmt: skip


@dataclass(frozen=True)
class Counted:
    """How kroner are counted: the name of a convention (:mod:`reforms.decide.goals`)."""

    convention: str
    title: Mapping[str, str]
    reason: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Belief:
    """A named set of assumptions.

    Attributes
    ----------
    name
        Of the file; joined with a plus for several beliefs.
    title
        In words, by language.
    assumptions
        In the order of the file.
    counted
        How kroner are counted, where it is not as the model's accounts do.
    silent
        What its holder has not said, by language.
    published
        Share of the long-run effect of a lasting supply of labour that is in work, by year.
    published_posts
        Jobs that a change of public posts has moved, as a share of those of the first year, by year.
    posts_solved_again
        The same by another solution of the same model.
    source
        Of the whole.
    """

    name: str
    title: Mapping[str, str]
    assumptions: tuple[Assumption, ...] = ()
    counted: Counted | None = None
    silent: Mapping[str, str] | None = None
    published: Mapping[int, float] | None = None
    published_posts: Mapping[int, float] | None = None
    posts_solved_again: Mapping[int, float] | None = None
    source: Source | None = None

    @property
    def parameters(self) -> dict[str, float]:
        """Values by name, of all assumptions."""
        return {name: value for each in self.assumptions for name, value in each.parameters.items()}

    @property
    def ids(self) -> tuple[str, ...]:
        """Rows of the evidence behind it."""
        own = self.source.ids if self.source else ()
        return tuple(dict.fromkeys([*own, *(row for each in self.assumptions for row in each.ids)]))

    def changes(self) -> tuple[Change, ...]:
        """Return the belief as changes of parameters that hold the whole time."""
        return tuple(change for each in self.assumptions for change in each.changes())

    def digest(self) -> str:
        """Return the sha256 of what it changes and how it counts."""
        counted = self.counted.convention if self.counted else ""
        content = [sorted(change.content() for change in self.changes()), counted]
        return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


def beliefs() -> tuple[str, ...]:
    """Return the names of the beliefs that there are, the posterior left out."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def is_file(text: str) -> bool:
    """Whether a belief is written as a file and not as a name."""
    return text.casefold().endswith(SUFFIXES)


def check_beliefs(text: object) -> str:
    """Return a belief as it is asked for, an empty text for the posterior; refuse names that there are not.

    Raises
    ------
    InputError
        With the nearest name.
    """
    if text is None or (isinstance(text, str) and text.strip() in ("", POSTERIOR)):
        return ""
    if not isinstance(text, str):
        raise InputError(f"beliefs is {shortened(repr(text))}; expected a name such as makro, or a file")
    parts = [part.strip() for part in text.split(AND)]
    for part in parts:
        if not is_file(part):
            _known(part)
        elif not os.path.isfile(part):
            raise InputError(f"beliefs: there is no file '{shortened(part)}'")
        if parts.count(part) > 1:
            raise InputError(f"beliefs: '{part}' is named {parts.count(part)} times")
    return AND.join(parts)


def _known(name: str) -> None:
    known = beliefs()
    if name not in known and name != POSTERIOR:
        said = f"no belief is called '{shortened(name)}'; there is {', '.join((*known, POSTERIOR))}."
        raise InputError(f"{said}{suggest(name, (*known, POSTERIOR))}")


def load_belief(text: str) -> Belief:
    """Read a belief: a name, a file, or several joined with a plus.

    Raises
    ------
    InputError
        There is none of that name (with the nearest); its file says what it may not, or names a parameter
        that there is not, or a value that is impossible (file and line); two beliefs claim the same number.
    """
    asked = check_beliefs(text)
    if not asked:
        return Belief(POSTERIOR, {"en": "The numbers as they are drawn", "da": "Tallene, som de trækkes"})
    read = [_read(part) for part in asked.split(AND) if part != POSTERIOR]
    belief = read[0] if len(read) == 1 else _together(read)
    from sim.parameters.loading import load_parameters

    load_parameters().with_changes(belief.changes())
    return belief


def _read(text: str) -> Belief:
    path = Path(text) if is_file(text) else FOLDER / f"{text}.yaml"
    return _read_file(path, path.stat().st_mtime_ns)


@cache
def _read_file(path: Path, _written: int) -> Belief:
    document = read_document(path)
    entry = read_entry(BeliefEntry, document, content=document.content)
    if isinstance(entry, list):
        raise_all(entry)
        raise AssertionError
    counted = entry.counted
    return Belief(
        path.stem,
        entry.title,
        tuple(_assumption(path.stem, name, each, document) for name, each in entry.assumptions.items()),
        Counted(counted.convention, counted.title, counted.reason, tuple(counted.ids)) if counted else None,
        entry.silent,
        entry.published,
        entry.published_posts,
        entry.posts_solved_again,
        entry.source.frozen(),
    )


def _assumption(belief: str, name: str, entry: AssumptionEntry, document: Document) -> Assumption:
    if not entry.ids and not entry.reason.strip():
        raise document.error(f"'{name}' has neither a reason nor a row of the data", "assumptions", name)
    lines = {each: document.line("assumptions", name, "parameters", each) for each in entry.parameters}
    return Assumption(
        name, belief, entry.title, entry.parameters, entry.reason, tuple(entry.ids), document.file, lines
    )


def _together(parts: Sequence[Belief]) -> Belief:
    counts = [part for part in parts if part.counted]
    if len(counts) > 1:
        names = " and ".join(part.name for part in counts)
        raise InputError(f"{names} count kroner in different ways: name one of them")
    return Belief(
        AND.join(part.name for part in parts),
        {lang: " + ".join(part.title[lang] for part in parts) for lang in ("en", "da")},
        tuple(each for part in parts for each in part.assumptions),
        counts[0].counted if counts else None,
    )


def believed(beliefs: str) -> tuple[Change, ...]:
    """Return the changes of a belief; none of nobody's."""
    return load_belief(beliefs).changes() if beliefs else ()
