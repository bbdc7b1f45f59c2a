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
    """Weeks from the start of a course to the jobcentre's first interview (w, g).

    The insured are the a-kasse's first.  Where the jobcentre has them from the start, the interviews of the
    first period lie evenly, the first of six after a month (STAR's answer of 30 January 2018), and no later
    than the law has it.
    """
    first = whole(r["contact.first_interview_within_weeks"])
    theirs, apart = whole(r["contact.a_kasse_weeks"]), intervals(r)[0][:, _DAGPENGE].astype(np.int64)
    own = np.where(apart > 0, np.minimum(apart, first[:, _DAGPENGE]), first[:, _DAGPENGE])
    first[:, _DAGPENGE] = np.maximum(np.where(theirs > 0, theirs, own), 1)
    return first


def intervals(r: Resolved) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Weeks between statutory interviews (w, g): in the first period, and after (0 = by need).

    In the first period the number that the law lays down at even distances, not rounded, close enough for
    the last one to lie in it where the first one comes late (the sick: four, the first in week 8, SICK-22),
    and no further apart than the law has them afterwards.
    """
    number = r["contact.interviews_first_26_weeks"]
    weeks, least = float(first_period(r)), r.scalar("contact.least_jobcentre_weeks")
    span = np.full(number.shape, weeks)
    span[:, _DAGPENGE] = np.maximum(weeks - r["contact.a_kasse_weeks"], least)
    after = whole(r["contact.interval_weeks_after_26"])
    apart = span / np.maximum(number, _FEWEST)
    after_the_first = weeks - r["contact.first_interview_within_weeks"]
    after_the_first[:, _DAGPENGE] = span[:, _DAGPENGE]  # theirs are counted from where the a-kasse's end
    fits = after_the_first / np.maximum(number - 1.0, _FEWEST)
    first = np.where(number > 0, np.minimum(apart, np.maximum(fits, 1.0)), 0.0)
    return np.asarray(np.where(after > 0, np.minimum(first, after), first)), after


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

    Guidance about rights is part of the interview, which gets shorter or longer by what a reform makes of it,
    and shorter where the caseworker judges when it is given.
    """
    r, before = law.now, law.before
    digital = _time_by_form(r)
    desk = (r["contact.preparation_minutes"] + r["contact.documentation_minutes"]) * digital
    supervised = law.rows(law.decisions.supervised)
    desk = desk + np.where(supervised, r["supervision.extra_minutes"], 0.0)
    guidance = r["contact.rights_guidance_minutes"] - before["contact.rights_guidance_minutes"]
    return _with_client(r, guidance[:, None] - guidance_spared(r)), np.asarray(desk)


def guidance_spared(r: Resolved) -> NDArray[np.float64]:
    """Return minutes of guidance that leave interviews where the caseworker judges about it (w, g)."""
    leaves = r["contact.guidance_by_judgement"] * (1.0 - r["contact.guidance_kept_share"])[:, None]
    return np.asarray(leaves * r["contact.rights_guidance_minutes"][:, None])


def guidance_after_no_show(r: Resolved) -> NDArray[np.float64]:
    """Return minutes of guidance when somebody did not come, where the caseworker judges (w, g)."""
    after = r["contact.guidance_after_no_show_minutes"][:, None]
    return np.asarray(r["contact.guidance_by_judgement"] * after)


def usual_minutes(law: Law) -> float:
    """Return a caseworker's minutes with the client, mean of the groups, without reform and trial.

    By which minutes are told in interviews: the same number whoever is in an arm of a trial.
    """
    return float(np.mean(_with_client(law.before)))


def _time_by_form(r: Resolved) -> NDArray[np.float64]:
    """Time that an interview takes over one face to face, as the forms are shared (w,)."""
    return np.asarray(1.0 - r["contact.digital_share"] * (1.0 - r["contact.digital_time_factor"]))


def _with_client(r: Resolved, guidance: NDArray[np.float64] | float = 0.0) -> NDArray[np.float64]:
    """Minutes with the client (w, g), ``guidance`` (w, g) more than before a reform."""
    face = np.maximum(r["contact.face_minutes"] + guidance, 1.0)
    return np.asarray(face * _time_by_form(r)[:, None])
