"""What each phase of the week does, in calls to the mechanisms; the order is in :data:`sim.model.WEEK`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.compiled import kernel
from sim.ledger import ACCOUNT
from sim.mechanisms import (
    ageing,
    benefit_shifts,
    casework,
    clarification,
    contact,
    exhaustion,
    matching,
    ordinary_hours,
    programmes,
    refunds,
    sanctions,
    search,
    separations,
    sickness,
    staffing,
    supervision,
    turnover,
    vacancies,
)
from sim.mechanisms.transition import GONE, IS_CLIENT, Mover, Moves, move_citizens
from sim.states import State
from sim.world.tally import ContactTally, Tally, part_of

if TYPE_CHECKING:
    from sim.calendar import Week
    from sim.draws import Key
    from sim.law.week import Decisions, LawOfTheWeek
    from sim.parameters import ParameterSet
    from sim.world.caseworkers import Caseworkers
    from sim.world.citizens import Citizens
    from sim.world.employers import Employers
    from sim.world.municipalities import MunicipalityAgent

_SEEKING_QUIETLY = (State.EMPLOYED, State.EDUCATION, State.OUTSIDE)
_QUARTERS = (1, 14, 27, 40)


@kernel
def _all_clients(state: NDArray[np.uint8], out: NDArray[np.int32]) -> int:
    n = 0
    for i in range(state.size):
        if IS_CLIENT[state[i]]:
            out[n] = i
            n += 1
    return n


@kernel
def _still_clients(clients: NDArray[np.int32], state: NDArray[np.uint8], out: NDArray[np.int32]) -> int:
    n = 0
    for i in clients:
        if IS_CLIENT[state[i]]:
            out[n] = i
            n += 1
    return n


def list_clients(state: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Positions of all clients, in id order."""
    out = np.empty(state.size, np.int32)
    return out[: _all_clients(state, out)]


def still_clients(clients: NDArray[np.int32], state: NDArray[np.uint8]) -> NDArray[np.int32]:
    """The clients of a list who still are."""
    out = np.empty(clients.size, np.int32)
    return out[: _still_clients(clients, state, out)]


class PhaseMethods:
    """The phases, as methods of :class:`sim.model.LabourMarket`."""

    citizens: Citizens
    employers: Employers
    mover: Mover
    tally: Tally
    law: LawOfTheWeek
    caseworkers: Caseworkers
    decisions: Decisions
    municipalities: list[MunicipalityAgent]
    parameters: ParameterSet
    codes: NDArray[np.int64]
    key: Key
    switched_off: frozenset[str]
    scale: float
    week: int
    calendar_week: Week
    commuting: NDArray[np.float64]
    reference_tightness: NDArray[np.float64] | None
    ladder: NDArray[np.float64]
    full_minutes: NDArray[np.float64]
    ledger: NDArray[np.int64]
    compensation: NDArray[np.int64]
    support_at_start: NDArray[np.float64]
    _now: Any
    _support_share: Any

    def _begin_phases(self) -> None:
        m = len(self.codes)
        self._stale = True
        self._clients = list_clients(self.citizens.status.state)
        self._applicants = np.empty(0, np.int32)
        self._finding = np.ones(m)
        self._spending = np.zeros((m, 4))
        self._value = np.zeros((m, 2))
        self._shift = np.zeros(m, np.int64)
        self._compensated = False
        self._a_kasse_held = np.zeros(m, np.int64)

    def _change_flows(self, rates: NDArray[np.float64]) -> None:
        """Bring changed flow rates into force.

        Quiet spells were drawn with the first rates: a change multiplies the chance that an event is accepted.
        Clients draw weekly, so their rates are replaced.
        """
        flows = self.mover.flows
        if not hasattr(self, "_first_rates"):
            self._first_rates = rates.copy()
        quiet = separations.IS_QUIET == 1
        known = self._first_rates > 0.0
        ratio = np.where(known, rates / np.where(known, self._first_rates, 1.0), 1.0)
        self._flow_change = np.where(quiet[:, None], ratio, 1.0)
        flows.rate[~quiet] = rates[~quiet]

    def _on(self, mechanism: str) -> bool:
        return mechanism not in self.switched_off

    def clients(self) -> NDArray[np.int32]:
        """Everybody the jobcentre follows at this moment, in id order."""
        self._clients = still_clients(self._clients, self.citizens.status.state)
        return self._clients

    # 2 ------------------------------------------------------------------------------------------------------------
    def separate(self) -> None:
        """Demand: set the week's multipliers, end quiet spells, and let vacancies answer."""
        now, flows, r = self._now(), self.mover.flows, self.law.resolved
        season = r.vector("demand.season_job_loss")[now.month - 1] if self._on("season") else 1.0
        cycle = r.scalar("demand.job_loss_index") if self._on("cycle") else 1.0
        flows.now[:, :, :] = 1.0
        flows.now[:, State.EMPLOYED, State.DAGPENGE] = season * cycle
        flows.now[:, State.EDUCATION, State.DAGPENGE] = r.vector("demand.season_graduates")[now.month - 1]
        for state in _SEEKING_QUIETLY:
            flows.now[:, state, State.EMPLOYED] = self._finding
        flows.now[:] *= self._flow_change[None, :, :]
        flows.bound[0] = flows.now.max()
        flows.clock[0] += flows.bound[0]
        self._applicants = np.empty(0, np.int32)
        if self._on("separations"):
            moves, self._applicants = separations.end_quiet_spells(
                now,
                self.citizens.person,
                self.citizens.status,
                flows,
                r.scalar("separations.uninsured_to_assistance"),
                round(r.scalar("dagpenge.requalifying_weeks")),
            )
            self._move(moves)
        self._clients = list_clients(self.citizens.status.state)

    # 3 ------------------------------------------------------------------------------------------------------------
    def meet(self) -> None:
        """Contact: caseworkers, their week, the a-kasse's and the jobcentre's interviews."""
        now, c, cw, tally = self._now(), self.citizens, self.caseworkers, part_of(self.tally, ContactTally)
        casework.assign_caseworkers(now, self._clients, c.person, c.status, c.contact, cw, self.law.casework)
        casework.open_week(
            now, cw, self.law.casework, tally, self.law.resolved.scalar("casework.hours_a_week") * 60
        )
        before = tally.interviews_a_kasse.sum(axis=1)
        contact.hold_a_kasse_interviews(now, self._clients, c, self.law.contact, tally)
        self._a_kasse_held = tally.interviews_a_kasse.sum(axis=1) - before
        queue = contact.find_due(now, self._clients, c, self.law.contact)
        order = np.argsort(-queue.priority, kind="stable")
        contact.hold_interviews(now, queue, order, c, cw, self.law.contact, tally)
        casework.close_week(cw, self.law.casework, tally)

    # 4 ------------------------------------------------------------------------------------------------------------
    def run_programmes(self) -> None:
        """Programmes: end, announce, start."""
        now, c, rules = self._now(), self.citizens, self.law.programmes
        programmes.run_programmes(
            now,
            self._clients,
            c,
            rules,
            self.tally.participants,
            self.tally.activated_unemployed,
            self._spending,
        )
        if not self._on("programmes"):
            return
        programmes.announce_starts(now, self._clients, c, rules)
        who = programmes.find_starts(now, self._clients, c.person.key, c.programme)
        budget = np.array([m.programme_budget_kr for m in self.municipalities]) * self.scale / WEEKS_A_YEAR
        programmes.start_programmes(now, who, c, self.caseworkers, rules, self._spending, budget)

    # 5 ------------------------------------------------------------------------------------------------------------
    def match(self) -> None:
        """Search and matching: hazards, tightness, hires, and what vacancies answer."""
        now, c, tally, r = self._now(), self.citizens, self.tally, self.law.resolved
        m = len(self.codes)
        hazard, searching = search.job_hazards(now, self._clients, c, self.caseworkers, self.law.search, m)
        for state in _SEEKING_QUIETLY:
            searching = searching + tally.stock[:, state] * self.mover.flows.rate[state, State.EMPLOYED]
        open_jobs = vacancies.vacancies_by_municipality(self.employers)
        eta = r.scalar("matching.seeker_elasticity")
        factor, where_to, tightness = matching.job_finding_factor(
            self.commuting, open_jobs.astype(np.float64), searching, self.reference_tightness, eta
        )
        if self.reference_tightness is None:
            self.reference_tightness = tightness
        if not self._on("displacement"):
            factor = np.ones(m)
        self._finding = where_to @ factor
        tally.vacancy_weeks[:] += open_jobs
        tally.tightness_weeks[:] += tightness
        found = np.empty(0, np.int32)
        if self._on("matching"):
            found = matching.draw_hires(now, self._clients, hazard, self._finding, c.person)
        self._hire(np.concatenate([found, self._applicants]), where_to * factor[None, :])
        self._answer_tightness(tightness)

    def _hire(self, seekers: NDArray[np.int32], weights: NDArray[np.float64]) -> None:
        """Send the seekers to workplaces and fill vacancies in the order of the race."""
        rows = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
        now, r, person, status = self._now(), self.law.resolved, self.citizens.person, self.citizens.status
        where, arrival = matching.choose_workplaces(
            now, seekers, rows, person, status, self.law.search.stigma
        )
        order = np.lexsort((arrival, where))
        hired = matching.fill_vacancies(
            now,
            seekers[order],
            where[order],
            person,
            status,
            self.employers,
            r.scalar("matching.stay_in_industry"),
            not self._on("displacement"),
        )
        self.tally.hires[:] += np.bincount(person.municipality[hired], minlength=len(self.codes))
        self._move(Moves(hired, np.full(hired.size, State.EMPLOYED, np.uint8)))

    def _answer_tightness(self, tightness: NDArray[np.float64]) -> None:
        """Open or withdraw jobs."""
        if not self._on("job_creation"):
            return
        r, employers = self.law.resolved, self.employers
        growth = r.scalar("demand.job_growth") if self._on("cycle") else 0.0
        jobs = np.bincount(
            employers.municipality, weights=employers.filled + employers.vacancies, minlength=len(self.codes)
        )
        answer = r.scalar("vacancies.creation_elasticity") * np.log(self.reference_tightness / tightness)
        wanted = jobs * (np.clip(answer, -0.5, 0.5) + growth) / WEEKS_A_YEAR
        vacancies.adjust_vacancies(self._now(), wanted, self.ladder, employers)

    # 6 ------------------------------------------------------------------------------------------------------------
    def _move(self, moves: Moves, newcomers: bool = False) -> None:
        """Carry out a mechanism's decisions."""
        if moves.who.size:
            move_citizens(self._now(), moves, newcomers, self.mover)

    def move(self) -> None:
        """Transitions that are not a job found."""
        now, person, status, law = self._now(), self.citizens.person, self.citizens.status, self.law
        r = law.resolved
        if self._on("sickness"):
            self._move(sickness.recover(now, self.clients(), person, status, law.sickness))
        if self._on("exhaustion"):
            periods = [round(r.scalar(f"dagpenge.{name}period_weeks")) for name in ("", "graduate_")]
            share = r.scalar("dagpenge.exhausted_to_assistance")
            self._move(
                exhaustion.exhaust_dagpenge(
                    now, self.clients(), person, status, periods[0], periods[1], share
                )
            )
        self._shift_and_clarify()
        if self._on("sanctions"):
            self._move(
                sanctions.sanction(
                    now,
                    self.clients(),
                    person,
                    status,
                    self.citizens.contact,
                    self.caseworkers,
                    law.sanctions,
                    self.tally.sanctions,
                )
            )
        if self._on("ordinary_hours"):
            rates = [r.scalar(f"ordinary_hours.{name}_rate") / WEEKS_A_YEAR for name in ("start", "stop")]
            ordinary_hours.change_hours(
                now,
                self.clients(),
                person,
                status.state,
                self.citizens.contact.ordinary_hours,
                rates[0],
                rates[1],
                8,
            )
        if self._on("ageing"):
            self._age()
        self._clients = list_clients(status.state)

    def _shift_and_clarify(self) -> None:
        """Benefit shifts, clarifications opened and clarifications decided."""
        now, c, law = self._now(), self.citizens, self.law
        if self._on("benefit_shifts"):
            moves, cases = benefit_shifts.shift_benefits(
                now, self.clients(), c.person, c.status, c.contact.clarify_at, self.mover.flows.rate
            )
            if self._on("clarification"):
                clarification.open_cases(
                    now,
                    cases,
                    c.person,
                    c.contact,
                    self.caseworkers,
                    law.clarification,
                    self.tally.certificates,
                )
            self._move(moves)
        if self._on("clarification"):
            self._move(
                clarification.decide_cases(
                    now, self.clients(), c.person, c.status, c.contact, law.clarification
                )
            )

    def _age(self) -> None:
        """Birthdays; those who leave the population are followed by sixteen-year-olds."""
        now, c = self._now(), self.citizens
        moves, gone = ageing.celebrate_birthdays(now, c.person, c.status, self.mover.flows, self.law.ageing)
        self._move(moves)
        self._move(Moves(gone, np.full(gone.size, GONE, np.uint8)))
        ageing.become_newcomers(now, gone, c.person, c.status, c.contact, c.programme, self.law.ageing)
        self._move(Moves(gone, np.full(gone.size, State.EDUCATION, np.uint8)), newcomers=True)

    # 7 ------------------------------------------------------------------------------------------------------------
    def pay(self) -> None:
        """Money: benefits and refunds person by person, then staff, programmes, certificates and grants."""
        law, ledger = self.law, self.ledger
        refunds.pay_week(
            self._now(),
            self.citizens,
            law.rates,
            law.refunds,
            law.refunds_before,
            law.subsidy_ore,
            ledger,
            self._shift,
        )
        r = law.resolved
        weekly = self.scale * 100.0 / WEEKS_A_YEAR
        staff = np.array([m.share * m.staff for m in self.municipalities])
        ledger[:, ACCOUNT["jobcentre_staff"]] += _ore(
            staff * r.scalar("staffing.staff_spending_mio_kr") * 1e6 * weekly
        )
        purchases = (self._spending * (law.subsidy_ore == 0)).sum(axis=1)
        ledger[:, ACCOUNT["programme_purchases"]] += _ore(purchases * 100.0)
        per_interview = r.scalar("contact.a_kasse_kr_an_interview") * 100.0
        ledger[:, ACCOUNT["a_kasse_contact"]] += _ore(self._a_kasse_held * per_interview)
        certificates = self.tally.certificates * r.scalar("clarification.certificate_kr") * 100.0
        ledger[:, ACCOUNT["medical_certificates"]] += _ore(certificates)
        self.tally.certificates[:] = 0
        neutral = r["refund.block_grant_neutral"] > 0.5
        if neutral.any() and not self._compensated:
            self.compensation = np.where(neutral, self._shift, 0)
            self._compensated = True
        ledger[:, ACCOUNT["block_grant"]] += self.compensation

    # 8 ------------------------------------------------------------------------------------------------------------
    def decide_slowly(self) -> None:
        """Slow decisions: turnover every week, staff and budgets every quarter, supervision at the turn of the year."""
        r, number = self.law.resolved, self.calendar_week.number
        if self._on("turnover"):
            turnover.replace_leavers(
                self._now(),
                self._clients,
                self.citizens.contact,
                self.caseworkers,
                r.scalar("staffing.turnover_a_year") / WEEKS_A_YEAR,
                r.scalar("casework.skill_spread"),
            )
        if number in _QUARTERS or self.week == 0:
            self._settle_budgets()
        if number == 1:
            self._supervise()

    def _settle_budgets(self) -> None:
        """Each municipality settles its budget and moves its staff."""
        law = self.law
        staffing.weekly_values(
            self._now(),
            self._clients,
            self.citizens.person.municipality,
            self.citizens.status,
            law.weekly_kr,
            law.own_shares,
            law.own_shares_before,
            law.step_ends,
            self._value,
        )
        ratio = np.where(self._value[:, 1] > 0, self._value[:, 0] / np.maximum(self._value[:, 1], 1e-9), 1.0)
        if not self._on("staffing"):
            for municipality in self.municipalities:
                municipality.programme_budget_kr = (
                    law.resolved.scalar("programmes.budget_mio_kr") * 1e6 * municipality.share
                )
            return
        for municipality in self.municipalities:
            municipality.settle_budget(
                law.resolved, float(ratio[municipality.position]), self._on("municipal_reaction")
            )
        factor = np.array([m.staff for m in self.municipalities])
        staffing.set_hours(self.caseworkers, self.full_minutes, factor, self.key)

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

    @property
    def benchmark_gap(self) -> NDArray[np.float64]:
        """Actual less expected share on public support, percentage points (m,), mean of 2020-22."""
        from sim import data

        return np.asarray(data.municipalities()["bm_diff_pp_mean_2020_2022"].to_numpy(np.float64))


def _ore(amounts: NDArray[np.float64]) -> NDArray[np.int64]:
    """Round to whole øre."""
    return np.floor(amounts + 0.5).astype(np.int64)
