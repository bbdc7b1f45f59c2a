"""Coefficients of the job-finding hazard of the week, from evidence and labelled assumptions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.law.benefit_rates import benefit_rates, typical_weekly_kr
from sim.mechanisms.employer_service import reach
from sim.mechanisms.search import SearchRules
from sim.parameters import Resolved
from sim.states import N_STATES, PROGRAMMES, State

#: States whose benefit and duration the incentive term looks at.
_NO_SEARCH = -100.0
#: States whose recipients' gain from work can be made plainer.
_ON_ASSISTANCE = [State.KONTANTHJAELP_JOB_READY, State.KONTANTHJAELP_ACTIVITY_READY]


#: Mechanisms that are terms of the hazard and switched off by setting their coefficients to zero.
_SWITCHES = (
    "duration_dependence",
    "interview_effect",
    "relation",
    "threat",
    "lock_in",
    "programme_lift",
    "sanction_effect",
    "benefit_incentive",
)


def search_rules(
    r: Resolved, reference: Resolved, municipality: NDArray[np.float64], switched_off: frozenset[str]
) -> SearchRules:
    """Return the coefficients; ``reference`` is the law of the same week without the reform.

    The estimated effect of an interview is that of today's specialised teams; what a reform adds to or takes
    from ``casework.specialist_effect`` comes on top.
    """
    on = {name: float(name not in switched_off) for name in _SWITCHES}
    weekly = r["search.weekly_hazard"]
    group = np.where(weekly > 0, np.log(np.maximum(weekly, 1e-12)), _NO_SEARCH)
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
        group=group,
        education=r.vector("search.education"),
        barrier=r.vector("search.barrier"),
        age_slope=r.scalar("search.age_slope"),
        sigma=r.scalar("search.heterogeneity"),
        municipality=municipality,
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
        employer_service=_employer_service(r) * ("employer_service" not in switched_off),
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


def interview_gain(rules: SearchRules, reach: NDArray[np.float64]) -> NDArray[np.float64]:
    """Caseworkers' guess of an interview's gain (w, states, 3 barriers), relative to the row's largest.

    ``reach`` (w, 3): how far an interview reaches, by barrier.
    """
    hazard = np.where(rules.group > _NO_SEARCH / 2, np.exp(rules.group), 0.0)
    gain = hazard[:, :, None] * np.exp(rules.barrier)[None, None, :] * reach[:, None, :]
    return np.asarray(gain / np.maximum(gain.max(axis=(1, 2), keepdims=True), 1e-12))
