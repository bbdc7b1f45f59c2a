"""The public balance of a reform: a staircase, as Jobvej counts and as the Ministry of Finance would.

    staff + programmes            the direct effect: what is spent on the effort
    + benefits + taxes            behaviour: other people on benefits and in work, and the tax on their income
    + feedback                    VAT and duties on what people have after tax: - f * change of it
    = net                         minus the change of the public balance after feedback

Plus costs more.  *Jobvej*: every step as simulated; f is the drawn assumption ``taxes.feedback_share``.
*Ministry* (``conventions.yaml``): a saving counts as planned, one third purchases and two thirds staff; each
person fewer on public support saves 70,000 kr. of benefits; no tax; feedback on those benefits by the same
f.  A reform without a planned saving has the simulated direct effect in both.  The *bridge* is the one less
the other, step by step, so that ministry + bridge = Jobvej.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.dataset as ds

from reforms.accounts.sheet import baseline_parameters, scenario_parameters
from reforms.fiscal import ALL_PAYERS, in_prices, ledger_sums, world_accounts
from reforms.price_level import price_level
from sim.outcomes.measures import Words
from sim.outcomes.measures.money import UNTAXED
from sim.parameters.document import read_document
from sim.runs.reading import table_path
from sim.stats.interval import TOLD, of_denmark

_FILE = Path(__file__).with_name("conventions.yaml")
JOBVEJ, MINISTRY, BRIDGE = "jobvej", "ministry", "bridge"
#: Steps of the staircase, and the headings of the accounts that each holds.
STEPS: dict[str, tuple[str, ...]] = {
    "staff": ("staff",),
    "programmes": ("programmes", "certificates", "a_kasse_contact"),
    "benefits": ("benefits",),
    "taxes": ("taxes",),
    "feedback": (),
}
NET = "net"
_PLAN = "staffing.planned_saving_mio_kr"
_RUN = ["scenario", "draw", "replicate"]


class Convention(NamedTuple):
    """The ministry's numbers."""

    purchases_share: float
    benefit_kr_a_person: float  # in the price year
    benefit_range: tuple[float, float]
    planned_is_realised: float


@cache
def _document() -> dict[str, Any]:
    return dict(read_document(_FILE).content)


@cache
def ministry() -> Convention:
    """Return the ministry's conventions, kroner in the price year."""
    said = _document()["ministry"]
    benefit = said["benefit_kr_a_person"]
    to_price_year = 1.0 / price_level().level(int(benefit["price_year"]))
    low, high = (float(end) * to_price_year for end in benefit["range"])
    return Convention(
        purchases_share=float(said["purchases_share"]["value"]),
        benefit_kr_a_person=float(benefit["value"]) * to_price_year,
        benefit_range=(low, high),
        planned_is_realised=float(said["planned_is_realised"]["value"]),
    )


def title_of_step(step: str, lang: str = "en") -> str:
    """Return what a step of the staircase or the bridge is called."""
    said = _document()["steps"][step]
    return Words(said["en"], said["da"]).of(lang)


def short_title(step: str, lang: str = "en") -> str:
    """Return a step's name without what explains it: for pictures."""
    return re.split("[:,(]", title_of_step(step, lang))[0].strip()


def not_found(lang: str = "en") -> str:
    """Return what of the ministry's conventions was not found."""
    said = _document()["not_found"]
    return Words(said["en"], said["da"]).of(lang)


def staircase(folder: Path, municipality: int | None = None) -> pd.DataFrame:
    """Return the staircase of every pair of runs, as Jobvej counts: all public payers, fixed prices.

    Parameters
    ----------
    municipality
        Code; None is the country.

    Returns
    -------
    Frame of scenario, draw, replicate, year, step, difference (kr.): plus costs more.
    """
    where = None if municipality is None else [municipality]
    lines = world_accounts(folder, municipalities=where)
    return steps_of(lines, _measure(folder, "feedback", "all", municipality))


def steps_of(lines: pd.DataFrame, revenue: pd.DataFrame) -> pd.DataFrame:
    """Return the staircase of accounts that have been read already.

    Parameters
    ----------
    lines
        What :func:`reforms.fiscal.world_accounts` returns.
    revenue
        Change of VAT and duties: scenario, draw, replicate, year, difference (kr.); empty if not counted.
    """
    lines = lines[(lines["prices"] == "fixed") & (lines["payer"] == ALL_PAYERS)]
    step_of = {heading: step for step, headings in STEPS.items() for heading in headings}
    lines = lines.assign(step=lines["account"].map(step_of)).dropna(subset="step")
    keys = [*_RUN, "year", "step"]
    sums = lines.groupby(keys, as_index=False)["difference"].sum()
    sums["difference"] *= 1e6
    back = revenue[[*_RUN, "year"]].assign(step="feedback", difference=-revenue["difference"])
    found = pd.concat([sums, back], ignore_index=True)
    net = found.groupby([*_RUN, "year"], as_index=False)["difference"].sum().assign(step=NET)
    return pd.concat([found, net], ignore_index=True)


def _measure(
    folder: Path, measure: str, group: str, code: int | None = None, value: str = "difference"
) -> pd.DataFrame:
    """Return a measure's values in whole years by run: scenario, draw, replicate, year, ``value``."""
    table = ds.dataset(table_path(folder, "differences")).to_table(
        columns=[*_RUN, "period", value],
        filter=(pc.field("measure") == measure)
        & (pc.field("group") == group)
        & (pc.field("municipality") == (code or 0)),
    )
    rows = table.to_pandas()
    rows["period"] = rows["period"].astype(str)
    rows = rows[rows["period"].str.fullmatch(r"\d{4}")]
    rows["scenario"] = rows["scenario"].astype(str)
    rows["year"] = rows.pop("period").astype(int)
    return rows


def planned_saving(folder: Path, scenario: str, years: list[int]) -> dict[int, float]:
    """Return what a scenario plans to save on the effort by year, kroner: empty without a plan."""
    under, law = scenario_parameters(folder, scenario), baseline_parameters(folder)
    plan = {}
    for year in years:
        middle = date(year, 7, 1)
        plan[year] = 1e6 * (under.in_force(_PLAN, middle)[0] - law.in_force(_PLAN, middle)[0])
    return plan if any(plan.values()) else {}


def bridge(folder: Path) -> pd.DataFrame:
    """Return the staircase as the ministry counts, as Jobvej counts, and the bridge between them.

    Returns
    -------
    Frame of scenario, year, convention (ministry, bridge, jobvej), step, amount_kr and what is known of it
    about Denmark (:data:`sim.stats.interval.TOLD`): all public payers, fixed prices, reform minus baseline;
    plus costs more.
    """
    stairs = staircase(folder)
    support = _measure(folder, "stock", "public_support")
    counted = _as_ministry(folder, stairs, support)
    between = stairs.merge(counted, on=[*_RUN, "year", "step"], suffixes=("", "_ministry"))
    between["difference"] -= between.pop("difference_ministry")
    between["step"] = "bridge_" + between["step"]
    named = ((MINISTRY, counted), (BRIDGE, between), (JOBVEJ, stairs))
    return pd.concat([_told(rows).assign(convention=name) for name, rows in named], ignore_index=True)[
        ["scenario", "year", "convention", "step", "amount_kr", *TOLD]
    ]


def _as_ministry(folder: Path, stairs: pd.DataFrame, support: pd.DataFrame) -> pd.DataFrame:
    """Return the staircase of every pair of runs as the ministry counts it."""
    by, index = ministry(), [*_RUN, "year"]
    wide = stairs.pivot_table(index=index, columns="step", values="difference", aggfunc="sum")
    persons = support.set_index(index)["difference"].reindex(wide.index).fillna(0.0)
    counted = pd.DataFrame(0.0, index=wide.index, columns=[*STEPS, NET])
    counted["staff"], counted["programmes"] = wide["staff"], wide["programmes"]
    for scenario in wide.index.get_level_values("scenario").unique():
        at = wide.index.get_level_values("scenario") == scenario
        years = sorted(wide.index[at].get_level_values("year").unique())
        if plan := planned_saving(folder, str(scenario), years):
            saved = -by.planned_is_realised * np.array(
                [plan[year] for year in wide.index[at].get_level_values("year")]
            )
            counted.loc[at, "staff"] = (1.0 - by.purchases_share) * saved
            counted.loc[at, "programmes"] = by.purchases_share * saved
    counted["benefits"] = persons * by.benefit_kr_a_person
    counted["feedback"] = -_feedback_share(folder, wide.index) * counted["benefits"]
    counted[NET] = counted[list(STEPS)].sum(axis=1)
    return counted.rename_axis(columns="step").stack().rename("difference").reset_index()


def _feedback_share(folder: Path, index: pd.MultiIndex) -> pd.Series:
    """Return the share that was drawn for each run: the baseline's VAT and duties over disposable income."""
    books = in_prices(ledger_sums(table_path(folder, "ledger_differences")), "fixed")
    income = _by_run(books[(books["receiver"] == "citizen") & ~books["account"].isin(UNTAXED)])
    tax = _by_run(books[books["payer"] == "citizen"])
    left = 1e6 * income.sub(tax, fill_value=0.0)
    revenue = _measure(folder, "feedback", "all", value="baseline").groupby(_RUN)["baseline"].sum()
    share = (revenue / left).where(left > 0.0).fillna(0.0)
    return pd.Series(share.reindex(index.droplevel("year")).to_numpy(), index=index)


def _by_run(rows: pd.DataFrame) -> pd.Series:
    return rows.groupby(_RUN)["baseline"].sum()


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the mean of each scenario, year and step, and what it says about Denmark."""
    keys = ["scenario", "year", "step"]
    mean = rows.groupby(keys, sort=False)["difference"].mean().rename("amount_kr")
    table = mean.to_frame().join(of_denmark(rows, keys, sort=False)).reset_index()
    order = {step: at for at, step in enumerate((*STEPS, NET, *(f"bridge_{step}" for step in (*STEPS, NET))))}
    return table.sort_values([*keys[:2], "step"], key=lambda c: c.map(order) if c.name == "step" else c)
