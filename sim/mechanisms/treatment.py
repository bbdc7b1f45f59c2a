"""Treatment: the ill wait for it, and offers wait until it is over, unless somebody coordinates.

Of illnesses the share ``treatment.need_share`` (by barriers, drawn once an illness) needs treatment or a
course of social support, which begins after a wait and lasts ``treatment.course_weeks``.  Today's wait of
W0 weeks of illness (``treatment.wait_weeks``) is part of today's recovery.  One of T weeks moves
recovery in the weeks between alone:

    rate of recovery * exp( ``treatment.effect``)    in weeks T to W0, where it begins sooner
    rate of recovery * exp(-``treatment.effect``)    in weeks W0 to T, where it begins later

The wait is a queue.  Of those in need the share c has a coordinator (``treatment.coordinated_share``, by
barriers), a caseworker to whom each takes ``treatment.coordination_minutes`` a week from the illness until
the course is over.  Whom health services have agreed to see first is ``treatment.agreed_weeks`` ahead.  With
k times today's places (``treatment.places``) the wait W of the others moves each week by

    1 - (k * S(W0) - c * S(W - ahead)) / ((1 - c) * S(W))

where S is the share still ill.  Without more places nobody begins sooner but by others' waiting longer.  A
course in a place beyond today's is bought (``treatment.course_kr``).

Of people with complex barriers who are not ill, ``treatment.social_share`` have a social effort in a period
of ``treatment.social_weeks`` of a course.  Of who is in need, for treatment or social effort, the share z
today (``treatment.offer_waits_share``) has no offer by judgement until it is over, which is part of how
often a group's offers start.  Where a coordinator lets them run beside it (``treatment.beside_share``), or
treatment is over sooner, offers come to who would have waited with

    z / (1 - q * z) times the group's ``programmes.start_rate`` a week in addition,

q the group's share who are in need and not through it with today's wait: without any waiting all would have
1 / (1 - q * z) times the rate.  Without a reform nobody is coordinated and nothing is other than today.

Evidence: waits published for the psychiatry of hospitals and of practices (``treatment.wait_weeks``); offers
of rehabilitation a month sooner did nothing (M26).  Switch: ``treatment``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.engine.draws import Key, own_purpose, uniform
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.mechanisms.casework import add_task
from sim.outcomes.ledger import ACCOUNT
from sim.parameters import Resolved
from sim.rules.periods import period_start
from sim.rules.recovery import recovery, recovery_rules
from sim.states import NOBODY
from sim.vocabulary import Barrier, Group, Health, Task
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.world import World

PARAMETERS = """
treatment.need_share:
  label: Share of illnesses that need treatment or social support for which one waits, by barriers
  label_da: Andel af sygdomsforløb, der kræver behandling eller støtte, som man venter på, efter barrierer
  kind: assumption
  unit: share
  index: barrier
  values:
    2016-01-01: {none: 0.2, some: 0.4, complex: 0.6}
  bounds: [0, 1]
  prior: {distribution: triangular, low: 0.5, high: 1.4, factor: true}
  range: [0.1, 0.8]
  reason: >-
    Not measured. A third of the jobcentres' clients have had a psychiatric diagnosis (F248), and of the young
    furthest from work half had social support (F240) and a third were in hospital psychiatry (F244) in a
    year.
  mechanism: treatment
treatment.social_share:
  label: Share of people with complex barriers who are not ill with a social effort in a period
  label_da: Andel af borgere med komplekse barrierer, som ikke er syge, med en social indsats i en periode
  kind: assumption
  unit: share
  values: {2016-01-01: 0.4}
  bounds: [0, 1]
  range: [0.3, 0.5]
  reason: >-
    In a year 36 per cent of those on resource courses and 48 per cent of the activity-ready on education
    assistance had selected social services (F240, F241), the groups with the most complex barriers.
  mechanism: treatment
treatment.social_weeks:
  label: Weeks of a course for which it is settled whether somebody has a social effort
  label_da: Uger af et forløb, for hvilke det ligger fast, om nogen har en social indsats
  kind: assumption
  unit: weeks
  values: {2016-01-01: 52}
  bounds: [1, 520]
  range: [26, 104]
  reason: The figures that treatment.social_share rests on are of a year.
  mechanism: treatment
treatment.wait_weeks:
  label: Weeks of illness until treatment or social support begins, today
  label_da: Uger af et sygdomsforløb, før behandling eller social støtte begynder, i dag
  kind: assumption
  unit: weeks
  values: {2016-01-01: 20}
  bounds: [0, 200]
  range: [4, 60]
  reason: >-
    Adults waited 25 days for hospital psychiatry in 2015, and 60 weeks for a psychiatrist in practice at the
    end of 2022 (42 a year before); for municipal social support no wait was read. Between the two, as most go
    to neither.
  source:
    title: Ventetid til somatisk sygehusbehandling og psykiatrisk udredning; Et sted skal du vente 96 uger
    publisher: Sundhedsdatastyrelsen; B.T. on figures of Danske Regioner
    year: 2015 and 2022
    locator: analysis for 2015; national mean for December 2022
    url: https://sundhedsdatastyrelsen.dk/da/tal-og-analyser/analyser-og-rapporter/sundhedsvaesenet/ventetid-somatik-og-psykiatri
  mechanism: treatment
treatment.longest_wait_weeks:
  label: Weeks of illness after which nobody goes on waiting for treatment
  label_da: Uger af et sygdomsforløb, hvorefter ingen længere venter på behandling
  kind: assumption
  unit: weeks
  values: {2016-01-01: 156}
  bounds: [1, 520]
  range: [104, 260]
  reason: >-
    Not measured; three years, beyond the longest mean wait of a region. Without effect while the wait is
    today's.
  mechanism: treatment
treatment.course_weeks:
  label: Weeks that a course of treatment or social support lasts
  label_da: Uger, et forløb med behandling eller social støtte varer
  kind: assumption
  unit: weeks
  values: {2016-01-01: 26}
  bounds: [1, 520]
  range: [10, 52]
  reason: Not measured; half a year, from ten sessions of therapy to a year of social support.
  mechanism: treatment
treatment.effect:
  label: 'Treatment begun instead of waited for: log rate of recovery'
  label_da: 'Behandling, der er begyndt i stedet for at blive ventet på: log af raten for raskmelding'
  kind: assumption
  unit: log points
  values: {2016-01-01: 0.3}
  bounds: [-1, 2]
  prior: {distribution: triangular, low: 0, high: 0.6}
  range: [0, 0.6]
  reason: >-
    Therapy at once and after 11 weeks: 41.4 and 26.3 per cent back at work, not randomised, is 0.56 on the
    hazard; consultation of a psychiatrist, a trial of 60: 58 and 44 per cent in three months is 0.40. A
    course of rehabilitation 35 days sooner did nothing (M26). Half of the first.
  source:
    title: Work-focused therapy for common mental disorders; Faster return to work after consultation
    publisher: Work (IOS Press); Neuropsychiatric Disease and Treatment (Dove)
    year: 2020 and 2010
    locator: abstracts
    url: https://content.iospress.com/articles/work/wor203208
    ids: [M26]
  mechanism: treatment
treatment.places:
  label: Courses of treatment and social support that begin a week, relative to today
  label_da: Forløb med behandling og social støtte, der begynder om ugen, i forhold til i dag
  kind: assumption
  unit: ratio
  values: {2016-01-01: 1}
  bounds: [0.5, 3]
  range: [1, 1.5]
  reason: 1 by definition; agreements with the region and money of one's own raise it.
  mechanism: treatment
treatment.course_kr:
  label: Price of a course of treatment or social support beyond today's
  label_da: Pris for et forløb med behandling eller social støtte ud over dagens
  kind: assumption
  unit: kr.
  values: {2016-01-01: 20000}
  bounds: [0, 1000000]
  range: [8000, 60000]
  reason: >-
    Not read. Some twelve hours with a psychologist to a year of weekly support. Without effect while there
    are today's places.
  mechanism: treatment
treatment.coordinated_share:
  label: Share of those in need of treatment or social support who have a coordinator, by barriers
  label_da: Andel af dem med behov for behandling eller social støtte, der har en tovholder, efter barrierer
  kind: assumption
  unit: share
  index: barrier
  values:
    2016-01-01: {none: 0, some: 0, complex: 0}
  bounds: [0, 1]
  range: [0, 1]
  reason: 0 by definition, over and above what coordination there is today.
  mechanism: treatment
treatment.coordination_minutes:
  label: Coordinator's time a person and week, until the course of treatment is over
  label_da: Tovholderens tid pr. person og uge, indtil behandlingen er slut
  kind: assumption
  unit: minutes
  values: {2016-01-01: 20}
  bounds: [0, 600]
  range: [10, 45]
  reason: >-
    Not timed; a meeting of an hour with other services every fifth week and a call between. Without effect
    while nobody has a coordinator.
  mechanism: treatment
treatment.agreed_weeks:
  label: Weeks by which health and social services see whom a coordinator sends before others
  label_da: Uger, hvormed sundheds- og socialområdet ser den, en tovholder henviser, før andre
  kind: assumption
  unit: weeks
  values: {2016-01-01: 0}
  bounds: [0, 200]
  range: [0, 26]
  reason: >-
    0 by definition; an agreement between services raises it. Without effect while nobody has a coordinator.
  mechanism: treatment
treatment.beside_share:
  label: Share of coordinated people whose offers start beside the treatment instead of after it
  label_da: Andel af borgere med tovholder, hvis tilbud begynder ved siden af behandlingen og ikke efter den
  kind: assumption
  unit: share
  values: {2016-01-01: 0}
  bounds: [0, 1]
  range: [0, 1]
  reason: >-
    0 by definition; one plan for social and employment efforts raises it. Without effect while nobody has a
    coordinator.
  mechanism: treatment
treatment.offer_waits_share:
  label: Share of those in need whose offers wait until treatment is over, today
  label_da: Andel af dem med behov, hvis tilbud venter, til behandlingen er slut, i dag
  kind: assumption
  unit: share
  values: {2016-01-01: 0.5}
  bounds: [0, 0.95]
  range: [0.2, 0.8]
  reason: >-
    Not measured; half. That efforts come one after another is what documents of 2012 and 2023 complain of.
    Without effect while the wait and the order are today's.
  mechanism: treatment
"""
_NEED, _COORDINATED = own_purpose("treatment.need"), own_purpose("treatment.coordinated")
_BESIDE, _SOCIAL = own_purpose("treatment.beside"), own_purpose("treatment.social")
_ILL, _TASK = int(Health.ILL), int(Task.CASE_ADMINISTRATION)
_COMPLEX, _MIDDLE, _GROUPS, _BARRIERS = int(Barrier.COMPLEX), int(Barrier.SOME), len(Group), len(Barrier)
#: Where the mechanism keeps the queue.
_MEMORY = "treatment"
#: Guard of divisions: fewer than one person in need.
_NOBODY_WAITS = 1e-9


class TreatmentRules(NamedTuple):
    """w = rule rows of persons, m = municipalities, b = barriers, t = weeks of illness."""

    acts: bool  # something is other than today
    need: NDArray[np.float64]  # (b,) share of illnesses
    social: float  # share of people with complex barriers who are not ill, in a period
    social_weeks: int  # of the period
    usual: float  # weeks waited today
    course: float  # weeks of a course
    faster: float  # recovery in treatment, of that while waiting
    places: NDArray[np.float64]  # (m,) of today's
    course_kr: float
    coordinated: NDArray[np.float64]  # (w, b) share of those in need
    minutes: NDArray[np.float64]  # (w,) a coordinated person and week
    ahead: NDArray[np.float64]  # (w,) weeks by which they are seen before others
    beside: NDArray[np.float64]  # (w,) share of them whose offers do not wait
    offer_waits: float  # share whose offers wait today
    still_ill: NDArray[np.float64]  # (t,) share of the middling who are ill so long


class Queue(NamedTuple):
    """The queue for treatment."""

    wait: NDArray[np.float64]  # (m,) weeks of illness, of those without a coordinator
    through: NDArray[np.float64]  # (g,) share in need, and not through it with today's wait


def share_still_ill(r: Resolved, weeks: int) -> NDArray[np.float64]:
    """Return the share of the middling who are still ill after 0, 1, ... ``weeks`` weeks (weeks + 1,)."""
    by, at, first = recovery_rules(r), np.arange(weeks), round(r.scalar("health.lasting_from_week"))
    rates = np.array([recovery(_MIDDLE, 0.0, t, by) for t in range(weeks)])
    for kind in ("reduced", "unable"):
        loss = r.scalar(f"health.{kind}_rate") * r.vector(f"health.{kind}_by_barrier")[_MIDDLE] / WEEKS_A_YEAR
        rates += np.where(at >= first, loss, 0.0)
    return np.asarray(np.exp(-np.concatenate([[0.0], np.cumsum(rates)])))


def treatment_rules(law: Law) -> TreatmentRules:
    """Return who waits for treatment and what coordination does; nothing where it is switched off."""
    r, on = law.now, float(law.on("treatment"))
    places = law.country["treatment.places"] ** on
    coordinated = r["treatment.coordinated_share"] * on
    return TreatmentRules(
        acts=bool(coordinated.any() or (places != 1.0).any()),
        need=r.vector("treatment.need_share").copy(),
        social=r.scalar("treatment.social_share"),
        social_weeks=round(r.scalar("treatment.social_weeks")),
        usual=r.scalar("treatment.wait_weeks"),
        course=r.scalar("treatment.course_weeks"),
        faster=math.exp(r.scalar("treatment.effect")),
        places=places,
        course_kr=r.scalar("treatment.course_kr"),
        coordinated=coordinated,
        minutes=r["treatment.coordination_minutes"].copy(),
        ahead=r["treatment.agreed_weeks"].copy(),
        beside=r["treatment.beside_share"].copy(),
        offer_waits=r.scalar("treatment.offer_waits_share"),
        still_ill=share_still_ill(r, round(r.scalar("treatment.longest_wait_weeks"))),
    )


def moved_wait(
    wait: NDArray[np.float64],
    coordinated: NDArray[np.float64],
    ahead: NDArray[np.float64],
    r: TreatmentRules,
) -> NDArray[np.float64]:
    """Return the wait of the others a week later (m,), weeks of illness.

    ``wait`` (m,) now, ``coordinated`` (m,) share of those in need, ``ahead`` (m,) weeks that they are before.
    """
    last = len(r.still_ill) - 1.0

    def ill(weeks: NDArray[np.float64] | float) -> NDArray[np.float64]:
        return np.asarray(np.interp(weeks, np.arange(len(r.still_ill)), r.still_ill))

    left = r.places * ill(r.usual) - coordinated * ill(np.maximum(wait - ahead, 0.0))
    asked = np.maximum((1.0 - coordinated) * ill(wait), _NOBODY_WAITS)
    return np.asarray(np.clip(wait + 1.0 - np.maximum(left, 0.0) / asked, 0.0, last))


@part
def needs_treatment(i: int, key: Key, k: Clients, r: TreatmentRules) -> bool:
    """Whether client ``i`` is ill and in need of treatment, having had it or not."""
    if k.condition.health[i] != _ILL:
        return False
    share: float = r.need[k.person.barrier[i]]
    return uniform(key, _NEED, k.key[i], k.condition.ill_since[i]) < share


@part
def has_social_effort(i: int, now: Now, k: Clients, r: TreatmentRules) -> bool:
    """Whether client ``i``, who is not ill, has a social effort in this period."""
    if k.person.barrier[i] != _COMPLEX or k.condition.health[i] == _ILL:
        return False
    begun = period_start(i, now.week, r.social_weeks, k)
    return uniform(now.key, _SOCIAL, k.key[i], begun) < r.social


@part
def _since(i: int, k: Clients) -> int:
    """Week from which client ``i`` is in need: of the illness, or of the course."""
    ill: int = k.condition.ill_since[i]
    course: int = k.spell.course_start[i]
    return ill if k.condition.health[i] == _ILL else course


@part
def is_coordinated(i: int, key: Key, k: Clients, r: TreatmentRules) -> bool:
    """Whether client ``i``, who is in need, has a coordinator among the caseworkers."""
    share: float = r.coordinated[k.person.rule_row[i], k.person.barrier[i]]
    if share <= 0.0 or k.contact.caseworker[i] < 0:
        return False
    return uniform(key, _COORDINATED, k.key[i], _since(i, k)) < share


@part
def _wait_of(i: int, key: Key, k: Clients, wait: NDArray[np.float64], r: TreatmentRules) -> float:
    """Weeks of illness until the treatment of client ``i`` begins."""
    weeks: float = wait[k.person.municipality[i]]
    if is_coordinated(i, key, k, r):
        ahead: float = r.ahead[k.person.rule_row[i]]
        return max(weeks - ahead, 0.0)
    return weeks


@part
def treatment_on_recovery(
    i: int, now: Now, k: Clients, wait: NDArray[np.float64], r: TreatmentRules
) -> float:
    """How much faster client ``i``, who is ill, recovers because treatment begins sooner than today; or 1."""
    if wait.size == 0 or not needs_treatment(i, now.key, k, r):
        return 1.0
    weeks, begins = now.week - k.condition.ill_since[i], _wait_of(i, now.key, k, wait, r)
    if begins <= weeks < r.usual:
        return r.faster
    return 1.0 / r.faster if r.usual <= weeks < begins else 1.0


@part
def _beside(i: int, key: Key, k: Clients, r: TreatmentRules) -> bool:
    """Whether offers of client ``i``, who is in need, start beside the treatment or social effort."""
    if not is_coordinated(i, key, k, r):
        return False
    share: float = r.beside[k.person.rule_row[i]]
    return uniform(key, _BESIDE, k.key[i], _since(i, k)) < share


@part
def more_offers(i: int, now: Now, k: Clients, queue: Queue, r: TreatmentRules) -> float:
    """Offers by judgement that no longer wait for treatment, over those of the group's rate; 0: none."""
    if queue.wait.size == 0:
        return 0.0
    if needs_treatment(i, now.key, k, r):
        weeks = now.week - k.condition.ill_since[i]
        if weeks >= r.usual + r.course:
            return 0.0
        free = weeks >= _wait_of(i, now.key, k, queue.wait, r) + r.course or _beside(i, now.key, k, r)
    else:
        free = has_social_effort(i, now, k, r) and _beside(i, now.key, k, r)
    return most_offers(queue.through[k.spell.group[i]], r) if free else 0.0


@part
def most_offers(through: float, r: TreatmentRules) -> float:
    """Offers that wait today, over a group's rate, ``through`` of whom are not through a course."""
    return r.offer_waits / (1.0 - through * r.offer_waits)


@kernel
def _coordinate(
    now: Now,
    k: Clients,
    cw: Caseworkers,
    before: NDArray[np.float64],
    wait: NDArray[np.float64],
    r: TreatmentRules,
    people: NDArray[np.float64],
    through: NDArray[np.float64],
    begun: NDArray[np.float64],
) -> None:
    """Give coordinators their work; count who waits by group (g,), and courses begun (m,)."""
    for i in range(k.id.size):
        if k.state[i] == NOBODY:
            continue
        people[k.spell.group[i]] += 1.0
        if needs_treatment(i, now.key, k, r):
            weeks = now.week - k.condition.ill_since[i]
            if weeks < r.usual + r.course:
                through[k.spell.group[i]] += 1.0
            begins, began = _wait_of(i, now.key, k, wait, r), _wait_of(i, now.key, k, before, r)
            if weeks >= begins and weeks - 1 < began:
                begun[k.person.municipality[i]] += 1.0
            in_need = weeks < begins + r.course
        else:
            in_need = has_social_effort(i, now, k, r)
            if in_need:
                through[k.spell.group[i]] += 1.0
        if in_need and is_coordinated(i, now.key, k, r):
            add_task(i, _TASK, r.minutes[k.person.rule_row[i]], k, cw)


@kernel
def _count_ill(k: Clients, ill: NDArray[np.float64]) -> None:
    for i in range(k.id.size):
        if k.state[i] != NOBODY and k.condition.health[i] == _ILL:
            ill[k.person.barrier[i]] += 1.0


def queue_of(world: World) -> Queue:
    """Return the queue; an empty one where it has never been other than today's."""
    queue: Queue | None = world.memory.get(_MEMORY)
    return Queue(np.empty(0), np.empty(0)) if queue is None else queue


@act(
    "treatment",
    writes=("caseworkers.backlog_task", "ledger", f"memory.{_MEMORY}"),
    purposes=(_NEED, _COORDINATED, _BESIDE, _SOCIAL),
)
def coordinate(world: World, r: TreatmentRules) -> None:
    """The queue for treatment moves on; coordinators have their work, and places beyond today's are paid."""
    m, k = len(world.codes), world.clients.settled
    if _MEMORY not in world.memory:
        if not r.acts:
            return
        world.memory[_MEMORY] = Queue(np.full(m, r.usual), np.zeros(_GROUPS))
    queue: Queue = world.memory[_MEMORY]
    ill, people, through, begun = np.zeros(_BARRIERS), np.zeros(_GROUPS), np.zeros(_GROUPS), np.zeros(m)
    _count_ill(k, ill)
    in_need = ill * r.need
    coordinated = (r.coordinated[:m] * in_need).sum(axis=1) / max(in_need.sum(), _NOBODY_WAITS)
    before = queue.wait.copy()
    queue.wait[:] = moved_wait(before, coordinated, r.ahead[:m], r)
    _coordinate(world.now, k, world.caseworkers, before, queue.wait, r, people, through, begun)
    queue.through[:] = through / np.maximum(people, 1.0)
    bought = begun * np.maximum(1.0 - 1.0 / r.places, 0.0) * r.course_kr
    world.ledger[:, ACCOUNT["programme_purchases"]] += np.floor(bought * 100.0 + 0.5).astype(np.int64)


MECHANISMS = (
    Mechanism(
        name="treatment",
        label="Waiting for treatment, and offers beside it",
        label_da="Ventetid på behandling, og tilbud ved siden af",
        equation="recovery * exp(effect) where treatment begins sooner; offers beside it instead of after it",
        evidence="published waits, M26; assumption",
        when_off="people wait as today, and nobody has a coordinator",
        rules=treatment_rules,
    ),
)
