"""What is counted as it happens: flows, spells, interviews, hours.

The recorder reads and resets it; a mechanism only adds.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.states import N_STATES
from sim.vocabulary import PROGRAMMES, TASKS

P = TypeVar("P", bound=tuple[object, ...])

#: Life tables: the 17 states, then gross unemployment and the course of temporary benefits.
N_SPELL_GROUPS = N_STATES + 2
UNEMPLOYED_SPELL = N_STATES
COURSE_SPELL = N_STATES + 1
LIFE_TABLE_WEEKS = 208
#: Upper ends (weeks) of the coarse duration bands kept by municipality.
BANDS: tuple[int, ...] = (4, 13, 26, 52, 104, 208)
#: Band of each week of a spell, as far as life tables go.
_BAND_OF = np.searchsorted(BANDS, np.arange(LIFE_TABLE_WEEKS + 1)).astype(np.uint8)


class Tally(NamedTuple):
    """Counters of the running year; shapes in comments, m = municipalities."""

    stock: NDArray[np.int64]  # (m, state): persons now; never reset
    flows: NDArray[np.int64]  # (m, from state, to state); the last index stands for leaving the population
    exits: NDArray[np.int64]  # (spell group, week of spell): ended in that week
    at_risk: NDArray[np.int64]  # (spell group, week of spell): person-weeks lived
    band_exits: NDArray[np.int64]  # (m, spell group, band)
    band_weeks: NDArray[np.int64]  # (m, spell group, band)
    stock_weeks: NDArray[np.int64]  # (m, state): person-weeks
    touched: NDArray[np.int64]  # (m, state): persons seen for the first time this year
    long_term_weeks: NDArray[np.int64]  # (m,): person-weeks of long-term gross unemployment
    hires: NDArray[np.int64]  # (m of residence,)
    shifts: NDArray[np.int64]  # (m,)
    interviews: NDArray[np.int64]  # (m, state): by the jobcentre
    interviews_a_kasse: NDArray[np.int64]  # (m, state)
    missed: NDArray[np.int64]  # (m, state)
    minutes: NDArray[np.float64]  # (m, task)
    backlog_minutes: NDArray[np.float64]  # (m,): sum over weeks
    caseworker_weeks: NDArray[np.float64]  # (m,): full-time caseworker-weeks
    participants: NDArray[np.int64]  # (m, programme): person-weeks
    activated_unemployed: NDArray[np.int64]  # (m,): person-weeks of gross unemployed in a programme
    sanctions: NDArray[np.int64]  # (m, state)
    certificates: NDArray[np.int64]  # (m,)
    vacancy_weeks: NDArray[np.int64]  # (m,)
    tightness_weeks: NDArray[np.float64]  # (m,)
    seen: NDArray[np.uint32]  # (n citizens,): bit per state, states seen this year


def new_tally(m: int, n_citizens: int) -> Tally:
    """Return zeroed counters for m municipalities and n citizens."""
    spells, tasks, kinds = N_SPELL_GROUPS, len(TASKS), len(PROGRAMMES)

    def count(*shape: int) -> NDArray[np.int64]:
        return np.zeros(shape, np.int64)

    def measure(*shape: int) -> NDArray[np.float64]:
        return np.zeros(shape, np.float64)

    return Tally(
        stock=count(m, N_STATES),
        flows=count(m, N_STATES + 1, N_STATES + 1),
        exits=count(spells, LIFE_TABLE_WEEKS),
        at_risk=count(spells, LIFE_TABLE_WEEKS),
        band_exits=count(m, spells, len(BANDS)),
        band_weeks=count(m, spells, len(BANDS)),
        stock_weeks=count(m, N_STATES),
        touched=count(m, N_STATES),
        long_term_weeks=count(m),
        hires=count(m),
        shifts=count(m),
        interviews=count(m, N_STATES),
        interviews_a_kasse=count(m, N_STATES),
        missed=count(m, N_STATES),
        minutes=measure(m, tasks),
        backlog_minutes=measure(m),
        caseworker_weeks=measure(m),
        participants=count(m, kinds),
        activated_unemployed=count(m),
        sanctions=count(m, N_STATES),
        certificates=count(m),
        vacancy_weeks=count(m),
        tightness_weeks=measure(m),
        seen=np.zeros(n_citizens, np.uint32),
    )


class MoveTally(NamedTuple):
    """The counters of :class:`Tally` that a change of state touches: the same arrays."""

    stock: NDArray[np.int64]
    flows: NDArray[np.int64]
    exits: NDArray[np.int64]
    band_exits: NDArray[np.int64]
    touched: NDArray[np.int64]
    shifts: NDArray[np.int64]
    seen: NDArray[np.uint32]


class ContactTally(NamedTuple):
    """The counters of :class:`Tally` that casework and interviews touch: the same arrays."""

    interviews: NDArray[np.int64]
    interviews_a_kasse: NDArray[np.int64]
    missed: NDArray[np.int64]
    minutes: NDArray[np.float64]
    backlog_minutes: NDArray[np.float64]
    caseworker_weeks: NDArray[np.float64]


class WeekTally(NamedTuple):
    """The counters of :class:`Tally` that the count of a week touches: the same arrays."""

    stock: NDArray[np.int64]
    stock_weeks: NDArray[np.int64]
    at_risk: NDArray[np.int64]
    band_weeks: NDArray[np.int64]
    long_term_weeks: NDArray[np.int64]


@part
def band_of(weeks: int) -> int:
    """Position of the duration band in which week ``weeks`` (1, 2, ...) of a spell lies."""
    return _BAND_OF[min(weeks, LIFE_TABLE_WEEKS)]


def part_of(tally: Tally, part: type[P]) -> P:
    """Return the fields of ``part`` from a tally: ``part_of(tally, MoveTally)``."""
    return part(*(getattr(tally, name) for name in part._fields))  # type: ignore[attr-defined]


class SpellLog(NamedTuple):
    """Finished spells of the sampled persons, in order of ending."""

    rows: NDArray[np.int32]  # (room, 5): municipality, group, start week, weeks, destination
    used: NDArray[np.int64]  # (2,): rows in use, spells that found no room
    threshold: float  # persons whose hashed key lies below this share are logged


def new_spell_log(rows: int, share: float) -> SpellLog:
    """Return an empty log with room for ``rows`` spells of a ``share`` of all persons."""
    return SpellLog(np.zeros((rows, 5), np.int32), np.zeros(2, np.int64), share)
