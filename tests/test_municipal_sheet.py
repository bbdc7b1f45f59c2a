"""A municipality's decision sheet: told at the smallest place where it can be, with the accounts' totals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from report_fixture import YEARS, Maker
from typer.testing import CliRunner

from jobvej.cli.app import app
from reforms.accounts import sheet
from reforms.municipal.comparable import characteristics, comparable
from reforms.municipal.effects import area_of, municipal_effects
from reforms.municipal.sheet import municipal_sheet, read_invested
from reforms.municipal.shown import invested, line_rows
from sim.data import municipality_codes
from sim.errors import InputError

COPENHAGEN, FREDERIKSBERG, HJOERRING = 101, 147, 860
#: Relative change of interviews a unit of push, everywhere; and the noise of one pair by municipality.
INTERVIEWS = -0.05


class ByMunicipality(Maker):
    """Every municipality has 50 caseworkers with 40 clients each, and interviews that fall with the reform.

    Interviews are exact in Copenhagen and loud elsewhere; in the whole country the noise nearly vanishes.
    """

    def _cells(self, year: str, weeks: float) -> list[tuple[int, str, str, float, float, float]]:
        cells, push = super()._cells(year, weeks), weeks * self._ramp(year)
        for code in municipality_codes().tolist():
            loud = 0.0 if code == COPENHAGEN else 300.0
            cells += [
                (code, "all", "caseworkers", 50.0, -4.0 * push, 1e-3),
                (code, "all", "caseload", 40.0, 2.0 * push, 1e-3),
                (code, "dagpenge", "interviews", 1_000.0, 1_000.0 * INTERVIEWS * push, loud),
                (code, "employed", "interviews", 1e9, 0.0, 0.0),  # no client: not counted
                (code, "temporary_support", "stock", 2_000.0, 0.0, 900.0),
                (code, "dagpenge", "gross_benefits", 1e8, 1e6 * push, 1e3),
            ]
            if year != YEARS[-1]:
                cells.append((code, "employed", "stock", 3_000.0, -10.0 * push, 0.1))
        return cells


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = ByMunicipality(("cut-3bn",), draws=6, replicates=2)
    return made.write(tmp_path_factory.mktemp("sheet"))


def test_a_line_is_told_at_the_smallest_place_where_it_can_be(folder: Path) -> None:
    own, loud = (
        municipal_effects(folder, code, [2029]).set_index("line") for code in (COPENHAGEN, HJOERRING)
    )
    assert own.loc["interviews", "told_at"] == "municipality"
    assert loud.loc["interviews", "told_at"] in ("area", "country")
    assert loud.loc["caseworkers", "told_at"] == "municipality"
    assert loud.loc["recipients", "told_at"] == "none", "noise alone"
    assert loud.loc["interviews", "baseline"] == 1_000.0
    assert loud.loc["interviews", "difference"] == pytest.approx(own.loc["interviews", "difference"], abs=30)


def test_clients_for_a_caseworker_by_hand(folder: Path) -> None:
    """The caseload is a mean: its change in an area follows from clients and posts, not from means."""
    found = municipal_effects(folder, COPENHAGEN, [2029]).set_index("line")
    posts, load = found.loc["caseworkers"], found.loc["caseload"]
    assert posts["baseline"] == 50.0
    assert load["baseline"] == 40.0
    assert load["difference"] == pytest.approx(-posts["difference"] / 2, rel=0.01)
    name, area = area_of(COPENHAGEN)
    assert name == "Byen København"
    assert len(area) == 4


def test_the_first_three_years_in_which_the_reform_acts_are_shown(folder: Path) -> None:
    found = municipal_effects(folder, COPENHAGEN)
    assert sorted(set(found["year"])) == [2026, 2027, 2028]
    with pytest.raises(InputError, match="no year 2040; it has 2024 to 2030"):
        municipal_effects(folder, COPENHAGEN, [2040])


def test_the_accounts_are_those_of_the_accounts(folder: Path) -> None:
    found = municipal_sheet(folder, "København", years=[2029])
    table = sheet(folder, municipality=COPENHAGEN).query(
        "account == 'total' and payer == 'municipality' and price == 'current' and year == 2029"
    )
    told = found.lines.set_index("line")
    for perspective in ("together", "alone"):
        (amount,) = table.loc[table["perspective"] == perspective, "amount_kr"]
        assert told.loc[perspective, "difference"] == amount
    assert found.likes["name"].iloc[0] == "København"


def test_comparable_municipalities_are_the_nearest(folder: Path) -> None:
    likes = comparable(HJOERRING)
    places = characteristics()
    far = np.sqrt(((places - places.loc[HJOERRING]) ** 2).sum(axis=1))
    assert HJOERRING not in likes
    assert [far[code] for code in likes] == sorted(far.drop(HJOERRING))[: len(likes)]
    assert places.mean().abs().max() < 1e-9


def test_what_an_investment_keeps_is_said_with_its_probability(folder: Path, tmp_path: Path) -> None:
    years = ((2025, 4.0), (2026, -5.0))
    rows = [("municipality", str(year), amount, amount, -1.0, 1.0, 0.2) for year, amount in years]
    rows += [("municipality", "sum", -1.0, -1.0, -3.0, 1.5, 0.2), ("state", "sum", 9.0, 9.0, 8.0, 10.0, 1.0)]
    columns = ["line", "year", "amount_mio_kr", "median", "low80", "high80", "p_higher"]
    pd.DataFrame(rows, columns=columns).to_csv(tmp_path / "invest.csv", index=False)
    worlds = Maker(("cut-3bn",)).write(tmp_path / "worlds")
    manifest = json.loads((worlds / "manifest.json").read_text("utf-8"))
    manifest["scenarios"][1] |= {
        "municipality": COPENHAGEN, "for": "sygedagpenge", "title": {"en": "caseworkers+10", "da": "x"}
    }  # fmt: skip
    (worlds / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    found = municipal_sheet(folder, COPENHAGEN, years=[2029], invest=tmp_path)
    said = invested(found, "en")
    assert "caseworkers+10 for sygedagpenge: over 2 years" in said
    assert "in 80 of 100 cases" in said
    assert "break-even by the mean in 2026" in said
    with pytest.raises(InputError, match="of København, not of Frederiksberg"):
        read_invested(tmp_path, FREDERIKSBERG)


def test_it_is_printed_in_both_languages_and_as_objects(folder: Path) -> None:
    command = ["municipality", str(folder), "--municipality", "København", "--year", "2029"]
    for lang, words in (("en", "told by"), ("da", "bygger på")):
        out = CliRunner().invoke(app, [*command, "--lang", lang])
        assert out.exit_code == 0, out.output
        assert words in out.output
        assert "nan" not in out.output
    rows = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)
    assert {row["municipality"] for row in rows} == {COPENHAGEN}
    assert {row["told_at"] for row in rows} <= {"municipality", "area", "country", "none"}
    wrong = CliRunner().invoke(app, [*command, "--reform", "cut-4bn"])
    assert "no reform 'cut-4bn'" in str(wrong.exception)


def test_what_cannot_be_told_has_no_figure(folder: Path) -> None:
    found = municipal_sheet(folder, "København", years=[2029])
    rows = line_rows(found, "cut-3bn", "en")
    (recipients,) = [row for row in rows if row["line"] == "Persons on temporary benefits"]
    assert recipients["difference"] == "–"
    assert recipients["told_at"] == "no clear change"
