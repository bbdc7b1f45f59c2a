"""Caseworkers as columns: people with hours, clients, skill and a belief in those clients; their houses."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Caseworkers(NamedTuple):
    """Posts of caseworkers, each column of shape (n_caseworkers,) unless another is named, by municipality.

    A house is the jobcentre of a municipality: tasks that events cause wait there for whoever has time.
    """

    municipality: NDArray[np.int16]
    group: NDArray[np.uint8]  # the LAB target group they were hired for (index in TARGET_GROUPS)
    active: NDArray[np.uint8]  # 0 = the post is not filled
    minutes: NDArray[np.float64]  # working minutes this week when present: the house's hours follow the cases
    person: NDArray[np.uint32]  # who holds the post: changes at turnover, keys draws
    skill: NDArray[np.float64]  # multiplies the effect of an interview, mean 1
    belief: NDArray[np.float64]  # standard normal
    started: NDArray[np.int32]  # week of taking up the post
    standing: NDArray[np.float64]  # standard deviations of log skill above the middle caseworker
    ease: NDArray[np.float64]  # log of the team's hours a case over those of the first week
    cases: NDArray[np.int32]  # clients at present
    budget: NDArray[np.float64]  # minutes left this week; below zero: an interview runs into the next weeks
    carried: NDArray[np.float64]  # minutes saved for the next interview (above zero), or worked ahead (below)
    first: NDArray[np.int32]  # (n_municipalities + 1,)
    house_start: NDArray[np.float64]  # (n_municipalities,): minutes of the house a week in the first week
    house_minutes: NDArray[np.float64]  # (n_municipalities,): and in this one
    house_staff: NDArray[np.float64]  # (n_municipalities,): staff relative to the first week, extra included
    backlog: NDArray[np.float64]  # (n_municipalities,): minutes of tasks that wait in the house
    backlog_task: NDArray[np.float64]  # (n_municipalities, n_tasks): the same by task
