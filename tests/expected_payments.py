"""Who should be paid what for a week: worked out column by column from the law's parameters.

Independent of :mod:`sim.mechanisms.refunds` and of the rules that it shares with others
(:mod:`sim.rules.benefit_rates`, :mod:`sim.rules.own_cost`); amounts are whole øre.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import LabourMarket
from sim.lookup import GROUP_OF
from sim.parameters import Resolved
from sim.states import CLIENT_STATES, STATES, State
from sim.vocabulary import Education, Programme


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
    if r.scalar("assistance.three_rates_in_force"):
        new = three_rates(made, age)
        states = (
            State.KONTANTHJAELP_JOB_READY,
            State.KONTANTHJAELP_ACTIVITY_READY,
            State.UDDANNELSESHJAELP,
            State.INTEGRATION_BENEFIT,
        )
        by_state |= dict.fromkeys(states, new)
    due = np.zeros(len(age), np.int64)
    for state, amount in by_state.items():
        due = np.where(status.state == state, amount, due)
    return due


def three_rates(made: LabourMarket, age: np.ndarray) -> np.ndarray:
    """Social assistance of the week from 1 July 2025 in øre, (n,), whoever is on it."""
    r, c, year = law_of(made), made.citizens, made.calendar_week.year
    came, until = 1900 + c.person.arrived.astype(int), 1900 + c.status.worked_to.astype(int)
    stranger, parent = c.person.arrived > 0, c.person.provider == 1
    from_year = r.scalar("residence.employment_from_arrival_year")
    lowest = stranger & ((year - came < 9) | ((came >= from_year) & (until < year)))
    raised = ~lowest & ((age >= 30) | ((age >= 25) & (until >= year)))
    base = ~lowest & ~raised
    ready = np.where(
        c.status.state == State.KONTANTHJAELP_JOB_READY,
        1,
        np.where(c.status.state == State.KONTANTHJAELP_ACTIVITY_READY, 0, c.person.ready),
    )

    def law(name: str) -> float:
        return r.scalar(f"assistance.{name}")

    def extra(name: str) -> float:
        return law(f"{name}_supplement_kr_month")

    kroner = np.where(lowest, law("lowest_rate_kr_month"), law("raised_rate_kr_month"))
    kroner = np.where(base, law("base_rate_kr_month"), kroner)
    kroner += np.where(parent, extra("child"), 0.0)
    kroner += np.where(parent & ~raised, law("share_single_providers") * extra("single_provider"), 0.0)
    kroner += np.where(~parent & ~lowest, law("share_single_others") * extra("single_other"), 0.0)
    youth = np.where(parent | (age >= 25), extra("youth"), extra("youth_under_25"))
    kroner += np.where(base & (age < 30) & (ready == 0), youth, 0.0)
    amounts, back = np.unique(kroner, return_inverse=True)
    return np.array([weekly(float(amount)) for amount in amounts])[back]


def here(made: LabourMarket, name: str) -> np.ndarray:
    """A share of the person's municipality in whole ten-thousandths, (n,)."""
    shares = np.round(law_of(made)[name] * 10_000).astype(np.int64)
    return np.asarray(shares[made.citizens.person.municipality])


def free_of_set_off(made: LabourMarket) -> np.ndarray:
    """Ten-thousandths of an hour a week that a fixed limit leaves free, (n,); 0 without a limit."""
    law, c = made.world.law, made.citizens
    assert law is not None
    a_month = law.now["ordinary_hours.free_earnings_kr_month"][:98]
    an_hour = law.now["wages.by_education_kr_year"][:98, 0] / 37  # times the weeks of a year
    free = np.round(a_month * 12 / an_hour[:, None] * 10_000).astype(np.int64)
    return np.asarray(free[c.person.municipality, GROUP_OF[c.status.state, c.person.ready]])


def set_off(made: LabourMarket, kept: float | None = None) -> np.ndarray:
    """Ten-thousandths of an hour's set-off without the reform that are set off now, (98,)."""
    law = made.world.law
    assert law is not None
    name = "ordinary_hours.earnings_kept_share"
    now, before = law.country[name] if kept is None else np.full(98, kept), law.before[name][:98]
    return np.where(now == before, 10_000, np.round((1 - now) / (1 - before) * 10_000)).astype(np.int64)


def expected_entries(made: LabourMarket) -> dict[str, np.ndarray]:
    """What the week's benefits, refunds, wages and taxes should be by municipality, in øre."""
    r, c = law_of(made), made.citizens
    state, kind = c.status.state, c.programme.kind
    due = what_everybody_is_due(made)
    subsidised = np.isin(kind, (Programme.PRIVATE_WAGE_SUBSIDY, Programme.PUBLIC_WAGE_SUBSIDY))
    hours = c.contact.ordinary_hours.astype(np.int64)
    counted = np.where(
        free_of_set_off(made) > 0,
        np.maximum(hours * 10_000 - free_of_set_off(made), 0)
        * set_off(made, kept=0.0)[c.person.municipality]
        // 10_000,
        hours * set_off(made)[c.person.municipality],
    )
    due = np.maximum(due - due * counted // (37 * 10_000), 0)
    withheld = round(r.scalar("sanctions.loss_share") * 10_000)
    sanctioned = (c.contact.sanction_until > made.week) & np.isin(state, CLIENT_STATES)
    due -= np.where(sanctioned, due * withheld // 10_000, 0)
    due = np.where(subsidised, 0, due)
    clock = c.status.refund_weeks.astype(int) + made.week - c.status.support_start + 1
    step = np.searchsorted([r.scalar(f"refund.step_{n}_last_week") for n in (1, 2, 3)], clock)
    bonus = np.where(kind > 0, here(made, "refund.active_bonus_share"), 0)
    share = np.round(r["refund.state_share"] * 10_000).astype(np.int64)[c.person.municipality, step]
    share = np.minimum(share + bonus, 10_000)
    mirrored = np.round(r["refund.cofinancing_share"] * 10_000).astype(np.int64)[c.person.municipality, step]
    by_scale, mirrored = mirrored, np.maximum(mirrored - bonus, 0)
    by_task = r["refund.cofinancing_by_task"][c.person.municipality] > 0.5
    free = np.where(
        by_task,
        r["contact.a_kasse_weeks"][c.person.municipality],
        r["refund.cofinancing_free_weeks"][c.person.municipality],
    )
    the_a_kasses = by_task & (state == State.DAGPENGE) & (made.week - c.status.entered < free)
    mirrored = np.where((state == State.DAGPENGE) & (made.week - c.status.entered < free), 0, mirrored)
    wage = np.round(r.vector("wages.by_education_kr_year") / (365.25 / 7) * 100).astype(np.int64)
    prices = np.concatenate([[0.0], np.round(r.vector("programmes.cost_kr_week") * 100)])
    subsidy = np.where(subsidised, prices[kind], 0)
    hourly = r.vector("wages.by_education_kr_year")[Education.BASIC] / (365.25 / 7 * 37) * 100
    an_hour = np.round(hourly * r["ordinary_hours.employer_subsidy_share"]).astype(np.int64)
    followed = np.isin(state, CLIENT_STATES) & ~subsidised
    for_hours = np.where(followed, an_hour[c.person.municipality] * hours, 0)
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
        "dagpenge_reimbursement": expected["dagpenge"]
        - by_municipality(made, due * by_scale // 10_000, the_a_kasses),
        **{
            f"refund_{account}": by_municipality(
                made,
                due * share // 10_000,
                refunded & np.isin(state, [STATES.index(name) for name in names]),
            )
            for account, names in groups.items()
            if account not in ("dagpenge", "foertidspension", "early_retirement", "leave_benefits")
        },
        "dagpenge_cofinancing": by_municipality(made, due * mirrored // 10_000, state == State.DAGPENGE),
        "pension_cofinancing": by_municipality(
            made, due * mirrored // 10_000, state == State.FOERTIDSPENSION
        ),
        "wage_subsidy": by_municipality(made, subsidy.astype(np.int64) + for_hours, anyone),
        "wages": by_municipality(
            made, np.where(state == State.EMPLOYED, income, subsidy).astype(np.int64), anyone
        ),
        "income_tax_state": by_municipality(made, income * taxes[0] // 10_000, anyone),
        "income_tax_municipality": by_municipality(made, income * taxes[1] // 10_000, anyone),
    }
