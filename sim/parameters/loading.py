"""Reads the parameter files into a :class:`ParameterSet`, or refuses all that does not fit.

A new mechanism may bring its entries in its own file, as the YAML text ``PARAMETERS`` of
``sim/mechanisms/x.py``; they are entries like all others.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.engine.kept_list import kept
from sim.errors import InputError
from sim.parameters.baselines import DEFAULT, HELD, HELD_ON, baseline_changes, check_baseline
from sim.parameters.baselines import NAME as DECIDED
from sim.parameters.document import Document, parse_document, raise_all, read_document, shown_path
from sim.parameters.fitted import NAME as FITTED
from sim.parameters.fitted import read_fitted
from sim.parameters.parameter import KINDS, Parameter
from sim.parameters.parameter_set import ParameterSet
from sim.parameters.priors import FIXED
from sim.states import INDEXES

if TYPE_CHECKING:
    from sim.parameters.schema import ComponentEntry

_FOLDER = Path(__file__).parent
_MECHANISMS = _FOLDER.parent / "mechanisms"
#: The entries that a mechanism's file brings: a text of its own between triple quotes.
_BROUGHT = re.compile(r'^PARAMETERS = """\\?\n(.*?)^"""$', re.MULTILINE | re.DOTALL)
#: Key under which a file gives the components of one state.
COMPONENTS = "components"


def load_parameters(
    folder: str | Path | None = None, *, fitted: bool = True, baseline: str = DEFAULT
) -> ParameterSet:
    """Return the parameters of a folder with law/, evidence/ and assumption/ (default: those of the product).

    Read once per process; those of the product, once checked, are kept until a file of theirs changes.

    Parameters
    ----------
    fitted
        With the fitted values of the folder's ``fitted.yaml``, as changes of kind ``fit``.  False gives the
        numbers of the entries alone: what a fit begins from.
    baseline
        ``law-2024``, what the files say, ``law-now``, with what was decided later, or ``law-held``, without
        what is dated after 1 January 2024 (:mod:`sim.parameters.baselines`).

    Raises
    ------
    InputError
        Anything in any file does not fit; every error is listed with its file and line.
    """
    place = Path(folder).resolve() if folder is not None else _FOLDER
    if check_baseline(baseline) != DEFAULT:
        return _load_baseline(place, fitted, baseline)
    return _load_fitted(place) if fitted else _load(place)


@cache
def _load_baseline(folder: Path, fitted: bool, baseline: str) -> ParameterSet:
    parameters = load_parameters(folder, fitted=fitted)
    if baseline == HELD:
        return parameters.held(HELD_ON)
    return parameters.with_changes(baseline_changes(baseline))


@cache
def _load_fitted(folder: Path) -> ParameterSet:
    changes = read_fitted(folder / FITTED, _place(folder / FITTED, folder))
    return _load(folder).with_changes(changes) if changes else _load(folder)


@cache
def _load(folder: Path) -> ParameterSet:
    if folder != _FOLDER:
        return ParameterSet(_read(folder))
    made_of = (
        f"parameters-{hashlib.sha256(repr(INDEXES).encode()).hexdigest()[:8]}"  # the lists of components
    )
    rows = kept(
        made_of,
        [folder, _MECHANISMS],
        lambda: [asdict(each) for each in _read(folder, _MECHANISMS)],
        patterns=("*.yaml", "*.py"),
    )
    return ParameterSet(Parameter.from_row(row) for row in rows)


def _read(folder: Path, mechanisms: Path | None = None) -> list[Parameter]:
    """Return the entries of a folder, and those that mechanisms bring in their files, read and checked."""
    errors: list[InputError] = []
    found: dict[str, tuple[Parameter, InputError]] = {}
    documents = []
    for path in _files(folder):
        try:
            documents.append((path, read_document(path)))
        except InputError as error:
            errors.append(error)
    for path in sorted(mechanisms.rglob("*.py")) if mechanisms else ():
        documents += [(path, document) for document in _brought(path)]
    _fill_components([document for _, document in documents], errors)
    for path, document in documents:
        kind = path.relative_to(folder).parts[0] if path.is_relative_to(folder) else None
        _collect(document, kind if kind in KINDS else None, _place(path, folder), found, errors)
    raise_all(errors)
    return [parameter for parameter, _ in found.values()]


def _brought(path: Path) -> Iterator[Document]:
    """Yield the entries in a mechanism's file; their lines are those of the file."""
    text = path.read_text("utf-8")
    found = _BROUGHT.search(text)
    if found is not None:
        before = text.count("\n", 0, found.start(1))
        yield parse_document("\n" * before + found[1], shown_path(path))


def _fill_components(documents: list[Document], errors: list[InputError]) -> None:
    """Give parameters indexed by state the components that a file of a state's own says (``components``)."""
    from sim.parameters.schema import ComponentEntry, read_entry  # here: the schema library is slow to load

    for document in documents:
        if not isinstance(document.content, dict) or COMPONENTS not in document.content:
            continue
        entry = read_entry(ComponentEntry, document, COMPONENTS, content=document.content.pop(COMPONENTS))
        if isinstance(entry, list):
            errors += entry
            continue
        left = dict(entry.values)
        for other in documents:
            for name, content in (other.content or {}).items():
                if isinstance(content, dict) and content.get("index") == "state":
                    given = left.pop(name, None)
                    _add_component(content, entry, given)
        for name in left:
            message = f"'{name}' is no parameter indexed by state"
            errors.append(document.error(message, COMPONENTS, "values", name))


def _add_component(content: dict[str, Any], entry: ComponentEntry, given: float | None) -> None:
    """Add a state's component to the values of a parameter at every date, where it is missing.

    How many people there are is never taken from another state.
    """
    for numbers in content["values"].values():
        if not isinstance(numbers, dict) or entry.state in numbers:
            continue
        if given is not None:
            numbers[entry.state] = given
        elif entry.like in numbers and content.get("unit") != "persons":
            numbers[entry.state] = numbers[entry.like]


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise InputError("no such folder of parameters", file=shown_path(folder))
    for path in sorted(folder.rglob("*.yml")):
        raise InputError("parameter files end in .yaml, not .yml", file=shown_path(path))
    others = (folder / FITTED, folder / DECIDED, folder / FIXED)
    return sorted(path for path in folder.rglob("*.yaml") if path not in others)


def _place(path: Path, folder: Path) -> str:
    """Return the file as parameters show it: the same on every machine for the files of the product."""
    if folder == _FOLDER:
        return path.relative_to(_FOLDER.parents[1]).as_posix()
    return shown_path(path)


def _collect(
    document: Document,
    kind: str | None,
    file: str,
    found: dict[str, tuple[Parameter, InputError]],
    errors: list[InputError],
) -> None:
    from sim.parameters.schema import read_parameter  # the schema library is heavy

    if document.content is None:
        return
    if not isinstance(document.content, dict):
        errors.append(document.error("expected parameter names with their entries"))
        return
    for name in document.content:
        read = read_parameter(document, name, kind, file)
        if isinstance(read, list):
            errors += read
        elif name in found:
            first = found[name][1]
            errors.append(document.error(f"'{name}' stands twice: first at {first.file}:{first.line}", name))
        else:
            found[name] = (read, document.error("", name))
