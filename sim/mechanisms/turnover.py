"""Turnover of caseworkers: a colleague leaves, a new one takes over the cases and knows nobody.

    P(a caseworker leaves this week) = 1 - exp(-rate / 52.18)

The new holder of the post draws skill and belief of their own; each client's relation starts again from no
interviews, unless the cases are handed over in person (:mod:`sim.rules.handover`). Evidence: assumption A17
(proxies C069-C071); consequences C14, C15. Switch: ``turnover``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel
from sim.engine.draws import Purpose, normal, uniform
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.mechanisms.casework import add_task
from sim.rules.handover import handover_meeting, kept_at_handover
from sim.states import NOBODY
from sim.vocabulary import Task
from sim.world.caseworkers import POST_BITS, Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.world import World

_TURNOVER, _NEW = int(Purpose.TURNOVER), int(Purpose.NEW_CASEWORKER)
_HANDOVER = int(Task.HANDOVER)
#: Added to the identity of a post's holder for each who follows: no number of posts reaches it.
_NEXT = np.uint32(1 << POST_BITS)


class TurnoverRules(NamedTuple):
    """m = municipalities."""

    rate: NDArray[np.float64]  # (m,) a week
    skill_spread: float  # of log skill
    relation_kept: NDArray[np.float64]  # (w,) share of a relation that survives a handover
    meeting: NDArray[np.float64]  # (w,) minutes of a handover in person, 0 where there is none
    known_after: int  # interviews with a caseworker beyond which a relation is not closer


def rules(law: Law) -> TurnoverRules:
    """Return how often caseworkers leave, and how they differ."""
    r = law.country
    return TurnoverRules(
        rate=r["staffing.turnover_a_year"] / WEEKS_A_YEAR,
        skill_spread=r.scalar("casework.skill_spread"),
        relation_kept=kept_at_handover(law.now),
        meeting=handover_meeting(law.now),
        known_after=round(r.scalar("casework.known_after_interviews")),
    )


@kernel
def _replace(now: Now, k: Clients, cw: Caseworkers, r: TurnoverRules, gone: NDArray[np.uint8]) -> int:
    left = 0
    for j in range(cw.minutes.size):
        chance = 1.0 - math.exp(-r.rate[cw.municipality[j]])
        if cw.active[j] and uniform(now.key, _TURNOVER, cw.person[j], now.week) < chance:
            gone[j] = 1
            left += 1
            cw.person[j] = cw.person[j] + _NEXT
            z = normal(now.key, _NEW, cw.person[j], 0)
            cw.skill[j] = math.exp(r.skill_spread * z - 0.5 * r.skill_spread**2)
            cw.belief[j] = normal(now.key, _NEW, cw.person[j], 1)
            cw.started[j] = now.week
    if left > 0:
        for i in range(k.id.size):
            j = k.contact.caseworker[i]
            if j >= 0 and gone[j]:
                w = k.person.rule_row[i]
                k.contact.met[i] = int(r.relation_kept[w] * min(k.contact.met[i], r.known_after) + 0.5)
                if r.meeting[w] > 0.0 and k.state[i] != NOBODY:
                    add_task(i, _HANDOVER, r.meeting[w], k, cw)
    return left


@act(
    "turnover",
    writes=(
        "caseworkers.person",
        "caseworkers.skill",
        "caseworkers.belief",
        "caseworkers.started",
        "caseworkers.backlog_task",
        "clients.contact.met",
    ),
    purposes=(Purpose.TURNOVER, Purpose.NEW_CASEWORKER),
)
def replace_leavers(world: World, r: TurnoverRules) -> None:
    """Caseworkers leave; a new holder of the post takes over the cases and knows nobody."""
    cw = world.caseworkers
    _replace(world.now, world.clients.everybody, cw, r, np.zeros(cw.minutes.size, np.uint8))


MECHANISMS = (
    Mechanism(
        name="turnover",
        label="Caseworkers leave",
        label_da="Sagsbehandlere siger op",
        equation="1 - exp(-rate)",
        evidence="A17, C069-C071",
        when_off="nobody leaves",
        rules=rules,
    ),
)
