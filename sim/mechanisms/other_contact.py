"""Other contact: a social or health effort counts as the interview, or as the offer, that the law asks for.

Of clients with complex barriers or an illness, in the groups of ``other_contact.counts``, the share
``other_contact.share`` has an effort of social or health services in a period of ``other_contact.weeks`` of
a course, drawn once a person and period. Where the law lets it count, and after the first interview of the
contact course,

    an interview that falls due is satisfied by it   the next one is set as if it had been held, and the
                                                     coordinator's ``other_contact.minutes`` wait as a task
    an offer that the law asks for is satisfied by it (:mod:`sim.mechanisms.programmes`)

Where calls and visits count (``other_contact.calls_count``), the caseworker replaces the share
``other_contact.call_share`` of the interviews that fall due with those in whom complex problems are seen
(rightly with ``exemption.accuracy``); one takes ``other_contact.call_minutes``.

It is no interview: it leads to no job, and the caseworker who knows the client goes on knowing the client,
as nobody else takes over.  Offers by judgement are made as before.  In the law it does not count, and what
such efforts do for the person is part of today's recovery and job finding.

Evidence: none for the share (assumption); an intensive contact with the weak moved nothing (M24).  Switch:
``other_contact``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.draws import own_purpose, uniform, uniform_pair
from sim.law import Law, whole
from sim.mechanism import Mechanism, act
from sim.mechanisms.casework import add_task
from sim.mechanisms.contact import ContactRules, is_due, set_next
from sim.rules.periods import period_start
from sim.states import NOBODY
from sim.vocabulary import Barrier, Health, Task
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.world import World

_EFFORT, _CALLED = own_purpose("other_contact.effort"), own_purpose("other_contact.called")
_COMPLEX, _WELL, _TASK = int(Barrier.COMPLEX), int(Health.WELL), int(Task.CASE_ADMINISTRATION)


class OtherContactRules(NamedTuple):
    """w = rule rows of persons, g = target groups."""

    share: NDArray[np.float64]  # (w, g) with an effort that counts; 0: it does not count
    weeks: NDArray[np.int64]  # (w,)
    minutes: NDArray[np.float64]  # (w,)
    calls: NDArray[np.float64]  # (w, g) share of interviews due that a call or a visit replaces
    call_minutes: NDArray[np.float64]  # (w,)
    accuracy: NDArray[np.float64]  # (w, g) how often a caseworker sees complex problems rightly


def other_contact_rules(law: Law) -> OtherContactRules:
    """Return whose other efforts count; nobody's where the mechanism is switched off."""
    r = law.now
    on = float(law.on("other_contact"))
    counts = r["other_contact.counts"] * on
    return OtherContactRules(
        share=counts * r["other_contact.share"][:, None],
        weeks=np.maximum(whole(r["other_contact.weeks"]), 1),
        minutes=r["other_contact.minutes"].copy(),
        calls=on * r["other_contact.calls_count"] * r["other_contact.call_share"][:, None],
        call_minutes=r["other_contact.call_minutes"].copy(),
        accuracy=r["exemption.accuracy"].copy(),
    )


@part
def has_other_effort(i: int, now: Now, k: Clients, r: OtherContactRules) -> bool:
    """Whether client ``i`` has an effort of others in this period that the law lets count."""
    w = k.person.rule_row[i]
    share = r.share[w, k.spell.group[i]]
    if share <= 0.0 or k.contact.held[i] == 0:
        return False
    if k.person.barrier[i] != _COMPLEX and k.condition.health[i] == _WELL:
        return False
    return uniform(now.key, _EFFORT, k.key[i], period_start(i, now.week, r.weeks[w], k)) < share


@part
def _is_called(i: int, now: Now, k: Clients, r: OtherContactRules) -> bool:
    """Whether the caseworker, who sees complex problems, calls or visits client ``i`` instead."""
    w, group = k.person.rule_row[i], k.spell.group[i]
    if r.calls[w, group] <= 0.0 or k.contact.held[i] == 0:
        return False
    u, v = uniform_pair(now.key, _CALLED, k.key[i], now.week)
    seen = (v < r.accuracy[w, group]) == (k.person.barrier[i] == _COMPLEX)
    return seen and u < r.calls[w, group]


@kernel
def _count(now: Now, k: Clients, cw: Caseworkers, c: ContactRules, r: OtherContactRules) -> int:
    counted = 0
    for i in range(k.id.size):
        if k.state[i] == NOBODY or k.contact.caseworker[i] < 0:
            continue
        w = k.person.rule_row[i]
        effort = has_other_effort(i, now, k, r)
        if not effort and r.calls[w, k.spell.group[i]] <= 0.0:
            continue
        if is_due(i, now, k, c) and (
            effort or (k.contact.next_due[i] == now.week and _is_called(i, now, k, r))
        ):
            set_next(i, now, k, c)
            add_task(i, _TASK, r.minutes[w] if effort else r.call_minutes[w], k, cw)
            counted += 1
    return counted


@act(
    "other_contact",
    writes=("clients.contact.next_due", "caseworkers.backlog_task"),
    purposes=(_EFFORT, _CALLED),
)
def count_other_contact(world: World, r: OtherContactRules) -> None:
    """Interviews by law that an effort of others stands for are satisfied; its coordinator has the work."""
    contact: ContactRules = world.rules["statutory_contact"]
    if (r.share.any() or r.calls.any()) and contact.statutory:
        _count(world.now, world.clients.settled, world.caseworkers, contact, r)


MECHANISMS = (
    Mechanism(
        name="other_contact",
        label="Social and health efforts count as contact",
        label_da="Andre indsatser tæller som kontakt",
        equation="an interview or offer by law is satisfied by an effort of others",
        evidence="M24; assumption",
        when_off="only the jobcentre's own contact counts",
        rules=other_contact_rules,
    ),
)
