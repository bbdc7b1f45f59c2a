"""Sanctions: rate, hearing, loss of benefit, and what they do to search and trust.

    P(sanction this week) = rate[state] / 52.18 * strictness_m,   strictness_m log-normal (P38)

Where the caseworker judges whether a sanction is needed (``sanctions.by_judgement``), the share
``sanctions.needed_share`` of them is given.

UI recipients: hazard times about two for 13 weeks (P01). Social assistance: no effect on jobs, but some
leave without an income (P35-P37). Each sanction costs hearing and decision (assumption A09), lowers trust
(:mod:`sim.rules.trust`), and withholds ``sanctions.loss_share`` of the benefit for
``sanctions.loss_weeks``. Complex cases can be exempt, and whoever has an exemption with a date is
(:mod:`sim.mechanisms.exemption`). Switch: ``sanctions``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel
from sim.engine.decisions import Contenders, bound, contenders
from sim.engine.draws import Purpose, uniform
from sim.law import Law, whole
from sim.mechanism import Mechanism, act
from sim.mechanisms.casework import add_task
from sim.mechanisms.exemption import ExemptionRules, exemption_rules, is_exempt
from sim.rules.entitlement import without_support
from sim.rules.trust import lose_trust
from sim.states import N_STATES, ROWS, State, states_with
from sim.vocabulary import Barrier, Task
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.moves import Moves
from sim.world.world import World

_SANCTION, _LEAVES = int(Purpose.SANCTION), int(Purpose.SANCTION_LEAVES)
_DAGPENGE = int(State.DAGPENGE)
_COMPLEX, _TASK = int(Barrier.COMPLEX), int(Task.SANCTIONS)
#: Benefits with a published rate of sanctions.
_SANCTIONED = states_with("sanctioned_at")


class SanctionRules(NamedTuple):
    """w = rule rows of persons."""

    rate: NDArray[np.float64]  # (w, state) a week
    weeks: NDArray[np.int64]  # (w,)
    minutes: NDArray[np.float64]  # (w,)
    complex_exempt: NDArray[np.float64]  # (w,) share of complex cases that are never sanctioned
    leaves: NDArray[
        np.float64
    ]  # (w,) chance that a sanctioned recipient of social assistance leaves without income
    trust_loss: float
    exemption: ExemptionRules


def rules(law: Law) -> SanctionRules:
    """Return how often, how long and with what effect people are sanctioned."""
    r = law.now
    strictness = law.rows(law.decisions.strictness)
    rate = np.zeros((len(strictness), N_STATES))
    needed = 1.0 - r["sanctions.by_judgement"] * (1.0 - r["sanctions.needed_share"])
    for state in _SANCTIONED:
        rate[:, state] = r[ROWS[state].sanctioned_at] / WEEKS_A_YEAR * strictness * needed
    return SanctionRules(
        rate=rate,
        weeks=whole(r["sanctions.weeks"]),
        minutes=r["casework.sanction_minutes"].copy(),
        complex_exempt=r["sanctions.complex_exempt_share"].copy(),
        leaves=r["sanctions.leaves_support_share"].copy(),
        trust_loss=r.scalar("sanctions.trust_loss"),
        exemption=exemption_rules(law),
    )


@kernel
def _sanction(
    now: Now,
    open_to: Contenders,
    k: Clients,
    cw: Caseworkers,
    r: SanctionRules,
    given: NDArray[np.int64],
    out: Moves,
) -> int:
    n, c = 0, k.contact
    for at in range(open_to.row.size):
        i, u, v = open_to.row[at], open_to.u[at], open_to.v[at]
        w, state = k.person.rule_row[i], k.state[i]
        rate = r.rate[w, state]
        if rate <= 0.0 or c.sanction_until[i] > now.week:
            continue
        if u >= rate or (k.person.barrier[i] == _COMPLEX and v < r.complex_exempt[w]):
            continue
        if is_exempt(i, now, k, r.exemption):
            continue
        given[k.person.municipality[i], state] += 1
        c.sanction_until[i] = now.week + r.weeks[w]
        lose_trust(i, r.trust_loss, k)
        add_task(i, _TASK, r.minutes[w], k, cw)
        if state != _DAGPENGE and uniform(now.key, _LEAVES, k.key[i], now.week) < r.leaves[w]:
            out.who[n], out.to[n] = k.id[i], without_support(i, k)
            n += 1
    return n


@act(
    "sanctions",
    writes=(
        "clients.contact.sanction_until",
        "clients.contact.trust",
        "caseworkers.backlog_task",
        "tally.sanctions",
    ),
    purposes=(Purpose.SANCTION, Purpose.SANCTION_LEAVES),
)
def sanction(world: World, r: SanctionRules) -> Moves:
    """Give the week's sanctions; who leaves support for one moves."""
    now, k = world.now, world.clients.settled
    largest = bound(r.rate.max(axis=0))
    open_to = contenders(now.key, _SANCTION, now.week, k.key, k.state, largest)
    out = Moves.room(open_to.row.size)
    return out.first(_sanction(now, open_to, k, world.caseworkers, r, world.tally.sanctions, out))


MECHANISMS = (
    Mechanism(
        name="sanctions",
        label="Sanctions",
        label_da="Sanktioner",
        equation="rate * strictness",
        evidence="P01, P04, P35-P38",
        when_off="nobody is sanctioned",
        rules=rules,
    ),
)
