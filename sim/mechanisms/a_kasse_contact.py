"""The a-kasse's interviews: the insured are met there in the first months.

    n interviews (``contact.a_kasse_interviews``) at even distances between the weeks
    ``a_kasse_first_within`` and ``a_kasse_weeks``, of which the share ``a_kasse_held_share`` is held

A provider beside the public service can hold more, every ``contact.provider_interval_weeks`` (0: none).
Evidence: F266, LAB 31.  Switch: ``a_kasse_contact``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel
from sim.engine.draws import Purpose, uniform
from sim.law import Law, whole
from sim.mechanism import Mechanism, act
from sim.rules.recent_interviews import FadeRules, fade_rules, remember
from sim.states import State
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.world import World

_A_KASSE, _DAGPENGE = int(Purpose.A_KASSE), int(State.DAGPENGE)


class AKasseRules(NamedTuple):
    """w = rule rows."""

    interviews: NDArray[np.int64]  # (w,) number; 0 none
    first: NDArray[np.int64]  # (w,) week of the course in which they begin
    weeks: NDArray[np.int64]  # (w,) weeks of the course in which the a-kasse follows the insured
    held: NDArray[np.float64]  # (w,) share held
    provider_interval: NDArray[np.int64]  # (w,) weeks between a provider's interviews, 0 none
    fade: FadeRules


def rules(law: Law) -> AKasseRules:
    """Return the a-kasse's part of the contact."""
    r = law.now
    return AKasseRules(
        interviews=whole(r["contact.a_kasse_interviews"]) * int(law.on("a_kasse_contact")),
        first=whole(r["contact.a_kasse_first_within_weeks"]),
        weeks=whole(r["contact.a_kasse_weeks"]),
        held=r["contact.a_kasse_held_share"].copy(),
        provider_interval=whole(r["contact.provider_interval_weeks"]),
        fade=fade_rules(r),
    )


@kernel
def _hold(now: Now, k: Clients, r: AKasseRules, held: NDArray[np.int64], counted: NDArray[np.int64]) -> None:
    for i in range(k.id.size):
        if k.state[i] != _DAGPENGE:
            continue
        m, w = k.person.municipality[i], k.person.rule_row[i]
        course = now.week - k.contact.contact_start[i]
        n = r.interviews[w]
        if r.provider_interval[w] > 0 and course % r.provider_interval[w] == 0:
            remember(i, now.week, k, r.fade)
            counted[m, _DAGPENGE] += 1
            held[m] += 1
            continue
        if n <= 0 or course < r.first[w] or course >= r.weeks[w]:
            continue
        step = max((r.weeks[w] - r.first[w]) // n, 1)
        elapsed = course - r.first[w]
        if elapsed % step != 0 or elapsed // step >= n:
            continue
        if uniform(now.key, _A_KASSE, k.key[i], now.week) < r.held[w]:
            remember(i, now.week, k, r.fade)
            counted[m, _DAGPENGE] += 1
            held[m] += 1


@act(
    "a_kasse_contact",
    writes=(
        "clients.contact.interview_stock",
        "clients.contact.last_interview",
        "clients.contact.held",
        "tally.interviews_a_kasse",
        "this_week.a_kasse_held",
    ),
    purposes=(Purpose.A_KASSE,),
    always=True,
)
def hold_a_kasse_interviews(world: World, r: AKasseRules) -> None:
    """The a-kasse's and a provider's interviews with the insured."""
    held = world.this_week.a_kasse_held
    held[:] = 0
    _hold(world.now, world.clients.settled, r, held, world.tally.interviews_a_kasse)


MECHANISMS = (
    Mechanism(
        name="a_kasse_contact",
        label="The a-kasse's interviews",
        label_da="A-kassens samtaler",
        equation="n interviews in the first weeks",
        evidence="F266, LAB 31",
        when_off="the a-kasse holds none",
        rules=rules,
    ),
)
