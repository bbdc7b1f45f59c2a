"""Benefit shifts: what the law of the week makes of who a person is.

About 80,000 shifts a year (F01 of the seed figures, validation). Nobody moves at a rate between two
benefits where person and law explain the move. Each week, client by client, the first of these that holds:

1. well, and a job is kept: back to the own employer (an exit of its own);
2. well, on a benefit that is for illness: what the law gives a person without work
   (:mod:`sim.rules.entitlement`);
3. ill, on dagpenge, and not found fit in this illness: sickness benefit;
4. at the revaluation (section 24 of sygedagpengeloven: each 22 weeks), unless a case of clarification is
   open, a share ``sickness.found_fit_share`` of the temporarily ill is found fit for work, whatever their
   health (which the finding does not change): back to the own job or as in 2; sickness benefit is prolonged
   for a share ``sickness.extension_share``; the others go where the law of that week says: a
   jobafklaringsforløb, or assistance where there is none;
5. on kontanthjælp a caseworker looks at the case ``assessment.rate`` times a year and finds the person ready
   for work or not, with error;
6. on the 30th birthday uddannelseshjælp ends (:mod:`sim.mechanisms.ageing`);
7. the few flows that neither explains (``flows.<from>_to_<to>``: the integration benefit's residence
   requirement, reassessment on ledighedsydelse, vocational rehabilitation, a flexjob), at a yearly rate, to
   what the law gives.

A flexjob is a job: its rate follows the week's labour market and the workplaces of the municipality,

    rate_m = flows.ledighedsydelse_to_fleksjob * lambda_m ^ a * (1 + experience_m) ^ b

lambda_m is what tightness does for other jobs (:mod:`sim.mechanisms.matching`, 1 at the tightness of the
start), experience_m what the municipality's workplaces remember of people they have taken
(:mod:`sim.mechanisms.employers`, mean by size); a and b are ``flexjob.tightness`` and ``flexjob.openness``,
assumptions. Where the law no longer makes the flexjob of somebody under 40 temporary, they find one
``flexjob.permanent_gain`` oftener; where it has no reassessment on ledighedsydelse, of those who lost the
approval ``follow_ups.lost_at_reassessment_share`` keep it, but for those reassessed by judgement.

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
from sim.engine.decisions import Contenders, bound, contenders
from sim.engine.draws import Purpose, uniform
from sim.law import Law, whole
from sim.lookup import flags
from sim.mechanism import Mechanism, act
from sim.rules.effort import CaseloadRules, caseload_effect, caseload_rules
from sim.rules.entitlement import Entitlement, assistance, benefit_without_work, entitlement, looked_at
from sim.rules.flows import rates_in_force
from sim.states import N_STATES, NOBODY, State
from sim.vocabulary import FollowUp, Health
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.columns import NEVER
from sim.world.employers import Employers
from sim.world.moves import Moves
from sim.world.world import World

PARAMETERS = """
flexjob.tightness:
  label: How far the chance of a flexjob follows tightness, over how far that of another job does
  label_da: Hvor meget chancen for et fleksjob følger stramheden, i forhold til chancen for et andet job
  kind: assumption
  unit: elasticity
  values: {2016-01-01: 0.5}
  bounds: [0, 1.5]
  prior: {distribution: triangular, low: 0, high: 1}
  range: [0, 1]
  reason: >-
    No estimate read. A flexjob is opened by an employer who needs somebody, but the supplement makes it cheap
    in bad times, too, and many are made for one person: between not at all and as another job.
  mechanism: benefit_shifts
flexjob.openness:
  label: How far the chance of a flexjob follows what the municipality's workplaces have tried
  label_da: Hvor meget chancen for et fleksjob følger de erfaringer, kommunens arbejdssteder har gjort
  kind: assumption
  unit: elasticity
  values: {2016-01-01: 0.5}
  bounds: [0, 1.5]
  prior: {distribution: triangular, low: 0, high: 1}
  range: [0, 1]
  reason: >-
    Not measured. 29 per cent of workplaces lean to taking people (C169), and who has been disappointed says
    no; but somebody who waits asks more than one.
  mechanism: benefit_shifts
"""
_SHIFT, _READINESS, _REVALUATION = int(Purpose.SHIFT), int(Purpose.READINESS), int(Purpose.REVALUATION)
_EMPLOYED, _DAGPENGE, _SICK = int(State.EMPLOYED), int(State.DAGPENGE), int(State.SYGEDAGPENGE)
_CLARIFYING = int(State.JOBAFKLARING)
_WAITING, _FLEXJOB = int(State.LEDIGHEDSYDELSE), int(State.FLEKSJOB)
_FAR = int(State.KONTANTHJAELP_ACTIVITY_READY)
_REASSESSED, _TEMPORARY = int(FollowUp.LEDIGHEDSYDELSE), int(FollowUp.TEMPORARY_FLEXJOB)
#: Guard of a power: less than any experience leaves.
_CLOSED = 1e-6
_WELL, _ILL = int(Health.WELL), int(Health.ILL)
_FOR_THE_ILL, _ASSESSED, _ON_ASSISTANCE = flags("for_the_ill"), flags("assessed"), flags("means_tested")
_RESIDENCE = flags("residence_ends_it")


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
    soonest: float  # no rate is multiplied by more than this
    tightness: float  # elasticity of the chance of a flexjob
    openness: float
    permanent: NDArray[np.float64]  # (w,) how much oftener the young find a flexjob that is for good
    under_age: NDArray[np.int64]  # (w,) at which it was temporary


def rules(law: Law) -> ShiftRules:
    """Return the law of the week and the rates that are left."""
    r = law.now
    rate, caseload = rates_in_force(r), caseload_rules(law)
    rate[:, _WAITING, _FAR] *= approval_lost(law)
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
        soonest=math.exp(caseload.largest_effect),
        tightness=law.country.scalar("flexjob.tightness"),
        openness=law.country.scalar("flexjob.openness"),
        permanent=(1.0 - r["follow_ups.required"][:, _TEMPORARY]) * r["flexjob.permanent_gain"],
        under_age=whole(r["follow_ups.temporary_under_age"]),
    )


def approval_lost(law: Law) -> NDArray[np.float64]:
    """Return how many lose the approval on ledighedsydelse (w,), over those under a law with reassessment.

    Without it a part still do: by judgement, in the contact that there is anyway; as today where
    ``follow_ups`` is switched off.
    """
    r = law.now
    gone = (1.0 - r["follow_ups.required"][:, _REASSESSED]) * float(law.on("follow_ups"))
    missed = r["follow_ups.lost_at_reassessment_share"] * (
        1.0 - r["follow_ups.by_judgement_share"][:, _REASSESSED]
    )
    return np.asarray(1.0 - gone * missed)


@part
def _look(i: int, now: Now, k: Clients) -> float:
    """What decides how ready client ``i`` is found at a shift this week: uniform."""
    return uniform(now.key, _READINESS, k.key[i], now.week)


@part
def _when_well(i: int, now: Now, k: Clients, r: ShiftRules) -> int:
    """Where client ``i`` goes who is well, or found fit: back to the job kept, or to what the law gives."""
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
    """State that the revaluation of client ``i`` leads to; who is found fit stays as ill as before."""
    w = k.person.rule_row[i]
    fit = r.found_fit_share[w] if k.condition.health[i] == _ILL else 0.0
    u = uniform(now.key, _REVALUATION, k.key[i], now.week)
    if u < fit:
        k.condition.found_fit[i] = 1
        return _when_well(i, now, k, r)
    if u < fit + r.extension_share[w]:
        return _SICK
    if r.clarification_open[w]:
        return _CLARIFYING
    return assistance(i, _look(i, now, k), now, k, r.law)


def flexjob_factor(
    finding: NDArray[np.float64], experience: NDArray[np.float64], r: ShiftRules
) -> NDArray[np.float64]:
    """Return what the week does for the chance of a flexjob (m,), 1 in the first week on average.

    ``finding`` (m,): what tightness does for other jobs; ``experience`` (m,): of workplaces, -1 to 1.
    """
    return np.asarray(finding**r.tightness * np.maximum(1.0 + experience, _CLOSED) ** r.openness)


def experience_by_size(e: Employers) -> NDArray[np.float64]:
    """Return the experience of each municipality's workplaces (m,), weighted by their sizes."""
    return np.asarray(np.add.reduceat(e.size * e.experience, e.first[:-1]))


@part
def _rate(frm: int, to: int, w: int, flexjob: float, r: ShiftRules) -> float:
    """Rate a week of a flow that is left; ``flexjob`` what the week does for the chance of one."""
    return float(r.rate[w, frm, to] * (flexjob if frm == _WAITING and to == _FLEXJOB else 1.0))


@part
def _unexplained(left: float, frm: int, w: int, flexjob: float, r: ShiftRules) -> int:
    """Which of the flows that are left it is; ``left`` uniform between 0 and their sum."""
    last = frm
    for to in range(N_STATES):
        rate = _rate(frm, to, w, flexjob, r)
        if rate > 0.0:
            last = to
            left -= rate
            if left < 0.0:
                return to
    return last


@part
def _by_health(i: int, now: Now, k: Clients, r: ShiftRules) -> int:
    """State that the health of client ``i`` and the law lead to (1 to 4): the present one for almost all."""
    frm, well = int(k.state[i]), k.condition.health[i] == _WELL
    if well and (k.spell.employer[i] >= 0 or _FOR_THE_ILL[frm]):
        return _when_well(i, now, k, r)
    if frm == _DAGPENGE and not well and not k.condition.found_fit[i]:
        return _SICK
    if frm == _SICK and _revaluation_due(i, now, k, r):
        return _revalued(i, now, k, r)
    return frm


@part
def _by_look(
    i: int, u: float, v: float, now: Now, k: Clients, cw: Caseworkers, flexjob: float, r: ShiftRules
) -> int:
    """State that a caseworker's look at the case of client ``i`` leads to (5 and 7); ``u``, ``v`` uniform."""
    frm, w = int(k.state[i]), k.person.rule_row[i]
    flows = r.total[w, frm]
    if frm == _WAITING:
        flows += (flexjob - 1.0) * r.rate[w, frm, _FLEXJOB]
    total = flows + (r.assessed if _ASSESSED[frm] else 0.0)
    if total == 0.0:
        return frm
    sooner = 1.0 if _RESIDENCE[frm] else math.exp(caseload_effect(i, now, k, cw, r.caseload))
    chance = -math.expm1(-total * sooner)
    if u >= chance:
        return frm
    left = u / chance * total
    if left >= flows:
        return looked_at(i, v, k, r.law)
    to = _unexplained(left, frm, w, flexjob, r)
    return assistance(i, v, now, k, r.law) if _ON_ASSISTANCE[to] else to


@part
def _for_good(i: int, now: Now, k: Clients, r: ShiftRules) -> float:
    """How much oftener client ``i`` finds a flexjob because it would be for good, where it was temporary."""
    w = k.person.rule_row[i]
    young = now.year - k.person.birth_year[i] < r.under_age[w]
    return 1.0 + r.permanent[w] if young else 1.0


@kernel
def _shift(
    now: Now,
    looked: Contenders,
    k: Clients,
    cw: Caseworkers,
    flexjobs: NDArray[np.float64],
    r: ShiftRules,
    out: Moves,
) -> int:
    n, turn = 0, 0
    for i in range(k.id.size):
        at, turn = turn, turn + (turn < looked.row.size and looked.row[turn] == i)
        if k.state[i] == NOBODY:
            continue
        to = _by_health(i, now, k, r)
        if to == k.state[i] and turn > at:
            flexjob = flexjobs[k.person.municipality[i]] * _for_good(i, now, k, r)
            to = _by_look(i, looked.u[at], looked.v[at], now, k, cw, flexjob, r)
        if to != k.state[i]:
            out.who[n], out.to[n] = k.id[i], to
            n += 1
    return n


@act(
    "benefit_shifts",
    writes=("clients.condition.found_fit",),
    purposes=(Purpose.SHIFT, Purpose.READINESS, Purpose.REVALUATION),
)
def shift_benefits(world: World, r: ShiftRules) -> Moves:
    """The week's shifts: who goes back to the own job, and to what benefit the law sends whom."""
    now, k = world.now, world.clients.settled
    flexjobs = flexjob_factor(world.this_week.finding, experience_by_size(world.employers), r)
    most = (r.total.max(axis=0) + r.assessed * _ASSESSED[:N_STATES]) * r.soonest
    most[_WAITING] *= max(float(flexjobs.max()) * (1.0 + float(r.permanent.max())), 1.0)
    looked = contenders(now.key, _SHIFT, now.week, k.key, k.state, bound(most) * (most > 0.0))
    out = Moves.room(k.id.size)
    return out.first(_shift(now, looked, k, world.caseworkers, flexjobs, r, out))


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
