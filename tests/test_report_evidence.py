"""Survival curves, weights of assumptions, and winners and losers, against figures worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from report_fixture import Maker

from reforms.report import assumptions, people, sentences
from reforms.report.numbers import Numbers
from reforms.report.results import read_results
from reforms.report.style import Brush, spread
from reforms.report.survival import curves, kaplan_meier
from reforms.report.texts import load_texts
from sim.parameters import load_parameters


def test_the_survival_curve_is_kaplan_and_meiers() -> None:
    weeks = np.array([2, 3, 3, 5, 8])
    ended = np.array([True, True, False, True, False])
    curve = kaplan_meier(weeks, ended, horizon=8)
    by_hand = [1.0, 1.0, 0.8, 0.6, 0.6, 0.3, 0.3, 0.3, 0.3]
    assert curve.share.tolist() == pytest.approx(by_hand)


def test_leaving_out_running_spells_would_bias_the_curve() -> None:
    weeks = np.array([10] * 50 + [52] * 50)
    censored = kaplan_meier(weeks, weeks < 52, horizon=52)
    assert censored.share[51] == pytest.approx(0.5)
    assert censored.share[52] == pytest.approx(0.5)


def test_only_spells_begun_under_the_reform_are_counted() -> None:
    spells = pd.DataFrame(
        {
            "scenario": "baseline",
            "group": "dagpenge",
            "start_week": ["2025-W52"] * 80 + ["2026-W01"] * 60,
            "weeks": 10,
            "ended": True,
        }
    )
    assert curves(spells, "dagpenge", "2026-W01")["baseline"].spells == 60


def test_a_decisive_number_weighs_more_than_an_idle_one() -> None:
    draws = np.arange(1, 301)
    drawn = pd.DataFrame({"decides": draws * 0.1, "idle": np.cos(draws * 7.0)}, index=draws)
    effect = pd.Series(-(draws**3.0), index=draws)
    found = assumptions.weights(drawn, effect)
    assert found["decides"] == pytest.approx(-1.0)
    assert abs(found["idle"]) < 0.5


def test_too_few_draws_are_not_ranked() -> None:
    drawn = pd.DataFrame({"a": [1.0, 2.0]}, index=[1, 2])
    assert assumptions.weights(drawn, pd.Series([1.0, 2.0], index=[1, 2])).empty


def test_draws_are_known_again_only_for_the_same_parameters(tmp_path: Path) -> None:
    results = read_results(Maker(draws=9, replicates=1).write(tmp_path))
    assert assumptions.drawn_values(results, load_parameters()).empty, "the fixture names other parameters"


def test_few_draws_name_nothing_that_decides(tmp_path: Path) -> None:
    made = Maker(("cut-3bn",), draws=10, replicates=1, parameters=load_parameters().digest())
    brush = Brush(read_results(made.write(tmp_path)), load_texts("en"), Numbers("en"))
    found = assumptions.ranked(brush.results, load_parameters())
    assert found.empty
    assert assumptions.ranking(brush, found) is None
    assert "fewer than 256 draws" in sentences.deciding_sentences(found, brush)[0]


def test_what_decides_is_named_where_it_is_told_from_noise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of forty numbers decide, with some luck; or luck alone, of which nothing is named.

    With 64 draws for 256, which take a minute.
    """
    monkeypatch.setattr(assumptions, "FEWEST_DRAWS", 64)
    names = [p.name for p in load_parameters() if p.prior is not None and p.size == 1][:40]
    random = np.random.default_rng(6)
    drawn = pd.DataFrame(random.random((64, len(names))), columns=names)
    luck = pd.Series(random.normal(0.0, 0.05, 64))
    brush = Brush(read_results(Maker(("cut-3bn",)).write(tmp_path)), load_texts("en"), Numbers("en"))
    found = assumptions.told_weights(drawn, 2.0 * drawn[names[3]] - drawn[names[5]] + luck)
    assert found.index[:2].tolist() == [names[3], names[5]]
    assert found.attrs["explained"] > 0.8
    first, second = sentences.deciding_sentences(found, brush)
    assert load_parameters()[names[3]].label in first
    assert "(R²)" in second
    assert assumptions.ranking(brush, found) is not None
    nothing = assumptions.told_weights(drawn, luck)
    assert nothing.empty
    assert "Not told" in sentences.deciding_sentences(nothing, brush)[0]


def test_every_assumption_is_listed_with_range_and_reason(tmp_path: Path) -> None:
    folder = Maker(("cut-3bn",)).write(tmp_path)
    expected = {p.name for p in load_parameters() if p.kind == "assumption"}
    assert expected
    brush = Brush(read_results(folder), load_texts("da"), Numbers("da"))
    rows = assumptions.listed(brush, pd.Series(dtype=float))
    assert {row.name for row in rows} == expected
    assert all(row.reason and row.range and row.value for row in rows)
    close = {row.name for row in assumptions.near(rows, brush.results)}
    assert "staffing.saving_realised_share" in close
    assert close < expected


def test_fewer_weeks_on_support_are_a_gain() -> None:
    traits = {
        "sex": "woman",
        "birth_year": 1990,
        "education": "basic",
        "barrier": "none",
        "start_state": "dagpenge",
    }
    base = pd.DataFrame(
        {"person": range(4), "weeks_supported": [10, 20, 30, 40], "weeks_employed": 50, **traits}
    )
    reform = base.assign(weeks_supported=[8, 20, 33, 30])
    both = pd.concat([base.assign(scenario="baseline"), reform.assign(scenario="x")])
    told = people.fate("all", people.paired(both, "x", 2024))
    assert (told.gain, told.lose) == (50.0, 25.0)
    assert told.supported.difference == pytest.approx((-2 + 0 + 3 - 10) / 4)
    assert told.employed.difference == 0.0


def test_persons_are_paired_by_number_and_not_by_row() -> None:
    traits = {
        "sex": "man",
        "birth_year": 1960,
        "education": "long",
        "barrier": "some",
        "start_state": "employed",
    }
    base = pd.DataFrame({"person": [1, 2], "weeks_supported": [10, 90], "weeks_employed": [90, 10], **traits})
    both = pd.concat([base.assign(scenario="baseline"), base.iloc[::-1].assign(scenario="x")])
    paired = people.paired(both, "x", 2024)
    assert paired["weeks_supported"].tolist() == [0.0, 0.0]
    assert paired["age"].tolist() == ["from_50", "from_50"]


def test_labels_are_moved_apart_in_their_order() -> None:
    moved = spread([1.0, 1.05, 3.0], 0.5)
    assert moved[1] - moved[0] == pytest.approx(0.5)
    assert moved[2] == 3.0
