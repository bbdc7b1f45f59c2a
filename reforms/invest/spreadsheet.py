"""The arithmetic of a municipal business case, as Hillerød's budget proposal of 2013-2016 does it.

    saving = entrants a year * weeks saved / 52 * yearly benefit * the municipality's own share
    cost   = wages + other operating cost * own share after refund
    net    = saving - cost          (half of the saving in the first year)

It takes the weeks saved as given, lets nobody take anybody's job, and stops at the municipal border.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Spreadsheet:
    """The assumptions of such a case: persons, weeks, kroner a year, shares."""

    entrants: float
    weeks_before: float
    weeks_after: float
    benefit_kr_year: float
    own_share: float
    wages_kr: float
    other_kr: float
    other_own_share: float
    first_year_share: float

    @property
    def saving(self) -> float:
        """Kr. a year at full effect."""
        weeks = self.weeks_before - self.weeks_after
        return self.entrants * weeks / 52.0 * self.benefit_kr_year * self.own_share

    @property
    def cost(self) -> float:
        """Kr. a year after refund."""
        return self.wages_kr + self.other_kr * self.other_own_share

    def net_cost(self, year: int) -> float:
        """Net cost of a year, 1 being the first; negative when it pays."""
        return self.cost - self.saving * (self.first_year_share if year == 1 else 1.0)

    def with_weeks(self, saved: float) -> Spreadsheet:
        """Return the same case with another number of weeks saved per course."""
        return replace(self, weeks_after=self.weeks_before - saved)


def hilleroed() -> Spreadsheet:
    """Return Hillerød's immediate activation of the young, with the figures of the paper (F06-F15).

    The paper prints 4.8 weeks; its saving of 3.894 million kr. is that of 4.75 weeks, and so is this.  The
    own share of benefits is what the paper's figures imply (50 per cent, before the refund reform of 2016).
    """
    from sim.data import facts

    figures = {name: facts().loc[name, "value"] for name in ("F06", "F10", "F12")}
    return Spreadsheet(
        entrants=float(figures["F06"]), weeks_before=float(figures["F10"]), weeks_after=4.75,
        benefit_kr_year=float(figures["F12"]), own_share=0.5, wages_kr=500_000.0, other_kr=167_000.0,
        other_own_share=0.5, first_year_share=0.5,
    )  # fmt: skip
