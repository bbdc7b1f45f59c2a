"""A list that is made from files, kept for the next call.

Reading and checking every reform and parameter costs half a second, most of it for YAML and the schema
library; a list that is asked for again and again should not.  The list is kept in the user's cache folder
under the hash of all the files it is made from, so a changed file makes a new list; a folder that cannot be
written is no error.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

#: Lists of a name that stay: one for each copy of the project that somebody works with.
_KEPT = 8


def cache_folder() -> Path:
    """Return the user's cache folder for Jobvej (XDG_CACHE_HOME, else ~/.cache)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jobvej"


def kept(
    name: str,
    folders: Iterable[Path],
    make: Callable[[], list[dict[str, Any]]],
    *,
    patterns: Iterable[str] = ("*.yaml",),
) -> list[dict[str, Any]]:
    """Return ``make()``, or what it returned before for the same files.

    Parameters
    ----------
    name
        Of the list, as part of a file name.
    folders
        The files in these folders and below are what the list is made from.
    make
        Makes the list: rows of plain types, or dates, which come back as text.
    patterns
        Which files those are.
    """
    digest = hashlib.sha256(name.encode())
    for folder in folders:
        for path in sorted(path for pattern in patterns for path in folder.rglob(pattern)):
            digest.update(str(path).encode() + b"\0" + path.read_bytes())
    file = cache_folder() / f"{name}-{digest.hexdigest()[:32]}.json"
    with contextlib.suppress(OSError, ValueError):
        rows: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))
        return rows
    text = json.dumps(make(), ensure_ascii=False, default=str)
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        scratch = file.with_suffix(f".{os.getpid()}")
        scratch.write_text(text, "utf-8")
        scratch.replace(file)
        _remove_old(name)
    made: list[dict[str, Any]] = json.loads(text)
    return made


def _remove_old(name: str) -> None:
    """Remove the lists of a name that were made first, but for the last few."""
    hexadecimal = "[0-9a-f]" * 32
    found = sorted(cache_folder().glob(f"{name}-{hexadecimal}.json"), key=lambda path: path.stat().st_mtime)
    for path in found[:-_KEPT]:
        path.unlink(missing_ok=True)
