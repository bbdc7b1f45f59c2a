"""The bare reference: a minimal weekly job market over columns, compiled.

It is the yardstick of the whole model: what a week costs when people only lose and find jobs, wait for an
interview, and are paid.  It knows nothing of :mod:`sim`, so that it stays the same while the model changes.
Each week, in each municipality:

* jobs end in the week that was drawn for them when they began;
* who is unemployed finds work with the chance 1 - exp(-hazard); the hazard depends on employability, weeks
  unemployed, interviews and vacancies, and no more are hired than there are posts;
* caseworkers see those of their clients who have waited longest, as many as their hours allow;
* benefits are paid and refunded by weeks unemployed; vacancies are refilled.

Random numbers are keyed: a hash of seed, week, purpose and person.
``python -m bench.reference PEOPLE WEEKS`` prints JSON.
"""

from __future__ import annotations

import json
import math
import sys
import time
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import ndtri

MUNICIPALITIES = 98
JOB_LOSS, JOB_LOSS_SLOPE = 0.0035, -0.3  # a week, and by employability (log)
FINDING, FINDING_SLOPE = 0.21, 0.5  # hazard a week at one vacancy per unemployed, and by employability (log)
DURATION_SLOPE, DURATION_WEEKS = -0.02, 52  # log hazard a week unemployed, for so many weeks
INTERVIEW_EFFECT, INTERVIEW_WEEKS = 1.2, 4
POSTS, REFILLED = 0.016, 0.4  # vacancies wanted a person, share of the lack that is filled a week
UNEMPLOYED, CASELOAD, INTERVIEWS = 0.07, 60, 18  # at the start; clients a caseworker; interviews a week
MEAN_SPELL = 15  # weeks unemployed so far, at the start
BENEFITS = np.array([4550.0, 2950.0, 4300.0])  # kr. a week, by kind of benefit
KINDS = (0.6, 0.9)  # cumulated shares of the kinds
LONGEST = 53  # tables go to so many weeks
LONGEST_WAIT = 32

_WEEKS = np.arange(LONGEST + 1)
_BY_DURATION = np.exp(DURATION_SLOPE * np.minimum(_WEEKS, DURATION_WEEKS))
_REFUND = np.select([_WEEKS <= 4, _WEEKS <= 26, _WEEKS <= 52], [0.8, 0.4, 0.3], 0.2)

_GOLD = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_27, _30, _31, _11 = (np.uint64(bits) for bits in (27, 30, 31, 11))
_SPELL, _SEARCH, _HIRE, _POST = 1, 2, 3, 4
_TRAIT, _WORKS, _PAST, _KIND, _CASEWORKER = 5, 6, 7, 8, 9
_NEVER = np.int16(-1)
_HIRED = -1  # in the place of a person
_LAST = 32_000  # week after which nothing is scheduled
_BLOCK = 64

CLIENT = np.dtype(
    [
        ("person", "i4"),
        ("caseworker", "i4"),
        ("eager", "f4"),
        ("since", "i2"),
        ("seen", "i2"),
        ("kind", "i4"),
    ],
    align=True,
)


def _mix(z: Any) -> Any:
    """Return a 64-bit hash (SplitMix64); of numbers when compiled, of columns in numpy."""
    z = (z ^ (z >> _30)) * _MIX_1
    z = (z ^ (z >> _27)) * _MIX_2
    return z ^ (z >> _31)


def _uniforms(seed: int, purpose: int, n: int) -> NDArray[np.float64]:
    """Return a number in (0, 1) for each of n people."""
    stream = _mix(_mix(np.array([seed], np.uint64) * _GOLD) + np.array([purpose], np.uint64) * _GOLD)
    words = _mix(stream + np.arange(n, dtype=np.uint64) * _GOLD)
    uniforms: NDArray[np.float64] = ((words >> _11).astype(np.float64) + 0.5) * 2.0**-53
    return uniforms


mix = njit(inline="always")(_mix)


@njit(inline="always")
def stream_of(seed: Any, week: Any, purpose: Any) -> Any:
    """Return the key of all draws of one purpose in one week."""
    return mix(mix(np.uint64(seed) * _GOLD + np.uint64(week)) + np.uint64(purpose) * _GOLD)


@njit(inline="always")
def draw(stream: Any, who: Any) -> Any:
    """Return a number in [0, 1)."""
    return np.float64(mix(stream + np.uint64(who) * _GOLD) >> _11) * 2.0**-53


@njit(inline="always")
def week_of_loss(stream: Any, who: Any, week: Any, lasts: Any) -> Any:
    """Return the week in which a job that begins in ``week`` ends; ``lasts`` = 1 / log(1 - weekly chance)."""
    weeks = math.log(1.0 - draw(stream, who)) * lasts
    return np.int16(week + 1 + int(min(weeks, _LAST - week)))


@njit(cache=True, nogil=True)
def schedule_all(seed: Any, works: Any, lasts: Any, ends: Any) -> None:
    """Draw when the jobs of the first week end, into ``ends`` (n,)."""
    stream = stream_of(seed, 0, _SPELL)
    for i in range(works.size):
        ends[i] = week_of_loss(stream, i, -1, lasts[i]) if works[i] else _NEVER


class Columns(NamedTuple):
    """Everything that is known; n people, sorted by municipality, and m municipalities."""

    first: NDArray[np.int64]  # (m + 1,) first person of each municipality
    first_caseworker: NDArray[np.int64]  # (m + 1,)
    ends: NDArray[np.int16]  # (n,) week in which the job ends
    lasts: NDArray[np.float32]  # (n,) 1 / log(1 - weekly chance of losing it)
    eager: NDArray[np.float32]  # (n,) multiplier of the hazard
    kind: NDArray[np.uint8]  # (n,) kind of benefit
    caseworker: NDArray[np.int32]  # (n,)
    clients: NDArray[np.void]  # (n,) records of the unemployed, each municipality's from its first person on
    n_clients: NDArray[np.int64]  # (m,)
    vacancies: NDArray[np.float64]  # (m,)
    found: NDArray[np.int32]  # (n,) room for the places of those who find work
    waiting: NDArray[np.int32]  # (caseworkers, weeks waited) room for counts
    by_duration: NDArray[np.float64]  # (weeks,) multiplier of the hazard
    refund: NDArray[np.float64]  # (weeks,) share refunded
    benefits: NDArray[np.float64]  # (kind,) kr. a week


class Totals(NamedTuple):
    """What happened; weeks x municipalities."""

    unemployed: NDArray[np.int64]
    hired: NDArray[np.int64]
    weeks_of_hired: NDArray[np.int64]
    paid: NDArray[np.float64]
    refunded: NDArray[np.float64]


@njit
def search(m: Any, t: Any, seed: Any, c: Any) -> Any:
    """Return how many of a municipality's unemployed find work; their places go to ``c.found``."""
    low, n = c.first[m], c.n_clients[m]
    market = FINDING * math.sqrt(max(c.vacancies[m], 0.0) / max(n, 1))
    stream = stream_of(seed, t, _SEARCH)
    k = low
    for j in range(low, low + n):
        hazard = market * c.clients[j].eager * c.by_duration[min(t - c.clients[j].since, LONGEST)]
        if c.clients[j].seen + INTERVIEW_WEEKS >= t:
            hazard *= INTERVIEW_EFFECT
        u = draw(stream, c.clients[j].person)
        if u < hazard and u < 1.0 - math.exp(-hazard):  # the chance is below the hazard: few exponentials
            c.found[k] = j
            k += 1
    return k - low


@njit
def hire(m: Any, t: Any, seed: Any, c: Any, n_found: Any) -> Any:
    """Hire as many as there are posts, all with the same chance; return how many and their weeks."""
    low = c.first[m]
    posts = int(max(c.vacancies[m], 0.0) + draw(stream_of(seed, t, _POST), m))
    race, spells = stream_of(seed, t, _HIRE), stream_of(seed, t + 1, _SPELL)
    hired, weeks = 0, 0
    for at in range(n_found):
        j = c.found[low + at]
        i = c.clients[j].person
        if draw(race, i) * (n_found - at) < posts - hired:
            hired += 1
            weeks += t - c.clients[j].since
            c.ends[i] = week_of_loss(spells, i, t, c.lasts[i])
            c.clients[j].person = _HIRED
    return hired, weeks


@njit(inline="always")
def weeks_waited(t: Any, client: Any) -> Any:
    """Return the weeks since the last interview, or since the job ended."""
    return min(t - max(client.seen, client.since), LONGEST_WAIT - 1)


@njit
def close_gaps(m: Any, t: Any, c: Any) -> Any:
    """Move the unemployed together, count their waits by caseworker, and return the place after the last."""
    low = c.first[m]
    end = low
    for j in range(low, low + c.n_clients[m]):
        if c.clients[j].person != _HIRED:
            if end < j:
                c.clients[end] = c.clients[j]
            c.waiting[c.clients[end].caseworker, weeks_waited(t, c.clients[end])] += 1
            end += 1
    return end


@njit
def lose_jobs(m: Any, t: Any, c: Any, end: Any) -> Any:
    """Let jobs end, newcomers taking the places from ``end`` on; return the place after the last."""
    now = np.int16(t)
    for begin in range(c.first[m], c.first[m + 1], _BLOCK):
        ends = c.ends[begin : min(begin + _BLOCK, c.first[m + 1])]
        some = False
        for j in range(ends.size):  # two bytes a person, compared many at once
            some |= ends[j] == now
        if some:
            for j in range(ends.size):
                if ends[j] == now:
                    ends[j] = _NEVER
                    enter(c, begin + j, t, end)
                    end += 1
    return end


@njit(inline="always")
def enter(c: Any, i: Any, t: Any, place: Any) -> None:
    """Make person ``i`` a client."""
    c.clients[place].person = i
    c.clients[place].caseworker = c.caseworker[i]
    c.clients[place].eager = c.eager[i]
    c.clients[place].kind = c.kind[i]
    c.clients[place].since = t
    c.clients[place].seen = -LONGEST
    c.waiting[c.caseworker[i], 0] += 1


@njit
def share_hours(m: Any, c: Any) -> None:
    """Turn counts of waits into the wait needed to be seen, and how many are seen at just that wait."""
    for worker in range(c.first_caseworker[m], c.first_caseworker[m + 1]):
        left, wait = INTERVIEWS, LONGEST_WAIT - 1
        while wait > 0 and c.waiting[worker, wait] <= left:
            left -= c.waiting[worker, wait]
            wait -= 1
        c.waiting[worker, 0], c.waiting[worker, 1] = wait, left


@njit
def meet_and_pay(m: Any, t: Any, c: Any, end: Any) -> Any:
    """Hold interviews and pay benefits; return kr. paid and refunded."""
    paid, refunded = 0.0, 0.0
    for j in range(c.first[m], end):
        worker, since = c.clients[j].caseworker, c.clients[j].since
        wait, needed = weeks_waited(t, c.clients[j]), c.waiting[worker, 0]
        if wait > needed:
            c.clients[j].seen = t
        elif wait == needed and c.waiting[worker, 1] > 0:
            c.waiting[worker, 1] -= 1
            c.clients[j].seen = t
        amount = c.benefits[c.clients[j].kind]
        paid += amount
        refunded += amount * c.refund[min(t - since, LONGEST)]
    return paid, refunded


@njit(cache=True, nogil=True)
def week_in(m: Any, t: Any, seed: Any, c: Any, totals: Any) -> None:
    """Simulate week ``t`` in municipality ``m``."""
    hired, weeks = hire(m, t, seed, c, search(m, t, seed, c))
    c.waiting[c.first_caseworker[m] : c.first_caseworker[m + 1]] = 0
    end = lose_jobs(m, t, c, close_gaps(m, t, c))
    share_hours(m, c)
    totals.paid[t, m], totals.refunded[t, m] = meet_and_pay(m, t, c, end)
    low, high = c.first[m], c.first[m + 1]
    c.n_clients[m] = totals.unemployed[t, m] = end - low
    totals.hired[t, m], totals.weeks_of_hired[t, m] = hired, weeks
    left_over = c.vacancies[m] - hired
    c.vacancies[m] = left_over + REFILLED * (POSTS * (high - low) - left_over)


@njit(cache=True, nogil=True)
def simulate(begin: Any, end: Any, seed: Any, c: Any, totals: Any) -> None:
    """Simulate the weeks from ``begin`` to before ``end`` in all municipalities."""
    for t in range(begin, end):
        for m in range(c.n_clients.size):
            week_in(m, t, seed, c, totals)


def population(people: int, seed: int = 1) -> Columns:
    """Return the first week: people in municipalities of unequal size."""
    ranks = (np.arange(MUNICIPALITIES) + 0.5) / MUNICIPALITIES
    share = np.exp(0.8 * ndtri(ranks))
    first = np.round(people * np.concatenate([[0.0], np.cumsum(share) / share.sum()])).astype(np.int64)
    size = np.diff(first)
    home = np.repeat(np.arange(MUNICIPALITIES), size)
    workers = np.maximum(1, np.round(size * UNEMPLOYED / CASELOAD)).astype(np.int64)
    first_worker = np.concatenate([[0], np.cumsum(workers)])
    trait = ndtri(_uniforms(seed, _TRAIT, people))
    eager = np.exp(FINDING_SLOPE * trait).astype(np.float32)
    lasts = (1.0 / np.log1p(-JOB_LOSS * np.exp(JOB_LOSS_SLOPE * trait))).astype(np.float32)
    kind = np.searchsorted(KINDS, _uniforms(seed, _KIND, people)).astype(np.uint8)
    worker = first_worker[home] + (_uniforms(seed, _CASEWORKER, people) * workers[home]).astype(np.int64)
    works = _uniforms(seed, _WORKS, people) >= UNEMPLOYED
    ends = np.empty(people, np.int16)
    schedule_all(seed, works, lasts, ends)

    out = np.flatnonzero(~works)
    count = np.bincount(home[out], minlength=MUNICIPALITIES)
    place = first[home[out]] + np.arange(out.size) - (np.cumsum(count) - count)[home[out]]
    past = np.log(_uniforms(seed, _PAST, people)[out]) / math.log(1.0 - 1.0 / MEAN_SPELL)
    clients = np.empty(people, CLIENT)  # memory that nobody enters is never touched
    columns = {"person": out, "caseworker": worker[out], "eager": eager[out], "kind": kind[out]}
    for name, values in (columns | {"since": -past.astype(np.int16), "seen": -LONGEST}).items():
        clients[name][place] = values
    return Columns(
        first, first_worker, ends, lasts, eager, kind, worker.astype(np.int32), clients, count,
        0.4 * POSTS * size, np.empty(people, np.int32),
        np.zeros((int(workers.sum()), LONGEST_WAIT), np.int32), _BY_DURATION, _REFUND, BENEFITS,
    )  # fmt: skip


def no_totals(weeks: int) -> Totals:
    """Return room for what happens in so many weeks."""
    shape = (weeks, MUNICIPALITIES)
    unemployed, hired, weeks_of_hired = (np.zeros(shape, np.int64) for _ in range(3))
    return Totals(unemployed, hired, weeks_of_hired, np.zeros(shape), np.zeros(shape))


class Reference(NamedTuple):
    """The time of a week, and what the weeks of the second half looked like."""

    people: int
    weeks: int
    week_ms: float  # processor time
    unemployed: float  # share of the people
    spell: float  # weeks, mean of those that ended in a job
    refund: float  # share of the benefits


def measure(people: int, weeks: int, seed: int = 1) -> Reference:
    """Time so many weeks; compiling is not counted."""
    simulate(0, 1, seed, population(2_000, seed), no_totals(1))
    columns, totals = population(people, seed), no_totals(weeks)
    began = time.process_time()
    simulate(0, weeks, seed, columns, totals)
    seconds = time.process_time() - began
    late = slice(weeks // 2, None)
    return Reference(
        people,
        weeks,
        seconds / weeks * 1000,
        float(totals.unemployed[late].sum(axis=1).mean() / people),
        float(totals.weeks_of_hired[late].sum() / max(totals.hired[late].sum(), 1)),
        float(totals.refunded[late].sum() / totals.paid[late].sum()),
    )


if __name__ == "__main__":
    print(json.dumps(measure(int(float(sys.argv[1])), int(sys.argv[2]))._asdict()))
