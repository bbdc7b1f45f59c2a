"""Benefit shifts: what the law of the week makes of who a person is.

About 80,000 shifts a year (F01 of the seed figures, validation).  Nobody moves at a rate between two benefits
where person and law explain the move.  Each week, client by client, the first of these that holds:

1. well, and a job is kept: back to the own employer (an exit of its own);
2. well, on a benefit that is for illness: what the law gives a person without work
   (:mod:`sim.rules.entitlement`);
3. ill, on dagpenge: sickness benefit;
4. at the revaluation (section 24 of sygedagpengeloven: each 22 weeks), unless a case of clarification is
   open, a share ``sickness.found_fit_share`` of the temporarily ill is found fit and is well from then on,
   back to the own job or as in 2; sickness benefit is prolonged for a share ``sickness.extension_share``; the
   others go where the law of that week says: a jobafklaringsforløb, or assistance where there is none;
5. on kontanthjælp a caseworker looks at the case ``assessment.rate`` times a year and finds the person ready
   for work or not, with error;
6. the few flows that neither explains (``flows.<from>_to_<to>``: the integration benefit's residence
   requirement, reassessment on ledighedsydelse, vocational rehabilitation), at a yearly rate, to what the law
   gives.

Whether a shift restarts the contact course and costs a handover is law and organisation, see
:mod:`sim.mechanisms.transition`.  Switch: ``benefit_shifts``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.engine.decisions import ROUNDING
from sim.engine.draws import Purpose, uniform, uniform_pair
from sim.law import Law, whole
from sim.lookup import flags
from sim.mechanism import Mechanism, act
from sim.rules.effort import CaseloadRules, caseload_effect, caseload_rules
from sim.rules.entitlement import Entitlement, assistance, benefit_without_work, entitlement, looked_at
from sim.rules.flows import rates_in_force
from sim.states import N_STATES, NOBODY, State
from sim.vocabulary import Health
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.columns import NEVER
from sim.world.moves import Moves
from sim.world.world import World

_SHIFT, _READINESS, _REVALUATION = int(Purpose.SHIFT), int(Purpose.READINESS), int(Purpose.REVALUATION)
_EMPLOYED, _DAGPENGE, _SICK = int(State.EMPLOYED), int(State.DAGPENGE), int(State.SYGEDAGPENGE)
_CLARIFYING, _INTEGRATION = int(State.JOBAFKLARING), int(State.INTEGRATION_BENEFIT)
_WELL, _ILL = int(Health.WELL), int(Health.ILL)
_FOR_THE_ILL, _ASSESSED, _ON_ASSISTANCE = flags("for_the_ill"), flags("assessed"), flags("means_tested")


class ShiftRules(NamedTuple):
    """Law and rates; w = rule rows of persons."""

    law: Entitlement
    revaluation_week: NDArray[np.int64]  # (w,)
    extension_share: NDArray[np.float64]  # (w,) of spells at the revaluation
    found_fit_share: NDArray[np.float64]  # (w,) of those of the temporarily ill
    clarification_open: NDArray[np.int64]  # (w,) jobafklaring exists
    assessed: float  # rate a week at which a caseworker looks at how ready somebody is
    rate: NDArray[np.float64]  # (w, from, to) a week: flows that neither person nor law explains
    total: NDArray[np.float64]  # (w, from) their sums
    caseload: CaseloadRules
    soonest: float  # no rate is multiplied by more than this, rounding included


def rules(law: Law) -> ShiftRules:
    """Return the law of the week and the rates that are left."""
    r = law.now
    rate, caseload = rates_in_force(r), caseload_rules(law)
    return ShiftRules(
        law=entitlement(law),
        revaluation_week=whole(r["sickness.revaluation_week"]),
        extension_share=r["sickness.extension_share"].copy(),
        found_fit_share=r["sickness.found_fit_share"].copy(),
        clarification_open=whole(r["clarification.jobafklaring_open"]),
        assessed=r.scalar("assessment.rate") / WEEKS_A_YEAR,
        rate=rate,
        total=rate.sum(axis=2),
        caseload=caseload,
        soonest=math.exp(caseload.largest_effect) * (1.0 + ROUNDING),
    )


@part
def _look(i: int, now: Now, k: Clients) -> float:
    """What decides how ready client ``i`` is found at a shift this week: uniform."""
    return uniform(now.key, _READINESS, k.key[i], now.week)


@part
def _when_well(i: int, now: Now, k: Clients, r: ShiftRules) -> int:
    """Where client ``i`` goes who is well: back to the job that was kept, or to what the law gives."""
    if k.spell.employer[i] >= 0:
        return _EMPLOYED
    return benefit_without_work(i, _look(i, now, k), now, k, r.law)


@part
def _revaluation_due(i: int, now: Now, k: Clients, r: ShiftRules) -> bool:
    """Whether the sickness benefit of client ``i`` is revalued this week."""
    weeks, w = now.week - k.spell.entered[i], k.person.rule_row[i]
    return weeks > 0 and weeks % r.revaluation_week[w] == 0 and k.contact.clarify_at[i] == NEVER


@part
def _revalued(i: int, now: Now, k: Clients, r: ShiftRules) -> int:
    """State that the revaluation of client ``i`` leads to; who is found fit is well from now on."""
    w = k.person.rule_row[i]
    fit = r.found_fit_share[w] if k.condition.health[i] == _ILL else 0.0
    u = uniform(now.key, _REVALUATION, k.key[i], now.week)
    if u < fit:
        k.condition.health[i] = _WELL
        return _when_well(i, now, k, r)
    if u < fit + r.extension_share[w]:
        return _SICK
    if r.clarification_open[w]:
        return _CLARIFYING
    return assistance(i, _look(i, now, k), now, k, r.law)


@part
def _unexplained(i: int, left: float, frm: int, w: int, r: ShiftRules) -> int:
    """Which of the flows that are left it is; ``left`` uniform between 0 and their sum."""
    last = frm
    for to in range(N_STATES):
        if r.rate[w, frm, to] > 0.0:
            last = to
            left -= r.rate[w, frm, to]
            if left < 0.0:
                return to
    return last


@part
def _by_health(i: int, now: Now, k: Clients, r: ShiftRules) -> int:
    """State that the health of client ``i`` and the law lead to (1 to 4): the present one for almost all."""
    frm, well = int(k.state[i]), k.condition.health[i] == _WELL
    if well and (k.spell.employer[i] >= 0 or _FOR_THE_ILL[frm]):
        return _when_well(i, now, k, r)
    if frm == _DAGPENGE and not well:
        return _SICK
    if frm == _SICK and _revaluation_due(i, now, k, r):
        return _revalued(i, now, k, r)
    return frm


@part
def _by_look(i: int, now: Now, k: Clients, cw: Caseworkers, r: ShiftRules) -> int:
    """State that a caseworker's look at the case of client ``i`` leads to (5 and 6)."""
    frm, w = int(k.state[i]), k.person.rule_row[i]
    total = r.total[w, frm] + (r.assessed if _ASSESSED[frm] else 0.0)
    if total == 0.0:
        return frm
    u, v = uniform_pair(now.key, _SHIFT, k.key[i], now.week)
    if u >= total * r.soonest:
        return frm
    sooner = 1.0 if frm == _INTEGRATION else math.exp(caseload_effect(i, now, k, cw, r.caseload))
    chance = -math.expm1(-total * sooner)
    if u >= chance:
        return frm
    left = u / chance * total
    if left >= r.total[w, frm]:
        return looked_at(i, v, k, r.law)
    to = _unexplained(i, left, frm, w, r)
    return assistance(i, v, now, k, r.law) if _ON_ASSISTANCE[to] else to


@kernel
def _shift(now: Now, k: Clients, cw: Caseworkers, r: ShiftRules, out: Moves) -> int:
    n = 0
    for i in range(k.id.size):
        if k.state[i] == NOBODY:
            continue
        to = _by_health(i, now, k, r)
        if to == k.state[i]:
            to = _by_look(i, now, k, cw, r)
        if to != k.state[i]:
            out.who[n], out.to[n] = k.id[i], to
            n += 1
    return n


@act(
    "benefit_shifts",
    writes=("clients.condition.health",),
    purposes=(Purpose.SHIFT, Purpose.READINESS, Purpose.REVALUATION),
)
def shift_benefits(world: World, r: ShiftRules) -> Moves:
    """The week's shifts: who goes back to the own job, and to what benefit the law sends whom."""
    k = world.clients.settled
    out = Moves.room(k.id.size)
    return out.first(_shift(world.now, k, world.caseworkers, r, out))


MECHANISMS = (
    Mechanism(
        name="benefit_shifts",
        label="The law moves people between benefits by who they are",
        label_da="Skift mellem ydelser",
        equation="person and law; few yearly rates",
        evidence="seed F01, F304-F308; E2-S10, E2-S12",
        when_off="nobody shifts",
        rules=rules,
    ),
)
