"""What each phase of the week does, in calls to the mechanisms; the order is in :data:`sim.model.WEEK`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.mechanisms import (
    ageing,
    benefit_shifts,
    casework,
    clarification,
    contact,
    employer_service,
    exhaustion,
    mass_layoffs,
    matching,
    ordinary_hours,
    programmes,
    sanctions,
    search,
    separations,
    sickness,
    vacancies,
)
from sim.mechanisms.flows import LARGEST_MULTIPLIER
from sim.mechanisms.transition import GONE, Moves
from sim.outcomes.tally import ContactTally, part_of
from sim.phase_state import NEVER_YET
from sim.slow_phases import SlowPhases
from sim.states import CLIENT_STATES, State
from sim.world.geography import distances_km


class JobChances(NamedTuple):
    """What clients (n,) could expect of the week: chance of an offer 1 - exp(-hazard * factor[residence])."""

    clients: NDArray[np.int32]
    hazard: NDArray[np.float64]  # (n,) a week at normal tightness
    factor: NDArray[np.float64]  # (m,) by municipality of residence

    def of(self, who: NDArray[np.int32], residence: NDArray[np.integer]) -> NDArray[np.float64]:
        """Weekly hazards (k,) of persons ``who``; 0 for those who were no clients when jobs were matched."""
        at = np.minimum(np.searchsorted(self.clients, who), self.clients.size - 1)
        found = self.clients[at] == who
        return np.where(found, self.hazard[at] * self.factor[residence], 0.0)


_SEEKING_QUIETLY = (State.EMPLOYED, State.EDUCATION, State.OUTSIDE)
#: Paid hours a week while on a benefit, for those who have any.
_ORDINARY_HOURS = 8


class PhaseMethods(SlowPhases):
    """The phases, as methods of :class:`sim.model.LabourMarket`."""

    def _change_flows(self, rates: NDArray[np.float64]) -> None:
        """Bring changed flow rates ``rates`` (w, from, to) into force.

        Quiet spells were drawn with the country's first rates: a change, or a municipality's own rate,
        multiplies the chance that an event is accepted. Clients draw weekly, with the rates of their row.
        """
        first = self.mover.flows.rate
        quiet = separations.IS_QUIET == 1
        known = first > 0.0
        ratio = np.where(known, rates[: len(self.codes)] / np.where(known, first, 1.0), 1.0)
        self._flow_change = np.where(quiet[:, None], ratio, 1.0)
        self._shift_rate = rates

    def assign(self, who: NDArray[np.int32], arm: int) -> None:
        """Put persons in an arm of a trial (0: none): from now on its rules are theirs.

        ``who``: their positions; the world must have been made with ``arms``.
        """
        c, law = self.citizens, self.law
        c.person.law_row[who] = c.person.municipality[who] + len(self.codes) * arm
        contact.call_in(self.week, who, law.transition.first_interview_within, c, law.contact)

    def separate(self) -> None:
        """Demand: set the week's multipliers, end quiet spells, and let vacancies answer."""
        self._set_multipliers()
        self._applicants = np.empty(0, np.int32)
        if self._on("separations"):
            r, c = self.law.resolved, self.citizens
            to_assistance = r.scalar("separations.uninsured_to_assistance")
            weeks = round(r.scalar("dagpenge.requalifying_weeks"))
            moves, self._applicants = separations.end_quiet_spells(
                self._now(), c.person, c.status, c.calendar, self.mover.flows, to_assistance, weeks
            )
            was = c.status.state[moves.who]
            self._move(moves)
            if self._on("mass_layoffs"):
                self._lay_off(moves, was, to_assistance)
        self._admit_clients()

    def _lay_off(self, moves: Moves, was: NDArray[np.uint8], to_assistance: float) -> None:
        """Mass layoffs of the week, and the rapid response to collective dismissals."""
        r, c, now = self.law.resolved, self.citizens, self._now()
        wanted, share = r["demand.mass_layoff_persons"] * self.scale, self.law.rapid_response
        who = np.empty(0, np.int32)
        if wanted.any():
            who = mass_layoffs.choose_laid_off(now, wanted, c.person, c.status, self.employers)
            workplaces = c.status.employer[who]
            self._move(mass_layoffs.dismissals(now, who, c.person, to_assistance))
            mass_layoffs.close_jobs(workplaces, self.employers)
        collective = r.scalar("separations.collective_share")
        if share.any():
            others = mass_layoffs.collectively_dismissed(now, moves, was, c.person, collective)
            rules = self.law.contact
            minutes = rules.face_minutes[:, 0] + rules.desk_minutes
            mass_layoffs.respond(now, np.concatenate([who, others]), share, minutes, c, self.caseworkers)

    def _set_multipliers(self) -> None:
        """Season, cycle, last week's chances of a job and changed rates, as multipliers of quiet flows."""
        now, flows, r = self._now(), self.mover.flows, self.law.resolved
        season = r.vector("demand.season_job_loss")[now.month - 1] if self._on("season") else 1.0
        cycle = r["demand.job_loss_index"] if self._on("cycle") else 1.0
        flows.now[:, :, :] = 1.0
        flows.now[:, State.EMPLOYED, State.DAGPENGE] = season * cycle
        flows.now[:, State.EDUCATION, State.DAGPENGE] = r.vector("demand.season_graduates")[now.month - 1]
        for state in _SEEKING_QUIETLY:
            flows.now[:, state, State.EMPLOYED] = self._finding
        flows.now[:] *= self._flow_change
        np.minimum(flows.now, LARGEST_MULTIPLIER, out=flows.now)

    def meet(self) -> None:
        """Contact: caseworkers, their week, the a-kasse's and the jobcentre's interviews."""
        now, c, cw, tally = self._now(), self.citizens, self.caseworkers, part_of(self.tally, ContactTally)
        law = self.law
        casework.assign_caseworkers(now, self._clients, c.person, c.status, c.contact, cw, law.casework)
        full = law.resolved.scalar("casework.hours_a_week") * 60
        casework.open_week(now, cw, law.casework, tally, full)
        before = tally.interviews_a_kasse.sum(axis=1)
        contact.hold_a_kasse_interviews(now, self._clients, c, law.contact, tally)
        self._a_kasse_held = tally.interviews_a_kasse.sum(axis=1) - before
        queue = contact.find_due(now, self._clients, c, law.contact)
        contact.hold_interviews(now, queue, c, cw, law.contact, tally)
        casework.close_week(cw, law.casework, tally)

    def run_programmes(self) -> None:
        """Programmes: end, announce, start."""
        now, c, rules = self._now(), self.citizens, self.law.programmes
        taking, active = self.tally.participants, self.tally.activated_unemployed
        programmes.run_programmes(now, self._clients, c, rules, taking, active, self._spending)
        if not self._on("programmes"):
            return
        programmes.announce_starts(now, self._listed, c, rules)
        who = programmes.find_starts(now, self._clients, c.person.key, c.programme)
        budget = np.array([m.programme_budget_kr for m in self.municipalities]) * self.scale / WEEKS_A_YEAR
        cap = self._guidance_cap()
        programmes.start_programmes(now, who, c, self.caseworkers, rules, self._spending, budget, cap)

    def _guidance_cap(self) -> NDArray[np.float64]:
        """What each municipality may spend on guidance and courses a week (m,), kr. at the run's scale."""
        cap = self.law.resolved["programmes.guidance_cap_kr_person"]
        if not cap.any():
            return np.full(len(self.codes), np.inf)
        clients = self.tally.stock[:, CLIENT_STATES].sum(axis=1)
        return np.where(cap > 0.0, cap * clients / WEEKS_A_YEAR, np.inf)

    def match(self) -> None:
        """Search and matching: hazards, tightness, hires, and what vacancies answer."""
        now, c, tally, r = self._now(), self.citizens, self.tally, self.law.resolved
        m = len(self.codes)
        hazard, searching = search.job_hazards(now, self._clients, c, self.caseworkers, self.law.search, m)
        wide, by_clients = self._where_clients_look(), searching
        for state in _SEEKING_QUIETLY:
            searching = searching + tally.stock[:, state] * self.mover.flows.rate[state, State.EMPLOYED]
        seekers = searching @ self.commuting
        if wide is not self.commuting:
            seekers += by_clients @ (wide - self.commuting)
        open_jobs = vacancies.vacancies_by_municipality(self.employers)
        eta = r.scalar("matching.seeker_elasticity")
        factor, tightness = matching.job_finding_factor(
            open_jobs.astype(np.float64), seekers, self.reference_tightness, eta
        )
        reference = tightness if self.reference_tightness is None else self.reference_tightness
        self.reference_tightness = reference
        where_to = matching.bent_to_vacancies(self.commuting, tightness, reference)
        same = wide is self.commuting
        clients_to = where_to if same else matching.bent_to_vacancies(wide, tightness, reference)
        if not self._on("displacement"):
            factor = np.ones(m)
        self._finding = where_to @ factor
        tally.vacancy_weeks[:] += open_jobs
        tally.tightness_weeks[:] += tightness
        found = np.empty(0, np.int32)
        self.chances = JobChances(self._clients, hazard, clients_to @ factor)
        if self._on("matching"):
            found = matching.draw_hires(now, self._listed, hazard, self.chances.factor, c.person)
        self._hire((found, clients_to * factor[None, :]), (self._applicants, where_to * factor[None, :]))
        self._answer_tightness(reference, tightness)

    def _where_clients_look(self) -> NDArray[np.float64]:
        """Where clients look for work (m, d): as they commute, unless employer service widens it."""
        r = self.law.resolved
        radius = r["employers.search_radius"]
        if not self._on("employer_service") or (radius == 1.0).all():
            return self.commuting
        decay = r.scalar("geography.commuting_decay_km")
        return employer_service.widened(self.commuting, distances_km(), decay, radius)

    def _hire(self, *groups: tuple[NDArray[np.int32], NDArray[np.float64]]) -> None:
        """Send groups of seekers to workplaces, each by weights (m, d); the race decides who is hired."""
        now, r, person, status = self._now(), self.law.resolved, self.citizens.person, self.citizens.status
        stigma, merit = self.law.search.stigma, r.scalar("matching.employability_weight")
        chosen = []
        for who, weights in groups:
            rows = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
            chosen.append(matching.choose_workplaces(now, who, rows, person, status, stigma, merit))
        seekers = np.concatenate([who for who, _ in groups])
        where, arrival = (np.concatenate(columns) for columns in zip(*chosen, strict=True))
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

    def _answer_tightness(self, reference: NDArray[np.float64], tightness: NDArray[np.float64]) -> None:
        """Open or withdraw jobs where it is easier or harder to hire than in the starting world."""
        if not self._on("job_creation"):
            return
        r, e = self.law.resolved, self.employers
        growth = r["demand.job_growth"] if self._on("cycle") else 0.0
        jobs = np.bincount(e.municipality, weights=e.filled + e.vacancies, minlength=len(self.codes))
        answer = r.scalar("vacancies.creation_elasticity") * np.log(reference / tightness)
        wanted = jobs * (np.clip(answer, -0.5, 0.5) + growth) / WEEKS_A_YEAR
        vacancies.adjust_vacancies(self._now(), wanted, self.ladder, e)

    def move(self) -> None:
        """Transitions that are not a job found."""
        self._recover_and_exhaust()
        self._shift_and_clarify()
        self._sanction_and_work_hours()
        if self._on("ageing"):
            self._age()
        self._admit_clients()

    def _recover_and_exhaust(self) -> None:
        """The sick recover; the right to dagpenge runs out."""
        now, person, status = self._now(), self.citizens.person, self.citizens.status
        if self._on("sickness"):
            rules, contact_of, cw = self.law.sickness, self.citizens.contact, self.caseworkers
            if rules.review_weeks.any():
                sickness.review_cases(now, self.clients(), person, status, contact_of, cw, rules)
            self._move(sickness.recover(now, self._list(), person, status, rules))
        if self._on("exhaustion"):
            self._move(exhaustion.exhaust_dagpenge(now, self._list(), person, status, *self.law.exhaustion))
            self._end_assistance()

    def _end_assistance(self) -> None:
        """A limit on kontanthjælp, where a reform has one, counts from the week in which it came."""
        longest = self.law.assistance_limit
        if longest.any():
            self._limit_since = np.where(longest > 0, np.minimum(self._limit_since, self.week), NEVER_YET)
            now, person, status = self._now(), self.citizens.person, self.citizens.status
            clients, since = self.clients(), self._limit_since
            self._move(exhaustion.end_assistance(now, clients, person, status, longest, since))

    def _sanction_and_work_hours(self) -> None:
        """Sanctions, and paid hours taken up and given up while on a benefit."""
        now, c = self._now(), self.citizens
        if self._on("sanctions"):
            leaving = sanctions.sanction(
                now,
                self._list(),
                c.person,
                c.status,
                c.contact,
                self.caseworkers,
                self.law.sanctions,
                self.tally.sanctions,
            )
            self._move(leaving)
        if self._on("programmes") and self.law.programmes.immediate_under.any():
            self._move(programmes.refuse(now, self.clients(), c, self.law.programmes))
        if self._on("ordinary_hours"):
            start, stop = self.law.paid_hours
            paid = c.contact.ordinary_hours
            ordinary_hours.change_hours(now, self._list(), c.person, paid, start, stop, _ORDINARY_HOURS)

    def _shift_and_clarify(self) -> None:
        """Benefit shifts, clarifications opened and clarifications decided."""
        now, c, rules = self._now(), self.citizens, self.law.clarification
        if self._on("benefit_shifts"):
            moves, cases = benefit_shifts.shift_benefits(
                now,
                self._list(),
                c.person,
                c.status,
                c.contact,
                self.law.shifts,
                self._shift_rate,
            )
            if self._on("clarification"):
                counted = self.tally.certificates
                clarification.open_cases(now, cases, c.person, c.contact, self.caseworkers, rules, counted)
            self._move(moves)
        if self._on("clarification"):
            clients = self.clients()
            if rules.assess_after.any():
                assess = clarification.assess_long_courses
                assess(now, clients, c.person, c.status, c.contact, self.caseworkers, rules)
            self._move(clarification.decide_cases(now, clients, c.person, c.status, c.contact, rules))

    def _age(self) -> None:
        """Birthdays; those who leave the population are followed by sixteen-year-olds."""
        now, c = self._now(), self.citizens
        moves, gone = ageing.celebrate_birthdays(
            now, c.person, c.status, c.calendar, self.mover.flows, self.law.ageing
        )
        self._move(moves)
        self._move(Moves(gone, np.full(gone.size, GONE, np.uint8)))
        ageing.become_newcomers(now, gone, c.person, c.status, c.contact, c.programme, self.law.ageing)
        self._move(Moves(gone, np.full(gone.size, State.EDUCATION, np.uint8)), newcomers=True)
