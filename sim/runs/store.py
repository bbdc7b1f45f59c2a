"""The store of finished results: one file under the address of everything that decides it.

Whatever is simulated (runs of a comparison, virtual trials, points of a calibration, paired runs of a
sensitivity analysis) has an *identity*: its request, and the digests of the code, data and parameters that it
is made with.  The hash of the identity is its address, so the same thing is never simulated twice and another
one is never taken for it.

An entry is ``<two digits>/<address>.zip``: the files of the result, uncompressed, and ``entry.json`` with the
identity and the hash of every file.  It is written beside its place and moved there, so it is there whole or
not at all; what is read is checked against its hashes first, so it is never half-read.  What is damaged
counts as missing and is made again.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sim.errors import RunError
from sim.runs.version import code_digest, data_digest

#: Raised when what is stored changes in form, so that old entries are not mixed with new ones.
FORMAT = 3
#: Written last: a folder that has it holds finished results.
MANIFEST = "manifest.json"
_ENTRY = "entry.json"
#: Every file of an entry has this date: the same result is the same bytes whenever it is made.
_DATE = (1980, 1, 1, 0, 0, 0)
_TRIES = 3
_NOT_THERE = (FileNotFoundError, NotADirectoryError)


class Addressed(Protocol):
    """Something that is simulated: what decides its result, and the hash of that."""

    @property
    def identity(self) -> Mapping[str, Any]:
        """Everything that decides the result, in plain types; see :func:`simulated`."""

    @property
    def key(self) -> str:
        """Its :func:`address`."""


def simulated(**decides: Any) -> dict[str, Any]:
    """Return the identity of what this Jobvej makes of a request: the request with form, code and data."""
    return {"format": FORMAT, "code": code_digest(), "data": data_digest(), **decides}


def address(identity: Mapping[str, Any]) -> str:
    """Return the address of a result: 32 hexadecimal digits of the SHA-256 of its identity."""
    text = json.dumps(identity, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def digest_of_files(files: Iterable[Path]) -> str:
    """Return the SHA-256 of files in the order given: for code outside ``sim`` that decides a result."""
    total = hashlib.sha256()
    for file in files:
        total.update(file_hash(file).encode())
    return total.hexdigest()


@dataclass(frozen=True)
class Store:
    """A folder of entries; it is made when the first of them is put."""

    folder: Path

    def path(self, task: Addressed) -> Path:
        """Return where the entry of a task is or will be."""
        return self.folder / task.key[:2] / f"{task.key}.zip"

    def state(self, task: Addressed) -> str:
        """Return 'whole', 'missing' or 'damaged'; the entry is read and checked."""
        try:
            return "damaged" if _files_of(self.path(task), task) is None else "whole"
        except _NOT_THERE:
            return "missing"

    def has(self, task: Addressed) -> bool:
        """Whether the entry of a task is there, whole."""
        return self.state(task) == "whole"

    def put(self, task: Addressed, files: Mapping[str, bytes]) -> None:
        """Keep the files of a finished task, in one move; an entry that is there is replaced.

        Raises
        ------
        OSError
            If the disk is full or the folder cannot be written; nothing is left behind then.
        """
        content, place = _packed(task, files), self.path(task)
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f".{task.key}.{os.getpid()}"
        for attempt in range(_TRIES):
            try:
                beside.write_bytes(content)
                os.replace(beside, place)
                return
            except FileNotFoundError:  # another process that began to use the store swept it away
                if attempt == _TRIES - 1:
                    raise
            finally:
                beside.unlink(missing_ok=True)

    def read(self, task: Addressed) -> dict[str, bytes]:
        """Return the files of a task by name.

        Raises
        ------
        RunError
            If the entry is missing or damaged.
        """
        try:
            files = _files_of(self.path(task), task)
        except _NOT_THERE:
            files = None
        if files is None:
            raise RunError(
                f"{self.path(task)} was there and is gone or damaged now; give the same command again"
            )
        return files

    def sweep(self) -> None:
        """Remove what interrupted writers left."""
        for left in self.folder.glob(".*"):
            left.unlink(missing_ok=True)


def _packed(task: Addressed, files: Mapping[str, bytes]) -> bytes:
    """Return the bytes of an entry."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    made = json_bytes({"identity": task.identity, "files": hashes})
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as packed:
        for name, content in {_ENTRY: made, **files}.items():
            about = zipfile.ZipInfo(name, _DATE)
            about.create_system = 3  # the same bytes on every system
            packed.writestr(about, content)
    return stream.getvalue()


def _files_of(path: Path, task: Addressed) -> dict[str, bytes] | None:
    """Return the files of an entry; None where it is not the whole entry of the task."""
    content = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            files = {name: packed.read(name) for name in packed.namelist()}
        entry = json.loads(files.pop(_ENTRY))
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, NotImplementedError):
        return None
    if not isinstance(entry, dict) or entry.get("identity") != _plain(task.identity):
        return None
    found = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return files if found == entry.get("files") else None


def _plain(identity: Mapping[str, Any]) -> Any:
    """Return an identity as it comes back from its JSON."""
    return json.loads(json.dumps(identity, default=str))


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def json_bytes(content: Mapping[str, Any]) -> bytes:
    """Return content as JSON, the same bytes for the same content."""
    return (json.dumps(content, indent=1, ensure_ascii=False, default=str) + "\n").encode()


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON in one move, the same bytes for the same content."""
    write_whole(path, json_bytes(content))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one move: whole or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def read_json(path: Path) -> dict[str, Any] | None:
    """Return the content, or None where the file is missing or damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
