"""The baselines: what is law without any reform.

``law-2024``
    all that was decided by 31 December 2024, each on its date: the numbers of the parameter files.
``law-now``
    all that was decided by November 2026: the same, and the dated changes of ``decided.yaml``, each with its
    source.  They are changes of kind ``law``: after fitted values and draws, before settings and reforms.

``law-held``
    the law of 1 January 2024 with nothing dated after it: whether the model stays where it is
    (:mod:`reforms.invariance`) is asked under it, for the law's own steps move stocks, too.

A reform that runs on a baseline which already holds some of its changes runs with the others alone
(:func:`still_to_come`): nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from sim.errors import InputError, shortened, suggest
from sim.parameters.changes import OPERATIONS, Change, Origin
from sim.parameters.document import Document, raise_all, read_document
from sim.parameters.parameter import Source

if TYPE_CHECKING:
    from sim.parameters.parameter_set import ParameterSet

Baseline = Literal["law-2024", "law-now", "law-held"]
BASELINES: tuple[Baseline, ...] = get_args(Baseline)
#: Decided by the end of 2024: what reforms are held against unless another is asked for.
DEFAULT: Baseline = "law-2024"
NOW: Baseline = "law-now"
#: The law of a day and nothing after it: for questions of the model, not of Denmark.
HELD: Baseline = "law-held"
HELD_ON = date(2024, 1, 1)
NAME = "decided.yaml"
FILE = Path(__file__).resolve().parent / NAME
#: The file as a change's origin shows it: the same on every machine.
_SHOWN = f"sim/parameters/{NAME}"
TITLES: Mapping[str, Mapping[str, str]] = {
    "law-2024": {
        "en": "The law decided by 31 December 2024",
        "da": "Reglerne, som de var vedtaget den 31. december 2024",
    },
    "law-held": {
        "en": "The law of 1 January 2024, unchanged ever after",
        "da": "Reglerne fra 1. januar 2024, uændret derefter",
    },
    "law-now": {
        "en": "The law decided by November 2026",
        "da": "Reglerne, som de er vedtaget i november 2026",
    },
}


@dataclass(frozen=True)
class Decided:
    """A later decision: the change that it makes and where it was read."""

    change: Change
    source: Source
    note: str = ""


def check_baseline(name: Any) -> Baseline:
    """Return the name of a baseline; InputError with the nearest if there is none of that name."""
    for each in BASELINES:
        if name == each:
            return each
    if not isinstance(name, str):
        raise InputError(f"baseline is {shortened(repr(name))}; expected one of {', '.join(BASELINES)}")
    known = ", ".join(BASELINES)
    raise InputError(f"unknown baseline '{shortened(name)}'; there is {known}.{suggest(name, BASELINES)}")


def law_of(manifest: Mapping[str, Any]) -> tuple[str, Mapping[str, str]]:
    """Return the name and the title of the baseline of results; those that name none have the default."""
    name = str(manifest.get("baseline", DEFAULT))
    return (name, TITLES[name]) if name in TITLES else (name, {"en": name, "da": name})


@cache
def decided(path: Path = FILE) -> tuple[Decided, ...]:
    """Return what was decided after 2024, in the order of the file.

    Raises
    ------
    InputError
        The file does not fit; every error is listed.
    """
    from sim.parameters.schema import Entry, SourceEntry, Text, bad_date, number, read_entry

    class DecisionEntry(Entry):
        parameter: Text
        operation: Literal["set", "multiply", "add"]
        values: dict[Any, Any]
        source: SourceEntry
        note: Text = ""

    document = read_document(path)
    if not isinstance(document.content, list):
        raise document.error("expected a list of changes, each with its source")
    found: list[Decided] = []
    errors: list[InputError] = []
    for at, content in enumerate(document.content):
        entry = read_entry(DecisionEntry, document, at, content=content)
        if isinstance(entry, list):
            errors += entry
            continue
        wrong = [
            document.error(problem, at, "values", day) for day in entry.values if (problem := bad_date(day))
        ]
        numbers = [each for held in entry.values.values() for each in _numbers(held)]
        if not entry.values or any(number(each) is None for each in numbers):
            expected = "'values': expected date: number, or by date component: number"
            wrong.append(document.error(expected, at, "values"))
        errors += wrong
        if not wrong:
            changes = _changes(entry.parameter, entry.operation, entry.values, document, at)
            found += [Decided(change, entry.source.frozen(), entry.note) for change in changes]
    raise_all(errors)
    return tuple(found)


def _numbers(held: object) -> list[object]:
    return list(held.values()) if isinstance(held, dict) else [held]


def _changes(name: str, operation: str, values: dict[date, Any], document: Document, at: int) -> list[Change]:
    """Return a decision's changes: one for each component that it names."""
    origin = Origin(NOW, _SHOWN, document.line(at), kind="law")
    by_component: dict[str, list[tuple[date, float]]] = {}
    for day, held in values.items():
        for part, value in (held if isinstance(held, dict) else {"": held}).items():
            by_component.setdefault(str(part), []).append((day, float(value)))
    return [
        Change(f"{name}[{part}]" if part else name, operation, tuple(steps), origin=origin)
        for part, steps in by_component.items()
    ]


def baseline_changes(name: str) -> tuple[Change, ...]:
    """Return what a baseline changes in the parameter files; nothing for ``law-2024``."""
    return tuple(each.change for each in decided()) if check_baseline(name) == NOW else ()


def decided_on(name: str, day: date) -> tuple[Decided, ...]:
    """Return the later decisions about a parameter that are in force on a day under ``law-now``."""
    return tuple(
        each for each in decided() if each.change.name == name and each.change.value_at(day) is not None
    )


def still_to_come(changes: Sequence[Change], base: ParameterSet) -> tuple[Change, ...]:
    """Return the changes of a reform that its baseline does not already hold.

    A change is held if a later decision is the same change, or if it sets what the law sets anyway in every
    week.  Without later decisions in the baseline all changes are left.
    """
    law = {_said(each) for each in base.changes if each.origin.kind == "law"}
    if not law:
        return tuple(changes)
    return tuple(change for change in changes if _said(change) not in law and not _set_already(change, base))


def _said(change: Change) -> tuple[object, ...]:
    """Return what a change does, whoever asks for it."""
    return change.parameter, change.operation, change.values, change.municipalities, change.until


def _set_already(change: Change, base: ParameterSet) -> bool:
    """Whether a later decision made the parameter what the change would set it to, in every week."""
    from sim.parameters.dated import has_effect

    met = [each for each in base.changes if each.name == change.name]
    if change.operation != OPERATIONS[0] or all(each.origin.kind != "law" for each in met):
        return False
    return not has_effect(base[change.name], [replace(change, origin=Origin("later", kind="reform"))], met)
