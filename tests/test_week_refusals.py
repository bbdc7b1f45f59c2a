"""A week that cannot be right is refused when it is imported: an act of no mechanism, a switch not found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from project_copy import copied_to, replaced

from sim.errors import InputError
from sim.mechanism import Mechanism, Term, switch_names
from sim.mechanisms.job_hazard import TERMS
from sim.week import ACTS, MECHANISMS, SWITCHES, check_acts, check_switches_are_written


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied_to(tmp_path_factory.mktemp("project"))


def refusal(project: Path, file: str, old: str, new: str) -> str:
    """Return the last line of what the import of the week says when a text is put in the place of another."""
    path = project / file
    before = path.read_text("utf-8")
    replaced(path, old, new)
    done = subprocess.run(
        [sys.executable, "-c", "import sim.week"], cwd=project, capture_output=True, text=True, check=False
    )
    path.write_text(before, "utf-8")
    assert done.returncode != 0
    return done.stderr.splitlines()[-1]


def test_an_act_of_a_mistyped_mechanism_is_refused_with_the_nearest() -> None:
    wrong = [each._replace(mechanism="serch") if each.name == "fill_hazards" else each for each in ACTS]
    with pytest.raises(
        InputError,
        match=r"'fill_hazards' in sim\.mechanisms\.search: .*'serch'\. Did you mean 'search'\?",
    ):
        check_acts(wrong, MECHANISMS)


def test_a_switch_that_the_text_does_not_show_is_refused() -> None:
    with pytest.raises(InputError, match=r"switch 'sunshine' is not found .* begin with name=\"sunshine\""):
        check_switches_are_written([*SWITCHES, "sunshine"], switch_names())


@pytest.mark.parametrize("name", ["lost_trust", "threat"])
def test_a_switch_that_only_the_text_has_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=f"switch '{name}' that the week has not"):
        check_switches_are_written(SWITCHES, [*switch_names(), name])


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("search.py", '@act("search"', '@act("serch"', "act 'fill_hazards' in sim.mechanisms.search"),
        ("job_hazard/threat.py", 'name="threat"', '"threat"', "takes 1 positional argument"),
        (
            "job_hazard/threat.py",
            'name="threat",\n    label="Threat of an announced programme",',
            'label="Threat of an announced programme",\n    name="threat",',
            "switch 'threat' is not found",
        ),
    ],
)
def test_the_week_is_not_imported(project: Path, file: str, old: str, new: str, said: str) -> None:
    assert said in refusal(project, f"sim/mechanisms/{file}", old, new)


def test_mechanisms_and_terms_are_written_with_names() -> None:
    """So that the text of a file shows what is called how."""
    mechanism: Any = Mechanism
    term: Any = Term
    with pytest.raises(TypeError, match="positional"):
        mechanism("sunshine", "Summer helps", "0.05", "", "", TERMS[0].rules)
    with pytest.raises(TypeError, match="positional"):
        term("sunshine")
