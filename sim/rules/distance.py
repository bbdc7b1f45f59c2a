"""How far from work a person is, where evidence tells effects apart by it: one definition for all.

Far from work is who is not well or has complex barriers; long unemployed who is nearer than that and has
some barriers or a course of ``search.long_term_weeks``; close to work are all others.
"""

from __future__ import annotations

from enum import IntEnum

from sim.engine.compiled import part
from sim.vocabulary import Barrier, Health
from sim.world.clients import Clients
from sim.world.clock import Now


class Distance(IntEnum):
    """Groups that the experiments tell apart."""

    CLOSE = 0
    LONG_TERM = 1
    FAR = 2


_CLOSE, _LONG, _FAR = int(Distance.CLOSE), int(Distance.LONG_TERM), int(Distance.FAR)
_WELL, _NONE, _COMPLEX = int(Health.WELL), int(Barrier.NONE), int(Barrier.COMPLEX)


@part
def far_from_work(i: int, k: Clients) -> bool:
    """Whether client ``i`` is not well or has complex barriers."""
    return k.condition.health[i] != _WELL or k.person.barrier[i] == _COMPLEX


@part
def distance_from_work(i: int, now: Now, long_term_weeks: int, k: Clients) -> int:
    """Group of client ``i`` (:class:`Distance`)."""
    if far_from_work(i, k):
        return _FAR
    long = now.week - k.spell.course_start[i] >= long_term_weeks
    return _LONG if long or k.person.barrier[i] != _NONE else _CLOSE
