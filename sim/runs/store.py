"""The results folder: parts as they are finished, and the merged tables with their manifest.

A part is the folder ``parts/<key>/`` with its tables and ``part.json`` (what made it, hash of every file).
It is written beside its place and renamed, so it is there whole or not at all.  The merged tables are written
to a folder of their own and moved one by one, the manifest last: a manifest means that everything is there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from sim.errors import InputError
from sim.runs.plan import Plan, Task
from sim.runs.tables import ALWAYS, PERSONS, read_table, table_bytes, write_table

MANIFEST = "manifest.json"
TIMING = "timing.json"
PARTS = "parts"
_PLAN = "plan.json"
_PART = "part.json"
_STAGING = ".merging"

#: Writes further files (differences ...) from the merged tables into the folder given.
Finisher = Callable[[Path], None]


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON atomically, the same bytes for the same content."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(_json(content))
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _read_json(path: Path) -> dict[str, Any] | None:
    """Return the content, or None where the file is missing or damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def part_files(task: Task, tables: Mapping[str, pa.Table]) -> dict[str, bytes]:
    """Return the files of a finished task's part: its tables, and ``part.json`` with what made them."""
    files = {f"{name}.parquet": table_bytes(name, table) for name, table in tables.items()}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return {**files, _PART: _json({"task": task.identity, "files": hashes})}


def put_part(folder: Path, task: Task, files: Mapping[str, bytes]) -> None:
    """Write the files of a part and move them into place in one step."""
    place = folder / PARTS / task.key
    beside = folder / PARTS / f".{task.key}.{os.getpid()}"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        for name, content in files.items():
            (beside / name).write_bytes(content)
        _replace_folder(beside, place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def part_state(folder: Path, task: Task) -> str:
    """Return whether a task's part is 'whole', 'missing' or 'damaged' in a results folder."""
    place = folder / PARTS / task.key
    if not place.exists():
        return "missing"
    content = _read_json(place / _PART)
    whole = content is not None and content.get("task") == task.identity
    return "whole" if whole and content and _files_whole(place, content.get("files")) else "damaged"


def _replace_folder(source: Path, target: Path) -> None:
    """Rename a folder; one already there is the same result of another process or damaged: it goes."""
    try:
        os.replace(source, target)
    except OSError:
        if not target.exists():
            raise
        shutil.rmtree(target, ignore_errors=True)
        os.replace(source, target)


class Store:
    """A results folder that belongs to one plan.

    Parameters
    ----------
    folder
        Created if missing.
    plan
        What is to be run.

    Raises
    ------
    InputError
        If the folder cannot be written or holds something else; the message says what differs.
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder = folder
        self.plan = plan
        self._refuse_other_results()
        try:
            (folder / PARTS).mkdir(parents=True, exist_ok=True)
            self._sweep()
            if _read_json(folder / PARTS / _PLAN) != plan.definition:
                write_json(folder / PARTS / _PLAN, plan.definition)
        except OSError as error:
            raise InputError(f"cannot write results to {folder}: {error.strerror}") from error

    def _refuse_other_results(self) -> None:
        if self.folder.exists() and not self.folder.is_dir():
            raise InputError(f"{self.folder} is a file; --out needs a folder")
        found = _read_json(self.folder / PARTS / _PLAN) or _plan_of(_read_json(self.folder / MANIFEST))
        if found is not None:
            differing = describe_differences(found, self.plan.definition)
            if differing:
                raise InputError(
                    f"{self.folder} holds results of another run ({'; '.join(differing)}). "
                    "Choose another folder with --out, or remove this one."
                )
            return
        ours = [MANIFEST, *(f"{name}.parquet" for name in (*ALWAYS, *PERSONS))]
        there = [name for name in ours if (self.folder / name).exists()]
        if there:
            raise InputError(
                f"{self.folder} holds {', '.join(there)} of an unknown or damaged run. "
                "Choose another folder with --out, or remove this one."
            )

    def _sweep(self) -> None:
        """Remove what interrupted writers left; a living writer makes its folder anew."""
        for left in (self.folder / PARTS).glob(".*"):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
        shutil.rmtree(self.folder / _STAGING, ignore_errors=True)

    def finished(self, task: Task) -> bool:
        """Whether the task's part is there whole."""
        return self.part_state(task) == "whole"

    def part_state(self, task: Task) -> str:
        """Return 'whole', 'missing' or 'damaged'."""
        return part_state(self.folder, task)

    def discard(self, task: Task) -> None:
        """Remove a damaged part."""
        shutil.rmtree(self.folder / PARTS / task.key)

    def complete(self) -> bool:
        """Whether the merged results are there, whole and of this plan."""
        manifest = _read_json(self.folder / MANIFEST)
        if manifest is None or _plan_of(manifest) != self.plan.definition:
            return False
        return _files_whole(self.folder, manifest["files"])

    def merge(self, finishers: Sequence[Finisher] = ()) -> None:
        """Write the merged tables and the manifest from the parts, in the plan's order."""
        (self.folder / MANIFEST).unlink(missing_ok=True)
        staging = self.folder / _STAGING
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
        for name in (*ALWAYS, *PERSONS):
            write_table(staging / f"{name}.parquet", name, self._parts(name))
        for finish in finishers:
            finish(staging)
        names = sorted(path.name for path in staging.iterdir())
        hashes = {name: file_hash(staging / name) for name in names}
        for name in names:
            os.replace(staging / name, self.folder / name)
        staging.rmdir()
        write_json(self.folder / MANIFEST, {**self.plan.definition, "files": hashes})

    def _parts(self, name: str) -> Iterator[pa.Table]:
        for task in self.plan.tasks:
            path = self.folder / PARTS / task.key / f"{name}.parquet"
            if name in ALWAYS or task.with_persons:
                yield read_table(path)


def _plan_of(manifest: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the request that a manifest records, or None where there is no whole manifest."""
    if manifest is None or "files" not in manifest:
        return None
    return {key: value for key, value in manifest.items() if key != "files"}


def _files_whole(folder: Path, hashes: object) -> bool:
    if not isinstance(hashes, dict) or not hashes:
        return False
    try:
        return all(file_hash(folder / name) == expected for name, expected in hashes.items())
    except OSError:
        return False


def describe_differences(there: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """Say in words how two plan definitions differ; empty if they do not."""
    lines = []
    for key in sorted(set(there) | set(asked)):
        if there.get(key) == asked.get(key) or key in {"command", "draw_numbers", "weeks"}:
            continue
        if key == "scenarios":
            names = [[item["name"] for item in side.get(key, [])] for side in (there, asked)]
            if names[0] != names[1]:
                lines.append(f"scenarios: {', '.join(names[0])} there, {', '.join(names[1])} asked for")
        elif key == "hashes":
            lines += _hash_differences(there.get(key, {}), asked[key])
        else:
            lines.append(f"{key}: {_plain(there.get(key))} there, {_plain(asked.get(key))} asked for")
    if not lines and there != asked:
        lines.append("the description of a scenario differs")
    return lines


def _hash_differences(there: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    meaning = {
        "code": "made by other code of Jobvej",
        "data": "made with other data",
        "parameters": "made with other parameters",
    }
    lines = [text for key, text in meaning.items() if there.get(key) != asked.get(key)]
    if there.get("parameters") == asked["parameters"]:
        old, new = there.get("scenarios", {}), asked["scenarios"]
        lines += [
            f"reform '{name}' has other changes" for name in new if name in old and old[name] != new[name]
        ]
    return lines


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "none"
    return str(value)
