"""Virtual trials: files, design, estimators and the wall between calibration and validation."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration.experiments.estimators import Group, answer
from calibration.experiments.library import catalogue, load
from calibration.experiments.results import run_trial
from calibration.experiments.schema import OutcomeEntry, PublishedEntry
from calibration.experiments.verdicts import draws_needed, grade_of, grades, judge, wanted_error
from sim.errors import InputError
from sim.states import NOBODY
from sim.stats.interval import UNKNOWN, Told

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
        "chance": np.zeros(state.shape, np.float32), "activated": np.zeros_like(state),
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
    lives |= {f"twin_{name}": lives[name].copy() for name in Group._fields}
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


def told(median: float, reach: float) -> Told:
    """Return what very many draws say: a median, and how far the 95 % interval reaches to each side."""
    ends = {"low95": median - reach, "high95": median + reach}
    return UNKNOWN._replace(median=median, **ends, draws=10_000, pairs=20_000)


@pytest.mark.parametrize(
    ("found", "published", "sign", "size", "outcome"),
    [
        (told(20, 8), {"sign": "positive", "value": 30}, True, True, "right"),
        (told(10, 1), {"sign": "positive", "value": 30}, True, False, "wrong"),
        (told(16, 1), {"sign": "positive", "value": 30}, True, True, "right"),
        (told(-5, 4), {"sign": "positive", "value": 30}, False, False, "wrong"),
        (told(-5, 4), {"sign": "negative"}, True, None, "right"),
        (told(-5, 6), {"sign": "negative"}, None, None, "not told"),
        (told(5, 6), {"sign": "negative"}, None, None, "not told"),
        # the published 100 lies inside 5 +- 120, which is no merit: the sign is not told, the error too large
        (told(5, 120), {"sign": "positive", "value": 100}, None, None, "not told"),
        # zero is inside, and 100 is not: a size that does not fit is wrong although the sign is not told
        (told(5, 6), {"sign": "positive", "value": 100}, None, False, "wrong"),
        (told(50, 8), {"sign": "positive", "value": 100, "low": 60, "high": 140}, True, True, "right"),
        (told(1, 2), {"sign": "zero"}, None, None, "not told"),
        (told(1, 0.5), {"sign": "zero", "negligible": 2.0}, True, True, "right"),
        (told(1, 3), {"sign": "zero", "negligible": 2.0}, None, None, "not told"),
        (told(5, 1), {"sign": "zero", "negligible": 2.0}, False, False, "wrong"),
        (UNKNOWN._replace(median=9.0, draws=1, pairs=8), {"sign": "positive"}, None, None, "not told"),
        (UNKNOWN, {"sign": "positive"}, None, None, "not measured"),
    ],
)
def test_verdicts(
    found: Told, published: dict[str, Any], sign: bool | None, size: bool | None, outcome: str
) -> None:
    judged = judge(found, PublishedEntry.model_validate(published))
    assert (judged.sign_right, judged.size_right, judged.outcome) == (sign, size, outcome)


def test_the_score_is_that_of_both_uncertainties() -> None:
    """4 apart, model's sd 3 +- published se 4: sqrt(9 + 16) = 5, so 2 (1 - F(0.8)) = 0.4237."""
    published = PublishedEntry(sign="positive", value=14.0, low=14 - 4 * 1.959964, high=14 + 4 * 1.959964)
    assert judge(told(10, 3 * 1.959964), published).score == pytest.approx(0.4237, abs=1e-3)
    without = PublishedEntry(sign="positive", value=16.0)
    assert judge(told(10, 3 * 1.959964), without).score == pytest.approx(0.0455, abs=1e-3)


def test_fewer_runs_never_make_a_verdict_right() -> None:
    """An effect of 10 where 30 was published, with a simulation error of any size: wrong or not told."""
    published = PublishedEntry(sign="positive", value=30.0)
    outcomes = [judge(told(10, reach), published).outcome for reach in (1, 3, 9, 25, 60, 200)]
    assert outcomes[:3] == ["wrong"] * 3
    assert "right" not in outcomes


def test_runs_are_set_by_what_was_published() -> None:
    """Half the published standard error of 2 is 1; 4 draws with an error of 3 need nine times as many."""
    published = PublishedEntry(sign="positive", value=10.0, low=10 - 2 * 1.959964, high=10 + 2 * 1.959964)
    assert wanted_error(published) == pytest.approx(1.0)
    found = UNKNOWN._replace(median=8.0, low95=8 - 3 * 3.182446, high95=8 + 3 * 3.182446, draws=4, pairs=8)
    assert found.error == pytest.approx(3.0)
    assert draws_needed(found, published) == 36
    assert draws_needed(found._replace(share_simulation=1 / 9), published) == 4
    assert wanted_error(PublishedEntry(sign="positive", value=-8.0)) == 2.0
    assert draws_needed(found, PublishedEntry(sign="positive")) == 4


def test_grades_are_those_of_the_design() -> None:
    assert [grade_of(each) for each in ("M01", "E01", "P99", "M18-education", "P07-P09")] == [
        "A", "B", "C", "A", "A",
    ]  # fmt: skip
    assert set(grades().values()) == {"A", "B", "C"}


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
