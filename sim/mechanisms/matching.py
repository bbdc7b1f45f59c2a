"""Matching: who gets the vacancies, across commuting areas.

Tightness at workplace municipality d is vacancies over effective seekers, both from the whole commuting area:

    S_d = sum_m W[m, d] * (sum of hazards in m + quiet applicants of m),   theta_d = V_d / S_d,
    lambda_d = (theta_d / theta*_d) ^ (1 - eta)          Cobb-Douglas, eta the seekers' elasticity (X12, X17)
    P(i hired this week) = 1 - exp(-h_i * sum_d W[m(i), d] * lambda_d),

A client finds a job when the hazards of the weeks add up to a unit exponential, drawn when the course begins,
after each offer and with each new year, keyed by person and week.  Week by week that is the chance above;
but two worlds in which a hazard comes a few weeks later hire the person a few weeks later.

theta*_d being the tightness of the starting world.  W is the commuting gravity of :mod:`sim.world.geography`,
bent towards municipalities with more vacancies than usual.  A hire takes a vacancy of an employer; where more
people than vacancies come together, a keyed race decides, weighted by what employers value (latent
employability, and not long duration).  One more hire is thus one vacancy less for the others: displacement is
not assumed, it happens.  Switch: ``displacement`` holds lambda at 1 and lets jobs appear.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose, exponential, uniform, uniform_pair
from sim.engine.memory import ahead
from sim.engine.order import first_come
from sim.engine.sums import row_times, times_column
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.mechanisms.job_hazard.employer_service import LookRules, look_rules, where_clients_look
from sim.mechanisms.vacancies import by_municipality
from sim.states import NOBODY, State, states_with
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.employers import Employers
from sim.world.moves import Moves, all_to
from sim.world.people import NO_ROW, Calendar, Person, Status
from sim.world.world import World

_MATCH, _DESTINATION = int(Purpose.MATCH), int(Purpose.DESTINATION)
_RACE, _EMPLOYER = int(Purpose.HIRE_RACE), int(Purpose.EMPLOYER_CHOICE)
_SEEKING_QUIETLY = states_with("seeks_quietly")
#: Guard of a division: fewer seekers than anybody is.
_NO_SEEKERS = 1e-9


def job_finding_factor(
    vacancies: NDArray[np.float64],
    seekers: NDArray[np.float64],
    reference: NDArray[np.float64] | None,
    r: MatchingRules,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return lambda by workplace (d,) and tightness (d,).

    ``seekers`` (d,) effective seekers who look there; ``reference`` is theta* (d,) or None in the first week.
    """
    tightness = np.maximum(vacancies, r.least_vacancies) / np.maximum(seekers, _NO_SEEKERS)
    if reference is None:
        reference = tightness
    factor = (tightness / reference) ** (1.0 - r.seeker_elasticity)
    return np.clip(factor, r.least_factor, r.largest_factor), tightness


def bent_to_vacancies(
    commuting: NDArray[np.float64],
    tightness: NDArray[np.float64],
    reference: NDArray[np.float64],
    r: MatchingRules,
) -> NDArray[np.float64]:
    """Return where seekers look (m, d): as they commute, bent to where vacancies are more than usual."""
    change = np.clip(tightness / reference, 1.0 / r.bend_bound, r.bend_bound)
    bent = commuting * (change**r.bend_elasticity)[None, :]
    bent /= bent.sum(axis=1, keepdims=True)
    return np.asarray(bent)


class MatchingRules(NamedTuple):
    """How jobs are shared out."""

    seeker_elasticity: float  # eta
    merit: float  # weight of latent employability in the race for a job
    stigma: float  # of a long course in the race
    stigma_week: int  # from which a course is long
    stay_in_industry: float  # share who take a job in their industry if there is one
    look_through: int  # vacancies that they look at for one
    least_vacancies: float  # that a municipality without any counts as having
    least_factor: float  # of lambda
    largest_factor: float
    bend_elasticity: float  # of where seekers look in tightness
    bend_bound: float  # largest change of tightness that counts
    compete: bool  # displacement is on
    hire: bool  # matching is on
    look: LookRules


def rules(law: Law) -> MatchingRules:
    """Return the rules in force."""
    r = law.country
    return MatchingRules(
        seeker_elasticity=r.scalar("matching.seeker_elasticity"),
        merit=r.scalar("matching.employability_weight"),
        stigma=r.scalar("search.stigma") * float(law.on("duration_dependence")),
        stigma_week=round(r.scalar("search.stigma_week")),
        stay_in_industry=r.scalar("matching.stay_in_industry"),
        look_through=round(r.scalar("matching.vacancies_looked_through")),
        least_vacancies=r.scalar("matching.least_vacancies"),
        least_factor=r.scalar("matching.least_finding_factor"),
        largest_factor=r.scalar("matching.largest_finding_factor"),
        bend_elasticity=r.scalar("matching.bend_elasticity"),
        bend_bound=r.scalar("matching.bend_bound"),
        compete=law.on("displacement"),
        hire=law.on("matching"),
        look=look_rules(law),
    )


@kernel
def _draw_hires(
    now: Now, k: Clients, hazard: NDArray[np.float64], factor: NDArray[np.float64], found: NDArray[np.int32]
) -> int:
    """Use up the week's hazard; list who has none left until an offer in ``found``, return how many."""
    n, anew = 0, now.week in (0, now.new_year)
    for i in range(k.id.size):
        if k.state[i] == NOBODY:
            continue
        if anew or k.to_offer[i] <= 0.0:
            k.to_offer[i] = exponential(now.key, _MATCH, k.key[i], now.week)
        if hazard[i] > 0.0:
            k.to_offer[i] -= hazard[i] * factor[k.person.municipality[i]]
            if k.to_offer[i] <= 0.0:
                found[n] = k.id[i]
                n += 1
    return n


@kernel
def _choose(
    now: Now,
    seekers: NDArray[np.int32],
    cumulative: NDArray[np.float64],
    person: Person,
    calendar: Calendar,
    k: Clients,
    r: MatchingRules,
    where: NDArray[np.int16],
    arrival: NDArray[np.float64],
) -> int:
    fetched = 0
    for at in range(seekers.size):
        for later in ahead(at, seekers.size):
            j = seekers[later]
            fetched += person.sex[j] + calendar.row[j]
        i = seekers[at]
        u = uniform(now.key, _DESTINATION, person.key[i], now.week)
        row = cumulative[person.municipality[i]]
        where[at] = min(np.searchsorted(row, u), row.size - 1)
        weight = r.merit * person.employability[i]
        client = calendar.row[i]
        if client != NO_ROW and now.week - k.spell.course_start[client] >= r.stigma_week:
            weight -= r.stigma
        arrival[at] = exponential(now.key, _RACE, person.key[i], now.week) * math.exp(-weight)
    return fetched


class Vacant(NamedTuple):
    """Vacancies of a municipality that are left, each of shape (n,)."""

    employer: NDArray[np.int32]
    industry: NDArray[np.uint8]


@part
def _list_vacancies(d: int, e: Employers, vacant: Vacant) -> int:
    """Write one row per vacancy in municipality ``d``; return how many."""
    n = 0
    for x in range(e.first[d], e.first[d + 1]):
        for _ in range(e.vacancies[x]):
            vacant.employer[n], vacant.industry[n] = x, e.industry[x]
            n += 1
    return n


@part
def _pick(vacant: Vacant, left: int, u: float, look: int, industry: int) -> int:
    """Position of the vacancy taken among the first ``left``.

    If possible in the person's industry, for who looks through ``look`` vacancies (0: takes any).
    """
    start = int(u * left)
    for step in range(min(left, look)):
        at = start + step if start + step < left else start + step - left
        if vacant.industry[at] == industry:
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
    r: MatchingRules,
    hired: NDArray[np.int32],
    vacant: Vacant,
) -> tuple[int, int]:
    n, at, fetched = 0, 0, 0
    while at < seekers.size:
        d = where[at]
        left = _list_vacancies(d, e, vacant)
        while at < seekers.size and where[at] == d:
            for later in ahead(at, seekers.size):
                j = seekers[later]
                fetched += status.state[j] + person.sex[j]
            i = seekers[at]
            at += 1
            u, v = uniform_pair(now.key, _EMPLOYER, person.key[i], now.week)
            if left > 0:
                look = r.look_through if v < r.stay_in_industry else 0
                p = _pick(vacant, left, u, look, person.industry[i])
                x = vacant.employer[p]
                left -= 1
                vacant.employer[p], vacant.industry[p] = vacant.employer[left], vacant.industry[left]
            elif not r.compete:
                x = e.first[d] + int(u * (e.first[d + 1] - e.first[d]))
                e.vacancies[x] += 1
                e.opened[d] += 1
            else:
                continue
            _sign_contract(i, x, person, status, e)
            hired[n] = i
            n += 1
    return n, fetched


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


@act(
    "displacement",
    writes=(
        "this_week.tightness",
        "this_week.look_by",
        "this_week.clients_look_by",
        "this_week.finding",
        "this_week.finding_clients",
        "reference_tightness",
        "tally.vacancy_weeks",
        "tally.tightness_weeks",
    ),
    always=True,
)
def measure_tightness(world: World, r: MatchingRules) -> None:
    """Tightness of the week, where seekers look, and the chances of a job that follow."""
    week, tally, m = world.this_week, world.tally, len(world.codes)
    wide, by_clients = where_clients_look(world.commuting, r.look), week.searching
    searching = by_clients
    for state in _SEEKING_QUIETLY:
        searching = searching + tally.stock[:, state] * world.flows.rate[state, State.EMPLOYED]
    seekers = row_times(searching, world.commuting)
    if wide is not world.commuting:
        seekers += row_times(by_clients, wide - world.commuting)
    open_jobs = by_municipality(world.employers.vacancies, world.employers)
    factor, tightness = job_finding_factor(
        open_jobs.astype(np.float64), seekers, world.reference_tightness, r
    )
    if world.reference_tightness is None:
        world.reference_tightness = tightness
    reference = world.reference_tightness
    where_to = bent_to_vacancies(world.commuting, tightness, reference, r)
    same = wide is world.commuting
    clients_to = where_to if same else bent_to_vacancies(wide, tightness, reference, r)
    if not r.compete:
        factor = np.ones(m)
    week.tightness = tightness
    week.finding, week.finding_clients = times_column(where_to, factor), times_column(clients_to, factor)
    week.look_by, week.clients_look_by = where_to * factor[None, :], clients_to * factor[None, :]
    tally.vacancy_weeks[:] += open_jobs
    tally.tightness_weeks[:] += tightness


@act(
    "matching",
    writes=(
        "employers.filled",
        "employers.vacancies",
        "employers.opened",
        "clients.to_offer",
        "status.employer",
        "person.industry",
        "tally.hires",
    ),
    purposes=(Purpose.MATCH, Purpose.DESTINATION, Purpose.HIRE_RACE, Purpose.EMPLOYER_CHOICE),
    always=True,
)
def hire(world: World, r: MatchingRules) -> Moves:
    """Offers of the week, and who gets the vacancies: clients and other applicants in one race."""
    now, week, k = world.now, world.this_week, world.clients.settled
    person, status, _, calendar = world.people
    found = np.empty(0, np.int32)
    if r.hire:
        found = np.empty(k.id.size, np.int32)
        found = found[: _draw_hires(now, k, week.hazard, week.finding_clients, found)]
    where, arrival = [], []
    for who, weights in ((found, week.clients_look_by), (week.applicants, week.look_by)):
        rows = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
        places, times = np.empty(who.size, np.int16), np.empty(who.size)
        _choose(now, who, rows, person, calendar, k, r, places, times)
        where.append(places)
        arrival.append(times)
    seekers, at = np.concatenate([found, week.applicants]), np.concatenate(where)
    order = first_come(at, np.concatenate(arrival))
    e = world.employers
    hired = np.empty(seekers.size, np.int32)
    room = int(e.vacancies.sum()) + seekers.size
    vacant = Vacant(np.empty(room, np.int32), np.empty(room, np.uint8))
    n, _ = _fill(now, seekers[order], at[order], person, status, e, r, hired, vacant)
    world.tally.hires[:] += np.bincount(person.municipality[hired[:n]], minlength=len(world.codes))
    return all_to(hired[:n], State.EMPLOYED)


def offered(world: World, who: NDArray[np.int32]) -> NDArray[np.float64]:
    """Hazards a week (k,) of a job offer of people ``who`` as this week's market was: 1 - exp(-hazard).

    0 for those who were no clients when jobs were shared out.
    """
    week = world.this_week
    at = np.minimum(np.searchsorted(week.clients, who), week.clients.size - 1)
    residence = world.people.person.municipality[who]
    return np.where(week.clients[at] == who, week.hazard[at] * week.finding_clients[residence], 0.0)


MECHANISMS = (
    Mechanism(
        name="matching",
        label="Clients find jobs",
        label_da="Job findes",
        equation="1 - exp(-h * lambda)",
        evidence="X12, X14, X17",
        when_off="no client finds a job",
        rules=rules,
    ),
    Mechanism(
        name="displacement",
        label="Seekers compete for a limited number of vacancies",
        label_da="Konkurrence om stillingerne",
        equation="lambda = (theta/theta*)^(1-eta)",
        evidence="E01, E07, E08",
        when_off="tightness is constant and a job appears for whoever is hired",
        rules=rules,
    ),
)
