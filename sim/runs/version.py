"""Which Jobvej made a result: its version and the hashes of its code and data."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path

_SIM = Path(__file__).resolve().parent.parent


@cache
def version() -> str:
    """Return the installed version of Jobvej, such as '0.1.0'."""
    try:
        return installed_version("jobvej")
    except PackageNotFoundError:  # a source tree that was never installed
        return "0+uninstalled"


@cache
def code_digest() -> str:
    """Return the SHA-256 of all code of ``sim``: other code, other results."""
    return _digest(sorted(_SIM.rglob("*.py")))


@cache
def data_digest() -> str:
    """Return the SHA-256 of the facts in ``sim``; the parameters have a digest of their own."""
    files = (path for path in _SIM.rglob("*") if path.suffix in {".csv", ".yaml", ".json", ".parquet"})
    return _digest(sorted(path for path in files if _SIM / "parameters" not in path.parents))


def _digest(files: list[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        total.update(f"{file.relative_to(_SIM).as_posix()} {content}\n".encode())
    return total.hexdigest()
