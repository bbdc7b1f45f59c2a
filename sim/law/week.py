"""Law of the week: every rule and rate in force, by municipality, gathered from the parameters.

Rebuilt only when something has changed: a date in the law or the reform, or a municipality's own decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.law.benefit_rates import benefit_rates, typical_weekly_kr
from sim.law.contact_rules import (
    casework_rules,
    chosen_strategy,
    contact_rules,
    programme_rules,
    transition_rules,
    whole,
)
from sim.law.profiles import early_retirement, local_exits, shift_profile
from sim.law.refund_scale import FULL_WEEK, own_shares, refund_rules, step_ends
from sim.law.search_terms import interview_gain, search_rules
from sim.mechanisms.ageing import AgeingRules
from sim.mechanisms.benefit_shifts import ShiftProfile
from sim.mechanisms.casework import CaseworkRules
from sim.mechanisms.clarification import ClarificationRules
from sim.mechanisms.contact import ContactRules
from sim.mechanisms.programmes import ProgrammeRules
from sim.mechanisms.refunds import BenefitRates, RefundRules
from sim.mechanisms.sanctions import SanctionRules
from sim.mechanisms.search import SearchRules
from sim.mechanisms.sickness import SicknessRules
from sim.mechanisms.transition import TransitionRules
from sim.parameters import Resolved, stacked
from sim.states import N_STATES, PROGRAMMES, STATES


class Decisions(NamedTuple):
    """What the municipalities have decided; m = municipalities."""

    strategy: NDArray[np.int64]  # (m,)
    reaction: NDArray[np.float64]  # (m,)
    supervised: NDArray[np.bool_]  # (m,)
    willing: NDArray[np.float64]  # (m,) share of employers open to placements
    strictness: NDArray[np.float64]  # (m,) sanctions
    unemployment_ratio: NDArray[np.float64]  # (m,)
    effectiveness: NDArray[np.float64]  # (m,) actual over expected recipients of dagpenge


class LawOfTheWeek(NamedTuple):
    """Everything the mechanisms read; w = law rows: municipalities, and again for each arm of a trial."""

    transition: TransitionRules
    contact: ContactRules
    casework: CaseworkRules
    programmes: ProgrammeRules
    search: SearchRules
    sickness: SicknessRules
    shifts: ShiftProfile
    clarification: ClarificationRules
    sanctions: SanctionRules
    exhaustion: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]  # (w,) each
    assistance_limit: NDArray[np.int64]  # (w,) weeks, 0 = none
    rapid_response: NDArray[np.float64]  # (w,) share of collective dismissals
    paid_hours_subsidy: NDArray[np.int64]  # (w,) øre an hour of ordinary hours, 0 = none
    paid_hours: tuple[NDArray[np.float64], NDArray[np.float64]]  # (w,) start and stop a week
    ageing: AgeingRules
    rates: BenefitRates
    refunds: RefundRules
    refunds_before: RefundRules
    weekly_kr: NDArray[np.float64]  # (w, states)
    own_shares: NDArray[np.float64]  # (2, m, step)
    own_shares_before: NDArray[np.float64]
    step_ends: NDArray[np.int64]
    subsidy_ore: NDArray[np.int64]  # (w, programmes)
    resolved: Resolved


def law_of_the_week(
    worlds: Sequence[Resolved], reference: Resolved, decisions: Decisions, switched_off: frozenset[str]
) -> LawOfTheWeek:
    """Gather the law.

    ``worlds`` are the parameters in force: first for everybody, then, in a trial, for each arm.
    ``reference`` is the same week without reform and trial.
    """
    r, reference = stacked(worlds), stacked([reference] * len(worlds))
    focus = r["supervision.focus_targets_in_force"] > 0.5
    if "supervision" in switched_off:
        focus = np.zeros_like(focus)
    rows = partial(np.tile, reps=len(worlds))
    local = local_exits(r, decisions.unemployment_ratio, decisions.effectiveness)
    search = search_rules(r, reference, local, switched_off)
    rates = benefit_rates(r)
    cost = r["programmes.cost_kr_week"]
    is_subsidy = np.array(["subsidy" in name for name in PROGRAMMES])
    reaction = decisions.reaction * ("municipal_reaction" not in switched_off)
    return LawOfTheWeek(
        transition=transition_rules(r),
        contact=contact_rules(
            r,
            focus,
            rows(decisions.supervised),
            chosen_strategy(r, rows(decisions.strategy)),
            rows(reaction),
            interview_gain(search, r["search.interview_reach"]),
            reference,
            reference if "municipal_reaction" in switched_off else r,
            switched_off,
        ),
        casework=casework_rules(r, reference, switched_off),
        programmes=programme_rules(r, focus, rows(decisions.willing), rows(reaction)),
        search=search,
        sickness=_sickness(r),
        shifts=shift_profile(r, switched_off),
        clarification=_clarification(r),
        sanctions=_sanctions(r, rows(decisions.strictness)),
        exhaustion=(
            whole(r["dagpenge.period_weeks"]),
            whole(r["dagpenge.graduate_period_weeks"]),
            r["dagpenge.exhausted_to_assistance"].copy(),
        ),
        assistance_limit=whole(r["kontanthjaelp.longest_weeks"]),
        rapid_response=r["contact.rapid_response_share"].copy(),
        paid_hours=(
            r["ordinary_hours.start_rate"] / WEEKS_A_YEAR * _answer_to_pay(r, reference),
            r["ordinary_hours.stop_rate"] / WEEKS_A_YEAR,
        ),
        paid_hours_subsidy=_subsidy_an_hour(r),
        ageing=_ageing(r),
        rates=rates,
        refunds=refund_rules(r, None if "ordinary_hours" in switched_off else reference),
        refunds_before=refund_rules(reference),
        weekly_kr=typical_weekly_kr(rates),
        own_shares=own_shares(r),
        own_shares_before=own_shares(reference),
        step_ends=step_ends(r),
        subsidy_ore=np.where(is_subsidy, np.round(cost * 100), 0).astype(np.int64),
        resolved=worlds[0],
    )


def _answer_to_pay(r: Resolved, reference: Resolved) -> NDArray[np.float64]:
    """Starts of paid hours (w,), relative to today: the employer is subsidised, the recipient set off."""
    subsidised = 1.0 + r["ordinary_hours.employer_elasticity"] * r["ordinary_hours.employer_subsidy_share"]
    kept = r["ordinary_hours.earnings_kept_share"] / reference["ordinary_hours.earnings_kept_share"]
    return np.asarray(subsidised * kept ** r["ordinary_hours.kept_elasticity"])


def _subsidy_an_hour(r: Resolved) -> NDArray[np.int64]:
    """Øre an hour paid to the employer of a recipient with ordinary hours (w,), of a low wage."""
    hourly = r["wages.by_education_kr_year"][:, 0] / (WEEKS_A_YEAR * FULL_WEEK) * 100.0
    return whole(hourly * r["ordinary_hours.employer_subsidy_share"])


def _sickness(r: Resolved) -> SicknessRules:
    return SicknessRules(
        recovery=r["sickness.recovery_by_barrier"].copy(),
        employability=r.scalar("sickness.recovery_employability"),
        late_fade=r.scalar("sickness.late_fade"),
        late_week=round(r.scalar("sickness.late_week")),
        revaluation_week=whole(r["sickness.revaluation_week"]),
        extension_share=r["sickness.extension_share"].copy(),
        clarification_open=whole(r["clarification.jobafklaring_open"]),
        review_weeks=whole(np.stack([r[f"sickness.review_{n}_week"] for n in (1, 2, 3)], axis=1)),
        review_effect=r["sickness.review_effect"].copy(),
        review_minutes=r["casework.review_minutes"].copy(),
        graded=1.0 + r["sickness.graded_return_share"] * np.expm1(r["sickness.graded_return_effect"]),
        graded_week=whole(r["sickness.graded_return_week"]),
    )


def _clarification(r: Resolved) -> ClarificationRules:
    return ClarificationRules(
        team_required=whole(r["clarification.rehabilitation_team_required"]),
        resource_open=whole(r["clarification.ressourceforloeb_open"]),
        preparation_weeks=r["clarification.preparation_weeks"].copy(),
        team_weeks=r["clarification.team_weeks"].copy(),
        team_minutes=r["casework.team_minutes"].copy(),
        simple_minutes=r["casework.simple_clarification_minutes"].copy(),
        certificate_minutes=r["casework.certificate_minutes"].copy(),
        certificates=r["clarification.certificates_a_case"].copy(),
        early_flexjob=r["clarification.flexjob_early_share"].copy(),
        assess_after=whole(r["clarification.assessment_after_weeks"]),
        assess_from_age=whole(r["clarification.assessment_from_age"]),
        assessed_to=np.stack(
            [r["clarification.assessment_to_flexjob"], r["clarification.assessment_to_pension"]], axis=1
        ),
        diverted_to_pension=r["clarification.diverted_to_pension"].copy(),
    )


def _sanctions(r: Resolved, strictness: NDArray[np.float64]) -> SanctionRules:
    rate = np.zeros((len(strictness), N_STATES))
    for name in (
        "dagpenge",
        "kontanthjaelp_job_ready",
        "kontanthjaelp_activity_ready",
        "uddannelseshjaelp",
        "integration_benefit",
    ):
        rate[:, STATES.index(name)] = r[f"sanctions.{name}_a_year"] / WEEKS_A_YEAR * strictness
    return SanctionRules(
        rate=rate,
        weeks=whole(r["sanctions.weeks"]),
        minutes=r["casework.sanction_minutes"].copy(),
        complex_exempt=r["sanctions.complex_exempt_share"].copy(),
        leaves=r["sanctions.leaves_support_share"].copy(),
        trust_loss=r.scalar("sanctions.trust_loss"),
    )


def _ageing(r: Resolved) -> AgeingRules:
    youth = STATES.index("education")
    basic, long = (
        r.vector("population.share_basic_education")[youth],
        r.vector("population.share_long_education")[youth],
    )
    everybody = r.vector("population.stock") / r.vector("population.stock").sum()
    none = everybody @ r.vector("population.share_without_barrier")
    complex_ = everybody @ r.vector("population.share_complex_barrier")
    middle = (1.0 - basic - long) / 2.0
    return AgeingRules(
        early_retirement=early_retirement(r),
        mortality=r.scalar("ageing.pensioner_mortality"),
        education=np.array([basic, basic + middle, basic + 2 * middle, 1.0]),
        barrier=np.array([none, 1.0 - complex_, 1.0]),
        insured=r.vector("population.share_insured")[0],
        provider=r.scalar("population.share_provider"),
        ready=r.scalar("population.share_education_ready"),
        trust=r.scalar("population.trust_mean"),
    )
