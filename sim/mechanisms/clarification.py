"""Clarification: from an opened case to a flexjob approval, a disability pension or a resource course.

An opened case costs caseworker minutes (rehabilitation team, C096: about 20 hours a case, of which the caseworker's own
share is assumption A07; certificates, A08) and takes

    weeks = preparation + team phase (C097: a good month) + the caseworker's backlog in weeks,

so that overload delays decisions.  Without the team requirement the team phase and most of its minutes fall away.  When the
week comes the person moves; a job or a change of benefit in the meantime closes the case.  Where the resource course no
longer exists, its cases go to kontanthjælp and, for the share ``clarification.diverted_to_pension``, to disability
pension.  Switch: ``clarification`` (no case is ever decided).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel
from sim.draws import Purpose, uniform
from sim.mechanisms.casework import T_CERTIFICATE, T_TEAM, add_task, waiting_weeks
from sim.mechanisms.transition import Now, World, enter_state
from sim.states import State
from sim.world.caseworkers import Caseworkers
from sim.world.citizens import NEVER

_RESOURCE, _PENSION = int(State.RESSOURCEFORLOEB), int(State.FOERTIDSPENSION)
_ACTIVITY_READY = int(State.KONTANTHJAELP_ACTIVITY_READY)
_CLARIFY = int(Purpose.CLARIFICATION)


class ClarificationRules(NamedTuple):
    """m = municipalities."""

    team_required: NDArray[np.int64]  # (m,)
    resource_open: NDArray[np.int64]  # (m,)
    preparation_weeks: float
    team_weeks: float
    team_minutes: float
    simple_minutes: float
    certificate_minutes: float
    certificates: float  # a case
    diverted_to_pension: float


@kernel
def open_cases(now: Now, cases: NDArray[np.int32], world: World, cw: Caseworkers, r: ClarificationRules) -> int:
    """Open the clarification cases (client, destination); returns how many."""
    c = world.citizens
    for at in range(cases.shape[0]):
        i, to = cases[at, 0], cases[at, 1]
        m = c.person.municipality[i]
        weeks = r.preparation_weeks + waiting_weeks(i, c, cw)
        if r.team_required[m]:
            weeks += r.team_weeks
            add_task(i, T_TEAM, r.team_minutes, c, cw)
        else:
            add_task(i, T_TEAM, r.simple_minutes, c, cw)
        add_task(i, T_CERTIFICATE, r.certificate_minutes * r.certificates, c, cw)
        world.tally.certificates[m] += int(r.certificates + 0.5)
        c.contact.clarify_at[i] = now.week + max(int(weeks + 0.5), 1)
        c.contact.clarify_to[i] = to
    return cases.shape[0]


@kernel
def decide_cases(now: Now, clients: NDArray[np.int32], world: World, r: ClarificationRules) -> int:
    """Decide the cases whose week has come; returns how many."""
    c = world.citizens
    decided = 0
    for i in clients:
        at = c.contact.clarify_at[i]
        if at == NEVER or now.week < at:
            continue
        to = c.contact.clarify_to[i]
        c.contact.clarify_at[i] = NEVER
        m = c.person.municipality[i]
        if to == _RESOURCE and not r.resource_open[m]:
            u = uniform(now.key, _CLARIFY, c.person.key[i], c.status.spells[i])
            to = _PENSION if u < r.diverted_to_pension else _ACTIVITY_READY
        if to != c.status.state[i]:
            enter_state(i, to, now, world)
            decided += 1
    return decided
