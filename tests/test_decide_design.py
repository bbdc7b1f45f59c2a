"""The design of a saving: levers that save what is asked, the search, the runs, what is told apart."""

# ruff: noqa: PD011 - values of a change or a parameter, not of a frame
from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from decide_fake_world import FormulaWorld
from typer.testing import CliRunner

import jobvej
from jobvej.cli import app
from reforms.decide.design import HALF_THE_RULES, PLAIN, packages, sampled, saving_of
from reforms.decide.design_results import read
from reforms.decide.designed import BETTER, NOT_TOLD, WORSE, verdict, verdicts
from reforms.decide.front import chosen_of, not_beaten
from reforms.decide.goals import Years, hardest_hit, pair_goals, worst_quarter
from reforms.decide.levers import (
    as_it_is,
    chosen_groups,
    design_at,
    read_levers,
    saving_changes,
)
from reforms.decide.surrogate import within_draws
from reforms.frontier.partial import SAVING
from sim.errors import InputError
from sim.parameters import load_parameters
from sim.stats.emulator import LeftOut
from sim.stats.interval import UNKNOWN

SMALL: dict[str, Any] = {
    "draws": 8,
    "replicates": 1,
    "scale": 0.01,
    "points": 32,
    "chosen": 3,
    "quiet": True,
    "beliefs": "ministry",
}
TWO_LEVERS = """\
staff_share:
  title: {en: "Staff share", da: "Personaleandel"}
  role: money
  unit: {en: share, da: andel}
  now: 0.709
  range: [0.3, 1.0]
  sets: {staffing.saving_staff_share: {}}
  reason: A test.
rules:
  title: {en: "Rules", da: "Regler"}
  role: rules
  unit: {en: share, da: andel}
  now: 0.0
  range: [0.0, 1.0]
  far: 1.0
  multiplies: {casework.rules_minutes_per_case_week: 0.0}
  of: [sick]
  reason: A test.
"""


# --- levers -------------------------------------------------------------------------------------------------


def test_every_design_saves_what_is_asked() -> None:
    levers = read_levers()
    corners = [np.zeros(len(levers)), np.ones(len(levers)), np.full(len(levers), 0.37)]
    for u in corners:
        design = design_at("x", u, levers, 2700.0)
        own = dict(design.values)
        costs = 9.0 * (own["a_kasse_weeks"] - 13.0)  # the one lever that costs, by its file
        plan = [change for change in design.changes(levers) if change.parameter == SAVING]
        assert plan[0].values[-1][1] - costs == pytest.approx(2700.0)
        assert plan[0].values[-1][0].year == 2030


def test_a_lever_at_today_changes_nothing() -> None:
    levers = read_levers()
    assert [change for lever in levers for change in lever.changes(lever.now)] == []
    plain = as_it_is(PLAIN, levers, 2700.0)
    assert plain.changes(levers) == saving_changes(2700.0)


def test_the_plain_saving_is_the_reform_of_the_catalogue() -> None:
    (first, _) = saving_changes(2700.0)
    agreed = jobvej.load_reform("agreement-2025-saving").changes[0]
    assert first.values == agreed.values


def test_a_late_saving_comes_in_larger_steps_and_is_as_large_in_the_end() -> None:
    (late, full) = saving_changes(1000.0, 2029)
    assert [(day.year, value) for day, value in late.values] == [(2029, 500.0), (2030, 1000.0)]
    assert full.values[0][1] == 1000.0


def test_the_far_end_of_the_rules_is_that_of_the_frontier() -> None:
    rules = next(lever for lever in read_levers() if lever.name == "rules_and_registration")
    far = {change.parameter: change.values[0][1] for change in rules.changes(1.0)}
    for change in jobvej.load_reform("process-rules-removed").changes:
        if change.operation == "multiply":
            assert far[change.parameter] == pytest.approx(change.values[-1][1])
    half = {change.parameter: change.values[0][1] for change in rules.changes(0.5)}
    assert half["contact.documentation_minutes"] == pytest.approx(0.7)  # half the way from 1 to 0.4


def test_what_a_lever_costs_is_what_the_state_pays_the_a_kasser() -> None:
    """Three interviews in 13 weeks at the parameter's price, six in ten still there after them."""
    lever = next(lever for lever in read_levers() if lever.name == "a_kasse_weeks")
    price = load_parameters()["contact.a_kasse_kr_an_interview"].values[0][1][0]
    assert lever.said.costs == pytest.approx(380_000 / 13 * price * 0.6 / 1e6, rel=0.05)


def test_a_protected_group_is_not_pulled_down() -> None:
    shut = {lever.name: (lever.low, lever.high) for lever in read_levers(None, chosen_groups(["sick"]))}
    assert shut["hours_sick"] == (1.0, 1.5)
    assert shut["follow_up_sick"] == (1.0, 1.0)
    assert shut["hours_near_work"] == (0.5, 1.5)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("saving_staff_share", "saving_staff_shar", r"levers.yaml:1: .*Did you mean 'staffing.saving_staff"),
        ("range: [0.3, 1.0]", "range: [0.8, 1.0]", r"levers.yaml:6: .*`now` between"),
        ("of: [sick]", "of: [sik]", r"levers.yaml:17: .*Did you mean 'sick'"),
        ("range: [0.3, 1.0]", "range: [0.3, 1.2]", r"levers.yaml:1: .*impossible"),
        ("role: money", "rol: money", r"levers.yaml:3: unknown key 'rol'.*Did you mean 'role'"),
        ("  sets: {staffing.saving_staff_share: {}}\n", "", r"levers.yaml:1: .*moves nothing"),
    ],
)  # fmt: skip
def test_a_file_of_levers_is_refused_at_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "levers.yaml"
    assert old in TWO_LEVERS
    file.write_text(TWO_LEVERS.replace(old, new), "utf-8")
    with pytest.raises(InputError, match=said):
        read_levers(file)


def test_every_lever_says_what_it_rests_on() -> None:
    from sim.data import evidence, facts, rules

    known = {*evidence().index, *facts().index, *rules().index}
    for lever in read_levers():
        assert lever.said.reason
        for row in lever.said.ids:
            assert row in known or row[:2] in ("EG", "G2", "DJ"), f"{lever.name}: {row}"


def test_savings_are_read_and_refused() -> None:
    assert saving_of("2.7bn") == pytest.approx(2700.0)
    assert saving_of("300mio") == 300.0
    assert saving_of(1.5) == 1500.0
    for text in ("2.7", "bn", "-1bn", "0bn", "12bn", "1e9bn"):
        with pytest.raises(InputError, match="--saving"):
            saving_of(text)
    with pytest.raises(InputError, match="Did you mean 'sick'"):
        chosen_groups(["sik"])


# --- goals --------------------------------------------------------------------------------------------------


def kept(lost: float, hard_only: bool = False) -> dict[str, object]:
    hard, people = hardest_hit()
    total = sum(people[code] for code in people if code in hard) if hard_only else sum(people.values())
    places = {
        str(code): 1e6 - (lost * n / total if code in hard or not hard_only else 0.0)
        for code, n in people.items()
    }
    year = {"self_support_weeks:all": 1e8 - lost, "public_balance:all": -lost * 10.0}
    people_ = {"barrier:some": 100.0, "barrier:complex": 50.0 - lost / 2.0}
    return {
        "years": {"2026": year, "2027": year},
        "places": {"2026": places, "2027": places},
        "people": people_,
    }


def test_goals_of_a_pair_by_hand() -> None:
    found = pair_goals(kept(0.0), kept(4000.0), Years(2026, 2027))
    assert found["self_support"] == pytest.approx(-4.0)
    assert found["vulnerable"] == pytest.approx(-1.0)  # 2,000 weeks over two years, in thousands
    assert found["cost"] == pytest.approx(0.04)
    assert found["fairness"] == pytest.approx(0.0, abs=1e-9)  # all lose alike for each inhabitant


def test_fairness_is_what_the_hardest_hit_lose_more() -> None:
    hard, people = hardest_hit()
    assert len(hard) == 24  # a quarter of 98, rounded
    found = pair_goals(kept(0.0), kept(4000.0, hard_only=True), Years(2026, 2027))
    assert found["fairness"] == pytest.approx(4000.0 / sum(people[code] for code in hard) * 1000.0)


def test_nothing_changed_is_exactly_zero() -> None:
    assert set(pair_goals(kept(5.0), kept(5.0), Years(2026, 2027)).values()) == {0.0}


def test_the_worst_quarter_is_told_from_the_mean() -> None:
    assert worst_quarter(np.array([[1.0, 2.0, 3.0, 10.0]])).tolist() == [3.0]  # mean 4, worst 1


# --- the front ----------------------------------------------------------------------------------------------


def test_who_is_beaten_is_not_on_the_front() -> None:
    harms = np.array([[1.0, 3.0], [3.0, 1.0], [2.0, 2.0], [3.0, 3.0], [1.0, 4.0]])
    front = not_beaten(np.arange(5.0)[:, None], harms)
    assert front.positions[:, 0].tolist() == [0.0, 1.0, 2.0]
    # nearest to the best in all first, then the best in each goal
    assert chosen_of(front, 3).tolist() == [2, 0, 1]


def test_the_design_is_space_filling_and_fewer_points_are_the_first_of_more() -> None:
    levers = read_levers()
    at, drawn = sampled(levers, (1, 2, 3, 4), 64)
    fewer, drawn_of_fewer = sampled(levers, (1, 2, 3, 4), 32)
    assert np.array_equal(at[:32], fewer)
    assert drawn[:32] == drawn_of_fewer
    assert np.bincount(drawn)[1:].tolist() == [16, 16, 16, 16]
    for column in at.T:  # of 64 points of a Sobol sequence four in each sixteenth
        assert np.bincount((column * 16).astype(int)).tolist() == [4] * 16


def test_packages_of_others_save_the_same() -> None:
    for name, title, changes in packages(2700.0):
        (plan,) = [change for change in changes if change.parameter == SAVING]
        assert plan.values[-1][1] == 2700.0, name
        assert title.en != title.da


def test_verdicts() -> None:
    higher = UNKNOWN._replace(low95=1.0, high95=2.0, draws=4, pairs=8)
    assert verdict(higher, "self_support") == BETTER
    assert verdict(higher, "cost") == WORSE
    assert verdict(higher, "fairness") == WORSE
    assert verdict(higher._replace(low95=-1.0), "cost") == NOT_TOLD
    assert verdict(UNKNOWN, "cost") == NOT_TOLD


def test_cases_are_told_apart_pair_of_runs_by_pair_of_runs() -> None:
    """Both differ far more from draw to draw than from each other; in the same draw one is better."""
    rows = pd.DataFrame(
        [
            (case, draw, replicate, goal, 100.0 * draw + more + 0.1 * ((draw + replicate) % 2))
            for case, more in (("a", 1.0), ("b", 0.0))
            for draw in range(1, 7)
            for replicate in (0, 1)
            for goal in ("self_support", "cost")
        ],
        columns=["case", "draw", "replicate", "goal", "difference"],
    )
    rows.loc[rows["case"] == "a", "difference"] += 0.01 * rows["draw"]
    found = verdicts(rows, [("a", "b"), ("b", "a")])
    assert found["a", "b", "self_support"] == BETTER
    assert found["b", "a", "self_support"] == WORSE
    assert found["a", "b", "cost"] == WORSE


def test_what_is_common_to_a_draw_explains_nothing() -> None:
    """Predicting each draw's mean is no knowledge of levers: 0; half of what levers do: 3/4."""
    draw = [1, 1, 2, 2]
    values = np.array([0.0, 2.0, 100.0, 102.0])
    assert within_draws(LeftOut(values, np.array([1.0, 1.0, 101.0, 101.0])), draw) == pytest.approx(0.0)
    assert within_draws(LeftOut(values, np.array([0.5, 1.5, 100.5, 101.5])), draw) == pytest.approx(0.75)


def test_a_goal_that_is_best_near_zero_is_told_by_how_far_it_is() -> None:
    values = {"a": -1.0, "b": 3.0}
    rows = pd.DataFrame(
        [
            (case, draw, 0, "fairness", value + 0.01 * draw)
            for case, value in values.items()
            for draw in range(6)
        ],
        columns=["case", "draw", "replicate", "goal", "difference"],
    )
    assert verdicts(rows, [("a", "b")])["a", "b", "fairness"] == BETTER


def test_a_saving_must_be_whole_before_the_run_ends() -> None:
    with pytest.raises(InputError, match="before the saving is whole"):
        jobvej.design("1bn", end="2029-W52", draws=1, replicates=1)


# --- the whole of it, in a world that answers by a formula --------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("pymoo")
    place = tmp_path_factory.mktemp("design")
    (place / "levers.yaml").write_text(TWO_LEVERS, "utf-8")
    jobvej.design("2bn", levers=place / "levers.yaml", out=place / "out", make_world=FormulaWorld, **SMALL)
    return place


def test_the_front_finds_what_the_formula_says(folder: Path) -> None:
    """Least is lost where all rules are gone and the staff's share is as it is today: hand-reckoned below.

    Under the ministry's belief that all of the plan comes, draws differ in what an interview does alone.
    """
    found = read(folder / "out")
    front = found.front[found.front["kind"] == "front"]
    best = front.loc[front["self_support"].idxmax()]
    assert best["rules"] == pytest.approx(1.0, abs=0.05)
    assert best["staff_share"] == pytest.approx(0.709, abs=0.1)
    plain = found.front.set_index("design").loc[PLAIN]
    halved = found.front.set_index("design").loc[HALF_THE_RULES]
    # the saving takes five equal steps: over 2026 to 2031 it is (1 + 2 + 3 + 4 + 5 + 5) / 30 of the whole
    assert plain["saving_mio_kr"] == 2000.0
    assert halved["self_support"] / plain["self_support"] == pytest.approx(
        0.75
    )  # half the rules, half of a half
    assert best["self_support"] / plain["self_support"] == pytest.approx(0.5, abs=0.05)
    assert best["self_support_apart"] == BETTER
    assert PLAIN not in str(best["beaten_by"]).split()
    assert best["design"] in str(plain["beaten_by"]).split()
    assert found.about["explained"]["self_support"] > 0.9
    assert (found.front["vulnerable"] / found.front["self_support"]).round(4).nunique() == 1


def test_packages_are_points_and_words_and_pictures_are_there(folder: Path) -> None:
    found = read(folder / "out")
    assert set(found.front["kind"]) == {"front", "reference", "package"}
    assert set(found.front.loc[found.front["kind"] == "package", "design"]) == {"government", "kl", "djoef"}
    for lang, word in (("en", "A saving of DKK 2,000 m"), ("da", "En besparelse")):
        assert word in found.sentences(lang)[0]
        assert (folder / "out" / f"design-{lang}.svg").stat().st_size > 5000
    assert found.about["command"].startswith("jobvej design --saving 2bn")


def test_a_design_goes_on_where_it_stopped_and_says_the_same(folder: Path) -> None:
    before = (folder / "out" / "front.csv").read_bytes()

    def never(**_: object) -> FormulaWorld:
        raise AssertionError("a run that is there was done again")

    jobvej.design("2bn", levers=folder / "levers.yaml", out=folder / "out", make_world=never, **SMALL)
    assert (folder / "out" / "front.csv").read_bytes() == before


def test_a_changed_table_is_refused(folder: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(folder / "out", tmp_path / "out", ignore=shutil.ignore_patterns("runs"))
    (tmp_path / "out" / "front.csv").write_text("design\n", "utf-8")
    with pytest.raises(InputError, match=r"front\.csv"):
        read(tmp_path / "out")


def test_help_teaches_and_refusals_name_the_option() -> None:
    shown = CliRunner().invoke(app, ["design", "--help"])
    assert "jobvej design --saving 2.7bn" in shown.output
    refused = CliRunner().invoke(app, ["design", "--saving", "27", "--out", "x"])
    assert isinstance(refused.exception, InputError)
    assert "--saving is '27'" in str(refused.exception)
