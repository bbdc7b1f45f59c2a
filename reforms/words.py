"""Words in two languages, from a file that lies beside the code that says them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sim.parameters.document import read_document


@cache
def words_in(file: Path, part: str, lang: str) -> dict[str, str]:
    """Return the words of a part of a file, by name, in English or Danish."""
    return {str(name): str(said[lang]) for name, said in read_document(file).content[part].items()}
