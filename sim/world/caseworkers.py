"""Caseworkers as columns: people with hours, clients, skill and a belief in those clients; their houses."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.draws import Key, uniforms

#: A post's identity is its municipality's code, its target group and its number in that team, which take so
#: many bits; above them is counted how many have held the post.
CODE_BITS, GROUP_BITS, NUMBER_BITS = 10, 4, 12
POST_BITS = CODE_BITS + GROUP_BITS + NUMBER_BITS


def post_identity(
    code: NDArray[np.int64], group: NDArray[np.int64], number: NDArray[np.int64]
) -> NDArray[np.uint32]:
    """Return what keys the draws of posts (n,): it does not depend on how posts or municipalities lie."""
    assert int(number.max(initial=0)) < 1 << NUMBER_BITS
    return np.asarray((((code << GROUP_BITS) + group) << NUMBER_BITS) + number).astype(np.uint32)


def posts_of(person: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the identities of the posts (n,) that these persons hold."""
    return person & np.uint32((1 << POST_BITS) - 1)


class Caseworkers(NamedTuple):
    """Posts of caseworkers, each column of shape (n_caseworkers,) unless another is named, by municipality.

    A house is the jobcentre of a municipality: tasks that events cause wait there for whoever has time.
    """

    municipality: NDArray[np.int16]
    group: NDArray[np.uint8]  # the LAB target group they were hired for (index in TARGET_GROUPS)
    active: NDArray[np.uint8]  # 0 = the post is not filled
    minutes: NDArray[np.float64]  # working minutes this week when present: the house's hours follow the cases
    person: NDArray[np.uint32]  # who holds the post, an identity: changes at turnover, keys draws
    skill: NDArray[np.float64]  # multiplies the effect of an interview, mean 1
    belief: NDArray[np.float64]  # standard normal
    started: NDArray[np.int32]  # week of taking up the post
    standing: NDArray[np.float64]  # standard deviations of log skill above the middle caseworker
    ease: NDArray[np.float64]  # log of the team's hours a case over those of the first week
    lasting_ease: NDArray[np.float64]  # what of it the team's clients have had for long
    cases: NDArray[np.int32]  # clients at present
    budget: NDArray[np.float64]  # minutes left this week; below zero: an interview runs into the next weeks
    carried: NDArray[np.float64]  # minutes saved for the next interview (above zero), or worked ahead (below)
    first: NDArray[np.int32]  # (n_municipalities + 1,)
    house_start: NDArray[np.float64]  # (n_municipalities,): minutes of the house a week in the first week
    house_minutes: NDArray[np.float64]  # (n_municipalities,): and in this one
    house_staff: NDArray[np.float64]  # (n_municipalities,): staff relative to the first week, extra included
    house_luck: NDArray[np.float64]  # (n_municipalities,): its cases by the luck of a sample, 1 = as expected
    backlog: NDArray[np.float64]  # (n_municipalities,): minutes of tasks that wait in the house
    overload: NDArray[np.float64]  # (n_municipalities,): of these what waits for lack of hours, not by luck
    backlog_task: NDArray[np.float64]  # (n_municipalities, n_tasks): the same by task
    # by rule row; clients with a caseworker, and the a-kasse's own:
    reach: NDArray[np.float64]  # (rule rows, 2): log of what vacancies passed on do for the chance of a job
    through: NDArray[np.float64]  # (rule rows, 2): share of that chance which runs through them


def in_turn(cw: Caseworkers, key: Key, purpose: int, week: int) -> NDArray[np.int64]:
    """Posts (n,) house by house, within each in the order of a draw: who comes first among equals."""
    return np.lexsort((uniforms(key, purpose, posts_of(cw.person), week), cw.municipality))


def open_cases(cw: Caseworkers) -> NDArray[np.float64]:
    """Return the cases of each house (m,) that a caseworker has: posts that are not filled have none."""
    return np.add.reduceat((cw.cases * cw.active).astype(np.float64), cw.first[:-1])
