"""Contact law that several mechanisms share: first interview, and weeks between statutory interviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WHOLE_WEEKS_A_YEAR
from sim.law import Law, whole
from sim.lookup import GROUP_OF
from sim.states import states_with
from sim.vocabulary import Group

if TYPE_CHECKING:
    from sim.parameters import Resolved

_DAGPENGE = int(Group.DAGPENGE)
#: Target groups whose long courses the focus targets count.
FOCUS_GROUPS = sorted({int(group) for state in states_with("focus_target") for group in GROUP_OF[state]})

#: Guard of a division: fewer interviews, or interviews a year, than any law asks for.
_FEWEST = 0.1
#: Weeks between interviews that nobody has to have: longer than any interval.
_NO_INTERVAL = 10_000


def first_period(r: Resolved) -> int:
    """Weeks of the contact course in which the number of interviews is laid down."""
    return round(r.scalar("contact.first_period_weeks"))


def first_interview_within(r: Resolved) -> NDArray[np.int64]:
    """Weeks from the start of a course to the jobcentre's first interview (w, g)."""
    first = whole(r["contact.first_interview_within_weeks"])
    first[:, _DAGPENGE] = np.maximum(1, whole(r["contact.a_kasse_weeks"]))
    return first


def focus_targets(law: Law) -> NDArray[np.bool_]:
    """Whether the focus targets are in force (w,); they are not when ``supervision`` is switched off."""
    in_force = law.now["supervision.focus_targets_in_force"] > 0.5
    return in_force if law.on("supervision") else np.zeros_like(in_force)


def intervals(r: Resolved, focus: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Weeks between statutory interviews (w, g): in the first period, and after (0 = by need).

    ``focus`` (w,): the focus targets are in force, so the uniform minimum of
    ``supervision.interviews_per_year`` is kept for their groups afterwards.
    """
    number = r["contact.interviews_first_26_weeks"]
    weeks, least = float(first_period(r)), r.scalar("contact.least_jobcentre_weeks")
    span = np.full(number.shape, weeks)
    span[:, _DAGPENGE] = np.maximum(weeks - r["contact.a_kasse_weeks"], least)
    first = np.where(number > 0, np.round(span / np.maximum(number, _FEWEST)), 0).astype(np.int64)
    after = whole(r["contact.interval_weeks_after_26"])
    minimum = whole(WHOLE_WEEKS_A_YEAR / np.maximum(r["supervision.interviews_per_year"], _FEWEST))
    for group in FOCUS_GROUPS:
        strict = np.minimum(np.where(after[:, group] > 0, after[:, group], _NO_INTERVAL), minimum)
        after[:, group] = np.where(focus, strict, after[:, group])
    return first, after


def interview_minutes(law: Law) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Caseworker's minutes an interview: with the client (w, g), and before and after at the desk (w,).

    Guidance about rights is part of the interview, which gets shorter or longer by what a reform makes of it.
    """
    r, before = law.now, law.before
    digital = 1.0 - r["contact.digital_share"] * (1.0 - r["contact.digital_time_factor"])
    desk = (r["contact.preparation_minutes"] + r["contact.documentation_minutes"]) * digital
    supervised = law.rows(law.decisions.supervised)
    desk = desk + np.where(supervised, r["supervision.extra_minutes"], 0.0)
    guidance = r["contact.rights_guidance_minutes"] - before["contact.rights_guidance_minutes"]
    face = np.maximum(r["contact.face_minutes"] + guidance[:, None], 1.0)
    return face * digital[:, None], np.asarray(desk)
