"""Pairs of worlds: each case without and with its package, in every draw and replicate.

A case is a package (dated changes) in a world of its own: assumptions that hold the whole time, a path of
demand.  Cases that share a world share its run without the package, and the weeks before the first change are
simulated once (:mod:`sim.runs.branching`).  All is done by the one executor into one store: given again, a
command goes on where it stopped, and a case that is there already is never run twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from reforms.decide.goals import COST, COUNTED, FILE, JOBVEJ, KEPT, Kept, Years, kept_of, pair_goals
from reforms.scenario import AnyReform, scenario_of, several
from sim.calendar import Week
from sim.errors import InputError
from sim.parameters import Change, ParameterSet
from sim.rules.demand_paths import demand_path
from sim.runs.branching import jobs_of
from sim.runs.execute import complete
from sim.runs.options import RunOptions
from sim.runs.plan import (
    BASELINE,
    CENTRAL,
    DRAW_SEED,
    Task,
    draw_changes,
    never_met,
    parameters_digest,
    parameters_of,
    refuse_too_many,
    settings_of,
    to_come,
)
from sim.runs.store import Store
from sim.runs.work import MakeWorld, labour_market, simulate
from sim.start.levels import levels_of

#: Where finished runs are kept in a folder of results.
RUNS = "runs"
#: Between a package and what it is under, in the name of a case.
_APART = " | "


@dataclass(frozen=True)
class Case:
    """A package in a world.

    Attributes
    ----------
    name
        Unique among the cases of a request.
    changes
        What the package changes.
    settings
        What holds the whole time in both worlds of the pair: a belief.
    demand
        Path of demand of both; None is that which is asked for.
    beside
        Changes that both worlds have from a day on, such as a mass layoff: not the package's doing.
    counted
        How kroner are counted (:data:`reforms.decide.goals.COUNTED`).
    draws, replicates
        Draws that the case is run in, and how many replicates; None is all that are asked for.
    """

    name: str
    changes: tuple[Change, ...] = ()
    settings: tuple[Change, ...] = ()
    demand: str | None = None
    beside: tuple[Change, ...] = ()
    counted: str = JOBVEJ
    draws: tuple[int, ...] | None = None
    replicates: int | None = None


@dataclass(frozen=True)
class Pair:
    """A case in one draw and replicate: its two runs."""

    case: Case
    without: Task
    with_it: Task

    @property
    def feedback(self) -> float:
        """The share of income after tax that comes back as VAT and duties, as it is drawn."""
        parameters = self.without.parameters()
        return float(parameters.in_force("taxes.feedback_share", Week.parse(self.without.end).monday)[0])


def package(reform: AnyReform) -> tuple[str, tuple[Change, ...]]:
    """Return the name and the changes of a reform of the catalogue, a file or ``a+b``."""
    scenario = scenario_of(reform)
    return scenario.name, scenario.changes


def packages(reforms: AnyReform | Sequence[AnyReform]) -> list[tuple[str, tuple[Change, ...]]]:
    """Return the name and the changes of each reform (:func:`package`)."""
    return [package(reform) for reform in several(reforms)]


def case_name(of: str, under: str) -> str:
    """Return the name of a case: a package ``of`` that name ``under`` a belief or a stress."""
    return f"{of}{_APART}{under}"


def package_of(case: str) -> str:
    """Return the package of a case's name (:func:`case_name`)."""
    return case.partition(_APART)[0]


def by_package(table: pd.DataFrame, under: str) -> pd.DataFrame:
    """Return a table whose names of cases (column ``case``) are two columns: package, and ``under``."""
    named = table["case"].str.split(_APART, expand=True, regex=False)
    table = table.drop(columns="case")
    table.insert(0, "package", named[0])
    table.insert(1, under, named[1])
    return table


def draws_of(asked: RunOptions) -> tuple[int, ...]:
    """Return the numbers of the draws that are asked for."""
    return (CENTRAL,) if asked.draws == 1 else tuple(range(1, asked.draws + 1))


def years_of(cases: Sequence[Case], asked: RunOptions) -> Years:
    """Return the years that are read: from the first change of any package to the end.

    Raises
    ------
    InputError
        The run ends before anything changes.
    """
    first, last = Week.parse(asked.start).year, Week.parse(asked.end).year
    begins = [change.start.year for case in cases for change in case.changes]
    year = max(first, min(begins, default=first))
    if year > last:
        raise InputError(f"nothing changes before {year}, and the run ends in {last}: let it end later")
    return Years(year, last)


def pairs_of(cases: Sequence[Case], asked: RunOptions) -> list[Pair]:
    """Return the pairs of runs of cases, checked, each case in its draws and all replicates."""
    names = [case.name for case in cases]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"'{twice}' is asked for {names.count(twice)} times; each can run once")
    refuse_too_many(2 * len(cases), asked.draws, asked.replicates)
    numbers = draws_of(asked)
    drawn, levels = draw_changes(numbers), levels_of(asked.data, asked.start)
    for demand in {case.demand or asked.demand for case in cases}:
        demand_path(demand)
    make = _Tasks(asked, drawn, levels)
    return [
        make.pair(case, draw, replicate)
        for case in cases
        for draw in (case.draws if case.draws is not None else numbers)
        for replicate in range(case.replicates or asked.replicates)
    ]


class _Tasks:
    """Makes the runs of pairs, and works the digest of a world out once."""

    def __init__(self, asked: RunOptions, drawn: Mapping[int, tuple[Change, ...]], levels: Any) -> None:
        self.asked, self.drawn, self.levels = asked, drawn, levels
        self._digests: dict[tuple[int, tuple[Change, ...]], str] = {}
        self._checked: set[str] = set()
        self._worlds: dict[tuple[Change, ...], ParameterSet] = {}
        self._shared = settings_of(asked)

    def pair(self, case: Case, draw: int, replicate: int) -> Pair:
        """Return the two runs of a case in a draw and a replicate."""
        base, (wanted,) = self.asked.baseline, to_come([_as_scenario(case)], self.asked.baseline)
        settings = self._settings(case)
        drawn = self.drawn[draw]
        changes = self._sized(wanted.changes, draw)
        if case.name not in self._checked:
            self._check(case, (*drawn, *settings), (*case.beside, *changes))
            self._checked.add(case.name)
        shared = self._digest(draw, settings)
        without = parameters_digest(drawn, settings, case.beside, baseline=base) if case.beside else shared
        with_it = parameters_digest(drawn, settings, (*case.beside, *changes), baseline=base)
        common: dict[str, Any] = {
            "settings": settings, "draw_changes": drawn, "draw": draw, "replicate": replicate,
            "seed": self.asked.seed, "scale": self.asked.scale, "start": self.asked.start,
            "end": self.asked.end, "demand": case.demand or self.asked.demand,
            "switched_off": self.asked.switched_off, "shared_digest": shared, "kept": KEPT,
            "levels": self.levels if self.asked.data else None, "baseline": base,
        }  # fmt: skip
        return Pair(
            case,
            Task(scenario=BASELINE, changes=case.beside, parameters_digest=without, **common),
            Task(scenario="package", changes=(*case.beside, *changes), parameters_digest=with_it, **common),
        )

    def _settings(self, case: Case) -> tuple[Change, ...]:
        by_hand = {change.parameter for change in self._shared}
        return (*self._shared, *(each for each in case.settings if each.parameter not in by_hand))

    def _sized(self, changes: tuple[Change, ...], draw: int) -> tuple[Change, ...]:
        if draw == CENTRAL or all(change.range is None for change in changes):
            return changes
        from sim.parameters import load_parameters
        from sim.parameters.priors import sized

        return sized(changes, draw, DRAW_SEED, load_parameters())

    def _digest(self, draw: int, settings: tuple[Change, ...]) -> str:
        key = (draw, settings)
        if key not in self._digests:
            self._digests[key] = parameters_digest(self.drawn[draw], settings, baseline=self.asked.baseline)
        return self._digests[key]

    def _check(self, case: Case, below: tuple[Change, ...], changes: Sequence[Change]) -> None:
        """Refuse changes that cannot be made on what lies below, and a case that never takes effect."""
        if below not in self._worlds:
            self._worlds[below] = parameters_of(below, baseline=self.asked.baseline)
        base = self._worlds[below]
        first, last = Week.parse(self.asked.start).monday, Week.parse(self.asked.end).monday
        idle = never_met(case.name, base.with_changes(changes), base, changes, first, last)
        if idle is not None:
            raise idle


def _as_scenario(case: Case) -> Any:
    from sim.runs.plan import Scenario

    return Scenario(case.name, case.changes)


def run_pairs(
    cases: Sequence[Case],
    folder: Path,
    asked: RunOptions,
    *,
    title: str,
    protected: tuple[str, ...] = (),
    make_world: MakeWorld = labour_market,
    years: Years | None = None,
) -> pd.DataFrame:
    """Run what is missing of cases into a folder and return their goals, a row a case, pair and goal.

    Parameters
    ----------
    protected
        Groups of people (``barrier:complex``) whose weeks in work are a goal of their own.
    years
        Over which goals are means; from the first change to the end by default.

    Returns
    -------
    Frame of case, draw, replicate, goal, difference.
    """
    pairs = pairs_of(cases, asked)
    years = years or years_of(cases, asked)
    store = Store(folder / RUNS)
    complete(
        store, partial(jobs_of, branching=asked.branching),
        [task for pair in pairs for task in (pair.without, pair.with_it)],
        partial(simulate, make_world, kept_of), workers=asked.workers, executor=asked.executor,
        title=title, quiet=asked.quiet,
    )  # fmt: skip
    rows: list[tuple[str, int, int, str, float]] = []
    for pair in pairs:
        before, after = (read_kept(store, task) for task in (pair.without, pair.with_it))
        goals = pair_goals(before, after, years, protected)
        if pair.case.counted != JOBVEJ:
            goals[COST] = COUNTED[pair.case.counted](before, after, years, pair.feedback)
        rows += [
            (pair.case.name, pair.without.draw, pair.without.replicate, goal, value)
            for goal, value in goals.items()
        ]
    return pd.DataFrame(rows, columns=["case", "draw", "replicate", "goal", "difference"])


def read_kept(store: Store, task: Task) -> Kept:
    """Return what was kept of a run."""
    kept: Kept = json.loads(store.read(task)[FILE])
    return kept
