"""Exhaustion of dagpenge: two years of benefit within three (one year for graduates).

Law: DP-P1 (3,848 hours, about 104 weeks), DP-P2 (graduates 1,924 hours, about 52 weeks).  Who has used the
right gets assistance after a means test (:mod:`sim.rules.entitlement`), else lives outside public support.
Anticipation raises search before, see :mod:`sim.mechanisms.search`.  A limit on kontanthjælp, which the law
does not have (``kontanthjaelp.longest_weeks``, 0 = none), ends the benefit so many weeks after the course
began or the limit came, whichever is later.  Switch: ``exhaustion``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel
from sim.engine.draws import Purpose, uniform
from sim.law import Law, whole
from sim.lookup import flags
from sim.mechanism import Mechanism, act
from sim.rules.entitlement import Entitlement, assistance, entitlement, without_support
from sim.states import State
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.moves import Moves
from sim.world.world import World

_READINESS = int(Purpose.EXHAUSTED_READINESS)
_DAGPENGE = int(State.DAGPENGE)
_MAY_BE_LIMITED = flags("may_be_limited")
#: A week later than any: of a limit that has not begun.
_NOT_YET = 1_000_000


class ExhaustionRules(NamedTuple):
    """w = rule rows; periods in weeks."""

    period: NDArray[np.int64]  # (w,) of dagpenge
    graduate_period: NDArray[np.int64]  # (w,)
    longest: NDArray[np.int64]  # (w,) of kontanthjælp, 0 = no limit
    law: Entitlement


def rules(law: Law) -> ExhaustionRules:
    """Return how long benefits last."""
    r = law.now
    return ExhaustionRules(
        period=whole(r["dagpenge.period_weeks"]),
        graduate_period=whole(r["dagpenge.graduate_period_weeks"]),
        longest=whole(r["kontanthjaelp.longest_weeks"]),
        law=entitlement(law),
    )


@kernel
def _exhaust(now: Now, k: Clients, r: ExhaustionRules, out: Moves) -> int:
    n, s = 0, k.spell
    for i in range(k.id.size):
        if k.state[i] != _DAGPENGE:
            continue
        w = k.person.rule_row[i]
        used = s.dagpenge_weeks[i] + now.week - s.entered[i]
        if used < (r.graduate_period[w] if s.graduate[i] else r.period[w]):
            continue
        u = uniform(now.key, _READINESS, k.key[i], now.week)
        out.who[n], out.to[n] = k.id[i], assistance(i, u, now, k, r.law)
        n += 1
    return n


@kernel
def _end_assistance(
    now: Now, k: Clients, longest: NDArray[np.int64], since: NDArray[np.int64], out: Moves
) -> int:
    n = 0
    for i in range(k.id.size):
        w, state = k.person.rule_row[i], k.state[i]
        if not _MAY_BE_LIMITED[state] or longest[w] <= 0:
            continue
        if now.week - max(k.spell.course_start[i], since[w]) >= longest[w]:
            out.who[n], out.to[n] = k.id[i], without_support(i, k)
            n += 1
    return n


@act("exhaustion", purposes=(Purpose.EXHAUSTED_READINESS,))
def exhaust_dagpenge(world: World, r: ExhaustionRules) -> Moves:
    """The right to dagpenge is used up: to kontanthjælp, or out of public support."""
    k = world.clients.settled
    out = Moves.room(k.id.size)
    return out.first(_exhaust(world.now, k, r, out))


@act("exhaustion", writes=("memory.exhaustion",))
def end_assistance(world: World, r: ExhaustionRules) -> Moves | None:
    """Kontanthjælp ends at a time limit, counted from the week in which the limit came into force."""
    if not r.longest.any():
        return None
    since = world.memory.get("exhaustion")
    before = np.full(r.longest.size, _NOT_YET) if since is None else since
    since = np.where(r.longest > 0, np.minimum(before, world.now.week), _NOT_YET)
    world.memory["exhaustion"] = since
    k = world.clients.settled
    out = Moves.room(k.id.size)
    return out.first(_end_assistance(world.now, k, r.longest, since, out))


MECHANISMS = (
    Mechanism(
        name="exhaustion",
        label="Dagpenge runs out after two years",
        label_da="Dagpengeretten udløber",
        equation="used >= 104 weeks",
        evidence="DP-P1, DP-P2",
        when_off="dagpenge has no end",
        rules=rules,
    ),
)
