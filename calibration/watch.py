"""The week-by-week record of a world that calibration needs beside its outcomes.

Yearly outcomes do not say where a person is a year later, how long the running spells are or how often those
in week 4-26 are met.  A :class:`Watch` looks at the citizens' columns after each week, in the second year,
and keeps sums; it changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.states import N_STATES, State
from sim.vocabulary import Programme

if TYPE_CHECKING:
    from sim import LabourMarket
    from sim.outcomes.snapshot import Citizens

#: Longest duration that is kept apart; longer ones are counted here.
LONGEST = 1_000
#: Unemployment here: dagpenge and job-ready kontanthjælp, as the model's own measure has it.
UNEMPLOYED = (State.DAGPENGE, State.KONTANTHJAELP_JOB_READY)


class Supported(NamedTuple):
    """What decides how long people have been supported, as it was after a week; each column (n,)."""

    state: NDArray[np.uint8]
    birth_year: NDArray[np.int16]
    support_start: NDArray[np.int32]
    refund_weeks: NDArray[np.uint16]

    @classmethod
    def of(cls, citizens: Citizens) -> Supported:
        """Copy the columns of the present week."""
        s = citizens.status
        born = citizens.person.birth_year
        return cls(s.state.copy(), born.copy(), s.support_start.copy(), s.refund_weeks.copy())


class Watch:
    """What was seen of a world, week by week, from its first to the end of its second year.

    Parameters
    ----------
    world
        A world that has not been stepped yet.
    """

    def __init__(self, world: LabourMarket) -> None:
        self.start = world.start
        self.year = self.start.year + 1
        self.weight: float = 1.0 / world.scale
        n = len(world.citizens.status.state)
        self.states: list[NDArray[np.uint8]] = []
        self.weeks = 0  # of the second year, so far
        self.ready_weeks = np.zeros((N_STATES, 2), np.int64)  # person-weeks by state and readiness
        self.idle_weeks = 0  # person-weeks of gross unemployed in no programme
        self.unemployed_for = np.zeros(LONGEST + 1, np.int64)  # third quarter, by weeks so far
        self.interviews = np.zeros((N_STATES, LONGEST + 1), np.int64)  # by state and week of the spell
        self.spell_weeks = np.zeros((N_STATES, LONGEST + 1), np.int64)
        self.longest = {s: np.zeros(n, np.int32) for s in (State.DAGPENGE,)}
        self.weeks_in = {s: np.zeros(n, np.int32) for s in (State.DAGPENGE,)}
        self.course_for: dict[tuple[int, int], NDArray[np.int64]] = defaultdict(_no_weeks)  # (month, state)
        self.weeks_of_month: dict[int, int] = defaultdict(int)
        self.first_of_year: NDArray[np.uint8] | None = None
        self.end: Supported | None = None
        self.now = 0

    def see(self, world: LabourMarket) -> None:
        """Take in the week that has just been simulated."""
        citizens = world.citizens
        week = self.start + len(self.states)
        if week.year > self.year:
            return
        self.states.append(citizens.status.state.copy())
        self.now = len(self.states) - 1
        if week.year < self.year:
            return
        if self.first_of_year is None:
            self.first_of_year = self.states[-1]
        self.end = Supported.of(citizens)
        self.weeks += 1
        self._count_states(citizens)
        self._count_spells(citizens)
        self._count_durations(citizens, week.month)

    def _count_states(self, citizens: Citizens) -> None:
        state, ready = citizens.status.state, citizens.person.ready != 0
        for r in (0, 1):
            self.ready_weeks[:, r] += np.bincount(state[ready == bool(r)], minlength=N_STATES)
        gross = np.isin(state, UNEMPLOYED) | ((state == State.INTEGRATION_BENEFIT) & ready)
        self.idle_weeks += int(np.count_nonzero(gross & (citizens.programme.kind == Programme.NONE)))

    def _count_spells(self, citizens: Citizens) -> None:
        state = citizens.status.state
        week_of_spell = np.clip(self.now - citizens.status.entered + 1, 0, LONGEST)
        met = citizens.contact.last_interview == self.now
        for s in UNEMPLOYED:
            here = state == s
            self.spell_weeks[s] += np.bincount(week_of_spell[here], minlength=LONGEST + 1)
            self.interviews[s] += np.bincount(week_of_spell[here & met], minlength=LONGEST + 1)
        for s, longest in self.longest.items():
            here = state == s
            np.maximum(longest, np.where(here, week_of_spell, 0), out=longest)
            self.weeks_in[s] += here

    def _count_durations(self, citizens: Citizens, month: int) -> None:
        status = citizens.status
        if month in (7, 8, 9):
            since = status.unemployed_start[np.isin(status.state, UNEMPLOYED)]
            self.unemployed_for += _by_weeks(self.now - since + 1)
        self.weeks_of_month[month] += 1
        if month == 5:
            for s in State:
                since = status.course_start[status.state == s]
                self.course_for[month, s] += _by_weeks(self.now - since + 1)

    # What the sums say -----------------------------------------------------------------------------

    def mean_stock(self, state: str, readiness: str) -> float:
        """Return the mean number in a state in the second year: readiness all, ready or not_ready."""
        by_readiness = self.ready_weeks[State[state.upper()]]
        not_ready, ready = by_readiness.tolist()
        weeks: int = {"all": ready + not_ready, "ready": ready, "not_ready": not_ready}[readiness]
        return weeks * self.weight / self.weeks

    def interview_rate(self, state: str, first: int, last: int) -> float:
        """Return interviews a person-year in weeks first to last of the spell."""
        s, weeks = State[state.upper()], slice(first, min(last, LONGEST) + 1)
        return float(self.interviews[s, weeks].sum() / self.spell_weeks[s, weeks].sum() * WEEKS_A_YEAR)

    def interviews_since(self, state: str, first: int) -> float:
        """Return interviews from week ``first`` of the spell on, over the person-years of all its weeks."""
        s = State[state.upper()]
        return float(self.interviews[s, first:].sum() / self.spell_weeks[s].sum() * WEEKS_A_YEAR)

    def weeks_supported(self, persons: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the weeks on the refund clock since it last began, for persons who are on support now.

        The clock begins anew after 52 weeks of self-support within three years; shorter breaks are within it.
        """
        assert self.end is not None
        run = self.now + 1 - self.end.support_start[persons].astype(np.int64)
        return np.asarray(run + self.end.refund_weeks[persons].astype(np.int64))


def _no_weeks() -> NDArray[np.int64]:
    return np.zeros(LONGEST + 1, np.int64)


def _by_weeks(weeks: NDArray[np.int32]) -> NDArray[np.int64]:
    return np.bincount(np.clip(weeks, 0, LONGEST), minlength=LONGEST + 1)
