"""Fitting level constants, on a world whose answer is known, and the point file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from calibration.levels import Pair, best, fit_levels, next_value, read_pairs
from calibration.point import load_point, write_point
from calibration.targets import load_targets
from sim.errors import InputError
from sim.parameters import Change, Origin, load_parameters

INFLOW, EXIT = Pair("separations.level", "F106", 1), Pair("sickness.recovery", "F013", -1)
PAIRS = (INFLOW, EXIT)
FREE = {pair.parameter: None for pair in PAIRS}
#: Constants at which the made-up world below meets F106 (73,600) and F013 (76,700) exactly.
TRUE = {"separations.level": 0.016, "sickness.recovery": 0.05}


def world(values: Mapping[str, float]) -> dict[str, float]:
    """Dagpenge rise with separations; the sick fall with recovery and rise a little with dagpenge."""
    unemployed = 73_600 * (values["separations.level"] / TRUE["separations.level"]) ** 0.8
    sick = 76_700 * (TRUE["sickness.recovery"] / values["sickness.recovery"]) * (unemployed / 73_600) ** 0.2
    return {"F106": unemployed, "F013": sick}


def test_it_finds_the_constants_that_made_the_data() -> None:
    start = {"separations.level": 0.03, "sickness.recovery": 0.02}
    history = fit_levels(PAIRS, start, FREE, world, rounds=12)
    assert best(history).values == pytest.approx(TRUE, rel=0.03)
    assert len(history) < 12


def test_it_stops_when_all_is_met() -> None:
    assert len(fit_levels(PAIRS, TRUE, FREE, world)) == 1


def test_a_step_is_bounded_by_factor_and_by_the_parameters_bounds() -> None:
    assert next_value(INFLOW, 1.0, 1e-6, None) == 2.0
    assert next_value(INFLOW, 1.0, 1e6, None) == 0.5
    assert next_value(EXIT, 1.0, 1e6, (0.0, 1.2)) == 1.2
    assert next_value(Pair("x", "F106", 1, 0.5), 1.0, 1.21, None) == pytest.approx(1 / 1.1)


def test_the_best_round_is_kept_not_the_last() -> None:
    def worse_each_time(values: Mapping[str, float]) -> dict[str, float]:
        calls.append(values)
        return {"F106": 73_600 * (1 + 0.1 * len(calls))}

    calls: list[Mapping[str, float]] = []
    history = fit_levels((INFLOW,), {"separations.level": 1.0}, FREE, worse_each_time, rounds=3)
    assert len(history) == 3
    assert best(history) == history[0]


def test_the_shipped_pairs_answer_for_measured_targets() -> None:
    for pair in read_pairs():
        assert load_targets()[pair.target].measure != "trial"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a.b: {target: F1060, sign: 1}", r"levels.yaml:1: a.b: 'F1060' is no calibration target.*F106"),
        ("a.b: {target: F106, sign: 2}", r"found sign 2, expected 1 or -1"),
        ("a.b: {target: F106, sgn: 1}", r"expected target, sign"),
    ],
)
def test_a_wrong_pair_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "levels.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_pairs(file)


def test_a_point_comes_back_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "point.yaml"
    write_point({"separations.level": 0.016, "rate[dagpenge]": 0.25}, {"seed": 1}, file)
    changes = {change.parameter: change for change in load_point(file)}
    assert {name: change.values[0][1] for name, change in changes.items()} == {
        "separations.level": 0.016,
        "rate[dagpenge]": 0.25,
    }
    assert {change.operation for change in changes.values()} == {"set"}
    assert changes["separations.level"].origin.line == 5


def test_a_users_setting_and_a_reform_overrule_the_point(tmp_path: Path) -> None:
    file = tmp_path / "point.yaml"
    write_point({"refund.state_share[weeks_1_4]": 0.5}, {}, file)
    name, monday = "refund.state_share[weeks_1_4]", date(2024, 1, 1)
    fitted = load_parameters().with_changes(load_point(file))
    assert fitted.at(monday, np.array([101]))["refund.state_share"][0, 0] == 0.5
    mine = Change(name, "set", ((monday, 0.7),), origin=Origin("mine", kind="user"))
    assert fitted.with_changes((mine,)).at(monday, np.array([101]))["refund.state_share"][0, 0] == 0.7


def test_no_point_no_changes(tmp_path: Path) -> None:
    assert load_point(tmp_path / "point.yaml") == ()


def test_a_point_that_is_no_number_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "point.yaml"
    file.write_text("values:\n  separations.level: high\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"point.yaml:2: found 'high'"):
        load_point(file)


def test_an_empty_point_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="names no parameter"):
        write_point({}, {}, tmp_path / "point.yaml")
