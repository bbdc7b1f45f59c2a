"""Placebos: what the smallest of changes moves by chance alone, and so the noise floor of each measure.

A placebo is one minute of documentation more an interview, in one municipality and one week, both drawn at
random.  No policy depends on it.  But a caseworker may get through one interview less that week, somebody is
seen a week later, and from there on lives part: in the end the run differs from the one without it as any two
runs do that chance has led apart.  A reform that moves a measure by less than placebos do has not been shown
to move it:

    noise floor of a measure = 95th percentile of |with the placebo - without|, over the placebos that move it
    within                   = share of all placebos with |with the placebo - without| <= noise floor

Most placebos move nothing: the minutes were idle.  They say nothing about how far apart chance leads two
runs, so the floor is a percentile of those that move the measure; how many did stands beside it (``moved``).
Over all draws it is a higher quantile, which stands there, too: ``within`` is the share of all placebos that
move the measure by no more than the floor (of 200 of which seven move it, 0.995), and ``of_all`` the 95th
percentile of all, which is 0 for most.  A measure that no placebo moved has a floor of 0.

The week is drawn from the first year, so that later years show all of it.  At another scale, and for a mean
over several pairs of runs, the floor is that of :meth:`reforms.noise_floor.NoiseFloor.at`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import pandas as pd

from reforms.fiscal import ALL_PAYERS, EFFORT, TOTAL, accounts_of
from reforms.noise_floor import ACCOUNTS, ACCOUNTS_UNIT, NoiseFloor, write_floor
from reforms.results import remove_with, results_folder
from reforms.scenario import BASELINE_SCENARIO
from sim import data
from sim.calendar import Week
from sim.engine.draws import make_key, own_purpose, uniforms
from sim.errors import InputError
from sim.outcomes.measures import MEASURES
from sim.parameters import Change, Origin
from sim.runs.branching import jobs_of
from sim.runs.execute import Files, complete
from sim.runs.options import MOST_RUNS, PLACEBO, RunFields, RunOptions, check_whole, shows_run_options
from sim.runs.plan import Plan, Scenario, Task, make_plan
from sim.runs.store import Store, json_bytes
from sim.runs.work import World, labour_market, simulate

#: The parameter that a placebo touches, and by how much.
TOUCHED, MINUTES = "contact.documentation_minutes", 1.0
#: Placebos of a floor unless another number is asked for.
PLACEBOS = 200
#: Share of the placebos that move a measure which move it by no more than its floor.
SHARE = 0.95
#: Weeks of the run from which a placebo's week is drawn.
FIRST_YEAR = 52
_FILE = "country.json"
_WHERE_AND_WHEN = own_purpose("placebo.where_and_when")
_KEYS = ["measure", "group", "unit", "year"]


def placebos(number: int, options: RunOptions = PLACEBO) -> tuple[Scenario, ...]:
    """Return placebos as scenarios; the first ones are the same however many are asked for.

    Raises
    ------
    InputError
        If the run is of a single week, so that nothing can follow.
    """
    check_whole("placebos", number, 1, MOST_RUNS)
    weeks = min(FIRST_YEAR, options.weeks - 1)
    if weeks < 1:
        raise InputError("the run has a single week: no placebo has anything to move; let it end later")
    key, who = make_key(options.seed, 0), np.arange(number, dtype=np.uint32)
    codes, first = data.municipality_codes(), Week.parse(options.start)
    where = codes[(uniforms(key, _WHERE_AND_WHEN, who, 0) * len(codes)).astype(int)]
    when = (uniforms(key, _WHERE_AND_WHEN, who, 1) * weeks).astype(int)
    return tuple(
        _placebo(at, int(code), first + int(week))
        for at, (code, week) in enumerate(zip(where, when, strict=True), start=1)
    )


def _placebo(at: int, code: int, week: Week) -> Scenario:
    name = f"placebo-{at}"
    change = Change(
        TOUCHED, "add", ((week.monday, MINUTES),), frozenset({code}), until=week.monday + timedelta(weeks=1),
        origin=Origin(name, kind="reform"),
    )  # fmt: skip
    return Scenario(name, (change,), name)


def placebo_plan(number: int, options: RunOptions = PLACEBO, **changed: Unpack[RunFields]) -> Plan:
    """Return the plan: the baseline, and each placebo beside it."""
    asked = options.but(**changed)
    return make_plan([BASELINE_SCENARIO, *placebos(number, asked)], asked, kind="compare")


@shows_run_options(PLACEBO, without=["draws", "replicates"])
def placebo(
    number: int | None = None, *, out: Path | str | None = None, **options: Unpack[RunFields]
) -> NoiseFloor:
    """Measure how far each measure moves for no reason: the noise floor of comparisons.

    Parameters
    ----------
    number
        Placebos: minutes of documentation in a municipality and week drawn at random (200).
    out
        Folder of ``noise_floor.csv`` and the runs; run again with the same to continue.  If None, a temporary
        folder that is removed again.
    **options
        All placebos meet the same people and random numbers.

    Returns
    -------
    The floor by measure, group and year for the whole country.

    Raises
    ------
    InputError
        An option cannot be used; nothing has been run then.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.placebo(out="results/placebo").table  # doctest: +SKIP
    """
    asked = PLACEBO.but(**options)
    plan = placebo_plan(PLACEBOS if number is None else number, asked)
    folder = results_folder(out)
    store = Store(folder / "runs")
    complete(
        store, partial(jobs_of, branching=asked.branching), plan.tasks,
        partial(simulate, labour_market, country_of), workers=asked.workers, executor=asked.executor,
        title="placebo", quiet=asked.quiet,
    )  # fmt: skip
    found = [json.loads(store.read(task)[_FILE]) for task in plan.tasks]
    floor = NoiseFloor(floor_of(found[0], found[1:], asked.scale))
    write_floor(floor, folder)
    if out is None:
        remove_with(floor, folder)
    return floor


def country_of(world: World, task: Task) -> Files:
    """Return the country's measures by year, and its ledger, as a run of this analysis keeps them."""
    rows = world.outcomes()
    yearly = rows[(rows["municipality"] == 0) & rows["period"].str.fullmatch(r"\d{4}")]
    measures = yearly[["measure", "group", "period", "value"]].to_numpy().tolist()
    by = ["period", "payer", "receiver", "account"]
    books = world.ledger_table().groupby(by, sort=True)["amount_kr"].sum().reset_index()
    return {_FILE: json_bytes({"measures": measures, "ledger": books.to_numpy().tolist()})}


def floor_of(baseline: Mapping[str, Any], others: Sequence[Mapping[str, Any]], scale: float) -> pd.DataFrame:
    """Return the table of a noise floor from what was kept of the baseline and of the placebos."""
    moved = pd.concat([_measures(baseline, others), _accounts(baseline, others)], ignore_index=True)
    moved["difference"] = moved["difference"].abs()
    known = moved.dropna(subset="difference")
    every = known.groupby(_KEYS, sort=False)["difference"]
    those = known[known["difference"] > 0].groupby(_KEYS, sort=False)["difference"]
    table = pd.DataFrame({"largest": every.max(), "of_all": every.quantile(SHARE), "placebos": every.size()})
    table.insert(0, "noise_floor", those.quantile(SHARE))
    table.insert(1, "median", those.median())
    table.insert(4, "moved", those.size())
    table = table.fillna({"noise_floor": 0.0, "median": 0.0, "moved": 0}).astype({"moved": int})
    floor = table["noise_floor"].reindex(pd.MultiIndex.from_frame(known[_KEYS])).to_numpy()
    below = known[_KEYS].assign(within=known["difference"] <= floor)
    table["within"] = below.groupby(_KEYS, sort=False)["within"].mean()
    return table.reset_index().assign(scale=scale)


def _measures(baseline: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Differences of measures; a cell that one of two runs lacks has none."""
    columns = [_by_cell(each["measures"]) for each in (baseline, *others)]
    values = pd.concat(columns, axis=1, keys=range(len(columns)), sort=False)
    moved = values.drop(columns=0).sub(values[0], axis=0).stack()
    table = moved.rename("difference").rename_axis([*_KEYS[:2], "year", "run"]).reset_index()
    return table.assign(
        unit=table["measure"].map({name: each.unit.name for name, each in MEASURES.items()}),
        year=table["year"].astype(int),
    )


def _by_cell(rows: Sequence[Sequence[Any]]) -> pd.Series:
    index = pd.MultiIndex.from_tuples([tuple(row[:3]) for row in rows])
    return pd.Series([row[3] for row in rows], index, dtype=np.float64)


def _accounts(baseline: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Differences of net cost by payer, and of what the effort costs, in mio. kr. at fixed prices."""
    columns = ["period", "payer", "receiver", "account", "amount_kr"]
    keys = ["year", *columns[1:4]]
    before = pd.DataFrame(baseline["ledger"], columns=columns)
    frames = []
    for at, each in enumerate(others):
        both = before.merge(pd.DataFrame(each["ledger"], columns=columns), on=columns[:4], how="outer")
        sums = both.fillna({"amount_kr_x": 0.0, "amount_kr_y": 0.0})
        sums = sums.assign(
            scenario=f"placebo-{at + 1}", draw=0, replicate=0, year=sums["period"].astype(int),
            baseline=sums["amount_kr_x"] / 1e6, difference=(sums["amount_kr_y"] - sums["amount_kr_x"]) / 1e6,
        )  # fmt: skip
        frames.append(sums[["scenario", "draw", "replicate", *keys, "baseline", "difference"]])
    lines = accounts_of(pd.concat(frames, ignore_index=True))
    lines = lines[lines["prices"] == "fixed"]
    totals = lines[lines["account"] == TOTAL].rename(columns={"payer": "group"})
    effort = lines[(lines["payer"] == ALL_PAYERS) & lines["account"].isin(EFFORT)]
    effort = effort.groupby(["scenario", "year"], sort=True)["difference"].sum().reset_index()
    shown = ["scenario", "group", "year", "difference"]
    both = pd.concat([totals[shown], effort.assign(group="effort")[shown]], ignore_index=True)
    return both.assign(measure=ACCOUNTS, unit=ACCOUNTS_UNIT)
