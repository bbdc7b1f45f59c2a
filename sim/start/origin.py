"""Who came to the realm from elsewhere, when, and who meets the employment requirement, in the first week.

    P(came from elsewhere)    odds of residence.share_arrived[state], times the municipality's share of
                              immigrants and descendants over the country's
    years since arrival       even from 0 to the years of life, at most residence.longest_years; on social
                              assistance at least, and on integration benefit less than, residence.years
    exempt                    residence.exempt_share of those on integration benefit: kept as born here
    employment requirement    met by residence.worked_share[state], for an even number of years to come

Law: :mod:`sim.rules.residence`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calendar import WHOLE_WEEKS_A_YEAR
from sim.engine.draws import Key, own_purpose, uniforms
from sim.lookup import flags
from sim.parameters import Resolved
from sim.rules.residence import FIRST_YEAR, ResidenceRules, residence_rules
from sim.states import State
from sim.world.people import People

_ORIGIN = own_purpose("origin.first_week")
#: Numbers of the draws: came from elsewhere, when, exempt, has worked, until when.
_NUMBERS = range(5)
_CAME, _WHEN, _EXEMPT, _WORKED, _UNTIL = _NUMBERS
_ON_ASSISTANCE = flags("means_tested")
#: Guard of a division: no share is nothing or all.
_EDGE = 1e-9
#: Persons drawn at once: so many columns of numbers lie in the processor's cache.
_AT_ONCE = 1 << 14


class Origins(NamedTuple):
    """Distributions of the first week; m = municipalities."""

    arrived: NDArray[np.float64]  # (m, states) share who came from elsewhere
    exempt: float  # of those on integration benefit
    longest: float  # years since arrival
    worked: NDArray[np.float64]  # (states,) share who meet the employment requirement
    law: ResidenceRules


def origins(r: Resolved, table: pd.DataFrame) -> Origins:
    """Return the distributions, from ``residence.*`` and the municipalities' shares of immigrants."""
    share = table["immigration_share_2026_pct"].to_numpy(np.float64)
    people = table["population_2024m01"].to_numpy(np.float64)
    relative = share / np.average(share, weights=people)
    base = np.clip(r.vector("residence.share_arrived"), 0.0, 1.0)
    odds = relative[:, None] * base / np.maximum(1.0 - base, _EDGE)
    return Origins(
        arrived=np.where(base >= 1.0, 1.0, odds / (1.0 + odds)),
        exempt=r.scalar("residence.exempt_share"),
        longest=r.scalar("residence.longest_years"),
        worked=r.vector("residence.worked_share").copy(),
        law=residence_rules(r),
    )


def draw_origins(people: People, year: int, key: Key, o: Origins) -> None:
    """Write year of arrival and of the employment requirement of everybody, keyed person by person."""
    for begin in range(0, len(people.person.key), _AT_ONCE):
        _draw(people.of(slice(begin, begin + _AT_ONCE)), year, key, o)


def _draw(c: People, year: int, key: Key, o: Origins) -> None:
    person, state = c.person, c.status.state
    u = [uniforms(key, int(_ORIGIN), np.ascontiguousarray(person.key), number) for number in _NUMBERS]
    new = state == State.INTEGRATION_BENEFIT
    came = u[_CAME] < o.arrived[person.municipality, state]
    came &= ~new | (u[_EXEMPT] >= o.exempt)
    age = year - person.birth_year.astype(np.float64)
    least = np.where((_ON_ASSISTANCE[state] == 1) & ~new, o.law.years, 0)
    most = np.where(new, o.law.years, np.maximum(np.minimum(age, o.longest), least + 1))
    since = np.floor(least + u[_WHEN] * (most - least))
    person.arrived[:] = np.where(came, year - since - FIRST_YEAR, 0).astype(np.uint8)
    lasts = o.law.within_years - o.law.weeks / WHOLE_WEEKS_A_YEAR
    until = year - FIRST_YEAR + np.floor(u[_UNTIL] * lasts)
    c.status.worked_to[:] = np.where(u[_WORKED] < o.worked[state], until, 0).astype(np.uint8)
