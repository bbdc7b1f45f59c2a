"""The population of working-age Denmark (16-66) at a date, with a past.

Known: how many live in each municipality and how many are on what (:mod:`sim.start.starting_stocks`).  Who
they are and what they have behind them: a record of one of the model's own people in that state
(:mod:`sim.start.first_people`).  Their own belief in a job is drawn besides, as that of newcomers.
Everybody's draws are keyed by municipality code and number within it; which state a number has follows from
the counts at the run's scale.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WHOLE_WEEKS_A_YEAR
from sim.engine.compiled import kernel
from sim.engine.draws import Key, Purpose, normals, uniforms
from sim.lookup import IS_CLIENT, IS_UNEMPLOYED
from sim.mechanisms.transition import repeat_person
from sim.parameters import Resolved
from sim.start.first_people import FirstPeople, chosen, fill_clients, fill_people
from sim.states import N_STATES, State
from sim.world.clients import Clients, ClientTable
from sim.world.columns import NEVER
from sim.world.people import People, Person, Status, empty_people

#: Numbers of the draws of the first population, by what is drawn.
_BIRTH_WEEK, _RECORD, _BELIEF = 106, 99, 110
#: Persons drawn at once: so many columns of numbers lie in the processor's cache.
_AT_ONCE = 1 << 14
#: A person's identity is the municipality's code before a number, which takes so many bits.
_CODE_BITS = 20
#: Rows of the clients' table beyond those of the first week; it grows by itself.
_SPARE_SHARE, _SPARE_ROWS = 1.1, 1000
#: No week of the past is longer ago: a week of two bytes has room for it.
_LONGEST_AGO = 20_000


def draw_population(
    counts: NDArray[np.int64],
    codes: NDArray[np.int64],
    year: int,
    key: Key,
    d: FirstPeople,
    stretch: NDArray[np.float64] | None = None,
    periods: tuple[int, int] = (0, 0),
) -> tuple[People, NDArray[np.int32]]:
    """Return citizens sorted by municipality, then state, and the record that each has (n,).

    Parameters
    ----------
    counts, codes
        Records (m, states) to make; municipality codes (m,), part of each person's identity.
    d
        The records to draw from.
    stretch
        Weeks so far in the state, relative to those of the records (m, states); None: as they are.
    periods
        Weeks of dagpenge that a graduate and others have: no stretched spell is longer.
    """
    sizes = counts.sum(axis=1)
    c = empty_people(int(sizes.sum()))
    c.person.municipality[:] = np.repeat(np.arange(len(sizes)), sizes)
    c.person.rule_row[:] = c.person.municipality
    number = np.arange(len(c.person.key)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    c.person.key[:] = (np.repeat(codes, sizes) << _CODE_BITS) + number
    c.status.state[:] = np.concatenate([np.repeat(np.arange(N_STATES), row) for row in counts])
    record = np.empty(len(number), np.int32)
    for begin in range(0, len(number), _AT_ONCE):
        here = slice(begin, begin + _AT_ONCE)
        some = c.of(here)
        who = np.ascontiguousarray(some.person.key)
        record[here] = chosen(some.status.state, _drawn(uniforms, who, key, _RECORD), d)
        fill_people(some, record[here], year, d)
        some.on_file.belief[:] = _drawn(normals, who, key, _BELIEF)
        some.calendar.birth_week[:] = 1 + np.floor(
            WHOLE_WEEKS_A_YEAR * _drawn(uniforms, who, key, _BIRTH_WEEK)
        )
        if stretch is not None:
            _stretch(some, stretch, periods)
    return c, record


def _drawn(
    draw: Callable[..., NDArray[np.float64]], who: NDArray[np.uint32], key: Key, number: int
) -> NDArray[np.float64]:
    return draw(key, int(Purpose.POPULATION), who, number)


def _stretch(c: People, stretch: NDArray[np.float64], periods: tuple[int, int]) -> None:
    """Make the spells of people longer or shorter, and what began before them as much earlier or later."""
    status, s = c.status, c.status.state
    weeks = np.floor(-status.entered * stretch[c.person.municipality, s])
    room = np.where(status.graduate == 1, *periods) - status.dagpenge_weeks - 1.0
    weeks = np.where(s == State.DAGPENGE, np.minimum(weeks, np.maximum(room, 0.0)), weeks)
    longer = np.minimum(weeks, _LONGEST_AGO).astype(np.int16) + status.entered
    for name in ("entered", "support_start", "history_week"):
        column = status[name]
        column[:] = np.where(column == NEVER, NEVER, column - longer)


def first_clients(people: People, record: NDArray[np.int32], d: FirstPeople) -> ClientTable:
    """Return the clients of the first week, with the course and the contact of their records (n,)."""
    who = np.flatnonzero(IS_CLIENT[people.status.state]).astype(np.int32)
    table = ClientTable(int(_SPARE_SHARE * who.size) + _SPARE_ROWS)
    k = table.with_room_for(who.size).first(who.size)
    k.id[:] = who
    table.used[0] = who.size
    _repeat_people(who, people.person, people.status, k)
    at = record[who]
    fill_clients(k, at, d)
    k.contact.belief[:] = people.on_file.belief[who]
    longer = k.spell.entered - d.columns["entered"][at]
    for column in (k.spell.course_start, k.spell.unemployed_start, k.contact.contact_start):
        column[:] = np.where(column == NEVER, NEVER, column + longer)
    assert np.all((k.spell.unemployed_start != NEVER) == (IS_UNEMPLOYED[k.state] == 1))
    table.settle(people.calendar.row)
    return table


@kernel
def _repeat_people(who: NDArray[np.int32], person: Person, status: Status, k: Clients) -> None:
    for at in range(who.size):
        repeat_person(who[at], at, person, status, k)


def dagpenge_periods(r: Resolved) -> tuple[int, int]:
    """Return the weeks of dagpenge that a graduate and others have."""
    return round(r.scalar("dagpenge.graduate_period_weeks")), round(r.scalar("dagpenge.period_weeks"))
