"""Fitted values: in force wherever parameters are loaded, below draws, settings and reforms."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from calibration.point import read_point
from jobvej.cli import main
from sim.errors import InputError
from sim.parameters import Change, Origin, load_parameters
from sim.parameters.fitted import COMMAND

DAY = date(2024, 1, 1)
ENTRY = """\
flows.{name}:
  label: A rate
  label_da: En rate
  kind: assumption
  unit: events a person-year
  values: {{2016-01-01: {value}}}
  bounds: [0, 20]
  range: [0, 20]
  reason: not measured
"""
FITTED = "values:\n  flows.out:\n    value: 0.25\n    target: F106\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "assumption").mkdir()
    text = ENTRY.format(name="out", value=0.1) + ENTRY.format(name="back", value=0.3)
    (tmp_path / "assumption" / "flows.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "fitted.yaml").write_text(FITTED, encoding="utf-8")
    return tmp_path


def test_the_fitted_value_is_in_force_and_the_entry_keeps_its_own(folder: Path) -> None:
    world, plain = load_parameters(folder), load_parameters(folder, fitted=False)
    assert (world.in_force("flows.out", DAY), world.in_force("flows.back", DAY)) == ((0.25,), (0.3,))
    assert world.at(DAY, [101]).scalar("flows.out") == 0.25
    assert world["flows.out"].values[0][1] == plain.in_force("flows.out", DAY) == (0.1,)
    assert plain.changes == ()
    assert world.digest() != plain.digest()


def test_a_folder_without_fitted_values_is_as_its_entries_say(folder: Path) -> None:
    (folder / "fitted.yaml").unlink()
    assert load_parameters(folder).in_force("flows.out", DAY) == (0.1,)


@pytest.mark.parametrize("kind", ["draw", "user", "reform"])
def test_everything_else_overrules_a_fitted_value(folder: Path, kind: str) -> None:
    mine = Change("flows.out", "set", ((DAY, 0.5),), origin=Origin("mine", kind=kind))
    assert load_parameters(folder).with_changes([mine]).in_force("flows.out", DAY) == (0.5,)


def test_a_factor_multiplies_the_fitted_value(folder: Path) -> None:
    doubled = Change("flows.out", "multiply", ((DAY, 2.0),), origin=Origin("draw 1", kind="draw"))
    assert load_parameters(folder).with_changes([doubled]).in_force("flows.out", DAY) == (0.5,)


def test_the_world_before_reforms_has_the_fitted_values_once(folder: Path) -> None:
    base = load_parameters(folder)
    setting = Change("flows.back", "set", ((DAY, 0.6),), origin=Origin("--set", kind="user"))
    reform = Change("flows.out", "add", ((DAY, 1.0),), origin=Origin("more", "more.yaml", 3))
    before = base.with_changes([setting, reform]).without_reforms()
    assert before.digest() == base.with_changes([setting]).digest()
    assert [change.origin.kind for change in before.changes] == ["fit", "user"]
    assert base.without_reforms() is base


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("values: [1]\n", r"fitted.yaml:1: expected a mapping 'values'"),
        ("values:\n  flows.out: 0.25\n", r"fitted.yaml:2: 'flows.out': expected value and target"),
        (FITTED.replace("0.25", "high"), r"fitted.yaml:3: 'flows.out': found 'high', expected a number"),
        (FITTED.replace("0.25", "21"), r"fitted.yaml:2: 'flows.out': .*found 21, which is impossible"),
        (FITTED.replace("out", "outt"), r"fitted.yaml:2: unknown parameter 'flows.outt'.*flows.out"),
    ],
)
def test_a_wrong_file_is_refused_at_its_line(folder: Path, text: str, said: str) -> None:
    (folder / "fitted.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        load_parameters(folder)


def shipped() -> tuple[str, float, float]:
    """Return a fitted parameter of the product: its name, the fitted number, the number of its entry."""
    (found,) = (c for c in load_parameters().changes if c.parameter == "flows.employed_to_dagpenge")
    return found.name, found.values[0][1], load_parameters()[found.name].values[0][1][0]


def test_show_tells_the_fitted_value_its_target_and_what_was_before(
    capsys: pytest.CaptureFixture[str],
) -> None:
    name, fitted, before = shipped()
    with pytest.raises(SystemExit):
        main(["params", "show", name])
    lines = capsys.readouterr().out.splitlines()
    assert f"from 2016-01-01: {fitted:g}" in lines
    target = read_point()[name][1]
    assert f"fitted to {target} by {COMMAND}: {fitted:g}; before the fit {before:g}" in lines
    assert fitted != before


def test_a_fitted_component_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["params", "show", "assessment.not_ready_by_barrier"])
    target = read_point()["assessment.not_ready_by_barrier[some]"][1]
    assert f"\nsome fitted to {target} by {COMMAND}: " in capsys.readouterr().out


def test_the_list_gives_the_value_in_force(capsys: pytest.CaptureFixture[str]) -> None:
    name, fitted, _ = shipped()
    with pytest.raises(SystemExit):
        main(["params", "list", "--json"])
    row = {row["name"]: row for row in json.loads(capsys.readouterr().out)}[name]
    assert row["value"] == fitted
    assert row["source"].endswith(f"; fitted to {read_point()[name][1]} by {COMMAND}")
