"""Ordinary hours: a few paid hours a week while on a benefit (loentimer), a step towards work.

A recipient without hours gets some in a week with ``ordinary_hours.start_rate`` / 52.18, one with hours loses
them with ``ordinary_hours.stop_rate`` / 52.18.  A subsidy to the employer of a share s of the wage of those
hours (0 in the law) raises the start rate by 1 + elasticity * s and is paid by the municipality.  The share
of the pay that is kept over today's raises it by the power ``ordinary_hours.kept_elasticity``; under a fixed
limit for set-off (``ordinary_hours.free_earnings_kr_month``, :mod:`sim.rules.earnings_limit`) that share
follows from the hours, and of those who start ``ordinary_hours.bunching_share`` settle them by the limit, the
others take the usual ones.  The
benefit falls by the share of a full week worked; the hazard of a job rises by a fraction of the published
association, which is not causal (P14, P15).

Somebody gives those hours: a workplace of the municipality is asked, and the start rate is multiplied by how
open it is and what it has lived through, 1 on average (:mod:`sim.mechanisms.employers`); when the hours stop
it remembers whether it was served well.  With ``employers_decide`` off all are alike.  Level: y60j01, about
7 per cent of recipients.  Switch: ``ordinary_hours``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel
from sim.engine.decisions import Contenders, bound, contenders
from sim.engine.draws import Purpose, own_purpose, uniform
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.mechanisms.employers import EmployerRules, ask_ladder, chance_of_yes, known, learn
from sim.rules.earnings_limit import chosen_hours, free_hours, kept_share
from sim.states import N_STATES, states_with
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.employers import Employers
from sim.world.world import World

_HOURS = int(Purpose.ORDINARY_HOURS)
_ASKED, _SERVED = own_purpose("ordinary_hours.asked"), own_purpose("ordinary_hours.served")
#: Whether somebody settles the hours by the limit.
_CHOOSES = own_purpose("ordinary_hours.chooses")
_RECIPIENTS = states_with("ordinary_hours")


class HoursRules(NamedTuple):
    """w = rule rows; chances a week."""

    start: NDArray[np.float64]  # (w,)
    stop: NDArray[np.float64]  # (w,)
    by_barrier: NDArray[np.float64]  # (3,) how often they start, relative to ``start``
    hours: int  # paid hours a week that are usual
    chosen: NDArray[np.int64]  # (w, g) of who settles them by a limit for set-off
    answer: NDArray[np.float64]  # (w, g, 2) how much oftener they start: usual hours, those chosen
    chooses: NDArray[np.float64]  # (w,) share who settle them by the limit


def rules(law: Law) -> HoursRules:
    """Return how often hours start and stop: subsidies to employers and the set-off of earnings count."""
    r = law.now
    subsidised = 1.0 + r["ordinary_hours.employer_elasticity"] * r["ordinary_hours.employer_subsidy_share"]
    kept = r["ordinary_hours.earnings_kept_share"] / law.before["ordinary_hours.earnings_kept_share"]
    answer = subsidised * kept ** r["ordinary_hours.kept_elasticity"]
    hours, free = round(r.scalar("ordinary_hours.hours_a_week")), free_hours(law)
    chosen, now = chosen_hours(free, hours), r["ordinary_hours.earnings_kept_share"][:, None]
    more = np.stack([kept_share(free, each) / now for each in (hours, chosen)], axis=2)
    more = np.where(free[:, :, None] > 0.0, more, 1.0) ** r["ordinary_hours.kept_elasticity"][:, None, None]
    return HoursRules(
        start=r["ordinary_hours.start_rate"] / WEEKS_A_YEAR * answer,
        stop=r["ordinary_hours.stop_rate"] / WEEKS_A_YEAR,
        by_barrier=r.vector("ordinary_hours.start_by_barrier").copy(),
        hours=hours,
        chosen=chosen,
        answer=more,
        chooses=r["ordinary_hours.bunching_share"].copy(),
    )


@kernel
def _change(
    now: Now,
    open_to: Contenders,
    k: Clients,
    r: HoursRules,
    e: Employers,
    ladder: NDArray[np.float64],
    by: EmployerRules,
) -> None:
    paid, where = k.contact.ordinary_hours, k.at_work.hours_at
    for at in range(open_to.row.size):
        i, u = open_to.row[at], open_to.u[at]
        w, barrier = k.person.rule_row[i], k.person.barrier[i]
        if paid[i] == 0:
            group, hours, chooses = k.spell.group[i], r.hours, 0
            if r.chosen[w, group] != r.hours:
                chooses = int(uniform(now.key, _CHOOSES, k.key[i], now.week) < r.chooses[w])
                hours = r.chosen[w, group] if chooses else r.hours
            chance, x = r.start[w] * r.by_barrier[barrier] * r.answer[w, group, chooses], -1
            if by.on:
                v = uniform(now.key, _ASKED, k.key[i], now.week)
                x = ask_ladder(v, k.person.municipality[i], e, ladder)
                chance = chance_of_yes(x, chance, e)
            if u < chance:
                paid[i], where[i] = hours, x
                if x >= 0:
                    e.took[x] = now.week
        elif u < r.stop[w]:
            paid[i] = 0
            if by.on and where[i] >= 0:
                served = uniform(now.key, _SERVED, k.key[i], now.week) < by.served_well[barrier]
                learn(where[i], served, e, by)
            where[i] = -1


@act(
    "ordinary_hours",
    writes=(
        "clients.contact.ordinary_hours",
        "clients.at_work.hours_at",
        "employers.took",
        "employers.experience",
    ),
    purposes=(Purpose.ORDINARY_HOURS, _ASKED, _SERVED, _CHOOSES),
)
def change_hours(world: World, r: HoursRules) -> None:
    """Start and stop paid hours for recipients of kontanthjælp, uddannelseshjælp and integration benefit."""
    now, k, e = world.now, world.clients.settled, world.employers
    by: EmployerRules = world.rules["employers_decide"]
    most = float(e.openness.max()) * (1.0 + max(float(e.experience.max()), 0.0)) if by.on else 1.0
    most *= max(float(r.answer.max()), 1.0)
    largest = np.zeros(N_STATES)
    largest[_RECIPIENTS] = bound(np.maximum(most * r.by_barrier.max() * r.start, r.stop)).max()
    open_to = contenders(now.key, _HOURS, now.week, k.key, k.state, largest)
    _change(now, open_to, k, r, e, known(world).ladder, by)


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
