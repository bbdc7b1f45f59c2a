"""Health belongs to the person: people fall ill, recover or lose capacity for good, whatever they live on.

    well -> ill        a * illness factor(age, sex, barrier, employability)
    ill  -> well       rho[barrier] * exp(kappa * employability) * fade(weeks ill) * effort * treatment
    ill  -> reduced    c[barrier] * by age,   after ``health.lasting_from_week`` weeks of illness
    ill  -> unable     d[barrier] * by age,   the same
    reduced -> unable  e

each a rate, and barriers grow or shrink by a step at ``health.barrier_worse_rate`` (more often of who is
not well, less often of who has more than basic schooling) and ``health.barrier_better_rate`` a year, on the
birthday. Treatment is 1 unless it begins in another week than today (:mod:`sim.mechanisms.treatment`).
P = 1 - exp(-rate); recovery and lasting loss have numbers of their own, and who would have both
has recovered. fade is 1 - late_fade after
``health.recovery_late_week`` weeks of illness and falls again after ``health.recovery_chronic_week``. What
the law makes of a person's health is another matter: :mod:`sim.mechanisms.benefit_shifts` and
:mod:`sim.mechanisms.clarification`. A worker falls ill as a scheduled transition
(:mod:`sim.mechanisms.separations`); others whom the jobcentre does not follow have a year of health at
once, on their birthday, and there claim a disability pension.

Evidence: level F013, F131, F278 (calibrated); shape F315-F323.  Switch: ``health``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.engine.decisions import Contenders, bound, contenders, happens
from sim.engine.draws import Purpose, uniform_pair
from sim.law import Law
from sim.lookup import IS_QUIET
from sim.mechanism import Mechanism, act
from sim.mechanisms.sickness import EffortRules, effort_on_recovery, effort_rules
from sim.mechanisms.transition import schedule
from sim.mechanisms.treatment import TreatmentRules, queue_of, treatment_on_recovery, treatment_rules
from sim.parameters import Resolved
from sim.rules.flows import OLDEST, QuietFlows
from sim.rules.illness import (
    IllnessRisk,
    by_employability,
    illness_factor,
    illness_risks,
    largest_illness_factor,
)
from sim.rules.recovery import RecoveryRules, recovery, recovery_rules
from sim.states import NOBODY, State
from sim.vocabulary import HEALTH, Education, Health
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.columns import NEVER
from sim.world.moves import Moves, all_to
from sim.world.people import NO_ROW, Calendar, OnFile, Person, Status
from sim.world.world import World

_HEALTH, _QUIET_HEALTH, _BARRIER = (
    int(Purpose.HEALTH),
    int(Purpose.HEALTH_OF_A_YEAR),
    int(Purpose.BARRIER),
)
_BASIC = int(Education.BASIC)
_WELL, _ILL, _REDUCED, _UNABLE = int(Health.WELL), int(Health.ILL), int(Health.REDUCED), int(Health.UNABLE)
#: Whose year of health comes at once; a pensioner's health is no matter.
_HEALTH_OF_A_YEAR = IS_QUIET.copy()
_HEALTH_OF_A_YEAR[[State.FOERTIDSPENSION, State.EARLY_RETIREMENT]] = 0
#: Where the bands of age end that the parameter health.lasting_under_40 is named after: no size.
_BAND = 40


class HealthRules(NamedTuple):
    """Rates a week."""

    illness: float  # of the average worker
    risk: IllnessRisk
    recovery: RecoveryRules
    reduced: NDArray[np.float64]  # (3,) ill to reduced capacity
    unable: NDArray[np.float64]  # (3,) ill to hardly any
    lasting_week: int  # of illness from which capacity can be lost
    under_40: float  # loss of capacity relative to those from 40
    decline: float  # reduced to hardly any
    adult_age: int  # from which a pension can be claimed
    claims: float  # yearly chance that who is hardly able to work claims a pension outside the jobcentre
    barrier_worse: NDArray[np.float64]  # (3,) yearly, by barrier
    barrier_better: NDArray[np.float64]  # (3,) yearly
    worse_when_ill: float  # ratio
    worse_educated: float  # ratio of those with more than basic schooling
    effort: EffortRules
    treatment: TreatmentRules


def rules(law: Law) -> HealthRules:
    """Return rates of illness, recovery and lasting loss of capacity."""
    r = law.now
    return HealthRules(
        illness=r.scalar("health.illness_rate") / WEEKS_A_YEAR,
        risk=illness_risks(r),
        recovery=recovery_rules(r),
        reduced=_yearly(r, "health.reduced_rate", "health.reduced_by_barrier"),
        unable=_yearly(r, "health.unable_rate", "health.unable_by_barrier"),
        lasting_week=round(r.scalar("health.lasting_from_week")),
        under_40=r.scalar("health.lasting_under_40"),
        decline=r.scalar("health.decline_rate") / WEEKS_A_YEAR,
        adult_age=round(r.scalar("separations.adult_from_age")),
        claims=r.scalar("clarification.claims_from_outside"),
        barrier_worse=r.vector("health.barrier_worse_rate").copy(),
        barrier_better=r.vector("health.barrier_better_rate").copy(),
        worse_when_ill=r.scalar("health.barrier_worse_when_ill"),
        worse_educated=r.scalar("health.barrier_worse_educated"),
        effort=effort_rules(law),
        treatment=treatment_rules(law),
    )


def _yearly(r: Resolved, rate: str, by_barrier: str) -> NDArray[np.float64]:
    """Return a yearly rate, by barrier, a week (3,)."""
    return np.asarray(r.scalar(rate) * r.vector(by_barrier) / WEEKS_A_YEAR)


@part
def lasting(age: int, weeks: int, r: HealthRules) -> float:
    """How strongly lasting loss of capacity falls on somebody ill for so many weeks."""
    if weeks < r.lasting_week:
        return 0.0
    return r.under_40 if age < _BAND else 1.0


@part
def _after_illness(well: float, reduced: float, unable: float, u: float, v: float) -> int:
    """Health after a time in which these rates add up: recovery by ``u``, lasting loss by ``v``, uniform."""
    if happens(u, well):
        return _WELL
    lasting_loss = reduced + unable
    if not happens(v, lasting_loss):
        return _ILL
    chance = 1.0 - math.exp(-lasting_loss)
    return _REDUCED if v * lasting_loss < reduced * chance else _UNABLE


class _Patient(NamedTuple):
    """Whose health it is, and what is done for it."""

    age: int
    sex: int
    barrier: int
    employability: float
    weeks: int  # of illness so far
    effort: float  # on the case of who is ill: multiplies recovery


@part
def _next_health(health: int, p: _Patient, span: float, u: float, v: float, r: HealthRules) -> int:
    """Health after ``span`` weeks, of a client or of anybody else; ``u`` and ``v`` uniform."""
    if health == _WELL:
        q = r.illness * illness_factor(p.age, p.sex, p.barrier, r.risk)
        return _ILL if happens(u, span * q * by_employability(p.employability, r.risk)) else _WELL
    if health == _ILL:
        well = span * recovery(p.barrier, p.employability, p.weeks, r.recovery) * p.effort
        for_good = span * lasting(p.age, p.weeks, r)
        return _after_illness(well, r.reduced[p.barrier] * for_good, r.unable[p.barrier] * for_good, u, v)
    return _UNABLE if health == _UNABLE or happens(u, span * r.decline) else _REDUCED


@part
def _ill_since(health: int, before: int, since: int, week: int) -> int:
    """Week in which the illness of somebody of this ``health``, and of that ``before``, began."""
    if health == _WELL:
        return NEVER
    return week if before == _WELL else since


@kernel
def _change(now: Now, open_to: Contenders, k: Clients, wait: NDArray[np.float64], r: HealthRules) -> None:
    for at in range(open_to.row.size):
        i, u, v = open_to.row[at], open_to.u[at], open_to.v[at]
        if k.state[i] == NOBODY:
            continue
        c, t, before = k.condition, k.person, k.condition.health[i]
        age, weeks = now.year - t.birth_year[i], now.week - c.ill_since[i]
        effort = 1.0
        if before == _ILL:
            effort = effort_on_recovery(i, now, k, r.effort)
            effort *= treatment_on_recovery(i, now, k, wait, r.treatment)
        patient = _Patient(age, t.sex[i], t.barrier[i], t.employability[i], weeks, effort)
        c.health[i] = _next_health(before, patient, 1.0, u, v, r)
        if c.health[i] != before:
            c.found_fit[i] = 0
        c.ill_since[i] = _ill_since(c.health[i], before, c.ill_since[i], now.week)


@act(
    "health",
    writes=("clients.condition.health", "clients.condition.ill_since", "clients.condition.found_fit"),
    purposes=(Purpose.HEALTH,),
)
def change_health(world: World, r: HealthRules) -> None:
    """Clients fall ill, recover or lose capacity for good, on every benefit alike."""
    now, k = world.now, world.clients.settled
    largest = np.zeros(len(HEALTH))
    largest[_WELL] = r.illness * largest_illness_factor(r.risk, OLDEST)
    largest[_ILL] = 1.0
    largest[_REDUCED] = r.decline
    open_to = contenders(now.key, _HEALTH, now.week, k.key, k.condition.health, bound(largest))
    _change(now, open_to, k, queue_of(world).wait, r)


@kernel
def _year_of_barriers(
    now: Now,
    born: NDArray[np.int32],
    open_to: Contenders,
    person: Person,
    status: Status,
    f: OnFile,
    calendar: Calendar,
    flows: QuietFlows,
    k: Clients,
    r: HealthRules,
) -> None:
    for turn in range(open_to.row.size):
        i, u = born[open_to.row[turn]], open_to.u[turn]
        barrier, at = person.barrier[i], calendar.row[i]
        health = f.health[i] if at == NO_ROW else k.condition.health[at]
        worse = r.barrier_worse[barrier] * (1.0 if health == _WELL else r.worse_when_ill)
        worse *= 1.0 if person.education[i] == _BASIC else r.worse_educated
        better = r.barrier_better[barrier]
        chance = -math.expm1(-(worse + better))
        if u >= chance:
            continue
        person.barrier[i] = barrier + 1 if u * (worse + better) < worse * chance else barrier - 1
        if at != NO_ROW:
            k.person.barrier[at] = person.barrier[i]
        else:
            schedule(i, now, person, status, calendar, flows)


def _most_barrier_moves(r: HealthRules) -> NDArray[np.float64]:
    """No barrier grows or shrinks with more than these chances a year (3,), whoever has it."""
    most = max(r.worse_when_ill, 1.0) * max(r.worse_educated, 1.0)
    return bound(r.barrier_worse * most + r.barrier_better)


@act(
    "health",
    writes=(
        "person.barrier",
        "clients.person.barrier",
        "calendar.scheduled",
        "flows.open_to",
    ),
    purposes=(Purpose.BARRIER,),
)
def change_barriers(world: World, r: HealthRules) -> None:
    """Barriers grow or shrink by a step, for everybody, once a year on the birthday."""
    now, people, k = world.now, world.people, world.clients.everybody
    born = world.birthdays[now.week_of_year]
    key, barrier = people.person.key[born], people.person.barrier[born]
    open_to = contenders(now.key, _BARRIER, now.year, key, barrier, _most_barrier_moves(r))
    _year_of_barriers(now, born, open_to, *people, world.flows, k, r)


@kernel
def _year_of_health(
    now: Now,
    born: NDArray[np.int32],
    person: Person,
    f: OnFile,
    r: HealthRules,
    claiming: NDArray[np.int32],
) -> int:
    n = 0
    for i in born:
        u, v = uniform_pair(now.key, _QUIET_HEALTH, person.key[i], now.year)
        age, weeks, before = now.year - person.birth_year[i], now.week - f.ill_since[i], f.health[i]
        if before == _UNABLE and age >= r.adult_age and u < r.claims:
            claiming[n] = i
            n += 1
            continue
        patient = _Patient(age, person.sex[i], person.barrier[i], person.employability[i], weeks, 1.0)
        f.health[i] = _next_health(before, patient, WEEKS_A_YEAR, u, v, r)
        f.ill_since[i] = _ill_since(f.health[i], before, f.ill_since[i], now.week)
    return n


@act(
    "health",
    writes=("on_file.health", "on_file.ill_since"),
    purposes=(Purpose.HEALTH_OF_A_YEAR,),
)
def change_health_of_others(world: World, r: HealthRules) -> Moves:
    """Whom the jobcentre does not follow have a year of health on their birthday; some claim a pension.

    Who is at work and well falls ill as a transition (:mod:`sim.rules.flows`) instead.
    """
    person, status, on_file, _ = world.people
    born = world.birthdays[world.now.week_of_year]
    state = status.state[born]
    at_work_and_well = (state == State.EMPLOYED) & (on_file.health[born] == Health.WELL)
    born = born[(_HEALTH_OF_A_YEAR[state] == 1) & ~at_work_and_well]
    claiming = np.empty(born.size, np.int32)
    n = _year_of_health(world.now, born, person, on_file, r, claiming)
    return all_to(claiming[:n], State.FOERTIDSPENSION)


MECHANISMS = (
    Mechanism(
        name="health",
        label="People fall ill, recover or lose capacity for good",
        label_da="Helbred og arbejdsevne",
        equation="rates by barrier, age, sex and weeks of illness",
        evidence="F013, F131, F278, F315-F323",
        when_off="nobody's health changes",
        rules=rules,
    ),
)
