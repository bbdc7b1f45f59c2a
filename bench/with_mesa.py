"""The reduced job market as Mesa agents: one object a person, as a Mesa tutorial would write it.

Its random numbers are Mesa's own, so it agrees with Jobvej within sampling error, not number by number.
"""

from __future__ import annotations

import math

import mesa
import numpy as np

from bench.reduced import Course, Rules
from sim import LabourMarket
from sim.outcomes.snapshot import Citizens
from sim.states import State

ALL_WEEKS = (1 << 192) - 1


class Worker(mesa.Agent):  # type: ignore[misc]
    """An insured person, in a job or on dagpenge."""

    model: JobMarket

    def __init__(self, model: JobMarket, citizens: Citizens, i: int) -> None:
        super().__init__(model)
        p, s = citizens.person, citizens.status
        self.municipality = int(p.municipality[i])
        self.birth_year, self.provider = int(p.birth_year[i]), bool(p.provider[i])
        self.education, self.barrier = int(p.education[i]), int(p.barrier[i])
        self.employability = float(p.employability[i])
        self.state, self.entered = int(s.state[i]), int(s.entered[i])
        self.course_start, self.support_start = int(s.course_start[i]), int(s.support_start[i])
        self.used, self.graduate = int(s.dagpenge_weeks[i]), bool(s.graduate[i])
        self.refund_weeks, self.history_week = int(s.refund_weeks[i]), int(s.history_week[i])
        words = (int(s.history_0[i]), int(s.history_1[i]), int(s.history_2[i]))
        self.history = words[0] | words[1] << 64 | words[2] << 128

    def step(self) -> None:
        """Live a week: lose the job, search, use up the right, be paid."""
        if self.state == State.EMPLOYED:
            self.work()
        if self.state == State.DAGPENGE:
            self.search()
        if self.state == State.DAGPENGE and self.weeks_used() >= self.right():
            self.leave_dagpenge(State.OUTSIDE)
        if self.state == State.DAGPENGE:
            self.receive_benefit()

    def work(self) -> None:
        """Lose the job or keep it."""
        r, week = self.model.rules, self.model.week
        age = self.model.year - self.birth_year
        by_age = r.under_30 if age < 30 else (r.over_55 if age >= 55 else 1.0)
        rate = r.loss[self.municipality] * by_age * math.exp(-r.slope * self.employability)
        settled = week - self.entered >= 52
        chance = (1 - math.exp(-r.bound * rate)) * (r.settled if settled else 1.0) / r.bound
        if self.random.random() >= chance:
            return
        self.model.job_losses += 1
        if week - self.entered >= r.requalifying:
            self.used, self.graduate = 0, False
        self.remember(worked=True)
        if (self.history & ((1 << r.restart_window) - 1)).bit_count() >= r.restart_weeks:
            self.refund_weeks, self.history = 0, 0
        self.state, self.entered = int(State.DAGPENGE), week
        self.course_start = self.support_start = week

    def search(self) -> None:
        """Find a job or not."""
        r, week = self.model.rules, self.model.week
        weeks = week - self.course_start
        x = r.group + r.education[self.education] + r.barrier[self.barrier] + r.sigma * self.employability
        x += r.municipality[self.municipality]
        x -= r.age_slope * max(self.model.year - self.birth_year - 45, 0) + r.delta * min(weeks, 156)
        if weeks >= r.stigma_week:
            x -= r.stigma
        if self.weeks_used() >= (r.graduate_period if self.graduate else r.period) - 17:
            x += r.near_exhaustion
        if self.random.random() < 1 - math.exp(-math.exp(x)):
            self.model.hires += 1
            self.leave_dagpenge(State.EMPLOYED)

    def leave_dagpenge(self, to: State) -> None:
        """End the benefit."""
        week = self.model.week
        self.used = self.weeks_used()
        self.refund_weeks += week - self.support_start
        self.remember(worked=False)
        self.state, self.entered = int(to), week

    def remember(self, *, worked: bool) -> None:
        """Write the weeks just past to the history of self-support, newest week in the lowest bit."""
        past = self.model.week - self.history_week
        self.history = (self.history << past | (((1 << past) - 1) if worked else 0)) & ALL_WEEKS
        self.history_week = self.model.week

    def weeks_used(self) -> int:
        """Weeks of dagpenge used of the right."""
        return self.used + self.model.week - self.entered

    def right(self) -> int:
        """Weeks of dagpenge that the right lasts."""
        return self.model.rules.graduate_period if self.graduate else self.model.rules.period

    def receive_benefit(self) -> None:
        """Be paid; the municipality co-finances by the refund clock."""
        r, rates = self.model.rules, self.model.rules.benefit
        if not self.graduate:
            amount = rates["dagpenge"] + (rates["supplement"] if self.weeks_used() < 13 else 0)
        elif self.provider:
            amount = rates["graduate_provider"]
        elif self.weeks_used() < 13:
            amount = rates["graduate_first"]
        else:
            young = self.model.year - self.birth_year < 30
            amount = rates["graduate_under_30" if young else "graduate_30_plus"]
        weeks = self.refund_weeks + self.model.week - self.support_start + 1
        step = sum(weeks > last for last in r.last)
        self.model.benefits += amount
        self.model.cofinancing += amount * int(r.cofinancing[self.municipality, step]) // 10_000


class JobMarket(mesa.Model):  # type: ignore[misc]
    """The insured of a world made by :func:`bench.reduced.reduced_world`."""

    def __init__(self, world: LabourMarket, rules: Rules, seed: int) -> None:
        super().__init__(rng=seed)
        self.rules, self.week, self.year = rules, 0, world.start.year
        self.job_losses = self.hires = self.benefits = self.cofinancing = 0
        citizens = world.citizens
        s, insured = citizens.status.state, citizens.person.insured == 1
        for i in np.flatnonzero((s == State.DAGPENGE) | ((s == State.EMPLOYED) & insured)).tolist():
            Worker(self, citizens, i)

    def step(self) -> None:
        """Simulate a week for everybody."""
        self.agents.do("step")
        self.week += 1


def simulate(world: LabourMarket, rules: Rules, weeks: int, seed: int = 1) -> Course:
    """Simulate the first ``weeks`` of the year with agents that begin as the people of ``world``."""
    assert world.week == 0
    model = JobMarket(world, rules, seed)
    unemployed = np.zeros(weeks, np.int64)
    for week in range(weeks):
        model.step()
        unemployed[week] = sum(agent.state == State.DAGPENGE for agent in model.agents)
    return Course(unemployed, model.job_losses, model.hires, model.benefits, model.cofinancing)
