"""Intervals and the emulator, held against numbers worked out by hand; and that they stand nowhere else."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.stats.emulator import Emulator, Kernel, LeftOut
from sim.stats.interval import (
    UNKNOWN,
    correlation_by_chance,
    middle,
    of_a_large_sample_mean,
    of_one_more_run,
    of_the_mean,
    of_the_mean_over_draws,
    weighted_quantiles,
)

ROOT = Path(__file__).resolve().parents[1]
#: What a hand-made interval looks like: a quantile of t or of the normal distribution, or its usual number.
FORMULA = re.compile(r"\b(t|norm)\.ppf\(|\b1\.96\b|\b0\.025\b")
#: Student's t, 97.5 per cent, from a printed table: 1, 2 and 19 degrees of freedom.
T1, T2 = 12.7062, 4.3027


def cells(**values: list[float]) -> pd.Series:
    frame = pd.DataFrame([(name, value) for name, each in values.items() for value in each])
    return frame.groupby(0)[1]


def test_one_more_run_is_wider_than_the_mean() -> None:
    """1, 2, 3: sd 1; the next one within t sqrt(1 + 1/3), the mean within t sqrt(1/3)."""
    next_one = of_one_more_run(cells(a=[1.0, 2.0, 3.0], b=[5.0, 5.0, 5.0]), 3)
    assert next_one.made_by == "t"
    assert next_one.high["a"] - 2.0 == pytest.approx(T2 * math.sqrt(4 / 3), rel=1e-4)
    assert next_one.low["b"] == next_one.high["b"] == 5.0
    mean = of_the_mean([1.0, 2.0, 3.0])
    assert mean.high - mean.mean == pytest.approx(T2 * math.sqrt(1 / 3), rel=1e-4)


def test_many_runs_give_their_percentiles_and_one_gives_no_interval() -> None:
    """0 to 40: 2.5 per cent of the way is 1, 97.5 per cent is 39."""
    many = of_one_more_run(cells(a=[float(i) for i in range(41)]), 41)
    assert (many.low["a"], many.high["a"], many.made_by) == (1.0, 39.0, "percentiles")
    one = of_one_more_run(cells(a=[7.0]), 1)
    assert one.made_by == "none"
    assert math.isnan(one.low["a"])


def test_the_mean_over_draws_holds_the_parameters_uncertainty() -> None:
    """Draws with means 1 and 11: their percentiles are 1.25 and 10.75; one draw has Student's t of two."""
    many = of_the_mean_over_draws([0.0, 2.0, 10.0, 12.0], [1, 1, 2, 2])
    assert many == pytest.approx((6.0, 1.25, 10.75))
    one = of_the_mean_over_draws([1.0, math.nan, 3.0], [0, 0, 0])
    assert one.mean == 2
    assert one.high - one.mean == pytest.approx(T1, rel=1e-4)


def test_too_few_values_have_no_interval() -> None:
    assert of_the_mean([4.0]).mean == 4.0
    assert math.isnan(of_the_mean([4.0]).low)
    assert all(math.isnan(end) for end in of_the_mean([math.nan]))
    assert all(math.isnan(end) for end in (*UNKNOWN, *of_the_mean_over_draws([], [])))


def test_a_large_sample_has_the_normal_interval() -> None:
    """50 zeros and 50 twos: mean 1, sd sqrt(100/99), half width 1.96 sd / 10."""
    found = of_a_large_sample_mean(pd.Series([0.0, 2.0] * 50))
    assert found.mean == 1.0
    assert found.high - 1.0 == pytest.approx(0.196 * math.sqrt(100 / 99))


def test_quantiles_with_weights() -> None:
    """1 to 4 with equal weights stand at 1/8, 3/8, 5/8 and 7/8; a weight of nearly 1 decides alone."""
    assert weighted_quantiles([4, 3, 2, 1], [0.25] * 4, (0.5, 0.125)).tolist() == [2.5, 1.0]
    assert weighted_quantiles([1, 2], [0.001, 0.999], (0.75,))[0] == pytest.approx(2.0)
    assert middle(np.arange(41.0)) == (1.0, 39.0)


def test_a_chance_correlation_falls_with_the_root_of_the_number() -> None:
    assert correlation_by_chance(101) == pytest.approx(0.196)
    assert correlation_by_chance(1) == 1.96


def test_no_interval_is_worked_out_elsewhere() -> None:
    files = [
        path
        for package in ("sim", "reforms", "calibration", "jobvej")
        for path in (ROOT / package).rglob("*.py")
    ]
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in files
        for line in path.read_text("utf-8").splitlines()
        if FORMULA.search(line) and path.parent.name != "stats"
    ]
    assert found == []
    assert FORMULA.search("half = 1.96 * sd")


KERNEL = Kernel(1.0, (1e-2, 1e2), 1.0, (0.2, 20.0), 0.1, (1e-5, 1.0), by_axis=True)


def wave(x: np.ndarray) -> np.ndarray:
    return np.asarray(3.0 + np.sin(4.0 * x[:, 0]) + 0.0 * x[:, 1])


@pytest.fixture(scope="module")
def points() -> np.ndarray:
    axis = np.linspace(0.0, 1.0, 7)
    return np.array([(a, b) for a in axis for b in axis[::2]])


def test_the_emulator_finds_a_smooth_function_again(points: np.ndarray) -> None:
    between = np.array([[0.21, 0.4], [0.55, 0.9], [0.83, 0.1]])
    emulator = Emulator(KERNEL).fit(points, wave(points))
    assert emulator.predict(between) == pytest.approx(wave(between), abs=0.02)
    lengths = emulator.process_.kernel_.get_params()["k1__k2__length_scale"]
    assert lengths[1] > 5 * lengths[0], "the second axis does not matter"


def test_left_out_points_tell_noise_from_function(points: np.ndarray) -> None:
    """Noise of 0.5 cannot be predicted: it stays as error, and little is explained."""
    clean = Emulator(KERNEL).left_out(points, wave(points), folds=7)
    assert clean.explained > 0.98
    noise = np.random.default_rng(1).permutation(np.repeat([0.5, -0.5], len(points) // 2))
    noisy = Emulator(KERNEL).left_out(points, 0.01 * wave(points) + noise, folds=7)
    assert noisy.error == pytest.approx(0.5, rel=0.3)
    assert noisy.explained < 0.2


def test_every_point_is_left_out_once_in_whatever_parts(points: np.ndarray) -> None:
    for folds in (None, 5):
        found = Emulator(KERNEL).left_out(points, wave(points), folds=folds, refit=False)
        assert len(found.predicted) == len(points)
        assert found.error < 0.1


def test_how_left_out_points_are_counted() -> None:
    """Missed by 1 and 1, where the values vary by 4: error 1, explained 3/4."""
    found = LeftOut(np.array([0.0, 4.0]), np.array([1.0, 3.0]))
    assert found.error == 1.0
    assert found.explained == 0.75


def test_what_is_known_to_be_zero_is_zero(points: np.ndarray) -> None:
    emulator = Emulator(KERNEL, zero_at=(0.0, 0.0)).fit(points, wave(points) - 3.0)
    at_zero = emulator.predict(np.zeros((1, 2))) - emulator.trend_.predict(np.zeros((1, 2)))
    assert at_zero == pytest.approx(0.0, abs=1e-12)


def test_the_emulator_is_surer_where_it_has_been(points: np.ndarray) -> None:
    emulator = Emulator(KERNEL).fit(points, wave(points))
    near, far = emulator.deviation(np.array([[0.5, 0.5], [3.0, 3.0]]))
    assert far > 10 * near
