"""Exits without a job: to an education, and to self-support, by who the person is.

    to education     when_ill * x * (a * by_age * of_the_unskilled * ordered * by_barrier + b * s(interviews))
    to self-support  when_ill * x * c * by_barrier * means_tested * level

yearly rates, with factors (``exits.*``) for who is not well, from 35, without an education, ordered to take
one by the rules of the benefit, and on a means-tested benefit; P = 1 - exp(-rate), each with a number of
its own.  A benefit counts through its rules alone: whether it orders an education, whether a partner's
income and savings count, its level (:mod:`sim.mechanisms.taking_part`) and how long it lasts.  What
caseworkers do acts here as on jobs:

    x = exp(caseload + quality + e * s(interviews) + shorter right)

with caseload and quality from :mod:`sim.rules.effort`, s as in :mod:`sim.rules.recent_interviews` and e
(``exits.interview_effect``) an assumption; for the young without an education an interview has instead the
size that there is evidence for (b, B14).  The switch ``interview_effect`` takes both away.  Who holds a job
returns to it instead (:mod:`sim.mechanisms.benefit_shifts`).  Switch: ``own_exits``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.engine.decisions import Contenders, bound, contenders, happens
from sim.engine.draws import Purpose
from sim.law import Law
from sim.lookup import IS_CLIENT, flags
from sim.mechanism import Mechanism, act
from sim.mechanisms.taking_part import leaving
from sim.rules.benefit_change import ShorterRightRules, shorter_right, shorter_right_rules
from sim.rules.effort import (
    CaseloadRules,
    QualityRules,
    caseload_effect,
    caseload_rules,
    quality_effect,
    quality_rules,
)
from sim.rules.recent_interviews import FadeRules, fade_rules, interview_effect
from sim.states import N_STATES, State
from sim.vocabulary import Education, Health
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.moves import Moves
from sim.world.world import World

PARAMETERS = """
exits.interview_effect:
  label: 'Interview: log rate of leaving without a job in the month after, against none'
  label_da: 'Samtale: log af raten for afgang uden job i måneden efter'
  kind: assumption
  unit: log points
  values: {2016-01-01: 0.1}
  bounds: [-1, 2]
  prior: {distribution: triangular, low: 0.0, high: 0.27}
  range: [0.0, 0.27]
  reason: >-
    The strong leave to avoid what they are called in for (M16), and a search period before assistance lowers
    receipt for good (E2-C16), so not nothing; no study tells exits without a job apart. At most what an
    interview does for jobs.
  mechanism: own_exits
"""
_EXIT = int(Purpose.EXIT)
_EDUCATION, _OUTSIDE = int(State.EDUCATION), int(State.OUTSIDE)
_BASIC, _WELL = int(Education.BASIC), int(Health.WELL)
_ORDERS, _MEANS = flags("orders_education"), flags("means_tested")
#: Where the band of age ends that the parameter exits.education_from_35 is named after: no size.
_BAND = 35


class ExitRules(NamedTuple):
    """w = rule rows of persons."""

    education: NDArray[np.float64]  # (w,) a week, of somebody well under 35 with an education
    older: float  # from 35
    basic: float  # who has no education
    ordered: float  # on a benefit that orders it
    education_barrier: NDArray[np.float64]  # (3,)
    interview: NDArray[np.float64]  # (w,) a week, of a recent interview
    young_age: int  # below which it does
    outside: NDArray[np.float64]  # (w,) a week, of somebody well without a barrier
    outside_barrier: NDArray[np.float64]  # (3,)
    means_tested: float  # on a means-tested benefit
    level: NDArray[np.float64]  # (w, states) of self-support, by what a reform makes of the benefit
    ill: float  # of who is not well
    fade: FadeRules
    called: float  # log points of a recent interview
    caseload: CaseloadRules
    quality: QualityRules
    shorter: ShorterRightRules


def rules(law: Law) -> ExitRules:
    """Return rates in force, from ``exits.*``."""
    r = law.now
    seen = float(law.on("interview_effect"))
    interview = r["exits.interview_to_education"] / WEEKS_A_YEAR * seen
    return ExitRules(
        education=r["exits.education_rate"] / WEEKS_A_YEAR,
        older=r.scalar("exits.education_from_35"),
        basic=r.scalar("exits.education_of_the_unskilled"),
        ordered=r.scalar("exits.education_ordered"),
        education_barrier=r.vector("exits.education_by_barrier").copy(),
        interview=interview,
        young_age=round(r.scalar("benefits.adult_from_age")),
        outside=r["exits.self_support_rate"] / WEEKS_A_YEAR,
        outside_barrier=r.vector("exits.self_support_by_barrier").copy(),
        means_tested=r.scalar("exits.self_support_means_tested"),
        level=leaving(law),
        ill=r.scalar("exits.when_ill"),
        fade=fade_rules(r),
        called=r.scalar("exits.interview_effect") * seen,
        caseload=caseload_rules(law),
        quality=quality_rules(law),
        shorter=shorter_right_rules(law),
    )


@part
def _young_unskilled(i: int, now: Now, k: Clients, r: ExitRules) -> bool:
    """Whether an interview leads client ``i`` towards an education as B14 has it."""
    young = now.year - k.person.birth_year[i] < r.young_age
    return young and k.person.education[i] == _BASIC


@part
def _to_education(i: int, recent: float, now: Now, k: Clients, r: ExitRules) -> float:
    """Weekly rate to education, before what caseworkers do; ``recent`` interviews as an effect."""
    p, state, age = k.person, k.state[i], now.year - k.person.birth_year[i]
    x = r.education[p.rule_row[i]] * r.education_barrier[p.barrier[i]]
    if age >= _BAND:
        x *= r.older
    if p.education[i] == _BASIC:
        x *= r.basic
        if _ORDERS[state]:
            x *= r.ordered
    if _young_unskilled(i, now, k, r):
        return x + r.interview[p.rule_row[i]] * recent
    return x * math.exp(r.called * recent)


@part
def _to_self_support(i: int, recent: float, k: Clients, r: ExitRules) -> float:
    """Weekly rate to self-support without a job, before what caseworkers do."""
    w, state = k.person.rule_row[i], k.state[i]
    x = r.outside[w] * r.outside_barrier[k.person.barrier[i]] * r.level[w, state]
    return (x * r.means_tested if _MEANS[state] else x) * math.exp(r.called * recent)


@part
def _effort(i: int, now: Now, k: Clients, cw: Caseworkers, r: ExitRules) -> float:
    """How much faster client ``i`` leaves without a job by caseload, caseworker and a shorter right."""
    by_caseworker = caseload_effect(i, now, k, cw, r.caseload) + quality_effect(i, k, cw, r.quality)
    return math.exp(by_caseworker + shorter_right(i, k, r.shorter))


@kernel
def _leave(now: Now, open_to: Contenders, k: Clients, cw: Caseworkers, r: ExitRules, out: Moves) -> int:
    n = 0
    for at in range(open_to.row.size):
        i, u, v = open_to.row[at], open_to.u[at], open_to.v[at]
        if k.spell.employer[i] >= 0:
            continue
        able = 1.0 if k.condition.health[i] == _WELL else r.ill
        able *= _effort(i, now, k, cw, r)
        stock: float = np.float64(k.contact.interview_stock[i])
        recent = interview_effect(stock, k.contact.last_interview[i], now.week, r.fade)
        education, outside = (
            able * _to_education(i, recent, now, k, r),
            able * _to_self_support(i, recent, k, r),
        )
        if happens(u, education):
            out.who[n], out.to[n] = k.id[i], _EDUCATION
            n += 1
        elif happens(v, outside):
            out.who[n], out.to[n] = k.id[i], _OUTSIDE
            n += 1
    return n


def _bounds(r: ExitRules, cw: Caseworkers) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """No client of a state leaves it with more than these chances (state,): to education, to self-support."""
    orders, means = _ORDERS[:N_STATES] == 1, _MEANS[:N_STATES] == 1
    ordered = np.where(orders, r.basic * max(r.ordered, 1.0), max(r.basic, 1.0))
    called = math.exp(max(r.called, 0.0) * r.fade.largest_effect)
    education = r.education.max() * r.education_barrier.max() * max(r.older, 1.0) * ordered * called
    education += r.interview.max() * r.fade.largest_effect
    outside = r.outside.max() * r.outside_barrier.max() * np.where(means, r.means_tested, 1.0)
    outside = outside * r.level.max(axis=0) * called
    effort = r.caseload.largest_effect + r.quality.largest_effect(cw) + r.shorter.largest_effect
    able = max(r.ill, 1.0) * math.exp(effort)
    clients = IS_CLIENT[:N_STATES]
    return bound(able * education) * clients, bound(able * outside) * clients


@act("own_exits", purposes=(Purpose.EXIT,))
def leave_without_a_job(world: World, r: ExitRules) -> Moves:
    """Clients leave for an education, or live on something else than a benefit or a wage."""
    now, k, cw = world.now, world.clients.settled, world.caseworkers
    open_to = contenders(now.key, _EXIT, now.week, k.key, k.state, *_bounds(r, cw))
    out = Moves.room(open_to.row.size)
    return out.first(_leave(now, open_to, k, cw, r, out))


MECHANISMS = (
    Mechanism(
        name="own_exits",
        label="Clients leave for an education or self-support without a job",
        label_da="Afgang til uddannelse og selvforsørgelse uden job",
        equation="yearly rates by person, rules of the benefit and what caseworkers do",
        evidence="B14, seed F01; E2-C01, E2-P03",
        when_off="nobody leaves a benefit without a job",
        rules=rules,
    ),
)
