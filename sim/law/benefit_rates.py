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


def ore_a_week(kr_a_month: float) -> int:
    """Whole øre a week for kroner a month."""
    return round(kr_a_month * 12.0 / WEEKS_A_YEAR * 100.0)


def benefit_rates(r: Resolved) -> BenefitRates:
    """Return the week's rates, from ``benefits.*``, ``wages.*`` and ``taxes.*``."""
    dagpenge = r.scalar("benefits.dagpenge_max_kr_month")
    under_30 = r.scalar("benefits.kontanthjaelp_under_30_away_kr_month")
    other, provider = (
        r.scalar(f"benefits.kontanthjaelp_30_plus_{who}_kr_month") for who in ("other", "provider")
    )
    supplement = r.scalar("benefits.employment_supplement_kr_month") * r.scalar("benefits.supplement_take_up")
    graduate = "benefits.graduate_non_provider_share"
    education = r.scalar("benefits.uddannelseshjaelp_away_kr_month")
    return BenefitRates(
        flat=_flat_rates(r),
        dagpenge=ore_a_week(dagpenge * r.scalar("benefits.dagpenge_average_share")),
        supplement=ore_a_week(supplement),
        graduate_provider=ore_a_week(dagpenge * r.scalar("benefits.graduate_provider_share")),
        graduate_first=ore_a_week(dagpenge * r.scalar(f"{graduate}_first_13_weeks")),
        graduate_under_30=ore_a_week(dagpenge * r.scalar(f"{graduate}_under_30_after")),
        graduate_30_plus=ore_a_week(dagpenge * r.scalar(f"{graduate}_30_plus_after")),
        assistance=np.array(
            [[ore_a_week(under_30), ore_a_week(other)], [ore_a_week(provider), ore_a_week(provider)]],
            np.int64,
        ),
        education_assistance=np.array(
            [ore_a_week(education), ore_a_week(r.scalar("benefits.uddannelseshjaelp_provider_kr_month"))],
            np.int64,
        ),
        wage=np.round(r.vector("wages.by_education_kr_year") / WEEKS_A_YEAR * 100.0).astype(np.int64),
        tax_state=round(r.scalar("taxes.state_share") * 10_000),
        tax_local=round(r.scalar("taxes.municipal_share") * 10_000),
    )


def _flat_rates(r: Resolved) -> NDArray[np.int64]:
    """Rates (states,), øre a week, of the benefits that are the same for all; 0 for the others."""
    dagpenge = r.scalar("benefits.dagpenge_max_kr_month")
    sickness = r.scalar("benefits.sygedagpenge_max_kr_week") * r.scalar("benefits.sickness_average_share")
    single = r.scalar("benefits.share_single_pensioners")
    pension = single * r.scalar("benefits.foertidspension_single_kr_month")
    pension += (1.0 - single) * r.scalar("benefits.foertidspension_cohabiting_kr_month")
    flat = np.zeros(N_STATES, np.int64)
    flat[State.SYGEDAGPENGE] = round(sickness * 100)
    flat[State.LEAVE] = round(r.scalar("benefits.sygedagpenge_max_kr_week") * 100)
    flat[State.LEDIGHEDSYDELSE] = ore_a_week(
        dagpenge * r.scalar("benefits.ledighedsydelse_share_of_dagpenge")
    )
    flat[State.REVALIDERING] = ore_a_week(dagpenge * r.scalar("benefits.revalidering_share_of_dagpenge"))
    flat[State.FLEKSJOB] = ore_a_week(r.scalar("benefits.flexjob_supplement_kr_month"))
    flat[State.FOERTIDSPENSION] = ore_a_week(pension)
    flat[State.EARLY_RETIREMENT] = ore_a_week(
        dagpenge * r.scalar("benefits.early_retirement_share_of_dagpenge")
    )
    return flat


def typical_weekly_kr(rates: BenefitRates) -> NDArray[np.float64]:
    """A typical recipient's benefit by state, kr. a week (states,): what a municipality reckons with."""
    weekly = rates.flat / 100.0
    weekly[State.DAGPENGE] = rates.dagpenge / 100.0
    middle = (rates.assistance[0, 1] + rates.assistance[1, 1]) / 200.0
    for state in (
        State.KONTANTHJAELP_JOB_READY,
        State.KONTANTHJAELP_ACTIVITY_READY,
        State.JOBAFKLARING,
        State.RESSOURCEFORLOEB,
    ):
        weekly[state] = middle
    for state in (State.UDDANNELSESHJAELP, State.INTEGRATION_BENEFIT):
        weekly[state] = rates.education_assistance[0] / 100.0
    return np.asarray(weekly)
