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

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose, uniform
from sim.mechanisms.transition import Now
from sim.world.employers import Employers

_ROUND, _WHERE = int(Purpose.VACANCY_ROUNDING), int(Purpose.VACANCY_EMPLOYER)


@kernel
def adjust_vacancies(
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


def vacancies_by_municipality(e: Employers) -> NDArray[np.int64]:
    """Open vacancies (m,)."""
    return np.add.reduceat(e.vacancies, e.first[:-1]).astype(np.int64)
