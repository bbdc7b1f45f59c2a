"""Forecasts: series, members by hand, nothing seen of what comes, weights, fans, the contract."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from calibration.forecasting.combine import FANS, Past, capped, recency, weighed, weights_at
from calibration.forecasting.forecast import COLUMNS, SAID, TABLE, Forecaster, forecast, in_short
from calibration.forecasting.members import MEMBERS, level_of, members_of, season_of
from calibration.forecasting.nowcast import response_of, smoothed
from calibration.forecasting.panel import Series, month_name, month_number, read_series, series_of
from calibration.forecasting.paths import Runs, run_from, weeks_from
from calibration.forecasting.rivals import A_YEAR_BEFORE, DRIFT, ETS, PERSISTENCE, rival
from calibration.forecasting.settings import settings
from jobvej.cli import app
from sim.data_in.extract import Figure
from sim.errors import InputError

S = settings()
FIRST = month_number("2021-01")
#: Log changes on entering January, February, ...; a whole year adds to none.
CHANGE = np.array([0.2, 0.0, -0.05, -0.05, -0.05, 0.0, 0.05, 0.02, -0.06, -0.02, 0.0, -0.04])
CODES = (0, 101, 147, 740)


def made(months: int, growth: float = 0.0, noise: float = 0.0) -> Series:
    """A country and three municipalities with the season above."""
    at = (FIRST + np.arange(months)) % 12
    path = np.concatenate([[0.0], np.cumsum(CHANGE[at[1:]])]) + growth * np.arange(months)
    chance = np.random.default_rng(1).normal(0.0, noise, (months, len(CODES)))
    sizes = np.array([90_000.0, 14_000.0, 2_500.0, 1_100.0])
    return Series("gross_unemployed", FIRST, CODES, sizes * np.exp(path[:, None] + chance))


def figures(series: Series, measure: str = "gross_unemployed") -> list[Figure]:
    return [
        Figure(code, month_name(series.first + at), measure, "full-time persons", float(value), 1)
        for at, row in enumerate(series.cells)
        for code, value in zip(series.codes, row, strict=True)
    ]


def folder_of(path: Path, series: Series) -> Path:
    rows = pd.DataFrame([each[:5] for each in figures(series)])
    rows.columns = ["code", "month", "measure", "unit", "value"]
    path.mkdir(exist_ok=True)
    rows.to_csv(path / "figures.csv", index=False)
    return path


def test_months_have_numbers_and_names() -> None:
    assert month_name(month_number("2024-12") + 1) == "2025-01"
    assert month_number("2026-07") - month_number("2024-12") == 19


def test_the_country_is_the_sum_of_municipalities_where_it_has_no_figure() -> None:
    known = [each for each in figures(made(14)) if each.code]
    found = series_of(known)["gross_unemployed"]
    assert found.codes[0] == 0
    assert found.cells[3, 0] == pytest.approx(made(14).cells[3, 1:].sum())


def test_a_hidden_figure_is_that_of_the_month_before() -> None:
    series = made(14)
    series.cells[5, 2] = np.nan
    series.cells[0, 3] = np.nan
    worked = series.worked()
    assert worked[5, 2] == worked[4, 2]
    assert worked[0, 3] == worked[1, 3]


def test_season_and_growth_without_chance_are_found() -> None:
    series = made(49, growth=0.01)
    found = season_of(series.worked(), series.months, S)
    # the ridges pull a little to none: within one part in twenty of the season of January
    np.testing.assert_allclose(found.change[:, 0], CHANGE - CHANGE.mean(), atol=0.01)
    assert found.certain > 0.99
    assert level_of(series.worked(), series.months, S).growth == pytest.approx(0.01, abs=0.002)


def test_before_there_are_two_years_all_of_a_season_may_be_chance() -> None:
    series = made(13)
    assert season_of(series.worked(), series.months, S).certain == 0.0


def test_members_by_hand() -> None:
    series = made(49)  # ends in January 2025
    path = np.array([0.3, 0.1])
    found = members_of(series, 2, path, S)
    y = series.worked()
    np.testing.assert_allclose(found[0], np.repeat(y[-1:], 2, axis=0))
    np.testing.assert_allclose(found[1, :, 0] - y[-1, 0], [0.0, -0.05], atol=0.02)  # February, March
    np.testing.assert_allclose(found[2], found[1], atol=0.02)  # no growth
    np.testing.assert_allclose(found[3, :, 0] - y[-1, 0], path, atol=1e-9)  # the country goes the model's way


def test_nothing_after_an_origin_is_seen() -> None:
    whole = made(40, growth=0.004, noise=0.03)
    origin = FIRST + 29
    size = np.array([9e4, 14e3, 2500.0, 1100.0])
    known_then = Forecaster(whole.until(origin), size, 6, {}, S).ahead(origin)
    later = whole.cells.copy()
    later[30:] *= 3.0
    seen_later = Forecaster(whole._replace(cells=later), size, 6, {}, S).ahead(origin)
    np.testing.assert_array_equal(known_then.median, seen_later.median)
    np.testing.assert_array_equal(known_then.fans, seen_later.fans)


def past(errors: list[float], horizon: int = 1) -> Past:
    """An origin whose members were off by so much everywhere."""
    paths = np.array(errors)[:, None, None] * np.ones((len(MEMBERS), horizon, 3))
    return Past(paths, np.zeros((horizon, 3)), 1.0)


def test_who_was_right_gets_the_weight_and_only_known_months_count() -> None:
    before = {10: past([0.2, 0.01, 0.2, 0.2]), 11: past([0.01, 0.2, 0.2, 0.2])}
    assert set(recency(before, 11, 1, S)) == {10}  # what came of 11 is not known in month 11
    country, others = weights_at(before, 11, 1, S)
    assert country.argmax() == others.argmax() == 1
    assert country.sum() == pytest.approx(1.0)
    assert country[1] > 2 * country[0]


def test_equal_weights_where_nothing_is_known() -> None:
    np.testing.assert_allclose(weights_at({}, 11, 1, S), 0.25)


def test_the_models_weight_has_a_limit() -> None:
    found = capped(np.array([[0.1, 0.1, 0.2, 0.6], [0.5, 0.3, 0.1, 0.1]]), 0.25)
    np.testing.assert_allclose(found[0], [0.1875, 0.1875, 0.375, 0.25])
    np.testing.assert_allclose(found[1], [0.5, 0.3, 0.1, 0.1])


def test_a_member_without_a_path_leaves_its_weight() -> None:
    paths = np.stack([np.full((1, 2), value) for value in (1.0, 2.0, 4.0, np.nan)])
    weights = np.full((1, 2, 4), 0.25)
    np.testing.assert_allclose(weighed(paths, weights), 7.0 / 3.0)


def test_fans_are_nested_and_wider_for_fewer_people() -> None:
    whole = made(41, noise=0.04)
    ahead = Forecaster(whole, whole.cells[-1], 12, {}, S).ahead(whole.last)
    low, high = ahead.fans[:, 0], ahead.fans[:, 1]
    assert len(FANS) == 2
    assert (low[1] < low[0]).all()
    assert (low[0] < ahead.median).all()
    assert (ahead.median < high[0]).all()
    assert (high[0] < high[1]).all()
    wide = np.log(high[0] / low[0])
    assert (wide[:, 3] >= wide[:, 1]).all()
    assert wide[11, 0] > wide[0, 0]


def test_rivals_by_hand() -> None:
    y = np.arange(26.0)[:, None] * np.ones((1, 2))
    np.testing.assert_allclose(rival(PERSISTENCE, y, 3), 25.0)
    np.testing.assert_allclose(rival(DRIFT, y, 3)[:, 0], [26.0, 27.0, 28.0])
    np.testing.assert_allclose(rival(A_YEAR_BEFORE, y, 13)[[0, 11, 12], 0], [14.0, 25.0, 14.0])
    assert np.isnan(rival(ETS, y[:20], 2)).all()
    assert np.isfinite(rival(ETS, made(30, noise=0.01).worked()[:, :1], 2)).all()


def test_weeks_of_months_are_those_of_their_thursdays() -> None:
    assert weeks_from(month_number("2025-01"), 1) == ("2025-W01", "2025-W05")  # Thursdays 2nd to 30th
    assert weeks_from(month_number("2026-01"), 12) == ("2026-W01", "2026-W53")


def test_the_contract(tmp_path: Path) -> None:
    data = folder_of(tmp_path / "data", made(30, noise=0.02))
    table = forecast(data, "2024-02", tmp_path / "out", model=False)
    kept = pd.read_parquet(tmp_path / "out" / TABLE)
    assert tuple(kept.columns) == COLUMNS
    assert (tmp_path / "out" / SAID).is_file()
    pd.testing.assert_frame_equal(kept, table)
    assert sorted(kept["month"].unique()) == [month_name(FIRST + 30 + at) for at in range(8)]
    assert set(kept["municipality"]) == set(CODES)
    assert set(kept["measure"]) == {"gross_unemployed"}
    assert (kept["low95"] <= kept["low80"]).all()
    assert (kept["low80"] <= kept["median"]).all()
    assert "2023-07" in in_short(kept, "Silkeborg")


@pytest.mark.parametrize("to", ["2023-06", "2027-01", "soon"])
def test_months_that_cannot_be_forecast_are_refused(tmp_path: Path, to: str) -> None:
    data = folder_of(tmp_path / "data", made(30))
    with pytest.raises(InputError, match="--to"):
        forecast(data, to, model=False)


def test_too_few_months_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="12 months of gross_unemployed"):
        read_series(folder_of(tmp_path / "data", made(12)))


def test_the_model_begins_at_the_origins_figures_and_does_not_see_the_next_ones() -> None:
    series = made(30)._replace(measure="gross_unemployed_dagpenge")
    origin, runs = FIRST + 20, Runs(scale=0.001)
    as_known = run_from({series.measure: series.until(origin)}, origin, 1, runs)
    later = series.cells.copy()
    later[21:] *= 2.0
    changed = run_from({series.measure: series._replace(cells=later)}, origin, 1, runs)
    np.testing.assert_array_equal(as_known[series.measure], changed[series.measure])
    # one person of the sample stands for a thousand
    assert as_known[series.measure][0, 0] == pytest.approx(series.cells[20, 0], rel=0.15)


def test_a_response_is_found_from_its_step() -> None:
    months = np.arange(1.0, 31.0)
    found = response_of(0.6 * (1.0 - 0.8**months))
    assert found.kept == pytest.approx(0.8, abs=1e-3)
    assert found.gain == pytest.approx(0.12, abs=1e-3)


def test_demand_is_found_from_what_it_did() -> None:
    found = response_of(0.6 * (1.0 - 0.8 ** np.arange(1.0, 31.0)))
    x = np.concatenate([np.full(15, 0.0), np.full(15, 0.3)])
    e, gap = 0.0, []
    for each in x:
        e = found.kept * e + found.gain * each
        gap.append(e)
    back, error = smoothed(np.array(gap), found)
    np.testing.assert_allclose(back, x, atol=0.02)
    assert (error >= 0).all()


def test_the_command_says_what_it_needs() -> None:
    said = CliRunner().invoke(app, ["forecast", "--data", ".", "--to", "2025-01"])
    assert isinstance(said.exception, InputError)
    assert "--out DIR" in str(said.exception)
