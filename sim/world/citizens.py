"""Citizens as columns: one position per person, sorted by municipality.

``c.status.state`` is a column, ``c.status.state[i]`` one person's state.  The columns of a group lie together
as records, person after person: who looks at one column of a person has the others at hand, and compiled
code gets a group as one argument.  Only :class:`Calendar`, which is read for everybody every week, keeps
its columns apart.

Clocks are kept as the week in which something began (int32, weeks since the first simulated week; the past
is negative), so that nothing has to be counted up for people to whom nothing happens.  ``NEVER`` marks
something that has not happened or is not running.

Who may write which column is fixed in :data:`OWNERS` and tested.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple, Self, get_type_hints

import numpy as np
from numpy.typing import NDArray

NEVER = -100_000
"""Week of something that never happened."""
NOT_DUE = 32767
"""Week of a quiet event that will not come up (see :class:`Calendar`)."""

# Types of columns. The type of the numbers is said again, so that records can be laid out without taking
# numpy's NDArray apart: what that is made of differs between versions of numpy and Python.
I8 = Annotated[NDArray[np.uint8], np.uint8]
I16 = Annotated[NDArray[np.int16], np.int16]
U16 = Annotated[NDArray[np.uint16], np.uint16]
I32 = Annotated[NDArray[np.int32], np.int32]
U32 = Annotated[NDArray[np.uint32], np.uint32]
U64 = Annotated[NDArray[np.uint64], np.uint64]
F32 = Annotated[NDArray[np.float32], np.float32]
F64 = Annotated[NDArray[np.float64], np.float64]


class Columns(np.recarray):
    """Columns of a group, kept as one record a person; a subclass lists them with their types."""

    _fields: tuple[str, ...] = ()

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(name for name in cls.__annotations__ if not name.startswith("_"))

    @classmethod
    def empty(cls, n: int) -> Self:
        """Return records of n persons with nothing filled in but 'never' and 'none'."""
        types = get_type_hints(cls, include_extras=True)
        numbers = {name: types[name].__metadata__[0] for name in cls._fields}
        widest_first = sorted(numbers, key=lambda name: -np.dtype(numbers[name]).itemsize)
        dtype = np.dtype([(name, numbers[name]) for name in widest_first], align=True)
        nobody = np.zeros(1, dtype)
        for name in cls._fields:
            nobody[name] = _START.get(name, 0)
        whole = np.dtype((np.void, dtype.itemsize))  # a record as one number: copied at memory speed
        made = _on_a_cache_line(n * dtype.itemsize)
        made.view(whole)[:] = nobody.view(whole)
        return made.view(dtype).view(cls)


def _on_a_cache_line(n_bytes: int) -> NDArray[np.uint8]:
    """Return zeroed memory that begins with a line of the processor's cache (64 bytes)."""
    room = np.zeros(n_bytes + 64, np.uint8)
    begin = -room.ctypes.data % 64
    return room[begin : begin + n_bytes]


class Person(Columns):
    """Traits; they change only when a retired person's record is taken over by a sixteen-year-old."""

    key: U32  # identity in every draw: municipality code, number within it, generation
    municipality: I16  # position in code order, 0-97
    law_row: U16  # row of the law's tables: municipality, plus 98 for each arm of a trial the person is in
    sex: I8  # 0 man, 1 woman
    birth_year: I16
    education: I8  # index in EDUCATIONS
    insured: I8  # member of an a-kasse
    provider: I8  # supports children (higher benefit rates)
    barrier: I8  # 0 none, 1 some, 2 complex
    ready: I8  # education- or job-ready, where the state alone does not say
    employability: F32  # latent, standard normal
    industry: I8  # of the last job


class Status(Columns):
    """Where the person is and since when."""

    state: I8
    entered: I32  # week in which the state began
    spells: U16  # number of states lived so far: keys draws per spell
    employer: I32  # position of the employer, -1 without one (kept during sickness and leave from a job)
    quiet_draws: U16  # quiet events drawn so far
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


class Contact(Columns):
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


class Programme(Columns):
    """The person and the offers."""

    kind: I8  # 0 none, else 1 + index in PROGRAMMES
    end: I32  # week in which it ends
    planned: I32  # week for which a start has been announced
    ended: I32  # week in which the latest one ended
    last: I8  # kind of the latest one


class Calendar(NamedTuple):
    """When something comes up for a person: read for everybody, every week, so few bytes and side by side."""

    birth_week: I8  # 1-52
    quiet_event: I16  # week in which a flow out of a quiet state comes up; NOT_DUE for clients


class Citizens(NamedTuple):
    """All columns of all citizens, each of shape (n,)."""

    person: Person
    status: Status
    contact: Contact
    programme: Programme
    calendar: Calendar

    def part(self, here: slice) -> Citizens:
        """Return some citizens: the same columns, not a copy."""
        calendar = Calendar(self.calendar.birth_week[here], self.calendar.quiet_event[here])
        groups = (group[here] for group in (self.person, self.status, self.contact, self.programme))
        return Citizens(*groups, calendar)  # type: ignore[arg-type, call-arg]


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
    "calendar": ("transition", "separations", "ageing", "population"),
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
    groups = (group.empty(n) for group in (Person, Status, Contact, Programme))
    calendar = Calendar(np.zeros(n, np.uint8), np.full(n, NOT_DUE, np.int16))
    return Citizens(*groups, calendar)  # type: ignore[arg-type, call-arg]
