"""Fiscal accounts of a comparison: net public cost by payer, account and year, in fixed and current prices.

    net cost of a payer = what it pays - what it receives        (payers: state, municipality, a-kasse)
    net public cost     = sum of the three: transfers between them cancel

So a cost counts positive: benefits, refunds given, co-financing, staff, programmes, certificates, and taxes
forgone (taxes are received, so less of them is a cost).  Not in it: VAT and duties (the model has no
consumption), a-kasse membership fees, and what people gain or lose themselves.  Staff who are let go are
people who look for work (:mod:`sim.mechanisms.post_cuts`).

Prices: :mod:`reforms.price_level`.  Intervals: of the expected effect in Denmark (:mod:`sim.stats.interval`).
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Literal, Protocol

import pandas as pd
import pyarrow.compute as pc
import pyarrow.dataset as ds

from reforms.effects import of_the_same_pairs
from reforms.price_level import PriceLevel, price_level
from sim.outcomes.ledger import FRAME_SANCTION, PUBLIC, REFUNDS, SETTLED
from sim.runs.reading import table_path
from sim.states import ROWS
from sim.stats.interval import of_denmark

#: Account of the books -> heading of the accounts.
HEADINGS: dict[str, str] = {
    **{row.account: "benefits" for row in ROWS if row.account},
    **dict.fromkeys(REFUNDS.values(), "refunds"),
    "dagpenge_reimbursement": "dagpenge_reimbursement",
    "dagpenge_cofinancing": "cofinancing",
    "pension_cofinancing": "cofinancing",
    "jobcentre_staff": "staff",
    "a_kasse_contact": "a_kasse_contact",
    "a_kasse_contact_grant": "a_kasse_contact_grant",
    "wage_subsidy": "programmes",
    "programme_purchases": "programmes",
    "medical_certificates": "certificates",
    "block_grant": "block_grant",
    **dict.fromkeys(SETTLED, "settlement"),
    FRAME_SANCTION: "settlement",
    "income_tax_state": "taxes",
    "income_tax_municipality": "taxes",
}  # fmt: skip
#: Headings that are spent on the effort itself.
EFFORT = frozenset({"staff", "programmes", "certificates", "a_kasse_contact"})
TOTAL = "total"
ALL_PAYERS = "public"
Prices = Literal["fixed", "current"]
PRICES: tuple[Prices, ...] = ("fixed", "current")
_WORLD = ["scenario", "draw", "replicate"]
_LINE = ["scenario", "year", "payer", "account", "prices"]


class HasFolder(Protocol):
    """What the accounts need of a comparison: where its tables are."""

    folder: Path


def accounts(
    comparison: HasFolder, *, municipalities: Collection[int] | None = None, level: PriceLevel | None = None
) -> pd.DataFrame:
    """Return the fiscal accounts: reform minus baseline, by scenario, year, payer and heading.

    Parameters
    ----------
    comparison
        A finished comparison.
    municipalities
        Only what is paid by, to and for the citizens of these municipalities (codes); None is the country.
    level
        Prices; those of ``fiscal.yaml`` by default.

    Returns
    -------
    Frame of scenario, year, payer (state, municipality, a_kasse, public), account (a heading or total),
    prices (fixed or current), amount_mio_kr, baseline_mio_kr, and of the amount what is known about Denmark
    (:data:`sim.stats.interval.TOLD`).  A cost is positive.
    """
    lines = world_accounts(comparison.folder, municipalities=municipalities, level=level)
    return with_interval(lines, _LINE)


def present_value(
    comparison: HasFolder, *, municipalities: Collection[int] | None = None, level: PriceLevel | None = None
) -> pd.DataFrame:
    """Return the present value in the price year of all years of a run, at the ministry's real rates.

    Parameters
    ----------
    comparison, municipalities, level
        As in :func:`accounts`.

    Returns
    -------
    Frame of scenario, payer, account, amount_mio_kr, baseline_mio_kr, :data:`sim.stats.interval.TOLD`,
    first_year, last_year.
    """
    level = level or price_level()
    lines = world_accounts(comparison.folder, municipalities=municipalities, level=level)
    return discounted(lines, level)


def discounted(lines: pd.DataFrame, level: PriceLevel) -> pd.DataFrame:
    """Return the present value of :func:`world_accounts`, with intervals over pairs of runs."""
    lines = lines[lines["prices"] == "fixed"]
    weight = lines["year"].map({year: level.discount(year) for year in lines["year"].unique()})
    values = lines.assign(difference=lines["difference"] * weight, baseline=lines["baseline"] * weight)
    keys = [*_WORLD, "payer", "account"]
    sums = values.groupby(keys, sort=True)[["difference", "baseline"]].sum().reset_index()
    result = with_interval(sums, ["scenario", "payer", "account"])
    return result.assign(first_year=int(lines["year"].min()), last_year=int(lines["year"].max()))


def world_accounts(
    folder: Path, *, municipalities: Collection[int] | None = None, level: PriceLevel | None = None
) -> pd.DataFrame:
    """Return the accounts of every pair of runs, in mio. kr.

    Returns
    -------
    Frame of scenario, draw, replicate, year, payer, account, prices, difference, baseline.
    """
    return accounts_of(ledger_sums(table_path(folder, "ledger_differences"), municipalities), level)


def accounts_of(sums: pd.DataFrame, level: PriceLevel | None = None) -> pd.DataFrame:
    """Return the accounts of pairs of runs from sums of the ledger, as :func:`world_accounts` does.

    Parameters
    ----------
    sums
        Frame of scenario, draw, replicate, year, payer, receiver, account, baseline, difference, in mio. kr.
    """
    level = level or price_level()
    priced = [
        _with_totals(_net_lines(in_prices(sums, prices, level)).assign(prices=prices)) for prices in PRICES
    ]
    return pd.concat(priced, ignore_index=True)


def in_prices(sums: pd.DataFrame, prices: Prices, level: PriceLevel | None = None) -> pd.DataFrame:
    """Return rows of the ledger (year, account, baseline, difference) in fixed or current prices.

    The one place where booked kroner are brought to a price level.
    """
    level = level or price_level()
    cells = sums[["year", "account"]].drop_duplicates()
    factor = pd.Series(
        [
            level.factor_of(str(account), int(year), prices)
            for year, account in zip(cells["year"], cells["account"], strict=True)
        ],
        index=pd.MultiIndex.from_frame(cells),
        dtype=float,
    )
    by_row = factor.reindex(pd.MultiIndex.from_frame(sums[["year", "account"]])).to_numpy()
    return sums.assign(baseline=sums["baseline"] * by_row, difference=sums["difference"] * by_row)


def with_interval(lines: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the means of ``difference`` and ``baseline``, and what the difference says about Denmark."""
    lines = of_the_same_pairs(lines, keys)
    mean = lines.groupby(keys, sort=True)[["difference", "baseline"]].mean()
    named = mean.rename(columns={"difference": "amount_mio_kr", "baseline": "baseline_mio_kr"})
    return named.join(of_denmark(lines, keys)).reset_index()


def ledger_sums(file: Path, municipalities: Collection[int] | None = None) -> pd.DataFrame:
    """Sum a file of the ledger's differences over municipalities, in mio. kr.; millions of rows or few."""
    where = None if municipalities is None else pc.field("municipality").isin(sorted(municipalities))
    columns = [*_WORLD, "period", "payer", "receiver", "account"]
    table = ds.dataset(file).to_table(columns=[*columns, "baseline", "difference"], filter=where)
    sums = table.group_by(columns).aggregate([("baseline", "sum"), ("difference", "sum")]).to_pandas()
    sums["year"] = sums.pop("period").astype(int)
    for name in ("baseline", "difference"):
        sums[name] = sums.pop(f"{name}_sum") / 1e6
    return sums


def _net_lines(sums: pd.DataFrame) -> pd.DataFrame:
    """Return what each public payer pays (+) and receives (-) by heading."""
    paid = sums[sums["payer"].isin(PUBLIC)]
    received = sums[sums["receiver"].isin(PUBLIC)].copy()
    received["payer"] = received["receiver"]
    received[["baseline", "difference"]] *= -1.0
    both = pd.concat([paid, received], ignore_index=True)
    unknown = sorted(set(both["account"]) - set(HEADINGS))
    if unknown:
        raise ValueError(f"accounts of the ledger without a heading: {', '.join(unknown)}")
    both["account"] = both["account"].map(HEADINGS)
    keys = [*_WORLD, "year", "payer", "account"]
    return both.groupby(keys, sort=True)[["difference", "baseline"]].sum().reset_index()


def _with_totals(lines: pd.DataFrame) -> pd.DataFrame:
    """Add the three payers together, and a total over headings."""
    amounts = ["difference", "baseline"]
    keys = [*_WORLD, "year", "account", "prices"]
    together = lines.groupby(keys, sort=True)[amounts].sum().reset_index().assign(payer=ALL_PAYERS)
    rows = pd.concat([lines, together], ignore_index=True)
    keys = [*_WORLD, "year", "payer", "prices"]
    totals = rows.groupby(keys, sort=True)[amounts].sum().reset_index().assign(account=TOTAL)
    return pd.concat([rows, totals], ignore_index=True)
