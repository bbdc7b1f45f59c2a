"""docs/odd.md is what the code says now."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from sim.week import MECHANISMS

DOCS = Path(__file__).resolve().parent.parent / "docs"


@pytest.fixture(scope="module")
def rendered() -> str:
    return str(runpy.run_path(str(DOCS / "generate_odd.py"))["render"]())


def test_the_committed_document_is_current(rendered: str) -> None:
    assert (DOCS / "odd.md").read_text(encoding="utf-8") == rendered, "out of date: make docs"


def test_it_has_the_seven_elements_in_order(rendered: str) -> None:
    heads = [line for line in rendered.splitlines() if line.startswith("## ")]
    assert [head.split(". ")[0] for head in heads] == [f"## {n}" for n in range(1, 8)]


def test_every_mechanism_is_described(rendered: str) -> None:
    assert [m.name for m in MECHANISMS if f"(`{m.name}`)" not in rendered] == []
