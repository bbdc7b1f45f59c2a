"""Whether results are what was written: every file of every manifest in a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from sim.errors import InputError
from sim.runs.reading import MISSING, WHOLE, states_of_files
from sim.runs.store import MANIFEST


class Verdict(NamedTuple):
    """A file of results and what is to be said of it."""

    file: Path
    state: str


def result_folders(folder: Path | str) -> tuple[Path, ...]:
    """Return the folder itself, or those inside it that hold finished results (the worlds of an analysis).

    Raises
    ------
    InputError
        There are none.
    """
    folder = Path(folder)
    if os.path.isfile(folder / MANIFEST):
        return (folder,)
    inside = tuple(sorted(path.parent for path in folder.glob(f"*/{MANIFEST}")))
    if not inside:
        raise InputError(f"{folder} holds no finished results (no {MANIFEST})")
    return inside


def verdicts(folder: Path | str) -> list[Verdict]:
    """Return what is to be said of each file of a finished folder."""
    return [Verdict(Path(folder) / name, state) for name, state in states_of_files(folder)]


def compared(folder: Path, again: Path) -> list[Verdict]:
    """Return of each file of a folder whether another folder has the same bytes."""
    from sim.runs.reading import manifest_of

    mine, other = (manifest_of(each)["files"] for each in (folder, again))
    return [Verdict(folder / name, _said(mine[name], other.get(name))) for name in sorted(mine)]


def _said(mine: str, other: str | None) -> str:
    if other is None:
        return MISSING
    return f"the same again ({WHOLE})" if mine == other else "came out otherwise"
