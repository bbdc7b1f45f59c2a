"""Caseworkers of the first week.

Full-time caseworkers of the country (jobcentre staff C047 times the caseworkers' share A13) are shared among
the municipalities by their clients, weighted with how much work the client's state is
(``staffing.workload_weight``), and within a municipality among target groups the same way.  At a scale below
one a municipality keeps at least one caseworker; the hours of all are then scaled so that hours per client
are those of the full country.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.draws import Key, Purpose, normals
from sim.states import CLIENT_STATES, TEAM_OF_STATE
from sim.vocabulary import TARGET_GROUPS, TASKS
from sim.world.caseworkers import Caseworkers

#: A caseworker's identity is the position of the municipality before a number, which takes so many bits.
_NUMBER_BITS = 16
#: Week in which the first caseworkers took up their posts, for tables: none that is simulated.
_BEFORE = -52


def workload_by_group(clients: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weighted clients (m, 13 groups) from persons by state (m, states)."""
    load = np.zeros((clients.shape[0], len(TARGET_GROUPS)))
    for state in CLIENT_STATES:
        load[:, TEAM_OF_STATE[state]] += clients[:, state] * weights[state]
    return load


def _teams(load: NDArray[np.float64], number: int) -> NDArray[np.int64]:
    """Share ``number`` caseworkers among groups by load: each next post where load per post is highest."""
    posts = np.zeros(len(load))
    order = np.empty(number, np.int64)
    for at in range(number):
        order[at] = int(np.argmax(load / (posts + 0.5)))
        posts[order[at]] += 1
    return order


def create_caseworkers(
    clients: NDArray[np.float64],
    weights: NDArray[np.float64],
    country_fte: float,
    minutes: float,
    scale: float,
    key: Key,
    skill_spread: float,
) -> Caseworkers:
    """Return caseworkers sorted by municipality.

    ``clients`` (m, states) persons at scale 1; ``minutes`` a full-time week; total minutes are
    country_fte * scale * minutes whatever the rounding.
    """
    load = workload_by_group(clients, weights)
    fte = country_fte * scale * load.sum(axis=1) / load.sum()
    number = np.maximum(np.floor(fte + 0.5), 1).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(number)]).astype(np.int32)
    municipality = np.repeat(np.arange(len(number)), number)
    group = np.concatenate([_teams(row, n) for row, n in zip(load, number.tolist(), strict=True)])
    n = len(municipality)
    person = (municipality << _NUMBER_BITS).astype(np.uint32) + (np.arange(n) - first[municipality]).astype(
        np.uint32
    )
    z = normals(key, int(Purpose.CASEWORKER), person, 1_000_000)
    return Caseworkers(
        municipality.astype(np.int16),
        group.astype(np.uint8),
        np.ones(n, np.uint8),
        (fte / number)[municipality] * minutes,
        person,
        np.exp(skill_spread * z - 0.5 * skill_spread**2),
        normals(key, int(Purpose.CASEWORKER), person, 1_000_001),
        np.full(n, _BEFORE, np.int32),
        np.zeros(n, np.int32),
        np.zeros(n),
        np.zeros(n),
        first,
        np.zeros((n, len(TASKS))),
    )
