"""Benefit rates of the week: kroner a month in the law, øre a week in the model.

A week is 12 / 52.18 of a month.  Rates are those of the date (2022-2026); later years keep the last known
rate, that is, they are in prices of that year.  How a state's benefit is found stands in its row of
:mod:`sim.states`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import part
from sim.law import whole
from sim.lookup import RATE
from sim.rules.own_cost import WHOLE
from sim.states import N_STATES, ROWS, Amount, Rate
from sim.world.clients import Clients
from sim.world.clock import Now

if TYPE_CHECKING:
    from sim.parameters import Resolved

#: Months of a year: a change of unit.
_MONTHS = 12.0
_INSURANCE, _ASSISTANCE, _EDUCATION = int(Rate.INSURANCE), int(Rate.ASSISTANCE), int(Rate.EDUCATION)


class BenefitRates(NamedTuple):
    """Øre a week; w = rule rows of persons."""

    flat: NDArray[np.int64]  # (w, state) where one rate holds for all
    dagpenge: NDArray[np.int64]  # (w,)
    supplement: NDArray[np.int64]  # (w,) employment supplement
    supplement_weeks: int  # of the right in which it is paid
    graduate_provider: NDArray[np.int64]  # (w,)
    graduate_first: NDArray[np.int64]  # (w,)
    graduate_under_30: NDArray[np.int64]  # (w,)
    graduate_30_plus: NDArray[np.int64]  # (w,)
    assistance: NDArray[np.int64]  # (w, 2 provider, 2 thirty or more)
    education_assistance: NDArray[np.int64]  # (w, 2 provider)
    graduate_first_weeks: int  # of the right in which graduates have the first rate
    adult_from: int  # age from which rates are those of adults
    wage: NDArray[np.int64]  # (4,) by education
    tax_state: int  # per ten thousand
    tax_local: int


def ore_a_week(kr_a_month: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole øre a week for kroner a month, same shape."""
    return whole(kr_a_month * _MONTHS / WEEKS_A_YEAR * 100.0, "a benefit")


def benefit_rates(r: Resolved) -> BenefitRates:
    """Return the week's rates by rule row, from ``benefits.*``, ``wages.*`` and ``taxes.*``."""
    dagpenge = r["benefits.dagpenge_max_kr_month"]
    under_30 = r["benefits.kontanthjaelp_under_30_away_kr_month"]
    other, provider = (r[f"benefits.kontanthjaelp_30_plus_{who}_kr_month"] for who in ("other", "provider"))
    supplement = r["benefits.employment_supplement_kr_month"] * r["benefits.supplement_take_up"]
    graduate = "benefits.graduate_non_provider_share"
    education = r["benefits.uddannelseshjaelp_away_kr_month"]
    return BenefitRates(
        flat=_flat_rates(r),
        dagpenge=ore_a_week(dagpenge * r["benefits.dagpenge_average_share"]),
        supplement=ore_a_week(supplement),
        supplement_weeks=round(r.scalar("benefits.employment_supplement_weeks")),
        graduate_provider=ore_a_week(dagpenge * r["benefits.graduate_provider_share"]),
        graduate_first=ore_a_week(dagpenge * r[f"{graduate}_first_13_weeks"]),
        graduate_under_30=ore_a_week(dagpenge * r[f"{graduate}_under_30_after"]),
        graduate_30_plus=ore_a_week(dagpenge * r[f"{graduate}_30_plus_after"]),
        assistance=ore_a_week(
            np.stack([np.stack([under_30, other], axis=1), np.stack([provider, provider], axis=1)], axis=1)
        ),
        education_assistance=ore_a_week(
            np.stack([education, r["benefits.uddannelseshjaelp_provider_kr_month"]], axis=1)
        ),
        graduate_first_weeks=round(r.scalar("benefits.graduate_first_weeks")),
        adult_from=round(r.scalar("benefits.adult_from_age")),
        wage=whole(r.vector("wages.by_education_kr_year") / WEEKS_A_YEAR * 100.0, "a wage"),
        tax_state=round(r.scalar("taxes.state_share") * WHOLE),
        tax_local=round(r.scalar("taxes.municipal_share") * WHOLE),
    )


def _kroner(r: Resolved, amount: Amount) -> NDArray[np.float64]:
    """Kroner of a flat rate (w,), in the amount's unit."""
    kr = r[amount.parameters[0]]
    for share in amount.parameters[1:]:
        kr = kr * r[share]
    if amount.mixed_with:
        part_of_all = r[amount.mixing]
        kr = part_of_all * kr + (1.0 - part_of_all) * r[amount.mixed_with]
    return kr


def _flat_rates(r: Resolved) -> NDArray[np.int64]:
    """Rates (w, states), øre a week, of the benefits that are the same for all; 0 for the others."""
    flat = np.zeros((len(r["benefits.dagpenge_max_kr_month"]), N_STATES), np.int64)
    for state, row in enumerate(ROWS):
        if row.amount is not None:
            kr = _kroner(r, row.amount)
            flat[:, state] = np.round(kr * 100) if row.amount.unit == "kr. a week" else ore_a_week(kr)
    return flat


def typical_weekly_kr(rates: BenefitRates) -> NDArray[np.float64]:
    """A typical recipient's benefit by state, kr. a week (w, states): what a municipality reckons with."""
    weekly = rates.flat / 100.0
    middle = (rates.assistance[:, 0, 1] + rates.assistance[:, 1, 1]) / 2.0 / 100.0
    for state, row in enumerate(ROWS):
        if row.rate == Rate.INSURANCE:
            weekly[:, state] = rates.dagpenge / 100.0
        elif row.rate == Rate.ASSISTANCE:
            weekly[:, state] = middle
        elif row.rate == Rate.EDUCATION:
            weekly[:, state] = rates.education_assistance[:, 0] / 100.0
    return np.asarray(weekly)


@part
def benefit_of(i: int, now: Now, k: Clients, b: BenefitRates) -> int:
    """Weekly benefit of the client in row ``i`` in øre, before sanctions and hours."""
    p, s = k.person, k.spell
    state, w = k.state[i], p.rule_row[i]
    age = now.year - p.birth_year[i]
    rate = RATE[state]
    if rate == _INSURANCE:
        used = s.dagpenge_weeks[i] + now.week - s.entered[i]
        if not s.graduate[i]:
            return b.dagpenge[w] + (b.supplement[w] if used < b.supplement_weeks else 0)
        if p.provider[i]:
            return b.graduate_provider[w]
        if used < b.graduate_first_weeks:
            return b.graduate_first[w]
        return b.graduate_under_30[w] if age < b.adult_from else b.graduate_30_plus[w]
    if rate == _ASSISTANCE:
        return b.assistance[w, p.provider[i], 1 if age >= b.adult_from else 0]
    if rate == _EDUCATION:
        return b.education_assistance[w, p.provider[i]]
    return b.flat[w, state]
