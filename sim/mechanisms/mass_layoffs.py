"""Mass layoffs, and the jobcentre's rapid response to them.

In a week with ``demand.mass_layoff_persons`` > 0 in municipality d, so many of those who work at its largest
workplaces lose their jobs, wherever they live, and the jobs are gone:

    laid off in week t = demand.mass_layoff_persons(d, t) * scale

They go to dagpenge or, uninsured, to assistance or out of support, as others who lose a job do.

A rapid response meets a share ``contact.rapid_response_share`` of those whom a collective dismissal strikes
while they are still at work: one interview at the workplace, at the cost of caseworkers' time, and contact
with the jobcentre every fourth week from the first week on, beside the a-kasse's. Among ordinary job losses
so many are collective dismissals as ``separations.collective_share`` says. Whether that helps is what
interviews do (:mod:`sim.mechanisms.search`); a German trial of interviews before the job loss found nothing
(M19).

Evidence: 700 dismissed in Sæby in 2023 (KL, 2024); X10; M19.  Switch: ``mass_layoffs``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.draws import Purpose, uniforms
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.rules.contact_law import interview_minutes
from sim.rules.entitlement import Entitlement, entitlement, send_job_losers
from sim.states import State
from sim.vocabulary import Group, Task
from sim.world.moves import Moves
from sim.world.world import World

_DESTINATION, _READINESS = int(Purpose.LAYOFF_DESTINATION), int(Purpose.LAYOFF_READINESS)


class LayoffRules(NamedTuple):
    """m = municipalities, w = rule rows."""

    persons: NDArray[np.float64]  # (m,) laid off this week at workplaces there, at scale 1
    law: Entitlement
    collective: float  # share of ordinary job losses that are collective dismissals
    response: NDArray[np.float64]  # (w,) share of collective dismissals met at the workplace
    minutes: NDArray[np.float64]  # (w,) of a caseworker's time an interview there
    interval: int  # weeks between the jobcentre's interviews with those whom a response has reached


def rules(law: Law) -> LayoffRules:
    """Return this week's layoffs and the response to them."""
    face, desk = interview_minutes(law)
    return LayoffRules(
        persons=law.country["demand.mass_layoff_persons"],
        law=entitlement(law),
        collective=law.country.scalar("separations.collective_share"),
        response=law.now["contact.rapid_response_share"].copy(),
        minutes=face[:, Group.DAGPENGE] + desk,
        interval=round(law.country.scalar("contact.response_interval_weeks")),
    )


def _choose(world: World, wanted: NDArray[np.float64]) -> NDArray[np.int32]:
    """Who loses the job in this week's mass layoffs, in id order; ``wanted`` (m,) at the run's scale.

    A keyed draw decides about a fraction of a person, so that small layoffs are no fewer in small runs.
    """
    now, e, person, status = world.now, world.employers, world.people.person, world.people.status
    chosen = [np.empty(0, np.int32)]
    fraction = uniforms(now.key, int(Purpose.LAYOFF_ROUNDING), world.codes.astype(np.uint32), now.week)
    for d in np.flatnonzero(wanted > 0.0):
        count = int(wanted[d] + fraction[d])
        workplaces = np.arange(e.first[d], e.first[d + 1])
        largest = workplaces[np.argsort(-e.filled[workplaces], kind="stable")]
        place = np.full(e.filled.size, e.filled.size)
        place[largest] = np.arange(largest.size)
        works = np.flatnonzero((status.state == State.EMPLOYED) & (status.employer >= 0))
        works = works[place[status.employer[works]] < largest.size]
        u = uniforms(now.key, int(Purpose.LAYOFF), person.key[works], now.week)
        order = np.lexsort((u, place[status.employer[works]]))
        chosen.append(works[order[:count]].astype(np.int32))
    return np.sort(np.concatenate(chosen))


@act(
    "mass_layoffs",
    writes=("this_week.laid_off", "this_week.closed_at"),
    purposes=(
        Purpose.LAYOFF,
        Purpose.LAYOFF_ROUNDING,
        Purpose.LAYOFF_DESTINATION,
        Purpose.LAYOFF_READINESS,
    ),
)
def lay_off(world: World, r: LayoffRules) -> Moves | None:
    """Mass layoffs of the week."""
    week, now, person = world.this_week, world.now, world.people.person
    week.laid_off = week.closed_at = np.empty(0, np.int32)
    wanted = r.persons * world.scale
    if not wanted.any():
        return None
    who = week.laid_off = _choose(world, wanted)
    week.closed_at = world.people.status.employer[who]
    to = np.empty(who.size, np.uint8)
    send_job_losers(now, who, _DESTINATION, _READINESS, person, world.people.on_file, r.law, to)
    return Moves(who, to)


@act("mass_layoffs", writes=("employers.vacancies", "employers.closed"))
def close_jobs(world: World, r: LayoffRules) -> None:
    """The jobs of those laid off are gone: they are not advertised."""
    e, workplaces = world.employers, world.this_week.closed_at
    np.subtract.at(e.vacancies, workplaces, 1)
    np.add.at(e.closed, e.municipality[workplaces], 1)


@act(
    "mass_layoffs",
    writes=(
        "clients.contact.interview_stock",
        "clients.contact.last_interview",
        "clients.contact.held",
        "clients.contact.next_due",
        "caseworkers.backlog_task",
    ),
    purposes=(Purpose.COLLECTIVE_DISMISSAL, Purpose.MET_AT_WORK),
)
def respond(world: World, r: LayoffRules) -> None:
    """Meet a share of those whom a collective dismissal strikes, at their workplace."""
    if not r.response.any():
        return
    week, now, (person, status, _, calendar) = world.this_week, world.now, world.people
    lost = week.moved[(week.moved_from == State.EMPLOYED) & (week.moved_to == State.DAGPENGE)]
    u = uniforms(now.key, int(Purpose.COLLECTIVE_DISMISSAL), person.key[lost], now.week)
    who = np.concatenate([week.laid_off, lost[u < r.collective]])
    u = uniforms(now.key, int(Purpose.MET_AT_WORK), person.key[who], now.week)
    met = who[u < r.response[person.rule_row[who]]]
    met = met[status.state[met] == State.DAGPENGE]
    k, rows = world.clients.everybody.contact, calendar.row[met]
    k.interview_stock[rows] = 1.0
    k.last_interview[rows] = now.week
    k.held[rows] = 1
    k.next_due[rows] = now.week + r.interval
    cw = world.caseworkers
    minutes = r.minutes[person.rule_row[met]]
    work = np.bincount(person.municipality[met], weights=minutes, minlength=cw.first.size - 1)
    cw.backlog_task[:, Task.EMPLOYER_CONTACT] += work


MECHANISMS = (
    Mechanism(
        name="mass_layoffs",
        label="Mass layoffs and the rapid response to them",
        label_da="Masseafskedigelser og varslingsindsats",
        equation="N persons of the largest workplaces; share met at work",
        evidence="X10, M19",
        when_off="no mass layoff, and nobody is met before the job ends",
        rules=rules,
    ),
)
