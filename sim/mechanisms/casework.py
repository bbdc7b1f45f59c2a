"""Casework: caseworkers' weeks, the tasks that wait for them, and who has which client.

A caseworker has ``minutes`` a week (:mod:`sim.mechanisms.reallocation`).  A sick week
(``casework.sick_share``) gives none; a post that stands for several caseworkers of a sample's Denmark loses
the share of them who are sick.  First come meetings, then the minutes every open case costs (reading
and applying rules, administration), then tasks that events have put in the backlog of the house (new cases,
shifts, handovers, rehabilitation-team cases, certificates, sanctions, referrals, placements, employers,
complaints), which all who are present work in proportion to their time, up to ``casework.backlog_share`` of
what is left; the rest of the week is for interviews (:mod:`sim.mechanisms.contact`).  Minutes that are left
and do not make an interview are saved for the next week, and one that began late runs into it; who has more
left helps colleagues of the house; what nobody needed is idle.  What does not fit waits: overload is a
queue, not a formula.

    hours: minutes = meetings + rules + administration + backlog worked + interviews + idle + carried over

Administration is tasks with drivers:

    a case of the week   payment + month's case (12 a year), plan (every casework.plan_weeks), and a rest
    an event             a new case, a shift between benefits, a referral to a programme
    staff                meetings and training, a share of the hours present
    rest = max(0, casework.administration_minutes_per_case_week - the tasks at their usual frequencies)

so that all of it comes to the published time use (the one fitted number), and the rest is small. Follow-ups
that a reform frees (:mod:`sim.mechanisms.follow_ups`) come off it. Where the tasks' minutes come to more,
they are shrunk alike. A reform that changes a task's minutes, or how often it comes, changes the sum; one
that changes the fitted number changes all tasks in proportion.

    a case's minutes = a * (g * cases + (1 - g) * minutes * min(1, 1 / F) / minutes a case in the first week)

F is the house's staff relative to the first week, g ``casework.administration_rigidity``: it decides how
much of a cut falls on interviews, and is a labelled assumption.  Administration thus gives way as cases
crowd or staff is cut; staff beyond the first week's goes to interviews.  Both are linear in cases and
minutes, so that the luck of a small house, or of a small sample, evens out.

*The law comes first*: what interviews that become due by law and the tasks that come take (means of
``casework.law_first_weeks``), and of the interviews and tasks that wait what makes an end of them in as
many weeks, is kept free of rules and administration, which give way to it down to
``casework.administration_floor`` of themselves; discretionary interviews get what is left. Tasks wait for
lack of hours (the house's *overload*) or because several came in one week:

    overload = max(0, overload + tasks that come - their share of the week's hours)

and only the overload counts, here and in how long a task takes.  That holds for the house as a whole, not
team by team: of the minutes B for interviews that those who are present have, of whose clients the law asks
a, the share ``casework.law_over_teams`` is shared out anew,

    a_j * min(1, B / A) + max(0, B - A) * B_j / B,        A = sum of a_j, B = sum of B_j,

so that nobody calls in whom the law does not ask for while others wait whom it does. In a sample a house
has few cases, weeks in which the law asks much and weeks in which it asks little. Of the minutes that it
lacks beyond what it usually lacks, or has over, the part 1 - sqrt(scale) is luck that Denmark does not
have: houses lay it by together and take it from there, a week's interviews by law at most. An interview by
law that is missed costs a complaint with the chance ``casework.complaint_share`` and its minutes, as long
as the rule stands.

Evidence: capacity C043-C047, C079, C084, C088-C091; minutes per task are labelled assumptions A01-A12.
Switch: ``caseload`` gives every caseworker unlimited time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose, own_purpose, uniform
from sim.law import Law, whole
from sim.mechanism import Mechanism, act
from sim.outcomes.tally import ContactTally, part_of
from sim.rules.administration import administrative_tasks, normal_minutes, relieved
from sim.rules.contact_law import usual_minutes
from sim.rules.handover import handover_meeting, kept_at_handover
from sim.rules.luck import left_to_each, told, towards
from sim.states import NOBODY, State
from sim.vocabulary import TASKS, Task
from sim.world.caseworkers import Caseworkers, in_turn, open_cases
from sim.world.clients import HAD_ONE, HANDOVER_OWED, NO_CASEWORKER, TAKEN_OVER, Clients
from sim.world.clock import Now
from sim.world.world import World

PARAMETERS = """
casework.law_over_teams:
  label: How far hours within a jobcentre go first where the law asks for interviews, whatever the team
  label_da: Hvor langt et jobcenters timer først går derhen, hvor loven kræver samtaler, på tværs af team
  kind: assumption
  unit: share
  values: {2016-01-01: 1.0}
  bounds: [0, 1]
  prior: {distribution: triangular, low: 0.5, high: 1.0}
  range: [0.5, 1.0]
  reason: >-
    Not measured. In 2019 the insured had some nine in ten of the interviews that the law laid down (F233),
    while others had more than theirs; a jobcentre that let the law wait in one team and called in unasked in
    another would be told by the state (SUP-07).
  mechanism: caseload
"""
_RULES, _ADMINISTRATION, _IDLE = int(Task.RULES_GUIDANCE), int(Task.CASE_ADMINISTRATION), int(Task.IDLE)
_HANDOVER, _NEW_CASE, _SHIFT = int(Task.HANDOVER), int(Task.NEW_CASE), int(Task.SHIFT)
_PAYMENT, _PLAN = int(Task.PAYMENT_MONTH), int(Task.PLAN)
_MEETINGS, _COMPLAINTS = int(Task.MEETINGS), int(Task.COMPLAINTS)
#: Where the mechanism keeps the minutes that the law asks for a week, and those of tasks that come (m,).
_MEMORY, _COMING = "caseload", "caseload.coming"
#: And what each house of a sample has laid by for interviews by law, below zero: taken (m,).
_LAID_BY = "caseload.laid_by"
#: And the minutes that a reform of follow-ups has freed and that its cases have not been relieved of (m,).
_FREED = "caseload.freed"
N_TASKS = len(TASKS)
_SICK, _TURN = int(Purpose.CASEWORKER), own_purpose("caseload.turn")
_DAGPENGE = int(State.DAGPENGE)
#: Parts the draws of the caseworkers that a post stands for: more weeks than any run has.
_NEXT_ONE = 1 << 12
#: Guards of divisions: less work than one case is, fewer minutes than any house has.
_NO_WORK, _NO_MINUTES = 1e-9, 1e-9


class CaseworkRules(NamedTuple):
    """Minutes and capacity; w = rule rows of persons, m = municipalities, g = target groups."""

    effort_group: NDArray[np.int64]  # (w, g)
    rules_minutes: NDArray[np.float64]  # (m,) a case and week
    administration_minutes: NDArray[np.float64]  # (m,) a case and week, what its drivers do not count apart
    payment_minutes: NDArray[np.float64]  # (m,) a case and week
    plan_minutes: NDArray[np.float64]  # (m,) a case and week
    new_case_minutes: NDArray[np.float64]  # (w,)
    shift_minutes: NDArray[np.float64]  # (w,)
    meetings: NDArray[np.float64]  # (m,) share of the week
    law_first: float  # weeks of which the minutes that the law asks for are the mean
    spread_of_hours: float  # between municipalities, of hours a case, relative
    spread_of_law: float  # between municipalities, of the share of hours that the law asks for
    minutes_of_one: float  # an interview's, mean of the groups, without reform and trial
    law_over_teams: NDArray[np.float64]  # (m,) share of a house's minutes that go first where the law asks
    administration_floor: NDArray[np.float64]  # (m,) share of rules and administration that never gives way
    complaint_minutes: NDArray[np.float64]  # (m,) an interview that is missed
    administration_rigidity: NDArray[
        np.float64
    ]  # (m,) 1: a case takes the same administration however many there are
    normal_minutes: float  # a caseworker's minutes a case in the first week, whole country
    most_saved: float  # minutes of a week that are saved for the next
    contact_floor: NDArray[np.float64]  # (m,) share of the week that open cases cannot take
    backlog_share: NDArray[np.float64]  # (m,)
    sick_share: NDArray[np.float64]  # (m,)
    handover_minutes: NDArray[np.float64]  # (w,) with the meeting, where there is one
    relation_kept: NDArray[np.float64]  # (w,) share of a relation that survives a handover
    training: NDArray[np.float64]  # (w,) share of the week for training and reorganisation
    unlimited: int  # 1: the caseload mechanism is switched off
    helps: int  # 1: who has time left helps colleagues of the house
    full_minutes: float  # of a full-time week
    known_after: int  # interviews with their caseworker that clients of the first week have had before it


def rules(law: Law) -> CaseworkRules:
    """Return caseworkers' minutes and capacity."""
    r = law.now
    tasks, rows = administrative_tasks(law), slice(0, len(law.country["casework.sick_share"]))
    return CaseworkRules(
        effort_group=whole(r["target_groups.effort_group"]),
        rules_minutes=r["casework.rules_minutes_per_case_week"].copy(),
        administration_minutes=tasks.case,
        payment_minutes=tasks.payment,
        plan_minutes=tasks.plan,
        new_case_minutes=tasks.new_case,
        shift_minutes=tasks.shift,
        meetings=tasks.meetings[rows],
        law_first=r.scalar("casework.law_first_weeks"),
        spread_of_hours=r.scalar("staffing.spread_of_hours"),
        spread_of_law=r.scalar("casework.spread_of_law_share"),
        minutes_of_one=usual_minutes(law),
        law_over_teams=r["casework.law_over_teams"].copy(),
        administration_floor=r["casework.administration_floor"].copy(),
        complaint_minutes=r["casework.complaint_share"] * r["casework.complaint_minutes"],
        administration_rigidity=r["casework.administration_rigidity"].copy(),
        normal_minutes=normal_minutes(r),
        most_saved=r.scalar("casework.most_carried_minutes"),
        contact_floor=r["casework.contact_floor"].copy(),
        backlog_share=r["casework.backlog_share"].copy(),
        sick_share=r["casework.sick_share"].copy(),
        handover_minutes=r["casework.handover_minutes"] + handover_meeting(r),
        relation_kept=kept_at_handover(r),
        training=r["casework.training_share"] + r["casework.competence_share"] * float(law.on("competence")),
        unlimited=int(not law.on("caseload")),
        helps=int(law.on("reallocation")),
        full_minutes=r.scalar("casework.hours_a_week") * 60,
        known_after=round(r.scalar("casework.known_after_interviews")),
    )


@kernel
def _count_cases(
    k: Clients,
    cw: Caseworkers,
    post: NDArray[np.float64],
    load: NDArray[np.float64],
    without: NDArray[np.int32],
) -> int:
    """Count caseworkers' cases and their ``load``; list who is ``without`` a caseworker and how many."""
    cw.cases[:] = 0
    n = 0
    for i in range(k.id.size):
        if k.state[i] == NOBODY:
            continue
        j = k.contact.caseworker[i]
        if j >= 0 and cw.active[j]:
            cw.cases[j] += 1
        else:
            without[n] = i
            n += 1
    for j in range(load.size):
        load[j] = _load_with_one_more(j, cw, post) if cw.active[j] else np.inf
    return n


@part
def _load_with_one_more(j: int, cw: Caseworkers, post: NDArray[np.float64]) -> float:
    """Caseload per minute of the ``post`` that caseworker ``j`` has with the next client."""
    return (cw.cases[j] + 1.0) / post[j]


class Lightest(NamedTuple):
    """Who got each team's latest client, and the load they had: in a week loads only rise."""

    turn: NDArray[np.int64]  # (n_caseworkers,) posts by municipality, in the order of a keyed draw
    at: NDArray[np.int32]  # (m, team) place in ``turn``
    load: NDArray[np.float64]  # (m, team)


@kernel
def _assign(
    now: Now,
    without: NDArray[np.int32],
    k: Clients,
    cw: Caseworkers,
    r: CaseworkRules,
    post: NDArray[np.float64],
    load: NDArray[np.float64],
    least: Lightest,
) -> int:
    handovers = 0
    for i in without:
        j = k.contact.caseworker[i]
        if j == NO_CASEWORKER and k.state[i] == _DAGPENGE and now.week < k.contact.next_due[i] - 1:
            continue
        if j == NO_CASEWORKER:
            cw.backlog_task[k.person.municipality[i], _NEW_CASE] += r.new_case_minutes[k.person.rule_row[i]]
        handed_over = j in (HANDOVER_OWED, TAKEN_OVER) or j >= 0
        m, w = k.person.municipality[i], k.person.rule_row[i]
        best = _lightest(m, r.effort_group[w, k.spell.group[i]], load, cw, r, least)
        if best < 0:
            continue
        k.contact.caseworker[i] = best
        if j != HANDOVER_OWED:  # at a shift, the transition has already reduced the relation
            known = int(r.relation_kept[w] * min(k.contact.met[i], r.known_after) + 0.5)
            k.contact.met[i] = r.known_after if j == HAD_ONE else known
        cw.cases[best] += 1
        load[best] = _load_with_one_more(best, cw, post)
        if handed_over:
            handovers += 1
            cw.backlog_task[m, _HANDOVER] += r.handover_minutes[w]
        if j == HANDOVER_OWED:
            cw.backlog_task[m, _SHIFT] += r.shift_minutes[w]
    return handovers


@part
def _lightest(
    m: int, team: int, load: NDArray[np.float64], cw: Caseworkers, r: CaseworkRules, least: Lightest
) -> int:
    """Caseworker with the lowest ``load`` (infinite: not active), of the team, else of the house, else -1.

    Among equals a draw decides whose turn it is, not how posts lie.  Whoever comes before the one found last
    has more than that one had, so the search goes on from there.
    """
    for at in range(least.at[m, team], cw.first[m + 1]):
        j = least.turn[at]
        if load[j] == least.load[m, team] and r.effort_group[m, cw.group[j]] == team:
            least.at[m, team] = at
            return int(j)
    best, best_any = -1, -1
    lowest, lowest_any = np.inf, np.inf
    for at in range(cw.first[m], cw.first[m + 1]):
        j = least.turn[at]
        x = load[j]
        if x < lowest_any:
            best_any, lowest_any = j, x
        if x < lowest and r.effort_group[m, cw.group[j]] == team:
            best, lowest = j, x
            least.at[m, team] = at
    if best < 0:
        return best_any
    least.load[m, team] = lowest
    return best


def share_for_the_law(
    asked: NDArray[np.float64],
    coming: NDArray[np.float64],
    late: NDArray[np.float64],
    cw: Caseworkers,
    r: CaseworkRules,
    scale: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the shares of each house's week (m,) that interviews due by law and tasks take, and tasks alone.

    ``asked`` and ``coming`` (m,): minutes a week of interviews that become due by law, and of tasks that
    come; ``late`` (m,): minutes of interviews that wait.  What a sample tells of a house counts
    (:mod:`sim.rules.luck`): administration gives way to a lack of hours, not to the luck of a few cases.
    """
    present = np.maximum(cw.house_minutes * (1.0 - r.sick_share[: asked.size]), _NO_MINUTES)
    wanted = asked + coming
    number = wanted * r.law_first / r.minutes_of_one
    real = told(r.spread_of_law, number, (wanted.sum() / present.sum()) ** 2, scale)

    def without_luck(minutes: NDArray[np.float64]) -> NDArray[np.float64]:
        return towards(minutes.sum() / present.sum(), minutes / present, real)

    waiting = (late + cw.overload) / r.law_first
    return np.minimum(without_luck(wanted + waiting), 1.0), without_luck(coming)


def borrowed(luck: NDArray[np.float64], laid_by: float, most: float) -> NDArray[np.float64]:
    """Minutes (m,) that a sample's houses take from what they have laid by together, below zero: lay by.

    Parameters
    ----------
    luck
        (m,) minutes that houses lack by the luck of a sample, below zero: have over.
    laid_by
        Minutes laid by until now, below zero: owed.
    most
        That are laid by, or owed, at most.
    """
    taken, given = luck[luck > 0.0].sum(), -luck[luck < 0.0].sum()
    more = min(1.0, max(laid_by + most + given, 0.0) / max(taken, _NO_MINUTES))
    less = min(1.0, max(most - laid_by + taken * more, 0.0) / max(given, _NO_MINUTES))
    return np.asarray(np.where(luck > 0.0, more, less) * luck)


@part
def _wanted(j: int, m: int, minutes: float, cw: Caseworkers, r: CaseworkRules) -> tuple[float, float]:
    """Minutes of rules that the cases of caseworker ``j`` want, and cases that administration counts."""
    rigid, beyond = r.administration_rigidity[m], max(cw.house_staff[m], 1.0)
    care = rigid * cw.cases[j] + (1.0 - rigid) * minutes / beyond / r.normal_minutes
    return cw.cases[j] * r.rules_minutes[m], care


@part
def _in_meetings(m: int, r: CaseworkRules) -> float:
    """Share of a week that goes to meetings and training."""
    return float(min(r.training[m] + r.meetings[m], 1.0))


@part
def _case_minutes(m: int, r: CaseworkRules) -> float:
    """Minutes a week of administration that a case wants."""
    return float(r.administration_minutes[m] + r.payment_minutes[m] + r.plan_minutes[m])


@kernel
def _want(cw: Caseworkers, r: CaseworkRules, wanted: NDArray[np.float64], cases: NDArray[np.float64]) -> None:
    """Write the minutes that each house's cases want (m,), and how many there are (m,)."""
    wanted[:], cases[:] = 0.0, 0.0
    for m in range(cw.first.size - 1):
        for j in range(cw.first[m], cw.first[m + 1]):
            if cw.active[j] and cw.cases[j] > 0:
                minutes = cw.minutes[j] * (1.0 - _in_meetings(m, r))
                rules, care = _wanted(j, m, minutes, cw, r)
                wanted[m] += rules + _case_minutes(m, r) * care
                cases[m] += cw.cases[j]


def share_for_cases(cw: Caseworkers, r: CaseworkRules, scale: float) -> NDArray[np.float64]:
    """Return the share of each house's week (m,) that its cases want, without the luck of a sample."""
    houses = cw.first.size - 1
    wanted, cases = np.empty(houses), np.empty(houses)
    _want(cw, r, wanted, cases)
    minutes = np.maximum(cw.house_minutes, _NO_MINUTES)
    real = told(r.spread_of_hours, cases, 1.0, scale)
    return towards(wanted.sum() / minutes.sum(), wanted / minutes, real)


@kernel
def _open_week(
    now: Now,
    cw: Caseworkers,
    r: CaseworkRules,
    wanted: NDArray[np.float64],
    law: NDArray[np.float64],
    tasks: NDArray[np.float64],
    usual: NDArray[np.float64],
    stands_for: NDArray[np.int64],
    tally: ContactTally,
) -> None:
    """Set each caseworker's minutes for interviews, after cases' own minutes and the backlog's share.

    ``wanted``, ``law`` and ``tasks`` (m,): shares of the week that cases want, that the law asks for, and of
    that what tasks take; ``stands_for`` (n_caseworkers,): caseworkers of the country.  Writes the ``usual``
    (m,), minutes that the law usually leaves for other interviews, below zero: that it lacks.
    """
    for m in range(cw.first.size - 1):
        free, here = 0.0, range(cw.first[m], cw.first[m + 1])
        given = _giving_way(wanted[m], 1.0 - _in_meetings(m, r), law[m], m, r)
        for j in here:
            cw.budget[j] = 0.0
            if not cw.active[j]:
                continue
            tally.caseworker_weeks[m] += cw.minutes[j] / r.full_minutes
            if r.unlimited:
                cw.budget[j] = np.inf
            else:
                here_now = _present(cw.person[j], stands_for[j], r.sick_share[m], now)
                if here_now > 0.0:
                    cw.budget[j] = _after_cases(j, m, here_now, given, cw, r, tally)
                    free += cw.budget[j]
        if r.unlimited:
            cw.backlog_task[m, :] = 0.0
            cw.overload[m], usual[m] = 0.0, 0.0
            continue
        used = _work_backlog(m, free * r.backlog_share[m], cw, tally) / max(free, _NO_MINUTES)
        present = cw.house_minutes[m] * (1.0 - r.sick_share[m])
        left = max(1.0 - _in_meetings(m, r) - given * wanted[m], 0.0) * present
        more = tasks[m] * present - left * r.backlog_share[m]
        cw.overload[m] = min(max(cw.overload[m] + more, 0.0), _waiting(m, cw))
        for j in here:
            if cw.budget[j] > 0.0:
                cw.budget[j] += cw.carried[j] - cw.budget[j] * used
                cw.carried[j] = 0.0
        usual[m] = left - law[m] * present


@part
def _present(person: int, stands_for: int, sick_share: float, now: Now) -> float:
    """Share of a post's week that is not lost to sickness: each caseworker it stands for is sick or not."""
    here = 0
    for one in range(stands_for):
        here += uniform(now.key, _SICK, person, now.week + one * _NEXT_ONE) >= sick_share
    return here / stands_for


@part
def _waiting(m: int, cw: Caseworkers) -> float:
    """Minutes of tasks that wait in house ``m``."""
    waiting = 0.0
    for t in range(N_TASKS):
        waiting += cw.backlog_task[m, t]
    return waiting


@kernel
def _asked_of_houses(
    cw: Caseworkers, asked: NDArray[np.float64], minutes: NDArray[np.float64], law: NDArray[np.float64]
) -> None:
    """Write the minutes of those present in each house (m,), and of these what the law asks."""
    for m in range(minutes.size):
        minutes[m], law[m] = 0.0, 0.0
        for j in range(cw.first[m], cw.first[m + 1]):
            if cw.budget[j] != 0.0:
                minutes[m] += cw.budget[j]
                law[m] += asked[j]


@kernel
def _law_over_teams(
    cw: Caseworkers,
    share: NDArray[np.float64],
    asked: NDArray[np.float64],
    minutes: NDArray[np.float64],
    law: NDArray[np.float64],
    more: NDArray[np.float64],
) -> None:
    """Share ``minutes`` and ``more`` of houses (m,) out: first where the ``law`` asks, else as before."""
    for m in range(minutes.size):
        if minutes[m] <= 0.0:
            continue
        have = minutes[m] + more[m]
        served, left = min(have / max(law[m], _NO_MINUTES), 1.0), max(have - law[m], 0.0) / minutes[m]
        for j in range(cw.first[m], cw.first[m + 1]):
            if cw.budget[j] != 0.0:
                cw.budget[j] += share[m] * (asked[j] * served + left * cw.budget[j] - cw.budget[j])


@part
def _after_cases(
    j: int, m: int, present: float, given: float, cw: Caseworkers, r: CaseworkRules, tally: ContactTally
) -> float:
    """Minutes of caseworker ``j`` that meetings and cases leave, which get ``given`` of what they want.

    All in a week of which ``present`` is not lost to sickness.
    """
    meetings = cw.minutes[j] * present * _in_meetings(m, r)
    minutes = cw.minutes[j] * present - meetings
    tally.minutes[m, _MEETINGS] += meetings
    if cw.cases[j] == 0:
        return minutes
    rules, care = _wanted(j, m, minutes / present, cw, r)
    rules, care = rules * present, care * present
    wanted = rules + _case_minutes(m, r) * care
    shrink = min(given, minutes / max(wanted, _NO_MINUTES))
    tally.minutes[m, _RULES] += rules * shrink
    tally.minutes[m, _ADMINISTRATION] += r.administration_minutes[m] * care * shrink
    tally.minutes[m, _PAYMENT] += r.payment_minutes[m] * care * shrink
    tally.minutes[m, _PLAN] += r.plan_minutes[m] * care * shrink
    return minutes - wanted * shrink


@part
def _giving_way(wanted: float, minutes: float, law: float, m: int, r: CaseworkRules) -> float:
    """Share of the minutes that cases want which they get of a week, when the law wants ``law`` minutes.

    Reckoned house by house, not post by post: what one caseworker's cases lack another takes over.
    """
    room = minutes * (1.0 - r.contact_floor[m])
    if wanted > room:
        return room / wanted
    left = minutes - law
    if wanted > left:
        return max(left / wanted, min(r.administration_floor[m], 1.0))
    return 1.0


@part
def _work_backlog(m: int, room: float, cw: Caseworkers, tally: ContactTally) -> float:
    """Work at most ``room`` minutes of the house's backlog, all tasks in proportion; return minutes used."""
    waiting = _waiting(m, cw)
    used = min(waiting, room)
    if used <= 0.0:
        return 0.0
    share = used / waiting
    for t in range(N_TASKS):
        worked = cw.backlog_task[m, t] * share
        cw.backlog_task[m, t] -= worked
        tally.minutes[m, t] += worked
    return used


@kernel
def _close_week(cw: Caseworkers, r: CaseworkRules, tally: ContactTally) -> None:
    """Save what makes no interview, let who has time help, book the rest as idle and count what waits."""
    for m in range(cw.first.size - 1):
        spare, here = 0.0, range(cw.first[m], cw.first[m + 1])
        for j in here:
            if not cw.active[j] or r.unlimited:
                continue
            left = cw.budget[j] + cw.carried[j]
            cw.carried[j] = min(left, r.most_saved)
            spare += left - cw.carried[j]
            cw.budget[j] = 0.0
        if spare > 0.0 and r.helps:
            spare -= _help(m, spare, cw, r)
        tally.minutes[m, _IDLE] += spare
        cw.backlog[m] = _waiting(m, cw)
        tally.backlog_minutes[m] += cw.overload[m]


@part
def _help(m: int, spare: float, cw: Caseworkers, r: CaseworkRules) -> float:
    """Let the house's posts save its ``spare`` minutes, by their hours; return how many they save."""
    helped = 0.0
    for j in range(cw.first[m], cw.first[m + 1]):
        if cw.active[j]:
            more = min(spare * cw.minutes[j] / cw.house_minutes[m], r.most_saved - cw.carried[j])
            cw.carried[j] += more
            helped += more
    return helped


@part
def add_task(i: int, task: int, minutes: float, k: Clients, cw: Caseworkers) -> None:
    """Put a task about the client in row ``i`` in the backlog of the house, if there is a caseworker."""
    if k.contact.caseworker[i] >= 0:
        cw.backlog_task[k.person.municipality[i], task] += minutes


@part
def waiting_weeks(i: int, pace: float, k: Clients, cw: Caseworkers) -> int:
    """Weeks until a task added now is worked: the house's overload at ``pace``, a share of its week."""
    m = k.person.municipality[i]
    if k.contact.caseworker[i] < 0 or cw.house_minutes[m] <= 0.0:
        return 0
    return int(cw.overload[m] / (pace * cw.house_minutes[m]))


@act(
    "caseload",
    writes=(
        "clients.contact.caseworker",
        "clients.contact.met",
        "caseworkers.cases",
        "caseworkers.backlog_task",
    ),
    purposes=(_TURN,),
    always=True,
)
def assign_caseworkers(world: World, r: CaseworkRules) -> None:
    """Give every client who needs one a caseworker of the right team with the fewest cases for the hours.

    Insured unemployed are the a-kasse's until the jobcentre's first interview is near.
    """
    k, cw = world.clients.settled, world.caseworkers
    post, load, without = world.full_minutes, np.empty(cw.minutes.size), np.empty(k.id.size, np.int32)
    n = _count_cases(k, cw, post, load, without)
    teams = int(r.effort_group.max()) + 1
    nobody_yet = np.repeat(cw.first[1:, None], teams, axis=1)
    turn = in_turn(cw, world.now.key, _TURN, world.now.week)
    least = Lightest(turn, nobody_yet, np.full(nobody_yet.shape, -1.0))
    _assign(world.now, without[:n], k, cw, r, post, load, least)


@act(
    "caseload",
    writes=(
        "caseworkers.budget",
        "caseworkers.carried",
        "caseworkers.backlog_task",
        "caseworkers.overload",
        "tally.minutes",
        "tally.caseworker_weeks",
        f"memory.{_MEMORY}",
        f"memory.{_COMING}",
        f"memory.{_LAID_BY}",
        f"memory.{_FREED}",
    ),
    purposes=(Purpose.CASEWORKER,),
    always=True,
)
def open_week(world: World, r: CaseworkRules) -> None:
    """Set each caseworker's minutes for interviews, after cases' own minutes and the backlog's share."""
    cw, scale, by_post = world.caseworkers, world.scale, world.this_week.asked
    newly_due = world.this_week.newly_due
    asked = world.memory.setdefault(_MEMORY, newly_due.copy())
    asked += (newly_due - asked) / r.law_first
    new = cw.backlog_task.sum(axis=1) - cw.backlog
    coming = world.memory.setdefault(_COMING, new.copy())
    coming += (new - coming) / r.law_first
    late = np.bincount(cw.municipality, weights=by_post, minlength=len(world.codes)) - newly_due
    laid_by = world.memory.setdefault(_LAID_BY, np.zeros(asked.size))
    law, tasks = share_for_the_law(asked, coming, np.maximum(late, 0.0), cw, r, scale)
    freed = world.memory.setdefault(_FREED, np.zeros(asked.size))
    freed += world.this_week.freed
    case = relieved(r.administration_minutes[: freed.size], open_cases(cw), freed, r.law_first)
    payment = r.payment_minutes[: freed.size] * (1.0 - world.this_week.self_served)
    r = r._replace(administration_minutes=case, payment_minutes=payment)
    wanted = share_for_cases(cw, r, scale)
    stands_for = np.maximum(np.rint(world.full_minutes / (r.full_minutes * scale)), 1.0).astype(np.int64)
    usual, tally = np.empty(asked.size), part_of(world.tally, ContactTally)
    _open_week(world.now, cw, r, wanted, law, tasks, usual, stands_for, tally)
    if r.unlimited:
        return
    minutes, by_law = np.empty(asked.size), np.empty(asked.size)
    _asked_of_houses(cw, by_post, minutes, by_law)
    luck = (1.0 - left_to_each(scale)) * (by_law + usual - minutes) * (minutes > 0.0)
    more = np.maximum(borrowed(luck, float(laid_by.sum()), float(asked.sum())), -np.maximum(minutes, 0.0))
    share = r.law_over_teams[: more.size]
    laid_by -= share * more
    _law_over_teams(cw, share, by_post, minutes, by_law, more)


@act(
    "caseload",
    writes=(
        "caseworkers.budget",
        "caseworkers.carried",
        "caseworkers.backlog",
        "caseworkers.backlog_task",
        "tally.minutes",
        "tally.backlog_minutes",
    ),
    always=True,
)
def close_week(world: World, r: CaseworkRules) -> None:
    """Save what makes no interview, let who has time help, book the rest as idle and count what waits."""
    cw = world.caseworkers
    cw.backlog_task[:, _COMPLAINTS] += world.this_week.missed * r.complaint_minutes[: len(world.codes)]
    _close_week(cw, r, part_of(world.tally, ContactTally))


MECHANISMS = (
    Mechanism(
        name="caseload",
        label="Caseworkers have limited hours",
        label_da="Sagsbehandlernes knappe tid",
        equation="hours = tasks + interviews + idle + carried over",
        evidence="C047, C079, C088, C034",
        when_off="time is unlimited",
        rules=rules,
    ),
)
