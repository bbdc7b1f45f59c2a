"""Beliefs: named sets of parameters that give a published model's answer to what economists disagree on.

A belief is a small file in ``reforms/beliefs``: parameters with their values, where they come from, and the
published path that they were fitted to (:mod:`reforms.absorption` makes the same experiment).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError, suggest
from sim.parameters import Change, Origin, load_parameters
from sim.parameters.document import read_document
from sim.parameters.schema import Entry, SourceEntry, Text, read_entry
from sim.runs.settings import ALWAYS

_FOLDER = Path(__file__).with_name("beliefs")


class BeliefEntry(Entry):
    """What a file of a belief may say."""

    title: dict[str, Text]
    parameters: dict[str, float]
    published: dict[int, float]
    reason: Text
    source: SourceEntry


@dataclass(frozen=True)
class Belief:
    """A named set of parameters.

    Attributes
    ----------
    name
        Of the file.
    title
        In words, by language.
    parameters
        Values by name.
    published
        Share of the long-run effect of a lasting supply of labour that is in work, by year.
    ids
        Rows of the evidence.
    """

    name: str
    title: Mapping[str, str]
    parameters: Mapping[str, float]
    published: Mapping[int, float]
    ids: tuple[str, ...]

    def changes(self) -> tuple[Change, ...]:
        """Return the belief as changes of parameters that hold the whole time."""
        origin = Origin(self.name, str(_FOLDER / f"{self.name}.yaml"), kind="draw")
        return tuple(
            Change(name, "set", ((ALWAYS, value),), origin=origin) for name, value in self.parameters.items()
        )


def beliefs() -> tuple[str, ...]:
    """Return the names of the beliefs that there are."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def load_belief(name: str) -> Belief:
    """Read a belief.

    Raises
    ------
    InputError
        There is none of that name (with the nearest), or its file says what it may not.
    """
    known = beliefs()
    if name not in known:
        raise InputError(f"no belief is called '{name}'; there is {', '.join(known)}.{suggest(name, known)}")
    document = read_document(_FOLDER / f"{name}.yaml")
    entry = read_entry(BeliefEntry, document, content=document.content)
    if isinstance(entry, list):
        raise entry[0]
    belief = Belief(name, entry.title, entry.parameters, entry.published, entry.source.frozen().ids)
    load_parameters().with_changes(belief.changes())
    return belief
