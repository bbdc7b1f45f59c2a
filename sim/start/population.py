"""A synthetic population of working-age Denmark (16-66) at a date, with a past.

Known: how many live in each municipality and how many are on what (:mod:`sim.start.starting_stocks`).
Assumed, as labelled parameters ``population.*``: age (see :mod:`sim.start.ages`), education, barriers,
insurance and latent employability given the state; how long people have been in it.  Given the state, traits
are independent of each other and of the municipality (assumption).  Everybody's draws are keyed by
municipality code and number within it; which state a number has follows from the counts at the run's scale.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WHOLE_WEEKS_A_YEAR
from sim.engine.compiled import kernel
from sim.engine.draws import Key, Purpose, normals, uniforms
from sim.lookup import IS_CLIENT, IS_UNEMPLOYED, ON_REFUND_CLOCK, flags
from sim.mechanisms.transition import repeat_person
from sim.parameters import Resolved
from sim.rules.places import early_retirement
from sim.start.ages import ages_by_state
from sim.states import N_STATES, State
from sim.vocabulary import Health
from sim.world.clients import HAD_ONE, Clients, ClientTable
from sim.world.columns import NEVER
from sim.world.people import People, Person, Status, empty_people

#: Numbers of the draws of the first population, by what is drawn.
_DRAW = {
    name: number
    for number, name in enumerate(
        (
            "employability",
            "age",
            "sex",
            "education",
            "barrier",
            "insured",
            "provider",
            "birth_week",
            "ready",
            "elapsed",
            "past",
            "belief",
            "trust",
            "last_interview",
            "graduate",
            "hours",
            "offer",
            "due",
            "spent",
            "elapsed_tail",
            "health",
        ),
        start=99,
    )
}
#: Persons drawn at once: so many columns of numbers lie in the processor's cache.
_AT_ONCE = 1 << 14
#: Benefits that people as a rule come to from another one: earlier support is one course with the spell.
_IN_LONGER_COURSE = IS_CLIENT.copy()
_IN_LONGER_COURSE[[State.DAGPENGE, State.SYGEDAGPENGE]] = 0
#: A person's identity is the municipality's code before a number, which takes so many bits.
_CODE_BITS = 20
#: Rows of the clients' table beyond those of the first week; it grows by itself.
_SPARE_SHARE, _SPARE_ROWS = 1.1, 1000


class Traits(NamedTuple):
    """Distributions given the state, from parameters ``population.*``."""

    employability: NDArray[np.float64]  # (states,) mean of the latent employability
    age: NDArray[np.int64]  # (a,) years of age
    ages: NDArray[np.float64]  # (states, a) cumulative shares by age
    basic: NDArray[np.float64]
    long: NDArray[np.float64]
    barrier_none: NDArray[np.float64]
    barrier_complex: NDArray[np.float64]
    insured: NDArray[np.float64]
    elapsed: NDArray[np.float64]
    provider: float
    earlier_support: NDArray[np.float64]
    ill: NDArray[np.float64]  # (states,) shares by health
    reduced: NDArray[np.float64]
    unable: NDArray[np.float64]
    ready_education: float  # on uddannelseshjælp
    ready_integration: float  # on the integration benefit
    women_on_leave: float
    graduates: float  # of dagpenge recipients
    trust_mean: float
    trust_spread: float
    offered: float
    with_hours: float  # of recipients of assistance
    hours: int  # paid hours a week of those who have any
    women: float  # share in every state but leave
    vocational: float  # of those with neither basic nor long education
    longest_elapsed: NDArray[np.float64]  # (states,) weeks
    most_support: float  # weeks on the refund clock before the spell
    spent_weeks: float  # weeks of dagpenge before the spell, mean
    period: int  # weeks of dagpenge
    graduate_period: int
    met_within: float  # weeks within which clients have had, and are due for, an interview
    jobcentre_after: int  # weeks of dagpenge after which recipients have met the jobcentre
    held: int  # interviews in the course so far
    offered_after: int  # weeks after which there may have been an offer


def traits(r: Resolved) -> Traits:
    """Read the distributions from the parameters in force."""
    age = np.arange(round(r.scalar("ageing.first_age")), round(r.scalar("ageing.pension_age")))
    return Traits(
        r.vector("population.employability_mean"),
        age,
        ages_by_state(
            age,
            r.vector("population.stock"),
            r.vector("population.age_mean"),
            r.vector("population.age_spread"),
            early_retirement(r),
        ),
        r.vector("population.share_basic_education"),
        r.vector("population.share_long_education"),
        r.vector("population.share_without_barrier"),
        r.vector("population.share_complex_barrier"),
        r.vector("population.share_insured"),
        r.vector("population.elapsed_weeks"),
        r.scalar("population.share_provider"),
        r.vector("population.earlier_support_weeks"),
        r.vector("population.share_ill"),
        r.vector("population.share_reduced"),
        r.vector("population.share_unable"),
        r.scalar("population.ready_on_uddannelseshjaelp"),
        r.scalar("population.ready_on_integration_benefit"),
        r.scalar("population.share_women_on_leave"),
        r.scalar("population.share_graduates"),
        r.scalar("population.trust_mean"),
        r.scalar("population.trust_spread"),
        r.scalar("population.share_offered"),
        r.scalar("population.share_with_hours"),
        hours=round(r.scalar("ordinary_hours.hours_a_week")),
        women=r.scalar("population.share_women"),
        vocational=r.scalar("population.vocational_share_of_middle"),
        longest_elapsed=r.vector("population.longest_elapsed_weeks"),
        most_support=r.scalar("population.most_earlier_support_weeks"),
        spent_weeks=r.scalar("population.dagpenge_spent_weeks"),
        period=round(r.scalar("dagpenge.period_weeks")),
        graduate_period=round(r.scalar("dagpenge.graduate_period_weeks")),
        met_within=r.scalar("population.met_within_weeks"),
        jobcentre_after=round(r.scalar("population.jobcentre_after_weeks")),
        held=round(r.scalar("population.interviews_held")),
        offered_after=round(r.scalar("population.offered_after_weeks")),
    )


def draw_population(
    counts: NDArray[np.int64], codes: NDArray[np.int64], year: int, key: Key, t: Traits
) -> People:
    """Return citizens sorted by municipality, then state, with traits and a past.

    ``counts`` (m, states): records; ``codes`` (m,): municipality codes, part of each person's identity.
    """
    sizes = counts.sum(axis=1)
    c = empty_people(int(sizes.sum()))
    c.person.municipality[:] = np.repeat(np.arange(len(sizes)), sizes)
    c.person.rule_row[:] = c.person.municipality
    number = np.arange(len(c.person.key)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    c.person.key[:] = (np.repeat(codes, sizes) << _CODE_BITS) + number
    c.status.state[:] = np.concatenate([np.repeat(np.arange(N_STATES), row) for row in counts])
    for begin in range(0, len(number), _AT_ONCE):
        some = c.of(slice(begin, begin + _AT_ONCE))
        _draw_traits(some, year, key, t)
        _draw_past(some, key, t)
        _draw_file(some, key, t)
    return c


def _drawn(draw: Callable[..., NDArray[np.float64]], c: People, key: Key, what: str) -> NDArray[np.float64]:
    return draw(key, int(Purpose.POPULATION), np.ascontiguousarray(c.person.key), _DRAW[what])


def _u(c: People, key: Key, what: str) -> NDArray[np.float64]:
    return _drawn(uniforms, c, key, what)


def _draw_traits(c: People, year: int, key: Key, t: Traits) -> None:
    p, s = c.person, c.status.state
    p.birth_year[:] = year - 1 - _ages(s, _u(c, key, "age"), t)
    c.calendar.birth_week[:] = 1 + np.floor(WHOLE_WEEKS_A_YEAR * _u(c, key, "birth_week")).astype(np.uint8)
    p.sex[:] = _u(c, key, "sex") < np.where(s == State.LEAVE, t.women_on_leave, t.women)
    u = _u(c, key, "education")
    vocational = (1.0 - t.basic[s] - t.long[s]) * t.vocational
    p.education[:] = (u > t.basic[s]).astype(np.uint8) + (u > t.basic[s] + vocational) + (u > 1.0 - t.long[s])
    u = _u(c, key, "barrier")
    p.barrier[:] = (u > t.barrier_none[s]).astype(np.uint8) + (u > 1.0 - t.barrier_complex[s])
    p.insured[:] = (_u(c, key, "insured") < t.insured[s]) | (s == State.DAGPENGE)
    p.provider[:] = _u(c, key, "provider") < t.provider
    ready = _u(c, key, "ready")
    p.ready[:] = np.where(
        s == State.UDDANNELSESHJAELP,
        ready < t.ready_education,
        (s == State.INTEGRATION_BENEFIT) & (ready < t.ready_integration),
    )
    p.employability[:] = t.employability[s] + _drawn(normals, c, key, "employability")


def _ages(state: NDArray[np.uint8], u: NDArray[np.float64], t: Traits) -> NDArray[np.int16]:
    """Whole years of age (n,) at these quantiles of the state's ages."""
    ages = np.empty(len(state), np.int16)
    for s in np.flatnonzero(np.bincount(state)):
        here = state == s
        at = np.searchsorted(t.ages[s], u[here], side="right")
        ages[here] = t.age[np.minimum(at, len(t.age) - 1)]
    return ages


def _earlier_support(c: People, key: Key, t: Traits) -> NDArray[np.int32]:
    """Weeks of support before the present spell (n,)."""
    return np.floor(-t.earlier_support[c.status.state] * np.log(_u(c, key, "past"))).astype(np.int32)


def _earlier_course(c: People, key: Key, t: Traits) -> NDArray[np.int32]:
    """Weeks of the present course of benefits before the present spell (n,)."""
    return np.where(_IN_LONGER_COURSE[c.status.state] == 1, _earlier_support(c, key, t), 0)


def _draw_past(c: People, key: Key, t: Traits) -> None:
    """Weeks already spent in the state, in the course of benefits and on the refund clock."""
    s, status = c.status.state, c.status
    elapsed = -t.elapsed[s] * np.log(_u(c, key, "elapsed"))
    limit = t.longest_elapsed
    elapsed = np.where(elapsed > limit[s], limit[s] * _u(c, key, "elapsed_tail"), elapsed)
    weeks = np.floor(elapsed).astype(np.int32)
    status.entered[:] = -weeks
    status.history_week[:] = -weeks
    on_clock = ON_REFUND_CLOCK[s] == 1
    begun = status.entered - _earlier_course(c, key, t)
    status.support_start[on_clock] = begun[on_clock]
    before = np.where(_IN_LONGER_COURSE[s] == 1, 0, np.minimum(_earlier_support(c, key, t), t.most_support))
    status.refund_weeks[:] = np.where(on_clock | (s == State.EMPLOYED), before, 0).astype(np.uint16)
    status.graduate[:] = (s == State.DAGPENGE) & (_u(c, key, "graduate") < t.graduates)
    room = np.where(status.graduate == 1, t.graduate_period, t.period) - weeks - 1
    spent = np.minimum(t.spent_weeks * -np.log(_u(c, key, "spent")), np.maximum(room, 0))
    status.dagpenge_weeks[:] = np.where(s == State.DAGPENGE, spent, 0).astype(np.uint16)
    over = (status.graduate == 1) & (weeks >= t.graduate_period)
    status.graduate[over] = 0


def _draw_file(c: People, key: Key, t: Traits) -> None:
    """Health, trust in the jobcentre and belief in a job, which outlast a course."""
    f, s = c.on_file, c.status.state
    f.health[:] = _health(c, _u(c, key, "health"), t)
    begun = np.minimum(c.status.entered, np.where(ON_REFUND_CLOCK[s] == 1, c.status.support_start, 0))
    f.ill_since[:] = np.where(f.health == Health.WELL, NEVER, begun)
    f.trust[:] = t.trust_mean + t.trust_spread * (_u(c, key, "trust") - 0.5)
    f.belief[:] = _drawn(normals, c, key, "belief")


def _health(c: People, u: NDArray[np.float64], t: Traits) -> NDArray[np.uint8]:
    """Health (n,) at these quantiles of the state's."""
    s = c.status.state
    ill, reduced, unable = t.ill[s], t.reduced[s], t.unable[s]
    health = np.full(len(s), Health.WELL, np.uint8)
    health[u < ill + reduced + unable] = Health.UNABLE
    health[u < ill + reduced] = Health.REDUCED
    health[u < ill] = Health.ILL
    return health


def first_clients(people: People, key: Key, t: Traits) -> ClientTable:
    """Return the clients of the first week, with a course behind them and a relation with the jobcentre."""
    who = np.flatnonzero(IS_CLIENT[people.status.state]).astype(np.int32)
    table = ClientTable(int(_SPARE_SHARE * who.size) + _SPARE_ROWS)
    k = table.with_room_for(who.size).first(who.size)
    k.id[:] = who
    table.used[0] = who.size
    some = people.of(who)
    _repeat_people(who, people.person, people.status, k)
    k.contact.trust[:], k.contact.belief[:] = some.on_file.trust, some.on_file.belief
    k.condition.health[:], k.condition.ill_since[:] = some.on_file.health, some.on_file.ill_since
    _draw_course(k, some, key, t)
    _draw_contact(k, some, key, t)
    table.settle(people.calendar.row)
    return table


@kernel
def _repeat_people(who: NDArray[np.int32], person: Person, status: Status, k: Clients) -> None:
    for at in range(who.size):
        repeat_person(who[at], at, person, status, k)


def _draw_course(k: Clients, c: People, key: Key, t: Traits) -> None:
    """When the course of benefits, and of unemployment, began."""
    state, entered = k.state, k.spell.entered
    k.spell.course_start[:] = entered - _earlier_course(c, key, t)
    unemployed = IS_UNEMPLOYED[state] == 1
    k.spell.unemployed_start[:] = np.where(unemployed, entered, NEVER)


def _draw_contact(k: Clients, c: People, key: Key, t: Traits) -> None:
    """A relation with the jobcentre."""
    contact, state, entered = k.contact, k.state, k.spell.entered
    late = (state != State.DAGPENGE) | (entered <= -t.jobcentre_after)
    contact.caseworker[late] = HAD_ONE  # assigned in the first week without a handover
    contact.contact_start[:] = entered
    recent = np.floor(t.met_within * _u(c, key, "last_interview")).astype(np.int32) + 1
    contact.last_interview[:] = np.where(late, np.maximum(-recent, entered), NEVER)
    contact.interview_stock[late] = 1.0
    contact.held[late] = t.held
    due = np.floor(t.met_within * _u(c, key, "due")).astype(np.int32)
    contact.next_due[:] = np.where(late, due, entered + t.jobcentre_after)
    offered = (_u(c, key, "offer") < t.offered) & (entered < -t.offered_after)
    contact.last_offer[:] = np.where(offered, np.maximum(-t.offered_after - recent, entered), NEVER)
    contact.sanction_until[:] = NEVER
    recipient = flags("ordinary_hours")[state] == 1
    contact.ordinary_hours[recipient & (_u(c, key, "hours") < t.with_hours)] = t.hours
