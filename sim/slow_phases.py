"""Money and slow decisions: what the last two phases of :data:`sim.model.WEEK` do."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import data
from sim.calendar import WEEKS_A_YEAR
from sim.mechanisms import refunds, staffing, supervision, turnover
from sim.outcomes.ledger import ACCOUNT
from sim.phase_state import PhaseState
from sim.world.payroll import count_payroll

#: Week numbers in which municipalities settle their budgets.
_QUARTERS = (1, 14, 27, 40)


class SlowPhases(PhaseState):
    """Payment every week, turnover every week, budgets every quarter, supervision every year."""

    def pay(self) -> None:
        """Money: benefits and refunds person by person, then staff, programmes, certificates and grants."""
        law, c = self.law, self.citizens
        payroll = self.mover.payroll
        if len(self.worlds) > 1:  # a trial may have put anybody under other rules
            count_payroll(c.person, c.status, payroll)
        refunds.pay_week(
            self._now(),
            self.clients(),
            c,
            payroll,
            law.rates,
            law.refunds,
            law.refunds_before,
            law.subsidy_ore,
            law.paid_hours_subsidy,
            self.ledger,
            self._shift,
        )
        self._pay_for_the_effort()
        neutral = law.resolved["refund.block_grant_neutral"] > 0.5
        first = neutral & ~self._compensated  # a reform may reach municipalities on different dates
        self.compensation[first] = self._shift[first]
        self._compensated |= neutral
        self.ledger[:, ACCOUNT["block_grant"]] += np.where(neutral, self.compensation, 0)

    def _pay_for_the_effort(self) -> None:
        """Book staff, purchased programmes, the a-kasse's interviews and certificates."""
        r, ledger = self.law.resolved, self.ledger
        weekly = self.scale * 100.0 / WEEKS_A_YEAR
        staff = np.array([m.share * m.staff for m in self.municipalities])
        spending = staff * r.scalar("staffing.staff_spending_mio_kr") * 1e6 * weekly
        extra = np.array([m.extra for m in self.municipalities]).sum(axis=1)
        spending += extra * r["staffing.caseworker_kr_year"] * weekly
        ledger[:, ACCOUNT["jobcentre_staff"]] += _ore(spending)
        purchases = (self._spending * (self.law.subsidy_ore[: len(self.codes)] == 0)).sum(axis=1)
        ledger[:, ACCOUNT["programme_purchases"]] += _ore(purchases * 100.0)
        per_interview = r.scalar("contact.a_kasse_kr_an_interview") * 100.0
        ledger[:, ACCOUNT["a_kasse_contact"]] += _ore(self._a_kasse_held * per_interview)
        certificates = self.tally.certificates * r["clarification.certificate_kr"] * 100.0
        ledger[:, ACCOUNT["medical_certificates"]] += _ore(certificates)
        self.tally.certificates[:] = 0

    def decide_slowly(self) -> None:
        """Slow decisions: turnover each week, staff and budgets each quarter, supervision each new year."""
        r, number = self.law.resolved, self.calendar_week.number
        if self._on("turnover"):
            rate = r["staffing.turnover_a_year"] / WEEKS_A_YEAR
            spread = r.scalar("casework.skill_spread")
            relation = self.citizens.contact
            turnover.replace_leavers(self._now(), self._clients, relation, self.caseworkers, rate, spread)
        if number in _QUARTERS or self.week == 0:
            self._settle_budgets()
        if number == 1:
            self._supervise()

    def _settle_budgets(self) -> None:
        """Each municipality settles its budget and moves its staff."""
        r = self.law.resolved
        if not self._on("staffing"):
            purse = r["programmes.budget_mio_kr"] * 1e6
            for municipality in self.municipalities:
                municipality.programme_budget_kr = float(purse[municipality.position]) * municipality.share
            return
        ratio, cases = self._value_ratio(), self._cases_a_post()
        for municipality in self.municipalities:
            value = float(ratio[municipality.position])
            caseload = float(cases[municipality.position])
            municipality.settle_budget(r, value, self._on("municipal_reaction"), caseload)
        factor = np.array([m.staff for m in self.municipalities])
        staffing.set_hours(self.caseworkers, self.full_minutes, factor, self.key)
        extra = np.array([m.extra for m in self.municipalities]) * self.scale
        staffing.add_hours(self.caseworkers, extra, r.scalar("casework.hours_a_week") * 60.0)

    def _cases_a_post(self) -> NDArray[np.float64]:
        """Open cases a full-time caseworker of the first week (m,)."""
        m, cw = len(self.codes), self.caseworkers
        cases = np.bincount(cw.municipality, weights=cw.cases, minlength=m)
        full = self.law.resolved.scalar("casework.hours_a_week") * 60.0
        posts = np.bincount(cw.municipality, weights=self.full_minutes, minlength=m) / full
        return np.asarray(cases / np.maximum(posts, 1e-9))

    def _value_ratio(self) -> NDArray[np.float64]:
        """What clients' benefits cost each municipality, relative to the law without the reform (m,)."""
        law, c = self.law, self.citizens
        staffing.weekly_values(
            self._now(),
            self._clients,
            c.person.municipality,
            c.status,
            law.weekly_kr,
            law.own_shares,
            law.own_shares_before,
            law.contact.free_weeks,
            law.contact.active_bonus,
            c.programme.kind,
            law.step_ends,
            self._value,
        )
        now, before = self._value[:, 0], self._value[:, 1]
        return np.where(before > 0, now / np.maximum(before, 1e-9), 1.0)

    def _supervise(self) -> None:
        """Put municipalities under tightened supervision for the year, or release them."""
        r = self.law.resolved
        without = supervision.share_without_effort(self._now(), self._clients, self.citizens, len(self.codes))
        gap = self.benchmark_gap + self._support_share() - self.support_at_start
        force = r["supervision.focus_targets_in_force"] * float(self._on("supervision"))
        supervised = supervision.under_supervision(
            force, without, r["supervision.focus_share_threshold"], r["supervision.benchmark_gate"], gap
        )
        self.decisions = self.decisions._replace(supervised=supervised)
        for municipality in self.municipalities:
            municipality.supervised = bool(supervised[municipality.position])
        self._stale = True

    def _support_share(self) -> NDArray[np.float64]:
        """Share of each municipality's people on temporary benefits, per cent (m,)."""
        stock = self.tally.stock
        return np.asarray(100.0 * stock[:, 1:11].sum(axis=1) / stock.sum(axis=1))

    @property
    def benchmark_gap(self) -> NDArray[np.float64]:
        """Actual less expected share on public support, percentage points (m,), mean of 2020-22."""
        return np.asarray(data.municipalities()["bm_diff_pp_mean_2020_2022"].to_numpy(np.float64))


def _ore(amounts: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """Round to whole øre."""
    return np.floor(amounts + 0.5).astype(np.int64)
