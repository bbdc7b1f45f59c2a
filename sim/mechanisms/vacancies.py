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
models disagree on.  N_d begins with the staff that the posts of the first week are for, and follows jobs
that other mechanisms open or close (:mod:`sim.mechanisms.mass_layoffs`).

The integer part and a keyed rounding decide; openings go to employers in proportion to size, withdrawals to
employers that have vacancies.  Evidence: X20, X02, X03, E2-E01, R2-MA-02.  Switch: ``job_creation``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose, uniform
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.mechanisms.wages import WageRules, jobs_from_wages
from sim.mechanisms.wages import rules as wage_rules
from sim.world.clock import Now
from sim.world.employers import Employers
from sim.world.world import World

#: Where the mechanism keeps the staff that employers want.
_MEMORY = "job_creation"
_ROUND, _WHERE = int(Purpose.VACANCY_ROUNDING), int(Purpose.VACANCY_EMPLOYER)


@kernel
def _adjust(
    now: Now, wanted: NDArray[np.float64], cumulative_size: NDArray[np.float64], e: Employers
) -> None:
    """Open or withdraw ``wanted`` (m,) vacancies.

    ``cumulative_size`` (n_employers,) runs from 0 to 1 within each municipality.
    """
    for d in range(wanted.size):
        first, last = e.first[d], e.first[d + 1]
        if last == first:
            continue
        u = uniform(now.key, _ROUND, d, now.week)
        change = int(np.floor(wanted[d] + u))
        for k in range(abs(change)):
            v = uniform(now.key, _WHERE, d * 65536 + k, now.week)
            x = first + min(np.searchsorted(cumulative_size[first:last], v), last - first - 1)
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
    )


class Wanted(NamedTuple):
    """What the mechanism keeps; d = municipalities of work."""

    staff: NDArray[np.float64]  # (d,) that employers want
    opened: NDArray[np.int64]  # (d,) jobs opened by anybody until now
    closed: NDArray[np.int64]  # (d,)


def wanted_posts(
    staff: NDArray[np.float64], ease: NDArray[np.float64], r: VacancyRules
) -> NDArray[np.float64]:
    """Return posts, filled and vacant, that employers want (d,) for a ``staff`` (d,) at an ease of hiring."""
    return np.asarray(staff * (1.0 + r.vacancy_rate * ease**r.seeker_elasticity))


def wanted_staff(world: World, r: VacancyRules) -> NDArray[np.float64]:
    """Return the staff (d,) that employers want this week."""
    e = world.employers
    if _MEMORY not in world.memory:
        posts = by_municipality(e.filled, e) + by_municipality(e.vacancies, e)
        return np.asarray(posts / (1.0 + r.vacancy_rate))
    before: Wanted = world.memory[_MEMORY]
    elsewhere = (e.opened - before.opened) - (e.closed - before.closed)
    change = r.growth
    if r.wages_move:
        change = change + jobs_from_wages(np.log(world.this_week.ease), r.wages)
    return np.maximum(before.staff * np.exp(change / WEEKS_A_YEAR) + elsewhere, 0.0)


@act(
    "job_creation",
    writes=("employers.vacancies", "employers.opened", "employers.closed", f"memory.{_MEMORY}"),
    purposes=(Purpose.VACANCY_ROUNDING, Purpose.VACANCY_EMPLOYER),
)
def answer_tightness(world: World, r: VacancyRules) -> None:
    """Open posts where staff is lacking, withdraw those that nobody is needed for."""
    e, ease = world.employers, world.this_week.ease
    staff = wanted_staff(world, r)
    posts = by_municipality(e.filled, e) + by_municipality(e.vacancies, e)
    ordinary = np.maximum(staff - world.this_week.stood_in, 0.0)
    lacking = wanted_posts(ordinary, ease, r) - posts
    _adjust(world.now, lacking * r.speed / WEEKS_A_YEAR, world.size_ladder, e)
    world.memory[_MEMORY] = Wanted(staff, e.opened.copy(), e.closed.copy())


MECHANISMS = (
    Mechanism(
        name="job_creation",
        label="Vacancies answer tightness and demand",
        label_da="Stillinger svarer på arbejdsmarkedets stramhed",
        equation="staff wanted * (1 + v * ease^eta) - posts, over the time that takes",
        evidence="X20, X02, X03, E2-E01, R2-MA-02",
        when_off="only jobs that are left are advertised",
        rules=rules,
    ),
)
