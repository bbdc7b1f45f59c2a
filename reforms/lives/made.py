"""Runs one pair of a comparison again, watched, and writes the two lives of those who are picked.

The first draw and replicate, that of ``people.parquet``.  At the comparison's own scale the weeks seen are
held against that table, person by person.  Everything lies in ``DIR/lives``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from reforms.again import plan_of
from reforms.lives.parting import KINDS, NEVER, Partings, partings
from reforms.lives.pick import Picked, pick, winners_and_losers
from reforms.lives.results import ABOUT, FOLDER, PAIRS, TABLES, WEEKS, WINNERS, TwoLives, read
from reforms.load import load
from sim.calendar import Week
from sim.errors import InputError, suggest
from sim.lookup import IS_CLIENT
from sim.outcomes.lives import A_KASSE, JOBCENTRE, NO_ONE, Courses, WatchedMarket, unpacked, watched_market
from sim.runs.branching import jobs_of
from sim.runs.execute import Files, complete
from sim.runs.options import RUN, check_scale
from sim.runs.plan import BASELINE, Plan, Task
from sim.runs.reading import manifest_of, refuse_changed, table_path, write_about
from sim.runs.store import MANIFEST, Store, file_hash
from sim.runs.version import version
from sim.runs.work import World, simulate
from sim.states import NOBODY, STATES, State
from sim.vocabulary import PROGRAMMES

KEPT, _FILE, _PARTS = "lives", "lives.npz", "parts"
#: Share of Denmark that is watched where the comparison is larger: 175,000 lives are enough to pick from.
LARGEST_SCALE = 0.05
_STATES = (*STATES, "left_population")
_PROGRAMMES = ("", *PROGRAMMES)
_INTERVIEWS = {0: "", JOBCENTRE: "jobcentre", A_KASSE: "a_kasse", JOBCENTRE | A_KASSE: "jobcentre+a_kasse"}


def lives_of(world: World, task: Task) -> Files:
    """Return what is kept of a watched run: the lives."""
    assert isinstance(world, WatchedMarket)
    return {_FILE: world.lives.packed()}


def lives(
    folder: Path | str,
    *,
    reforms: str | Sequence[str] = (),
    scale: float | None = None,
    workers: int | None = RUN.workers,
    executor: str | None = None,
    branching: bool = RUN.branching,
    quiet: bool = RUN.quiet,
) -> TwoLives:
    """Pick persons of a comparison by rule and write their two lives, and who wins and loses kroner.

    Parameters
    ----------
    folder
        What ``jobvej compare --out`` wrote, by this Jobvej; results go to ``folder/lives``.
    reforms
        Names of reforms of the comparison; by default the one that its report answers for: the last package,
        else the first reform.
    scale
        Share of Denmark's people that is watched; by default the comparison's, at most 0.05.
    workers, executor, branching, quiet
        See :class:`jobvej.RunOptions`; none has a bearing on the results.

    Returns
    -------
    ``pairs`` (who, when and why they part), ``weeks`` (their lives), ``winners`` (by group).

    Raises
    ------
    InputError
        The folder holds no comparison of this Jobvej, a reform is not in it, or the scale is none.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.lives("results/headline").pairs  # doctest: +SKIP
    """
    folder = Path(folder)
    options = RUN.but(workers=workers, executor=executor, branching=branching, quiet=quiet)
    plan = _plan(folder)
    names = _wanted(plan, [reforms] if isinstance(reforms, str) else list(reforms))
    watched = min(plan.scale, LARGEST_SCALE) if scale is None else check_scale(scale)
    tasks = _tasks(plan, names, watched)
    out = folder / FOLDER
    store = Store(out / _PARTS)
    complete(
        store, partial(jobs_of, branching=options.branching), tasks.values(),
        partial(simulate, watched_market, lives_of), workers=options.workers, executor=options.executor,
        title="lives", quiet=options.quiet,
    )  # fmt: skip
    seen = {name: unpacked(store.read(task)[_FILE]) for name, task in tasks.items()}
    if watched == plan.scale:
        _hold_against(folder, seen)
    start = Week.parse(plan.start)
    pairs, weeks, winners = [], [], []
    for name in names:
        found = partings(seen[BASELINE], seen[name])
        for each in pick(found, seen[BASELINE].key):
            pairs.append(_pair(name, each, found, seen[BASELINE], seen[name], start))
            weeks += [_course(each, name, scenario, seen[scenario], start) for scenario in (BASELINE, name)]
        table = winners_and_losers(found, seen[name].weeks, watched)
        table.insert(0, "reform", name)
        winners.append(table)
    (out / ABOUT).unlink(missing_ok=True)
    pd.DataFrame(pairs, columns=list(_pair_columns())).to_csv(out / PAIRS, index=False, float_format="%.10g")
    pd.concat(winners).to_csv(out / WINNERS, index=False, float_format="%.10g")
    _write_weeks(out / WEEKS, weeks)
    titles = {each.name: each.definition.get("title", {}) for each in plan.scenarios}
    about = {
        "of": file_hash(folder / MANIFEST), "reforms": names,
        "titles": {name: titles[name] for name in names},
        "from": plan.start, "to": plan.end, "scale": watched, "draw": plan.draw_numbers[0], "replicate": 0,
        "checked_against_people": watched == plan.scale, "version": version(),
    }  # fmt: skip
    write_about(out, ABOUT, about, TABLES)
    return read(folder)


def _plan(folder: Path) -> Plan:
    """Return the plan of a comparison of this Jobvej."""
    said = manifest_of(folder)
    refuse_changed(folder)
    if said["kind"] != "compare":
        raise InputError(f"{folder} holds a run without reforms beside it; jobvej compare makes pairs")
    try:
        plan = plan_of(said)
    except InputError as problem:
        raise InputError(f"the runs of {folder} cannot be watched again here: {problem.message}") from problem
    if BASELINE not in [each.name for each in plan.scenarios] or len(plan.scenarios) < 2:
        raise InputError(f"{folder} holds no baseline with a reform beside it; jobvej compare makes them")
    return plan


def _wanted(plan: Plan, asked: Sequence[str]) -> list[str]:
    """Return the reforms that are asked for, each once; the one that a report answers for by default."""
    there = [each for each in plan.scenarios if each.name != BASELINE]
    names = [each.name for each in there]
    for name in asked:
        if name not in names:
            raise InputError(
                f"no reform '{name}' in these results; there is {', '.join(names)}.{suggest(name, names)}"
            )
    if asked:
        return list(dict.fromkeys(asked))
    packages = [each.name for each in there if len(load(each.argument or each.name).parts) > 1]
    return [packages[-1] if packages else names[0]]


def _tasks(plan: Plan, names: Sequence[str], scale: float) -> dict[str, Task]:
    """Return the watched runs by scenario: the first draw and replicate."""
    scenarios = tuple(each for each in plan.scenarios if each.name in (BASELINE, *names))
    smaller = replace(plan, scenarios=scenarios, scale=scale, replicates=1)
    first = plan.draw_numbers[0]
    return {task.scenario: replace(task, kept=KEPT) for task in smaller.tasks if task.draw == first}


def _hold_against(folder: Path, seen: dict[str, Courses]) -> None:
    """Refuse lives whose weeks are not those of the comparison's table of persons."""
    people = pd.read_parquet(
        table_path(folder, "people"), columns=["scenario", "person", "weeks_supported", "weeks_employed"]
    )
    for name, courses in seen.items():
        mine = pd.DataFrame(
            {
                "weeks_supported": courses.total(IS_CLIENT[courses.columns.state] == 1),
                "weeks_employed": courses.total(courses.columns.state == State.EMPLOYED),
            },
            index=courses.key,
        )
        table = people[people["scenario"] == name].set_index("person").drop(columns="scenario")
        both = mine.join(table, how="inner", rsuffix="_there")
        same = all((both[each] == both[f"{each}_there"]).all() for each in mine)
        if both.empty or not same:
            raise InputError(f"the lives of '{name}' are not those of {folder}: make the comparison again")


def _pair(
    reform: str, picked: Picked, found: Partings, without: Courses, with_it: Courses, start: Week
) -> dict[str, Any]:
    """Return who is picked and where and why the two lives part, as a row of ``pairs.csv``."""
    i = picked.who
    parted, first = int(found.parted[i]), int(found.first[i])
    row: dict[str, Any] = {
        "reform": reform, "group": picked.group, "rule": picked.rule, "person": int(without.key[i]),
        "sex": ("man", "woman")[without.traits.sex[i]], "age": start.year - int(without.traits.birth_year[i]),
        "municipality": int(without.traits.municipality[i]), "start_state": STATES[found.group[i]],
        "first_week": (start + first).label, "first_kind": KINDS[found.first_kind[i]],
        "parted_week": (start + parted).label, "parted_kind": KINDS[found.parted_kind[i]],
    }  # fmt: skip
    for side, courses in (("without", without), ("with", with_it)):
        at = {
            name: courses.dense(name, i, i + 1)[0] for name in ("state", "interview", "programme", "income")
        }
        begun = (at["programme"] != 0) & (at["programme"] != np.append(0, at["programme"][:-1]))
        there = slice(0, parted + 1)
        row |= {
            f"first_{side}": _seen(KINDS[found.first_kind[i]], courses, i, first),
            f"interviews_{side}": int((at["interview"][there] > 0).sum()),
            f"offers_{side}": int(begun[there].sum()),
            f"state_{side}": _STATES[at["state"][parted]],
            f"kr_a_week_{side}": int(at["income"][parted]) / 100.0,
        }
    for side, column in (("without", 0), ("with", 1)):
        row |= {
            f"self_support_weeks_{side}": int(found.weeks[i, column]),
            f"kr_{side}": int(found.ore[i, column]) / 100.0,
        }
    row["self_support_weeks"] = row["self_support_weeks_with"] - row["self_support_weeks_without"]
    row["kr"] = (int(found.ore[i, 1]) - int(found.ore[i, 0])) / 100.0
    assert first != NEVER
    return row


def _pair_columns() -> Iterator[str]:
    """Yield the columns of ``pairs.csv``."""
    yield from ("reform", "group", "rule", "person", "sex", "age", "municipality", "start_state")
    yield from ("first_week", "first_kind", "parted_week", "parted_kind")
    for side in ("without", "with"):
        seen = ("first", "interviews", "offers", "state", "kr_a_week", "self_support_weeks", "kr")
        yield from (f"{name}_{side}" for name in seen)
    yield from ("self_support_weeks", "kr")


def _seen(kind: str, courses: Courses, i: int, week: int) -> str:
    """Return what a column held in a week of a life, as a name."""
    value = int(courses.dense(kind, i, i + 1)[0][week])
    if kind == "state":
        return _STATES[value]
    if kind == "programme":
        return _PROGRAMMES[value] or "none"
    if kind == "interview":
        return _INTERVIEWS[value] or "none"
    if kind in ("caseworker", "employer"):
        return "none" if value == NO_ONE else str(value)
    return f"{value / 100:.2f}" if kind == "income" else str(value)


def _course(picked: Picked, reform: str, scenario: str, courses: Courses, start: Week) -> pd.DataFrame:
    """Return one life of somebody who is picked, week by week."""
    i = picked.who
    at = {name: courses.dense(name, i, i + 1)[0] for name in courses.columns._fields}
    alive = at["state"] != NOBODY
    frame = pd.DataFrame(
        {
            "reform": reform,
            "group": picked.group,
            "rule": picked.rule,
            "person": courses.key[i],
            "scenario": scenario,
            "week": [(start + week).label for week in range(courses.weeks)],
            "state": [_STATES[each] for each in at["state"]],
            "programme": [_PROGRAMMES[each] for each in at["programme"]],
            "interview": [_INTERVIEWS[int(each)] for each in at["interview"]],
            "caseworker": at["caseworker"],
            "job": at["employer"],
            "hours": at["hours"].astype(np.int32),
            "sanctioned": at["sanctioned"] == 1,
            "income_kr": at["income"] / 100.0,
        }
    )
    return frame[alive]


_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("reform", "group", "rule")), ("person", pa.uint32()),
        *((name, pa.string()) for name in ("scenario", "week", "state", "programme", "interview")),
        ("caseworker", pa.int64()), ("job", pa.int32()), ("hours", pa.int32()), ("sanctioned", pa.bool_()),
        ("income_kr", pa.float64()),
    ]
)  # fmt: skip


def _write_weeks(path: Path, weeks: Sequence[pd.DataFrame]) -> None:
    """Write the lives of all who are picked."""
    table = (
        pa.Table.from_pandas(pd.concat(weeks), schema=_SCHEMA, preserve_index=False)
        if weeks
        else _SCHEMA.empty_table()
    )
    pq.write_table(table.replace_schema_metadata(), path, compression="zstd")
