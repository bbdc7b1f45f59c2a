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
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

#: Lists of a name that stay: one for each copy of the project that somebody works with.
_KEPT = 8


def cache_folder() -> Path:
    """Return the user's cache folder for Jobvej (XDG_CACHE_HOME, else ~/.cache), which need not be there.

    Without a home, a folder that nobody can make stands in for it: nothing is kept then.
    """
    named = os.environ.get("XDG_CACHE_HOME", "")
    if named and Path(named).is_absolute():
        return Path(named) / "jobvej"
    try:
        return Path.home() / ".cache" / "jobvej"
    except RuntimeError:  # a user id without a name, and no HOME
        return Path(os.devnull) / "jobvej"


def trusted(folder: Path) -> bool:
    """Return whether nobody but its owner (this user or the administrator) may write into a folder.

    What lies there is run: code that somebody else may have put there is not.
    """
    if not hasattr(os, "getuid"):
        return True
    try:
        about = folder.stat()
    except OSError:
        return False
    return about.st_uid in (os.getuid(), 0) and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


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
        if trusted(file.parent):
            rows = json.loads(file.read_text("utf-8"))
            if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
                return rows
    text = json.dumps(make(), ensure_ascii=False, default=str)
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        scratch = file.with_suffix(f".{os.getpid()}")
        try:
            scratch.write_text(text, "utf-8")
            scratch.replace(file)
        finally:
            scratch.unlink(missing_ok=True)
        _remove_old(name)
    made: list[dict[str, Any]] = json.loads(text)
    return made


def _remove_old(name: str) -> None:
    """Remove the lists of a name that were made first, but for the last few."""
    hexadecimal = "[0-9a-f]" * 32
    found = sorted(cache_folder().glob(f"{name}-{hexadecimal}.json"), key=lambda path: path.stat().st_mtime)
    for path in found[:-_KEPT]:
        path.unlink(missing_ok=True)
