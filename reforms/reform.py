"""What a reform is: a text, and dated changes of parameters."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from sim.parameters import Change, Source

LANGUAGES: tuple[str, ...] = ("en", "da")


@dataclass(frozen=True, slots=True)
class Texts:
    """One text in the languages of a report; ``text("da")``."""

    en: str
    da: str

    def __call__(self, language: str = "en") -> str:
        """Return the text in a language (en or da)."""
        if language not in LANGUAGES:
            raise ValueError(f"found language '{language}', expected en or da")
        return self.da if language == "da" else self.en

    def joined(self, other: Texts, link: str) -> Texts:
        """Return both texts, one after the other."""
        return Texts(f"{self.en}{link}{other.en}", f"{self.da}{link}{other.da}")


@dataclass(frozen=True, slots=True)
class Reform:
    """A reform as read from its file, or a combination of several; frozen.

    ``title``, ``summary`` and ``why`` are called with a language: ``reform.title("da")``.
    ``parts`` are the names of the reforms in a combination, its own name for a single one.
    ``runnable`` is False for a reform that no parameter expresses yet, and ``reason`` says why.
    """

    name: str
    title: Texts
    author: str
    summary: Texts
    why: Texts
    source: Source
    proposals: tuple[str, ...]
    theme: str
    changes: tuple[Change, ...]
    parts: tuple[str, ...]
    runnable: bool = True
    reason: str = ""
    file: str = ""

    @property
    def first_change(self) -> date | None:
        """The first day on which anything differs from the baseline, or None if nothing ever does."""
        return min((change.start for change in self.changes), default=None)

    @property
    def assumptions(self) -> tuple[Change, ...]:
        """The changes whose size is the reform's own assumption, with a range."""
        return tuple(change for change in self.changes if change.range is not None)

    def digest(self) -> str:
        """Return the sha256 of all that the reform says and does, wherever its file stands."""
        texts = [[text.en, text.da] for text in (self.title, self.summary, self.why)]
        content = [self.name, texts, self.author, str(self.source), self.proposals, self.theme, self.parts]
        changes = sorted(change.content() for change in self.changes)
        text = json.dumps([content, changes, self.runnable, self.reason], separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
