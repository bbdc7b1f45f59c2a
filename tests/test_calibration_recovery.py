"""Calibration finds what made the data: on a made-up model, and on data that the model itself made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from calibration.estimate.points import Point, moments_at
from calibration.estimate.posterior import spread_out, weights_of
from calibration.estimate.problem import Problem, read_problem
from calibration.estimate.run import Calibrated, Calibration, Settings, parameters_table, write_result
from calibration.point import read_point
from calibration.targets import load_targets
from sim.parameters import load_parameters
from sim.parameters.posterior import read_posterior

TINY = Settings(first=16, second=4, members=12, scale=0.004, steps=300, candidates=1, denmark_runs=0)
FREE = ("flows.employed_to_dagpenge", "search.weekly_hazard", "health.illness_rate")
INFORM = ("F080", "F106", "F013")
#: Quantiles of the priors at which the data are made.
TRUTH = np.array([0.3, 0.65, 0.75])


def problem(values: dict[str, float] | None = None, error: float = 0.01) -> Problem:
    """Three parameters, and the targets that inform them, with these numbers as data.

    Their error is that of one small world, whose luck is in data that the model has made.
    """
    whole = read_problem()
    free = tuple(next(f for f in whole.free if f.name == name) for name in FREE)
    targets = tuple(
        t.model_copy(update={"value": values[t.id], "se": error * values[t.id]} if values else {})
        for t in (load_targets()[name] for name in INFORM)
    )
    return Problem(free, targets)


def covers(found: Calibrated, truth: np.ndarray[Any, Any]) -> list[bool]:
    """Whether the ensemble's range holds the true value of each parameter."""
    table = parameters_table(found)
    exact = found.problem.values(truth[None, :])[0]
    return [row.low <= x <= row.high for row, x in zip(table.itertuples(), exact, strict=True)]


def written_model(positions: np.ndarray[Any, Any], _: int, scale: float) -> list[dict[str, Any]]:
    """A model that can be written down: moments rise with the first two parameters and their product."""
    a, b, c = positions.T
    moments = {"F080": 240_000 * (0.8 + 0.4 * a), "F106": 73_000 * (1.3 - 0.5 * b + 0.2 * a * b),
               "F013": 76_000 * np.exp(0.5 * (c - 0.5))}  # fmt: skip
    return [{"stopped": 0, "moments": {k: float(v[i]) for k, v in moments.items()}} for i in range(len(a))]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Calibrated:
    truth = written_model(TRUTH[None, :], 0, 1.0)[0]["moments"]
    folder = tmp_path_factory.mktemp("written")
    return Calibration(folder, TINY, problem=problem(truth), simulate=written_model).run()


def test_it_finds_what_a_written_model_was_made_with(written: Calibrated) -> None:
    assert covers(written, TRUTH) == [True, True, True]
    assert written.best == pytest.approx(TRUTH, abs=0.12)
    assert parameters_table(written)["narrowed_pct"].min() > 50


def test_the_ensemble_and_the_best_point_come_back_as_written(written: Calibrated, tmp_path: Path) -> None:
    write_result(written, tmp_path, "jobvej calibrate --out DIR")
    ensemble = read_posterior(tmp_path / "posterior.csv")
    assert ensemble is not None
    assert ensemble.names == FREE
    assert sum(ensemble.weights) == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(ensemble.rows, written.table.to_numpy(), rtol=1e-8)
    best = {name: value for name, (value, _) in read_point(tmp_path / "fitted.yaml").items()}
    exact = dict(zip(FREE, written.problem.values(written.best[None, :])[0], strict=True))
    assert {name: best[name] for name in FREE} == pytest.approx(exact)
    informed = pd.read_csv(tmp_path / "sensitivity.csv", index_col="id").abs().idxmax(axis=1)
    assert informed.to_dict() == {"F080": FREE[0], "F106": FREE[1], "F013": FREE[2]}


def test_it_finds_what_the_models_own_data_were_made_with(tmp_path: Path) -> None:
    plain = problem()
    exact = plain.values(TRUTH[None, :]).tolist()[0]
    values = dict(zip(FREE, exact, strict=True))
    made = Point(tuple(values.items()), TINY.scale, 1, 7, load_parameters().digest(), ten_years=False)
    data = moments_at(made)["moments"]
    made_of = problem({name: data[name] for name in INFORM}, error=0.04)
    calibration = Calibration(tmp_path, TINY, problem=made_of)
    found = calibration.run()
    assert covers(found, TRUTH) == [True, True, True]
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "points").glob("*/*.zip")}
    assert len(kept) >= TINY.first
    again = calibration.run()
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "points").glob("*/*.zip")} == kept
    np.testing.assert_array_equal(again.members, found.members)


def test_a_member_that_fits_worse_than_the_surrogate_said_weighs_less() -> None:
    weights = weights_of(np.array([10.0, 14.0, 10.0]), np.array([10.0, 10.0, 10.0]))
    assert weights.sum() == pytest.approx(1)
    assert weights[1] < weights[0] / 5
    assert weights[0] == weights[2]


def test_the_ensemble_is_spread_over_the_samples() -> None:
    line = np.linspace(0.0, 1.0, 400)[:, None]
    chosen = np.sort(spread_out(line, 16, seed=3)[:, 0])
    assert len(np.unique(chosen)) == 16
    assert np.diff(chosen).max() < 0.15
