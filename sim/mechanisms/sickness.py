"""Sickness benefit: recovery and the revaluation after 22 weeks.

    P(recover this week) = 1 - exp(-rho[barrier] * exp(kappa * employability) * (1 - fade * 1[weeks > late]))

In the four weeks around a review of the case by management (``sickness.review_1_week`` ..., 0 in the law),
rho is exp(``sickness.review_effect``) times as high.  Where more of the sick return by degrees to the job
they hold (``sickness.graded_return_share``, 0 beyond today's), rho is 1 + share * (exp(effect) - 1) times as
high from week ``sickness.graded_return_week`` on.  The recovered return to the job they still hold, else
to dagpenge (insured) or kontanthjælp.  In the week of revaluation (section 24 of sygedagpengeloven: 22
weeks within nine months) the benefit is prolonged with probability ``sickness.extension_share``; the others
go to a jobafklaringsforløb while that exists, else to kontanthjælp.

Evidence: stock F013 (calibrated), shape F315-F323 (before 2014, prior only).  Switch: ``sickness``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.decisions import ROUNDING, Contenders, contenders
from sim.engine.draws import Purpose
from sim.law import Law, whole
from sim.mechanism import Mechanism, act
from sim.mechanisms.casework import add_task
from sim.states import N_STATES, State
from sim.vocabulary import Task
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.moves import Moves
from sim.world.world import World

_SICKNESS, _ADMINISTRATION = int(Purpose.SICKNESS), int(Task.CASE_ADMINISTRATION)
_EMPLOYED, _DAGPENGE = int(State.EMPLOYED), int(State.DAGPENGE)
_JOB_READY, _ACTIVITY_READY = int(State.KONTANTHJAELP_JOB_READY), int(State.KONTANTHJAELP_ACTIVITY_READY)
_SICK, _CLARIFYING = int(State.SYGEDAGPENGE), int(State.JOBAFKLARING)
#: Reviews that the law may ask for: the numbers in their parameters' names.
_REVIEWS = (1, 2, 3)


class SicknessRules(NamedTuple):
    """w = rule rows of persons."""

    recovery: NDArray[np.float64]  # (w, 3) weekly, by barrier
    employability: float  # log-slope of recovery in latent employability
    late_fade: float
    late_week: int
    revaluation_week: NDArray[np.int64]  # (w,)
    extension_share: NDArray[np.float64]  # (w,)
    clarification_open: NDArray[np.int64]  # (w,) jobafklaring exists
    review_weeks: NDArray[np.int64]  # (w, 3) weeks in which management goes through the case, 0 = none
    review_effect: NDArray[np.float64]  # (w,) log hazard in the weeks around a review
    review_span: int  # so many weeks before and after
    review_minutes: NDArray[np.float64]  # (w,) caseworker's time a review
    graded: NDArray[np.float64]  # (w,) recovery from a job one holds: multiplier while return is graded
    graded_week: NDArray[np.int64]  # (w,) from this week of sickness on


def rules(law: Law) -> SicknessRules:
    """Return the law of sickness benefit and how people recover."""
    r = law.now
    return SicknessRules(
        recovery=r["sickness.recovery_by_barrier"].copy(),
        employability=r.scalar("sickness.recovery_employability"),
        late_fade=r.scalar("sickness.late_fade"),
        late_week=round(r.scalar("sickness.late_week")),
        revaluation_week=whole(r["sickness.revaluation_week"]),
        extension_share=r["sickness.extension_share"].copy(),
        clarification_open=whole(r["clarification.jobafklaring_open"]),
        review_weeks=whole(np.stack([r[f"sickness.review_{n}_week"] for n in _REVIEWS], axis=1)),
        review_span=round(r.scalar("sickness.review_span_weeks")),
        review_effect=r["sickness.review_effect"].copy(),
        review_minutes=r["casework.review_minutes"].copy(),
        graded=1.0 + r["sickness.graded_return_share"] * np.expm1(r["sickness.graded_return_effect"]),
        graded_week=whole(r["sickness.graded_return_week"]),
    )


@part
def _after_benefit(i: int, k: Clients) -> int:
    """Where the recovered go: back to the job that was kept, else to a benefit."""
    if k.spell.employer[i] >= 0:
        return _EMPLOYED
    return _DAGPENGE if k.person.insured[i] else _JOB_READY


@kernel
def _recover(now: Now, open_to: Contenders, k: Clients, r: SicknessRules, out: Moves) -> int:
    n = 0
    for at in range(open_to.row.size):
        i, u, v = open_to.row[at], open_to.u[at], open_to.v[at]
        weeks = now.week - k.spell.entered[i]
        w = k.person.rule_row[i]
        rho = r.recovery[w, k.person.barrier[i]] * math.exp(r.employability * k.person.employability[i])
        if weeks > r.late_week:
            rho *= 1.0 - r.late_fade
        for review in r.review_weeks[w]:
            if review > 0 and review - r.review_span <= weeks < review + r.review_span:
                rho *= math.exp(r.review_effect[w])
        if weeks >= r.graded_week[w] and k.spell.employer[i] >= 0:
            rho *= r.graded[w]
        if u < rho + ROUNDING and u < 1.0 - math.exp(-rho):
            out.who[n], out.to[n] = k.id[i], _after_benefit(i, k)
            n += 1
        elif weeks > 0 and weeks % r.revaluation_week[w] == 0 and v >= r.extension_share[w]:
            out.who[n], out.to[n] = k.id[i], _CLARIFYING if r.clarification_open[w] else _ACTIVITY_READY
            n += 1
    return n


@kernel
def _review(now: Now, k: Clients, cw: Caseworkers, r: SicknessRules) -> None:
    for i in range(k.id.size):
        if k.state[i] == _SICK:
            w = k.person.rule_row[i]
            for at in r.review_weeks[w]:
                if at > 0 and now.week - k.spell.entered[i] == at:
                    add_task(i, _ADMINISTRATION, r.review_minutes[w], k, cw)


@act("sickness", writes=("caseworkers.backlog_task",))
def review_cases(world: World, r: SicknessRules) -> None:
    """Give caseworkers the work of this week's reviews of sickness cases."""
    if r.review_weeks.any():
        _review(world.now, world.clients.settled, world.caseworkers, r)


@act("sickness", purposes=(Purpose.SICKNESS,))
def recover(world: World, r: SicknessRules) -> Moves:
    """Who recovers, and whose benefit is not prolonged."""
    now, k = world.now, world.clients.settled
    sick = np.zeros(N_STATES)
    sick[_SICK] = 1.0
    open_to = contenders(now.key, _SICKNESS, now.week, k.key, k.state, sick)
    out = Moves.room(open_to.row.size)
    return out.first(_recover(now, open_to, k, r, out))


MECHANISMS = (
    Mechanism(
        name="sickness",
        label="Recovery and the revaluation after 22 weeks",
        label_da="Raskmelding og revurdering",
        equation="rho[barrier]",
        evidence="F013, F315-F323",
        when_off="nobody recovers or is revalued",
        rules=rules,
    ),
)
