"""Money: benefits, refunds, co-financing and taxes, person by person and krone by krone.

Each week every recipient is paid the benefit of the state; who bears it follows the person's refund clock:

    municipal benefit:  municipality pays B to the citizen, the state refunds  floor(B * share[step])
    dagpenge, pension:  a-kasse or state pays B, the municipality co-finances  floor(B * cofinancing[step])

with step from weeks on the clock (:mod:`sim.rules.own_cost`). Amounts are whole øre, so sums are exact in
any order, and people whose payment is the same are paid together (:mod:`sim.world.payroll`). Wages of the
employed and taxes on both (rates are labelled assumptions) complete the accounts. Then come staff,
purchased programmes, the a-kasse's interviews and certificates, and the block grant that makes up for a
changed scale where ``refund.block_grant_neutral`` says so. Who has the contact with the insured bears the
municipality's part of dagpenge where ``refund.cofinancing_by_task`` is 1: as long as that is the a-kasse,
the state reimburses it by so much less. Systems, courses and licences (``staffing.outlay_mio_kr``) are
booked with the staff.

This is the frame of the accounts, not a mechanism: it has no switch.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.law import Law, whole
from sim.lookup import FINANCE, IS_QUIET
from sim.mechanism import Mechanism, act
from sim.mechanisms.hiring import NAMED
from sim.outcomes.ledger import ACCOUNT, REFUNDS, SETTLED_AS
from sim.rules.benefit_rates import BenefitRates, benefit_of, benefit_rates
from sim.rules.earnings_limit import free_hours, hourly_kr
from sim.rules.municipal_finance import settled_as
from sim.rules.own_cost import (
    WHOLE,
    OwnCostRules,
    cofinanced_of,
    own_cost,
    own_cost_rules,
    own_share,
    own_share_of,
    ten_thousandths,
)
from sim.states import N_STATES, NOBODY, ROWS, Finance
from sim.vocabulary import PROGRAMMES
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.payroll import BY_HEAD, ON_CLOCK, PAST_WEEKS, Payroll, count_payroll
from sim.world.world import World

#: Ledger account of each state's benefit (-1: none).
BENEFIT_ACCOUNT = np.array([ACCOUNT[row.account] if row.account else -1 for row in ROWS], np.int64)
_BY_HEAD, _ON_CLOCK = np.array(BY_HEAD, np.int64), np.array(ON_CLOCK, np.int64)
_FUND, _STATE, _REFUNDED = (
    int(Finance.COFINANCED_FUND),
    int(Finance.COFINANCED_STATE),
    int(Finance.REFUNDED),
)
_REIMBURSEMENT, _COFINANCING = ACCOUNT["dagpenge_reimbursement"], ACCOUNT["dagpenge_cofinancing"]
_PENSION_COFINANCING = ACCOUNT["pension_cofinancing"]
#: Ledger account of the state's refund of each state's benefit (-1: none).
_REFUND = np.array(
    [ACCOUNT[REFUNDS[row.account]] if row.account in REFUNDS else -1 for row in ROWS], np.int64
)
_WAGES, _TAX_STATE, _TAX_LOCAL = (
    ACCOUNT["wages"],
    ACCOUNT["income_tax_state"],
    ACCOUNT["income_tax_municipality"],
)
_SUBSIDY = ACCOUNT["wage_subsidy"]
#: Position in SETTLED_AS of each state's benefit.
_SETTLED_AS = np.array([settled_as(row.account) for row in ROWS], np.int64)
_IS_SUBSIDY = np.array([0, *("subsidy" in name for name in PROGRAMMES)], np.uint8)


class PaymentRules(NamedTuple):
    """Rates and shares in ten-thousandths; m = municipalities, w = rule rows of persons."""

    rates: BenefitRates
    own_cost: OwnCostRules
    own_cost_before: OwnCostRules  # without the reform
    shares_changed: int  # 1: the two are not the same
    sanction_share: NDArray[np.int64]  # (w,) share of the benefit withheld during a sanction
    set_off: NDArray[np.int64]  # (w,) of earnings from paid hours, ten-thousandths of today's
    free: NDArray[
        np.int64
    ]  # (w, g) paid hours a week free of set-off under a limit, ten-thousandths; 0: none
    set_off_above: NDArray[np.int64]  # (w,) of paid hours above it, ten-thousandths of today's
    full_week: int  # hours of a full working week
    subsidy: NDArray[np.int64]  # (w, programme) øre a week, 0 where the programme is no subsidised job
    hours_subsidy: NDArray[np.int64]  # (w,) øre an ordinary hour while on a benefit
    staff_spending_kr: float  # of the country a year
    caseworker_kr: NDArray[np.float64]  # (m,) a year
    a_kasse_interview_kr: float
    a_kasse_name_kr: float  # of a candidate whom the a-kasse names
    certificate_kr: NDArray[np.float64]  # (m,)
    neutral: NDArray[np.bool_]  # (m,) a block grant makes up for the changed scale
    outlay_kr: NDArray[np.float64]  # (m,) of the country a year, beside staff
    by_task: NDArray[np.bool_]  # (m,) the a-kasse bears the municipality's part while it has the contact


def _set_off(kept: NDArray[np.float64], today: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return how much of paid hours is set off, (w,) ten-thousandths of today's.

    Where people keep as much as today it is today's, also where they keep all.
    """
    lost = np.where(today < 1.0, 1.0 - today, np.nan)
    return ten_thousandths(np.where(kept == today, 1.0, (1.0 - kept) / lost))


def rules(law: Law) -> PaymentRules:
    """Return what is paid and who bears it."""
    r, before, c = law.now, law.before, law.country
    name = "ordinary_hours.earnings_kept_share"
    own, own_before = own_cost_rules(r), own_cost_rules(before)
    reference = before if law.on("ordinary_hours") else r
    full_week = round(c.scalar("ordinary_hours.full_week_hours"))
    hourly = hourly_kr(law) * 100.0
    subsidy = np.where(_IS_SUBSIDY[1:], np.round(r["programmes.cost_kr_week"] * 100), 0)
    return PaymentRules(
        rates=benefit_rates(r),
        own_cost=own,
        own_cost_before=own_before,
        shares_changed=int(not all(map(np.array_equal, own, own_before))),
        sanction_share=ten_thousandths(r["sanctions.loss_share"]),
        set_off=_set_off(r[name], reference[name]),
        free=ten_thousandths(free_hours(law)),
        set_off_above=_set_off(np.zeros_like(r[name]), reference[name]),
        full_week=full_week,
        subsidy=whole(subsidy, "a subsidy"),
        hours_subsidy=whole(hourly * r["ordinary_hours.employer_subsidy_share"]),
        staff_spending_kr=c.scalar("staffing.staff_spending_mio_kr") * 1e6,
        caseworker_kr=c["staffing.caseworker_kr_year"].copy(),
        a_kasse_interview_kr=c.scalar("contact.a_kasse_kr_an_interview"),
        a_kasse_name_kr=c.scalar("contact.a_kasse_kr_an_interview")
        * c.scalar("employers.a_kasse_naming_share"),
        certificate_kr=c["clarification.certificate_kr"].copy(),
        neutral=c["refund.block_grant_neutral"] > 0.5,
        outlay_kr=c["staffing.outlay_mio_kr"] * 1e6,
        by_task=c["refund.cofinancing_by_task"] > 0.5,
    )


@part
def _after_deductions(i: int, now: Now, amount: int, k: Clients, r: PaymentRules) -> int:
    """Benefit less paid hours and sanctions."""
    w = k.person.rule_row[i]
    if k.contact.ordinary_hours[i] > 0:
        hours, free = k.contact.ordinary_hours[i] * r.set_off[w], r.free[w, k.spell.group[i]]
        if free > 0:
            above = max(np.int64(k.contact.ordinary_hours[i]) * WHOLE - free, 0)
            hours = above * r.set_off_above[w] // WHOLE
        amount = max(amount - amount * hours // (r.full_week * WHOLE), 0)
    if k.contact.sanction_until[i] > now.week:
        amount -= amount * r.sanction_share[w] // WHOLE
    return amount


@part
def _paid_to(i: int, now: Now, k: Clients, r: PaymentRules) -> int:
    """What the client in row ``i`` is paid for the week, øre before tax: a subsidised wage, or a benefit."""
    kind = k.programme.kind[i]
    if _IS_SUBSIDY[kind]:
        return r.subsidy[k.person.rule_row[i], kind - 1]
    return _after_deductions(i, now, benefit_of(i, now, k, r.rates), k, r)


@kernel
def _pay_clients(
    now: Now, k: Clients, r: PaymentRules, ledger: NDArray[np.int64], burden: NDArray[np.int64]
) -> None:
    for i in range(k.id.size):
        state = k.state[i]
        if state == NOBODY:
            continue
        m, w, amount = k.person.municipality[i], k.person.rule_row[i], _paid_to(i, now, k, r)
        if _IS_SUBSIDY[k.programme.kind[i]]:
            ledger[m, _SUBSIDY] += amount
            ledger[m, _WAGES] += amount
            _tax(m, amount, 1, r.rates, ledger)
            continue
        ledger[m, BENEFIT_ACCOUNT[state]] += amount
        _tax(m, amount, 1, r.rates, ledger)
        own = own_cost(state, amount, own_share_of(i, now.week, k, r.own_cost))
        _share_out(m, state, amount, own, 1, ledger)
        if (
            r.by_task[m]
            and FINANCE[state] == _FUND
            and now.week - k.spell.entered[i] < r.own_cost.free_weeks[m]
        ):
            ledger[m, _REIMBURSEMENT] -= amount * cofinanced_of(i, now.week, k, r.own_cost) // WHOLE
        if r.shares_changed:
            burden[m, _SETTLED_AS[state]] += own - own_cost(
                state, amount, own_share_of(i, now.week, k, r.own_cost_before)
            )
        if k.contact.ordinary_hours[i] > 0:
            ledger[m, _SUBSIDY] += r.hours_subsidy[w] * k.contact.ordinary_hours[i]


@kernel
def _income_of_clients(now: Now, k: Clients, r: PaymentRules, income: NDArray[np.int64]) -> None:
    for i in range(k.id.size):
        if k.state[i] != NOBODY:
            income[k.id[i]] = _paid_to(i, now, k, r)


def booked_incomes(world: World) -> NDArray[np.int64]:
    """Return what is booked to each person for the week just simulated, (n,) øre before tax.

    Wages, subsidised wages and benefits after deductions, by the rules that pay them: added up they are those
    accounts of the ledger.  Not booked, and so not in it: grants to students, the employer's part of a
    flexjob's pay, pay of ordinary hours, what people outside the labour market live on.
    """
    r, (person, status, _, _) = world.rules["payments"], world.people
    by_state = np.where((FINANCE != Finance.NONE) & (FINANCE != Finance.WAGE) & (IS_QUIET == 1), 1, 0)
    income = r.rates.flat[person.rule_row, np.minimum(status.state, N_STATES - 1)] * by_state[status.state]
    waged = FINANCE[status.state] == Finance.WAGE
    income[waged] = r.rates.wage[person.education[waged]]
    _income_of_clients(world.now, world.clients.everybody, r, income)
    return np.asarray(income)


@kernel
def _pay_by_head(
    week: int, payroll: Payroll, r: PaymentRules, ledger: NDArray[np.int64], burden: NDArray[np.int64]
) -> None:
    """Everybody on the payroll: workers, and recipients whom the jobcentre does not follow."""
    b = r.rates
    last_step = max(r.own_cost.last[2], r.own_cost_before.last[2])
    begins = PAST_WEEKS + week - last_step  # of the clocks that are not on the last step
    for w in range(payroll.workers.shape[0]):
        m = w % ledger.shape[0]
        for education in range(b.wage.size):
            people = payroll.workers[w, education]
            ledger[m, _WAGES] += b.wage[education] * people
            _tax(m, b.wage[education], people, b, ledger)
        for state in _BY_HEAD:
            people = payroll.heads[w, state]
            ledger[m, BENEFIT_ACCOUNT[state]] += b.flat[w, state] * people
            _tax(m, b.flat[w, state], people, b, ledger)
        for slot in range(_ON_CLOCK.size):
            state = _ON_CLOCK[slot]
            amount = b.flat[w, state]
            for began in range(max(begins - 1, 0), PAST_WEEKS + week + 1):
                people = payroll.on_clock[slot, w, began]
                if began < begins:  # the last step: all of them at once
                    people = payroll.on_clock[slot, w, :begins].sum()
                if people == 0:
                    continue
                weeks = week - (began - PAST_WEEKS) + 1
                ledger[m, BENEFIT_ACCOUNT[state]] += amount * people
                _tax(m, amount, people, b, ledger)
                own = own_cost(state, amount, own_share(m, state, weeks, 0, False, r.own_cost))
                _share_out(m, state, amount, own, people, ledger)
                before = own_cost(state, amount, own_share(m, state, weeks, 0, False, r.own_cost_before))
                burden[m, _SETTLED_AS[state]] += (own - before) * people


@part
def _tax(m: int, income: int, people: int, b: BenefitRates, ledger: NDArray[np.int64]) -> None:
    """Income tax of one week's income of each of ``people``."""
    ledger[m, _TAX_STATE] += income * b.tax_state // WHOLE * people
    ledger[m, _TAX_LOCAL] += income * b.tax_local // WHOLE * people


@part
def _share_out(m: int, state: int, amount: int, own: int, people: int, ledger: NDArray[np.int64]) -> None:
    """Book refund or co-financing of one week's benefit, of which the municipality bears ``own``."""
    finance = FINANCE[state]
    if finance == _FUND:
        ledger[m, _REIMBURSEMENT] += amount * people
        ledger[m, _COFINANCING] += own * people
    elif finance == _STATE:
        ledger[m, _PENSION_COFINANCING] += own * people
    elif finance == _REFUNDED:
        ledger[m, _REFUND[state]] += (amount - own) * people


@act("payments", writes=("ledger", "this_week.burden", *(f"payroll.{name}" for name in Payroll._fields)))
def pay_benefits(world: World, r: PaymentRules) -> None:
    """Benefits and refunds person by person, wages and pensions by head."""
    burden, person, status = world.this_week.burden, world.people.person, world.people.status
    assert world.law is not None
    if world.law.arms > 1:  # a trial may have put anybody under other rules
        count_payroll(person, status, world.payroll)
    burden[:] = 0
    _pay_clients(world.now, world.clients.everybody, r, world.ledger, burden)
    _pay_by_head(world.now.week, world.payroll, r, world.ledger, burden)


@act("payments", writes=("ledger", "tally.certificates", f"memory.{NAMED}"))
def pay_for_the_effort(world: World, r: PaymentRules) -> None:
    """Book staff, purchased programmes, the a-kasse's interviews and certificates."""
    ledger, tally, week = world.ledger, world.tally, world.this_week
    weekly = world.scale * 100.0 / WEEKS_A_YEAR
    staff = np.array([m.share * m.began * m.staff for m in world.municipalities])
    spending = staff * r.staff_spending_kr * weekly
    extra = np.array([m.extra for m in world.municipalities]).sum(axis=1)
    spending += extra * r.caseworker_kr * weekly
    share = np.array([m.share for m in world.municipalities])
    spending += share * r.outlay_kr * weekly
    ledger[:, ACCOUNT["jobcentre_staff"]] += _ore(spending)
    purchases = (week.programme_kr * (r.subsidy[: len(world.codes)] == 0)).sum(axis=1)
    ledger[:, ACCOUNT["programme_purchases"]] += _ore(purchases * 100.0)
    per_interview = r.a_kasse_interview_kr * 100.0
    ledger[:, ACCOUNT["a_kasse_contact"]] += _ore(week.a_kasse_held * per_interview)
    if NAMED in world.memory:
        names: NDArray[np.float64] = world.memory[NAMED]
        ledger[:, ACCOUNT["a_kasse_contact"]] += _ore(names * r.a_kasse_name_kr * 100.0)
        names[:] = 0.0
    ledger[:, ACCOUNT["medical_certificates"]] += _ore(tally.certificates * r.certificate_kr * 100.0)
    tally.certificates[:] = 0


class Compensation(NamedTuple):
    """The lump sum that makes up for a changed scale; m = municipalities."""

    ore: NDArray[np.int64]  # (m, settled as) a week
    settled: NDArray[np.bool_]  # (m,) fixed in the reform's first week


@act("payments", writes=("ledger", "memory.compensation"))
def compensate(world: World, r: PaymentRules) -> None:
    """A block grant makes up for what the changed scale cost in its first week, in every week from then on.

    A reform may reach municipalities on different dates.
    """
    kept = world.memory.setdefault("compensation", no_compensation(len(world.codes)))
    first = r.neutral & ~kept.settled
    kept.ore[first] = world.this_week.burden[first]
    kept.settled[:] |= r.neutral
    world.ledger[:, ACCOUNT["block_grant"]] += np.where(r.neutral, kept.ore.sum(axis=1), 0)


def no_compensation(m: int) -> Compensation:
    """Return the state before any compensation."""
    return Compensation(np.zeros((m, len(SETTLED_AS)), np.int64), np.zeros(m, np.bool_))


def _ore(amounts: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """Round to whole øre."""
    return whole(np.floor(amounts + 0.5), "a payment")


MECHANISMS = (
    Mechanism(
        name="payments",
        label="Benefits, refunds, taxes and the effort are paid",
        label_da="Betalinger og refusion",
        equation="B; floor(B * share[step])",
        evidence="lov om kommunernes finansiering af visse offentlige ydelser, section 5",
        when_off="cannot be switched off",
        rules=rules,
        switch=False,
    ),
)
