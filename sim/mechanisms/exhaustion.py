"""Exhaustion of dagpenge: two years of benefit within three (one year for graduates).

Law: DP-P1 (3,848 hours, about 104 weeks), DP-P2 (graduates 1,924 hours, about 52 weeks).  Who has used the
right goes to kontanthjælp with probability ``dagpenge.exhausted_to_assistance`` (the means test stops
others), else lives outside public support.  Anticipation raises search before, see
:mod:`sim.mechanisms.search`.  Switch: ``exhaustion``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel
from sim.draws import Purpose, uniform
from sim.mechanisms.transition import Moves, Now
from sim.states import State
from sim.world.citizens import Person, Status

_EXHAUSTION = int(Purpose.EXHAUSTION)
_DAGPENGE, _ASSISTANCE, _OUTSIDE = int(State.DAGPENGE), int(State.KONTANTHJAELP_JOB_READY), int(State.OUTSIDE)


@kernel
def _exhaust(
    now: Now,
    clients: NDArray[np.int32],
    person: Person,
    status: Status,
    period: NDArray[np.int64],
    graduate_period: NDArray[np.int64],
    to_assistance: NDArray[np.float64],
    out: Moves,
) -> int:
    who, to = out
    n = 0
    for i in clients:
        if status.state[i] != _DAGPENGE:
            continue
        w = person.law_row[i]
        used = status.dagpenge_weeks[i] + now.week - status.entered[i]
        if used < (graduate_period[w] if status.graduate[i] else period[w]):
            continue
        u = uniform(now.key, _EXHAUSTION, person.key[i], status.spells[i])
        who[n], to[n] = i, _ASSISTANCE if u < to_assistance[w] else _OUTSIDE
        n += 1
    return n


def exhaust_dagpenge(
    now: Now,
    clients: NDArray[np.int32],
    person: Person,
    status: Status,
    period: NDArray[np.int64],
    graduate_period: NDArray[np.int64],
    to_assistance: NDArray[np.float64],
) -> Moves:
    """Decide where those go whose right to dagpenge is used up (periods in weeks), all by law row (w,)."""
    out = Moves.room(clients.size)
    return out.first(_exhaust(now, clients, person, status, period, graduate_period, to_assistance, out))
