"""Published experiments in the likelihood, and the parameters that they tell (``calibration/effects.yaml``).

A criterion is an outcome of a virtual trial that calibration may use, what was published of it on the same
scale, its standard error, and the parameters that it informs.  Only designs of grade A (by lot) and B
(quasi-experiments) are taken; before-after comparisons, cross-sections and business cases are refused.

A parameter that is told by an experiment has a prior from before it: that of its entry rests on the very
study, which would count twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from calibration.experiments.library import FOR_CALIBRATION, load_for_calibration
from calibration.experiments.schema import OutcomeEntry
from calibration.experiments.verdicts import grade_of
from sim.errors import InputError, suggest
from sim.parameters.beliefs import load_belief
from sim.parameters.document import Document, raise_all, read_document

Vector = NDArray[np.float64]
FILE = Path(__file__).resolve().parents[1] / "effects.yaml"
#: Designs that say what caused what: by lot, and quasi-experiments.
TAKEN = ("A", "B")
Bound = Literal["", "at_least", "at_most"]


class BeforeEntry(BaseModel):
    """A prior without the experiments, written as that of an entry is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    distribution: Literal["normal", "uniform", "triangular", "lognormal"]
    low: float
    high: float


class EffectEntry(BaseModel):
    """A parameter that experiments tell."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    before: BeforeEntry | None = None
    why: str


class CriterionEntry(BaseModel):
    """A published result in the likelihood."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    trial: str
    measured: dict[str, Any] = Field(alias="as")
    value: float
    error: float = Field(gt=0)
    transfer: float = Field(ge=0, le=1)
    bound: Bound = ""
    informs: tuple[str, ...] = Field(min_length=1)
    because: str = Field(min_length=1)


class SchoolEntry(BaseModel):
    """Beliefs of which one is true in each draw, with equal chances."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    beliefs: tuple[str, ...] = Field(min_length=2)
    why: str


class EffectsEntry(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    parameters: dict[str, EffectEntry]
    criteria: dict[str, CriterionEntry]
    schools: dict[str, SchoolEntry] = Field(default_factory=dict)


@dataclass(frozen=True)
class Criterion:
    """A published result as an outcome of a virtual trial measures it, on the scale of the outcome."""

    id: str
    trial: str
    outcome: OutcomeEntry
    value: float
    error: float
    transfer: float
    bound: Bound
    informs: tuple[str, ...]
    grade: str
    because: str = ""
    sharing: int = 1  # criteria of the same trial: the same persons again

    @property
    def variance(self) -> float:
        """Variance of what was published about what holds here.

        That of the source and that of another place and time, times the number of criteria of the same
        trial: together they count as one.
        """
        return (self.error**2 + (self.transfer * self.value) ** 2) * self.sharing


def shortfall(criteria: Sequence[Criterion], moments: Vector) -> Vector:
    """Return how far moments (n, criteria) are from what was published; 0 on the free side of a bound."""
    found = moments - np.array([each.value for each in criteria])
    for at, each in enumerate(criteria):
        if each.bound == "at_least":
            found[:, at] = np.minimum(found[:, at], 0.0)
        elif each.bound == "at_most":
            found[:, at] = np.maximum(found[:, at], 0.0)
    return found


@dataclass(frozen=True)
class School:
    """Beliefs of which one is true, as positions on one axis of the unit cube."""

    name: str
    beliefs: tuple[str, ...]
    why: str

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters that the beliefs set."""
        return tuple(sorted({change.parameter for belief in self._changes for change in belief}))

    @cached_property
    def _changes(self) -> list[Any]:
        return [load_belief(each).changes() for each in self.beliefs]

    def which(self, positions: Vector) -> NDArray[np.int64]:
        """Return which belief is true at positions (n,)."""
        n = len(self.beliefs)
        return np.minimum((positions * n).astype(np.int64), n - 1)

    def felt(self, positions: Vector) -> Vector:
        """Return the middle of the belief's part of the axis (n,): all that a position says."""
        return np.asarray((self.which(positions) + 0.5) / len(self.beliefs))

    def values(self, positions: Vector) -> Vector:
        """Return the parameters' values (n, parameters)."""
        table = [
            [next(c.values[0][1] for c in belief if c.parameter == name) for name in self.parameters]
            for belief in self._changes
        ]
        return np.asarray(table, np.float64)[self.which(positions)]


@dataclass(frozen=True)
class Effects:
    """The file, checked: parameters by name, criteria, schools."""

    parameters: dict[str, EffectEntry]
    criteria: tuple[Criterion, ...]
    schools: tuple[School, ...]
    document: Document


def read_effects(path: Path = FILE) -> Effects:
    """Read what experiments tell.

    Raises
    ------
    InputError
        A field that there is not, a trial that calibration may not use, a grade below B, an outcome that the
        trial has not, a criterion that informs a parameter that is not free, or one that nothing informs.
    """
    document = read_document(path)
    try:
        entry = EffectsEntry.model_validate(document.content)
    except ValidationError as problem:
        raise_all(
            [
                document.error(f"{'.'.join(map(str, each['loc']))}: {each['msg']}", *each["loc"])
                for each in problem.errors()
            ]
        )
        raise
    criteria = tuple(_criterion(name, each, entry, document) for name, each in entry.criteria.items())
    told = {name for each in criteria for name in each.informs}
    for name in entry.parameters:
        if name not in told:
            raise document.error(f"no criterion informs '{name}'", "parameters", name)
    schools = tuple(School(name, each.beliefs, each.why) for name, each in entry.schools.items())
    for school in schools:
        _check(school, document)
    return Effects(entry.parameters, criteria, schools, document)


def _check(school: School, document: Document) -> None:
    """Refuse a school whose beliefs speak of different parameters."""
    for belief in school.beliefs:
        spoken = {change.parameter for change in load_belief(belief).changes()}
        if spoken != set(school.parameters):
            raise document.error(
                f"the beliefs of '{school.name}' speak of different parameters", "schools", school.name
            )


def _criterion(name: str, entry: CriterionEntry, whole: EffectsEntry, document: Document) -> Criterion:
    here = ("criteria", name)
    grade = grade_of(name)
    if grade not in TAKEN:
        raise document.error(
            f"'{name}' is of grade {grade}; the likelihood takes {' and '.join(TAKEN)}", *here
        )
    if name not in FOR_CALIBRATION.get(entry.trial, ()):
        raise document.error(f"calibration may not use '{name}' of the trial '{entry.trial}'", *here, "trial")
    for parameter in entry.informs:
        if parameter not in whole.parameters:
            near = suggest(parameter, whole.parameters)
            raise document.error(
                f"'{name}' informs '{parameter}', which is not free.{near}", *here, "informs"
            )
    outcome = _measured_as(name, entry, document)
    sharing = sum(each.trial == entry.trial for each in whole.criteria.values())
    return Criterion(
        name, entry.trial, outcome, entry.value, entry.error, entry.transfer, entry.bound, entry.informs,
        grade, entry.because, sharing,
    )  # fmt: skip


def _measured_as(name: str, entry: CriterionEntry, document: Document) -> OutcomeEntry:
    """Return the trial's outcome, measured as the criterion says."""
    known = {each.id: each for each in load_for_calibration(entry.trial).entry.outcomes}
    if name not in known:
        raise document.error(f"the trial '{entry.trial}' has no outcome '{name}'", "criteria", name, "trial")
    content = known[name].model_dump() | entry.measured
    try:
        return OutcomeEntry.model_validate(content)
    except ValidationError as problem:
        raise document.error(f"{name}: {problem.errors()[0]['msg']}", "criteria", name, "as") from problem


def refuse_unknown(effects: Effects, names: Sequence[str]) -> None:
    """Refuse a parameter of the file that the model has not.

    Raises
    ------
    InputError
        With the nearest name.
    """
    for name in effects.parameters:
        if name.partition("[")[0] not in names:
            raise _unknown(effects.document, name, names)


def _unknown(document: Document, name: str, names: Sequence[str]) -> InputError:
    return document.error(f"unknown parameter '{name}'.{suggest(name, names)}", "parameters", name)
