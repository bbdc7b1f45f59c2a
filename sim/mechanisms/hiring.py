"""Hiring: which vacancy somebody applies for, whom the workplace takes, and how the two meet.

Who looks in a municipality applies for one of its vacancies, in the own industry if there is one, and that
workplace x ranks who comes:

    arrival_i = exponential / exp(s_x * (merit * latent employability_i - stigma * 1[long course]))
    s_x = (n_x / size of the middle job's workplace) ^ g * s_industry            how closely x looks

n_x is the workplace's size; g is ``matching.screening_by_size``.  The first to arrive takes the vacancy; who
comes for one that is taken takes another that is left in the municipality, and when none is left goes
without. One more hire is thus one vacancy less for the others: displacement is not assumed, it happens.
Switch: ``displacement`` holds lambda at 1 and lets jobs appear; with ``employers_decide`` off s_x is 1.

A client and the workplace find each other through a channel: a share of clients' chances that hours of the
municipality's employer service decide (:mod:`sim.mechanisms.job_hazard.employer_service`), a share
``employers.a_kasse_channel_share`` of the insured's, or by themselves.  Through the municipality the vacancy
is, where there is one, of a workplace that leans to taking people and that it has not disappointed; how it
goes is remembered (:mod:`sim.mechanisms.employers`).

Of the vacancies that the municipality passes on, the share ``employers.named_share`` (0 today) goes to named
candidates instead of whom it finds: employer service names ``employers.candidates`` clients of its list who
can take a job, drawn alike, and those of the a-kasse's whom it sees; the workplace takes whom it ranks first.
A named candidate has the vacancy in place of who would have had it: no more vacancies come of it.  Each name
takes ``employers.naming_minutes`` of the municipality, or the a-kasse
``employers.a_kasse_naming_share`` of an interview.

Evidence: S14 (a long spell counts from the ninth month), C169; the rest are labelled assumptions.  It happens
in :mod:`sim.mechanisms.matching`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose, exponential, own_purpose, uniform, uniform_pair
from sim.engine.memory import ahead
from sim.law import Law
from sim.mechanisms.employers import EmployerRules, learn, remember_filling
from sim.states import NOBODY, State
from sim.vocabulary import Channel, Task
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.employers import Employers
from sim.world.people import NO_ROW, Calendar, Person, Status

PARAMETERS = """
matching.screening_by_size:
  label: Elasticity of how closely employers look at applicants, in the workplace's size
  label_da: Elasticiteten i, hvor nøje arbejdsgivere ser på ansøgere, med hensyn til arbejdsstedets størrelse
  kind: assumption
  unit: elasticity
  values: {2016-01-01: 0.1}
  bounds: [-1, 1]
  prior: {distribution: triangular, low: 0, high: 0.25}
  range: [0, 0.25]
  reason: >-
    Large workplaces have staff who screen, and more applicants; no estimate read. 0.1 makes a workplace of
    200 look a third more closely than one of ten.
  mechanism: employers_decide
matching.screening_by_industry:
  label: How closely employers look at applicants, by industry, over the mean
  label_da: Hvor nøje arbejdsgivere ser på ansøgere, efter branche i forhold til gennemsnittet
  kind: assumption
  unit: ratio
  index: industry
  values:
    2016-01-01: {agriculture: 0.8, manufacturing: 1.0, construction: 0.9, trade_transport: 0.9, information:
    1.2,
      finance: 1.3, real_estate: 1.0, business_services: 1.0, public_health_education: 1.05, culture_other:
      0.95}
  bounds: [0, 5]
  range: [0.5, 1.5]
  reason: Not measured. The longer a wrong choice costs, the closer the look; the mean over jobs is one.
  mechanism: employers_decide
employers.a_kasse_channel_share:
  label: Share of insured clients' chances of a job that run through the a-kasse
  label_da: Andel af forsikrede borgeres jobchancer, der går gennem a-kassen
  kind: assumption
  unit: share
  values: {2016-01-01: 0.05}
  bounds: [0, 1]
  range: [0.01, 0.15]
  reason: Not found. It only tells by which way somebody was hired; what the a-kasse does is in its
    interviews.
  mechanism: employers_decide
employers.named_share:
  label: Share of vacancies passed on that are offered to named candidates
  label_da: Andel af de formidlede stillinger, der tilbydes navngivne kandidater
  kind: assumption
  unit: share
  values: {2016-01-01: 0}
  bounds: [0, 1]
  range: [0, 1]
  reason: 0 by definition, over and above the naming that there is today; orders met from one list raise it.
  mechanism: employer_service
employers.candidates:
  label: Candidates named for a vacancy
  label_da: Kandidater, der nævnes til en stilling
  kind: assumption
  unit: persons
  values: {2016-01-01: 3}
  bounds: [1, 50]
  range: [2, 6]
  reason: Not read; few enough to be seen. Without effect while nobody is named.
  mechanism: employer_service
employers.naming_minutes:
  label: Time to find and ask one candidate for a vacancy
  label_da: Tid til at finde og spørge én kandidat til en stilling
  kind: assumption
  unit: minutes
  values: {2016-01-01: 20}
  bounds: [0, 600]
  range: [10, 45]
  reason: Not timed; a look at the file and a call. Without effect while nobody is named.
  mechanism: employer_service
employers.a_kasse_naming_share:
  label: What it costs the a-kasse to name one candidate, of an interview
  label_da: Hvad det koster a-kassen at nævne én kandidat, i forhold til en samtale
  kind: assumption
  unit: share
  values: {2016-01-01: 0.3}
  bounds: [0, 5]
  range: [0.1, 0.7]
  reason: >-
    Not timed; a look at the file and a call, of an interview of an hour. Without effect while nobody is
    named.
  mechanism: employer_service
"""
_DESTINATION, _RACE = int(Purpose.DESTINATION), int(Purpose.HIRE_RACE)
_EMPLOYER = int(Purpose.EMPLOYER_CHOICE)
_CHANNEL, _SERVED = own_purpose("hiring.channel"), own_purpose("hiring.served")
_NAMED, _OF_LIST = own_purpose("hiring.named"), own_purpose("hiring.of_list")
_SEEN, _PREFERRED = own_purpose("hiring.seen"), own_purpose("hiring.preferred")
#: Random numbers that hiring draws.
PURPOSES = (
    Purpose.DESTINATION, Purpose.HIRE_RACE, Purpose.EMPLOYER_CHOICE, _CHANNEL, _SERVED, _NAMED, _OF_LIST,
    _SEEN, _PREFERRED,
)  # fmt: skip
_OWN, _A_KASSE, _MUNICIPALITY = int(Channel.OWN), int(Channel.A_KASSE), int(Channel.MUNICIPALITY)
_DAGPENGE = int(State.DAGPENGE)
_TASK = int(Task.EMPLOYER_CONTACT)
#: Where the names of the a-kasse's clients of the week are kept (m,).
NAMED = "employer_service.named"
#: Mark of a client who has been named and taken.
_TAKEN = 2
#: Channel of who is no client: not told apart.
_NO_CHANNEL = -1


class HiringRules(NamedTuple):
    """How people apply and workplaces choose."""

    merit: float  # weight of latent employability in the race for a job
    stigma: float  # of a long course in the race
    stigma_week: int  # from which a course is long
    stay_in_industry: float  # share who take a job in their industry if there is one
    look_through: int  # vacancies that they look at for one
    screening_by_size: float
    screening_by_industry: NDArray[np.float64]  # (industries,)
    middle_log_size: float  # of the workplace of the middle job
    a_kasse: float  # share of insured clients' chances that run through the a-kasse
    named: NDArray[np.float64]  # (m,) share of vacancies passed on that go to named candidates
    candidates: int  # named for a vacancy
    naming_minutes: NDArray[np.float64]  # (m,) a name
    visible: NDArray[np.float64]  # (m,) share of the a-kasse's clients whom employer service can name
    single: bool  # workplaces differ in how they choose
    compete: bool  # displacement is on


def hiring_rules(law: Law) -> HiringRules:
    """Return the rules in force."""
    r = law.country
    return HiringRules(
        merit=r.scalar("matching.employability_weight"),
        stigma=r.scalar("search.stigma") * float(law.on("duration_dependence")),
        stigma_week=round(r.scalar("search.stigma_week")),
        stay_in_industry=r.scalar("matching.stay_in_industry"),
        look_through=round(r.scalar("matching.vacancies_looked_through")),
        screening_by_size=r.scalar("matching.screening_by_size"),
        screening_by_industry=r.vector("matching.screening_by_industry").copy(),
        middle_log_size=math.log(r.scalar("employers.mean_size"))
        + 0.5 * r.scalar("employers.size_spread") ** 2,
        a_kasse=r.scalar("employers.a_kasse_channel_share"),
        named=r["employers.named_share"] * float(law.on("employer_service") and law.on("employers_decide")),
        candidates=round(r.scalar("employers.candidates")),
        naming_minutes=r["employers.naming_minutes"].copy(),
        visible=r["employers.a_kasse_clients_visible"].copy(),
        single=law.on("employers_decide"),
        compete=law.on("displacement"),
    )


class Vacant(NamedTuple):
    """Vacancies of the week by municipality of work, each of shape (n,) unless another is named."""

    employer: NDArray[np.int32]
    industry: NDArray[np.uint8]
    next_left: NDArray[np.int32]  # position at or behind which the next vacancy that is left is looked for
    begin: NDArray[np.int64]  # (d + 1,)

    @classmethod
    def room(cls, n: int, d: int) -> Vacant:
        """Return room for ``n`` vacancies in ``d`` municipalities."""
        return cls(
            np.empty(n, np.int32), np.empty(n, np.uint8), np.empty(n + 1, np.int32), np.zeros(d + 1, np.int64)
        )  # fmt: skip


@kernel
def list_vacancies(e: Employers, vacant: Vacant) -> None:
    """Write one row per vacancy."""
    n = 0
    for d in range(e.first.size - 1):
        for x in range(e.first[d], e.first[d + 1]):
            for _ in range(e.vacancies[x]):
                vacant.employer[n], vacant.industry[n] = x, e.industry[x]
                vacant.next_left[n] = n
                n += 1
        vacant.begin[d + 1] = n
    vacant.next_left[n] = n


class Seekers(NamedTuple):
    """Who looks for a vacancy this week and how they go about it, each of shape (n,)."""

    who: NDArray[np.int32]
    where: NDArray[np.int16]  # municipality of work
    applied: NDArray[np.int32]  # position of the vacancy applied for, -1: there is none
    channel: NDArray[np.int8]
    arrival: NDArray[np.float64]  # the smallest comes first

    @classmethod
    def of(cls, who: NDArray[np.int32]) -> Seekers:
        """Return room for what ``who`` do."""
        n = who.size
        return cls(who, np.empty(n, np.int16), np.empty(n, np.int32), np.empty(n, np.int8), np.empty(n))


@part
def _apply(vacant: Vacant, e: Employers, d: int, u: float, look: int, industry: int, sent: bool) -> int:
    """Position of the vacancy in municipality ``d`` that somebody applies for, -1 without one.

    If possible in the person's industry, for who looks through ``look`` vacancies (0: takes any); for who is
    ``sent`` by the municipality, of a workplace that is open to it.
    """
    begin, n = vacant.begin[d], vacant.begin[d + 1] - vacant.begin[d]
    if n == 0:
        return -1
    start = int(u * n)
    for step in range(min(n, look)):
        at = begin + (start + step if start + step < n else start + step - n)
        if sent:
            x = vacant.employer[at]
            if e.willing[x] != 0 and e.experience[x] >= 0.0:
                return int(at)
        elif vacant.industry[at] == industry:
            return int(at)
    return int(begin + start)


@part
def _channel(row: int, w: int, now: Now, k: Clients, cw: Caseworkers, r: HiringRules) -> int:
    """Channel through which the client in ``row``, with rules ``w``, and an employer find each other."""
    u = uniform(now.key, _CHANNEL, k.key[row], now.week)
    own = 0 if k.contact.caseworker[row] >= 0 else 1
    insured = k.state[row] == _DAGPENGE
    sent = cw.through[w, own] if own == 0 or insured else 0.0
    if u < sent:
        return _MUNICIPALITY
    return _A_KASSE if insured and u < sent + (1.0 - sent) * r.a_kasse else _OWN


class Lists(NamedTuple):
    """Whom employer service can name."""

    begin: NDArray[np.int64]  # (m + 1,) first row of each municipality's clients
    hazard: NDArray[np.float64]  # (clients,) of a job this week; 0: cannot take one
    busy: NDArray[np.uint8]  # (clients,) 1: has an offer this week
    a_kasse: NDArray[np.float64]  # (m,) names of the a-kasse's clients this week


@part
def _on_list(row: int, m: int, now: Now, k: Clients, lists: Lists, r: HiringRules) -> bool:
    """Whether employer service can name the client in ``row``."""
    if k.state[row] == NOBODY or lists.hazard[row] <= 0.0 or lists.busy[row] == 1:
        return False
    if k.contact.caseworker[row] >= 0:
        return True
    seen: float = r.visible[m]
    return k.state[row] == _DAGPENGE and uniform(now.key, _SEEN, k.key[row], k.spell.entered[row]) < seen


@part
def _named(row: int, m: int, now: Now, k: Clients, cw: Caseworkers, lists: Lists, r: HiringRules) -> int:
    """Row of the candidate whom the workplace takes in place of the client in ``row``; -1: none is named."""
    begin, n = lists.begin[m], lists.begin[m + 1] - lists.begin[m]
    u, v = uniform_pair(now.key, _OF_LIST, k.key[row], now.week)
    at, stride = int(u * n), 1 + int(v * (n - 1))
    best, soonest, names = -1, math.inf, 0
    for _ in range(n):
        i = begin + at
        at = at + stride if at + stride < n else at + stride - n
        if not _on_list(i, m, now, k, lists, r):
            continue
        lists.busy[i] = 1
        weight = r.merit * k.person.employability[i]
        if now.week - k.spell.course_start[i] >= r.stigma_week:
            weight -= r.stigma
        arrival = exponential(now.key, _PREFERRED, k.key[i], now.week) * math.exp(-weight)
        if arrival < soonest:
            best, soonest = i, arrival
        if k.contact.caseworker[i] >= 0:
            cw.backlog_task[m, _TASK] += r.naming_minutes[m]
        else:
            lists.a_kasse[m] += 1.0
        names += 1
        if names == r.candidates:
            break
    return best


@kernel
def name_candidates(
    now: Now,
    found: NDArray[np.int32],
    calendar: Calendar,
    k: Clients,
    cw: Caseworkers,
    lists: Lists,
    r: HiringRules,
) -> None:
    """Put named candidates in ``found`` (n,) in place of some whom the municipality has found."""
    for at in range(found.size):
        lists.busy[calendar.row[found[at]]] = 1
    for at in range(found.size):
        row = calendar.row[found[at]]
        m = k.person.municipality[row]
        if uniform(now.key, _NAMED, k.key[row], now.week) >= r.named[m]:
            continue
        if _channel(row, k.person.rule_row[row], now, k, cw, r) == _MUNICIPALITY:
            named = _named(row, m, now, k, cw, lists, r)
            if named >= 0:
                found[at] = k.id[named]
                lists.busy[named] = _TAKEN


@part
def _closeness(x: int, e: Employers, r: HiringRules) -> float:
    """How closely workplace ``x`` looks at who applies, about one."""
    by_size = math.exp(r.screening_by_size * (math.log(e.staff[x]) - r.middle_log_size))
    return float(by_size * r.screening_by_industry[e.industry[x]])


@kernel
def choose(
    now: Now,
    seekers: Seekers,
    cumulative: NDArray[np.float64],
    by_code: NDArray[np.int64],
    person: Person,
    calendar: Calendar,
    k: Clients,
    cw: Caseworkers,
    e: Employers,
    r: HiringRules,
    vacant: Vacant,
    busy: NDArray[np.uint8],
) -> int:
    """Where and for what each of ``seekers`` applies, and when the workplace lets each come.

    ``cumulative`` (m, d): shares of where residents look, added up in the order of codes, ``by_code`` (d,);
    ``busy`` as in :class:`Lists`, empty where nobody is named.
    """
    fetched = 0
    for at in range(seekers.who.size):
        for later in ahead(at, seekers.who.size):
            j = seekers.who[later]
            fetched += person.sex[j] + calendar.row[j]
        for later in ahead(at, seekers.who.size):
            row_of_client = calendar.row[seekers.who[later]]
            if row_of_client != NO_ROW:
                fetched += k.state[row_of_client] + k.contact.caseworker[row_of_client]
        i = seekers.who[at]
        u = uniform(now.key, _DESTINATION, person.key[i], now.week)
        row = cumulative[person.municipality[i]]
        d = by_code[min(np.searchsorted(row, u), row.size - 1)]
        client = calendar.row[i]
        weight, channel = r.merit * person.employability[i], _NO_CHANNEL
        if client != NO_ROW:
            if now.week - k.spell.course_start[client] >= r.stigma_week:
                weight -= r.stigma
            channel = _channel(client, person.rule_row[i], now, k, cw, r) if r.single else _OWN
            if busy.size > 0 and busy[client] == _TAKEN:
                channel = _MUNICIPALITY
        u, v = uniform_pair(now.key, _EMPLOYER, person.key[i], now.week)
        sent = channel == _MUNICIPALITY
        look = r.look_through if sent or v < r.stay_in_industry else 0
        applied = _apply(vacant, e, d, u, look, person.industry[i], sent)
        if r.single and applied >= 0:
            weight *= _closeness(vacant.employer[applied], e, r)
        seekers.where[at], seekers.applied[at], seekers.channel[at] = d, applied, channel
        seekers.arrival[at] = exponential(now.key, _RACE, person.key[i], now.week) * math.exp(-weight)
    return fetched


@part
def _next_left(at: int, next_left: NDArray[np.int32]) -> int:
    """First position from ``at`` on whose vacancy is left, or one past the last; halves the way there."""
    while next_left[at] != at:
        next_left[at] = next_left[next_left[at]]
        at = next_left[at]
    return int(at)


@part
def _left_in(d: int, applied: int, vacant: Vacant) -> int:
    """Position of a vacancy that is left in ``d``, the one applied for or another; -1 if there is none."""
    if applied < 0:
        return -1
    at = _next_left(applied, vacant.next_left)
    if at >= vacant.begin[d + 1]:
        at = _next_left(vacant.begin[d], vacant.next_left)
    return at if at < vacant.begin[d + 1] else -1


@kernel
def fill(
    now: Now,
    seekers: Seekers,
    order: NDArray[np.int64],
    person: Person,
    status: Status,
    e: Employers,
    r: HiringRules,
    by: EmployerRules,
    hired: NDArray[np.int32],
    vacant: Vacant,
) -> tuple[int, int]:
    """Give vacancies to ``seekers`` in ``order``; list who is ``hired``, return how many."""
    n, fetched = 0, 0
    for turn in range(order.size):
        for later in ahead(turn, order.size):
            j = seekers.who[order[later]]
            fetched += status.state[j] + person.sex[j]
        at = order[turn]
        i, d = seekers.who[at], seekers.where[at]
        left = _left_in(d, seekers.applied[at], vacant)
        if left >= 0:
            vacant.next_left[left] = left + 1
            x = vacant.employer[left]
            remember_filling(x, d, e, by)
        elif not r.compete:
            u, _ = uniform_pair(now.key, _EMPLOYER, person.key[i], now.week)
            x = e.first[d] + int(u * (e.first[d + 1] - e.first[d]))
            e.vacancies[x] += 1
            e.opened[d] += 1
        else:
            continue
        channel = seekers.channel[at]
        if channel != _NO_CHANNEL:
            e.hired_by[d, channel] += 1
        if channel == _MUNICIPALITY:
            served = uniform(now.key, _SERVED, person.key[i], now.week) < by.served_well[person.barrier[i]]
            learn(x, served, e, by)
        _sign_contract(i, x, person, status, e)
        hired[n] = i
        n += 1
    return n, fetched


@part
def _sign_contract(i: int, x: int, person: Person, status: Status, e: Employers) -> None:
    """Employer ``x`` fills a vacancy with citizen ``i``; a former employer gets a vacancy."""
    old = status.employer[i]
    if old >= 0:
        e.filled[old] -= 1
        e.vacancies[old] += 1
    e.vacancies[x] -= 1
    e.filled[x] += 1
    status.employer[i] = x
    person.industry[i] = e.industry[x]
