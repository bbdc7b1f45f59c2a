"""What a parameter file may say: the schema of an entry, and its refusals with file and line."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from sim.calendar import FIRST_YEAR, LAST_YEAR
from sim.errors import InputError, suggest
from sim.parameters.document import Document
from sim.parameters.parameter import Parameter, Prior, Source
from sim.states import INDEXES

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")

Text = Annotated[
    str, BeforeValidator(lambda found: str(found) if type(found) in (int, float, date) else found)
]


class Entry(BaseModel):
    """Base of every schema of the project's text files: keys that it does not know are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


class SourceEntry(Entry):
    """Where a number comes from."""

    title: Text
    publisher: Text = ""
    year: Text = ""
    locator: Text = ""
    url: Text = ""
    ids: list[Text] = Field(default_factory=list)

    def frozen(self) -> Source:
        """Return the source as the rest of the program sees it."""
        return Source(self.title, self.publisher, self.year, self.locator, self.url, tuple(self.ids))


class PriorEntry(Entry):
    """How uncertain a number is."""

    distribution: Literal["normal", "uniform", "triangular", "lognormal"]
    low: float
    high: float
    factor: bool = False


class ParameterEntry(Entry):
    """One entry of a parameter file; see ``docs/parameters.md``."""

    label: Text
    label_da: Text
    kind: Literal["law", "evidence", "assumption"]
    unit: Text
    values: dict[Any, Any]
    index: str | None = None
    source: SourceEntry | None = None
    confidence: Literal["high", "medium", "low", "derived"] | None = None
    prior: PriorEntry | None = None
    range: list[float] | None = None
    reason: Text = ""
    note: Text = ""
    bounds: list[float] | None = None
    mechanism: Text = ""


class ComponentEntry(Entry):
    """A state's component of every parameter indexed by state, given in a file of its own.

    ``values`` by parameter name; what is not given is as for the state ``like``.
    """

    state: Text
    like: Text
    reason: Text
    values: dict[Text, float]


E = TypeVar("E", bound=Entry)


def read_entry(schema: type[E], document: Document, *location: object, content: Any) -> E | list[InputError]:
    """Check one part of a document against a schema.

    Returns the entry, or the list of refusals, each at its own line.
    """
    if not isinstance(content, dict):
        return [document.error(f"found {_shown(content)}, expected keys with values", *location)]
    try:
        return schema.model_validate({str(key): value for key, value in content.items()})
    except ValidationError as problems:
        refusals = [_refusal(schema, document, location, dict(problem)) for problem in problems.errors()]
    misspelt = "".join(error.message for error in refusals)
    return [each for each in refusals if not _explained(each.message, misspelt)]


def _explained(message: str, misspelt: str) -> bool:
    """Return whether a missing key is one that an unknown key was meant to be."""
    lacking = message.partition("lacks the key ")[2].partition(",")[0]
    return bool(lacking) and f"Did you mean {lacking}?" in misspelt


def _refusal(
    schema: type[Entry], document: Document, location: tuple[object, ...], problem: dict[str, Any]
) -> InputError:
    where = (*location, *problem["loc"])
    key = str(problem["loc"][-1]) if problem["loc"] else ""
    if problem["type"] == "extra_forbidden":
        known = tuple(_schema_at(schema, problem["loc"][:-1]).model_fields)
        hint = suggest(key, known) or f" Known keys: {', '.join(known)}."
        return document.error(f"unknown key '{key}'.{hint}", *where)
    if problem["type"] == "missing":
        parent = ".".join(str(part) for part in location + tuple(problem["loc"][:-1]))
        owner = f"'{parent}' lacks " if parent else "lacks "
        return document.error(f"{owner}the key '{key}', which is required", *where[:-1])
    expected = str(problem["msg"]).replace("Input should be", "expected").replace("Value error, ", "")
    return document.error(f"'{key}': found {_shown(problem['input'])}, {expected}", *where)


def _schema_at(schema: type[Entry], location: tuple[object, ...]) -> type[Entry]:
    """Return the schema of the entry at a location inside an entry."""
    for part in location:
        if part in schema.model_fields:
            schema = next(_schemas_in(schema.model_fields[str(part)].annotation), schema)
    return schema


def _schemas_in(annotation: object) -> Iterator[type[Entry]]:
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        yield annotation
    for option in get_args(annotation):
        yield from _schemas_in(option)


def _shown(found: object) -> str:
    if found is None:
        return "nothing"
    if isinstance(found, date):
        return f"the date {found}"
    text = repr(found)
    return text if len(text) <= 60 else text[:57] + "..."


def number(found: object) -> float | None:
    """Return a finite number, or None if what was found is not one."""
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        return None
    return float(found)


def bad_date(found: object) -> str:
    """Return why a key is not a date, or an empty string if it is one."""
    if isinstance(found, date) and not isinstance(found, datetime):
        if FIRST_YEAR <= found.year <= LAST_YEAR:
            return ""
        return f"found {_shown(found)}, expected a year from {FIRST_YEAR} to {LAST_YEAR}"
    return f"found {_shown(found)}, expected a date written as 2026-01-31"


def component_errors(found: object, components: tuple[str, ...], all_needed: bool) -> Iterator[str]:
    """Yield what is wrong with a mapping from components to numbers."""
    if not isinstance(found, dict):
        yield f"found {_shown(found)}, expected one number per component: {', '.join(components)}"
        return
    for key, value in found.items():
        if key not in components:
            hint = suggest(str(key), components) or f" Components: {', '.join(components)}."
            yield f"unknown component '{key}'.{hint}"
        elif number(value) is None:
            yield f"'{key}': found {_shown(value)}, expected a number"
    missing = [component for component in components if component not in found]
    if missing and all_needed:
        yield f"no value for {', '.join(missing)}: every component needs one"


def _value_errors(entry: ParameterEntry, document: Document, name: str) -> Iterator[InputError]:
    if entry.index is not None and entry.index not in INDEXES:
        hint = suggest(entry.index, INDEXES) or f" Known indexes: {', '.join(INDEXES)}."
        yield document.error(f"unknown index '{entry.index}'.{hint}", name, "index")
        return
    if not entry.values:
        yield document.error(f"'{name}' has no values: expected date: number", name, "values")
    for day, found in entry.values.items():
        here = (name, "values", day)
        if problem := bad_date(day):
            yield document.error(problem, *here)
        if entry.index is None:
            if number(found) is None:
                yield document.error(f"{day}: found {_shown(found)}, expected a number", *here)
        else:
            for problem in component_errors(found, INDEXES[entry.index], all_needed=True):
                yield document.error(f"{day}: {problem}", *here)


def _interval_errors(entry: ParameterEntry, document: Document, name: str) -> Iterator[InputError]:
    for key, interval in (("bounds", entry.bounds), ("range", entry.range)):
        if interval is not None and (len(interval) != 2 or interval[0] > interval[1]):
            yield document.error(f"'{key}': found {interval}, expected [low, high]", name, key)
            return
    for day, found in entry.values.items():
        for value in found.values() if isinstance(found, dict) else (found,):
            for what, (low, high) in _limits(entry):
                if not low <= value <= high:
                    message = f"{day}: found {value:g}, {what}: expected {low:g} to {high:g}"
                    yield document.error(message, name, "values", day)


def _limits(entry: ParameterEntry) -> Iterator[tuple[str, tuple[float, float]]]:
    """Yield the intervals that must hold every value, and what it is to lie outside."""
    if entry.bounds:
        yield "which is impossible", (entry.bounds[0], entry.bounds[1])
    if entry.index is None and entry.range:
        yield "outside its own range", (entry.range[0], entry.range[1])
    if entry.prior and not entry.prior.factor:
        yield "outside its own prior", (entry.prior.low, entry.prior.high)


def _trust_errors(entry: ParameterEntry, document: Document, name: str) -> Iterator[InputError]:
    if entry.kind == "assumption":
        if entry.confidence:
            yield document.error("an assumption has no confidence: leave the key out", name, "confidence")
        if not entry.reason.strip():
            yield document.error(f"'{name}' is an assumption and lacks a 'reason' for its range", name)
        if entry.prior is None and entry.range is None:
            yield document.error(f"'{name}' is an assumption and lacks a 'prior' or a 'range'", name)
    else:
        if entry.source is None:
            yield document.error(f"'{name}' is {entry.kind} and lacks a 'source'", name)
        if entry.confidence is None:
            expected = "expected high, medium, low or derived"
            yield document.error(f"'{name}' is {entry.kind} and lacks a 'confidence': {expected}", name)


def _prior_errors(entry: ParameterEntry, document: Document, name: str) -> Iterator[InputError]:
    prior = entry.prior
    if prior is None:
        return
    if not prior.low < prior.high:
        message = f"'prior': low is {prior.low:g} and high is {prior.high:g}, expected low below high"
        yield document.error(message, name, "prior")
    elif not prior.factor and (entry.index is not None or len(entry.values) > 1):
        message = "the prior of several numbers is a factor on them: add 'factor: true', low and high near 1"
        yield document.error(message, name, "prior")
    elif prior.factor and not prior.low <= 1 <= prior.high:
        message = f"a prior that is a factor must hold 1, found {prior.low:g} to {prior.high:g}"
        yield document.error(message, name, "prior")
    if prior.distribution == "lognormal" and prior.low <= 0:
        message = f"a lognormal prior lies above 0, found low {prior.low:g}"
        yield document.error(message, name, "prior", "low")


def read_parameter(
    document: Document, name: object, kind: str | None, file: str
) -> Parameter | list[InputError]:
    """Check one entry of a parameter file and return it frozen, or every refusal.

    Parameters
    ----------
    kind
        The kind that the folder stands for, or None if the folder stands for none.
    file
        The file as the parameter will show it.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        expected = "expected a name such as contact.minutes_per_interview"
        return [document.error(f"found {_shown(name)}, {expected}", name)]
    entry = read_entry(ParameterEntry, document, name, content=document.content[name])
    if isinstance(entry, list):
        return entry
    if kind is not None and entry.kind != kind:
        return [document.error(f"kind is '{entry.kind}' in the folder '{kind}'", name, "kind")]
    errors = [*_value_errors(entry, document, name), *_trust_errors(entry, document, name)]
    errors += _prior_errors(entry, document, name)
    if not errors:
        errors += _interval_errors(entry, document, name)
    return errors or _frozen(entry, name, file, document.line(name))


def _frozen(entry: ParameterEntry, name: str, file: str, line: int) -> Parameter:
    components = INDEXES[entry.index] if entry.index else ()
    values = tuple(
        (day, tuple(float(found[part]) for part in components) if components else (float(found),))
        for day, found in sorted(entry.values.items())
    )
    prior = entry.prior
    return Parameter(
        name=name,
        kind=entry.kind,
        label=entry.label,
        label_da=entry.label_da,
        unit=entry.unit,
        values=values,
        index=entry.index,
        source=entry.source.frozen() if entry.source else None,
        confidence=entry.confidence,
        prior=Prior(prior.distribution, prior.low, prior.high, prior.factor) if prior else None,
        range=(entry.range[0], entry.range[1]) if entry.range else None,
        reason=entry.reason,
        note=entry.note,
        bounds=(entry.bounds[0], entry.bounds[1]) if entry.bounds else None,
        mechanism=entry.mechanism,
        file=file,
        line=line,
    )
