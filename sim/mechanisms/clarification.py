"""Clarification: from an opened case to a flexjob approval, a disability pension or a resource course.

An opened case costs caseworker minutes (rehabilitation team, C096: about 20 hours a case, of which the
caseworker's own share is assumption A07; certificates, A08) and takes

    weeks = preparation + team phase (C097: a good month) + the caseworker's backlog in weeks,

so that overload delays decisions.  Without the team requirement the team phase and most of its minutes fall
away.  When the week comes the person moves; a job or a change of benefit in the meantime closes the case.
With ``clarification.flexjob_early_share`` a flexjob begins after half of the preparation; with
``clarification.assessment_after_weeks`` long courses on temporary benefits are assessed across disciplines.
Where the resource course no longer exists, its cases go to kontanthjælp and, for the share
``clarification.diverted_to_pension``, to disability pension.  Switch: ``clarification`` (no case is ever
decided).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, unsigned
from sim.engine.draws import Purpose, uniform
from sim.mechanisms.casework import T_CERTIFICATE, T_TEAM, add_task, waiting_weeks
from sim.mechanisms.transition import Moves, Now
from sim.states import N_STATES, State
from sim.world.caseworkers import Caseworkers
from sim.world.citizens import NEVER, Contact, Person, Status

_RESOURCE, _PENSION = int(State.RESSOURCEFORLOEB), int(State.FOERTIDSPENSION)
_ACTIVITY_READY = int(State.KONTANTHJAELP_ACTIVITY_READY)
_LEDIGHEDSYDELSE, _FLEKSJOB = int(State.LEDIGHEDSYDELSE), int(State.FLEKSJOB)
_CLARIFY, _EARLY, _ASSESSMENT = (
    int(Purpose.CLARIFICATION),
    int(Purpose.EARLY_FLEXJOB),
    int(Purpose.ASSESSMENT),
)
#: Temporary benefits on which a long course is assessed.
_ASSESSED = np.zeros(N_STATES, np.uint8)
_ASSESSED[[2, 3, 4, 6, 7, 9]] = 1


class ClarificationRules(NamedTuple):
    """All by law row of the person (w,)."""

    team_required: NDArray[np.int64]
    resource_open: NDArray[np.int64]
    preparation_weeks: NDArray[np.float64]
    team_weeks: NDArray[np.float64]
    team_minutes: NDArray[np.float64]
    simple_minutes: NDArray[np.float64]
    certificate_minutes: NDArray[np.float64]
    certificates: NDArray[np.float64]  # a case
    early_flexjob: NDArray[np.float64]  # (w,) share of flexjob cases that start before they are complete
    assess_after: NDArray[np.int64]  # (w,) weeks of support, 0 = never
    assess_from_age: NDArray[np.int64]  # (w,)
    assessed_to: NDArray[np.float64]  # (w, 2) share of assessed long courses: flexjob, pension
    diverted_to_pension: NDArray[np.float64]


@kernel
def open_cases(
    now: Now,
    cases: Moves,
    person: Person,
    contact: Contact,
    cw: Caseworkers,
    r: ClarificationRules,
    certificates: NDArray[np.int64],
) -> None:
    """Open clarification cases; ``certificates`` (m,) counts the certificates bought."""
    for at in range(cases.who.size):
        i = cases.who[at]
        w = person.law_row[i]
        weeks = r.preparation_weeks[w] + waiting_weeks(i, contact, cw)
        if r.team_required[w]:
            weeks += r.team_weeks[w]
            add_task(i, T_TEAM, r.team_minutes[w], contact, cw)
        else:
            add_task(i, T_TEAM, r.simple_minutes[w], contact, cw)
        add_task(i, T_CERTIFICATE, r.certificate_minutes[w] * r.certificates[w], contact, cw)
        certificates[person.municipality[i]] += int(r.certificates[w] + 0.5)
        to = cases.to[at]
        if to == _LEDIGHEDSYDELSE and r.early_flexjob[w] > 0.0:
            u = uniform(now.key, _EARLY, person.key[i], now.week)
            if u < r.early_flexjob[w]:
                weeks -= 0.5 * r.preparation_weeks[w]
                to = _FLEKSJOB
        contact.clarify_at[i] = now.week + max(int(weeks + 0.5), 1)
        contact.clarify_to[i] = to


@kernel
def assess_long_courses(
    now: Now,
    clients: NDArray[np.int32],
    person: Person,
    status: Status,
    contact: Contact,
    cw: Caseworkers,
    r: ClarificationRules,
) -> int:
    """Assess courses that reach the law's weeks, and again each year; return how many.

    The outcome is drawn once a spell: for people with barriers a flexjob or a pension, else nothing new.
    """
    assessed = 0
    for i in clients:
        w = person.law_row[i]
        after, state = r.assess_after[w], status.state[i]
        if after == 0 or not _ASSESSED[state] or contact.clarify_at[i] != NEVER:
            continue
        weeks = now.week - status.course_start[i]
        young = now.year - person.birth_year[i] < r.assess_from_age[w]
        if young or weeks < after or (weeks - after) % 52 != 0:
            continue
        assessed += 1
        add_task(i, T_TEAM, r.simple_minutes[w], contact, cw)
        u = uniform(now.key, _ASSESSMENT, person.key[i], status.spells[i])
        if person.barrier[i] > 0 and u < r.assessed_to[w, 0] + r.assessed_to[w, 1]:
            contact.clarify_to[i] = _LEDIGHEDSYDELSE if u < r.assessed_to[w, 0] else _PENSION
            contact.clarify_at[i] = now.week + max(int(r.preparation_weeks[w] + 0.5), 1)
    return assessed


@kernel
def _decide(
    now: Now,
    clients: NDArray[np.int32],
    person: Person,
    status: Status,
    contact: Contact,
    r: ClarificationRules,
    out: Moves,
) -> int:
    n = 0
    for each in clients:
        i = unsigned(each)
        at = contact.clarify_at[i]
        if at == NEVER or now.week < at:
            continue
        to = contact.clarify_to[i]
        contact.clarify_at[i] = NEVER
        if to == _RESOURCE and not r.resource_open[person.law_row[i]]:
            u = uniform(now.key, _CLARIFY, person.key[i], status.spells[i])
            to = _PENSION if u < r.diverted_to_pension[person.law_row[i]] else _ACTIVITY_READY
        if to != status.state[i]:
            out.who[n], out.to[n] = i, to
            n += 1
    return n


def decide_cases(
    now: Now,
    clients: NDArray[np.int32],
    person: Person,
    status: Status,
    contact: Contact,
    r: ClarificationRules,
) -> Moves:
    """Decide the cases whose week has come."""
    out = Moves.room(clients.size)
    return out.first(_decide(now, clients, person, status, contact, r, out))
