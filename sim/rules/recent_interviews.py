"""Recent interviews: a fading stock, and how much of an interview's effect it carries.

    stock(t) = sum over interviews of exp(-(t - week) / fade)
    s(stock) = (1 - exp(-stock)) / norm,   norm so that a single interview has s = 1 on average over its month

Evidence: M21 (Finland) for the month; see :mod:`sim.mechanisms.search`.
"""

from __future__ import annotations

import math

import numpy as np

from sim.engine.compiled import part
from sim.world.clients import Clients
from sim.world.columns import NEVER

FADE_WEEKS = 4.0
_NORM = float(np.mean(1.0 - np.exp(-np.exp(-(np.arange(4) + 0.5) / FADE_WEEKS))))
#: However many the interviews, their effect is no larger than this.
LARGEST_EFFECT = 1.0 / _NORM


@part
def remember(i: int, week: int, k: Clients) -> None:
    """Add one interview with the client in row ``i`` to the fading stock."""
    c = k.contact
    stock: float = np.float64(c.interview_stock[i])
    if c.last_interview[i] != NEVER:
        stock *= math.exp(-(week - c.last_interview[i]) / FADE_WEEKS)
    else:
        stock = 0.0
    c.interview_stock[i] = stock + 1.0
    c.last_interview[i] = week
    c.held[i] = min(c.held[i] + 1, 255)


@part
def interview_effect(stock: float, last: int, week: int) -> float:
    """Saturating, fading effect of recent interviews: 1 on average over the month after a single one."""
    if last == NEVER:
        return 0.0
    faded = stock * math.exp(-(week - last) / FADE_WEEKS)
    return (1.0 - math.exp(-faded)) / _NORM
