"""Flows between states that are not a jobcentre decision: the table of yearly rates and who they fall on.

A *quiet* state (work, education, outside, leave, flexjob) ends through competing risks.  The intensity of
citizen i is

    r_i = sum over destinations k of  rate[from, k] * inflow[m, k] * factor_i(from, k)      (events a week)

where ``rate`` is a parameter ``flows.<from>_to_<to>`` (per year, divided by 52.18), ``inflow`` carries how
much the municipality differs from the country and ``factor`` who the risk falls on (age, sex, barriers,
latent employability).  ``to`` is a state or *assistance*: which benefit that is, the law says on arrival
(:mod:`sim.rules.entitlement`).  Season, business cycle and tightness multiply single flows week by week;
they are applied when an event comes up (thinning), so that a spell's draw stays the same in both worlds.

Workers fall ill at the person's rate (:mod:`sim.rules.illness`).  Of client states the table holds the few
flows that neither person nor law explains, see :mod:`sim.mechanisms.benefit_shifts`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.rules.illness import IllnessRisk, by_employability, illness_factor
from sim.states import N_STATES, STATES, State
from sim.vocabulary import BARRIERS, Education
from sim.world.people import Person, Status

if TYPE_CHECKING:
    from sim.parameters import Resolved

_EMPLOYED, _DAGPENGE, _SICK = int(State.EMPLOYED), int(State.DAGPENGE), int(State.SYGEDAGPENGE)
_EDUCATION = int(State.EDUCATION)
_BASIC = int(Education.BASIC)
_OUTSIDE, _LEAVE, _INTEGRATION = int(State.OUTSIDE), int(State.LEAVE), int(State.INTEGRATION_BENEFIT)
#: Where the tables of flows hold those to assistance as such.
ASSISTANCE = State.KONTANTHJAELP_JOB_READY
_ASSISTANCE = int(ASSISTANCE)

#: No week multiplies a flow by more than this (a season of 1.93 in a recession of 1.5 fits).  The bound of
#: the thinning is the same in all weeks and worlds: a reform does not change when unaffected people's events
#: come up.
LARGEST_MULTIPLIER = 3.0
#: Where the bands of age begin and end that parameters are named after (separations.job_loss_under_30 ...):
#: their definition, no size.
_YOUNG, _OLDER_CHANGING, _OLDER_LOSING = 30, 50, 55
#: Age of the first value of a line in age, from the parameter's name: separations.studies_end_at_18.
_STUDIES_END_AT = 18
#: Age beyond which risks are those of this age: nobody on the labour market reaches it.
OLDEST = 90


class FlowAges(NamedTuple):
    """Ages at which risks begin and end."""

    adult: int  # education ends, people come in from outside
    assistance: int  # below it assistance is uddannelseshjælp
    education_from_work: int  # below it people leave a job for education
    education_from_outside: int
    dagpenge: int  # graduates and people outside have it from this age
    leave_from: int  # parental leave
    leave_under: int


class RiskProfile(NamedTuple):
    """On whom quiet flows fall, from the parameters ``separations.*``."""

    job_loss_uninsured: float  # loosely attached workers
    job_loss_under_30: float
    job_loss_over_55: float
    illness: IllnessRisk
    job_change_under_30: float
    job_change_over_50: float
    leave_women: float
    studies_end_at_18: float  # studies end: at 18, growth by year of age, most
    studies_end_a_year: float
    studies_end_most: float
    youth_barrier: float  # assistance after unfinished education: growth by step of barrier
    assistance_barrier: float  # assistance from outside: the same
    integration_barrier: float  # the integration benefit: the same
    ages: FlowAges


class QuietFlows(NamedTuple):
    """Rates and the multipliers of this week; m = municipalities."""

    rate: NDArray[np.float64]  # (from, to): events a week at factor 1
    inflow: NDArray[np.float64]  # (m, to): the municipality relative to the country
    now: NDArray[np.float64]  # (m, from, to): this week's season, cycle and tightness
    ways: NDArray[np.int8]  # (from, n): destinations of a state with a rate, -1 behind the last
    factor: NDArray[np.float64]  # (from, age, sex, barrier, insured, n): whom each of these ways falls on
    open_to: NDArray[np.float64]  # (n,): room for one person's intensities of these
    job_loss_employability: float  # log-slope of job loss in latent employability
    illness: IllnessRisk
    settled: float  # job loss after a year in the job over that of the first year
    to_assistance: NDArray[np.float64]  # (insured, education): who comes to assistance without having worked


def rate_table(values: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the (w, from, to) table of weekly rates from parameters named ``flows.<from>_to_<to>``.

    ``values`` maps full parameter names to yearly rates (w,), w rows of the law.
    """
    table = np.zeros((len(next(iter(values.values()))), N_STATES, N_STATES))
    for name, value in values.items():
        frm, to = name.removeprefix("flows.").split("_to_")
        column = ASSISTANCE if to == "assistance" else STATES.index(to)
        table[:, STATES.index(frm), column] = value / WEEKS_A_YEAR
    return table


def rates_in_force(r: Resolved) -> NDArray[np.float64]:
    """Weekly rates (w, from, to) of all ``flows.*`` parameters; none to revalidering once abolished."""
    rates = rate_table({name: r[name] for name in r.names if name.startswith("flows.")})
    rates[:, State.EMPLOYED, State.SYGEDAGPENGE] = r["health.illness_rate"] / WEEKS_A_YEAR
    rates[:, :, State.REVALIDERING] *= r["clarification.revalidering_open"][:, None]
    return rates


def ways_of(rate: NDArray[np.float64]) -> NDArray[np.int8]:
    """Return the destinations with a rate, by origin (from, n), -1 behind the last; ``rate`` (from, to)."""
    found = [np.flatnonzero(row > 0.0) for row in rate]
    ways = np.full((len(rate), max(map(len, found))), -1, np.int8)
    for row, to in zip(ways, found, strict=True):
        row[: len(to)] = to
    return ways


def coming_to_assistance(r: Resolved) -> NDArray[np.float64]:
    """Return whom assistance without work before it falls on (insured 2, education), 1 for the likeliest.

    The uninsured with basic schooling; the insured and those with more schooling by
    ``separations.assistance_insured`` and ``separations.assistance_educated``, which multiply.  The
    integration benefit comes to all schooling alike.
    """
    table = np.ones((2, len(Education)))
    table[1] *= r.scalar("separations.assistance_insured")
    table[:, Education.BASIC + 1 :] *= r.scalar("separations.assistance_educated")
    return table


@kernel
def _fill_factors(ways: NDArray[np.int8], r: RiskProfile, factor: NDArray[np.float64]) -> None:
    for frm in (_EMPLOYED, _EDUCATION, _OUTSIDE):
        for way in range(ways.shape[1]):
            for age in range(factor.shape[1]):
                for sex in range(factor.shape[2]):
                    for barrier in range(factor.shape[3]):
                        for insured in range(factor.shape[4]):
                            p = _Kind(age, sex, barrier, insured)
                            factor[frm, age, sex, barrier, insured, way] = _factor(frm, ways[frm, way], p, r)


def factors(ways: NDArray[np.int8], r: RiskProfile) -> NDArray[np.float64]:
    """Return how strongly each way out of a state falls on people (from, age, sex, barrier, insured, way).

    1 on average, 0 where the law or age excludes it; ``ways`` as :func:`ways_of` returns them.
    """
    factor = np.ones((len(ways), OLDEST + 1, 2, len(BARRIERS), 2, ways.shape[1]))
    _fill_factors(ways, r, factor)
    return factor


class _Kind(NamedTuple):
    """People who are alike."""

    age: int
    sex: int
    barrier: int
    insured: int


@part
def _factor(frm: int, to: int, p: _Kind, r: RiskProfile) -> float:
    """How strongly a flow falls on people of a kind."""
    if frm == _EMPLOYED:
        return _employed_factor(to, p, r)
    if frm == _EDUCATION:
        return _education_factor(to, p, r)
    return _outside_factor(to, p, r)


@part
def _employed_factor(to: int, p: _Kind, r: RiskProfile) -> float:
    """Who leaves a job, and for what; job loss falls with latent employability besides."""
    if to == _EMPLOYED:
        older = r.job_change_over_50 if p.age >= _OLDER_CHANGING else 1.0
        return r.job_change_under_30 if p.age < _YOUNG else older
    if to == _DAGPENGE:
        older = r.job_loss_over_55 if p.age >= _OLDER_LOSING else 1.0
        by_age = r.job_loss_under_30 if p.age < _YOUNG else older
        return by_age if p.insured else by_age * r.job_loss_uninsured
    if to == _SICK:
        return illness_factor(p.age, p.sex, p.barrier, r.illness)
    if to == _EDUCATION:
        return 1.0 if r.ages.adult <= p.age < r.ages.education_from_work else 0.0
    if to == _LEAVE:
        by_sex = r.leave_women if p.sex else 2.0 - r.leave_women
        return by_sex if r.ages.leave_from <= p.age < r.ages.leave_under else 0.0
    return 1.0


@part
def _education_factor(to: int, p: _Kind, r: RiskProfile) -> float:
    """Who leaves education, and for what: nobody under age; the older the likelier."""
    if p.age < r.ages.adult:
        return 0.0
    older = min(r.studies_end_at_18 + r.studies_end_a_year * (p.age - _STUDIES_END_AT), r.studies_end_most)
    if to == _DAGPENGE:
        return older if p.age >= r.ages.dagpenge else 0.0
    if to == _ASSISTANCE:
        return 1.0 + r.youth_barrier * p.barrier if p.age < r.ages.assistance else 0.0
    return older


@part
def _outside_factor(to: int, p: _Kind, r: RiskProfile) -> float:
    """Who comes in from outside the labour market."""
    adult = p.age >= r.ages.adult
    if to == _EDUCATION:
        return 1.0 if p.age < r.ages.education_from_outside else 0.0
    if to == _ASSISTANCE:
        return 1.0 + r.assistance_barrier * p.barrier if adult else 0.0
    if to == _INTEGRATION:
        return 1.0 + r.integration_barrier * p.barrier if adult else 0.0
    if to == _DAGPENGE:
        return 1.0 if p.insured and p.age >= r.ages.dagpenge else 0.0
    return 1.0 if adult else 0.0


@part
def quiet_intensity(i: int, year: int, person: Person, status: Status, flows: QuietFlows) -> float:
    """Total intensity (events a week at this week's multipliers 1) with which the state ends.

    ``year`` is that of the last birthday (:func:`sim.mechanisms.transition.year_of_birthday`).
    The intensity of each destination is left in ``flows.open_to``.
    """
    frm, m = status.state[i], person.municipality[i]
    age = min(year - person.birth_year[i], OLDEST)
    factor = flows.factor[frm, age, person.sex[i], person.barrier[i], person.insured[i]]
    total = 0.0
    for way in range(flows.open_to.size):
        to = flows.ways[frm, way]
        if to < 0:
            break
        x = factor[way]
        if frm == _EMPLOYED and to == _DAGPENGE:
            x *= math.exp(-flows.job_loss_employability * person.employability[i])
        if frm == _EMPLOYED and to == _SICK:
            x *= by_employability(person.employability[i], flows.illness)
        if frm != _EMPLOYED and to == _ASSISTANCE:
            x *= flows.to_assistance[person.insured[i], person.education[i]]
        if to == _INTEGRATION:
            x *= flows.to_assistance[person.insured[i], _BASIC]
        flows.open_to[way] = flows.rate[frm, to] * flows.inflow[m, to] * x
        total += flows.open_to[way]
    return total


@part
def quiet_destination(u: float, total: float, frm: int, flows: QuietFlows) -> int:
    """Which of the competing risks came up: ``u`` uniform in (0, 1), after :func:`quiet_intensity`."""
    left = u * total
    last = -1
    for way in range(flows.open_to.size):
        to = flows.ways[frm, way]
        if to < 0:
            break
        if flows.open_to[way] > 0.0:
            last = to
            left -= flows.open_to[way]
            if left < 0.0:
                return last
    return last
