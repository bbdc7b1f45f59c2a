"""Where two lives of the same person part, and what differed first.

Of a week the first difference counts, in the order of the week: the caseworker, an interview, a programme,
then what the person lives on, the workplace, a sanction, paid hours, income.  Who was no client of the
jobcentre the week before cannot have parted by contact: there the state comes first.

The *first difference* is of anything that was seen.  The *parting* is the first week in which the two live on
different things: another state, or another income.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.lookup import IS_CLIENT, SELF_SUPPORTED
from sim.outcomes.lives import Courses
from sim.states import State

#: What can differ, in the order of the week; those of ``PARTED`` are what the person lives on.
KINDS: tuple[str, ...] = (
    "caseworker", "interview", "programme", "state", "employer", "sanctioned", "hours", "income",
)  # fmt: skip
PARTED: tuple[str, ...] = ("state", "income")
#: What happens to clients alone.
_OF_CLIENTS = ("caseworker", "interview", "programme")
#: People whose weeks are looked at side by side at once: some 60 MB for a run of seven years.
_AT_ONCE = 20_000
NEVER = -1
#: Where a week counts as self-support, as the measure of that name has it.
SELF_SUPPORT = np.array(SELF_SUPPORTED == 1) | (np.arange(SELF_SUPPORTED.size) == State.EMPLOYED)


class Partings(NamedTuple):
    """Two lives of each of n people, the second with a reform; weeks count from 0, NEVER: none."""

    first: NDArray[np.int64]  # (n,) week of the first difference
    first_kind: NDArray[np.int64]  # (n,) position in KINDS, NEVER without one
    parted: NDArray[np.int64]  # (n,) week from which they live on different things
    parted_kind: NDArray[np.int64]  # (n,) position in KINDS of state or income
    weeks: NDArray[np.int64]  # (n, 2) of self-support, without and with the reform
    ore: NDArray[np.int64]  # (n, 2) income, before tax
    group: NDArray[np.uint8]  # (n,) what they lived on before the first week, the same in both runs


def partings(without: Courses, with_it: Courses) -> Partings:
    """Hold the lives of the same people beside each other.

    Raises
    ------
    ValueError
        They are not the same people or weeks.
    """
    if without.weeks != with_it.weeks or not np.array_equal(without.key, with_it.key):
        raise ValueError("the two runs are not of the same people and weeks")
    n = without.key.size
    found = {name: np.full(n, NEVER, np.int64) for name in ("first", "first_kind", "parted", "parted_kind")}
    for begin in range(0, n, _AT_ONCE):
        end = min(begin + _AT_ONCE, n)
        _side_by_side(without, with_it, begin, end, found)
    both = (without, with_it)
    return Partings(
        **found,
        weeks=np.stack([each.total(SELF_SUPPORT[each.columns.state]) for each in both], axis=1),
        ore=np.stack([each.total(each.columns.income) for each in both], axis=1),
        group=without.traits.start_state,
    )


def _side_by_side(
    without: Courses, with_it: Courses, begin: int, end: int, found: dict[str, NDArray[np.int64]]
) -> None:
    """Write the partings of the people from ``begin`` to before ``end``."""
    here = np.arange(begin, end)
    week_of = np.full((len(KINDS), here.size), without.weeks, np.int64)
    for place, name in enumerate(KINDS):
        other = without.dense(name, begin, end) != with_it.dense(name, begin, end)
        week_of[place] = np.where(other.any(axis=1), other.argmax(axis=1), without.weeks)
    state = without.dense("state", begin, end)
    first = week_of.min(axis=0)
    before = state[np.arange(here.size), np.maximum(np.minimum(first, without.weeks) - 1, 0)]
    no_client = IS_CLIENT[before] == 0
    together = week_of == first
    by_state = together[KINDS.index("state")] & no_client
    kind = np.where(by_state, KINDS.index("state"), together.argmax(axis=0))
    differ = first < without.weeks
    found["first"][here] = np.where(differ, first, NEVER)
    found["first_kind"][here] = np.where(differ, kind, NEVER)
    living = week_of[[KINDS.index(name) for name in PARTED]]
    parted = living.min(axis=0)
    which = np.array([KINDS.index(name) for name in PARTED])[living.argmin(axis=0)]
    differ = parted < without.weeks
    found["parted"][here] = np.where(differ, parted, NEVER)
    found["parted_kind"][here] = np.where(differ, which, NEVER)
