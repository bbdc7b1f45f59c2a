"""Search: the weekly hazard of finding a job at normal tightness, client by client.

    h_i = exp(level[state] + sum of the terms)

A term is one file of :mod:`sim.mechanisms.job_hazard`: the person and the place, genuine duration dependence,
recent interviews, the relation with the caseworker, threat, lock-in and lift of programmes, sanctions, paid
hours, benefit levels, the end of the right to dagpenge, and vacancies that employer service brings.  Each has
its equation, its evidence and a switch that leaves it out of the sum.
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

#: Log hazard of those who do not look for a job.
_NO_SEARCH = -100.0
#: Guard of logarithms and divisions: a smaller hazard than anybody's.
_NO_HAZARD = 1e-12


class SearchRules(NamedTuple):
    """w = rule rows of persons."""

    level: NDArray[np.float64]  # (w, state) log weekly hazard
    seeks: NDArray[np.uint8]  # (w, state) 0: nobody in the state looks for a job
    terms: tuple[Any, ...]  # rules of the terms, in their order
    on: NDArray[np.float64]  # (terms,) 0: switched off


def rules(law: Law) -> SearchRules:
    """Return levels and terms in force."""
    level = _level(law)
    return SearchRules(
        level=level,
        seeks=(level > _NO_SEARCH / 2).astype(np.uint8),
        terms=tuple(term.rules(law) for term in TERMS),
        on=np.array([float(law.on(term.name)) for term in TERMS]),
    )


def _level(law: Law) -> NDArray[np.float64]:
    """Log weekly hazard of a job by state (w, states)."""
    weekly = law.now["search.weekly_hazard"]
    return np.where(weekly > 0, np.log(np.maximum(weekly, _NO_HAZARD)), _NO_SEARCH)


def interview_gain(law: Law) -> NDArray[np.float64]:
    """Caseworkers' guess of an interview's gain (w, states, 3 barriers), relative to the row's largest."""
    level, reach = _level(law), law.now["search.interview_reach"]
    hazard = np.where(level > _NO_SEARCH / 2, np.exp(level), 0.0)
    barrier = np.exp(law.now.vector("search.barrier"))
    gain = hazard[:, :, None] * barrier[None, None, :] * reach[:, None, :]
    return np.asarray(gain / np.maximum(gain.max(axis=(1, 2), keepdims=True), _NO_HAZARD))


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
        state, w = k.state[i], k.person.rule_row[i]
        if state == NOBODY or not r.seeks[w, state]:
            hazard[i] = 0.0
            continue
        h = math.exp(r.level[w, state] + log_hazard(i, now, k, cw, r.terms, r.on))
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
