"""Supervision: focus targets, the benchmark and what they do to a municipality.

At the turn of the year, while the focus targets are in force (SUP-01 to SUP-04), a municipality comes under
tightened supervision for the year if

    courses of a year or more without an offer or 100 paid hours in the last year  >  30 per cent, and
    share on public support  >  expected share (the ministry's gap, moved with the model's own change).

In a run of a share of the population the shares of a small municipality are luck in part, and how many
cross a limit must not depend on it.  Each is drawn towards what the country's shares, of those covered for
the targets' sake and of those who are not, make for it, by what a sample of its size does not tell, and what
it does not tell is drawn, from how much municipalities differ in Denmark,

    share_m = e_m + t * (share - e_m) + v * sqrt(1 - t) * z_m,   t = v^2 / (v^2 + e (1 - e) / n * (1 - scale))
    v^2     = s^2 + e (1 - e) / n * scale

e being that expectation, s how much municipalities differ lastingly (``supervision.spread_without_effort``,
``spread_of_support``), the rest of v the luck of a year that a municipality of its size really has, and z
normal, its lasting part the same every year.  With everybody simulated it is the share itself.

A supervised municipality follows the uniform strategy and documents more (``supervision.extra_minutes`` an
interview).  At the same time each municipality settles how many long courses it covers in the coming year
with the interviews and offers that the targets count, by how near it is to its benchmark and to the 30 per
cent (:mod:`sim.rules.focus_targets`); it sees the share without effort among those it does not cover.  One
that is exempt and far from its benchmark does nothing for the targets' sake.  Switch: ``supervision``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.draws import normals, own_purpose, uniform, uniforms
from sim.law import Law
from sim.lookup import flags
from sim.mechanism import Mechanism, act
from sim.rules.focus_targets import aimed_at, benchmark_gap, coverage, most_without, pressure
from sim.rules.luck import told, towards
from sim.vocabulary import Programme
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.columns import NEVER
from sim.world.world import World

#: Who is covered for the targets' sake, of those on a long course.
_COVERED = own_purpose("supervision.covered")
#: How keen a municipality is on the targets.
_KEEN = own_purpose("supervision.keen")
#: How a municipality differs from the country where a sample does not tell it: lastingly, and this year.
_LASTING, _OF_YEAR, _SUPPORT = (
    own_purpose("supervision.lasting_difference"),
    own_purpose("supervision.difference_of_the_year"),
    own_purpose("supervision.difference_of_support"),
)
#: Columns of what is counted of long courses.
_COUNTS = ("all", "not covered", "expected to be covered")
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
    change: NDArray[np.float64]  # (m,) standard deviation of the gap's change in a year
    most_without: NDArray[np.float64]  # (m,) share of long courses that is left without an effort
    covered: NDArray[np.float64]  # (w, g) share covered for the targets' sake in the year that ends
    focus_speed: NDArray[np.float64]  # (m,) share of the way to what is aimed at in a year
    least_keen: NDArray[np.float64]  # (m,) by how much the least keen municipality falls short of its aim


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
        change=r["supervision.benchmark_change"].copy(),
        most_without=most_without(r),
        covered=coverage(law),
        focus_speed=r["supervision.focus_speed"].copy(),
        least_keen=r["supervision.spread_of_keenness"].copy(),
    )


@part
def is_covered(i: int, share: float, now: Now, k: Clients) -> bool:
    """Whether client ``i`` is among the ``share`` covered for the targets' sake: drawn once a course."""
    return uniform(now.key, _COVERED, k.key[i], k.spell.course_start[i]) < share


@kernel
def _count_long_courses(
    now: Now, k: Clients, r: SupervisionRules, long: NDArray[np.float64], without: NDArray[np.float64]
) -> None:
    """Count long courses (m, 3) and those without an effort (m, 2): of all, and of those not covered.

    Last is the number of long courses that are expected to be covered.
    """
    c = k.contact
    for i in range(k.id.size):
        if not _COUNTED[k.state[i]] or now.week - k.spell.course_start[i] < r.long_course:
            continue
        m = k.person.municipality[i]
        share = r.covered[k.person.rule_row[i], k.spell.group[i]]
        free = not is_covered(i, share, now, k)
        long[m, 0] += 1.0
        long[m, 1] += free
        long[m, 2] += share
        offered = c.last_offer[i] != NEVER and now.week - c.last_offer[i] < r.effort_within
        if not offered and c.ordinary_hours[i] == 0 and k.programme.kind[i] == _NONE:
            without[m, 0] += 1.0
            without[m, 1] += free


def without_luck(
    shares: NDArray[np.float64],
    country: float | NDArray[np.float64],
    number: NDArray[np.float64],
    spread: float,
    scale: float,
) -> NDArray[np.float64]:
    """Draw municipalities' shares (m,) towards the country's by what a sample does not tell.

    Parameters
    ----------
    country
        What is expected without knowing the municipality: one share, or (m,).
    number
        (m,) persons that each share is of, in the run.
    spread
        Standard deviation of municipalities' true shares.
    scale
        Share of the population in the run: 1 leaves the shares as they are.
    """
    real = told(spread, number, country * (1.0 - country), scale)
    return towards(country, shares, real)


def as_in_denmark(
    shares: NDArray[np.float64],
    expected: NDArray[np.float64],
    number: NDArray[np.float64],
    spread: float,
    scale: float,
    differences: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Shares (m,) that differ between municipalities as much as those of everybody do.

    Parameters
    ----------
    expected
        (m,) without knowing the municipality.
    number
        (m,) persons that each share is of, in the run.
    spread
        Standard deviation of what differs lastingly.
    differences
        Standard normal (m,): lasting, and of the year; used by what the sample does not tell.
    """
    lasting, of_year = differences
    own_luck = expected * (1.0 - expected) * scale / np.maximum(number, 1.0)
    differ = np.sqrt(spread**2 + own_luck)
    real = told(1.0, number * differ**2, expected * (1.0 - expected), scale)
    drawn = (spread * lasting + np.sqrt(own_luck) * of_year) * np.sqrt(1.0 - real)
    return np.asarray(np.clip(towards(expected, shares, real) + drawn, 0.0, 1.0))


def share_without_effort(
    now: Now,
    k: Clients,
    r: SupervisionRules,
    scale: float,
    differences: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Share of long courses without offer or paid hours in the last year, without the luck of a sample.

    Of all (m, 0), and of those that are not covered for the targets' sake (m, 1).  Counted for dagpenge,
    kontanthjælp, uddannelseshjælp and integration benefit: the groups of the focus target.
    """
    m = len(differences[0])
    long, without = np.zeros((m, len(_COUNTS))), np.zeros((m, 2))
    _count_long_courses(now, k, r, long, without)
    of_all, free = long.sum(axis=0)[:2]
    without_all, without_free = without.sum(axis=0)
    free_share = float(without_free / max(free, 1.0))
    covered_share = float((without_all - without_free) / max(of_all - free, 1.0))
    covered = long[:, 2] / np.maximum(long[:, 0], 1.0)
    expected = free_share * (1.0 - covered) + covered_share * covered
    shares = without / np.maximum(long[:, :2], 1.0)
    everybody = as_in_denmark(shares[:, 0], expected, long[:, 0], r.spread_without, scale, differences)
    not_covered = without_luck(shares[:, 1], free_share, long[:, 1], r.spread_without, scale)
    return np.stack([everybody, not_covered], axis=1)


def change_of_support(world: World, r: SupervisionRules) -> NDArray[np.float64]:
    """Change of the share on temporary benefits since the start (m,), relative to the country's.

    Percentage points, without the luck of a sample; what that does not tell is drawn once.

    The benchmark's expectation moves with the country, so a bad year for
    all makes nobody worse than expected.
    """
    people = world.tally.stock.sum(axis=1)
    start, now = world.support_at_start, world.support_share()
    before, country = ((people * each).sum() / people.sum() for each in (start, now))
    real = told(r.spread_support, people, country * (100.0 - country), world.scale)
    z = normals(world.now.key, _SUPPORT, world.codes.astype(np.uint32), 0)
    drawn = r.spread_support * np.sqrt(1.0 - real) * z
    return np.asarray((now - start - country + before) * real + drawn)


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


@act(
    "supervision",
    writes=("decisions", "municipalities", "stale"),
    purposes=(_COVERED, _KEEN, _LASTING, _OF_YEAR, _SUPPORT),
    always=True,
)
def supervise(world: World, r: SupervisionRules) -> None:
    """At the turn of the year, supervise municipalities or release them; they settle whom they cover."""
    if world.now.week_of_year != 1:
        return
    codes, key = world.codes.astype(np.uint32), world.now.key
    differences = normals(key, _LASTING, codes, 0), normals(key, _OF_YEAR, codes, world.now.week)
    without = share_without_effort(world.now, world.clients.everybody, r, world.scale, differences)
    gap = benchmark_gap() + change_of_support(world, r)
    supervised = under_supervision(r.in_force, without[:, 0], r.threshold, r.benchmark_gate, gap)
    hard = pressure(gap, r.change, r.benchmark_gate, supervised)
    aimed, habit = hard * aimed_at(without[:, 1], r.most_without), world.decisions.focus
    keen = 1.0 - r.least_keen * uniforms(key, _KEEN, codes, 0)
    focus = np.where(supervised, aimed, habit + r.focus_speed * (aimed * keen - habit))
    world.decisions = world.decisions._replace(supervised=supervised, focus=focus)
    for municipality in world.municipalities:
        municipality.supervised = bool(supervised[municipality.position])
    world.stale = True


MECHANISMS = (
    Mechanism(
        name="supervision",
        label="Focus targets and tightened supervision",
        label_da="Fokusmål og skærpet tilsyn",
        equation="share without effort > 30 %, benchmark gap; covered by how near",
        evidence="SUP-01 - SUP-04",
        when_off="no focus targets, whatever the law",
        rules=rules,
    ),
)
