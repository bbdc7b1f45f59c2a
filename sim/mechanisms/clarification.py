"""Clarification: from an opened case to a flexjob approval, a disability pension or a resource course.

An opened case costs caseworker minutes (rehabilitation team, C096: about 20 hours a case, of which the
caseworker's own share is assumption A07; certificates, A08) and takes

    weeks = preparation + team phase (C097: a good month) + the caseworker's backlog in weeks,

so that overload delays decisions.  Without the team requirement the team phase and most of its minutes fall
away.  When the week comes the person moves; a job or a change of benefit in the meantime closes the case.
Where the resource course no longer exists, its cases go to kontanthjælp and, for the share
``clarification.diverted_to_pension``, to disability pension.  Switch: ``clarification`` (no case is ever
decided).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel
from sim.draws import Purpose, uniform
from sim.mechanisms.casework import T_CERTIFICATE, T_TEAM, add_task, waiting_weeks
from sim.mechanisms.transition import Moves, Now
from sim.states import State
from sim.world.caseworkers import Caseworkers
from sim.world.citizens import NEVER, Contact, Person, Status

_RESOURCE, _PENSION = int(State.RESSOURCEFORLOEB), int(State.FOERTIDSPENSION)
_ACTIVITY_READY = int(State.KONTANTHJAELP_ACTIVITY_READY)
_CLARIFY = int(Purpose.CLARIFICATION)


class ClarificationRules(NamedTuple):
    """All by law row of the person (w,)."""

    team_required: NDArray[np.int64]
    resource_open: NDArray[np.int64]
    preparation_weeks: NDArray[np.float64]
    team_weeks: NDArray[np.float64]
    team_minutes: NDArray[np.float64]
    simple_minutes: NDArray[np.float64]
    certificate_minutes: NDArray[np.float64]
    certificates: NDArray[np.float64]  # a case
    diverted_to_pension: NDArray[np.float64]


@kernel
def open_cases(
    now: Now,
    cases: Moves,
    person: Person,
    contact: Contact,
    cw: Caseworkers,
    r: ClarificationRules,
    certificates: NDArray[np.int64],
) -> None:
    """Open clarification cases; ``certificates`` (m,) counts the certificates bought."""
    for at in range(cases.who.size):
        i = cases.who[at]
        w = person.law_row[i]
        weeks = r.preparation_weeks[w] + waiting_weeks(i, contact, cw)
        if r.team_required[w]:
            weeks += r.team_weeks[w]
            add_task(i, T_TEAM, r.team_minutes[w], contact, cw)
        else:
            add_task(i, T_TEAM, r.simple_minutes[w], contact, cw)
        add_task(i, T_CERTIFICATE, r.certificate_minutes[w] * r.certificates[w], contact, cw)
        certificates[person.municipality[i]] += int(r.certificates[w] + 0.5)
        contact.clarify_at[i] = now.week + max(int(weeks + 0.5), 1)
        contact.clarify_to[i] = cases.to[at]


@kernel
def _decide(
    now: Now,
    clients: NDArray[np.int32],
    person: Person,
    status: Status,
    contact: Contact,
    r: ClarificationRules,
    out: Moves,
) -> int:
    n = 0
    for i in clients:
        at = contact.clarify_at[i]
        if at == NEVER or now.week < at:
            continue
        to = contact.clarify_to[i]
        contact.clarify_at[i] = NEVER
        if to == _RESOURCE and not r.resource_open[person.law_row[i]]:
            u = uniform(now.key, _CLARIFY, person.key[i], status.spells[i])
            to = _PENSION if u < r.diverted_to_pension[person.law_row[i]] else _ACTIVITY_READY
        if to != status.state[i]:
            out.who[n], out.to[n] = i, to
            n += 1
    return n


def decide_cases(
    now: Now,
    clients: NDArray[np.int32],
    person: Person,
    status: Status,
    contact: Contact,
    r: ClarificationRules,
) -> Moves:
    """Decide the cases whose week has come."""
    out = Moves.room(clients.size)
    return out.first(_decide(now, clients, person, status, contact, r, out))
