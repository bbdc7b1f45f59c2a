"""Money: benefits, refunds, co-financing and taxes, person by person and krone by krone.

Each week every recipient is paid the benefit of the state; who bears it follows the person's refund clock:

    municipal benefit:  municipality pays B to the citizen, the state refunds  floor(B * share[step])
    dagpenge, pension:  a-kasse or state pays B, the municipality co-finances  floor(B * cofinancing[step])

with step from weeks on the clock (80/40/30/20 and 20/60/70/80 per cent after 4, 26 and 52 weeks; lov om
kommunernes finansiering af visse offentlige ydelser, section 5).  Amounts are whole øre, so sums are exact in
any order, and people whose payment is the same are paid together (:mod:`sim.world.payroll`).  Wages of the
employed and taxes on both (rates are labelled assumptions) complete the accounts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.prefetch import person_ahead, prefetch
from sim.law.refund_clock import refund_step, weeks_on_clock
from sim.mechanisms.transition import Now
from sim.outcomes.ledger import ACCOUNT
from sim.states import N_STATES, State
from sim.world.citizens import Citizens
from sim.world.payroll import PAST_WEEKS, Payroll

#: Ledger account of each state's benefit (-1: none).
BENEFIT_ACCOUNT = np.full(N_STATES, -1, np.int64)
for _state, _account in {
    State.DAGPENGE: "dagpenge",
    State.KONTANTHJAELP_JOB_READY: "kontanthjaelp",
    State.KONTANTHJAELP_ACTIVITY_READY: "kontanthjaelp",
    State.UDDANNELSESHJAELP: "uddannelseshjaelp",
    State.SYGEDAGPENGE: "sygedagpenge",
    State.JOBAFKLARING: "ressourceforloebsydelse",
    State.RESSOURCEFORLOEB: "ressourceforloebsydelse",
    State.LEDIGHEDSYDELSE: "ledighedsydelse",
    State.REVALIDERING: "revalideringsydelse",
    State.INTEGRATION_BENEFIT: "integration_benefit",
    State.FLEKSJOB: "flexjob_wage_supplement",
    State.FOERTIDSPENSION: "foertidspension",
    State.EARLY_RETIREMENT: "early_retirement",
    State.LEAVE: "leave_benefits",
}.items():
    BENEFIT_ACCOUNT[_state] = ACCOUNT[_account]
_DAGPENGE, _PENSION, _FLEXJOB = int(State.DAGPENGE), int(State.FOERTIDSPENSION), int(State.FLEKSJOB)
_EARLY, _LEAVE = int(State.EARLY_RETIREMENT), int(State.LEAVE)
_REIMBURSEMENT, _COFINANCING = ACCOUNT["dagpenge_reimbursement"], ACCOUNT["dagpenge_cofinancing"]
_PENSION_COFINANCING, _REFUND = ACCOUNT["pension_cofinancing"], ACCOUNT["benefit_refund"]
_WAGES, _TAX_STATE, _TAX_LOCAL = (
    ACCOUNT["wages"],
    ACCOUNT["income_tax_state"],
    ACCOUNT["income_tax_municipality"],
)
_SUBSIDY = ACCOUNT["wage_subsidy"]


class BenefitRates(NamedTuple):
    """Øre a week, from the law of the week (sim.law.benefit_rates); w = law rows of persons."""

    flat: NDArray[np.int64]  # (w, state) where one rate holds for all
    dagpenge: NDArray[np.int64]  # (w,)
    supplement: NDArray[np.int64]  # (w,) employment supplement, first 13 weeks of the right
    graduate_provider: NDArray[np.int64]  # (w,)
    graduate_first: NDArray[np.int64]  # (w,)
    graduate_under_30: NDArray[np.int64]  # (w,)
    graduate_30_plus: NDArray[np.int64]  # (w,)
    assistance: NDArray[np.int64]  # (w, 2 provider, 2 thirty or more)
    education_assistance: NDArray[np.int64]  # (w, 2 provider)
    wage: NDArray[np.int64]  # (4,) by education
    tax_state: int  # per ten thousand
    tax_local: int


class RefundRules(NamedTuple):
    """Shares in ten-thousandths; m = municipalities, w = law rows of persons."""

    state_share: NDArray[np.int64]  # (m, step)
    cofinancing: NDArray[np.int64]  # (m, step)
    last: NDArray[np.int64]  # (3,) last weeks of steps 1-3
    sanction_share: NDArray[np.int64]  # (w,) share of the benefit withheld during a sanction, ten-thousandths
    set_off: NDArray[np.int64]  # (w,) of earnings from paid hours, ten-thousandths of today's
    full_week: int  # hours of a full working week
    free_weeks: NDArray[np.int64]  # (m,) first weeks of dagpenge that the municipality does not co-finance
    active_bonus: NDArray[np.int64]  # (m,) the state's further share while the person is in a programme


@part
def benefit_of(i: int, now: Now, c: Citizens, b: BenefitRates) -> int:
    """Weekly benefit of citizen ``i`` in øre, before sanctions and hours."""
    p, s = c.person, c.status
    state, w = s.state[i], p.law_row[i]
    age = now.year - p.birth_year[i]
    if state == _DAGPENGE:
        used = s.dagpenge_weeks[i] + now.week - s.entered[i]
        if not s.graduate[i]:
            return b.dagpenge[w] + (b.supplement[w] if used < 13 else 0)
        if p.provider[i]:
            return b.graduate_provider[w]
        if used < 13:
            return b.graduate_first[w]
        return b.graduate_under_30[w] if age < 30 else b.graduate_30_plus[w]
    if state == 2 or state == 3 or state == 6 or state == 7:
        return b.assistance[w, p.provider[i], 1 if age >= 30 else 0]
    if state == 4 or state == 10:
        return b.education_assistance[w, p.provider[i]]
    return b.flat[w, state]


@part
def _after_deductions(i: int, now: Now, amount: int, c: Citizens, r: RefundRules) -> int:
    """Benefit less paid hours and sanctions; nothing while in a wage subsidy, which is a wage."""
    if c.programme.kind[i] == 2 or c.programme.kind[i] == 3:
        return 0
    if c.contact.ordinary_hours[i] > 0:
        hours = c.contact.ordinary_hours[i] * r.set_off[c.person.law_row[i]]
        amount = max(amount - amount * hours // (r.full_week * 10_000), 0)
    if c.contact.sanction_until[i] > now.week:
        amount -= amount * r.sanction_share[c.person.law_row[i]] // 10_000
    return amount


def pay_week(
    now: Now,
    clients: NDArray[np.int32],
    c: Citizens,
    payroll: Payroll,
    b: BenefitRates,
    r: RefundRules,
    before: RefundRules,
    subsidy: NDArray[np.int64],
    hours_subsidy: NDArray[np.int64],
    ledger: NDArray[np.int64],
    shift: NDArray[np.int64],
) -> None:
    """Pay everybody for the week into ``ledger`` (m, entries): ``clients`` one by one, others by head.

    ``shift`` (m,) receives what the municipality bears under ``r`` less what it would bear under ``before``:
    the base of a lump-sum compensation.  ``subsidy`` (w, k) is the weekly wage subsidy by programme,
    ``hours_subsidy`` (w,) that of an ordinary hour while on a benefit, in øre.
    """
    shift[:] = 0
    _pay_clients(now, clients, c, b, r, before, subsidy, hours_subsidy, ledger, shift)
    _pay_by_head(now.week, payroll, b, r, before, ledger, shift)


@kernel
def _pay_clients(
    now: Now,
    clients: NDArray[np.int32],
    c: Citizens,
    b: BenefitRates,
    r: RefundRules,
    before: RefundRules,
    subsidy: NDArray[np.int64],
    hours_subsidy: NDArray[np.int64],
    ledger: NDArray[np.int64],
    shift: NDArray[np.int64],
) -> None:
    person, s = c.person, c.status
    for at in range(clients.size):
        i, later = clients[at], person_ahead(clients, at)
        prefetch(person, later)
        prefetch(s, later)
        prefetch(c.contact, later)
        prefetch(c.programme, later)
        m = person.municipality[i]
        kind = c.programme.kind[i]
        if kind == 2 or kind == 3:
            paid = subsidy[person.law_row[i], kind - 1]
            ledger[m, _SUBSIDY] += paid
            ledger[m, _WAGES] += paid
            _tax(m, paid, 1, b, ledger)
            continue
        state = s.state[i]
        amount = _after_deductions(i, now, benefit_of(i, now, c, b), c, r)
        ledger[m, BENEFIT_ACCOUNT[state]] += amount
        _tax(m, amount, 1, b, ledger)
        weeks, spell = (
            weeks_on_clock(s.refund_weeks[i], s.support_start[i], now.week),
            now.week - s.entered[i],
        )
        own = _own_cost(m, state, amount, weeks, spell, kind > 0, r)
        _share_out(m, state, amount, own, 1, ledger)
        shift[m] += own - _own_cost(m, state, amount, weeks, spell, kind > 0, before)
        if c.contact.ordinary_hours[i] > 0:
            ledger[m, _SUBSIDY] += hours_subsidy[person.law_row[i]] * c.contact.ordinary_hours[i]


@kernel
def _pay_by_head(
    week: int,
    payroll: Payroll,
    b: BenefitRates,
    r: RefundRules,
    before: RefundRules,
    ledger: NDArray[np.int64],
    shift: NDArray[np.int64],
) -> None:
    """Wages, early retirement, leave, flexjobs and disability pensions of everybody on the payroll."""
    for w in range(payroll.workers.shape[0]):
        m = w % ledger.shape[0]
        for education in range(b.wage.size):
            people = payroll.workers[w, education]
            ledger[m, _WAGES] += b.wage[education] * people
            _tax(m, b.wage[education], people, b, ledger)
        for state in (_EARLY, _LEAVE):
            people = payroll.heads[w, state]
            ledger[m, BENEFIT_ACCOUNT[state]] += b.flat[w, state] * people
            _tax(m, b.flat[w, state], people, b, ledger)
        for state in (_FLEXJOB, _PENSION):
            amount = b.flat[w, state]
            for began in range(PAST_WEEKS + week + 1):
                people = payroll.on_clock[state - _FLEXJOB, w, began]
                if people == 0:
                    continue
                weeks = week - (began - PAST_WEEKS) + 1
                ledger[m, BENEFIT_ACCOUNT[state]] += amount * people
                _tax(m, amount, people, b, ledger)
                own = _own_cost(m, state, amount, weeks, 0, False, r)
                _share_out(m, state, amount, own, people, ledger)
                shift[m] += (own - _own_cost(m, state, amount, weeks, 0, False, before)) * people


@part
def _tax(m: int, income: int, people: int, b: BenefitRates, ledger: NDArray[np.int64]) -> None:
    """Income tax of one week's income of each of ``people``."""
    ledger[m, _TAX_STATE] += income * b.tax_state // 10_000 * people
    ledger[m, _TAX_LOCAL] += income * b.tax_local // 10_000 * people


@part
def _share_out(m: int, state: int, amount: int, own: int, people: int, ledger: NDArray[np.int64]) -> None:
    """Book refund or co-financing of one week's benefit, of which the municipality bears ``own``."""
    if state in (_DAGPENGE, _PENSION):
        if state == _DAGPENGE:
            ledger[m, _REIMBURSEMENT] += amount * people
            ledger[m, _COFINANCING] += own * people
        else:
            ledger[m, _PENSION_COFINANCING] += own * people
    else:
        ledger[m, _REFUND] += (amount - own) * people


@part
def _own_cost(m: int, state: int, amount: int, weeks: int, spell: int, active: bool, r: RefundRules) -> int:
    """What the municipality bears of one week's benefit under rules ``r``.

    ``spell``: weeks since the present benefit began; ``active``: in a programme.
    """
    step = refund_step(weeks, r.last[0], r.last[1], r.last[2])
    bonus = r.active_bonus[m] if active else 0
    if state in (_DAGPENGE, _PENSION):
        if state == _DAGPENGE and spell < r.free_weeks[m]:
            return 0
        return amount * max(r.cofinancing[m, step] - bonus, 0) // 10_000
    return amount - amount * min(r.state_share[m, step] + bonus, 10_000) // 10_000
