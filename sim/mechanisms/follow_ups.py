"""Follow-ups: at which dates the law has a case gone through anew, and what a reform of them spares.

    kind                 who                                      at so many weeks of it      then every
    first_team_meeting   who moves to jobafklaring                the move                    never
    ledighedsydelse      who waits for a flexjob                  52                          52
    flexjob              who is in one                            130                         104
    temporary_flexjob    who was under 40 when it was granted     234                         260
    personal_assistance  a drawn share of people in work          (in the week of a birthday) 52
    pensioners_job       a drawn share of disability pensioners   (in the week of a birthday) 52

A law that asks for a kind (``follow_ups.required``) has each of them held at its date.  Where it does not,
the municipality judges, at the same dates: a first team meeting is held with those in whom the caseworker
sees complex barriers, rightly with ``exemption.accuracy`` of the target group, and of the other kinds
the share ``follow_ups.by_judgement_share`` is held, drawn one by one.

All of them at today's dates are part of the rest of administration (:mod:`sim.mechanisms.casework`), which
is fitted as a whole to the published use of time.  What a reform makes of them is found one by one,

    freed_m(t) = sum over people of municipality m of
                 minutes * held(law without the reform) - minutes * held(law with it),

and the house's administration falls by it, in the mean of ``casework.law_first_weeks``, and gives way as all
of it does where hours are short.  So a law that is not changed changes nothing; one that is frees hours where
and when the follow-ups would have been held, and not where there are none of these people.

What a follow-up finds changes nobody's approval: lost capacity is lost for good in the model
(:mod:`sim.mechanisms.health`), so that the conditions still hold.

Evidence: the dates are the law's, as Djøf reads it; minutes and shares are labelled assumptions (F036, F122,
F139, A07 and C096 say how many there are and what a team's case takes).  Switch: ``follow_ups``: a reform of
them frees nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WHOLE_WEEKS_A_YEAR
from sim.engine.compiled import kernel, part
from sim.engine.draws import in_week, own_purpose, uniform
from sim.law import Law, whole
from sim.mechanism import Mechanism, act
from sim.parameters import Resolved
from sim.states import State
from sim.vocabulary import Barrier, FollowUp
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.people import Person
from sim.world.world import World

PARAMETERS = """
follow_ups.required:
  label: The law sets dates for this follow-up (1 = yes)
  label_da: Loven fastsætter datoer for denne opfølgning (1 = ja)
  kind: law
  unit: 0 or 1
  index: follow_up
  values:
    2016-01-01: {first_team_meeting: 1, ledighedsydelse: 1, flexjob: 1, temporary_flexjob: 1,
      personal_assistance: 1, pensioners_job: 1}
  bounds: [0, 1]
  source: &DJOEF
    title: Et udspil til afbureaukratisering af beskæftigelsesindsatsen
    publisher: Djøf
    year: '2023'
    locator: Her-og-nu-anbefalinger, what each of them says of the law
    url: ''
    ids: [DJ11, DJ13, DJ14, DJ15]
  confidence: medium
  note: >-
    The paragraphs themselves were not read. From 1 January 2025 the first team meeting is held where the
    municipality sees a need (R2-RF-18): in force as a reform, not in the baselines.
  mechanism: follow_ups
follow_ups.first_weeks:
  label: Weeks after which the law first asks for this follow-up (0 = within the year, as every year)
  label_da: Uger, hvorefter loven første gang kræver denne opfølgning (0 = inden for året, som hvert år)
  kind: law
  unit: weeks
  index: follow_up
  values:
    2016-01-01: {first_team_meeting: 1, ledighedsydelse: 52, flexjob: 130, temporary_flexjob: 234,
      personal_assistance: 0, pensioners_job: 0}
  bounds: [0, 1000]
  source: *DJOEF
  confidence: medium
  note: >-
    12 months on ledighedsydelse (within 18: unbroken in the model), 2.5 years and 4.5 years in flexjob. A
    meeting at a move is that of the first week after it. When assistance or a pensioner's job began is not
    known of a person, so the first half-year of the latter is left out.
  mechanism: follow_ups
follow_ups.apart_weeks:
  label: Weeks between two of this follow-up afterwards (0 = once)
  label_da: Uger mellem to af denne opfølgning derefter (0 = kun én gang)
  kind: law
  unit: weeks
  index: follow_up
  values:
    2016-01-01: {first_team_meeting: 0, ledighedsydelse: 52, flexjob: 104, temporary_flexjob: 260,
      personal_assistance: 52, pensioners_job: 52}
  bounds: [0, 1000]
  source: *DJOEF
  confidence: medium
  note: >-
    Every two years in flexjob, every twelve months the others; a temporary flexjob is granted for five years
    at a time, and on ledighedsydelse twelve months pass anew.
  mechanism: follow_ups
follow_ups.temporary_under_age:
  label: Age below which a flexjob is granted for a time only
  label_da: Alder, under hvilken et fleksjob kun bevilges midlertidigt
  kind: law
  unit: years
  values: {2016-01-01: 40}
  bounds: [0, 70]
  source: *DJOEF
  confidence: medium
  note: >-
    All before 2013 are for good, and who is older can have one for good; in the model everybody older
    has.
  mechanism: follow_ups
follow_ups.minutes:
  label: Caseworker's minutes of one follow-up
  label_da: Sagsbehandlerens minutter til én opfølgning
  kind: assumption
  unit: minutes
  index: follow_up
  values:
    2016-01-01: {first_team_meeting: 600, ledighedsydelse: 240, flexjob: 120, temporary_flexjob: 180,
      personal_assistance: 120, pensioners_job: 60}
  bounds: [0, 3000]
  prior: {distribution: triangular, low: 0.5, high: 2, factor: true}
  range: [30, 1200]
  reason: >-
    Not timed. A team's case takes some 20 hours of all who take part (C096), of which the caseworker's own
    share is half (A07); a reassessment half a day with papers and a conversation, a follow-up an hour or two.
  source:
    title: Rehabiliteringsteams, hours a case
    publisher: ''
    year: ''
    locator: ''
    url: ''
    ids: [C096, A07]
  mechanism: follow_ups
follow_ups.by_judgement_share:
  label: Share of follow-ups that a municipality holds where the law sets no date
  label_da: Andel af opfølgningerne, som en kommune holder, hvor loven ingen dato sætter
  kind: assumption
  unit: share
  index: follow_up
  values:
    2016-01-01: {first_team_meeting: 0.5, ledighedsydelse: 0.5, flexjob: 0.5, temporary_flexjob: 0.5,
      personal_assistance: 0.5, pensioners_job: 0.5}
  bounds: [0, 1]
  prior: {distribution: triangular, low: 0.6, high: 1.4, factor: true}
  range: [0.3, 0.7]
  reason: >-
    Not measured; half, since the grant's basis must still be known and the free-municipality trials were
    positive without a size. Not used for the first team meeting, which follows the person. Without effect
    while the law sets dates.
  mechanism: follow_ups
follow_ups.assistance_share:
  label: Share of people in ordinary work who have personal assistance for a disability
  label_da: Andel af personer i ordinær beskæftigelse, der har personlig assistance på grund af handicap
  kind: assumption
  unit: share
  values: {2016-01-01: 0.003}
  bounds: [0, 0.1]
  range: [0.001, 0.005]
  reason: No figure was read; some 7,500 of 2.5 million. Without effect while the law sets dates.
  mechanism: follow_ups
follow_ups.pensioners_job_share:
  label: Share of disability pensioners who are in a job with a wage subsidy
  label_da: Andel af førtidspensionister, der er i skånejob
  kind: assumption
  unit: share
  values: {2016-01-01: 0.02}
  bounds: [0, 0.5]
  range: [0.01, 0.04]
  reason: No figure was read; some 4,700 of 234,000. Without effect while the law sets dates.
  mechanism: follow_ups
"""
#: Whether a municipality holds one that the law does not ask for; whether complex barriers are seen; who has
#: personal assistance; which pensioner has a job.
_JUDGED, _SEEN = own_purpose("follow_ups.judged"), own_purpose("follow_ups.seen")
_ASSISTED, _WORKING = own_purpose("follow_ups.assisted"), own_purpose("follow_ups.pensioners_job")
_COMPLEX = int(Barrier.COMPLEX)
_CLARIFYING, _WAITING, _FLEXJOB = int(State.JOBAFKLARING), int(State.LEDIGHEDSYDELSE), int(State.FLEKSJOB)
_EMPLOYED, _PENSION = int(State.EMPLOYED), int(State.FOERTIDSPENSION)
_TEAM, _REASSESSED = int(FollowUp.FIRST_TEAM_MEETING), int(FollowUp.LEDIGHEDSYDELSE)
_IN_FLEXJOB, _TEMPORARY = int(FollowUp.FLEXJOB), int(FollowUp.TEMPORARY_FLEXJOB)
_ASSISTANCE, _PENSIONERS_JOB = int(FollowUp.PERSONAL_ASSISTANCE), int(FollowUp.PENSIONERS_JOB)
#: A course of life in which a person has assistance, or a pensioner a job, is drawn once.
_ONCE = 0
#: What must differ between the laws with and without a reform for anything to be freed.
_NAMES = ("required", "first_weeks", "apart_weeks", "temporary_under_age", "minutes", "by_judgement_share")


class Dates(NamedTuple):
    """Which follow-ups a law asks for, and when; w = rule rows, f = follow-ups."""

    required: NDArray[np.int64]  # (w, f)
    first: NDArray[np.int64]  # (w, f) weeks
    apart: NDArray[np.int64]  # (w, f) weeks, 0: once
    minutes: NDArray[np.float64]  # (w, f)
    judged: NDArray[np.float64]  # (w, f) share held where the law asks for none
    under_age: NDArray[np.int64]  # (w,) at the start of a flexjob that is temporary


class FollowUpRules(NamedTuple):
    """w = rule rows, g = target groups."""

    changed: bool  # the reform makes something else of them
    now: Dates
    before: Dates
    accuracy: NDArray[np.float64]  # (w, g) how often complex barriers are seen rightly
    assisted: float  # share of people in work
    working: float  # share of disability pensioners


def _dates(r: Resolved) -> Dates:
    return Dates(
        required=whole(r["follow_ups.required"]),
        first=whole(r["follow_ups.first_weeks"]),
        apart=whole(r["follow_ups.apart_weeks"]),
        minutes=r["follow_ups.minutes"].copy(),
        judged=r["follow_ups.by_judgement_share"].copy(),
        under_age=whole(r["follow_ups.temporary_under_age"]),
    )


def rules(law: Law) -> FollowUpRules:
    """Return the follow-ups that the laws with and without the reform ask for."""
    now, before = law.now, law.before
    return FollowUpRules(
        changed=any(bool((now[name] != before[name]).any()) for name in map("follow_ups.{}".format, _NAMES)),
        now=_dates(now),
        before=_dates(before),
        accuracy=now["exemption.accuracy"].copy(),
        assisted=now.scalar("follow_ups.assistance_share"),
        working=now.scalar("follow_ups.pensioners_job_share"),
    )


@part
def falls_due(kind: int, weeks: int, w: int, law: Dates) -> bool:
    """Whether a follow-up of this kind has its date after so many weeks, asked for or not."""
    after = weeks - law.first[w, kind]
    if law.apart[w, kind] == 0:
        return after == 0
    return after >= 0 and after % law.apart[w, kind] == 0


@part
def falls_due_in_year(kind: int, key: int, w: int, now: Now, law: Dates) -> bool:
    """Whether a yearly follow-up has its date this year, asked for or not: at most one a year."""
    years = max(law.apart[w, kind] // WHOLE_WEEKS_A_YEAR, 1)
    return (now.year + key) % years == 0


@part
def _minutes(kind: int, due: bool, w: int, judged: bool, law: Dates) -> float:
    """Minutes of a follow-up that is ``due`` or not; ``judged``: held though the law does not ask for it."""
    return float(law.minutes[w, kind]) if due and (law.required[w, kind] or judged) else 0.0


@part
def _freed(kind: int, before: bool, after: bool, key: int, w: int, now: Now, r: FollowUpRules) -> float:
    """Minutes that the reform frees of a person's follow-up this week, below zero: it takes more.

    It is due ``before`` the reform, and ``after`` it; one number decides whether it is held by judgement.
    """
    u = uniform(now.key, _JUDGED, key, in_week(kind, now.week))
    held = _minutes(kind, before, w, u < r.before.judged[w, kind], r.before)
    return held - _minutes(kind, after, w, u < r.now.judged[w, kind], r.now)


@part
def _age_at_grant(i: int, weeks: int, w: int, now: Now, person: Person, law: Dates) -> int:
    """Age at which person ``i``, so many weeks in a flexjob, was granted it for the present term."""
    term = law.apart[w, _TEMPORARY]
    of_the_term = weeks % term if term > 0 else weeks
    return now.year - person.birth_year[i] - of_the_term // WHOLE_WEEKS_A_YEAR


@kernel
def _of_clients(now: Now, k: Clients, r: FollowUpRules, out: NDArray[np.float64]) -> None:
    """Add what is freed of meetings at a move to jobafklaring and of reassessments, to ``out`` (m,)."""
    for i in range(k.id.size):
        state, w, m = k.state[i], k.person.rule_row[i], k.person.municipality[i]
        weeks = now.week - k.spell.entered[i]
        if state == _WAITING:
            before = falls_due(_REASSESSED, weeks, w, r.before)
            out[m] += _freed(
                _REASSESSED, before, falls_due(_REASSESSED, weeks, w, r.now), k.key[i], w, now, r
            )
        elif state == _CLARIFYING:
            rightly = uniform(now.key, _SEEN, k.key[i], k.spell.entered[i]) < r.accuracy[w, k.spell.group[i]]
            seen = rightly == (k.person.barrier[i] == _COMPLEX)
            out[m] += _minutes(_TEAM, falls_due(_TEAM, weeks, w, r.before), w, seen, r.before)
            out[m] -= _minutes(_TEAM, falls_due(_TEAM, weeks, w, r.now), w, seen, r.now)


@kernel
def _of_flexjobs(
    now: Now,
    who: NDArray[np.int64],
    entered: NDArray[np.int16],
    person: Person,
    r: FollowUpRules,
    out: NDArray[np.float64],
) -> None:
    """Add what is freed of the follow-ups of people in flexjobs (``who``, since ``entered``) to ``out``."""
    for i in who:
        w, m = person.rule_row[i], person.municipality[i]
        weeks, key = now.week - entered[i], person.key[i]
        before, after = falls_due(_IN_FLEXJOB, weeks, w, r.before), falls_due(_IN_FLEXJOB, weeks, w, r.now)
        out[m] += _freed(_IN_FLEXJOB, before, after, key, w, now, r)
        before, after = falls_due(_TEMPORARY, weeks, w, r.before), falls_due(_TEMPORARY, weeks, w, r.now)
        before = before and _age_at_grant(i, weeks, w, now, person, r.before) < r.before.under_age[w]
        after = after and _age_at_grant(i, weeks, w, now, person, r.now) < r.now.under_age[w]
        out[m] += _freed(_TEMPORARY, before, after, key, w, now, r)


@kernel
def _of_a_year(
    now: Now,
    born: NDArray[np.int32],
    state: NDArray[np.uint8],
    person: Person,
    r: FollowUpRules,
    out: NDArray[np.float64],
) -> None:
    """Add what is freed of yearly follow-ups, which have their date in the week of a birthday, to ``out``."""
    for i in born:
        w, m, key = person.rule_row[i], person.municipality[i], person.key[i]
        if state[i] == _EMPLOYED and uniform(now.key, _ASSISTED, key, _ONCE) < r.assisted:
            kind = _ASSISTANCE
        elif state[i] == _PENSION and uniform(now.key, _WORKING, key, _ONCE) < r.working:
            kind = _PENSIONERS_JOB
        else:
            continue
        before = falls_due_in_year(kind, key, w, now, r.before)
        out[m] += _freed(kind, before, falls_due_in_year(kind, key, w, now, r.now), key, w, now, r)


@act(
    "follow_ups",
    writes=("this_week.freed",),
    purposes=(_JUDGED, _SEEN, _ASSISTED, _WORKING),
)
def find_freed(world: World, r: FollowUpRules) -> None:
    """Find the minutes of the week's follow-ups that a reform of their dates frees, house by house."""
    freed = world.this_week.freed
    freed[:] = 0.0
    if not r.changed:
        return
    now, person, status = world.now, world.people.person, world.people.status
    _of_clients(now, world.clients.settled, r, freed)
    in_flexjob = np.flatnonzero(status.state == _FLEXJOB)
    _of_flexjobs(now, in_flexjob, status.entered, person, r, freed)
    _of_a_year(now, world.birthdays[now.week_of_year], status.state, person, r, freed)


MECHANISMS = (
    Mechanism(
        name="follow_ups",
        label="Follow-ups have dates that the law sets",
        label_da="Opfølgninger har datoer, som loven fastsætter",
        equation="freed = minutes held without the reform - minutes held with it, person by person",
        evidence="F036, F122, F139, C096; assumption",
        when_off="a reform of follow-ups frees nothing",
        rules=rules,
    ),
)
