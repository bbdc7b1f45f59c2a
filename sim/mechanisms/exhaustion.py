"""Exhaustion of dagpenge: two years of benefit within three (one year for graduates).

Law: DP-P1 (3,848 hours, about 104 weeks), DP-P2 (graduates 1,924 hours, about 52 weeks).  Who has used the
right goes to kontanthjælp with probability ``dagpenge.exhausted_to_assistance`` (the means test stops
others), else lives outside public support.  Anticipation raises search before, see
:mod:`sim.mechanisms.search`.  A limit on
kontanthjælp, which the law does not have (``kontanthjaelp.longest_weeks``, 0 = none), ends the benefit so
many weeks after the course began or the limit came, whichever is later.  Switch: ``exhaustion``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.client_list import ClientList
from sim.engine.compiled import kernel
from sim.engine.draws import Purpose, uniform
from sim.mechanisms.transition import Moves, Now
from sim.states import State
from sim.world.citizens import Person, Status

_EXHAUSTION = int(Purpose.EXHAUSTION)
_DAGPENGE, _ASSISTANCE, _OUTSIDE = int(State.DAGPENGE), int(State.KONTANTHJAELP_JOB_READY), int(State.OUTSIDE)


@kernel
def _exhaust(
    now: Now,
    clients: ClientList,
    person: Person,
    status: Status,
    period: NDArray[np.int64],
    graduate_period: NDArray[np.int64],
    to_assistance: NDArray[np.float64],
    out: Moves,
) -> int:
    who, to = out
    n = 0
    for at in range(clients.who.size):
        if clients.state[at] != _DAGPENGE:
            continue
        i = clients.who[at]
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
    clients: ClientList,
    person: Person,
    status: Status,
    period: NDArray[np.int64],
    graduate_period: NDArray[np.int64],
    to_assistance: NDArray[np.float64],
) -> Moves:
    """Decide where those go whose right to dagpenge is used up (periods in weeks), all by law row (w,)."""
    out = Moves.room(clients.who.size)
    return out.first(_exhaust(now, clients, person, status, period, graduate_period, to_assistance, out))


@kernel
def _end_assistance(
    now: Now,
    clients: NDArray[np.int32],
    person: Person,
    status: Status,
    longest: NDArray[np.int64],
    since: NDArray[np.int64],
    out: Moves,
) -> int:
    who, to = out
    n = 0
    for i in clients:
        w = person.law_row[i]
        if longest[w] <= 0 or not 2 <= status.state[i] <= 3:
            continue
        if now.week - max(status.course_start[i], since[w]) >= longest[w]:
            who[n], to[n] = i, _OUTSIDE
            n += 1
    return n


def end_assistance(
    now: Now,
    clients: NDArray[np.int32],
    person: Person,
    status: Status,
    longest: NDArray[np.int64],
    since: NDArray[np.int64],
) -> Moves:
    """Decide whose kontanthjælp ends for a time limit.

    ``longest`` (w,) weeks, 0 = no limit; ``since`` (w,) week from which the limit counts.
    """
    out = Moves.room(clients.size)
    return out.first(_end_assistance(now, clients, person, status, longest, since, out))
