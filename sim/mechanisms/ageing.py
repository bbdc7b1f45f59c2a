"""Ageing: birthdays, early retirement, pension age and the young who follow.

In the week of the birthday:

* at the state pension age (``ageing.pension_age``) the person leaves the population; so does a disability
  pensioner who dies (``ageing.pensioner_mortality``); the record is taken over by a young person in education
  in the same municipality, with new traits and a new identity in every draw, so that the number of people is
  constant (assumption).  The population has ``ageing.cohorts`` birth cohorts, whatever the pension age,

      age at which they come in = max(``ageing.first_age``, pension age - cohorts),

  so that each cohort comes in once and whole: in a year in which the pension age rises nobody leaves, and who
  would have come in that year does so in the next, a year older;
* at the adult age of the assistance act (``benefits.adult_from_age``, 30) whoever is on uddannelseshjælp
  moves to kontanthjælp, job-ready or activity-ready as a caseworker finds the person with error
  (:mod:`sim.rules.entitlement`): law, not a rate.  Nothing is left of a flow between the two: an education
  that is finished before is an exit (:mod:`sim.mechanisms.own_exits`);
* from 60, workers and people outside enter early retirement with ``ageing.early_retirement_rate`` a year by
  age.

Risks that depend on age change in the week of the birthday (:func:`sim.mechanisms.transition.schedule`).

Switch: ``ageing``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose, normal, own_purpose, uniform, uniform_pair, words
from sim.engine.memory import ahead
from sim.law import Law
from sim.lookup import flags
from sim.mechanism import Mechanism, act
from sim.parameters import Resolved
from sim.rules.entitlement import Entitlement, entitlement, looked_at
from sim.rules.insurance import insured_by_schooling
from sim.rules.places import FIRST_RETIREMENT_AGE, early_retirement
from sim.rules.residence import FIRST_YEAR
from sim.states import NOBODY, State
from sim.vocabulary import Health, Programme
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.columns import NEVER
from sim.world.moves import Moves, all_to
from sim.world.people import Calendar, OnFile, Person, Status
from sim.world.world import World

_AGEING, _NEW = int(Purpose.AGEING), int(Purpose.NEWCOMER)
_LOOK, _CAME = own_purpose("ageing.found_at_adult_age"), own_purpose("ageing.newcomer_arrived")
#: Benefits of the young alone: the row's ages end at the adult age.
_FOR_THE_YOUNG = flags("orders_education")
_EMPLOYED, _OUTSIDE = int(State.EMPLOYED), int(State.OUTSIDE)
_PENSION, _EARLY = int(State.FOERTIDSPENSION), int(State.EARLY_RETIREMENT)
_NO_PROGRAMME, _WELL = int(Programme.NONE), int(Health.WELL)
#: Added to a record's key for each person who takes it over: no number of people reaches it.
_GENERATION = np.uint32(1 << 30)


class AgeingRules(NamedTuple):
    """Demography; shares are of newcomers."""

    early_retirement: NDArray[np.float64]  # (7,) yearly, by RETIREMENT_AGES; the last holds beyond them
    pension_age: int
    first_age: int  # of newcomers, with the pension age
    mortality: float  # yearly, disability pensioners
    education: NDArray[np.float64]  # (4,) cumulative shares a newcomer will reach
    barrier: NDArray[np.float64]  # (3,) cumulative
    insured: NDArray[np.float64]  # (2,) with basic schooling, with more
    provider: float
    trust: float
    arrived: float  # came to the realm from elsewhere, evenly over their years of life
    law: Entitlement  # which kontanthjælp follows uddannelseshjælp


class Newcomers(NamedTuple):
    """Traits of those who are born into the population."""

    education: NDArray[np.float64]  # (4,) cumulative shares that they will reach
    insured: NDArray[np.float64]  # (2,) with basic schooling, with more


def newcomers(r: Resolved) -> Newcomers:
    """Return what newcomers will have reached as grown-ups: their shares are the whole population's."""
    basic, long = r.scalar("population.share_basic_education"), r.scalar("population.share_long_education")
    middle = 1.0 - basic - long
    vocational = middle * r.scalar("population.vocational_share_of_middle")
    share = r.scalar("population.share_insured")
    return Newcomers(
        education=np.array([basic, basic + vocational, basic + middle, 1.0]),
        insured=insured_by_schooling(share, basic, r.scalar("population.uninsured_basic")),
    )


def rules(law: Law) -> AgeingRules:
    """Return demography in force."""
    r = law.now
    traits = newcomers(r)
    pension_age = round(r.scalar("ageing.pension_age"))
    return AgeingRules(
        early_retirement=early_retirement(r),
        pension_age=pension_age,
        first_age=max(round(r.scalar("ageing.first_age")), pension_age - round(r.scalar("ageing.cohorts"))),
        mortality=r.scalar("ageing.pensioner_mortality"),
        education=traits.education,
        barrier=np.cumsum(r.vector("ageing.newcomers_barrier")),
        insured=traits.insured,
        provider=r.scalar("population.share_provider"),
        trust=r.scalar("population.trust_mean"),
        arrived=r.scalar("residence.newcomers_arrived"),
        law=entitlement(law),
    )


@kernel
def _celebrate(
    now: Now,
    born: NDArray[np.int32],
    person: Person,
    status: Status,
    r: AgeingRules,
    who: NDArray[np.int32],
    gone: NDArray[np.int32],
    grown: NDArray[np.int32],
) -> tuple[int, int, int, int]:
    n, left, up, fetched = 0, 0, 0, 0
    for at in range(born.size):
        for later in ahead(at, born.size):
            j = born[later]
            fetched += status.state[j] + person.sex[j]
        i = born[at]
        age = now.year - person.birth_year[i]
        state = status.state[i]
        u, v = 1.0, 1.0
        if age >= FIRST_RETIREMENT_AGE or state == _PENSION:
            u, v = uniform_pair(now.key, _AGEING, person.key[i], now.year)
        if age >= r.pension_age or (state == _PENSION and u < r.mortality):
            gone[left] = i
            left += 1
        elif state in (_EMPLOYED, _OUTSIDE) and v < _retirement(age, r):
            who[n] = i
            n += 1
        elif _FOR_THE_YOUNG[state] and age >= r.law.adult_age:
            grown[up] = i
            up += 1
    return n, left, up, fetched


@kernel
def _found(
    now: Now, grown: NDArray[np.int32], calendar: Calendar, k: Clients, r: AgeingRules, to: NDArray[np.uint8]
) -> None:
    """Write which kontanthjælp those who are ``grown`` (n,) are found to need, ``to`` (n,)."""
    for at in range(grown.size):
        i = calendar.row[grown[at]]
        to[at] = looked_at(i, uniform(now.key, _LOOK, k.key[i], now.year), k, r.law)


@part
def _retirement(age: int, r: AgeingRules) -> float:
    """Yearly chance of early retirement."""
    years = age - FIRST_RETIREMENT_AGE
    return r.early_retirement[min(years, r.early_retirement.size - 1)] if years >= 0 else 0.0


@kernel
def _become_newcomers(
    now: Now, gone: NDArray[np.int32], person: Person, status: Status, on_file: OnFile, r: AgeingRules
) -> None:
    for i in gone:
        key = person.key[i] + _GENERATION
        person.key[i] = key
        person.sex[i] = words(now.key, _NEW, key, 0)[0] & np.uint64(1)
        person.rule_row[i] = person.municipality[i]
        person.birth_year[i] = now.year - r.first_age
        person.education[i] = np.searchsorted(r.education, uniform(now.key, _NEW, key, 1))
        person.barrier[i] = np.searchsorted(r.barrier, uniform(now.key, _NEW, key, 2))
        person.insured[i] = uniform(now.key, _NEW, key, 3) < r.insured[min(person.education[i], 1)]
        person.provider[i] = uniform(now.key, _NEW, key, 4) < r.provider
        person.employability[i] = normal(now.key, _NEW, key, 5)
        came = uniform(now.key, _CAME, key, 0) < r.arrived
        years = int(uniform(now.key, _CAME, key, 1) * r.first_age)
        person.arrived[i] = now.year - years - FIRST_YEAR if came else 0
        _forget(i, r.trust, status, on_file)
        on_file.belief[i] = np.float32(normal(now.key, _NEW, key, 7))


@part
def _forget(i: int, trust: float, s: Status, f: OnFile) -> None:
    """Clear the former person's clocks and file."""
    s.refund_weeks[i] = 0
    s.history_0[i] = np.uint64(0)
    s.history_1[i] = np.uint64(0)
    s.history_2[i] = np.uint64(0)
    s.dagpenge_weeks[i] = 0
    s.graduate[i] = 0
    s.worked_to[i] = 0
    s.weeks_supported[i] = 0
    s.weeks_employed[i] = 0
    f.last_interview[i] = NEVER
    f.interview_stock[i] = np.float32(0.0)
    f.last_offer[i] = NEVER
    f.sanction_until[i] = NEVER
    f.trust[i] = np.float32(trust)
    f.ended[i] = NEVER
    f.last[i] = _NO_PROGRAMME
    f.health[i] = _WELL
    f.ill_since[i] = NEVER


@act(
    "ageing",
    writes=("this_week.gone",),
    purposes=(Purpose.AGEING, _LOOK),
)
def celebrate_birthdays(world: World, r: AgeingRules) -> Moves:
    """The week's birthdays: who retires early, who is no longer young, and who leaves the population."""
    person, status, _, calendar = world.people
    born = world.birthdays[world.now.week_of_year]
    who, gone, grown = (np.empty_like(born) for _ in ("retires", "leaves", "grows up"))
    n, left, up, _ = _celebrate(world.now, born, person, status, r, who, gone, grown)
    world.this_week.gone = gone[:left]
    to = np.empty(up, np.uint8)
    _found(world.now, grown[:up], calendar, world.clients.everybody, r, to)
    parts = (all_to(who[:n], _EARLY), Moves(grown[:up], to), all_to(gone[:left], NOBODY))
    return Moves(np.concatenate([each.who for each in parts]), np.concatenate([each.to for each in parts]))


@act(
    "ageing",
    writes=(
        *(f"person.{name}" for name in Person._fields if name not in ("municipality", "industry", "ready")),
        *(f"on_file.{name}" for name in OnFile._fields),
        "status.refund_weeks",
        "status.history_0",
        "status.history_1",
        "status.history_2",
        "status.dagpenge_weeks",
        "status.graduate",
        "status.worked_to",
        "status.weeks_supported",
        "status.weeks_employed",
    ),
    purposes=(Purpose.NEWCOMER, _CAME),
)
def become_newcomers(world: World, r: AgeingRules) -> Moves:
    """The young, in education and with traits of their own, take over the records of who has left."""
    person, status, on_file, _ = world.people
    gone = world.this_week.gone
    _become_newcomers(world.now, gone, person, status, on_file, r)
    return all_to(gone, State.EDUCATION, newcomers=True)


MECHANISMS = (
    Mechanism(
        name="ageing",
        label="Birthdays, early retirement, pension age",
        label_da="Alder og tilbagetrækning",
        equation="age",
        evidence="F006, F011, F012",
        when_off="nobody grows older",
        rules=rules,
    ),
)
