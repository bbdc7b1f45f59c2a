"""The first week: people, jobs and jobcentres of Denmark at the start of a run."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import data
from sim.engine.compiled import kernel
from sim.engine.draws import Key, Purpose, normals
from sim.law.profiles import local_exits, local_inflow, shift_profile
from sim.mechanisms.flows import QuietFlows, rate_table
from sim.mechanisms.separations import IS_QUIET
from sim.mechanisms.transition import Mover, Now, TransitionRules, draw_quiet_event
from sim.outcomes.tally import MoveTally, SpellLog, Tally, new_spell_log, new_tally, part_of
from sim.parameters import ParameterSet, Resolved
from sim.states import N_STATES, State
from sim.world.caseworkers import Caseworkers
from sim.world.citizens import Calendar, Citizens, Person, Status
from sim.world.employers import Employers
from sim.world.geography import commuting_table
from sim.world.jobcentres import create_caseworkers, workload_by_group
from sim.world.open_cases import open_first_cases
from sim.world.payroll import count_payroll, new_payroll
from sim.world.population import draw_population, traits
from sim.world.starting_stocks import stocks_by_municipality, whole_persons
from sim.world.workplaces import WorkplaceRules, create_employers, open_first_vacancies, place_workers

#: Spells kept for the spell table: room, and share of persons so that a national run fits in it.
SPELL_ROOM = 400_000
#: Expected spells (benefits, courses, unemployment) a simulated person and week: sets the sampling share.
_SPELLS_A_PERSON_WEEK = 0.006
_LABOUR_FORCE = (
    State.EMPLOYED,
    State.DAGPENGE,
    State.KONTANTHJAELP_JOB_READY,
    State.FLEKSJOB,
    State.LEAVE,
)


class Beginning(NamedTuple):
    """What a run starts from."""

    citizens: Citizens
    employers: Employers
    mover: Mover
    tally: Tally
    caseworkers: Caseworkers
    commuting: NDArray[np.float64]  # (m, d), rows sum to one
    spending_share: NDArray[np.float64]  # (m,)
    labour_force_outside: NDArray[np.float64]  # (m,) at scale 1
    strictness: NDArray[np.float64]  # (m,)
    unemployment_ratio: NDArray[np.float64]  # (m,) relative to the country
    effectiveness: NDArray[np.float64]  # (m,) recipients of dagpenge, actual over expected


def begin(
    parameters: ParameterSet,
    r: Resolved,
    rules: TransitionRules,
    codes: NDArray[np.int64],
    scale: float,
    weeks: int,
    worlds: int,
    now: Now,
) -> Beginning:
    """Draw the world of the first week.

    ``r`` are the parameters in force without the reform, ``codes`` (m,) the municipalities, ``scale`` the
    share of the population, ``weeks`` how long the run is (it decides the share of persons whose spells are
    logged), ``worlds`` how many sets of rules persons can be under (1 without a trial).
    """
    table = data.municipalities()
    stocks = stocks_by_municipality(table, r.vector("population.stock"))
    counts = whole_persons(stocks, scale)
    citizens = draw_population(counts, codes, now.year, now.key, traits(r))
    employers, commuting = _employers(counts, table, r, codes, now.key, citizens)
    ratio, effectiveness = _unemployment_ratio(table), _effectiveness(table)
    tally = new_tally(len(codes), len(citizens.person.key))
    tally.stock[:] = counts
    flows = quiet_flows(parameters, r, stocks, ratio, effectiveness)
    log = _spell_log(len(citizens.person.key) * weeks)
    counted = part_of(tally, MoveTally)
    payroll = new_payroll(len(codes) * worlds, weeks)
    mover = Mover(*citizens, employers.filled, employers.vacancies, flows, rules, counted, log, payroll)
    count_payroll(citizens.person, citizens.status, payroll)
    before = now._replace(week=now.week - 1)
    draw_first_events(before, citizens.person, citizens.status, citizens.calendar, flows)
    person, status, contact = citizens.person, citizens.status, citizens.contact
    open_first_cases(now, person, status, contact, shift_profile(r), flows.rate, _clarification_weeks(r))
    mark_present(citizens.person.municipality, citizens.status.state, counted)
    load = workload_by_group(stocks, r.vector("staffing.workload_weight")).sum(axis=1)
    return Beginning(
        citizens,
        employers,
        mover,
        tally,
        _caseworkers(stocks, r, scale, now.key),
        commuting,
        load / load.sum(),
        _labour_force_outside(stocks, table),
        _strictness(codes, now.key, r),
        ratio,
        effectiveness,
    )


def _caseworkers(stocks: NDArray[np.float64], r: Resolved, scale: float, key: Key) -> Caseworkers:
    """Caseworkers of the country at the run's scale."""
    fte = r.scalar("staffing.jobcentre_staff_fte") * r.scalar("staffing.caseworker_share")
    minutes = r.scalar("casework.hours_a_week") * 60.0
    weights, spread = r.vector("staffing.workload_weight"), r.scalar("casework.skill_spread")
    return create_caseworkers(stocks, weights, fte, minutes, scale, key, spread)


def _clarification_weeks(r: Resolved) -> NDArray[np.float64]:
    """Weeks from the opening of a clarification to its decision (m,), without queues."""
    team = r["clarification.rehabilitation_team_required"] > 0.5
    return np.asarray(
        r["clarification.preparation_weeks"] + np.where(team, r["clarification.team_weeks"], 0.0)
    )


def _spell_log(person_weeks: int) -> SpellLog:
    """A log that a run of so many person-weeks fills to four fifths at most."""
    expected = person_weeks * _SPELLS_A_PERSON_WEEK
    return new_spell_log(SPELL_ROOM, min(1.0, 0.8 * SPELL_ROOM / expected))


def _labour_force_outside(stocks: NDArray[np.float64], table: pd.DataFrame) -> NDArray[np.float64]:
    """Persons of the labour force whom the model does not hold as states (m,), at scale 1."""
    force = table["labour_force_2024_derived"].to_numpy(np.float64)
    held = stocks[:, list(_LABOUR_FORCE)].sum(axis=1)
    return np.asarray(np.maximum(force - held, 0.0))


def _employers(
    counts: NDArray[np.int64],
    table: pd.DataFrame,
    r: Resolved,
    codes: NDArray[np.int64],
    key: Key,
    citizens: Citizens,
) -> tuple[Employers, NDArray[np.float64]]:
    """Workplaces with workers placed along the commuting table."""
    rules = WorkplaceRules(
        r.scalar("employers.mean_size"),
        r.scalar("employers.size_spread"),
        r.vector("employers.industry_share"),
        r.scalar("employers.willing_share"),
        r.scalar("employers.vacancy_rate"),
        r.scalar("population.share_sick_with_job"),
        r.scalar("population.share_leave_with_job"),
    )
    jobs = table["jobs_workplace_2022"].to_numpy(np.float64)
    held = counts[:, State.EMPLOYED] + rules.sick_with_job * counts[:, State.SYGEDAGPENGE]
    held = held + rules.leave_with_job * counts[:, State.LEAVE]
    commuting = commuting_table(held.astype(np.float64), jobs, r.scalar("geography.commuting_decay_km"))
    employers = create_employers(commuting.sum(axis=0), codes, key, rules)
    place_workers(citizens, employers, commuting, key, rules)
    open_first_vacancies(employers, key, rules.vacancy_rate)
    return employers, commuting / commuting.sum(axis=1, keepdims=True)


def _unemployment_ratio(table: pd.DataFrame) -> NDArray[np.float64]:
    """Gross unemployment of each municipality over the country's (2022-23)."""
    sums = table["gross_unemployment_pct_2022"] + table["gross_unemployment_pct_2023"]
    pct = sums.to_numpy(np.float64) / 2
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
    z = normals(key, int(Purpose.SANCTION), codes.astype(np.uint32), 3_000_000)
    return np.asarray(np.exp(spread * z - 0.5 * spread**2))


def flow_rates(parameters: ParameterSet, r: Resolved) -> NDArray[np.float64]:
    """Weekly rates (w, from, to) of all ``flows.*`` parameters; none to revalidering once abolished."""
    rates = rate_table({name: r[name] for name in parameters.names if name.startswith("flows.")})
    rates[:, :, State.REVALIDERING] *= r["clarification.revalidering_open"][:, None]
    return rates


def country_rates(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rates (from, to) of the country: the common ones, else the mean of ``rates`` (m, from, to)."""
    return np.where((rates == rates[:1]).all(axis=0), rates[0], rates.mean(axis=0))


def quiet_flows(
    parameters: ParameterSet,
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
    for state in (
        State.SYGEDAGPENGE,
        State.KONTANTHJAELP_JOB_READY,
        State.KONTANTHJAELP_ACTIVITY_READY,
        State.UDDANNELSESHJAELP,
        State.INTEGRATION_BENEFIT,
    ):
        base = workers if state == State.SYGEDAGPENGE else stocks.sum(axis=1) / stocks.sum()
        inflow[:, state] = stocks[:, state] / stocks[:, state].sum() / base
    inflow[:, State.KONTANTHJAELP_JOB_READY] *= np.exp(local_exits(r, ratio, effectiveness))
    return QuietFlows(
        rate=country_rates(flow_rates(parameters, r)),
        inflow=inflow,
        now=np.ones((m, N_STATES, N_STATES)),
        open_to=np.zeros(N_STATES),
        job_loss_employability=r.scalar("separations.job_loss_employability"),
        settled=1.0 / r.scalar("separations.job_loss_first_year"),
        job_loss_uninsured=r.scalar("separations.job_loss_uninsured"),
        job_loss_under_30=r.scalar("separations.job_loss_under_30"),
        job_loss_over_55=r.scalar("separations.job_loss_over_55"),
        sickness_barrier=r.vector("separations.sickness_by_barrier"),
        job_change_under_30=r.scalar("separations.job_change_under_30"),
        job_change_over_50=r.scalar("separations.job_change_over_50"),
        sickness_at_20=r.scalar("separations.sickness_at_20"),
        sickness_a_year=r.scalar("separations.sickness_a_year"),
        sickness_women=r.scalar("separations.sickness_women"),
        leave_women=r.scalar("separations.leave_women"),
        studies_end_at_18=r.scalar("separations.studies_end_at_18"),
        studies_end_a_year=r.scalar("separations.studies_end_a_year"),
        studies_end_most=r.scalar("separations.studies_end_most"),
        youth_barrier=r.scalar("separations.youth_assistance_barrier"),
        job_ready_barrier=r.scalar("separations.job_ready_barrier"),
        activity_ready_barrier=r.scalar("separations.activity_ready_barrier"),
        pension_barrier=r.vector("separations.pension_by_barrier").copy(),
    )


@kernel
def draw_first_events(
    now: Now, person: Person, status: Status, calendar: Calendar, flows: QuietFlows
) -> None:
    """Draw when each quiet spell of the first week will end."""
    for i in range(status.state.size):
        if IS_QUIET[status.state[i]]:
            draw_quiet_event(i, now, person, status, calendar, flows)


@kernel
def mark_present(municipality: NDArray[np.int16], state: NDArray[np.uint8], tally: MoveTally) -> None:
    """Count everybody as seen in their present state at the beginning of a year."""
    for i in range(state.size):
        tally.seen[i] = np.uint32(1) << np.uint32(state[i])
        tally.touched[municipality[i], state[i]] += 1
