"""Supervision: focus targets, the benchmark and what they do to a municipality.

At the turn of the year, while the focus targets are in force (SUP-01 to SUP-04), a municipality comes under
tightened supervision for the year if

    courses of a year or more without an offer or 100 paid hours in the last year  >  30 per cent, and
    share on public support  >  expected share (the ministry's gap, moved with the model's own change).

In a run of a share of the population the shares of a small municipality are luck in part.  Each is drawn
towards the country's by what a sample of its size does not tell,

    share_m = country + (share - country) * s^2 / (s^2 + country * (1 - country) / n_m * (1 - scale)),

s being how much municipalities differ (``supervision.spread_without_effort``, ``spread_of_support``); with
everybody simulated it is the share itself.

A supervised municipality follows the uniform strategy and documents more (``supervision.extra_minutes`` an
interview). Whether or not it is supervised, it keeps the uniform minimum of interviews and offers that the
targets count. Switch: ``supervision``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import data
from sim.engine.compiled import kernel
from sim.law import Law
from sim.lookup import flags
from sim.mechanism import Mechanism, act
from sim.vocabulary import Programme
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.columns import NEVER
from sim.world.world import World

#: Guard of a division: less than what one person tells.
_NOTHING = 1e-12
_COUNTED, _NONE = flags("focus_target"), int(Programme.NONE)


class SupervisionRules(NamedTuple):
    """m = municipalities."""

    in_force: NDArray[np.float64]  # (m,) 1: the focus targets are in force
    threshold: NDArray[np.float64]  # (m,) share of long courses without effort
    long_course: int  # weeks from which a course is counted
    effort_within: int  # weeks back in which an offer counts
    benchmark_gate: NDArray[np.float64]  # (m,) 1: only who is worse than the benchmark
    spread_without: float  # of municipalities' shares of long courses without effort
    spread_support: float  # of the change of municipalities' shares on support, percentage points


def rules(law: Law) -> SupervisionRules:
    """Return the focus targets in force."""
    r = law.country
    return SupervisionRules(
        in_force=r["supervision.focus_targets_in_force"] * float(law.on("supervision")),
        threshold=r["supervision.focus_share_threshold"].copy(),
        long_course=round(r.scalar("supervision.long_course_weeks")),
        effort_within=round(r.scalar("supervision.effort_within_weeks")),
        benchmark_gate=r["supervision.benchmark_gate"].copy(),
        spread_without=r.scalar("supervision.spread_without_effort"),
        spread_support=r.scalar("supervision.spread_of_support"),
    )


@kernel
def _count_long_courses(
    now: Now, k: Clients, r: SupervisionRules, long: NDArray[np.float64], without: NDArray[np.float64]
) -> None:
    c = k.contact
    for i in range(k.id.size):
        if not _COUNTED[k.state[i]] or now.week - k.spell.course_start[i] < r.long_course:
            continue
        m = k.person.municipality[i]
        long[m] += 1.0
        offered = c.last_offer[i] != NEVER and now.week - c.last_offer[i] < r.effort_within
        if not offered and c.ordinary_hours[i] == 0 and k.programme.kind[i] == _NONE:
            without[m] += 1.0


def without_luck(
    shares: NDArray[np.float64], country: float, number: NDArray[np.float64], spread: float, scale: float
) -> NDArray[np.float64]:
    """Draw municipalities' shares (m,) towards the country's by what a sample does not tell.

    Parameters
    ----------
    number
        (m,) persons that each share is of, in the run.
    spread
        Standard deviation of municipalities' true shares.
    scale
        Share of the population in the run: 1 leaves the shares as they are.
    """
    told, luck = spread**2 * number, country * (1.0 - country) * (1.0 - scale)
    return np.asarray(country + (shares - country) * told / np.maximum(told + luck, _NOTHING))


def share_without_effort(
    now: Now, k: Clients, r: SupervisionRules, m: int, scale: float
) -> NDArray[np.float64]:
    """Share of long courses without offer or paid hours in the last year (m,), without the luck of a sample.

    Counted for dagpenge, kontanthjælp, uddannelseshjælp and integration benefit: the groups of the focus
    target.
    """
    long, without = np.zeros(m), np.zeros(m)
    _count_long_courses(now, k, r, long, without)
    country = float(without.sum() / max(long.sum(), 1.0))
    return without_luck(without / np.maximum(long, 1.0), country, long, r.spread_without, scale)


def change_of_support(world: World, r: SupervisionRules) -> NDArray[np.float64]:
    """Change of the share on temporary benefits since the start (m,), percentage points, without luck."""
    people = world.tally.stock.sum(axis=1)
    start, now = world.support_at_start, world.support_share()
    before, country = ((people * each).sum() / people.sum() for each in (start, now))
    told = r.spread_support**2 * people
    luck = country * (100.0 - country) * (1.0 - world.scale)
    return np.asarray(country - before + (now - start - country + before) * told / (told + luck))


def under_supervision(
    in_force: NDArray[np.float64],
    without: NDArray[np.float64],
    threshold: NDArray[np.float64],
    benchmark_gate: NDArray[np.float64],
    benchmark_gap: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Municipalities (m,) that come under tightened supervision this year."""
    worse = (benchmark_gap > 0.0) | (benchmark_gate < 0.5)
    return np.asarray((in_force > 0.5) & (without > threshold) & worse)


def benchmark_gap() -> NDArray[np.float64]:
    """Actual less expected share on public support, percentage points (m,), mean of 2020-22."""
    return np.asarray(data.municipalities()["bm_diff_pp_mean_2020_2022"].to_numpy(np.float64))


@act("supervision", writes=("decisions", "municipalities", "stale"), always=True)
def supervise(world: World, r: SupervisionRules) -> None:
    """At the turn of the year, put municipalities under tightened supervision or release them."""
    if world.now.week_of_year != 1:
        return
    clients, m = world.clients.everybody, len(world.codes)
    without = share_without_effort(world.now, clients, r, m, world.scale)
    gap = benchmark_gap() + change_of_support(world, r)
    supervised = under_supervision(r.in_force, without, r.threshold, r.benchmark_gate, gap)
    world.decisions = world.decisions._replace(supervised=supervised)
    for municipality in world.municipalities:
        municipality.supervised = bool(supervised[municipality.position])
    world.stale = True


MECHANISMS = (
    Mechanism(
        name="supervision",
        label="Focus targets and tightened supervision",
        label_da="Fokusmål og skærpet tilsyn",
        equation="share without effort > 30 %, benchmark gap",
        evidence="SUP-01 - SUP-04",
        when_off="no focus targets, whatever the law",
        rules=rules,
    ),
)
