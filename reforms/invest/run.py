"""Works out a municipality's business case, and what comes back: kroner by year and payer, people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import pandas as pd

from reforms.invest.case import (
    break_even,
    first_day,
    invest_plan,
    invest_table,
    of_too_few,
    people_lines,
    world_lines,
)
from reforms.invest.measures import Investment, groups_of, investment, states_of
from reforms.invest.picture import save
from reforms.invest.published import beside, cases, model_figures
from reforms.results import do_plan, finishers_of, remove_with, results_folder
from sim.data import municipality_code
from sim.errors import InputError, suggest
from sim.runs.options import INVESTMENT, RunFields, check_whole, shows_run_options
from sim.stats.interval import hide

MOST_YEARS = 11


@dataclass(frozen=True, repr=False)
class BusinessCase:
    """A finished business case; costs are positive.

    Attributes
    ----------
    folder
        Where tables, pictures and the runs (``worlds``) are.
    municipality
        Who invests, as it was asked for.
    invested
        What for whom, and what was worked out on the way.
    table
        line, year (a number, ``sum`` or ``present value``), amount_mio_kr (2024 prices), and what is known of
        it (:data:`sim.stats.interval.TOLD`).
    people
        Persons and weeks by year: line, year, value, baseline, and what is known of the value.
    published
        What was published beside what the model says, for a published case; None otherwise.
    note
        What is to be said of the published case.
    """

    folder: Path
    municipality: str
    invested: Investment
    table: pd.DataFrame
    people: pd.DataFrame
    published: pd.DataFrame | None = None
    note: str = ""

    def __repr__(self) -> str:
        return (
            f"<BusinessCase: {self.municipality}, {self.invested.what} for {self.invested.group}: "
            f"DKK {self.by_year.sum():+.1f} m net cost to the municipality, in {self.folder}>"
        )

    @cached_property
    def by_year(self) -> pd.Series:
        """Net cost to the municipality by year, mio. kr. in 2024 prices."""
        own = self.table[(self.table["line"] == "municipality") & self.table["year"].str.isdigit()]
        return own.set_index(own["year"].astype(int))["amount_mio_kr"].sort_index()

    @property
    def break_even(self) -> int | None:
        """The year from which the municipality has its money back; None if never, or if nothing was spent."""
        return break_even(self.by_year)


@shows_run_options(INVESTMENT, without=["end"])
def invest(
    municipality: str | None = None,
    what: str | None = None,
    *,
    group: str = "all",
    years: int = 5,
    case: str | None = None,
    out: Path | str | None = None,
    **options: Unpack[RunFields],
) -> BusinessCase:
    """Work out what a municipality's investment costs and returns: to itself, the state, a-kasser, society.

    Year by year, with refunds and co-financing, and with what happens in the other municipalities.  One
    municipality is small: below scale 0.1 and two replicates of each draw the interval says little, and
    with fewer than twenty simulated persons on the benefits there is none.

    Parameters
    ----------
    municipality
        Name or code of who invests.
    what
        ``caseworkers+10``, ``caseload=35``, ``programme:internship+50``, ``wage-subsidy-weeks=4`` or
        ``reform:NAME``.
    group
        For whom: a benefit, several joined with +, or all.
    years
        Years of the investment, from a year into the run; 1 to 11.
    case
        A published case instead of municipality and what: ``hilleroed``, ``hjoerring`` ...
    out
        Folder of the results; run again with the same to continue.  If None, a temporary folder
        that goes with the returned object.
    **options
        The end follows from the years.

    Returns
    -------
    The business case: ``table``, ``people``, ``break_even``.

    Raises
    ------
    InputError
        If anything asked for cannot be done; nothing has been run then.

    Examples
    --------
    >>> import jobvej
    >>> found = jobvej.invest("Hjørring", "caseworkers+10", group="sygedagpenge")  # doctest: +SKIP
    >>> found.break_even  # doctest: +SKIP
    """
    asked = INVESTMENT.but(**options)
    published = _published(case, municipality, what)
    if published is not None:
        municipality, what, group = published["municipality"], published["what"], published["for"]
        years = int(published["years"])
    if municipality is None or what is None:
        raise InputError("invest needs --municipality and --what, or --case. See: jobvej invest --help")
    check_whole("--years", years, 1, MOST_YEARS)
    code = municipality_code(municipality)
    invested = investment(code, what, group, first_day(asked.start))
    plan = invest_plan(invested, years, asked)
    folder = results_folder(out)
    worlds = folder / "worlds"
    do_plan(plan, worlds, asked, finishers_of(plan))
    table = invest_table(world_lines(worlds, code))
    people = people_lines(worlds, code, states_of(groups_of(group)))
    if of_too_few(people, asked.scale):
        table, people = (hide(each, np.ones(len(each), bool)) for each in (table, people))
    table.to_csv(folder / "invest.csv", index=False, float_format="%.4f")
    people.to_csv(folder / "people.csv", index=False, float_format="%.4f")
    save(table, folder, f"{municipality}: {what}")
    found = BusinessCase(folder, municipality, invested, table, people)
    if published is not None:
        side = beside(published, model_figures(table, people, years))
        side.to_csv(folder / "published.csv", index=False, float_format="%.4f")
        found = BusinessCase(folder, municipality, invested, table, people, side, str(published["note"]))
    if out is None:
        remove_with(found, folder)
    return found


def _published(name: str | None, municipality: str | None, what: str | None) -> dict[str, Any] | None:
    """Return the published case asked for; refuse an unknown one, and a case together with a measure."""
    if name is None:
        return None
    known = cases()
    if name not in known:
        raise InputError(f"--case is '{name}'; there is {', '.join(known)}.{suggest(name, known)}")
    if municipality is not None or what is not None:
        raise InputError(
            "--case brings its own municipality and measure: leave --municipality and --what out"
        )
    return known[name]
