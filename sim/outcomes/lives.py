"""Life courses: what everybody of the first week lives on, and meets, week by week.

A watched run is the run itself, seen after some acts of each week; nothing in it knows that it is watched, so
the same people live the same lives.  Columns are kept where they change: most weeks of most people are like
the week before.

    contact phase       the caseworker, interviews held
    programmes          the programme
    end of the week     state, workplace, paid hours beside a benefit, sanction, income

Income is what is booked to the person, before tax (:func:`sim.mechanisms.refunds.booked_incomes`), and the
pay of ordinary hours at the hourly wage of :mod:`sim.rules.earnings_limit`.
"""

from __future__ import annotations

import copy
import io
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.mechanism import Act
from sim.mechanisms.a_kasse_contact import hold_a_kasse_interviews
from sim.mechanisms.casework import assign_caseworkers
from sim.mechanisms.contact import hold_interviews
from sim.mechanisms.programmes import start_programmes
from sim.mechanisms.refunds import booked_incomes
from sim.model import LabourMarket
from sim.rules.earnings_limit import hourly_kr
from sim.rules.recent_interviews import MOST_COUNTED
from sim.states import NOBODY
from sim.vocabulary import PROGRAMMES, Programme
from sim.week import run_acts
from sim.world.world import World

#: Bits of the column of interviews: who held one in the week.
JOBCENTRE, A_KASSE = 1, 2
#: No caseworker, no workplace.
NO_ONE = -1
#: Programmes that are paid as work: paid hours beside them are not.
_SUBSIDISED = np.array([0, *("subsidy" in name for name in PROGRAMMES)], np.uint8)


class Columns(NamedTuple):
    """What is seen of a week, each of shape (n,)."""

    caseworker: NDArray[np.int64]  # identity of who holds the post, NO_ONE without one
    interview: NDArray[np.uint8]  # bits
    programme: NDArray[np.uint8]  # sim.vocabulary.Programme
    state: NDArray[np.uint8]  # NOBODY: has left the population
    employer: NDArray[np.int32]  # position, NO_ONE without one; kept during sickness from a job
    hours: NDArray[np.uint8]  # paid hours a week beside a benefit
    sanctioned: NDArray[np.uint8]  # 1: a part of the benefit is withheld
    income: NDArray[np.int64]  # øre of the week, before tax

    @classmethod
    def empty(cls, n: int) -> Columns:
        """Return the columns of a week in which nothing has been seen yet."""
        return cls(
            np.full(n, NO_ONE, np.int64), np.zeros(n, np.uint8), np.zeros(n, np.uint8),
            np.full(n, NOBODY, np.uint8), np.full(n, NO_ONE, np.int32), np.zeros(n, np.uint8),
            np.zeros(n, np.uint8), np.zeros(n, np.int64),
        )  # fmt: skip

    def of(self, who: NDArray[np.int32]) -> Columns:
        """Return the columns of some people."""
        return Columns(**{name: getattr(self, name)[who] for name in self._fields})


class Traits(NamedTuple):
    """Who the people of the first week are, each of shape (n,)."""

    municipality: NDArray[np.int16]  # code
    sex: NDArray[np.uint8]  # 0 man, 1 woman
    birth_year: NDArray[np.int16]
    start_state: NDArray[np.uint8]  # before the first week


class Seen(NamedTuple):
    """Rows of a week in which somebody's columns changed."""

    week: int
    who: NDArray[np.int32]  # position of the person
    columns: Columns  # of them


class Lives:
    """What has been seen of the people of the first week, week by week.

    Parameters
    ----------
    world
        The world before its first week.

    Attributes
    ----------
    key
        (n,) uint32, who it is, the same in every run of the same people.
    """

    def __init__(self, world: World) -> None:
        person = world.people.person
        self.key = person.key.copy()
        self._traits = Traits(
            world.codes[person.municipality].astype(np.int16), person.sex.copy(), person.birth_year.copy(),
            world.people.status.state.copy(),
        )  # fmt: skip
        self._seen: list[Seen] = []
        self._last = Columns.empty(self.key.size)
        self._now = Columns.empty(self.key.size)
        self._held = np.zeros(0, np.uint8)

    def see(self, act: Act, world: World) -> None:
        """Look at the clients after an act of the week."""
        k = world.clients.settled
        if act is assign_caseworkers:
            self._now = Columns.empty(self.key.size)
            here = (k.state != NOBODY) & (k.contact.caseworker >= 0)
            self._now.caseworker[k.id[here]] = world.caseworkers.person[k.contact.caseworker[here]]
            self._meet(world, JOBCENTRE, k.contact.last_interview == world.now.week)  # at a closing workplace
        elif act is hold_a_kasse_interviews:
            self._meet(world, A_KASSE)
        elif act is hold_interviews:
            self._meet(world, JOBCENTRE)
        elif act is start_programmes:
            self._now.programme[k.id] = k.programme.kind

    def _meet(self, world: World, by: int, met: NDArray[np.bool_] | None = None) -> None:
        """Write whom somebody has met since the last look."""
        k = world.clients.settled
        held = k.contact.held
        if met is None:
            met = (k.contact.last_interview == world.now.week) & (
                (held != self._held) | (held == MOST_COUNTED)
            )
        self._now.interview[k.id[met]] |= by
        self._held = held.copy()

    def close(self, world: World) -> None:
        """Look at everybody at the end of the week, and keep what has changed."""
        now, (person, status, _, _), k = self._now, world.people, world.clients.everybody
        assert world.law is not None
        rows = k.state != NOBODY
        at, contact = k.id[rows], k.contact[rows]
        now.state[:], now.employer[:] = status.state, status.employer
        now.hours[at] = contact.ordinary_hours
        now.sanctioned[at] = contact.sanction_until > world.now.week
        now.income[:] = booked_incomes(world)
        an_hour = np.rint(hourly_kr(world.law) * 100.0).astype(np.int64)
        paid = at[_SUBSIDISED[k.programme.kind[rows]] == 0]
        now.income[paid] += now.hours[paid] * an_hour[person.rule_row[paid]]
        gone = person.key != self.key  # somebody else has taken the record over
        nothing = Columns.empty(1)
        for name in Columns._fields:
            getattr(now, name)[gone] = getattr(nothing, name)[0]
        self._keep(world.now.week)

    def _keep(self, week: int) -> None:
        changed = np.zeros(self.key.size, np.bool_) if self._seen else np.ones(self.key.size, np.bool_)
        for now, last in zip(self._now, self._last, strict=True):
            changed |= now != last
        who = np.flatnonzero(changed).astype(np.int32)
        self._seen.append(Seen(week, who, self._now.of(who)))
        self._last = self._now

    def packed(self) -> bytes:
        """Return all that was seen as the bytes of a file: the same lives, the same bytes."""
        weeks = [np.full(seen.who.size, seen.week, np.int16) for seen in self._seen]
        columns: dict[str, Any] = {
            name: np.concatenate([getattr(seen.columns, name) for seen in self._seen])
            for name in Columns._fields
        }
        made = io.BytesIO()
        np.savez_compressed(
            made, allow_pickle=False, key=self.key, weeks=np.int64(len(self._seen)),
            who=np.concatenate([seen.who for seen in self._seen]), week=np.concatenate(weeks),
            **self._traits._asdict(), **columns,
        )  # fmt: skip
        return made.getvalue()

    def copied(self) -> Lives:
        """Return lives that go on by themselves; what was seen is shared, as nothing changes it."""
        other = copy.copy(self)
        other._seen = list(self._seen)
        return other

    def __deepcopy__(self, memory: dict[int, Any]) -> Lives:
        return self.copied()


class Courses(NamedTuple):
    """Life courses read back: rows by person and week, the first of each person in week 0."""

    key: NDArray[np.uint32]  # (n,)
    traits: Traits
    weeks: int
    who: NDArray[np.int32]  # (rows,) rising
    week: NDArray[np.int16]  # (rows,) rising within a person
    lasted: NDArray[np.int64]  # (rows,) weeks until the next row of the person, or the end
    columns: Columns  # (rows,) each

    def dense(self, name: str, first: int = 0, end: int | None = None) -> NDArray[Any]:
        """Return a column week by week, (people, weeks), of the people from ``first`` to before ``end``."""
        ends = np.searchsorted(self.who, [first, self.key.size if end is None else end])
        rows = slice(*ends)
        return np.repeat(getattr(self.columns, name)[rows], self.lasted[rows]).reshape(-1, self.weeks)

    def total(self, amounts: NDArray[Any]) -> NDArray[np.int64]:
        """Return the sum over weeks (n,) of amounts (rows,) a week, exact."""
        found = np.zeros(self.key.size, np.int64)
        np.add.at(found, self.who, np.asarray(amounts, np.int64) * self.lasted)
        return found


def unpacked(content: bytes) -> Courses:
    """Return the life courses that :meth:`Lives.packed` wrote."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        found = {name: arrays[name] for name in arrays.files}
    order = np.lexsort((found["week"], found["who"]))
    who, week, weeks = found["who"][order], found["week"][order], int(found["weeks"])
    upto = np.append(week[1:], weeks).astype(np.int64)
    upto[np.append(who[1:] != who[:-1], True)] = weeks
    columns = Columns(*(found[name][order] for name in Columns._fields))
    traits = Traits(*(found[name] for name in Traits._fields))
    return Courses(found["key"], traits, weeks, who, week, upto - week, columns)


class WatchedMarket(LabourMarket):
    """A labour market whose people's lives are written down; takes what :class:`LabourMarket` takes."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.lives = Lives(self.world)

    def step(self) -> None:
        """Simulate one week, and look at everybody."""
        self.enter_week()
        for act in run_acts(self.world):
            self.lives.see(act, self.world)
        self.lives.close(self.world)
        self.close_week()


def watched_market(**arguments: Any) -> WatchedMarket:
    """Build a market that is watched: a :data:`sim.runs.work.MakeWorld`."""
    return WatchedMarket(**arguments)


assert len(_SUBSIDISED) == len(Programme)
