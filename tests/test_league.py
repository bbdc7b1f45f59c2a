"""The league: who takes part, the order, and what a krone brings, on hand-made results."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from report_fixture import Maker

from reforms import load
from reforms.fiscal import accounts
from reforms.league import (
    EFFECTS,
    RANKED_BY,
    entrants,
    grouped,
    league_plan,
    league_table,
    ranked,
    standing_of,
)
from reforms.league_page import draw, write_page
from reforms.load import catalogue
from reforms.reform import AUTHORS_DA
from reforms.report.numbers import Language
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
        for of, reach in (("80", 0.2), ("95", 0.3)):
            table[f"{name}_low{of}"], table[f"{name}_high{of}"] = table[name] - reach, table[name] + reach
        table[f"{name}_p_higher"] = 0.5 + 0.4 * np.sign(table[name])
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


def test_everybody_is_shown_and_not_everybody_ranked() -> None:
    """Of seven, two are ranked: others are illustration, twin, law, or within the floor of 0.25."""
    others = [("e", "KL", "refund", -5.0, 1.0, "illustration"), ("f", "KL", "refund", -0.9, 1.0, "as d"),
              ("g", "Djøf", "refund", -3.0, 1.0, "law 2026-02-01")]  # fmt: skip
    extra = pd.DataFrame(others, columns=["reform", "author", "theme", "weeks", "public", "standing"])
    table = pd.concat([made_table().assign(self_support=[0.2, -4.0, -0.2, 1.0]), extra], ignore_index=True)
    table["title_en"] = table["title_da"] = table["reform"]
    found = ranked(table, floor=0.25)
    assert found["reform"].tolist() == ["d", "b", "a", "c", "f", "g", "e"]
    assert found["rank"].tolist()[:2] == [1, 2]
    assert found["rank"].isna().tolist() == [False, False, True, True, True, True, True]
    standings = ["", "", "floor", "floor", "as d", "law 2026-02-01", "illustration"]
    assert found["standing"].tolist() == standings
    assert grouped(found, "author").set_index("author")["reforms"].to_dict() == {"Djøf": 2, "KL": 2}


def test_authors_stand_by_name_not_by_medians_that_chance_may_have_made() -> None:
    assert grouped(ranked(made_table(), floor=0.5), "author")["author"].tolist() == ["Djøf", "KL"]
    assert grouped(ranked(made_table().assign(weeks=[-3.0, 1, -3, 1])), "author")["author"].tolist() == [
        "Djøf",
        "KL",
    ]


def test_no_order_is_printed_below_the_floor() -> None:
    """Whatever the floor, two reforms that it cannot tell from nothing have no rank between them."""
    table = made_table()
    for floor in (0.0, 0.3, 1.0):
        found = ranked(table, floor=floor).set_index("reform")
        below = found[RANKED_BY].abs() <= floor
        assert found.loc[below, "rank"].isna().all()
        assert found.loc[~below, "rank"].notna().all()


def test_a_reform_alone_is_ranked_though_it_has_a_twin() -> None:
    twin = load("expert-group-2024-saving")
    assert standing_of(twin, ["expert-group-2024-saving"]) == ""
    assert standing_of(twin, ["expert-group-2024-saving", "cut-3bn"]) == "as cut-3bn"
    assert standing_of(load("kl-2024"), []) == ""


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
    plan = league_plan(
        entrants(SINGLES, "2024-W01", "2027-W52"), end="2027-W52", scale=0.002, draws=2, replicates=1
    )
    assert [scenario.name for scenario in plan.scenarios] == ["baseline", *SINGLES]
    assert len(plan.tasks) == 8


def test_the_table_of_made_up_worlds(tmp_path: Path) -> None:
    """The one that is ranked first, then law and illustration; money as in the accounts; a krone's return."""
    folder = Maker(SINGLES, replicates=2, noise=0.0).write(tmp_path)
    table = league_table(folder, [load(name) for name in SINGLES]).set_index("reform")
    assert table["standing"].to_dict() == {
        "cut-3bn": "", "no-focus-targets": "law 2026-02-01", "refund-change": "illustration"
    }  # fmt: skip
    assert table.index.tolist() == ["cut-3bn", "no-focus-targets", "refund-change"]
    assert table["rank"].isna().tolist() == [False, True, True]
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
        tmp_path, table, [("x", "no lever")], year="2030", draws=3, pairs=3, command="jobvej league --out DIR"
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
    assert "som d" in write_page_of(tmp_path, table.assign(standing=["as d", "", "", ""]))
    figure = draw(table, "da", year="2030", draws=1, pairs=1)
    assert "intet interval" in " ".join(text.get_text().replace("\n", " ") for text in figure.texts)


def write_page_of(folder: Path, table: pd.DataFrame) -> str:
    """The Danish page of a table."""
    return write_page(folder, table, [], year="2030", draws=3, pairs=3, command="jobvej league")[1].read_text(
        "utf-8"
    )


def test_every_author_has_a_danish_name() -> None:
    english = ("the ", " and ", "after ")
    left = {
        reform.author
        for reform in catalogue()
        if any(word in f"{AUTHORS_DA.get(reform.author, reform.author)} ".casefold() for word in english)
    }
    assert left == set()
    assert set(AUTHORS_DA) <= {reform.author for reform in catalogue()}


@pytest.mark.parametrize("lang", ["en", "da"])
@pytest.mark.parametrize("draws", [1, 12])
def test_no_word_of_the_picture_is_clipped(lang: Language, draws: int) -> None:
    figure = draw(ranked(made_table()), lang, year="2030", draws=draws, pairs=24)
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    legends = [text for legend in figure.legends for text in legend.get_texts()]
    shown = [*figure.texts, *legends, *(text for axes in figure.axes for text in axes.texts)]
    assert len(shown) > 5
    for text in shown:
        box = text.get_window_extent(renderer)
        assert box.x0 >= 0.0, text.get_text()
        assert box.x1 <= figure.bbox.x1, text.get_text()
