"""Benefit levels and search.

    elasticity * log(benefit / benefit without the reform)

The elasticity is smaller for those far from work: who is not well, or has complex barriers.  Where
recipients of kontanthjælp see the gain from work as g times the real one (``benefits.perceived_gain``), the
benefit looks lower to them. Evidence: B20, B21, B10.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import part
from sim.law import Law
from sim.mechanism import Term
from sim.parameters import Resolved
from sim.rules.benefit_rates import benefit_rates, typical_weekly_kr
from sim.states import State
from sim.vocabulary import Barrier, Health
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now

#: States whose recipients' gain from work can be made plainer.
_ON_ASSISTANCE = [State.KONTANTHJAELP_JOB_READY, State.KONTANTHJAELP_ACTIVITY_READY]
_COMPLEX, _WELL = int(Barrier.COMPLEX), int(Health.WELL)


class IncentiveRules(NamedTuple):
    """w = rule rows of persons."""

    incentive: NDArray[np.float64]  # (w, state) elasticity x log change of the benefit
    far_from_work: float  # the elasticity of who is not well or has complex barriers, relative to others'


def rules(law: Law) -> IncentiveRules:
    """Return the elasticity times the log of the benefit with the reform over without it."""
    r = law.now
    now, before = (typical_weekly_kr(benefit_rates(each)) for each in (r, law.before))
    change = np.zeros(now.shape)
    known = (now > 0) & (before > 0)
    change[known] = np.log(now[known] / before[known])
    change[:, _ON_ASSISTANCE] += _perceived(r, now)[:, _ON_ASSISTANCE]
    far = r.scalar("search.benefit_elasticity_far_from_work")
    return IncentiveRules(np.asarray(r.scalar("search.benefit_elasticity") * change), far)


def _perceived(r: Resolved, weekly: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log change of the benefit seen by a recipient to whom the gain from work looks larger (w, states).

    With benefit over wage rho and a perceived gain of g times the real one, 1 - g * (1 - rho) over rho.
    """
    wage = r["wages.by_education_kr_year"][:, :1] / WEEKS_A_YEAR
    least = r.scalar("benefits.smallest_seen_share")
    rho = np.clip(weekly / wage, least, 1.0 - least)
    seen = 1.0 - r["benefits.perceived_gain"][:, None] * (1.0 - rho)
    return np.asarray(np.log(np.maximum(seen, least) / rho))


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: IncentiveRules) -> float:
    """Term of the benefit's level."""
    x = r.incentive[k.person.rule_row[i], k.state[i]]
    far = k.person.barrier[i] == _COMPLEX or k.condition.health[i] != _WELL
    return x * r.far_from_work if far else x


TERM = Term(
    name="benefit_incentive",
    label="Benefit levels and search",
    label_da="Ydelsens størrelse og søgning",
    equation="elasticity * log(benefit ratio)",
    evidence="B20, B21, B10",
    when_off="benefit levels do not change search",
    rules=rules,
    of_client=of_client,
)
