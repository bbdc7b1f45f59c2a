"""Separations: jobs, studies and other states that the jobcentre does not follow come to an end.

Equation: transitions out of the state of person i come up with intensity s_max * r_i; the week is drawn
ahead (:func:`sim.mechanisms.transition.schedule`), so that nobody is looked at before.  Then the flow is
chosen in proportion to its rate and accepted with the week's multiplier over its bound (thinning),

    P(accept flow k in week t) = s_k(t) / s_max,   s = season x demand x tightness,

job loss from a job of a year or more being accepted with a further 1 / ``separations.job_loss_first_year``
(intensities are those of the first year): half of all exits from kontanthjælp to a job end within a year
(F261).

Who is ill, has lost capacity or has barriers finds a job from education or outside less often, as on a
benefit (``search.health``, ``search.barrier``).  Which assistance somebody comes to follows from the person
(:mod:`sim.rules.entitlement`): uddannelseshjælp for the young without an education (who breaks it off has
none), else kontanthjælp, found ready for work or not.  So does where a worker goes who loses the job and has
no unemployment insurance.  A person who would move to a new job becomes an applicant of the week and is hired
only if a vacancy is left (:mod:`sim.mechanisms.matching`).

Evidence: level of job loss F080, F172 (calibrated); season: national months of gross unemployment. Switch:
``separations`` (no state outside the jobcentre ends but through ageing).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose, in_week, uniform, uniform_pair
from sim.engine.memory import ahead
from sim.law import Law
from sim.lookup import flags
from sim.mechanism import Mechanism, act
from sim.mechanisms.transition import schedule, year_of_birthday
from sim.rules.entitlement import Entitlement, after_a_job, assistance_for, entitlement
from sim.rules.flows import ASSISTANCE, LARGEST_MULTIPLIER, QuietFlows, quiet_destination, quiet_intensity
from sim.states import State
from sim.vocabulary import Education, Health
from sim.world.clock import Now
from sim.world.moves import Moves
from sim.world.people import Calendar, OnFile, Person, Status
from sim.world.world import World

_KIND, _ACCEPT = int(Purpose.QUIET_KIND), int(Purpose.ACCEPTANCE)
_EMPLOYED, _DAGPENGE = int(State.EMPLOYED), int(State.DAGPENGE)
_ASSISTANCE = int(ASSISTANCE)
_EDUCATION, _LEAVE, _SICK = int(State.EDUCATION), int(State.LEAVE), int(State.SYGEDAGPENGE)
_ILL, _READINESS, _NO_EDUCATION = int(Health.ILL), int(Purpose.READINESS_AT_ENTRY), int(Education.BASIC)
_SEEKS_QUIETLY = flags("seeks_quietly")


class SeparationRules(NamedTuple):
    """Who is admitted where."""

    requalifying_weeks: int  # of work that give a new right to dagpenge
    settled_after: int  # weeks in a job after which its loss is rarer
    able: NDArray[
        np.float64
    ]  # (health, barrier) jobs found from outside, relative to who is well without one
    law: Entitlement


def rules(law: Law) -> SeparationRules:
    """Return the rules in force."""
    r = law.country
    return SeparationRules(
        requalifying_weeks=round(r.scalar("dagpenge.requalifying_weeks")),
        settled_after=round(r.scalar("separations.settled_after_weeks")),
        able=np.exp(r.vector("search.health")[:, None] + r.vector("search.barrier")[None, :]),
        law=entitlement(law),
    )


@kernel
def _end_spells(
    now: Now,
    due: NDArray[np.int64],
    person: Person,
    status: Status,
    f: OnFile,
    calendar: Calendar,
    flows: QuietFlows,
    largest: NDArray[np.float64],
    r: SeparationRules,
    out: Moves,
    applicants: NDArray[np.int32],
) -> tuple[int, int, int]:
    moves, applying, fetched = 0, 0, 0
    for at in range(due.size):
        for later in ahead(at, due.size):
            j = due[later]
            fetched += status.state[j] + person.sex[j]
        i = due[at]
        frm = int(status.state[i])
        u, v = uniform_pair(now.key, _KIND, person.key[i], in_week(frm, now.week))
        if v * LARGEST_MULTIPLIER >= largest[frm]:
            schedule(i, now, person, status, calendar, flows)
            continue
        year = year_of_birthday(i, now, calendar)
        intensity = quiet_intensity(i, year, person, status, flows)
        to = quiet_destination(u, intensity, frm, flows)
        settled = frm == _EMPLOYED and to == _DAGPENGE and now.week - status.entered[i] >= r.settled_after
        accept = flows.now[person.municipality[i], frm, to] * (flows.settled if settled else 1.0)
        if to == _EMPLOYED and _SEEKS_QUIETLY[frm] and frm != _EMPLOYED:
            accept *= r.able[f.health[i], person.barrier[i]]
        rejected = to < 0 or v * LARGEST_MULTIPLIER >= accept
        returns = frm == _LEAVE and to == _EMPLOYED and status.employer[i] >= 0
        if rejected or (to == _EMPLOYED and not returns):
            schedule(i, now, person, status, calendar, flows)
            if not rejected:
                applicants[applying] = i
                applying += 1
            continue
        out.who[moves] = i
        to = _admitted(i, frm, to, now, person, status, r)
        if to == _ASSISTANCE:
            look = uniform(now.key, _READINESS, person.key[i], now.week)
            education = _NO_EDUCATION if frm == _EDUCATION else person.education[i]
            age = now.year - person.birth_year[i]
            to = assistance_for(age, education, f.health[i], person.barrier[i], look, r.law)
        out.to[moves] = to
        if to == _SICK:
            f.health[i], f.ill_since[i] = _ILL, now.week
        moves += 1
    return moves, applying, fetched


@part
def _admitted(i: int, frm: int, to: int, now: Now, person: Person, status: Status, r: SeparationRules) -> int:
    """Where a person is admitted: dagpenge only with insurance, a new right only after a year of work."""
    worked = frm == _EMPLOYED and now.week - status.entered[i] >= r.requalifying_weeks
    if worked and to in (_DAGPENGE, _SICK):
        status.graduate[i] = 0
        status.dagpenge_weeks[i] = 0
    if to == _DAGPENGE:
        if frm == _EDUCATION:
            status.graduate[i] = 1
            status.dagpenge_weeks[i] = 0
        return after_a_job(person.insured[i], uniform(now.key, _ACCEPT, person.key[i], now.week), r.law)
    return to


@act("separations", writes=("this_week.applicants",), always=True)
def forget_applicants(world: World, r: SeparationRules) -> None:
    """Nobody outside the clients applies for a job until a scheduled transition says so."""
    world.this_week.applicants = np.empty(0, np.int32)


@act(
    "separations",
    writes=(
        "status.graduate",
        "status.dagpenge_weeks",
        "on_file.health",
        "on_file.ill_since",
        "calendar.scheduled",
        "flows.open_to",
        "this_week.applicants",
        "this_week.moved",
        "this_week.moved_from",
        "this_week.moved_to",
    ),
    purposes=(Purpose.QUIET_KIND, Purpose.ACCEPTANCE, Purpose.READINESS_AT_ENTRY),
)
def end_spells(world: World, r: SeparationRules) -> Moves:
    """Scheduled transitions of the week: who moves, and who applies for a new job, both in id order."""
    person, status, on_file, calendar = world.people
    due = np.flatnonzero(calendar.scheduled <= world.now.week)
    out, applicants = Moves.room(due.size), np.empty(due.size, np.int32)
    flows = world.flows
    largest = flows.now.max(axis=(0, 2))  # above it no flow out of a state is accepted
    moved, applying, _ = _end_spells(
        world.now, due, person, status, on_file, calendar, flows, largest, r, out, applicants
    )
    moves = out.first(moved)
    week = world.this_week
    week.applicants = applicants[:applying]
    week.moved, week.moved_from, week.moved_to = moves.who, status.state[moves.who], moves.to
    return moves


MECHANISMS = (
    Mechanism(
        name="separations",
        label="Jobs, studies and other spells outside the jobcentre end",
        label_da="Job, studier og andre forløb uden for jobcentret slutter",
        equation="weeks to the next transition exponential at the largest intensity, then thinned",
        evidence="F080, F172, F203",
        when_off="states outside the jobcentre end only by ageing",
        rules=rules,
    ),
)
