"""Benefit rates of the week: kroner a month in the law, øre a week in the model.

A week is 12 / 52.18 of a month.  Rates are those of the date (2022-2026); later years keep the last known
rate, that is, they are in prices of that year.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.mechanisms.refunds import BenefitRates
from sim.parameters import Resolved
from sim.states import N_STATES, State


def ore_a_week(kr_a_month: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole øre a week for kroner a month, same shape."""
    return np.round(kr_a_month * 12.0 / WEEKS_A_YEAR * 100.0).astype(np.int64)


def benefit_rates(r: Resolved) -> BenefitRates:
    """Return the week's rates by law row, from ``benefits.*``, ``wages.*`` and ``taxes.*``."""
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
        wage=np.round(r.vector("wages.by_education_kr_year") / WEEKS_A_YEAR * 100.0).astype(np.int64),
        tax_state=round(r.scalar("taxes.state_share") * 10_000),
        tax_local=round(r.scalar("taxes.municipal_share") * 10_000),
    )


def _flat_rates(r: Resolved) -> NDArray[np.int64]:
    """Rates (w, states), øre a week, of the benefits that are the same for all; 0 for the others."""
    dagpenge = r["benefits.dagpenge_max_kr_month"]
    sickness = r["benefits.sygedagpenge_max_kr_week"] * r["benefits.sickness_average_share"]
    single = r["benefits.share_single_pensioners"]
    pension = single * r["benefits.foertidspension_single_kr_month"]
    pension += (1.0 - single) * r["benefits.foertidspension_cohabiting_kr_month"]
    flat = np.zeros((len(dagpenge), N_STATES), np.int64)
    flat[:, State.SYGEDAGPENGE] = np.round(sickness * 100)
    flat[:, State.LEAVE] = np.round(r["benefits.sygedagpenge_max_kr_week"] * 100)
    flat[:, State.LEDIGHEDSYDELSE] = ore_a_week(dagpenge * r["benefits.ledighedsydelse_share_of_dagpenge"])
    flat[:, State.REVALIDERING] = ore_a_week(dagpenge * r["benefits.revalidering_share_of_dagpenge"])
    flat[:, State.FLEKSJOB] = ore_a_week(r["benefits.flexjob_supplement_kr_month"])
    flat[:, State.FOERTIDSPENSION] = ore_a_week(pension)
    flat[:, State.EARLY_RETIREMENT] = ore_a_week(dagpenge * r["benefits.early_retirement_share_of_dagpenge"])
    return flat


def typical_weekly_kr(rates: BenefitRates) -> NDArray[np.float64]:
    """A typical recipient's benefit by state, kr. a week (w, states): what a municipality reckons with."""
    weekly = rates.flat / 100.0
    weekly[:, State.DAGPENGE] = rates.dagpenge / 100.0
    middle = (rates.assistance[:, 0, 1] + rates.assistance[:, 1, 1]) / 200.0
    for state in (
        State.KONTANTHJAELP_JOB_READY,
        State.KONTANTHJAELP_ACTIVITY_READY,
        State.JOBAFKLARING,
        State.RESSOURCEFORLOEB,
    ):
        weekly[:, state] = middle
    for state in (State.UDDANNELSESHJAELP, State.INTEGRATION_BENEFIT):
        weekly[:, state] = rates.education_assistance[:, 0] / 100.0
    return np.asarray(weekly)
