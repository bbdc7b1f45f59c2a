"""The calibration targets: published figures, each with what it means and what it is compared with.

One YAML file per theme lies beside this module.  An entry says value, unit, uncertainty, period, the
definition of the source, the registered function (:mod:`calibration.moments`) that measures the same in the
model, what differs between the two, and the source.  One that was counted under another law than that of the
run says so (``law``: a name in ``laws.yaml``) and is measured in a world of its own under it
(:mod:`calibration.targets.laws`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from calibration.targets.laws import load_laws
from sim.errors import InputError, suggest
from sim.parameters.document import Document, raise_all, read_document

FOLDER = Path(__file__).resolve().parent
#: Standard error, as a share of the value, where the source gives none.
ASSUMED_ERROR = 0.05
#: Files of this folder that hold something else than targets.
_OTHER = frozenset({"levels.yaml", "laws.yaml"})


class Source(BaseModel):
    """Where a figure was published; ``ids`` are its rows in the compiled data."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    publisher: str
    year: int
    locator: str = ""
    url: str
    ids: tuple[str, ...]


class Target(BaseModel):
    """One published figure and its counterpart in the model."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    id: str
    group: str
    label: str
    label_da: str
    value: float
    se: float | None = Field(default=None, gt=0)
    unit: str
    period: str
    definition: str
    measure: str
    arguments: dict[str, Any] = Field(default_factory=dict, alias="with")
    law: str | None = None
    compared: str
    comparable: Literal["full", "partly", "poor", "differs"]
    source: Source
    confidence: Literal["high", "medium", "low", "derived"]

    @property
    def error(self) -> float | None:
        """Standard error: the source's, else 5 per cent of the value; None where none makes sense."""
        if self.unit == "correlation":
            return None
        return self.se if self.se is not None else ASSUMED_ERROR * abs(self.value)

    @property
    def counts(self) -> bool:
        """Whether source and model count the same, at least in part; others are shown and no more."""
        return self.comparable != "differs"

    @property
    def error_assumed(self) -> bool:
        """Whether the standard error is the assumed 5 per cent."""
        return self.se is None and self.unit != "correlation"

    @property
    def measured_as(self) -> str:
        """Short text of the model's counterpart: function and arguments."""
        given = ", ".join(f"{name}={_brief(value)}" for name, value in self.arguments.items())
        under = f" under {self.law}" if self.law else ""
        return f"{self.measure}({given}){under}"


def _brief(value: Any) -> str:
    if isinstance(value, dict):
        return "+".join(k if v == "all" else f"{k}:{v}" for k, v in value.items())
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)


def read_targets(path: Path) -> dict[str, Target]:
    """Read one file of targets.

    Raises
    ------
    InputError
        An entry lacks a field, has an unknown one (with the nearest name), an impossible value, or names a
        law that there is not.
    """
    document = read_document(path)
    if not isinstance(document.content, dict):
        raise document.error("expected a mapping from target id to its entry")
    found: dict[str, Target] = {}
    errors: list[InputError] = []
    for name, entry in document.content.items():
        try:
            found[str(name)] = Target.model_validate({"id": str(name), "group": path.stem, **entry})
        except ValidationError as problem:
            errors.extend(_refusals(document, str(name), problem))
        except TypeError:
            errors.append(document.error(f"'{name}' must be a mapping with value, unit, measure ...", name))
        else:
            law = found[str(name)].law
            if law is not None and law not in load_laws():
                text = f"{name}: '{law}' is no law in laws.yaml.{suggest(law, load_laws())}"
                errors.append(document.error(text, name, "law"))
    raise_all(errors)
    return found


def _refusals(document: Document, name: str, problem: ValidationError) -> list[InputError]:
    known = [*Target.model_fields, "with"]
    refusals = []
    for error in problem.errors():
        where = error["loc"]
        text = f"{name}: {'.'.join(map(str, where))}: {error['msg']}"
        if error["type"] == "extra_forbidden":
            text = f"{name}: unknown field '{where[-1]}'.{suggest(str(where[-1]), known)}"
        refusals.append(document.error(text, name, *where))
    return refusals


@cache
def load_targets() -> dict[str, Target]:
    """Read every target, in the order of files and entries; cached.

    Raises
    ------
    InputError
        A file is not as :func:`read_targets` expects, or an id stands twice.
    """
    targets: dict[str, Target] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.name in _OTHER:
            continue
        for name, target in read_targets(path).items():
            if name in targets:
                raise InputError(f"target '{name}' also stands in {targets[name].group}.yaml", file=path)
            targets[name] = target
    return targets


def laws_of_targets() -> tuple[str, ...]:
    """Return the names of the laws other than the run's under which some target was counted, in order."""
    return tuple(sorted({target.law for target in load_targets().values() if target.law is not None}))
