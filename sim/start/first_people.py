"""Who is in each state in the first week: records of the model's own people, drawn whole.

How many are in each state is published (:mod:`sim.start.starting_stocks`); who they are, is not.  So the
first week's people are those to whom the model's own rules have happened: records of persons, taken state by
state from the last years of long runs under constant law and flat demand, weighted so that the country has
its stocks, equal cohorts and the traits of those who are born into it (:mod:`calibration.first_week`, which
writes the file).  Age, schooling, insurance, barriers, health, employability, the weeks so far, the course,
the refund clock and the contact with the jobcentre therefore go together as the model holds them, and nothing
moves by itself after the first week (``docs/invariance.md``).

Everybody's record is drawn by a number keyed by municipality code and number within it; within a state the
records do not differ by municipality (assumption).  Weeks are stored relative to the week in which the record
was taken: minus five is five weeks ago.

A state that has been added to the table (``docs/adding-a-state.md``) has no records in the file until it is
written anew.  It is lent those of its likes, by its row: the states of the same block that the jobcentre
follows as it does this one, else all that it follows so (:func:`with_lent`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.lookup import IS_UNEMPLOYED
from sim.states import N_STATES, ROWS, STATES, State
from sim.world.clients import HAD_ONE, HANDOVER_OWED, NO_CASEWORKER, Clients
from sim.world.columns import NEVER
from sim.world.people import People

FILE = Path(__file__).with_name("first_people.parquet")

#: Columns of the people as they are, and those that hold a week.
TRAITS = ("sex", "education", "insured", "provider", "barrier", "ready", "employability")
STATUS = ("refund_weeks", "history_0", "history_1", "history_2", "dagpenge_weeks", "graduate")
STATUS_WEEKS = ("entered", "support_start", "history_week")
ON_FILE = ("interview_stock", "trust", "last", "health")
ON_FILE_WEEKS = ("last_interview", "last_offer", "sanction_until", "ended", "ill_since")
#: Of clients besides; what is in both (trust, health ...) stands in the client's columns then.
SPELL_WEEKS = ("course_start", "unemployed_start")
CONTACT = ("held", "interview_stock", "trust", "ordinary_hours", "flexjob_early")
CONTACT_WEEKS = (
    "contact_start",
    "next_due",
    "last_interview",
    "last_offer",
    "sanction_until",
    "clarify_at",
)
#: Columns of the file that are no column of the people.
STATE, TURNS, HAS_JOB, MET, FOUND_FIT = "state", "turns", "has_job", "met", "found_fit"
OWN = (STATE, TURNS, HAS_JOB, MET, FOUND_FIT)
ALL = tuple(
    dict.fromkeys(
        (
            *OWN,
            *TRAITS,
            *STATUS,
            *STATUS_WEEKS,
            *ON_FILE,
            *ON_FILE_WEEKS,
            *SPELL_WEEKS,
            *CONTACT,
            *CONTACT_WEEKS,
        )
    )
)


Records = dict[str, NDArray[Any]]
"""Columns of records (k,), by the names of :data:`ALL`."""


class FirstPeople(NamedTuple):
    """The records, sorted by state."""

    columns: Records
    first: NDArray[np.int64]  # (states + 1,) where the records of a state begin

    def mean(self, what: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean of ``what`` (k,) by state (states,); 0 where a state has no records."""
        total = np.add.reduceat(np.append(what, 0.0), self.first[:-1]) * (np.diff(self.first) > 0)
        return np.asarray(total / np.maximum(np.diff(self.first), 1))

    def weeks(self) -> NDArray[np.float64]:
        """Return the mean weeks so far in the state, by state (states,)."""
        return self.mean(-self.columns["entered"].astype(np.float64))

    def ready(self) -> NDArray[np.float64]:
        """Return the share ready for work or education, by state (states,)."""
        return self.mean(self.columns["ready"].astype(np.float64))

    def with_job(self) -> NDArray[np.float64]:
        """Return the share that holds a job, by state (states,)."""
        return self.mean(self.columns[HAS_JOB].astype(np.float64))


@cache
def first_people(path: Path = FILE) -> FirstPeople:
    """Read the records."""
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    columns = {name: table.column(name).to_numpy() for name in ALL if name != STATE}
    states = table.column(STATE).combine_chunks()
    of_code = np.array([STATES.index(name) for name in states.dictionary.to_pylist()], np.uint8)
    return arranged(with_lent(columns | {STATE: of_code[states.indices.to_numpy()]}))


def with_lent(x: Records) -> Records:
    """Return records (k,) and, for each state without any, those of its likes after them.

    What is lent fits the row: people of the ages of the state, insured if it is for the insured, on the
    refund clock and in unemployment since they came if it counts there, and with a job only if it is kept.
    """
    parts, there = [x], np.unique(x[STATE])
    for state in sorted(set(range(N_STATES)) - set(there.tolist())):
        row = ROWS[state]
        same = [each for each in there.tolist() if ROWS[each].client == row.client]
        likes = [each for each in same if ROWS[each].block == row.block] or same
        youngest, oldest = row.ages
        lends = np.isin(x[STATE], likes) & (x[TURNS] > youngest) & (x[TURNS] <= oldest)
        lent = {name: column[lends].copy() for name, column in x.items()}
        lent[STATE][:] = state
        if row.insured:
            lent["insured"][:] = 1
        if not row.keeps_job:
            lent[HAS_JOB][:] = 0
        for name, counts in (
            ("support_start", row.on_refund_clock),
            ("unemployed_start", bool(IS_UNEMPLOYED[state])),
        ):
            since = np.where(lent[name] == NEVER, lent["entered"], lent[name])
            lent[name][:] = since if counts else NEVER
        parts.append(lent)
    return {name: np.concatenate([part[name] for part in parts]) for name in x}


def arranged(x: Records) -> FirstPeople:
    """Return records (k,) sorted by state, to draw from."""
    order = np.argsort(x[STATE], kind="stable")
    return FirstPeople(
        {name: column[order] for name, column in x.items()},
        np.searchsorted(x[STATE][order], np.arange(N_STATES + 1)),
    )


def chosen(state: NDArray[np.uint8], u: NDArray[np.float64], d: FirstPeople) -> NDArray[np.int64]:
    """Return the record that everybody has (n,), at quantiles ``u`` (n,) of those of the state."""
    count = np.diff(d.first)
    number = count[state]
    if not number.all():
        missing = State(int(state[number == 0].min()))
        raise ValueError(f"no records of {missing.name.lower()} in {FILE.name}")
    return np.asarray(d.first[state] + np.minimum((u * number).astype(np.int64), number - 1))


def fill_people(c: People, at: NDArray[np.integer[Any]], year: int, d: FirstPeople) -> None:
    """Give people the records ``at`` (n,) of the file."""
    x = d.columns
    c.person.birth_year[:] = year - x[TURNS][at].astype(np.int16)
    for name in TRAITS:
        c.person[name][:] = x[name][at]
    for name in STATUS + STATUS_WEEKS:
        c.status[name][:] = x[name][at]
    for name in ON_FILE + ON_FILE_WEEKS:
        c.on_file[name][:] = x[name][at]


def fill_clients(k: Clients, at: NDArray[np.integer[Any]], d: FirstPeople) -> None:
    """Give clients, whose people have theirs already, what is kept of clients."""
    x = d.columns
    for name in SPELL_WEEKS:
        k.spell[name][:] = x[name][at]
    for name in CONTACT + CONTACT_WEEKS:
        k.contact[name][:] = x[name][at]
    k.contact.caseworker[:] = x[MET][at]
    k.condition.health[:], k.condition.ill_since[:] = x["health"][at], x["ill_since"][at]
    k.condition.found_fit[:] = x[FOUND_FIT][at]
    k.programme.ended[:], k.programme.last[:] = x["ended"][at], x["last"][at]


def records_of(people: People, k: Clients, year: int, week: int) -> Records:
    """Return everybody's record at the beginning of ``week``, the first of ``year``, as the file has them.

    ``k`` are all clients, settled.
    """
    n = len(people.person.key)
    x: Records = {
        STATE: people.status.state.copy(),
        TURNS: (year - people.person.birth_year).astype(np.uint8),
        HAS_JOB: (people.status.employer >= 0).astype(np.uint8),
    }
    x |= {name: people.person[name].copy() for name in TRAITS}
    x |= {name: people.status[name].copy() for name in STATUS}
    x |= {name: _since(people.status[name], week) for name in STATUS_WEEKS}
    x |= {name: people.on_file[name].copy() for name in ON_FILE}
    x |= {name: _since(people.on_file[name], week) for name in ON_FILE_WEEKS}
    x |= {name: np.full(n, NEVER, np.int16) for name in SPELL_WEEKS}
    for name in CONTACT:
        x.setdefault(name, np.zeros(n, k.contact[name].dtype))
    for name in CONTACT_WEEKS:
        x.setdefault(name, np.full(n, NEVER, np.int16))
    x[MET], x[FOUND_FIT] = np.full(n, NO_CASEWORKER, np.int8), np.zeros(n, np.uint8)
    who = k.id
    for name in SPELL_WEEKS:
        x[name][who] = _since(k.spell[name], week)
    for name in CONTACT:
        x[name][who] = k.contact[name]
    for name in CONTACT_WEEKS:
        x[name][who] = _since(k.contact[name], week)
    without = np.isin(k.contact.caseworker, (NO_CASEWORKER, HANDOVER_OWED))
    x[MET][who] = np.where(without, k.contact.caseworker, HAD_ONE)
    x[HAS_JOB][who] = k.spell.employer >= 0
    x["health"][who] = k.condition.health
    x["ill_since"][who] = _since(k.condition.ill_since, week)
    x[FOUND_FIT][who] = k.condition.found_fit
    x["ended"][who], x["last"][who] = _since(k.programme.ended, week), k.programme.last
    return x


def _since(column: NDArray[np.int16], week: int) -> NDArray[np.int16]:
    """Return weeks relative to ``week``; NEVER stays."""
    return np.where(column == NEVER, NEVER, column - week).astype(np.int16)
