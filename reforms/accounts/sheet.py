"""The accounts as a municipality keeps them: by account, payer and year, alone and together.

    net cost of a payer on an account = what it pays - what it receives     (state, municipality, a-kasse)

Plus costs more.  *Together* are the books of the comparison, in which all municipalities act and the state
settles; *alone* is :mod:`reforms.accounts.alone`.  Both in the prices of each year (current: a budget's) and
of the price year (fixed).  The three payers add up to the public on every account, in every year and price.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow.compute as pc
import pyarrow.dataset as ds

from reforms.accounts.alone import NEEDED, SETTLEMENT, Shares, alone, shares
from reforms.accounts.budget import Budget, factors
from reforms.accounts.chart import chart, line_of
from reforms.fiscal import ALL_PAYERS, PRICES, TOTAL, Prices, in_prices, with_interval
from reforms.price_level import PriceLevel, price_level
from reforms.scenario import scenario_of
from sim.data import municipalities, municipality_codes
from sim.errors import InputError
from sim.outcomes.ledger import PUBLIC
from sim.parameters import Change, ParameterSet, load_parameters
from sim.parameters.baselines import BASELINES, DEFAULT, law_of, still_to_come
from sim.parameters.priors import sized
from sim.runs.plan import BASELINE, CENTRAL, DRAW_SEED, draw_changes
from sim.runs.reading import has_table, manifest_of, table_path
from sim.stats.interval import TOLD

ALONE, TOGETHER = "alone", "together"
PERSPECTIVES = (TOGETHER, ALONE)
DIFFERENCE, LEVEL = "difference", "level"
#: What an object of ``jobvej accounts --json`` holds.
COLUMNS = (
    "scenario", "year", "payer", "account", "amount_kr", "price", "perspective",
    "what", *TOLD, "baseline_kr",
)  # fmt: skip
_RUN = ["scenario", "draw", "replicate"]
_ENTRY = ["year", "payer", "receiver", "account"]


def sheet(
    folder: Path,
    *,
    municipality: int | None = None,
    budget: Budget | None = None,
    level: PriceLevel | None = None,
) -> pd.DataFrame:
    """Return the accounts of a folder of results.

    Parameters
    ----------
    folder
        What ``jobvej compare`` wrote, or ``jobvej run``: then amounts are levels.
    municipality
        Code; None is the country.
    budget
        The municipality's own figures.
    level
        Prices; those of the model by default.

    Returns
    -------
    Frame of :data:`COLUMNS`: ``amount_kr`` is reform minus baseline (``what`` is "difference"), or what a run
    without comparison booked ("level"), kroner a year; ``account`` is a line of the chart, or "total".
    """
    if budget is not None and municipality is None:
        municipality = budget.code
    if budget is not None and budget.code != municipality:
        raise InputError(f"the budget is of municipality {budget.code}, the accounts are of {municipality}")
    compared = has_table(folder, "ledger_differences")
    rows = _rows(folder, municipality, compared)
    scale = _scaling(folder, rows, budget, level, municipality, compared)
    parts = [(TOGETHER, _own_rung(folder, rows, budget))]
    if compared:
        settled = _alone(folder, budget, municipality, scale)
        if settled is not None:
            kept = rows[~rows["account"].isin(SETTLEMENT)]
            parts.append((ALONE, pd.concat([kept, _with_baseline(settled, rows)], ignore_index=True)))
    frames = []
    for perspective, each in parts:
        anchored = _anchored(each, scale)
        for price in PRICES:
            lines = _net(in_prices(anchored, price, level))
            table = with_interval(lines, ["scenario", "year", "payer", "account"])
            frames.append(table.assign(price=price, perspective=perspective))
    found = pd.concat(frames, ignore_index=True).rename(
        columns={"amount_mio_kr": "amount_kr", "baseline_mio_kr": "baseline_kr"}
    )
    if not compared:
        found["amount_kr"] = found["median"] = found["baseline_kr"]
    found["what"] = DIFFERENCE if compared else LEVEL
    others = sorted(set(found["account"]) - {*chart(), TOTAL})
    order = {name: at for at, name in enumerate((*chart(), *others, TOTAL))}
    places = {name: at for at, name in enumerate((*PUBLIC, ALL_PAYERS))}
    found = found.assign(at=found["account"].map(order), of=found["payer"].map(places))
    found = found.sort_values(["scenario", "price", "perspective", "year", "of", "at"], kind="stable")
    return found[list(COLUMNS)].reset_index(drop=True)


def _rows(folder: Path, municipality: int | None, compared: bool) -> pd.DataFrame:
    """Return the ledger of a place, a row a run and entry, in kroner."""
    where = None if municipality is None else pc.field("municipality") == municipality
    values = ["baseline", "difference"] if compared else ["amount_kr"]
    table = ds.dataset(table_path(folder, "ledger_differences" if compared else "ledger"))
    keys = [*_RUN, "period", *_ENTRY[1:]]
    read = table.to_table(columns=[*keys, *values], filter=where)
    sums = read.group_by(keys).aggregate([(name, "sum") for name in values]).to_pandas()
    if sums.empty:
        raise InputError(f"no payments of municipality {municipality}", file=folder)
    sums = sums.rename(columns={f"{name}_sum": name for name in values} | {"amount_kr_sum": "baseline"})
    sums["year"] = sums.pop("period").astype(int)
    if not compared:
        sums["difference"] = 0.0
    texts = sums.select_dtypes("category").columns
    return sums.astype(dict.fromkeys(texts, "object"))


def baseline_parameters(folder: Path) -> ParameterSet:
    """Return the parameters of the baseline of a folder, without draws and settings."""
    name = law_of(manifest_of(folder))[0]
    return load_parameters(baseline=name if name in BASELINES else DEFAULT)


def scenario_parameters(folder: Path, name: str, draw: int = CENTRAL) -> ParameterSet:
    """Return the parameters of a scenario of a folder in a draw; the law's if its file is gone.

    A draw is found again by its number, and the sizes of the reform with it, as the run took them.  Where the
    parameters are no longer those that the manifest names the numbers of the draw are not found again: the
    central values stand for them.
    """
    found = baseline_parameters(folder)
    if draw != CENTRAL and not _same_parameters(folder, found):
        draw = CENTRAL
    drawn = _drawn(draw)
    for said in manifest_of(folder).get("scenarios", []):
        if said["name"] == name and name != BASELINE:
            try:
                changes = still_to_come(scenario_of(str(said.get("argument") or name)).changes, found)
            except InputError:
                break
            return found.with_changes(drawn).with_changes(sized(changes, draw, DRAW_SEED, load_parameters()))
    return found.with_changes(drawn)


@cache
def _drawn(draw: int) -> tuple[Change, ...]:
    return draw_changes((draw,))[draw]


def _same_parameters(folder: Path, law: ParameterSet) -> bool:
    """Whether the parameters are those that the runs of a folder were drawn from."""
    return bool(manifest_of(folder).get("hashes", {}).get("parameters") == law.digest())


def _alone(
    folder: Path, budget: Budget | None, municipality: int | None, scale: dict[str, float]
) -> pd.DataFrame | None:
    """Return what would be settled if each municipality acted alone; None without municipalities.

    A municipality that a budget anchors (``scale``) settles the change of its anchored lines.
    """
    columns = [*_RUN, "period", "municipality", "account", "difference"]
    where = pc.field("account").isin(list(NEEDED))
    table = ds.dataset(table_path(folder, "ledger_differences")).to_table(columns=columns, filter=where)
    rows = table.to_pandas()
    if rows.empty or (rows["municipality"] == 0).any():
        return None
    rows["year"] = rows.pop("period").astype(int)
    texts = rows.select_dtypes("category").columns
    rows = rows.astype(dict.fromkeys(texts, "object"))
    if budget is not None and scale:
        by = rows["account"].map(line_of).map(scale).fillna(1.0)
        rows["difference"] *= by.where(rows["municipality"] == budget.code, 1.0)
    return pd.concat(list(_alone_by_run(folder, rows, budget, municipality)), ignore_index=True)


def _alone_by_run(
    folder: Path, rows: pd.DataFrame, budget: Budget | None, municipality: int | None
) -> Iterator[pd.DataFrame]:
    """Yield what one municipality alone would settle, run by run, each by the shares of its own draw."""
    own = budget.rung() if budget else None
    rung = {budget.code: own} if budget and own is not None else None
    known: dict[tuple[str, int], Shares] = {}
    for (scenario, draw, replicate), each in rows.groupby(_RUN, sort=False):
        name, number = str(scenario), int(draw)
        if (name, number) not in known:
            day = date(int(rows["year"].max()), 7, 1)
            known[name, number] = shares(scenario_parameters(folder, name, number), day, rung)
        found = alone(each, known[name, number])
        if municipality is not None:
            found = found[found["municipality"] == municipality]
        sums = found.groupby(["year", "account"], as_index=False)["difference"].sum()
        yield sums.assign(scenario=name, draw=draw, replicate=replicate)


def _with_baseline(settled: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return settlements acted alone beside the baseline that is booked, with payer and receiver."""
    booked = rows[rows["account"].isin(SETTLEMENT)].drop(columns="difference")
    return booked.merge(settled, on=[*_RUN, "year", "account"], how="left").fillna({"difference": 0.0})


def _own_rung(folder: Path, rows: pd.DataFrame, budget: Budget | None) -> pd.DataFrame:
    """Put the equalisation of a municipality on the rung that its own tax base gives it."""
    own = budget.rung() if budget else None
    if budget is None or own is None:
        return rows
    place = list(municipality_codes()).index(budget.code)
    moved = rows.copy()
    for draw in rows["draw"].unique():
        law = shares(scenario_parameters(folder, BASELINE, int(draw)), date(budget.year, 7, 1))
        at = (rows["account"] == "equalisation") & (rows["draw"] == draw)
        moved.loc[at, ["baseline", "difference"]] *= (1.0 - own) / (1.0 - float(law.rung[place]))
    return moved


def _anchored(rows: pd.DataFrame, scale: dict[str, float]) -> pd.DataFrame:
    """Multiply each account by its factor."""
    if not scale:
        return rows
    by = rows["account"].map(line_of).map(scale).fillna(1.0)
    return rows.assign(baseline=rows["baseline"] * by, difference=rows["difference"] * by)


def _scaling(
    folder: Path,
    rows: pd.DataFrame,
    budget: Budget | None,
    level: PriceLevel | None,
    code: int | None,
    compared: bool,
) -> dict[str, float]:
    """Return the factor of each account that a budget anchors."""
    if budget is None:
        return {}
    years = sorted(rows["year"].unique())
    if budget.year not in years:
        raise InputError(f"the budget is of {budget.year}; the results are of {years[0]} to {years[-1]}")
    now = in_prices(rows[rows["year"] == budget.year], "current", level)
    now = now[now["payer"] == "municipality"]
    runs = max(len(now[_RUN].drop_duplicates()), 1)
    paid = (now.groupby(now["account"].map(line_of))["baseline"].sum() / runs).to_dict()
    name, value = ("differences", "baseline") if compared else ("outcomes", "value")
    counted = ds.dataset(table_path(folder, name)).to_table(
        columns=["group", "measure", value],
        filter=(pc.field("municipality") == code)
        & (pc.field("period") == str(budget.year))
        & pc.field("measure").isin(["stock", "caseworkers"]),
    )
    means = counted.to_pandas().groupby(["measure", "group"], observed=True)[value].mean()
    recipients = means["stock"].to_dict() if "stock" in means else {}
    return factors(budget, paid, recipients, float(means.get(("caseworkers", "all"), 0.0)) or None)


def _net(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what each payer pays less what it receives on each account, and the public together."""
    paid = rows[rows["payer"].isin(PUBLIC)]
    received = rows[rows["receiver"].isin(PUBLIC)].copy()
    received["payer"] = received["receiver"]
    received[["baseline", "difference"]] *= -1.0
    both = pd.concat([paid, received], ignore_index=True)
    both["account"] = both["account"].map(line_of)
    keys = [*_RUN, "year", "payer", "account"]
    lines = _sums(both, keys)
    lines = pd.concat([lines, _all_payers(lines)], ignore_index=True)
    total = _sums(lines, [*_RUN, "year", "payer"]).assign(account=TOTAL)
    return _every_payer(pd.concat([lines, total], ignore_index=True))


def _sums(rows: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    return rows.groupby(list(keys), as_index=False)[["baseline", "difference"]].sum()


def _all_payers(lines: pd.DataFrame) -> pd.DataFrame:
    return _sums(lines, [*_RUN, "year", "account"]).assign(payer=ALL_PAYERS)


def _every_payer(lines: pd.DataFrame) -> pd.DataFrame:
    """Give every account a row of every payer, so that a sum over payers meets the public's."""
    keys = [*_RUN, "year", "account"]
    cells = lines[keys].drop_duplicates()
    payers = pd.DataFrame({"payer": [*PUBLIC, ALL_PAYERS]})
    whole = cells.merge(payers, how="cross")
    return whole.merge(lines, on=[*keys, "payer"], how="left").fillna({"baseline": 0.0, "difference": 0.0})


def last_year(folder: Path) -> int:
    """Return the last year of the accounts of a folder."""
    name = "ledger_differences" if has_table(folder, "ledger_differences") else "ledger"
    periods = ds.dataset(table_path(folder, name)).to_table(columns=["period"])["period"]
    return int(max(pc.unique(periods).to_pylist()))


def inhabitants(code: int | None = None) -> float:
    """Return the inhabitants of a municipality, or of the country (January 2024)."""
    people = municipalities()["population_2024m01"]
    return float(people.sum() if code is None else people[code])


def of_prices(table: pd.DataFrame, price: Prices, perspective: str) -> pd.DataFrame:
    """Return the rows of a sheet in one price and perspective."""
    return table[(table["price"] == price) & (table["perspective"] == perspective)]


def present_values(table: pd.DataFrame, level: PriceLevel | None = None) -> pd.DataFrame:
    """Return a sheet's sums over the years, discounted to the price year: fixed prices alone."""
    level = level or price_level()
    fixed = table[table["price"] == "fixed"]
    weight = fixed["year"].map({year: level.discount(int(year)) for year in fixed["year"].unique()})
    values = fixed.assign(amount_kr=fixed["amount_kr"] * weight)
    keys = ["scenario", "payer", "account", "perspective"]
    return values.groupby(keys, as_index=False, sort=False)["amount_kr"].sum()
