"""Intervals and the emulator, held against numbers worked out by hand; and that they stand nowhere else."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.stats.emulator import Emulator, Kernel, LeftOut
from sim.stats.interval import (
    UNKNOWN,
    correlation_by_chance,
    hide,
    of_denmark,
    of_draws,
    of_one,
    told_of,
    weighted_quantiles,
)
from sim.stats.words import in_hundred, in_words

ROOT = Path(__file__).resolve().parents[1]
#: What a hand-made interval looks like: a quantile of t or of the normal distribution, or its usual number.
FORMULA = re.compile(r"\b(t|norm)\.ppf\(|\b1\.96\b|\b0\.025\b")
#: Student's t of four degrees of freedom, 97.5 and 90 per cent, from a printed table.
T4, T4_80 = 2.7764, 1.5332


def rows(table: np.ndarray, first_draw: int = 1) -> pd.DataFrame:
    """Return differences (cells, draws, replicates) as rows."""
    cell, draw, replicate = np.indices(table.shape)
    return pd.DataFrame(
        {"cell": cell.ravel(), "draw": draw.ravel() + first_draw, "replicate": replicate.ravel(),
         "difference": table.ravel()}
    )  # fmt: skip


def worlds(
    draws: int, replicates: int, *, numbers: float, luck: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return 3,000 experiments (n, draws, replicates) of an effect of 1, and Denmark's effect in each."""
    random = np.random.default_rng(seed)
    of_draw = random.normal(0.0, numbers, (3_000, draws, 1))
    table = 1.0 + of_draw + random.normal(0.0, luck, (3_000, draws, replicates))
    return table, 1.0 + random.normal(0.0, numbers, 3_000)


def inside(told: pd.DataFrame, truth: np.ndarray, of: str) -> float:
    return float(((told[f"low{of}"] <= truth) & (truth <= told[f"high{of}"])).mean())


def test_the_decomposition_by_hand() -> None:
    """Five draws with means 0, 1, 2, 3, 9 whose pairs lie 1 to each side, so that all of it can be reckoned.

    V = (9 + 4 + 1 + 0 + 36) / 4 = 12.5; pairs of a draw vary by 2, their mean by s = 1, with f = 5.
    Taken out: (5 - 3) / (5 - 1) * 5 / 7 * 1 / 12.5 = 1 / 35, so tau = 12.5 * 34 / 35 and V / k = 2.5.
    """
    means = np.array([0.0, 1.0, 2.0, 3.0, 9.0])
    told = told_of(of_denmark(rows(np.stack([means - 1.0, means + 1.0], axis=-1)[None]), ["cell"]).iloc[0])
    tau = 12.5 * 34.0 / 35.0
    assert told.median == pytest.approx(3.0)
    assert told.share_simulation == pytest.approx(2.5 / (tau + 2.5))
    assert told.high95 - 3.0 == pytest.approx(T4 * math.sqrt(tau + 2.5), rel=1e-4)
    assert 3.0 - told.low80 == pytest.approx(T4_80 * math.sqrt(tau + 2.5), rel=1e-4)
    assert (told.draws, told.pairs) == (5, 10)
    assert 0.7 < told.p_higher < 0.8, "3 over 3.83 is 0.78 of Student's t of four: 0.76"


@pytest.mark.parametrize(("draws", "replicates"), [(4, 2), (8, 2), (16, 4), (64, 2)])
@pytest.mark.parametrize("luck", [0.3, 1.0])
def test_the_intervals_hold_denmarks_effect_as_often_as_they_say(
    draws: int, replicates: int, luck: float
) -> None:
    """Three standard errors of 3,000 experiments are 1.2 and 2.2 points; more where luck is known badly."""
    table, truth = worlds(draws, replicates, numbers=1.0, luck=luck, seed=draws)
    told = of_denmark(rows(table), ["cell"])
    assert inside(told, truth, "95") == pytest.approx(0.95, abs=0.025)
    assert inside(told, truth, "80") == pytest.approx(0.80, abs=0.05)


def test_luck_that_denmark_does_not_have_is_taken_out() -> None:
    """Uncertain numbers of 0.5, luck of 2: one more small world would lie within 2.06 * 2 * 1.28 = 5.3."""
    table, truth = worlds(64, 2, numbers=0.5, luck=2.0, seed=1)
    told = of_denmark(rows(table), ["cell"])
    width = (told["high80"] - told["low80"]).median()
    assert width < 0.45 * 2 * 1.2816 * math.hypot(0.5, 2.0)
    assert width > 0.9 * 2 * 1.2816 * 0.5
    assert inside(told, truth, "80") > 0.75


def parts(table: np.ndarray) -> tuple[float, float]:
    """Return the variance of the simulation and of the numbers that the 95 % intervals hold, on average."""
    told = of_denmark(rows(table), ["cell"])
    spread = ((told["high95"] - told["low95"]) / 2 / stats.t.ppf(0.975, told["draws"] - 1)) ** 2
    share = told["share_simulation"]
    return float((spread * share).mean()), float((spread * (1 - share)).mean())


def test_half_the_luck_narrows_the_simulations_part_alone() -> None:
    """The same uncertain numbers (variance 1) with luck of 1 and of 0.5, 32 draws of 4 pairs.

    V / k is (1 + 1 / 4) / 32 = 0.0391, and with half the luck (1 + 1 / 16) / 32 = 0.0332.
    """
    random = np.random.default_rng(8)
    of_draw, luck = random.normal(0.0, 1.0, (3_000, 32, 1)), random.normal(0.0, 1.0, (3_000, 32, 4))
    simulation, numbers = parts(of_draw + luck)
    less, as_before = parts(of_draw + 0.5 * luck)
    assert simulation == pytest.approx(0.0391, rel=0.03)
    assert less == pytest.approx(0.0332, rel=0.03)
    assert numbers == pytest.approx(1.0, abs=0.04)
    assert as_before == pytest.approx(1.0, abs=0.04)


def test_more_runs_narrow_the_simulations_part_alone() -> None:
    """V / k: (1 + 1 / 2) / 8; with eight replicates (1 + 1 / 8) / 8; with 32 draws (1 + 1 / 2) / 32."""
    few = parts(worlds(8, 2, numbers=1.0, luck=1.0, seed=2)[0])
    replicates = parts(worlds(8, 8, numbers=1.0, luck=1.0, seed=2)[0])
    draws = parts(worlds(32, 2, numbers=1.0, luck=1.0, seed=2)[0])
    assert [few[0], replicates[0], draws[0]] == pytest.approx([0.1875, 0.1406, 0.0469], rel=0.05)
    # of what luck adds to the draws' means, a half is left in at eight draws of two; it goes, the 1 stays
    assert few[1] == pytest.approx(1.25, abs=0.05)
    assert [replicates[1], draws[1]] == pytest.approx([1.06, 1.06], abs=0.05)


def test_the_probability_is_one_that_comes_true() -> None:
    """Among experiments that say 80 to 90 of 100, Denmark's effect is above zero in about 85 of 100."""
    random = np.random.default_rng(5)
    truth = random.normal(0.0, 1.0, 20_000)
    centre = truth + random.normal(0.0, 1.0, truth.size)
    table = centre[:, None, None] + random.normal(0.0, 1.0, (truth.size, 16, 1)) + np.zeros((1, 1, 2))
    table = table + random.normal(0.0, 0.2, table.shape)
    told = of_denmark(rows(table), ["cell"])
    said = told["p_higher"].between(0.8, 0.9).to_numpy()
    # a flat prior would give 85; the truth is drawn around zero, so that it is nearer to even
    assert 0.70 < (truth[said] > 0).mean() < 0.90
    assert np.abs(told["p_higher"] + of_denmark(rows(-table), ["cell"])["p_higher"] - 1.0).max() < 1e-9


def test_a_skewed_distribution_keeps_its_shape_from_forty_draws_on() -> None:
    values = np.exp(np.random.default_rng(3).normal(0.0, 1.0, (1, 200, 1))) + np.zeros((1, 1, 2))
    told = told_of(of_denmark(rows(values), ["cell"]).iloc[0])
    assert told.median == pytest.approx(float(np.median(values)), rel=0.02)
    assert told.low95 > 0
    assert told.high95 - told.median > 3 * (told.median - told.low95)
    assert told.p_higher > 0.99


@pytest.mark.parametrize(
    ("table", "draws", "pairs"),
    [
        ([[[7.0]]], 1, 1),
        ([[[1.0, 2.0, 3.0]]], 1, 3),
        ([[[5.0, 5.0], [5.0, 5.0]]], 2, 4),
        ([[[0.1, 0.1], [0.1, 0.1], [0.1, 0.1]]], 3, 6),
        ([[[math.nan, math.nan], [2.0, math.nan]]], 1, 1),
    ],
)
def test_one_draw_one_pair_or_no_variation_has_no_interval(
    table: list[list[list[float]]], draws: int, pairs: int
) -> None:
    told = told_of(of_denmark(rows(np.array(table)), ["cell"]).iloc[0])
    assert (told.draws, told.pairs) == (draws, pairs)
    assert not told.known
    assert all(math.isnan(each) for each in (told.low80, told.high95, told.p_higher, told.share_simulation))
    assert told.median == pytest.approx(np.nanmean(table))


def test_luck_that_cannot_be_told_apart_stays_in() -> None:
    """One pair a draw, or three draws: the whole variance, V (1 + 1 / k), and no share."""
    for table in (np.array([[[1.0], [2.0], [3.0], [6.0]]]), np.array([[[0.0, 2.0], [2.0, 4.0], [4.0, 6.0]]])):
        told = told_of(of_denmark(rows(table), ["cell"]).iloc[0])
        means = table.mean(axis=2)[0]
        k = len(means)
        reach = stats.t.ppf(0.975, k - 1) * math.sqrt(means.var(ddof=1) * (1 + 1 / k))
        assert told.high95 - told.median == pytest.approx(reach)
        assert math.isnan(told.share_simulation)


def test_what_some_pairs_do_not_tell_is_left_out() -> None:
    whole = rows(np.arange(24.0).reshape(1, 6, 4) ** 1.5)
    holes = whole.assign(difference=whole["difference"].where(whole["replicate"] < 3))
    kept = whole[whole["replicate"] < 3]
    pd.testing.assert_frame_equal(of_denmark(holes, ["cell"]), of_denmark(kept, ["cell"]))


def test_an_emulator_is_told_with_its_own_error() -> None:
    """Means 0, 1, 2, 3, 4 with an error of 1: V = 2.5, taken out (2 / 4) * 1 / 2.5 = 0.2."""
    told = told_of(of_draws([[0.0, 1.0, 2.0, 3.0, 4.0]], [1.0]).iloc[0])
    assert told.share_simulation == pytest.approx(0.5 / (2.0 + 0.5))
    assert told.high95 - 2.0 == pytest.approx(T4 * math.sqrt(2.5), rel=1e-4)


def test_a_cost_is_a_gain_turned_round() -> None:
    told = of_one([1.0, 2.0, 4.0, 5.0, 9.0, 7.0], [1, 1, 2, 2, 3, 3])
    back = told.times(-7.0)
    assert (back.low95, back.high95) == pytest.approx((-7 * told.high95, -7 * told.low95))
    assert back.p_higher == pytest.approx(1 - told.p_higher)
    assert not of_one([], []).known


def test_too_few_people_hide_an_interval() -> None:
    table = pd.DataFrame([of_one([1.0, 2.0, 4.0, 5.0], [1, 1, 2, 2])._asdict()] * 2)
    shown, hidden = (told_of(row) for _, row in hide(table, [False, True]).iterrows())
    assert shown.known
    assert not hidden.known
    assert hidden.median == shown.median


def test_quantiles_with_weights() -> None:
    """1 to 4 with equal weights stand at 1/8, 3/8, 5/8 and 7/8; a weight of nearly 1 decides alone."""
    assert weighted_quantiles([4, 3, 2, 1], [0.25] * 4, (0.5, 0.125)).tolist() == [2.5, 1.0]
    assert weighted_quantiles([1, 2], [0.001, 0.999], (0.75,))[0] == pytest.approx(2.0)


def test_a_chance_correlation_falls_with_the_root_of_the_number() -> None:
    assert correlation_by_chance(101) == pytest.approx(0.1956, abs=1e-4)
    assert correlation_by_chance(10) == pytest.approx(0.632, abs=1e-3), "of a printed table"


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4, 8])
def test_no_correlation_is_above_one(number: int) -> None:
    assert 0 < correlation_by_chance(number) <= 1


@pytest.mark.parametrize(
    ("p", "low", "high", "said"),
    [
        (0.985, 0.1, 0.9, "almost certainly longer (in 98 of 100)"),
        (0.88, -0.1, 1.6, "likely longer (in 88 of 100)"),
        (0.12, -1.6, 0.1, "likely shorter (in 88 of 100)"),
        (0.63, -1.0, 2.0, "longer in 63 of 100: open"),
        (math.nan, math.nan, math.nan, "no interval: one draw of the uncertain numbers"),
    ],
)
def test_how_sure_it_is_in_words(p: float, low: float, high: float, said: str) -> None:
    told = UNKNOWN._replace(median=0.5, low95=low, high95=high, p_higher=p, draws=1, pairs=4)
    assert in_words(told, "longer", "shorter") == said


def test_nothing_is_said_to_be_certain() -> None:
    assert [in_hundred(p) for p in (0.0, 0.004, 0.5, 0.999, 1.0)] == [1, 1, 50, 99, 99]


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
