"""Runs the league, and what comes back: the ranked table, who was left out, the pages."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

import pandas as pd

from reforms.effects import national_finishers
from reforms.league import RANKED_BY, entrants, league_plan, league_table, rank_floor
from reforms.league_page import write_page
from reforms.noise_floor import read_floor
from reforms.results import do_plan, remove_with, results_folder
from sim.runs.options import LEAGUE, RunFields, shows_run_options


@dataclass(frozen=True)
class League:
    """A finished league.

    Attributes
    ----------
    folder
        Where tables, pages and the runs (``worlds``) are.
    table
        A row a reform, most weeks of self-support first: see :func:`reforms.league.league_table`.
    left_out
        Name and reason of each reform that did not take part.
    pages
        The pages to read, in English and Danish.
    floor
        Noise floor of the weeks of self-support: reforms that are nearer to each other share a rank.  Not a
        number if none was measured.
    """

    folder: Path
    table: pd.DataFrame
    left_out: tuple[tuple[str, str], ...]
    pages: tuple[Path, ...]
    floor: float = math.nan

    def __repr__(self) -> str:
        first = self.table.iloc[0]
        led = f"first is {first['reform']} with {first[RANKED_BY]:+.1f} thousand weeks of self-support"
        said = led if pd.notna(first["rank"]) else "none is ranked"
        return f"<League of {len(self.table)} reforms: {said}, in {self.folder}>"


@shows_run_options(LEAGUE)
def league(
    reforms: Sequence[str] = (), *, out: Path | str | None = None, **options: Unpack[RunFields]
) -> League:
    """Rank every single proposal by what it does alone: self-support, weeks, net cost by payer.

    Parameters
    ----------
    reforms
        Only these (catalogue names or files); all single reforms of the catalogue if empty.
    out
        Folder of the results; run again with the same to continue.  A noise floor in its folder ``placebo``
        (``jobvej placebo``) takes the place of the one that comes with the product.  If None, a temporary
        folder that goes with the returned object.
    **options
        All reforms meet the same people and random numbers, so small effects can be told apart.

    Returns
    -------
    The league; ``league.table`` is of the last year, its columns and units in :data:`reforms.league.EFFECTS`.

    Raises
    ------
    InputError
        A reform asked for by name cannot take part, or an option cannot be used; nothing has been run then.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.league(["cut-3bn", "no-focus-targets"], draws=8).table  # doctest: +SKIP
    """
    asked = LEAGUE.but(**options)
    taking_part = entrants(reforms, asked.start, asked.end)
    plan = league_plan(taking_part, asked)
    folder = results_folder(out)
    do_plan(plan, folder / "worlds", asked, national_finishers(plan))
    floor = rank_floor(read_floor(folder), plan)
    table = league_table(folder / "worlds", taking_part.reforms, floor)
    chosen = [word for name in reforms for word in ("--reform", name)]
    command = shlex.join(["jobvej", "league", *chosen, *asked.words(), "--out", "DIR"])
    pairs = plan.replicates * len(plan.draw_numbers)
    pages = write_page(
        folder,
        table,
        taking_part.left_out,
        year=asked.end[:4],
        draws=plan.draws,
        pairs=pairs,
        command=command,
        floor=floor,
    )
    found = League(folder, table, taking_part.left_out, tuple(pages), floor)
    if out is None:
        remove_with(found, folder)
    return found
