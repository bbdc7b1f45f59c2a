"""Citizens as columns: one position per person, sorted by municipality.

Clocks are kept as the week in which something began (int32, weeks since the first simulated week; the past
is negative), so that nothing has to be counted up for people to whom nothing happens.  ``NEVER`` marks
something that has not happened or is not running.

Who may write which column is fixed in :data:`OWNERS` and tested.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NEVER = -100_000
"""Week of something that never happened."""

I8 = NDArray[np.uint8]
I16 = NDArray[np.int16]
U16 = NDArray[np.uint16]
I32 = NDArray[np.int32]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]


class Person(NamedTuple):
    """Traits; they change only when a retired person's record is taken over by a sixteen-year-old."""

    key: U32  # identity in every draw: municipality code, number within it, generation
    municipality: I16  # position in code order, 0-97
    law_row: U16  # row of the law's tables: municipality, plus 98 for each arm of a trial the person is in
    sex: I8  # 0 man, 1 woman
    birth_year: I16
    birth_week: I8  # 1-52
    education: I8  # index in EDUCATIONS
    insured: I8  # member of an a-kasse
    provider: I8  # supports children (higher benefit rates)
    barrier: I8  # 0 none, 1 some, 2 complex
    ready: I8  # education- or job-ready, where the state alone does not say
    employability: F32  # latent, standard normal
    industry: I8  # of the last job


class Status(NamedTuple):
    """Where the person is and since when."""

    state: I8
    entered: I32  # week in which the state began
    spells: U16  # number of states lived so far: keys draws per spell
    employer: I32  # position of the employer, -1 without one (kept during sickness and leave from a job)
    threshold: F64  # integrated hazard at which a quiet state ends
    quiet_draws: U16  # number of thresholds drawn so far
    support_start: I32  # first week of the unbroken run of benefits on the refund clock, NEVER outside one
    course_start: I32  # first week of the unbroken course of temporary benefits
    unemployed_start: I32  # first week of unbroken gross unemployment
    refund_weeks: U16  # weeks on the refund clock before the present run
    history_0: U64  # self-support in the last 192 weeks, newest week in bit 0 of history_0
    history_1: U64
    history_2: U64
    history_week: I32  # first week not yet written to the history
    dagpenge_weeks: U16  # weeks of dagpenge used before the present spell
    graduate: I8  # insured on a graduate's terms
    weeks_supported: U16  # in the run: weeks on temporary benefits, finished courses only
    weeks_employed: U16  # in the run: weeks in ordinary work, finished spells only


class Contact(NamedTuple):
    """The person and the jobcentre."""

    caseworker: I32  # position, -1 without one
    met: I8  # interviews with this caseworker, at most 255
    held: I8  # interviews in the present contact course
    contact_start: I32  # week in which the contact course began
    next_due: I32  # week in which the next statutory interview is due
    last_interview: I32
    interview_stock: F32  # interviews held, fading; see mechanisms.contact
    last_offer: I32  # week in which the latest programme began
    trust: F32  # 0-1
    belief: F32  # own belief in a job, log-hazard
    ordinary_hours: I8  # paid hours a week while on a benefit
    sanction_until: I32
    clarify_at: I32  # week in which an ongoing clarification is decided
    clarify_to: I8  # state it will lead to


class Programme(NamedTuple):
    """The person and the offers."""

    kind: I8  # 0 none, else 1 + index in PROGRAMMES
    end: I32  # week in which it ends
    planned: I32  # week for which a start has been announced
    ended: I32  # week in which the latest one ended
    last: I8  # kind of the latest one


class Citizens(NamedTuple):
    """All columns of all citizens, each of shape (n,)."""

    person: Person
    status: Status
    contact: Contact
    programme: Programme


#: Column group -> mechanisms that may write it. Read by tests and by docs/odd.md.
OWNERS: dict[str, tuple[str, ...]] = {
    "person": ("population", "ageing", "matching"),
    "status": ("transition", "population", "separations", "ageing"),
    "contact": (
        "transition",
        "contact",
        "sanctions",
        "clarification",
        "programmes",
        "ordinary_hours",
        "turnover",
        "population",
    ),
    "programme": ("transition", "programmes", "population"),
}

_DTYPES: dict[type, dict[str, type[np.generic]]] = {
    Person: dict(
        zip(
            Person._fields,
            (
                np.uint32,
                np.int16,
                np.uint16,
                np.uint8,
                np.int16,
                np.uint8,
                np.uint8,
                np.uint8,
                np.uint8,
                np.uint8,
                np.uint8,
                np.float32,
                np.uint8,
            ),
            strict=True,
        )
    ),
    Status: dict(
        zip(
            Status._fields,
            (
                np.uint8,
                np.int32,
                np.uint16,
                np.int32,
                np.float64,
                np.uint16,
                np.int32,
                np.int32,
                np.int32,
                np.uint16,
                np.uint64,
                np.uint64,
                np.uint64,
                np.int32,
                np.uint16,
                np.uint8,
                np.uint16,
                np.uint16,
            ),
            strict=True,
        )
    ),
    Contact: dict(
        zip(
            Contact._fields,
            (
                np.int32,
                np.uint8,
                np.uint8,
                np.int32,
                np.int32,
                np.int32,
                np.float32,
                np.int32,
                np.float32,
                np.float32,
                np.uint8,
                np.int32,
                np.int32,
                np.uint8,
            ),
            strict=True,
        )
    ),
    Programme: dict(zip(Programme._fields, (np.uint8, np.int32, np.int32, np.int32, np.uint8), strict=True)),
}
_START: dict[str, int] = {
    "employer": -1,
    "support_start": NEVER,
    "course_start": NEVER,
    "unemployed_start": NEVER,
    "caseworker": -1,
    "contact_start": NEVER,
    "next_due": NEVER,
    "last_interview": NEVER,
    "last_offer": NEVER,
    "sanction_until": NEVER,
    "clarify_at": NEVER,
    "end": NEVER,
    "planned": NEVER,
    "ended": NEVER,
}


def empty_citizens(n: int) -> Citizens:
    """Return columns for n citizens with nothing filled in but 'never' and 'none'."""
    groups = []
    for group in (Person, Status, Contact, Programme):
        columns = {name: np.full(n, _START.get(name, 0), dtype) for name, dtype in _DTYPES[group].items()}
        groups.append(group(**columns))
    return Citizens(*groups)  # type: ignore[arg-type]
