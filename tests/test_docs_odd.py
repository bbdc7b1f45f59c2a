"""docs/odd.md is what the code says now."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from sim.week import MECHANISMS, WEEK

DOCS = Path(__file__).resolve().parent.parent / "docs"


@pytest.fixture(scope="module")
def rendered() -> str:
    return str(runpy.run_path(str(DOCS / "generate_odd.py"))["render"]())


def test_the_committed_document_is_current(rendered: str) -> None:
    assert (DOCS / "odd.md").read_text(encoding="utf-8") == rendered, "out of date: make docs"


def test_it_has_the_seven_elements_in_order(rendered: str) -> None:
    heads = [line for line in rendered.splitlines() if line.startswith("## ")]
    assert [head.split(". ")[0] for head in heads] == [f"## {n}" for n in range(1, 8)]


def test_every_act_stands_in_its_phase_with_what_it_writes_and_draws(rendered: str) -> None:
    week = rendered.split("## 3. ")[1].split("## 4. ")[0].split(". **")[1:]
    assert len(week) == len(WEEK)
    for phase, text in zip(WEEK, week, strict=True):
        assert text.startswith(phase.label)
        rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| `")]
        assert [row[0].strip("`") for row in rows] == [act.name for act in phase.acts]
        for act, row in zip(phase.acts, rows, strict=True):
            assert set(re.findall(r"`([\w.]+)`", row[3])) == act.writes, act.name
            drawn = row[4].replace(" ", "_").upper().split(",_") if act.purposes else []
            assert drawn == [purpose.name.upper() for purpose in act.purposes]


def test_every_mechanism_is_described(rendered: str) -> None:
    assert [m.name for m in MECHANISMS if f"(`{m.name}`)" not in rendered] == []
