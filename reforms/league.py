"""The league: every single reform of the catalogue alone against the baseline, in paired runs.

    return of a krone = - change of all other net public cost / change of the effort's cost

For a reform that spends more on the effort it says what comes back for each krone spent; for one that saves,
how much of each krone saved is lost again elsewhere.  It is left out where the effort's cost changes by less
than :data:`LEAST_EFFORT`.

Everybody is shown, not everybody is ranked.  Without a rank stand, each with the reason as its *standing*
(:func:`standing_of`): illustrations, files whose content is law already, twins (they have the rank of the
reform with the same content, which their row names), and what moves the weeks by no more than the noise
floor.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import pandas as pd
import pyarrow.dataset as ds

from reforms.fiscal import ALL_PAYERS, EFFORT, TOTAL, with_interval, world_accounts
from reforms.load import catalogue, load
from reforms.scenario import BASELINE_SCENARIO, scenario_of
from sim.calendar import Week
from sim.errors import InputError
from sim.outcomes.measures import HEADLINES, MEASURES, Headline
from sim.runs.options import LEAGUE, RunFields, RunOptions
from sim.runs.plan import Plan, make_plan
from sim.runs.reading import table_path
from sim.stats.interval import TOLD

if TYPE_CHECKING:
    from reforms.noise_floor import NoiseFloor
    from reforms.reform import Reform

#: Mio. kr. a year below which no return of a krone is worked out: the effort's cost has hardly changed.
LEAST_EFFORT = 20.0
#: Columns on people, and the figure that each tells.
PEOPLE: dict[str, Headline] = {told.column.name: told for told in HEADLINES if told.column is not None}
#: What the table tells of a reform's effect: column -> unit.
EFFECTS: dict[str, str] = {
    **{name: f"{MEASURES[told.measure].unit.words.en}, {told.words.en}" for name, told in PEOPLE.items()},
    "public": "mio. kr. a year, 2024 prices",
    "state": "mio. kr. a year, 2024 prices",
    "municipality": "mio. kr. a year, 2024 prices",
    "a_kasse": "mio. kr. a year, 2024 prices",
    "effort": "mio. kr. a year, 2024 prices",
    "per_krone": "kr. back for each krone more on the effort",
}
TABLE = "league"
#: The column that decides the order, most first: shorter spells alone may be more pensions.
RANKED_BY = "self_support"
#: Standing of a row whose gain lies within the noise floor of zero; those of others: :func:`standing_of`.
BELOW_FLOOR = "floor"
#: Beginnings of the standings: since when it is law, and the name of the twin, follow them.
LAW, TWIN, ILLUSTRATION = "law", "as", "illustration"


@dataclass(frozen=True)
class Entrants:
    """Who takes part, and who does not with the reason."""

    reforms: tuple[Reform, ...]
    left_out: tuple[tuple[str, str], ...]


def entrants(names: Sequence[str], start: str, end: str) -> Entrants:
    """Return the single reforms that change something between two weeks.

    Parameters
    ----------
    names
        Only these (catalogue names or files); all singles of the catalogue if empty.

    Raises
    ------
    InputError
        A reform asked for by name cannot take part.
    """
    if names:
        chosen = [load(name) for name in names]
    else:
        chosen = [reform for reform in catalogue() if len(reform.parts) == 1]
    first, last = Week.parse(start).monday, Week.parse(end).monday
    taken, left_out = [], []
    for reform in chosen:
        in_time = any(c.start <= last and (c.until is None or c.until > first) for c in reform.changes)
        if reform.runnable and in_time:
            taken.append(reform)
            continue
        why = reform.reason if not reform.runnable else "changes nothing in these years"
        if names:
            raise InputError(f"'{reform.name}' cannot take part in the league: {why}")
        if reform.name != "nothing":
            left_out.append((reform.name, why))
    return Entrants(tuple(taken), tuple(left_out))


def league_plan(taking_part: Entrants, options: RunOptions = LEAGUE, **changed: Unpack[RunFields]) -> Plan:
    """Return one comparison with a scenario for each reform."""
    scenarios = [scenario_of(reform) for reform in taking_part.reforms]
    return make_plan([BASELINE_SCENARIO, *scenarios], options, kind="compare", **changed)


def standing_of(reform: Reform, others: Sequence[str]) -> str:
    """Return why a reform is shown without a rank, or nothing if it is ranked.

    Parameters
    ----------
    others
        Names of all that take part: a twin alone is ranked itself.

    Returns
    -------
    ``law 2026-02-01``, ``as NAME``, ``illustration``, or an empty string.
    """
    if reform.already_law:
        return f"{LAW} {reform.already_law.date}"
    if reform.twin_of in others:
        return f"{TWIN} {reform.twin_of}"
    return ILLUSTRATION if reform.fidelity == ILLUSTRATION else ""


def league_table(folder: Path, reforms: Sequence[Reform], floor: float = math.nan) -> pd.DataFrame:
    """Return the ranked table from a finished comparison.

    Parameters
    ----------
    floor
        Noise floor of :data:`RANKED_BY`, if it was measured: see :func:`ranked`.

    Returns
    -------
    Frame of rank, standing, reform, title_en, title_da, author, theme, proposals, fidelity, and for each of
    :data:`EFFECTS` its median and, with the effect's name before them, low80, high80, low95, high95,
    p_higher, share_simulation, draws and pairs, all of the last year; most of :data:`RANKED_BY` first, those
    without a rank below.
    """
    pairs = pd.concat([_people(folder), _money(folder)], ignore_index=True)
    effects = with_interval(pairs.assign(baseline=0.0), ["scenario", "effect"])
    wide = effects.pivot(index="scenario", columns="effect", values=list(TOLD))
    named = pd.DataFrame(
        [
            {"reform": r.name, "title_en": r.title("en"), "title_da": r.title("da"), "author": r.author,
             "theme": r.theme, "proposals": " ".join(r.proposals), "fidelity": r.fidelity,
             "standing": standing_of(r, [each.name for each in reforms])}
            for r in reforms
        ]
    ).set_index("reform")  # fmt: skip
    for name in EFFECTS:
        for column in TOLD:
            values = wide[column][name] if name in wide[column] else float("nan")
            named[name if column == "median" else f"{name}_{column}"] = values
    return ranked(named.reset_index(), floor)


def ranked(table: pd.DataFrame, floor: float = math.nan) -> pd.DataFrame:
    """Return a table in order of :data:`RANKED_BY`, ties by net cost and then name, with the rank first.

    There is no order below the noise floor: reforms within it of the first of their rank share the rank, and
    stand there by name; those within it of zero have no rank and :data:`BELOW_FLOOR` as their standing.  What
    has another standing is shown below, by standing and name.  A reform without :data:`RANKED_BY` comes last
    and has no rank.
    """
    known = not math.isnan(floor)
    standing = table["standing"].fillna("") if "standing" in table else pd.Series("", index=table.index)
    if known:
        standing = standing.mask((standing == "") & (table[RANKED_BY].abs() <= floor), BELOW_FLOOR)
    whole = table.assign(standing=standing)
    ordered = _in_order(whole[standing == ""], floor, known)
    rest = whole[standing != ""].sort_values(["standing", "reform"], kind="stable", key=_place)
    rest.insert(0, "rank", pd.array([None] * len(rest), "Int64"))
    last = ordered["rank"].isna()
    found = pd.concat([ordered[~last], rest, ordered[last]], ignore_index=True)
    return found[["rank", "standing", *(each for each in table.columns if each != "standing")]]


def _place(column: pd.Series) -> pd.Series:
    """Return standings by their place below the ranks; other columns as they are."""
    if column.name != "standing":
        return column
    kinds = [BELOW_FLOOR, TWIN, LAW, ILLUSTRATION]
    return column.map(lambda standing: kinds.index(standing.partition(" ")[0]))


def _in_order(table: pd.DataFrame, floor: float, known: bool) -> pd.DataFrame:
    """Return the reforms that are ranked, in their order, with their ranks."""
    ordered = table.sort_values(
        [RANKED_BY, "public", "reform"], ascending=[False, True, True], kind="stable", ignore_index=True
    )
    ranks: list[int | None] = []
    first = math.nan
    for at, gain in enumerate(ordered[RANKED_BY]):
        if math.isnan(gain):
            ranks.append(None)
        elif not ranks or first - gain > (floor if known else 0.0):
            first = gain
            ranks.append(at + 1)
        else:
            ranks.append(ranks[-1])
    ordered.insert(0, "rank", pd.array(ranks, "Int64"))
    return ordered.sort_values(["rank", "reform"], kind="stable", ignore_index=True) if known else ordered


def shown_ranks(table: pd.DataFrame) -> list[str]:
    """Return the ranks as a reader sees them: shared ones with an equals sign, nothing without one."""
    shared = table["rank"].duplicated(keep=False)
    return [
        "" if pd.isna(rank) else f"{rank}=" if tie else str(rank)
        for rank, tie in zip(table["rank"], shared, strict=True)
    ]


def rank_floor(floor: NoiseFloor | None, plan: Plan) -> float:
    """Return the noise floor of what a league is ranked by, as it is shown; not a number without a floor."""
    if floor is None:
        return math.nan
    told = PEOPLE[RANKED_BY]
    pairs = plan.replicates * len(plan.draw_numbers)
    found = floor.at(told.measure, told.group, year=plan.end[:4], scale=plan.scale, pairs=pairs)
    return found * MEASURES[told.measure].unit.factor


def grouped(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return for each author or theme how many reforms, how many certainly shorten or lengthen, and medians.

    Certainly: the whole 95 % interval is on one side of zero.  Illustrations, twins and what is law already
    do not count.  In the order of their names: medians that lie within the noise floor of each other make no
    order.  ``best`` is the first of those that have a rank, if any has.
    """
    counted = table[table["standing"].isin(["", BELOW_FLOOR])] if "standing" in table else table
    flags = counted.assign(
        shorten=counted["weeks_high95"] < 0,
        lengthen=counted["weeks_low95"] > 0,
        best=counted["reform"].where(counted["rank"].notna()),
    )
    result = flags.groupby(by, sort=True).agg(
        reforms=("reform", "size"),
        shorten=("shorten", "sum"),
        lengthen=("lengthen", "sum"),
        median_weeks=("weeks", "median"),
        median_public=("public", "median"),
        best=("best", "first"),
    )
    return result.reset_index()


def _people(folder: Path) -> pd.DataFrame:
    """Return the figures on people of each pair of runs in the last year."""
    names = sorted({told.measure for told in PEOPLE.values()})
    where = (ds.field("municipality") == 0) & ds.field("measure").isin(names)
    table = ds.dataset(table_path(folder, "differences")).to_table(filter=where).to_pandas()
    years = table[table["period"].str.fullmatch(r"\d{4}")]
    last = years[years["period"] == years["period"].max()]
    frames = []
    for name, told in PEOPLE.items():
        rows = last[(last["measure"] == told.measure) & (last["group"] == told.group)]
        shown = rows["difference"] * MEASURES[told.measure].unit.factor
        frames.append(rows[["scenario", "draw", "replicate"]].assign(effect=name, difference=shown))
    return pd.concat(frames, ignore_index=True)


def _money(folder: Path) -> pd.DataFrame:
    """Return net cost by payer, the effort's cost and a krone's return, of each pair in the last year."""
    lines = world_accounts(folder)
    lines = lines[(lines["prices"] == "fixed") & (lines["year"] == lines["year"].max())]
    world = ["scenario", "draw", "replicate"]
    payers = lines[lines["account"] == TOTAL].rename(columns={"payer": "effect"})
    public = lines[lines["payer"] == ALL_PAYERS]
    effort = public[public["account"].isin(EFFORT)].groupby(world)["difference"].sum()
    total = public[public["account"] == TOTAL].set_index(world)["difference"]
    mean = effort.groupby(level="scenario").transform("mean")
    back = (-(total - effort) / effort).where(mean.abs() >= LEAST_EFFORT).dropna()
    frames = [payers[[*world, "effect", "difference"]]]
    for name, values in (("effort", effort), ("per_krone", back)):
        frames.append(values.rename("difference").reset_index().assign(effect=name))
    return pd.concat(frames, ignore_index=True)
