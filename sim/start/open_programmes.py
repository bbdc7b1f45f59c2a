"""Programmes that are under way in the first week.

When the latest programme of a client began follows from the rules by which programmes begin
(:mod:`sim.mechanisms.programmes`).  Somebody who has been in the state for w weeks, and on support for s, had
one A weeks ago, the smallest of

* *judgement*: exponential with ``programmes.start_rate`` of the group, if less than w,
* *duty*: w less ``activation.offer_within_weeks`` and the time that it takes to announce one (exponential
  with ``activation.duty_met_a_week``), if the group has the duty,
* *focus targets*: uniform over the year between two offers, with notice and that time, if the course was
  long by then and is among those covered.

Its kind is drawn as the mechanism draws it, where no employer is found guidance; one of kind k that began
less than ``programmes.weeks`` of k ago is under way, an earlier one has ended.  The one drawn takes the place
of the one of the person's record (:mod:`sim.start.first_people`); who draws none has had none in the present
contact course, and keeps one of the record's that began before it, when it began and when it ended.
Those that begin within the weeks of notice are announced.  Without this nobody would be in a programme in the
first week, and everybody whom the law promised one would be given it in the second month.

A placement is at a workplace chosen by size, as it is asked.  Some of the subsidised jobs stand in for
ordinary staff as later ones do (:mod:`sim.mechanisms.subsidised_jobs`); the posts of the first week are those
that employers want beside them.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.engine.draws import own_purpose, uniform
from sim.law import Law, whole
from sim.mechanisms.employers import ask_ladder
from sim.mechanisms.programmes import duty_reaches
from sim.mechanisms.supervision import is_covered
from sim.rules.focus_targets import FOCUS_GROUPS, first_coverage
from sim.rules.offers import finds_employer, kind_at, kinds_of, weeks_between_offers
from sim.vocabulary import TARGET_GROUPS, Programme
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.columns import NEVER
from sim.world.employers import Employers

_NONE, _GUIDANCE = int(Programme.NONE), int(Programme.GUIDANCE_UPGRADING)
_PURPOSE = own_purpose("open_programmes.latest")
#: Numbers of the draws: when one began by judgement, by duty and for the targets; its kind; employer; where;
#: when one comes by judgement.
_JUDGED, _DUTY, _FOCUS, _KIND, _FOUND, _WHERE, _COMING = 0, 2, 4, 6, 8, 10, 12
_NOT = math.inf
#: Guard of a logarithm.
_LEAST = 1e-12


class FirstProgrammes(NamedTuple):
    """m = municipalities, g = target groups, k = programmes."""

    start_rate: NDArray[np.float64]  # (m, g) a week
    offer_within: NDArray[np.int64]  # (m, g), 0 = no duty
    covered: NDArray[np.float64]  # (m, g) share that the duty reaches
    focus_interval: NDArray[np.float64]  # (m,) weeks, 0 = no focus target
    focus_covered: NDArray[np.float64]  # (m, g)
    notice: NDArray[np.float64]  # (m,) weeks between announcement and start
    waits: float  # weeks that it takes to announce one that is owed
    mix: NDArray[np.float64]  # (m, 2, k) cumulative: job-ready, others
    weeks: NDArray[np.int64]  # (m, k)
    found: NDArray[np.float64]  # (m, barrier) chance that a placement finds an employer
    duty_a_week: float
    long_course: float
    at_workplaces: bool


def first_programmes(law: Law, willing: NDArray[np.float64]) -> FirstProgrammes:
    """Return how programmes began before the first week; ``willing`` (m,): share of open employers."""
    r = law.country
    asks = r["supervision.offers_per_year"] > 0
    in_force = (r["supervision.focus_targets_in_force"] > 0.5) & asks & law.on("supervision")
    focus = np.zeros((len(in_force), len(TARGET_GROUPS)))
    focus[:, FOCUS_GROUPS] = r["supervision.compliance"][:, FOCUS_GROUPS]
    duty_a_week = r.scalar("activation.duty_met_a_week")
    return FirstProgrammes(
        start_rate=r["programmes.start_rate"] / WEEKS_A_YEAR,
        offer_within=whole(r["activation.offer_within_weeks"]),
        covered=r["activation.minimum_share"].copy(),
        focus_interval=np.where(in_force, weeks_between_offers(r), 0.0),
        focus_covered=focus * first_coverage(r)[:, None],
        notice=r["programmes.notice_weeks"].copy(),
        waits=1.0 / duty_a_week if duty_a_week > 0.0 else 0.0,
        mix=kinds_of(r),
        weeks=whole(r["programmes.weeks"]),
        found=finds_employer(r, willing),
        duty_a_week=duty_a_week,
        long_course=r.scalar("supervision.long_course_weeks"),
        at_workplaces=law.on("employers_decide"),
    )


@part
def _exponential(u: float, rate: float) -> float:
    """Weeks, exponential at ``rate``; infinite at none."""
    if rate <= 0.0:
        return _NOT
    return -math.log(max(u, _LEAST)) / rate


@part
def _latest(i: int, now: Now, k: Clients, r: FirstProgrammes) -> tuple[float, float]:
    """Weeks since the latest programme of client ``i`` began, and until the announced one; infinite: none."""
    w, group, key = k.person.municipality[i], k.spell.group[i], k.key[i]
    so_far = float(now.week - k.contact.contact_start[i])
    support = float(now.week - k.spell.course_start[i])
    notice = r.notice[w]
    since = _exponential(uniform(now.key, _PURPOSE, key, _JUDGED), r.start_rate[w, group])
    until = _exponential(uniform(now.key, _PURPOSE, key, _COMING), r.start_rate[w, group])
    until = until if until < notice else _NOT
    within = r.offer_within[w, group]
    if within > 0 and duty_reaches(i, r.covered[w, group], now, k):
        ago = so_far - within - _exponential(uniform(now.key, _PURPOSE, key, _DUTY), r.duty_a_week)
        if ago >= 0.0:
            since = min(since, ago)
        elif ago > -notice and since >= so_far:
            until = min(until, -ago)
    interval = r.focus_interval[w]
    if interval > 0.0 and is_covered(i, r.focus_covered[w, group], now, k):
        whole_round = interval + notice + r.waits
        ago = uniform(now.key, _PURPOSE, key, _FOCUS) * whole_round
        if ago < support - r.long_course - notice - r.waits:
            since = min(since, ago)
        if support >= r.long_course and ago > whole_round - notice and since >= interval:
            until = min(until, whole_round - ago)
    return since if since < so_far else _NOT, until


@part
def _ended_before_the_course(i: int, k: Clients) -> bool:
    """Whether the programme of client ``i``'s record began before the present course, and has ended."""
    offer, ended = k.contact.last_offer[i], k.programme.ended[i]
    return offer != NEVER and offer <= ended and offer < k.contact.contact_start[i]


@kernel
def open_first_programmes(
    now: Now, k: Clients, e: Employers, ladder: NDArray[np.float64], r: FirstProgrammes
) -> None:
    """Begin the programmes that are under way at the start, and remember which have ended or been announced.

    ``ladder`` (n_employers,) runs from 0 to 1 within each municipality.
    """
    p = k.programme
    for i in range(k.id.size):
        since, until = _latest(i, now, k, r)
        if since < _NOT:
            if _was_given(i, since, now, k, e, ladder, r):
                continue
        elif not _ended_before_the_course(i, k):
            k.contact.last_offer[i] = NEVER
            p.last[i], p.ended[i] = _NONE, NEVER
        if until < _NOT:
            p.planned[i] = now.week + int(until)


@part
def _was_given(
    i: int, since: float, now: Now, k: Clients, e: Employers, ladder: NDArray[np.float64], r: FirstProgrammes
) -> bool:
    """Give client ``i`` the programme that began ``since`` weeks ago; return whether it is under way."""
    w, key, p = k.person.municipality[i], k.key[i], k.programme
    kind = kind_at(uniform(now.key, _PURPOSE, key, _KIND), k.state[i], w, r.mix)
    if kind != _GUIDANCE and uniform(now.key, _PURPOSE, key, _FOUND) >= r.found[w, k.person.barrier[i]]:
        kind = _GUIDANCE
    began = now.week - int(since)
    ends = began + r.weeks[w, kind - 1]
    k.contact.last_offer[i] = began
    if ends <= now.week:
        p.last[i] = kind
        p.ended[i] = ends
        return False
    p.kind[i] = kind
    p.end[i] = ends
    p.last[i], p.ended[i] = _NONE, NEVER  # of the record: no rule asks for it while one is under way
    if kind != _GUIDANCE and r.at_workplaces:
        k.at_work.workplace[i] = ask_ladder(uniform(now.key, _PURPOSE, key, _WHERE), w, e, ladder)
    return True
