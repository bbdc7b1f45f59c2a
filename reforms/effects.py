"""Reform minus baseline in every cell of every pair of runs: the one writer of differences.

A reform meets the same people, draws and random numbers as the baseline, so that what differs is the
reform's doing.  Merged tables are read from beginning to end, one run at a time
(:func:`sim.runs.tables.runs_in`): the time grows with the number of runs, and few of them are in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.outcomes.measures.units import PERSON_WEEKS, PERSONS
from sim.runs.plan import BASELINE, Plan
from sim.runs.results import Finisher
from sim.runs.tables import KEYS, Run, runs_in, stored, write_table
from sim.stats.interval import FEWEST_PEOPLE

#: Table, the table of its differences, and the column that is subtracted.
SOURCES = (("outcomes", "differences", "value"), ("ledger", "ledger_differences", "amount_kr"))
#: Rows of the baseline that are kept in memory between scenarios; a larger one is read again for each.
BASELINE_ROWS = 2_000_000

#: Share of the runs that must tell a figure; a mean over fewer is of those runs alone and is not given.
LEAST_TOLD = 0.5

Choose = Callable[[pa.Table], pa.Table]


def national_finishers(plan: Plan) -> list[Finisher]:
    """Return what writes the country's differences when the runs of a comparison are merged.

    For comparisons of many reforms that need no more: no municipalities, no summary, no table of winners.
    """
    return [partial(write_differences, country_only=True)]


def write_differences(folder: Path, *, country_only: bool = False) -> None:
    """Write ``differences`` and ``ledger_differences`` next to the merged tables in a folder.

    Parameters
    ----------
    folder
        Holds ``outcomes`` and ``ledger``, the runs of the baseline first.
    country_only
        Municipality 0 alone: the country's own outcomes, and payments summed over municipalities.
    """
    for source, name, value in SOURCES:
        choose = _CHOICES[source] if country_only else _all
        pairs = _pairs(folder / f"{source}.parquet", choose)
        tables = (
            stored(name, difference(baseline, reform, list(KEYS[source]), value), **run._asdict())
            for run, baseline, reform in pairs
        )
        write_table(folder / f"{name}.parquet", name, tables)


def _all(rows: pa.Table) -> pa.Table:
    return rows


def _country(rows: pa.Table) -> pa.Table:
    return rows.filter(pc.equal(rows["municipality"], 0))


def _summed(rows: pa.Table) -> pa.Table:
    keys = ["period", "payer", "receiver", "account"]
    sums = rows.group_by(keys, use_threads=False).aggregate([("amount_kr", "sum")])
    sums = sums.rename_columns({"amount_kr_sum": "amount_kr"})
    return sums.append_column("municipality", pa.array(np.zeros(sums.num_rows, np.int32)))


_CHOICES: dict[str, Choose] = {"outcomes": _country, "ledger": _summed}


def _pairs(path: Path, choose: Choose) -> Iterator[tuple[Run, pa.Table, pa.Table]]:
    """Yield each run of a reform with its rows in the baseline and its own, in the order of the file."""
    baseline_runs = _baseline(path, choose)
    scenario, baselines = BASELINE, baseline_runs()
    for run, rows in runs_in(path):
        if run.scenario == BASELINE:
            continue
        if run.scenario != scenario:
            scenario, baselines = run.scenario, baseline_runs()
        without = next(baselines, None)
        if without is None or without[0][1:] != run[1:]:
            raise ValueError(f"{path}: {run} has no run of the baseline at its place")
        yield run, without[1], choose(rows)


def _baseline(path: Path, choose: Choose) -> Callable[[], Iterator[tuple[Run, pa.Table]]]:
    """Return what begins with the runs of the baseline anew: from memory if they are small, or the file."""
    kept, rows = [], 0
    for run, table in runs_in(path, BASELINE):
        kept.append((run, choose(table)))
        rows += kept[-1][1].num_rows
        if rows > BASELINE_ROWS:
            return lambda: ((one, choose(each)) for one, each in runs_in(path, BASELINE))
    return lambda: iter(kept)


def difference(baseline: pa.Table, reform: pa.Table, keys: list[str], value: str) -> pa.Table:
    """Return reform minus baseline, cell by cell.

    A sum that is in one run only (a payment that the other never makes) is 0 in the other.  A mean or a
    share that is undefined (null or not a number) or beyond what is followed (infinite) in one run has an
    undefined difference; undefined in both, it is left out.

    Parameters
    ----------
    baseline, reform
        Cells of the two runs: ``keys``, ``value`` and perhaps ``unit``.

    Returns
    -------
    Table of keys (and unit), baseline, reform, difference, sorted by keys.
    """
    both = pa.concat_tables([baseline, reform])
    coded = {key: _coded(both[key]) for key in both.column_names if key != value}
    cells = np.zeros(both.num_rows, np.int64)
    for key in keys:
        cells = cells * len(coded[key].words) + coded[key].codes
    cells, first, at = np.unique(cells, return_index=True, return_inverse=True)
    amounts, number = both[value].to_numpy(), baseline.num_rows
    old, new = np.zeros(len(cells)), np.zeros(len(cells))
    old[at[:number]], new[at[number:]] = amounts[:number], amounts[number:]
    known = ~(np.isnan(old) & np.isnan(new))
    columns = {key: each.at(first[known]) for key, each in coded.items()}
    told = np.isfinite(old) & np.isfinite(new)  # "more than 208 weeks" is infinite
    changed = np.subtract(new, old, out=np.full(len(old), np.nan), where=told)
    values = {"baseline": old, "reform": new, "difference": changed}
    return pa.table(
        columns | {name: pa.array(each[known], from_pandas=True) for name, each in values.items()}
    )


class _Coded(NamedTuple):
    """A column as places in its sorted words."""

    codes: NDArray[np.int64]
    words: pa.Array

    def at(self, rows: NDArray[np.intp]) -> pa.Array:
        """Return the column at these rows."""
        return pa.DictionaryArray.from_arrays(pa.array(self.codes[rows], pa.int32()), self.words)


def _coded(column: pa.ChunkedArray) -> _Coded:
    found = column.dictionary_encode().unify_dictionaries().combine_chunks()
    order = pc.sort_indices(found.dictionary).to_numpy()
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return _Coded(place[found.indices.to_numpy()], found.dictionary.take(pa.array(order)))


def of_the_same_pairs(pairs: pd.DataFrame, cell: list[str]) -> pd.DataFrame:
    """Return rows of differences, a row per cell and pair of runs, whose means belong together.

    Where some pairs of runs can tell a cell's difference and others cannot, the levels (baseline, reform) of
    those that cannot are left out, so that the mean of the reform less that of the baseline is that of the
    difference.  Where no pair can tell it, each level stays; but one that is infinite (beyond what is
    followed) in some runs only has no mean.
    """
    lacks = pairs["difference"].isna()
    if not lacks.any():
        return pairs
    number = pairs.groupby(cell, observed=True, sort=False).ngroup()
    told = (~lacks).groupby(number).transform("any")
    kept = pairs.copy()
    for level in {"baseline", "reform"} & set(pairs.columns):
        beyond = np.isinf(pairs[level]).groupby(number)
        some = beyond.transform("any") & ~beyond.transform("all")
        kept[level] = pairs[level].mask(lacks & (told | some))
    return kept


def told_by_enough(pairs: pd.DataFrame, cell: list[str], runs: int) -> pd.DataFrame:
    """Return rows of differences without the figures that fewer than :data:`LEAST_TOLD` of the runs tell.

    A benefit that a reform closes has recipients in a few runs only, and a handful of them: the mean over
    those runs would be a figure of nobody.  Levels and differences are looked at one by one, so that a level
    that all runs know stays.

    Parameters
    ----------
    pairs
        A row per cell and pair of runs; where a run has no row it does not tell the figure either.
    runs
        Pairs of runs that there are.
    """
    columns = [name for name in ("baseline", "reform", "difference") if name in pairs.columns]
    number = pairs.groupby(cell, observed=True, sort=False).ngroup()
    few = pairs[columns].notna().groupby(number).transform("sum") < LEAST_TOLD * runs
    if not few.to_numpy().any():
        return pairs
    kept = pairs.copy()
    kept[columns] = pairs[columns].mask(few)
    return kept


#: Persons of a year behind one of a unit.
_PERSONS_OF = {PERSONS.name: 1.0, PERSON_WEEKS.name: 1.0 / WEEKS_A_YEAR}


def of_too_few(cells: pd.DataFrame, place: list[str], scale: float) -> NDArray[np.bool_]:
    """Return of which cells fewer than :data:`FEWEST_PEOPLE` simulated persons are behind the figure.

    Numbers of people speak for themselves; a mean or a sum has those of its group behind it, where the group
    has a stock in the same place.

    Parameters
    ----------
    cells
        Columns of the place, measure, group, unit, baseline and reform.
    place
        Columns within which a group is one: scenario, period, municipality.
    scale
        Share of the people that was simulated.
    """
    level = cells[["baseline", "reform"]].max(axis=1)
    people = level * cells["unit"].astype(str).map(_PERSONS_OF)
    stocks = cells["measure"] == "stock"
    keys = [*place, "group"]
    of_group = level[stocks].groupby([cells.loc[stocks, key] for key in keys], observed=True).max()
    behind = of_group.reindex(pd.MultiIndex.from_frame(cells[keys])).to_numpy()
    return np.asarray(people.fillna(pd.Series(behind, index=cells.index)) * scale < FEWEST_PEOPLE)


def as_people(value: float, unit: str, scale: float) -> float:
    """Return a number of people as whole simulated persons, each of which stands for ``1 / scale``."""
    if unit not in _PERSONS_OF or scale <= 0:
        return value
    return round(value * scale) / scale
