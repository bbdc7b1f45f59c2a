"""The page's own words, and a finished comparison as the report's short edition."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

import yaml

from reforms.report import write


@cache
def words(lang: str) -> dict[str, str]:
    """Return the page's own words in a language; levers as ``lever.name``."""
    file = resources.files("reforms.explore").joinpath("texts", f"{lang}.yaml")
    read = yaml.safe_load(file.read_text("utf-8"))
    levers = {f"lever.{name}": text for name, text in read.pop("lever").items()}
    return {**read, **levers}


def view(folder: Path, lang: str) -> str:
    """Return a finished comparison as one HTML page without outside references.

    Raises
    ------
    InputError
        If the folder holds no finished comparison.
    """
    return write(folder, lang, audience="brief").read_text("utf-8")
