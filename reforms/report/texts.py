"""The report's words, one catalogue file per language, looked up by dotted keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Formatter

from reforms.report.numbers import Language, Numbers
from sim.errors import InputError
from sim.outcomes.measures import AGGREGATE_LABELS, UNITS
from sim.parameters.document import parse_document
from sim.states import STATE_LABELS_DA, STATE_LABELS_EN

LANGUAGES: tuple[Language, ...] = ("en", "da")


def placeholders(text: str) -> frozenset[str]:
    """Return the names in braces in a text."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


@dataclass(frozen=True)
class Texts:
    """All words of one language; calling it fills a text's placeholders."""

    lang: Language
    entries: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of `key`, placeholders filled; KeyError for an unknown key or placeholder."""
        return self.entries[key].format(**values)

    def group(self, name: str) -> str:
        """Return what a reader calls a state, an aggregate of states, a task, a programme or a party."""
        states = STATE_LABELS_DA if self.lang == "da" else STATE_LABELS_EN
        if name in states:
            return states[name]
        if name in AGGREGATE_LABELS:
            return AGGREGATE_LABELS[name][self.lang == "da"]
        return self.named("group", name)

    def named(self, family: str, name: str) -> str:
        """Return what a reader calls a name of a family of keys; the name itself if it is not there."""
        return self.entries.get(f"{family}.{name}", name)

    def unit(self, unit: str) -> str:
        """Return the unit of a parameter, a measure or a target in the language."""
        return translated("units", self.lang).get(unit, unit)

    def speaks(self, unit: str) -> bool:
        """Whether a unit, as :meth:`unit` gave it, is in the language."""
        return self.lang == "en" or unit in translated("units", self.lang).values()

    def reason(self, english: str) -> tuple[str, bool]:
        """Return why an assumption has its value, and whether the text is in another language."""
        if self.lang == "en":
            return english, False
        own = translated("reasons", self.lang).get(english)
        return (own, False) if own else (english, True)

    def target(self, name: str) -> str:
        """Return what a calibration target is called; empty if there is no translation."""
        return translated("targets", self.lang).get(name, "")

    def at(self, place: str) -> Texts:
        """Return the words of a municipal edition: entries under `here` take the place of the country's."""
        own = {
            key.removeprefix("here."): text.replace("{place}", place)
            for key, text in self.entries.items()
            if key.startswith("here.")
        }
        return Texts(self.lang, {**self.entries, **own})

    def listing(self, items: list[str]) -> str:
        """Return "a, b and c" in the language."""
        return Numbers(self.lang).listing(items)


@cache
def translated(what: str, lang: str) -> Mapping[str, str]:
    """Return translations: reasons and units by the English text, targets by id; empty without a file.

    Units of measures stand with the measures.
    """
    source = resources.files("reforms.report").joinpath("texts", f"{what}_{lang}.yaml")
    if not source.is_file():
        return {}
    of_measures = {name: unit.danish for name, unit in UNITS.items()} if what == "units" else {}
    written = parse_document(source.read_text(encoding="utf-8"), source.name).content
    return {**of_measures, **{str(key): str(text) for key, text in written.items()}}


def _shown_units(lang: str) -> Iterator[tuple[str, str]]:
    """Yield the unit of each measure as a reader is shown it, and that of its difference, by key."""
    for name, unit in UNITS.items():
        yield f"unit.{name}", unit.words.of(lang)
        if unit.change:
            yield f"unit.{name}.change", unit.change.of(lang)


def _flatten(node: object, prefix: str, into: dict[str, str], file: str) -> None:
    if isinstance(node, dict):
        for key, value in node.items():
            _flatten(value, f"{prefix}.{key}" if prefix else str(key), into, file)
    elif isinstance(node, str):
        into[prefix] = node
    else:
        raise InputError(f"{prefix}: found {node!r}, expected a text", file=file)


@cache
def load_texts(lang: str) -> Texts:
    """Return the catalogue of a language; InputError for an unknown language or an entry that is no text."""
    language = next((known for known in LANGUAGES if known == lang), None)
    if language is None:
        raise InputError(f"found language '{lang}', expected one of {', '.join(LANGUAGES)}")
    source = resources.files("reforms.report").joinpath("texts", f"{lang}.yaml")
    entries = dict(_shown_units(lang))
    _flatten(
        parse_document(source.read_text(encoding="utf-8"), source.name).content, "", entries, str(source)
    )
    return Texts(language, entries)
