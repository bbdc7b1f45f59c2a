"""The law of the year in which a target was counted: named sets of settings, in ``laws.yaml``.

A figure of 2019 was counted under the law of 2019.  Its target names a set of settings (``law:``), and the
model's counterpart is measured in a world of its own that differs from the run by those settings alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.errors import InputError, suggest
from sim.parameters import Change, Origin, ParameterSet, load_parameters
from sim.parameters.document import Document, raise_all, read_document

FILE = Path(__file__).resolve().parent / "laws.yaml"
#: Largest share of the population in a world of another law: its targets are rates, which need no more.
LARGEST_SCALE = 0.05
#: Before any date in the law: a setting holds the whole time.
_ALWAYS = date.min


class LawSource(BaseModel):
    """Where the rules are to be read; ``ids`` are rows in the compiled data."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    publisher: str
    year: int
    locator: str
    url: str
    ids: tuple[str, ...] = ()


class LawOfYear(BaseModel):
    """Settings that make the law of a run that of another year, with sources and what was not found."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    label_da: str
    settings: dict[str, float] = Field(min_length=1)
    note: str
    sources: tuple[LawSource, ...] = Field(min_length=1)


def read_laws(path: Path = FILE) -> dict[str, LawOfYear]:
    """Read the sets of settings by name.

    Raises
    ------
    InputError
        An entry has a wrong field, or sets a parameter that there is not (with file, line and nearest name).
    """
    document = read_document(path)
    if not isinstance(document.content, dict):
        raise document.error("expected a mapping from the law's name to its entry")
    found: dict[str, LawOfYear] = {}
    errors: list[InputError] = []
    parameters = load_parameters()
    for name, entry in document.content.items():
        try:
            law = LawOfYear.model_validate(entry)
        except ValidationError as problem:
            errors.extend(
                document.error(
                    f"{name}: {'.'.join(map(str, each['loc']))}: {each['msg']}", str(name), *each["loc"]
                )
                for each in problem.errors()
            )
            continue
        found[str(name)] = law
        errors.extend(_unknown(document, str(name), law, parameters))
    raise_all(errors)
    return found


def _unknown(document: Document, law: str, entry: LawOfYear, parameters: ParameterSet) -> list[InputError]:
    """Refusals of the parameters and components of an entry that there are not."""
    refused = []
    for setting in entry.settings:
        name, _, component = setting.partition("[")
        if name not in parameters.names:
            text = f"{law}: unknown parameter '{name}'.{suggest(name, parameters.names)}"
        elif component and component.rstrip("]") not in parameters[name].components:
            known = parameters[name].components
            text = f"{law}: '{name}' has no component '{component.rstrip(']')}'."
            text += suggest(component.rstrip("]"), known)
        else:
            continue
        refused.append(document.error(text, law, "settings", setting))
    return refused


@cache
def load_laws() -> Mapping[str, LawOfYear]:
    """Return the sets of settings that targets may name; cached."""
    return read_laws()


def under_law(parameters: ParameterSet, law: str) -> ParameterSet:
    """Return the parameters with the settings of a named law, over everything else that is set."""
    origin = Origin(f"the law {law}", kind="user")
    settings = load_laws()[law].settings
    return parameters.with_changes(
        tuple(Change(name, "set", ((_ALWAYS, value),), origin=origin) for name, value in settings.items())
    )
