"""Vacancies: employers open and withdraw posts, so that they have the staff they want.

A job that is left is advertised again (done where the job is left).  Beyond that, employers in municipality
d want a staff of N_d and advertise, besides what they lack, as many vacancies as replacing those who leave
takes at this week's ease of hiring:

    wanted posts_d   = (N_d - stood in for_d) * (1 + v * ease_d ^ eta)
    net openings_d   = a / 52 * (wanted posts_d - filled_d - vacant_d)
    dlog N_d / dt    = growth_t - epsilon * kappa * log(ease_d)            (:mod:`sim.mechanisms.wages`)

v is ``employers.vacancy_rate``, eta the elasticity of matching, a ``vacancies.adjustment_a_year``; subsidised
jobs stand in for some ordinary staff (:mod:`sim.mechanisms.subsidised_jobs`).

When more people look for work a vacancy is filled sooner: 1/ease^eta times as fast, by the matching
function. Employers then need fewer vacancies for the same staff, and withdraw them: in the short run what
one seeker gains is another's loss.  More jobs come when wages have given way, which takes the time that the
models disagree on.  N_d begins with the staff that the posts of the first week are for and those whom
subsidised jobs stand in for then, so that these move no posts by being there; it follows jobs that other
mechanisms open or close (:mod:`sim.mechanisms.mass_layoffs`).

Which workplaces do it, and how many vacancies they keep, follows from how long their last ones took to fill
(T_x, :mod:`sim.mechanisms.employers`), with T the mean over jobs and b
``vacancies.slow_filling_discourages``:

    wanted vacancies_d    times  1 - b * (pace - 1)              vacancies fill slowly everywhere
    P(x opens one)        proportional to n_x * (1 - b * (T_x / T - 1))
    P(x gives one up)     w * T_x / T a week

At w a share ``vacancies.given_up_share`` of recruitments ends without anybody (X22, X23, F213-F216); what
nobody was found for is still to be done, so another workplace of d opens a post instead.  With pace 1, as in
the long run, the number of vacancies does not depend on b.

The integer part and a keyed rounding decide; what is more than needed is withdrawn from employers that have
vacancies.  Evidence: X20, X02, X03, X22, X23, E2-E01, R2-MA-02.  Switch: ``job_creation``; with
``employers_decide`` off openings go to employers in proportion to size and none is given up.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose, own_purpose, uniform
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.mechanisms.employers import REVIEWED_WEEKS, known
from sim.mechanisms.wages import WageRules, jobs_from_wages
from sim.mechanisms.wages import rules as wage_rules
from sim.world.clock import Now
from sim.world.employers import Employers
from sim.world.world import World

PARAMETERS = """
vacancies.given_up_share:
  label: Share of recruitments that end without anybody
  label_da: Andel af rekrutteringer, der ender uden, at nogen ansættes
  kind: evidence
  unit: share
  values: {2016-01-01: 0.11}
  bounds: [0, 0.9]
  prior: {distribution: triangular, low: 0.07, high: 0.18}
  range: [0.07, 0.18]
  confidence: medium
  source:
    title: Ny rekrutteringsanalyse baseret på aktuelle jobopslag
    publisher: STAR
    year: '2018'
    locator: news 14-12-2018 and 11-12-2019
    url: https://star.dk/om-styrelsen/nyt/nyheder/2018/12/ny-rekrutteringsanalyse-baseret-paa-aktuelle-jobopslag/
    ids: [X22, X23, F213, F216, F217]
  note: 23, 20, 21 and 20 per cent of recruitments failed in 2018 and 2019, and half of those left the post
    unfilled; in 2021 31 per cent failed, 73,300 of 126,300 unfilled, which is 18 per cent.
  mechanism: employers_decide
vacancies.slow_filling_discourages:
  label: How far employers open fewer vacancies when their last ones were filled more slowly than usual
  label_da: Hvor meget færre stillinger der opslås, når de seneste blev besat langsommere end ellers
  kind: assumption
  unit: share per share
  values: {2016-01-01: 0.2}
  bounds: [0, 1]
  prior: {distribution: triangular, low: 0, high: 0.5}
  range: [0, 0.5]
  reason: >-
    No estimate read. A vacancy that takes longer costs more, so the sign is certain; how many jobs there are
    in the long run is for wages (wages.labour_demand_elasticity), so it is small.
  mechanism: employers_decide
"""
#: Where the mechanism keeps the staff that employers want.
_MEMORY = "job_creation"
_ROUND, _WHERE = int(Purpose.VACANCY_ROUNDING), int(Purpose.VACANCY_EMPLOYER)
_GIVEN_UP = own_purpose("vacancies.given_up")
#: An opening's identity is its municipality's code before its number in a week, which takes so many bits.
_NUMBER_BITS = 16


class Leaning(NamedTuple):
    """How single workplaces lean this week, by how long their vacancies took to fill."""

    give_up: (
        float  # chance at a review of a vacancy at a workplace as quick as the mean, 0: workplaces are alike
    )
    mean_weeks: float  # T
    opens: NDArray[np.float64]  # (n_employers,) running sum within a municipality of who opens


@part
def _give_up(d: int, now: Now, e: Employers, by: Leaning) -> int:
    """Let employers in ``d`` give up vacancies for which nobody was found; return how many.

    A workplace looks at it once a month, in a week of its own.
    """
    gone, turn = 0, now.week % REVIEWED_WEEKS
    for x in range(e.first[d] + turn, e.first[d + 1], REVIEWED_WEEKS):
        if e.vacancies[x] <= 0:
            continue
        expected = e.vacancies[x] * min(by.give_up * e.fill_weeks[x] / by.mean_weeks, 1.0)
        n = math.floor(expected + uniform(now.key, _GIVEN_UP, e.key[x], now.week))
        n = min(n, e.vacancies[x])
        if n > 0:
            e.waited[x] -= e.waited[x] / e.vacancies[x] * n
            e.vacancies[x] -= n
            gone += n
    e.closed[d] += gone
    e.given_up[d] += gone
    return gone


@kernel
def _adjust(
    now: Now,
    codes: NDArray[np.int64],
    wanted: NDArray[np.float64],
    cumulative_size: NDArray[np.float64],
    e: Employers,
    by: Leaning,
) -> None:
    """Open or withdraw ``wanted`` (m,) vacancies beside those that are given up and opened elsewhere.

    ``cumulative_size`` (n_employers,) runs from 0 to 1 within each municipality.
    """
    for d in range(wanted.size):
        first, last = e.first[d], e.first[d + 1]
        if last == first:
            continue
        u = uniform(now.key, _ROUND, codes[d], now.week)
        change = int(np.floor(wanted[d] + u))
        by_whom = cumulative_size
        if by.give_up > 0.0:
            change += _give_up(d, now, e, by)
            if change > 0:
                by_whom = by.opens
        for k in range(abs(change)):
            v = uniform(now.key, _WHERE, (codes[d] << _NUMBER_BITS) + k, now.week) * by_whom[last - 1]
            x = first + min(np.searchsorted(by_whom[first:last], v), last - first - 1)
            if change > 0:
                e.vacancies[x] += 1
                e.opened[d] += 1
            else:
                _withdraw(x, first, last, d, e)


@part
def _withdraw(x: int, first: int, last: int, d: int, e: Employers) -> None:
    """Withdraw one vacancy of employer ``x`` or of the next employer in the municipality that has one."""
    span = last - first
    for step in range(span):
        y = first + (x - first + step) % span
        if e.vacancies[y] > 0:
            e.waited[y] -= e.waited[y] / e.vacancies[y]
            e.vacancies[y] -= 1
            e.closed[d] += 1
            return


def by_municipality(of_employers: NDArray[np.int32], e: Employers) -> NDArray[np.int64]:
    """Return the sum over each municipality's employers (m,), of vacancies for instance."""
    return np.add.reduceat(of_employers, e.first[:-1], dtype=np.int32).astype(np.int64)


class VacancyRules(NamedTuple):
    """m = municipalities."""

    speed: float  # a: share a year of what is lacking that is advertised, or withdrawn
    vacancy_rate: float  # vacancies over staff at the tightness of the start
    seeker_elasticity: float  # eta of the matching function
    growth: NDArray[np.float64]  # (m,) of jobs a year: the business cycle
    wages: WageRules
    wages_move: bool
    given_up: float = 0.0  # share of recruitments that end without anybody
    discourages: float = 0.0  # b
    single: bool = False  # workplaces decide one by one


def rules(law: Law) -> VacancyRules:
    """Return how jobs are created."""
    r = law.country
    growth = r["demand.job_growth"]
    return VacancyRules(
        speed=r.scalar("vacancies.adjustment_a_year"),
        vacancy_rate=r.scalar("employers.vacancy_rate"),
        seeker_elasticity=r.scalar("matching.seeker_elasticity"),
        growth=growth if law.on("cycle") else np.zeros_like(growth),
        wages=wage_rules(law),
        wages_move=law.on("wages"),
        given_up=r.scalar("vacancies.given_up_share"),
        discourages=r.scalar("vacancies.slow_filling_discourages"),
        single=law.on("employers_decide"),
    )


class Wanted(NamedTuple):
    """What the mechanism keeps; d = municipalities of work."""

    staff: NDArray[np.float64]  # (d,) that employers want
    opened: NDArray[np.int64]  # (d,) jobs opened by anybody until now
    closed: NDArray[np.int64]  # (d,)


def wanted_posts(
    staff: NDArray[np.float64], ease: NDArray[np.float64], r: VacancyRules, pace: float = 1.0
) -> NDArray[np.float64]:
    """Return posts, filled and vacant, that employers want (d,) for a ``staff`` (d,) at an ease of hiring.

    ``pace``: weeks that vacancies take to fill, over what is usual.
    """
    encouraged = max(1.0 - r.discourages * (pace - 1.0), 0.0)
    return np.asarray(staff * (1.0 + r.vacancy_rate * ease**r.seeker_elasticity * encouraged))


def given_up_a_week(share: float, weeks: float) -> float:
    """Return the chance with which a vacancy left after the week's hires is given up.

    So that it happens to a ``share`` of those that end, after ``weeks`` on average: of n vacancies n / weeks
    end in a week, filled are (1 - share) of these, and the others are given up of those then left.
    """
    left = weeks - (1.0 - share)
    return min(share / left, 1.0) if left > share else 1.0


def wanted_staff(world: World, r: VacancyRules) -> NDArray[np.float64]:
    """Return the staff (d,) that employers want this week."""
    e = world.employers
    if _MEMORY not in world.memory:
        posts = by_municipality(e.filled, e) + by_municipality(e.vacancies, e)
        return np.asarray(posts / (1.0 + r.vacancy_rate) + world.this_week.stood_in)
    before: Wanted = world.memory[_MEMORY]
    elsewhere = (e.opened - before.opened) - (e.closed - before.closed)
    change = r.growth
    if r.wages_move:
        change = change + jobs_from_wages(np.log(world.this_week.ease), r.wages)
    return np.maximum(before.staff * np.exp(change / WEEKS_A_YEAR) + elsewhere, 0.0)


@act(
    "job_creation",
    writes=(
        "employers.vacancies",
        "employers.waited",
        "employers.opened",
        "employers.closed",
        "employers.given_up",
        "tally.given_up",
        f"memory.{_MEMORY}",
    ),
    purposes=(Purpose.VACANCY_ROUNDING, Purpose.VACANCY_EMPLOYER, _GIVEN_UP),
)
def answer_tightness(world: World, r: VacancyRules) -> None:
    """Open posts where staff is lacking, withdraw those that nobody is needed for."""
    e, ease = world.employers, world.this_week.ease
    staff = wanted_staff(world, r)
    posts = by_municipality(e.filled, e) + by_municipality(e.vacancies, e)
    ordinary = np.maximum(staff - world.this_week.stood_in, 0.0)
    by, pace = Leaning(0.0, 1.0, world.size_ladder), 1.0
    if r.single:
        know = known(world)
        give_up = given_up_a_week(r.given_up, know.usually_filled_in()) * REVIEWED_WEEKS
        by, pace = Leaning(give_up, know.mean_weeks(), know.opens), know.pace()
    lacking, given_up = wanted_posts(ordinary, ease, r, pace) - posts, e.given_up.copy()
    _adjust(world.now, world.codes, lacking * r.speed / WEEKS_A_YEAR, world.size_ladder, e, by)
    world.tally.given_up[:] += e.given_up - given_up
    world.memory[_MEMORY] = Wanted(staff, e.opened.copy(), e.closed.copy())


MECHANISMS = (
    Mechanism(
        name="job_creation",
        label="Vacancies answer tightness and demand",
        label_da="Stillinger svarer på arbejdsmarkedets stramhed",
        equation="staff wanted * (1 + v * ease^eta) - posts, over the time that takes",
        evidence="X20, X02, X03, X22, X23, E2-E01, R2-MA-02",
        when_off="only jobs that are left are advertised",
        rules=rules,
    ),
)
