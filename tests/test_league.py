"""The league: who takes part, the order, and what a krone brings, on hand-made results."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from report_fixture import Maker

from reforms import load
from reforms.fiscal import accounts
from reforms.league import EFFECTS, entrants, grouped, league_plan, league_table, ranked
from reforms.league_page import draw, write_page
from reforms.load import catalogue
from reforms.reform import AUTHORS_DA
from reforms.results import Comparison
from sim.errors import InputError

SINGLES = ("no-focus-targets", "cut-3bn", "refund-change")


def made_table() -> pd.DataFrame:
    rows = [
        ("a", "KL", "refund", -0.2, 5.0, 2.0), ("b", "Djøf", "savings", 0.4, -9.0, -4.0),
        ("c", "KL", "savings", -0.2, -3.0, 2.0),
        ("d", "Djøf", "refund", -0.9, 1.0, 1.0),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["reform", "author", "theme", "weeks", "public", "self_support"])
    table["title_en"] = table["title_da"] = table["reform"]
    for name in EFFECTS:
        if name not in table:
            table[name] = 0.0
        table[f"{name}_low"], table[f"{name}_high"] = table[name] - 0.3, table[name] + 0.3
    return table


def test_most_self_support_first_and_the_cheaper_of_two_equals() -> None:
    table = ranked(made_table())
    assert table["reform"].tolist() == ["c", "a", "d", "b"]  # d has the shortest spells
    assert table["rank"].tolist() == [1, 1, 3, 4]


def test_groups_count_what_is_certain() -> None:
    table = grouped(ranked(made_table()), "author").set_index("author")
    assert table.loc["Djøf", ["reforms", "shorten", "lengthen", "best"]].tolist() == [2, 1, 1, "d"]
    assert table.loc["KL", ["reforms", "shorten", "lengthen"]].tolist() == [2, 0, 0]
    assert table.loc["KL", "median_public"] == pytest.approx(1.0)


def test_all_singles_of_the_catalogue_take_part_or_are_named() -> None:
    taken = entrants((), "2024-W01", "2030-W52")
    names = {reform.name for reform in taken.reforms}
    assert {"cut-3bn", "no-focus-targets", "refund-change"} <= names
    assert not {"headline", "nothing"} & names
    assert all(why for _, why in taken.left_out)


def test_one_asked_for_that_cannot_take_part_is_refused() -> None:
    with pytest.raises(InputError, match="changes nothing in these years"):
        entrants(("cut-3bn",), "2024-W01", "2025-W10")


def test_the_plan_has_the_baseline_and_each_reform_once() -> None:
    plan = league_plan(entrants(SINGLES, "2024-W01", "2027-W52"), end="2027-W52", scale=0.002, draws=2)
    assert [scenario.name for scenario in plan.scenarios] == ["baseline", *SINGLES]
    assert len(plan.tasks) == 8


def test_the_table_of_made_up_worlds(tmp_path: Path) -> None:
    """Weeks of the fixture by sign; money as in the accounts; a krone's return by its definition."""
    folder = Maker(SINGLES, replicates=2, noise=0.0).write(tmp_path)
    table = league_table(folder, [load(name) for name in SINGLES]).set_index("reform")
    assert table.index.tolist() == ["refund-change", "no-focus-targets", "cut-3bn"]
    books = accounts(Comparison(folder)).query("year == 2030 and prices == 'fixed'")
    books = books.set_index(["scenario", "payer", "account"])["amount_mio_kr"]
    assert table.loc["cut-3bn", "state"] == pytest.approx(books["cut-3bn", "state", "total"])
    effort = sum(
        books["cut-3bn", "public", name]
        for name in ("staff", "programmes", "certificates", "a_kasse_contact")
    )
    other = books["cut-3bn", "public", "total"] - effort
    assert table.loc["cut-3bn", "per_krone"] == pytest.approx(-other / effort)


def test_the_page_shows_every_reform_and_what_was_left_out(tmp_path: Path) -> None:
    table = ranked(made_table())
    pages = write_page(
        tmp_path, table, [("x", "no lever")], year="2030", pairs=3, command="jobvej league --out DIR"
    )
    danish = pages[1].read_text("utf-8")
    assert "no lever" in danish
    assert "a-kasser" in danish
    assert danish.count("<tr>") >= 2 + len(table)
    assert {path.name for path in tmp_path.iterdir()} >= {
        "league.csv",
        "league.parquet",
        "league-da.svg",
        "league-en.png",
    }
    figure = draw(table, "da", year="2030", pairs=1)
    assert "intet spænd" in " ".join(text.get_text() for text in figure.texts)


def test_every_author_has_a_danish_name() -> None:
    english = ("the ", " and ", "after ")
    left = {
        reform.author
        for reform in catalogue()
        if any(word in f"{AUTHORS_DA.get(reform.author, reform.author)} ".casefold() for word in english)
    }
    assert left == set()
    assert set(AUTHORS_DA) <= {reform.author for reform in catalogue()}
