"""Contact law that several mechanisms share: first interview, and weeks between statutory interviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WHOLE_WEEKS_A_YEAR
from sim.law import Law, whole
from sim.rules.focus_targets import FOCUS_GROUPS
from sim.vocabulary import Group

if TYPE_CHECKING:
    from sim.parameters import Resolved

_DAGPENGE = int(Group.DAGPENGE)
#: Guard of a division: fewer interviews, or interviews a year, than any law asks for.
_FEWEST = 0.1


def first_period(r: Resolved) -> int:
    """Weeks of the contact course in which the number of interviews is laid down."""
    return round(r.scalar("contact.first_period_weeks"))


def first_interview_within(r: Resolved) -> NDArray[np.int64]:
    """Weeks from the start of a course to the jobcentre's first interview (w, g)."""
    first = whole(r["contact.first_interview_within_weeks"])
    first[:, _DAGPENGE] = np.maximum(1, whole(r["contact.a_kasse_weeks"]))
    return first


def intervals(r: Resolved) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Weeks between statutory interviews (w, g): in the first period, and after (0 = by need)."""
    number = r["contact.interviews_first_26_weeks"]
    weeks, least = float(first_period(r)), r.scalar("contact.least_jobcentre_weeks")
    span = np.full(number.shape, weeks)
    span[:, _DAGPENGE] = np.maximum(weeks - r["contact.a_kasse_weeks"], least)
    first = np.where(number > 0, np.round(span / np.maximum(number, _FEWEST)), 0).astype(np.int64)
    return first, whole(r["contact.interval_weeks_after_26"])


def focus_interval(r: Resolved, focus: NDArray[np.bool_], after: NDArray[np.int64]) -> NDArray[np.int64]:
    """Weeks between interviews after the first period with who is covered for the focus targets (w, g).

    Where they are in force (``focus``, (w,)) and ask for more than the law's ``after`` (w, g), else that.
    """
    minimum = whole(WHOLE_WEEKS_A_YEAR / np.maximum(r["supervision.interviews_per_year"], _FEWEST))
    strict = after.copy()
    for group in FOCUS_GROUPS:
        asks_more = focus & ((after[:, group] <= 0) | (after[:, group] > minimum))
        strict[:, group] = np.where(asks_more, minimum, after[:, group])
    return strict


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
