"""A fixed limit for set-off: what is earned below it on assistance is kept, what is above is set off in full.

With a limit of L kr. a month and an hourly wage v, h hours a week leave

    kept(h) = min(v * h, L a week),   a kink at the hours f = L a week / v, the hours free of set-off.

Beyond f an hour leaves nothing, so who settles the hours by the limit works f of them, as far as that many
are offered.  Without a limit (0, the law) a share of every hour's pay is kept
(``ordinary_hours.earnings_kept_share``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.law import Law
from sim.vocabulary import MONTHS, Education


def hourly_kr(law: Law) -> NDArray[np.float64]:
    """Return the wage of an ordinary hour (w,): that of people with basic schooling."""
    r = law.now
    full_week = law.country.scalar("ordinary_hours.full_week_hours")
    return np.asarray(r["wages.by_education_kr_year"][:, Education.BASIC] / (WEEKS_A_YEAR * round(full_week)))


def free_hours(law: Law) -> NDArray[np.float64]:
    """Return the hours a week whose pay is free of set-off (w, g); 0 where there is no limit."""
    limit = law.now["ordinary_hours.free_earnings_kr_month"] * float(law.on("ordinary_hours"))
    a_week = limit * len(MONTHS) / WEEKS_A_YEAR
    return np.asarray(a_week / hourly_kr(law)[:, None])


def chosen_hours(free: NDArray[np.float64], offered: int) -> NDArray[np.int64]:
    """Return the whole hours a week of who settles them by the limit: the kink, at least one, as offered."""
    at_kink = np.clip(np.floor(free), 1, offered)
    return np.asarray(np.where(free > 0.0, at_kink, offered)).astype(np.int64)


def kept_share(free: NDArray[np.float64], hours: NDArray[np.int64] | int) -> NDArray[np.float64]:
    """Return the share of the pay of so many hours that is kept under a limit."""
    return np.asarray(np.minimum(free / hours, 1.0))
