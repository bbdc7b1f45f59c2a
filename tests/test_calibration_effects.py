"""Experiments in the likelihood: on findings that can be written down, and what the file may say."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration.estimate.coverage import coverage, covered
from calibration.estimate.criteria import Criterion, School, read_effects, shortfall
from calibration.estimate.effects import tasks_of, trials_of
from calibration.estimate.posterior import effective
from calibration.estimate.problem import DRIFT, Free, Problem, read_problem
from calibration.estimate.run import (
    Calibrated,
    Calibration,
    Settings,
    check_coverage,
    criteria_table,
    write_best,
    write_result,
)
from calibration.experiments.estimators import Group, exact_effect, sanctioned_chance
from calibration.experiments.library import FOR_CALIBRATION
from calibration.experiments.verdicts import GRADES_FILES, grade_of
from calibration.point import read_point
from calibration.targets import load_targets
from sim import data
from sim.errors import InputError
from sim.parameters.beliefs import load_belief
from sim.parameters.parameter import Prior
from sim.parameters.posterior import read_posterior
from sim.states import State

TINY = Settings(
    first=32, second=8, members=64, scale=0.004, steps=600, trial_points=16, denmark_runs=0, candidates=1
)
EFFECT = "search.sanction_multiplier"
LEVEL = "health.illness_rate"
WHOLE = read_problem()
P01 = next(each for each in WHOLE.criteria if each.id == "P01")


def problem(*criteria: Criterion, schools: tuple[School, ...] = ()) -> Problem:
    """A level, told by one target, and an effect from 1 to 3, told by criteria alone."""
    level = replace(next(f for f in WHOLE.free if f.name == LEVEL), prior=Prior("uniform", 0.0, 1.0))
    effect = Free(EFFECT, 2.0, Prior("uniform", 1.0, 3.0), "")
    target = load_targets()["F013"].model_copy(update={"value": 100.0, "se": 4.0, "comparable": "full"})
    return Problem((level, effect), (target,), criteria, schools)


def criterion(value: float, error: float, **more: Any) -> Criterion:
    changed: dict[str, Any] = {"value": value, "error": error, "transfer": 0.0, "bound": ""}
    return replace(P01, **(changed | more))


def baseline(positions: np.ndarray[Any, Any], replicate: int, scale: float) -> list[dict[str, Any]]:
    """A level of 80 to 120; in small worlds a tenth less than at scale 1."""
    found = (80.0 + 40.0 * positions[:, 0]) * (1.0 if scale == 1.0 else 0.9)
    luck = np.random.default_rng([replicate, len(positions)]).normal(0.0, 0.2, len(positions))
    return [{"stopped": 0, "moments": {"F013": float(each)}} for each in found + luck]


def trial(_: str, positions: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The finding is the effect itself, 1 to 3, with the rest of the model (0.05) and luck (0.1) on top."""
    rng = np.random.default_rng(5)
    rest = rng.normal(0.0, 0.05, (len(positions), 1, 1))
    return np.asarray(
        1.0 + 2.0 * positions[:, :1, None] + rest + rng.normal(0.0, 0.1, (len(positions), 2, 1))
    )


def twice(name: str, positions: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.repeat(trial(name, positions), 2, axis=2)


def calibrated(folder: Path, asked: Problem, found: Any = trial, **settings: Any) -> Calibrated:
    return Calibration(
        folder, replace(TINY, **settings), problem=asked, simulate=baseline, simulate_trial=found
    ).run()


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Calibrated:
    return calibrated(tmp_path_factory.mktemp("effects"), problem(criterion(2.2, 0.2)), members=256)


def effects(result: Calibrated) -> tuple[float, float]:
    values = result.table[EFFECT].to_numpy()
    mean = float(result.weights @ values)
    return mean, float(np.sqrt(result.weights @ (values - mean) ** 2))


def test_the_posterior_of_an_effect_is_what_was_published(found: Calibrated) -> None:
    """Uniform from 1 to 3 and 2.2 with 0.2: the normal, 0.21 wide with what the rest of the model adds."""
    mean, deviation = effects(found)
    assert mean == pytest.approx(2.2, abs=0.06)
    assert deviation == pytest.approx(np.hypot(0.2, 0.05), rel=0.2)
    table = criteria_table(found)
    assert table["of_the_rest_sd"].item() == pytest.approx(0.05, abs=0.04), "luck of runs is not in it"


def test_the_ensemble_carries_weight(found: Calibrated) -> None:
    assert len(found.members) == 256
    assert effective(found.weights) >= 150
    assert 0.3 < found.diagnostics["surprise_of_members"] < 3.0


def rows_by_id(file: Path) -> dict[str, dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as rows:
        return {row["id"]: row for row in csv.DictReader(rows)}


def test_all_of_it_comes_back_as_written(found: Calibrated, tmp_path: Path) -> None:
    write_result(found, tmp_path, "jobvej calibrate --out DIR")
    ensemble = read_posterior(tmp_path / "posterior.csv")
    assert ensemble is not None
    assert ensemble.names == (LEVEL, EFFECT)
    told = rows_by_id(tmp_path / "experiments.csv")["P01"]
    assert float(told["low"]) < float(told["published"]) < float(told["high"])
    slopes = rows_by_id(tmp_path / "sensitivity.csv")
    informed = {
        name: max((LEVEL, EFFECT), key=lambda axis: abs(float(row[axis]))) for name, row in slopes.items()
    }
    assert informed == {"F013": LEVEL, "P01": EFFECT}
    few = replace(found, settings=replace(found.settings, checked=3))
    table = check_coverage(few, tmp_path)
    assert table["axis"].tolist() == ["all", LEVEL, EFFECT]
    assert table["points"].tolist() == [3, 3, 3]
    assert (tmp_path / "coverage.csv").is_file()


def test_two_results_of_one_trial_count_as_one(found: Calibrated, tmp_path: Path) -> None:
    asked = problem(criterion(2.2, 0.2, sharing=2), criterion(2.2, 0.2, id="P01b", sharing=2))
    both = calibrated(tmp_path, asked, twice)
    assert effects(both) == pytest.approx(effects(found), rel=0.15)


def test_a_bound_leaves_its_free_side_alone(tmp_path: Path) -> None:
    """At least 2.2: above it all is as likely, so the middle is some way between 2.2 and 3."""
    bounded = calibrated(tmp_path, problem(criterion(2.2, 0.1, bound="at_least")))
    mean, _ = effects(bounded)
    assert 2.4 < mean < 2.7
    one, other = criterion(2.2, 0.1, bound="at_least"), criterion(2.2, 0.1, bound="at_most")
    apart = shortfall((one, other), np.array([[2.0, 2.0], [3.0, 3.0]]))
    np.testing.assert_allclose(apart, [[-0.2, 0.0], [0.0, 0.8]])


def test_levels_are_corrected_to_the_scale_that_stands_for_denmark(tmp_path: Path) -> None:
    """100 is the level at 0.5 of the prior; a world that shows a tenth less would ask for 0.78."""
    plain = calibrated(tmp_path / "a", problem(criterion(2.2, 0.2)))
    mended = calibrated(tmp_path / "b", problem(criterion(2.2, 0.2)), denmark=1.0, denmark_runs=3)
    assert plain.weights @ plain.members[:, 0] == pytest.approx(0.78, abs=0.05)
    assert mended.weights @ mended.members[:, 0] == pytest.approx(0.5, abs=0.05)


def test_intervals_cover_the_truth_and_too_narrow_ones_are_found_out(found: Calibrated) -> None:
    positions, moments = found.points
    asked: dict[str, Any] = {"points": 20, "first": TINY.first, "steps": 120, "seed": 3}
    told = covered(coverage(found.fitness, positions, moments, **asked)).set_index("axis").loc["all"]
    assert told["covered80"] == pytest.approx(0.8, abs=0.16)
    assert told["covered95"] > 0.85
    sure = found.problem.targets[0].model_copy(update={"se": 0.1, "value": 1.0})
    wrong = replace(found.fitness, problem=replace(found.problem, targets=(sure,)))
    off = moments + np.random.default_rng(1).normal(0.0, 4.0, moments.shape)
    narrow = covered(coverage(wrong, positions, off, **asked)).set_index("axis")
    assert narrow.loc[LEVEL, "covered80"] < 0.5


def test_a_school_is_one_of_its_beliefs_and_never_between(tmp_path: Path) -> None:
    (school,) = WHOLE.schools
    assert set(school.beliefs) == {"adam", "makro"}
    values = school.values(np.array([0.01, 0.49, 0.51, 0.99]))
    for row, belief in zip(values, ("adam", "adam", "makro", "makro"), strict=True):
        exact = {change.parameter: change.values[0][1] for change in load_belief(belief).changes()}
        assert dict(zip(school.parameters, row, strict=True)) == exact
    result = calibrated(tmp_path, problem(criterion(2.2, 0.2), schools=(school,)))
    own = result.table[school.parameters[0]]
    assert own.nunique() == 2
    assert result.weights @ (own == own.max()) == pytest.approx(0.5, abs=0.12)
    write_best(
        result, {"command": "", "version": "", "parameters": "", "data": "", "code": ""}, tmp_path / "b"
    )
    written = read_point(tmp_path / "b")
    assert EFFECT in written
    assert not set(school.parameters) & set(written), "no school is the best"


def test_a_trial_draws_everything_but_its_own_parameters() -> None:
    (first, second, other, _) = tasks_of("sanction-dagpenge", WHOLE, np.array([[0.25], [0.75]]), 0.01)
    own = [[c.values[0][1] for c in task.draw_changes if c.name == EFFECT] for task in (first, second, other)]
    assert own == [[1.75], [1.75], [3.25]]
    assert first.replicate != second.replicate
    drawn = [{c.name: c.values for c in t.draw_changes if c.name != EFFECT} for t in (first, second, other)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_the_experiments_are_those_of_the_lists_by_grade() -> None:
    allowed = {identity for ids in FOR_CALIBRATION.values() for identity in ids}
    assert {each.id for each in WHOLE.criteria} == allowed
    assert {each.grade for each in WHOLE.criteria} <= {"A", "B"}
    assert set(trials_of(WHOLE.criteria)) == set(FOR_CALIBRATION) - {"fair-caseload"}
    informed = {name for each in WHOLE.criteria for name in each.informs}
    assert informed == set(read_effects().parameters)
    rows = rows_by_id(GRADES_FILES[1])
    second = {name for name in data.evidence().index if str(name).startswith("E2-")}
    assert set(rows) == second, "each row of the second list has a grade and says what becomes of it"
    assert all(row["reason"] for row in rows.values())
    taken = {name for name, row in rows.items() if row["use"] == "criterion"}
    assert taken == {name for name in allowed if name.startswith("E2-")}
    assert {rows[name]["grade"] for name in taken} <= {"A", "B"}
    assert rows["E2-I08"]["use"] == "shown"
    assert grade_of("R02") == "C"


def test_the_prior_of_a_told_parameter_is_from_before_its_experiment() -> None:
    """At least three times as wide as that of its entry, which rests on the same study."""
    from sim.parameters import load_parameters
    from sim.parameters.priors import prior_of

    parameters = load_parameters()
    for name, entry in read_effects().parameters.items():
        if entry.before is not None:
            own = prior_of(parameters[name])
            assert own is not None
            assert entry.before.high - entry.before.low > 1.5 * (own.high - own.low), name


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("  P01:\n    trial: sanction-dagpenge", "  P35:\n    trial: sanction-kontanthjaelp"), "grade C"),
        (("trial: sanction-dagpenge", "trial: early-activation-men"), "may not use 'P01'"),
        (("informs: [search.sanction_multiplier]", "informs: [search.sanction]"), "not free"),
        (("  search.sanction_multiplier:\n", "  search.sanctions_multiplier:\n"), "not free"),
        (("statistic: sanctioned_chance", "shown: log, statistic: x"), "P01"),
    ],
)
def test_what_cannot_be_meant_is_refused(change: tuple[str, str], said: str, tmp_path: Path) -> None:
    from calibration.estimate.criteria import FILE

    text = FILE.read_text("utf-8")
    assert change[0] in text
    file = tmp_path / "effects.yaml"
    file.write_text(text.replace(*change, 1), "utf-8")
    with pytest.raises(InputError, match=said):
        read_effects(file)


def test_what_is_to_last_may_drift_by_half_of_five_per_cent() -> None:
    ids = [target.id for target in WHOLE.targets]
    now, later = ids.index("F013"), ids.index("F013 lasting")
    value = WHOLE.data[now]
    assert WHOLE.data[later] == value
    more = WHOLE.fixed_variance[later] - WHOLE.fixed_variance[now]
    assert more == pytest.approx((DRIFT * value) ** 2)
    assert len(set(ids)) == len(ids)


def group(chance: list[list[float]], met: list[int], sanctioned: list[int]) -> Group:
    """Two weeks on dagpenge of each person, met or sanctioned in the first of them."""
    n = len(chance)
    state = np.full((n, 2), int(State.DAGPENGE), np.uint8)
    first = [np.array([[each, 0] for each in column], np.uint8) for column in (met, sanctioned)]
    return Group(state, first[0], first[1], np.array(chance, np.float32), np.zeros((n, 2), np.uint8))


def test_chances_of_the_same_persons_are_told_by_dose() -> None:
    """Twice the chance for one interview more: ln 2 for each that is lost, its sign turned by the factor."""
    outcome = next(each for each in WHOLE.criteria if each.id == "M12").outcome.model_copy(
        update={"weeks": 2}
    )
    one, other = group([[0.2, 0.2]], [1], [0]), group([[0.1, 0.1]], [0], [0])
    assert exact_effect(one, other, outcome) == pytest.approx(np.log(2.0), rel=1e-6)


def test_chances_under_a_sanction_are_held_against_other_weeks() -> None:
    """One of two is sanctioned in the first week; in the second her chance is 0.3 and the other's 0.1."""
    outcome = P01.outcome.model_copy(update={"weeks": 2})
    both = group([[0.2, 0.3], [0.2, 0.1]], [0, 0], [1, 0])
    assert sanctioned_chance(both, outcome) == pytest.approx(3.0, rel=1e-6)
    assert np.isnan(sanctioned_chance(group([[0.2, 0.3]], [0], [1]), outcome)), "nobody to be held against"
