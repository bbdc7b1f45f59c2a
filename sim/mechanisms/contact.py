"""Contact: who is due, who is seen, what is left undone.

Law (LAB sections 31-32): a number of interviews in the first 26 weeks, afterwards by need.  Where the law
need not reach everybody, who is left out is drawn once a spell: by lot, or, with
``contact.profiling_accuracy`` a, those with the best guess a * (employability - barrier) + sqrt(1 - a^2) *
noise.  While the focus targets are in force municipalities also keep the uniform minimum that the targets
count (C159), so that it claims hours.  Hours that are left go to *discretionary* interviews, where the
municipality's strategy sends them:

    uniform            longest since the last interview first
    need               barriers and long courses first
    effect per krone   largest expected gain times what a week costs the municipality, per minute
    shortest queue     newest courses first

and, for every strategy, a share ``municipality.reaction`` (bounded rationality) follows what a week on the
benefit costs the municipality now: (1 - refund at the step of the clock) x share of gains kept.

The a-kasse holds its own interviews with the insured in the first months; a provider beside the public
service can hold more, every so many weeks.  Each caseworker serves the queue
in order of priority (keyed ties) until the week's minutes are gone; a colleague may take a share of the rest;
the rest waits.  Switches: ``statutory_contact``, ``discretionary_contact``, ``a_kasse_contact``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose, uniform, uniform_pair
from sim.engine.prefetch import person_ahead, prefetch
from sim.law.refund_clock import refund_step, weeks_on_clock
from sim.mechanisms.casework import T_DISCRETIONARY, T_PREPARATION, T_STATUTORY
from sim.mechanisms.search import FADE_WEEKS
from sim.mechanisms.transition import Now, target_group
from sim.outcomes.tally import ContactTally
from sim.world.caseworkers import Caseworkers
from sim.world.citizens import NEVER, Citizens

_TIE, _NO_SHOW, _POOL, _A_KASSE = (
    int(Purpose.INTERVIEW_TIE),
    int(Purpose.NO_SHOW),
    int(Purpose.POOLING),
    int(Purpose.A_KASSE),
)


class ContactRules(NamedTuple):
    """Law, minutes and strategy; w = law rows of persons, m = municipalities, g = target groups."""

    effort_group: NDArray[np.int64]  # (w, g)
    interval_first: NDArray[np.int64]  # (w, g) weeks between statutory interviews in the first 26 weeks
    interval_after: NDArray[np.int64]  # (w, g) afterwards; 0 = by need
    covered: NDArray[np.float64]  # (w, g) share of clients the statutory number must reach
    sick_followed: NDArray[np.float64]  # (w,) share of the sick whom the follow-up covers at all
    accuracy: NDArray[np.float64]  # (w,) how well who is left out is picked: 0 by lot, 1 by true prospects
    sick_accuracy: NDArray[np.float64]  # (w,) the same for the sick
    intensified_week: NDArray[np.int64]  # (w,)
    a_kasse_weeks: NDArray[np.int64]  # (w,)
    a_kasse_interviews: NDArray[np.int64]  # (w,)
    a_kasse_first: NDArray[np.int64]  # (w,)
    a_kasse_held: NDArray[np.float64]  # (w,) share held
    provider_interval: NDArray[
        np.int64
    ]  # (w,) weeks between a provider's interviews with the insured, 0 none
    trust_gain: NDArray[np.float32]  # (w,) an interview with one's own caseworker
    face_minutes: NDArray[np.float64]  # (w, g)
    desk_minutes: NDArray[np.float64]  # (w,) preparation and documentation
    no_show: NDArray[np.float64]  # (w,)
    pooling: NDArray[np.float64]  # (m,)
    strategy: NDArray[np.int64]  # (m,) index in STRATEGIES
    reaction: NDArray[np.float64]  # (m,)
    review_weeks: NDArray[
        np.int64
    ]  # (w,) every so many weeks a case is looked at for a discretionary interview
    own_share: NDArray[np.float64]  # (m, step) municipality's share of a week on its own benefits, gains kept
    own_share_dagpenge: NDArray[np.float64]  # (m, step)
    free_weeks: NDArray[np.int64]  # (m,) first weeks of dagpenge that cost the municipality nothing
    active_bonus: NDArray[np.float64]  # (m,) what it need not pay while the client is in a programme
    refund_last: NDArray[np.int64]  # (3,) last weeks of the first three steps
    gain: NDArray[np.float64]  # (m, state, barrier) expected effect of an interview, 0-1
    statutory: int
    discretionary: int


class Queue(NamedTuple):
    """Clients waiting for an interview this week."""

    client: NDArray[np.int32]
    priority: NDArray[np.float64]
    statutory: NDArray[np.uint8]


@part
def own_share(i: int, week: int, c: Citizens, r: ContactRules) -> float:
    """What a week on the benefit costs the municipality itself, as a share of the benefit."""
    s = c.status
    weeks = weeks_on_clock(s.refund_weeks[i], s.support_start[i], week)
    step = refund_step(weeks, r.refund_last[0], r.refund_last[1], r.refund_last[2])
    m = c.person.municipality[i]
    if s.state[i] == 1 and week - s.entered[i] < r.free_weeks[m]:
        return 0.0
    share = r.own_share_dagpenge[m, step] if s.state[i] == 1 else r.own_share[m, step]
    return max(share - r.active_bonus[m], 0.0) if c.programme.kind[i] > 0 else share


@part
def _strategic_score(i: int, now: Now, c: Citizens, r: ContactRules) -> float:
    """Priority of a discretionary interview, 0-1."""
    k, s = c.contact, c.status
    m = c.person.municipality[i]
    since = min(now.week - k.last_interview[i], 52) if k.last_interview[i] != NEVER else 52
    course = min(now.week - s.course_start[i], 104)
    cost = own_share(i, now.week, c, r)
    strategy = r.strategy[m]
    if strategy == 0:
        score = since / 52.0
    elif strategy == 1:
        score = 0.25 * c.person.barrier[i] + 0.5 * course / 104.0
    elif strategy == 2:
        score = min(r.gain[m, s.state[i], c.person.barrier[i]] * cost, 1.0)
    else:
        score = 1.0 - course / 104.0
    return (1.0 - r.reaction[m]) * score + r.reaction[m] * cost


@part
def _tie(key: int, now: Now) -> float:
    """Keyed order of who has the same priority."""
    return 1e-6 * uniform(now.key, _TIE, key, now.week)


@kernel
def _find_due(now: Now, clients: NDArray[np.int32], c: Citizens, r: ContactRules, out: Queue) -> int:
    client, priority, statutory = out
    n = 0
    for at in range(clients.size):
        i, later = clients[at], person_ahead(clients, at)
        prefetch(c.person, later)
        prefetch(c.status, later)
        prefetch(c.contact, later)
        if c.contact.caseworker[i] < 0:
            continue
        key = c.person.key[i]
        if r.statutory and _is_due(i, now, c, r):
            client[n], statutory[n] = i, 1
            overdue = min(now.week - c.contact.next_due[i], 52)
            priority[n] = 2.0 + overdue / 52.0 + 0.2 * _strategic_score(i, now, c, r) + _tie(key, now)
            n += 1
        elif (
            r.discretionary
            and (now.week + key) % r.review_weeks[c.person.law_row[i]] == 0
            and _may_be_called(i, now, c)
        ):
            client[n], statutory[n] = i, 0
            priority[n] = _strategic_score(i, now, c, r) + _tie(key, now)
            n += 1
    return n


def find_due(now: Now, clients: NDArray[np.int32], c: Citizens, r: ContactRules) -> Queue:
    """Clients with a statutory interview due, and those a caseworker looks at this week, in id order."""
    out = Queue(np.empty(clients.size, np.int32), np.empty(clients.size), np.empty(clients.size, np.uint8))
    n = _find_due(now, clients, c, r, out)
    return Queue(out.client[:n], out.priority[:n], out.statutory[:n])


@part
def _is_due(i: int, now: Now, c: Citizens, r: ContactRules) -> bool:
    """Whether the law (or the focus targets' minimum) asks for an interview now."""
    w = c.person.law_row[i]
    group = target_group(c.status.state[i], c.person.ready[i])
    due = c.contact.next_due[i]
    if now.week < due or (due == NEVER and r.interval_after[w, group] <= 0):
        return False
    followed = r.sick_followed[w] if c.status.state[i] == 5 else 1.0
    if followed < 1.0 and not _is_covered(i, followed, r.sick_accuracy[w], now, c):
        return False
    if due != NEVER and r.covered[w, group] < 1.0 and c.contact.held[i] > 0:
        return _is_covered(i, r.covered[w, group], r.accuracy[w], now, c)
    return True


@part
def _is_covered(i: int, share: float, accuracy: float, now: Now, c: Citizens) -> bool:
    """Whether client ``i`` is among the share that a rule must reach (drawn once for the spell)."""
    u, v = uniform_pair(now.key, _A_KASSE, c.person.key[i], c.status.spells[i])
    if accuracy <= 0.0:
        return u < share
    guess = accuracy * (c.person.employability[i] - c.person.barrier[i])
    noise = math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)
    guess += math.sqrt(1.0 - accuracy * accuracy) * noise
    return 0.5 * (1.0 + math.erf(guess / math.sqrt(2.0))) < share


@part
def _may_be_called(i: int, now: Now, c: Citizens) -> bool:
    """Not twice within four weeks, and not while a start in a programme is near."""
    return (
        now.week - c.contact.last_interview[i] >= 4 and c.programme.kind[i] != 2 and c.programme.kind[i] != 3
    )


@kernel
def call_in(
    week: int, who: NDArray[np.int32], within: NDArray[np.int64], c: Citizens, r: ContactRules
) -> None:
    """Set the next interview of clients whose rules have just changed (the arms of a trial).

    ``within`` (w, g): weeks to the first interview of a course.
    """
    for i in who:
        k, w = c.contact, c.person.law_row[i]
        group = target_group(c.status.state[i], c.person.ready[i])
        if group < 0 or k.contact_start[i] == NEVER:
            continue
        course = week - k.contact_start[i]
        interval = r.interval_first[w, group] if course < 26 else r.interval_after[w, group]
        if k.last_interview[i] < k.contact_start[i]:
            k.next_due[i] = max(k.contact_start[i] + within[w, group], week)
        elif interval > 0:
            k.next_due[i] = max(k.last_interview[i] + interval, week)


def hold_interviews(
    now: Now, queue: Queue, c: Citizens, cw: Caseworkers, r: ContactRules, tally: ContactTally
) -> int:
    """Serve the queue by priority until the minutes are gone; return statutory interviews left waiting."""
    order = _order_of_service(queue, c.person.municipality[queue.client])
    no_room = np.full((cw.first.size - 1, int(r.effort_group.max()) + 1), np.inf)
    return _hold_interviews(now, queue, order, c, cw, r, tally, no_room)


def _order_of_service(queue: Queue, municipality: NDArray[np.int16]) -> NDArray[np.int64]:
    """Positions in the queue by ``municipality`` (n,), then priority, then id.

    Municipalities have nothing to do with each other here; one after the other, their people lie close
    together.  The quickest sort leaves equal numbers in any order, so it is done again if some are equal.
    """
    ranked = np.argsort(-queue.priority)
    order = ranked[np.argsort(municipality[ranked], kind="stable")]
    where, priority = municipality[order], queue.priority[order]
    if np.any((where[1:] == where[:-1]) & (priority[1:] == priority[:-1])):
        order = np.lexsort((-queue.priority, municipality))
    return order


@kernel
def _hold_interviews(
    now: Now,
    queue: Queue,
    order: NDArray[np.int64],
    c: Citizens,
    cw: Caseworkers,
    r: ContactRules,
    tally: ContactTally,
    no_room: NDArray[np.float64],
) -> int:
    waiting = 0
    for turn in range(order.size):
        at = order[turn]
        i, later = queue.client[at], queue.client[person_ahead(order, turn)]
        prefetch(c.person, later)
        prefetch(c.status, later)
        prefetch(c.contact, later)
        m, w = c.person.municipality[i], c.person.law_row[i]
        group = target_group(c.status.state[i], c.person.ready[i])
        cost = r.face_minutes[w, group] + r.desk_minutes[w]
        j = c.contact.caseworker[i]
        own = True
        if cw.budget[j] < cost:
            own = False
            if uniform(now.key, _POOL, c.person.key[i], now.week) < r.pooling[m]:
                j = _free_colleague(j, m, cost, cw, r, no_room)
            else:
                j = -1
            if j < 0:
                if queue.statutory[at]:
                    waiting += 1
                    if now.week - c.contact.next_due[i] == 4:
                        tally.missed[m, c.status.state[i]] += 1
                continue
        cw.budget[j] -= cost
        task = T_STATUTORY if queue.statutory[at] else T_DISCRETIONARY
        tally.minutes[m, task] += r.face_minutes[w, group]
        tally.minutes[m, T_PREPARATION] += r.desk_minutes[w]
        if uniform(now.key, _NO_SHOW, c.person.key[i], now.week) >= r.no_show[w]:
            _interview(i, now, own, c, r)
            tally.interviews[m, c.status.state[i]] += 1
    return waiting


@part
def _free_colleague(
    j: int, m: int, cost: float, cw: Caseworkers, r: ContactRules, no_room: NDArray[np.float64]
) -> int:
    """Colleague of the same team with the most time left, -1 if none has enough.

    ``no_room`` (m, team): minutes that nobody had left when last asked; time only gets less.
    """
    best, most = -1, cost
    team = r.effort_group[m, cw.group[j]]
    if cost >= no_room[m, team]:
        return -1
    for x in range(cw.first[m], cw.first[m + 1]):
        if cw.active[x] and cw.budget[x] >= most and r.effort_group[m, cw.group[x]] == team:
            best, most = x, cw.budget[x]
    if best < 0:
        no_room[m, team] = cost
    return best


@part
def _interview(i: int, now: Now, own: bool, c: Citizens, r: ContactRules) -> None:
    """Record an interview that took place and set the next one."""
    k = c.contact
    w = c.person.law_row[i]
    _remember(i, now.week, c)
    if own:
        k.met[i] = min(k.met[i] + 1, 255)
        k.trust[i] = min(k.trust[i] + r.trust_gain[w], np.float32(1.0))
    group = target_group(c.status.state[i], c.person.ready[i])
    course = now.week - k.contact_start[i]
    if course < 26 and r.interval_first[w, group] > 0:
        k.next_due[i] = now.week + r.interval_first[w, group]
    elif r.interval_after[w, group] > 0:
        k.next_due[i] = now.week + r.interval_after[w, group]
    elif c.status.state[i] == 1 and course < r.intensified_week[w]:
        k.next_due[i] = k.contact_start[i] + r.intensified_week[w]
    else:
        k.next_due[i] = NEVER


@part
def _remember(i: int, week: int, c: Citizens) -> None:
    """Add one interview to the fading stock."""
    k = c.contact
    stock: float = np.float64(k.interview_stock[i])
    if k.last_interview[i] != NEVER:
        stock *= math.exp(-(week - k.last_interview[i]) / FADE_WEEKS)
    else:
        stock = 0.0
    k.interview_stock[i] = stock + 1.0
    k.last_interview[i] = week
    k.held[i] = min(k.held[i] + 1, 255)


@kernel
def hold_a_kasse_interviews(
    now: Now, clients: NDArray[np.int32], c: Citizens, r: ContactRules, tally: ContactTally
) -> int:
    """The a-kasse's and a provider's interviews with the insured; returns how many were held."""
    held = 0
    for at in range(clients.size):
        i = clients[at]
        prefetch(c.status, person_ahead(clients, at))
        if c.status.state[i] != 1:
            continue
        m, w = c.person.municipality[i], c.person.law_row[i]
        course = now.week - c.contact.contact_start[i]
        n = r.a_kasse_interviews[w]
        if r.provider_interval[w] > 0 and course % r.provider_interval[w] == 0:
            _remember(i, now.week, c)
            tally.interviews_a_kasse[m, 1] += 1
            held += 1
            continue
        if n <= 0 or course < r.a_kasse_first[w] or course >= r.a_kasse_weeks[w]:
            continue
        step = max((r.a_kasse_weeks[w] - r.a_kasse_first[w]) // n, 1)
        elapsed = course - r.a_kasse_first[w]
        if elapsed % step != 0 or elapsed // step >= n:
            continue
        if uniform(now.key, _A_KASSE, c.person.key[i], now.week) < r.a_kasse_held[w]:
            _remember(i, now.week, c)
            tally.interviews_a_kasse[m, 1] += 1
            held += 1
    return held
