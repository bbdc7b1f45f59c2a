"""From pairs of worlds to an answer: means, intervals, winners and losers, displacement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.dataset as ds
from scipy import stats

from sim.outcomes.measures import HEADLINES, MEASURES, Headline
from sim.runs.plan import BASELINE, Plan, Scenario

CELL = ["period", "municipality", "group", "measure"]
#: From this many pairs of worlds on, the interval is read off their percentiles.
PERCENTILES_FROM = 20
#: Rows of differences that are held in memory at once (about 60 bytes each, and as much again to group them).
ROWS_AT_ONCE = 2_000_000
#: Groups in which winners and losers are counted.
DIMENSIONS = ("all", "start_state", "sex", "age", "education", "barrier", "municipality")
#: Ends of the bands of weeks won (negative) and lost: -4 to -1 is the band that ends at -1.
_BANDS = [-np.inf, -105, -53, -27, -14, -5, -1, 0, 4, 13, 26, 52, 104, np.inf]
_AGES = [0, 25, 30, 40, 50, 60, 200]
_AGE_LABELS = ["under 25", "25-29", "30-39", "40-49", "50-59", "60 or over"]


def summarise(differences: Path, scenarios: Sequence[Scenario]) -> pd.DataFrame:
    """Return mean and interval of every cell over draws and replicates.

    The interval says where one more pair of worlds (another draw of the uncertain parameters, another
    replicate) would lie with 95 % probability: the 2.5 and 97.5 percentiles of the pairs from 20 pairs on,
    below that the t-interval ``mean +- t * sd * sqrt(1 + 1/n)``, and none from a single pair.

    Parameters
    ----------
    differences
        ``differences.parquet`` of a comparison.

    Returns
    -------
    Frame of scenario, period, municipality, group, measure, unit, baseline, reform, difference, low, high,
    pairs and interval ('percentiles', 't' or 'none').
    """
    frames = [
        _summary_of(pairs).assign(scenario=scenario.name)
        for scenario in scenarios
        if scenario.name != BASELINE
        for pairs in _pairs_of(differences, scenario.name)
    ]
    if not frames:
        raise ValueError("a summary needs at least one reform")
    together = pd.concat(frames, ignore_index=True)
    at = {scenario.name: number for number, scenario in enumerate(scenarios)}
    ordered = together.assign(at=together["scenario"].map(at)).sort_values(["at", *CELL], ignore_index=True)
    return ordered[
        ["scenario", *CELL, "unit", "baseline", "reform", "difference", "low", "high", "pairs", "interval"]
    ]


def _pairs_of(differences: Path, scenario: str) -> Iterator[pd.DataFrame]:
    """Yield a scenario's pairs a few measures at a time, with texts as categories.

    With many draws there may be tens of millions of rows: they are never all in memory.
    """
    texts = ["period", "group", "measure", "unit"]
    mine = ds.field("scenario") == scenario
    stored = ds.dataset(differences, format=ds.ParquetFileFormat(read_options={"dictionary_columns": texts}))
    rows: Counter[str] = Counter()
    for batch in stored.to_batches(columns=["measure"], filter=mine):
        counts = batch.column("measure").value_counts()
        rows.update(dict(zip(counts.field(0).to_pylist(), counts.field(1).to_pylist(), strict=True)))
    for measures in _portions(rows):
        yield stored.to_table(
            columns=["draw", "replicate", "municipality", *texts, "baseline", "reform", "difference"],
            filter=mine & ds.field("measure").isin(measures),
        ).to_pandas()


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


def _summary_of(pairs: pd.DataFrame) -> pd.DataFrame:
    grouped = pairs.groupby([*CELL, "unit"], sort=True, observed=True)
    summary = grouped[["baseline", "reform", "difference"]].mean()
    summary["pairs"] = grouped["difference"].count()
    worlds = pairs[["draw", "replicate"]].drop_duplicates().shape[0]
    summary["low"], summary["high"], summary["interval"] = bounds(grouped["difference"], worlds)
    cells = summary.reset_index().astype(dict.fromkeys(["period", "group", "measure", "unit"], str))
    return cells.sort_values(CELL, ignore_index=True)


def bounds(differences: Any, worlds: int) -> tuple[pd.Series, pd.Series, str]:
    """Return the 95 % interval of each group of differences, and how it was made.

    Parameters
    ----------
    differences
        The column of differences of a grouped frame: one for each pair of worlds in each cell.
    worlds
        Number of pairs of worlds.

    Returns
    -------
    Low, high and 'percentiles', 't' or 'none'; see :func:`summarise`.
    """
    if worlds >= PERCENTILES_FROM:
        quantiles = differences.quantile([0.025, 0.975]).unstack()
        return quantiles[0.025], quantiles[0.975], "percentiles"
    mean, reach = differences.mean(), half_width(differences.std(), differences.count())
    return mean - reach, mean + reach, "t" if worlds > 1 else "none"


def half_width(deviation: pd.Series, number: pd.Series) -> pd.Series:
    """Return half the width of the 95 % t-interval for one more pair; not a number from a single pair."""
    return deviation * stats.t.ppf(0.975, np.maximum(number - 1, 1)) * np.sqrt(1 + 1 / number)


def winners_and_losers(people: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return how many persons are supported for fewer and for more weeks than in the baseline, by group.

    The same person in two worlds (first draw and replicate).  Numbers of persons are scaled to scale 1.

    Returns
    -------
    Frame of scenario, dimension, group, persons, winners, losers, weeks_supported and weeks_employed (mean
    difference per person, reform minus baseline).
    """
    frames = []
    for scenario, both, groups in _in_two_worlds(people, plan):
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
    for scenario, both, groups in _in_two_worlds(people, plan):
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


def _in_two_worlds(
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


def in_short(summary: pd.DataFrame) -> str:
    """Return the main differences of the last year for the whole country, as lines of text."""
    country = summary[(summary["municipality"] == 0) & (summary["period"].str.len() == 4)]
    year = country["period"].max()
    lines = [f"{year}, all of Denmark, reform minus baseline:"]
    for scenario, rows in country[country["period"] == year].groupby("scenario", sort=False):
        lines.append(f"  {scenario}")
        for told in HEADLINES:
            if told.on_screen:
                found = rows[(rows["measure"] == told.measure) & (rows["group"] == told.group)]
                lines += [_short_line(row, told) for row in found.to_dict("records")]
    return "\n".join(lines)


def _short_line(row: dict[Hashable, Any], told: Headline) -> str:
    unit = MEASURES[told.measure].unit
    difference, low, high, baseline = (
        row[name] * unit.factor for name in ("difference", "low", "high", "baseline")
    )
    interval = f" ({low:+,.2f} to {high:+,.2f})" if row["pairs"] > 1 else ""
    words = f"{unit.words.en}, {told.words.en}"
    return f"  {difference:>+14,.2f}{interval} {words}, from {baseline:,.1f}"
