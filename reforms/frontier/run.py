"""Runs the frontier: the points of the map and the orders of phasing, beside the baseline."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

from reforms.effects import national_finishers
from reforms.frontier.design import MOST_POINTS, POINTS, axis, design, frontier_plan, phasing
from reforms.frontier.results import Frontier, write
from reforms.load import load
from reforms.results import do_plan, remove_with, results_folder
from sim.errors import InputError, suggest
from sim.outcomes.measures import MEASURES
from sim.runs.options import FRONTIER, RunFields, check_whole, shows_run_options

#: Largest cut of a map, bn kr. a year.
LARGEST_CUT = 9.0
FEWEST_POINTS = 4


@shows_run_options(FRONTIER)
def frontier(
    reform: str = "process-rules-removed",
    *,
    cut: str | Sequence[float] = "0,0.5,...,4",
    simplification: str | Sequence[float] = "0,0.1,...,1",
    measure: str = "mean_duration:temporary_support",
    points: int = POINTS,
    out: Path | str | None = None,
    **options: Unpack[RunFields],
) -> Frontier:
    """Map how large a cut can be before spells get longer, by how much simplification really happens.

    A few runs (three corners and a quasi-random design, paired with the baseline) carry a surface.  Cut and
    rules come in equal steps from 2026 to 2030 and are read in the last year.

    Parameters
    ----------
    reform
        What simplification means, all of it: catalogue name, ``a+b`` or file.
    cut
        Cuts of the map, bn kr. a year, rising from 0: numbers, or a text such as ``0,0.5,...,4``.
    simplification
        Shares of the simplification that are really carried out, rising from 0 to at most 1.
    measure
        What must not get worse: a measure, or ``measure:group`` (jobvej measures list).
    points
        Runs inside the map beside its three corners, 4 or more.
    out
        Folder of the results; run again with the same to continue.  If None, a temporary folder
        that goes with the returned object.
    **options
        ``end`` is the year that is read.

    Returns
    -------
    The frontier: ``line`` (the largest cut by share), ``table``, ``sentences()``, ``figure()``.

    Raises
    ------
    InputError
        If anything asked for cannot be done; nothing has been run then.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.frontier(cut=(0, 2, 4), draws=8).line  # doctest: +SKIP
    """
    asked = FRONTIER.but(**options)
    cut, simplification = _text(cut), _text(simplification)
    cuts, shares = axis(cut, "--cut", LARGEST_CUT), axis(simplification, "--simplification", 1.0)
    name, group = _measure(measure)
    check_whole("--points", points, FEWEST_POINTS, MOST_POINTS)
    wanted = load(reform)
    mapped = design(cuts[-1], shares[-1], points)
    every = (*mapped, *phasing())
    plan = frontier_plan(wanted, every, asked)
    folder = results_folder(out)
    do_plan(plan, folder / "worlds", asked, national_finishers(plan))
    words = ["--reform", reform, "--cut", cut, "--simplification", simplification, "--measure", measure]
    words += ["--points", str(points), *asked.words()]
    about = {
        "cuts": cuts, "shares": shares, "measure": name, "group": group,
        "command": shlex.join(["jobvej", "frontier", *words, "--out", "DIR"]), "draws": asked.draws,
        "replicates": asked.replicates, "scale": asked.scale, "version": plan.definition["version"],
    }  # fmt: skip
    found = write(folder, folder / "worlds", wanted, every, len(mapped), about)
    if out is None:
        remove_with(found, folder)
    return found


def _text(numbers: str | Sequence[float]) -> str:
    return numbers if isinstance(numbers, str) else ",".join(f"{number:g}" for number in numbers)


def _measure(text: str) -> tuple[str, str]:
    """Return measure and group of ``name[:group]``; only measures of benefits that get worse by growing."""
    usual = "temporary_support"
    names = [m.name for m in MEASURES.values() if m.better == "lower" and usual in m.groups]
    name, _, group = text.partition(":")
    group = group or usual
    if name not in names:
        raise InputError(f"--measure is '{text}'; expected {', '.join(names)}.{suggest(name, names)}")
    groups = MEASURES[name].groups
    if group not in groups:
        raise InputError(f"--measure is '{text}': no group '{group}'.{suggest(group, groups)}")
    return name, group
