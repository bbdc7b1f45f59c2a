"""The results folder of a plan: finished runs as they come, then the merged tables with their manifest.

Finished runs are kept in ``parts/`` (:mod:`sim.runs.store`).  When all are there, each is read once and its
tables are appended to the merged ones, in the plan's order.  The merged tables are written to a folder of
their own and moved one by one, the manifest last: a manifest means that everything is there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sim.errors import InputError, named
from sim.runs.plan import Plan
from sim.runs.store import MANIFEST, Store, file_hash, read_json, write_json
from sim.runs.tables import ALWAYS, PERSONS, SCHEMAS, TableWriter, table_from

TIMING = "timing.json"
PARTS = "parts"
_PLAN = "plan.json"
_STAGING = ".merging"

#: Writes further files (differences ...) from the merged tables into the folder given.
Finisher = Callable[[Path], None]


def is_finished(folder: Path) -> bool:
    """Whether a folder holds the merged results of a run: its manifest is there."""
    return read_json(folder / MANIFEST) is not None


class Results:
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
        self.store = Store(folder / PARTS)
        self._refuse_other_results()
        try:
            (folder / PARTS).mkdir(parents=True, exist_ok=True)
            self.store.sweep()
            shutil.rmtree(folder / _STAGING, ignore_errors=True)
            if read_json(folder / PARTS / _PLAN) != plan.definition:
                write_json(folder / PARTS / _PLAN, plan.definition)
        except OSError as error:
            raise InputError(f"cannot write results to {folder}: {error.strerror}") from error

    def _refuse_other_results(self) -> None:
        if self.folder.exists() and not self.folder.is_dir():
            raise InputError(f"{self.folder} is a file; {named('out')} needs a folder")
        found = read_json(self.folder / PARTS / _PLAN) or _plan_of(read_json(self.folder / MANIFEST))
        if found is not None:
            differing = describe_differences(found, self.plan.definition)
            if differing:
                raise InputError(
                    f"{self.folder} holds results of another run ({'; '.join(differing)}). "
                    f"Choose another folder ({named('out')}), or remove this one."
                )
            return
        ours = [MANIFEST, *(f"{name}.parquet" for name in (*ALWAYS, *PERSONS))]
        there = [name for name in ours if (self.folder / name).exists()]
        if there:
            raise InputError(
                f"{self.folder} holds {', '.join(there)} of an unknown or damaged run. "
                f"Choose another folder ({named('out')}), or remove this one."
            )

    def complete(self) -> bool:
        """Whether the merged results are there, whole and of this plan."""
        manifest = read_json(self.folder / MANIFEST)
        if manifest is None or _plan_of(manifest) != self.plan.definition:
            return False
        hashes = manifest["files"]
        if not isinstance(hashes, dict) or not hashes:
            return False
        try:
            return all(file_hash(self.folder / name) == expected for name, expected in hashes.items())
        except OSError:
            return False

    def merge(self, finishers: Sequence[Finisher] = ()) -> None:
        """Write the merged tables and the manifest from the finished runs, in the plan's order."""
        (self.folder / MANIFEST).unlink(missing_ok=True)
        staging = self.folder / _STAGING
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
        self._merge_tables(staging)
        for finish in finishers:
            finish(staging)
        names = sorted(path.name for path in staging.iterdir())
        hashes = {name: file_hash(staging / name) for name in names}
        for name in names:
            os.replace(staging / name, self.folder / name)
        staging.rmdir()
        write_json(self.folder / MANIFEST, {**self.plan.definition, "files": hashes})

    def _merge_tables(self, folder: Path) -> None:
        """Read every part once, and append its tables to the merged ones."""
        with ExitStack() as stack:
            merged = {
                name: stack.enter_context(TableWriter(folder / f"{name}.parquet", SCHEMAS[name]))
                for name in (*ALWAYS, *PERSONS)
            }
            for task in self.plan.tasks:
                for file, content in self.store.read(task).items():
                    merged[file.removesuffix(".arrow")].add(table_from(content))


def _plan_of(manifest: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the request that a manifest records, or None where there is no whole manifest."""
    if manifest is None or "files" not in manifest:
        return None
    return {key: value for key, value in manifest.items() if key != "files"}


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
