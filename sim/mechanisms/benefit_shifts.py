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

from sim.engine.client_list import ClientList, Contenders, bound, contenders
from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose
from sim.mechanisms.search import LARGEST_INTERVIEW_EFFECT, interview_effect
from sim.mechanisms.transition import Moves, Now
from sim.states import N_STATES, State
from sim.world.citizens import NEVER, Contact, Person, Status

_SHIFT = int(Purpose.SHIFT)
NEEDS_CLARIFICATION = np.zeros(N_STATES, np.uint8)
NEEDS_CLARIFICATION[[State.RESSOURCEFORLOEB, State.LEDIGHEDSYDELSE, State.FOERTIDSPENSION]] = 1
_ACTIVITY_READY = int(State.KONTANTHJAELP_ACTIVITY_READY)
_RESOURCE, _FLEXJOB = int(State.RESSOURCEFORLOEB), int(State.LEDIGHEDSYDELSE)
_SICK, _EDUCATION, _PENSION = int(State.SYGEDAGPENGE), int(State.EDUCATION), int(State.FOERTIDSPENSION)

#: Benefits whose young recipients without an education are told to take one.
_WITH_ORDER = [State.DAGPENGE, State.KONTANTHJAELP_JOB_READY, State.UDDANNELSESHJAELP]


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


@part
def shift_factor(i: int, to: int, age: int, person: Person, p: ShiftProfile) -> float:
    """How strongly a flow falls on client ``i``."""
    barrier = person.barrier[i]
    if to == _EDUCATION:
        return (
            (p.education_ready if person.ready[i] else p.education_not_ready)
            if age < 35
            else p.education_older
        )
    if to == _PENSION:
        return (p.pension_younger if age < 40 else p.pension_older) * p.pension_barrier[barrier]
    if to == _SICK:
        return p.sickness_barrier[barrier]
    if to == _ACTIVITY_READY:
        return p.activity_barrier[barrier]
    if to in (_RESOURCE, _FLEXJOB):
        return p.clarification_barrier[barrier]
    return 1.0


@part
def _order(i: int, frm: int, age: int, now: Now, person: Person, contact: Contact, p: ShiftProfile) -> float:
    """Weekly rate to education that recent interviews add for the young without an education."""
    size = p.interview_education[person.law_row[i]]
    if size == 0.0 or age >= 30 or person.education[i] != 0 or (frm != 1 and frm != 2 and frm != 4):
        return 0.0
    stock: float = np.float64(contact.interview_stock[i])
    return size * interview_effect(stock, contact.last_interview[i], now.week)


@part
def _total_rate(
    i: int, frm: int, age: int, order: float, person: Person, p: ShiftProfile, rate: NDArray[np.float64]
) -> float:
    """Sum of the weekly rates of all shifts open to client ``i``; ``order`` adds to that to education."""
    total, w = 0.0, person.law_row[i]
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
    person: Person,
    p: ShiftProfile,
    rate: NDArray[np.float64],
) -> int:
    """Which of the shifts it is; ``left`` uniform between 0 and the total rate."""
    last, w = frm, person.law_row[i]
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
    now: Now,
    open_to: Contenders,
    person: Person,
    status: Status,
    contact: Contact,
    p: ShiftProfile,
    rate: NDArray[np.float64],
    moved: Moves,
    opened: Moves,
) -> tuple[int, int]:
    n, cases = 0, 0
    for at in range(open_to.who.size):
        i, u = open_to.who[at], open_to.u[at]
        frm = status.state[i]
        if frm == _SICK and status.employer[i] >= 0:
            continue
        age = now.year - person.birth_year[i]
        order = _order(i, frm, age, now, person, contact, p)
        total = _total_rate(i, frm, age, order, person, p, rate)
        chance = 1.0 - math.exp(-total)
        if u >= chance:
            continue
        to = _destination(i, frm, age, order, u / chance * total, person, p, rate)
        if not NEEDS_CLARIFICATION[to]:
            moved.who[n], moved.to[n] = i, to
            n += 1
        elif contact.clarify_at[i] == NEVER:
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
    most[_WITH_ORDER, _EDUCATION] += p.interview_education.max() * LARGEST_INTERVIEW_EFFECT
    return bound(most @ factor)


def shift_benefits(
    now: Now,
    clients: ClientList,
    person: Person,
    status: Status,
    contact: Contact,
    profile: ShiftProfile,
    rate: NDArray[np.float64],
) -> tuple[Moves, Moves]:
    """Decide the week's shifts: those made at once, and those for which a clarification opens.

    ``rate`` (w, from, to) a week, w law rows of persons.  The sick who hold a job do not shift; nobody has
    two clarifications.
    """
    open_to = contenders(now.key, _SHIFT, now.week, clients, _bound(profile, rate))
    moved, opened = Moves.room(open_to.who.size), Moves.room(open_to.who.size)
    n, cases = _shift(now, open_to, person, status, contact, profile, rate, moved, opened)
    return moved.first(n), opened.first(cases)
