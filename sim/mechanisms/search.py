"""Search: the weekly hazard of finding a job at normal tightness, client by client.

    h_i = exp(level + sum of the terms)

The level is the same for everybody: what a benefit is called moves nobody's hazard.  Who holds a job goes
back to it instead (:mod:`sim.mechanisms.benefit_shifts`).

A term is one file of :mod:`sim.mechanisms.job_hazard`: the person, health and the place, what the benefit
demands, genuine duration dependence, recent interviews, the relation with the caseworker, threat, lock-in
and lift of programmes, sanctions, paid hours, benefit levels, the end of the right to dagpenge, and
vacancies that employer service brings.  Each has its equation, its evidence and a switch that leaves it out
of the sum.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.mechanisms.job_hazard import TERMS, log_hazard
from sim.states import NOBODY
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.world import World


class SearchRules(NamedTuple):
    """w = rule rows of persons."""

    level: NDArray[np.float64]  # (w,) log weekly hazard
    terms: tuple[Any, ...]  # rules of the terms, in their order
    on: NDArray[np.float64]  # (terms,) 0: switched off


def rules(law: Law) -> SearchRules:
    """Return levels and terms in force."""
    return SearchRules(
        level=np.log(law.now["search.weekly_hazard"]),
        terms=tuple(term.rules(law) for term in TERMS),
        on=np.array([float(law.on(term.name)) for term in TERMS]),
    )


def interview_gain(law: Law) -> NDArray[np.float64]:
    """Caseworkers' guess of an interview's gain (w, barriers, health), relative to the row's largest."""
    reach, r = law.now["search.interview_reach"], law.now
    barrier, health = np.exp(r.vector("search.barrier")), np.exp(r.vector("search.health"))
    gain = (reach * barrier)[:, :, None] * health[None, None, :]
    return np.asarray(gain / gain.max(axis=(1, 2), keepdims=True))


@kernel
def _fill(
    now: Now,
    k: Clients,
    cw: Caseworkers,
    r: SearchRules,
    hazard: NDArray[np.float64],
    searching: NDArray[np.float64],
) -> None:
    for i in range(k.id.size):
        if k.state[i] == NOBODY or k.spell.employer[i] >= 0:
            hazard[i] = 0.0
            continue
        h = math.exp(r.level[k.person.rule_row[i]] + log_hazard(i, now, k, cw, r.terms, r.on))
        hazard[i] = h
        searching[k.person.municipality[i]] += h


@act("search", writes=("this_week.hazard", "this_week.clients", "this_week.searching"))
def fill_hazards(world: World, r: SearchRules) -> None:
    """Weekly hazards of a job at normal tightness, client by client, and their sums by residence."""
    k, week = world.clients.settled, world.this_week
    week.clients, week.hazard = k.id.copy(), np.empty(k.id.size)
    week.searching = np.zeros(len(world.codes))
    _fill(world.now, k, world.caseworkers, r, week.hazard, week.searching)


MECHANISMS = (
    Mechanism(
        name="search",
        label="Clients look for work",
        label_da="Jobsøgning",
        equation="h = exp(level + terms)",
        evidence="see its terms",
        when_off="cannot be switched off",
        rules=rules,
        switch=False,
    ),
    *(term.mechanism for term in TERMS),
)
