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

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel
from sim.engine.draws import Key, Purpose, uniforms
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.rules.benefit_rates import benefit_rates, typical_weekly_kr
from sim.rules.own_cost import WHOLE, OwnCostRules, own_cost_rules, own_share_of
from sim.states import NOBODY
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.municipalities import Municipality
from sim.world.world import World

#: Guards of divisions: fewer posts than any municipality has, less than any benefit costs.
_NO_POSTS, _NO_KRONER = 1e-9, 1e-9
#: Week numbers in which municipalities settle their budgets.
_QUARTERS = (1, 14, 27, 40)


def staff_target(
    saving_kr: float,
    staff_share: float,
    realised: float,
    staff_spending: float,
    reaction: float,
    value_ratio: float,
    bounds: tuple[float, float],
) -> float:
    """Staff aimed at, relative to the first week, within ``bounds``.

    ``saving_kr`` is the municipality's part of the year's saving, staff and programmes together.
    """
    cut = saving_kr * realised * staff_share / staff_spending
    return float(np.clip(1.0 - cut + reaction * (value_ratio - 1.0), *bounds))


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


class StaffingRules(NamedTuple):
    """Money and staff by municipality (m,), kr. a year at scale 1 unless another unit is named."""

    saving: NDArray[np.float64]  # planned, of the whole country
    realised: NDArray[np.float64]  # share of a planned saving that comes
    staff_share: NDArray[np.float64]  # share of a saving that is taken from staff
    spending: float  # on staff, of the whole country
    budget: NDArray[np.float64]  # for programmes, of the whole country
    extra_budget: NDArray[np.float64]  # for programmes, of the municipality
    reaction: NDArray[np.float64]  # of staff to what a week costs
    counted: NDArray[np.float64]  # what is counted of a gain that builds up
    extra_share: NDArray[np.float64]  # of staff beyond the budget
    extra: NDArray[np.float64]  # (m, g) caseworkers beyond the budget, full time
    ceiling: NDArray[np.float64]  # cases a full-time caseworker, 0 = none
    bounds: tuple[float, float]  # of the staff that money makes a municipality aim at
    speed: NDArray[np.float64]  # share of the way to the target a quarter
    full_minutes: float  # of a full-time week
    weekly_kr: NDArray[np.float64]  # (w, state) a typical benefit, kr. a week
    own_cost: OwnCostRules
    own_cost_before: OwnCostRules
    gain_kept: NDArray[np.float64]  # (w,)
    gain_kept_before: NDArray[np.float64]
    moves: bool  # staffing is on
    reacts: bool  # municipal reaction is on


def rules(law: Law) -> StaffingRules:
    """Return what municipalities plan and how they answer."""
    r, build_up = law.country, law.country.scalar("staffing.gain_build_up_years")
    years = r["staffing.investment_years"]
    reacts = law.on("municipal_reaction")
    reaction = r["staffing.reaction"]
    return StaffingRules(
        saving=r["staffing.planned_saving_mio_kr"] * 1e6,
        realised=r["staffing.saving_realised_share"].copy(),
        staff_share=r["staffing.saving_staff_share"].copy(),
        spending=r.scalar("staffing.staff_spending_mio_kr") * 1e6,
        budget=r["programmes.budget_mio_kr"] * 1e6,
        extra_budget=r["programmes.extra_budget_mio_kr"] * 1e6,
        reaction=reaction if reacts else np.zeros_like(reaction),
        counted=np.array([gain_counted(float(each), build_up) for each in years]),
        extra_share=r["staffing.extra_caseworkers_share"].copy(),
        extra=r["staffing.extra_caseworkers"].copy(),
        ceiling=r["staffing.caseload_ceiling"].copy(),
        bounds=(r.scalar("staffing.least_factor"), r.scalar("staffing.largest_factor")),
        speed=r["staffing.speed_per_quarter"].copy(),
        full_minutes=r.scalar("casework.hours_a_week") * 60.0,
        weekly_kr=typical_weekly_kr(benefit_rates(law.now)),
        own_cost=own_cost_rules(law.now),
        own_cost_before=own_cost_rules(law.before),
        gain_kept=law.now["municipality.gain_kept_share"].copy(),
        gain_kept_before=law.before["municipality.gain_kept_share"].copy(),
        moves=law.on("staffing"),
        reacts=reacts,
    )


@kernel
def _weekly_values(now: Now, k: Clients, r: StaffingRules, out: NDArray[np.float64]) -> None:
    out[:, :] = 0.0
    for i in range(k.id.size):
        state = k.state[i]
        if state == NOBODY:
            continue
        m = k.person.municipality[i]
        weekly = r.weekly_kr[m, state] / WHOLE
        out[m, 0] += weekly * r.gain_kept[m] * own_share_of(i, now.week, k, r.own_cost)
        out[m, 1] += weekly * r.gain_kept_before[m] * own_share_of(i, now.week, k, r.own_cost_before)


def settle_budget(m: Municipality, r: StaffingRules, value_ratio: float, caseload: float) -> None:
    """Answer this year's saving and the value of shorter courses; staff moves with a lag.

    ``value_ratio``: what clients' benefits cost the municipality, relative to the law without the reform;
    ``caseload``: cases a full-time caseworker would have with the first week's staff.
    """
    at = m.position
    saving, realised, part = r.saving[at] * m.share, float(r.realised[at]), float(r.staff_share[at])
    reaction, value = float(r.reaction[at]), value_ratio * r.counted[at]
    target = staff_target(saving, part, realised, r.spending * m.share, reaction, value, r.bounds)
    target += float(r.extra_share[at])
    target = ceiling_staff(target, caseload, float(r.ceiling[at]))
    m.staff += float(r.speed[at]) * (target - m.staff)
    m.extra += float(r.speed[at]) * (r.extra[at] - m.extra)
    m.programme_budget_kr = programme_budget(saving, part, realised, r.budget[at] * m.share)
    m.programme_budget_kr += float(r.extra_budget[at])


def _cases_a_post(world: World, r: StaffingRules) -> NDArray[np.float64]:
    """Open cases a full-time caseworker of the first week (m,)."""
    m, cw = len(world.codes), world.caseworkers
    cases = np.bincount(cw.municipality, weights=cw.cases, minlength=m)
    posts = np.bincount(cw.municipality, weights=world.full_minutes, minlength=m) / r.full_minutes
    return np.asarray(cases / np.maximum(posts, _NO_POSTS))


@act(
    "staffing",
    writes=("caseworkers.active", "caseworkers.minutes", "this_week.value", "municipalities"),
    always=True,
)
def settle_budgets(world: World, r: StaffingRules) -> None:
    """Each quarter every municipality settles its budget and moves its staff."""
    if world.now.week_of_year not in _QUARTERS and world.now.week > 0:
        return
    if not r.moves:
        for municipality in world.municipalities:
            municipality.programme_budget_kr = float(r.budget[municipality.position]) * municipality.share
        return
    value = world.this_week.value
    _weekly_values(world.now, world.clients.everybody, r, value)
    now, before = value[:, 0], value[:, 1]
    ratio = np.where(before > 0, now / np.maximum(before, _NO_KRONER), 1.0)
    cases = _cases_a_post(world, r)
    for municipality in world.municipalities:
        at = municipality.position
        settle_budget(municipality, r, float(ratio[at]), float(cases[at]))
    factor = np.array([m.staff for m in world.municipalities])
    set_hours(world.caseworkers, world.full_minutes, factor, world.now.key)
    extra = np.array([m.extra for m in world.municipalities]) * world.scale
    add_hours(world.caseworkers, extra, r.full_minutes)


MECHANISMS = (
    Mechanism(
        name="staffing",
        label="Savings change staff and budgets",
        label_da="Bemanding og besparelser",
        equation="target with a lag",
        evidence="C001-C003, C049",
        when_off="staff and budgets stay as they were",
        rules=rules,
    ),
    Mechanism(
        name="municipal_reaction",
        label="Municipalities react to what a week costs them",
        label_da="Kommunernes reaktion",
        equation="reaction * (value/value0 - 1)",
        evidence="R01-R03, C158",
        when_off="money changes no priorities",
        rules=rules,
    ),
)
