"""Subsidised jobs stand in for ordinary ones: about half of them take the place of somebody on full pay.

    stood in for_d = sum_m W[m, d] * (clients of m in a wage subsidy whose employer would have hired)

Whether a subsidised post is in place of an ordinary one or beside it is the workplace's choice when it
begins, and stays so as long as it lasts.  Who has an ordinary vacancy open has somebody to save:

    P(in place) = d * (1 + kappa * 1[a vacancy is open]) / (1 + kappa * share with one)

with d ``programmes.subsidy_displaces``, which it is in the country, kappa
``programmes.subsidy_in_place_of_vacancy`` and the share that of jobs at workplaces with a vacancy, each
counted by how open it is.  The employers of that municipality then want so much less ordinary staff
(:mod:`sim.mechanisms.vacancies`) and withdraw as many posts.  With ``employers_decide`` off it is d for all,
and the posts are those of the commuting area.  Courses and guidance displace none (E2-E06), and neither do
internships, of which nothing was found.  The posts of the first week are those that employers want beside
the subsidised jobs of that week (:mod:`sim.start.open_programmes`), d of which stand in for an ordinary one,
by a keyed draw: ordinary posts change with the number of subsidised jobs from then on.

Evidence: E2-E06.  Switch: ``subsidised_jobs``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
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
programmes.subsidy_in_place_of_vacancy:
  label: How much likelier a subsidised person is in place of an ordinary one where a vacancy is open
  label_da: Hvor meget oftere løntilskud træder i stedet for ordinært job, hvor en stilling er ledig
  kind: assumption
  unit: share more
  values: {2016-01-01: 1.0}
  bounds: [0, 20]
  prior: {distribution: triangular, low: 0, high: 3}
  range: [0, 3]
  reason: >-
    Twice as likely; no study tells workplaces apart (P30 finds that it depends on the specification). It
    moves which workplaces, and with the cycle how many, but not the share in the country as usual.
  mechanism: employers_decide
"""
#: What ``clients.at_work.in_place`` says of a subsidised job.
UNKNOWN, IN_PLACE, BESIDE = 0, 1, 2
_STANDS_IN = own_purpose("subsidised_jobs.stands_in")
_PRIVATE, _PUBLIC = int(Programme.PRIVATE_WAGE_SUBSIDY), int(Programme.PUBLIC_WAGE_SUBSIDY)


class SubsidyRules(NamedTuple):
    """w = rule rows of persons."""

    displaces: NDArray[np.float64]  # (w,) share of subsidised jobs
    with_a_vacancy: float  # kappa


def rules(law: Law) -> SubsidyRules:
    """Return how many subsidised jobs stand in for ordinary ones."""
    r = law.now
    return SubsidyRules(
        r["programmes.subsidy_displaces"].copy(), r.scalar("programmes.subsidy_in_place_of_vacancy")
    )


@part
def beside_or_in_place(u: float, w: int, vacancy: bool, share: float, r: SubsidyRules) -> int:
    """Whether a workplace takes somebody in place of ordinary staff (IN_PLACE) or BESIDE it.

    ``vacancy``: it has one open, as workplaces with the ``share`` of jobs have; ``w`` row of the person's
    rules.
    """
    more = 1.0 + r.with_a_vacancy if vacancy else 1.0
    chance = r.displaces[w] * more / (1.0 + r.with_a_vacancy * share)
    return IN_PLACE if u < chance else BESIDE


@kernel
def _count(
    now: Now,
    k: Clients,
    r: SubsidyRules,
    employer: NDArray[np.int16],
    found: NDArray[np.float64],
    there: NDArray[np.float64],
) -> None:
    """Add up subsidised jobs that stand in for an ordinary one: those of known workplaces, ``there`` (d,).

    The others by residence in ``found`` (m,); ``employer`` (n_employers,) are workplaces' municipalities.
    """
    for i in range(k.id.size):
        kind = k.programme.kind[i]
        if k.state[i] == NOBODY or (kind != _PRIVATE and kind != _PUBLIC) or k.at_work.in_place[i] == BESIDE:
            continue
        if k.at_work.in_place[i] == IN_PLACE:
            there[employer[k.at_work.workplace[i]]] += 1.0
            continue
        u = uniform(now.key, _STANDS_IN, k.key[i], k.contact.last_offer[i])
        if u < r.displaces[k.person.rule_row[i]]:
            found[k.person.municipality[i]] += 1.0


@act("subsidised_jobs", writes=("this_week.stood_in",), purposes=(_STANDS_IN,))
def stand_in(world: World, r: SubsidyRules) -> None:
    """Ordinary posts that subsidised jobs stand in for this week, by municipality of work."""
    found, there = np.zeros(len(world.codes)), np.zeros(len(world.codes))
    _count(world.now, world.clients.settled, r, world.employers.municipality, found, there)
    world.this_week.stood_in = row_times(found, world.commuting) + there


MECHANISMS = (
    Mechanism(
        name="subsidised_jobs",
        label="Subsidised jobs stand in for ordinary ones",
        label_da="Job med løntilskud træder i stedet for ordinære",
        equation="staff wanted less share * subsidised jobs",
        evidence="E2-E06, P30",
        when_off="subsidised jobs displace none",
        rules=rules,
    ),
)
