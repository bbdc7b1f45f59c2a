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

from sim.engine.compiled import kernel, part, unsigned
from sim.engine.prefetch import person_ahead, prefetch
from sim.mechanisms.transition import Now
from sim.world.caseworkers import Caseworkers
from sim.world.citizens import NEVER, Citizens

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
FADE_WEEKS = 4.0
LIFT_WEEKS = 52.0
_NORM = float(np.mean(1.0 - np.exp(-np.exp(-(np.arange(4) + 0.5) / FADE_WEEKS))))
#: However many the interviews, their effect is no larger than this.
LARGEST_INTERVIEW_EFFECT = 1.0 / _NORM


class SearchRules(NamedTuple):
    """Coefficients of the hazard, all on the log scale; w = law rows of persons, m = municipalities."""

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


@part
def interview_effect(stock: float, last: int, week: int) -> float:
    """Saturating, fading effect of recent interviews: 1 on average over the month after a single one."""
    if last == NEVER:
        return 0.0
    faded = stock * math.exp(-(week - last) / FADE_WEEKS)
    return (1.0 - math.exp(-faded)) / _NORM


@part
def _who(i: int, now: Now, c: Citizens, r: SearchRules) -> float:
    """Terms of the person and the spell."""
    p, s = c.person, c.status
    w = p.law_row[i]
    x = r.group[w, s.state[i]] + r.education[p.education[i]] + r.barrier[p.barrier[i]]
    x += r.sigma * p.employability[i] + r.municipality[p.municipality[i]] + r.incentive[w, s.state[i]]
    x -= r.age_slope * max(now.year - p.birth_year[i] - 45, 0)
    weeks = now.week - s.course_start[i]
    x -= r.delta * min(weeks, 156)
    if weeks >= r.stigma_week:
        x -= r.stigma
    if s.state[i] == 1:
        used = s.dagpenge_weeks[i] + now.week - s.entered[i]
        if used >= r.dagpenge_period[w] - 17:
            x += r.exhaustion
    return x


@part
def _caseworker(i: int, now: Now, c: Citizens, cw: Caseworkers, r: SearchRules) -> float:
    """Terms of interviews and of the relation with the caseworker."""
    k = c.contact
    j, w = k.caseworker[i], c.person.law_row[i]
    skill = cw.skill[j] if j >= 0 else 1.0
    trust = 1.0 + r.trust_effect * (k.trust[i] - 0.5)
    x = r.meeting[w, c.person.barrier[i]] * skill * trust
    x *= interview_effect(k.interview_stock[i], k.last_interview[i], now.week)
    if j >= 0:
        belief = cw.belief[j] + r.belief_shift[w]
        x += r.continuity * (min(k.met[i], 3) / 3.0 - 1.0) + r.belief_effect * belief
    return x + r.own_belief * k.belief[i]


@part
def _vacancies_brought(i: int, c: Citizens, r: SearchRules) -> float:
    """Term of the employer service: who is offered to employers, see mechanisms.employer_service."""
    if c.contact.caseworker[i] >= 0:
        return r.employer_service[c.person.law_row[i], 0]
    return r.employer_service[c.person.law_row[i], 1] if c.status.state[i] == 1 else 0.0


@part
def _programme(i: int, now: Now, c: Citizens, r: SearchRules) -> float:
    """Terms of threat, lock-in, lift, sanctions and paid hours."""
    g, k, w = c.programme, c.contact, c.person.law_row[i]
    x = r.lock_in[w, g.kind[i]]
    if g.kind[i] == 0:
        if g.planned[i] != NEVER and g.planned[i] - now.week <= 4 and c.person.sex[i] == 0:
            x += r.threat[w]
        if g.ended[i] != NEVER:
            x += r.lift[w, g.last[i]] * math.exp(-(now.week - g.ended[i]) / LIFT_WEEKS)
    if k.sanction_until[i] > now.week and c.status.state[i] == 1:
        x += r.sanction[w]
    if k.ordinary_hours[i] > 0:
        x += r.hours_effect[w]
    return x


@kernel
def _fill_hazards(
    now: Now,
    clients: NDArray[np.int32],
    c: Citizens,
    cw: Caseworkers,
    r: SearchRules,
    hazard: NDArray[np.float64],
    searching: NDArray[np.float64],
) -> None:
    for at in range(clients.size):
        i, later = unsigned(clients[at]), person_ahead(clients, at)
        prefetch(c.person, later)
        prefetch(c.status, later)
        prefetch(c.contact, later)
        prefetch(c.programme, later)
        if r.group[c.person.law_row[i], c.status.state[i]] < -50.0:
            hazard[at] = 0.0
            continue
        x = _who(i, now, c, r) + _caseworker(i, now, c, cw, r) + _programme(i, now, c, r)
        h = math.exp(x + _vacancies_brought(i, c, r))
        hazard[at] = h
        searching[c.person.municipality[i]] += h


def job_hazards(
    now: Now, clients: NDArray[np.int32], c: Citizens, cw: Caseworkers, r: SearchRules, n_municipalities: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weekly hazards (n_clients,) and their sums by municipality (m,), in id order."""
    hazard, searching = np.empty(clients.size), np.zeros(n_municipalities)
    _fill_hazards(now, clients, c, cw, r, hazard, searching)
    return hazard, searching
