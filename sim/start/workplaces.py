"""Employers of the first week: workplaces with sizes, industries and jobs for everybody who works.

Jobs by municipality of work are known (November 2022); number of workplaces, their sizes (log-normal) and the
industries' shares are labelled assumptions.  Workers are placed along the commuting table.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.draws import Key, Purpose, normals, uniforms
from sim.lookup import KEEPS_JOB
from sim.states import State
from sim.world.employers import Employers
from sim.world.people import People

#: Workplaces that every municipality has at any scale, so that each has a market.
_FEWEST_WORKPLACES = 3
#: A workplace's identity is its municipality's code before its number, which takes so many bits.
_CODE_BITS = 20
#: Random numbers drawn for each worker: see where they are taken apart.
_DRAWS = 4


class WorkplaceRules(NamedTuple):
    """Parameters ``employers.*``."""

    mean_size: float  # jobs per workplace
    size_spread: float  # of log size
    industry_shares: NDArray[np.float64]
    willing_share: float
    vacancy_rate: float  # vacancies over jobs
    sick_with_job: float  # share of the sick who hold a job
    leave_with_job: float


def create_employers(
    jobs: NDArray[np.float64], codes: NDArray[np.int64], key: Key, w: WorkplaceRules
) -> Employers:
    """Return workplaces by municipality for ``jobs`` (m,) at the run's scale, without workers yet."""
    number = np.maximum(np.floor(jobs / w.mean_size + 0.5), _FEWEST_WORKPLACES).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(number)]).astype(np.int32)
    municipality = np.repeat(np.arange(len(number)), number).astype(np.int16)
    within = np.arange(len(municipality)) - first[municipality]
    who = ((codes[municipality] << _CODE_BITS) + within).astype(np.uint32)
    size = np.exp(w.size_spread * normals(key, int(Purpose.EMPLOYER), who, 0))
    total = np.bincount(municipality, weights=size, minlength=len(number))
    industry = np.searchsorted(np.cumsum(w.industry_shares), uniforms(key, int(Purpose.EMPLOYER), who, 1))
    n, m = len(municipality), len(number)
    return Employers(
        municipality,
        np.minimum(industry, len(w.industry_shares) - 1).astype(np.uint8),
        size / total[municipality],
        np.zeros(n, np.int32),
        np.zeros(n, np.int32),
        (uniforms(key, int(Purpose.EMPLOYER), who, 2) < w.willing_share).astype(np.uint8),
        first,
        np.zeros(m, np.int64),
        np.zeros(m, np.int64),
    )


def size_ladder(e: Employers) -> NDArray[np.float64]:
    """Running share of size within each municipality (n_employers,), 1 at its last workplace."""
    running = np.cumsum(e.size)
    before = np.where(e.first[:-1] > 0, running[e.first[:-1] - 1], 0.0)
    return np.asarray(running - before[e.municipality])


def place_workers(
    c: People, e: Employers, commuting: NDArray[np.float64], key: Key, w: WorkplaceRules
) -> None:
    """Give everybody who holds a job an employer, along the commuting table (m, d) of workers."""
    who, state = np.ascontiguousarray(c.person.key), c.status.state
    u, where_luck, employer_luck, spare = (
        uniforms(key, int(Purpose.WORKPLACE), who, draw) for draw in range(_DRAWS)
    )
    holds = state == State.EMPLOYED
    holds |= (state == State.SYGEDAGPENGE) & (u < w.sick_with_job)
    holds |= (state == State.LEAVE) & (u < w.leave_with_job)
    workers, others = np.flatnonzero(holds), np.flatnonzero(~holds)
    assert np.all(KEEPS_JOB[state[workers]])
    where = _places_of_work(c.person.municipality[workers], where_luck[workers], commuting)
    employer = _employers_at(where, employer_luck[workers], e)
    c.status.employer[workers] = employer
    e.filled[:] = np.bincount(employer, minlength=len(e.filled))
    c.person.industry[workers] = e.industry[employer]
    shares = np.cumsum(w.industry_shares)
    c.person.industry[others] = np.minimum(np.searchsorted(shares, spare[others]), len(shares) - 1)


def _places_of_work(
    home: NDArray[np.int16], u: NDArray[np.float64], commuting: NDArray[np.float64]
) -> NDArray[np.int16]:
    """Municipality of work (n,) at quantiles ``u``; ``home`` (n,) is sorted."""
    rows = np.cumsum(commuting / commuting.sum(axis=1, keepdims=True), axis=1)
    where = np.empty(len(u), np.int16)
    ends = np.searchsorted(home, np.arange(len(rows) + 1))
    for row, begin, end in zip(rows, ends[:-1], ends[1:], strict=True):
        where[begin:end] = np.minimum(np.searchsorted(row, u[begin:end]), len(rows) - 1)
    return where


def _employers_at(where: NDArray[np.int16], u: NDArray[np.float64], e: Employers) -> NDArray[np.int32]:
    """Workplaces (n,) in municipalities ``where`` at quantiles ``u``, in proportion to size."""
    ladder = size_ladder(e)
    employer = np.empty(len(u), np.int32)
    order = np.argsort(where, kind="stable")
    ends = np.searchsorted(where[order], np.arange(len(e.first)))
    for d in range(len(e.first) - 1):
        here, step = order[ends[d] : ends[d + 1]], ladder[e.first[d] : e.first[d + 1]]
        employer[here] = e.first[d] + np.minimum(np.searchsorted(step, u[here]), len(step) - 1)
    return employer


def open_first_vacancies(e: Employers, key: Key, rate: float) -> None:
    """Give each workplace the vacancies of the vacancy rate, fractions decided by a keyed draw."""
    wanted = e.filled * rate
    u = uniforms(key, int(Purpose.EMPLOYER), np.arange(len(wanted), dtype=np.uint32), 3)
    e.vacancies[:] = np.floor(wanted + u).astype(np.int32)
