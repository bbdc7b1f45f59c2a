"""Prices: at which level the model books a payment, and how it is brought to the prices of one year.

    benefits (and what is refunded or co-financed of them)   booked at the rates of the law of the year, which
                                                             end with the last year for which there are any
    staff, programmes, wages and the taxes on them           booked at the level of the price year

A correction of last year (:data:`OF_LAST_YEAR`) is in last year's kroner: krone for krone it is what that
year owed, so that what is settled over the years adds up to what was spent, in fixed prices and in current.
What is settled of offers together with benefits is first lifted to the rates' level
(:func:`sim.mechanisms.settlement.spending`).

Fixed prices are those of the price year; the numbers stand in ``prices.yaml`` with range and reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.ledger import ENTRIES, REFUNDS
from sim.parameters.document import read_document
from sim.states import ROWS

_FILE = Path(__file__).with_name("prices.yaml")
#: The benefit rate whose dates show for which years the law sets benefits.
_RATE = "benefits.dagpenge_max_kr_month"
#: Accounts that follow the dated benefit rates; all others stay at the level of the price year.
DATED_ACCOUNTS = frozenset(
    {
        *(row.account for row in ROWS if row.account),
        *REFUNDS.values(),
        "dagpenge_reimbursement",
        "dagpenge_cofinancing",
        "pension_cofinancing",
        "block_grant",
        "budget_guarantee",
        "after_regulation",
        "negotiated_transfers",
        "employment_grant",
    }
)

#: Accounts that are booked a year after the one whose kroner they are.
OF_LAST_YEAR = frozenset({"after_regulation"})


@dataclass(frozen=True)
class Prices:
    """Prices by year.

    ``price_year`` is the year of fixed prices, ``growth`` the rise of prices (share a year), ``rate_years``
    the first and last year for which the law gives benefit rates.
    """

    price_year: int
    growth: float
    rate_years: tuple[int, int]

    def level(self, year: int) -> float:
        """Prices of a year relative to the price year."""
        return float((1.0 + self.growth) ** (year - self.price_year))

    def booked_at(self, year: int, *, dated: bool) -> float:
        """Price level at which the model books a payment of a year.

        Benefits (``dated``) follow the rates of the law, which stay as they are after its last year; staff,
        programmes and wages stay at the level of the price year.
        """
        if not dated:
            return 1.0
        first, last = self.rate_years
        return self.level(min(max(year, first), last))

    def factor(self, year: int, prices: str, *, dated: bool) -> float:
        """What turns a booked krone into one of fixed prices, or of the year's own (``current``)."""
        fixed = 1.0 / self.booked_at(year, dated=dated)
        return fixed if prices == "fixed" else fixed * self.level(year)

    def factor_of(self, account: str, year: int, prices: str) -> float:
        """What turns a krone booked on an account in a year into ``fixed`` or ``current`` prices."""
        of = year - 1 if account in OF_LAST_YEAR else year
        return self.factor(of, prices, dated=account in DATED_ACCOUNTS)

    def to_fixed(self, year: int) -> NDArray[np.float64]:
        """What turns each entry of the ledger into fixed prices (entries,)."""
        return np.array([self.factor_of(e.account, year, "fixed") for e in ENTRIES])


@cache
def prices() -> Prices:
    """Return the prices of ``prices.yaml`` and of the dates of the benefit rates."""
    from sim.parameters import load_parameters

    entries = read_document(_FILE).content
    years = [day.year for day, _ in load_parameters()[_RATE].values]
    return Prices(
        price_year=int(entries["price_year"]["value"]),
        growth=float(entries["price_growth"]["value"]),
        rate_years=(min(years), max(years)),
    )
