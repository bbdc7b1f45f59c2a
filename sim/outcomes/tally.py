"""What is counted as it happens: flows, spells, interviews, hours.

The recorder reads and resets it; a mechanism only adds.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, NamedTuple, TypeVar, get_args, get_type_hints

import numpy as np
from numpy.typing import DTypeLike, NDArray

from sim.engine.compiled import part
from sim.outcomes.spells import BANDS, COURSE_SPELL, LIFE_TABLE_WEEKS, N_SPELL_GROUPS, UNEMPLOYED_SPELL
from sim.states import N_STATES
from sim.vocabulary import PROGRAMMES, TASKS

__all__ = [
    "BANDS",
    "COURSE_SPELL",
    "LIFE_TABLE_WEEKS",
    "UNEMPLOYED_SPELL",
    "ChanceTally",
    "ContactTally",
    "MoveTally",
    "SpellLog",
    "Tally",
    "WeekTally",
    "band_of",
    "clear_year",
    "counters",
    "new_spell_log",
    "new_tally",
    "part_of",
]

P = TypeVar("P", bound=tuple[object, ...])
Count = NDArray[np.int64]
Amount = NDArray[np.float64]

#: Band of each week of a spell, as far as life tables go.
_BAND_OF = np.searchsorted(BANDS, np.arange(LIFE_TABLE_WEEKS + 1)).astype(np.uint8)
#: Length of each axis that does not depend on the run.
_LENGTHS: dict[str, int] = {
    "state": N_STATES,
    "state or left": N_STATES + 1,  # the last stands for leaving the population
    "spell": N_SPELL_GROUPS,
    "week": LIFE_TABLE_WEEKS,
    "band": len(BANDS),
    "task": len(TASKS),
    "programme": len(PROGRAMMES),
}


class Counter(NamedTuple):
    """How a field of :class:`Tally` is made: its axes by name, its type, whether it begins anew each year."""

    axes: tuple[str, ...]
    dtype: DTypeLike = np.int64
    yearly: bool = True


def _by(*axes: str) -> Counter:
    """Return a yearly counter of persons or events by municipality and these axes."""
    return Counter(("municipality", *axes))


def _amount(*axes: str) -> Counter:
    """Return a yearly counter of minutes or the like by municipality and these axes."""
    return Counter(("municipality", *axes), np.float64)


class Tally(NamedTuple):
    """Counters of the running year: each is declared here and nowhere else."""

    stock: Annotated[Count, Counter(("municipality", "state"), yearly=False)]  # persons now
    flows: Annotated[Count, _by("state or left", "state or left")]  # from, to
    exits: Annotated[Count, Counter(("spell", "week"))]  # spells ended in that week of theirs
    at_risk: Annotated[Count, Counter(("spell", "week"))]  # person-weeks in that week of a spell
    band_exits: Annotated[Count, _by("spell", "band")]
    band_weeks: Annotated[Count, _by("spell", "band")]
    stock_weeks: Annotated[Count, _by("state")]  # person-weeks
    touched: Annotated[Count, _by("state")]  # persons seen for the first time this year
    long_term_weeks: Annotated[Count, _by()]  # person-weeks of long-term gross unemployment
    gross_weeks: Annotated[Count, _by()]  # person-weeks of the job-ready, as the register counts them
    activated_assistance: Annotated[Count, _by()]  # person-weeks on kontanthjælp benefits in a programme
    hires: Annotated[Count, _by()]  # by municipality of residence
    shifts: Annotated[Count, _by()]
    returned: Annotated[Count, _by("state")]  # clients who went back to the job they had kept
    interviews: Annotated[Count, _by("state")]  # by the jobcentre
    interviews_a_kasse: Annotated[Count, _by("state")]
    missed: Annotated[Count, _by("state")]
    minutes: Annotated[Amount, _amount("task")]
    backlog_minutes: Annotated[Amount, _amount()]  # sum over weeks
    caseworker_weeks: Annotated[Amount, _amount()]  # full-time caseworker-weeks
    participants: Annotated[Count, _by("programme")]  # person-weeks
    activated_unemployed: Annotated[Count, _by()]  # person-weeks of gross unemployed in a programme
    sanctions: Annotated[Count, _by("state")]
    job_offers_normal: Annotated[
        Amount, _amount("state")
    ]  # to be expected of clients' hazards at normal tightness
    job_offers: Annotated[Amount, _amount("state")]  # the same at the week's tightness
    job_offers_lost: Annotated[Count, _by("state")]  # offers for which no vacancy was left
    finding_weeks: Annotated[Amount, _amount()]  # sum over weeks of the chances of seekers who are no clients
    certificates: Annotated[Count, _by()]
    vacancy_weeks: Annotated[Count, _by()]
    filled_weeks: Annotated[Count, _by()]  # jobs with a person in them, at the place of work
    recruited: Annotated[Count, _by()]  # vacancies filled, at the place of work
    weeks_open: Annotated[Amount, _amount()]  # that these had been open
    given_up: Annotated[Count, _by()]  # vacancies that ended without anybody, at the place of work
    tightness_weeks: Annotated[Amount, _amount()]
    seen: Annotated[NDArray[np.uint32], Counter(("citizen",), np.uint32)]  # bit per state seen this year


class MoveTally(NamedTuple):
    """The counters of :class:`Tally` that a change of state touches: the same arrays."""

    stock: Count
    flows: Count
    exits: Count
    band_exits: Count
    touched: Count
    shifts: Count
    returned: Count
    seen: NDArray[np.uint32]


class ContactTally(NamedTuple):
    """The counters of :class:`Tally` that casework and interviews touch: the same arrays."""

    interviews: Count
    interviews_a_kasse: Count
    missed: Count
    minutes: Amount
    backlog_minutes: Amount
    caseworker_weeks: Amount


class ChanceTally(NamedTuple):
    """The counters of :class:`Tally` of clients' chances of a job: the same arrays."""

    job_offers_normal: Amount
    job_offers: Amount
    job_offers_lost: Count


class WeekTally(NamedTuple):
    """The counters of :class:`Tally` that the count of a week touches: the same arrays."""

    stock: Count
    stock_weeks: Count
    at_risk: Count
    band_weeks: Count
    long_term_weeks: Count
    gross_weeks: Count
    activated_assistance: Count


@cache
def counters() -> dict[str, Counter]:
    """Return the declaration of each counter by its name."""
    hints = get_type_hints(Tally, include_extras=True)
    return {name: get_args(hint)[1] for name, hint in hints.items()}


def new_tally(m: int, n_citizens: int) -> Tally:
    """Return zeroed counters for m municipalities and n citizens."""
    lengths = {**_LENGTHS, "municipality": m, "citizen": n_citizens}
    zeros: dict[str, Any] = {
        name: np.zeros([lengths[axis] for axis in counter.axes], counter.dtype)
        for name, counter in counters().items()
    }
    return Tally(**zeros)


def clear_year(tally: Tally) -> None:
    """Set the counters of the year to zero."""
    for name, counter in counters().items():
        if counter.yearly:
            getattr(tally, name)[...] = 0


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
    person: NDArray[np.uint32]  # (room,) whose spell it is
    used: NDArray[np.int64]  # (2,): rows in use, spells that found no room
    threshold: float  # persons whose hashed key lies below this share are logged


def new_spell_log(rows: int, share: float) -> SpellLog:
    """Return an empty log with room for ``rows`` spells of a ``share`` of all persons."""
    return SpellLog(np.zeros((rows, 5), np.int32), np.zeros(rows, np.uint32), np.zeros(2, np.int64), share)
