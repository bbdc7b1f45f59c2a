"""The data files: complete, sourced, and in agreement with totals published elsewhere.

Expected numbers are typed in by hand from the publication named beside them.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import data
from sim.errors import InputError
from sim.parameters.document import read_document
from sim.states import INDEXES

ROOT = Path(__file__).resolve().parent.parent
LAW = Path(data.FOLDER).parent / "parameters" / "law"

ROWS = {
    "municipalities.csv": 98,
    "distance_km.csv": 98,
    "commute_bands.csv": 98,
    "tile_map.csv": 98,
    "benchmark_2020_2022.csv": 98 * 4 * 6,
    "proposals.csv": 88,
    "proposals_review.csv": 88 + 40,
    "seed_figures_review.csv": 46 + 21,
    "rules.csv": 203 + 154,
    "facts.csv": 334 + 10 + 46 + 166,
    "evidence.csv": 155 + 69,
    "reform_elements.csv": 40,
    "capacity_assumptions.csv": 21,
}


@pytest.mark.parametrize(("name", "rows"), ROWS.items())
def test_a_file_has_all_its_rows(name: str, rows: int) -> None:
    assert len(pd.read_csv(data.FOLDER / name)) == rows


def test_the_page_about_the_data_counts_their_rows() -> None:
    page = (ROOT / "docs" / "data.md").read_text("utf-8")
    told = dict(re.findall(r"^\| `(\w+\.csv)` \|.*?\| ([\d,]+) \|", page, re.MULTILINE))
    assert len(told) > 15
    for name, rows in told.items():
        assert int(rows.replace(",", "")) == len(pd.read_csv(Path(data.FOLDER) / name, dtype=str)), name


def test_every_file_is_described_with_source_and_licence() -> None:
    described = data.files()
    found = {path.name for path in data.FOLDER.glob("*.csv")} - {"files.csv"}
    assert set(described.index) == found
    assert (described["source_title"] != "").all()
    assert (described["licence"] != "").all()
    for name, rows in described["rows"].astype(int).items():
        assert len(pd.read_csv(data.FOLDER / str(name))) == rows, name


def test_every_municipality_column_has_a_source() -> None:
    columns = data.municipality_columns()
    assert set(columns.index) == {"code", *data.municipalities().columns}
    for column in ("unit", "period", "source_title", "publisher", "confidence"):
        assert (columns[column] != "").all(), column


@pytest.mark.parametrize("table", ["facts", "rules", "evidence"])
def test_every_row_says_where_it_comes_from_and_how_sure_it_is(table: str) -> None:
    rows = getattr(data, table)()
    assert (rows["source_title"].str.strip() != "").all()
    assert set(rows["confidence"]) <= {"high", "medium", "low", "derived"}
    addressed = rows["url"].str.startswith("http")
    explained = rows["confidence"].eq("derived") | rows.get("table", rows["confidence"]).eq("documents")
    by_name = ["F159", "F326", "F327", "R2-RT-30", "R2-RT-31", "R2-AC-08", "R2-JI-01", "R2-JI-02", "R2-RF-21"]
    named = rows.index.isin(by_name) | rows.index.str.startswith("TG-SC-")
    assert (addressed | explained | named).all(), rows.index[~(addressed | explained | named)].tolist()


def test_a_number_has_a_unit_and_a_derived_number_its_formula() -> None:
    facts = data.facts()
    numbers = facts[facts["number"].notna()]
    assert (numbers["unit"] != "").all()
    derived = facts[facts["confidence"] == "derived"]
    assert len(derived) > 40
    assert (derived["note"] != "").all()


@pytest.mark.parametrize(
    "table",
    ["facts", "rules", "evidence", "proposals", "reform_elements", "proposals_review", "seed_figures_review"],
)
def test_ids_are_unique(table: str) -> None:
    assert getattr(data, table)().index.is_unique


def test_no_text_leads_out_of_the_project() -> None:
    for path in data.FOLDER.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        for word in ("../", "seed_file", ".txt", "find_string"):
            assert word not in text, (path.name, word)


def test_danish_words_have_danish_letters() -> None:
    """Identifiers, addresses and place names that are spelt with aa aside."""
    rows = data.proposals()
    text = " ".join(rows["proposal"]) + " ".join(rows["document"]) + " ".join(rows["mechanism_in_the_model"])
    for word in ("foertids", "ressourceforloeb", "Hilleroed", "skaanejob", "Djoef", "kontanthjaelp"):
        assert word not in text, word
    assert "Hillerød" in text
    assert {"København", "Ærø", "Aarhus", "Ringkøbing-Skjern"} <= set(data.municipality_names().values())


# ---------------------------------------------------------------- totals published elsewhere


def test_population_is_that_of_denmark() -> None:
    """Statistics Denmark: 5,873,420 on 1 January 2022, Christiansø (no municipality, under 100) included."""
    total = data.municipalities()["population_2022m01"].sum()
    assert 0 < 5_873_420 - total < 120


def test_employed_residents_agree_between_two_tables_of_statistics_denmark() -> None:
    employed = data.municipalities()["employed_residence_2022"]
    bands = data.commute_bands()
    pd.testing.assert_series_equal(employed, bands["total"], check_names=False)
    parts = bands.drop(columns=["name", "total"]).sum(axis=1)
    pd.testing.assert_series_equal(parts, bands["total"], check_names=False)


def test_gross_unemployed_of_the_municipalities_add_up_to_the_country() -> None:
    """Statistics Denmark, press release 2022-08: 77,300 gross unemployed, seasonally adjusted (F102)."""
    months = data.national_months()
    gross = months[months["measure"] == "gross_unemployed"].set_index("month")["value"]
    assert gross["2022-08"] == pytest.approx(77_300, rel=0.01)
    for year, column in ((2022, "gross_unemployed_2022_avg"), (2023, "gross_unemployed_2023_avg")):
        country = gross[gross.index.str.startswith(str(year))].mean()
        assert data.municipalities()[column].sum() == pytest.approx(country, rel=0.003)


def test_the_parts_of_gross_unemployment_add_up_every_month() -> None:
    table = data.national_months().pivot_table(index="month", columns="measure", values="value")
    table = table.loc["2021-08":]
    assert len(table) == 41
    parts = table["gross_unemployed_dagpenge"] + table["gross_unemployed_kontanthjaelp"]
    np.testing.assert_allclose(parts, table["gross_unemployed"], atol=1.5)


def test_benchmark_of_the_country_and_its_groups() -> None:
    """Three groups against the total of 2022, each rounded to 10 persons, and against the municipal table."""
    table = data.benchmark()
    last = table[table["period"] == "2022QMAT04"].pivot_table(
        index="code", columns="benefit_group", values="actual_fulltime"
    )
    groups = last[["dagpenge", "kontanthjaelp", "sygedagpenge"]].sum(axis=1)
    np.testing.assert_allclose(groups, last["total"], atol=30)
    pd.testing.assert_series_equal(
        last["total"], data.municipalities()["bm_actual_total_2022"], check_names=False, check_dtype=False
    )


@pytest.mark.parametrize(
    ("fact_id", "value"),
    [
        ("F001", 756_200),  # Statistics Denmark: public support without SU, 2023
        ("F004", 72_200),  # net unemployed, 2023
        ("F009", 233_700),  # førtidspension, 2023
        ("F013", 76_700),  # sygedagpenge, 2023
        ("F036", 87_500),  # fleksjob, second quarter of 2023
        ("F052", 89_800),  # kontanthjælp benefits, March 2024
        ("F080", 238_400),  # persons using dagpenge in 2023
        ("F232", 7.7),  # interviews per person-year on dagpenge, 2019
        ("F01", 80_000),  # benefit shifts a year
        ("C001", 12.7),  # bn kr. spent on the effort, 2022
        ("C047", None),  # '12500 (ca.)' is text, not a number
    ],
)
def test_calibration_facts_as_published(fact_id: str, value: float | None) -> None:
    if value is None:
        with pytest.raises(InputError, match="not one number"):
            data.fact(fact_id)
    else:
        assert data.fact(fact_id) == value


def test_an_unknown_fact_names_the_nearest() -> None:
    with pytest.raises(InputError, match="F001"):
        data.fact("F0001")


# ---------------------------------------------------------------- geography


def test_distances_are_a_symmetric_matrix_in_code_order() -> None:
    km = data.distance_matrix()
    assert km.shape == (98, 98)
    assert km.dtype == np.float32
    np.testing.assert_array_equal(km, km.T)
    assert (np.diag(km) == 0).all()
    assert (km[~np.eye(98, dtype=bool)] > 0).all()
    codes = data.municipality_codes().tolist()
    copenhagen, frederiksberg, bornholm = codes.index(101), codes.index(147), codes.index(400)
    assert km[copenhagen, frederiksberg] < 5 < 100 < km[copenhagen, bornholm]


def test_shared_arrays_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        data.distance_matrix()[0, 0] = 1.0


def test_tile_map_covers_every_municipality_once() -> None:
    tiles = data.tile_map()
    assert tiles.index.tolist() == data.municipality_codes().tolist()
    assert not tiles.duplicated(["col", "row"]).any()
    assert tiles["name"].to_dict() == data.municipality_names()
    assert tiles[["col", "row"]].min().tolist() == [0, 0]


def test_tile_map_looks_like_denmark() -> None:
    tiles, places = data.tile_map(), data.municipalities()
    assert tiles["col"].corr(places["label_lon"], method="spearman") > 0.97
    assert tiles["row"].corr(-places["label_lat"], method="spearman") > 0.9
    part = places["landsdel"]
    jutland = part.str.contains("jylland") & places["region"].ne("Sjælland")
    jutland &= ~places["name"].eq("Samsø")
    assert tiles.loc[jutland, "col"].max() < tiles.loc[part == "Fyn", "col"].max()
    assert tiles.loc[part == "Fyn", "col"].max() < tiles.loc[places["region"] == "Sjælland", "col"].min()
    assert tiles["col"].idxmax() == 400  # Bornholm


def test_municipalities_are_found_by_name_and_code() -> None:
    assert data.municipality_code("hjørring") == 860
    assert data.municipality_code("101") == 101
    assert data.municipality_code(" Hjoerring Kommune ") == 860
    assert data.municipality_code("Arhus") == data.municipality_code("Århus") == 751
    assert [data.municipality_code(name) for name in data.municipality_names().values()] == list(
        data.municipality_names()
    )


@pytest.mark.parametrize(("asked", "near"), [("hjøring", "Hjørring"), ("Århuus", "Aarhus"), (102, "101")])
def test_an_unknown_municipality_is_told_the_nearest(asked: object, near: str) -> None:
    with pytest.raises(InputError, match=f"unknown municipality '{asked}'. Did you mean '{near}'"):
        data.municipality_code(asked)


# ---------------------------------------------------------------- the law, against the acts


def _law() -> dict[str, dict[str, Any]]:
    return {
        name: entry
        for path in sorted(LAW.glob("*.yaml"))
        for name, entry in read_document(path).content.items()
    }


def _value(name: str, day: str, component: str | None = None) -> float:
    values = _law()[name]["values"]
    wanted = datetime.date.fromisoformat(day)
    found = values[max(date for date in values if date <= wanted)]
    return found if component is None else found[component]


@pytest.mark.parametrize(
    ("name", "component", "day", "value"),
    [
        ("refund.state_share", "weeks_1_4", "2024-01-01", 0.80),  # lov 994/2015, § 5 stk. 2
        ("refund.state_share", "weeks_5_26", "2024-01-01", 0.40),
        ("refund.state_share", "weeks_27_52", "2024-01-01", 0.30),
        ("refund.state_share", "weeks_53_plus", "2024-01-01", 0.20),
        ("refund.cofinancing_share", "weeks_53_plus", "2024-01-01", 0.80),  # § 5 stk. 3
        ("refund.restart_self_support_weeks", None, "2024-01-01", 52),  # § 6
        ("contact.interviews_first_26_weeks", "dagpenge", "2023-12-31", 6),  # LAB § 31, 701/2022: 4 + 2
        ("contact.interviews_first_26_weeks", "dagpenge", "2024-01-01", 3),  # LAB § 31, lbk 280/2024
        ("contact.interviews_first_26_weeks", "ressourceforloeb", "2024-01-01", 4),
        ("contact.a_kasse_interviews", None, "2024-01-01", 3),
        ("activation.minimum_offer_weeks", None, "2024-01-01", 2),  # LAB § 102 stk. 2
        ("sickness.revaluation_week", None, "2024-01-01", 22),  # sygedagpengeloven § 24
        ("benefits.dagpenge_max_kr_month", None, "2023-06-01", 19_728),
        ("benefits.dagpenge_max_kr_month", None, "2026-02-01", 22_041),
        ("benefits.employment_supplement_kr_month", None, "2023-04-30", 0),
        ("benefits.sygedagpenge_max_kr_week", None, "2024-02-01", 4_695),
        ("benefits.kontanthjaelp_30_plus_other_kr_month", None, "2024-02-01", 12_326),
        ("benefits.uddannelseshjaelp_away_kr_month", None, "2023-02-01", 6_545),
        ("benefits.foertidspension_single_kr_month", None, "2024-02-01", 20_370),
        ("dagpenge.period_weeks", None, "2024-01-01", 104),  # 3,848 hours of 37 a week
    ],
)
def test_law_as_in_the_act(name: str, component: str | None, day: str, value: float) -> None:
    assert _value(name, day, component) == value


def test_what_the_state_refunds_and_what_the_municipality_cofinances_mirror_each_other() -> None:
    for step in INDEXES["refund_step"]:
        state = _value("refund.state_share", "2024-01-01", step)
        municipality = _value("refund.cofinancing_share", "2024-01-01", step)
        assert state + municipality == pytest.approx(1.0)


def test_dagpenge_rates_agree_with_the_graduate_rates_printed_beside_them() -> None:
    """2024: 14,557 kr. for graduates without children, 16,694 kr. with (DP-24-3, DP-24-6)."""
    highest = _value("benefits.dagpenge_max_kr_month", "2024-06-01")
    first = _value("benefits.graduate_non_provider_share_first_13_weeks", "2024-06-01")
    assert highest * first == pytest.approx(14_557, abs=1)
    assert highest * _value("benefits.graduate_provider_share", "2024-06-01") == pytest.approx(16_694, abs=1)
    after = _value("benefits.graduate_non_provider_share_under_30_after", "2024-06-01")
    assert highest * after == pytest.approx(10_011, abs=2)


def test_every_law_cites_rows_that_exist() -> None:
    known = {*data.rules().index, *data.facts().index, *data.proposals().index}
    for name, entry in _law().items():
        ids = entry["source"]["ids"]
        assert ids, name
        assert set(ids) <= known, (name, set(ids) - known)
        assert entry["source"].get("url", "").startswith("http") or name == "contact.clock_restarts_at_shift"
