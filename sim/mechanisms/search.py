"""Search: the weekly hazard of finding a job at normal tightness, client by client.

Equation, in the order of the brief:

    log h_i = group + education + barrier + age + sigma * employability + municipality
              - delta * weeks - stigma * 1[weeks >= 39]                       (genuine duration dependence)
              + b_meet * tgt * form * skill_j * s(meetings)                   (recent interviews, fading)
              + continuity * (min(met, 3) / 3 - 1) + belief_effect * belief_j (relation with the caseworker)
              + threat * 1[announced start within 4 weeks] + lock_in[k] * 1[in k] + lift[k] * fade
              + sanction * 1[sanctioned UI recipient] + exhaustion * 1[last 17 weeks of dagpenge]
              + elasticity * log(benefit / benefit without the reform) + own belief + trust
              + vacancies that employer service brings (:mod:`sim.mechanisms.employer_service`)

with s(meetings) = (1 - exp(-stock)) / norm, stock = interviews fading with a four-week time constant.

Evidence: Finland (M21) for interviews, capped by Hurtigt i gang (M02); S02-S04 and S14 for duration
dependence, S12 for how much is selection; C13-C15, C19, C20 caseworkers; P01 sanctions; B20, B21 benefits;
section 1.6 of the evidence notes for programmes.  Switches: see :data:`SWITCHES`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.mechanisms.employer_service import reach
from sim.parameters import Resolved
from sim.rules.benefit_rates import benefit_rates, typical_weekly_kr
from sim.rules.places import local_exits
from sim.rules.recent_interviews import interview_effect
from sim.states import N_STATES, NOBODY, State
from sim.vocabulary import PROGRAMMES, Programme
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.columns import NEVER
from sim.world.world import World

#: Terms of the hazard that can be switched off one by one.
SWITCHES = (
    "duration_dependence",
    "interview_effect",
    "relation",
    "threat",
    "lock_in",
    "programme_lift",
    "sanction_effect",
    "benefit_incentive",
)
LIFT_WEEKS = 52.0
_DAGPENGE, _NONE = int(State.DAGPENGE), int(Programme.NONE)
#: Log hazard of those who do not look for a job.
_NO_SEARCH = -100.0


class SearchRules(NamedTuple):
    """Coefficients of the hazard, all on the log scale; w = rule rows of persons, m = municipalities."""

    group: NDArray[np.float64]  # (w, state) log weekly hazard
    education: NDArray[np.float64]  # (4,)
    barrier: NDArray[np.float64]  # (3,)
    age_slope: float  # per year above 45
    sigma: float  # spread of latent employability
    municipality: NDArray[np.float64]  # (m,)
    delta: float  # per week
    stigma: float
    stigma_week: int
    meeting: NDArray[np.float64]  # (w, 3) recent interview: effect x reach by barrier x form and quality
    continuity: float
    belief_effect: float
    belief_shift: NDArray[np.float64]  # (w,) standard deviations
    own_belief: float
    trust_effect: float
    threat: NDArray[np.float64]  # (w,)
    lock_in: NDArray[np.float64]  # (w, 5) log multiplier by programme kind, 0 = none
    lift: NDArray[np.float64]  # (w, 5) log-hazard after it
    sanction: NDArray[np.float64]  # (w,)
    hours_effect: NDArray[np.float64]  # (w,) paid hours while on benefit
    employer_service: NDArray[np.float64]  # (w, 2) client of the jobcentre, of the a-kasse alone
    exhaustion: float
    dagpenge_period: NDArray[np.int64]  # (w,) weeks
    incentive: NDArray[np.float64]  # (w, state) elasticity x log change of the benefit


#: States whose benefit and duration the incentive term looks at.
_NO_SEARCH = -100.0
#: States whose recipients' gain from work can be made plainer.
_ON_ASSISTANCE = [State.KONTANTHJAELP_JOB_READY, State.KONTANTHJAELP_ACTIVITY_READY]


def rules(law: Law) -> SearchRules:
    """Return the coefficients.

    The estimated effect of an interview is that of today's specialised teams; what a reform adds to or takes
    from ``casework.specialist_effect`` comes on top.
    """
    r, reference, d = law.now, law.before, law.decisions
    on = {name: float(law.on(name)) for name in SWITCHES}
    multiplier = r["programmes.in_programme_multiplier"].copy()
    fee = r["programmes.public_fee_kr_month"] / 1000.0
    multiplier[:, PROGRAMMES.index("public_wage_subsidy")] *= np.exp(
        fee * r["programmes.public_fee_response"]
    )
    in_programme = np.pad(multiplier, ((0, 0), (1, 0)), constant_values=1.0)
    found = np.array([float(name != "guidance_upgrading") for name in PROGRAMMES])  # what an employer gives
    own_found = (r["programmes.own_found_share"] * r["programmes.own_found_lift"])[:, None] * found
    lift = np.pad(r["programmes.lift"] + own_found, ((0, 0), (1, 0)))
    specialists = r["casework.specialist_effect"] - reference["casework.specialist_effect"]
    b_meet = (r["search.interview_effect"] + specialists) * on["interview_effect"]
    return SearchRules(
        group=_level(law),
        education=r.vector("search.education"),
        barrier=r.vector("search.barrier"),
        age_slope=r.scalar("search.age_slope"),
        sigma=r.scalar("search.heterogeneity"),
        municipality=local_exits(r, d.unemployment_ratio, d.effectiveness),
        delta=r.scalar("search.duration_dependence_per_month") * 12 / 52.18 * on["duration_dependence"],
        stigma=r.scalar("search.stigma") * on["duration_dependence"],
        stigma_week=round(r.scalar("search.stigma_week")),
        meeting=b_meet[:, None] * r["search.interview_reach"] * _meeting_form(r)[:, None],
        continuity=r.scalar("search.continuity") * on["relation"],
        belief_effect=r.scalar("search.belief") * on["relation"],
        belief_shift=r["casework.belief_shift"].copy(),
        own_belief=r.scalar("search.own_belief"),
        trust_effect=r.scalar("search.trust"),
        threat=r["search.threat"] * on["threat"],
        lock_in=np.log(in_programme) * on["lock_in"],
        lift=lift * on["programme_lift"],
        sanction=np.log(r["search.sanction_multiplier"]) * on["sanction_effect"],
        hours_effect=r["search.ordinary_hours"].copy(),
        employer_service=_employer_service(r) * law.on("employer_service"),
        exhaustion=r.scalar("search.exhaustion"),
        dagpenge_period=np.round(r["dagpenge.period_weeks"]).astype(np.int64),
        incentive=_incentive(r, reference) * on["benefit_incentive"],
    )


def _employer_service(r: Resolved) -> NDArray[np.float64]:
    """What employer service brings (w, 2), log: to the jobcentre's clients, to those of the a-kasse alone."""
    return reach(
        r["employers.jobcentre_channel_share"],
        r["employers.vacancies_reached"],
        r["employers.a_kasse_clients_visible"],
    )


def _meeting_form(r: Resolved) -> NDArray[np.float64]:
    """Effect of an average interview relative to one in person (w,), by the share held digitally."""
    digital = r["contact.digital_share"]
    effect = (1.0 - digital * (1.0 - r["contact.digital_effect"])) * r["contact.quality_factor"]
    return np.asarray(effect)


def _incentive(r: Resolved, reference: Resolved) -> NDArray[np.float64]:
    """Elasticity times the log of the benefit with the reform over without it (w, states)."""
    now, before = typical_weekly_kr(benefit_rates(r)), typical_weekly_kr(benefit_rates(reference))
    change = np.zeros(now.shape)
    known = (now > 0) & (before > 0)
    change[known] = np.log(now[known] / before[known])
    change[:, _ON_ASSISTANCE] += _perceived(r, now)[:, _ON_ASSISTANCE]
    elasticity = np.full(N_STATES, r.scalar("search.benefit_elasticity"))
    for state in (
        State.KONTANTHJAELP_ACTIVITY_READY,
        State.JOBAFKLARING,
        State.RESSOURCEFORLOEB,
        State.SYGEDAGPENGE,
    ):
        elasticity[state] *= r.scalar("search.benefit_elasticity_far_from_work")
    return np.asarray(elasticity * change)


def _perceived(r: Resolved, weekly: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log change of the benefit seen by a recipient to whom the gain from work looks larger (w, states).

    With benefit over wage rho and a perceived gain of g times the real one, 1 - g * (1 - rho) over rho.
    """
    wage = r["wages.by_education_kr_year"][:, :1] / WEEKS_A_YEAR
    rho = np.clip(weekly / wage, 0.05, 0.95)
    seen = 1.0 - r["benefits.perceived_gain"][:, None] * (1.0 - rho)
    return np.asarray(np.log(np.maximum(seen, 0.05) / rho))


def interview_gain(law: Law) -> NDArray[np.float64]:
    """Caseworkers' guess of an interview's gain (w, states, 3 barriers), relative to the row's largest."""
    level, reach = _level(law), law.now["search.interview_reach"]
    hazard = np.where(level > _NO_SEARCH / 2, np.exp(level), 0.0)
    barrier = np.exp(law.now.vector("search.barrier"))
    gain = hazard[:, :, None] * barrier[None, None, :] * reach[:, None, :]
    return np.asarray(gain / np.maximum(gain.max(axis=(1, 2), keepdims=True), 1e-12))


def _level(law: Law) -> NDArray[np.float64]:
    """Log weekly hazard of a job by state (w, states)."""
    weekly = law.now["search.weekly_hazard"]
    return np.where(weekly > 0, np.log(np.maximum(weekly, 1e-12)), _NO_SEARCH)


@part
def _who(i: int, now: Now, k: Clients, r: SearchRules) -> float:
    """Terms of the person and the spell."""
    p, s = k.person, k.spell
    w, state = p.rule_row[i], k.state[i]
    x = r.group[w, state] + r.education[p.education[i]] + r.barrier[p.barrier[i]]
    x += r.sigma * p.employability[i] + r.municipality[p.municipality[i]] + r.incentive[w, state]
    x -= r.age_slope * max(now.year - p.birth_year[i] - 45, 0)
    weeks = now.week - s.course_start[i]
    x -= r.delta * min(weeks, 156)
    if weeks >= r.stigma_week:
        x -= r.stigma
    if state == _DAGPENGE:
        used = s.dagpenge_weeks[i] + now.week - s.entered[i]
        if used >= r.dagpenge_period[w] - 17:
            x += r.exhaustion
    return x


@part
def _caseworker(i: int, now: Now, k: Clients, cw: Caseworkers, r: SearchRules) -> float:
    """Terms of interviews and of the relation with the caseworker."""
    c = k.contact
    j, w = c.caseworker[i], k.person.rule_row[i]
    skill = cw.skill[j] if j >= 0 else 1.0
    trust = 1.0 + r.trust_effect * (c.trust[i] - 0.5)
    x = r.meeting[w, k.person.barrier[i]] * skill * trust
    x *= interview_effect(c.interview_stock[i], c.last_interview[i], now.week)
    if j >= 0:
        belief = cw.belief[j] + r.belief_shift[w]
        x += r.continuity * (min(c.met[i], 3) / 3.0 - 1.0) + r.belief_effect * belief
    return x + r.own_belief * c.belief[i]


@part
def _vacancies_brought(i: int, k: Clients, r: SearchRules) -> float:
    """Term of the employer service: who is offered to employers, see mechanisms.employer_service."""
    w = k.person.rule_row[i]
    if k.contact.caseworker[i] >= 0:
        return r.employer_service[w, 0]
    return r.employer_service[w, 1] if k.state[i] == _DAGPENGE else 0.0


@part
def _programme(i: int, now: Now, k: Clients, r: SearchRules) -> float:
    """Terms of threat, lock-in, lift, sanctions and paid hours."""
    g, c, w = k.programme, k.contact, k.person.rule_row[i]
    x = r.lock_in[w, g.kind[i]]
    if g.kind[i] == _NONE:
        if g.planned[i] != NEVER and g.planned[i] - now.week <= 4 and k.person.sex[i] == 0:
            x += r.threat[w]
        if g.ended[i] != NEVER:
            x += r.lift[w, g.last[i]] * math.exp(-(now.week - g.ended[i]) / LIFT_WEEKS)
    if c.sanction_until[i] > now.week and k.state[i] == _DAGPENGE:
        x += r.sanction[w]
    if c.ordinary_hours[i] > 0:
        x += r.hours_effect[w]
    return x


@kernel
def _fill(
    now: Now,
    k: Clients,
    cw: Caseworkers,
    r: SearchRules,
    hazard: NDArray[np.float64],
    searching: NDArray[np.float64],
) -> None:
    for i in range(k.id.size):
        state = k.state[i]
        if state == NOBODY or r.group[k.person.rule_row[i], state] < -50.0:
            hazard[i] = 0.0
            continue
        x = _who(i, now, k, r) + _caseworker(i, now, k, cw, r) + _programme(i, now, k, r)
        h = math.exp(x + _vacancies_brought(i, k, r))
        hazard[i] = h
        searching[k.person.municipality[i]] += h


@act("interview_effect", writes=("this_week.hazard", "this_week.clients", "this_week.searching"), always=True)
def fill_hazards(world: World, r: SearchRules) -> None:
    """Weekly hazards of a job at normal tightness, client by client, and their sums by residence."""
    k, week = world.clients.settled, world.this_week
    week.clients, week.hazard = k.id.copy(), np.empty(k.id.size)
    week.searching = np.zeros(len(world.codes))
    _fill(world.now, k, world.caseworkers, r, week.hazard, week.searching)


MECHANISMS = (
    Mechanism(
        name="interview_effect",
        label="An interview raises job finding for some weeks",
        equation="b * s(meetings)",
        evidence="M21, M02, M12, C20",
        when_off="interviews change nothing",
        rules=rules,
    ),
    Mechanism(
        name="relation",
        label="Knowing each other and believing in the client",
        equation="continuity * (min(met,3)/3 - 1) + belief",
        evidence="C13, C14, C15",
        when_off="relations do not matter",
        rules=rules,
    ),
    Mechanism(
        name="duration_dependence",
        label="Genuine duration dependence and stigma",
        equation="-delta*weeks - stigma",
        evidence="S02-S04, S12, S14",
        when_off="only selection lowers hazards over the spell",
        rules=rules,
    ),
    Mechanism(
        name="threat",
        label="Threat of an announced programme",
        equation="+threat before the start",
        evidence="M15, M27",
        when_off="announcements change nothing",
        rules=rules,
    ),
    Mechanism(
        name="lock_in",
        label="Lock-in during a programme",
        equation="multiplier in the programme",
        evidence="P05, section 1.6",
        when_off="participants search like others",
        rules=rules,
    ),
    Mechanism(
        name="programme_lift",
        label="Lift after a programme",
        equation="lift * exp(-t/52)",
        evidence="P05, P12, P20, P41",
        when_off="programmes leave nothing behind",
        rules=rules,
    ),
    Mechanism(
        name="sanction_effect",
        label="A sanctioned UI recipient searches harder",
        equation="log 2 for 13 weeks",
        evidence="P01",
        when_off="sanctions do not change search",
        rules=rules,
    ),
    Mechanism(
        name="benefit_incentive",
        label="Benefit levels and search",
        equation="elasticity * log(benefit ratio)",
        evidence="B20, B21, B10",
        when_off="benefit levels do not change search",
        rules=rules,
    ),
)
