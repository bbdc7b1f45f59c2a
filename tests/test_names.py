"""What a benefit is called moves nobody: renamed, or split in two with the same rules, nothing changes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from project_copy import copied_to, python, replaced

TWIN = "second_jobafklaring"
#: Prints all that people could notice after two years, the twin counted as what it is a twin of.
WORLD = """
import hashlib, json
import numpy as np
from sim import LabourMarket
from sim.states import STATES

at = STATES.index("{name}")
market = LabourMarket(start="2024-W01", end="2025-W52", scale=0.01, seed=3)
for _ in range(104):
    market.step()
world = market.world
state = world.people.status.state.copy()
twins = int((state == STATES.index("{twin}")).sum()) if "{twin}" in STATES else 0
if twins:
    state[state == STATES.index("{twin}")] = at
tally = world.tally
print(json.dumps(dict(
    people=hashlib.sha256(state.tobytes()).hexdigest(),
    jobs=hashlib.sha256(world.people.status.employer.tobytes()).hexdigest(),
    health=hashlib.sha256(world.people.on_file.health.tobytes()).hexdigest(),
    minutes=tally.minutes.sum(axis=0).tolist(),
    interviews=int(tally.interviews.sum()),
    hires=int(tally.hires.sum()),
    kroner=world.ledger.sum(axis=0).tolist(),
    there=int((state == at).sum()),
    twins=twins,
)))
"""


def lives_in(folder: Path, name: str = "jobafklaring") -> dict[str, Any]:
    """Return what people could notice in a copy of the project."""
    return dict(json.loads(python(folder, WORLD.format(name=name, twin=TWIN))))


def split_in_two(folder: Path) -> None:
    """Add a second job clarification with the same row and parameters, for those born in even years."""
    states = folder / "sim/states.py"
    text = states.read_text("utf-8")
    (row,) = re.findall(r'    Row\(\n        "jobafklaring",.*?\n    \),\n', text, re.DOTALL)
    end = ")  # fmt: skip\n"
    twin = row.replace('"jobafklaring", "Job clarification"', f'"{TWIN}", "The second"')
    states.write_text(text.replace(end, twin + end), "utf-8")
    replaced(states, "    LEAVE = 16\n", f"    LEAVE = 16\n    {TWIN.upper()} = 17\n")
    (folder / "sim/parameters/assumption/twin.yaml").write_text(
        f"components:\n  state: {TWIN}\n  like: jobafklaring\n  reason: A twin.\n"
        "  values:\n    population.stock: 0\n",
        "utf-8",
    )
    replaced(
        folder / "sim/mechanisms/benefit_shifts.py",
        "        return _CLARIFYING\n",
        f"        return _CLARIFYING if k.person.birth_year[i] % 2 else {int('17')}\n",
    )
    replaced(
        folder / "sim/mechanisms/clarification.py",
        "        State.JOBAFKLARING,\n",
        f"        State.JOBAFKLARING,\n        State.{TWIN.upper()},\n",
    )


def rename(folder: Path, old: str, new: str) -> None:
    """Give a benefit another name wherever the simulation writes it."""
    for path in (folder / "sim").rglob("*"):
        if path.suffix in (".py", ".yaml") and path.is_file():
            text = path.read_text("utf-8")
            path.write_text(text.replace(old, new).replace(old.upper(), new.upper()), "utf-8")


@pytest.mark.slow
def test_a_benefit_renamed_or_split_in_two_changes_nothing(tmp_path: Path) -> None:
    plain = lives_in(copied_to(tmp_path / "plain"))
    assert plain["there"] > 50
    split = copied_to(tmp_path / "split")
    split_in_two(split)
    both = lives_in(split)
    assert 20 < both.pop("twins") < plain["there"]
    assert plain.pop("twins") == 0
    assert both == plain
    renamed = copied_to(tmp_path / "renamed")
    rename(renamed, "jobafklaring", "another_course")
    found = lives_in(renamed, "another_course")
    assert found.pop("twins") == 0
    assert found == plain
