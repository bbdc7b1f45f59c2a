"""The present value of a later krone, on top of the prices of :mod:`sim.outcomes.prices`.

Prices stand in ``sim/outcomes/prices.yaml``, discount rates in ``fiscal.yaml``: each number with its source,
or its range and reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.outcomes.prices import Prices, prices
from sim.parameters.document import read_document

_FILE = Path(__file__).with_name("fiscal.yaml")


@dataclass(frozen=True)
class PriceLevel(Prices):
    """Prices by year and the present value of a later krone; ``rates``: real discount rate by years ahead."""

    rates: Mapping[int, float]

    def discount(self, year: int) -> float:
        """Value in the price year of a krone (fixed prices) in a year: the product of each year's rate."""
        factor = 1.0
        for ahead in range(1, year - self.price_year + 1):
            step = max(start for start in self.rates if start <= ahead)
            factor /= 1.0 + self.rates[step]
        return factor


@cache
def price_level() -> PriceLevel:
    """Return the prices of the model's books and the discount rates of ``fiscal.yaml``."""
    entries = read_document(_FILE).content
    known = prices()
    rates = {int(start): float(rate) for start, rate in entries["discount_rate"]["values"].items()}
    return PriceLevel(known.price_year, known.growth, known.rate_years, rates)
