"""Staffing and budgets: a municipality's slow answer to money.

Saving (planned by law or agreement, realised in part) and the value of a week less on benefit set the staff a
municipality aims at; staff follows with a lag:

    saving_m = planned_m + ahead * (in full_m - planned_m),    realised_m = realised * (1 - put back_m)
    target_m = 1 - cut_m + wish_m,    cut_m  = saving_m * realised_m * staff_share / staff_spending_m
                                      wish_m = reaction_m * (value_m / value0_m * counted_m - 1)
    staff_m(quarter) = staff_m + speed * (target_m - staff_m)

The first week's staff is what savings had left of that counted in 2022 (:mod:`sim.rules.staff`); where a run
begins earlier, what is taken later takes its part of the 1.

A municipality may save ahead of a plan in steps, and put part of it back; how much it puts back is drawn
for each.  What the state takes home is what was planned (:mod:`sim.mechanisms.settlement`), whatever the
municipality does.

Nobody is hired to sit idle: a wish for more staff shrinks by idle hours,

    wish_m * max(0, 1 - idle share of the house's hours in the last quarter / staffing.idle_tolerated)

(the share without the luck of a sample, :func:`sim.mechanisms.supervision.without_luck`).  A saving is of
what is spent, not of a ceiling with slack: from its first quarter the programme budget is

    spent_m - saving_m * realised * (1 - staff_share) - made_up * (staff's part - what fewer staff saves now)

spent_m being what the municipality spent a year on programmes before the saving, and made_up
(``staffing.saving_made_up_share``) how much of what staff, which follows with a lag, does not yet save is
found among the programmes: budgets bind in their year.

A ceiling on caseloads (``staffing.caseload_ceiling``, 0 = none) lifts the target to the staff that keeps it.
value_m is what a week less of its clients' benefits leaves a municipality that acts alone, its own share and
local tax, when state and municipalities have settled (:mod:`sim.rules.municipal_finance`); value0_m is the
same of the same clients under the law without the reform; counted_m what it counts of a gain that builds up
over years, relative to the budget year (:func:`gain_counted`). reaction_m is bounded rationality: zero means
that money changes nothing, which the evidence does not reject (R02: two thirds lowered caseloads after 2016;
R03: limited on average; E2-I01: the Dutch answer came through exits, which is
:mod:`sim.mechanisms.job_hazard.refund_incentive`). Switches: ``staffing`` (staff and budgets stay),
``municipal_reaction``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel
from sim.engine.draws import Key, Purpose, own_purpose, uniforms
from sim.law import Law, whole
from sim.mechanism import Mechanism, act
from sim.mechanisms.supervision import without_luck
from sim.rules.benefit_rates import benefit_rates, typical_weekly_kr
from sim.rules.municipal_finance import KeptRules, kept_in_force, value_of_week
from sim.rules.own_cost import WHOLE, OwnCostRules, own_cost_rules
from sim.rules.staff import staff_left
from sim.states import NOBODY
from sim.vocabulary import TARGET_GROUPS, Task
from sim.world.caseworkers import NUMBER_BITS, Caseworkers, posts_of
from sim.world.clients import TAKEN_OVER, Clients
from sim.world.clock import Now
from sim.world.municipalities import Municipality
from sim.world.world import World

_IDLE, _PUT_BACK = int(Task.IDLE), own_purpose("staffing.put_back")
#: Where the mechanism keeps what municipalities have seen, and where :mod:`sim.mechanisms.programmes` keeps
#: what they have not spent yet.
_MEMORY, PROGRAMME_ACCOUNT = "staffing", "programmes"
#: Guards of divisions: fewer posts than any municipality has, less than any benefit costs.
_NO_POSTS, _NO_KRONER = 1e-9, 1e-9
#: Week numbers in which municipalities settle their budgets and look at where their hours go.  A law dated
#: 1 January holds from the first Monday of the year, which is that of week 1 or of week 2: in week 1 the
#: budget of some years would be last year's for a whole quarter.
QUARTERS = (2, 15, 28, 41)


def staff_target(
    cut: float,
    reaction: float,
    value_ratio: float,
    idle: float,
    bounds: tuple[float, float],
    left: float = 1.0,
) -> float:
    """Staff aimed at, relative to the first week, within ``bounds``.

    ``cut`` is what savings take of staff; ``idle`` the part of a wish for more that idle hours leave, 0-1;
    ``left`` the staff in force relative to the first week.
    """
    wish = reaction * (value_ratio - 1.0)
    return float(np.clip(left - cut + (wish * idle if wish > 0.0 else wish), *bounds))


def wish_left(idle_share: NDArray[np.float64], tolerated: float) -> NDArray[np.float64]:
    """Part of a wish for more staff that a house with an ``idle_share`` (m,) of its hours keeps, 0-1."""
    return np.asarray(np.clip(1.0 - idle_share / max(tolerated, _NO_POSTS), 0.0, 1.0))


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


def programme_budget(
    saving_kr: float, staff_part: float, staff_saves: float, made_up: float, base: float
) -> float:
    """Programme money a year after the saving's remaining part; never negative.

    Parameters
    ----------
    saving_kr
        What is to be saved this year, staff and programmes together.
    staff_part
        Kroner of it that staff is to save.
    staff_saves
        Kroner a year that fewer staff saves by now.
    made_up
        Share of what staff does not yet save that programmes do.
    base
        Kroner a year that the saving is taken from.
    """
    return max(base - (saving_kr - staff_part) - made_up * max(staff_part - staff_saves, 0.0), 0.0)


def spent_without_luck(
    spent: NDArray[np.float64],
    expected: NDArray[np.float64],
    starts: NDArray[np.float64],
    spread: float,
    scale: float,
) -> NDArray[np.float64]:
    """What municipalities spend on programmes (m,) without the luck of a sample; the total is kept.

    Parameters
    ----------
    spent
        (m,) kroner in the run.
    expected
        (m,) what they would have spent by their budgets, in proportion: any unit.
    starts
        (m,) courses that the kroner are of, in the run.
    spread
        Standard deviation of spending over budget between municipalities, relative.
    scale
        Share of the population in the run: 1 leaves the kroner as they are.
    """
    total = float(spent.sum())
    even = expected / expected.sum() * total
    told = spread**2 * starts
    told = told / np.maximum(told + 1.0 - scale, _NO_POSTS)
    drawn = even + (spent - even) * told
    return np.asarray(drawn * total / max(float(drawn.sum()), _NO_KRONER))


def saved_by_now(
    planned: NDArray[np.float64], in_full: NDArray[np.float64], ahead: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What is saved of a plan in steps (m,), in its unit.

    Parameters
    ----------
    planned
        This year's step (m,); 0 where nothing has begun.
    in_full
        What the plan comes to (m,), 0 where it says nothing.
    ahead
        Share of the steps to come that municipalities take at once (m,).
    """
    later = np.where(planned > 0.0, np.maximum(in_full - planned, 0.0), 0.0)
    return np.asarray(planned + ahead * later)


def put_back_shares(mean: NDArray[np.float64], spread: float, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of a saving that each municipality puts back (m,): evenly around the ``mean`` (m,), by draws."""
    return np.asarray(np.clip(mean * (1.0 + spread * (2.0 * u - 1.0)), 0.0, 1.0))


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
    posts = posts_of(cw.person)
    order = np.lexsort((uniforms(key, int(Purpose.POST), posts, 0), team))
    sorted_team = team[order]
    begins = np.searchsorted(sorted_team, sorted_team)
    size = np.searchsorted(sorted_team, sorted_team, side="right") - begins
    place = np.arange(n) - begins
    offset = uniforms(key, int(Purpose.POST), posts[order] >> np.uint32(NUMBER_BITS), 1)
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

    saving: NDArray[np.float64]  # of the whole country: planned, and saved ahead of the plan
    realised: NDArray[np.float64]  # share of a planned saving that comes
    put_back: NDArray[np.float64]  # share of it that a municipality puts back, on average
    spread_of_put_back: float  # between municipalities, relative
    staff_share: NDArray[np.float64]  # share of a saving that is taken from staff
    spending: float  # on staff, of the whole country, as counted
    left: float  # staff in force relative to that counted
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
    kept: KeptRules
    kept_before: KeptRules
    made_up: NDArray[np.float64]  # share of what staff does not yet save that programmes do
    idle_tolerated: float  # share of idle hours at which nobody is hired any more
    spread_of_idle: float  # of municipalities' shares of idle hours
    spread_of_spending: float  # of municipalities' spending on programmes over budget, relative
    course_kr: float  # a dear course
    moves: bool  # staffing is on
    reacts: bool  # municipal reaction is on


def rules(law: Law) -> StaffingRules:
    """Return what municipalities plan and how they answer."""
    r, build_up = law.country, law.country.scalar("staffing.gain_build_up_years")
    years = r["staffing.investment_years"]
    reacts = law.on("municipal_reaction")
    kept, kept_before = kept_in_force(law)
    reaction = r["staffing.reaction"]
    return StaffingRules(
        saving=saved_by_now(
            r["staffing.planned_saving_mio_kr"],
            r["staffing.saving_in_full_mio_kr"],
            r["staffing.saving_ahead_share"],
        )
        * 1e6,
        realised=r["staffing.saving_realised_share"].copy(),
        put_back=r["staffing.saving_put_back_share"].copy(),
        spread_of_put_back=r.scalar("staffing.spread_of_put_back"),
        staff_share=r["staffing.saving_staff_share"].copy(),
        spending=r.scalar("staffing.staff_spending_mio_kr") * 1e6,
        left=staff_left(r),
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
        kept=kept,
        kept_before=kept_before,
        made_up=r["staffing.saving_made_up_share"].copy(),
        idle_tolerated=r.scalar("staffing.idle_tolerated"),
        spread_of_idle=r.scalar("staffing.spread_of_idle"),
        spread_of_spending=r.scalar("programmes.spread_of_spending"),
        course_kr=float((r["programmes.cost_kr_week"] * r["programmes.weeks"]).max()),
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
        out[m, 0] += weekly * value_of_week(i, now.week, k, r.own_cost, r.kept)
        out[m, 1] += weekly * value_of_week(i, now.week, k, r.own_cost_before, r.kept_before)


class Seen(NamedTuple):
    """What municipalities have seen of their own houses; m = municipalities."""

    idle: NDArray[np.float64]  # (m,) idle minutes since the last quarter's budget
    minutes: NDArray[np.float64]  # (m,) and all
    counted: NDArray[np.float64]  # (m, 2) idle and all minutes of the year that have been taken in
    spent: NDArray[np.float64]  # (m,) kr. a week on programmes, mean of last year (of this one in the first)
    running: NDArray[np.float64]  # (m,) kr. on programmes this year, so far
    weeks: NDArray[np.float64]  # (2,) weeks of this year so far; years that have ended
    base: NDArray[np.float64]  # (m,) kr. a year at scale 1 that a saving is taken from, 0: none yet


def no_memory(m: int) -> Seen:
    """Return what municipalities have seen before the first week."""
    return Seen(
        idle=np.zeros(m), minutes=np.zeros(m), counted=np.zeros((m, 2)), spent=np.zeros(m),
        running=np.zeros(m), weeks=np.zeros(2), base=np.zeros(m),
    )  # fmt: skip


def look(world: World, seen: Seen) -> None:
    """Take the week's idle hours and spending on programmes in."""
    minutes = world.tally.minutes
    if world.now.week_of_year == 1 and seen.weeks[0] > 0.0:
        seen.counted[:] = 0.0
        seen.running[:] = 0.0
        seen.weeks[:] = 0.0, seen.weeks[1] + 1.0
    now = np.stack([minutes[:, _IDLE], minutes.sum(axis=1)], axis=1)
    seen.idle[:] += now[:, 0] - seen.counted[:, 0]
    seen.minutes[:] += now[:, 1] - seen.counted[:, 1]
    seen.counted[:] = now
    seen.weeks[0] += 1.0
    seen.running[:] += world.this_week.programme_kr.sum(axis=1)
    if seen.weeks[1] == 0.0 or world.terms.ends_year(world.now):
        seen.spent[:] = seen.running / seen.weeks[0]


def idle_shares(seen: Seen, cases: NDArray[np.int64], spread: float, scale: float) -> NDArray[np.float64]:
    """Idle share of each house's hours (m,) since the last quarter, without the luck of a sample."""
    country = float(seen.idle.sum() / max(seen.minutes.sum(), _NO_POSTS))
    shares = seen.idle / np.maximum(seen.minutes, _NO_POSTS)
    return without_luck(shares, country, cases.astype(np.float64), spread, scale)


def take_base(world: World, seen: Seen, r: StaffingRules) -> None:
    """Fix what a saving that has just begun is taken from; what was not spent until then is gone."""
    saving = (r.saving * r.realised > 0.0) & (seen.base <= 0.0)
    if not saving.any():
        return
    share = np.array([each.share for each in world.municipalities])
    starts = seen.spent * WEEKS_A_YEAR / r.course_kr
    spent = spent_without_luck(seen.spent, r.budget * share, starts, r.spread_of_spending, world.scale)
    seen.base[saving] = spent[saving] * WEEKS_A_YEAR / world.scale
    account = world.memory.get(PROGRAMME_ACCOUNT)
    if account is not None:
        account[saving] = np.minimum(account[saving], 0.0)


def settle_budget(
    m: Municipality, r: StaffingRules, value_ratio: float, caseload: float, idle: float, base: float
) -> None:
    """Answer this year's saving and the value of shorter courses; staff moves with a lag.

    Parameters
    ----------
    value_ratio
        What a week less of clients' benefits leaves the municipality, relative to the law without the reform.
    caseload
        Cases a full-time caseworker would have with the first week's staff.
    idle
        Part of a wish for more staff that idle hours leave.
    base
        Kr. a year on programmes that a saving is taken from; 0: the budget itself.
    """
    at = m.position
    saving, part = r.saving[at] * m.share * float(r.realised[at]), float(r.staff_share[at])
    spending, speed = r.spending * m.share * m.began, float(r.speed[at])
    cut = saving * part / spending
    reaction, left = float(r.reaction[at]), r.left / m.began
    target = staff_target(cut, reaction, value_ratio * r.counted[at], idle, r.bounds, left)
    target += float(r.extra_share[at])
    target = ceiling_staff(target, caseload, float(r.ceiling[at]))
    m.staff += speed * (target - m.staff)
    m.cut += speed * (cut - m.cut)
    m.extra += speed * (r.extra[at] - m.extra)
    base = base if base > 0.0 and saving > 0.0 else r.budget[at] * m.share
    made_up = float(r.made_up[at])
    m.programme_budget_kr = programme_budget(saving, saving * part, m.cut * spending, made_up, base)
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
        f"memory.{_MEMORY}",
        f"memory.{PROGRAMME_ACCOUNT}",
    ),
    purposes=(Purpose.POST, _PUT_BACK),
    always=True,
)
def settle_budgets(world: World, r: StaffingRules) -> None:
    """Each quarter every municipality settles its budget and moves its staff."""
    seen = world.memory.setdefault(_MEMORY, no_memory(len(world.codes)))
    look(world, seen)
    just_settled = world.now.week == 1  # the run's first week settles the first budget
    if world.now.week > 0 and (world.now.week_of_year not in QUARTERS or just_settled):
        return
    if not r.moves:
        for municipality in world.municipalities:
            municipality.programme_budget_kr = float(r.budget[municipality.position]) * municipality.share
        return
    u = uniforms(world.now.key, _PUT_BACK, world.codes.astype(np.uint32), 0)
    r = r._replace(realised=r.realised * (1.0 - put_back_shares(r.put_back, r.spread_of_put_back, u)))
    staff_before = np.array([m.staff for m in world.municipalities])
    value = world.this_week.value
    _weekly_values(world.now, world.clients.everybody, r, value)
    now, before = value[:, 0], value[:, 1]
    ratio = np.where(before > 0, now / np.maximum(before, _NO_KRONER), 1.0)
    cases = _cases_a_post(world, r)
    number = np.add.reduceat(world.caseworkers.cases, world.caseworkers.first[:-1])
    idle = wish_left(idle_shares(seen, number, r.spread_of_idle, world.scale), r.idle_tolerated)
    seen.idle[:], seen.minutes[:] = 0.0, 0.0
    take_base(world, seen, r)
    for municipality in world.municipalities:
        at = municipality.position
        settle_budget(
            municipality, r, float(ratio[at]), float(cases[at]), float(idle[at]), float(seen.base[at])
        )
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
