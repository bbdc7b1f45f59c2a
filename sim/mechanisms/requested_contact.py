"""Requested contact: who has the right to an interview when he or she asks for one gets it.

In the groups of ``contact.on_request`` each client whose first interview has been held asks with the chance

    1 - exp(-``contact.requests_a_year`` / 52.18)        a week

for an interview, where none is due. It is then due by law (:mod:`sim.mechanisms.contact`), is held as
others are and takes their time; the next one is set as after any other. Who is not followed by law at all
(exempt, or expected back soon) does not ask. In the law before any reform nobody has the right: what
clients ask for today is among the interviews that caseworkers choose to hold.

Evidence: C107 (92 per cent interested in more contact by phone or video); the number is an assumption.
Switch: ``requested_contact``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel
from sim.engine.draws import own_purpose, uniform
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.mechanisms.contact import ContactRules, is_due
from sim.states import NOBODY
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.world import World

_ASKS = own_purpose("requested_contact.asks")


class RequestRules(NamedTuple):
    """w = rule rows of persons, g = target groups."""

    chance: NDArray[np.float64]  # (w, g) a week; 0: no right


def rules(law: Law) -> RequestRules:
    """Return how often clients with the right ask for an interview."""
    r = law.now
    chance = -np.expm1(-r["contact.requests_a_year"] / WEEKS_A_YEAR)
    return RequestRules(r["contact.on_request"] * chance[:, None])


@kernel
def _ask(now: Now, k: Clients, c: ContactRules, r: RequestRules) -> int:
    asked, due = 0, k.contact.next_due
    for i in range(k.id.size):
        if k.state[i] == NOBODY or k.contact.caseworker[i] < 0 or k.contact.held[i] == 0:
            continue
        chance = r.chance[k.person.rule_row[i], k.spell.group[i]]
        if chance <= 0.0 or uniform(now.key, _ASKS, k.key[i], now.week) >= chance or is_due(i, now, k, c):
            continue
        planned = due[i]
        due[i] = now.week
        if is_due(i, now, k, c):
            asked += 1
        else:
            due[i] = planned
    return asked


@act("requested_contact", writes=("clients.contact.next_due",), purposes=(_ASKS,))
def ask_for_interviews(world: World, r: RequestRules) -> None:
    """Clients who have the right and ask for an interview are due for one."""
    contact: ContactRules = world.rules["statutory_contact"]
    if r.chance.any() and contact.statutory:
        _ask(world.now, world.clients.settled, contact, r)


MECHANISMS = (
    Mechanism(
        name="requested_contact",
        label="Clients ask for an interview",
        label_da="Borgere beder om en samtale",
        equation="1 - exp(-requests a year / 52.18) a week, where it is a right",
        evidence="C107; assumption",
        when_off="nobody asks for more interviews than today",
        rules=rules,
    ),
)
