"""Sickness cases: reviews, return by degrees, and the job that is kept, or lost, during illness.

A review of the case by management (``sickness.review_1_week`` ..., 0 in the law) takes time, books an
interview for now and, where capacity is lost, opens a case of clarification
(:mod:`sim.mechanisms.clarification`). In the four weeks around it the rate of recovery is
exp(``sickness.review_effect``) times as high. A recent interview multiplies it by
exp(``sickness.interview_effect`` * s), s as in :mod:`sim.rules.recent_interviews`: by nothing, give or take
(E2-S01). On a benefit that is for illness its level counts,

    (benefit / benefit without the reform) ^ ``search.benefit_elasticity_when_ill``  (E2-S06)

Return by degrees to a job that is held speeds recovery up and does not raise how many recover in the end
(E2-S04, E2-S05). With whom caseworkers agree on one is drawn (:mod:`sim.mechanisms.expected_return`); a
part m of illnesses is mental, where it does nothing,

    weeks ``graded_return_week`` to ``graded_return_until_week``      1 + (1 - m) * (exp(effect) - 1)
    then to ``graded_return_horizon_weeks``                           1 - slower

and slower is such that as many have returned to their job by the horizon as without it, among people of
middle employability without barriers, loss of capacity and of the job counted in.  Recovery itself is the
person's (:mod:`sim.mechanisms.health`).  An employer dismisses who has been ill for
``sickness.protected_weeks``:

    P(dismissed this week) = 1 - exp(-``sickness.dismissal_rate`` / 52.18)

whatever benefit the person is on; until then the recovered return to their own job.

Evidence: E2-S12 (four in five of those who fall ill from a job return), E2-S01, E2-S04 to E2-S06.  Switch:
``sickness``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose, uniform
from sim.law import Law, whole
from sim.lookup import flags
from sim.mechanism import Mechanism, act
from sim.mechanisms.casework import add_task
from sim.mechanisms.clarification import ClarificationRules, needs_clarification, open_case
from sim.mechanisms.expected_return import ReturnRules, return_rules, returns_by_degrees
from sim.rules.benefit_change import paid_change
from sim.rules.recent_interviews import FadeRules, fade_rules, interview_effect
from sim.states import N_STATES, NOBODY, State
from sim.vocabulary import Health, Task
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.columns import NEVER
from sim.world.employers import Employers
from sim.world.people import Status
from sim.world.world import World

PARAMETERS = """
sickness.interview_effect:
  label: 'Interview with who is ill: log rate of recovery and of a job in the month after, against none'
  label_da: 'Samtale med en syg: log af raten for raskmelding og job i måneden efter'
  kind: evidence
  unit: log points
  values: {2016-01-01: 0.0}
  bounds: [-1, 1]
  prior: {distribution: normal, low: -0.08, high: 0.08}
  range: [-0.08, 0.08]
  reason: >-
    A large trial of summons to meetings finds nothing and rejects small effects, against earlier
    quasi-experiments (E2-S02, E2-S03); standard deviation 0.04.
  source:
    title: Effects of Dialogue Meetings on Sickness Absence
    publisher: Alpino, Hauge, Kotsadam, Markussen; J. of Health Economics 83, 102615
    year: n.d.
    locator: abstract
    url: https://frisch.uio.no/publikasjoner/?pubid=1594
    ids: [E2-S01, E2-S02, E2-S03]
  confidence: high
  mechanism: sickness
sickness.graded_return_mental_share:
  label: Share of the sick from a job whose illness is mental, for whom return by degrees does nothing
  label_da: Andel af sygemeldte med job, hvis sygdom er psykisk, og for hvem gradvis tilbagevenden intet gør
  kind: assumption
  unit: share
  values: {2016-01-01: 0.33}
  bounds: [0, 1]
  range: [0.2, 0.5]
  reason: >-
    A third of the jobcentres' clients have had a psychiatric diagnosis (F248); of the sick with a job no
    share was read.
  mechanism: sickness
sickness.graded_return_until_week:
  label: Week of illness until which return by degrees speeds recovery up
  label_da: Sygeuge, indtil hvilken gradvis tilbagevenden fremskynder raskmelding
  kind: assumption
  unit: week
  values: {2016-01-01: 26}
  bounds: [1, 520]
  range: [17, 34]
  reason: >-
    The programmes saw more return within the year (P07-P09), the study of two years no more in the end
    (E2-S05); when it turns was not read. Later than week 34 so few are left that a strong effect could not be
    made up for.
  mechanism: sickness
sickness.graded_return_horizon_weeks:
  label: Week of illness by which as many have returned as without return by degrees
  label_da: Sygeuge, hvor lige så mange er vendt tilbage som uden gradvis tilbagevenden
  kind: evidence
  unit: week
  values: {2016-01-01: 104}
  bounds: [2, 520]
  range: [104, 104]
  source:
    title: Graded Return-To-Work as a Stepping Stone to Full Work Resumption
    publisher: Kools, Koning; J. of Health Economics 65
    year: '2018'
    locator: abstract
    url: https://www.iza.org/publications/dp/11471/graded-return-to-work-as-a-stepping-stone-to-full-work-resumption
    ids: [E2-S04, E2-S05]
  confidence: high
  mechanism: sickness
"""
_ADMINISTRATION, _DISMISSAL = int(Task.CASE_ADMINISTRATION), int(Purpose.DISMISSAL)
_SICK, _WELL = int(State.SYGEDAGPENGE), int(Health.WELL)
#: Reviews that the law may ask for: the numbers in their parameters' names.
_REVIEWS = (1, 2, 3)
_FOR_THE_ILL = flags("for_the_ill")
#: Halvings of an interval: more than a floating-point number has digits.
_HALVINGS = 60


class EffortRules(NamedTuple):
    """What is done for the recovery of the sick; w = rule rows of persons."""

    review_weeks: NDArray[np.int64]  # (w, 3) weeks in which management goes through the case, 0 = none
    review_effect: NDArray[np.float64]  # (w,) recovery in the weeks around a review: multiplier
    review_span: int  # so many weeks before and after
    graded: NDArray[np.float64]  # (w, weeks of illness) recovery from a job one holds: multiplier
    called: float  # log points of a recent interview
    fade: FadeRules
    expected: ReturnRules  # with whom a return by degrees is agreed on
    level: NDArray[np.float64]  # (w, states) multiplier by what a reform makes of a benefit for illness


class SicknessRules(NamedTuple):
    """w = rule rows of persons, m = municipalities."""

    review_weeks: NDArray[np.int64]  # (w, 3)
    review_minutes: NDArray[np.float64]  # (w,) caseworker's time a review
    protected_weeks: int  # of illness before an employer dismisses
    dismissal: float  # chance a week afterwards


def effort_rules(law: Law) -> EffortRules:
    """Return what is done for recovery; nothing where the mechanism is switched off."""
    r, on = law.now, float(law.on("sickness"))
    elasticity = r.scalar("search.benefit_elasticity_when_ill") * on * float(law.on("benefit_incentive"))
    return EffortRules(
        review_weeks=_review_weeks(law),
        review_effect=np.exp(on * r["sickness.review_effect"]),
        review_span=round(r.scalar("sickness.review_span_weeks")),
        graded=_graded(law, on),
        called=r.scalar("sickness.interview_effect") * on * float(law.on("interview_effect")),
        fade=fade_rules(r),
        expected=return_rules(law),
        level=np.exp(elasticity * paid_change(law) * _FOR_THE_ILL[:N_STATES]),
    )


class ReturnHazards(NamedTuple):
    """Weekly rates of somebody ill with a job, middling and without barriers, by week of illness (weeks,)."""

    recovery: NDArray[np.float64]
    lost: NDArray[np.float64]  # of the job or of capacity for good


def return_hazards(law: Law, weeks: int) -> ReturnHazards:
    """Return rates of the first ``weeks`` of illness, as :mod:`sim.mechanisms.health` has them."""
    r, week = law.now, np.arange(weeks)
    late = 1.0 - r.scalar("health.recovery_late_fade")
    chronic = late * (1.0 - r.scalar("health.recovery_chronic_fade"))
    after = (week > r.scalar("health.recovery_late_week"), week > r.scalar("health.recovery_chronic_week"))
    shape = np.where(after[1], chronic, np.where(after[0], late, 1.0))
    lasting = sum(
        r.scalar(f"health.{kind}_rate") * r.vector(f"health.{kind}_by_barrier")[0]
        for kind in ("reduced", "unable")
    )
    lost = np.where(week >= r.scalar("health.lasting_from_week"), lasting, 0.0)
    lost = lost + np.where(
        week >= r.scalar("sickness.protected_weeks"), r.scalar("sickness.dismissal_rate"), 0.0
    )
    return ReturnHazards(r.vector("health.recovery_by_barrier")[0] * shape, lost / WEEKS_A_YEAR)


def share_returned(h: ReturnHazards, factor: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share who have returned after all weeks (w,), with recovery ``factor`` (w, weeks) times as fast."""
    stay = np.exp(-(h.recovery * factor + h.lost))
    there = np.cumprod(np.column_stack([np.ones(len(factor)), stay[:, :-1]]), axis=1)
    return np.asarray((there * -np.expm1(-h.recovery * factor)).sum(axis=1))


def _graded(law: Law, on: float) -> NDArray[np.float64]:
    """What return by degrees makes of recovery (w, weeks of illness), 1 behind the last."""
    r = law.now
    horizon = round(r.scalar("sickness.graded_return_horizon_weeks"))
    reached = r["sickness.graded_return_agreed"] * (1.0 - r.scalar("sickness.graded_return_mental_share"))
    more = on * reached * np.expm1(r["sickness.graded_return_effect"])
    week, until = np.arange(horizon), r.scalar("sickness.graded_return_until_week")
    fast = (week >= r["sickness.graded_return_week"][:, None]) & (week < until)
    factor = np.ones((more.size, horizon + 1))
    if not more.any():
        return factor
    factor[:, :-1] = with_as_many_returned(return_hazards(law, horizon), fast * more[:, None], week >= until)
    return factor


def with_as_many_returned(
    h: ReturnHazards, more: NDArray[np.float64], later: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Multipliers of recovery (w, weeks): ``more`` (w, weeks) above 1 at first, and as much less as it takes.

    In the weeks ``later`` (weeks,) recovery is slower (faster, where it was slower at first), by the same in
    each, so that as many have returned after all weeks as without anything.
    """
    aim = share_returned(h, np.ones_like(more))
    low, high = np.zeros(len(more)), np.full(len(more), 2.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        too_many = share_returned(h, np.where(later, middle[:, None], 1.0 + more)) > aim
        low, high = np.where(too_many, low, middle), np.where(too_many, middle, high)
    slower = np.where(more.any(axis=1), (low + high) / 2.0, 1.0)
    return np.where(later, slower[:, None], 1.0 + more)


def _review_weeks(law: Law) -> NDArray[np.int64]:
    """Weeks of sickness in which management goes through a case (w, 3)."""
    return whole(np.stack([law.now[f"sickness.review_{n}_week"] for n in _REVIEWS], axis=1))


def rules(law: Law) -> SicknessRules:
    """Return reviews and dismissal."""
    r = law.now
    return SicknessRules(
        review_weeks=_review_weeks(law),
        review_minutes=r["casework.review_minutes"].copy(),
        protected_weeks=round(r.scalar("sickness.protected_weeks")),
        dismissal=-math.expm1(-r.scalar("sickness.dismissal_rate") / WEEKS_A_YEAR),
    )


@part
def effort_on_recovery(i: int, now: Now, k: Clients, r: EffortRules) -> float:
    """How much faster client ``i``, who is ill, recovers because of what is done and what is paid."""
    w, state = k.person.rule_row[i], k.state[i]
    x = r.level[w, state]
    if r.called != 0.0:
        stock: float = np.float64(k.contact.interview_stock[i])
        x *= math.exp(r.called * interview_effect(stock, k.contact.last_interview[i], now.week, r.fade))
    if state == _SICK:
        weeks = now.week - k.spell.entered[i]
        for review in r.review_weeks[w]:
            if review > 0 and review - r.review_span <= weeks < review + r.review_span:
                x *= r.review_effect[w]
    if k.spell.employer[i] >= 0 and returns_by_degrees(i, now, k, r.expected):
        x *= r.graded[w, min(max(now.week - k.condition.ill_since[i], 0), r.graded.shape[1] - 1)]
    return x


@kernel
def _review(
    now: Now,
    k: Clients,
    cw: Caseworkers,
    r: SicknessRules,
    clarify: bool,
    c: ClarificationRules,
    certificates: NDArray[np.int64],
) -> int:
    reviewed = 0
    for i in range(k.id.size):
        if k.state[i] != _SICK:
            continue
        w = k.person.rule_row[i]
        for at in r.review_weeks[w]:
            if at <= 0 or now.week - k.spell.entered[i] != at:
                continue
            reviewed += 1
            add_task(i, _ADMINISTRATION, r.review_minutes[w], k, cw)
            if k.contact.next_due[i] == NEVER or k.contact.next_due[i] > now.week:
                k.contact.next_due[i] = now.week
            if clarify and k.contact.clarify_at[i] == NEVER and needs_clarification(i, now, k, c):
                open_case(i, now, k, cw, c, certificates)
    return reviewed


@kernel
def _dismiss(
    now: Now,
    k: Clients,
    status: Status,
    filled: NDArray[np.int32],
    vacancies: NDArray[np.int32],
    r: SicknessRules,
) -> None:
    for i in range(k.id.size):
        e = k.spell.employer[i]
        if e < 0 or k.state[i] == NOBODY or k.condition.health[i] == _WELL:
            continue
        if now.week - k.condition.ill_since[i] < r.protected_weeks:
            continue
        if uniform(now.key, _DISMISSAL, k.key[i], now.week) < r.dismissal:
            filled[e] -= 1
            vacancies[e] += 1
            k.spell.employer[i] = -1
            status.employer[k.id[i]] = -1


@act(
    "sickness",
    writes=(
        "caseworkers.backlog_task",
        "clients.contact.next_due",
        "clients.contact.clarify_at",
        "clients.contact.flexjob_early",
        "tally.certificates",
    ),
)
def review_cases(world: World, r: SicknessRules) -> None:
    """Reviews of sickness cases: work, an interview that is booked, and a case where capacity is lost."""
    if r.review_weeks.any():
        clarification: ClarificationRules = world.rules["clarification"]
        opens, certificates = world.on("clarification"), world.tally.certificates
        k, cw = world.clients.settled, world.caseworkers
        _review(world.now, k, cw, r, opens, clarification, certificates)


@act(
    "sickness",
    writes=("clients.spell.employer", "status.employer", "employers.filled", "employers.vacancies"),
    purposes=(Purpose.DISMISSAL,),
)
def dismiss(world: World, r: SicknessRules) -> None:
    """Employers dismiss who has been ill for long; the job becomes a vacancy."""
    e: Employers = world.employers
    _dismiss(world.now, world.clients.settled, world.people.status, e.filled, e.vacancies, r)


MECHANISMS = (
    Mechanism(
        name="sickness",
        label="Sickness cases are reviewed; jobs are kept or lost during illness",
        label_da="Sygedagpengesager og det job, man har",
        equation="dismissal rate after protected weeks",
        evidence="E2-S01, E2-S04 - E2-S06, E2-S12",
        when_off="no case is reviewed and nobody is dismissed during illness",
        rules=rules,
    ),
)
