"""Lookup arrays of the table of states, for compiled code: each is a column of :data:`sim.states.ROWS`.

Every array has one more place than there are states, for :data:`~sim.states.NOBODY`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.states import NO_GROUP, ROWS, Finance, Rate
from sim.vocabulary import TARGET_GROUPS


def flags(column: str) -> NDArray[np.uint8]:
    """Return 1 where a column of the table is true, (N_STATES + 1,) uint8; 0 for nobody."""
    return np.array([*(bool(getattr(row, column)) for row in ROWS), False], np.uint8)


IS_CLIENT = flags("client")
#: The jobcentre does not follow the state's people: its end is scheduled ahead.
IS_QUIET = np.array([*(not row.client for row in ROWS), False], np.uint8)
ON_REFUND_CLOCK = flags("on_refund_clock")
SELF_SUPPORTED = flags("self_supported")
KEEPS_JOB, LEAVE_FROM_JOB = flags("keeps_job"), flags("leave_from_job")
IS_UNEMPLOYED = np.array([*("unemployed_gross" in row.aggregates for row in ROWS), False], np.uint8)
FINANCE = np.array([*(row.finance for row in ROWS), Finance.NONE], np.uint8)
RATE = np.array([*(row.rate for row in ROWS), Rate.NONE], np.uint8)


def _group(ready: int) -> list[int]:
    return [TARGET_GROUPS.index(row.group[ready]) if row.group else NO_GROUP for row in ROWS]


#: Position in TARGET_GROUPS of a client in a state, by readiness (N_STATES + 1, 2); NO_GROUP outside the 13.
GROUP_OF = np.array([*zip(_group(0), _group(1), strict=True), (NO_GROUP, NO_GROUP)], np.int8)
