"""From pairs of runs to an answer: means, intervals, winners and losers, displacement."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from reforms.effects import as_people, of_the_same_pairs, of_too_few, told_by_enough
from sim.outcomes.exits import EXIT_LABELS, EXITS
from sim.outcomes.measures import HEADLINES, MEASURES, Headline
from sim.runs.plan import BASELINE, Plan, Scenario
from sim.runs.tables import SCHEMAS, Run, TableWriter, runs_in
from sim.stats.interval import TOLD, hide, of_denmark, told_of
from sim.stats.words import in_words, no_interval, noise_in_words

CELL = ["period", "municipality", "group", "measure"]
TEXTS = ["period", "group", "measure", "unit"]
#: A row of differences of one scenario, with the draw and replicate that it is of.
_PLAIN = pa.schema([column for column in SCHEMAS["differences"] if column.name != "scenario"])
#: Rows of differences that are held in memory at once (about 60 bytes each, and as much again to group them).
ROWS_AT_ONCE = 2_000_000
#: Groups in which winners and losers are counted.
DIMENSIONS = ("all", "start_state", "sex", "age", "education", "barrier", "municipality")
#: Ends of the bands of weeks won (negative) and lost: -4 to -1 is the band that ends at -1.
_BANDS = [-np.inf, -105, -53, -27, -14, -5, -1, 0, 4, 13, 26, 52, 104, np.inf]
_NOT_OBSERVED = "not observed"
#: Whose exits are told: a course on temporary benefits, whatever the benefit.
_COURSES = "temporary_support"
_AGES = [0, 25, 30, 40, 50, 60, 200]
_AGE_LABELS = ["under 25", "25-29", "30-39", "40-49", "50-59", "60 or over"]


def summarise(differences: Path, scenarios: Sequence[Scenario], scale: float) -> pd.DataFrame:
    """Return the means of every cell over draws and replicates, and what they say about Denmark.

    The interval holds the expected effect at scale 1, without the chance of small runs
    (:mod:`sim.stats.interval`).  The table is read once; what is more than :data:`ROWS_AT_ONCE` is sorted by
    measure on disk, beside it.

    Parameters
    ----------
    differences
        ``differences.parquet`` of a comparison, one pair of runs after the other.
    scale
        Share of Denmark's people that was simulated: what has too few of them behind it has no interval.

    Returns
    -------
    Frame of scenario, period, municipality, group, measure, unit, baseline, reform, difference, and median,
    low80, high80, low95, high95, p_higher (probability that the difference is above zero), share_simulation
    (of the variance), draws and pairs.
    """
    frames = [
        _summary_of(pairs, runs).assign(scenario=scenario)
        for scenario, each in groupby(runs_in(differences), lambda item: item[0].scenario)
        for pairs, runs in _in_portions((_of_run(run, rows) for run, rows in each), differences.parent)
    ]
    if not frames:
        raise ValueError("a summary needs at least one reform")
    together = pd.concat(frames, ignore_index=True)
    at = {scenario.name: number for number, scenario in enumerate(scenarios)}
    ordered = together.assign(at=together["scenario"].map(at)).sort_values(["at", *CELL], ignore_index=True)
    columns = ["scenario", *CELL, "unit", "baseline", "reform", "difference", *TOLD]
    return hide(ordered[columns], of_too_few(ordered, ["scenario", "period", "municipality"], scale))


def _of_run(run: Run, rows: pa.Table) -> pa.Table:
    """Return rows with the draw and replicate that they are of, in the columns of a portion."""
    for name in ("replicate", "draw"):
        number = pa.array(np.full(rows.num_rows, getattr(run, name), np.int32))
        rows = rows.add_column(0, name, number)
    return rows


def _in_portions(runs: Iterable[pa.Table], folder: Path) -> Iterator[tuple[pd.DataFrame, int]]:
    """Yield the rows of all runs of a scenario, all or some cells at a time, with the number of runs."""
    held: list[pa.Table] = []
    spilled: dict[str, TableWriter] = {}
    number = rows = 0
    with TemporaryDirectory(prefix=".sorting", dir=folder) as name:
        place = Path(name)
        for table in runs:
            held.append(table)
            number, rows = number + 1, rows + table.num_rows
            if rows > ROWS_AT_ONCE:
                _spill(held, spilled, place)
                held, rows = [], 0
        if not spilled:
            yield _frame(held), number
            return
        if held:
            _spill(held, spilled, place)
        for writer in spilled.values():
            writer.close()
        for measures in _portions({measure: writer.rows for measure, writer in spilled.items()}):
            files = [place / f"{measure}.parquet" for measure in measures]
            yield _frame([pq.read_table(file, read_dictionary=TEXTS) for file in files]), number


def _spill(tables: Sequence[pa.Table], files: dict[str, TableWriter], folder: Path) -> None:
    """Append rows to a file for each measure."""
    together = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    measures = together["measure"].chunk(0)
    order = np.argsort(measures.indices.to_numpy(), kind="stable")
    ends = np.cumsum(np.bincount(measures.indices.to_numpy(), minlength=len(measures.dictionary)))
    rows = together.take(pa.array(order))
    for name, first, end in zip(measures.dictionary.to_pylist(), [0, *ends[:-1]], ends, strict=True):
        if name not in files:
            files[name] = TableWriter(folder / f"{name}.parquet", _PLAIN)
        files[name].add(rows.slice(first, end - first))


def _frame(tables: Sequence[pa.Table]) -> pd.DataFrame:
    return pa.concat_tables(tables).unify_dictionaries().to_pandas()


def _portions(rows: Mapping[str, int]) -> Iterator[list[str]]:
    """Yield names so that the rows of each portion are at most :data:`ROWS_AT_ONCE`, if one name's are."""
    portion: list[str] = []
    for name in sorted(rows):
        if portion and sum(rows[each] for each in portion) + rows[name] > ROWS_AT_ONCE:
            yield portion
            portion = []
        portion.append(name)
    if portion:
        yield portion


def _summary_of(pairs: pd.DataFrame, runs: int) -> pd.DataFrame:
    pairs = of_the_same_pairs(told_by_enough(pairs, CELL, runs), CELL)
    grouped = pairs.groupby([*CELL, "unit"], sort=True, observed=True)
    summary = grouped[["baseline", "reform", "difference"]].mean()
    cells = summary.join(of_denmark(pairs, [*CELL, "unit"])).reset_index().astype(dict.fromkeys(TEXTS, str))
    return cells.sort_values(CELL, ignore_index=True)


def winners_and_losers(people: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return how many persons are supported for fewer and for more weeks than in the baseline, by group.

    The same person in two runs (first draw and replicate).  Numbers of persons are scaled to scale 1.

    Returns
    -------
    Frame of scenario, dimension, group, persons, winners, losers, weeks_supported and weeks_employed (mean
    difference per person, reform minus baseline).
    """
    frames = []
    for scenario, both, groups in _in_two_runs(people, plan):
        changes = _changes_of(both, plan.scale)
        how = {name: "mean" if name.startswith("weeks") else "sum" for name in changes}
        for name, group in groups.items():
            table = changes.groupby(group.rename("group"), sort=True).agg(how).reset_index()
            frames.append(table.assign(scenario=scenario, dimension=name))
    return pd.concat(frames, ignore_index=True)[["scenario", "dimension", "group", *how]]


def weeks_won_and_lost(people: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return how many weeks of support persons win and lose: the distribution behind the mean, by group.

    Returns
    -------
    Frame of scenario, dimension, group, weeks (a band of reform minus baseline, 'from to', whole weeks of
    public support over the run), at_least and at_most (its ends; the outermost have none) and persons at
    scale 1.  Bands without persons are left out.
    """
    frames = []
    for scenario, both, groups in _in_two_runs(people, plan):
        change = both["weeks_supported_reform"] - both["weeks_supported"]
        band = pd.cut(change, _BANDS, labels=False)
        for name, group in groups.items():
            persons = (
                change.groupby([group.rename("group"), band.rename("band")]).size() / plan.scale
            ).rename("persons")
            frames.append(persons.reset_index().assign(scenario=scenario, dimension=name))
    table = pd.concat(frames, ignore_index=True)
    table["at_least"] = table["band"].map(lambda at: _BANDS[at] + 1)
    table["at_most"] = table["band"].map(lambda at: _BANDS[at + 1])
    table["weeks"] = [_band_name(*ends) for ends in zip(table["at_least"], table["at_most"], strict=True)]
    return table[["scenario", "dimension", "group", "weeks", "at_least", "at_most", "persons"]]


def _band_name(low: float, high: float) -> str:
    if np.isinf(low):
        return f"{high:.0f} or less"
    if np.isinf(high):
        return f"{low:.0f} or more"
    return f"{low:.0f} to {high:.0f}" if low < high else f"{low:.0f}"


def _in_two_runs(
    people: pd.DataFrame, plan: Plan
) -> Iterator[tuple[str, pd.DataFrame, dict[str, pd.Series]]]:
    """Yield each reform, its persons beside themselves in the baseline, and their groups by dimension."""
    indexed = people.set_index("person")
    baseline = indexed[indexed["scenario"] == BASELINE]
    for scenario in plan.scenarios:
        if scenario.name != BASELINE:
            reform = indexed.loc[indexed["scenario"] == scenario.name, ["weeks_supported", "weeks_employed"]]
            both = baseline.join(reform, rsuffix="_reform", how="inner")
            ages = pd.cut(
                int(plan.start[:4]) - both["birth_year"], _AGES, right=False, labels=_AGE_LABELS
            ).astype(str)
            groups = {"all": pd.Series("all", index=both.index), "age": ages}
            groups |= {name: both[name].astype(str) for name in DIMENSIONS if name in both}
            yield scenario.name, both, {name: groups[name] for name in DIMENSIONS}


def _changes_of(both: pd.DataFrame, scale: float) -> pd.DataFrame:
    supported = both["weeks_supported_reform"] - both["weeks_supported"]
    return pd.DataFrame(
        {
            "persons": 1 / scale,
            "winners": (supported < 0) / scale,
            "losers": (supported > 0) / scale,
            "weeks_supported": supported,
            "weeks_employed": both["weeks_employed_reform"] - both["weeks_employed"],
        },
        index=both.index,
    )


def displacement(summary: pd.DataFrame) -> pd.DataFrame:
    """Return exits to job that some benefits win and others lose, by scenario and period.

    Returns
    -------
    Frame of scenario, period, won, lost (both at least 0), net, and displaced: lost per exit won (not a
    number where none is won).
    """
    from sim.states import STATES

    exits = summary[
        (summary["measure"] == "exits_to_job")
        & (summary["municipality"] == 0)
        & summary["group"].isin(STATES)
    ]
    change = exits["difference"]
    parts = exits[["scenario", "period"]].assign(won=change.clip(lower=0), lost=-change.clip(upper=0))
    result = parts.groupby(["scenario", "period"], sort=True)[["won", "lost"]].sum().reset_index()
    result["net"] = result["won"] - result["lost"]
    result["displaced"] = (result["lost"] / result["won"]).where(result["won"] > 0)
    return result


def in_short(summary: pd.DataFrame, scale: float = 0.0) -> str:
    """Return the main differences of the last year for the whole country, as lines of text.

    Parameters
    ----------
    scale
        Share of the people that was simulated; a number of people without interval is then rounded to what
        one simulated person stands for.
    """
    country = summary[(summary["municipality"] == 0) & (summary["period"].str.len() == 4)]
    if country.empty:
        return "No year is complete enough for a figure of the country."
    year = country["period"].max()
    lines = [f"{year}, all of Denmark, reform minus baseline:"]
    for scenario, rows in country[country["period"] == year].groupby("scenario", sort=False):
        lines.append(f"  {scenario}")
        for told in HEADLINES:
            if told.on_screen:
                found = rows[(rows["measure"] == told.measure) & (rows["group"] == told.group)]
                lines += [line for _, row in found.iterrows() for line in _short_lines(row, told, scale)]
        lines += _exit_lines(rows)
    if country["low95"].isna().all():
        lines += textwrap.wrap(_why_none(country), 96, initial_indent="  ", subsequent_indent="  ")
    return "\n".join(lines)


def _why_none(country: pd.DataFrame) -> str:
    if (country["pairs"] <= 1).all():
        return (
            "These are of one pair of runs and have no interval: by chance alone they may be several times "
            "as large or have the other sign. Ask for more (--draws 8 --replicates 2) before a figure is "
            "quoted."
        )
    return (
        "These have no interval: the runs have one draw of the uncertain numbers, and what is not known of "
        "Denmark is in none of them. Ask for more (--draws 8 --replicates 2) before a figure is quoted."
    )


def _exit_lines(rows: pd.DataFrame) -> list[str]:
    """Return where more and fewer leave temporary benefits to: a shorter spell says nothing without it."""
    exits = rows[(rows["measure"] == "exits") & rows["group"].str.startswith(f"{_COURSES}>")]
    if exits.empty:
        return []
    change = dict(zip(exits["group"].str.removeprefix(f"{_COURSES}>"), exits["difference"], strict=True))
    told = [f"{EXIT_LABELS[name][0]} {change[name]:+,.0f}" for name in EXITS if change.get(name)]
    text = "exits from temporary benefits: " + ("; ".join(told) if told else "none changes")
    return textwrap.wrap(text, 96, initial_indent=" " * 17, subsequent_indent=" " * 19)


def _short_lines(row: pd.Series, told: Headline, scale: float) -> list[str]:
    unit = MEASURES[told.measure].unit
    if np.isnan(row["difference"]):
        return [f"  {_NOT_OBSERVED:>14} {unit.words.en}, {told.words.en}"]
    known = told_of(row)
    words = f"{unit.words.en}, {told.words.en}"
    level = f", from {row['baseline'] * unit.factor:,.1f}" if told.with_level else ""
    if not known.known:
        people = as_people(row["difference"], str(row["unit"]), scale) * unit.factor
        why = "the same in every pair" if row["difference"] == 0 else no_interval(known.draws, known.pairs)
        return [f"  {people:>+14,.2f} {words}{level} ({why})"]
    shown = known.times(unit.factor)
    return [
        f"  {shown.median:>+14,.2f} {words}{level}: {in_words(shown)}",
        f"{'':17}80 %: {shown.low80:+,.2f} to {shown.high80:+,.2f}; "
        f"95 %: {shown.low95:+,.2f} to {shown.high95:+,.2f}; {noise_in_words(shown)}",
    ]
