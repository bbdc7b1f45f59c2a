"""Reallocation: the hours of a jobcentre go where its cases are.

    minutes_j = M_m * w_j / sum of w in the house + extra hours of the post's team
    w_j       = sum over the post's cases of  weight of the state * L_g / N_g
    L_g       = L_g + speed * (N_g - L_g)                                        each quarter

M_m are the minutes of the house (:mod:`sim.mechanisms.staffing`), conserved to the minute.  In a run of a
share of the population the number of a house's cases is luck in part, which Denmark does not have; hours go
along with that part, so that the country's hours are conserved and M_m is

    t * M_m + (1 - t) * hours of its cases at its staffing,    t = s^2 / (s^2 + (1 - scale) / cases),

s being how much hours a case differ between municipalities (``staffing.spread_of_hours``).  Money for
programmes goes along in the same proportion (:mod:`sim.mechanisms.programmes`).  Within a week
caseworkers of a house share the work: a post's hours follow its cases, weighted with the time that a case
takes (``staffing.case_weight``), so hours a client and group are the same in a large house and a small one,
and in the whole country and a sample of it.  What lags is how much a group gets of the country's hours: N_g
is the group's share of weighted cases now, L_g the share that its hours have come to
(``staffing.reallocation_speed_per_quarter``).  A group that grows has fewer hours a case until they have
followed, but at most ``staffing.hours_lag_bound`` apart from the others; one that has no cases any more has
no hours.  No post moves and nobody is handed over: who gets hours in another group takes cases there.  A
municipality's extra caseworkers for a group (``staffing.extra_caseworkers``) stay with its team.

Evidence: none of the speed (assumption); weights from recommended caseloads (C052-C059).  Switch:
``reallocation``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel
from sim.law import Law, whole
from sim.mechanism import Mechanism, act
from sim.mechanisms.staffing import QUARTERS, add_hours
from sim.rules.luck import told
from sim.states import NOBODY
from sim.vocabulary import TARGET_GROUPS
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.world import World

#: Where the mechanism keeps the groups' shares of the country's hours (g,).
_MEMORY = "reallocation"
#: Guard of divisions: less than the weight of a case.
_NOTHING = 1e-9


class ReallocationRules(NamedTuple):
    """m = municipalities, g = target groups."""

    case_weight: NDArray[np.float64]  # (states,) time that a case takes, relative
    speed: float  # share of the way that a group's hours follow its cases in a quarter
    bound: float  # largest lag of a group's hours a case behind the others', relative
    spread: float  # of hours a case between municipalities, relative
    full_minutes: float  # of a full-time week
    effort_group: NDArray[np.int64]  # (m, g)
    on: bool


def rules(law: Law) -> ReallocationRules:
    """Return how hours follow cases."""
    r = law.country
    return ReallocationRules(
        case_weight=r.vector("staffing.case_weight").copy(),
        speed=r.scalar("staffing.reallocation_speed_per_quarter"),
        bound=1.0 + r.scalar("staffing.hours_lag_bound"),
        spread=r.scalar("staffing.spread_of_hours"),
        full_minutes=r.scalar("casework.hours_a_week") * 60.0,
        effort_group=whole(r["target_groups.effort_group"]),
        on=law.on("reallocation"),
    )


@kernel
def _weigh(k: Clients, weight: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Add up the weights of each post's cases by target group, ``out`` (n_caseworkers, g)."""
    for i in range(k.id.size):
        j = k.contact.caseworker[i]
        if j >= 0 and k.state[i] != NOBODY:
            out[j, k.spell.group[i]] += weight[k.state[i]]


def lag_factor(hours: NDArray[np.float64], cases: NDArray[np.float64], bound: float) -> NDArray[np.float64]:
    """Hours a case of each group (g,) relative to all: its share of ``hours`` over its share of ``cases``."""
    known = cases > 0.0
    return np.where(known, np.clip(hours / np.where(known, cases, 1.0), 1.0 / bound, bound), 1.0)


def without_luck(
    house: NDArray[np.float64],
    fair: NDArray[np.float64],
    cases: NDArray[np.int64],
    spread: float,
    scale: float,
) -> NDArray[np.float64]:
    """Minutes of each house (m,) of ``house`` without the luck of a sample in its number of cases.

    Parameters
    ----------
    fair
        (m,) what houses would have by their cases, in proportion.
    spread
        Standard deviation of hours a case between municipalities, relative.
    scale
        Share of the population in the run: 1 leaves the minutes as they are.
    """
    total = house.sum()
    if scale >= 1.0 or not fair.any():
        return house
    real = told(spread, np.maximum(cases, 1), 1.0, scale)
    minutes = real * house + (1.0 - real) * fair * total / fair.sum()
    return np.asarray(minutes * total / minutes.sum())


def hours_by_cases(
    cw: Caseworkers, weight: NDArray[np.float64], house: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Share each house's minutes (m,) among its posts by the ``weight`` (n,) of their cases.

    A house without any case shares them equally among posts that are filled.
    """
    first = cw.first[:-1]
    filled = cw.active.astype(np.float64)
    weight = weight * filled
    total = np.add.reduceat(weight, first)
    empty = (total <= 0.0)[cw.municipality]
    weight = np.where(empty, filled, weight)
    total = np.add.reduceat(weight, first)
    return np.asarray(weight * (house / np.maximum(total, _NOTHING))[cw.municipality])


@act(
    "reallocation",
    writes=(
        "caseworkers.minutes",
        "caseworkers.house_minutes",
        "caseworkers.house_staff",
        "caseworkers.house_luck",
        f"memory.{_MEMORY}",
    ),
    always=True,
)
def share_hours(world: World, r: ReallocationRules) -> None:
    """Each house's hours go to its posts by the cases they have; those of a group follow it each quarter."""
    cw, now = world.caseworkers, world.now
    if r.on:
        work = np.zeros((cw.minutes.size, len(TARGET_GROUPS)))
        _weigh(world.clients.settled, r.case_weight, work)
        cases = work.sum(axis=0) / max(work.sum(), _NOTHING)
        hours = world.memory.setdefault(_MEMORY, cases.copy())
        if now.week_of_year in QUARTERS and now.week > 0:
            hours += r.speed * (cases - hours)
        weight = (work * lag_factor(hours, cases, r.bound)).sum(axis=1)
        staff = np.array([each.staff for each in world.municipalities])
        number = np.add.reduceat(cw.cases, cw.first[:-1])
        fair = staff * np.add.reduceat(work.sum(axis=1), cw.first[:-1])
        house = without_luck(cw.house_start * staff, fair, number, r.spread, world.scale)
        cw.house_luck[:] = house / (cw.house_start * staff)
        cw.minutes[:] = hours_by_cases(cw, weight, house)
        extra = np.array([each.extra for each in world.municipalities]) * world.scale
        add_hours(cw, extra, r.full_minutes, weight, r.effort_group)
        cw.house_staff[:] = staff + extra.sum(axis=1) * r.full_minutes / cw.house_start
    cw.house_minutes[:] = np.add.reduceat(cw.minutes * cw.active, cw.first[:-1])
    if not r.on:
        cw.house_staff[:] = cw.house_minutes / cw.house_start


MECHANISMS = (
    Mechanism(
        name="reallocation",
        label="Hours follow the cases between groups",
        label_da="Timerne følger sagerne mellem målgrupperne",
        equation="minutes = house * weighted cases / sum of them; the country's hours by group with a lag",
        evidence="C052-C059 for weights, speed assumed",
        when_off="hours stay with the posts of the first week",
        rules=rules,
    ),
)
