"""Benefit rates of the week: kroner a month in the law, øre a week in the model.

A week is 12 / 52.18 of a month.  Rates are those of the date (2022-2026); later years keep the last known
rate, that is, they are in prices of that year.  How a state's benefit is found stands in its row of
:mod:`sim.states`.

From 1 July 2025 whoever is on kontanthjælp, uddannelseshjælp or integration benefit has one of three rates,
by who the person is (``assistance.*``):

    lowest    fails the requirements of residence or employment (:mod:`sim.rules.residence`)
    raised    30 or older, or from 25 with two and a half years of work
    base      everybody else

with supplements to providers, to single people, and to the activity-ready under 30 on the base rate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import part
from sim.law import whole
from sim.lookup import RATE, flags
from sim.rules.own_cost import WHOLE
from sim.rules.residence import ResidenceRules, fails_requirements, has_worked, residence_rules
from sim.states import N_STATES, ROWS, Amount, Rate
from sim.vocabulary import Group
from sim.world.clients import Clients
from sim.world.clock import Now

if TYPE_CHECKING:
    from sim.parameters import Resolved

#: Months of a year: a change of unit.
_MONTHS = 12.0
#: The three rates of social assistance, and the bands of age of its supplements.
_LOWEST, _BASE, _RAISED = 0, 1, 2
_UNDER_25, _OF_25_29, _FROM_30 = 0, 1, 2
#: How many there are of each: rates, providing or not, bands of age, ready or not.
_KINDS = (3, 2, 3, 2)
_SUPPLEMENTS = ("child", "single_provider", "single_other", "youth", "youth_under_25")
_JOB_READY, _NOT_READY = int(Group.KONTANTHJAELP_JOB_READY), int(Group.KONTANTHJAELP_ACTIVITY_READY)
_MEANS_TESTED = flags("means_tested")
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
    three: NDArray[np.int64]  # (w,) 1: social assistance has three rates, whatever the state's name
    by_tier: NDArray[np.int64]  # (w, 3 tiers, 2 provider, 3 bands of age, 2 ready)
    raised_from: int  # age from which work gives the raised rate
    residence: ResidenceRules
    graduate_first_weeks: int  # of the right in which graduates have the first rate
    adult_from: int  # age from which rates are those of adults
    wage: NDArray[np.int64]  # (4,) by education
    tax_state: int  # per ten thousand
    tax_local: int


def _by_tier(r: Resolved) -> NDArray[np.float64]:
    """Social assistance from 1 July 2025 with its supplements, kr. a month (w, tier, provider, age, ready).

    Supplements to single people are paid to all at the share who are: nobody in the model has a partner.
    """
    extra = {name: r[f"assistance.{name}_supplement_kr_month"] for name in _SUPPLEMENTS}
    alone = extra["single_provider"] * r["assistance.share_single_providers"]
    other_alone = extra["single_other"] * r["assistance.share_single_others"]
    young, older = extra["youth_under_25"], extra["youth"]
    kr = np.zeros((len(alone), *_KINDS))
    for tier, name in enumerate(("lowest", "base", "raised")):
        kr[:, tier] = r[f"assistance.{name}_rate_kr_month"][:, None, None, None]
    kr[:, :, 1] += extra["child"][:, None, None, None]
    kr[:, :_RAISED, 1] += alone[:, None, None, None]
    kr[:, _BASE:, 0] += other_alone[:, None, None, None]
    kr[:, _BASE, 0, _UNDER_25, 0] += young
    kr[:, _BASE, 0, _OF_25_29, 0] += older
    kr[:, _BASE, 1, : _OF_25_29 + 1, 0] += older[:, None]
    return kr


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
        three=whole(r["assistance.three_rates_in_force"]),
        by_tier=ore_a_week(_by_tier(r)),
        raised_from=round(r.scalar("assistance.raised_rate_with_work_from_age")),
        residence=residence_rules(r),
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
    tiers = rates.by_tier / 100.0
    grown = tiers[:, _RAISED, :, _FROM_30, 1].mean(axis=1)
    for state, row in enumerate(ROWS):
        if row.means_tested:
            before = middle if row.rate == Rate.ASSISTANCE else rates.education_assistance[:, 0] / 100.0
            tier = _LOWEST if row.residence_ends_it else _BASE
            young = tiers[:, tier, 0, _UNDER_25, 0]
            weekly[:, state] = np.where(
                rates.three > 0, grown if row.rate == Rate.ASSISTANCE else young, before
            )
        elif row.rate == Rate.INSURANCE:
            weekly[:, state] = rates.dagpenge / 100.0
        elif row.rate == Rate.ASSISTANCE:
            weekly[:, state] = middle
        elif row.rate == Rate.EDUCATION:
            weekly[:, state] = rates.education_assistance[:, 0] / 100.0
    return np.asarray(weekly)


@part
def _tier(i: int, age: int, now: Now, k: Clients, b: BenefitRates) -> int:
    """Which of the three rates of social assistance the law gives client ``i``."""
    if fails_requirements(i, now.year, k, b.residence):
        return _LOWEST
    if age >= b.adult_from or (age >= b.raised_from and has_worked(i, now.year, k)):
        return _RAISED
    return _BASE


@part
def _of_three(i: int, age: int, now: Now, k: Clients, b: BenefitRates) -> int:
    """Social assistance of client ``i`` from 1 July 2025, with its supplements."""
    band = _FROM_30 if age >= b.adult_from else _OF_25_29 if age >= b.raised_from else _UNDER_25
    group = k.spell.group[i]
    ready = 0 if group == _NOT_READY else 1 if group == _JOB_READY else k.person.ready[i]
    return b.by_tier[k.person.rule_row[i], _tier(i, age, now, k, b), k.person.provider[i], band, ready]


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
    if b.three[w] and _MEANS_TESTED[state]:
        return _of_three(i, age, now, k, b)
    if rate == _ASSISTANCE:
        return b.assistance[w, p.provider[i], 1 if age >= b.adult_from else 0]
    if rate == _EDUCATION:
        return b.education_assistance[w, p.provider[i]]
    return b.flat[w, state]
