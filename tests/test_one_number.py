"""One number per quantity: terminal, page, table, file of numbers, accounts and chain say the same.

Everything is in 2024 prices and in years of 365.25 days, and says so where it stands.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

import pandas as pd
import pytest

import jobvej
from reforms.chain.read import chosen, read_chain
from reforms.fiscal import accounts
from reforms.report.front import CHAIN, FACTS
from reforms.report.numbers import Numbers
from reforms.report.results import Results, read_results
from reforms.results import Comparison
from reforms.summary import in_short

REFORM = "cut-3bn"
MILLION = 1e6


class Made(NamedTuple):
    """A small comparison, and everything that tells of it."""

    results: Results
    page: str
    csv: Path
    terminal: str
    summary: pd.DataFrame
    accounts: pd.Series  # fixed prices, DKK m, by payer
    chain: pd.Series  # by link


@cache
def made() -> Made:
    folder = Path(mkdtemp()) / "made"
    jobvej.compare([REFORM], end="2026-W52", scale=0.005, draws=2, replicates=2, out=folder)
    page = jobvej.report(folder, lang="en")
    results = read_results(folder)
    summary = pd.read_parquet(folder / "summary.parquet")
    told = accounts(Comparison(folder))
    told = told[(told["year"] == int(results.last_year)) & (told["account"] == "total")]
    links = chosen(read_chain(folder), REFORM, results.last_year).set_index("link")
    return Made(
        results, page.read_text("utf-8"), page.with_name("report-en-csv"), in_short(summary, 0.005), summary,
        told[told["prices"] == "fixed"].set_index("payer")["median"], links["median"],
    )  # fmt: skip


def _in_summary(measure: str, group: str) -> float:
    rows = made().summary
    rows = rows[(rows["municipality"] == 0) & (rows["period"] == made().results.last_year)]
    (value,) = rows.loc[(rows["measure"] == measure) & (rows["group"] == group), "median"]
    return float(value)


#: Of the report's cells: the same in the tables, and as the terminal writes it.
IN_TABLES = {
    ("self_support_weeks", "all"): ("self_support_weeks", "all", "thousand person-weeks", 1e-3),
    ("stock", "temporary_support"): ("stock", "temporary_support", "persons, on temporary benefits", 1.0),
    ("net_paid", "public"): ("net_public_cost", "all", "DKK m a year, 2024 prices, net public cost", 1e-6),
    ("mean_duration", "temporary_support"): ("mean_duration", "temporary_support", "", 1.0),
    ("net_paid", "state"): ("net_cost_state", "all", "", 1e-6),
    ("net_paid", "municipality"): ("net_cost_municipality", "all", "", 1e-6),
    ("net_paid", "a_kasse"): ("net_cost_a_kasse", "all", "", 1e-6),
}


@pytest.mark.parametrize("cell", IN_TABLES)
def test_the_report_says_what_tables_and_terminal_say(cell: tuple[str, str]) -> None:
    measure, group, words, factor = IN_TABLES[cell]
    shown = made().results.effect(*cell).median
    assert shown != 0.0
    assert shown == pytest.approx(_in_summary(measure, group), rel=1e-6)
    if words:
        assert f"{shown * factor:+,.2f} {words}" in made().terminal


@pytest.mark.parametrize("payer", ["state", "municipality", "a_kasse", "public"])
def test_the_report_says_what_the_accounts_say(payer: str) -> None:
    shown = made().results.effect("net_paid", payer).median
    assert shown / MILLION == pytest.approx(made().accounts[payer], rel=1e-6)
    row = re.search(r'<table id="t-who-pays".*?</table>', made().page, flags=re.S)
    assert row is not None
    values = [float(value) for value in re.findall(r'data-value="([^"]+)"', row[0])]
    assert any(value == pytest.approx(shown / MILLION) for value in values)


def test_the_net_of_the_staircase_is_minus_the_public_balance() -> None:
    net = made().results.effect("step", "net").median
    assert net == pytest.approx(-_in_summary("public_balance", "all"), rel=1e-6)
    assert net == pytest.approx(made().results.effect("net_paid", "public").median + _feedback(), rel=1e-6)


def _feedback() -> float:
    return made().results.effect("step", "feedback").median


#: Links of the chain on the first page, and what jobvej chain calls them.
LINKS = {
    "effort": ("spending.total", 1e-6), "posts": ("posts.caseworkers", 1.0), "hours": ("hours.total", 1.0),
    "interviews": ("interviews.total", 1.0), "weeks": ("duration.temporary_support", 1.0),
    "self_support": ("weeks.self_support", 1.0), "cost": ("kroner.net.public", 1e-6),
}  # fmt: skip


@pytest.mark.parametrize("key", LINKS)
def test_the_chain_of_the_first_page_is_that_of_the_command(key: str) -> None:
    (quantity,) = (q for q in CHAIN if q.key == key)
    link, factor = LINKS[key]
    shown = made().results.effect(quantity.measure, quantity.group).median * factor
    assert shown == pytest.approx(made().chain[link], rel=1e-6)


def test_the_first_page_writes_these_numbers() -> None:
    numbers = Numbers("en")
    values = re.findall(r'<dd class="(?:value|sure)">([^<]+)<', made().page)
    assert len(values) == 2 * len(FACTS)
    for i, quantity in enumerate(FACTS):
        shown = made().results.effect(quantity.measure, quantity.group).median
        assert numbers.size(shown, quantity.kind) in values[2 * i] + values[2 * i + 1]


def test_the_file_of_numbers_holds_them() -> None:
    rows = list(csv.reader((made().csv / "figure-1.csv").read_text("utf-8-sig").splitlines()))
    told = {label: float(value) for label, value, *_ in rows[1:]}
    assert told["Net cost"] == pytest.approx(made().accounts["public"])
    assert rows[0][1].endswith("DKK m a year, 2024 prices")


def test_price_base_and_year_rule_are_said() -> None:
    assert "2024 prices" in made().page
    assert "brought to 365.25 days" in made().page
