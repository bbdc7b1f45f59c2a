"""Administration as tasks with drivers: the minutes of each, so that all come to the published time use.

See :mod:`sim.mechanisms.casework` for what happens with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.rules.staff import caseworkers_fte
from sim.states import CLIENT_STATES
from sim.vocabulary import MONTHS

if TYPE_CHECKING:
    from sim.law import Law
    from sim.parameters import Resolved

#: Guard of divisions: fewer minutes than any task takes.
_NO_MINUTES = 1e-9
_LEVEL = "casework.administration_minutes_per_case_week"


class AdministrativeTasks(NamedTuple):
    """Minutes by rule row (w,)."""

    case: NDArray[np.float64]  # a case and week: the month's case, and the rest
    payment: NDArray[np.float64]  # a case and week
    plan: NDArray[np.float64]  # a case and week
    new_case: NDArray[np.float64]
    shift: NDArray[np.float64]
    referral: NDArray[np.float64]
    meetings: NDArray[np.float64]  # share of the week


def normal_minutes(r: Resolved) -> float:
    """Caseworker minutes a case and week in the first week, whole country.

    A recipient is as much of a case as the work of one is of the work of the other: the insured are the
    a-kasse's at first.
    """
    fte = caseworkers_fte(r)
    clients = list(CLIENT_STATES)
    followed = r.vector("staffing.workload_weight")[clients] / r.vector("staffing.case_weight")[clients]
    cases = float((r.vector("population.stock")[clients] * followed).sum())
    return fte * r.scalar("casework.hours_a_week") * 60.0 / cases


def _tasks(r: Resolved) -> AdministrativeTasks:
    """Return the tasks as their minutes stand, without the rest."""
    a_week = len(MONTHS) / WEEKS_A_YEAR
    return AdministrativeTasks(
        case=r["casework.case_month_minutes"] * a_week,
        payment=r["casework.payment_minutes"] * a_week,
        plan=r["casework.plan_minutes"] / r["casework.plan_weeks"],
        new_case=r["casework.new_case_minutes"].copy(),
        shift=r["casework.shift_minutes"].copy(),
        referral=r["casework.referral_minutes"].copy(),
        meetings=r["casework.meeting_share"].copy(),
    )


def _sum(tasks: AdministrativeTasks, r: Resolved) -> NDArray[np.float64]:
    """Minutes a case and week of all tasks at their usual frequencies (w,)."""
    present = normal_minutes(r) * (1.0 - r["casework.sick_share"])
    events = tasks.new_case * r["casework.new_cases_a_case_week"]
    events = events + tasks.shift * r["casework.shifts_a_case_week"]
    events = events + tasks.referral * r["casework.referrals_a_case_week"]
    return np.asarray(tasks.case + tasks.payment + tasks.plan + events + tasks.meetings * present)


def administrative_tasks(law: Law) -> AdministrativeTasks:
    """Return the tasks in force: those of the law without the reform come to the fitted level.

    The follow-ups that the law sets dates for are part of the rest; what a reform makes of them is found one
    by one (:mod:`sim.mechanisms.follow_ups`).
    """
    now, before = law.now, law.before
    level, usual = before[_LEVEL], _sum(_tasks(before), before)
    fit = np.minimum(level / np.maximum(usual, _NO_MINUTES), 1.0)
    rest = level - usual * fit
    every = now[_LEVEL] / np.maximum(level, _NO_MINUTES)
    tasks = AdministrativeTasks(*(each * fit * every for each in _tasks(now)))
    return tasks._replace(case=np.maximum(tasks.case + rest * every, 0.0))


def relieved(
    minutes: NDArray[np.float64], cases: NDArray[np.float64], freed: NDArray[np.float64], weeks: float
) -> NDArray[np.float64]:
    """Return the minutes a case and week (m,) that are left of ``minutes`` where a reform has freed some.

    A house's administration falls by freed / weeks, at most by all of it, and what has come off it is taken
    from ``freed``, so that none is lost and a small house's few follow-ups even out.

    Parameters
    ----------
    minutes
        (m,) a case and week without what is freed.
    cases
        (m,) open cases.
    freed
        (m,) minutes that have been freed and have not come off yet, below zero: that are asked for in
        addition; changed in place.
    weeks
        Over which they come off: ``casework.law_first_weeks``.
    """
    now = np.minimum(freed / weeks, minutes * cases)
    freed -= now
    return np.asarray(minutes - now / np.maximum(cases, 1.0))
