"""Backcasts: their files, the gate of the focus targets, new statistics by hand, the page with its misses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from calibration.backcast import file_of, names, observed_by_gate, page
from calibration.experiments.estimators import answer
from calibration.experiments.library import catalogue, load
from calibration.experiments.participants import places_of
from calibration.experiments.results import run_trial
from calibration.experiments.schema import DesignEntry, OutcomeEntry, PopulationEntry
from calibration.forecasting.panel import Series, month_number
from jobvej.cli import app
from sim import data
from sim.engine.draws import make_key
from sim.errors import InputError
from sim.rules.focus_targets import benchmark_gap

DAGPENGE, EMPLOYED, SICK, CLARIFIED = 1, 0, 5, 6


def outcome(**words: Any) -> OutcomeEntry:
    wanted: dict[str, Any] = {
        "id": "x", "label": {"en": "x", "da": "x"}, "unit": "points", "statistic": "exit_share", "weeks": 3,
        "spell": ["sygedagpenge"], "to": ["work"], "published": {"sign": "positive"},
    }  # fmt: skip
    return OutcomeEntry.model_validate(wanted | words)


def lives(treated: list[list[int]], untreated: list[list[int]], **columns: Any) -> dict[str, np.ndarray]:
    state = np.array([*treated, *untreated], np.uint8)
    n = len(state)
    made: dict[str, np.ndarray] = {
        "state": state, "met": np.zeros_like(state), "sanctioned": np.zeros_like(state),
        "activated": np.zeros_like(state), "chance": np.zeros(state.shape, np.float32),
        "origin": state[:, 0].copy(), "place": np.ones(n, np.uint8), "after": np.ones(n, np.uint8),
        "treated": np.array([1] * len(treated) + [0] * len(untreated), np.uint8),
    }  # fmt: skip
    return made | columns


def test_of_those_who_leave_the_share_to_work() -> None:
    """Of four one goes to work and one to jobafklaring, two stay: half of two; then none of one."""
    stays = [SICK] * 3
    one = [[SICK, EMPLOYED, EMPLOYED], [SICK, CLARIFIED, CLARIFIED], stays, stays]
    other = [[SICK, SICK, CLARIFIED], stays]
    assert answer(lives(one, other), outcome()).estimate == pytest.approx(50.0 - 0.0)


def test_nobody_who_leaves_has_no_share() -> None:
    assert np.isnan(answer(lives([[SICK] * 3], [[SICK] * 3]), outcome()).estimate)


def test_weeks_in_an_offer_are_counted_while_in_the_spell() -> None:
    """Two weeks sick, one of them in an offer, and one in work in an offer: one of two; none of three."""
    made = lives([[SICK, SICK, EMPLOYED]], [[SICK] * 3])
    made["activated"][0] = [1, 0, 1]
    assert answer(made, outcome(statistic="activated")).estimate == pytest.approx(50.0)


def test_an_outcome_may_be_of_some_of_the_participants() -> None:
    made = lives([[SICK] * 3, [DAGPENGE, EMPLOYED, EMPLOYED]], [[SICK] * 3, [DAGPENGE] * 3])
    asked = {"statistic": "exit_within", "spell": ["benefits"]}
    assert answer(made, outcome(**asked)).estimate == pytest.approx(50.0)
    assert answer(made, outcome(**asked, of=["dagpenge"])).estimate == pytest.approx(100.0)
    assert answer(made, outcome(**asked, of=["sygedagpenge"])).estimate == pytest.approx(0.0)


def test_a_law_for_all_is_held_against_those_whom_it_does_not_press() -> None:
    population = PopulationEntry.model_validate({"states": ["dagpenge"], "window": [1, 1]})
    design = DesignEntry.model_validate({"kind": "law", "exposed": "worse_than_benchmark"})
    found = places_of(population, design, data.municipality_codes(), make_key(1, 0))
    np.testing.assert_array_equal(found.here, benchmark_gap() > 0.0)
    np.testing.assert_array_equal(found.share, found.here.astype(float))


def test_every_backcast_can_be_run_and_is_no_trial_of_the_catalogue() -> None:
    trials = {trial.name for trial in catalogue()}
    for name in names():
        trial = load(file_of(name))
        assert trial.entry.runnable
        assert trial.entry.law is not None
        assert trial.entry.uses == "validation"
        assert trial.entry.design is not None
        assert trial.entry.design.before is not None  # a difference in differences
        assert trial.name == name
        assert name not in trials or name == "refund-reform-2016"
    assert len(names()) == 4


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"Did you mean.*saving-2017"):
        file_of("saving-2018")
    said = CliRunner().invoke(app, ["backcast", "saving-2018", "--out", "x"])
    assert isinstance(said.exception, InputError)


def test_the_design_of_a_law_needs_whom_it_presses(tmp_path: Path) -> None:
    text = file_of("offer-target-2021-22").read_text(encoding="utf-8")
    mine = tmp_path / "mine.yaml"
    mine.write_text(text.replace("  exposed: worse_than_benchmark\n", ""), encoding="utf-8")
    with pytest.raises(InputError, match="'exposed' belongs to the design law"):
        load(mine)


def test_the_difference_by_the_gate_by_hand() -> None:
    """Above their benchmark +2 and +4, the others +1 and +1: 3 less 1; the variances are 2 and 0."""
    codes, gap = data.municipality_codes(), benchmark_gap()
    above, others = codes[gap > 0][:2].tolist(), codes[gap <= 0][:3].tolist()
    before = np.array([10.0, 20.0, 30.0, 5.0, 7.0, np.nan])
    after = before + np.array([0.0, 2.0, 4.0, 1.0, 1.0, 9.0])
    series = Series(
        "kontanthjaelp_activation_degree", month_number("2022-01"), (0, *above, *others),
        np.array([before, before, after]),
    )  # fmt: skip
    found = observed_by_gate(series, ["2022-01", "2022-02"], ["2022-03", "2022-04"])
    assert found.value == pytest.approx(2.0)
    assert found.error == pytest.approx(1.0)  # the root of 2 / 2 and 0 / 2
    assert (found.above, found.others) == (2, 2)
    assert found.interval == pytest.approx((2.0 - 1.96, 2.0 + 1.96), abs=1e-3)
    with pytest.raises(InputError, match="two or more of each"):
        observed_by_gate(series._replace(codes=(0, 1, 2, 3, 4, 5)), ["2022-01"], ["2022-03"])


TINY = """
name: tiny
title: {en: Tiny, da: Lille}
summary: {en: Tiny, da: Lille}
law: {en: That of the test., da: Testens.}
uses: validation
source: {title: made for a test}
population: {states: [sygedagpenge, dagpenge], window: [4, 4]}
design: {kind: law, exposed: worse_than_benchmark, before: [0, 0]}
treatment:
  - changes: [{parameter: search.interview_effect, operation: add, value: 1.5}]
follow_up: 4
scale: 0.005
replicates: 1
outcomes:
  - id: F01
    label: {en: Still there, da: Stadig der}
    unit: per cent
    statistic: share_after
    weeks: 4
    to: [sygedagpenge, dagpenge]
    contrast: treated_elsewhere
    published: {sign: zero, value: 0.5, low: -1, high: 2, note: Of a test.}
"""


def test_a_law_runs_and_its_page_keeps_the_miss(tmp_path: Path) -> None:
    mine = tmp_path / "tiny.yaml"
    mine.write_text(TINY, encoding="utf-8")
    table = run_trial(mine, tmp_path / "out", draws=2, replicates=1, workers=1, quiet=True)
    assert np.isfinite(table["estimate"].iloc[0])
    table = table.assign(scale=0.005, outcome_told="wrong", verdict="an effect where none was found")
    said = page(table, [load(mine)])
    assert "## Tiny" in said
    assert "That of the test." in said
    assert "**an effect where none was found; score" in said
    assert "0.50 (−1.00 to 2.00). Of a test." in said
    assert "Of 1 outcomes 0 right, 1 wrong, 0 not told." in said


def test_the_shipped_page_is_of_the_files() -> None:
    text = (Path(__file__).resolve().parents[1] / "docs" / "backcasts.md").read_text(encoding="utf-8")
    for name in names():
        entry = load(file_of(name)).entry
        assert f"## {entry.title.en}" in text
        for each in entry.outcomes:
            assert f"({each.id})" in text
    assert pd.Series(text.splitlines()).str.startswith("## ").sum() == len(names())
