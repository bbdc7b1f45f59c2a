"""Makes a folder of made-up tables one of finished results: a manifest with the hash of every table."""

from __future__ import annotations

import json
from pathlib import Path

from sim.runs.store import MANIFEST, file_hash

_USUAL = {
    "kind": "compare", "from": "2024-W01", "to": "2030-W52", "scale": 0.01, "replicates": 1, "draws": 1,
    "scenarios": [{"name": "baseline"}],
}  # fmt: skip


def sealed(folder: Path) -> Path:
    """Write the hashes of the tables as they are now; the rest of a manifest that is there stays."""
    path = folder / MANIFEST
    there = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    files = {each.name: file_hash(each) for each in sorted(folder.glob("*.parquet"))}
    path.write_text(json.dumps({**_USUAL, **there, "files": files}), encoding="utf-8")
    return folder
