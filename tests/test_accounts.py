"""Accounts as they are kept: payers add up, a municipality alone by hand, own figures, two conventions."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_fixture import Maker
from sealed_results import sealed
from small_worlds import run
from typer.testing import CliRunner

from jobvej.cli.app import app
from reforms.accounts import read_budget, sheet
from reforms.accounts.alone import SETTLEMENT, Shares, settled_alone, shares
from reforms.accounts.balance import BRIDGE, JOBVEJ, MINISTRY, NET, STEPS, bridge, ministry, title_of_step
from reforms.accounts.chart import account_of, chart, title_of
from reforms.accounts.saved_krone import saved_krone
from reforms.accounts.sheet import COLUMNS, _net, scenario_parameters
from reforms.fiscal import accounts, accounts_of, in_prices
from reforms.results import Comparison
from sim.data import municipality_codes
from sim.errors import InputError
from sim.outcomes.ledger import ENTRIES, PUBLIC
from sim.parameters import load_parameters
from sim.rules.municipal_finance import SettlementRules, Spending, settle
from sim.runs.plan import draw_changes

PAYERS = ("state", "municipality", "a_kasse")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Maker(("cut-3bn",), draws=1, replicates=2).write(tmp_path_factory.mktemp("accounts"))


@pytest.fixture(scope="module")
def table(folder: Path) -> pd.DataFrame:
    return sheet(folder)


def test_every_public_payment_has_one_line_that_says_where_it_is_from() -> None:
    public = {e.account for e in ENTRIES if e.payer in PUBLIC or e.receiver in PUBLIC}
    named = [entry for line in chart().values() for entry in line.entries]
    assert sorted(named) == sorted(set(named))
    assert set(named) == public
    assert set(account_of()) == public
    for line in chart().values():
        assert line.ids if line.sourced else line.reason, line.number
        same = {"5.58.83", "5.48.65"}  # the benefit's Danish name
        assert title_of(line.number) != title_of(line.number, "da") or line.number in same
        assert line.entries or line.note, line.number
        assert not line.stands_in or (not line.entries and chart()[line.stands_in].entries)


def test_what_was_read_of_the_chart_is_sourced_and_nothing_else() -> None:
    """R2-AC-01 to R2-AC-05 name eight functions in use; every other number of a benefit is an assumption."""
    read = {line.number for line in chart().values() if line.sourced}
    assert read == {
        "6.45.53", "5.68.90", "5.68.98", "5.68.94", "5.68.95", "5.57.71", "5.57.78", "5.48.65"
    }  # fmt: skip
    assert "early_retirement" not in chart()["5.48.65"].entries
    assert not chart()["early_retirement"].is_municipal


def test_source_ids_of_the_chart_are_rules_that_there_are() -> None:
    from sim.data import rules

    known = set(rules().index)
    assert {each for line in chart().values() for each in line.ids} <= known


def test_payers_add_up_to_the_public(table: pd.DataFrame) -> None:
    keys = ["scenario", "year", "account", "price", "perspective"]
    for column in ("amount_kr", "baseline_kr"):
        wide = table.pivot_table(index=keys, columns="payer", values=column, dropna=False)
        assert wide.notna().all(axis=None)
        assert wide[list(PAYERS)].sum(axis=1).to_numpy() == pytest.approx(wide["public"].to_numpy(), abs=1.0)
    assert set(table["price"]) == {"fixed", "current"}
    assert set(table["perspective"]) == {"together", "alone"}


@settings(max_examples=20, deadline=None)
@given(
    kroner=st.lists(st.integers(-(10**9), 10**9), min_size=len(ENTRIES), max_size=len(ENTRIES)),
    year=st.integers(2024, 2035),
    price=st.sampled_from(["fixed", "current"]),
)
def test_payers_add_up_whatever_is_booked(kroner: list[int], year: int, price: Any) -> None:
    rows = pd.DataFrame(
        {
            "scenario": "x", "draw": 0, "replicate": 0, "year": year, "payer": [e.payer for e in ENTRIES],
            "receiver": [e.receiver for e in ENTRIES], "account": [e.account for e in ENTRIES],
            "baseline": [float(each) for each in kroner], "difference": [float(-each) for each in kroner],
        }
    )  # fmt: skip
    for column in ("baseline", "difference"):
        wide = _net(in_prices(rows, price)).pivot_table(index="account", columns="payer", values=column)
        assert wide[list(PAYERS)].sum(axis=1).to_numpy() == pytest.approx(wide["public"].to_numpy(), abs=1.0)
        grants = wide[wide.index.str.startswith("7.62.80")]
        assert len(grants) >= 7
        assert (grants["public"].abs() < 1.0).all()
        assert (grants["state"] + grants["municipality"]).abs().max() < 1.0


def test_alone_is_settled_by_the_numbers_of_its_own_draw(tmp_path: Path) -> None:
    """A draw's switches are the run's: found again by the number of the draw, the law's if they cannot be."""
    law, day = load_parameters(), date(2028, 7, 1)
    names = ("settlement.seen_in_year_share", "settlement.negotiated_share", "settlement.insured_by_grant")
    known = Maker(("cut-3bn",), draws=3, parameters=law.digest()).write(tmp_path / "known")
    drawn = {change.parameter: change.value_at(day) for change in draw_changes((2,))[2]}
    found = scenario_parameters(known, "cut-3bn", 2)
    for name in names:
        assert found.in_force(name, day)[0] == pytest.approx(drawn[name]), name
        assert drawn[name] != law.in_force(name, day)[0]
    assert shares(found, day).seen == pytest.approx(drawn[names[0]])
    assert found.in_force("staffing.planned_saving_mio_kr", date(2030, 7, 1))[0] == 3000.0
    other = Maker(("cut-3bn",), draws=3).write(tmp_path / "other")
    assert scenario_parameters(other, "cut-3bn", 2).digest() == scenario_parameters(known, "cut-3bn").digest()


def test_transfers_between_public_payers_cost_the_public_nothing(table: pd.DataFrame) -> None:
    grants = table[table["account"].str.startswith("7.62.80")]
    assert grants["account"].nunique() >= 7
    assert (grants[grants["payer"] == "public"]["amount_kr"].abs() < 1.0).all()
    assert (grants[grants["payer"] == "state"]["amount_kr"].abs() > 1e5).any()


def test_lines_add_up_to_the_net_cost_and_that_is_the_accounts(folder: Path, table: pd.DataFrame) -> None:
    keys = ["year", "payer", "price"]
    here = table[table["perspective"] == "together"]
    lines = here[here["account"] != "total"].groupby(keys)["amount_kr"].sum()
    total = here[here["account"] == "total"].set_index(keys)["amount_kr"]
    assert lines.sort_index().to_numpy() == pytest.approx(total.sort_index().to_numpy(), abs=1.0)
    books = accounts(Comparison(folder)).query("account == 'total'")
    books = books.rename(columns={"prices": "price"}).set_index(keys)["amount_mio_kr"] * 1e6
    assert books.sort_index().to_numpy() == pytest.approx(total.sort_index().to_numpy(), abs=1.0)


def test_the_public_pays_the_same_alone_and_together(table: pd.DataFrame) -> None:
    keys = ["year", "account", "price"]
    public = table[table["payer"] == "public"]
    two = [
        public[public["perspective"] == each].set_index(keys)["amount_kr"] for each in ("alone", "together")
    ]
    assert two[0].to_numpy() == pytest.approx(two[1].reindex(two[0].index).to_numpy(), abs=1.0)


def by_hand(**changed: Any) -> Shares:
    """Three municipalities with 10, 20 and 70 per cent of the people, on the three rungs."""
    three = np.array([0.1, 0.2, 0.7])
    shares: dict[str, Any] = {
        "population": three, "unemployment": three[::-1].copy(), "of_province": np.array([0.5, 0.5, 1.0]),
        "rung": np.array([0.05, 0.25, 0.07]), "exempt": np.zeros(3), "exempt_cost": np.zeros(3),
        "seen": 0.5, "negotiated": 0.8, "by_grant": False,
    }  # fmt: skip
    return Shares(**shares | changed)


def changes(**each: list[list[float]]) -> dict[str, np.ndarray[Any, Any]]:
    """Changes by year and municipality; what is not named has not changed."""
    years = len(next(iter(each.values())))
    nothing = {name: np.zeros((years, 3)) for name in ("guaranteed", "negotiated", "insured", "tax")}
    return nothing | {name: np.array(rows, float) for name, rows in each.items()}


def test_a_municipality_alone_by_hand() -> None:
    """A saving of 100 for good on the guaranteed: half of it is seen at once, the rest a year later.

    The first bears 10 per cent of what the guarantee takes: 5 in year one, 10 from then on, and 5 more as
    after-regulation in year two.  Of 100 more in tax it gives 95 and gets a tenth of them back.
    """
    saved = [[-100.0, 0.0, 0.0]] * 3
    found = settled_alone(changes(guaranteed=saved, tax=[[100.0, 100.0, 100.0]] * 3), by_hand())
    assert found["budget_guarantee"][:, 0].tolist() == [-5, -10, -10]
    assert found["after_regulation"][:, 0].tolist() == [0, -5, 0]
    assert found["equalisation"][0].tolist() == pytest.approx([-95, -75, -93])
    assert found["equalisation_balance"][0].tolist() == pytest.approx([9.5, 15, 65.1])
    for name in ("task_compensation", "agreed_saving", "service_frame_sanction", "employment_grant"):
        assert not found[name].any()
    assert set(found) == set(SETTLEMENT)


def test_dagpenge_goes_by_the_switch_and_sickness_by_negotiation_alone() -> None:
    saved = changes(insured=[[-100.0] * 3], negotiated=[[-10.0] * 3])
    negotiated = settled_alone(saved, by_hand(seen=1.0))
    assert negotiated["negotiated_transfers"][0].tolist() == pytest.approx([-8.8, -17.6, -61.6])
    granted = settled_alone(saved, by_hand(seen=1.0, by_grant=True))
    assert granted["employment_grant"][0].tolist() == pytest.approx([-70, -20, -10])
    assert granted["negotiated_transfers"][0].tolist() == pytest.approx([-0.8, -1.6, -5.6])


def test_alone_is_what_the_settlement_gives_when_one_has_changed() -> None:
    """Against the settlement itself, one municipality at a time."""
    s = by_hand(by_grant=True, of_province=np.array([7 / 9, 2 / 9, 1.0]))
    law = SettlementRules(
        population=s.population, unemployment=s.unemployment, province=np.array([0, 0, 1]), rung=s.rung,
        exempt=s.exempt, follows=0.0, seen=s.seen, negotiated=s.negotiated, by_grant=True, sanction=0.0,
        sanction_collective=0.4, sanction_most=0.0, tasks=0.0, agreed=np.zeros(3),
    )  # fmt: skip
    level = Spending(*(np.full(3, 1000.0) for _ in Spending._fields))
    year = {"guaranteed": -30.0, "negotiated": 12.0, "insured": -9.0, "tax": 40.0}
    for at in range(3):
        one = np.eye(3)[at]
        now = level._replace(**{name: getattr(level, name) + each * one for name, each in year.items()})
        first = settle(now, level, level, np.zeros(3), 1.0, 1.0, law)
        second = settle(now, now, level, first.owed, 1.0, 1.0, law)
        rows = changes(**{name: [(each * one).tolist()] * 2 for name, each in year.items()})
        found = settled_alone(rows, s)
        for name in SETTLEMENT:
            for number, done in enumerate((first, second)):
                assert found[name][number, at] == pytest.approx(float(getattr(done, name)[at])), (name, at)


def test_a_rule_that_gains_are_kept_settles_less_of_a_gain() -> None:
    rows = changes(guaranteed=[[-100.0, 100.0, 0.0]], tax=[[100.0, -100.0, 0.0]])
    found = settled_alone(rows, by_hand(seen=1.0, exempt=np.full(3, 0.5), exempt_cost=np.full(3, 0.5)))
    assert found["budget_guarantee"][0].tolist() == [-5, 20, 0]
    assert found["equalisation"][0].tolist() == pytest.approx([-47.5, 37.5, 0])


def test_shares_of_the_law_are_those_of_98_municipalities() -> None:
    found = shares(load_parameters(), date(2026, 7, 1), {101: 0.5})
    assert found.population.sum() == pytest.approx(1.0)
    assert len(found.rung) == 98
    assert found.rung[list(municipality_codes()).index(101)] == 0.5
    assert set(np.round(np.delete(found.rung, 0), 9)) <= {0.05, 0.25, 0.07}


BUDGET = """\
municipality: København
year: 2026
spending_kr:
  6.45.53: 1000000000
  5.57.71: 2_000
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "own.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BUDGET, r"own\.yaml:5: spending_kr: 5\.57\.71: found '2_000', expected a number above 0"),
        ("municipality: Københavm\nyear: 2026\n", r"own\.yaml:1: .*Did you mean 'København'"),
        ("municipality: 101\n", "'year' is missing"),
        ("municipality: 101\nyear: 26\n", r"own\.yaml:2: year: found '26'"),
        ("municipality: 101\nyear: 2026\nspendings_kr: {}\n", r"own\.yaml:3: .*Did you mean 'spending_kr'"),
        (
            "municipality: 101\nyear: 2026\nspending_kr:\n  6.45.35: 1\n",
            r"yaml:4: .*there is not\. Accounts that can be given: 6\.45\.53, 5\.68\.90, 5\.68\.98, ",
        ),
        ("municipality: 101\nyear: 2026\nspending_kr:\n  5.48.65: 1\n", r"yaml:4: .*nothing on this account"),
        ("municipality: 101\nyear: 2026\nspending_kr:\n  5.68.95: 1\n", r"yaml:4: .*nothing on this account"),
        ("municipality: 101\nyear: 2026\nspending_kr:\n  7.68.90: 1\n", r"yaml:4: .*this is income"),
        (
            "municipality: 101\nyear: 2026\nspending_kr:\n  7.62.80/equalisation: 1\n",
            "are reckoned, not given",
        ),
        ("municipality: 101\nyear: 2026\ncaseloads:\n  dagpeng: 1\n", r"yaml:4: .*Did you mean 'dagpenge'"),
        ("municipality: 101\nyear: 2026\ntax_base_kr_per_inhabitant: 1\n", "stands alone"),
        ("municipality: 101\nyear: 2026\nstaff_full_time: -1\n", r"yaml:3: staff_full_time: found '-1'"),
        ("- 1\n", "expected municipality, year"),
    ],
)
def test_own_figures_that_cannot_be_used_are_refused_by_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_budget(written(tmp_path, text))


def test_a_number_that_there_is_not_gets_no_neighbour(tmp_path: Path) -> None:
    text = "municipality: 101\nyear: 2026\nspending_kr:\n  5.68.99: 1\n"
    with pytest.raises(InputError) as refused:
        read_budget(written(tmp_path, text))
    assert "Did you mean" not in str(refused.value)


def test_schemes_that_the_model_does_not_tell_apart_are_added_to_their_line(tmp_path: Path) -> None:
    text = "municipality: 101\nyear: 2026\nspending_kr:\n  5.68.90: 30\n  5.68.98: 12\n  5.68.94: 5\n"
    assert dict(read_budget(written(tmp_path, text)).spending) == {"5.68.90": 42.0, "5.68.94": 5.0}
    alone = "municipality: 101\nyear: 2026\nspending_kr:\n  5.68.98: 12\n"
    assert dict(read_budget(written(tmp_path, alone)).spending) == {"5.68.90": 12.0}


def test_own_figures_anchor_the_lines_and_leave_what_a_reform_does_to_them(
    folder: Path, tmp_path: Path
) -> None:
    """Twice the model's spending on an account: twice baseline and difference, for all payers."""
    plain = sheet(folder, municipality=101)
    keys = ["year", "payer", "account", "price", "perspective"]
    before = plain.set_index(keys)
    at = (2026, "municipality", "6.45.53", "current", "together")
    staff = before.loc[at, "baseline_kr"]
    sick = before.loc[(2026, "public", "5.57.71", "current", "together"), "baseline_kr"]  # before refunds
    text = (
        f"municipality: København\nyear: 2026\nspending_kr:\n  6.45.53: {2 * staff}\n  5.57.71: {sick / 2}\n"
    )
    own = sheet(folder, budget=read_budget(written(tmp_path, text))).set_index(keys)
    for account, factor in (("6.45.53", 2.0), ("5.57.71", 0.5), ("5.57.73", 1.0), ("5.68.90", 1.0)):
        for column in ("baseline_kr", "amount_kr"):
            rows = own[column].xs(account, level="account")
            expected = factor * before[column].xs(account, level="account")
            assert rows.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-9), (account, column)
    wide = own["amount_kr"].unstack("payer")
    assert wide[list(PAYERS)].sum(axis=1).to_numpy() == pytest.approx(wide["public"].to_numpy(), abs=1.0)


def test_caseloads_and_staff_stand_in_for_spending(folder: Path, tmp_path: Path) -> None:
    from reforms.accounts.budget import factors

    text = (
        "municipality: 101\nyear: 2026\nstaff_full_time: 30\nspending_kr:\n  5.57.78: 5\n"
        "caseloads:\n  dagpenge: 7\n  sygedagpenge: 300\n"
    )
    given = read_budget(written(tmp_path, text))
    found = factors(given, {"5.57.78": 10.0}, {"dagpenge": 70.0, "sygedagpenge": 100.0}, 20.0)
    assert found == {"5.57.78": 0.5, "5.57.71": 3.0, "6.45.53": 1.5}
    with pytest.raises(InputError, match="run at a larger scale"):
        factors(given, {}, {}, None)


@pytest.mark.parametrize(("own", "rung"), [(89, 0.05), (91, 0.25), (124, 0.25), (126, 0.07)])
def test_an_own_tax_base_decides_on_the_rung(tmp_path: Path, own: float, rung: float) -> None:
    text = (
        f"municipality: 101\nyear: 2026\ntax_base_kr_per_inhabitant: {own}\n"
        "country_tax_base_kr_per_inhabitant: 100\n"
    )
    assert read_budget(written(tmp_path, text)).rung() == pytest.approx(rung)


def test_own_figures_of_a_year_or_place_that_was_not_run_are_refused(folder: Path, tmp_path: Path) -> None:
    late = read_budget(written(tmp_path, "municipality: 101\nyear: 2050\n"))
    with pytest.raises(InputError, match="the budget is of 2050"):
        sheet(folder, budget=late)
    with pytest.raises(InputError, match="of municipality 101, the accounts are of 147"):
        sheet(folder, municipality=147, budget=late)


def test_the_ministrys_column_and_the_bridge_make_jobvejs(folder: Path) -> None:
    found = bridge(folder).set_index(["year", "convention", "step"])["amount_kr"]
    for year in (2026, 2030):
        for step in STEPS:
            both = found[year, MINISTRY, step] + found[year, BRIDGE, f"bridge_{step}"]
            assert both == pytest.approx(found[year, JOBVEJ, step], abs=1.0)
        for convention in (MINISTRY, JOBVEJ):
            steps = sum(found[year, convention, step] for step in STEPS)
            assert found[year, convention, NET] == pytest.approx(steps, abs=1.0)
    # 3,000 m kr. planned for 2030: a third on purchases, two thirds on staff
    assert found[2030, MINISTRY, "staff"] == pytest.approx(-2000e6, rel=1e-6)
    assert found[2030, MINISTRY, "programmes"] == pytest.approx(-1000e6, rel=1e-6)
    assert found[2030, MINISTRY, "taxes"] == 0.0


def test_seventy_thousand_kroner_are_brought_to_the_price_year() -> None:
    """2 per cent a year in the eight years from 2016 to 2024."""
    assert ministry().benefit_kr_a_person == pytest.approx(70_000 * 1.02**8)
    assert ministry().purchases_share == pytest.approx(1 / 3)


def test_steps_are_told_in_both_languages() -> None:
    for step in (*STEPS, NET, *(f"bridge_{each}" for each in STEPS)):
        assert title_of_step(step) != title_of_step(step, "da")


def test_the_command_prints_objects_of_the_contract(folder: Path) -> None:
    out = CliRunner().invoke(app, ["accounts", str(folder), "--json"])
    assert out.exit_code == 0, out.output
    rows = json.loads(out.stdout)
    assert set(rows[0]) == set(COLUMNS)
    assert {row["payer"] for row in rows} == {*PAYERS, "public"}
    sums: dict[tuple[Any, ...], float] = {}
    for row in rows:
        at = tuple(row[name] for name in ("scenario", "year", "account", "price", "perspective"))
        sums[at] = sums.get(at, 0.0) + row["amount_kr"] * (-1.0 if row["payer"] == "public" else 1.0)
    assert max(abs(each) for each in sums.values()) < 1.0


def test_the_command_prints_a_municipality_in_its_own_prices(folder: Path) -> None:
    out = CliRunner().invoke(app, ["accounts", str(folder), "--municipality", "København", "--lang", "da"])
    assert out.exit_code == 0, out.output
    assert "current prices" in out.output
    assert "6.45.53" in out.output
    assert "alone" in out.output
    assert "Administration vedrørende jobcentre" in out.output
    both = CliRunner().invoke(app, ["accounts", str(folder), "--municipality", "101", "--levels"])
    assert both.exit_code == 0, both.output
    assert both.output.count("6.45.53 ") == 3 * out.output.count("6.45.53 ") > 0
    assert "5.68.98 ligger i 5.68.90" in out.output
    assert "before refunds" in both.output
    told = CliRunner().invoke(app, ["accounts", str(folder), "--balance"])
    assert "Feedback" in told.output


@pytest.mark.parametrize("options", [(), ("--levels",)])
def test_printed_lines_add_up_to_the_printed_total(folder: Path, options: tuple[str, ...]) -> None:
    """Every line of a sheet is rounded to 0.1 m, so so many lines may miss the total by half of it each."""
    out = CliRunner().invoke(app, ["accounts", str(folder), "--municipality", "101", *options])
    assert out.exit_code == 0, out.output
    kinds = ("baseline", "reform") if options else ("",)
    for kind in kinds:
        rows = [
            line.split() for line in out.output.splitlines()
            if re.match(r"\S+ +municipality +together ", line) and (not kind or f" {kind} " in line)
        ]  # fmt: skip
        amounts = {row[3]: float(row[4 + 6].replace(",", "")) for row in rows}  # 2024 is the first year
        total = amounts.pop("total")
        assert len(amounts) > 5
        assert sum(amounts.values()) == pytest.approx(total, abs=0.05 * (len(amounts) + 1) + 1e-9)
    if options:
        assert "5.48.66" in out.output, "a line without a difference, but with a level"


def test_a_saved_krone_by_hand(folder: Path) -> None:
    """Social assistance after a year on the clock: 80 øre is the municipality's, the state refunds 20.

    An average municipality is one of 98.  Weekly benefit and wage are those of the law of 1 July 2030, which
    holds the rates of 2026: see ``test_what_a_municipality_reacts_to_is_what_it_keeps_of_a_week``.
    """
    weekly = 7 / 365.25 * 12 * (13_061 + (0.85 * 1141 + 2909) / 2)
    now = load_parameters().at(date(2030, 7, 1), municipality_codes())
    wage = now.vector("wages.by_education_kr_year")[0] * 7 / 365.25
    tax = 100 * now.scalar("taxes.municipal_share") * (wage / weekly - 1)
    table = saved_krone(folder, 2030)
    assert set(table["scenario"]) == {"baseline"}, "a cut changes no share"
    table = table[(table["benefit"] == "kontanthjaelp_job_ready") & (table["from_week"] == 53)]
    for place, rung in (("low", 0.05), ("middle", 0.25), ("high", 0.07)):
        row = table.set_index("place").loc[place]
        assert row["own_share"] == pytest.approx(80.0)
        assert row["tax"] == pytest.approx(tax, rel=1e-3)
        assert row["before"] == pytest.approx(80.0 + tax, rel=1e-3)
        assert row["given_away"] == pytest.approx(-(1 - rung) * tax, rel=1e-3)
        assert row["settled_alone"] == pytest.approx(((1 - rung) * tax - 80) / 98, rel=1e-3)
        assert row["alone"] == pytest.approx(80 + rung * tax + ((1 - rung) * tax - 80) / 98, rel=1e-3)
        assert row["state_takes_home"] == pytest.approx(80.0)
    # all act: what all municipalities keep, by population, is the tax; the state has the 80 øre
    law = shares(load_parameters(), date(2030, 7, 1))
    mean = float((law.population * law.rung).sum())
    middle = table.set_index("place").loc["middle"]
    assert middle["together"] == pytest.approx(0.25 * tax + (1 - mean) * tax, rel=1e-3)


def test_a_municipality_keeps_by_its_own_rung_and_size(folder: Path, tmp_path: Path) -> None:
    text = (
        "municipality: 101\nyear: 2026\ntax_base_kr_per_inhabitant: 80\n"
        "country_tax_base_kr_per_inhabitant: 100\n"
    )
    own = saved_krone(folder, 2030, municipality=101, budget=read_budget(written(tmp_path, text)))
    assumed = saved_krone(folder, 2030, municipality=101)
    keys = ["benefit", "from_week"]
    low, middle = (each.set_index(keys)["given_away"] for each in (own, assumed))
    assert (low / middle).to_numpy() == pytest.approx(np.full(len(low), 0.95 / 0.75))
    out = CliRunner().invoke(app, ["accounts", str(folder), "--saved-krone", "--municipality", "101"])
    assert out.exit_code == 0, out.output
    assert "København" in out.output


def test_a_planned_saving_is_four_amounts_for_a_municipality(folder: Path) -> None:
    """Lemvig has 0.3206 per cent of the people: of 3,000 m, 62.5 per cent on the frame, 70.9 on staff."""
    out = CliRunner().invoke(
        app, ["accounts", str(folder), "--planned", "--municipality", "Lemvig", "--json"]
    )
    (row,) = json.loads(out.stdout)
    assert (row["scenario"], row["municipality"]) == ("cut-3bn", 665)
    by_hand = {"share_of_national": 9.62, "frame": 6.01, "staff": 6.82, "grant": 6.01}
    assert {kind: row[kind] / 1e6 for kind in by_hand} == pytest.approx(by_hand, abs=0.01)
    told = CliRunner().invoke(app, ["accounts", str(folder), "--planned", "--reform", "cut-3bn"])
    assert len(re.findall("^cut-3bn ", told.output, re.MULTILINE)) == 98
    none = CliRunner().invoke(app, ["accounts", str(folder), "--planned", "--reform", "baseline"])
    assert "plans a saving" in none.output
    wrong = CliRunner().invoke(app, ["accounts", str(folder), "--planned", "--reform", "cut-4bn"])
    assert "Did you mean 'cut-3bn'?" in str(wrong.exception)


def test_levels_of_a_run_without_comparison(folder: Path, tmp_path: Path) -> None:
    rows = pd.DataFrame(
        {
            "scenario": "baseline", "draw": 0, "replicate": 0, "period": "2026", "municipality": 101,
            "payer": ["municipality", "state"], "receiver": ["citizen", "municipality"],
            "account": ["sygedagpenge", "refund_sygedagpenge"], "amount_kr": [100.0, 30.0],
        }
    )  # fmt: skip
    rows.to_parquet(tmp_path / "ledger.parquet", index=False)
    found = sheet(sealed(tmp_path)).query("price == 'current' and account == '5.57.71'")
    assert set(found["what"]) == {"level"}
    assert set(found["perspective"]) == {"together"}
    assert found.set_index("payer")["amount_kr"].to_dict() == pytest.approx(
        {"state": 30.0, "municipality": 70.0, "a_kasse": 0.0, "public": 100.0}
    )


def test_measures_and_accounts_say_the_same_net_cost_in_a_year_of_53_weeks() -> None:
    """Last weeks of 2026, first of 2027: measures (the terminal) against the accounts, by payer."""
    market = run(start="2026-W51", end="2027-W02")
    outcomes = market.outcomes().query("municipality == 0 and group == 'all'")
    told = outcomes.set_index(["measure", "period"])["value"]
    books = market.ledger_table().rename(columns={"amount_kr": "baseline"})
    books = books.assign(
        scenario="x", draw=0, replicate=0, year=books["period"].astype(int), baseline=books["baseline"] / 1e6,
        difference=0.0,
    )  # fmt: skip
    lines = accounts_of(books).query("prices == 'fixed' and account == 'total'")
    for row in lines.to_dict("records"):
        name = "net_public_cost" if row["payer"] == "public" else f"net_cost_{row['payer']}"
        assert told[name, str(row["year"])] == pytest.approx(row["baseline"] * 1e6, rel=1e-9), name
    assert len(lines) == 8
