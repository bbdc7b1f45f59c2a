"""Sickness cases: reviews, return by degrees, and the job that is kept, or lost, during illness.

In the four weeks around a review of the case by management (``sickness.review_1_week`` ..., 0 in the law),
the rate of recovery is exp(``sickness.review_effect``) times as high.  Where more of the sick return by
degrees to the job they hold (``sickness.graded_return_share``, 0 beyond today's), it is 1 + share *
(exp(effect) - 1) times as high from week ``sickness.graded_return_week`` on.  Recovery itself is the
person's (:mod:`sim.mechanisms.health`).  An employer dismisses who has been ill for
``sickness.protected_weeks``:

    P(dismissed this week) = 1 - exp(-``sickness.dismissal_rate`` / 52.18)

whatever benefit the person is on; until then the recovered return to their own job.

Evidence: E2-S12 (four in five of those who fall ill from a job return).  Switch: ``sickness``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose, uniform
from sim.law import Law, whole
from sim.mechanism import Mechanism, act
from sim.mechanisms.casework import add_task
from sim.states import NOBODY, State
from sim.vocabulary import Health, Task
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.employers import Employers
from sim.world.people import Status
from sim.world.world import World

_ADMINISTRATION, _DISMISSAL = int(Task.CASE_ADMINISTRATION), int(Purpose.DISMISSAL)
_SICK, _WELL = int(State.SYGEDAGPENGE), int(Health.WELL)
#: Reviews that the law may ask for: the numbers in their parameters' names.
_REVIEWS = (1, 2, 3)


class EffortRules(NamedTuple):
    """What is done for the recovery of the sick; w = rule rows of persons."""

    review_weeks: NDArray[np.int64]  # (w, 3) weeks in which management goes through the case, 0 = none
    review_effect: NDArray[np.float64]  # (w,) recovery in the weeks around a review: multiplier
    review_span: int  # so many weeks before and after
    graded: NDArray[np.float64]  # (w,) recovery from a job one holds: multiplier while return is graded
    graded_week: NDArray[np.int64]  # (w,) from this week of sickness on


class SicknessRules(NamedTuple):
    """w = rule rows of persons, m = municipalities."""

    review_weeks: NDArray[np.int64]  # (w, 3)
    review_minutes: NDArray[np.float64]  # (w,) caseworker's time a review
    protected_weeks: int  # of illness before an employer dismisses
    dismissal: float  # chance a week afterwards


def effort_rules(law: Law) -> EffortRules:
    """Return what is done for recovery; nothing where the mechanism is switched off."""
    r, on = law.now, float(law.on("sickness"))
    graded = r["sickness.graded_return_share"] * np.expm1(r["sickness.graded_return_effect"])
    return EffortRules(
        review_weeks=_review_weeks(law),
        review_effect=np.exp(on * r["sickness.review_effect"]),
        review_span=round(r.scalar("sickness.review_span_weeks")),
        graded=1.0 + on * graded,
        graded_week=whole(r["sickness.graded_return_week"]),
    )


def _review_weeks(law: Law) -> NDArray[np.int64]:
    """Weeks of sickness in which management goes through a case (w, 3)."""
    return whole(np.stack([law.now[f"sickness.review_{n}_week"] for n in _REVIEWS], axis=1))


def rules(law: Law) -> SicknessRules:
    """Return reviews and dismissal."""
    r = law.now
    return SicknessRules(
        review_weeks=_review_weeks(law),
        review_minutes=r["casework.review_minutes"].copy(),
        protected_weeks=round(r.scalar("sickness.protected_weeks")),
        dismissal=-math.expm1(-r.scalar("sickness.dismissal_rate") / WEEKS_A_YEAR),
    )


@part
def effort_on_recovery(i: int, now: Now, k: Clients, r: EffortRules) -> float:
    """How much faster client ``i`` recovers because of what is done on a sickness case."""
    if k.state[i] != _SICK:
        return 1.0
    w, weeks, x = k.person.rule_row[i], now.week - k.spell.entered[i], 1.0
    for review in r.review_weeks[w]:
        if review > 0 and review - r.review_span <= weeks < review + r.review_span:
            x *= r.review_effect[w]
    if weeks >= r.graded_week[w] and k.spell.employer[i] >= 0:
        x *= r.graded[w]
    return x


@kernel
def _review(now: Now, k: Clients, cw: Caseworkers, r: SicknessRules) -> None:
    for i in range(k.id.size):
        if k.state[i] == _SICK:
            w = k.person.rule_row[i]
            for at in r.review_weeks[w]:
                if at > 0 and now.week - k.spell.entered[i] == at:
                    add_task(i, _ADMINISTRATION, r.review_minutes[w], k, cw)


@kernel
def _dismiss(
    now: Now,
    k: Clients,
    status: Status,
    filled: NDArray[np.int32],
    vacancies: NDArray[np.int32],
    r: SicknessRules,
) -> None:
    for i in range(k.id.size):
        e = k.spell.employer[i]
        if e < 0 or k.state[i] == NOBODY or k.condition.health[i] == _WELL:
            continue
        if now.week - k.condition.ill_since[i] < r.protected_weeks:
            continue
        if uniform(now.key, _DISMISSAL, k.key[i], now.week) < r.dismissal:
            filled[e] -= 1
            vacancies[e] += 1
            k.spell.employer[i] = -1
            status.employer[k.id[i]] = -1


@act("sickness", writes=("caseworkers.backlog_task",))
def review_cases(world: World, r: SicknessRules) -> None:
    """Give caseworkers the work of this week's reviews of sickness cases."""
    if r.review_weeks.any():
        _review(world.now, world.clients.settled, world.caseworkers, r)


@act(
    "sickness",
    writes=("clients.spell.employer", "status.employer", "employers.filled", "employers.vacancies"),
    purposes=(Purpose.DISMISSAL,),
)
def dismiss(world: World, r: SicknessRules) -> None:
    """Employers dismiss who has been ill for long; the job becomes a vacancy."""
    e: Employers = world.employers
    _dismiss(world.now, world.clients.settled, world.people.status, e.filled, e.vacancies, r)


MECHANISMS = (
    Mechanism(
        name="sickness",
        label="Sickness cases are reviewed; jobs are kept or lost during illness",
        label_da="Sygedagpengesager og det job, man har",
        equation="dismissal rate after protected weeks",
        evidence="E2-S04, E2-S12",
        when_off="no case is reviewed and nobody is dismissed during illness",
        rules=rules,
    ),
)
