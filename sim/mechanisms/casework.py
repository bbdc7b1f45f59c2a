"""Casework: caseworkers' weeks, the tasks that wait for them, and who has which client.

A caseworker has ``minutes`` a week (:mod:`sim.mechanisms.reallocation`).  A sick week
(``casework.sick_share``) gives none.  First come meetings, then the minutes every open case costs (reading
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

so that all of it comes to the published time use (the one fitted number), and the rest is small.  Where the
tasks' minutes come to more, they are shrunk alike.  A reform that changes a task's minutes, or how often it
comes, changes the sum; one that changes the fitted number changes all tasks in proportion.

    a case's minutes = a * (g * cases + (1 - g) * minutes * min(1, 1 / F) / minutes a case in the first week)

F is the house's staff relative to the first week, g ``casework.administration_rigidity``: it decides how
much of a cut falls on interviews, and is a labelled assumption.  Administration thus gives way as cases
crowd or staff is cut; staff beyond the first week's goes to interviews.  Both are linear in cases and
minutes, so that the luck of a small house, or of a small sample, evens out.

*The law comes first*: what interviews due by law take (the mean of ``casework.law_first_weeks``), and of the
tasks that wait what makes an end of them in as many weeks, is kept free of rules and administration, which
give way to it down to ``casework.administration_floor`` of themselves; discretionary interviews get what is
left.  An interview by law that is missed costs a complaint with the chance ``casework.complaint_share`` and
its minutes, as long as the rule stands.

Evidence: capacity C043-C047, C079, C084, C088-C091; minutes per task are labelled assumptions A01-A12.
Switch: ``caseload`` gives every caseworker unlimited time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose, uniform
from sim.law import Law, whole
from sim.mechanism import Mechanism, act
from sim.outcomes.tally import ContactTally, part_of
from sim.rules.administration import administrative_tasks, normal_minutes
from sim.rules.contact_law import interview_minutes
from sim.rules.luck import told
from sim.states import NOBODY, State
from sim.vocabulary import TASKS, Task
from sim.world.caseworkers import Caseworkers
from sim.world.clients import HAD_ONE, HANDOVER_OWED, NO_CASEWORKER, TAKEN_OVER, Clients
from sim.world.clock import Now
from sim.world.world import World

_RULES, _ADMINISTRATION, _IDLE = int(Task.RULES_GUIDANCE), int(Task.CASE_ADMINISTRATION), int(Task.IDLE)
_HANDOVER, _NEW_CASE, _SHIFT = int(Task.HANDOVER), int(Task.NEW_CASE), int(Task.SHIFT)
_PAYMENT, _PLAN = int(Task.PAYMENT_MONTH), int(Task.PLAN)
_MEETINGS, _COMPLAINTS = int(Task.MEETINGS), int(Task.COMPLAINTS)
#: Where the mechanism keeps the minutes that the law asks for a week (m,).
_MEMORY = "caseload"
N_TASKS = len(TASKS)
_SICK = int(Purpose.CASEWORKER)
_DAGPENGE = int(State.DAGPENGE)
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
    minutes_of_one: float  # an interview's, mean of the groups
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
    handover_minutes: NDArray[np.float64]  # (w,)
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
        minutes_of_one=float(np.mean(interview_minutes(law)[0])),
        administration_floor=r["casework.administration_floor"].copy(),
        complaint_minutes=r["casework.complaint_share"] * r["casework.complaint_minutes"],
        administration_rigidity=r["casework.administration_rigidity"].copy(),
        normal_minutes=normal_minutes(r),
        most_saved=r.scalar("casework.most_carried_minutes"),
        contact_floor=r["casework.contact_floor"].copy(),
        backlog_share=r["casework.backlog_share"].copy(),
        sick_share=r["casework.sick_share"].copy(),
        handover_minutes=r["casework.handover_minutes"].copy(),
        training=r["casework.training_share"].copy(),
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

    caseworker: NDArray[np.int32]  # (m, team)
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
            k.contact.met[i] = r.known_after if j == HAD_ONE else 0
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

    Whoever comes before the one found last has more than that one had, so the search goes on from there.
    """
    for j in range(least.caseworker[m, team], cw.first[m + 1]):
        if load[j] == least.load[m, team] and r.effort_group[m, cw.group[j]] == team:
            least.caseworker[m, team] = j
            return j
    best, best_any = -1, -1
    lowest, lowest_any = np.inf, np.inf
    for j in range(cw.first[m], cw.first[m + 1]):
        x = load[j]
        if x < lowest_any:
            best_any, lowest_any = j, x
        if x < lowest and r.effort_group[m, cw.group[j]] == team:
            best, lowest = j, x
    if best < 0:
        return best_any
    least.caseworker[m, team], least.load[m, team] = best, lowest
    return best


def share_for_the_law(
    asked: NDArray[np.float64], cw: Caseworkers, r: CaseworkRules, scale: float
) -> NDArray[np.float64]:
    """Return the share of each house's week (m,) that interviews due by law and waiting tasks take.

    ``asked`` (m,): minutes a week that the law asks for.  What a sample tells of a house counts
    (:mod:`sim.rules.luck`): administration gives way to a lack of hours, not to the luck of a few cases.
    """
    present = np.maximum(cw.house_minutes * (1.0 - r.sick_share[: asked.size]), _NO_MINUTES)
    wanted = asked + cw.backlog / r.law_first
    seen, country = wanted / present, wanted.sum() / present.sum()
    number = asked * r.law_first / r.minutes_of_one
    real = told(r.spread_of_law, number, country**2, scale)
    return np.asarray(np.minimum(country + (seen - country) * real, 1.0))


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
    seen, country = wanted / minutes, wanted.sum() / minutes.sum()
    return np.asarray(country + (seen - country) * told(r.spread_of_hours, cases, 1.0, scale))


@kernel
def _open_week(
    now: Now,
    cw: Caseworkers,
    r: CaseworkRules,
    wanted: NDArray[np.float64],
    law: NDArray[np.float64],
    tally: ContactTally,
) -> None:
    """Set each caseworker's minutes for interviews, after cases' own minutes and the backlog's share.

    ``wanted`` and ``law`` (m,): shares of the week that cases want and that the law asks for.
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
            elif uniform(now.key, _SICK, cw.person[j], now.week) >= r.sick_share[m]:
                cw.budget[j] = _after_cases(j, m, given, cw, r, tally)
                free += cw.budget[j]
        if r.unlimited:
            cw.backlog_task[m, :] = 0.0
            continue
        used = _work_backlog(m, free * r.backlog_share[m], cw, tally) / max(free, _NO_MINUTES)
        for j in here:
            if cw.budget[j] > 0.0:
                cw.budget[j] += cw.carried[j] - cw.budget[j] * used
                cw.carried[j] = 0.0


@part
def _after_cases(
    j: int, m: int, given: float, cw: Caseworkers, r: CaseworkRules, tally: ContactTally
) -> float:
    """Minutes of caseworker ``j`` that meetings and cases leave, which get ``given`` of what they want."""
    meetings = cw.minutes[j] * _in_meetings(m, r)
    minutes = cw.minutes[j] - meetings
    tally.minutes[m, _MEETINGS] += meetings
    if cw.cases[j] == 0:
        return minutes
    rules, care = _wanted(j, m, minutes, cw, r)
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
    waiting = 0.0
    for t in range(N_TASKS):
        waiting += cw.backlog_task[m, t]
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
        waiting = 0.0
        for t in range(N_TASKS):
            waiting += cw.backlog_task[m, t]
        cw.backlog[m] = waiting
        tally.backlog_minutes[m] += waiting


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
    """Weeks until a task added now is worked: the house's backlog at ``pace``, a share of its week."""
    m = k.person.municipality[i]
    if k.contact.caseworker[i] < 0 or cw.house_minutes[m] <= 0.0:
        return 0
    return int(cw.backlog[m] / (pace * cw.house_minutes[m]))


@act(
    "caseload",
    writes=(
        "clients.contact.caseworker",
        "clients.contact.met",
        "caseworkers.cases",
        "caseworkers.backlog_task",
    ),
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
    least = Lightest(nobody_yet, np.full(nobody_yet.shape, -1.0))
    _assign(world.now, without[:n], k, cw, r, post, load, least)


@act(
    "caseload",
    writes=(
        "caseworkers.budget",
        "caseworkers.carried",
        "caseworkers.backlog_task",
        "tally.minutes",
        "tally.caseworker_weeks",
        f"memory.{_MEMORY}",
    ),
    purposes=(Purpose.CASEWORKER,),
    always=True,
)
def open_week(world: World, r: CaseworkRules) -> None:
    """Set each caseworker's minutes for interviews, after cases' own minutes and the backlog's share."""
    asked = world.memory.setdefault(_MEMORY, world.this_week.asked.copy())
    asked += (world.this_week.asked - asked) / r.law_first
    cw, scale = world.caseworkers, world.scale
    wanted, law = share_for_cases(cw, r, scale), share_for_the_law(asked, cw, r, scale)
    _open_week(world.now, cw, r, wanted, law, part_of(world.tally, ContactTally))


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
