"""Vacancies: employers open and withdraw jobs.

A job that is left is advertised again (done where the job is left).  Beyond that, jobs in municipality d
follow demand and answer how easy it is to hire:

    net new vacancies_d = jobs_d * [ gamma / 52 * (log(theta*_d / theta_d)) + growth_t ]

theta below theta* means that vacancies are filled faster than usual, which pays for creating jobs; gamma is
the yearly elasticity of job creation.  The labour market takes four to five years to absorb a larger labour
supply (X20, DREAM), hence gamma of about 0.2-1.  The integer part and a keyed rounding decide; openings go to
employers in proportion to size, withdrawals to employers that have vacancies.  Switch: ``job_creation``.
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
from sim.world.clock import Now
from sim.world.employers import Employers
from sim.world.world import World

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

    elasticity: float  # yearly, of job creation in the ease of hiring
    largest_answer: float  # of jobs a year, up or down
    growth: NDArray[np.float64]  # (m,) of jobs a year: the business cycle


def rules(law: Law) -> VacancyRules:
    """Return how jobs are created."""
    growth = law.country["demand.job_growth"]
    return VacancyRules(
        elasticity=law.country.scalar("vacancies.creation_elasticity"),
        largest_answer=law.country.scalar("vacancies.creation_bound"),
        growth=growth if law.on("cycle") else np.zeros_like(growth),
    )


@act(
    "job_creation",
    writes=("employers.vacancies", "employers.opened", "employers.closed"),
    purposes=(Purpose.VACANCY_ROUNDING, Purpose.VACANCY_EMPLOYER),
)
def answer_tightness(world: World, r: VacancyRules) -> None:
    """Open or withdraw jobs where it is easier or harder to hire than in the first week."""
    e, reference = world.employers, world.reference_tightness
    assert reference is not None  # measured before, in the same week
    jobs = by_municipality(e.filled, e) + by_municipality(e.vacancies, e)
    answer = r.elasticity * np.log(reference / world.this_week.tightness)
    wanted = jobs * (np.clip(answer, -r.largest_answer, r.largest_answer) + r.growth) / WEEKS_A_YEAR
    _adjust(world.now, wanted, world.size_ladder, e)


MECHANISMS = (
    Mechanism(
        name="job_creation",
        label="Vacancies answer tightness and demand",
        label_da="Stillinger svarer på arbejdsmarkedets stramhed",
        equation="jobs * (gamma/52 * log(theta*/theta) + growth)",
        evidence="X20, X02, X03",
        when_off="only jobs that are left are advertised",
        rules=rules,
    ),
)
