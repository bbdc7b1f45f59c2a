"""Demand: seasons and the business cycle, and all else that multiplies scheduled transitions in a week.

    job loss in week t = level * season[month] * demand.job_loss_index(t)
    new jobs           = jobs * (demand.job_growth(t) / 52.18 + answer to tightness)
                         (sim.mechanisms.vacancies)
    into a job         = level * last week's chance of a job, relative to the first week
                         (from work, education and outside; sim.mechanisms.matching)
    any flow           = level * rate in force / rate of the first week

The default path is flat: seasons as in the data, no cycle; a recession and a boom ship as dated changes of
the two parameters (:mod:`sim.rules.demand_paths`).  Evidence: national months of gross unemployment.
Switches: ``season``, ``cycle``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.law import Law
from sim.lookup import IS_QUIET
from sim.mechanism import Mechanism, act
from sim.rules.flows import LARGEST_MULTIPLIER, rates_in_force
from sim.states import N_STATES, State, states_with
from sim.world.world import World

_SEEKING_QUIETLY = states_with("seeks_quietly")


class DemandRules(NamedTuple):
    """Multipliers of flows; m = municipalities."""

    season_job_loss: NDArray[np.float64]  # (12,) by month, mean about 1
    season_graduates: NDArray[np.float64]  # (12,)
    job_loss_index: NDArray[np.float64]  # (m,)
    rate: NDArray[np.float64]  # (m, from, to) a week, in force


def rules(law: Law) -> DemandRules:
    """Return the multipliers in force."""
    r = law.country
    season = r.vector("demand.season_job_loss")
    index = r["demand.job_loss_index"]
    return DemandRules(
        season_job_loss=season if law.on("season") else np.ones_like(season),
        season_graduates=r.vector("demand.season_graduates"),
        job_loss_index=index if law.on("cycle") else np.ones_like(index),
        rate=rates_in_force(law.now)[: len(index)],
    )


@act("season", writes=("flows.now",), always=True)
def set_multipliers(world: World, r: DemandRules) -> None:
    """Season, cycle, last week's chances of a job and changed rates, as multipliers of scheduled flows.

    Transitions were scheduled with the country's first rates: a change, or a municipality's own rate,
    multiplies the chance that one is accepted.
    """
    flows, month = world.flows, world.now.month - 1
    flows.now[:, :, :] = 1.0
    flows.now[:, State.EMPLOYED, State.DAGPENGE] = r.season_job_loss[month] * r.job_loss_index
    flows.now[:, State.EDUCATION, State.DAGPENGE] = r.season_graduates[month]
    for state in _SEEKING_QUIETLY:
        flows.now[:, state, State.EMPLOYED] = world.this_week.finding
    first = flows.rate
    known = first > 0.0
    ratio = np.where(known, r.rate / np.where(known, first, 1.0), 1.0)
    flows.now[:] *= np.where(IS_QUIET[:N_STATES, None] == 1, ratio, 1.0)
    np.minimum(flows.now, LARGEST_MULTIPLIER, out=flows.now)


MECHANISMS = (
    Mechanism(
        name="season",
        label="Seasons in job loss",
        label_da="Sæson i jobtab",
        equation="s[month]",
        evidence="national months of gross unemployment",
        when_off="every month has the yearly average",
        rules=rules,
    ),
    Mechanism(
        name="cycle",
        label="Business cycle",
        label_da="Konjunktur",
        equation="demand.job_loss_index, demand.job_growth",
        evidence="demand paths (assumption)",
        when_off="no cycle whatever the path",
        rules=rules,
    ),
)
