"""Benefit shifts: from one benefit to another, and out of support without a job.

About 80,000 shifts a year (F01 of the seed figures, validation).  A client of state s leaves for k in a week
with

    P = 1 - exp(-sum_k q_ik),   q_ik = rate[s, k] / 52.18 * factor(i, k),

with ``rate`` the parameters ``flows.<from>_to_<to>`` and factor by barrier, age and readiness
(``shifts.*``).  A recent interview leads the young without an education towards one (B14, the education
order): under 30 with basic schooling, on dagpenge, job-ready or on education assistance, b * s(meetings) is
added to the rate to education, s as in :mod:`sim.mechanisms.search`; the switch ``interview_effect`` takes
it away.  Flows to
disability pension, flexjob or resource course are not moves but the opening of a clarification
(:mod:`sim.mechanisms.clarification`), which takes caseworkers' time.  Whether a shift restarts the contact
course and costs a handover is law and organisation, see :mod:`sim.mechanisms.transition`.  Switch:
``benefit_shifts``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.engine.decisions import Contenders, bound, contenders
from sim.engine.draws import Purpose
from sim.law import Law
from sim.lookup import NEEDS_CASE
from sim.mechanism import Mechanism, act
from sim.rules.flows import rates_in_force
from sim.rules.recent_interviews import FadeRules, fade_rules, interview_effect
from sim.states import N_STATES, State
from sim.vocabulary import Education
from sim.world.clients import Clients, Traits
from sim.world.clock import Now
from sim.world.columns import NEVER
from sim.world.moves import Moves
from sim.world.world import World

_SHIFT = int(Purpose.SHIFT)
_ACTIVITY_READY = int(State.KONTANTHJAELP_ACTIVITY_READY)
_RESOURCE, _FLEXJOB = int(State.RESSOURCEFORLOEB), int(State.LEDIGHEDSYDELSE)
_SICK, _EDUCATION, _PENSION = int(State.SYGEDAGPENGE), int(State.EDUCATION), int(State.FOERTIDSPENSION)
_BASIC = int(Education.BASIC)
#: Benefits whose young recipients without an education are told to take one.
_WITH_ORDER = [State.DAGPENGE, State.KONTANTHJAELP_JOB_READY, State.UDDANNELSESHJAELP]
_ORDERED = np.zeros(N_STATES, np.uint8)
_ORDERED[_WITH_ORDER] = 1
#: Where the bands of age end that the parameters shifts.education_from_35 and shifts.pension_from_40 are
#: named after: their definition, no size.
_EDUCATION_BAND, _PENSION_BAND = 35, 40


class ShiftProfile(NamedTuple):
    """On whom shifts fall, relative to the average client of the state."""

    education_ready: float  # to education, under 35
    education_not_ready: float
    education_older: float  # from 35
    pension_younger: float  # to disability pension, under 40
    pension_older: float  # from 40
    pension_barrier: NDArray[np.float64]  # (3,)
    sickness_barrier: NDArray[np.float64]  # (3,)
    activity_barrier: NDArray[np.float64]  # (3,) to activity-ready kontanthjælp
    clarification_barrier: NDArray[np.float64]  # (3,) to resource course and ledighedsydelse
    interview_education: NDArray[np.float64]  # (w,) a week to education, of a recent interview
    order_under_age: int  # the young who are told to take an education
    fade: FadeRules


class ShiftRules(NamedTuple):
    """Rates and profile; w = rule rows."""

    profile: ShiftProfile
    rate: NDArray[np.float64]  # (w, from, to) a week


def rules(law: Law) -> ShiftRules:
    """Return the rates in force."""
    return ShiftRules(profile(law), rates_in_force(law.now))


def profile(law: Law) -> ShiftProfile:
    """Return on whom benefit shifts fall, from the parameters ``shifts.*``."""
    r = law.now
    order = r["shifts.interview_to_education"] / WEEKS_A_YEAR * float(law.on("interview_effect"))
    return ShiftProfile(
        education_ready=r.scalar("shifts.education_ready"),
        education_not_ready=r.scalar("shifts.education_not_ready"),
        education_older=r.scalar("shifts.education_from_35"),
        pension_younger=r.scalar("shifts.pension_under_40"),
        pension_older=r.scalar("shifts.pension_from_40"),
        pension_barrier=r.vector("shifts.pension_by_barrier").copy(),
        sickness_barrier=r.vector("shifts.sickness_by_barrier").copy(),
        activity_barrier=r.vector("shifts.activity_ready_by_barrier").copy(),
        clarification_barrier=r.vector("shifts.clarification_by_barrier").copy(),
        interview_education=order,
        order_under_age=round(r.scalar("benefits.adult_from_age")),
        fade=fade_rules(r),
    )


@part
def shift_factor(i: int, to: int, age: int, person: Traits, p: ShiftProfile) -> float:
    """How strongly a flow falls on client ``i``."""
    barrier = person.barrier[i]
    if to == _EDUCATION:
        return (
            (p.education_ready if person.ready[i] else p.education_not_ready)
            if age < _EDUCATION_BAND
            else p.education_older
        )
    if to == _PENSION:
        return (p.pension_younger if age < _PENSION_BAND else p.pension_older) * p.pension_barrier[barrier]
    if to == _SICK:
        return p.sickness_barrier[barrier]
    if to == _ACTIVITY_READY:
        return p.activity_barrier[barrier]
    if to in (_RESOURCE, _FLEXJOB):
        return p.clarification_barrier[barrier]
    return 1.0


@part
def _order(i: int, frm: int, age: int, now: Now, k: Clients, p: ShiftProfile) -> float:
    """Weekly rate to education that recent interviews add for the young without an education."""
    size = p.interview_education[k.person.rule_row[i]]
    if size == 0.0 or age >= p.order_under_age or k.person.education[i] != _BASIC or not _ORDERED[frm]:
        return 0.0
    stock: float = np.float64(k.contact.interview_stock[i])
    return size * interview_effect(stock, k.contact.last_interview[i], now.week, p.fade)


@part
def _total_rate(
    i: int, frm: int, age: int, order: float, person: Traits, p: ShiftProfile, rate: NDArray[np.float64]
) -> float:
    """Sum of the weekly rates of all shifts open to client ``i``; ``order`` adds to that to education."""
    total, w = 0.0, person.rule_row[i]
    for to in range(N_STATES):
        if rate[w, frm, to] > 0.0:
            added = order if to == _EDUCATION else 0.0
            total += (rate[w, frm, to] + added) * shift_factor(i, to, age, person, p)
    return total


@part
def _destination(
    i: int,
    frm: int,
    age: int,
    order: float,
    left: float,
    person: Traits,
    p: ShiftProfile,
    rate: NDArray[np.float64],
) -> int:
    """Which of the shifts it is; ``left`` uniform between 0 and the total rate."""
    last, w = frm, person.rule_row[i]
    for to in range(N_STATES):
        if rate[w, frm, to] > 0.0:
            last = to
            added = order if to == _EDUCATION else 0.0
            left -= (rate[w, frm, to] + added) * shift_factor(i, to, age, person, p)
            if left < 0.0:
                return to
    return last


@kernel
def _shift(
    now: Now, open_to: Contenders, k: Clients, r: ShiftRules, moved: Moves, opened: Moves
) -> tuple[int, int]:
    n, cases = 0, 0
    p, rate = r.profile, r.rate
    for at in range(open_to.row.size):
        i, u = open_to.row[at], open_to.u[at]
        frm = k.state[i]
        if frm == _SICK and k.spell.employer[i] >= 0:
            continue
        age = now.year - k.person.birth_year[i]
        order = _order(i, frm, age, now, k, p)
        total = _total_rate(i, frm, age, order, k.person, p, rate)
        chance = 1.0 - math.exp(-total)
        if u >= chance:
            continue
        to = _destination(i, frm, age, order, u / chance * total, k.person, p, rate)
        if not NEEDS_CASE[to]:
            moved.who[n], moved.to[n] = k.id[i], to
            n += 1
        elif k.contact.clarify_at[i] == NEVER:
            opened.who[cases], opened.to[cases] = i, to
            cases += 1
    return n, cases


def _bound(p: ShiftProfile, rate: NDArray[np.float64]) -> NDArray[np.float64]:
    """No client of a state leaves it with more than this chance (state,): the largest rates and factors."""
    factor = np.ones(N_STATES)
    factor[_EDUCATION] = max(p.education_ready, p.education_not_ready, p.education_older)
    factor[_PENSION] = max(p.pension_younger, p.pension_older) * p.pension_barrier.max()
    factor[_SICK] = p.sickness_barrier.max()
    factor[_ACTIVITY_READY] = p.activity_barrier.max()
    factor[[_RESOURCE, _FLEXJOB]] = p.clarification_barrier.max()
    most = rate.max(axis=0)
    most[_WITH_ORDER, _EDUCATION] += p.interview_education.max() * p.fade.largest_effect
    return bound(most @ factor)


@act("benefit_shifts", writes=("this_week.cases",), purposes=(Purpose.SHIFT,))
def shift_benefits(world: World, r: ShiftRules) -> Moves:
    """The week's shifts: those made at once, and those for which a clarification opens.

    The sick who hold a job do not shift; nobody has two clarifications.
    """
    now, k = world.now, world.clients.settled
    open_to = contenders(now.key, _SHIFT, now.week, k.key, k.state, _bound(r.profile, r.rate))
    room = open_to.row.size
    moved, opened = Moves.room(room), Moves.room(room)
    n, cases = _shift(now, open_to, k, r, moved, opened)
    world.this_week.cases = opened.first(cases)
    return moved.first(n)


MECHANISMS = (
    Mechanism(
        name="benefit_shifts",
        label="Moves from one benefit to another",
        label_da="Skift mellem ydelser",
        equation="competing yearly rates",
        evidence="seed F01, F304-F308",
        when_off="nobody shifts",
        rules=rules,
    ),
)
