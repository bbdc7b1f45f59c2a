"""Money to the krone: eleven people paid for a week by hand, and a Denmark recomputed column by column."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
from expected_payments import expected_entries, law_of
from numpy.typing import NDArray
from small_worlds import do_phases, reformed, world

from sim import data
from sim.engine.draws import make_key
from sim.mechanisms.refunds import PaymentRules, pay_benefits
from sim.mechanisms.transition import repeat_person
from sim.outcomes.ledger import ACCOUNT, ENTRIES, balances, new_ledger
from sim.parameters import load_parameters
from sim.rules.benefit_rates import BenefitRates, benefit_rates
from sim.rules.own_cost import OwnCostRules, own_cost_rules
from sim.rules.residence import ResidenceRules
from sim.states import CLIENT_STATES, N_STATES, State
from sim.vocabulary import PROGRAMMES, TARGET_GROUPS, Programme
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.payroll import count_payroll, new_payroll
from sim.world.people import People, empty_people

NOW = Now(200, 2024, 10, 3, make_key(1, 0), 191)
MONDAY = date(2024, 1, 1)
KR = 100  # øre


def _rows(rate: Any) -> NDArray[np.int64]:
    """The same rate in both municipalities."""
    return np.stack([np.asarray(rate, np.int64)] * 2)


def rates() -> BenefitRates:
    """Round numbers, so that the expected payments can be worked out in the head."""
    flat = np.zeros(N_STATES, np.int64)
    flat[State.FOERTIDSPENSION], flat[State.FLEKSJOB], flat[State.LEAVE] = 5000 * KR, 3000 * KR, 4800 * KR
    return BenefitRates(
        flat=_rows(flat),
        dagpenge=_rows(4500 * KR),
        supplement=_rows(900 * KR),
        supplement_weeks=13,
        graduate_provider=_rows(3700 * KR),
        graduate_first=_rows(3200 * KR),
        graduate_under_30=_rows(2200 * KR),
        graduate_30_plus=_rows(2800 * KR),
        assistance=_rows([[1800 * KR, 2800 * KR], [3700 * KR, 3700 * KR]]),
        education_assistance=_rows([1550 * KR, 3100 * KR]),
        three=np.zeros(2, np.int64),
        by_tier=np.zeros((2, 3, 2, 3, 2), np.int64),
        raised_from=25,
        residence=ResidenceRules(years=9, from_arrival_year=1968, weeks=130, within_years=10),
        graduate_first_weeks=13,
        adult_from=30,
        wage=np.array([7000, 8000, 9000, 10_000]) * KR,
        tax_state=2000,
        tax_local=1000,
    )


def scale(
    state_share: tuple[int, ...] = (80, 40, 30, 20), free_weeks: int = 0, active_bonus: int = 0
) -> OwnCostRules:
    """The law's scale in two municipalities."""
    share = np.array([state_share, state_share], np.int64) * 100
    steps, free, bonus = np.array([4, 26, 52]), np.full(2, free_weeks), np.full(2, active_bonus * 100)
    return OwnCostRules(share, 10_000 - share, steps, free, bonus)


def payment_rules(own_cost: OwnCostRules, hour: int) -> PaymentRules:
    """The law with another scale, a sanction that takes half of the benefit, ``hour`` kroner a paid hour."""
    return PaymentRules(
        rates=rates(),
        own_cost=own_cost,
        own_cost_before=scale(),
        shares_changed=1,
        sanction_share=_rows(5000),
        set_off=_rows(10_000),
        free=np.zeros((2, len(TARGET_GROUPS)), np.int64),
        set_off_above=np.zeros(2, np.int64),
        full_week=37,
        subsidy=_rows([0, 3000 * KR, 2500 * KR, 0]),
        hours_subsidy=_rows(hour * KR),
        staff_spending_kr=0.0,
        caseworker_kr=np.zeros(2),
        a_kasse_interview_kr=0.0,
        a_kasse_name_kr=0.0,
        certificate_kr=np.zeros(2),
        neutral=np.zeros(2, np.bool_),
        outlay_kr=np.zeros(2),
        by_task=np.zeros(2, np.bool_),
    )


class Some(NamedTuple):
    """A few people, and the rows of those who are clients."""

    people: People
    clients: Clients


def people(*lives: dict[str, Any]) -> Some:
    """Citizens of 40 without children; ``clock`` is the week of support that this one is."""
    made = empty_people(len(lives))
    person, status = made.person, made.status
    person.birth_year[:] = NOW.year - 40
    status.entered[:] = NOW.week - 30
    others: list[dict[str, Any]] = []
    for at, life in enumerate(lives):
        status.support_start[at] = NOW.week + 1 - life.pop("clock", NOW.week + 1)
        others.append({})
        for name, value in life.items():
            groups = [columns for columns in (person, status) if name in columns._fields]
            if groups:
                groups[0][name][at] = value
            else:
                others[at][name] = value
    person.rule_row[:] = person.municipality
    who = np.flatnonzero(np.isin(status.state, CLIENT_STATES))
    clients = Clients.room(who.size)
    for row, i in enumerate(who.tolist()):
        clients.id[row] = i
        repeat_person(i, row, person, status, clients)
        for name, value in others[i].items():
            (columns,) = [each for each in (clients.contact, clients.programme) if name in each._fields]
            columns[name][row] = value
    assert not any(others[i] for i in range(len(lives)) if i not in who)
    return Some(made, clients)


def pay(some: Some, own_cost: OwnCostRules | None = None, hour: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The ledger (2, entries) of one week, and what it costs more than the law's scale (2, 3)."""
    payroll = new_payroll(2, NOW.week + 1)
    count_payroll(some.people.person, some.people.status, payroll)
    ledger, burden = new_ledger(2), np.zeros((2, 3), np.int64)
    needed: Any = SimpleNamespace(
        now=NOW, people=some.people, clients=SimpleNamespace(everybody=some.clients), payroll=payroll,
        ledger=ledger, this_week=SimpleNamespace(burden=burden), law=SimpleNamespace(arms=1),
    )  # fmt: skip
    pay_benefits.do(needed, payment_rules(own_cost or scale(), hour))
    return ledger, burden


def booked(ledger: np.ndarray, municipality: int = 0) -> dict[str, float]:
    """Kroner by account, empty accounts left out."""
    kroner = {entry.account: ledger[municipality, at] / KR for at, entry in enumerate(ENTRIES)}
    return {account: amount for account, amount in kroner.items() if amount}


def test_eleven_people_paid_by_hand() -> None:
    eleven = people(
        {"state": State.DAGPENGE, "clock": 3, "dagpenge_weeks": 30},  # 4,500, own 20 %
        {"state": State.DAGPENGE, "clock": 27, "entered": NOW.week - 12},  # 5,400 with supplement, own 70 %
        {"state": State.KONTANTHJAELP_JOB_READY, "clock": 5},  # 2,800, state 40 %
        {
            "state": State.KONTANTHJAELP_ACTIVITY_READY,
            "clock": 53,
            "provider": 1,
            "birth_year": NOW.year - 26,
            "ordinary_hours": 8,  # 3,700 less 8/37 is 2,900, state 20 %
        },
        {"state": State.UDDANNELSESHJAELP, "clock": 4, "sanction_until": NOW.week + 1},  # 775, state 80 %
        {"state": State.FOERTIDSPENSION, "clock": 100, "municipality": 1},  # 5,000, municipality 80 %
        {"state": State.FLEKSJOB, "clock": 26},  # 3,000, state 40 %
        {"state": State.EMPLOYED, "education": 3},  # 10,000
        {
            "state": State.KONTANTHJAELP_JOB_READY,
            "clock": 9,
            "kind": Programme.PRIVATE_WAGE_SUBSIDY,
        },  # a wage, subsidised with 3,000
        {"state": State.LEAVE},  # 4,800 from the state, off the clock
        {"state": State.OUTSIDE},
    )
    ledger, shift = pay(eleven)
    assert booked(ledger, 0) == {
        "dagpenge": 9900,
        "dagpenge_reimbursement": 9900,
        "dagpenge_cofinancing": 900 + 3780,
        "kontanthjaelp": 2800 + 2900,
        "uddannelseshjaelp": 775,
        "flexjob_wage_supplement": 3000,
        "refund_kontanthjaelp": 1120 + 580,
        "refund_uddannelseshjaelp": 620,
        "refund_flexjob_wage_supplement": 1200,
        "leave_benefits": 4800,
        "wage_subsidy": 3000,
        "wages": 13_000,
        "income_tax_state": 7435,  # 20 % of 37,175
        "income_tax_municipality": 3717.5,
    }
    assert booked(ledger, 1) == {
        "foertidspension": 5000,
        "pension_cofinancing": 4000,
        "income_tax_state": 1000,
        "income_tax_municipality": 500,
    }
    assert not shift.any()


def test_half_oere_of_refund_fall_to_the_municipality() -> None:
    ledger, _ = pay(people({"state": State.KONTANTHJAELP_JOB_READY, "clock": 30, "ordinary_hours": 1}))
    benefit = 280_000 - 280_000 // 37  # øre
    assert ledger[0, ACCOUNT["kontanthjaelp"]] == benefit == 272_433
    assert ledger[0, ACCOUNT["refund_kontanthjaelp"]] == 81_729  # 30 % is 81,729.9


def test_what_another_scale_costs_the_municipality_is_the_shift() -> None:
    some = people(
        {"state": State.DAGPENGE, "clock": 10},  # 4,500: 60 % before, 100 % now
        {"state": State.KONTANTHJAELP_JOB_READY, "clock": 2},  # 2,800: 20 % before, 50 % now
    )
    ledger, shift = pay(some, scale((50, 0, 0, 0)))
    in_the_guarantee, negotiated, insured = 840 * KR, 0, 1800 * KR
    assert shift.tolist() == [[in_the_guarantee, negotiated, insured], [0, 0, 0]]
    assert booked(ledger)["dagpenge_cofinancing"] == 4500
    assert booked(ledger)["refund_kontanthjaelp"] == 1400


@pytest.mark.parametrize(
    ("spent", "age", "provider", "kroner"),
    [(0, 25, 0, 3200), (12, 25, 0, 3200), (13, 25, 0, 2200), (13, 30, 0, 2800), (40, 25, 1, 3700)],
)
def test_graduates_rates_fall_after_thirteen_weeks(
    spent: int, age: int, provider: int, kroner: float
) -> None:
    graduate = {"state": State.DAGPENGE, "clock": 1, "graduate": 1, "entered": NOW.week, "provider": provider}
    ledger, _ = pay(people(graduate | {"dagpenge_weeks": spent, "birth_year": NOW.year - age}))
    assert booked(ledger)["dagpenge"] == kroner


def test_rates_of_2024_in_oere_a_week() -> None:
    """Kroner a month in the law of 2024 (7,945, 12,326, 16,382 ...) times 12 over 365.25/7 weeks."""
    found = benefit_rates(load_parameters().at(MONDAY, data.municipality_codes()))
    assert np.unique(found.assistance, axis=0).tolist() == [[[182_719, 283_473], [376_752, 376_752]]]
    assert np.unique(found.education_assistance, axis=0).tolist() == [[155_328, 310_679]]  # 6,754 and 13,509
    assert (found.graduate_provider == 383_936).all()  # 82 % of 20,359


def test_shares_of_the_law_in_ten_thousandths() -> None:
    rules = own_cost_rules(load_parameters().at(MONDAY, data.municipality_codes()))
    assert np.unique(rules.state_share, axis=0).tolist() == [[8000, 4000, 3000, 2000]]
    assert np.unique(rules.cofinancing, axis=0).tolist() == [[2000, 6000, 7000, 8000]]


@pytest.mark.parametrize("reforms", [(), ("refund-change", "no-focus-targets")])
def test_a_denmark_is_paid_what_the_law_says(reforms: tuple[str, ...]) -> None:
    made = world(reformed(reforms, date(2024, 2, 5)), scale=0.01, end="2024-W21")
    made.run(until=20)
    assert (made.citizens.programme.kind == Programme.PRIVATE_WAGE_SUBSIDY).any()
    assert (made.citizens.contact.sanction_until >= made.week).any()
    before = made.world.ledger.copy()
    made.enter_week()
    do_phases(made, "money")
    paid = made.world.ledger - before
    for account, amounts in expected_entries(made).items():
        assert paid[:, ACCOUNT[account]].tolist() == amounts.tolist(), account
    assert sum(balances(paid).values()) == 0


def test_staff_programmes_and_interviews_are_paid_at_their_prices() -> None:
    made = world(scale=0.01, end="2024-W12")
    for _ in range(10):
        made.step()
    made.enter_week()
    do_phases(made, "demand", "contact", "programmes")
    made.world.tally.certificates[:] = 2
    before = made.world.ledger.copy()
    do_phases(made, "money")
    paid, r = made.world.ledger - before, law_of(made)
    left = 1.0 - r.scalar("staffing.gone_since_count_share")
    year = r.scalar("staffing.staff_spending_mio_kr") * left * 1e6 * made.scale
    assert paid[:, ACCOUNT["jobcentre_staff"]].sum() / KR == pytest.approx(year / (365.25 / 7), abs=98)
    cost = r.vector("programmes.cost_kr_week")
    kinds = made.citizens.programme.kind
    bought = sum(
        (kinds == kind).sum() * cost[PROGRAMMES.index(kind.name.lower())]
        for kind in (Programme.INTERNSHIP, Programme.GUIDANCE_UPGRADING)
    )
    assert bought > 0
    assert paid[:, ACCOUNT["programme_purchases"]].sum() / KR == pytest.approx(bought)
    price = r.scalar("clarification.certificate_kr")
    assert paid[:, ACCOUNT["medical_certificates"]].tolist() == [round(2 * price * KR)] * 98


def test_weeks_of_dagpenge_without_cofinancing() -> None:
    two = people(
        {"state": State.DAGPENGE, "clock": 13, "entered": NOW.week - 12, "dagpenge_weeks": 30},
        {"state": State.DAGPENGE, "clock": 14, "entered": NOW.week - 13, "dagpenge_weeks": 30},
    )
    assert booked(pay(two)[0])["dagpenge_cofinancing"] == 5400  # 60 % of 4,500 twice
    ledger, shift = pay(two, scale(free_weeks=13))
    assert booked(ledger)["dagpenge_cofinancing"] == 2700
    assert shift.sum() == -2700 * KR


def test_the_state_refunds_more_while_the_person_is_in_a_programme() -> None:
    two = people(
        {
            "state": State.KONTANTHJAELP_JOB_READY,
            "clock": 5,
            "kind": Programme.INTERNSHIP,
        },  # 2,800 in an internship
        {
            "state": State.DAGPENGE,
            "clock": 27,
            "kind": Programme.GUIDANCE_UPGRADING,
            "dagpenge_weeks": 30,
        },  # 4,500 in a course
    )
    found = booked(pay(two, scale(active_bonus=20))[0])
    assert (found["refund_kontanthjaelp"], found["dagpenge_cofinancing"]) == (2800 * 0.6, 4500 * 0.5)


def test_a_subsidised_ordinary_hour_is_paid_by_the_municipality() -> None:
    one = people({"state": State.KONTANTHJAELP_JOB_READY, "clock": 5, "ordinary_hours": 8})
    assert booked(pay(one, hour=90)[0])["wage_subsidy"] == 8 * 90
    assert "wage_subsidy" not in booked(pay(one)[0])
