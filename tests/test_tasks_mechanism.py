"""Strangers' tasks: a mechanism is a file and its place in the week, a term of the job hazard one file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from project_copy import contents, copied_to, python, replaced, run, run_tests, touched, with_tests
from test_docs_examples import blocks

MECHANISM = "sim/mechanisms/lost_trust.py"
TERM = "sim/mechanisms/job_hazard/sunshine.py"
#: Tests that whatever is added to the model has to pass.
HOUSE = ("numbers_in_code", "purposes", "states_by_name", "import_circles", "house", "docs_odd")
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
    assert "Light months help" in listed
    assert listed.index("lost_trust") < listed.index("matching")
    names = python(project, "from sim.mechanism import switch_names; print(*switch_names())").split()
    assert {"lost_trust", "sunshine"} <= set(names)


@pytest.mark.slow
def test_the_tests_of_the_house_pass_with_them(project: Path) -> None:
    """Nothing but these files was written; docs/odd.md is generated and counts for nothing."""
    with_tests(project)
    before = contents(project)
    python(project, "import runpy; runpy.run_path('docs/generate_odd.py')['main']([])")  # make docs
    assert touched(before, contents(project)) == {"docs/odd.md"}
    odd = (project / "docs/odd.md").read_text("utf-8")
    for said in ("(`lost_trust`)", "(`sunshine`)", "lost trust.lose trust", "contact.trust_loss_chance"):
        assert said in odd
    run_tests(
        project,
        *(f"tests/test_{name}.py" for name in HOUSE),
        "-k", "not wheel and not readme and not version",
    )  # fmt: skip
    run_tests(project, "tests/test_mechanisms_switches.py", "-k", "lost_trust or sunshine")
    run_tests(project, "tests/test_week.py", "-k", "lose_trust")


@pytest.mark.slow
def test_their_numbers_are_parameters_like_all_others(project: Path) -> None:
    shown = run(project, "params", "show", "contact.trust_loss_chance")
    assert "sim/mechanisms/lost_trust.py:" in shown
    line = int(shown.partition("lost_trust.py:")[2].split()[0])
    assert (project / MECHANISM).read_text("utf-8").splitlines()[line - 1] == "contact.trust_loss_chance:"
    assert "Light months help" in run(project, "mechanisms", "list")
    assert "search.summer_effect" in run(project, "params", "search", "light months")
