"""A snapshot: all columns of everybody at one moment, as a copy, person by person.

The world keeps what a jobcentre follows in the clients' table; who wants to look at people rather than to
simulate them gets everything side by side here.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.lookup import IS_CLIENT
from sim.world.clients import Condition, Contact, Offer
from sim.world.columns import NEVER
from sim.world.people import Calendar, Person, Status
from sim.world.world import World


class Citizens(NamedTuple):
    """Everybody, each column of shape (n,), in id order."""

    person: Person
    status: np.recarray[Any, Any]  # Status, and course_start and unemployed_start (NEVER outside them)
    contact: Contact  # of who is no client: what is on file, and what a row starts with
    programme: Offer
    condition: Condition
    calendar: Calendar


def citizens_of(world: World) -> Citizens:
    """Return a copy of all columns of everybody as they are now."""
    person, status, on_file, calendar = world.people
    n, k = len(person), world.clients.everybody
    client = IS_CLIENT[status.state] == 1
    row = calendar.row[client]
    contact, programme, condition = Contact.empty(n), Offer.empty(n), Condition.empty(n)
    for name in ("last_interview", "interview_stock", "last_offer", "sanction_until", "trust", "belief"):
        contact[name] = on_file[name]
    programme.ended[:], programme.last[:] = on_file.ended, on_file.last
    condition.health[:], condition.ill_since[:] = on_file.health, on_file.ill_since
    contact[client], programme[client] = k.contact[row], k.programme[row]
    condition[client] = k.condition[row]
    more = [("course_start", np.int32), ("unemployed_start", np.int32)]
    wide = np.zeros(n, np.dtype([*((name, status.dtype[name]) for name in Status._fields), *more]))
    for name in Status._fields:
        wide[name] = status[name]
    for name, _ in more:
        wide[name] = NEVER
        wide[name][client] = k.spell[name][row]
    everyone = np.arange(n)
    return Citizens(
        person.of(everyone), wide.view(np.recarray), contact, programme, condition, calendar.of(everyone)
    )
