"""How much of caseworkers' time a simplification frees: task by task, at the baseline's volumes.

    freed = sum over tasks of hours * (1 - minutes with the reform / minutes without) / all hours

Hours are those of the baseline, so what people do with the time they get back is not counted against it.
Because each lever moves in proportion to the share removed, a share s frees s times this.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from reforms.frontier.partial import YEARS, partial_changes
from reforms.reform import Reform
from sim.parameters import ParameterSet, load_parameters

#: Task -> the parameters whose minutes it takes.
_MINUTES: dict[str, tuple[str, ...]] = {
    "preparation_documentation": ("contact.preparation_minutes", "contact.documentation_minutes"),
    "rules_guidance": ("casework.rules_minutes_per_case_week",),
    "case_administration": ("casework.administration_minutes_per_case_week",),
    "new_case": ("casework.new_case_minutes",),
    "shift": ("casework.shift_minutes",),
    "plan": ("casework.plan_minutes",),
    "payment_month": ("casework.payment_minutes",),
    "referral": ("casework.referral_minutes",),
    "handover": ("casework.handover_minutes",),
    "sanctions": ("casework.sanction_minutes",),
    "medical_certificates": ("casework.certificate_minutes",),
    "placement": ("casework.placement_minutes",),
    "employer_contact": ("casework.employer_contact_minutes",),
}
_TEAM = ("casework.team_minutes", "casework.simple_clarification_minutes")
_TEAM_RULE = "clarification.rehabilitation_team_required"


def freed_shares(reform: Reform, hours: Mapping[str, float]) -> dict[str, float]:
    """Return the share of all hours that the whole reform frees from each task.

    Parameters
    ----------
    hours
        Caseworkers' hours by task in the baseline (names of :data:`sim.vocabulary.TASKS`).
    """
    day = date(YEARS[-1], 12, 31)
    old = load_parameters()
    new = old.with_changes(partial_changes(reform, 0.0, 1.0))
    total = sum(hours.values())
    freed = {}
    for task, names in _MINUTES.items():
        before, after = _sum(old, names, day), _sum(new, names, day)
        if before > 0 and task in hours:
            freed[task] = hours[task] / total * (1.0 - after / before)
    if "rehabilitation_team" in hours and any(change.name == _TEAM_RULE for change in reform.changes):
        team, simple = (_sum(new, (name,), day) for name in _TEAM)
        freed["rehabilitation_team"] = hours["rehabilitation_team"] / total * (1.0 - simple / team)
    return {task: share for task, share in freed.items() if share != 0.0}


def _sum(parameters: ParameterSet, names: tuple[str, ...], day: date) -> float:
    return float(sum(parameters.in_force(name, day)[0] for name in names))
