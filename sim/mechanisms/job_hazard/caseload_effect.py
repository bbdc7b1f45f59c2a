"""A smaller caseload makes people leave faster, beside the number of interviews.

    b[distance from work] * log(hours a case now / hours a case in the first week)

Hours a case are those of a team (posts of a house hired for the same group): minutes of its posts over its
cases, weighted with the time that a case takes (``staffing.case_weight``).  The house's hours in proportion
to its staff are the reference, so that the hours of the first week have no effect whoever lives there, and a
small house of a small sample none by luck (:mod:`sim.mechanisms.reallocation` has shared the hours out).
The same factor acts on exits without a job (:mod:`sim.mechanisms.own_exits`), on how soon a case of
clarification opens (:mod:`sim.mechanisms.clarification`) and on shifts that a caseworker decides
(:mod:`sim.mechanisms.benefit_shifts`); see :mod:`sim.rules.effort`.

For the long-term unemployed the effect wears off: in the German trial it was gone after seven months (C35),
while that of the newly unemployed was not (C34).  It is gone for who has been long-term unemployed for long
in a house whose hours a case have been as they are for long; who becomes long-term unemployed there, and
everybody where hours have just changed, has it anew:

    e - l * (1 - exp(-weeks as long-term unemployed / fade)),    dl/dt = (e - l) / fade

with the fade ``search.caseload_fade_weeks``.

Evidence: E2-C01, E2-C03 (France, a third of the caseload: +15 to +35 per cent), C34, C35 (FAIR), E2-C12.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.law import Law
from sim.mechanism import Term, act
from sim.rules import effort
from sim.rules.effort import CaseloadRules, caseload_rules
from sim.states import NOBODY
from sim.vocabulary import TARGET_GROUPS
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.world import World

PARAMETERS = """
search.caseload_close_to_work:
  label: Hours a case and leaving benefits, close to work
  label_da: Timer pr. sag og afgang fra ydelser, tæt på arbejdsmarkedet
  kind: evidence
  unit: log points of the rate a log point of hours a case
  values: {2016-01-01: 0.15}
  bounds: [-1, 2]
  prior: {distribution: normal, low: 0.05, high: 0.25}
  range: [0.05, 0.25]
  reason: >-
    A third of the caseload gave 15 to 35 per cent more exits to employment, which is ln 1.15 / ln 3 to ln
    1.35 / ln 3 = 0.13 to 0.27; FAIR 0.12. Interviews are counted apart, so a little below the middle;
    standard deviation 0.05.
  source:
    title: Private and Public Provision of Counseling to Job-Seekers
    publisher: Behaghel, Crepon, Gurgand; AEJ Applied 6(4), 142-174
    year: '2012'
    locator: abstract
    url: https://www.iza.org/de/publications/dp/6518/private-and-public-provision-of-counseling-to-job-seekers-evidence-from-a-large-controlled-experiment
    ids: [E2-C01, E2-C03, C34]
  confidence: derived
  mechanism: caseload_effect
search.caseload_long_term:
  label: Hours a case and leaving benefits, long-term unemployed
  label_da: Timer pr. sag og afgang fra ydelser, langtidsledige
  kind: evidence
  unit: log points of the rate a log point of hours a case
  values: {2016-01-01: 0.08}
  bounds: [-1, 2]
  prior: {distribution: normal, low: -0.04, high: 0.2}
  range: [-0.04, 0.2]
  reason: FAIR, long-term unemployed, 0.09 and gone after seven months; standard deviation 0.06.
  source:
    title: Mehr Vermittlungen durch mehr Vermittler?
    publisher: IAB (Schiel, Schroeder, Gilberg)
    year: '2008'
    locator: press text
    url: https://www.innovations-report.de/html/berichte/studien-analysen/arbeitslose-profitieren-mehr-arbeitsvermittlern-121228.html?recommendationForm=true
    ids: [C35]
  confidence: derived
  mechanism: caseload_effect
search.caseload_far_from_work:
  label: Hours a case and leaving benefits, far from work
  label_da: Timer pr. sag og afgang fra ydelser, langt fra arbejdsmarkedet
  kind: evidence
  unit: log points of the rate a log point of hours a case
  values: {2016-01-01: 0.03}
  bounds: [-1, 2]
  prior: {distribution: normal, low: -0.07, high: 0.13}
  range: [-0.07, 0.13]
  reason: >-
    Extra guidance of recipients of assistance moved exits to part-time jobs while it lasted, and nothing
    after; nothing in Vordingborg, something in Hjørring. Standard deviation 0.05.
  source:
    title: Vervolgonderzoek experimenten Participatiewet
    publisher: Verlaat, Zulkarnain; CPB
    year: '2022'
    locator: lead text
    url: http://www.docplayer.nl/231804872-Vervolgonderzoek-experimenten-participatiewet.html
    ids: [E2-C12]
  confidence: derived
  mechanism: caseload_effect
search.caseload_largest_ratio:
  label: Change of hours a case beyond which the effect grows no further
  label_da: Ændring i timer pr. sag, hvorefter virkningen ikke vokser mere
  kind: assumption
  unit: ratio
  values: {2016-01-01: 3}
  bounds: [1, 10]
  range: [2, 4]
  reason: A third of the caseload is the most that an experiment has tried (E2-C03).
  mechanism: caseload_effect
search.caseload_own_ratio:
  label: Caseload of a person's own team over the house's
  label_da: Sagstal i en persons eget team i forhold til hele husets
  kind: assumption
  unit: ratio
  values: {2016-01-01: 1}
  bounds: [0.1, 10]
  range: [1, 1]
  reason: >-
    1 by definition. Only for trials whose treated have a team of their own: nobody else's hours are taken
    for it.
  mechanism: caseload_effect
search.caseload_fade_weeks:
  label: Weeks in which the effect of hours a case on the long-term unemployed falls to 37 per cent
  label_da: Uger, hvori virkningen af timer pr. sag på langtidsledige falder til 37 procent
  kind: evidence
  unit: weeks
  values: {2016-01-01: 10}
  bounds: [1, 10000]
  prior: {distribution: triangular, low: 6, high: 30}
  range: [6, 30]
  reason: >-
    Gone after seven months, read as 5 per cent left after 30 weeks, which is a fade of ten weeks. The
    long-term unemployed were matched, not drawn by lot: wide, up to a third left after seven months.
  source:
    title: Mehr Vermittlungen durch mehr Vermittler?
    publisher: IAB (Schiel, Schroeder, Gilberg)
    year: '2008'
    locator: press text
    url: https://www.innovations-report.de/html/berichte/studien-analysen/arbeitslose-profitieren-mehr-arbeitsvermittlern-121228.html?recommendationForm=true
    ids: [C35]
  confidence: derived
  mechanism: caseload_effect
search.long_term_weeks:
  label: Weeks of a course from which somebody without barriers counts as long-term unemployed
  label_da: Uger i et forløb, hvorfra en person uden barrierer regnes som langtidsledig
  kind: assumption
  unit: weeks
  values: {2016-01-01: 52}
  bounds: [1, 520]
  range: [26, 104]
  reason: A year, as the experiments' own limit (C35) and the statistics of long-term unemployment have it.
  mechanism: caseload_effect
"""
#: Guard of divisions: less than the weight of a case, fewer minutes than any team has.
_NOTHING = 1e-9
#: Where the mechanism keeps the hours a case of the first week (m, g).
_MEMORY = "caseload_effect"
#: Where it keeps what of each team's ease has lasted (m, g).
_LASTING = "caseload_effect.lasting"


class CaseloadEffectRules(NamedTuple):
    """g = target groups."""

    caseload: CaseloadRules
    case_weight: NDArray[np.float64]  # (states,) time that a case takes, relative
    skill_spread: float  # of log skill
    shared: bool  # hours of a house go where its cases are
    fade_weeks: float  # in which what lasts of a caseload's effect comes to what it is


def rules(law: Law) -> CaseloadEffectRules:
    """Return sizes, weights of cases and how skill is measured."""
    r = law.country
    return CaseloadEffectRules(
        caseload=caseload_rules(law),
        case_weight=r.vector("staffing.case_weight").copy(),
        skill_spread=r.scalar("casework.skill_spread"),
        shared=law.on("reallocation"),
        fade_weeks=r.scalar("search.caseload_fade_weeks"),
    )


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: CaseloadEffectRules) -> float:
    """Term of the team's caseload."""
    return effort.caseload_effect(i, now, k, cw, r.caseload)


@kernel
def _weigh(k: Clients, weight: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Add up the weights of each post's cases, ``out`` (n_caseworkers,)."""
    for i in range(k.id.size):
        j = k.contact.caseworker[i]
        if j >= 0 and k.state[i] != NOBODY:
            out[j] += weight[k.state[i]]


def _by_team(cw: Caseworkers, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums of posts' values (n_caseworkers,) by house and group of hire (m, g)."""
    groups, m = len(TARGET_GROUPS), cw.first.size - 1
    team = cw.municipality.astype(np.int64) * groups + cw.group
    sums: NDArray[np.float64] = np.bincount(team, weights=values, minlength=m * groups).astype(np.float64)
    return sums.reshape(m, groups)


def hours_a_case(
    cw: Caseworkers, minutes: NDArray[np.float64], work: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Minutes a weighted case of each team (m, g); 0 where it has no cases.

    ``minutes`` and ``work`` (n_caseworkers,) are posts' minutes a week and the weights of their cases.
    """
    cases = _by_team(cw, work)
    return np.where(cases > 0.0, _by_team(cw, minutes * cw.active) / np.maximum(cases, _NOTHING), 0.0)


def reference_hours(
    cw: Caseworkers, work: NDArray[np.float64], full_minutes: NDArray[np.float64], shared: bool
) -> NDArray[np.float64]:
    """Minutes a weighted case of each team (m, g) in the first week, with the staff before any reform.

    Where the hours of a house go to its cases they are the same for its teams, and a house without a case has
    the country's; else each post has its own.
    """
    if not shared:
        return hours_a_case(cw, full_minutes, work)
    house = np.add.reduceat(work, cw.first[:-1])
    minutes = cw.house_minutes / np.maximum(cw.house_staff, _NOTHING)
    country = minutes.sum() / max(house.sum(), _NOTHING)
    before = np.where(house > 0.0, minutes / np.maximum(house, _NOTHING), country)
    return np.repeat(before[:, None], len(TARGET_GROUPS), axis=1)


def ease_of(now: NDArray[np.float64], reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log of hours a case over the reference, same shape; 0 where there are no cases or were none."""
    known = (now > 0.0) & (reference > 0.0)
    return np.where(known, np.log(np.where(known, now, 1.0) / np.where(known, reference, 1.0)), 0.0)


@act(
    "caseload_effect",
    writes=(
        "caseworkers.ease",
        "caseworkers.lasting_ease",
        "caseworkers.standing",
        f"memory.{_MEMORY}",
        f"memory.{_LASTING}",
    ),
    always=True,
)
def measure_caseloads(world: World, r: CaseloadEffectRules) -> None:
    """Each team's hours a case against the first week's, and how good each caseworker is."""
    cw = world.caseworkers
    work = np.zeros(cw.minutes.size)
    _weigh(world.clients.settled, r.case_weight, work)
    if _MEMORY not in world.memory:
        world.memory[_MEMORY] = reference_hours(cw, work, world.full_minutes, r.shared)
    ease = ease_of(hours_a_case(cw, cw.minutes, work), world.memory[_MEMORY])
    lasting = world.memory.setdefault(_LASTING, np.zeros(ease.shape))
    cw.ease[:] = ease[cw.municipality, cw.group]
    cw.lasting_ease[:] = lasting[cw.municipality, cw.group]
    lasting += (ease - lasting) * (1.0 - math.exp(-1.0 / r.fade_weeks))
    spread = r.skill_spread
    cw.standing[:] = np.log(cw.skill) / spread + 0.5 * spread if spread > 0.0 else 0.0


TERM = Term(
    name="caseload_effect",
    label="A smaller caseload makes people leave faster",
    label_da="Sagstallets virkning på afgangen",
    equation="b[distance] * log(hours a case / hours a case in the first week)",
    evidence="E2-C01, E2-C03, C34, C35, E2-C12",
    when_off="only the number of interviews counts, not the caseload",
    rules=rules,
    of_client=of_client,
)
