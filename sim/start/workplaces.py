"""Employers of the first week: workplaces with sizes, industries and jobs for everybody who works.

Jobs by municipality of work are known (November 2022); number of workplaces, their sizes (log-normal) and the
industries' shares are labelled assumptions.  Workers are placed along the commuting table.

A workplace is never shrunk.  The workplaces of Denmark are drawn first, the same at every scale: municipality
by municipality, sizes n_x adding up to its jobs.  A run at scale s then takes every 1/s-th of a
municipality's workplaces in the order of their sizes, from a keyed start, so that large and small are there
in their right shares; each is taken whole and stands for 1/s of them, as each person stands for 1/s persons.
 The people of the sample fill them in proportion to size: at scale 1 exactly n_x, in a sample n_x times a
 number near one
(jobs in the sample over the sizes taken), so what a workplace lives through in a year does not depend on the
scale.  Where so few would be left that there is no market, more are taken, each then stands for fewer.

Who leans to taking people (``willing``): ``employers.willing_share`` of all workplaces, more of the large
and of some industries.  Asked, a workplace that does not lean that way says yes less often, by
``employers.unwilling_says_yes``; over a municipality's jobs the mean is 1 (``openness``).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.draws import Key, Purpose, normals, own_purpose, uniforms
from sim.lookup import KEEPS_JOB
from sim.vocabulary import CHANNELS
from sim.world.columns import NEVER
from sim.world.employers import Employers
from sim.world.people import People

#: Workplaces that every municipality has at any scale, so that each has a market.
_FEWEST_WORKPLACES = 3
#: A workplace's identity is its municipality's code before its number, which takes so many bits.
_CODE_BITS = 20
#: Random numbers drawn for each worker: see where they are taken apart.
_DRAWS = range(1, 4)
_SAMPLED = own_purpose("workplaces.sampled")


class WorkplaceRules(NamedTuple):
    """Parameters ``employers.*``."""

    mean_size: float  # jobs per workplace
    size_spread: float  # of log size
    industry_shares: NDArray[np.float64]
    willing_share: float
    willing_by_size: float  # elasticity of the share in the workplace's size
    willing_by_industry: NDArray[np.float64]  # relative
    unwilling: float  # how often others say yes, over those who are willing
    usual_weeks: float  # that vacancies have taken to fill
    vacancy_rate: float  # vacancies over jobs


class Workplaces(NamedTuple):
    """All workplaces of Denmark, each column of shape (n,), sorted by municipality."""

    key: NDArray[np.uint32]
    municipality: NDArray[np.int16]
    staff: NDArray[np.float64]  # adds up to the municipality's jobs
    industry: NDArray[np.uint8]
    willing: NDArray[np.bool_]


def all_workplaces(
    jobs: NDArray[np.float64], codes: NDArray[np.int64], key: Key, w: WorkplaceRules
) -> Workplaces:
    """Return the workplaces of Denmark for ``jobs`` (m,) at scale 1."""
    number = np.maximum(np.floor(jobs / w.mean_size + 0.5), _FEWEST_WORKPLACES).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(number)])
    municipality = np.repeat(np.arange(len(number)), number)
    within = np.arange(len(municipality)) - first[municipality]
    who = ((codes[municipality] << _CODE_BITS) + within).astype(np.uint32)
    size = np.exp(w.size_spread * normals(key, int(Purpose.EMPLOYER), who, 0))
    total = np.bincount(municipality, weights=size, minlength=len(number))
    staff = size / total[municipality] * jobs[municipality]
    shares = np.cumsum(w.industry_shares)
    industry = np.searchsorted(shares, uniforms(key, int(Purpose.EMPLOYER), who, 1))
    industry = np.minimum(industry, len(shares) - 1)
    leaning = (staff / w.mean_size) ** w.willing_by_size * w.willing_by_industry[industry]
    chance = np.minimum(w.willing_share * leaning / leaning.mean(), 1.0)
    willing = uniforms(key, int(Purpose.EMPLOYER), who, 2) < chance
    return Workplaces(who, municipality.astype(np.int16), staff, industry.astype(np.uint8), willing)


def sampled(every: Workplaces, codes: NDArray[np.int64], scale: float, key: Key) -> NDArray[np.bool_]:
    """Return which workplaces (n,) are in a sample: every 1/scale-th of a municipality's by size."""
    number = np.bincount(every.municipality, minlength=len(codes))
    share = np.minimum(np.maximum(scale, _FEWEST_WORKPLACES / np.maximum(number, 1)), 1.0)
    start = uniforms(key, _SAMPLED, codes.astype(np.uint32), 0)
    by_size = np.lexsort((every.key, every.staff, every.municipality))
    m = every.municipality[by_size]
    first = np.concatenate([[0], np.cumsum(number)])
    rank = np.arange(len(m)) - first[m]
    chosen = np.empty(len(m), np.bool_)
    chosen[by_size] = np.floor((rank + 1) * share[m] + start[m]) > np.floor(rank * share[m] + start[m])
    return chosen | (share >= 1.0)[every.municipality]


def create_employers(
    jobs: NDArray[np.float64], codes: NDArray[np.int64], scale: float, key: Key, w: WorkplaceRules
) -> Employers:
    """Return workplaces by municipality for ``jobs`` (m,) at the run's scale, without workers yet."""
    every = all_workplaces(jobs / scale, codes, key, w)
    here = sampled(every, codes, scale, key)
    municipality, staff = every.municipality[here], every.staff[here]
    m, n = len(codes), int(here.sum())
    number = np.bincount(municipality, minlength=m)
    of_all = np.bincount(every.municipality, minlength=m)
    first = np.concatenate([[0], np.cumsum(number)]).astype(np.int32)
    size = staff / np.bincount(municipality, weights=staff, minlength=m)[municipality]
    yes = np.where(every.willing[here], 1.0, w.unwilling)
    mean = np.bincount(municipality, weights=size * yes, minlength=m)
    return Employers(
        key=every.key[here],
        municipality=municipality,
        industry=every.industry[here],
        staff=staff.astype(np.float32),
        size=size,
        filled=np.zeros(n, np.int32),
        vacancies=np.zeros(n, np.int32),
        waited=np.zeros(n, np.float32),
        fill_weeks=np.full(n, w.usual_weeks, np.float32),
        willing=every.willing[here].astype(np.uint8),
        openness=(yes / mean[municipality]).astype(np.float32),
        experience=np.zeros(n, np.float32),
        placed=np.zeros(n, np.int32),
        took=np.full(n, NEVER, np.int16),
        first=first,
        weight=of_all / number,
        willing_share=np.bincount(every.municipality, weights=every.willing, minlength=m) / of_all,
        opened=np.zeros(m, np.int64),
        closed=np.zeros(m, np.int64),
        given_up=np.zeros(m, np.int64),
        recruited=np.zeros(m, np.int64),
        weeks_open=np.zeros(m),
        hired_by=np.zeros((m, len(CHANNELS)), np.int64),
        asked=np.zeros(m, np.int64),
        accepted=np.zeros(m, np.int64),
    )


def size_ladder(e: Employers) -> NDArray[np.float64]:
    """Running share of size within each municipality (n_employers,), 1 at its last workplace."""
    running = np.cumsum(e.size)
    before = np.where(e.first[:-1] > 0, running[e.first[:-1] - 1], 0.0)
    return np.asarray(running - before[e.municipality])


def place_workers(
    c: People,
    holds: NDArray[np.bool_],
    e: Employers,
    codes: NDArray[np.int64],
    commuting: NDArray[np.float64],
    key: Key,
    w: WorkplaceRules,
) -> None:
    """Give everybody who ``holds`` (n,) a job an employer, along the commuting table (m, d) of workers."""
    who, state = np.ascontiguousarray(c.person.key), c.status.state
    where_luck, employer_luck, spare = (uniforms(key, int(Purpose.WORKPLACE), who, draw) for draw in _DRAWS)
    workers, others = np.flatnonzero(holds), np.flatnonzero(~holds)
    assert np.all(KEEPS_JOB[state[workers]])
    where = _places_of_work(c.person.municipality[workers], where_luck[workers], codes, commuting)
    employer = _employers_at(where, employer_luck[workers], e)
    c.status.employer[workers] = employer
    e.filled[:] = np.bincount(employer, minlength=len(e.filled))
    c.person.industry[workers] = e.industry[employer]
    shares = np.cumsum(w.industry_shares)
    c.person.industry[others] = np.minimum(np.searchsorted(shares, spare[others]), len(shares) - 1)


def _places_of_work(
    home: NDArray[np.int16], u: NDArray[np.float64], codes: NDArray[np.int64], commuting: NDArray[np.float64]
) -> NDArray[np.int16]:
    """Municipality of work (n,) at quantiles ``u``, by ``codes`` (m,); ``home`` (n,) is sorted."""
    by_code = np.argsort(codes).astype(np.int16)
    rows = np.cumsum((commuting / commuting.sum(axis=1, keepdims=True))[:, by_code], axis=1)
    where = np.empty(len(u), np.int16)
    ends = np.searchsorted(home, np.arange(len(rows) + 1))
    for row, begin, end in zip(rows, ends[:-1], ends[1:], strict=True):
        where[begin:end] = by_code[np.minimum(np.searchsorted(row, u[begin:end]), len(rows) - 1)]
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
    """Give each workplace the vacancies of the vacancy rate, fractions decided by a keyed draw.

    They have been open as long as the last ones took: of what leaves at a constant rate, what is there is on
    average as old as what goes.
    """
    wanted = e.filled * rate
    u = uniforms(key, int(Purpose.EMPLOYER), e.key, 3)
    e.vacancies[:] = np.floor(wanted + u).astype(np.int32)
    e.waited[:] = e.vacancies * e.fill_weeks
