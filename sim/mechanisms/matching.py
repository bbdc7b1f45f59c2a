"""Matching: who gets the vacancies, across commuting areas.

Tightness at workplace municipality d is vacancies over effective seekers, both from the whole commuting area:

    S_d = sum_m W[m, d] * (sum of hazards in m + quiet applicants of m),   theta_d = V_d / S_d,
    lambda_d = (theta_d / theta*_d) ^ (1 - eta)          Cobb-Douglas, eta the seekers' elasticity (X12, X17)
    P(i hired this week) = 1 - exp(-h_i * sum_d W[m(i), d] * lambda_d),

theta*_d being the tightness of the starting world.  W is the commuting gravity of :mod:`sim.world.geography`,
bent towards municipalities with more vacancies than usual.  A hire takes a vacancy of an employer; where more
people than vacancies come together, a keyed race decides, weighted by what employers value (latent
employability, and not long duration).  One more hire is thus one vacancy less for the others: displacement is
not assumed, it happens.  Switch: ``displacement`` holds lambda at 1 and lets jobs appear.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.engine.client_list import ROUNDING, ClientList
from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose, exponential, uniform, uniform_pair, uniforms
from sim.engine.prefetch import person_ahead, prefetch
from sim.mechanisms.transition import Now
from sim.world.citizens import NEVER, Person, Status
from sim.world.employers import Employers

_MATCH, _DESTINATION = int(Purpose.MATCH), int(Purpose.DESTINATION)
_RACE, _EMPLOYER = int(Purpose.HIRE_RACE), int(Purpose.EMPLOYER_CHOICE)


def job_finding_factor(
    vacancies: NDArray[np.float64],
    seekers: NDArray[np.float64],
    reference: NDArray[np.float64] | None,
    eta: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return lambda by workplace (d,) and tightness (d,).

    ``seekers`` (d,) effective seekers who look there; ``reference`` is theta* (d,) or None in the first week.
    """
    tightness = np.maximum(vacancies, 0.25) / np.maximum(seekers, 1e-9)
    if reference is None:
        reference = tightness
    return np.clip((tightness / reference) ** (1.0 - eta), 0.05, 4.0), tightness


def bent_to_vacancies(
    commuting: NDArray[np.float64], tightness: NDArray[np.float64], reference: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return where seekers look (m, d): as they commute, bent to where vacancies are more than usual."""
    bent = commuting * np.sqrt(np.clip(tightness / reference, 0.1, 10.0))[None, :]
    bent /= bent.sum(axis=1, keepdims=True)
    return np.asarray(bent)


@kernel
def _draw_hires(
    clients: NDArray[np.int32],
    hazard: NDArray[np.float64],
    factor: NDArray[np.float64],
    largest: float,
    luck: NDArray[np.float64],
    municipality: NDArray[np.int16],
    found: NDArray[np.int32],
) -> int:
    n = 0
    for at in range(clients.size):
        if hazard[at] <= 0.0 or luck[at] >= hazard[at] * largest + ROUNDING:
            continue
        i = clients[at]
        if luck[at] < 1.0 - math.exp(-hazard[at] * factor[municipality[i]]):
            found[n] = i
            n += 1
    return n


def draw_hires(
    now: Now,
    clients: ClientList,
    hazard: NDArray[np.float64],
    factor: NDArray[np.float64],
    person: Person,
) -> NDArray[np.int32]:
    """Clients who are offered a job this week, in id order; ``factor`` (m,) by municipality of residence."""
    found = np.empty(clients.who.size, np.int32)
    luck = uniforms(now.key, _MATCH, clients.key, now.week)
    largest, where = float(factor.max()), person.municipality
    return found[: _draw_hires(clients.who, hazard, factor, largest, luck, where, found)]


@kernel
def _choose(
    now: Now,
    seekers: NDArray[np.int32],
    cumulative: NDArray[np.float64],
    person: Person,
    status: Status,
    stigma: float,
    merit: float,
    where: NDArray[np.int16],
    arrival: NDArray[np.float64],
) -> None:
    for at in range(seekers.size):
        i, later = seekers[at], person_ahead(seekers, at)
        prefetch(person, later)
        prefetch(status, later)
        u = uniform(now.key, _DESTINATION, person.key[i], now.week)
        row = cumulative[person.municipality[i]]
        where[at] = min(np.searchsorted(row, u), row.size - 1)
        weight = merit * person.employability[i]
        if status.course_start[i] != NEVER and now.week - status.course_start[i] >= 39:
            weight -= stigma
        arrival[at] = exponential(now.key, _RACE, person.key[i], now.week) * math.exp(-weight)


def choose_workplaces(
    now: Now,
    seekers: NDArray[np.int32],
    cumulative: NDArray[np.float64],
    person: Person,
    status: Status,
    stigma: float,
    merit: float,
) -> tuple[NDArray[np.int16], NDArray[np.float64]]:
    """Municipality of the job offered (n,) and the arrival time in the race for it (n,), smaller first."""
    where, arrival = np.empty(seekers.size, np.int16), np.empty(seekers.size)
    _choose(now, seekers, cumulative, person, status, stigma, merit, where, arrival)
    return where, arrival


@part
def _vacant_employers(d: int, e: Employers, rows: NDArray[np.int32]) -> int:
    """Write one row per vacancy in municipality ``d``, the employer; return how many."""
    n = 0
    for x in range(e.first[d], e.first[d + 1]):
        for _ in range(e.vacancies[x]):
            rows[n] = x
            n += 1
    return n


@part
def _pick(rows: NDArray[np.int32], left: int, u: float, stay: bool, industry: int, e: Employers) -> int:
    """Position of the vacancy taken among the first ``left`` rows, if possible in the person's industry."""
    start = int(u * left)
    if stay:
        for step in range(min(left, 12)):
            at = (start + step) % left
            if e.industry[rows[at]] == industry:
                return at
    return start


@kernel
def _fill(
    now: Now,
    seekers: NDArray[np.int32],
    where: NDArray[np.int16],
    person: Person,
    status: Status,
    e: Employers,
    stay_in_industry: float,
    open_ended: bool,
    hired: NDArray[np.int32],
    rows: NDArray[np.int32],
) -> int:
    n, at = 0, 0
    while at < seekers.size:
        d = where[at]
        left = _vacant_employers(d, e, rows)
        while at < seekers.size and where[at] == d:
            i = seekers[at]
            at += 1
            u, v = uniform_pair(now.key, _EMPLOYER, person.key[i], now.week)
            if left > 0:
                p = _pick(rows, left, u, v < stay_in_industry, person.industry[i], e)
                x = rows[p]
                left -= 1
                rows[p] = rows[left]
            elif open_ended:
                x = e.first[d] + int(u * (e.first[d + 1] - e.first[d]))
                e.vacancies[x] += 1
                e.opened[d] += 1
            else:
                continue
            _sign_contract(i, x, person, status, e)
            hired[n] = i
            n += 1
    return n


def fill_vacancies(
    now: Now,
    seekers: NDArray[np.int32],
    where: NDArray[np.int16],
    person: Person,
    status: Status,
    e: Employers,
    stay_in_industry: float,
    open_ended: bool,
) -> NDArray[np.int32]:
    """Fill vacancies in the order given (sorted by workplace, then by the race); return the hired.

    With ``open_ended`` (displacement switched off) a job is made for whoever finds no vacancy left.
    """
    hired = np.empty(seekers.size, np.int32)
    rows = np.empty(int(e.vacancies.sum()) + seekers.size, np.int32)
    return hired[: _fill(now, seekers, where, person, status, e, stay_in_industry, open_ended, hired, rows)]


@part
def _sign_contract(i: int, x: int, person: Person, status: Status, e: Employers) -> None:
    """Employer ``x`` fills a vacancy with citizen ``i``; a former employer gets a vacancy."""
    old = status.employer[i]
    if old >= 0:
        e.filled[old] -= 1
        e.vacancies[old] += 1
    e.vacancies[x] -= 1
    e.filled[x] += 1
    status.employer[i] = x
    person.industry[i] = e.industry[x]
