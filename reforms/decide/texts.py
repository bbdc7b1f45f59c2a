"""Reads the words of designs, bridges and tables of beliefs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sim.parameters.document import read_document

_FILE = Path(__file__).with_name("texts.yaml")


@cache
def words_of(part: str, lang: str) -> dict[str, str]:
    """Return the words of a part of the file, in English or Danish."""
    content = read_document(_FILE).content[part]
    return {str(name): str(said[lang]) for name, said in content.items()}
