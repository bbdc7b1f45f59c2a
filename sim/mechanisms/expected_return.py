"""Expected return: who is sick from a job and expected back soon is not followed up; the hours go to others.

An absence from a job that is held is expected to last

    the weeks in which half of those like this person would be well * exp(``sickness.forecast_error`` * z)

z normal, drawn once an absence; half are well when the person's own rate of recovery
(:mod:`sim.rules.recovery`: barrier, employability, its two falls) has added up to ln 2. Where that is
within ``sickness.exempt_return_within_weeks`` of the absence, and the employer agrees
(``sickness.employer_agrees_share``), the jobcentre holds no interview: until the person is well, the job is
lost, or those weeks are over and the forecast has shown to be wrong. In the law before any reform nobody is
exempt for this.

Where caseworkers agree on a return by degrees beyond today's (``sickness.graded_return_agreed``), they do
so in the week of illness in which it begins, with the share ``sickness.graded_return_share`` of those who
are not exempt, drawn once an illness; each takes ``sickness.graded_return_minutes``. What comes of it is in
:mod:`sim.mechanisms.sickness`.

Where all the sick are screened (``sickness.screened``), it is done at the first interview of a spell
(``sickness.screening_minutes``). After it those of whom an absence of more than ``sickness.at_risk_weeks``
is expected, by the same forecast, have an interview each ``sickness.at_risk_interval_weeks``, the others by
need (:mod:`sim.mechanisms.contact`).

Evidence: E2-S12, SICK-20.  Switch: ``expected_return``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.draws import normal, own_purpose, uniform
from sim.law import Law, whole
from sim.mechanism import Mechanism, act
from sim.mechanisms.casework import add_task
from sim.rules.recovery import RecoveryRules, half_well_after, recovery_rules
from sim.states import State
from sim.vocabulary import Health, Task
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.world import World

_SICK, _ILL, _EMPLOYER = int(State.SYGEDAGPENGE), int(Health.ILL), int(Task.EMPLOYER_CONTACT)
_SCREENING = int(Task.CASE_ADMINISTRATION)
_FORECAST, _AGREES = own_purpose("expected_return.forecast"), own_purpose("expected_return.agrees")
#: With whom a return by degrees is agreed on.
_DEGREES = own_purpose("expected_return.by_degrees")


class ReturnRules(NamedTuple):
    """w = rule rows of persons."""

    within: NDArray[np.int64]  # (w,) weeks; 0: nobody is exempt
    agrees: NDArray[np.float64]  # (w,) share of employers
    error: NDArray[np.float64]  # (w,) log points
    recovery: RecoveryRules
    graded: NDArray[np.float64]  # (w,) share of the sick with a job with whom it is agreed on
    graded_week: NDArray[np.int64]  # (w,) of illness
    graded_minutes: NDArray[np.float64]  # (w,)
    screened: NDArray[np.int64]  # (w,) 1: all the sick are screened at their first interview
    screening: NDArray[np.float64]  # (w,) minutes
    risk_weeks: NDArray[np.float64]  # (w,) of absence, expected of who is at risk


def return_rules(law: Law) -> ReturnRules:
    """Return who is exempt for an expected return; nobody where the mechanism is switched off."""
    r, on = law.now, law.on("expected_return")
    return ReturnRules(
        within=whole(r["sickness.exempt_return_within_weeks"] * float(on)),
        agrees=r["sickness.employer_agrees_share"].copy(),
        error=r["sickness.forecast_error"].copy(),
        recovery=recovery_rules(r),
        graded=r["sickness.graded_return_agreed"]
        * r["sickness.graded_return_share"]
        * float(law.on("sickness")),
        graded_week=whole(r["sickness.graded_return_week"]),
        graded_minutes=r["sickness.graded_return_minutes"] * float(on),
        screened=whole(r["sickness.screened"] * float(on)),
        screening=r["sickness.screening_minutes"].copy(),
        risk_weeks=r["sickness.at_risk_weeks"].copy(),
    )


@part
def is_expected_back(i: int, now: Now, k: Clients, r: ReturnRules) -> bool:
    """Whether client ``i`` is sick from a job, expected back soon, and so has no follow-up."""
    w, entered = k.person.rule_row[i], k.spell.entered[i]
    within = r.within[w]
    if within <= 0 or k.state[i] != _SICK or k.spell.employer[i] < 0 or now.week - entered >= within:
        return False
    if uniform(now.key, _AGREES, k.key[i], entered) >= r.agrees[w]:
        return False
    return _forecast(i, now, k, r) <= within


@part
def _forecast(i: int, now: Now, k: Clients, r: ReturnRules) -> float:
    """Weeks that the absence of client ``i`` is expected to last."""
    usual: float = half_well_after(k.person.barrier[i], k.person.employability[i], r.recovery)
    z = normal(now.key, _FORECAST, k.key[i], k.spell.entered[i])
    return usual * math.exp(r.error[k.person.rule_row[i]] * z)


@part
def is_at_risk(i: int, now: Now, k: Clients, r: ReturnRules) -> bool:
    """Whether a screening finds client ``i``, who is sick, at risk of a long absence."""
    return _forecast(i, now, k, r) > r.risk_weeks[k.person.rule_row[i]]


@part
def returns_by_degrees(i: int, now: Now, k: Clients, r: ReturnRules) -> bool:
    """Whether caseworkers agree on a return by degrees with client ``i``, who is sick from a job."""
    share, since = r.graded[k.person.rule_row[i]], k.condition.ill_since[i]
    if share <= 0.0 or uniform(now.key, _DEGREES, k.key[i], since) >= share:
        return False
    return not is_expected_back(i, now, k, r)


@kernel
def _agree(now: Now, k: Clients, cw: Caseworkers, r: ReturnRules) -> int:
    agreed = 0
    for i in range(k.id.size):
        w = k.person.rule_row[i]
        if k.state[i] != _SICK or r.graded[w] <= 0.0 or r.graded_minutes[w] <= 0.0:
            continue
        if k.spell.employer[i] < 0 or k.condition.health[i] != _ILL:
            continue
        begins = now.week - k.condition.ill_since[i] == r.graded_week[w]
        if begins and returns_by_degrees(i, now, k, r):
            add_task(i, _EMPLOYER, r.graded_minutes[w], k, cw)
            agreed += 1
    return agreed


@kernel
def _screen(now: Now, k: Clients, cw: Caseworkers, r: ReturnRules) -> int:
    screened = 0
    for i in range(k.id.size):
        w, c = k.person.rule_row[i], k.contact
        if k.state[i] == _SICK and r.screened[w] and c.held[i] == 1 and c.last_interview[i] == now.week:
            add_task(i, _SCREENING, r.screening[w], k, cw)
            screened += 1
    return screened


@act("expected_return", writes=("caseworkers.backlog_task",), purposes=(_FORECAST, _AGREES, _DEGREES))
def agree_on_graded_returns(world: World, r: ReturnRules) -> None:
    """Give caseworkers the work of the returns by degrees that begin this week, and of screening the sick."""
    if (r.graded * r.graded_minutes).any():
        _agree(world.now, world.clients.settled, world.caseworkers, r)
    if r.screened.any():
        _screen(world.now, world.clients.settled, world.caseworkers, r)


MECHANISMS = (
    Mechanism(
        name="expected_return",
        label="Who is sick from a job and expected back soon is not followed up",
        label_da="Sygemeldte med job, der ventes hurtigt tilbage, følges ikke op",
        equation="own median absence * exp(error) within the rule's weeks, and the employer agrees",
        evidence="E2-S12, SICK-20",
        when_off="nobody is exempt for an expected return",
        rules=return_rules,
    ),
)
