"""Finds and reads reforms: by name in the catalogue, by file, or several joined with +."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from pathlib import Path

from reforms.reform import Reform, combine
from reforms.schema import ReformEntry, read_changes, read_reform
from reforms.templates import TEMPLATES, is_variant, make
from sim.errors import InputError, shortened, suggest
from sim.parameters import ParameterSet, load_parameters
from sim.parameters.document import Document, raise_all, read_document

CATALOGUE = Path(__file__).parent / "catalogue"


#: No list of names joined with + is longer.
LONGEST_ASKED = 4000


def load(spec: str | Path, parameters: ParameterSet | None = None) -> Reform:
    """Return a reform that has been checked against the parameters.

    Parameters
    ----------
    spec
        A name of the catalogue (``cut-3bn``), a file (``my/reform.yaml``), a variant (``cut:2bn``, see
        :mod:`reforms.templates`), or several joined with ``+``.
    parameters
        The parameters that it is to change; the baseline's by default.

    Raises
    ------
    InputError
        No such reform (with the nearest name), or anything in it does not fit: unknown parameters,
        components, municipalities or keys, impossible values or dates, contradictions, changes that
        never take effect.
    """
    reform = read(spec)
    if reform.changes:
        (parameters or load_parameters()).with_changes(reform.changes)
    return reform


def read(spec: str | Path) -> Reform:
    """Return a reform whose file is valid, not yet checked against the parameters (fast)."""
    text = str(spec)
    if isinstance(spec, Path) or os.path.isfile(text):
        return _from_file(Path(spec), ())
    if len(text) > LONGEST_ASKED:
        raise InputError(f"unknown reform '{shortened(text)}': {len(text):,} letters")
    names = [part.strip() for part in text.split("+")]
    return combine([_one(name, CATALOGUE, ()) for name in names])


@cache
def catalogue() -> tuple[Reform, ...]:
    """Return the reforms that come with the product, by name, read but not checked against the parameters."""
    return tuple(_from_file(path, ()) for path in sorted(CATALOGUE.glob("*.yaml")))


def catalogue_names() -> tuple[str, ...]:
    """Return the names of the reforms that come with the product."""
    return tuple(path.stem for path in sorted(CATALOGUE.glob("*.yaml")))


def _one(name: str, folder: Path, inside: tuple[str, ...]) -> Reform:
    """Return the reform of a name, looked for in a folder, in the catalogue and as a file."""
    for path in (folder / f"{name}.yaml", CATALOGUE / f"{name}.yaml", Path(name)):
        if name and os.path.isfile(path):
            return _from_file(path, inside)
    if is_variant(name):
        return make(name, read)
    if name.endswith((".yaml", ".yml")) or "/" in name:
        raise InputError("no such file", file=name)
    known = catalogue_names()
    hint = suggest(name, (*known, *TEMPLATES))
    hint = hint or f" jobvej reforms list shows the {len(known)} of the catalogue."
    raise InputError(f"unknown reform '{name}'.{hint}")


def _entry(path: Path) -> tuple[Document, ReformEntry]:
    """Return what a file says, checked."""
    document = read_document(path)
    entry = read_reform(document)
    if isinstance(entry, list):
        raise_all(entry)
        raise AssertionError("a refused entry has errors")
    return document, entry


#: The same for the files of the catalogue, read once each: packages share members.
_catalogue_entry = cache(_entry)


def _from_file(path: Path, inside: tuple[str, ...]) -> Reform:
    document, entry = _catalogue_entry(path) if path.parent == CATALOGUE else _entry(path)
    if path.parent == CATALOGUE and entry.name != path.stem:
        message = f"'name': found '{entry.name}', expected '{path.stem}', the name of the file"
        raise document.error(message, "name")
    if entry.combines is not None:
        return _package(entry, document, path, inside)
    changes, errors = read_changes(entry, document)
    raise_all(errors)
    return replace(_described(entry, document), changes=tuple(changes))


def _package(entry: ReformEntry, document: Document, path: Path, inside: tuple[str, ...]) -> Reform:
    """Return the combination that a file describes under a name and texts of its own."""
    if entry.name in inside:
        raise document.error(
            f"'{entry.name}' combines itself: {' > '.join((*inside, entry.name))}", "combines"
        )
    members = []
    for position, name in enumerate(entry.combines or []):
        if Path(name).is_absolute() or ".." in Path(name).parts:
            said = f"found '{name}', expected a reform of the catalogue, or a file beside this one"
            raise document.error(said, "combines", position)
        try:
            members.append(_one(name, path.parent, (*inside, entry.name)))
        except InputError as error:
            if error.file is None:
                raise document.error(error.message, "combines", position) from error
            raise
    try:
        whole = combine(members, entry.name)
    except InputError as error:
        if error.file is None and not hasattr(error, "errors"):
            raise document.error(error.message, "combines") from error
        raise
    described = _described(entry, document)
    return replace(
        described,
        changes=whole.changes,
        parts=whole.parts,
        proposals=tuple(dict.fromkeys((*described.proposals, *whole.proposals))),
        mechanisms=tuple(dict.fromkeys((*described.mechanisms, *whole.mechanisms))),
        sizes=(*described.sizes, *whole.sizes),
        runnable=described.runnable and whole.runnable,
        reason=described.reason or whole.reason,
    )


def _described(entry: ReformEntry, document: Document) -> Reform:
    return Reform(
        name=entry.name,
        title=entry.title.frozen(),
        author=entry.author,
        summary=entry.summary.frozen(),
        why=entry.why.frozen(),
        source=entry.source.frozen(),
        proposals=tuple(entry.proposals),
        theme=entry.theme,
        changes=(),
        parts=(entry.name,),
        runnable=entry.runnable,
        reason=entry.reason,
        file=document.file,
        mechanisms=tuple(entry.mechanism),
        sizes=tuple(size.frozen() for size in entry.sizes),
        nearest=tuple(entry.nearest),
        fidelity=entry.fidelity,
        left_out=tuple(each.frozen() for each in entry.left_out),
        already_law=entry.already_law.frozen() if entry.already_law else None,
        twin_of=entry.twin_of,
    )
