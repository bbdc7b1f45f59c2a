"""How true a reform file is to its document, what it leaves out, and which parameters are effects.

A reform changes causes: rules, tasks, money, rights, who does what.  :data:`EFFECTS` are the parameters that
say what comes of them (chances, responses, beliefs, flows): a catalogue file that set one would put the
answer in by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

#: How true a reform file is to its document: the word in the file, and what a reader sees (English, Danish).
FIDELITY: dict[str, tuple[str, str]] = {
    "faithful": ("faithful to the document", "tro mod dokumentet"),
    "partial": ("a part of what the document says", "en del af det, dokumentet siger"),
    "illustration": ("an illustration, never ranked", "en illustration, aldrig rangordnet"),
    "not runnable": ("cannot be run", "kan ikke køres"),
}
NOT_RUNNABLE = "not runnable"
#: Grades that say what they leave out.
INCOMPLETE: tuple[str, ...] = ("partial", "illustration")

#: Parameters that are effects, by name; an asterisk stands for anything.
EFFECTS: tuple[str, ...] = (
    "activation.immediate_refusal",
    "assessment.*",
    "benchmark.reaction",
    "benefits.perceived_gain",
    "casework.belief_shift",
    "casework.competence_gain",
    "casework.generalist_loss",
    "casework.handover_relation_kept",
    "casework.pooling_*",
    "casework.skill_spread",
    "casework.specialist_effect",
    "clarification.diverted_to_pension",
    "clarification.early_not_approved_share",
    "clarification.flexjob_early_share",
    "clarification.opened_rate",
    "clarification.preparation_weeks",
    "clarification.records_weeks",
    "clarification.resource_rate",
    "clarification.untested_*",
    "contact.agreed_weeks",
    "contact.digital_effect",
    "contact.no_show_share",
    "contact.no_show_when_picked_share",
    "contact.profiling_accuracy",
    "contact.quality_factor",
    "contact.requests_a_year",
    "contact.trust_gain",
    "demand.job_growth",
    "demand.job_loss_index",
    "demand.season_*",
    "employers.a_kasse_vacancies",
    "employers.jobcentre_channel_share",
    "employers.search_radius",
    "employers.seen_across_share",
    "employers.vacancies_reached",
    "employers.willing_share",
    "exemption.accuracy",
    "exemption.wants_contact_share",
    "exits.*",
    "flexjob.permanent_gain",
    "flows.*",
    "follow_ups.lost_at_reassessment_share",
    "health.*",
    "matching.*",
    "municipality.reaction",
    "ordinary_hours.bunching_share",
    "ordinary_hours.employer_elasticity",
    "ordinary_hours.kept_elasticity",
    "ordinary_hours.start_by_barrier",
    "ordinary_hours.start_rate",
    "ordinary_hours.stop_rate",
    "other_contact.call_share",
    "programmes.employer_openness",
    "programmes.in_programme_multiplier",
    "programmes.internship_to_subsidy_share",
    "programmes.invested_starts",
    "programmes.lift",
    "programmes.lift_fade_weeks",
    "programmes.own_found_lift",
    "programmes.own_found_share",
    "programmes.public_fee_response",
    "programmes.review_next_share",
    "programmes.start_rate",
    "sanctions.leaves_support_share",
    "sanctions.needed_share",
    "sanctions.trust_loss",
    "search.*",
    "separations.*",
    "sickness.at_risk_interval_weeks",
    "sickness.dismissal_rate",
    "sickness.employer_agrees_share",
    "sickness.forecast_error",
    "sickness.graded_return_effect",
    "sickness.graded_return_share",
    "sickness.review_effect",
    "staffing.reaction",
    "treatment.effect",
    "treatment.need_share",
    "treatment.offer_waits_share",
    "vacancies.*",
)


@dataclass(frozen=True, slots=True)
class AlreadyLaw:
    """Since when what a reform file says is law, and where that stands."""

    date: date
    source: str


def is_effect(parameter: str) -> bool:
    """Whether a parameter, with or without its component, says what comes of causes."""
    name = parameter.partition("[")[0]
    return any(fnmatchcase(name, pattern) for pattern in EFFECTS)


def weakest(grades: list[str]) -> str:
    """Return the grade of what stands together: that of its weakest part; none if a part has none."""
    if not grades or not all(grades):
        return ""
    return max(grades, key=list(FIDELITY).index)
