"""Runs and comparisons: what starts them, and what comes back with its tables.

>>> from reforms.results import compare
>>> result = compare("cut-3bn", end="2026-W52", scale=0.01)  # doctest: +SKIP
>>> result.summary.query("measure == 'mean_duration' and municipality == 0")  # doctest: +SKIP
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from reforms.scenario import BASELINE_SCENARIO, AnyReform, comparison_plan, scenario_of, several
from sim.runs.folder import out_folder
from sim.runs.options import RUN, RunFields, RunOptions, shows_run_options
from sim.runs.plan import Plan, make_plan
from sim.runs.reading import manifest_of, refuse_changed, table_path
from sim.runs.store import MANIFEST

if TYPE_CHECKING:
    import pandas as pd

    from sim.runs.results import Finisher
    from sim.runs.work import MakeWorld


class Results:
    """The folder that a run left; its tables are read when they are first asked for.

    Parameters
    ----------
    folder
        What ``jobvej run --out`` or ``jobvej compare --out`` wrote.
    temporary
        Whether the folder goes when this object goes.

    Reading a table that is not there raises :class:`InputError`.
    """

    def __init__(self, folder: Path | str, *, temporary: bool = False) -> None:
        self.folder = Path(folder)
        if temporary:
            remove_with(self, self.folder)

    def __repr__(self) -> str:
        if not (self.folder / MANIFEST).is_file():
            return f"<{type(self).__name__} in {self.folder}: not finished>"
        asked = self.manifest
        count = f"{asked['replicates']} replicates, {asked['draws']} draws"
        return (
            f"<{type(self).__name__} of {', '.join(self.scenarios)}: {asked['from']} to {asked['to']}, "
            f"scale {asked['scale']:g}, {count}, in {self.folder}>"
        )

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What was asked for, by which version, and the hashes of all files."""
        return manifest_of(self.folder)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios, in the order in which they were asked for."""
        return tuple(each["name"] for each in self.manifest["scenarios"])

    def _read(self, name: str) -> pd.DataFrame:
        import pandas as pd

        return pd.read_parquet(table_path(self.folder, name))

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Measures by scenario, draw, replicate, period, municipality (0: the country), group."""
        return self._read("outcomes")

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Kroner by scenario, draw, replicate, period, municipality, payer, receiver and account."""
        return self._read("ledger")

    @cached_property
    def monthly_municipal(self) -> pd.DataFrame:
        """Main stocks and flows by scenario, draw, replicate, month, municipality (0: the country)."""
        return self._read("monthly_municipal")

    @cached_property
    def spells(self) -> pd.DataFrame:
        """Spells of a sample of persons (weeks; ended or censored), first draw and replicate; by person."""
        return self._read("spells")

    @cached_property
    def people(self) -> pd.DataFrame:
        """The people of the first draw and replicate: traits, weeks on temporary benefits and in work."""
        return self._read("people")


class Comparison(Results):
    """A finished comparison: the tables of a run, and reform minus baseline; begin with ``summary``."""

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
        """Baseline, reform, difference and what it says about Denmark (median, intervals, probability)."""
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
    def chain(self) -> pd.DataFrame:
        """Each reform link by link, from kroner over posts and hazards to persons and kroner, by year."""
        from reforms.chain.read import read_chain

        return read_chain(self.folder)

    @cached_property
    def displacement(self) -> pd.DataFrame:
        """Exits to job won by some groups and lost by others, by scenario and year."""
        from reforms.summary import displacement

        return displacement(self.summary)

    def in_short(self) -> str:
        """Return the figures of the last year for the whole country, as lines of text."""
        from reforms.summary import in_short

        return in_short(self.summary, float(self.manifest["scale"]))


#: Folders that were made because no other was named.
_TEMPORARY: set[Path] = set()


def results_folder(out: Path | str | None) -> Path:
    """Return the folder where results go, a temporary one if None; InputError if it cannot be one."""
    if out is None:
        folder = Path(tempfile.mkdtemp(prefix="jobvej-"))
        _TEMPORARY.add(folder)
        return folder
    return out_folder(out)


def remove_with(owner: object, folder: Path) -> None:
    """Remove a temporary folder when the object that reads it goes."""
    weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)


def finished_folder(folder: Path | str, *needed: str) -> Path:
    """Return a folder of finished results with some tables as they were written; InputError if it is none."""
    refuse_changed(folder)
    for table in needed:
        table_path(folder, table)
    return Path(folder)


def do_plan(
    plan: Plan,
    folder: Path,
    options: RunOptions,
    finishers: Sequence[Finisher] = (),
    make_world: MakeWorld | None = None,
) -> None:
    """Run what is missing of a plan into a folder, as the options say (the model loads here, not before)."""
    from sim.runs.run import run_plan
    from sim.runs.work import labour_market

    try:
        run_plan(
            plan, folder, finishers=finishers, make_world=make_world or labour_market,
            workers=options.workers, executor=options.executor, branching=options.branching,
            quiet=options.quiet,
        )  # fmt: skip
    except BaseException as stop:
        lost = next((each for each in (folder, *folder.parents) if each in _TEMPORARY), None)
        if lost is None:
            raise
        _TEMPORARY.discard(lost)
        shutil.rmtree(lost, ignore_errors=True)
        if isinstance(stop, KeyboardInterrupt):
            said = "no folder was named (out=DIR), so nothing of it is kept: the same call begins anew"
            raise KeyboardInterrupt(said) from None
        raise


def finishers_of(plan: Plan) -> list[Finisher]:
    """Return what writes the tables of a comparison when its parts are merged."""
    return [partial(_write_comparison, plan=plan)]


def _write_comparison(folder: Path, plan: Plan) -> None:
    from reforms.compare import write_comparison

    write_comparison(folder, plan)


@shows_run_options(RUN)
def run(
    reforms: AnyReform | Sequence[AnyReform] = (),
    *,
    out: Path | str | None = None,
    make_world: MakeWorld | None = None,
    **options: Unpack[RunFields],
) -> Results:
    """Run the baseline, or each reform given, without comparing them.

    Parameters
    ----------
    reforms
        None for the baseline; one or more catalogue names, ``a+b``, variants, files or loaded reforms.
    out
        Folder of the results; run again with the same to continue.  If None, a temporary folder
        that goes with the returned object.
    make_world
        Another model than ``LabourMarket``, for tests.
    **options
        See :class:`jobvej.RunOptions`.

    Returns
    -------
    The results: ``outcomes`` and ``ledger`` (pandas tables with units), ``spells``, ``people``, ``folder``.

    Raises
    ------
    InputError
        If anything asked for cannot be done; nothing has been run then.

    Examples
    --------
    >>> import jobvej
    >>> result = jobvej.run("cut-3bn", end="2027-W52", scale=0.01)  # doctest: +SKIP
    >>> result.outcomes.query("measure == 'stock' and municipality == 0")  # doctest: +SKIP
    """
    asked = RUN.but(**options)
    plan = make_plan([scenario_of(each) for each in several(reforms)] or [BASELINE_SCENARIO], asked)
    folder = results_folder(out)
    do_plan(plan, folder, asked, make_world=make_world)
    return Results(folder, temporary=out is None)


@shows_run_options(RUN)
def compare(
    reforms: AnyReform | Sequence[AnyReform],
    *,
    out: Path | str | None = None,
    make_world: MakeWorld | None = None,
    **options: Unpack[RunFields],
) -> Comparison:
    """Run the baseline and reforms with the same people and random numbers, and take the differences.

    Parameters
    ----------
    reforms
        One or more: catalogue names, ``a+b``, variants such as ``cut:2bn``, files or loaded reforms.
    out
        Folder of the results; run again with the same to continue.  If None, a temporary folder
        that goes with the returned object.
    make_world
        Another model than ``LabourMarket``, for tests.
    **options
        With more than one of ``workers``, a script needs ``if __name__ == "__main__":``.

    Returns
    -------
    The comparison; ``comparison.summary`` is where to begin.

    Raises
    ------
    InputError
        If anything asked for cannot be done; nothing has been run then.

    Examples
    --------
    >>> import jobvej
    >>> result = jobvej.compare("cut-3bn", end="2026-W52", scale=0.01)  # doctest: +SKIP
    >>> result.summary.query("measure == 'mean_duration' and municipality == 0")  # doctest: +SKIP
    """
    asked = RUN.but(**options)
    plan = comparison_plan(reforms, asked)
    folder = results_folder(out)
    do_plan(plan, folder, asked, finishers_of(plan), make_world)
    return Comparison(folder, temporary=out is None)
