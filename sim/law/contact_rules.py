"""Contact and activation law of the week, turned into the intervals that caseworkers keep."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.law.refund_scale import own_shares, step_ends
from sim.mechanisms.casework import CaseworkRules
from sim.mechanisms.contact import ContactRules
from sim.mechanisms.programmes import ProgrammeRules
from sim.mechanisms.transition import TransitionRules
from sim.parameters import Resolved
from sim.states import CLIENT_STATES, TARGET_GROUPS

_DAGPENGE = TARGET_GROUPS.index("dagpenge")
#: Target groups whose long courses the focus targets count.
FOCUS_GROUPS = [
    TARGET_GROUPS.index(g)
    for g in (
        "dagpenge",
        "kontanthjaelp_job_ready",
        "kontanthjaelp_activity_ready",
        "uddannelseshjaelp_education_ready",
        "uddannelseshjaelp_activity_ready",
    )
]


def whole(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return values of the law as whole numbers (weeks, switches), same shape."""
    return np.round(values).astype(np.int64)


def transition_rules(r: Resolved) -> TransitionRules:
    """Law that matters when a state changes."""
    first = whole(r["contact.first_interview_within_weeks"])
    first[:, _DAGPENGE] = np.maximum(1, whole(r["contact.a_kasse_weeks"]))
    return TransitionRules(
        effort_group=whole(r["target_groups.effort_group"]),
        first_interview_within=first,
        clock_restarts=whole(r["contact.clock_restarts_at_shift"]),
        relation_kept=r["casework.handover_relation_kept"].copy(),
        follows=r["casework.caseworker_follows_share"].copy(),
        restart_weeks=round(r.scalar("refund.restart_self_support_weeks")),
        restart_window=round(r.scalar("refund.restart_window_weeks")),
    )


def intervals(r: Resolved, focus: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Weeks between statutory interviews (m, g): in the first 26 weeks, and after (0 = by need).

    ``focus`` (w,): the focus targets are in force, so the uniform minimum of
    ``supervision.interviews_per_year`` is kept for their groups after 26 weeks.
    """
    number = r["contact.interviews_first_26_weeks"]
    span = np.full(number.shape, 26.0)
    span[:, _DAGPENGE] = np.maximum(26.0 - r["contact.a_kasse_weeks"], 4.0)
    first = np.where(number > 0, np.round(span / np.maximum(number, 0.1)), 0).astype(np.int64)
    after = whole(r["contact.interval_weeks_after_26"])
    minimum = whole(52.0 / np.maximum(r["supervision.interviews_per_year"], 0.1))
    for group in FOCUS_GROUPS:
        strict = np.minimum(np.where(after[:, group] > 0, after[:, group], 10_000), minimum)
        after[:, group] = np.where(focus, strict, after[:, group])
    return first, after


def contact_rules(
    r: Resolved,
    focus: NDArray[np.bool_],
    supervised: NDArray[np.bool_],
    strategy: NDArray[np.int64],
    reaction: NDArray[np.float64],
    gain: NDArray[np.float64],
    reference: Resolved,
    money: Resolved,
    switched_off: frozenset[str],
) -> ContactRules:
    """Return what caseworkers keep this week; supervised municipalities follow the uniform strategy.

    ``reference`` is the law without the reform: guidance about rights is part of the interview, which gets
    shorter or longer by what a reform makes of it.  ``money`` is the law by which a municipality reckons
    what a week on benefit costs it.
    """
    first, after = intervals(r, focus)
    digital = 1.0 - r["contact.digital_share"] * (1.0 - r["contact.digital_time_factor"])
    desk = (r["contact.preparation_minutes"] + r["contact.documentation_minutes"]) * digital
    desk = desk + np.where(supervised, r["supervision.extra_minutes"], 0.0)
    guidance = r["contact.rights_guidance_minutes"] - reference["contact.rights_guidance_minutes"]
    face = np.maximum(r["contact.face_minutes"] + guidance[:, None], 1.0)
    shares = own_shares(money)
    return ContactRules(
        effort_group=whole(r["target_groups.effort_group"]),
        interval_first=first,
        interval_after=after,
        covered=r["contact.minimum_share"].copy(),
        sick_followed=r["sickness.followed_share"].copy(),
        accuracy=r["contact.profiling_accuracy"].copy(),
        sick_accuracy=r["sickness.profiling_accuracy"].copy(),
        intensified_week=whole(r["contact.intensified_interview_week"]),
        a_kasse_weeks=whole(r["contact.a_kasse_weeks"]),
        a_kasse_interviews=whole(r["contact.a_kasse_interviews"]) * ("a_kasse_contact" not in switched_off),
        a_kasse_first=whole(r["contact.a_kasse_first_within_weeks"]),
        a_kasse_held=r["contact.a_kasse_held_share"].copy(),
        provider_interval=whole(r["contact.provider_interval_weeks"]),
        trust_gain=r["contact.trust_gain"].astype(np.float32),
        face_minutes=face * digital[:, None],
        desk_minutes=np.asarray(desk),
        no_show=r["contact.no_show_share"].copy(),
        pooling=r["casework.pooling_share"].copy(),
        strategy=np.where(supervised, 0, strategy),
        reaction=np.where(supervised, 0.0, reaction),
        review_weeks=whole(r["contact.review_weeks"]),
        own_share=shares[0].copy(),
        own_share_dagpenge=shares[1].copy(),
        free_weeks=whole(money["refund.cofinancing_free_weeks"]),
        active_bonus=money["refund.active_bonus_share"] * money["municipality.gain_kept_share"],
        refund_last=step_ends(money),
        gain=gain,
        statutory=int("statutory_contact" not in switched_off),
        discretionary=int("discretionary_contact" not in switched_off),
    )


def casework_rules(r: Resolved, reference: Resolved, switched_off: frozenset[str]) -> CaseworkRules:
    """Return caseworkers' minutes and capacity.

    ``reference`` is the law without the reform: reassessments are part of the administration, which changes
    by what a reform makes of them.
    """
    name = "casework.reassessment_minutes_per_case_week"
    administration = r["casework.administration_minutes_per_case_week"] + (r[name] - reference[name])
    return CaseworkRules(
        effort_group=whole(r["target_groups.effort_group"]),
        rules_minutes=r["casework.rules_minutes_per_case_week"].copy(),
        administration_minutes=np.maximum(administration, 0.0),
        administration_rigidity=r["casework.administration_rigidity"].copy(),
        normal_minutes=_normal_minutes(r),
        contact_floor=r["casework.contact_floor"].copy(),
        backlog_share=r["casework.backlog_share"].copy(),
        sick_share=r["casework.sick_share"].copy(),
        handover_minutes=r["casework.handover_minutes"].copy(),
        training=r["casework.training_share"].copy(),
        unlimited=int("caseload" in switched_off),
    )


def chosen_strategy(r: Resolved, own: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the strategy that is followed (w,): the municipality's own unless one is laid down."""
    laid_down = whole(r["municipality.strategy_in_force"])
    return np.where(laid_down > 0, laid_down - 1, own)


def _normal_minutes(r: Resolved) -> float:
    """Caseworker minutes a client and week in the first week, whole country."""
    fte = r.scalar("staffing.jobcentre_staff_fte") * r.scalar("staffing.caseworker_share")
    clients = float(r.vector("population.stock")[list(CLIENT_STATES)].sum())
    return fte * r.scalar("casework.hours_a_week") * 60.0 / clients


def programme_rules(
    r: Resolved, focus: NDArray[np.bool_], willing: NDArray[np.float64], reaction: NDArray[np.float64]
) -> ProgrammeRules:
    """Return activation law and the terms of programmes.

    ``willing`` (w,): share of employers that take part; ``reaction`` (w,): how far the municipality's
    priorities follow money, here what the state pays more while a client is in a programme.
    """
    offers = r["supervision.offers_per_year"]
    interval = np.where(focus & (offers > 0), np.round(52.0 / np.maximum(offers, 0.1)), 0).astype(np.int64)
    mix = np.cumsum(np.stack([r["programmes.mix_job_ready"], r["programmes.mix_others"]], axis=1), axis=2)
    gain = r["refund.active_bonus_share"] / np.maximum(1.0 - r["refund.state_share"].mean(axis=1), 0.1)
    own_found = r["programmes.own_found_share"]
    openness = np.minimum(willing * r["programmes.employer_openness"], 1.0)
    return ProgrammeRules(
        offer_within=whole(r["activation.offer_within_weeks"]),
        covered=r["activation.minimum_share"].copy(),
        focus_offer_interval=interval,
        start_rate=r["programmes.start_rate"] / WEEKS_A_YEAR * (1.0 + reaction * gain)[:, None],
        notice=whole(r["programmes.notice_weeks"]),
        mix=mix / mix[:, :, -1:],
        weeks=whole(r["programmes.weeks"]),
        cost=r["programmes.cost_kr_week"].copy(),
        openness=openness + own_found * (1.0 - openness),
        placement_minutes=r["casework.placement_minutes"].copy(),
        employer_minutes=r["casework.employer_contact_minutes"] * (1.0 - own_found),
        into_subsidy=r["programmes.internship_to_subsidy_share"].copy(),
        immediate_under=whole(r["activation.immediate_under_age"]),
        refusal=r["activation.immediate_refusal"].copy(),
        invested_rate=r["programmes.invested_starts"] / WEEKS_A_YEAR,
        invested_kind=whole(r["programmes.invested_kind"]) - 1,
    )
