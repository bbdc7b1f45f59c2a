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

W is the commuting gravity of :mod:`sim.world.geography`.  Which vacancy somebody applies for, whom the
workplace takes and by which channel they meet: :mod:`sim.mechanisms.hiring`.  One more hire is one vacancy
less for the others: displacement is not assumed, it happens.  Switch: ``displacement`` holds lambda at 1 and
lets jobs appear.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel
from sim.engine.draws import Purpose, exponential
from sim.engine.order import first_come
from sim.engine.sums import row_times, times_column
from sim.law import Law
from sim.lookup import flags
from sim.mechanism import Mechanism, act
from sim.mechanisms.hiring import (
    NAMED,
    PURPOSES,
    HiringRules,
    Lists,
    Seekers,
    Vacant,
    choose,
    fill,
    hiring_rules,
    list_vacancies,
    name_candidates,
)
from sim.mechanisms.job_hazard.employer_service import LookRules, look_rules, where_clients_look
from sim.mechanisms.transition import year_of_birthday
from sim.mechanisms.vacancies import by_municipality
from sim.rules.flows import QuietFlows, quiet_intensity
from sim.rules.luck import told
from sim.rules.places import local_exits
from sim.states import NOBODY, STATES, TEAM_OF_STATE, State, states_with
from sim.vocabulary import TARGET_GROUPS
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.moves import Moves, all_to
from sim.world.people import Calendar, OnFile, Person, Status
from sim.world.world import World

_MATCH = int(Purpose.MATCH)
_SEEKING_QUIETLY = states_with("seeks_quietly")
_SEEKS_QUIETLY, _EMPLOYED = flags("seeks_quietly"), int(State.EMPLOYED)
#: Team of the clients of a state; the first where there are none.
_TEAM = np.array([TEAM_OF_STATE.get(state, 0) for state in State])
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
    hiring: HiringRules


def rules(law: Law) -> MatchingRules:
    """Return the rules in force."""
    r = law.country
    return MatchingRules(
        seeker_elasticity=r.scalar("matching.seeker_elasticity"),
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
        hiring=hiring_rules(law),
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
def _by_team(
    k: Clients,
    hazard: NDArray[np.float64],
    local: NDArray[np.float64],
    found: NDArray[np.float64],
    people: NDArray[np.float64],
) -> None:
    """Add up clients' hazards by team (g,), and what their municipalities would add for one of each."""
    for i in range(k.id.size):
        if k.state[i] != NOBODY:
            found[_TEAM[k.state[i]]] += hazard[i]
            people[_TEAM[k.state[i]]] += local[k.person.municipality[i]]


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

    The country's mean hazard of the clients of a team times how many there are, and what the municipality
    adds.  By team, not by benefit: two benefits with the same rules count as one.
    """
    hazard, found, people = world.this_week.hazard, np.zeros(len(TARGET_GROUPS)), np.zeros(len(TARGET_GROUPS))
    _by_team(world.clients.settled, hazard, r.local, found, people)
    mean = np.divide(found, people, out=np.zeros_like(found), where=people > 0.0)
    clients = np.zeros((len(world.codes), len(TARGET_GROUPS)))
    for state, team in TEAM_OF_STATE.items():
        clients[:, team] += world.tally.stock[:, state]
    searching = times_column(clients, mean)
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
        "tally.filled_weeks",
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
    tally.filled_weeks[:] += by_municipality(world.employers.filled, world.employers)
    tally.tightness_weeks[:] += week.tightness


def _name(world: World, found: NDArray[np.int32], r: MatchingRules) -> NDArray[np.uint8]:
    """Name candidates in place of some who were ``found`` (n,); return who is busy (clients,)."""
    k, m = world.clients.settled, len(world.codes)
    begin = np.searchsorted(k.person.municipality, np.arange(m + 1)).astype(np.int64)
    lists = Lists(begin, world.this_week.hazard, np.zeros(k.id.size, np.uint8), np.zeros(m))
    name_candidates(world.now, found, world.people.calendar, k, world.caseworkers, lists, r.hiring)
    world.memory[NAMED] = lists.a_kasse
    return lists.busy


@act(
    "matching",
    writes=(
        "employers.filled",
        "employers.vacancies",
        "employers.opened",
        "employers.waited",
        "employers.fill_weeks",
        "employers.recruited",
        "employers.weeks_open",
        "employers.hired_by",
        "employers.experience",
        "clients.to_offer",
        "status.employer",
        "person.industry",
        "tally.hires",
        "tally.recruited",
        "tally.weeks_open",
        "caseworkers.backlog_task",
        f"memory.{NAMED}",
    ),
    purposes=(Purpose.MATCH, *PURPOSES),
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
    e, cw, d = world.employers, world.caseworkers, len(world.codes)
    vacant = Vacant.room(int(e.vacancies.sum()), d)
    list_vacancies(e, vacant)
    parts = []
    by_code, busy = np.argsort(world.codes), np.zeros(0, np.uint8)
    if r.hiring.named.any():
        busy = _name(world, found, r)
    for who, weights in ((found, week.clients_look_by), (week.applicants, week.look_by)):
        shares = weights / np.maximum(weights.sum(axis=1, keepdims=True), _NOTHING)
        rows = np.cumsum(shares[:, by_code], axis=1)
        parts.append(Seekers.of(who))
        choose(now, parts[-1], rows, by_code, person, calendar, k, cw, e, r.hiring, vacant, busy)
    seekers = Seekers(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    rank = np.argsort(by_code)  # a leaver's job may lie in another municipality: their order counts
    order = first_come(rank[seekers.where], seekers.arrival)
    hired = np.empty(order.size, np.int32)
    by = world.rules["employers_decide"]
    recruited, weeks_open = e.recruited.copy(), e.weeks_open.copy()
    n, _ = fill(now, seekers, order, person, status, e, r.hiring, by, hired, vacant)
    world.tally.recruited[:] += e.recruited - recruited
    world.tally.weeks_open[:] += e.weeks_open - weeks_open
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
