"""Turnover of caseworkers: a colleague leaves, a new one takes over the cases and knows nobody.

    P(a caseworker leaves this week) = 1 - exp(-rate / 52.18)

The new holder of the post draws skill and belief of their own; each client's relation starts again from no
interviews.  Evidence: assumption A17 (proxies C069-C071); consequences C14, C15.  Switch: ``turnover``.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel
from sim.engine.draws import Purpose, normal, uniform
from sim.mechanisms.transition import Now
from sim.world.caseworkers import Caseworkers
from sim.world.citizens import Contact

_TURNOVER, _CASEWORKER = int(Purpose.TURNOVER), int(Purpose.CASEWORKER)
_NEXT = np.uint32(1 << 24)


@kernel
def _replace(
    now: Now,
    clients: NDArray[np.int32],
    contact: Contact,
    cw: Caseworkers,
    weekly_rate: NDArray[np.float64],
    skill_spread: float,
    gone: NDArray[np.uint8],
) -> int:
    left = 0
    for j in range(cw.minutes.size):
        chance = 1.0 - math.exp(-weekly_rate[cw.municipality[j]])
        if cw.active[j] and uniform(now.key, _TURNOVER, cw.person[j], now.week) < chance:
            gone[j] = 1
            left += 1
            cw.person[j] = cw.person[j] + _NEXT
            z = normal(now.key, _CASEWORKER, cw.person[j], 1_000_000)
            cw.skill[j] = math.exp(skill_spread * z - 0.5 * skill_spread**2)
            cw.belief[j] = normal(now.key, _CASEWORKER, cw.person[j], 1_000_001)
            cw.started[j] = now.week
    if left > 0:
        for i in clients:
            j = contact.caseworker[i]
            if j >= 0 and gone[j]:
                contact.met[i] = 0
    return left


def replace_leavers(
    now: Now,
    clients: NDArray[np.int32],
    contact: Contact,
    cw: Caseworkers,
    weekly_rate: NDArray[np.float64],
    skill_spread: float,
) -> int:
    """Replace caseworkers who leave this week, ``weekly_rate`` (m,); returns how many."""
    return _replace(now, clients, contact, cw, weekly_rate, skill_spread, np.zeros(cw.minutes.size, np.uint8))
