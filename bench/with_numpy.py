"""The reduced job market in plain numpy: whole columns, week by week, with Jobvej's own draws.

Its numbers are the same as Jobvej's, one by one: people, jobs and whole øre.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.reduced import Course, Rules
from sim import LabourMarket
from sim.engine.draws import Purpose, in_week, in_year, philox
from sim.rules.refund_clock import MAX_WINDOW
from sim.states import State
from sim.world.clock import WEEKS_OF_YEAR
from sim.world.people import NOT_SCHEDULED

#: The generator of :mod:`sim.engine.draws` before it is compiled: numpy runs it on whole columns.
_philox: Any = philox.py_func  # type: ignore[attr-defined]
#: Columns that hold the weeks of self-support, newest first.
HISTORY = ("history_0", "history_1", "history_2")


def _weeks_of(year: int) -> int:
    return int(WEEKS_OF_YEAR[year % WEEKS_OF_YEAR.size])


def _weeks_in(words: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether each of the latest weeks was self-supported (n, weeks), newest first; ``words`` (n, 3)."""
    bits = words[:, :, None] >> np.arange(MAX_WINDOW // words.shape[1], dtype=np.uint64) & np.uint64(1)
    return np.asarray(bits.reshape(len(words), MAX_WINDOW) == 1)


class JobMarket:
    """The insured of a world made by :func:`bench.reduced.reduced_world`, as columns."""

    def __init__(self, market: LabourMarket, rules: Rules) -> None:
        citizens = market.citizens
        p, s = citizens.person, citizens.status
        takes_part = (s.state == State.DAGPENGE) | ((s.state == State.EMPLOYED) & (p.insured == 1))
        who = np.flatnonzero(takes_part)

        def column(values: NDArray[Any], dtype: type = np.int64) -> NDArray[Any]:
            return values[who].astype(dtype)

        self.rules, self.key, self.year, self.week = rules, market.world.now.key, market.start.year, 0
        self.identity = column(p.key, np.uint64)
        self.municipality, self.birth_year = column(p.municipality), column(p.birth_year)
        self.provider, self.employability = column(p.provider, np.bool_), column(p.employability, np.float64)
        self.education, self.barrier = column(p.education), column(p.barrier)
        self.state, self.entered = column(s.state), column(s.entered)
        self.course_start, self.support_start = column(s.course_start), column(s.support_start)
        self.used, self.graduate = column(s.dagpenge_weeks), column(s.graduate, np.bool_)
        self.refund_weeks, self.history_week = column(s.refund_weeks), column(s.history_week)
        self.scheduled = column(citizens.calendar.scheduled)
        self.birth_week = column(citizens.calendar.birth_week)
        self.to_offer = np.zeros(who.size)  # hazard left until a job is found
        self.worked = _weeks_in(np.stack([s[name][who] for name in HISTORY], axis=1))
        self.job_losses = self.hires = self.benefits = self.cofinancing = 0

    def uniforms(self, purpose: Purpose, who: NDArray[np.int64], when: Any) -> list[NDArray[np.float64]]:
        """Four uniform draws for each of ``who``; ``when`` is one number or one for each."""
        first = np.broadcast_to(np.asarray(when, np.uint64), who.shape)
        purposes, zero = np.full(who.size, int(purpose), np.uint64), np.zeros(who.size, np.uint64)
        words = _philox(self.identity[who], first, purposes, zero, self.key.seed, self.key.replicate)
        return [(word.astype(np.float64) + 0.5) * 2.0**-32 for word in words]

    def step(self) -> None:
        """Live a week: job losses, search, exhaustion, payment."""
        self.lose_jobs()
        self.search()
        right = np.where(self.graduate, self.rules.graduate_period, self.rules.period)
        over = (self.state == State.DAGPENGE) & (self.weeks_used() >= right)
        self.leave_dagpenge(np.flatnonzero(over), State.OUTSIDE)
        self.pay()
        self.week += 1

    def lose_jobs(self) -> None:
        """Job losses that come up this week, thinned by how long the job has lasted."""
        due = np.flatnonzero((self.state == State.EMPLOYED) & (self.scheduled <= self.week))
        _, v, *_ = self.uniforms(Purpose.QUIET_KIND, due, in_week(int(State.EMPLOYED), self.week))
        settled = self.week - self.entered[due] >= 52
        accepted = v * self.rules.bound < np.where(settled, self.rules.settled, 1.0)
        self.schedule(due[~accepted])
        lost = due[accepted]
        self.job_losses += lost.size
        renewed = lost[self.week - self.entered[lost] >= self.rules.requalifying]
        self.used[renewed], self.graduate[renewed] = 0, False
        self.remember(lost, worked=True)
        restarts = lost[
            self.worked[lost, : self.rules.restart_window].sum(axis=1) >= self.rules.restart_weeks
        ]
        self.refund_weeks[restarts], self.worked[restarts] = 0, False
        self.state[lost], self.entered[lost] = State.DAGPENGE, self.week
        self.course_start[lost] = self.support_start[lost] = self.week

    def schedule(self, who: NDArray[np.int64]) -> None:
        """Write down the week of the next job loss that comes up: in this year of age or in the next."""
        begins, before, here = self.birth_week[who] - 1, _weeks_of(self.year - 1), _weeks_of(self.year)
        had = begins <= self.week
        year, first = np.where(had, self.year, self.year - 1), np.where(had, begins, begins - before)
        self.scheduled[who] = NOT_SCHEDULED
        for _ in range(2):
            weeks = np.where(year < self.year, before, here)
            point = self.next_point(who, year - self.birth_year[who], np.maximum(self.week + 1 - first, 0))
            came = point <= weeks
            self.scheduled[who[came]] = first[came] - 1 + np.ceil(point[came]).astype(np.int64)
            who, first, year = who[~came], (first + weeks)[~came], year[~came] + 1

    def next_point(
        self, who: NDArray[np.int64], age: NDArray[np.int64], over: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """First point after ``over`` weeks of a year of age of each one's process of job losses."""
        r, state = self.rules, int(State.EMPLOYED)
        by_age = np.where(age < 30, r.under_30, np.where(age >= 55, r.over_55, 1.0))
        rate = r.loss[self.municipality[who]] * (by_age * np.exp(-r.slope * self.employability[who]))
        a_year = in_year(state, 1, 0) - in_year(state, 0, 0)
        point, left, number = np.zeros(who.size), np.arange(who.size), 0
        while left.size:
            when = in_year(state, 0, number) + age[left] * a_year
            for u in self.uniforms(Purpose.QUIET_SPELL, who[left], when):
                running = point[left] <= over[left]
                point[left[running]] -= np.log(u[running]) / (r.bound * rate[left[running]])
            left, number = left[point[left] <= over[left]], number + 1
        return point

    def search(self) -> None:
        """Everybody on dagpenge searches; whoever finds a job is hired."""
        r, who = self.rules, np.flatnonzero(self.state == State.DAGPENGE)
        weeks = self.week - self.course_start[who]
        x = r.group + r.education[self.education[who]] + r.barrier[self.barrier[who]]
        x = x + r.sigma * self.employability[who] + r.municipality[self.municipality[who]]
        x -= r.age_slope * np.maximum(self.year - self.birth_year[who] - 45, 0)
        x -= r.delta * np.minimum(weeks, 156) + r.stigma * (weeks >= r.stigma_week)
        right = np.where(self.graduate[who], r.graduate_period, r.period)
        x += r.near_exhaustion * (self.weeks_used()[who] >= right - 17)
        new = who[self.to_offer[who] <= 0.0]
        u, *_ = self.uniforms(Purpose.MATCH, new, self.week)
        self.to_offer[new] = -np.log(u)
        self.to_offer[who] -= np.exp(x)
        hired = who[self.to_offer[who] <= 0.0]
        self.hires += hired.size
        self.leave_dagpenge(hired, State.EMPLOYED)
        self.schedule(hired)

    def leave_dagpenge(self, who: NDArray[np.int64], to: State) -> None:
        """End the benefit of ``who``."""
        self.used[who] = self.weeks_used()[who]
        self.refund_weeks[who] += self.week - self.support_start[who]
        self.remember(who, worked=False)
        self.state[who], self.entered[who], self.to_offer[who] = to, self.week, 0.0

    def remember(self, who: NDArray[np.int64], *, worked: bool) -> None:
        """Write the weeks just past to the history of self-support."""
        past = np.minimum(self.week - self.history_week[who], MAX_WINDOW)
        before = np.arange(MAX_WINDOW)[None, :] - past[:, None]
        kept = np.take_along_axis(self.worked[who], np.maximum(before, 0), axis=1)
        self.worked[who] = np.where(before < 0, worked, kept)
        self.history_week[who] = self.week

    def weeks_used(self) -> NDArray[np.int64]:
        """Weeks of dagpenge used of the right, everybody's."""
        return np.asarray(self.used + self.week - self.entered)

    def pay(self) -> None:
        """Pay everybody on dagpenge; municipalities co-finance by the refund clock."""
        who, rates = np.flatnonzero(self.state == State.DAGPENGE), self.rules.benefit
        used = self.weeks_used()[who]
        young = self.year - self.birth_year[who] < 30
        later = np.where(young, rates["graduate_under_30"], rates["graduate_30_plus"])
        graduate = np.where(used < 13, rates["graduate_first"], later)
        graduate = np.where(self.provider[who], rates["graduate_provider"], graduate)
        full = rates["dagpenge"] + np.where(used < 13, rates["supplement"], 0)
        amount = np.where(self.graduate[who], graduate, full)
        weeks = self.refund_weeks[who] + self.week - self.support_start[who] + 1
        step = sum((weeks > last).astype(np.int64) for last in self.rules.last)
        share = self.rules.cofinancing[self.municipality[who], step]
        self.benefits += int(amount.sum())
        self.cofinancing += int((amount * share // 10_000).sum())


def simulate(market: LabourMarket, rules: Rules, weeks: int) -> Course:
    """Simulate the first ``weeks`` of the year for the people of ``market``."""
    model = JobMarket(market, rules)
    unemployed = np.zeros(weeks, np.int64)
    for week in range(weeks):
        model.step()
        unemployed[week] = int((model.state == State.DAGPENGE).sum())
    return Course(unemployed, model.job_losses, model.hires, model.benefits, model.cofinancing)
