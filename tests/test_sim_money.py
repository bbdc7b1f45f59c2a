"""Money to the krone: eleven people paid for a week by hand, and a Denmark recomputed column by column."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from expected_payments import expected_entries
from numpy.typing import NDArray
from small_worlds import reformed, world

from sim import data
from sim.engine.client_list import list_clients
from sim.engine.draws import make_key
from sim.law.benefit_rates import benefit_rates
from sim.law.refund_scale import refund_rules
from sim.mechanisms.refunds import BenefitRates, RefundRules, pay_week
from sim.mechanisms.transition import Now
from sim.model import WEEK
from sim.outcomes.ledger import ACCOUNT, ENTRIES, balances, new_ledger
from sim.parameters import load_parameters
from sim.states import N_STATES, State
from sim.world.citizens import Citizens, empty_citizens
from sim.world.payroll import count_payroll, new_payroll

NOW = Now(200, 2024, 10, 3, make_key(1, 0))
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
        graduate_provider=_rows(3700 * KR),
        graduate_first=_rows(3200 * KR),
        graduate_under_30=_rows(2200 * KR),
        graduate_30_plus=_rows(2800 * KR),
        assistance=_rows([[1800 * KR, 2800 * KR], [3700 * KR, 3700 * KR]]),
        education_assistance=_rows([1550 * KR, 3100 * KR]),
        wage=np.array([7000, 8000, 9000, 10_000]) * KR,
        tax_state=2000,
        tax_local=1000,
    )


def refunds(
    state_share: tuple[int, ...] = (80, 40, 30, 20), free_weeks: int = 0, active_bonus: int = 0
) -> RefundRules:
    """The law's scale in two municipalities, and a sanction that takes half of the benefit."""
    share = np.array([state_share, state_share], np.int64) * 100
    steps, free, bonus = np.array([4, 26, 52]), np.full(2, free_weeks), np.full(2, active_bonus * 100)
    return RefundRules(share, 10_000 - share, steps, _rows(5000), _rows(10_000), 37, free, bonus)


def people(*lives: dict[str, Any]) -> Citizens:
    """Citizens of 40 without children; ``clock`` is the week of support that this one is."""
    made = empty_citizens(len(lives))
    made.person.birth_year[:] = NOW.year - 40
    made.status.entered[:] = NOW.week - 30
    for at, life in enumerate(lives):
        made.status.support_start[at] = NOW.week + 1 - life.pop("clock", NOW.week + 1)
        for name, value in life.items():
            (group,) = [g for g in made if hasattr(g, name)]
            getattr(group, name)[at] = value
    made.person.law_row[:] = made.person.municipality
    return made


def pay(citizens: Citizens, rules: RefundRules | None = None, hour: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The ledger (2, entries) of one week and what it costs each municipality more than the law's scale."""
    ledger, shift = new_ledger(2), np.zeros(2, np.int64)
    subsidy = _rows([0, 3000 * KR, 2500 * KR, 0])
    hours = _rows(hour * KR)
    clients = list_clients(citizens.person.key, citizens.status.state).who
    payroll = new_payroll(2, NOW.week + 1)
    count_payroll(citizens.person, citizens.status, payroll)
    law, now = rules or refunds(), refunds()
    pay_week(NOW, clients, citizens, payroll, rates(), law, now, subsidy, hours, ledger, shift)
    return ledger, shift


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
        {"state": State.KONTANTHJAELP_JOB_READY, "clock": 9, "kind": 2},  # a wage, subsidised with 3,000
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
        "benefit_refund": 1120 + 580 + 620 + 1200,
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
    assert shift.tolist() == [0, 0]


def test_half_oere_of_refund_fall_to_the_municipality() -> None:
    ledger, _ = pay(people({"state": State.KONTANTHJAELP_JOB_READY, "clock": 30, "ordinary_hours": 1}))
    benefit = 280_000 - 280_000 // 37  # øre
    assert ledger[0, ACCOUNT["kontanthjaelp"]] == benefit == 272_433
    assert ledger[0, ACCOUNT["benefit_refund"]] == 81_729  # 30 % is 81,729.9


def test_what_another_scale_costs_the_municipality_is_the_shift() -> None:
    some = people(
        {"state": State.DAGPENGE, "clock": 10},  # 4,500: 60 % before, 100 % now
        {"state": State.KONTANTHJAELP_JOB_READY, "clock": 2},  # 2,800: 20 % before, 50 % now
    )
    ledger, shift = pay(some, refunds((50, 0, 0, 0)))
    assert shift.tolist() == [(1800 + 840) * KR, 0]
    assert booked(ledger)["dagpenge_cofinancing"] == 4500
    assert booked(ledger)["benefit_refund"] == 1400


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
    rules = refund_rules(load_parameters().at(MONDAY, data.municipality_codes()))
    assert np.unique(rules.state_share, axis=0).tolist() == [[8000, 4000, 3000, 2000]]
    assert np.unique(rules.cofinancing, axis=0).tolist() == [[2000, 6000, 7000, 8000]]


@pytest.mark.parametrize("reforms", [(), ("refund-change", "no-focus-targets")])
def test_a_denmark_is_paid_what_the_law_says(reforms: tuple[str, ...]) -> None:
    made = world(reformed(reforms, date(2024, 2, 5)), scale=0.01, end="2024-W20")
    made.run()
    assert (made.citizens.programme.kind == 2).any()
    assert (made.citizens.contact.sanction_until >= made.week).any()
    before = made.ledger.copy()
    made.pay()
    paid = made.ledger - before
    for account, amounts in expected_entries(made).items():
        assert paid[:, ACCOUNT[account]].tolist() == amounts.tolist(), account
    assert sum(balances(paid).values()) == 0


def test_staff_programmes_and_interviews_are_paid_at_their_prices() -> None:
    made = world(scale=0.01, end="2024-W12")
    for _ in range(10):
        made.step()
    for phase in WEEK[:4]:
        assert phase.name in ("law", "demand", "contact", "programmes")
        getattr(made, phase.method)()
    made.tally.certificates[:] = 2
    before = made.ledger.copy()
    made.pay()
    paid, r = made.ledger - before, made.law.resolved
    year = r.scalar("staffing.staff_spending_mio_kr") * 1e6 * made.scale
    assert paid[:, ACCOUNT["jobcentre_staff"]].sum() / KR == pytest.approx(year / (365.25 / 7), abs=98)
    cost = r.vector("programmes.cost_kr_week")
    kinds = made.citizens.programme.kind
    bought = sum((kinds == kind + 1).sum() * cost[kind] for kind in (0, 3))
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
    ledger, shift = pay(two, refunds(free_weeks=13))
    assert booked(ledger)["dagpenge_cofinancing"] == 2700
    assert shift[0] == -2700 * KR


def test_the_state_refunds_more_while_the_person_is_in_a_programme() -> None:
    two = people(
        {"state": State.KONTANTHJAELP_JOB_READY, "clock": 5, "kind": 1},  # 2,800 in an internship
        {"state": State.DAGPENGE, "clock": 27, "kind": 4, "dagpenge_weeks": 30},  # 4,500 in a course
    )
    found = booked(pay(two, refunds(active_bonus=20))[0])
    assert (found["benefit_refund"], found["dagpenge_cofinancing"]) == (2800 * 0.6, 4500 * 0.5)


def test_a_subsidised_ordinary_hour_is_paid_by_the_municipality() -> None:
    one = people({"state": State.KONTANTHJAELP_JOB_READY, "clock": 5, "ordinary_hours": 8})
    assert booked(pay(one, hour=90)[0])["wage_subsidy"] == 8 * 90
    assert "wage_subsidy" not in booked(pay(one)[0])
