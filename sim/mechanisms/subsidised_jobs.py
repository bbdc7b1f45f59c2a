"""Subsidised jobs stand in for ordinary ones: about half of them take the place of somebody on full pay.

    stood in for_d = sum_m W[m, d] * (clients of m in a wage subsidy whose employer would have hired)

Each subsidised job displaces an ordinary one with ``programmes.subsidy_displaces``, drawn when it begins
and for as long as it lasts; the employers of the commuting area then want so much less ordinary staff
(:mod:`sim.mechanisms.vacancies`) and withdraw as many posts.  Courses and guidance displace none (E2-E06),
and neither do internships, of which nothing was found.  The first week has no subsidised jobs; as some
4,000 come in the first half-year, ordinary posts fall by half as many, less than one in a thousand.

Evidence: E2-E06.  Switch: ``subsidised_jobs``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel
from sim.engine.draws import own_purpose, uniform
from sim.engine.sums import row_times
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.states import NOBODY
from sim.vocabulary import Programme
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.world import World

PARAMETERS = """
programmes.subsidy_displaces:
  label: Share of subsidised jobs that stand in for an ordinary one
  label_da: Andel af job med løntilskud, der træder i stedet for et ordinært
  kind: evidence
  unit: share
  values: {2016-01-01: 0.5}
  bounds: [0, 1]
  prior: {distribution: normal, low: 0.1, high: 0.9}
  range: [0.1, 0.9]
  confidence: low
  source:
    title: 'Direct displacement effects of labour market programmes: the case of Sweden'
    publisher: Dahlberg, Forslund; IFAU
    year: '1999'
    locator: abstract
    url: https://www.ifau.se/Forskning/Publikationer/Working-papers/1998-1999/Direct-displacement-effects-of-labour-market-programmes-the-case-of-Sweden/
    ids: [E2-E06]
  note: About 65 per cent in Sweden in 1987 to 1996, with subsidies of another size; taken as a half with a
    standard deviation of a fifth. Training displaces none.
  mechanism: subsidised_jobs
"""
_STANDS_IN = own_purpose("subsidised_jobs.stands_in")
_PRIVATE, _PUBLIC = int(Programme.PRIVATE_WAGE_SUBSIDY), int(Programme.PUBLIC_WAGE_SUBSIDY)


class SubsidyRules(NamedTuple):
    """w = rule rows of persons."""

    displaces: NDArray[np.float64]  # (w,) share of subsidised jobs


def rules(law: Law) -> SubsidyRules:
    """Return how many subsidised jobs stand in for ordinary ones."""
    return SubsidyRules(law.now["programmes.subsidy_displaces"].copy())


@kernel
def _count(now: Now, k: Clients, r: SubsidyRules, found: NDArray[np.float64]) -> None:
    """Add up, by residence (m,), subsidised jobs that stand in for an ordinary one."""
    for i in range(k.id.size):
        kind = k.programme.kind[i]
        if k.state[i] == NOBODY or (kind != _PRIVATE and kind != _PUBLIC):
            continue
        u = uniform(now.key, _STANDS_IN, k.key[i], k.contact.last_offer[i])
        if u < r.displaces[k.person.rule_row[i]]:
            found[k.person.municipality[i]] += 1.0


@act("subsidised_jobs", writes=("this_week.stood_in",), purposes=(_STANDS_IN,))
def stand_in(world: World, r: SubsidyRules) -> None:
    """Ordinary posts that subsidised jobs stand in for this week, by municipality of work."""
    found = np.zeros(len(world.codes))
    _count(world.now, world.clients.settled, r, found)
    world.this_week.stood_in = row_times(found, world.commuting)


MECHANISMS = (
    Mechanism(
        name="subsidised_jobs",
        label="Subsidised jobs stand in for ordinary ones",
        label_da="Job med løntilskud træder i stedet for ordinære",
        equation="staff wanted less share * subsidised jobs",
        evidence="E2-E06",
        when_off="subsidised jobs displace none",
        rules=rules,
    ),
)
