"""The one reader of finished results: what is read is what was written.

``manifest.json`` holds the SHA-256 of every file that a run wrote.  Reports, accounts, pairing, analyses and
notebooks ask here for a table and get its path once it has been held against that; what is changed, cut,
swapped or missing is refused by name.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sim.errors import InputError, shortened
from sim.parameters.baselines import BASELINES, DEFAULT
from sim.runs.store import FORMAT, MANIFEST, file_hash, read_json, write_json
from sim.runs.version import code_digest, data_digest, version

#: What every manifest says, and of what type it is.
_SAID: dict[str, type | tuple[type, ...]] = {
    "kind": str,
    "from": str,
    "to": str,
    "scale": (int, float),
    "replicates": int,
    "draws": int,
    "scenarios": list,
    "files": dict,
}
WHOLE, CHANGED, MISSING = "as written", "changed", "missing"


def manifest_of(folder: Path | str) -> dict[str, Any]:
    """Return what the manifest of a folder says.

    Raises
    ------
    InputError
        There is none, or it is not what a run wrote.
    """
    path = Path(folder) / MANIFEST
    if not os.path.isfile(path):  # False too for what no file can be called
        raise InputError(f"{folder} holds no finished results (no {MANIFEST}); jobvej compare makes them")
    said = read_json(path)
    wrong = [key for key, kind in _SAID.items() if said is None or not isinstance(said.get(key), kind)]
    if said is None or wrong or not all(_is_scenario(each) for each in said["scenarios"]):
        lacks = f" (it lacks {', '.join(wrong)})" if said is not None and wrong else ""
        raise InputError(
            f"this is not what a run wrote{lacks}: make the results again with jobvej compare",
            file=path,
        )
    return said


def _is_scenario(found: Any) -> bool:
    return isinstance(found, Mapping) and isinstance(found.get("name"), str)


def states_of_files(folder: Path | str) -> Iterator[tuple[str, str]]:
    """Yield each file of a manifest with :data:`WHOLE`, :data:`CHANGED` or :data:`MISSING`."""
    for name, expected in sorted(manifest_of(folder)["files"].items()):
        yield name, _state(Path(folder), str(name), expected)


def _state(folder: Path, name: str, expected: object) -> str:
    if Path(name).name != name or not (folder / name).is_file():
        return MISSING
    try:
        about = (folder / name).stat()
        found = _hash_of(folder / name, about.st_mtime_ns, about.st_size, about.st_ino)
    except OSError as problem:
        raise InputError(f"cannot read the file: {problem.strerror}", file=folder / name) from problem
    return WHOLE if found == expected else CHANGED


@cache
def _hash_of(path: Path, *seen: int) -> str:
    """Return the hash of a file, worked out once as long as it is not written again."""
    return file_hash(path)


def refuse_changed(folder: Path | str) -> Path:
    """Return a folder whose files are all as they were written; InputError with the first that is not."""
    for name, state in states_of_files(folder):
        if state != WHOLE:
            raise _refusal(Path(folder), name, state)
    return Path(folder)


def _refusal(folder: Path, file: str, state: str) -> InputError:
    if state == MISSING:
        return InputError(f"the file is missing, and {MANIFEST} says that it was written", file=folder / file)
    return InputError(
        "the file is not that of the manifest: it was changed after the run. Make the results again, or see "
        f"what else is changed: jobvej verify {shlex.quote(str(folder))}",
        file=folder / file,
    )


def has_table(folder: Path | str, name: str) -> bool:
    """Return whether results hold a table: its manifest says so."""
    return f"{name}.parquet" in manifest_of(folder)["files"]


def table_path(folder: Path | str, name: str) -> Path:
    """Return the path of a table that is as it was written.

    Raises
    ------
    InputError
        The results have no such table, or its file is missing or is not that of the manifest.
    """
    file = f"{name}.parquet"
    expected = manifest_of(folder)["files"].get(file)
    if expected is None:
        raise InputError(f"{folder} holds no table {name} (no {file}); jobvej compare makes it")
    state = _state(Path(folder), file, expected)
    if state != WHOLE:
        raise _refusal(Path(folder), file, state)
    return Path(folder) / file


def made_otherwise(folder: Path | str) -> tuple[str, ...]:
    """Return in what the Jobvej that made results differs from this one: version, code, data, parameters."""
    from sim.parameters import load_parameters

    said = manifest_of(folder)
    hashes = said.get("hashes")
    if said.get("format") is not None and said["format"] != FORMAT:
        return ("form",)
    if not isinstance(hashes, Mapping):
        return ()
    baseline = said.get("baseline", DEFAULT)
    law = load_parameters(baseline=baseline if baseline in BASELINES else DEFAULT)
    now = {"code": code_digest(), "data": data_digest(), "parameters": law.digest()}
    other = [name for name, digest in now.items() if hashes.get(name) not in (None, digest)]
    return tuple(["version"] * (said.get("version") not in (None, version())) + other)


def said_of(differing: tuple[str, ...], made_by: str = "") -> str:
    """Return a sentence about results of another Jobvej; empty if they are of this one."""
    if not differing:
        return ""
    by = f" (version {shortened(made_by)})" if made_by else ""
    return (
        f"These results were made with other {', '.join(differing)} of Jobvej than this one{by}; made again, "
        "their figures may differ."
    )


def write_about(folder: Path, name: str, about: Mapping[str, Any], tables: Sequence[str]) -> None:
    """Write what an analysis says of itself, with the hashes of its tables, as the last of its files."""
    write_json(folder / name, {**about, "files": {table: file_hash(folder / table) for table in tables}})


def finished(folder: Path, name: str, tables: Sequence[str], *, what: str, command: str) -> dict[str, Any]:
    """Return what a finished analysis of a folder says of itself (:func:`about_of`).

    Raises
    ------
    InputError
        There is none, and which ``command`` makes it; or it was changed.
    """
    if not (folder / name).is_file():
        raise InputError(f"{folder} holds no finished {what} ({name}); run {command}")
    return about_of(folder, name, tables)


def about_of(folder: Path, name: str, tables: Sequence[str]) -> dict[str, Any]:
    """Return what an analysis says of itself (:func:`write_about`), its tables being as they were written.

    Raises
    ------
    InputError
        It is not what an analysis wrote, or of a version without hashes; or a table is missing or changed.
    """
    about = read_json(folder / name)
    files = about.get("files") if about is not None else None
    if about is None or not isinstance(files, Mapping) or not set(tables) <= set(files):
        raise InputError(
            "this is not what an analysis of this version wrote (it lacks the hashes of its tables): make it "
            "again",
            file=folder / name,
        )
    for table in tables:
        state = _state(folder, table, files[table])
        if state != WHOLE:
            raise InputError(
                f"the file is {state}, and {name} says otherwise: make the analysis again",
                file=folder / table,
            )
    return about
