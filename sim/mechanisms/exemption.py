"""Exemption: who is far from work is free of demands and sanctions until a date, for all duties at once.

A caseworker judges at the start of each period of ``exemption.weeks`` of a course, from what can be seen:

    exempt until the period ends   if seen as complex, and u < ``exemption.share`` of the target group
    seen as complex                with ``exemption.accuracy`` who has complex barriers,
                                   with 1 - ``exemption.accuracy`` who has not

both drawn once a person and period.  For that time the law asks for no interview
(:mod:`sim.mechanisms.contact`), owes no offer (:mod:`sim.mechanisms.programmes`) and gives no sanction
(:mod:`sim.mechanisms.sanctions`).  Contact goes on where the client wants it: of those exempt
``exemption.wants_contact_share`` accept an interview to which they are called unasked, and offers by
judgement are made as to others; so trust grows by the interviews that are held, and no sanction takes it
away.  When the period ends the caseworker goes through the case (``exemption.review_minutes``), and it is
judged anew: renewed or ended.  A change of barriers or of target group is seen when it comes.  In the law
nobody is exempt.

Evidence: none for the shares (assumption); sanctions of social assistance move no jobs (P35) and some leave
without an income (P36).  Switch: ``exemption``.
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
from sim.rules.periods import period_start
from sim.states import NOBODY
from sim.vocabulary import Barrier, Task
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.world import World

_JUDGED, _WANTS = own_purpose("exemption.judged"), own_purpose("exemption.wants_contact")
_COMPLEX, _REVIEW = int(Barrier.COMPLEX), int(Task.CASE_ADMINISTRATION)


class ExemptionRules(NamedTuple):
    """w = rule rows of persons, g = target groups."""

    share: NDArray[np.float64]  # (w, g) of those seen as complex
    weeks: NDArray[np.int64]  # (w,) of a period
    accuracy: NDArray[np.float64]  # (w, g)
    wants: NDArray[np.float64]  # (w,) share of the exempt who want contact
    minutes: NDArray[np.float64]  # (w,) of a review


def exemption_rules(law: Law) -> ExemptionRules:
    """Return who is exempt from demands, and for how long; nobody where the mechanism is switched off."""
    r = law.now
    return ExemptionRules(
        share=r["exemption.share"] * float(law.on("exemption")),
        weeks=np.maximum(whole(r["exemption.weeks"]), 1),
        accuracy=r["exemption.accuracy"].copy(),
        wants=r["exemption.wants_contact_share"].copy(),
        minutes=r["exemption.review_minutes"].copy(),
    )


@part
def _judged(i: int, start: int, now: Now, k: Clients, r: ExemptionRules) -> bool:
    """Whether client ``i`` is exempt in the period that began in week ``start``."""
    w, group = k.person.rule_row[i], k.spell.group[i]
    u, v = uniform_pair(now.key, _JUDGED, k.key[i], start)
    seen_rightly = v < r.accuracy[w, group]
    return u < r.share[w, group] and seen_rightly == (k.person.barrier[i] == _COMPLEX)


@part
def is_exempt(i: int, now: Now, k: Clients, r: ExemptionRules) -> bool:
    """Whether client ``i`` is free of demands and sanctions this week."""
    w = k.person.rule_row[i]
    if r.share[w, k.spell.group[i]] <= 0.0:
        return False
    return _judged(i, period_start(i, now.week, r.weeks[w], k), now, k, r)


@part
def declines_contact(i: int, now: Now, k: Clients, r: ExemptionRules) -> bool:
    """Whether client ``i`` is exempt and does not want to be called in."""
    if not is_exempt(i, now, k, r):
        return False
    w = k.person.rule_row[i]
    return uniform(now.key, _WANTS, k.key[i], period_start(i, now.week, r.weeks[w], k)) >= r.wants[w]


@kernel
def _review(now: Now, k: Clients, cw: Caseworkers, r: ExemptionRules) -> int:
    reviewed = 0
    for i in range(k.id.size):
        if k.state[i] == NOBODY:
            continue
        w = k.person.rule_row[i]
        if r.share[w, k.spell.group[i]] <= 0.0 or now.week <= k.spell.course_start[i]:
            continue
        start = period_start(i, now.week, r.weeks[w], k)
        if start == now.week and _judged(i, start - r.weeks[w], now, k, r):
            add_task(i, _REVIEW, r.minutes[w], k, cw)
            reviewed += 1
    return reviewed


@act("exemption", writes=("caseworkers.backlog_task",), purposes=(_JUDGED, _WANTS))
def review_exemptions(world: World, r: ExemptionRules) -> None:
    """Give caseworkers the work of the exemptions that end this week."""
    if r.share.any():
        _review(world.now, world.clients.settled, world.caseworkers, r)


MECHANISMS = (
    Mechanism(
        name="exemption",
        label="Some are free of demands and sanctions until a date",
        label_da="Fritagelse for krav og sanktioner i en periode",
        equation="share of those seen as complex, a period at a time",
        evidence="P35, P36; assumption",
        when_off="nobody is exempt",
        rules=exemption_rules,
    ),
)
