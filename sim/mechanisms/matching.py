"""Matching: who gets the vacancies, across commuting areas.

Tightness is that of the commuting area: vacancies within reach of who lives in m, over the effective
seekers who look there, both relative to what is expected of the first week,

    S_d = sum_m W[m, d] * (sum of hazards in m + quiet applicants of m)
    r_m = (sum_d W[m, d] V_d / sum_d W[m, d] V*_d) / (sum_d W[m, d] S_d / sum_d W[m, d] S*_d)
    lambda_m = r_m ^ (1 - eta)                           Cobb-Douglas, eta the seekers' elasticity (X12, X17)
    P(i hired this week) = 1 - exp(-h_i * lambda_m)
    P(the job is in d) proportional to W[m, d] * V_d / V*_d          where vacancies are

Expected are ``employers.vacancy_rate`` times the jobs that the municipality's workers hold along W, and the
country's mean hazard by state, with what a municipality adds to it, times the people in that state: one
draw of a small world decides neither.  Quiet applicants are people in education and outside at the mean
rate at which their state applies for jobs, by age and health as in the first week.  In a sample the
vacancies of a small area are a handful, and their number is luck; as far as it tells nothing r_m is the
country's (:func:`without_luck`).  At scale 1 it is the area's.

Who goes from one job to another leaves a vacancy behind (a chain), and takes none from others: the employed
are not among the seekers, though they meet the same tightness.  Switch: ``vacancy_chain``.

A client finds a job when the hazards of the weeks add up to a unit exponential, drawn when the course begins,
after each offer and with each new year, keyed by person and week.  Week by week that is the chance above;
but two worlds in which a hazard comes a few weeks later hire the person a few weeks later.

W is the commuting gravity of :mod:`sim.world.geography`.  A hire takes a vacancy of an employer; where more
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
from sim.lookup import flags
from sim.mechanism import Mechanism, act
from sim.mechanisms.job_hazard.employer_service import LookRules, look_rules, where_clients_look
from sim.mechanisms.transition import year_of_birthday
from sim.mechanisms.vacancies import by_municipality
from sim.rules.flows import QuietFlows, quiet_intensity
from sim.rules.luck import told
from sim.rules.places import local_exits
from sim.states import NOBODY, STATES, State, states_with
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.employers import Employers
from sim.world.moves import Moves, all_to
from sim.world.people import NO_ROW, Calendar, OnFile, Person, Status
from sim.world.world import World

_MATCH, _DESTINATION = int(Purpose.MATCH), int(Purpose.DESTINATION)
_RACE, _EMPLOYER = int(Purpose.HIRE_RACE), int(Purpose.EMPLOYER_CHOICE)
_SEEKING_QUIETLY = states_with("seeks_quietly")
_SEEKS_QUIETLY, _EMPLOYED = flags("seeks_quietly"), int(State.EMPLOYED)
#: Guard of divisions: less than any market has.
_NOTHING = 1e-9
#: Where the mechanism keeps the market that is expected of the first week.
_MEMORY = "displacement"


class Market(NamedTuple):
    """Vacancies and effective seekers by municipality of work, each (d,)."""

    vacancies: NDArray[np.float64]
    seekers: NDArray[np.float64]

    def tightness(self) -> float:
        """Vacancies over effective seekers in the whole country."""
        return float(self.vacancies.sum() / max(self.seekers.sum(), _NOTHING))


def relative_tightness(
    look: NDArray[np.float64], now: Market, expected: Market, real: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return tightness over the expected one where residents look (m,).

    ``look`` (m, d) rows sum to one; ``real`` (m,) share of the area's distance from the country that is no
    luck.
    """
    supply = times_column(look, now.vacancies) / np.maximum(times_column(look, expected.vacancies), _NOTHING)
    demand = times_column(look, now.seekers) / np.maximum(times_column(look, expected.seekers), _NOTHING)
    country = now.tightness() / expected.tightness()
    return np.asarray(country + real * (supply / np.maximum(demand, _NOTHING) - country))


def without_luck(
    look: NDArray[np.float64], expected: NDArray[np.float64], spread: float, scale: float
) -> NDArray[np.float64]:
    """Return what share of an area's tightness in a sample is no luck (m,); 1 at scale 1.

    Parameters
    ----------
    look
        (m, d) where residents look.
    expected
        (d,) vacancies expected at the run's scale: an area with n of them has a sampling variance of 1/n.
    spread
        Standard deviation of log tightness between areas.
    scale
        Share of the population in the run.
    """
    number = times_column(look, expected) ** 2 / np.maximum(times_column(look**2, expected), _NOTHING)
    return told(spread, number, 1.0, scale)


def job_finding_factor(relative: NDArray[np.float64], r: MatchingRules) -> NDArray[np.float64]:
    """Return lambda by residence (m,) from the tightness of the commuting area relative to the start."""
    return np.clip(relative ** (1.0 - r.seeker_elasticity), r.least_factor, r.largest_factor)


def ease_at_work(
    relative: NDArray[np.float64], commuting: NDArray[np.float64], workers: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the tightness that employers in d meet (d,): that of where their workers live.

    ``relative`` (m,) by residence, ``commuting`` (m, d) rows sum to one, ``workers`` (m,) who live there.
    """
    from_m = commuting * workers[:, None]
    return np.asarray(row_times(relative, from_m) / np.maximum(from_m.sum(axis=0), _NOTHING))


class MatchingRules(NamedTuple):
    """How jobs are shared out."""

    seeker_elasticity: float  # eta
    merit: float  # weight of latent employability in the race for a job
    stigma: float  # of a long course in the race
    stigma_week: int  # from which a course is long
    stay_in_industry: float  # share who take a job in their industry if there is one
    look_through: int  # vacancies that they look at for one
    least_factor: float  # of lambda
    largest_factor: float
    vacancy_rate: float  # vacancies over jobs in the first week
    local_spread: float  # standard deviation of log tightness between commuting areas
    local: NDArray[np.float64]  # (m,) what a municipality adds to the hazard of a job, a factor
    able: NDArray[
        np.float64
    ]  # (health, barrier) jobs found from outside, relative to who is well without one
    chain: bool  # who changes jobs leaves a vacancy behind
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
        least_factor=r.scalar("matching.least_finding_factor"),
        largest_factor=r.scalar("matching.largest_finding_factor"),
        vacancy_rate=r.scalar("employers.vacancy_rate"),
        local_spread=r.scalar("matching.spread_of_tightness"),
        local=np.exp(local_exits(r, law.decisions.unemployment_ratio, law.decisions.effectiveness)),
        able=np.exp(r.vector("search.health")[:, None] + r.vector("search.barrier")[None, :]),
        chain=law.on("vacancy_chain"),
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


@kernel
def _by_state(
    k: Clients,
    hazard: NDArray[np.float64],
    local: NDArray[np.float64],
    found: NDArray[np.float64],
    people: NDArray[np.float64],
) -> None:
    """Add up clients' hazards by state (states,), and what their municipalities would add for one of each."""
    for i in range(k.id.size):
        if k.state[i] != NOBODY:
            found[k.state[i]] += hazard[i]
            people[k.state[i]] += local[k.person.municipality[i]]


@kernel
def _quiet_rates(
    now: Now,
    person: Person,
    status: Status,
    f: OnFile,
    calendar: Calendar,
    flows: QuietFlows,
    able: NDArray[np.float64],
    rate: NDArray[np.float64],
    people: NDArray[np.float64],
) -> None:
    """Fill ``rate`` (states,) with sums of weekly rates of applying, ``people`` with how many there are."""
    for i in range(status.state.size):
        state = status.state[i]
        if not _SEEKS_QUIETLY[state]:
            continue
        people[state] += 1.0
        quiet_intensity(i, year_of_birthday(i, now, calendar), person, status, flows)
        for way in range(flows.open_to.size):
            to = flows.ways[state, way]
            if to < 0:
                break
            if to == _EMPLOYED:
                rate[state] += flows.open_to[way] * able[f.health[i], person.barrier[i]]


class Reference(NamedTuple):
    """What the first week is expected to be like."""

    vacancies: NDArray[np.float64]  # (d,)
    seekers: NDArray[np.float64]  # (d,)
    quiet_rate: NDArray[np.float64]  # (states,) a week, of people whom the jobcentre does not follow

    @property
    def market(self) -> Market:
        """Vacancies and effective seekers."""
        return Market(self.vacancies, self.seekers)


def expected_seekers(world: World, r: MatchingRules, quiet_rate: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the effective seekers of the first week by residence (m,), as expected and not as drawn.

    The country's mean hazard of a state times how many live on it, and what the municipality adds.
    """
    stock, hazard = world.tally.stock, world.this_week.hazard
    found, people = np.zeros(len(STATES)), np.zeros(len(STATES))
    _by_state(world.clients.settled, hazard, r.local, found, people)
    mean = np.divide(found, people, out=np.zeros_like(found), where=people > 0.0)
    searching = times_column(stock[:, : len(STATES)].astype(np.float64), mean)
    return np.asarray(r.local * searching + quiet_seekers(world, r, quiet_rate))


def quiet_seekers(world: World, r: MatchingRules, quiet_rate: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return effective seekers whom the jobcentre does not follow by residence (m,).

    Who holds a job is not among them: whoever changes jobs leaves one.
    """
    competing = [state for state in _SEEKING_QUIETLY if not (r.chain and state == State.EMPLOYED)]
    return np.asarray(times_column(world.tally.stock[:, competing].astype(np.float64), quiet_rate[competing]))


def _reference(world: World, r: MatchingRules) -> Reference:
    """What is expected of the first week."""
    person, status, on_file, calendar = world.people
    rate, people = np.zeros(len(STATES)), np.zeros(len(STATES))
    _quiet_rates(world.now, person, status, on_file, calendar, world.flows, r.able, rate, people)
    quiet_rate = rate / np.maximum(people, 1.0)
    holds = np.bincount(person.municipality[status.employer >= 0], minlength=len(world.codes))
    seekers = expected_seekers(world, r, quiet_rate)
    return Reference(
        r.vacancy_rate * row_times(holds.astype(np.float64), world.commuting),
        row_times(seekers, world.commuting),
        quiet_rate,
    )


@act(
    "displacement",
    writes=(
        "this_week.tightness",
        "this_week.ease",
        "this_week.look_by",
        "this_week.clients_look_by",
        "this_week.finding",
        "this_week.finding_clients",
        "flows.open_to",
        f"memory.{_MEMORY}",
        "tally.vacancy_weeks",
        "tally.tightness_weeks",
    ),
    always=True,
)
def measure_tightness(world: World, r: MatchingRules) -> None:
    """Tightness of the week, where seekers look, and the chances of a job that follow."""
    week, tally, m = world.this_week, world.tally, len(world.codes)
    commuting, by_clients = world.commuting, week.searching
    wide = where_clients_look(commuting, r.look)
    if _MEMORY not in world.memory:
        world.memory[_MEMORY] = _reference(world, r)
    reference: Reference = world.memory[_MEMORY]
    expected = reference.market
    seekers = row_times(by_clients + quiet_seekers(world, r, reference.quiet_rate), commuting)
    if wide is not commuting:
        seekers += row_times(by_clients, wide - commuting)
    open_jobs = by_municipality(world.employers.vacancies, world.employers)
    now = Market(open_jobs.astype(np.float64), seekers)
    where = now.vacancies / np.maximum(expected.vacancies, _NOTHING) if r.compete else np.ones(m)
    week.look_by, week.clients_look_by = commuting * where, wide * where
    real = without_luck(commuting, expected.vacancies, r.local_spread, world.scale)
    relative = relative_tightness(commuting, now, expected, real) if r.compete else np.ones(m)
    of_clients = relative
    if wide is not commuting and r.compete:
        of_clients = relative_tightness(wide, now, expected, real)
    week.finding, week.finding_clients = job_finding_factor(relative, r), job_finding_factor(of_clients, r)
    week.ease = ease_at_work(relative, commuting, tally.stock[:, State.EMPLOYED].astype(np.float64))
    week.tightness = times_column(commuting, now.vacancies) / np.maximum(
        times_column(commuting, seekers), _NOTHING
    )
    tally.vacancy_weeks[:] += open_jobs
    tally.tightness_weeks[:] += week.tightness


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
        rows = np.cumsum(weights / np.maximum(weights.sum(axis=1, keepdims=True), _NOTHING), axis=1)
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
        equation="lambda = (tightness of the commuting area, relative)^(1-eta)",
        evidence="E01, E07, E08",
        when_off="tightness is constant and a job appears for whoever is hired",
        rules=rules,
    ),
    Mechanism(
        name="vacancy_chain",
        label="Who changes jobs leaves a vacancy behind",
        label_da="Den, der skifter job, efterlader en ledig stilling",
        equation="effective seekers without the employed",
        evidence="accounting: a job that is left is advertised",
        when_off="who has a job competes for vacancies as somebody without one does",
        rules=rules,
    ),
)
