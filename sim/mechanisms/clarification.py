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

from sim.engine.compiled import kernel
from sim.engine.draws import Purpose, uniform
from sim.law import Law, whole
from sim.mechanism import Mechanism, act
from sim.mechanisms.casework import add_task, waiting_weeks
from sim.states import N_STATES, NOBODY, State
from sim.vocabulary import Barrier, Task
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.columns import NEVER
from sim.world.moves import Moves
from sim.world.world import World

_RESOURCE, _PENSION = int(State.RESSOURCEFORLOEB), int(State.FOERTIDSPENSION)
_ACTIVITY_READY = int(State.KONTANTHJAELP_ACTIVITY_READY)
_LEDIGHEDSYDELSE, _FLEKSJOB = int(State.LEDIGHEDSYDELSE), int(State.FLEKSJOB)
_CLARIFY, _EARLY, _ASSESSMENT = (
    int(Purpose.CLARIFICATION),
    int(Purpose.EARLY_FLEXJOB),
    int(Purpose.ASSESSMENT),
)
_TEAM, _CERTIFICATE = int(Task.REHABILITATION_TEAM), int(Task.MEDICAL_CERTIFICATES)
_NO_BARRIER = int(Barrier.NONE)
#: Temporary benefits on which a long course is assessed.
_ASSESSED = np.zeros(N_STATES + 1, np.uint8)
_ASSESSED[
    [
        State.KONTANTHJAELP_JOB_READY,
        State.KONTANTHJAELP_ACTIVITY_READY,
        State.UDDANNELSESHJAELP,
        State.JOBAFKLARING,
        State.RESSOURCEFORLOEB,
        State.REVALIDERING,
    ]
] = 1


class ClarificationRules(NamedTuple):
    """By rule row of the person (w,) unless another shape is named."""

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
    backlog_pace: float  # share of the week in which tasks that wait are worked
    early_saved: float  # share of the preparation that an early flexjob saves
    assess_again: int  # weeks between assessments of a long course


def rules(law: Law) -> ClarificationRules:
    """Return how cases are prepared and decided."""
    r = law.now
    return ClarificationRules(
        team_required=whole(r["clarification.rehabilitation_team_required"]),
        resource_open=whole(r["clarification.ressourceforloeb_open"]),
        preparation_weeks=r["clarification.preparation_weeks"].copy(),
        team_weeks=r["clarification.team_weeks"].copy(),
        team_minutes=r["casework.team_minutes"].copy(),
        simple_minutes=r["casework.simple_clarification_minutes"].copy(),
        certificate_minutes=r["casework.certificate_minutes"].copy(),
        certificates=r["clarification.certificates_a_case"].copy(),
        early_flexjob=r["clarification.flexjob_early_share"].copy(),
        assess_after=whole(r["clarification.assessment_after_weeks"]),
        assess_from_age=whole(r["clarification.assessment_from_age"]),
        assessed_to=np.stack(
            [r["clarification.assessment_to_flexjob"], r["clarification.assessment_to_pension"]], axis=1
        ),
        diverted_to_pension=r["clarification.diverted_to_pension"].copy(),
        backlog_pace=r.scalar("casework.backlog_pace"),
        early_saved=r.scalar("clarification.early_preparation_saved"),
        assess_again=round(r.scalar("clarification.reassessment_weeks")),
    )


@kernel
def _open(
    now: Now,
    cases: Moves,
    k: Clients,
    cw: Caseworkers,
    r: ClarificationRules,
    certificates: NDArray[np.int64],
) -> None:
    for at in range(cases.who.size):
        i = cases.who[at]
        w = k.person.rule_row[i]
        weeks = r.preparation_weeks[w] + waiting_weeks(i, r.backlog_pace, k, cw)
        if r.team_required[w]:
            weeks += r.team_weeks[w]
            add_task(i, _TEAM, r.team_minutes[w], k, cw)
        else:
            add_task(i, _TEAM, r.simple_minutes[w], k, cw)
        add_task(i, _CERTIFICATE, r.certificate_minutes[w] * r.certificates[w], k, cw)
        certificates[k.person.municipality[i]] += int(r.certificates[w] + 0.5)
        to = cases.to[at]
        if to == _LEDIGHEDSYDELSE and r.early_flexjob[w] > 0.0:
            u = uniform(now.key, _EARLY, k.key[i], now.week)
            if u < r.early_flexjob[w]:
                weeks -= r.early_saved * r.preparation_weeks[w]
                to = _FLEKSJOB
        k.contact.clarify_at[i] = now.week + max(int(weeks + 0.5), 1)
        k.contact.clarify_to[i] = to


@kernel
def _assess(now: Now, k: Clients, cw: Caseworkers, r: ClarificationRules) -> int:
    assessed = 0
    for i in range(k.id.size):
        w = k.person.rule_row[i]
        after, state = r.assess_after[w], k.state[i]
        if after == 0 or not _ASSESSED[state] or k.contact.clarify_at[i] != NEVER:
            continue
        weeks = now.week - k.spell.course_start[i]
        young = now.year - k.person.birth_year[i] < r.assess_from_age[w]
        if young or weeks < after or (weeks - after) % r.assess_again != 0:
            continue
        assessed += 1
        add_task(i, _TEAM, r.simple_minutes[w], k, cw)
        u = uniform(now.key, _ASSESSMENT, k.key[i], k.spell.entered[i])
        if k.person.barrier[i] != _NO_BARRIER and u < r.assessed_to[w, 0] + r.assessed_to[w, 1]:
            k.contact.clarify_to[i] = _LEDIGHEDSYDELSE if u < r.assessed_to[w, 0] else _PENSION
            k.contact.clarify_at[i] = now.week + max(int(r.preparation_weeks[w] + 0.5), 1)
    return assessed


@kernel
def _decide(now: Now, k: Clients, r: ClarificationRules, out: Moves) -> int:
    n, c = 0, k.contact
    for i in range(k.id.size):
        at = c.clarify_at[i]
        if at == NEVER or now.week < at or k.state[i] == NOBODY:
            continue
        to = c.clarify_to[i]
        c.clarify_at[i] = NEVER
        if to == _RESOURCE and not r.resource_open[k.person.rule_row[i]]:
            u = uniform(now.key, _CLARIFY, k.key[i], now.week)
            to = _PENSION if u < r.diverted_to_pension[k.person.rule_row[i]] else _ACTIVITY_READY
        if to != k.state[i]:
            out.who[n], out.to[n] = k.id[i], to
            n += 1
    return n


@act(
    "clarification",
    writes=(
        "clients.contact.clarify_at",
        "clients.contact.clarify_to",
        "caseworkers.backlog_task",
        "tally.certificates",
    ),
    purposes=(Purpose.EARLY_FLEXJOB,),
)
def open_cases(world: World, r: ClarificationRules) -> None:
    """Open the week's cases: work for the caseworker, certificates, and a week for the decision."""
    cases = world.this_week.cases
    if cases is not None:
        _open(world.now, cases, world.clients.settled, world.caseworkers, r, world.tally.certificates)


@act(
    "clarification",
    writes=("clients.contact.clarify_at", "clients.contact.clarify_to", "caseworkers.backlog_task"),
    purposes=(Purpose.ASSESSMENT,),
)
def assess_long_courses(world: World, r: ClarificationRules) -> None:
    """Assess courses that reach the law's weeks, and again each year.

    The outcome is drawn once a spell: for people with barriers a flexjob or a pension, else nothing new.
    """
    if r.assess_after.any():
        _assess(world.now, world.clients.settled, world.caseworkers, r)


@act("clarification", writes=("clients.contact.clarify_at",), purposes=(Purpose.CLARIFICATION,))
def decide_cases(world: World, r: ClarificationRules) -> Moves:
    """Decide the cases whose week has come."""
    k = world.clients.settled
    out = Moves.room(k.id.size)
    return out.first(_decide(world.now, k, r, out))


MECHANISMS = (
    Mechanism(
        name="clarification",
        label="Resource courses, flexjobs and pensions are decided",
        label_da="Afklaring til fleksjob og pension",
        equation="preparation + team + backlog",
        evidence="C096, C097, F288-F290",
        when_off="no case is ever decided",
        rules=rules,
    ),
)
