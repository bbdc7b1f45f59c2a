"""What should not matter, measured: the same reforms at several scales, two names for one thing, and time.

A comparison is run at each scale.  From its pairs of runs come

    effects    each reform's effect by measure, group and year, with the standard error over the pairs
    error      the standard error of a mean over pairs of runs.  The variance of one pair is that of the
               people simulated, which falls with their number, and that of 98 municipalities, which does
               not: ``v(scale) = cell + person / scale``, fitted to the variances of the scales with several
               pairs (:func:`errors_of`).  So a single pair at the largest scale has an error, too
    agreement  the effect at a scale against that at the largest: the difference, its standard error, whether
               it is within three of them, and, where the effect is ten of them, within a tenth of it
    drift      each stock over the published one, in the baseline: in the last year, and in the year furthest
               from it

The law is that of the first week unless another baseline is asked for: the law's own steps move stocks, too.

Two ways of abolishing jobafklaring stand beside each other among the reforms (:data:`SAME_THING`, texts in
``reforms/same_thing``): who is ill and not prolonged has assistance, or everybody is prolonged on sickness
benefit.  In neither does anybody come to jobafklaring any more.  How ill people are and how they recover is
the same in both, whatever the benefit is called.  What differs is law, and shows:

    means test   assistance goes to who passes it, the others have nothing; sickness benefit knows none
    money        sickness benefit is the higher rate, and is all that a partner's income does not touch
    demands      who comes to assistance has a new case, another team and other rules of contact, is looked at
                 for readiness, may be sanctioned and have a few paid hours; who is prolonged has none of it,
                 is revalued every 22 weeks and may be found fit
    refund       the clock goes on in both; the account that pays is another

so stocks by benefit and kroner differ, and through means test, contact and money a little of who leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.stats import norm

from reforms.fiscal import ALL_PAYERS, TOTAL, world_accounts
from reforms.results import do_plan, finishers_of, results_folder
from reforms.scenario import HEADLINE_REFORMS, comparison_plan
from sim import data
from sim.errors import InputError
from sim.outcomes.measures import MEASURES
from sim.parameters import load_parameters
from sim.runs.options import INVARIANCE, RunFields, shows_run_options
from sim.runs.plan import BASELINE
from sim.runs.reading import table_path
from sim.states import STATES

#: Pairs of runs at each scale unless others are asked for: about as many simulated people at each.
SCALES: dict[float, int] = {0.01: 16, 0.05: 8, 0.25: 3, 1.0: 1}
#: Two ways of abolishing jobafklaring: files of reforms that nobody proposes.
SAME_THING = tuple(
    str(Path(__file__).with_name("same_thing") / f"clarification-to-{where}.yaml")
    for where in ("assistance", "sickness")
)
#: Standard errors within which two scales agree, and share of the effect.
ERRORS, SHARE = 3.0, 0.1
#: Standard errors that an effect must be before a tenth of it can be told.
_KNOWN = 10.0
#: Cells that the page lists, furthest apart first.
_LISTED = 15
NET_COST, COST_UNIT = "net_public_cost", "mio. kr. a year, 2024 prices"
_MEASURES = ("mean_duration", "stock", "hours", "exits_to_job")
_WORLD = ["draw", "replicate"]
_CELL = ["reform", "measure", "group", "year"]


@shows_run_options(INVARIANCE, without=["scale", "replicates"])
def invariance(
    scales: Mapping[float, int] | None = None,
    *,
    reforms: tuple[str, ...] = (*HEADLINE_REFORMS, *SAME_THING),
    out: Path | str,
    **options: Unpack[RunFields],
) -> dict[str, pd.DataFrame]:
    """Compare the same reforms at several scales, and follow the stocks without any reform.

    Parameters
    ----------
    scales
        Pairs of runs by share of the population; :data:`SCALES` by default.
    reforms
        Names or files.
    out
        Folder: a comparison for each scale, ``effects.csv``, ``agreement.csv``, ``drift.csv`` and
        ``invariance.md``; run again with the same to continue.
    **options
        Of all runs.

    Returns
    -------
    The three tables by name.

    Raises
    ------
    InputError
        An option cannot be used, or fewer than two scales are asked for.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.invariance({0.01: 4, 0.05: 4}, out="results/invariance")  # doctest: +SKIP
    """
    wanted = dict(sorted((scales or SCALES).items()))
    if len(wanted) < 2:
        raise InputError(f"invariance compares scales; found {len(wanted)}, expected two or more")
    folder, asked = results_folder(out), INVARIANCE.but(**options)
    for scale, pairs in wanted.items():
        asked.but(scale=scale, replicates=pairs)
    effects, drifts = [], []
    for scale, pairs in wanted.items():
        here = folder / f"scale-{scale:g}"
        run = asked.but(scale=scale, replicates=pairs)
        plan = comparison_plan(list(reforms), run)
        do_plan(plan, here, run, finishers_of(plan))
        effects.append(effects_of(here).assign(scale=scale))
        drifts.append(drift_of(here).assign(scale=scale))
    found = pd.concat(effects, ignore_index=True)
    found["se"] = errors_of(found)
    tables = {"effects": found, "drift": pd.concat(drifts, ignore_index=True)}
    tables["agreement"] = agreement(tables["effects"])
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, float_format="%.6g")
    (folder / "invariance.md").write_text(as_markdown(tables, wanted), "utf-8")
    return tables


def effects_of(folder: Path) -> pd.DataFrame:
    """Return the country's effects of a comparison.

    Columns: reform, measure, group, year, effect (mean over pairs of runs), baseline, pairs and variance
    (between pairs; not a number for a single pair).
    """
    columns = ["scenario", *_WORLD, "period", "group", "measure", "baseline", "difference"]
    where = [("municipality", "==", 0), ("measure", "in", list(_MEASURES))]
    rows = pq.read_table(table_path(folder, "differences"), columns=columns, filters=where).to_pandas()
    rows = rows[rows["period"].str.fullmatch(r"\d{4}")]
    rows = rows.rename(columns={"scenario": "reform", "period": "year"}).astype({"year": int})
    factor = rows["measure"].map({name: MEASURES[name].unit.factor for name in _MEASURES}).astype(float)
    rows[["baseline", "difference"]] = rows[["baseline", "difference"]].mul(factor, axis=0)
    everything = pd.concat([rows, _costs(folder)], ignore_index=True)
    grouped = everything.groupby(_CELL, sort=True, observed=True)
    table = grouped[["difference", "baseline"]].mean().rename(columns={"difference": "effect"})
    table["pairs"] = grouped["difference"].count()
    table["variance"] = grouped["difference"].var(ddof=1)
    return table.reset_index()


def errors_of(effects: pd.DataFrame) -> NDArray[np.float64]:
    """Return the standard error of each effect, float64, in the effect's unit.

    ``effects`` has the columns of a cell, scale, pairs and variance (between pairs of runs; missing for a
    single pair).  In each cell ``v(scale) = cell + person / scale``, neither below zero, is fitted by least
    squares to the variances of the scales with two pairs or more, each weighed by its degrees of freedom over
    the variance expected of it; the error at a scale is ``sqrt(v / pairs)``.
    """
    errors = np.full(len(effects), np.nan)
    scales, pairs = effects["scale"].to_numpy(float), effects["pairs"].to_numpy(float)
    variances = effects["variance"].to_numpy(float)
    for rows in effects.groupby(_CELL, observed=True).indices.values():
        known = rows[np.isfinite(variances[rows]) & (pairs[rows] > 1)]
        if not len(known):
            continue
        free, found, inverse = pairs[known] - 1.0, variances[known], 1.0 / scales[known]
        alone = float(np.sum(free * found / inverse) / np.sum(free))
        if alone <= 0.0:
            errors[rows] = 0.0
            continue
        weight = np.sqrt(free) / (alone * inverse)
        design = np.column_stack([np.ones(len(known)), inverse]) * weight[:, None]
        (cell, person), _ = nnls(design, found * weight)
        errors[rows] = np.sqrt((cell + person / scales[rows]) / pairs[rows])
    return errors


def _costs(folder: Path) -> pd.DataFrame:
    """Net public cost of each pair of runs, mio. kr. a year at fixed prices, as the rows of a measure."""
    lines = world_accounts(folder)
    mine = (lines["payer"] == ALL_PAYERS) & (lines["account"] == TOTAL) & (lines["prices"] == "fixed")
    rows = lines[mine].rename(columns={"scenario": "reform"})
    return rows.assign(measure=NET_COST, group=ALL_PAYERS)[[*_CELL, *_WORLD, "baseline", "difference"]]


#: States that grow without any reform, and the fact that holds their published entries a year.
_GROWS = {"foertidspension": "F278"}


def drift_of(folder: Path) -> pd.DataFrame:
    """Return each stock of the baseline: state, published, first_year, last_year, implied, drift, largest.

    ``implied`` is the published stock, or, of a state that people seldom leave and whose published entries
    are more than those who leave it (:data:`_GROWS`), what it would be in the last year with the published
    entries and the run's exits; ``drift`` is the last year over it, a share, and ``largest`` the year that
    lies furthest from the published stock (of a state that grows: ``drift``).
    """
    rows = pq.read_table(
        table_path(folder, "outcomes"),
        columns=["scenario", *_WORLD, "period", "group", "measure", "value"],
        filters=[
            ("municipality", "==", 0),
            ("measure", "in", ["stock", "inflow"]),
            ("scenario", "==", BASELINE),
        ],
    ).to_pandas()
    rows = rows[rows["period"].str.fullmatch(r"\d{4}") & rows["group"].isin(STATES)]
    wide = rows.groupby(["measure", "group", "period"])["value"].mean().unstack()
    table = wide.loc["stock"].iloc[:, [0, -1]].set_axis(["first_year", "last_year"], axis=1)
    stocks = load_parameters()["population.stock"]
    table.insert(0, "published", pd.Series(list(stocks.values)[-1][1], stocks.components))
    table["implied"] = table["published"]
    for state, fact in _GROWS.items():
        entries = wide.loc[("inflow", state)]
        too_many = float(entries.mean() - data.facts().loc[fact, "number"]) * len(entries)
        table.loc[state, "implied"] = table.loc[state, "last_year"] - too_many
    table["drift"] = table["last_year"] / table["implied"] - 1.0
    yearly = wide.loc["stock"].div(table["published"], axis=0) - 1.0
    furthest = yearly.abs().to_numpy().argmax(axis=1)
    table["largest"] = yearly.to_numpy()[np.arange(len(yearly)), furthest]
    for state in _GROWS:
        table.loc[state, "largest"] = table.loc[state, "drift"]
    return table.loc[[name for name in STATES if name in table.index]].rename_axis("state").reset_index()


def agreement(effects: pd.DataFrame) -> pd.DataFrame:
    """Return, for the last year, each scale's effect against the largest scale's.

    Columns: the cell, scale, effect, se, largest (its effect), apart (difference), se_apart, errors (how many
    standard errors apart), agrees (within three), measurable (the effect is ten standard errors or more) and
    near (within a tenth of the effect).  Where nobody is at risk at a scale there is no row; where the two
    scales agree to the last digit ``errors`` is nought.
    """
    last = effects[effects["year"] == effects["year"].max()]
    top = last["scale"].max()
    large = last[last["scale"] == top].set_index(_CELL)[["effect", "se"]]
    rows = last[last["scale"] < top].join(large, on=_CELL, rsuffix="_largest")
    rows = rows.rename(columns={"effect_largest": "largest"}).dropna(subset=["effect", "largest", "se"])
    rows["apart"] = rows["effect"] - rows["largest"]
    rows["se_apart"] = np.hypot(rows["se"], rows["se_largest"])
    errors = rows["apart"].abs() / rows["se_apart"].where(rows["se_apart"] > 0.0)
    rows["errors"] = errors.where(rows["apart"] != 0.0, 0.0).fillna(np.inf)
    rows["agrees"] = rows["errors"] <= ERRORS
    rows["measurable"] = rows["largest"].abs() >= _KNOWN * rows["se_apart"]
    rows["near"] = rows["apart"].abs() <= SHARE * rows["largest"].abs()
    columns = [*_CELL, "scale", "effect", "se", "largest", "apart", "se_apart", "errors"]
    return rows[[*columns, "agrees", "measurable", "near"]].reset_index(drop=True)


_SHOWN = (
    ("mean_duration", "temporary_support", "weeks on temporary benefits"),
    ("mean_duration", "unemployed_gross", "weeks unemployed"),
    ("mean_duration", "jobafklaring", "weeks on jobafklaring"),
    ("stock", "temporary_support", "persons on temporary benefits"),
    ("stock", "employed", "persons in work"),
    (NET_COST, ALL_PAYERS, COST_UNIT),
)


def as_markdown(tables: Mapping[str, pd.DataFrame], scales: Mapping[float, int]) -> str:
    """Return the page: effects by scale in the last year, and the drift of stocks without reform."""
    effects, drift, agree = tables["effects"], tables["drift"], tables["agreement"]
    last = effects[effects["year"] == effects["year"].max()].set_index(
        ["reform", "measure", "group", "scale"]
    )
    names = [f"{scale:.0%} ({pairs} pairs)" for scale, pairs in scales.items()]
    told = agree[agree["measurable"]]
    lines = [
        "# What should not matter",
        "",
        f"Made by `jobvej invariance`; effects of {int(effects['year'].max())}, by share of the population "
        "that is simulated. In brackets the standard error over pairs of runs: a pair's variance is that "
        "of its people, which falls with their number, and that of the municipalities, which does not; both "
        "are fitted to the scales with several pairs, so that a single pair has an error, too.",
        "",
        f"{agree['agrees'].sum():,} of {len(agree):,} cells (reform, measure, group, scale) are within "
        f"{ERRORS:g} standard errors of the largest scale; {_beyond():.1%} would lie outside by chance. "
        f"{len(told):,} effects are {_KNOWN:g} standard errors or more, so that a tenth of them can be told; "
        f"{told['near'].sum():,} of these are within {SHARE:.0%}.",
        "",
        f"| reform | effect on | {' | '.join(names)} |",
        "|---|---|" + "---:|" * len(names),
    ]
    for reform in effects["reform"].drop_duplicates():
        for measure, group, words in _SHOWN:
            cells = [_cell(last, (reform, measure, group, scale)) for scale in scales]
            lines.append(f"| {reform} | {words} | {' | '.join(cells)} |")
    lines += _furthest(agree)
    lines += [
        "",
        "## Stocks without reform, over the published ones",
        "",
        "Without any reform, under one law and flat demand. Share above or below what is published, "
        "in the last year, and in brackets in the year furthest from it; of disability pensions over "
        "what the published awards (F278) would make of the stock, since they really grow.",
        "",
        f"| state | published | {' | '.join(f'{scale:.0%}' for scale in scales)} |",
        "|---|---:|" + "---:|" * len(names),
    ]
    wide = drift.pivot(index="state", columns="scale", values=["drift", "largest"])
    published = drift.drop_duplicates("state").set_index("state")["published"]
    for state in published.index:
        found = wide.loc[state]
        cells = [f"{found['drift', scale]:+.1%} ({found['largest', scale]:+.1%})" for scale in scales]
        lines.append(f"| {state} | {published[state]:,.0f} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _beyond() -> float:
    """Return the share of normal deviates beyond :data:`ERRORS`."""
    return float(2.0 * norm.sf(ERRORS))


def _furthest(agree: pd.DataFrame) -> list[str]:
    """Return the cells that lie furthest apart, as a table."""
    rows = agree[~agree["agrees"]].nlargest(_LISTED, "errors")
    if rows.empty:
        return []
    lines = [
        "",
        "## Furthest apart",
        "",
        "| reform | effect on | scale | effect | at the largest | standard errors apart |",
        "|---|---|---:|---:|---:|---:|",
    ]
    lines.extend(
        f"| {row.reform} | {row.measure} of {row.group} | {row.scale:.0%} | {row.effect:+,.4g} | "
        f"{row.largest:+,.4g} | {row.errors:.1f} |"
        for row in rows.itertuples()
    )
    return lines


def _cell(last: pd.DataFrame, at: tuple[str, str, str, float]) -> str:
    """An effect with its standard error in brackets; a dash where nobody was at risk."""
    if at not in last.index or np.isnan(last.loc[at, "effect"]):
        return "–"
    effect, error = last.loc[at, "effect"], last.loc[at, "se"]
    digits = 2 if abs(effect) < 100 else 0
    return f"{effect:+,.{digits}f}" + ("" if np.isnan(error) else f" ({error:,.{digits}f})")
