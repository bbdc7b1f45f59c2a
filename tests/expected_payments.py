"""Who should be paid what for a week: worked out column by column from the law's parameters.

Independent of :mod:`sim.mechanisms.refunds` and of the rules that it shares with others
(:mod:`sim.rules.benefit_rates`, :mod:`sim.rules.own_cost`); amounts are whole øre.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import LabourMarket
from sim.parameters import Resolved
from sim.states import CLIENT_STATES, STATES, State
from sim.vocabulary import Programme


def by_municipality(made: LabourMarket, amounts: np.ndarray, who: np.ndarray) -> np.ndarray:
    """Sum of whole øre over the people of each municipality (98,)."""
    total = np.zeros(98, np.int64)
    np.add.at(total, made.citizens.person.municipality[who], amounts[who])
    return total


def weekly(kroner_a_month: float) -> int:
    return round(kroner_a_month * 12 / (365.25 / 7) * 100)


def law_of(made: LabourMarket) -> Resolved:
    """The parameters in force in the week."""
    law = made.world.law
    assert law is not None
    return law.country


def what_everybody_is_due(made: LabourMarket) -> np.ndarray:
    """Benefit of the week in øre, (n,), from the law's parameters, before deductions."""
    r, c = law_of(made), made.citizens
    person, status = c.person, c.status
    age = made.calendar_week.year - person.birth_year.astype(int)
    used = status.dagpenge_weeks.astype(int) + made.week - status.entered
    full = r.scalar("benefits.dagpenge_max_kr_month")
    supplement = r.scalar("benefits.employment_supplement_kr_month") * r.scalar("benefits.supplement_take_up")
    insured = weekly(full * r.scalar("benefits.dagpenge_average_share")) + np.where(
        used < 13, weekly(supplement), 0
    )
    shares = {
        name: weekly(full * r.scalar(f"benefits.graduate_{name}"))
        for name in (
            "provider_share",
            "non_provider_share_first_13_weeks",
            "non_provider_share_under_30_after",
            "non_provider_share_30_plus_after",
        )
    }
    first, young, older = list(shares.values())[1:]
    graduate = np.where(used < 13, first, np.where(age < 30, young, older))
    graduate = np.where(person.provider == 1, shares["provider_share"], graduate)
    assistance = {
        name: weekly(r.scalar(f"benefits.kontanthjaelp_{name}_kr_month"))
        for name in ("under_30_away", "30_plus_other", "30_plus_provider")
    }
    alone = np.where(age < 30, assistance["under_30_away"], assistance["30_plus_other"])
    adult = np.where(person.provider == 1, assistance["30_plus_provider"], alone)
    young_adult = np.where(
        person.provider == 1,
        weekly(r.scalar("benefits.uddannelseshjaelp_provider_kr_month")),
        weekly(r.scalar("benefits.uddannelseshjaelp_away_kr_month")),
    )
    single = r.scalar("benefits.share_single_pensioners")
    pension = single * r.scalar("benefits.foertidspension_single_kr_month")
    pension += (1 - single) * r.scalar("benefits.foertidspension_cohabiting_kr_month")
    sick = r.scalar("benefits.sygedagpenge_max_kr_week")
    by_state: dict[State, Any] = {
        State.DAGPENGE: np.where(status.graduate == 1, graduate, insured),
        State.KONTANTHJAELP_JOB_READY: adult,
        State.KONTANTHJAELP_ACTIVITY_READY: adult,
        State.JOBAFKLARING: adult,
        State.RESSOURCEFORLOEB: adult,
        State.UDDANNELSESHJAELP: young_adult,
        State.INTEGRATION_BENEFIT: young_adult,
        State.SYGEDAGPENGE: round(sick * r.scalar("benefits.sickness_average_share") * 100),
        State.LEAVE: round(sick * 100),
        State.LEDIGHEDSYDELSE: weekly(full * r.scalar("benefits.ledighedsydelse_share_of_dagpenge")),
        State.REVALIDERING: weekly(full * r.scalar("benefits.revalidering_share_of_dagpenge")),
        State.EARLY_RETIREMENT: weekly(full * r.scalar("benefits.early_retirement_share_of_dagpenge")),
        State.FLEKSJOB: weekly(r.scalar("benefits.flexjob_supplement_kr_month")),
        State.FOERTIDSPENSION: weekly(pension),
    }
    due = np.zeros(len(age), np.int64)
    for state, amount in by_state.items():
        due = np.where(status.state == state, amount, due)
    return due


def expected_entries(made: LabourMarket) -> dict[str, np.ndarray]:
    """What the week's benefits, refunds, wages and taxes should be by municipality, in øre."""
    r, c = law_of(made), made.citizens
    state, kind = c.status.state, c.programme.kind
    due = what_everybody_is_due(made)
    subsidised = np.isin(kind, (Programme.PRIVATE_WAGE_SUBSIDY, Programme.PUBLIC_WAGE_SUBSIDY))
    due -= due * c.contact.ordinary_hours // 37
    withheld = round(r.scalar("sanctions.loss_share") * 10_000)
    sanctioned = (c.contact.sanction_until > made.week) & np.isin(state, CLIENT_STATES)
    due -= np.where(sanctioned, due * withheld // 10_000, 0)
    due = np.where(subsidised, 0, due)
    clock = c.status.refund_weeks.astype(int) + made.week - c.status.support_start + 1
    step = np.searchsorted([4, 26, 52], clock)
    share = np.round(r["refund.state_share"] * 10_000).astype(np.int64)[c.person.municipality, step]
    mirrored = np.round(r["refund.cofinancing_share"] * 10_000).astype(np.int64)[c.person.municipality, step]
    wage = np.round(r.vector("wages.by_education_kr_year") / (365.25 / 7) * 100).astype(np.int64)
    prices = np.concatenate([[0.0], np.round(r.vector("programmes.cost_kr_week") * 100)])
    subsidy = np.where(subsidised, prices[kind], 0)
    income = due + np.where(state == State.EMPLOYED, wage[c.person.education], 0) + subsidy.astype(np.int64)
    off = (State.EMPLOYED, State.EDUCATION, State.OUTSIDE, State.LEAVE, State.EARLY_RETIREMENT)
    mirror = np.isin(state, (State.DAGPENGE, State.FOERTIDSPENSION))
    refunded = ~mirror & ~np.isin(state, off)
    anyone = np.ones(len(state), bool)
    taxes = [round(r.scalar(f"taxes.{who}_share") * 10_000) for who in ("state", "municipal")]
    groups = {
        "dagpenge": ["dagpenge"],
        "kontanthjaelp": ["kontanthjaelp_job_ready", "kontanthjaelp_activity_ready"],
        "uddannelseshjaelp": ["uddannelseshjaelp"],
        "sygedagpenge": ["sygedagpenge"],
        "ressourceforloebsydelse": ["jobafklaring", "ressourceforloeb"],
        "ledighedsydelse": ["ledighedsydelse"],
        "revalideringsydelse": ["revalidering"],
        "integration_benefit": ["integration_benefit"],
        "flexjob_wage_supplement": ["fleksjob"],
        "foertidspension": ["foertidspension"],
        "early_retirement": ["early_retirement"],
        "leave_benefits": ["leave"],
    }
    expected = {
        account: by_municipality(made, due, np.isin(state, [STATES.index(name) for name in names]))
        for account, names in groups.items()
    }
    return expected | {
        "dagpenge_reimbursement": expected["dagpenge"],
        "benefit_refund": by_municipality(made, due * share // 10_000, refunded),
        "dagpenge_cofinancing": by_municipality(made, due * mirrored // 10_000, state == State.DAGPENGE),
        "pension_cofinancing": by_municipality(
            made, due * mirrored // 10_000, state == State.FOERTIDSPENSION
        ),
        "wage_subsidy": by_municipality(made, subsidy.astype(np.int64), anyone),
        "wages": by_municipality(
            made, np.where(state == State.EMPLOYED, income, subsidy).astype(np.int64), anyone
        ),
        "income_tax_state": by_municipality(made, income * taxes[0] // 10_000, anyone),
        "income_tax_municipality": by_municipality(made, income * taxes[1] // 10_000, anyone),
    }
