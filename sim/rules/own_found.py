"""Places that citizens find themselves, where that is asked of them (``programmes.citizen_finds_place``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.parameters import Resolved


def own_found(r: Resolved) -> NDArray[np.float64]:
    """Return the share of wanted placements that citizens find themselves, beyond today's (w, barrier)."""
    return np.asarray(r["programmes.citizen_finds_place"][:, None] * r["programmes.own_found_share"])
