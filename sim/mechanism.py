"""What a mechanism is: its equation, evidence and switch, its rules, and its acts in the week.

A mechanism lives in one file of :mod:`sim.mechanisms`: that file says what happens, builds the rules from the
parameters, defines the acts, and ends with a :class:`Mechanism`.  Which act runs when stands in
:data:`sim.week.WEEK` alone; everything else (``jobvej mechanisms list``, the switches, ``docs/odd.md``, the
timing) is read off the two.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sim.engine.draws import OwnPurpose, Purpose
    from sim.law import Law
    from sim.world.moves import Moves
    from sim.world.world import World

#: An entry of MECHANISMS or a term of a hazard in the text of a file: its name, and the rest of it.
_ENTRY = re.compile(r'(?:Mechanism|Term)\(\s*name="(\w+)",(.*?)\n {0,4}\)', re.DOTALL)


class Act(NamedTuple):
    """One thing that happens in a week."""

    name: str
    do: Callable[[World, Any], Moves | None]  # the world, and the rules of the mechanism
    writes: frozenset[str]  # columns it may change, 'table.column'; a test compares bytes before and after
    purposes: tuple[Purpose | OwnPurpose, ...]  # of its random numbers; no two acts share one
    always: bool  # also done when the mechanism is switched off; its rules then leave the mechanism out
    mechanism: str  # name of the mechanism whose rules it gets and whose switch it obeys; empty: neither

    @property
    def text(self) -> str:
        """First line of what the function says about itself."""
        return (self.do.__doc__ or "").strip().partition("\n")[0]


@dataclass(frozen=True, kw_only=True)
class Mechanism:
    """A named, separately switchable piece of the week."""

    name: str
    label: str
    equation: str
    evidence: str
    when_off: str
    rules: Callable[[Law], Any]
    label_da: str = ""
    switch: bool = True  # it can be switched off; what cannot is the frame that the others stand in

    @property
    def home(self) -> str:
        """Dotted name of the file that it lives in."""
        return self.rules.__module__


@dataclass(frozen=True, kw_only=True)
class Term:
    """A term of the log hazard of a job: a mechanism without acts of its own."""

    name: str
    label: str
    label_da: str
    equation: str
    evidence: str
    when_off: str
    rules: Callable[[Law], Any]
    of_client: Callable[..., float]  # compiled: (row, now, clients, caseworkers, rules) -> log hazard
    switch: bool = True

    @property
    def mechanism(self) -> Mechanism:
        """The term as a mechanism, for lists and switches."""
        return Mechanism(
            name=self.name,
            label=self.label,
            label_da=self.label_da,
            equation=self.equation,
            evidence=self.evidence,
            when_off=self.when_off,
            rules=self.rules,
            switch=self.switch,
        )


def act(
    mechanism: str = "",
    *,
    writes: tuple[str, ...] = (),
    purposes: tuple[Purpose | OwnPurpose, ...] = (),
    always: bool = False,
) -> Callable[[Callable[[World, Any], Moves | None]], Act]:
    """Make an :class:`Act` of a function of the world and the mechanism's rules."""

    def made(do: Callable[[World, Any], Moves | None]) -> Act:
        return Act(do.__name__, do, frozenset(writes), purposes, always, mechanism)

    return made


def mechanisms_of(acts: tuple[Act, ...], *others: ModuleType) -> tuple[Mechanism, ...]:
    """Return the mechanisms of acts, each once, in the order in which they first act.

    A module lists its mechanisms as ``MECHANISMS``; one without an act of its own (a term of a hazard, a
    switch of a rule) follows those of its module that have one.  ``others`` are modules whose mechanisms have
    no acts at all.
    """
    found: dict[str, Mechanism] = {}
    for each in acts:
        here = {m.name: m for m in getattr(sys.modules[each.do.__module__], "MECHANISMS", ())}
        if each.mechanism in here:
            found.setdefault(each.mechanism, here[each.mechanism])
        for name, mechanism in here.items():
            found.setdefault(name, mechanism)
    for module in others:
        for mechanism in module.MECHANISMS:
            found.setdefault(mechanism.name, mechanism)
    return tuple(found.values())


@functools.cache
def switch_names() -> tuple[str, ...]:
    """Return the names of what can be switched off, sorted, read off the text of the mechanisms' files.

    Importing the mechanisms takes a second (they are compiled); a check of a reform file must not pay for it.
    They are the switches of the week: :mod:`sim.week` cannot be imported when the two differ.
    """
    folder = Path(__file__).parent / "mechanisms"
    texts = (path.read_text("utf-8") for path in sorted(folder.rglob("*.py")))
    entries = (entry for text in texts for entry in _ENTRY.findall(text))
    return tuple(sorted(name for name, rest in entries if "switch=False" not in rest))
