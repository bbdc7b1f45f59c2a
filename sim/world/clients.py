"""The clients' table: whom the jobcentres follow, one dense row a client, in id order.

A row is filled when somebody becomes a client and handed back when that ends
(:mod:`sim.mechanisms.transition`).  While it is filled, contact and programme are kept here alone; traits
and spell repeat the person's record, which changes only at a transition, when the row is written anew.  A
pass over all clients therefore goes through memory in order and asks for nothing else.

Who becomes a client gets a row behind the others and is looked at from the next :meth:`ClientTable.settle`
on, which also closes the gaps of those who have left.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.states import NOBODY
from sim.world.columns import F32, F64, I8, I16, I32, NEVER, U8, U16, U32, Columns

#: Room for so many times the rows needed, so that a table seldom has to grow.
_SPARE = 1.25


class Traits(Columns):
    """The person's traits, repeated: see :class:`sim.world.people.Person`."""

    municipality: I16
    rule_row: U16
    sex: U8
    birth_year: I16
    education: U8
    insured: U8
    provider: U8
    barrier: U8
    ready: U8
    employability: F32
    arrived: U8


class Spell(Columns):
    """The present spell, its course, and what of the past decides about both."""

    STARTS: ClassVar[dict[str, int]] = {"unemployed_start": NEVER}

    group: I8  # target group (position in TARGET_GROUPS)
    entered: I16  # week in which the state began
    course_start: I16  # first week of the unbroken course of temporary benefits
    unemployed_start: I16  # first week of unbroken gross unemployment, NEVER outside it
    employer: I32  # of a job that is kept, -1 without one
    support_start: I16  # first week of the present run on the refund clock
    refund_weeks: U16  # weeks on the refund clock before it
    dagpenge_weeks: U16  # weeks of dagpenge used before the present spell
    graduate: U8  # insured on a graduate's terms
    worked_to: U8  # last year, less 1900, in which the employment requirement is met; 0: never met


class Contact(Columns):
    """The client and the jobcentre."""

    STARTS: ClassVar[dict[str, int]] = {"caseworker": -1, "clarify_at": NEVER}

    caseworker: I32  # position, or one of the codes below
    met: U8  # interviews with this caseworker, at most 255
    held: U8  # interviews in the present contact course
    contact_start: I16  # week in which the contact course began
    next_due: I16  # week in which the next statutory interview is due
    last_interview: I16
    interview_stock: F32  # interviews held, fading (sim.mechanisms.job_hazard.interview_effect)
    last_offer: I16  # week in which the latest programme began
    trust: F32  # 0-1
    belief: F32  # own belief in a job, log-hazard
    ordinary_hours: U8  # paid hours a week while on a benefit
    sanction_until: I16
    clarify_at: I16  # week in which an ongoing clarification is decided
    flexjob_early: U8  # 1: if it leads to a flexjob, the flexjob begins at once


#: ``contact.caseworker`` of a client without one: none yet; a handover is owed; had one before the run; had
#: one who has left, and another takes over.
NO_CASEWORKER, HANDOVER_OWED, HAD_ONE, TAKEN_OVER = -1, -2, -3, -4


class Offer(Columns):
    """The client and the programmes."""

    STARTS: ClassVar[dict[str, int]] = {"end": NEVER, "planned": NEVER, "ended": NEVER}

    kind: U8  # sim.vocabulary.Programme
    end: I16  # week in which it ends
    planned: I16  # week for which a start has been announced
    ended: I16  # week in which the latest one ended
    last: U8  # kind of the latest one
    follows: U8  # kind that the internship under way is to go on as, 0: none


class Condition(Columns):
    """How able to work the client is: goes along through every benefit."""

    STARTS: ClassVar[dict[str, int]] = {"ill_since": NEVER}

    health: U8  # sim.vocabulary.Health
    ill_since: I16  # week in which the illness began, NEVER while well
    found_fit: U8  # 1: not well, and found fit for work all the same, until the health changes


class AtWork(Columns):
    """Whose workplace the client is at: means something while there is a placement, or ordinary hours."""

    STARTS: ClassVar[dict[str, int]] = {"workplace": -1, "hours_at": -1}

    workplace: I32  # position of the employer of the latest placement, -1 without one
    hours_at: I32  # position of the employer of the ordinary hours, -1 unknown
    in_place: U8  # of a subsidised job: in place of an ordinary one (sim.mechanisms.subsidised_jobs)


class Clients(NamedTuple):
    """Rows of the table, each column of shape (n,)."""

    id: I32  # position among the people
    key: U32  # identity in every draw
    state: U8  # NOBODY: the row is empty, the client has left
    to_offer: (
        F64  # hazard that is left until a job is found, used up week by week; 0: drawn at the next matching
    )
    person: Traits
    spell: Spell
    contact: Contact
    programme: Offer
    condition: Condition
    at_work: AtWork

    @classmethod
    def room(cls, n: int) -> Clients:
        """Return ``n`` empty rows."""
        return cls(
            np.zeros(n, np.int32), np.zeros(n, np.uint32), np.full(n, NOBODY, np.uint8), np.zeros(n),
            Traits.empty(n), Spell.empty(n), Contact.empty(n), Offer.empty(n), Condition.empty(n),
            AtWork.empty(n),
        )  # fmt: skip

    def first(self, n: int) -> Clients:
        """Return the first ``n`` rows: the same memory, not a copy."""
        here = slice(n)
        return Clients(
            self.id[here], self.key[here], self.state[here], self.to_offer[here],
            self.person.of(here), self.spell.of(here), self.contact.of(here), self.programme.of(here),
            self.condition.of(here), self.at_work.of(here),
        )  # fmt: skip


@part
def touch(row: int, k: Clients) -> int:
    """Read a byte of all that is kept of the client in a row (:mod:`sim.engine.memory`)."""
    spell, contact, programme = k.spell.group[row], k.contact.caseworker[row], k.programme.kind[row]
    # a contact record can lie in two lines of the cache: both ends are read
    return (
        k.state[row]
        + k.person.sex[row]
        + spell
        + contact
        + k.contact.held[row]
        + programme
        + k.condition.health[row]
    )


@part
def _put(old: Clients, at: int, n: int, new: Clients, row: NDArray[np.int32]) -> None:
    """Copy row ``at`` of the old table to row ``n`` of the new one."""
    new.id[n], new.key[n], new.state[n] = old.id[at], old.key[at], old.state[at]
    new.to_offer[n] = old.to_offer[at]
    new.person[n] = old.person[at]
    new.spell[n] = old.spell[at]
    new.contact[n] = old.contact[at]
    new.programme[n] = old.programme[at]
    new.condition[n] = old.condition[at]
    new.at_work[n] = old.at_work[at]
    row[old.id[at]] = n


@kernel
def _merge(old: Clients, settled: int, late: NDArray[np.int64], new: Clients, row: NDArray[np.int32]) -> int:
    """Write rows that are in use to ``new`` in id order; ``late`` are those behind the settled, by id."""
    n, turn = 0, 0
    for at in range(settled):
        if old.state[at] == NOBODY:
            continue
        while turn < late.size and old.id[late[turn]] < old.id[at]:
            _put(old, late[turn], n, new, row)
            n, turn = n + 1, turn + 1
        _put(old, at, n, new, row)
        n += 1
    while turn < late.size:
        _put(old, late[turn], n, new, row)
        n, turn = n + 1, turn + 1
    return n


class ClientTable:
    """The table with its free rows.

    Parameters
    ----------
    room
        Rows at first; it grows by itself.
    """

    def __init__(self, room: int) -> None:
        self._rows, self._spare = Clients.room(room), Clients.room(room)
        #: Rows in use, empty ones among them included; written by transitions.
        self.used = np.zeros(1, np.int64)
        #: Who was a client when the table was last settled, in id order; empty rows have left since.
        self.settled = self._rows.first(0)

    @property
    def everybody(self) -> Clients:
        """All rows in use: those of :attr:`settled`, then who has become a client since."""
        return self._rows.first(int(self.used[0]))

    def with_room_for(self, more: int) -> Clients:
        """Return all rows, at least ``more`` of them free, for transitions to fill."""
        needed = int(self.used[0]) + more
        if needed > self._rows.id.size:
            larger = Clients.room(int(_SPARE * needed) + 1000)
            columns: tuple[NDArray[Any], ...] = tuple(larger)
            kept: tuple[NDArray[Any], ...] = tuple(self._rows)
            for new, old in zip(columns, kept, strict=True):
                new[: old.size] = old
            self._rows, self._spare = larger, Clients.room(larger.id.size)
            self.settled = self._rows.first(self.settled.id.size)
        return self._rows

    def settle(self, row: NDArray[np.int32]) -> None:
        """Bring all clients into id order and close the gaps; ``row``, the people's column, is rewritten."""
        used, settled = int(self.used[0]), self.settled.id.size
        late = np.flatnonzero(self._rows.state[settled:used] != NOBODY) + settled
        late = late[np.argsort(self._rows.id[late], kind="stable")]
        n = _merge(self._rows, settled, late, self._spare, row)
        self._rows, self._spare = self._spare, self._rows
        self.used[0] = n
        self.settled = self._rows.first(n)
