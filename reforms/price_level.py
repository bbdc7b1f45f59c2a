"""How kroner of different years are made comparable: price level, years of rates, discount factors.

The numbers stand in ``fiscal.yaml`` with their source, or their range and reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.parameters.document import read_document

_FILE = Path(__file__).with_name("fiscal.yaml")
#: The benefit rate whose dates show for which years the law sets benefits.
_RATE = "benefits.dagpenge_max_kr_month"


@dataclass(frozen=True)
class PriceLevel:
    """Prices by year and the present value of a later krone.

    ``price_year`` is the year of fixed prices, ``growth`` the rise of prices (share a year), ``rates`` the
    real discount rate by years ahead, ``rate_years`` the first and last year for which the law gives benefit
    rates.
    """

    price_year: int
    growth: float
    rates: Mapping[int, float]
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

    def discount(self, year: int) -> float:
        """Value in the price year of a krone (fixed prices) in a year: the product of each year's rate."""
        factor = 1.0
        for ahead in range(1, year - self.price_year + 1):
            step = max(start for start in self.rates if start <= ahead)
            factor /= 1.0 + self.rates[step]
        return factor


@cache
def price_level() -> PriceLevel:
    """Return the price level of ``fiscal.yaml`` and of the dates of the benefit rates."""
    from sim.parameters import load_parameters

    entries = read_document(_FILE).content
    years = [day.year for day, _ in load_parameters()[_RATE].values]
    return PriceLevel(
        price_year=int(entries["price_year"]["value"]),
        growth=float(entries["price_growth"]["value"]),
        rates={int(start): float(rate) for start, rate in entries["discount_rate"]["values"].items()},
        rate_years=(min(years), max(years)),
    )
