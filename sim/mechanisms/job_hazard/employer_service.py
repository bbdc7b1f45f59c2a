"""Employer service: vacancies that reach the jobcentre's clients, and how far they look.

A share w of clients' chances of a job runs through vacancies that the jobcentre passes on
(``employers.jobcentre_channel_share``); the rest they find themselves.  If employer service brings v times as
many vacancies as today (``employers.vacancies_reached``), a client's hazard is multiplied by

    1 + w * (v - 1)          a client of the jobcentre
    1 + w * v * a            an insured person whom the a-kasse still follows, a share a of whom employer
                             service also offers to employers (``employers.a_kasse_clients_visible``)

More effective seekers then meet the same vacancies (:mod:`sim.mechanisms.matching`): what clients gain,
others may lose.  With a radius of r (``employers.search_radius``) clients look r times as far:

    W'[m, d] proportional to W[m, d] * exp(distance[m, d] / kappa * (1 - 1/r)).

Evidence: C169 as an anchor for w; the rest are labelled assumptions.  Switch: ``employer_service``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.law import Law
from sim.mechanism import Term
from sim.states import State
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.geography import distances_km

_DAGPENGE = int(State.DAGPENGE)


def reach(
    channel: NDArray[np.float64], vacancies: NDArray[np.float64], visible: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Log multiplier of the hazard (w, 2): clients with a caseworker, the a-kasse's own clients.

    ``channel`` (w,) share of chances that run through the jobcentre, ``vacancies`` (w,) relative to today,
    ``visible`` (w,) share of the a-kasse's clients whom employer service offers.
    """
    return np.log1p(np.stack([channel * (vacancies - 1.0), channel * vacancies * visible], axis=1))


def widened(
    commuting: NDArray[np.float64],
    distances_km: NDArray[np.float64],
    decay_km: float,
    radius: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return where clients look (m, d), rows summing to one; the commuting table itself at a radius of 1.

    ``commuting`` (m, d) rows sum to one; ``radius`` (m,) relative to today.
    """
    if (radius == 1.0).all():
        return commuting
    wide = commuting * np.exp(distances_km / decay_km * (1.0 - 1.0 / radius)[:, None])
    return np.asarray(wide / wide.sum(axis=1, keepdims=True))


class LookRules(NamedTuple):
    """m = municipalities."""

    radius: NDArray[np.float64]  # (m,) how far clients look, relative to today
    decay_km: float  # of commuting


def look_rules(law: Law) -> LookRules:
    """Return how far clients look for work."""
    radius = law.country["employers.search_radius"]
    return LookRules(
        radius=radius if law.on("employer_service") else np.ones_like(radius),
        decay_km=law.country.scalar("geography.commuting_decay_km"),
    )


def where_clients_look(commuting: NDArray[np.float64], r: LookRules) -> NDArray[np.float64]:
    """Where clients look for work (m, d): as they commute, unless employer service widens it."""
    if (r.radius == 1.0).all():
        return commuting
    return widened(commuting, distances_km(), r.decay_km, r.radius)


class EmployerServiceRules(NamedTuple):
    """w = rule rows of persons."""

    reach: NDArray[np.float64]  # (w, 2) clients with a caseworker, the a-kasse's own clients


def rules(law: Law) -> EmployerServiceRules:
    """Return what employer service brings, on the log scale."""
    r = law.now
    return EmployerServiceRules(
        reach(
            r["employers.jobcentre_channel_share"],
            r["employers.vacancies_reached"],
            r["employers.a_kasse_clients_visible"],
        )
    )


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: EmployerServiceRules) -> float:
    """Term of the vacancies brought to the client."""
    w = k.person.rule_row[i]
    if k.contact.caseworker[i] >= 0:
        return r.reach[w, 0]
    return r.reach[w, 1] if k.state[i] == _DAGPENGE else 0.0


TERM = Term(
    name="employer_service",
    label="Vacancies that employer service brings to clients",
    label_da="Virksomhedsservice",
    equation="1 + w * (v - 1)",
    evidence="C169",
    when_off="clients hear of as many vacancies, and look as far, as today",
    rules=rules,
    of_client=of_client,
)
