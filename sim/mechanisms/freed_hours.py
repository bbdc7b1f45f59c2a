"""Freed hours: a saving that waits for rules, and is no larger than what they freed last year.

Where ``saving.waits_for_rules`` is 1, of what is planned (``staffing.planned_saving_mio_kr``) a
municipality saves in a year at most

    usable * kr. a minute * sum over tasks of (minutes asked without the reform - minutes asked now)
    + purchases asked for without the reform - purchases asked for now

of the last year, nothing while no rule has gone.  Both are told from the year's own caseload:

    interviews     of each client who has a caseworker at the year's end: minutes of one, times how many a
                   week the law asks for, under the law without the reform and under that in force
    cases          open cases: rules, payment, the month's case, the plan
    events         new cases, shifts, referrals, as often as usual
    clarification  cases that wait for their decision, over the weeks that one takes: minutes of the team, or
                   without one, and of certificates; the fees of certificates are purchases
    follow-ups     those of the year that a reform has freed (:mod:`sim.mechanisms.follow_ups`)
    offers         purchases: what one costs on average, for each client whom the law owed one in the past
                   year, of those whom it reaches

A minute costs what the effort's staff costs over the minutes it is present (C002: some 460 kr. an hour),
and ``saving.usable_share`` of it can be harvested; of purchases all. Rules that ask for more count against
those that ask for less. Whom the law owed an offer, and who has left since, is not counted, so that a
saving waits rather too long.

Evidence: none (a rule of money).  Switch: ``freed_hours`` (a saving waits for nothing).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR, WHOLE_WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.law import Law, whole
from sim.lookup import IS_UNEMPLOYED
from sim.mechanism import Mechanism, act
from sim.mechanisms.clarification import preparation_weeks, with_testing
from sim.mechanisms.contact import ContactRules, interval_after
from sim.mechanisms.contact import rules as contact_rules
from sim.mechanisms.exemption import is_exempt
from sim.mechanisms.expected_return import is_expected_back
from sim.parameters import with_values
from sim.rules.administration import administrative_tasks
from sim.rules.offers import kinds_of
from sim.states import NOBODY, State
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.columns import NEVER
from sim.world.world import World

_MEMORY = "freed_hours"
#: Minutes of follow-ups freed this year (m,).
_FOLLOW_UPS = "freed_hours.follow_ups"
#: What is planned, and what of later years may be saved ahead of it.
_SAVINGS = ("staffing.planned_saving_mio_kr", "staffing.saving_in_full_mio_kr")
_SICK = int(State.SYGEDAGPENGE)
_MINUTES_AN_HOUR, _MILLION = 60.0, 1e6
#: Between no and yes.
_EITHER = 0.5


class Asked(NamedTuple):
    """What the law asks of caseworkers; w = rule rows."""

    contact: ContactRules
    case: NDArray[np.float64]  # (w,) minutes a case and week, events at their usual frequencies among them
    clarification: NDArray[np.float64]  # (w,) minutes a case of it
    certificates: NDArray[np.float64]  # (w,) kr. a case of it
    offer_within: NDArray[np.int64]  # (w, g) weeks to the offer that the law owes, 0: none
    offer: NDArray[np.float64]  # (w, 2) kr. that one costs on average: the job-ready's, others'
    reaches: NDArray[np.float64]  # (w, g) share of them whom the law reaches


class FreedRules(NamedTuple):
    """m = municipalities."""

    waits: NDArray[np.bool_]  # (m,)
    kr_a_minute: float  # that can be harvested, million kr.
    now: Asked | None  # None where no saving waits
    before: Asked | None
    case_weeks: NDArray[np.float64]  # (w,) that a case of clarification takes now


def asked(law: Law) -> Asked:
    """Return what a law asks of caseworkers."""
    r, tasks = law.now, administrative_tasks(law)
    events = tasks.new_case * r["casework.new_cases_a_case_week"]
    events = events + tasks.shift * r["casework.shifts_a_case_week"]
    events = events + tasks.referral * r["casework.referrals_a_case_week"]
    case = r["casework.rules_minutes_per_case_week"] + tasks.case + tasks.payment + tasks.plan + events
    team = r["clarification.rehabilitation_team_required"] > _EITHER
    clarified = np.where(team, r["casework.team_minutes"], r["casework.simple_clarification_minutes"])
    clarified = clarified * with_testing(r, "minutes")
    certificates = r["clarification.certificates_a_case"]
    price = (r["programmes.weeks"] * r["programmes.cost_kr_week"])[:, None, :]
    return Asked(
        contact=contact_rules(law),
        case=np.asarray(case),
        clarification=clarified + certificates * r["casework.certificate_minutes"],
        certificates=certificates * r["clarification.certificate_kr"],
        offer_within=whole(r["activation.offer_within_weeks"]),
        offer=(price * np.diff(kinds_of(r), axis=2, prepend=0.0)).sum(axis=2),
        reaches=r["activation.minimum_share"].copy(),
    )


def rules(law: Law) -> FreedRules:
    """Return which savings wait, and what the laws with and without the reform ask of caseworkers."""
    r = law.country
    waits = (r["saving.waits_for_rules"] > _EITHER) & law.on("freed_hours")
    present = r.scalar("staffing.jobcentre_staff_fte") * r.scalar("casework.hours_a_week") * _MINUTES_AN_HOUR
    kr = r.scalar("staffing.staff_spending_mio_kr") / (present * WEEKS_A_YEAR)
    some = bool(waits.any())
    team = law.now["clarification.rehabilitation_team_required"] * law.now["clarification.team_weeks"]
    return FreedRules(
        waits=waits,
        kr_a_minute=kr * r.scalar("saving.usable_share"),
        now=asked(law) if some else None,
        before=asked(law._replace(now=law.before)) if some else None,
        case_weeks=np.maximum(preparation_weeks(law.now) + team, 1.0),
    )


@part
def _times_a_week(i: int, now: Now, k: Clients, r: ContactRules) -> float:
    """How many interviews a week the law asks for with client ``i``."""
    w, group = k.person.rule_row[i], k.spell.group[i]
    if is_exempt(i, now, k, r.exemption) or is_expected_back(i, now, k, r.expected):
        return 0.0
    apart = 0.0
    if now.week - k.contact.contact_start[i] < r.first_period:
        apart = r.interval_first[w, group]
    if apart <= 0.0:
        apart = float(interval_after(i, now, k, r))
    if apart <= 0.0:
        return 0.0
    reached = r.covered[w, group] * (r.sick_followed[w] if k.state[i] == _SICK else 1.0)
    return reached * (1.0 - r.lapsed[w]) / apart


@kernel
def _minutes_a_week(
    now: Now, k: Clients, r: ContactRules, case: NDArray[np.float64], out: NDArray[np.float64]
) -> None:
    """Write the minutes a week that the law asks of each municipality (m,) with the clients it has."""
    out[:] = 0.0
    for i in range(k.id.size):
        if k.state[i] == NOBODY or k.contact.caseworker[i] < 0:
            continue
        w, group = k.person.rule_row[i], k.spell.group[i]
        interview = r.face_minutes[w, group] + r.desk_minutes[w]
        out[k.person.municipality[i]] += case[w] + interview * _times_a_week(i, now, k, r)


def minutes_a_week(world: World, law: Asked) -> NDArray[np.float64]:
    """Return the minutes a week that a law asks of each municipality (m,) with the clients there are."""
    out = np.empty(len(world.codes))
    _minutes_a_week(world.now, world.clients.everybody, law.contact, law.case, out)
    return out


@kernel
def _cases_and_offers(
    now: Now,
    k: Clients,
    law: Asked,
    weeks: NDArray[np.float64],
    minutes: NDArray[np.float64],
    kr: NDArray[np.float64],
) -> None:
    minutes[:], kr[:] = 0.0, 0.0
    for i in range(k.id.size):
        if k.state[i] == NOBODY:
            continue
        m, w, group = k.person.municipality[i], k.person.rule_row[i], k.spell.group[i]
        if k.contact.clarify_at[i] != NEVER:
            minutes[m] += law.clarification[w] / weeks[w]
            kr[m] += law.certificates[w] / weeks[w]
        owed_for = now.week - k.contact.contact_start[i] - law.offer_within[w, group]
        if law.offer_within[w, group] > 0 and 0 <= owed_for < WHOLE_WEEKS_A_YEAR:
            price = law.offer[w, 0 if IS_UNEMPLOYED[k.state[i]] else 1]
            kr[m] += price * law.reaches[w, group] / WHOLE_WEEKS_A_YEAR


def cases_and_offers(
    world: World, law: Asked, weeks: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return minutes and kr. a week (m,) that a law asks of clarification and offers, with these clients.

    ``weeks`` (w,): that a case of clarification takes now.
    """
    minutes, kr = np.empty(len(world.codes)), np.empty(len(world.codes))
    _cases_and_offers(world.now, world.clients.everybody, law, weeks, minutes, kr)
    return minutes, kr


def largest_saving(
    planned: NDArray[np.float64], freed: float, waits: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the country's saving (m,), million kr. a year, as each municipality follows it.

    Where a saving ``waits``, at most what was ``freed``, million kr. a year of the whole country.
    """
    return np.asarray(np.where(waits, np.minimum(planned, max(freed, 0.0)), planned))


def with_waiting_saving(law: Law, freed: float) -> Law:
    """Return the law with a saving that waits no larger than what was ``freed``; the same if none waits."""
    waits = (law.country["saving.waits_for_rules"] > _EITHER) & law.on("freed_hours")
    if not waits.any():
        return law
    savings = {name: largest_saving(law.country[name], freed, waits) for name in _SAVINGS}
    return law._replace(country=with_values(law.country, savings))


def freed_by_now(world: World) -> float:
    """Million kr. a year that rules removed by last year have freed, 0 before any year's end."""
    kept = world.memory.get(_MEMORY)
    return float(kept[0]) if kept is not None else 0.0


@act("freed_hours", writes=(f"memory.{_MEMORY}", f"memory.{_FOLLOW_UPS}", "stale"))
def value_freed_hours(world: World, r: FreedRules) -> None:
    """At the end of a year, value the hours and purchases that the law no longer asks for."""
    if r.now is None or r.before is None:
        return
    follow_ups = world.memory.setdefault(_FOLLOW_UPS, np.zeros(len(world.codes)))
    follow_ups += world.this_week.freed
    if not world.terms.ends_year(world.now):
        return
    before, now = (cases_and_offers(world, law, r.case_weeks) for law in (r.before, r.now))
    freed = (minutes_a_week(world, r.before) - minutes_a_week(world, r.now)).sum()
    freed += (before[0] - now[0]).sum()
    minutes = float(freed) * WEEKS_A_YEAR + float(follow_ups.sum())
    purchases = float((before[1] - now[1]).sum()) * WEEKS_A_YEAR / _MILLION
    world.memory[_MEMORY] = np.array([(minutes * r.kr_a_minute + purchases) / world.scale])
    follow_ups[:] = 0.0
    world.stale = True


MECHANISMS = (
    Mechanism(
        name="freed_hours",
        label="A saving waits for hours that removed rules have freed",
        label_da="En besparelse venter på timer, som fjernede regler har frigjort",
        equation="saving <= usable * kr. a minute * minutes no longer asked for + purchases, of last year",
        evidence="assumption",
        when_off="a saving waits for nothing",
        rules=rules,
    ),
)
