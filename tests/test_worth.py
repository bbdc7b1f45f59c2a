"""What knowing more is worth: against what can be worked out by hand, and from a comparison."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import jobvej
from calibration import worth
from sim.errors import InputError
from sim.runs.plan import Scenario, make_plan
from sim.stats import worth as value

RNG = np.random.default_rng(8)
N = 1024
X, OTHER, LUCK = (RNG.standard_normal(N) for _ in range(3))
#: E max(0, x) of a standard normal: the density at 0.
PEAK = 1.0 / math.sqrt(2.0 * math.pi)


def test_knowing_a_normal_gain_is_worth_the_density_at_zero() -> None:
    """Doing it gains x and nothing gains 0; the luck of runs beside it is worth nothing."""
    gains = (X + 2.0 * LUCK)[:, None]
    assert value.of_perfect(X, gains) == pytest.approx(PEAK, abs=0.07)
    assert value.of_perfect(OTHER, gains) < 0.1
    one, many = (value.by_chance(gains, numbers=each, seed=1) for each in (1, 100))
    assert 0.0 < one < many < 0.75 * PEAK


def test_of_many_numbers_that_say_nothing_none_is_told() -> None:
    numbers = RNG.standard_normal((256, 60))
    gains = RNG.standard_normal((256, 1))
    chance = value.by_chance(gains, numbers=60, seed=1)
    found = [value.of_perfect(column, gains) for column in numbers.T]
    assert max(found) < 1.3 * chance
    assert np.mean(np.array(found) < chance) > 0.95
    assert max(found) > value.by_chance(gains, numbers=1, seed=1), "one by one some would seem to be told"


def test_a_sure_decision_has_nothing_to_learn() -> None:
    assert value.of_perfect(X, (X + 10.0)[:, None]) == pytest.approx(0.0, abs=1e-9)
    assert value.of_perfect(X, (X - 10.0)[:, None]) == 0.0
    assert value.of_perfect(np.ones(N), X[:, None]) == 0.0


@pytest.mark.parametrize("error", [0.5, 1.0, 2.0])
def test_a_trial_is_worth_less_the_larger_its_error(error: float) -> None:
    """What is believed after it has the standard deviation 1 / sqrt(1 + error^2)."""
    exact = PEAK / math.sqrt(1.0 + error**2)
    assert value.of_sample(X, error, X[:, None], seed=2) == pytest.approx(exact, rel=0.1)


def test_of_two_options_the_better_is_chosen_at_each_value() -> None:
    """Gains x and -x: knowing x is worth E|x| = 2 x the density at 0, less nothing now."""
    gains = np.column_stack([X - X.mean(), X.mean() - X])
    assert value.of_perfect(X, gains) == pytest.approx(2.0 * PEAK, abs=0.07)


def test_the_error_of_a_trial_is_that_of_its_events() -> None:
    """4,000 people of whom half leave: 2 / sqrt(2000)."""
    assert worth.error_of_trial(4_000) == pytest.approx(2.0 / math.sqrt(2_000.0))


def test_the_table_names_what_decides_and_tells_it_from_noise() -> None:
    numbers = pd.DataFrame({"search.interview_effect": X / 10.0, "vacancies.adjustment_a_year": OTHER})
    gains = pd.DataFrame({"cut": 100.0 * X + 30.0 * LUCK})
    table, about = worth.tabulate(numbers, gains, seed=1)
    first, second = table.to_dict("records")
    assert first["number"] == "search.interview_effect"
    assert first["told"]
    assert not second["told"]
    assert first["low80"] < first["perfect"] < first["high80"]
    assert first["perfect"] == pytest.approx(100.0 * PEAK, rel=0.2)
    samples = [first[f"sample_{people}"] for people in worth.PEOPLE]
    assert samples == sorted(samples), "more people, more worth"
    assert samples[-1] < 1.05 * first["perfect"]
    assert np.isnan(second[f"sample_{worth.PEOPLE[0]}"]), "no trial measures what is no effect on a hazard"
    assert about["wrong"] == pytest.approx(0.5, abs=0.05)
    few, about = worth.tabulate(numbers.head(100), gains.head(100), seed=1)
    assert not few["told"].any()
    assert not about["enough"]


def test_the_numbers_of_a_plan_are_draws_and_sizes() -> None:
    from reforms import load

    reform = load("headline")
    scenarios = [Scenario("baseline"), Scenario("headline", reform.changes)]
    numbers = worth.drawn_numbers(make_plan(scenarios, kind="compare", scale=0.002, draws=4))
    assert list(numbers.index) == [1, 2, 3, 4]
    assert "search.caseload_close_to_work" in numbers
    assert any(name.startswith("size of ") for name in numbers)
    assert (numbers.nunique() > 1).all()


def test_worth_from_runs_to_sentences(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="one draw"):
        jobvej.worth("cut-3bn", tmp_path, draws=1, quiet=True)
    with pytest.raises(InputError, match=r"no worth\.json"):
        worth.read(tmp_path)
    found = jobvej.worth(
        "cut-3bn", tmp_path, start="2026-W01", end="2026-W53", scale=0.001, draws=3, workers=1, quiet=True
    )
    assert found.about["draws"] == 3
    assert found.told.empty, "three draws tell nothing"
    assert set(found.table["kind"]) <= {"assumption", "evidence", "size"}
    assert found.table["perfect"].min() >= 0.0
    for lang, nothing in (("en", "No single number"), ("da", "Intet enkelt tal")):
        said = found.sentences(lang)
        assert said[1].startswith(nothing)
    many = found.table.assign(told=True, perfect=2_500.0, low80=1.0, high80=2.0)
    many.loc[0, [f"sample_{people}" for people in worth.PEOPLE]] = [1.0, 2.0, 3.0]
    last = worth.Worth(many, found.about).sentences("da")[-1]
    assert "2.000: 2" in last


def test_gains_are_what_is_saved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two draws in which a cut saves 3 and 1 mn kr. and takes 100 weeks of 20,000 kr. each."""
    rows = [
        {"scenario": "cut", "draw": draw, "replicate": 0, "period": "2027", "municipality": 0, "group": "all",
         "measure": measure, "difference": amount}
        for draw, cost in ((1, -3e6), (2, -1e6))
        for measure, amount in (("net_public_cost", cost), ("self_support_weeks", -100.0))
    ]  # fmt: skip
    file = tmp_path / "differences.parquet"
    pd.DataFrame(rows).to_parquet(file)
    monkeypatch.setattr(worth, "table_path", lambda folder, name: file)
    plan = make_plan([Scenario("baseline"), Scenario("cut")], kind="compare", end="2027-W52", draws=2)
    assert worth.gains_of(tmp_path, plan)["cut"].tolist() == [3.0, 1.0]
    assert worth.gains_of(tmp_path, plan, 20_000)["cut"].tolist() == [1.0, -1.0]
