"""What should not matter, measured: the same reforms at several scales, two names for one thing, and time.

A comparison is run at each scale.  From its pairs of runs come

    effects    each reform's effect by measure, group and year, with the standard error over the pairs
    agreement  the effect at a scale against that at the largest: the difference, its standard error, and
               whether it is within three of them and within a tenth of the effect
    drift      each stock of the last year over the published one, in the baseline

The two ways of abolishing jobafklaring stand beside each other among the reforms: what happens to people is
the same, whatever their benefit is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from reforms.fiscal import ALL_PAYERS, TOTAL, world_accounts
from reforms.results import do_plan, finishers_of, results_folder
from reforms.scenario import comparison_plan
from sim import data
from sim.errors import InputError
from sim.outcomes.measures import MEASURES
from sim.parameters import load_parameters
from sim.runs.options import RUN, RunFields, shows_run_options
from sim.runs.plan import BASELINE
from sim.runs.reading import table_path
from sim.states import STATES

#: Pairs of runs at each scale unless others are asked for: about as many simulated people at each.
SCALES: dict[float, int] = {0.01: 16, 0.05: 8, 0.25: 3, 1.0: 1}
HEADLINES = ("no-focus-targets", "fewer-target-groups", "cut-3bn", "refund-change")
#: Two ways of abolishing jobafklaring.
SAME_THING = ("agreement-2025-job-clarification-ends", "djoef-fewer-benefits")
#: Standard errors within which two scales agree, and share of the effect.
ERRORS, SHARE = 3.0, 0.1
NET_COST, COST_UNIT = "net_public_cost", "mio. kr. a year, 2024 prices"
_MEASURES = ("mean_duration", "stock", "hours", "exits_to_job")
_WORLD = ["draw", "replicate"]
_CELL = ["reform", "measure", "group", "year"]


@shows_run_options(RUN, without=["scale", "replicates"])
def invariance(
    scales: Mapping[float, int] | None = None,
    *,
    reforms: tuple[str, ...] = (*HEADLINES, *SAME_THING),
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
    folder, asked = results_folder(out), RUN.but(**options)
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
    tables = {"effects": pd.concat(effects, ignore_index=True), "drift": pd.concat(drifts, ignore_index=True)}
    tables["agreement"] = agreement(tables["effects"])
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, float_format="%.6g")
    (folder / "invariance.md").write_text(as_markdown(tables, wanted), "utf-8")
    return tables


def effects_of(folder: Path) -> pd.DataFrame:
    """Return the country's effects of a comparison.

    Columns: reform, measure, group, year, effect, baseline, pairs and se: the standard error of the mean over
    pairs of runs, not a number for a single pair.
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
    table["se"] = grouped["difference"].std(ddof=1) / np.sqrt(table["pairs"])
    return table.reset_index()


def _costs(folder: Path) -> pd.DataFrame:
    """Net public cost of each pair of runs, mio. kr. a year at fixed prices, as the rows of a measure."""
    lines = world_accounts(folder)
    mine = (lines["payer"] == ALL_PAYERS) & (lines["account"] == TOTAL) & (lines["prices"] == "fixed")
    rows = lines[mine].rename(columns={"scenario": "reform"})
    return rows.assign(measure=NET_COST, group=ALL_PAYERS)[[*_CELL, *_WORLD, "baseline", "difference"]]


#: States that grow without any reform, and the fact that holds their published entries a year.
_GROWS = {"foertidspension": "F278"}


def drift_of(folder: Path) -> pd.DataFrame:
    """Return each stock of the baseline: state, published, first_year, last_year, implied, drift (a share).

    ``implied`` is the published stock, or, of a state that people seldom leave and whose published entries
    are more than those who leave it (:data:`_GROWS`), what it would be in the last year with the published
    entries and the run's exits; ``drift`` is the last year over it.
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
    return table.loc[[name for name in STATES if name in table.index]].rename_axis("state").reset_index()


def agreement(effects: pd.DataFrame) -> pd.DataFrame:
    """Return, for the last year, each scale's effect against the largest scale's.

    Columns: the cell, scale, effect, se, largest (its effect), apart (difference), se_apart, errors (how many
    standard errors apart; of the single pair of runs at the largest scale the error is not counted) and
    agrees: within three standard errors, or within a tenth of the effect.
    """
    last = effects[effects["year"] == effects["year"].max()]
    top = last["scale"].max()
    large = last[last["scale"] == top].set_index(_CELL)[["effect", "se"]]
    rows = last[last["scale"] < top].join(large, on=_CELL, rsuffix="_largest")
    rows = rows.rename(columns={"effect_largest": "largest"})
    rows["apart"] = rows["effect"] - rows["largest"]
    rows["se_apart"] = np.hypot(rows["se"], rows["se_largest"].fillna(0.0))
    rows["errors"] = (rows["apart"].abs() / rows["se_apart"]).where(rows["se_apart"] > 0)
    close = rows["apart"].abs() <= SHARE * rows["largest"].abs()
    rows["agrees"] = close | (rows["errors"] <= ERRORS)
    columns = [*_CELL, "scale", "effect", "se", "largest", "apart", "se_apart", "errors", "agrees"]
    return rows[columns].reset_index(drop=True)


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
    counted = agree["agrees"].sum()
    lines = [
        "# What should not matter",
        "",
        f"Made by `jobvej invariance`; effects of {int(effects['year'].max())}, by share of the population "
        "that is simulated. In brackets the standard error over pairs of runs; a single pair has none.",
        "",
        f"{counted} of {len(agree)} cells agree with the largest scale: within {ERRORS:g} standard errors, "
        f"or within {SHARE:.0%} of the effect.",
        "",
        f"| reform | effect on | {' | '.join(names)} |",
        "|---|---|" + "---:|" * len(names),
    ]
    for reform in effects["reform"].drop_duplicates():
        for measure, group, words in _SHOWN:
            cells = [_cell(last, (reform, measure, group, scale)) for scale in scales]
            lines.append(f"| {reform} | {words} | {' | '.join(cells)} |")
    lines += [
        "",
        "## Stocks without reform, over the published ones",
        "",
        "Law and demand as in the first year to the end of the run. Share above or below what is published; "
        "of disability pensions above or below what the published awards (F278) would make of the stock, "
        "since they really grow.",
        "",
        f"| state | published | {' | '.join(f'{scale:.0%}' for scale in scales)} |",
        "|---|---:|" + "---:|" * len(names),
    ]
    wide = drift.pivot(index="state", columns="scale", values="drift")
    published = drift.drop_duplicates("state").set_index("state")["published"]
    for state in published.index:
        cells = [f"{wide.loc[state, scale]:+.1%}" for scale in scales]
        lines.append(f"| {state} | {published[state]:,.0f} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(last: pd.DataFrame, at: tuple[str, str, str, float]) -> str:
    """An effect with its standard error in brackets; a dash where nobody was at risk."""
    if at not in last.index or np.isnan(last.loc[at, "effect"]):
        return "–"
    effect, error = last.loc[at, "effect"], last.loc[at, "se"]
    digits = 2 if abs(effect) < 100 else 0
    return f"{effect:+,.{digits}f}" + ("" if np.isnan(error) else f" ({error:,.{digits}f})")
