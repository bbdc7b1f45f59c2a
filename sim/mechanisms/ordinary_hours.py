"""Ordinary hours: a few paid hours a week while on a benefit (loentimer), a step towards work.

A recipient without hours gets some in a week with ``ordinary_hours.start_rate`` / 52.18, one with hours loses
them with ``ordinary_hours.stop_rate`` / 52.18.  A subsidy to the employer of a share s of the wage of those
hours (0 in the law) raises the start rate by 1 + elasticity * s and is paid by the municipality.  The
benefit falls by the share of a full week worked; the hazard of a job rises by a fraction of the published
association, which is not causal (P14, P15).  Level: y60j01, about 7 per cent of recipients.  Switch:
``ordinary_hours``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.client_list import ClientList, Contenders, bound, contenders
from sim.engine.compiled import kernel
from sim.engine.draws import Purpose
from sim.mechanisms.transition import Now
from sim.states import N_STATES, State
from sim.world.citizens import Person

_HOURS = int(Purpose.ORDINARY_HOURS)
_RECIPIENTS = [
    State.KONTANTHJAELP_JOB_READY,
    State.KONTANTHJAELP_ACTIVITY_READY,
    State.UDDANNELSESHJAELP,
    State.INTEGRATION_BENEFIT,
]


@kernel
def _change(
    open_to: Contenders,
    person: Person,
    paid: NDArray[np.uint8],
    start_rate: NDArray[np.float64],
    stop_rate: NDArray[np.float64],
    hours: int,
) -> None:
    for at in range(open_to.who.size):
        i, u = open_to.who[at], open_to.u[at]
        w = person.law_row[i]
        if paid[i] == 0:
            if u < start_rate[w] * (1.5 - 0.5 * person.barrier[i]):
                paid[i] = hours
        elif u < stop_rate[w]:
            paid[i] = 0


def change_hours(
    now: Now,
    clients: ClientList,
    person: Person,
    paid: NDArray[np.uint8],
    start_rate: NDArray[np.float64],
    stop_rate: NDArray[np.float64],
    hours: int,
) -> None:
    """Start and stop paid hours for recipients of kontanthjælp, uddannelseshjælp and integration benefit.

    ``start_rate`` and ``stop_rate`` are weekly chances by law row (w,); ``hours`` a week are paid; ``paid``
    is a column of all citizens (n,) and written.
    """
    largest = np.zeros(N_STATES)
    largest[_RECIPIENTS] = bound(np.maximum(1.5 * start_rate, stop_rate)).max()
    open_to = contenders(now.key, _HOURS, now.week, clients, largest)
    _change(open_to, person, paid, start_rate, stop_rate, hours)
