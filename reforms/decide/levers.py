"""Levers of a design: parameters of the world with ranges, costed so that every design saves what is asked.

    planned saving   = asked + sum of costs * (value - now)       mio. kr. a year, whole in :data:`WHOLE_IN`
    in year y        = planned * (y - first + 1) / (whole in - first + 1),    first: the lever of phasing

A lever at ``now`` changes nothing.  The file (``reforms/decide/levers.yaml``, or a user's own) says of each
what it sets, multiplies or switches, in its head what the keys mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field

from reforms.frontier.partial import IN_FULL, SAVING, switched_in
from sim.errors import InputError, suggest
from sim.outcomes.measures import Words
from sim.parameters import Change, Origin, load_parameters
from sim.parameters.document import Document, raise_all, read_document
from sim.parameters.schema import Entry, Text, read_entry

FILE = Path(__file__).with_name("levers.yaml")
GROUPS_FILE = Path(__file__).with_name("groups.yaml")
#: The first year in which a design changes anything, and that in which its saving is whole.
BEGINS, WHOLE_IN = 2026, 2030
#: A lever nearer to ``now`` than this share of its range is not pulled.
STILL = 1e-6
Role = Literal["money", "people", "rules", "phasing"]


class SetEntry(Entry):
    """How a lever's value becomes a parameter's: times, plus, whole numbers, at least."""

    times: float = 1.0
    plus: float = 0.0
    whole: bool = False
    least: float | None = None

    def of(self, value: float) -> float:
        """Return the parameter's value."""
        found = value * self.times + self.plus
        found = round(found) if self.whole else found
        return float(found if self.least is None else max(found, self.least))


class LeverEntry(Entry):
    """What a file says of a lever."""

    title: dict[str, Text]
    role: Role
    unit: dict[str, Text]
    now: float
    range: list[float] = Field(min_length=2, max_length=2)
    far: float | None = None
    sets: dict[str, SetEntry] = Field(default_factory=dict)
    multiplies: dict[str, float] = Field(default_factory=dict)
    switches: dict[str, float] = Field(default_factory=dict)
    with_: dict[str, float] = Field(default_factory=dict, alias="with")
    phasing: bool = False
    of: list[Text] = Field(default_factory=list)
    hit_by: Literal["any", "lower"] = "any"
    costs: float = 0.0
    reason: Text
    ids: list[Text] = Field(default_factory=list)


class GroupEntry(Entry):
    """What the file of groups says of one."""

    title: dict[str, Text]
    people: list[Text]


@dataclass(frozen=True)
class Lever:
    """A lever, its range cut where somebody is protected; ``said`` is its entry."""

    name: str
    low: float
    high: float
    said: LeverEntry
    file: str
    line: int

    @property
    def title(self) -> Words:
        """What it is called."""
        return Words(self.said.title["en"], self.said.title["da"])

    @property
    def now(self) -> float:
        """Its value without a reform."""
        return self.said.now

    @property
    def is_shut(self) -> bool:
        """Whether it may not be moved."""
        return self.high - self.low <= 0.0

    def at(self, u: float) -> float:
        """Return the value at a position in its range, 0 to 1; a year is whole."""
        value = self.low + u * (self.high - self.low)
        return float(round(value)) if self.said.phasing else value

    def part(self, share: float) -> float:
        """Return the value a share of the way from ``now`` to the end of the range that is farthest."""
        end = self.high if abs(self.high - self.now) >= abs(self.now - self.low) else self.low
        return self.now + share * (end - self.now)

    def moved(self, value: float) -> float:
        """Return how far a value is from ``now``, as a share of the lever's whole range, with its sign."""
        first, last = self.said.range
        return (value - self.now) / (last - first)

    def changes(self, value: float) -> tuple[Change, ...]:
        """Return the dated changes of a value; none at ``now``, nor of the saving's phasing."""
        if abs(self.moved(value)) < STILL or self.said.phasing:
            return ()
        origin = Origin(f"lever {self.name}", self.file, self.line)
        begin, said = date(BEGINS, 1, 1), self.said
        made = [
            Change(name, "set", ((begin, how.of(value)),), origin=origin)
            for name, how in said.sets.items()
            if how.of(value) != in_law(name)
        ]
        if said.multiplies:
            far = said.far if said.far is not None else self.said.range[1]
            way = (value - self.now) / (far - self.now)
            made += [
                Change(name, "multiply", ((begin, 1.0 + way * (factor - 1.0)),), origin=origin)
                for name, factor in said.multiplies.items()
            ]
        for name, goal in said.switches.items():
            where = switched_in(min(max(value, 0.0), 1.0))
            if where:
                made.append(Change(name, "set", ((begin, goal),), where, origin=origin))
        made += [
            Change(name, "set", ((begin, number),), origin=origin) for name, number in said.with_.items()
        ]
        return tuple(made)


@cache
def in_law(name: str) -> float | None:
    """Return a parameter's number, or a component's, when a design begins; None if there is none."""
    parameters, plain = load_parameters(), name.partition("[")[0]
    if plain not in parameters:
        return None
    components, values = parameters[plain].components, parameters.in_force(plain, date(BEGINS, 1, 1))
    if plain == name:
        return values[0] if len(values) == 1 else None
    at = name.partition("[")[2].rstrip("]")
    return values[components.index(at)] if at in components else None


@dataclass(frozen=True)
class Group:
    """People who may be protected: traits as they are counted (:mod:`reforms.decide.goals`)."""

    name: str
    title: Words
    people: tuple[str, ...]


@cache
def groups() -> dict[str, Group]:
    """Return the groups that may be protected, by name."""
    document = read_document(GROUPS_FILE)
    found = {}
    for name, content in document.content.items():
        entry = read_entry(GroupEntry, document, name, content=content)
        if isinstance(entry, list):
            raise_all(entry)
            raise AssertionError
        found[name] = Group(name, Words(entry.title["en"], entry.title["da"]), tuple(entry.people))
    return found


def chosen_groups(names: Sequence[str]) -> tuple[Group, ...]:
    """Return groups by name; InputError for one that there is not, with the nearest."""
    known = groups()
    for name in names:
        if name not in known:
            raise InputError(f"--protect is '{name}'; there is {', '.join(known)}.{suggest(name, known)}")
    return tuple(known[name] for name in dict.fromkeys(names))


def read_levers(file: Path | str | None = None, protected: Sequence[Group] = ()) -> tuple[Lever, ...]:
    """Read a file of levers, the ranges cut where a group is protected.

    Raises
    ------
    InputError
        What the file may not say, a parameter or a group that there is not (with the nearest), a value that
        is impossible: each with its line.
    """
    document = read_document(file or FILE)
    if not isinstance(document.content, dict) or not document.content:
        raise InputError(
            "found no levers, expected name: {title, now, range ...}", file=document.file, line=1
        )
    errors: list[InputError] = []
    levers = []
    for name, content in document.content.items():
        entry = read_entry(LeverEntry, document, name, content=content)
        if isinstance(entry, list):
            errors += entry
            continue
        wrong = list(_wrong(name, entry, document))
        errors += wrong
        if not wrong:
            low, high = entry.range
            levers.append(Lever(name, low, high, entry, document.file, document.line(name)))
    errors += _twice(levers)
    raise_all(errors)
    _try(levers)
    return tuple(_cut(lever, protected) for lever in levers)


def _wrong(name: str, entry: LeverEntry, document: Document) -> Iterator[InputError]:
    low, high = entry.range
    if not low < high or not low <= entry.now <= high:
        yield document.error(
            f"'{name}': found range {low:g} to {high:g} and now {entry.now:g}; expected rising ends with "
            "`now` between them", name, "range",
        )  # fmt: skip
    for group in entry.of:
        if group not in groups():
            hint = suggest(group, groups())
            yield document.error(f"'{name}': no group '{group}'.{hint}", name, "of")
    acts = [entry.sets, entry.multiplies, entry.switches, entry.phasing]
    if not any(acts):
        yield document.error(f"'{name}' moves nothing: expected sets, multiplies, switches or phasing", name)
    if entry.phasing and (low < BEGINS or high > WHOLE_IN):
        yield document.error(f"'{name}': a saving begins in {BEGINS} to {WHOLE_IN}", name, "range")


def _twice(levers: Sequence[Lever]) -> Iterator[InputError]:
    phasing = [lever for lever in levers if lever.said.phasing]
    for lever in phasing[1:]:
        yield InputError(
            f"'{lever.name}' is a second lever of phasing, after '{phasing[0].name}'", file=lever.file,
            line=lever.line,
        )  # fmt: skip


def _try(levers: Sequence[Lever]) -> None:
    """Refuse parameters and values that cannot be, at the line of their lever: both ends, all together."""
    base = load_parameters()
    for end in (0.0, 1.0):
        base.with_changes([change for lever in levers for change in lever.changes(lever.at(end))])


def _cut(lever: Lever, protected: Sequence[Group]) -> Lever:
    if not {group.name for group in protected} & set(lever.said.of):
        return lever
    if lever.said.hit_by == "lower":
        return replace(lever, low=max(lever.low, lever.now))
    return replace(lever, low=lever.now, high=lever.now)


@dataclass(frozen=True)
class Design:
    """A value for each lever, and what is to be saved (mio. kr. a year, whole in :data:`WHOLE_IN`)."""

    name: str
    values: tuple[tuple[str, float], ...]
    asked: float

    def planned(self, levers: Sequence[Lever]) -> float:
        """Return the saving on the jobcentres: what is asked, and what other levers cost."""
        own = dict(self.values)
        return self.asked + sum(lever.said.costs * (own[lever.name] - lever.now) for lever in levers)

    def first_year(self, levers: Sequence[Lever]) -> int:
        """Return the first year of the saving."""
        own = dict(self.values)
        return next((round(own[lever.name]) for lever in levers if lever.said.phasing), BEGINS)

    def changes(self, levers: Sequence[Lever]) -> tuple[Change, ...]:
        """Return the design as dated changes."""
        own = dict(self.values)
        moved = tuple(change for lever in levers for change in lever.changes(own[lever.name]))
        return (*moved, *saving_changes(self.planned(levers), self.first_year(levers)))


def saving_changes(planned: float, first: int = BEGINS) -> tuple[Change, ...]:
    """Return a saving in equal steps from its first year until it is whole, mio. kr. a year."""
    if planned <= 0.0:
        return ()
    origin = Origin("saving")
    steps = WHOLE_IN - first + 1
    path = tuple((date(first + at, 1, 1), planned * (at + 1) / steps) for at in range(steps))
    return (
        Change(SAVING, "set", path, origin=origin),
        Change(IN_FULL, "set", ((date(first, 1, 1), planned),), origin=origin),
    )


def design_at(name: str, position: Iterable[float], levers: Sequence[Lever], asked: float) -> Design:
    """Return the design at a position (levers,) between the ends of the ranges, 0 to 1."""
    values = tuple((lever.name, lever.at(float(u))) for lever, u in zip(levers, position, strict=True))
    return Design(name, values, asked)


def as_it_is(name: str, levers: Sequence[Lever], asked: float, rules: float = 0.0) -> Design:
    """Return the design that saves and moves nothing but a share of the rules' ways to their far ends."""
    return Design(
        name,
        tuple(
            (lever.name, lever.part(rules) if lever.said.role == "rules" and not lever.is_shut else lever.now)
            for lever in levers
        ),
        asked,
    )


def positions(design: Design, levers: Sequence[Lever]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return where a design lies in the levers' whole ranges (levers,), 0 to 1: what the emulator sees."""
    own = dict(design.values)
    ends = [lever.said.range for lever in levers]
    return np.array(
        [(own[lever.name] - low) / (high - low) for lever, (low, high) in zip(levers, ends, strict=True)]
    )
