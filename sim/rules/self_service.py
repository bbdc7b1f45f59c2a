"""Self-service: who uses it, which several mechanisms ask.

    ready    drawn once a course:  P = ready_by_education * ready_by_barrier * ready_from_55
    seen     the caseworker sees rightly whether somebody is ready with ``self_service.accuracy``
    user     seen as ready, and wants it (``self_service.wants_share``): it is voluntary

Of the users those who are ready are *able*; the others try, need help, and are served as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.engine.draws import own_purpose, uniform, uniform_pair
from sim.law import Law, whole
from sim.rules.contact_law import guidance_spared
from sim.states import NOBODY
from sim.vocabulary import Service
from sim.world.clients import Clients
from sim.world.clock import Now

if TYPE_CHECKING:
    from sim.parameters import Resolved

#: Whether somebody is ready, and whether the caseworker sees it; whether somebody wants it.
_READY, _WANTS = own_purpose("self_service.ready"), own_purpose("self_service.wants")
PURPOSES = (_READY, _WANTS)
#: The age from which fewer are ready, as the parameter's name says.
_OLDER = 55
#: What a client is to self-service.
NO_USER, ABLE, UNABLE = 0, 1, 2
#: Guard of a division: a mix of forms that takes no time, or leads to nothing.
_NONE = 1e-9


class UserRules(NamedTuple):
    """Who uses what is open; w = rule rows, s = services, g = target groups."""

    open: NDArray[np.int64]  # (w, s) 1: by the law, and the mechanism is switched on
    groups: NDArray[np.int64]  # (w, g) 1: may use it
    by_education: NDArray[np.float64]  # (w, education)
    by_barrier: NDArray[np.float64]  # (w, barrier)
    older: NDArray[np.float64]  # (w,)
    accuracy: NDArray[np.float64]  # (w,)
    wants: NDArray[np.float64]  # (w,)


class InterviewRules(NamedTuple):
    """What an interview of an able user takes and leads to, beside one of others (w,)."""

    some: int  # 1: anything of it is open anywhere
    users: UserRules
    guidance: NDArray[np.float64]  # (w, g) minutes with the client that online guidance spares
    journal: NDArray[np.float64]  # minutes of preparation that a journal spares, first interview
    time: NDArray[np.float64]  # over the mean of forms
    effect: NDArray[np.float64]  # over the mean of forms


def user_rules(law: Law) -> UserRules:
    """Return who uses self-service; nothing is open where the mechanism is switched off."""
    r = law.now
    return UserRules(
        open=whole(r["self_service.open"] * float(law.on("self_service"))),
        groups=whole(r["self_service.groups"]),
        by_education=r["self_service.ready_by_education"].copy(),
        by_barrier=r["self_service.ready_by_barrier"].copy(),
        older=r["self_service.ready_from_55"].copy(),
        accuracy=r["self_service.accuracy"].copy(),
        wants=r["self_service.wants_share"].copy(),
    )


def interview_rules(law: Law) -> InterviewRules:
    """Return what self-service makes of interviews with those who are able."""
    r, users = law.now, user_rules(law)
    of = {each: users.open[:, each].astype(np.float64) for each in Service}
    in_mean = _over_forms(r, r["contact.digital_time_factor"])
    time = r["contact.digital_time_factor"] / np.maximum(in_mean, _NONE)
    effect = r["contact.digital_effect"] / np.maximum(_over_forms(r, r["contact.digital_effect"]), _NONE)
    form = of[Service.FORM]
    given = r["contact.rights_guidance_minutes"][:, None] - guidance_spared(r)
    guidance = given * (r["self_service.guidance_saved"] * in_mean)[:, None]
    journal = r["contact.preparation_minutes"] * r["self_service.journal_saved"] * in_mean
    return InterviewRules(
        some=int(any(of[each].any() for each in (Service.GUIDANCE, Service.JOURNAL, Service.FORM))),
        users=users,
        guidance=of[Service.GUIDANCE][:, None] * guidance,
        journal=of[Service.JOURNAL] * journal,
        time=1.0 + form * (time - 1.0),
        effect=1.0 + form * (effect - 1.0),
    )


def _over_forms(r: Resolved, digital: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over the forms that interviews have (w,), of what is 1 in person and ``digital`` otherwise."""
    return np.asarray(1.0 - r["contact.digital_share"] * (1.0 - digital))


@part
def kind_of_user(i: int, now: Now, k: Clients, r: UserRules) -> int:
    """What client ``i`` is to self-service in this course: no user, able, or unable."""
    w = k.person.rule_row[i]
    if k.state[i] == NOBODY or not r.groups[w, k.spell.group[i]]:
        return NO_USER
    course = k.spell.course_start[i]
    chance = r.by_education[w, k.person.education[i]] * r.by_barrier[w, k.person.barrier[i]]
    if now.year - k.person.birth_year[i] >= _OLDER:
        chance *= r.older[w]
    u, v = uniform_pair(now.key, _READY, k.key[i], course)
    ready, seen_rightly = u < chance, v < r.accuracy[w]
    if ready != seen_rightly or uniform(now.key, _WANTS, k.key[i], course) >= r.wants[w]:
        return NO_USER
    return ABLE if ready else UNABLE


@part
def uses(i: int, service: int, now: Now, k: Clients, r: UserRules) -> bool:
    """Whether a service is open and client ``i`` is able to use it, and does."""
    return r.open[k.person.rule_row[i], service] and kind_of_user(i, now, k, r) == ABLE


@part
def with_self_service(
    i: int, face: float, desk: float, now: Now, k: Clients, r: InterviewRules
) -> tuple[float, float]:
    """Minutes with client ``i`` and at the desk of an interview that takes others ``face`` and ``desk``."""
    if not r.some or kind_of_user(i, now, k, r.users) != ABLE:
        return face, desk
    w = k.person.rule_row[i]
    journal = r.journal[w] if k.contact.held[i] == 0 else 0.0
    return max(face - r.guidance[w, k.spell.group[i]], 0.0) * r.time[w], max(desk - journal, 0.0) * r.time[w]


@part
def quality_by_form(i: int, now: Now, k: Clients, r: InterviewRules) -> float:
    """What an interview with client ``i`` leads to, over the mean of the forms."""
    if not r.some or kind_of_user(i, now, k, r.users) != ABLE:
        return 1.0
    return float(r.effect[k.person.rule_row[i]])
