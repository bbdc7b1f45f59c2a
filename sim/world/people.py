"""Everybody of working age: one record a person, sorted by municipality.

What is read for everybody lies here: who the person is, what they live on and since when, and when something
is scheduled for them.  What only a jobcentre follows lies in the clients' table (:mod:`sim.world.clients`)
while somebody is a client, and :class:`OnFile` keeps what outlasts that.

Clocks are kept as the week in which something began (int16, weeks since the first simulated week; the past
is negative), so that nothing has to be counted up for people to whom nothing happens.  ``NEVER`` marks
something that has not happened or is not running.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.world.columns import F32, I16, I32, NEVER, U8, U16, U32, U64, Columns

#: Week of a transition that is not scheduled (see :class:`Calendar`): the last of two bytes.
NOT_SCHEDULED = 32767
NO_ROW = -1
"""Row in the clients' table of somebody who is no client."""
#: The last week that a calendar year can have.
_LAST_WEEK = 53


class Person(Columns):
    """Traits: all but barriers change only when a sixteen-year-old takes over a retired person's record."""

    WITHIN_A_LINE: ClassVar[bool] = True

    key: U32  # identity in every draw: municipality code, number within it, generation
    municipality: I16  # position in code order, 0-97
    rule_row: U16  # row of the rules' tables: municipality, plus 98 for each arm of a trial the person is in
    sex: U8  # 0 man, 1 woman
    birth_year: I16
    education: U8  # index in EDUCATIONS
    insured: U8  # member of an a-kasse
    provider: U8  # supports children (higher benefit rates)
    barrier: U8  # 0 none, 1 some, 2 complex; changes slowly (sim.mechanisms.health)
    ready: U8  # education- or job-ready, where the state alone does not say
    employability: F32  # latent, standard normal
    industry: U8  # of the last job
    arrived: U8  # year of arrival in the realm less 1900; 0: born in it, or exempt (sim.rules.residence)


class Status(Columns):
    """Where the person is and since when."""

    STARTS: ClassVar[dict[str, int]] = {"employer": -1, "support_start": NEVER}
    WITHIN_A_LINE: ClassVar[bool] = True

    state: U8
    entered: I16  # week in which the state began
    employer: I32  # position of the employer, -1 without one (kept during sickness and leave from a job)
    support_start: I16  # first week of the unbroken run of benefits on the refund clock, NEVER outside one
    refund_weeks: U16  # weeks on the refund clock before the present run
    history_0: U64  # self-support in the last 192 weeks, newest week in bit 0 of history_0
    history_1: U64
    history_2: U64
    history_week: I16  # first week not yet written to the history
    dagpenge_weeks: U16  # weeks of dagpenge used before the present spell
    graduate: U8  # insured on a graduate's terms
    worked_to: U8  # last year, less 1900, in which the employment requirement is met; 0: never met
    weeks_supported: U16  # in the run: weeks on temporary benefits, finished courses only
    weeks_employed: U16  # in the run: weeks in ordinary work, finished spells only


class OnFile(Columns):
    """What outlasts a course: kept here while the person is no client, in the client's row otherwise."""

    STARTS: ClassVar[dict[str, int]] = {
        "last_interview": NEVER, "last_offer": NEVER, "sanction_until": NEVER, "ended": NEVER,
        "ill_since": NEVER,
    }  # fmt: skip
    WITHIN_A_LINE: ClassVar[bool] = True

    last_interview: I16
    interview_stock: F32  # interviews held, fading
    last_offer: I16  # week in which the latest programme began
    sanction_until: I16
    trust: F32  # in the jobcentre, 0-1
    belief: F32  # own belief in a job, log-hazard
    ended: I16  # week in which the latest programme ended
    last: U8  # kind of the latest programme
    health: U8  # sim.vocabulary.Health
    ill_since: I16  # week in which the present illness began, NEVER while well


class Calendar(NamedTuple):
    """When something comes up for a person: read for everybody, every week, so few bytes and side by side."""

    birth_week: U8  # 1-52
    scheduled: I16  # week in which a transition out of the state comes up; NOT_SCHEDULED for clients
    row: I32  # position in the clients' table, NO_ROW for who is no client

    def of(self, here: slice | NDArray[np.integer[Any]]) -> Calendar:
        """Return the columns of some people."""
        return Calendar(self.birth_week[here], self.scheduled[here], self.row[here])


class People(NamedTuple):
    """All columns of everybody, each of shape (n,)."""

    person: Person
    status: Status
    on_file: OnFile
    calendar: Calendar

    def of(self, here: slice | NDArray[np.integer[Any]]) -> People:
        """Return the records of some people: for a slice the same memory, not a copy."""
        return People(
            self.person.of(here), self.status.of(here), self.on_file.of(here), self.calendar.of(here)
        )


def by_birth_week(birth_week: NDArray[np.uint8]) -> tuple[NDArray[np.int32], ...]:
    """Return who has birthday in each week of the year, from 0 to 53, in id order.

    A person's ``birth_week`` never changes, not even when a sixteen-year-old takes the record over.
    """
    ordered = np.argsort(birth_week, kind="stable").astype(np.int32)
    begins = np.searchsorted(birth_week[ordered], np.arange(_LAST_WEEK + 2))
    return tuple(np.split(ordered, begins[1:-1]))


def empty_people(n: int) -> People:
    """Return columns for n people with nothing filled in but what every record starts with."""
    calendar = Calendar(
        np.zeros(n, np.uint8), np.full(n, NOT_SCHEDULED, np.int16), np.full(n, NO_ROW, np.int32)
    )
    return People(Person.empty(n), Status.empty(n), OnFile.empty(n), calendar)
