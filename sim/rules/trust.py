"""Trust in the jobcentre: what raises it, what lowers it, how it fades, what it does to an interview.

    trust(t) = own level + (trust at the last interview - own level) * exp(-weeks since / fade)
    at an interview, whoever holds it     it is brought up to that week
    with one's own caseworker             + ``contact.trust_gain``, at most 1
    at a sanction                         - ``sanctions.trust_loss`` of what it then was, at least 0
    effect of an interview                times 1 + ``search.trust`` * (trust - reference)

The own level is ``population.trust_mean``, of who has not met the jobcentre for long.  The estimated effect
of an interview is that of those who were interviewed where it was estimated, so it holds at their trust:

    reference = own level + gain * ``search.trust_interviews_behind``,    gain without the reform

The columns ``trust`` of clients and of who is on file are as of the last interview, as the stock of recent
interviews is (:mod:`sim.rules.recent_interviews`).  Nothing that was read measures trust: all is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.rules.fading import fading, left_after
from sim.world.clients import Clients
from sim.world.columns import NEVER

if TYPE_CHECKING:
    from sim.law import Law
    from sim.parameters import Resolved


class TrustRules(NamedTuple):
    """How trust falls back to a person's own level."""

    own: float
    left: NDArray[np.float64]  # share of the distance to it left after so many weeks (sim.rules.fading)


class TrustEffect(NamedTuple):
    """What trust does to an interview; w = rule rows of persons."""

    by: TrustRules
    effect: float  # of an interview, a unit of trust
    reference: NDArray[np.float64]  # (w,) at which the effect is the estimated one


def trust_rules(r: Resolved) -> TrustRules:
    """Return how trust fades."""
    return TrustRules(r.scalar("population.trust_mean"), fading(r.scalar("search.trust_fade_weeks")))


def trust_effect(law: Law) -> TrustEffect:
    """Return what trust does; the reference is that of a world without the reform."""
    r, before = law.now, law.before
    behind = before.scalar("search.trust_interviews_behind")
    reference = before.scalar("population.trust_mean") + before["contact.trust_gain"] * behind
    return TrustEffect(trust_rules(r), r.scalar("search.trust"), np.asarray(reference))


@part
def trust_now(i: int, week: int, k: Clients, r: TrustRules) -> float:
    """Trust of client ``i`` this week; who has met nobody keeps what there is."""
    trust, last = np.float64(k.contact.trust[i]), k.contact.last_interview[i]
    if last == NEVER:
        return trust
    return r.own + (trust - r.own) * left_after(week - last, r.left)


@part
def gain_trust(i: int, gain: float, k: Clients) -> None:
    """Raise trust of client ``i``, up to date, by an interview with the own caseworker."""
    k.contact.trust[i] = min(max(k.contact.trust[i] + gain, 0.0), 1.0)


@part
def lose_trust(i: int, loss: float, k: Clients) -> None:
    """Lower trust of client ``i`` by a sanction; it comes back as trust fades."""
    k.contact.trust[i] = max(k.contact.trust[i] - loss, 0.0)


@part
def interview_by_trust(i: int, week: int, w: int, k: Clients, r: TrustEffect) -> float:
    """Effect of an interview with client ``i`` of rule row ``w`` over the estimated one."""
    return 1.0 + r.effect * (trust_now(i, week, k, r.by) - r.reference[w])
