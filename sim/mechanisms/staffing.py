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
from sim.law import Law, whole
from sim.mechanism import Mechanism, act
from sim.rules.benefit_rates import benefit_rates, typical_weekly_kr
from sim.rules.own_cost import WHOLE, OwnCostRules, own_cost_rules, own_share_of
from sim.states import NOBODY
from sim.vocabulary import TARGET_GROUPS
from sim.world.caseworkers import Caseworkers
from sim.world.clients import TAKEN_OVER, Clients
from sim.world.clock import Now
from sim.world.municipalities import Municipality
from sim.world.world import World

#: Guards of divisions: fewer posts than any municipality has, less than any benefit costs.
_NO_POSTS, _NO_KRONER = 1e-9, 1e-9
#: Week numbers in which municipalities settle their budgets and look at where their hours go.
QUARTERS = (1, 14, 27, 40)


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
    cw: Caseworkers,
    full_minutes: NDArray[np.float64],
    factor: NDArray[np.float64],
    before: NDArray[np.float64],
    key: Key,
) -> NDArray[np.bool_]:
    """Make each municipality's caseworker minutes ``factor`` (m,) times those of the first week.

    Posts are filled or vacated in whole caseworkers, each team in an order that is the same in every world;
    how many follows the factor without a bias, however small the team.  The hours are spread over those who
    are left.

    Parameters
    ----------
    full_minutes
        (n,) the first week's.
    before
        (m,) the factor until now.

    Returns
    -------
    NDArray
        (n,) last posts of a team that somebody else takes over: they would be vacated in a larger team.
    """
    rank, last = _ranks(cw, key)
    wanted = factor[cw.municipality]
    cw.active[:] = (rank < wanted) | last
    filled = np.bincount(cw.municipality, weights=full_minutes * cw.active, minlength=len(factor))
    house = np.bincount(cw.municipality, weights=full_minutes, minlength=len(factor))
    cw.minutes[:] = full_minutes * cw.active * (house * factor / filled)[cw.municipality]
    return np.asarray(last & (rank >= wanted) & (rank < before[cw.municipality]))


def _ranks(cw: Caseworkers, key: Key) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The staff, relative to the first week, from which each post is filled (n,); which is a team's last."""
    n = len(cw.group)
    team = cw.municipality.astype(np.int64) * len(TARGET_GROUPS) + cw.group
    order = np.lexsort((uniforms(key, int(Purpose.POST), np.arange(n, dtype=np.uint32), 0), team))
    sorted_team = team[order]
    begins = np.searchsorted(sorted_team, sorted_team)
    size = np.searchsorted(sorted_team, sorted_team, side="right") - begins
    place = np.arange(n) - begins
    offset = uniforms(key, int(Purpose.POST), sorted_team.astype(np.uint32), 1)
    rank, last = np.empty(n), np.empty(n, np.bool_)
    rank[order], last[order] = (place + offset) / size, place == 0
    return rank, last


@kernel
def _take_over(k: Clients, taken: NDArray[np.bool_]) -> None:
    """Let clients of posts that are ``taken`` over (n_caseworkers,) begin anew with whoever gets the case."""
    for i in range(k.id.size):
        j = k.contact.caseworker[i]
        if j >= 0 and taken[j]:
            k.contact.caseworker[i] = TAKEN_OVER


def add_hours(
    cw: Caseworkers,
    extra: NDArray[np.float64],
    minutes_a_post: float,
    weight: NDArray[np.float64],
    effort_group: NDArray[np.int64],
) -> None:
    """Give each team the hours of its extra caseworkers (an investment), shared among its posts.

    Parameters
    ----------
    extra
        Full-time caseworkers beyond the budget (m, g), at the run's scale.
    minutes_a_post
        A full-time week.
    weight
        (n,) by which the posts share them.
    effort_group
        (m, g) which groups have a team in common.

    A team without a post, or without any weight, leaves them to the whole house.
    """
    for m in np.flatnonzero(extra.any(axis=1)):
        span = np.arange(int(cw.first[m]), int(cw.first[m + 1]))
        filled = span[cw.active[span] == 1]
        for group in np.flatnonzero(extra[m]):
            team = filled[effort_group[m, cw.group[filled]] == effort_group[m, group]]
            team = team if weight[team].sum() > 0.0 else filled
            part = weight[team] if weight[team].sum() > 0.0 else np.ones(team.size)
            more = cw.minutes[team] + extra[m, group] * minutes_a_post * part / part.sum()
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
    effort_group: NDArray[np.int64]  # (m, g)
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
        effort_group=whole(r["target_groups.effort_group"]),
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
    writes=(
        "caseworkers.active",
        "caseworkers.minutes",
        "clients.contact.caseworker",
        "this_week.value",
        "municipalities",
    ),
    purposes=(Purpose.POST,),
    always=True,
)
def settle_budgets(world: World, r: StaffingRules) -> None:
    """Each quarter every municipality settles its budget and moves its staff."""
    if world.now.week_of_year not in QUARTERS and world.now.week > 0:
        return
    if not r.moves:
        for municipality in world.municipalities:
            municipality.programme_budget_kr = float(r.budget[municipality.position]) * municipality.share
        return
    staff_before = np.array([m.staff for m in world.municipalities])
    value = world.this_week.value
    _weekly_values(world.now, world.clients.everybody, r, value)
    now, before = value[:, 0], value[:, 1]
    ratio = np.where(before > 0, now / np.maximum(before, _NO_KRONER), 1.0)
    cases = _cases_a_post(world, r)
    for municipality in world.municipalities:
        at = municipality.position
        settle_budget(municipality, r, float(ratio[at]), float(cases[at]))
    cw, factor = world.caseworkers, np.array([m.staff for m in world.municipalities])
    taken = set_hours(cw, world.full_minutes, factor, staff_before, world.now.key)
    if taken.any():
        _take_over(world.clients.everybody, taken)
    extra = np.array([m.extra for m in world.municipalities]) * world.scale
    add_hours(cw, extra, r.full_minutes, world.full_minutes, r.effort_group)


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
