"""Caseworkers as columns: people with hours, clients, skill and a belief in those clients."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Caseworkers(NamedTuple):
    """Caseworkers, each column of shape (n_caseworkers,), sorted by municipality."""

    municipality: NDArray[np.int16]
    group: NDArray[np.uint8]  # the LAB target group they were hired for (index in TARGET_GROUPS)
    active: NDArray[np.uint8]  # 0 = the post is not filled
    minutes: NDArray[
        np.float64
    ]  # working minutes a week when present, after absence for meetings and training
    person: NDArray[np.uint32]  # who holds the post: changes at turnover, keys draws
    skill: NDArray[np.float64]  # multiplies the effect of an interview, mean 1
    belief: NDArray[np.float64]  # standard normal
    started: NDArray[np.int32]  # week of taking up the post
    cases: NDArray[np.int32]  # clients at present
    backlog: NDArray[np.float64]  # minutes of tasks waiting
    budget: NDArray[np.float64]  # minutes left this week
    first: NDArray[np.int32]  # (n_municipalities + 1,)
    backlog_task: NDArray[np.float64]  # (n_caseworkers, n_tasks): minutes waiting by task
