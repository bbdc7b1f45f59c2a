"""One investment in paired runs: year by year, who pays and who gains, and when it has paid for itself.

Lines (costs are positive, DKK m in 2024 prices):

    staff, programmes   what the investment costs the municipality (certificates counted with programmes)
    benefits            its benefits less refunds plus co-financing
    taxes               income tax it forgoes
    municipality        the sum of these
    state, a_kasse      the same for the others, from this municipality's citizens
    others              municipalities within :data:`NEAR_KM`: displacement, and people who commute.  Farther
                        away nothing but chance differs, and it would drown the rest
    public              state, a-kasser and these municipalities together
    society             staff and programmes there less the extra wages earned: benefits, refunds and
                        taxes are transfers and cancel; leisure, health and the like are not counted
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Unpack

import pandas as pd
import pyarrow.compute as pc
import pyarrow.dataset as ds

from reforms.fiscal import ALL_PAYERS, EFFORT, TOTAL, with_interval, world_accounts
from reforms.invest.measures import Investment
from reforms.price_level import price_level
from reforms.scenario import BASELINE_SCENARIO
from sim.calendar import Week
from sim.runs.options import INVESTMENT, RunFields, RunOptions
from sim.runs.plan import Plan, Scenario, make_plan
from sim.runs.reading import table_path
from sim.stats.interval import FEWEST_PEOPLE

SCENARIO = "investment"
#: Kilometres by road within which another municipality can notice: most commute less.
NEAR_KM = 50.0
#: Lines in the order in which they are shown.
LINES = (
    "staff", "programmes", "benefits", "taxes", "municipality", "state", "a_kasse", "others", "public",
    "society",
)  # fmt: skip
_HEADINGS = {
    "staff": ("staff",),
    "programmes": ("programmes", "certificates"),
    "benefits": ("benefits", "refunds", "cofinancing", "block_grant", "settlement"),
    "taxes": ("taxes",),
}
_WORLD = ["draw", "replicate"]
#: Persons and weeks that are shown below the money: line -> measure.
PEOPLE = {"persons": "stock", "weeks": "mean_duration"}


def first_day(start: str) -> date:
    """Return the day of the investment: a year after the run begins, so that the run has settled."""
    return Week.parse(start).monday + timedelta(weeks=52)


def invest_plan(
    invested: Investment, years: int, options: RunOptions = INVESTMENT, **changed: Unpack[RunFields]
) -> Plan:
    """Return the plan: the baseline and the investment, from a year before it until ``years`` after.

    Parameters
    ----------
    options, changed
        What :func:`sim.runs.plan.make_plan` takes; the end follows from the start and the years.
    """
    asked = options.but(**changed)
    definition = {"title": {"en": invested.what, "da": invested.what}, "municipality": invested.municipality,
                  "for": invested.group, "changes": []}  # fmt: skip
    scenario = Scenario(SCENARIO, invested.changes, invested.what, definition)
    end = f"{Week.parse(asked.start).year + years}-W52"
    return make_plan([BASELINE_SCENARIO, scenario], asked, kind="compare", end=end)


def world_lines(folder: Path, code: int) -> pd.DataFrame:
    """Return draw, replicate, year, line, difference (mio. kr., 2024 prices) of every pair of runs."""
    others = near(code)
    here, there = (_fixed(world_accounts(folder, municipalities=each)) for each in ((code,), others))
    own, elsewhere = here["payer"] == "municipality", there["payer"] == "municipality"
    frames = [_line(here[own & here["account"].isin(headings)], name) for name, headings in _HEADINGS.items()]
    totals = here[here["account"] == TOTAL]
    frames += [
        _line(totals[totals["payer"] == payer], payer) for payer in ("municipality", "state", "a_kasse")
    ]
    frames.append(_line(there[elsewhere & (there["account"] == TOTAL)], "others"))
    both = pd.concat([here, there], ignore_index=True)
    public = both[both["payer"] == ALL_PAYERS]
    frames.append(_line(public[public["account"] == TOTAL], "public"))
    effort = _line(public[public["account"].isin(EFFORT)], "society")
    keys = [*_WORLD, "year"]
    earned = _wages(folder, [code, *others])
    society = effort.set_index(keys)["difference"] - earned.set_index(keys)["difference"]
    frames.append(society.reset_index().assign(line="society"))
    return pd.concat(frames, ignore_index=True)


def _fixed(lines: pd.DataFrame) -> pd.DataFrame:
    return lines[lines["prices"] == "fixed"]


def _line(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    return rows.groupby([*_WORLD, "year"])["difference"].sum().reset_index().assign(line=name)


def near(code: int) -> list[int]:
    """Return the codes of the municipalities within :data:`NEAR_KM` by road, itself left out."""
    from sim.data import distance_matrix, municipality_codes

    codes = municipality_codes()
    away = distance_matrix()[list(codes).index(code)]
    return [int(each) for each, km in zip(codes, away, strict=True) if each != code and km <= NEAR_KM]


def _wages(folder: Path, codes: list[int]) -> pd.DataFrame:
    """Return the extra wages earned by the citizens of municipalities, mio. kr."""
    where = (pc.field("account") == "wages") & pc.field("municipality").isin(codes)
    table = ds.dataset(table_path(folder, "ledger_differences")).to_table(filter=where)
    sums = table.group_by([*_WORLD, "period"]).aggregate([("difference", "sum")]).to_pandas()
    return sums.assign(year=sums["period"].astype(int), difference=sums["difference_sum"] / 1e6)


def invest_table(lines: pd.DataFrame) -> pd.DataFrame:
    """Return the lines by year with intervals, the sum over years and the present value.

    Returns
    -------
    Frame of line, year (a number, ``sum`` or ``present value``), amount_mio_kr, and what is known of it about
    Denmark (:data:`sim.stats.interval.TOLD`).
    """
    level = price_level()
    weight = lines["year"].map({year: level.discount(year) for year in lines["year"].unique()})
    keys = ["line", *_WORLD]
    total = lines.groupby(keys)["difference"].sum().reset_index().assign(year="sum")
    present = lines.assign(difference=lines["difference"] * weight).groupby(keys)["difference"].sum()
    rows = [
        lines.assign(year=lines["year"].astype(str)),
        total,
        present.reset_index().assign(year="present value"),
    ]
    every = pd.concat(rows, ignore_index=True).assign(baseline=0.0)
    table = with_interval(every, ["line", "year"]).drop(columns="baseline_mio_kr")
    place = table["line"].map({name: at for at, name in enumerate(LINES)})
    ordered = table.assign(_place=place).sort_values(["_place", "year"], kind="stable", ignore_index=True)
    return ordered.drop(columns="_place")


def break_even(amounts: pd.Series) -> int | None:
    """Return the first year from which the sum so far is no cost any more, to the end; None if never.

    Parameters
    ----------
    amounts
        Net cost by year (the index), a cost positive.
    """
    if not (amounts > 0).any():
        return None
    summed = amounts.sort_index().cumsum()
    paid = summed <= 0
    for year in summed.index:
        if paid.loc[year:].all():
            return int(year)
    return None


def people_lines(folder: Path, code: int, groups: tuple[str, ...]) -> pd.DataFrame:
    """Return persons on the groups' benefits here and temporary support near by, and weeks here, by year.

    Returns
    -------
    Frame of line, year, value, baseline, and what is known of the value (:data:`sim.stats.interval.TOLD`).
    """
    wanted = pc.field("measure").isin(list(PEOPLE.values()))
    wanted &= pc.field("municipality").isin([code, *near(code)])
    table = ds.dataset(table_path(folder, "differences")).to_table(filter=wanted).to_pandas()
    table = table[table["period"].str.fullmatch(r"\d{4}")].assign(
        year=lambda rows: rows["period"].astype(int)
    )
    keys = [*_WORLD, "year"]
    stock = table[table["measure"] == "stock"]
    inside = stock[(stock["municipality"] == code) & stock["group"].isin(groups)]
    elsewhere = stock[(stock["group"] == "temporary_support") & (stock["municipality"] != code)]
    weeks = table[(table["measure"] == "mean_duration") & (table["municipality"] == code)]
    frames = [
        inside.groupby(keys)[["baseline", "difference"]].sum().reset_index().assign(line="persons"),
        elsewhere.groupby(keys)[["baseline", "difference"]]
        .sum()
        .reset_index()
        .assign(line="persons in neighbouring municipalities"),
    ]
    for name in groups:
        rows = weeks.loc[weeks["group"] == name, [*keys, "baseline", "difference"]]
        frames.append(rows.assign(line=f"weeks, {name}"))
    table = with_interval(pd.concat(frames, ignore_index=True), ["line", "year"])
    return table.rename(columns={"amount_mio_kr": "value", "baseline_mio_kr": "baseline"})


def of_too_few(people: pd.DataFrame, scale: float) -> bool:
    """Return whether fewer than :data:`FEWEST_PEOPLE` simulated persons are on the benefits here in any year.

    Parameters
    ----------
    people
        What :func:`people_lines` returns.
    """
    here = people.loc[people["line"] == "persons", "baseline"]
    return bool((here * scale < FEWEST_PEOPLE).any())
