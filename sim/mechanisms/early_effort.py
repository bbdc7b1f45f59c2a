"""Follow-up on early effort: what it costs a municipality to miss the law's interviews.

Twice a year (SUP-10) the state looks at those who come to six months of a course: where fewer than
``supervision.early_effort_share`` of them have had the interviews that the law asks for, at most
``early_effort.interviews`` (SUP-07), it makes contact with the municipality, which answers for it:

    minutes = early_effort.minutes * P(share held < limit),    share held = those with enough / all

They join the tasks that wait in the house and are worked like the others.  P is 0 or 1 with everybody
simulated; in a share of the population it is what the sample leaves open (:mod:`sim.rules.luck`), with a
standard deviation of ``early_effort.spread`` between municipalities, so that the minutes are the same at any
scale.  As long as the rule stands; a law without interviews, or with fewer, is missed by nobody.

No law was found that takes the state's refund for a week without interview: since 2016 the refund follows
the length of support alone (REF-01 and the other steps; Cabi on the refund reform).  Complaints of citizens
are in :mod:`sim.mechanisms.casework`, tightened supervision in :mod:`sim.mechanisms.supervision`.  Switch:
``early_effort``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.rules.luck import told, towards
from sim.states import State
from sim.vocabulary import Group, Task
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.world import World

PARAMETERS = """
early_effort.in_force:
  label: The state follows up on early effort (1 = yes)
  label_da: Staten følger op på kommunernes tidlige indsats (1 = ja)
  kind: law
  unit: 0 or 1
  values: {2023-11-28: 1}
  bounds: [0, 1]
  source:
    title: Opfølgning på kommunernes tidlige indsats
    publisher: STAR
    year: 2024
    locator: bullets
    url: https://star.dk/da/tilsyn-paa-beskaeftigelsesomraadet/tilsyn-med-kommuner/opfoelgning-paa-kommunernes-tidlige-indsats/
    ids: [SUP-07, SUP-10, R2-SU-07]
  confidence: high
  note: >-
    Ends on 30 June 2026 with the agreement of 2025: in the baseline law-now. Letters went out every
    month before 28 November 2023; twice a year is carried back.
  mechanism: early_effort
early_effort.interviews:
  label: Interviews at six months that the follow-up on early effort looks for, at most
  label_da: Samtaler ved seks måneder, som opfølgningen på tidlig indsats højst ser efter
  kind: law
  unit: interviews
  values: {2023-11-28: 4}
  bounds: [0, 26]
  source:
    title: Opfølgning på kommunernes tidlige indsats
    publisher: STAR
    year: 2024
    locator: bullets
    url: https://star.dk/da/tilsyn-paa-beskaeftigelsesomraadet/tilsyn-med-kommuner/opfoelgning-paa-kommunernes-tidlige-indsats/
    ids: [SUP-07, SUP-09]
  confidence: high
  note: >-
    Four. Where the law lays down fewer for a group, so many. Job interviews of the a-kasse count. The sick
    are not among the groups.
  mechanism: early_effort
early_effort.persons:
  label: Fewest persons at six months for whom the state follows up on a municipality
  label_da: Færrest personer ved seks måneder, før staten følger op på en kommune
  kind: law
  unit: persons
  values: {2023-11-28: 10}
  bounds: [0, 1000]
  source:
    title: Opfølgning på kommunernes tidlige indsats
    publisher: STAR
    year: 2024
    locator: bullets
    url: https://star.dk/da/tilsyn-paa-beskaeftigelsesomraadet/tilsyn-med-kommuner/opfoelgning-paa-kommunernes-tidlige-indsats/
    ids: [SUP-09]
  confidence: high
  note: Read with everybody simulated; in a share of the population nobody knows who has fewer than ten.
  mechanism: early_effort
early_effort.minutes:
  label: A municipality's caseworker time to answer the state's follow-up on early effort
  label_da: Kommunens sagsbehandlertid til at svare på statens opfølgning på tidlig indsats
  kind: assumption
  unit: minutes a time
  values: {2016-01-01: 3000}
  bounds: [0, 100000]
  prior: {distribution: triangular, low: 600, high: 9000}
  range: [600, 9000]
  reason: >-
    Not found. A week and a half of one caseworker: the list of cases, what was missed, and an answer. What a
    municipality changes beyond that was not found either; hours go first where the law asks anyway.
  mechanism: early_effort
early_effort.spread:
  label: How much municipalities differ in the share with the interviews that the law asks for at six months
  label_da: Hvor meget kommuner er forskellige i andelen med lovens samtaler ved seks måneder
  kind: assumption
  unit: share
  values: {2016-01-01: 0.05}
  bounds: [0.001, 1]
  range: [0.02, 0.1]
  reason: No table by municipality was read. Used only where a share of the population is simulated.
  mechanism: early_effort
"""
#: Weeks of the year in which the state looks.
_LOOKS = (1, 27)
#: Weeks of a course at which it counts: who comes to six months between two months.
_FIRST, _LAST = 26, 30
_COMPLAINTS, _SICK, _DAGPENGE = int(Task.COMPLAINTS), int(State.SYGEDAGPENGE), int(Group.DAGPENGE)
#: Guard of divisions: nobody, and nothing left open.
_NOBODY, _NOTHING_OPEN = 1.0, 1e-9


class EarlyEffortRules(NamedTuple):
    """m = municipalities, w = rule rows of persons, g = target groups."""

    in_force: NDArray[np.float64]  # (m,) 1: the state follows up
    enough: NDArray[np.float64]  # (w, g) interviews that are looked for at six months
    limit: NDArray[np.float64]  # (m,) share below which the state makes contact
    minutes: NDArray[np.float64]  # (m,) that an answer takes
    spread: float  # between municipalities, of the share
    persons: float  # fewest at six months for a follow-up


def rules(law: Law) -> EarlyEffortRules:
    """Return what the state looks for, and what an answer takes."""
    r, country = law.now, law.country
    asked = r["contact.interviews_first_26_weeks"].copy()
    theirs = r["contact.a_kasse_weeks"] > 0.0
    asked[:, _DAGPENGE] += np.where(theirs, r["contact.a_kasse_interviews"], 0.0)
    return EarlyEffortRules(
        in_force=country["early_effort.in_force"] * float(law.on("early_effort")),
        enough=np.minimum(asked, r["early_effort.interviews"][:, None]),
        limit=country["supervision.early_effort_share"].copy(),
        minutes=country["early_effort.minutes"].copy(),
        spread=country.scalar("early_effort.spread"),
        persons=country.scalar("early_effort.persons"),
    )


@kernel
def _count(
    now: Now, k: Clients, r: EarlyEffortRules, all_: NDArray[np.float64], met: NDArray[np.float64]
) -> None:
    """Count who is at six months of a course (m,), and who of them has had enough interviews (m,)."""
    for i in range(k.id.size):
        enough = r.enough[k.person.rule_row[i], k.spell.group[i]]
        weeks = now.week - k.contact.contact_start[i]
        if weeks < _FIRST or weeks >= _LAST or enough <= 0.0 or k.state[i] == _SICK:
            continue
        m = k.person.municipality[i]
        all_[m] += 1.0
        met[m] += k.contact.held[i] >= enough


def chance_below(
    met: NDArray[np.float64],
    number: NDArray[np.float64],
    limit: NDArray[np.float64],
    spread: float,
    scale: float,
) -> NDArray[np.float64]:
    """Chance that fewer than ``limit`` (m,) have had enough, of each municipality's everybody (m,).

    ``met`` of ``number`` (m,) persons in the run have; with everybody simulated it is 0 or 1.
    """
    country = float(met.sum() / max(number.sum(), _NOBODY))
    real = told(spread, number, country * (1.0 - country), scale)
    share = towards(country, met / np.maximum(number, _NOBODY), real)
    open_ = np.maximum(spread * np.sqrt(1.0 - real), _NOTHING_OPEN)
    return np.array([0.5 * (1.0 + math.erf(x / math.sqrt(2.0))) for x in (limit - share) / open_])


@act("early_effort", writes=("caseworkers.backlog_task",))
def follow_up(world: World, r: EarlyEffortRules) -> None:
    """Twice a year, put the answer to the state among the waiting tasks of who has missed the law."""
    if world.now.week_of_year not in _LOOKS or not r.in_force.any():
        return
    m = len(world.codes)
    number, met = np.zeros(m), np.zeros(m)
    _count(world.now, world.clients.everybody, r, number, met)
    below = chance_below(met, number, r.limit, r.spread, world.scale)
    if world.scale >= 1.0:
        below = below * (number >= r.persons)
    world.caseworkers.backlog_task[:, _COMPLAINTS] += r.in_force * r.minutes * below * world.scale


MECHANISMS = (
    Mechanism(
        name="early_effort",
        label="The state follows up on early effort",
        label_da="Statens opfølgning på tidlig indsats",
        equation="minutes * P(share with the law's interviews < 80 %)",
        evidence="SUP-07, SUP-09, SUP-10, R2-SU-07",
        when_off="nobody asks for the interviews that are missed",
        rules=rules,
    ),
)
