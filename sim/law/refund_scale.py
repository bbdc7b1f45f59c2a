"""The refund scale of the week: who bears which share of a benefit at which step of the clock."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.mechanisms.refunds import RefundRules
from sim.parameters import Resolved

#: Hours of a full working week.
FULL_WEEK = 37


def step_ends(r: Resolved) -> NDArray[np.int64]:
    """Last week of the first three steps (3,)."""
    return np.array([round(r.scalar(f"refund.step_{n}_last_week")) for n in (1, 2, 3)], np.int64)


def refund_rules(r: Resolved, reference: Resolved | None = None) -> RefundRules:
    """Return the shares in ten-thousandths, by municipality.

    ``reference`` is the law without the reform, against which the set-off of earnings is reckoned.
    """
    name = "ordinary_hours.earnings_kept_share"
    set_off = (1.0 - r[name]) / (1.0 - (reference or r)[name])
    return RefundRules(
        state_share=np.round(r["refund.state_share"] * 10_000).astype(np.int64),
        cofinancing=np.round(r["refund.cofinancing_share"] * 10_000).astype(np.int64),
        last=step_ends(r),
        sanction_share=np.round(r["sanctions.loss_share"] * 10_000).astype(np.int64),
        set_off=np.round(set_off * 10_000).astype(np.int64),
        full_week=FULL_WEEK,
        free_weeks=np.round(r["refund.cofinancing_free_weeks"]).astype(np.int64),
        active_bonus=np.round(r["refund.active_bonus_share"] * 10_000).astype(np.int64),
    )


def own_shares(r: Resolved) -> NDArray[np.float64]:
    """What a week on benefit costs the municipality at the margin (2, m, step): own benefits, dagpenge.

    (1 - refund) or the co-financing share, times the share of gains that the municipality keeps.
    """
    kept = r["municipality.gain_kept_share"][:, None]
    return np.stack([(1.0 - r["refund.state_share"]) * kept, r["refund.cofinancing_share"] * kept])
