"""Sanctions: rate, hearing, loss of benefit, and what they do to search and trust.

    P(sanction this week) = rate[state] / 52.18 * strictness_m,   strictness_m log-normal (P38)

UI recipients: hazard times about two for 13 weeks (P01).  Social assistance: no effect on jobs, but some
leave without an income (P35-P37).  Each sanction costs hearing and decision (assumption A09), lowers trust,
and withholds ``sanctions.loss_share`` of the benefit for ``sanctions.loss_weeks``.  Complex cases can be
exempt.  Switch: ``sanctions``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.client_list import ClientList, Contenders, bound, contenders
from sim.engine.compiled import kernel
from sim.engine.draws import Purpose
from sim.mechanisms.casework import T_SANCTION, add_task
from sim.mechanisms.transition import Moves, Now
from sim.states import State
from sim.world.caseworkers import Caseworkers
from sim.world.citizens import Contact, Person, Status

_SANCTION, _DAGPENGE, _OUTSIDE = int(Purpose.SANCTION), int(State.DAGPENGE), int(State.OUTSIDE)


class SanctionRules(NamedTuple):
    """w = law rows of persons."""

    rate: NDArray[np.float64]  # (w, state) a week
    weeks: NDArray[np.int64]  # (w,)
    minutes: NDArray[np.float64]  # (w,)
    complex_exempt: NDArray[np.float64]  # (w,) share of complex cases that are never sanctioned
    leaves: NDArray[
        np.float64
    ]  # (w,) chance that a sanctioned recipient of social assistance leaves without income
    trust_loss: float


@kernel
def _sanction(
    now: Now,
    open_to: Contenders,
    person: Person,
    status: Status,
    contact: Contact,
    cw: Caseworkers,
    r: SanctionRules,
    given: NDArray[np.int64],
    out: Moves,
) -> int:
    n = 0
    for at in range(open_to.who.size):
        i, u, v = open_to.who[at], open_to.u[at], open_to.v[at]
        w, state = person.law_row[i], status.state[i]
        rate = r.rate[w, state]
        if rate <= 0.0 or contact.sanction_until[i] > now.week:
            continue
        if u >= rate or (person.barrier[i] == 2 and v < r.complex_exempt[w]):
            continue
        given[person.municipality[i], state] += 1
        contact.sanction_until[i] = now.week + r.weeks[w]
        contact.trust[i] = max(contact.trust[i] - np.float32(r.trust_loss), np.float32(0.0))
        add_task(i, T_SANCTION, r.minutes[w], contact, cw)
        if state != _DAGPENGE and 1.0 - v < r.leaves[w]:
            out.who[n], out.to[n] = i, _OUTSIDE
            n += 1
    return n


def sanction(
    now: Now,
    clients: ClientList,
    person: Person,
    status: Status,
    contact: Contact,
    cw: Caseworkers,
    r: SanctionRules,
    given: NDArray[np.int64],
) -> Moves:
    """Give the week's sanctions, counted in ``given`` (m, state); return who leaves support for one."""
    open_to = contenders(now.key, _SANCTION, now.week, clients, bound(r.rate.max(axis=0)))
    out = Moves.room(open_to.who.size)
    return out.first(_sanction(now, open_to, person, status, contact, cw, r, given, out))
