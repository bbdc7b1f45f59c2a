"""Placebos: which there are, what a floor is, and that whoever shows differences prints it."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from report_fixture import Maker

import jobvej
from reforms.league import rank_floor, ranked, shown_ranks
from reforms.league_page import floor_note
from reforms.noise_floor import ACCOUNTS, SHIPPED, TABLE, NoiseFloor, read_floor, write_floor
from reforms.placebo import FIRST_YEAR, MINUTES, TOUCHED, floor_of, placebo_plan, placebos
from reforms.report import write
from sim.calendar import Week
from sim.data import municipality_codes
from sim.errors import InputError
from sim.outcomes.measures import HEADLINES, MEASURES
from sim.runs.options import PLACEBO, RunFields

STOCK, DURATION = ("stock", "temporary_support"), ("mean_duration", "temporary_support")
SUPPORT = ("self_support_weeks", "all")
#: Headlines that came after the product's floor was measured: ``jobvej placebo`` has to run again for them.
WITHOUT_A_FLOOR = {SUPPORT, ("public_balance", "all"), ("structural_employment", "all")}


def made_floor(weeks: float = 0.2, scale: float = 0.02) -> NoiseFloor:
    rows = [
        (*DURATION, "weeks", 2025, weeks / 2),
        (*STOCK, "persons", 2025, 30.0),
        (*DURATION, "weeks", 2026, weeks),
        (*STOCK, "persons", 2026, 60.0),
        (*SUPPORT, "person-weeks", 2026, 200.0),
    ]
    table = pd.DataFrame(rows, columns=["measure", "group", "unit", "year", "noise_floor"])
    return NoiseFloor(table.assign(placebos=200, scale=scale))


def kept(stock: float, paid: float, *, sanctions: float | None = None) -> dict[str, list[list[object]]]:
    """What is kept of a run: two measures, and a benefit that the state pays."""
    measures: list[list[object]] = [[*STOCK, "2026", stock], ["mean_duration", "dagpenge", "2026", math.nan]]
    if sanctions is not None:
        measures.append(["sanctions", "dagpenge", "2026", sanctions])
    return {"measures": measures, "ledger": [["2026", "state", "citizen", "dagpenge", paid]]}


def test_a_placebo_is_a_minute_in_one_municipality_and_week_of_the_first_year() -> None:
    made = placebos(200)
    (changes,) = {len(each.changes) for each in made}
    assert changes == 1
    first = Week.parse(PLACEBO.start).monday
    for scenario in made:
        (change,) = scenario.changes
        day = change.start
        assert (change.parameter, change.operation, change.value_at(day)) == (TOUCHED, "add", MINUTES)
        assert change.until == day + timedelta(weeks=1)
        assert first <= day < first + timedelta(weeks=FIRST_YEAR)
        assert change.municipalities is not None
        assert len(change.municipalities) == 1
        assert change.municipalities <= set(municipality_codes().tolist())
    assert len({(each.changes[0].start, each.changes[0].municipalities) for each in made}) > 180


def test_the_first_placebos_are_the_same_however_many_there_are() -> None:
    assert placebos(3) == placebos(50)[:3]
    assert placebos(3) != placebos(3, PLACEBO.but(seed=2))


def test_none_and_a_run_in_which_nothing_can_follow_are_refused() -> None:
    with pytest.raises(InputError, match="placebos is 0"):
        placebos(0)
    with pytest.raises(InputError, match="single week"):
        placebo_plan(3, start="2024-W10", end="2024-W10")


def test_the_floor_is_the_95th_percentile_of_absolute_differences() -> None:
    others = [kept(1000.0 + at * (-1) ** at, 5e6 + at * 1e6, sanctions=1.0) for at in range(1, 101)]
    table = floor_of(kept(1000.0, 5e6), others, 0.02).set_index(["measure", "group"])
    row = table.loc[STOCK]
    assert row["noise_floor"] == pytest.approx(95.05)
    assert (row["median"], row["largest"], row["moved"], row["placebos"]) == (50.5, 100.0, 100, 100)
    assert (row["unit"], row["year"], row["scale"], row["of_all"]) == (
        "persons",
        2026,
        0.02,
        row["noise_floor"],
    )
    assert ("mean_duration", "dagpenge") not in table.index  # undefined in every run
    assert ("sanctions", "dagpenge") not in table.index  # the baseline lacks it
    state = table.loc[(ACCOUNTS, "state")]
    assert state["largest"] / table.loc[(ACCOUNTS, "public")]["largest"] == pytest.approx(1.0)
    assert state["noise_floor"] == pytest.approx(0.9505 * state["largest"])


def test_placebos_that_move_nothing_are_counted_and_left_out() -> None:
    others = [kept(1000.0, 5e6)] * 97 + [kept(1000.0 + at, 5e6) for at in (1, 2, 3)]
    table = floor_of(kept(1000.0, 5e6), others, 0.02).set_index(["measure", "group"])
    row = table.loc[STOCK]
    assert row["noise_floor"] == pytest.approx(2.9)
    assert (row["median"], row["largest"], row["moved"], row["placebos"]) == (2.0, 3.0, 3, 100)
    assert row["of_all"] == 0.0
    assert row["within"] == pytest.approx(0.99)  # of 100 draws one, the third of those that move it, is above
    state = table.loc[(ACCOUNTS, "state")]
    assert (state["noise_floor"], state["moved"], state["within"]) == (0.0, 0, 1.0)


def test_it_falls_with_people_and_pairs_and_its_last_year_stands_for_later_ones() -> None:
    floor, cell = made_floor(), DURATION
    assert floor.at(*cell, year=2025, scale=0.02) == pytest.approx(0.1)
    assert floor.at(*cell, year="2030", scale=0.02) == pytest.approx(0.2)
    assert floor.at(*cell, year=2026, scale=0.08, pairs=4) == pytest.approx(0.05)
    assert math.isnan(floor.at(*cell, year=2024, scale=0.02))
    assert math.isnan(floor.at("stock", "no_such_group", year=2026, scale=0.02))


def test_it_is_measured_kept_and_read_again(tmp_path: Path) -> None:
    asked: RunFields = {"scale": 0.005, "start": "2024-W40", "end": "2025-W20", "quiet": True}
    found = jobvej.placebo(6, out=tmp_path / "placebo", **asked)
    assert found.placebos == 6
    assert set(found.table["year"]) == {2024, 2025}
    assert (found.table["noise_floor"] >= found.table["median"]).all()
    assert {told.measure for told in HEADLINES} < set(found.table["measure"])
    assert (found.table["noise_floor"] >= found.table["of_all"]).all()
    assert set(found.table["measure"]) <= {*MEASURES, ACCOUNTS}
    files = {path.name for path in (tmp_path / "placebo" / "runs").rglob("*.zip")}
    read = read_floor(tmp_path)
    assert read is not None
    assert read.table["noise_floor"].to_numpy() == pytest.approx(
        found.table["noise_floor"].to_numpy(), rel=1e-5
    )
    again = jobvej.placebo(6, out=tmp_path / "placebo", **asked)
    assert again.table.equals(found.table)
    assert {path.name for path in (tmp_path / "placebo" / "runs").rglob("*.zip")} == files


def test_a_folders_own_floor_comes_before_that_of_the_product(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reforms.noise_floor.SHIPPED", tmp_path / "none.csv")
    assert read_floor(tmp_path) is None
    write_floor(made_floor(scale=0.3), tmp_path)
    found = read_floor(tmp_path)
    assert found is not None
    assert found.scale == 0.3
    (tmp_path / TABLE).write_text((tmp_path / TABLE).read_text("utf-8").replace("0.3", "0.1"), "utf-8")
    with pytest.raises(InputError, match=r"noise_floor\.csv: the file is changed"):
        read_floor(tmp_path)


def test_the_product_brings_a_floor_of_every_headline() -> None:
    floor = NoiseFloor(pd.read_csv(SHIPPED))
    assert floor.placebos == 200
    assert floor.table["within"].between(0.9, 1.0).all()
    assert (floor.table["within"] < 1.0).any()
    for told in HEADLINES:
        cell = (told.measure, told.group)
        found = floor.at(*cell, year=2030, scale=0.02)
        assert math.isnan(found) if cell in WITHOUT_A_FLOOR else found > 0
    assert floor.at(ACCOUNTS, "public", year=2030, scale=0.02) > 0


def league_of(*gains: float) -> pd.DataFrame:
    names = [chr(ord("a") + at) for at in range(len(gains))]
    return pd.DataFrame({"reform": names[::-1], "self_support": gains, "public": 0.0})


def test_the_league_prints_no_order_below_the_floor() -> None:
    """Those nearer than 0.2 to the first share its rank; what is nearer to nothing has none."""
    table = ranked(league_of(0.6, 0.55, 0.41, 0.25, 0.1), 0.2)
    assert table["reform"].tolist() == ["c", "d", "e", "b", "a"]
    assert shown_ranks(table) == ["1=", "1=", "1=", "4", ""]
    assert table["standing"].tolist() == ["", "", "", "", "floor"]
    assert ranked(league_of(0.5, 0.45, 0.31, 0.1))["rank"].tolist() == [1, 2, 3, 4]


def test_the_league_says_its_floor_or_that_there_is_none() -> None:
    plan = placebo_plan(1, scale=0.02, end="2030-W52")
    assert rank_floor(made_floor(), plan) == pytest.approx(0.2)
    assert math.isnan(rank_floor(None, plan))
    assert "0.2 thousand weeks" in floor_note(0.2, "en")
    assert "0,2 tusind ugers" in floor_note(0.2, "da")
    assert "not measured" in floor_note(math.nan, "en")
    assert "ikke målt" in floor_note(math.nan, "da")


def test_the_table_is_json_and_csv_of_plain_numbers() -> None:
    assert json.loads(made_floor().table.to_json(orient="records"))[0]["noise_floor"] == 0.1


@pytest.mark.parametrize(
    ("lang", "said", "missing"),
    [
        ("en", "95 of 100 move it by no more", "moves by chance) was not measured"),
        ("da", "flytter 95 af 100 det højst", "flytter ved et tilfælde) er ikke målt"),
    ],
)
def test_the_report_prints_it_or_says_that_it_was_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, said: str, missing: str
) -> None:
    monkeypatch.setattr("reforms.noise_floor.SHIPPED", tmp_path / "none.csv")
    folder = Maker(("cut-3bn",)).write(tmp_path / "results")
    assert missing in write(folder, lang, "md").read_text("utf-8")
    (folder / "placebo").mkdir()
    write_floor(made_floor(weeks=0.25, scale=0.05), folder / "placebo")
    page = write(folder, lang, "md").read_text("utf-8")
    assert said in page
    assert missing not in page
