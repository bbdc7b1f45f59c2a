"""Fiscal accounts against the ledger, summed another way, and against amounts worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from report_fixture import Maker
from sealed_results import sealed

from reforms.fiscal import HEADINGS, accounts, discounted, present_value, world_accounts
from reforms.price_level import PriceLevel, price_level
from reforms.results import Comparison
from reforms.unemployment_point import point_table
from sim.outcomes.ledger import ENTRIES, PUBLIC
from sim.outcomes.prices import DATED_ACCOUNTS

STILL = PriceLevel(2024, 0.0, (2022, 2026), {0: 0.0})


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder = tmp_path_factory.mktemp("fiscal")
    return Comparison(Maker(("cut-3bn",), draws=1, replicates=2).write(folder))


def test_accounts_add_up_to_the_ledger(comparison: Comparison) -> None:
    """Booking by booking, in another order than the code's: both ends of every payment."""
    owed: dict[tuple[int, int, str], float] = {}
    for row in comparison.ledger_differences.itertuples():
        for party, sign in ((row.payer, 1.0), (row.receiver, -1.0)):
            if party in PUBLIC:
                at = (row.replicate, int(row.period), party)
                owed[at] = owed.get(at, 0.0) + sign * row.difference / 1e6
    lines = world_accounts(comparison.folder, level=STILL).query("account == 'total' and prices == 'current'")
    found = lines.set_index(["replicate", "year", "payer"])["difference"]
    assert {at: pytest.approx(value, abs=1e-6) for at, value in owed.items()} == {
        at: found[at] for at in owed
    }
    for (replicate, year), group in pd.Series(owed).groupby(level=[0, 1]):
        assert found[replicate, year, "public"] == pytest.approx(group.sum(), abs=1e-6)


def test_transfers_between_public_payers_cancel(comparison: Comparison) -> None:
    table = accounts(comparison)
    between = ["refunds", "cofinancing", "dagpenge_reimbursement", "a_kasse_contact_grant", "block_grant"]
    rows = table[table["account"].isin(between)]
    assert rows[rows["payer"] == "public"]["amount_mio_kr"].abs().max() < 1e-9
    assert rows[rows["payer"] == "state"]["amount_mio_kr"].abs().min() >= 0
    assert (rows[rows["payer"] == "state"]["amount_mio_kr"] != 0).any()


def test_a_reform_without_effect_has_empty_accounts(tmp_path: Path) -> None:
    nothing = Comparison(Maker(("nothing",), noise=0.0, draws=1, replicates=1).write(tmp_path))
    for table in (accounts(nothing), present_value(nothing)):
        assert len(table) > 10
        assert (table["amount_mio_kr"] == 0).all()


def test_prices_follow_rates_while_the_law_has_them() -> None:
    level = PriceLevel(2024, 0.10, (2022, 2026), {0: 0.05})
    assert level.factor(2026, "current", dated=True) == pytest.approx(1.0)
    assert level.factor(2026, "fixed", dated=True) == pytest.approx(1 / 1.21)
    assert level.factor(2027, "current", dated=True) == pytest.approx(1.1)
    assert level.factor(2027, "fixed", dated=True) == pytest.approx(1 / 1.21)
    assert level.factor(2026, "fixed", dated=False) == 1.0
    assert level.factor(2026, "current", dated=False) == pytest.approx(1.21)


def test_present_value_by_hand() -> None:
    rows = [("a", 1, 0, year, "state", "staff", "fixed", 100.0, 10.0) for year in (2024, 2025, 2026)]
    names = ["scenario", "draw", "replicate", "year", "payer", "account", "prices", "difference", "baseline"]
    value = discounted(pd.DataFrame(rows, columns=names), PriceLevel(2024, 0.0, (2022, 2026), {0: 0.25}))
    assert value["amount_mio_kr"].tolist() == [pytest.approx(100 + 80 + 64)]
    late = PriceLevel(2024, 0.0, (2022, 2026), {0: 0.25, 2: 0.0})
    assert late.discount(2026) == pytest.approx(0.8)


def test_the_ministrys_rate_and_the_laws_years() -> None:
    level = price_level()
    assert level.discount(2024) == 1.0
    assert level.discount(2026) == pytest.approx(1 / 1.035**2)
    assert level.discount(2060) / level.discount(2059) == pytest.approx(1 / 1.025)
    assert level.rate_years == (2022, 2026)


def test_every_account_of_the_books_has_a_heading() -> None:
    public = {e.account for e in ENTRIES if e.payer in PUBLIC or e.receiver in PUBLIC}
    assert public - set(HEADINGS) == set()
    assert set(HEADINGS) >= DATED_ACCOUNTS


def test_a_point_of_unemployment_is_cost_over_points(tmp_path: Path) -> None:
    made = Comparison(Maker(("cut-3bn",), draws=1, replicates=1, noise=0.0).write(tmp_path))
    points = made.differences.query("measure == 'unemployment_rate' and municipality == 0")[
        "difference"
    ].sum()
    cost = accounts(made).query("payer == 'public' and account == 'total' and prices == 'fixed'")
    expected = cost["amount_mio_kr"].sum() / 1000 / points
    table = point_table(made).set_index(["payer", "account"])
    assert table.loc[("public", "total"), "bn_kr_per_point"] == pytest.approx(expected)


def test_a_block_grant_that_makes_up_for_refunds_leaves_nothing_in_fixed_prices(tmp_path: Path) -> None:
    change = {"refund_kontanthjaelp": -100e6, "block_grant": 100e6}
    rows = pd.DataFrame(
        {
            "scenario": "x", "draw": 0, "replicate": 0, "period": "2026", "municipality": 101,
            "payer": "state", "receiver": "municipality", "account": list(change),
            "baseline": 1e9, "reform": [9e8, 1.1e9], "difference": list(change.values()),
        }
    )  # fmt: skip
    rows.to_parquet(tmp_path / "ledger_differences.parquet", index=False)
    level = PriceLevel(2024, 0.10, (2022, 2026), {0: 0.0})
    table = accounts(Comparison(sealed(tmp_path)), level=level)
    totals = table[(table["account"] == "total") & (table["prices"] == "fixed")].set_index("payer")
    assert totals.loc["state", "amount_mio_kr"] == pytest.approx(0.0, abs=1e-9)
    assert totals.loc["municipality", "amount_mio_kr"] == pytest.approx(0.0, abs=1e-9)
