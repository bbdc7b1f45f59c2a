"""Staffing and budgets: a municipality's slow answer to money.

Saving (planned by law or agreement, realised in part) and the value of a week less on benefit set the staff a
municipality aims at; staff follows with a lag:

    target_m = 1 - saving_m * realised * staff_share / staff_spending_m
                 + reaction_m * (value_m / value0_m * counted_m - 1)
    staff_m(quarter) = staff_m + speed * (target_m - staff_m)

A ceiling on caseloads (``staffing.caseload_ceiling``, 0 = none) lifts the target to the staff that keeps it.
value_m is what its clients' benefits cost the municipality a week under the refund rules and the share of
gains it keeps; value0_m is the same clients under the law without the reform; counted_m what it counts of a
gain that builds up over years, relative to the budget year (:func:`gain_counted`).  reaction_m is bounded
rationality: zero means that money changes nothing (R02: two thirds lowered caseloads after 2016; R03: limited
on average, strong in some).  The rest of a saving is taken from the programme budget.  Switches: ``staffing``
(staff and budgets stay), ``municipal_reaction``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel
from sim.engine.draws import Key, Purpose, uniforms
from sim.law.refund_clock import refund_step, weeks_on_clock
from sim.mechanisms.transition import Now
from sim.world.caseworkers import Caseworkers
from sim.world.citizens import Status

MAX_FACTOR = 2.0


def staff_target(
    saving_kr: float,
    staff_share: float,
    realised: float,
    staff_spending: float,
    reaction: float,
    value_ratio: float,
) -> float:
    """Staff aimed at, relative to the first week.

    ``saving_kr`` is the municipality's part of the year's saving, staff and programmes together.
    """
    cut = saving_kr * realised * staff_share / staff_spending
    return float(np.clip(1.0 - cut + reaction * (value_ratio - 1.0), 0.1, MAX_FACTOR))


def ceiling_staff(target: float, caseload: float, ceiling: float) -> float:
    """Staff aimed at when no full-time caseworker may have more than ``ceiling`` cases (0 = no ceiling).

    ``caseload`` is what the municipality's cases would be for each full-time caseworker of the first week.
    """
    if ceiling <= 0.0:
        return target
    return max(target, caseload / ceiling)


def gain_counted(years: float, build_up: float) -> float:
    """What a municipality that looks ``years`` ahead counts of a gain, relative to the budget year alone.

    The gain has come to the share 1 - exp(-t / ``build_up``) after t years.
    """
    return float(np.expm1(-years / build_up) / np.expm1(-1.0 / build_up))


def programme_budget(saving_kr: float, staff_share: float, realised: float, budget: float) -> float:
    """Programme money a year after the saving's remaining part; never negative."""
    return max(budget - saving_kr * realised * (1.0 - staff_share), 0.0)


def set_hours(
    cw: Caseworkers, full_minutes: NDArray[np.float64], factor: NDArray[np.float64], key: Key
) -> None:
    """Make each municipality's caseworker minutes ``factor`` (m,) times those of the first week.

    Posts are filled or vacated in whole caseworkers, in an order that is the same in every world; the
    remainder is spread over the hours of those who are left.  ``full_minutes`` (n,) are the first week's.
    """
    rank_draw = uniforms(
        key, int(Purpose.CASEWORKER), np.arange(len(full_minutes), dtype=np.uint32), 2_000_000
    )
    for m, wanted in enumerate(factor):
        span = slice(int(cw.first[m]), int(cw.first[m + 1]))
        posts = span.stop - span.start
        filled = int(np.clip(np.floor(posts * min(wanted, 1.0) + 0.5), 1, posts))
        order = np.argsort(rank_draw[span], kind="stable")
        active = np.zeros(posts, np.uint8)
        active[order[:filled]] = 1
        cw.active[span] = active
        cw.minutes[span] = full_minutes[span] * posts * wanted / filled


def add_hours(cw: Caseworkers, extra: NDArray[np.float64], minutes_a_post: float) -> None:
    """Give each team the hours of its extra caseworkers (an investment), shared among its posts.

    Parameters
    ----------
    extra
        Full-time caseworkers beyond the budget (m, g), at the run's scale.
    minutes_a_post
        A full-time week.

    A municipality without a post for the group (small, or a small scale) shares them among all its posts.
    """
    for m in np.flatnonzero(extra.any(axis=1)):
        span = np.arange(int(cw.first[m]), int(cw.first[m + 1]))
        filled = span[cw.active[span] == 1]
        for group in np.flatnonzero(extra[m]):
            team = filled[cw.group[filled] == group]
            team = team if team.size else filled
            more = cw.minutes[team] + extra[m, group] * minutes_a_post / team.size
            cw.minutes[team] = np.maximum(more, 0.0)


@kernel
def weekly_values(
    now: Now,
    clients: NDArray[np.int32],
    municipality: NDArray[np.int16],
    s: Status,
    weekly: NDArray[np.float64],
    shares: NDArray[np.float64],
    shares_before: NDArray[np.float64],
    free_weeks: NDArray[np.int64],
    active_bonus: NDArray[np.float64],
    in_programme: NDArray[np.uint8],
    last: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """Sum benefit x own share over clients into ``out`` (m, 2): with the reform, and without it.

    ``weekly`` (m, state) kr.; ``shares`` (2, m, step): own benefits and dagpenge, gains kept included; both
    without co-financing in the first ``free_weeks`` (m,) of dagpenge and less ``active_bonus`` (m,) for those
    ``in_programme`` (n,) under the reform.
    """
    out[:, :] = 0.0
    for i in clients:
        m, state = municipality[i], s.state[i]
        step = refund_step(
            weeks_on_clock(s.refund_weeks[i], s.support_start[i], now.week), last[0], last[1], last[2]
        )
        kind = 1 if state == 1 else 0
        own = shares[kind, m, step]
        if state == 1 and now.week - s.entered[i] < free_weeks[m]:
            own = 0.0
        elif in_programme[i] > 0:
            own = max(own - active_bonus[m], 0.0)
        out[m, 0] += weekly[m, state] * own
        out[m, 1] += weekly[m, state] * shares_before[kind, m, step]
