"""The headline reforms against two laws: who is left to decide, and what the tables say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from runs_fake_world import REQUEST, FakeWorld

from reforms import compare
from reforms.headline_table import LAWS, Standing, page, standing, table
from reforms.scenario import HEADLINES_AND_ALL as REFORMS
from sim.parameters.baselines import DEFAULT, HELD, NOW
from sim.stats.interval import TOLD, UNKNOWN


def test_under_the_law_of_2024_all_five_are_left_to_decide() -> None:
    found = standing(DEFAULT)
    assert tuple(each.name for each in found.to_run) == REFORMS
    assert found.law == ()
    assert found.held == {}


def test_under_the_law_as_it_is_no_focus_targets_is_law_and_the_package_runs_with_the_rest() -> None:
    found = standing(NOW)
    assert [each.name for each in found.law] == ["no-focus-targets"]
    assert tuple(each.name for each in found.to_run) == REFORMS[1:]
    assert found.held["headline"] == ("supervision.focus_targets_in_force",)
    assert set(found.held) == {"headline", "no-focus-targets"}


def test_the_two_tables_are_of_the_laws_that_reforms_are_held_against() -> None:
    assert LAWS == (DEFAULT, NOW)
    assert HELD not in LAWS


def row(scenario: str, year: str, difference: float, **told: Any) -> dict[str, Any]:
    known = UNKNOWN._replace(**told)
    return {
        "scenario": scenario, "period": year, "municipality": 0, "group": "unemployed_gross",
        "measure": "stock", "unit": "persons", "baseline": 80_000.0, "reform": 80_000.0 + difference,
        "difference": difference, **dict(zip(TOLD, known, strict=True)),
    }  # fmt: skip


INTERVAL = {
    "median": -1234.0, "low80": -1800.0, "high80": -600.0, "low95": -2000.0, "high95": -400.0,
    "p_higher": 0.01, "share_simulation": 0.1, "draws": 8, "pairs": 16,
}  # fmt: skip


def test_a_table_has_the_last_year_with_intervals_and_names_what_is_law() -> None:
    summary = pd.DataFrame(
        [row("cut-3bn", "2029", 1.0), row("cut-3bn", "2030", -1234.0, **INTERVAL),
         row("refund-change", "2030", 25.0)]
    )  # fmt: skip
    stand = standing(NOW, ["no-focus-targets", "cut-3bn", "refund-change"])
    lines = table(stand, summary, ["no-focus-targets", "cut-3bn", "refund-change"])
    assert "in 2030" in lines[0]
    law, cut, refund = lines[-3:]
    assert law.startswith("| `no-focus-targets` | already law since 2026-02-01 | –")
    assert "−1,234 (−2,000 to −400)" in cut
    assert "+25.0 (no interval: too few draws)" in refund
    assert all(line.count("|") == lines[2].count("|") for line in lines[2:])


def test_the_page_says_which_law_and_what_is_held(tmp_path: Path) -> None:
    comparison = compare(["refund-change"], out=tmp_path, quiet=True, make_world=FakeWorld, **REQUEST)
    stand = standing(NOW, ["refund-change"])
    stand = Standing(stand.to_run, stand.law, {"refund-change": ("refund.state_share",)})
    said = page({NOW: (stand, comparison)}, ["refund-change"])
    assert "## law-now: The law decided by November 2026" in said
    assert "Of `refund-change` the baseline holds already: `refund.state_share`." in said
    danish = page({NOW: (stand, comparison)}, ["refund-change"], "da")
    assert "Reglerne, som de er vedtaget i november 2026" in danish


def test_an_unknown_law_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown baseline"):
        standing("law-nwo")
