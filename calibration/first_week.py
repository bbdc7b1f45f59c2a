"""The people of the first week, made: records of the model's own people after years without any reform.

Runs under constant law and flat demand leave people in every state.  Their records are weighted by iterative
proportional fitting, so that together they have

    the published stocks                 population.stock
    equal cohorts                        every age of ageing.first_age to the last before ageing.pension_age
    the traits of those born into it     schooling and insurance together, sex, tenths of employability

for nothing that does not change with a person's life may drift.  Of each state as many records are picked as
the file has room for, systematically in the order of age, so that each counts the same in the file.

Each round of ``jobvej levels`` begins with the people of the round before; after some rounds they no longer
move, and the first week is a year like those that follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.parameters import Resolved
from sim.start.first_people import ALL, FILE, STATE, TURNS, Records, records_of
from sim.states import N_STATES, STATES
from sim.stats.quantiles import of_normal
from sim.world.world import World

#: Year ends, the last of a run, at which records are taken.
YEARS = 4

#: Records that the file has of a state at most.
MOST = 3000
_ROUNDS = 60
#: No record counts more often than so many of its state do on average, nor more seldom.
_HEAVIEST = 8.0
_TENTHS = 10
#: Guard of a division: fewer people than one of any state.
_NOBODY = 1e-9


def taken(world: World) -> Records:
    """Return everybody's record at the end of a year of a run."""
    world.clients.settle(world.people.calendar.row)
    return records_of(world.people, world.clients.settled, world.now.year + 1, world.now.week + 1)


def made(parts: Sequence[Records], r: Resolved) -> Records:
    """Return the records to begin a run with, made of those taken at several times."""
    x = together(parts)
    return picked(x, weigh(x, r.vector("population.stock"), cells(x, r)))


def together(parts: Sequence[Records]) -> Records:
    """Return records taken at several times as one table."""
    return {name: np.concatenate([each[name] for each in parts]) for name in ALL}


def cells(x: Records, r: Resolved) -> list[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Return the margins: the cell of each record (n,), and the share of people that each cell is to have."""
    from sim.mechanisms.ageing import newcomers

    young, old = round(r.scalar("ageing.first_age")), round(r.scalar("ageing.pension_age"))
    traits = newcomers(r)
    ages = old - young
    age = np.clip(x[TURNS].astype(np.int64) - young - 1, 0, ages - 1)
    school = x["education"].astype(np.int64)
    insured = traits.insured[np.minimum(np.arange(4), 1)]
    schooling = np.diff(traits.education, prepend=0.0)
    both = np.concatenate([schooling * (1 - insured), schooling * insured])
    ends = of_normal(np.arange(1, _TENTHS) / _TENTHS)
    tenth = np.searchsorted(ends, x["employability"]).astype(np.int64)
    return [
        (tenth, np.full(_TENTHS, 1.0 / _TENTHS)),
        (x["sex"].astype(np.int64), np.full(2, 0.5)),
        (x["insured"].astype(np.int64) * 4 + school, both),
        (age, np.full(ages, 1.0 / ages)),
    ]


def weigh(
    x: Records,
    stocks: NDArray[np.float64],
    margins: Sequence[tuple[NDArray[np.int64], NDArray[np.float64]]],
    rounds: int = _ROUNDS,
) -> NDArray[np.float64]:
    """Return weights (n,) with which records have the stocks (states,) exactly and the margins nearly."""
    state = x[STATE].astype(np.int64)
    weight, total = np.ones(len(state)), stocks.sum()
    usual = (stocks / np.maximum(np.bincount(state, minlength=N_STATES), 1))[state]
    for _ in range(rounds):
        for cell, share in margins:
            now = np.bincount(cell, weights=weight, minlength=len(share))
            weight *= (share * total / np.maximum(now, 1.0))[cell]
        weight = np.clip(_brought_to(stocks, state, weight), usual / _HEAVIEST, usual * _HEAVIEST)
    return _brought_to(stocks, state, weight)


def _brought_to(
    stocks: NDArray[np.float64], state: NDArray[np.int64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return weights (n,) that add up to each state's stock (states,)."""
    now = np.bincount(state, weights=weight, minlength=N_STATES)
    return np.asarray(weight * (stocks / np.maximum(now, _NOBODY))[state])


def picked(x: Records, weight: NDArray[np.float64], most: int = MOST) -> Records:
    """Return records that count the same each, at most ``most`` of a state: every so much weight, by age."""
    rows = []
    for state in range(N_STATES):
        here = np.flatnonzero(x[STATE] == state)
        if not here.size:
            raise ValueError(f"nobody is left in {STATES[state]}: it has no records")
        here = here[np.lexsort((x["employability"][here], x[TURNS][here]))]
        running = np.cumsum(weight[here])
        n = min(most, 2 * here.size)
        rows.append(here[np.searchsorted(running, (np.arange(n) + 0.5) / n * running[-1])])
    at = np.concatenate(rows)
    return {name: x[name][at] for name in ALL}


def write(x: Records, made_by: str, path: Path = FILE) -> None:
    """Write the file, whole or not at all; ``made_by`` is kept in it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: x[name] for name in ALL if name != STATE}
    columns["employability"] = np.round(x["employability"].astype(np.float32), 3)
    names = pa.array([STATES[each] for each in x[STATE]]).dictionary_encode()
    table = pa.table({STATE: names} | {name: pa.array(column) for name, column in columns.items()})
    table = table.replace_schema_metadata({"made_by": made_by})
    staged = path.with_suffix(".new")
    pq.write_table(table, staged, compression="zstd")
    staged.replace(path)
