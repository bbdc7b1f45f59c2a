"""Fitting level constants, on a world whose answer is known, and the file of fitted values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from calibration.levels import (
    KEEPS,
    Pair,
    Round,
    aim,
    best,
    fit_levels,
    next_value,
    read_pairs,
)
from calibration.point import write_point
from calibration.targets import load_targets
from sim.errors import InputError
from sim.parameters import load_parameters
from sim.parameters.fitted import COMMAND, read_fitted

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
        if not pair.target.startswith(KEEPS):
            assert load_targets()[pair.target].measure != "trial"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a.b: {target: F1060, sign: 1}", r"levels.yaml:1: a.b: 'F1060' is no calibration target.*F106"),
        ("a.b: {target: F106, sign: 2}", r"found sign 2, expected 1 or -1"),
        ("a.b: {keeps: educatio, sign: 1}", r"'educatio' is no state.*education"),
        ("a.b: {target: F106, sgn: 1}", r"expected target or keeps, sign"),
    ],
)
def test_a_wrong_pair_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "levels.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_pairs(file)


def test_fitted_values_come_back_as_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "fitted.yaml"
    targets = {"separations.level": "F106", "rate[dagpenge]": "F080", "another": "F013"}
    write_point({"separations.level": 0.016, "rate[dagpenge]": 0.25}, targets, {"seed": 1}, file)
    changes = {change.parameter: change for change in read_fitted(file)}
    assert {name: change.values for name, change in changes.items()} == {
        "separations.level": ((date.min, 0.016),),
        "rate[dagpenge]": ((date.min, 0.25),),
    }
    assert {(change.operation, change.origin.kind) for change in changes.values()} == {("set", "fit")}
    assert changes["rate[dagpenge]"].reason == f"fitted to F080 by {COMMAND}"
    lines = file.read_text(encoding="utf-8").splitlines()
    line = changes["rate[dagpenge]"].origin.line
    assert line is not None
    assert lines[line - 1].strip() == "rate[dagpenge]:"


def test_nothing_fitted_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="names no parameter"):
        write_point({}, {}, {}, tmp_path / "fitted.yaml")


def test_a_stock_that_is_to_last_aims_at_that_of_the_first_week() -> None:
    stock = load_parameters()["population.stock"]
    at = stock.components.index("education")
    assert aim(KEEPS + "education") == stock.values[-1][1][at]
    assert aim("F106") == 73_600


def test_every_pair_has_a_shipped_value() -> None:
    fitted = {change.parameter for change in read_fitted()}
    assert {pair.parameter for pair in read_pairs()} - fitted == set()


def test_one_target_that_cannot_be_met_does_not_choose_the_round() -> None:
    near = Round({"a": 1.0}, {"F106": 1.0, "F013": 1.0, "F225": 0.6})
    off = Round({"a": 2.0}, {"F106": 1.39, "F013": 1.39, "F225": 0.62})
    assert best([off, near]) is near
