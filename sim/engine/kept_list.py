"""A list that is made from text files, kept for the next call.

Reading and checking every reform and parameter costs half a second, most of it for the schema library; a
list that is asked for again and again should not.  The list is kept in the user's cache folder under the hash
of all the files it is made from, so a changed file makes a new list; a folder that cannot be written is no
error.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


def cache_folder() -> Path:
    """Return the user's cache folder for Jobvej (XDG_CACHE_HOME, else ~/.cache)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jobvej"


def kept(
    name: str, folders: Iterable[Path], make: Callable[[], list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Return ``make()``, or what it returned for the same YAML files in ``folders`` (and below) before."""
    digest = hashlib.sha256(name.encode())
    for folder in folders:
        for path in sorted(folder.rglob("*.yaml")):
            digest.update(str(path).encode() + b"\0" + path.read_bytes())
    file = cache_folder() / f"{name}-{digest.hexdigest()[:32]}.json"
    with contextlib.suppress(OSError, ValueError):
        rows: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))
        return rows
    rows = make()
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        scratch = file.with_suffix(f".{os.getpid()}")
        scratch.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
        scratch.replace(file)
    return rows
