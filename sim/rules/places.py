"""What is particular to a place: how often people become unemployed there, and how fast they leave."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.parameters import Resolved
from sim.vocabulary import RETIREMENT_AGES

#: Age of the first of the parameters of early retirement.
FIRST_RETIREMENT_AGE = int(RETIREMENT_AGES[0].removeprefix("age_"))


def local_inflow(
    r: Resolved, ratio: NDArray[np.float64], effectiveness: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how much more often people become unemployed in each municipality than in the country (m,).

    ``ratio`` (m,) is unemployment over the country's, ``effectiveness`` (m,) the part of it that the
    ministry's benchmark does not expect from who lives there (actual over expected recipients).  What is
    expected is inflow for the share ``municipality.variation_by_inflow``; what is not, for what is left by
    ``municipality.effectiveness_by_exits``.
    """
    by_inflow = r.scalar("municipality.variation_by_inflow")
    by_exits = r.scalar("municipality.effectiveness_by_exits")
    return np.asarray((ratio / effectiveness) ** by_inflow * effectiveness ** (1.0 - by_exits))


def local_exits(
    r: Resolved, ratio: NDArray[np.float64], effectiveness: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what a municipality adds to the log hazard of a job (m,): what :func:`local_inflow` leaves."""
    return np.asarray(np.log(local_inflow(r, ratio, effectiveness)) - np.log(ratio))


def early_retirement(r: Resolved) -> NDArray[np.float64]:
    """Return the yearly chance of early retirement at 60, 61 ... 66 (7,)."""
    return np.asarray(r.scalar("ageing.early_retirement_rate") * r.vector("ageing.early_retirement_shape"))
