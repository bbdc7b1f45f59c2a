"""Recent interviews: a fading stock, and how much of an interview's effect it carries.

    stock(t) = sum over interviews of quality * exp(-(t - week) / fade)
    s(stock) = (1 - exp(-stock)) / norm,   norm so that a single interview has s = 1 on average over its month

Evidence: M21 (Finland) for the month; see :mod:`sim.mechanisms.search`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.rules.fading import fading, left_after
from sim.rules.trust import TrustRules, trust_now, trust_rules
from sim.world.clients import Clients
from sim.world.columns import NEVER

if TYPE_CHECKING:
    from sim.parameters import Resolved

#: The estimates (M21) are of the effect on average over the month of an interview, in whole weeks.
_MONTH = 4
#: Largest number that the columns of interviews hold (a byte).
MOST_COUNTED = 255


class FadeRules(NamedTuple):
    """How the stock of recent interviews fades, and how it is scaled."""

    left: NDArray[np.float64]  # share of the stock that is left after so many weeks (sim.rules.fading)
    norm: float  # so that a single interview has an effect of 1 on average over its month
    trust: TrustRules  # how trust fades meanwhile

    @property
    def largest_effect(self) -> float:
        """However many the interviews, their effect is no larger than this."""
        return 1.0 / self.norm


def fade_rules(r: Resolved) -> FadeRules:
    """Return how fast an interview's effect fades, from ``search.interview_fade_weeks``."""
    weeks = r.scalar("search.interview_fade_weeks")
    norm = float(np.mean(1.0 - np.exp(-np.exp(-(np.arange(_MONTH) + 0.5) / weeks))))
    return FadeRules(fading(weeks), norm, trust_rules(r))


@part
def remember(i: int, week: int, quality: float, k: Clients, fade: FadeRules) -> None:
    """Add one interview with the client in row ``i`` to the fading stock, by its ``quality``.

    1 is an interview with the client's caseworker, or with the middle one; it is one interview whatever its
    quality.  Trust is brought up to this week.
    """
    c = k.contact
    c.trust[i] = trust_now(i, week, k, fade.trust)
    stock: float = np.float64(c.interview_stock[i])
    if c.last_interview[i] != NEVER:
        stock *= left_after(week - c.last_interview[i], fade.left)
    else:
        stock = 0.0
    c.interview_stock[i] = stock + quality
    c.last_interview[i] = week
    c.held[i] = min(c.held[i] + 1, MOST_COUNTED)


@part
def interview_effect(stock: float, last: int, week: int, fade: FadeRules) -> float:
    """Saturating, fading effect of recent interviews: 1 on average over the month after a single one."""
    if last == NEVER:
        return 0.0
    faded = stock * left_after(week - last, fade.left)
    return (1.0 - math.exp(-faded)) / fade.norm
