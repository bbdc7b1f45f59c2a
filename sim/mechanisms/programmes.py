"""Programmes: announced starts, employers' acceptance, the budget's ceiling, lock-in and ends.

A start is announced some weeks ahead (the threat of section 1.2 of the evidence notes works in that time):

* *duty*: the law gives the group a right and duty to an offer by week ``activation.offer_within_weeks`` (LAB
  section 102),
* *focus targets*: while they are in force, long courses without an offer for a year get one,
* *at once*: job- and education-ready clients younger than ``activation.immediate_under_age`` (0: nobody), in
  the first month; a share ``activation.immediate_refusal`` does not turn up and lives without support,
* *judgement*: weekly with ``programmes.start_rate`` of the group,
* *investment*: weekly with ``programmes.invested_starts`` of the group, into a place that was bought.

A share ``programmes.internship_to_subsidy_share`` of internships goes straight on as a private wage subsidy
with the same employer.

Starts of a week are taken in a keyed order.  An internship or a wage subsidy needs an employer: it is found
with the share of willing employers in the municipality times ``programmes.employer_openness``; otherwise the
client gets guidance and upgrading.  What costs money starts only while the municipality's weekly spending
stays within its budget, and guidance within ``programmes.guidance_cap_kr_person`` (0: no cap); else it
waits.  Lock-in and lift act through :mod:`sim.mechanisms.search`.

Evidence: P05, P18, P20, P32, P41-P43; volumes F035, F116-F118 (validation).  Switch: ``programmes``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.client_list import ClientList, Contenders, bound, contenders
from sim.engine.compiled import kernel, part, unsigned
from sim.engine.draws import Purpose, uniform, uniform_pair
from sim.engine.prefetch import person_ahead, prefetch
from sim.mechanisms.casework import T_EMPLOYER, T_PLACEMENT, add_task
from sim.mechanisms.transition import Moves, Now, target_group
from sim.states import N_STATES, PROGRAMMES, State
from sim.world.caseworkers import Caseworkers
from sim.world.citizens import NEVER, Citizens, Programme

_OUTSIDE = int(State.OUTSIDE)
GUIDANCE = PROGRAMMES.index("guidance_upgrading")
PRIVATE_SUBSIDY = PROGRAMMES.index("private_wage_subsidy")
#: A duty is met within a month, not all in one week.
_DUTY_A_WEEK = 0.25
_START, _KIND, _RACE = int(Purpose.PROGRAMME_START), int(Purpose.PROGRAMME_KIND), int(Purpose.PROGRAMME_RACE)


class ProgrammeRules(NamedTuple):
    """w = law rows of persons, g = target groups, k = programmes."""

    offer_within: NDArray[np.int64]  # (w, g), 0 = no duty
    covered: NDArray[np.float64]  # (w, g) share the duty must reach
    focus_offer_interval: NDArray[np.int64]  # (w,) weeks, 0 = no focus target
    start_rate: NDArray[np.float64]  # (w, g) a week
    notice: NDArray[np.int64]  # (w,) weeks between announcement and start
    mix: NDArray[np.float64]  # (w, 2, k) cumulative: job-ready, others
    weeks: NDArray[np.int64]  # (w, k)
    cost: NDArray[np.float64]  # (w, k) kr. a week and participant
    openness: NDArray[np.float64]  # (w,) chance that a wanted placement finds an employer
    placement_minutes: NDArray[np.float64]  # (w,)
    employer_minutes: NDArray[np.float64]  # (w,)
    into_subsidy: NDArray[np.float64]  # (w,) share of internships that go straight on as a private subsidy
    immediate_under: NDArray[
        np.int64
    ]  # (w,) job- and education-ready clients younger than this start at once
    refusal: NDArray[np.float64]  # (w,) share of them who leave the benefit when the start has come
    invested_rate: NDArray[np.float64]  # (w, g) a week, starts that an investment adds
    invested_kind: NDArray[np.int64]  # (w,) index of the programme it adds


def announce_starts(now: Now, clients: ClientList, c: Citizens, r: ProgrammeRules) -> int:
    """Announce programme starts; returns how many."""
    asked = r.offer_within.any() or r.focus_offer_interval.any()
    owed = 1.0 if r.immediate_under.any() else _DUTY_A_WEEK if asked else 0.0
    judged = float(bound(r.start_rate + r.invested_rate).max())
    first, second = np.full(N_STATES, owed), np.full(N_STATES, judged)
    return _announce_starts(now, contenders(now.key, _START, now.week, clients, first, second), c, r)


@kernel
def _announce_starts(now: Now, open_to: Contenders, c: Citizens, r: ProgrammeRules) -> int:
    announced = 0
    for at in range(open_to.who.size):
        i, u, v = open_to.who[at], open_to.u[at], open_to.v[at]
        p, k, later = c.programme, c.contact, person_ahead(open_to.who, at)
        prefetch(p, later)
        prefetch(k, later)
        if p.kind[i] > 0 or p.planned[i] != NEVER:
            continue
        w = c.person.law_row[i]
        group = target_group(c.status.state[i], c.person.ready[i])
        key = c.person.key[i]
        course = now.week - k.contact_start[i]
        deadline = r.offer_within[w, group]
        offered = k.last_offer[i] != NEVER and k.last_offer[i] >= k.contact_start[i]
        duty = deadline > 0 and course >= deadline - r.notice[w] and not offered
        if duty and r.covered[w, group] < 1.0:
            duty = uniform(now.key, _START, key, -1 - c.status.spells[i]) < r.covered[w, group]
        interval = r.focus_offer_interval[w]
        focus = interval > 0 and course >= 52 and now.week - k.last_offer[i] >= interval
        at_once = now.year - c.person.birth_year[i] < r.immediate_under[w] and (group == 1 or group == 3)
        at_once = at_once and course < 4 and not offered
        judged = v < r.start_rate[w, group] + r.invested_rate[w, group]
        if at_once or ((duty or focus) and u < _DUTY_A_WEEK) or judged:
            p.planned[i] = now.week + r.notice[w]
            announced += 1
    return announced


@kernel
def _find_starts(
    now: Now,
    clients: NDArray[np.int32],
    key: NDArray[np.uint32],
    p: Programme,
    who: NDArray[np.int32],
    order: NDArray[np.float64],
) -> int:
    n = 0
    for each in clients:
        i = unsigned(each)
        if p.planned[i] != NEVER and now.week >= p.planned[i]:
            who[n] = i
            order[n] = uniform(now.key, _RACE, key[i], p.planned[i])
            n += 1
    return n


def find_starts(
    now: Now, clients: NDArray[np.int32], key: NDArray[np.uint32], p: Programme
) -> NDArray[np.int32]:
    """Clients whose announced start has come, in the keyed order of the week's starts."""
    who, order = np.empty(clients.size, np.int32), np.empty(clients.size)
    n = _find_starts(now, clients, key, p, who, order)
    return np.asarray(who[:n][np.argsort(order[:n], kind="stable")])


@kernel
def _refuse(now: Now, clients: NDArray[np.int32], c: Citizens, r: ProgrammeRules, out: Moves) -> int:
    n = 0
    for i in clients:
        w, course = c.person.law_row[i], now.week - c.contact.contact_start[i]
        if c.programme.kind[i] == 0 or c.contact.last_offer[i] != now.week or course > 4 + r.notice[w]:
            continue
        group = target_group(c.status.state[i], c.person.ready[i])
        young = now.year - c.person.birth_year[i] < r.immediate_under[w]
        if not young or (group != 1 and group != 3):
            continue
        if uniform(now.key, _START, c.person.key[i], -1_000_000 - c.status.spells[i]) < r.refusal[w]:
            out.who[n], out.to[n] = i, _OUTSIDE
            n += 1
    return n


def refuse(now: Now, clients: NDArray[np.int32], c: Citizens, r: ProgrammeRules) -> Moves:
    """Who leaves support instead of turning up, of those who were to start at once this week."""
    out = Moves.room(clients.size)
    return out.first(_refuse(now, clients, c, r, out))


@part
def _is_invested(i: int, now: Now, c: Citizens, r: ProgrammeRules) -> bool:
    """Whether the start was announced into a place that an investment added: such a place is there."""
    w = c.person.law_row[i]
    group = target_group(c.status.state[i], c.person.ready[i])
    if r.invested_rate[w, group] <= 0.0:
        return False
    _, v = uniform_pair(now.key, _START, c.person.key[i], c.programme.planned[i] - r.notice[w])
    return r.start_rate[w, group] <= v < r.start_rate[w, group] + r.invested_rate[w, group]


@part
def _wanted_kind(i: int, now: Now, c: Citizens, r: ProgrammeRules) -> int:
    """Kind of programme, after asking employers."""
    u, v = uniform_pair(now.key, _KIND, c.person.key[i], c.programme.planned[i])
    state, w = c.status.state[i], c.person.law_row[i]
    if c.programme.last[i] == 1 and c.programme.ended[i] == now.week and r.into_subsidy[w] > 0.0:
        return PRIVATE_SUBSIDY
    if _is_invested(i, now, c, r):
        return r.invested_kind[w]
    row = r.mix[w, 0] if state == 1 or state == 2 else r.mix[w, 1]
    kind = min(np.searchsorted(row, u), row.size - 1)
    if kind != GUIDANCE and v >= r.openness[w]:
        kind = GUIDANCE
    return kind


@kernel
def start_programmes(
    now: Now,
    who: NDArray[np.int32],
    c: Citizens,
    cw: Caseworkers,
    r: ProgrammeRules,
    spending: NDArray[np.float64],
    budget: NDArray[np.float64],
    guidance_cap: NDArray[np.float64],
) -> int:
    """Start programmes in the given order within ``budget`` (m,) kr. a week; returns how many started.

    ``spending`` (m, k) is this week's cost of running programmes and is added to; guidance and courses
    start only within ``guidance_cap`` (m,) kr. a week.
    """
    started = 0
    for i in who:
        m, w = c.person.municipality[i], c.person.law_row[i]
        kind = _wanted_kind(i, now, c, r)
        cost = r.cost[w, kind]
        if cost > 0.0 and spending[m].sum() + cost > budget[m]:
            continue
        if kind == GUIDANCE and spending[m, kind] + cost > guidance_cap[m]:
            continue
        spending[m, kind] += cost
        c.programme.kind[i] = kind + 1
        c.programme.end[i] = now.week + r.weeks[w, kind]
        c.programme.planned[i] = NEVER
        c.contact.last_offer[i] = now.week
        started += 1
        if kind != GUIDANCE:
            add_task(i, T_PLACEMENT, r.placement_minutes[w], c.contact, cw)
            add_task(i, T_EMPLOYER, r.employer_minutes[w], c.contact, cw)
    return started


@kernel
def run_programmes(
    now: Now,
    clients: NDArray[np.int32],
    c: Citizens,
    r: ProgrammeRules,
    participants: NDArray[np.int64],
    activated: NDArray[np.int64],
    spending: NDArray[np.float64],
) -> None:
    """End programmes that are over and count those that run.

    Adds to ``participants`` (m, k) and ``activated`` gross unemployed (m,), person-weeks; writes ``spending``
    (m, k), the week's kr.
    """
    spending[:, :] = 0.0
    for each in clients:
        i = unsigned(each)
        kind = c.programme.kind[i]
        if kind == 0:
            continue
        m = c.person.municipality[i]
        if now.week >= c.programme.end[i]:
            c.programme.kind[i] = 0
            c.programme.last[i] = kind
            c.programme.ended[i] = now.week
            w = c.person.law_row[i]
            if kind == 1 and r.into_subsidy[w] > 0.0:
                _, v = uniform_pair(now.key, _KIND, c.person.key[i], now.week)
                if v < r.into_subsidy[w]:
                    c.programme.planned[i] = now.week
            continue
        spending[m, kind - 1] += r.cost[c.person.law_row[i], kind - 1]
        participants[m, kind - 1] += 1
        if c.status.state[i] <= 2:
            activated[m] += 1
