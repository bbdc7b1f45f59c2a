"""Runs begin at the level of their month, and say what stands in for what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from sim import LabourMarket, data
from sim.errors import InputError
from sim.runs.options import RUN
from sim.runs.plan import Scenario, make_plan
from sim.start.levels import in_words, levels_of, longer, said_of_levels
from sim.states import State, members_of

HEAD = "code,month,measure,unit,value\n"
PEOPLE = "full-time persons"
#: Made up: what the country has, one municipality known, the rest hidden.
MONTH = {
    ("gross_unemployed_dagpenge", 0): 60_000, ("gross_unemployed_dagpenge", 101): 20_000,
    ("gross_unemployed_kontanthjaelp", 0): 12_000, ("kontanthjaelp_all", 0): 80_000,
    ("sygedagpenge", 0): 90_000,
}  # fmt: skip


def folder(place: Path, month: str = "2025-06", figures: Mapping[tuple[str, int], float] = MONTH) -> Path:
    lines = [f"{code},{month},{name},{PEOPLE},{value}\n" for (name, code), value in figures.items()]
    place.mkdir(exist_ok=True)
    (place / "mine.csv").write_text(HEAD + "".join(lines), "utf-8")
    return place


def stocks(market: LabourMarket) -> dict[State, float]:
    total = market.world.tally.stock.sum(axis=0) / market.scale
    return {state: float(total[state]) for state in State}


def begun(start: str, **options: object) -> LabourMarket:
    return LabourMarket(start=start, end=start, scale=0.02, **options)  # type: ignore[arg-type]


def test_a_run_begins_with_the_stocks_of_a_users_month(tmp_path: Path) -> None:
    market = begun("2025-W24", data=folder(tmp_path / "mine"))
    found, each = stocks(market), 1 / market.scale
    codes = market.world.codes.tolist()
    copenhagen = market.world.tally.stock[codes.index(101), State.DAGPENGE] / market.scale
    assert copenhagen == pytest.approx(20_000, abs=each)
    assert found[State.DAGPENGE] == pytest.approx(60_000, abs=each)
    assert found[State.SYGEDAGPENGE] == pytest.approx(90_000, abs=each)
    # of the 79,800 not on job-ready kontanthjælp 13,650 have the integration benefit, 0.183 of them ready
    among = 0.183 * 13_650 / 79_800
    ready = (12_000 - among * 80_000) / (1 - among)
    assert found[State.KONTANTHJAELP_JOB_READY] == pytest.approx(ready, abs=each)
    assert ready + 0.183 * 13_650 / 79_800 * (80_000 - ready) == pytest.approx(12_000)
    assistance = [State[name.upper()] for name in members_of("kontanthjaelp_benefits")]
    assert sum(found[state] for state in assistance) == pytest.approx(80_000, abs=5 * each)
    # jobafklaring has no months: 2021 is the nearest year; nobody is lost
    assert found[State.JOBAFKLARING] == pytest.approx(17_600, abs=each)
    assert sum(found.values()) == pytest.approx(sum(stocks(begun("2024-W01")).values()), rel=2e-4)


def test_the_countrys_month_is_shipped(tmp_path: Path) -> None:
    found = stocks(begun("2022-W40"))
    months = data.national_months().set_index(["measure", "month"])["value"]
    assert found[State.DAGPENGE] == pytest.approx(months["gross_unemployed_dagpenge", "2022-10"], abs=100)
    assert found[State.FLEKSJOB] == pytest.approx(83_700, abs=50)  # F045


def test_a_year_without_figures_is_begun_with_those_of_2024_and_says_so() -> None:
    assert levels_of("", "2012-W10") is None
    said = said_of_levels("2012-W10", None)
    assert (said["stocks_of"], said["stands_in_for"]) == ("2024", "2012")
    assert "stand in for 2012" in in_words(said)[0]
    assert said_of_levels("2024-W30", None)["stands_in_for"] == ""
    plan = make_plan([Scenario("baseline")], start="2012-W10", end="2012-W12")
    assert plan.definition["begins_with"]["stands_in_for"] == "2012"


def test_the_manifest_names_files_and_what_stands_in(tmp_path: Path) -> None:
    mine = folder(tmp_path / "mine")
    plan = make_plan([Scenario("baseline")], start="2025-W24", end="2025-W30", data=str(mine))
    said = plan.definition["begins_with"]
    assert said["stocks_of"] == "2025-06"
    assert list(said["files"]) == ["mine.csv"]
    assert said["by_month"]["gross_unemployed_dagpenge"] == "1 municipality"
    assert said["without_months"]["jobafklaring"] == "2021 stands in for 2025"
    assert "sygedagpenge" not in said["without_months"]
    assert plan.command.count(f"--data {mine}") == 1
    other = folder(tmp_path / "other", figures={**MONTH, ("sygedagpenge", 0): 90_001})
    again = make_plan([Scenario("baseline")], start="2025-W24", end="2025-W30", data=str(other))
    assert plan.tasks[0].key != again.tasks[0].key
    assert hash(plan.tasks[0]) != hash(again.tasks[0])


def test_the_month_after_the_last_is_allowed_and_others_are_refused(tmp_path: Path) -> None:
    mine = str(folder(tmp_path / "mine", "2024-12"))
    levels = levels_of(mine, "2025-W02")
    assert levels is not None
    assert (levels.month, levels.said["stands_in_for"]) == ("2024-12", "2025-01")
    with pytest.raises(InputError, match=r"begins in 2025-03, and .* has stocks of 2024-12 to 2024-12"):
        levels_of(mine, "2025-W10")
    with pytest.raises(InputError, match="there is no folder"):
        RUN.but(data=str(tmp_path / "nowhere"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="jobvej data import"):
        levels_of(str(tmp_path / "empty"), "2025-W02")


def test_longer_spells_follow_the_share_of_long_term_unemployed(tmp_path: Path) -> None:
    """With mean 26 weeks, exp(-2) are beyond a year; twice as many need a mean of 26 / (1 - ln(2) / 2)."""
    stretch = longer(np.array([1.0, 2.0, 0.5]), 26.0, 52.0, 4.0)
    assert np.exp(-52 / (26 * stretch)) == pytest.approx(np.exp(-2) * np.array([1.0, 2.0, 0.5]))
    figures = {**MONTH, ("gross_unemployed", 0): 72_000}
    place = folder(tmp_path / "mine", "2024-06", figures)
    usual = long_term(begun("2024-W24", data=place))
    text = (place / "mine.csv").read_text()
    (place / "mine.csv").write_text(
        text + "0,2024-06,long_term_unemployed,persons,26000\n"
    )  # twice 2024's share
    assert long_term(begun("2024-W24", data=place)) > 1.3 * usual


def long_term(market: LabourMarket) -> float:
    k = market.world.clients.settled
    on = np.isin(k.state, (State.DAGPENGE, State.KONTANTHJAELP_JOB_READY))
    return float((k.spell.entered[on] <= -52).mean())


def test_stocks_by_year_are_sums_of_facts() -> None:
    for row in data.stocks_by_year().itertuples():
        signs = str(row.facts).replace("-", "+-").split("+")
        total = sum(-data.fact(each[1:]) if each.startswith("-") else data.fact(each) for each in signs)
        assert total == row.persons, row.facts
        assert State[str(row.state).upper()]
