"""A dated change of one parameter, and what makes a list of changes impossible."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from sim.errors import InputError, suggest
from sim.parameters.parameter import Parameter

#: In the order in which changes of one parameter apply, whatever the order in which they were given.
OPERATIONS: tuple[str, ...] = ("set", "multiply", "add")

#: Who may ask for a change, and the stage at which theirs apply.  Fitted values come first, then draws
#: from priors, then what was decided after 2024 where the baseline holds it, then a user's settings and
#: reforms, which may override them without contradiction; what a trial gives its treated persons comes last.
#: What somebody believes takes the place of what is drawn, and a user's settings and reforms override it too.
STAGES: dict[str, int] = {"fit": 0, "draw": 1, "law": 2, "belief": 2, "user": 3, "reform": 3, "treatment": 4}
#: Origins that the law without reforms does not have.
REFORMS = frozenset({"reform", "treatment"})

_TARGET = re.compile(r"(?P<name>[^\[\]]+)(\[(?P<component>[^\[\]]*)\])?")


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asked for a change, and where.

    ``kind`` is reform (a file), treatment (of a trial), user (--set or Python), belief (a file), law (decided
    after 2024), draw or fit.
    """

    reform: str
    file: str | None = None
    line: int | None = None
    kind: str = "reform"

    def __str__(self) -> str:
        place = f" at {self.file}:{self.line}" if self.file else ""
        return f"{self.kind} '{self.reform}'{place}"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one parameter, or of one component of it, from a date on.

    Parameters
    ----------
    parameter
        A name, or ``name[component]``.  A plain name of an indexed parameter changes all components alike.
    operation
        ``set`` replaces the path, ``multiply`` and ``add`` transform it.
    values
        A step function, as in a parameter: pairs of date and number.
    municipalities
        Codes of the municipalities that get the change; None is all of them.
    until
        First day on which the change no longer holds.
    origin
        Who asked for it, for messages; it has no part in results or digests.
    reason, range
        Why the number is what it is, where it is the reform's own assumption, and how far off it may be.
    """

    parameter: str
    operation: str
    values: tuple[tuple[date, float], ...]
    municipalities: frozenset[int] | None = None
    until: date | None = None
    origin: Origin = Origin("python", kind="user")
    reason: str = ""
    range: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        ordered = tuple(sorted((day, float(value)) for day, value in self.values))
        object.__setattr__(self, "values", ordered)
        if self.municipalities is not None:
            object.__setattr__(self, "municipalities", frozenset(int(code) for code in self.municipalities))

    @property
    def name(self) -> str:
        """The parameter without the component."""
        found = _TARGET.fullmatch(self.parameter)
        return found["name"] if found else self.parameter

    @property
    def component(self) -> str | None:
        """The component that changes, or None for the whole parameter."""
        found = _TARGET.fullmatch(self.parameter)
        return found["component"] if found else None

    @property
    def start(self) -> date:
        """The first day on which the change holds."""
        return self.values[0][0]

    @property
    def stage(self) -> int:
        """When the change applies: after those of all earlier stages."""
        return STAGES[self.origin.kind]

    def value_at(self, day: date) -> float | None:
        """Return the number in force on a day, or None where the change does not hold."""
        if day < self.start or (self.until is not None and day >= self.until):
            return None
        return [value for start, value in self.values if start <= day][-1]

    def applies_to(self, municipality: int) -> bool:
        """Return whether the municipality with this code gets the change."""
        return self.municipalities is None or municipality in self.municipalities

    def error(self, message: str) -> InputError:
        """Return a refusal of this change, at its place."""
        who = "" if self.origin.file else f"{self.origin}: "
        return InputError(who + message, file=self.origin.file, line=self.origin.line)

    def content(self) -> list[Any]:
        """Return what the change does, without its origin (for digests and a fixed order)."""
        return [
            self.stage,
            self.name,
            OPERATIONS.index(self.operation),
            self.component or "",
            [[day.isoformat(), value] for day, value in self.values],
            sorted(self.municipalities) if self.municipalities is not None else [],
            self.until.isoformat() if self.until else "",
        ]


def own_errors(change: Change, parameters: Mapping[str, Parameter]) -> Iterator[InputError]:
    """Yield what makes one change impossible by itself."""
    parameter = parameters.get(change.name)
    if parameter is None:
        yield change.error(f"unknown parameter '{change.name}'.{suggest(change.name, parameters)}")
        return
    if change.component is not None and change.component not in parameter.components:
        known = ", ".join(parameter.components) or "none: it is a single number"
        hint = suggest(change.component, parameter.components)
        yield change.error(
            f"'{change.name}' has no component '{change.component}'.{hint} Components: {known}."
        )
    if change.operation not in OPERATIONS:
        expected = f"expected {', '.join(OPERATIONS)}"
        yield change.error(
            f"unknown operation '{change.operation}', {expected}.{suggest(change.operation, OPERATIONS)}"
        )
    if change.origin.kind not in STAGES:
        yield change.error(f"unknown kind of origin '{change.origin.kind}', expected {', '.join(STAGES)}")
    if change.municipalities is not None and not change.municipalities:
        yield change.error(f"'{change.parameter}': no municipality gets the change")
    yield from _value_errors(change, parameter)


def _value_errors(change: Change, parameter: Parameter) -> Iterator[InputError]:
    days = [day for day, _ in change.values]
    if not days:
        yield change.error(f"'{change.parameter}': no values, expected date: number")
        return
    if len(set(days)) < len(days):
        yield change.error(f"'{change.parameter}': a date stands twice")
    if change.until is not None and change.until <= days[-1]:
        yield change.error(
            f"'{change.parameter}': until {change.until} is not after {days[-1]}: a value never takes effect"
        )
    for day, value in change.values:
        if not math.isfinite(value):
            yield change.error(f"'{change.parameter}': {day}: found {value}, expected a finite number")
        elif change.operation == "set" and parameter.bounds and not _within(value, parameter.bounds):
            low, high = parameter.bounds
            message = f"'{change.parameter}': {day}: found {value:g}, which is impossible"
            yield change.error(f"{message}: expected {low:g} to {high:g}")


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


def contradictions(changes: Sequence[Change]) -> Iterator[InputError]:
    """Yield a refusal for every two ``set`` changes that claim the same number at the same time and place.

    Two reforms that want the very same number agree: they do not contradict each other.
    """
    sets: dict[tuple[str, int], list[Change]] = {}
    for change in changes:
        if change.operation == "set" and change.values:
            sets.setdefault((change.name, change.stage), []).append(change)
    for rivals in sets.values():
        for first, second in combinations(rivals, 2):
            period = shared_period(first, second)
            if period and _disagree(first, second, *period):
                yield _contradiction(first, second, *period)


def shared_period(first: Change, second: Change) -> tuple[date, date | None] | None:
    """Return the first and last day on which both claim the same number, or None if they never do."""
    if None not in (first.component, second.component) and first.component != second.component:
        return None
    both = (first.municipalities, second.municipalities)
    if both[0] is not None and both[1] is not None and not both[0] & both[1]:
        return None
    start = max(first.start, second.start)
    ends = [change.until for change in (first, second) if change.until is not None]
    end = min(ends) if ends else None
    return None if end is not None and start >= end else (start, end)


def _disagree(first: Change, second: Change, start: date, end: date | None) -> bool:
    """Return whether two changes of one reform overlap, or those of two give different numbers on any day."""
    if first.origin.reform == second.origin.reform:
        return True
    days = {start} | {day for day, _ in (*first.values, *second.values) if start <= day}
    return any(first.value_at(day) != second.value_at(day) for day in days if end is None or day < end)


def _contradiction(first: Change, second: Change, start: date, end: date | None) -> InputError:
    until = f" to {end}" if end else " on"
    return first.error(
        f"contradiction: '{first.parameter}' is set here (by {first.origin.reform}) and also by "
        f"{second.origin}, both from {start}{until}. "
        "Let one of them go, or let them differ in period or municipality"
    )
