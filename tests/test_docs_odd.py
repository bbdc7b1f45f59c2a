"""docs/odd.md is what the code says now."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.week import ACTS, MECHANISMS, WEEK

DOCS = Path(__file__).resolve().parent.parent / "docs"


@pytest.fixture(scope="module")
def rendered() -> str:
    return str(runpy.run_path(str(DOCS / "generate_odd.py"))["render"]())


def test_the_committed_document_is_current(rendered: str) -> None:
    assert (DOCS / "odd.md").read_text(encoding="utf-8") == rendered, "out of date: make docs"


def test_it_has_the_seven_elements_in_order(rendered: str) -> None:
    heads = [line for line in rendered.splitlines() if line.startswith("## ")]
    assert [head.split(". ")[0] for head in heads] == [f"## {n}" for n in range(1, 8)]


def test_every_act_stands_in_its_phase_with_what_it_writes(rendered: str) -> None:
    rows = [line.split(" | ") for line in rendered.splitlines() if re.match(r"\| \d \| `\w+` \|", line)]
    shown = [(int(row[0].strip("| ")), row[1].strip("`"), row[4]) for row in rows]
    expected = [(at, act.name) for at, phase in enumerate(WEEK, start=1) for act in phase.acts]
    assert [(at, name) for at, name, _ in shown] == expected
    for act, (_, _, writes) in zip(ACTS, shown, strict=True):
        written = {f"{table}.{column}" if column else table for table, column in columns_in(writes)}
        assert written == act.writes, act.name


def columns_in(writes: str) -> Iterator[tuple[str, str]]:
    """Pairs of table and column of 'employers: filled, vacancies; ledger'."""
    for part in filter(None, writes.split("; ")):
        table, _, names = part.partition(": ")
        for name in names.split(", "):
            yield table, name


def test_every_mechanism_is_described(rendered: str) -> None:
    assert [m.name for m in MECHANISMS if f"(`{m.name}`)" not in rendered] == []
