"""Virtual trials: files, design, estimators and the wall between calibration and validation."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration.experiments.estimators import answer
from calibration.experiments.library import catalogue, load
from calibration.experiments.results import run_trial, verdict
from calibration.experiments.schema import OutcomeEntry, PublishedEntry
from sim.errors import InputError
from sim.states import NOBODY
from sim.stats.interval import Interval

DAGPENGE, EMPLOYED, SICK = 1, 0, 5

TINY = """
name: tiny
title: {{en: Tiny, da: Lille}}
summary: {{en: Tiny, da: Lille}}
uses: validation
source: {{title: made for a test}}
warm_up: 2
population: {{states: [dagpenge], age: [18, 66], window: [2, 2]}}
design: {{kind: {kind}}}
treatment:
  - changes:
      - {{parameter: {parameter}, operation: add, value: {value}}}
follow_up: 12
scale: 0.01
replicates: 1
outcomes:
  - id: left
    label: {{en: Left benefits, da: Forlod ydelse}}
    unit: percentage points
    statistic: exit_within
    weeks: 12
    to: [work]
    contrast: {contrast}
    published: {{sign: positive, value: 50}}
"""


def tiny(folder: Path, **words: Any) -> Path:
    wanted = {
        "kind": "individual",
        "parameter": "search.interview_effect",
        "value": 1.5,
        "contrast": "treated_untreated",
    } | words
    path = folder / "tiny.yaml"
    path.write_text(TINY.format(**wanted), encoding="utf-8")
    return path


def outcome(**words: Any) -> OutcomeEntry:
    wanted: dict[str, Any] = {
        "id": "x", "label": {"en": "x", "da": "x"}, "unit": "weeks", "statistic": "mean_weeks", "weeks": 4,
        "spell": ["dagpenge"], "to": ["employed"], "published": {"sign": "positive"},
    }  # fmt: skip
    return OutcomeEntry.model_validate(wanted | words)


def columns(treated: list[list[int]], untreated: list[list[int]]) -> dict[str, np.ndarray]:
    """Histories of two arms in one place."""
    state = np.array([*treated, *untreated], np.uint8)
    n = len(state)
    return {
        "state": state, "met": np.zeros_like(state), "sanctioned": np.zeros_like(state),
        "chance": np.zeros(state.shape, np.float32),
        "place": np.ones(n, np.uint8), "after": np.ones(n, np.uint8),
        "treated": np.array([1] * len(treated) + [0] * len(untreated), np.uint8),
    }  # fmt: skip


SHORT, LONG = [EMPLOYED] * 4, [DAGPENGE] * 3 + [EMPLOYED]


def test_mean_and_median_of_known_lives() -> None:
    """Everybody leaves in the first week (survival 1, 0) or in the fourth (1, 1, 1, 1, 0)."""
    lives = columns([SHORT] * 4, [LONG] * 4)
    assert answer(lives, outcome()).estimate == pytest.approx(0.5 - 3.5)
    assert answer(lives, outcome(statistic="median_weeks")).estimate == pytest.approx(0.5 - 3.5)
    assert answer(lives, outcome(statistic="weeks_in")).estimate == 3
    assert answer(lives, outcome(statistic="share_after", weeks=2)).estimate == 100
    assert answer(lives, outcome(statistic="exit_within", weeks=3)).estimate == 100


def test_other_exits_are_censored() -> None:
    """One of two leaves for work in week 2, the other to sickness in week 1: Kaplan-Meier falls to 0 in 2."""
    one = columns([[SICK] * 4, [DAGPENGE, EMPLOYED, EMPLOYED, EMPLOYED]], [LONG])
    assert answer(one, outcome(contrast="treated", shown_as="level")).estimate == pytest.approx(1.5)


def test_hazard_ratio_of_known_hazards() -> None:
    """Constant weekly chances of 10 and 5 per cent: log(0.9) / log(0.95) is the ratio of the hazards."""

    def lives(p: float, n: int) -> list[list[int]]:
        made, left = [], n
        for week in range(4):
            leaving = round(left * p)
            made += [[DAGPENGE] * week + [EMPLOYED] * (4 - week)] * leaving
            left -= leaving
        return made + [[DAGPENGE] * 4] * left

    found = answer(
        columns(lives(0.1, 10_000), lives(0.05, 10_000)), outcome(statistic="hazard_ratio", shown_as="ratio")
    )
    assert found.estimate == pytest.approx(math.log(0.9) / math.log(0.95), rel=0.03)


def test_chances_of_a_job_are_compared_while_at_risk_in_both_worlds() -> None:
    """At risk three weeks in one world and one in the other: only the first week counts, 0.3 against 0.2."""
    lives = columns([LONG], [LONG])
    lives["chance"][:] = [0.3, 0.1, 0.1, 0.9]
    lives |= {f"twin_{name}": lives[name].copy() for name in ("state", "met", "sanctioned", "chance")}
    lives["twin_state"][:] = SHORT
    lives["twin_chance"][:] = [0.2, 0.9, 0.9, 0.9]
    found = answer(lives, outcome(statistic="job_chance", shown_as="ratio"))
    assert found.twin == pytest.approx(1.5)
    assert found.estimate == pytest.approx(1.0)


def test_difference_in_differences_takes_out_what_was_there_before() -> None:
    lives = columns([LONG] * 2, [SHORT] * 2)
    lives = {k: np.concatenate([v, v]) for k, v in lives.items()}
    lives["place"] = lives["treated"].copy()
    lives["after"][4:] = 0
    lives["treated"][4:] = 0
    assert answer(lives, outcome(contrast="treated_elsewhere")).estimate == pytest.approx(0.0)


def test_the_dose_divides_the_effect() -> None:
    lives = columns([SHORT] * 2, [LONG] * 2)
    lives["met"][:2, :2] = 1
    dose = {"statistic": "interviews", "weeks": 4, "size": 1.0}
    assert answer(lives, outcome(dose=dose)).estimate == pytest.approx(-3.0 / 2)


def test_who_has_left_the_population_is_in_no_state() -> None:
    lives = columns([[NOBODY] * 4], [LONG])
    assert answer(lives, outcome(statistic="weeks_in", to=["any"])).estimate == -4


@pytest.mark.parametrize(
    ("found", "published", "sign", "size"),
    [
        (Interval(20, 10, 30), {"sign": "positive", "value": 30}, True, True),
        (Interval(10, 9, 11), {"sign": "positive", "value": 30}, True, False),
        (Interval(16, 15, 17), {"sign": "positive", "value": 30}, True, True),
        (Interval(-5, -9, -1), {"sign": "positive", "value": 30}, False, False),
        (Interval(-5, -9, -1), {"sign": "negative"}, True, None),
        (Interval(0, 0, 0), {"sign": "negative"}, False, None),
        (Interval(1, -1, 3), {"sign": "zero"}, True, True),
        (Interval(5, 4, 6), {"sign": "zero", "negligible": 2.0}, False, False),
        (Interval(50, 40, 60), {"sign": "positive", "value": 100, "low": 45, "high": None}, True, True),
    ],
)
def test_verdicts(found: Interval, published: dict[str, Any], sign: bool | None, size: bool | None) -> None:
    assert verdict(found, PublishedEntry.model_validate(published))[:2] == (sign, size)


def test_a_tiny_trial_finds_what_it_puts_in_and_is_not_run_twice(tmp_path: Path) -> None:
    table = run_trial(tiny(tmp_path), tmp_path / "out", workers=1, quiet=True)
    row = table.iloc[0]
    assert row["exact"] > 2.0
    assert row["persons"] > 300
    assert (tmp_path / "out" / "tiny.csv").is_file()
    files = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "runs").glob("*/*.zip")}
    run_trial(tiny(tmp_path), tmp_path / "out", workers=1, quiet=True)
    assert files == {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "runs").glob("*/*.zip")}


def test_a_treatment_that_changes_nothing_for_anybody_has_no_effect(tmp_path: Path) -> None:
    path = tiny(tmp_path, parameter="search.exhaustion", value=0.0001)
    with pytest.raises(InputError, match="exhaustion"):
        run_trial(path, tmp_path / "out", workers=1, quiet=True)
    path = tiny(tmp_path, parameter="contact.rights_guidance_minutes", value=0.0)
    with pytest.raises(InputError, match="never takes effect"):
        run_trial(path, tmp_path / "out", workers=1, quiet=True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"kind": "indivdual"}, "indivdual"),
        ({"parameter": "search.interview_efect"}, "interview_effect"),
        ({"contrast": "treated_elswhere"}, "treated_elsewhere"),
        ({"value": "much"}, "expected a number"),
    ],
)
def test_refusals_name_file_line_and_the_nearest(tmp_path: Path, words: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        load(tiny(tmp_path, **words))
    assert "tiny.yaml:" in str(refused.value)


def test_all_shipped_trials_are_right_and_said_in_both_languages() -> None:
    for trial in catalogue():
        load(trial.name)
        for text in (trial.entry.title, trial.entry.summary, *(o.label for o in trial.entry.outcomes)):
            assert text.en
            assert text.da
