"""Handover of a case: what a relation survives, and what it takes.

Today a case is handed over on paper and the new caseworker begins from nothing. At a handover in person
(``casework.handover_in_person``) the citizen meets both caseworkers: ``casework.handover_relation_kept`` of
the relation survives, and the meeting takes ``casework.handover_meeting_minutes`` of their time. So it is
at a shift between target groups (:mod:`sim.mechanisms.transition`), when a colleague leaves
(:mod:`sim.mechanisms.turnover`) and when a post is cut (:mod:`sim.mechanisms.casework`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.parameters import Resolved


def kept_at_handover(r: Resolved) -> NDArray[np.float64]:
    """Return the share of a relation that survives a handover (w,): none where it is not in person."""
    return np.asarray(r["casework.handover_in_person"] * r["casework.handover_relation_kept"])


def handover_meeting(r: Resolved) -> NDArray[np.float64]:
    """Return both caseworkers' minutes for the meeting at a handover (w,), 0 where there is none."""
    return np.asarray(r["casework.handover_in_person"] * r["casework.handover_meeting_minutes"])
