"""Caseworkers of the first week.

Full-time caseworkers of the country (jobcentre staff C047 times the caseworkers' share A13) are shared among
the municipalities by their clients, weighted with how much work the client's state is
(``staffing.workload_weight``), and within a municipality among target groups the same way.  Each
municipality and target group that has work has at least one post at every scale, part-time where there is
little work: the minutes of a municipality and group are those of the full country times the scale, whatever
the rounding to whole posts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.draws import Key, Purpose, normals
from sim.lookup import GROUP_OF
from sim.states import CLIENT_STATES, TEAM_OF_STATE
from sim.vocabulary import TARGET_GROUPS, TASKS
from sim.world.caseworkers import Caseworkers, post_identity

#: Week in which the first caseworkers took up their posts, for tables: none that is simulated.
_BEFORE = -52


def workload_by_group(clients: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weighted clients (m, 13 groups) from persons by state (m, states)."""
    load = np.zeros((clients.shape[0], len(TARGET_GROUPS)))
    for state in CLIENT_STATES:
        load[:, TEAM_OF_STATE[state]] += clients[:, state] * weights[state]
    return load


def _workload(
    clients: NDArray[np.float64], weights: NDArray[np.float64], ready: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weighted clients (m, 13 groups), those who are ``ready`` (states,) for work or education apart."""
    load = np.zeros((clients.shape[0], len(TARGET_GROUPS)))
    for state in CLIENT_STATES:
        for is_ready, share in enumerate((1.0 - ready[state], ready[state])):
            load[:, GROUP_OF[state, is_ready]] += clients[:, state] * weights[state] * share
    return load


def create_caseworkers(
    clients: NDArray[np.float64],
    codes: NDArray[np.int64],
    weights: NDArray[np.float64],
    ready: NDArray[np.float64],
    country_fte: float,
    minutes: float,
    scale: float,
    key: Key,
    skill_spread: float,
    arms: int,
) -> Caseworkers:
    """Return caseworkers sorted by municipality, within it by target group.

    ``clients`` (m, states) persons at scale 1 of the municipalities ``codes`` (m,); ``ready`` (states,) share
    of them ready for work or education; ``minutes`` a full-time week; ``arms`` of a trial, 1 without one.
    The minutes of a municipality and group are its part of country_fte * scale * minutes whatever the
    rounding.
    """
    load = _workload(clients, weights, ready)
    fte = country_fte * scale * load / load.sum()
    number = np.where(load > 0.0, np.maximum(np.floor(fte + 0.5), 1), 0).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(number.sum(axis=1))]).astype(np.int32)
    team = np.repeat(np.arange(number.size), number.ravel())
    municipality, group = team // len(TARGET_GROUPS), team % len(TARGET_GROUPS)
    post = fte.ravel()[team] / number.ravel()[team] * minutes
    house = np.add.reduceat(post, first[:-1])
    n = len(municipality)
    before = np.cumsum(number.ravel()) - number.ravel()
    person = post_identity(codes[municipality], group, np.arange(n) - before[team])
    z = normals(key, int(Purpose.FIRST_CASEWORKER), person, 0)
    return Caseworkers(
        municipality.astype(np.int16),
        group.astype(np.uint8),
        np.ones(n, np.uint8),
        post,
        person,
        np.exp(skill_spread * z - 0.5 * skill_spread**2),
        normals(key, int(Purpose.FIRST_CASEWORKER), person, 1),
        np.full(n, _BEFORE, np.int32),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n, np.int32),
        np.zeros(n),
        np.zeros(n),
        first,
        house,
        house.copy(),
        np.ones(len(load)),
        np.ones(len(load)),
        np.zeros(len(load)),
        np.zeros(len(load)),
        np.zeros((len(load), len(TASKS))),
        np.zeros((len(load) * arms, 2)),
        np.zeros((len(load) * arms, 2)),
    )
