"""What a reform makes of benefits, as those see it who decide: their level, and how long they last.

Changes are against the same week without the reform: in an unreformed world nothing has changed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import part
from sim.law import Law
from sim.parameters import Resolved
from sim.rules.benefit_rates import benefit_rates, typical_weekly_kr
from sim.states import State, states_with
from sim.world.clients import Clients

#: States whose recipients' gain from work can be made plainer.
_ON_ASSISTANCE = states_with("gain_made_plain")
_DAGPENGE = int(State.DAGPENGE)


def paid_change(law: Law) -> NDArray[np.float64]:
    """Log of the typical benefit with the reform over without it (w, states)."""
    now, before = (typical_weekly_kr(benefit_rates(each)) for each in (law.now, law.before))
    change = np.zeros(now.shape)
    known = (now > 0) & (before > 0)
    change[known] = np.log(now[known] / before[known])
    return change


def level_change(law: Law) -> NDArray[np.float64]:
    """The same as recipients see it who look for work (w, states).

    Where the gain from work looks g times the real one (``benefits.perceived_gain``), assistance looks lower.
    """
    change = paid_change(law)
    change[:, _ON_ASSISTANCE] += _perceived(law.now)[:, _ON_ASSISTANCE]
    return change


def _perceived(r: Resolved) -> NDArray[np.float64]:
    """Log change of the benefit seen by a recipient to whom the gain from work looks larger (w, states).

    With benefit over wage rho and a perceived gain of g times the real one, 1 - g * (1 - rho) over rho.
    """
    wage = r["wages.by_education_kr_year"][:, :1] / WEEKS_A_YEAR
    least = r.scalar("benefits.smallest_seen_share")
    rho = np.clip(typical_weekly_kr(benefit_rates(r)) / wage, least, 1.0 - least)
    seen = 1.0 - r["benefits.perceived_gain"][:, None] * (1.0 - rho)
    return np.asarray(np.log(np.maximum(seen, least) / rho))


class ShorterRightRules(NamedTuple):
    """w = rule rows of persons."""

    effect: NDArray[np.float64]  # (w, 2) on the log scale of who has an ordinary, and a graduate's, right

    @property
    def largest_effect(self) -> float:
        """No rate is raised by more than this, on the log scale."""
        return float(max(self.effect.max(), 0.0))


def shorter_right_rules(law: Law) -> ShorterRightRules:
    """Return what a shorter right to dagpenge does throughout the spell; nothing where it is switched off."""
    names = ("dagpenge.period_weeks", "dagpenge.graduate_period_weeks")
    cut = np.stack([law.before[name] - law.now[name] for name in names], axis=1)
    size = law.now.scalar("search.shorter_right") * float(law.on("shorter_right"))
    return ShorterRightRules(np.asarray(size * cut))


@part
def shorter_right(i: int, k: Clients, r: ShorterRightRules) -> float:
    """What a shorter right to dagpenge adds to the log of the rates of leaving of client ``i``."""
    if k.state[i] != _DAGPENGE:
        return 0.0
    return r.effect[k.person.rule_row[i], 1 if k.spell.graduate[i] else 0]
