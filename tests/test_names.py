"""What a benefit is called moves nobody: split in two with the same rules and renamed, nothing changes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from project_copy import ROOT, copied_to, python, replaced

from sim.start.first_people import FILE, STATE
from sim.states import State

#: The benefits that are renamed and split: one of the ill, one of lost capacity, one of the not ready.
BENEFITS = ("jobafklaring", "ressourceforloeb", "kontanthjaelp_activity_ready")
TWINS = {name: f"second_{name}" for name in BENEFITS}
NUMBERS = dict(zip(BENEFITS, (17, 18, 19), strict=True))
#: Weeks until the look: in the middle of a year, when what is counted by year is not nothing.
WEEKS = 90
#: Prints all that people could notice, each twin counted as what it is a twin of.
WORLD = """
import hashlib, json
import numpy as np
from sim import LabourMarket
from sim.states import STATES

market = LabourMarket(start="2024-W01", end="2025-W52", scale=0.01, seed=3)
for _ in range({weeks}):
    market.step()
world = market.world
state = world.people.status.state.copy()
there, twins = dict(), dict()
for asked, (name, twin) in {pairs}.items():
    at = STATES.index(name)
    second = STATES.index(twin) if twin in STATES else -1
    twins[asked] = int((state == second).sum())
    state[state == second] = at
    there[asked] = int((state == at).sum())
tally = world.tally
print(json.dumps(dict(
    people=hashlib.sha256(state.tobytes()).hexdigest(),
    jobs=hashlib.sha256(world.people.status.employer.tobytes()).hexdigest(),
    health=hashlib.sha256(world.people.on_file.health.tobytes()).hexdigest(),
    minutes=tally.minutes.sum(axis=0).tolist(),
    interviews=int(tally.interviews.sum()),
    sanctions=int(tally.sanctions.sum()),
    hires=int(tally.hires.sum()),
    kroner=world.ledger.sum(axis=0).tolist(),
    there=there,
    twins=twins,
)))
"""


def lives_in(folder: Path, names: dict[str, str] | None = None) -> dict[str, Any]:
    """Return what people could notice in a copy of the project, whose benefits have new ``names``."""
    called = {name: (names or {}).get(name, name) for name in BENEFITS}
    pairs = {name: (called[name], TWINS[name].replace(name, called[name])) for name in BENEFITS}
    return dict(json.loads(python(folder, WORLD.format(weeks=WEEKS, pairs=pairs))))


def split_in_two(folder: Path) -> None:
    """Give each benefit a second one with the same row and parameters, for those born in even years.

    Whoever is on the first one as the run begins stays there.
    """
    states = folder / "sim/states.py"
    for name in BENEFITS:
        text, twin = states.read_text("utf-8"), TWINS[name]
        (row,) = re.findall(rf'    Row\(\n        "{name}",.*?\n    \),\n', text, re.DOTALL)
        end = ")  # fmt: skip\n\nassert"
        assert text.count(end) == 1
        states.write_text(text.replace(end, row.replace(f'"{name}", "', f'"{twin}", "', 1) + end), "utf-8")
        replaced(states, "\n\n\nclass Finance", f"\n    {twin.upper()} = {NUMBERS[name]}\n\n\nclass Finance")
        (folder / f"sim/parameters/assumption/{twin}.yaml").write_text(
            f"components:\n  state: {twin}\n  like: {name}\n  reason: A twin.\n"
            "  values:\n    population.stock: 0\n",
            "utf-8",
        )
    flows = folder / "sim/parameters/assumption/flows.yaml"
    name, text = "kontanthjaelp_activity_ready", flows.read_text("utf-8")
    (left,) = re.findall(rf"^flows\.{name}_to_.*?\n\n", text, re.DOTALL | re.MULTILINE)
    flows.write_text(text + "\n" + left.replace(f"flows.{name}", f"flows.{TWINS[name]}"), "utf-8")
    born = "person.birth_year[i] % 2 == 0"
    second = "".join(
        f"        if new == {int(State[each.upper()])} and w.{born}:\n            new = {NUMBERS[each]}\n"
        for each in BENEFITS
    )
    arrives = "        i, new = int(moves.who[turn]), int(moves.to[turn])\n"
    replaced(folder / "sim/mechanisms/transition.py", arrives, arrives + second)
    entitlement = folder / "sim/rules/entitlement.py"
    for result in (
        "found(k.condition.health[i], k.person.barrier[i], u, r)",
        "assistance_for(age, p.education[i], k.condition.health[i], p.barrier[i], u, r)",
    ):
        replaced(
            entitlement,
            f"    return {result}\n",
            f"    to = {result}\n"
            f"    stays = k.state[i] == _NOT_READY or not k.{born}\n"
            f"    return to if to != _NOT_READY or stays else {NUMBERS[name]}\n",
        )


def rename(folder: Path, names: dict[str, str]) -> None:
    """Give benefits other names wherever the simulation writes them."""
    for path in (folder / "sim").rglob("*"):
        if path.suffix in (".py", ".yaml") and path.is_file():
            text = path.read_text("utf-8")
            for old, new in names.items():
                text = text.replace(old, new).replace(old.upper(), new.upper())
            path.write_text(text, "utf-8")
    records = folder / FILE.relative_to(ROOT)
    people = pq.read_table(records)
    states = [names.get(name, name) for name in people.column(STATE).to_pylist()]
    renamed = pa.array(states).dictionary_encode()
    pq.write_table(people.set_column(people.schema.get_field_index(STATE), STATE, renamed), records)


@pytest.mark.slow
def test_benefits_split_in_two_and_renamed_change_nothing(tmp_path: Path) -> None:
    plain = lives_in(copied_to(tmp_path / "plain"))
    assert min(plain["there"].values()) > 50
    assert min(plain[what] for what in ("interviews", "sanctions", "hires")) > 100
    assert sum(plain["minutes"]) > 0
    assert any(plain["kroner"])
    assert plain.pop("twins") == dict.fromkeys(BENEFITS, 0)
    changed = copied_to(tmp_path / "changed")
    split_in_two(changed)
    # other places in the alphabet, too: the first, one after the others and one between them
    names = dict(zip(BENEFITS, ("another_course", "zz_course", "middle_course"), strict=True))
    rename(changed, names)
    found = lives_in(changed, names)
    twins = found.pop("twins")
    assert all(20 < twins[name] < plain["there"][name] for name in BENEFITS)
    assert found == plain
