"""Strangers' tasks: a mechanism is a file and its place in the week, a term of the job hazard one file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from project_copy import contents, copied_to, python, replaced, run, touched
from test_docs_examples import blocks

MECHANISM = "sim/mechanisms/lost_trust.py"
TERM = "sim/mechanisms/job_hazard/sunshine.py"
#: Prints trust of clients with complex problems and the sum of job hazards, with and without both; switches.
LOOK = """
import json
from sim import LabourMarket
from sim.states import NOBODY
from sim.week import SWITCHES
out = {"switches": SWITCHES}
for name, off in (("on", ()), ("off", %s)):
    market = LabourMarket(scale=0.005, start="2024-W20", end="2024-W32", switched_off=off)
    market.run()
    k = market.world.clients.everybody
    complex_ = (k.state != NOBODY) & (k.person.barrier == 2)
    out[name] = [float(k.contact.trust[complex_].mean()), float(market.world.this_week.hazard.sum())]
print(json.dumps(out))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project with the guide's mechanism and, beside it, the guide's term."""
    copy = copied_to(tmp_path_factory.mktemp("project"))
    mechanism, term = blocks("adding-a-mechanism.md", "python")
    before = contents(copy)
    (copy / MECHANISM).write_text(mechanism, "utf-8")
    replaced(
        copy / "sim/week.py",
        "    mass_layoffs,\n    matching,",
        "    lost_trust,\n    mass_layoffs,\n    matching,",
    )
    replaced(
        copy / "sim/week.py",
        "casework.close_week,",
        "casework.close_week,\n            lost_trust.lose_trust,",
    )
    with_mechanism = contents(copy)
    assert touched(before, with_mechanism) == {MECHANISM, "sim/week.py"}
    (copy / TERM).write_text(term, "utf-8")
    assert touched(with_mechanism, contents(copy)) == {TERM}
    return copy


@pytest.mark.slow
def test_both_run_and_are_switched(project: Path) -> None:
    found = json.loads(python(project, LOOK % '("lost_trust", "sunshine")'))
    assert {"lost_trust", "sunshine"} <= set(found["switches"])
    assert found["on"][0] < found["off"][0]
    assert found["on"][1] > found["off"][1]


@pytest.mark.slow
def test_they_are_listed_and_a_reform_may_name_them(project: Path) -> None:
    listed = run(project, "mechanisms", "list")
    assert "People with complex problems who are not seen lose trust" in listed
    assert "Summer helps" in listed
    assert listed.index("lost_trust") < listed.index("matching")
    names = python(project, "from sim.mechanism import switch_names; print(*switch_names())").split()
    assert {"lost_trust", "sunshine"} <= set(names)
