"""Codes of sources in reasons ("B22"): what each stands for, and which ones nobody can look up."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import NamedTuple

#: Tables of facts that ship with the product, and their columns of title and publisher.
_TABLES = {
    "evidence": ("source_title", "source_authors"),
    "facts": ("source_title", "publisher"),
    "rules": ("source_title", "publisher"),
    "proposals": ("document", "publisher"),
}
CODE = re.compile(r"\b[A-Z][A-Z0-9]{0,4}-?[A-Z]{0,2}\d+\b")
#: Brackets that hold codes alone: "(A17)", "(C034, C035 og C088)", "(P07-P09)".
_BRACKET = re.compile(r" ?\(((?:[A-Z][A-Z0-9]*-?[A-Z]*\d+(?:, | og | and |; |-)?)+)\)")


class Source(NamedTuple):
    """What a code stands for."""

    title: str
    publisher: str
    url: str


@cache
def sources() -> dict[str, Source]:
    """Return the source behind each code of the tables that ship."""
    found = {}
    for name, (title, publisher) in _TABLES.items():
        text = resources.files("sim.data").joinpath(f"{name}.csv").read_text(encoding="utf-8")
        for row in csv.DictReader(text.splitlines()):
            found[row["id"]] = Source(row[title], row[publisher], row.get("url", ""))
    return found


def readable(text: str) -> str:
    """Return a text without the codes in brackets that no table resolves."""

    def kept(found: re.Match[str]) -> str:
        known = [code for code in CODE.findall(found[1]) if code in sources()]
        whole = all(code in sources() for code in CODE.findall(found[1]))
        return found[0] if whole and known else f" ({', '.join(known)})" if known else ""

    return _BRACKET.sub(kept, text)


def used(texts: Iterable[str]) -> dict[str, Source]:
    """Return the codes that texts name, in their order by letter and number, with what they stand for."""
    names = {code for text in texts for code in CODE.findall(text)}
    return {code: sources()[code] for code in sorted(names & sources().keys())}
