"""The chain of each reform of a comparison, reckoned from the tables of differences.

Before displacement: the offers to be expected of the reform's hazards N' (at normal tightness), turned into
hires as the baseline turned its own,

    hires before = N' * X / N     with X = offers at the week's tightness less offers without a vacancy,
    hires after  = X'

by municipality and benefit, ' the reform.  Seekers outside the jobcentre lose or win by their chances of a
job alone.  The hires that displacement took are carried on by :mod:`reforms.chain.carried`: added to the
reform's persons they give persons before displacement.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.dataset as ds

from reforms.chain.carried import Array, Moved, carried
from reforms.chain.links import (
    ACCOUNTING,
    BEFORE,
    BENEFITS,
    COUNTED,
    HOMES,
    PERSONS,
    SHARE,
    STAGES,
    Cells,
    evidence_of,
)
from reforms.fiscal import ALL_PAYERS, EFFORT, HEADINGS, TOTAL, accounts_of, ledger_sums
from sim.states import STATES, State, states_with
from sim.stats.interval import NO_INTERVAL, TOLD, of_denmark

TABLE = "chain"
COLUMNS = (
    "scenario", "year", "stage", "link", "label", "group", "before", "after", "difference", *TOLD,
    "unit", "evidence", "main",
)  # fmt: skip
_RUN = ["draw", "replicate", "period"]
_NATIONAL = (
    "stock", "exits", "flow", "outflow", "self_support_weeks", "mean_duration", "caseworkers", "caseload",
    "hours", "interviews", "interviews_a_kasse", "interviews_missed", "participants", "sanctions",
    "job_offers_normal", "tightness", "job_finding",
)  # fmt: skip
_LOCAL = ("job_offers_normal", "job_offers", "job_offers_lost", "job_finding", "exits_to_job")
_EMPLOYED = int(State.EMPLOYED)
#: Seekers outside the jobcentre who come from another state than work.
_QUIET = tuple(STATES[state] for state in states_with("seeks_quietly") if state != State.EMPLOYED)
_MONEY = "mio. kr. a year"
#: Headings beside the effort that do not cancel out when all public payers are taken together.
_HEADINGS = ("benefits", "taxes")


class Pairs(NamedTuple):
    """A link in every pair of runs and year: the baseline's value and the reform's."""

    before: pd.Series
    after: pd.Series


class Row(NamedTuple):
    """A link that is reckoned here, as a row of the table without its numbers."""

    link: str
    stage: str
    label: str
    group: str
    unit: str
    evidence: str
    main: bool = True


def chain_table(folder: Path, scenarios: Sequence[str]) -> pd.DataFrame:
    """Return the chain of each reform of a comparison.

    Parameters
    ----------
    folder
        Holds ``differences`` and ``ledger_differences``.
    scenarios
        Names of the reforms, in their order.

    Returns
    -------
    Frame of :data:`COLUMNS`: a row a reform, year and link, in the order of the chain.  ``before`` and
    ``after`` are means over pairs of runs, the columns of :data:`sim.stats.interval.TOLD` what the
    difference says about Denmark.  What was not observed has no row.
    """
    money = _money(folder)
    frames = [_of_one(folder, name, money) for name in scenarios]
    found = [frame for frame in frames if len(frame)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(COLUMNS))


def _of_one(folder: Path, scenario: str, money: pd.DataFrame) -> pd.DataFrame:
    national = _read(folder, scenario, _NATIONAL, national=True)
    if national.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    sides = [_wide(national, side) for side in ("baseline", "reform")]
    before, after = (Cells(each) for each in sides)
    rows: list[tuple[Row, Pairs]] = list(_kroner(money, scenario, "spending"))
    for link in COUNTED:
        row = Row(
            link.name, link.stage, link.label, link.group, link.unit, evidence_of(link.homes), link.main
        )
        rows.append((row, Pairs(link.of(before), link.of(after))))
    hires = _hires(_read(folder, scenario, _LOCAL, national=False))
    if hires is not None:
        rows += _hire_rows(hires, before, after)
        rows += _person_rows(hires, before, after)
    rows += _kroner(money, scenario, "kroner")
    order = list(STAGES)
    rows.sort(key=lambda each: order.index(each[0].stage))
    found = pd.concat([_summed(row, pairs) for row, pairs in rows], ignore_index=True)
    found = found.dropna(subset=["before", "after"], how="all")
    found = _with_share(found) if hires is not None else found
    at = {name: place for place, name in enumerate(dict.fromkeys(found["link"]))}
    found = found.assign(scenario=scenario, at=found["link"].map(at)).sort_values(["year", "at"])
    return found[list(COLUMNS)].reset_index(drop=True)


def _read(folder: Path, scenario: str, measures: Sequence[str], *, national: bool) -> pd.DataFrame:
    """Return the rows of a reform's differences in whole years."""
    place = pc.field("municipality") == 0 if national else pc.field("municipality") > 0
    where = (pc.field("scenario") == scenario) & place & pc.field("measure").isin(list(measures))
    if not national:
        groups = [*BENEFITS, *_QUIET, "all"]
        where = where & pc.field("group").isin(groups)
    columns = [*_RUN, "municipality", "group", "measure", "baseline", "reform"]
    table = ds.dataset(folder / "differences.parquet").to_table(columns=columns, filter=where).to_pandas()
    return table[table["period"].str.fullmatch(r"\d{4}")]


def _wide(rows: pd.DataFrame, side: str) -> pd.DataFrame:
    """Return a row a run and year, a column a measure and group."""
    return rows.pivot_table(index=_RUN, columns=["measure", "group"], values=side, dropna=False)


class Hires(NamedTuple):
    """Hires to be expected by state (columns) of each run and year (rows)."""

    baseline: pd.DataFrame
    before: pd.DataFrame  # the reform's hazards, the baseline's chances
    after: pd.DataFrame


def _hires(local: pd.DataFrame) -> Hires | None:
    """Return hires by state before and after displacement; None where offers were not counted."""
    if not set(_LOCAL) <= set(local["measure"]):
        return None
    keys = [*_RUN, "municipality", "group"]
    base, reform = (
        local.pivot_table(index=keys, columns="measure", values=side, dropna=False)
        for side in ("baseline", "reform")
    )
    clients = base.index.get_level_values("group").isin(BENEFITS)
    b, r = base[clients].fillna(0.0), reform[clients].fillna(0.0)
    hired, hired_after = (each["job_offers"] - each["job_offers_lost"] for each in (b, r))
    factor = (r["job_offers_normal"] / b["job_offers_normal"]).where(b["job_offers_normal"] > 0.0)
    hired_before = (hired * factor).where(factor.notna(), hired_after)
    parts = [(hired, hired_before, hired_after)]
    quiet = base.index.get_level_values("group").isin(_QUIET)
    left, left_after = (each.loc[quiet, "exits_to_job"].fillna(0.0) for each in (base, reform))
    chance, chance_after = (
        each.xs("all", level="group")["job_finding"].rename("chance") for each in (base, reform)
    )
    ratio = (chance / chance_after).where(chance_after > 0.0, 1.0)
    at = left.index.droplevel("group")
    parts.append((left, left_after * ratio.reindex(at).fillna(1.0).to_numpy(), left_after))
    by = [*_RUN, "group"]
    sums = [pd.concat(each).groupby(by).sum().unstack("group") for each in zip(*parts, strict=True)]
    return Hires(*sums)


def _hire_rows(hires: Hires, before: Cells, after: Cells) -> Iterator[tuple[Row, Pairs]]:
    """Yield hires of clients and of others before and after displacement, and the tightness."""
    hazards = evidence_of(HOMES[BEFORE])
    market = evidence_of(HOMES["hires"])
    clients = [name for name in BENEFITS if name in hires.after]
    others = [name for name in _QUIET if name in hires.after]
    told = (
        ("clients", "clients hired", clients),
        ("others", "hired from education or own means", others),
    )
    for name, label, of in told:
        total = [each[of].sum(axis=1) for each in hires]
        row = Row(f"hires.{name}.{BEFORE}", "hires", f"{label}, before displacement", "all", "hires", hazards)
        yield row, Pairs(total[0], total[1])
        row = Row(f"hires.{name}", "hires", label, "all", "hires", market)
        yield row, Pairs(total[0], total[2])
    row = Row("hires.tightness", "hires", "vacancies a seeker", "all", "vacancies", market)
    yield row, Pairs(before("tightness"), after("tightness"))


def _moved(cells: Cells, key: Hashable, weeks: float) -> Moved:
    """Return the moves of one run in one year."""
    persons = np.array([cells("stock", name).get(key, 0.0) for name in STATES])
    out = np.array([cells("outflow", name).get(key, 0.0) for name in STATES])
    moves = np.zeros((len(STATES), len(STATES)))
    for origin, name in enumerate(STATES):
        for target, other in enumerate(STATES):
            if origin != target:
                moves[origin, target] = cells("flow", f"{name}>{other}").get(key, 0.0)
    return Moved(np.nan_to_num(persons), np.nan_to_num(moves), np.nan_to_num(out), weeks)


class OfYear(NamedTuple):
    """A year of a reform, mean of its runs: moves, cells, and whether it differs from the baseline."""

    year: str
    moved: Moved
    cell: dict[tuple[str, str], float]
    changed: bool

    def cells(self, measure: str, group: str) -> float:
        """Return a cell; 0 where it is not there."""
        found = self.cell.get((measure, group), 0.0)
        return 0.0 if math.isnan(found) else found


def years_of(folder: Path, scenario: str) -> list[OfYear]:
    """Return the years of a reform in order, as the mean of its runs."""
    rows = _read(folder, scenario, _NATIONAL, national=True)
    base, reform = (_wide(rows, side).groupby(level="period").mean() for side in ("baseline", "reform"))
    cells, weeks = Cells(reform), Cells(reform).weeks
    found = []
    for year in reform.index:
        changed = not base.loc[year].equals(reform.loc[year])
        values = {(str(m), str(g)): float(x) for (m, g), x in reform.loc[year].items()}
        found.append(OfYear(str(year), _moved(cells, year, float(weeks[year])), values, changed))
    return found


def taken(hires: Hires, after: Cells) -> pd.DataFrame:
    """Return the persons by state whom displacement took, in each run and year."""
    weeks = after.weeks
    lost = (hires.before - hires.after).fillna(0.0)
    found: dict[tuple[object, ...], Array] = {}
    for run in dict.fromkeys((draw, replicate) for draw, replicate, _ in after.weeks.index):
        keys = [key for key in weeks.index if key[:2] == run]
        years = [_moved(after, key, float(weeks[key])) for key in keys]
        added = []
        for key, year in zip(keys, years, strict=True):
            each = np.zeros(len(STATES))
            for name, number in lost.loc[key].items():
                each[STATES.index(str(name))] -= number / year.weeks
                each[_EMPLOYED] += number / year.weeks
            added.append(each)
        found |= dict(zip(keys, carried(years, added), strict=True))
    index = pd.MultiIndex.from_tuples(list(found), names=_RUN)
    return pd.DataFrame(np.array(list(found.values())), index=index, columns=list(STATES))


def _person_rows(hires: Hires, before: Cells, after: Cells) -> Iterator[tuple[Row, Pairs]]:
    """Yield persons before and after displacement."""
    gone = taken(hires, after)
    for name, (label, members) in PERSONS.items():
        base, reform = (each.sum("stock", members) for each in (before, after))
        told = f"{label}, before displacement"
        row = Row(f"persons.{name}.{BEFORE}", "persons", told, name, "persons", ACCOUNTING)
        yield row, Pairs(base, reform + gone[list(members)].sum(axis=1))
        row = Row(f"persons.{name}", "persons", label, name, "persons", ACCOUNTING)
        yield row, Pairs(base, reform)
    nothing = before("stock", "employed") * 0.0
    row = Row(SHARE, "persons", "share of what is won that is taken from others", "all", "share",
              evidence_of(HOMES["hires"]))  # fmt: skip
    yield row, Pairs(nothing, nothing)


def _with_share(table: pd.DataFrame) -> pd.DataFrame:
    """Put in how much of the change of persons in work displacement takes: of the means, by year."""
    change = table.pivot_table(index="year", columns="link", values="difference", dropna=False)
    won, kept = (change.get(name) for name in (f"persons.in_work.{BEFORE}", "persons.in_work"))
    if won is None or kept is None:
        return table[table["link"] != SHARE]
    share = (1.0 - kept / won).where(won != 0.0, np.where(kept == won, 0.0, math.nan))
    here = table["link"] == SHARE
    shown = table.loc[here, "year"].map(share)
    table.loc[here, "after"] = shown
    table.loc[here, "difference"] = shown
    table.loc[here, list(NO_INTERVAL)] = math.nan
    return table


def _money(folder: Path) -> pd.DataFrame:
    """Return the public accounts of each pair of runs, fixed prices; accounts without a heading are none."""
    sums = ledger_sums(folder / "ledger_differences.parquet")  # being finished: there is no manifest yet
    lines = accounts_of(sums[sums["account"].isin(HEADINGS)])
    lines = lines[lines["prices"] == "fixed"]
    return lines.assign(period=lines["year"].astype(str))


def _kroner(money: pd.DataFrame, scenario: str, stage: str) -> Iterator[tuple[Row, Pairs]]:
    """Yield what is spent on the effort, or net public cost by heading and payer."""
    lines = money[money["scenario"] == scenario]
    public = lines[lines["payer"] == ALL_PAYERS]
    evidence = evidence_of(HOMES[stage])
    if stage == "spending":
        parts = [(name, _label(name), public[public["account"] == name]) for name in sorted(EFFORT)]
        parts.append(("total", "all together", public[public["account"].isin(EFFORT)]))
    else:
        parts = [(name, _label(name), public[public["account"] == name]) for name in _HEADINGS]
        parts.append(("effort", "the effort", public[public["account"].isin(EFFORT)]))
        totals = lines[lines["account"] == TOTAL]
        for payer in ("state", "municipality", "a_kasse", ALL_PAYERS):
            label = "net, all public payers" if payer == ALL_PAYERS else f"net, {_label(payer)}"
            parts.append((f"net.{payer}", label, totals[totals["payer"] == payer]))
    for name, label, rows in parts:
        if rows.empty:
            continue
        sums = rows.groupby(_RUN)[["baseline", "difference"]].sum()
        row = Row(f"{stage}.{name}", stage, label, name, _MONEY, evidence)
        yield row, Pairs(sums["baseline"], sums["baseline"] + sums["difference"])


def _label(name: str) -> str:
    return name.replace("_", " ")


def _summed(row: Row, pairs: Pairs) -> pd.DataFrame:
    """Return the means of a link by year, and what the difference says about Denmark."""
    both = pd.DataFrame({"before": pairs.before, "after": pairs.after})
    both = both.replace([np.inf, -np.inf], np.nan)
    both["difference"] = both["after"] - both["before"]
    told = both["difference"].notna()
    some = told.groupby(level="period").transform("any")
    both = both[told | ~some]  # levels and differences of the same pairs
    mean = both.groupby(level="period").mean()
    found = (
        mean.join(of_denmark(both.reset_index(), ["period"])).reset_index().rename(columns={"period": "year"})
    )
    return found.assign(**row._asdict())
