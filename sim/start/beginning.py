"""The first week: people, jobs and jobcentres of Denmark at the start of a run."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import data
from sim.calendar import WHOLE_WEEKS_A_YEAR
from sim.engine.compiled import kernel
from sim.engine.draws import Key, Purpose, normals
from sim.law import Decisions, Law
from sim.lookup import IS_QUIET
from sim.mechanisms.transition import schedule
from sim.outcomes.ledger import new_ledger
from sim.outcomes.tally import MoveTally, SpellLog, new_spell_log, new_tally, part_of
from sim.parameters import Resolved
from sim.rules.flows import (
    ASSISTANCE,
    FlowAges,
    QuietFlows,
    RiskProfile,
    coming_to_assistance,
    factors,
    rates_in_force,
    ways_of,
)
from sim.rules.focus_targets import first_coverage
from sim.rules.illness import illness_risks
from sim.rules.places import local_exits, local_inflow
from sim.rules.staff import caseworkers_fte, staff_left
from sim.start.first_people import HAS_JOB, FirstPeople, first_people
from sim.start.jobcentres import create_caseworkers, workload_by_group
from sim.start.levels import Levels, begun
from sim.start.open_programmes import first_programmes, open_first_programmes
from sim.start.origin import draw_origins, origins
from sim.start.population import dagpenge_periods, draw_population, first_clients
from sim.start.starting_stocks import sharing_keys, stocks_by_municipality, whole_persons
from sim.start.strategies import draw_strategies
from sim.start.workplaces import (
    WorkplaceRules,
    create_employers,
    open_first_vacancies,
    place_workers,
    size_ladder,
)
from sim.states import N_STATES, ROWS, State, states_with
from sim.vocabulary import PROGRAMMES
from sim.world.caseworkers import Caseworkers
from sim.world.clock import Now
from sim.world.employers import Employers
from sim.world.geography import commuting_table
from sim.world.municipalities import Municipality
from sim.world.payroll import count_payroll, new_payroll
from sim.world.people import Calendar, People, Person, Status, by_birth_week
from sim.world.world import ThisWeek, World

#: Spells kept for the spell table: room, and share of persons so that a national run fits in it.
SPELL_ROOM = 400_000
#: Expected spells (benefits, courses, unemployment) a simulated person and week: sets the sampling share.
_SPELLS_A_PERSON_WEEK = 0.006
#: How far the log is filled when that many spells come.
_FILLED = 0.8
_LABOUR_FORCE = states_with("labour_force")
#: Benefits that the law gives who comes to assistance.
_ASSISTANCE = (
    State.KONTANTHJAELP_JOB_READY,
    State.KONTANTHJAELP_ACTIVITY_READY,
    State.UDDANNELSESHJAELP,
)


def begin(
    law: Law,
    codes: NDArray[np.int64],
    scale: float,
    weeks: int,
    now: Now,
    model: object,
    levels: Levels | None = None,
    records: FirstPeople | None = None,
) -> tuple[World, NDArray[np.float64]]:
    """Return the first week's world, and the labour force that it does not hold as states (m,) at scale 1.

    Parameters
    ----------
    law
        Without the reform; its decisions are not looked at.
    codes
        Municipalities (m,).
    scale
        Share of the population.
    weeks
        How long the run is: decides the share of persons whose spells are logged.
    model
        The Mesa model that municipalities are agents of.
    levels
        The stocks of the month in which the run begins; None: those of ``population.stock``.
    records
        Who is in each state; None: the shipped records.
    """
    r, m = law.country, len(codes)
    table = data.municipalities()
    records = first_people() if records is None else records
    stocks, stretch = _first_stocks(r, table, levels, records)
    counts = whole_persons(stocks, scale, codes)
    people, record = draw_population(counts, codes, now.year, now.key, records, stretch, dagpenge_periods(r))
    draw_origins(people, now.year, now.key, origins(r, table))
    n = len(people.person.key)
    holds = records.columns[HAS_JOB][record] == 1
    held = counts @ records.with_job()
    employers, commuting = _employers(held, holds, table, r, codes, scale, now.key, people)
    ratio, effectiveness = _unemployment_ratio(table), _effectiveness(table)
    tally = new_tally(m, n)
    tally.stock[:] = counts
    flows = quiet_flows(r, stocks, ratio, effectiveness)
    payroll = new_payroll(m * law.arms, weeks)
    count_payroll(people.person, people.status, payroll)
    before = now._replace(week=now.week - 1)
    draw_first_transitions(before, people.person, people.status, people.calendar, flows)
    clients = first_clients(people, record, records)
    ladder = size_ladder(employers)
    if law.on("programmes"):
        programmes = first_programmes(law, employers.willing_share)
        open_first_programmes(now, clients.settled, employers, ladder, programmes)
    mark_present(people.person.municipality, people.status.state, part_of(tally, MoveTally))
    load = workload_by_group(stocks, r.vector("staffing.workload_weight")).sum(axis=1)
    caseworkers = _caseworkers(stocks, records.ready(), codes, r, scale, now.key, law.arms)
    world = World(
        codes=codes,
        scale=scale,
        now=now,
        people=people,
        clients=clients,
        caseworkers=caseworkers,
        employers=employers,
        municipalities=_municipalities(model, codes, load / load.sum(), staff_left(r)),
        commuting=commuting,
        size_ladder=ladder,
        flows=flows,
        payroll=payroll,
        tally=tally,
        log=_spell_log(n * weeks),
        ledger=new_ledger(m),
        decisions=_first_decisions(r, codes, now.key, employers, ratio, effectiveness),
        birthdays=by_birth_week(people.calendar.birth_week),
        start_states=people.status.state.copy(),
        support_at_start=np.zeros(m),
        full_minutes=caseworkers.minutes.copy(),
        this_week=ThisWeek.empty(m, len(PROGRAMMES)),
    )
    world.support_at_start = world.support_share()
    return world, _labour_force_outside(stocks, table)


def _first_stocks(
    r: Resolved, table: pd.DataFrame, levels: Levels | None, records: FirstPeople
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """Return persons by municipality and state at scale 1 (m, states), and how much longer spells are."""
    usual, least = r.vector("population.stock"), r.scalar("population.least_residual_share")
    if levels is None:
        return stocks_by_municipality(table, usual, least), None
    begins = begun(
        levels,
        table,
        sharing_keys(table),
        usual,
        r.scalar("population.ready_on_integration_benefit"),
        records.weeks(),
        WHOLE_WEEKS_A_YEAR,
        r.scalar("population.most_long_term_ratio"),
    )
    stocks = stocks_by_municipality(table, begins.national, least, begins.stocks)
    return stocks, begins.stretch


def _municipalities(
    model: object, codes: NDArray[np.int64], shares: NDArray[np.float64], began: float
) -> list[Municipality]:
    """The municipalities as agents, with their parts of the country's spending on the effort."""
    names, parts = data.municipality_names(), shares.tolist()
    return [
        Municipality(model, int(code), names[int(code)], at, parts[at], began)
        for at, code in enumerate(codes)
    ]


def _first_decisions(
    r: Resolved,
    codes: NDArray[np.int64],
    key: Key,
    e: Employers,
    ratio: NDArray[np.float64],
    effectiveness: NDArray[np.float64],
) -> Decisions:
    """What municipalities have decided before the first week."""
    m = len(codes)
    return Decisions(
        *draw_strategies(
            codes,
            r["municipality.strategy_share"],
            r["municipality.reaction"],
            r["municipality.largest_reaction"],
            key,
        ),
        np.zeros(m, np.bool_),
        e.willing_share,
        _strictness(codes, key, r),
        ratio,
        effectiveness,
        first_coverage(r),
    )


def _caseworkers(
    stocks: NDArray[np.float64],
    ready: NDArray[np.float64],
    codes: NDArray[np.int64],
    r: Resolved,
    scale: float,
    key: Key,
    arms: int,
) -> Caseworkers:
    """Caseworkers of the country; ``ready`` (states,) is the share ready for work or education."""
    fte = caseworkers_fte(r)
    minutes = r.scalar("casework.hours_a_week") * 60.0
    weights, spread = r.vector("staffing.workload_weight"), r.scalar("casework.skill_spread")
    return create_caseworkers(stocks, codes, weights, ready, fte, minutes, scale, key, spread, arms)


def _spell_log(person_weeks: int) -> SpellLog:
    """A log that a run of so many person-weeks fills to four fifths at most."""
    expected = person_weeks * _SPELLS_A_PERSON_WEEK
    return new_spell_log(SPELL_ROOM, min(1.0, _FILLED * SPELL_ROOM / expected))


def _labour_force_outside(stocks: NDArray[np.float64], table: pd.DataFrame) -> NDArray[np.float64]:
    """Persons of the labour force whom the model does not hold as states (m,), at scale 1."""
    force = table["labour_force_2024_derived"].to_numpy(np.float64)
    held = stocks[:, _LABOUR_FORCE].sum(axis=1)
    return np.asarray(np.maximum(force - held, 0.0))


def _employers(
    held: NDArray[np.float64],
    holds: NDArray[np.bool_],
    table: pd.DataFrame,
    r: Resolved,
    codes: NDArray[np.int64],
    scale: float,
    key: Key,
    people: People,
) -> tuple[Employers, NDArray[np.float64]]:
    """Workplaces, with all who hold a job (``holds``, n) placed along the commuting table (``held``, m)."""
    rules = WorkplaceRules(
        r.scalar("employers.mean_size"),
        r.scalar("employers.size_spread"),
        r.vector("employers.industry_share"),
        r.scalar("employers.willing_share"),
        r.scalar("employers.willing_by_size"),
        r.vector("employers.willing_by_industry"),
        r.scalar("employers.unwilling_says_yes"),
        r.scalar("employers.usual_fill_weeks"),
        r.scalar("employers.vacancy_rate"),
    )
    jobs = table["jobs_workplace_2022"].to_numpy(np.float64)
    commuting = commuting_table(held, jobs, r.scalar("geography.commuting_decay_km"))
    employers = create_employers(commuting.sum(axis=0), codes, scale, key, rules)
    place_workers(people, holds, employers, codes, commuting, key, rules)
    open_first_vacancies(employers, key, rules.vacancy_rate)
    return employers, commuting / commuting.sum(axis=1, keepdims=True)


def _unemployment_ratio(table: pd.DataFrame) -> NDArray[np.float64]:
    """Gross unemployment of each municipality over the country's, 2024: the year a run begins in."""
    pct = table["gross_unemployment_pct_2024"].to_numpy(np.float64)
    force = table["labour_force_2024_derived"].to_numpy(np.float64)
    return np.asarray(pct / ((pct * force).sum() / force.sum()))


def _effectiveness(table: pd.DataFrame) -> NDArray[np.float64]:
    """Recipients of dagpenge over what the ministry's benchmark of 2022 expects (m,), 1 in the country."""
    actual = table["bm_actual_dagpenge_2022"].to_numpy(np.float64)
    expected = table["bm_expected_dagpenge_2022"].to_numpy(np.float64)
    known = (actual > 0) & (expected > 0)
    country = actual[known].sum() / expected[known].sum()
    return np.where(known, np.where(known, actual, 1.0) / np.where(known, expected, 1.0) / country, 1.0)


def _strictness(codes: NDArray[np.int64], key: Key, r: Resolved) -> NDArray[np.float64]:
    """How readily each municipality sanctions (m,), log-normal with mean one (P38)."""
    spread = r.scalar("sanctions.municipal_spread")
    z = normals(key, int(Purpose.STRICTNESS), codes.astype(np.uint32), 0)
    return np.asarray(np.exp(spread * z - 0.5 * spread**2))


def country_rates(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rates (from, to) of the country: the common ones, else the mean of ``rates`` (m, from, to)."""
    return np.where((rates == rates[:1]).all(axis=0), rates[0], rates.mean(axis=0))


def quiet_flows(
    r: Resolved,
    stocks: NDArray[np.float64],
    ratio: NDArray[np.float64],
    effectiveness: NDArray[np.float64],
) -> QuietFlows:
    """Rates and how municipalities differ: inflows follow what is known of each municipality's stocks."""
    m = len(stocks)
    inflow = np.ones((m, N_STATES))
    workers = stocks[:, State.EMPLOYED] / stocks[:, State.EMPLOYED].sum()
    inflow[:, State.DAGPENGE] = local_inflow(r, ratio, effectiveness)
    everybody = stocks.sum(axis=1) / stocks.sum()
    for state, row in enumerate(ROWS):
        if row.inflow_by and stocks[:, state].any():
            base = workers if row.inflow_by == "workers" else everybody
            inflow[:, state] = stocks[:, state] / stocks[:, state].sum() / base
    by_exits = np.ones((m, len(_ASSISTANCE)))
    by_exits[:, _ASSISTANCE.index(State.KONTANTHJAELP_JOB_READY)] = np.exp(
        local_exits(r, ratio, effectiveness)
    )
    on_assistance = (stocks[:, _ASSISTANCE] * by_exits).sum(axis=1) / stocks[:, _ASSISTANCE].sum()
    inflow[:, ASSISTANCE] = on_assistance / everybody
    rate = country_rates(rates_in_force(r))
    ways = ways_of(rate)
    return QuietFlows(
        rate=rate,
        inflow=inflow,
        now=np.ones((m, N_STATES, N_STATES)),
        ways=ways,
        factor=factors(ways, _risk_profile(r)),
        open_to=np.zeros(ways.shape[1]),
        job_loss_employability=r.scalar("separations.job_loss_employability"),
        illness=illness_risks(r),
        settled=1.0 / r.scalar("separations.job_loss_first_year"),
        to_assistance=coming_to_assistance(r),
    )


def _risk_profile(r: Resolved) -> RiskProfile:
    """On whom quiet flows fall."""
    return RiskProfile(
        job_loss_uninsured=r.scalar("separations.job_loss_uninsured"),
        job_loss_under_30=r.scalar("separations.job_loss_under_30"),
        job_loss_over_55=r.scalar("separations.job_loss_over_55"),
        illness=illness_risks(r),
        job_change_under_30=r.scalar("separations.job_change_under_30"),
        job_change_over_50=r.scalar("separations.job_change_over_50"),
        leave_women=r.scalar("separations.leave_women"),
        studies_end_at_18=r.scalar("separations.studies_end_at_18"),
        studies_end_a_year=r.scalar("separations.studies_end_a_year"),
        studies_end_most=r.scalar("separations.studies_end_most"),
        youth_barrier=r.scalar("separations.youth_assistance_barrier"),
        assistance_barrier=r.scalar("separations.assistance_barrier"),
        integration_barrier=r.scalar("separations.integration_barrier"),
        ages=_flow_ages(r),
    )


def _flow_ages(r: Resolved) -> FlowAges:
    """Ages at which risks begin and end, in force."""
    return FlowAges(
        adult=round(r.scalar("separations.adult_from_age")),
        assistance=round(r.scalar("benefits.adult_from_age")),
        education_from_work=round(r.scalar("separations.education_from_work_under_age")),
        education_from_outside=round(r.scalar("separations.education_from_outside_under_age")),
        dagpenge=round(r.scalar("separations.dagpenge_from_age")),
        leave_from=round(r.scalar("separations.leave_from_age")),
        leave_under=round(r.scalar("separations.leave_under_age")),
    )


@kernel
def draw_first_transitions(
    now: Now, person: Person, status: Status, calendar: Calendar, flows: QuietFlows
) -> None:
    """Schedule the first transition of everybody whom the jobcentre does not follow."""
    for i in range(status.state.size):
        if IS_QUIET[status.state[i]]:
            schedule(i, now, person, status, calendar, flows)


@kernel
def mark_present(municipality: NDArray[np.int16], state: NDArray[np.uint8], tally: MoveTally) -> None:
    """Count everybody as seen in their present state at the beginning of a year."""
    for i in range(state.size):
        tally.seen[i] = np.uint32(1) << np.uint32(state[i])
        tally.touched[municipality[i], state[i]] += 1
