"""Baseline and reforms in paired runs: who gains, who loses, and how sure that is.

Every reform meets the same people, random numbers and parameter draws as the baseline, so a difference is of
the same people with and without the reform.  The tables of a run (:mod:`sim.runs`) get five more:

``differences``, ``ledger_differences``
    reform minus baseline in every cell of every pair of runs.
``summary``
    their mean over draws and replicates with an interval (:mod:`reforms.summary`).
``winners``
    persons with fewer and with more weeks of public support than in the baseline, by group.
``weeks_won_and_lost``
    how many weeks they win and lose.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from reforms.effects import write_differences
from reforms.scenario import comparison_plan
from reforms.summary import displacement, in_short, summarise, weeks_won_and_lost, winners_and_losers
from sim.runs.plan import Plan
from sim.runs.results import Finisher
from sim.runs.run import run_plan
from sim.runs.work import MakeWorld, labour_market

if TYPE_CHECKING:
    from reforms import Reform


class Comparison:
    """A finished comparison: its folder, and its tables as pandas frames, read when first asked for."""

    def __init__(self, folder: Path, *, temporary: bool = False) -> None:
        self.folder = folder
        if temporary:
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)

    def _read(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / f"{name}.parquet")

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Measures by scenario, draw, replicate, period, municipality and group."""
        return self._read("outcomes")

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Kroner by scenario, draw, replicate, period, municipality, payer, receiver and account."""
        return self._read("ledger")

    @cached_property
    def spells(self) -> pd.DataFrame:
        """A sample of spells of the first draw and replicate."""
        return self._read("spells")

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Reform minus baseline in every cell of ``outcomes``."""
        return self._read("differences")

    @cached_property
    def ledger_differences(self) -> pd.DataFrame:
        """Reform minus baseline in every cell of ``ledger``, in kroner."""
        return self._read("ledger_differences")

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Baseline, reform and difference with interval, by scenario and cell."""
        return self._read("summary")

    @cached_property
    def winners(self) -> pd.DataFrame:
        """Persons with fewer and more weeks of support than in the baseline, by group."""
        return self._read("winners")

    @cached_property
    def weeks_won_and_lost(self) -> pd.DataFrame:
        """Persons by how many weeks of support they win or lose against the baseline, by group."""
        return self._read("weeks_won_and_lost")

    @cached_property
    def displacement(self) -> pd.DataFrame:
        """Exits to job won by some groups and lost by others, by scenario and year."""
        return displacement(self.summary)

    def in_short(self) -> str:
        """Return the figures of the last year for the whole country, as lines of text."""
        return in_short(self.summary)


def compare(
    reforms: str | Path | Reform | Sequence[str | Path | Reform],
    *,
    out: Path | str | None = None,
    workers: int | None = 1,
    quiet: bool = False,
    make_world: MakeWorld = labour_market,
    executor: str | None = None,
    branching: bool = True,
    **request: Any,
) -> Comparison:
    """Run the baseline and reforms in paired runs.

    Parameters
    ----------
    reforms
        One or more: catalogue names, ``a+b``, files or loaded reforms.
    out
        Folder of the results; a temporary one, gone with the returned object, if None.
    workers
        Processes at once; None is one for each core (a script then needs ``if __name__ == "__main__":``).
    quiet
        Show no progress.
    make_world
        Another model than ``sim.LabourMarket``, for tests.
    executor, branching
        Where the runs are made, and whether weeks they share are simulated once:
        see :func:`sim.runs.run.run_plan`.
    request
        What :func:`sim.runs.plan.make_plan` takes: start, end, scale, seed, replicates, draws, demand,
        settings, switched_off.

    Returns
    -------
    The comparison; ``comparison.summary`` is where to begin.

    Raises
    ------
    InputError
        If anything asked for cannot be done; nothing has been run then.

    Examples
    --------
    >>> from reforms import compare
    >>> result = compare("cut-3bn", end="2026-W52", scale=0.01)  # doctest: +SKIP
    >>> result.summary.query("measure == 'mean_duration' and municipality == 0")  # doctest: +SKIP
    """
    plan = comparison_plan(reforms, **request)
    folder = Path(tempfile.mkdtemp(prefix="jobvej-") if out is None else out)
    run_plan(
        plan, folder, workers=workers, quiet=quiet, finishers=finishers_of(plan), make_world=make_world,
        executor=executor, branching=branching,
    )  # fmt: skip
    return Comparison(folder, temporary=out is None)


def finishers_of(plan: Plan) -> list[Finisher]:
    """Return what writes the tables of a comparison when its runs are merged."""
    return [partial(write_comparison, plan=plan)]


def write_comparison(folder: Path, plan: Plan) -> None:
    """Write the tables of differences next to the merged tables in ``folder``."""
    write_differences(folder)
    people = pd.read_parquet(folder / "people.parquet")
    _write_frame(folder / "summary.parquet", summarise(folder / "differences.parquet", plan.scenarios))
    _write_frame(folder / "winners.parquet", winners_and_losers(people, plan))
    _write_frame(folder / "weeks_won_and_lost.parquet", weeks_won_and_lost(people, plan))


def _write_frame(path: Path, frame: pd.DataFrame) -> None:
    pq.write_table(
        pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(), path, compression="zstd"
    )
