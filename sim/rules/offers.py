"""Offers as rules and money: how often due, of which kind, who finds a place, what has been spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WHOLE_WEEKS_A_YEAR
from sim.engine.compiled import part
from sim.lookup import IS_UNEMPLOYED
from sim.rules.own_found import own_found
from sim.vocabulary import Programme

if TYPE_CHECKING:
    from sim.parameters import Resolved

_INTERNSHIP, _GUIDANCE = int(Programme.INTERNSHIP), int(Programme.GUIDANCE_UPGRADING)
#: Guard of a division: fewer offers a year than any law asks for.
_FEWEST_OFFERS = 0.1
#: Guard of a division: less money than any budget.
NO_KRONER = 1e-9


def weeks_between_offers(r: Resolved) -> NDArray[np.float64]:
    """Return the weeks from one offer to the next that the focus targets ask for (w,)."""
    return np.asarray(WHOLE_WEEKS_A_YEAR / np.maximum(r["supervision.offers_per_year"], _FEWEST_OFFERS))


def kinds_of(r: Resolved) -> NDArray[np.float64]:
    """Return the shares of the kinds of programme (w, 2, k), cumulative: the job-ready, others."""
    mix = np.cumsum(np.stack([r["programmes.mix_job_ready"], r["programmes.mix_others"]], axis=1), axis=2)
    return np.asarray(mix / mix[:, :, -1:])


def finds_employer(r: Resolved, willing: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chance (w, barrier) that a placement finds an employer; ``willing`` (w,) of employers."""
    openness = np.minimum(willing * r["programmes.employer_openness"], 1.0)[:, None]
    return np.asarray(openness + own_found(r) * (1.0 - openness))


@part
def kind_at(u: float, state: int, w: int, mix: NDArray[np.float64]) -> int:
    """Kind of programme at quantile ``u`` of those of somebody in a state, by ``mix`` (:func:`kinds_of`)."""
    row = mix[w, 0] if IS_UNEMPLOYED[state] else mix[w, 1]
    return int(1 + min(np.searchsorted(row, u), row.size - 1))


def own_places(r: Resolved) -> NDArray[np.float64]:
    """Return how often in a week a client starts in a place of the municipality's departments (w, g).

    A place that is filled the usual share of the time takes somebody new each time an internship ends.
    """
    weeks = np.maximum(r["programmes.weeks"][:, _INTERNSHIP - 1], 1.0)
    filled = r["programmes.department_places_filled"] / weeks
    return np.asarray(r["programmes.department_places"] * filled[:, None])


def spent_of(spending: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kr. (m, 2) that have been spent: in all, and on guidance and courses."""
    return np.stack([spending.sum(axis=1), spending[:, _GUIDANCE - 1]], axis=1)


def as_the_country(spending: NDArray[np.float64], a_week: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each municipality would have spent (m, 2) at the country's share of ``a_week`` (m, 2).

    No part of what has no limit.
    """
    limit = np.where(np.isfinite(a_week), a_week, 0.0)
    spent, whole = spent_of(spending).sum(axis=0), limit.sum(axis=0)
    return np.asarray(limit * (spent / np.maximum(whole, NO_KRONER) * (whole > 0.0)))
