"""Ordinary hours: a few paid hours a week while on a benefit (loentimer), a step towards work.

A recipient without hours gets some in a week with ``ordinary_hours.start_rate`` / 52.18, one with hours loses
them with ``ordinary_hours.stop_rate`` / 52.18.  A subsidy to the employer of a share s of the wage of those
hours (0 in the law) raises the start rate by 1 + elasticity * s and is paid by the municipality.  The
benefit falls by the share of a full week worked; the hazard of a job rises by a fraction of the published
association, which is not causal (P14, P15).  Level: y60j01, about 7 per cent of recipients.  Switch:
``ordinary_hours``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel
from sim.engine.decisions import Contenders, bound, contenders
from sim.engine.draws import Purpose
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.states import N_STATES, states_with
from sim.world.clients import Clients
from sim.world.world import World

_HOURS = int(Purpose.ORDINARY_HOURS)
_RECIPIENTS = states_with("ordinary_hours")


class HoursRules(NamedTuple):
    """w = rule rows; chances a week."""

    start: NDArray[np.float64]  # (w,)
    stop: NDArray[np.float64]  # (w,)
    by_barrier: NDArray[np.float64]  # (3,) how often they start, relative to ``start``
    hours: int  # paid hours a week


def rules(law: Law) -> HoursRules:
    """Return how often hours start and stop: subsidies to employers and the set-off of earnings count."""
    r = law.now
    subsidised = 1.0 + r["ordinary_hours.employer_elasticity"] * r["ordinary_hours.employer_subsidy_share"]
    kept = r["ordinary_hours.earnings_kept_share"] / law.before["ordinary_hours.earnings_kept_share"]
    answer = subsidised * kept ** r["ordinary_hours.kept_elasticity"]
    return HoursRules(
        start=r["ordinary_hours.start_rate"] / WEEKS_A_YEAR * answer,
        stop=r["ordinary_hours.stop_rate"] / WEEKS_A_YEAR,
        by_barrier=r.vector("ordinary_hours.start_by_barrier").copy(),
        hours=round(r.scalar("ordinary_hours.hours_a_week")),
    )


@kernel
def _change(open_to: Contenders, k: Clients, r: HoursRules) -> None:
    paid = k.contact.ordinary_hours
    for at in range(open_to.row.size):
        i, u = open_to.row[at], open_to.u[at]
        w = k.person.rule_row[i]
        if paid[i] == 0:
            if u < r.start[w] * r.by_barrier[k.person.barrier[i]]:
                paid[i] = r.hours
        elif u < r.stop[w]:
            paid[i] = 0


@act("ordinary_hours", writes=("clients.contact.ordinary_hours",), purposes=(Purpose.ORDINARY_HOURS,))
def change_hours(world: World, r: HoursRules) -> None:
    """Start and stop paid hours for recipients of kontanthjælp, uddannelseshjælp and integration benefit."""
    now, k = world.now, world.clients.settled
    largest = np.zeros(N_STATES)
    largest[_RECIPIENTS] = bound(np.maximum(r.by_barrier.max() * r.start, r.stop)).max()
    _change(contenders(now.key, _HOURS, now.week, k.key, k.state, largest), k, r)


MECHANISMS = (
    Mechanism(
        name="ordinary_hours",
        label="Paid hours while on benefit",
        label_da="Ordinære timer",
        equation="start and stop rates",
        evidence="y60j01, P14, P15",
        when_off="nobody starts or stops",
        rules=rules,
    ),
)
