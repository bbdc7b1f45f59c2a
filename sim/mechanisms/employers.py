"""Employers decide: what a workplace remembers, and whether it takes somebody whom it is asked to take.

A workplace x of n_x jobs (:mod:`sim.start.workplaces`) remembers two things.

*How long its vacancies took to fill*, T_x, in weeks: each one that is filled counts with
``employers.fill_memory``.  How many it opens and when it gives one up follows from that
(:mod:`sim.mechanisms.vacancies`), and so does, for all employers, how fast vacancies have been filled lately
over what they are used to,

    pace = weeks to fill, mean of ``employers.recent_weeks`` / mean of ``employers.usual_over_weeks``.

*How it went with those it took*, e_x from -1 to 1, 0 at first and forgotten at ``employers.experience_lost``
a year: somebody for whom it was served well adds a * (1 - g), another one takes a * g, with a
``employers.experience_step`` and g ``employers.usually_served_well``, so that as usual the mean stays.

A jobcentre that needs a place asks at most ``employers.asked_for_a_place`` workplaces of the municipality,

    P(x is asked) proportional to n_x * (1 + e_x)              who was served well is asked again
    P(x says yes) = p * openness_x * (1 + e_x),    1 - (1 - p)^asked = chance that a place is found

while fewer are placed there than one for each ``employers.staff_a_placement`` of its staff begun.
openness_x, mean 1 over a municipality's jobs, is higher where x leans to taking people: 29 per cent of
workplaces do (C169), more of the large and of some industries.  So are asked: for internships and wage
subsidies (:mod:`sim.mechanisms.programmes`), light jobs (:mod:`sim.mechanisms.ordinary_hours`), flexjobs
(here).  Whether it was served well is drawn when somebody's time there is over, by how far from work the
person was, and is less likely where nobody of the municipality has time for employers
(:mod:`sim.mechanisms.job_hazard.employer_service`).

Evidence: C169 (29 and 11 per cent of companies), P31 (sign), F348, F354 and F340 (fill time); the rest are
labelled assumptions.  Switch: ``employers_decide``: all workplaces answer alike and remember nothing.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.engine.draws import Key, in_week, own_purpose, uniform, uniform_pair
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.states import State
from sim.vocabulary import Barrier
from sim.world.clock import Now
from sim.world.employers import Employers
from sim.world.world import World

PARAMETERS = """
employers.usual_fill_weeks:
  label: Weeks that a vacancy takes to fill, as employers remember in the first week
  label_da: Uger, en ledig stilling er om at blive besat, som arbejdsgiverne husker det i den første uge
  kind: assumption
  unit: weeks
  values: {2016-01-01: 4.9}
  bounds: [0.5, 60]
  range: [4, 8]
  reason: >-
    Not published. By accounting the stock over the flow: 2.6 vacancies per 97.4 filled positions (private,
    end of 2023, F348) over 0.286 hires an employee and year (F354): 0.093 years; over the 0.329 job starts of
    all employees in 2022 (F340) 0.081. At the peak of 2022 it was 3.5 per 96.5 over 0.329, 5.7 weeks. Only
    the start: what the model's vacancies take replaces it within a year.
  source:
    title: 'NYT: Ledige stillinger 4. kvt. 2023; JobskifteStatistik 2024'
    publisher: Danmarks Statistik; Dansk Arbejdsgiverforening
    year: '2024, 2025'
    locator: para 1; news item on 2024
    url: https://www.dst.dk/da/Statistik/nyheder-analyser-publ/nyt/NytHtml?cid=46508
    ids: [F348, F354, F340, F355]
  mechanism: employers_decide
employers.fill_memory:
  label: Weight of the latest vacancy in what a workplace remembers of filling them
  label_da: Vægten af den seneste stilling i arbejdsstedets erfaring med at besætte stillinger
  kind: assumption
  unit: share
  values: {2016-01-01: 0.3}
  bounds: [0, 1]
  range: [0.1, 0.6]
  reason: The last three or so count; not measured.
  mechanism: employers_decide
employers.recent_weeks:
  label: Weeks over which employers see how fast vacancies are filled
  label_da: Uger, hvorover arbejdsgiverne ser, hvor hurtigt stillinger besættes
  kind: assumption
  unit: weeks
  values: {2016-01-01: 13}
  bounds: [1, 260]
  range: [4, 26]
  reason: A quarter; not measured.
  mechanism: employers_decide
employers.usual_over_weeks:
  label: Weeks over which what employers are used to is formed
  label_da: Uger, hvorover det, arbejdsgiverne er vant til, dannes
  kind: assumption
  unit: weeks
  values: {2016-01-01: 156}
  bounds: [2, 2000]
  range: [52, 520]
  reason: >-
    Three years; not measured. Longer: a lasting change in how fast vacancies are filled moves their number
    for longer, before it is what employers are used to.
  mechanism: employers_decide
employers.willing_by_size:
  label: Elasticity of the share of workplaces that lean to taking people, in their size
  label_da: Elasticiteten i andelen af arbejdssteder, der er åbne for praktik mv., med hensyn til størrelsen
  kind: assumption
  unit: elasticity
  values: {2016-01-01: 0.3}
  bounds: [0, 1]
  prior: {distribution: triangular, low: 0, high: 0.6}
  range: [0, 0.6]
  reason: >-
    A large workplace has somebody who deals with the jobcentre, and more posts to put somebody in; C169 is
    not by size. 0 would make a workplace of 200 no likelier than one of five, 0.6 makes it nine times as
    likely.
  mechanism: employers_decide
employers.willing_by_industry:
  label: Workplaces that lean to taking people, by industry, over the mean
  label_da: Arbejdssteder, der er åbne for praktik mv., efter branche i forhold til gennemsnittet
  kind: assumption
  unit: ratio
  index: industry
  values:
    2016-01-01: {agriculture: 0.9, manufacturing: 1.0, construction: 0.8, trade_transport: 1.1, information:
    0.6,
      finance: 0.5, real_estate: 0.9, business_services: 0.8, public_health_education: 1.4, culture_other:
      1.1}
  bounds: [0.01, 10]
  range: [0.3, 2]
  reason: >-
    Not in the data read. Shops, canteens, warehouses, schools and care homes take most interns by all
    accounts; offices that ask for an education take few.
  mechanism: employers_decide
employers.unwilling_says_yes:
  label: How often a workplace that does not lean to taking people says yes, over one that does
  label_da: Hvor ofte et arbejdssted, der ikke er åbent for det, siger ja, i forhold til et, der er
  kind: assumption
  unit: ratio
  values: {2016-01-01: 0.25}
  bounds: [0.01, 1]
  prior: {distribution: triangular, low: 0.05, high: 0.6}
  range: [0.05, 0.6]
  reason: Not measured. 1 would make all workplaces alike.
  mechanism: employers_decide
employers.asked_for_a_place:
  label: Workplaces that are asked for a place before something else is offered
  label_da: Arbejdssteder, der spørges om en plads, før der gives et andet tilbud
  kind: assumption
  unit: workplaces
  values: {2016-01-01: 3}
  bounds: [1, 20]
  range: [1, 6]
  reason: >-
    Not measured. How often a place is found does not depend on it (programmes.employer_openness); it decides
    how far the answer of one workplace counts.
  mechanism: employers_decide
employers.staff_a_placement:
  label: Staff for which a workplace may have one person in a placement
  label_da: Ansatte pr. person i praktik eller løntilskud på arbejdsstedet
  kind: assumption
  unit: jobs
  values: {2016-01-01: 5}
  bounds: [1, 1000]
  range: [5, 10]
  reason: >-
    The law asks for a reasonable proportion between ordinary staff and people in placements; that it is one
    for each five begun was not read in a source here.
  mechanism: employers_decide
employers.experience_step:
  label: How far one person who was taken moves a workplace's openness
  label_da: Hvor meget én person flytter arbejdsstedets åbenhed
  kind: assumption
  unit: share
  values: {2016-01-01: 0.2}
  bounds: [0, 1]
  prior: {distribution: triangular, low: 0, high: 0.5}
  range: [0, 0.5]
  reason: Not measured. 0 if experience does not count.
  mechanism: employers_decide
employers.experience_lost:
  label: Share of what a workplace has learnt of taking people that is forgotten in a year
  label_da: Den del af arbejdsstedets erfaring, der glemmes på et år
  kind: assumption
  unit: share a year
  values: {2016-01-01: 0.4}
  bounds: [0, 0.99]
  range: [0.2, 0.7]
  reason: Managers and consultants change; not measured.
  mechanism: employers_decide
employers.served_well:
  label: Share of people whom a workplace took that leave a good impression, by barriers
  label_da: Andel af dem, arbejdsstedet tog, der efterlader et godt indtryk, efter barrierer
  kind: assumption
  unit: share
  index: barrier
  values: {2016-01-01: {none: 0.8, some: 0.7, complex: 0.6}}
  bounds: [0, 1]
  range: [0.4, 0.9]
  reason: No survey of it in the data read. The further from work, the more often it does not go as agreed.
  mechanism: employers_decide
employers.usually_served_well:
  label: Share that a workplace is used to
  label_da: Den andel, arbejdsstederne er vant til
  kind: assumption
  unit: share
  values: {2016-01-01: 0.72}
  bounds: [0, 1]
  range: [0.6, 0.8]
  reason: >-
    The mean of employers.served_well over those who are placed today: at it openness neither grows nor falls,
    so that it decides no level.
  mechanism: employers_decide
"""
#: Where the mechanism keeps what employers know.
_MEMORY = "employers_decide"
_FLEXJOB, _FLEXJOB_SERVED = own_purpose("employers.flexjob"), own_purpose("employers.flexjob_served")
_TO_FLEXJOB, _SOME = int(State.FLEKSJOB), int(Barrier.SOME)
#: Weeks between reviews of what moves slowly: a month. Chances of a review are those of its weeks together.
REVIEWED_WEEKS = 4
#: Sums over jobs that are kept: those that :class:`Known` lists.
_SUMS = 4
#: Guard of divisions: less than any workplace has.
_NOTHING = 1e-9
#: Flexjobs of a municipality in a week that have numbers of their own.
_NUMBER_BITS = 12


class EmployerRules(NamedTuple):
    """What workplaces remember and how they answer."""

    on: bool
    fill_memory: float  # weight of the latest vacancy
    recent_weeks: float
    usual_weeks: float
    discourages: float  # b: how far slow filling keeps employers from opening vacancies
    asks: int  # workplaces asked for a place
    staff_a_placement: float
    step: float  # of experience
    kept: float  # share of experience kept a week
    served_well: NDArray[np.float64]  # (3,) by barrier
    usual: float  # share that is usually served well


def rules(law: Law) -> EmployerRules:
    """Return how workplaces remember and answer."""
    r = law.country
    return EmployerRules(
        on=law.on("employers_decide"),
        fill_memory=r.scalar("employers.fill_memory"),
        recent_weeks=r.scalar("employers.recent_weeks"),
        usual_weeks=r.scalar("employers.usual_over_weeks"),
        discourages=r.scalar("vacancies.slow_filling_discourages"),
        asks=max(round(r.scalar("employers.asked_for_a_place")), 1),
        staff_a_placement=r.scalar("employers.staff_a_placement"),
        step=r.scalar("employers.experience_step"),
        kept=(1.0 - r.scalar("employers.experience_lost")) ** (1.0 / WEEKS_A_YEAR),
        served_well=r.vector("employers.served_well").copy(),
        usual=r.scalar("employers.usually_served_well"),
    )


class Known(NamedTuple):
    """What employers know: seen each week, but for what is reviewed each month."""

    ladder: NDArray[np.float64]  # (n_employers,) running sum within a municipality of who is asked
    opens: NDArray[np.float64]  # (n_employers,) the same of who opens a vacancy
    sums: NDArray[np.float64]  # (4,) over jobs: of T_x, of one, of openness with a vacancy, of openness
    recent: NDArray[np.float64]  # (2,) vacancies filled lately and the weeks they took, fading
    usual: NDArray[np.float64]  # (2,) the same over the years
    before: NDArray[np.float64]  # (2,) filled and weeks until last week, running totals
    flexjobs: NDArray[np.int64]  # (m,) until last week, this year

    def pace(self) -> float:
        """Weeks that vacancies take to fill lately over what is usual."""
        if min(self.recent[0], self.usual[0], self.recent[1], self.usual[1]) <= 0.0:
            return 1.0
        return float(self.recent[1] / self.recent[0] / (self.usual[1] / self.usual[0]))

    def mean_weeks(self) -> float:
        """Mean of T_x over jobs."""
        return float(self.sums[0] / max(self.sums[1], _NOTHING))

    def usually_filled_in(self) -> float:
        """Weeks that vacancies usually take to fill."""
        return float(self.usual[1] / self.usual[0]) if self.usual[0] > 0.0 else self.mean_weeks()

    def with_a_vacancy(self) -> float:
        """Share of jobs at workplaces with a vacancy, each counted by its openness."""
        return float(self.sums[2] / max(self.sums[3], _NOTHING))


def known(world: World) -> Known:
    """Return what employers know; nothing yet before the first week."""
    if _MEMORY not in world.memory:
        e = world.employers
        world.memory[_MEMORY] = Known(
            np.zeros(e.size.size), np.zeros(e.size.size), np.zeros(_SUMS),
            np.zeros(2), np.zeros(2), np.zeros(2), np.zeros(len(world.codes), np.int64),
        )  # fmt: skip
        world.memory[_MEMORY].sums[:2] = e.fill_weeks.mean(dtype=np.float64), 1.0
        _review(e, 1.0, world.rules["employers_decide"].discourages, world.memory[_MEMORY])
    return world.memory[_MEMORY]


@kernel
def _review(e: Employers, kept: float, discourages: float, know: Known) -> None:
    """Let workplaces forget, and list who is asked and who opens vacancies."""
    usual = know.sums[1] / know.sums[0]
    know.sums[:] = 0.0
    for d in range(e.first.size - 1):
        asked, opens = 0.0, 0.0
        for x in range(e.first[d], e.first[d + 1]):
            if e.experience[x] != 0.0:
                e.experience[x] *= kept
            asked += e.size[x] * (1.0 + e.experience[x])
            opens += e.size[x] * max(1.0 - discourages * (e.fill_weeks[x] * usual - 1.0), 0.0)
            know.ladder[x], know.opens[x] = asked, opens
            filled, open_to = float(e.filled[x]), e.filled[x] * e.openness[x]
            know.sums[0] += filled * e.fill_weeks[x]
            know.sums[1] += filled
            know.sums[2] += open_to if e.vacancies[x] > 0 else 0.0
            know.sums[3] += open_to


@part
def ask_ladder(u: float, m: int, e: Employers, ladder: NDArray[np.float64]) -> int:
    """Workplace of municipality ``m`` at quantile ``u`` of who is asked."""
    first, last = e.first[m], e.first[m + 1]
    at = np.searchsorted(ladder[first:last], u * ladder[last - 1])
    return int(first + min(at, last - first - 1))


@part
def chance_of_yes(x: int, chance: float, e: Employers) -> float:
    """Chance that workplace ``x`` says yes, which on average is ``chance``."""
    return float(chance * e.openness[x] * (1.0 + e.experience[x]))


@part
def has_room(x: int, e: Employers, r: EmployerRules) -> bool:
    """Whether workplace ``x`` may have one more person in a placement."""
    return float(e.placed[x]) < math.ceil(e.staff[x] / r.staff_a_placement)


@part
def ask(
    key: Key,
    purpose: int,
    who: int,
    week: int,
    m: int,
    found: float,
    e: Employers,
    ladder: NDArray[np.float64],
    r: EmployerRules,
) -> int:
    """Workplace of municipality ``m`` that takes ``who``, -1 if those that are asked say no.

    On average a place is found with the chance ``found``.
    """
    each = 1.0 - (1.0 - found) ** (1.0 / r.asks)
    for turn in range(r.asks):
        u, v = uniform_pair(key, purpose, who, in_week(turn, week))
        x = ask_ladder(u, m, e, ladder)
        e.asked[m] += 1
        if v < chance_of_yes(x, each, e) and has_room(x, e, r):
            e.accepted[m] += 1
            e.took[x] = week
            return x
    return -1


@part
def learn(x: int, good: bool, e: Employers, r: EmployerRules) -> None:
    """Workplace ``x`` remembers how it went with somebody."""
    change = r.step * (1.0 - r.usual) if good else -r.step * r.usual
    e.experience[x] = min(max(e.experience[x] + change, -1.0), 1.0)


@part
def remember_filling(x: int, d: int, e: Employers, r: EmployerRules) -> None:
    """Workplace ``x`` fills a vacancy, as old as its vacancies are on average, which is still counted."""
    age = e.waited[x] / max(e.vacancies[x], 1)
    e.waited[x] = max(e.waited[x] - age, 0.0)
    e.recruited[d] += 1
    e.weeks_open[d] += age
    if r.on:
        e.fill_weeks[x] += r.fill_memory * (age - e.fill_weeks[x])


@act(
    "employers_decide",
    writes=("employers.experience", "employers.waited", f"memory.{_MEMORY}"),
)
def remember(world: World, r: EmployerRules) -> None:
    """A week passes for what workplaces remember; how fast vacancies are filled is seen.

    From the second quarter on: vacancies of the first week have an age that is only assumed.
    """
    e, know = world.employers, known(world)
    np.add(e.waited, e.vacancies, out=e.waited, casting="unsafe")
    if world.now.week % REVIEWED_WEEKS == 0:
        _review(e, r.kept**REVIEWED_WEEKS, r.discourages, know)
    total = np.array([e.recruited.sum(), e.weeks_open.sum()], np.float64)
    new = total - know.before
    know.before[:] = total
    if world.now.week < r.recent_weeks:
        return
    know.recent[:] += new - know.recent / r.recent_weeks
    know.usual[:] += new - know.usual / r.usual_weeks


@kernel
def _take_flexjobs(
    now: Now,
    codes: NDArray[np.int64],
    new: NDArray[np.int64],
    ladder: NDArray[np.float64],
    e: Employers,
    r: EmployerRules,
) -> None:
    for m in range(new.size):
        for number in range(new[m]):
            who = (codes[m] << _NUMBER_BITS) + number
            x = ask(now.key, _FLEXJOB, who, now.week, m, 1.0 - _NOTHING, e, ladder, r)
            if x >= 0:
                served = uniform(now.key, _FLEXJOB_SERVED, who, now.week) < r.served_well[_SOME]
                learn(x, served, e, r)


@act(
    "employers_decide",
    writes=(
        "employers.experience",
        "employers.asked",
        "employers.accepted",
        "employers.took",
        f"memory.{_MEMORY}",
    ),
    purposes=(_FLEXJOB, _FLEXJOB_SERVED),
)
def take_flexjobs(world: World, r: EmployerRules) -> None:
    """Which workplaces take those who have got a flexjob this week."""
    know, year = known(world), world.tally.flows[:, :, _TO_FLEXJOB].sum(axis=1)
    year = year - world.tally.flows[:, _TO_FLEXJOB, _TO_FLEXJOB]
    new = np.where(year >= know.flexjobs, year - know.flexjobs, year)
    know.flexjobs[:] = year
    _take_flexjobs(world.now, world.codes, new, know.ladder, world.employers, r)


MECHANISMS = (
    Mechanism(
        name="employers_decide",
        label="Single workplaces decide: vacancies by how long the last took, places by what they have tried",
        label_da="De enkelte arbejdssteder bestemmer",
        equation="P(yes) = p * openness * (1 + experience); vacancies by weeks to fill",
        evidence="C169, X22, X23, P31, F348, F354, F340",
        when_off="workplaces answer alike and remember nothing",
        rules=rules,
    ),
)
