"""What a municipality bears itself of a week on a benefit: the refund scale and co-financing.

Law: lov om kommunernes finansiering af visse offentlige ydelser, section 5: the state refunds 80/40/30/20
per cent of a municipal benefit in weeks 1-4, 5-26, 27-52 and after; of dagpenge and disability pension the
municipality co-finances 20/60/70/80 per cent. Money (:mod:`sim.mechanisms.refunds`), priorities of
interviews (:mod:`sim.mechanisms.contact`), starts of programmes (:mod:`sim.mechanisms.programmes`) and
budgets (:mod:`sim.mechanisms.staffing`) all ask here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.law import whole
from sim.lookup import FINANCE
from sim.rules.refund_clock import refund_step, weeks_on_clock
from sim.states import Finance
from sim.vocabulary import Programme
from sim.world.clients import Clients

if TYPE_CHECKING:
    from sim.parameters import Resolved

_REFUNDED, _FUND, _STATE = (
    int(Finance.REFUNDED),
    int(Finance.COFINANCED_FUND),
    int(Finance.COFINANCED_STATE),
)
_NO_PROGRAMME = int(Programme.NONE)
#: Shares are whole ten-thousandths, so that sums of money are exact in any order.
WHOLE = 10_000
#: Guard of a division: a smaller part of a benefit that the municipality bears itself than any law asks for.
_LEAST_OWN_SHARE = 0.1
#: Steps of the scale that end: the numbers in their parameters' names.
_ENDING_STEPS = (1, 2, 3)


class OwnCostRules(NamedTuple):
    """Shares in ten-thousandths; m = municipalities."""

    state_share: NDArray[np.int64]  # (m, step) refunded
    cofinancing: NDArray[np.int64]  # (m, step)
    last: NDArray[np.int64]  # (3,) last weeks of steps 1-3
    free_weeks: NDArray[np.int64]  # (m,) first weeks of dagpenge that the municipality does not co-finance
    active_bonus: NDArray[np.int64]  # (m,) the state's further share while the person is in a programme


def ten_thousandths(share: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return shares as whole ten-thousandths, same shape."""
    return whole(share * WHOLE, "a share")


def _free_weeks(r: Resolved) -> NDArray[np.int64]:
    """Weeks of dagpenge that the municipality does not co-finance (w,): the a-kasse's, by task."""
    by_task = r["refund.cofinancing_by_task"] > 0.5
    return np.where(by_task, whole(r["contact.a_kasse_weeks"]), whole(r["refund.cofinancing_free_weeks"]))


def own_cost_rules(r: Resolved) -> OwnCostRules:
    """Return the scale in force, by municipality, from ``refund.*``."""
    return OwnCostRules(
        state_share=ten_thousandths(r["refund.state_share"]),
        cofinancing=ten_thousandths(r["refund.cofinancing_share"]),
        last=np.array([round(r.scalar(f"refund.step_{n}_last_week")) for n in _ENDING_STEPS], np.int64),
        free_weeks=_free_weeks(r),
        active_bonus=ten_thousandths(r["refund.active_bonus_share"]),
    )


def gain_from_programmes(r: Resolved) -> NDArray[np.float64]:
    """Part of its own cost of a benefit that the state takes over while the client is in a programme (w,).

    Before the client is known: of the mean over the steps of the refund scale.
    """
    own = np.maximum(1.0 - r["refund.state_share"].mean(axis=1), _LEAST_OWN_SHARE)
    return np.asarray(r["refund.active_bonus_share"] / own)


@part
def own_share(m: int, state: int, weeks: int, spell: int, active: bool, r: OwnCostRules) -> int:
    """Share of one week's benefit that municipality ``m`` bears itself, in ten-thousandths.

    ``weeks`` on the refund clock, this one included; ``spell``: weeks since the present benefit began;
    ``active``: in a programme.
    """
    step = refund_step(weeks, r.last[0], r.last[1], r.last[2])
    bonus = r.active_bonus[m] if active else 0
    finance = FINANCE[state]
    if finance == _REFUNDED:
        return max(WHOLE - r.state_share[m, step] - bonus, 0)
    if finance == _FUND and spell < r.free_weeks[m]:
        return 0
    if finance in (_FUND, _STATE):
        return max(r.cofinancing[m, step] - bonus, 0)
    return 0


@part
def own_share_of(i: int, week: int, k: Clients, r: OwnCostRules) -> int:
    """Ten-thousandths of the week's benefit that the municipality of the client in row ``i`` bears."""
    s = k.spell
    weeks = weeks_on_clock(s.refund_weeks[i], s.support_start[i], week)
    active = k.programme.kind[i] != _NO_PROGRAMME
    return own_share(k.person.municipality[i], k.state[i], weeks, week - s.entered[i], active, r)


@part
def cofinanced_of(i: int, week: int, k: Clients, r: OwnCostRules) -> int:
    """Ten-thousandths of the week's benefit of client ``i`` that co-financing takes, whoever bears it."""
    weeks = weeks_on_clock(k.spell.refund_weeks[i], k.spell.support_start[i], week)
    return int(r.cofinancing[k.person.municipality[i], refund_step(weeks, r.last[0], r.last[1], r.last[2])])


@part
def own_cost(state: int, amount: int, share: int) -> int:
    """What the municipality bears of a benefit of ``amount`` øre at a ``share``: refunds are rounded down."""
    if FINANCE[state] == _REFUNDED:
        return amount - amount * (WHOLE - share) // WHOLE
    return amount * share // WHOLE
