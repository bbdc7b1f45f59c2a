"""Reads the parameter files into a :class:`ParameterSet`, or refuses all that does not fit."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from pathlib import Path

from sim.engine.kept_list import kept
from sim.errors import InputError
from sim.parameters.document import Document, raise_all, read_document, shown_path
from sim.parameters.fitted import NAME as FITTED
from sim.parameters.fitted import read_fitted
from sim.parameters.parameter import KINDS, Parameter
from sim.parameters.parameter_set import ParameterSet

_FOLDER = Path(__file__).parent


def load_parameters(folder: str | Path | None = None, *, fitted: bool = True) -> ParameterSet:
    """Return the parameters of a folder with law/, evidence/ and assumption/ (default: those of the product).

    Read once per process; those of the product, once checked, are kept until a file of theirs changes.

    Parameters
    ----------
    fitted
        With the fitted values of the folder's ``fitted.yaml``, as changes of kind ``fit``.  False gives the
        numbers of the entries alone: what a fit begins from.

    Raises
    ------
    InputError
        Anything in any file does not fit; every error is listed with its file and line.
    """
    place = Path(folder).resolve() if folder is not None else _FOLDER
    return _load_fitted(place) if fitted else _load(place)


@cache
def _load_fitted(folder: Path) -> ParameterSet:
    changes = read_fitted(folder / FITTED, _place(folder / FITTED, folder))
    return _load(folder).with_changes(changes) if changes else _load(folder)


@cache
def _load(folder: Path) -> ParameterSet:
    if folder != _FOLDER:
        return ParameterSet(_read(folder))
    rows = kept(
        "parameters", [folder], lambda: [asdict(each) for each in _read(folder)], patterns=("*.yaml", "*.py")
    )
    return ParameterSet(Parameter.from_row(row) for row in rows)


def _read(folder: Path) -> list[Parameter]:
    """Return the entries of a folder, read and checked."""
    errors: list[InputError] = []
    found: dict[str, tuple[Parameter, InputError]] = {}
    for path in _files(folder):
        kind = path.relative_to(folder).parts[0]
        try:
            document = read_document(path)
        except InputError as error:
            errors.append(error)
            continue
        _collect(document, kind if kind in KINDS else None, _place(path, folder), found, errors)
    raise_all(errors)
    return [parameter for parameter, _ in found.values()]


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise InputError("no such folder of parameters", file=shown_path(folder))
    for path in sorted(folder.rglob("*.yml")):
        raise InputError("parameter files end in .yaml, not .yml", file=shown_path(path))
    return sorted(path for path in folder.rglob("*.yaml") if path != folder / FITTED)


def _place(path: Path, folder: Path) -> str:
    """Return the file as parameters show it: the same on every machine for the files of the product."""
    if folder == _FOLDER:
        return f"sim/parameters/{path.relative_to(folder).as_posix()}"
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
