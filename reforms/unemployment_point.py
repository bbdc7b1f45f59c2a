"""What one percentage point more unemployment costs the public purse, from the model.

A run with the product's own recession is compared with the same run without it:

    kr. per point = extra net public cost, all years / extra gross unemployment (points), all years

KL's paper of 2024 says 8 bn kr. (F26) without a definition; :data:`DIFFERENCES` names what may differ.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from reforms.fiscal import world_accounts
from reforms.results import Comparison, do_plan, finishers_of, results_folder
from reforms.scenario import BASELINE_SCENARIO
from sim.parameters import Origin
from sim.runs.options import UNEMPLOYMENT_POINT, RunFields, RunOptions, shows_run_options
from sim.runs.plan import Plan, Scenario, make_plan
from sim.stats.interval import of_one_more_run

SCENARIO = "recession"
PUBLISHED = "F26"
#: Why the model's figure and KL's are not the same thing.
DIFFERENCES = (
    "KL does not say whether its per cent is a percentage point; it is read as one.",
    "KL does not say which unemployment; here gross unemployed (dagpenge and job-ready kontanthjælp) in per "
    "cent of the labour force, while more people become sick, students or leave the labour force as well, "
    "and their cost is in the figure.",
    "KL does not say which costs; here benefits, refunds, effort and income taxes of state, municipalities "
    "and a-kasser, without VAT and duties.",
    "In the model more people leave work than become gross unemployed (most of the rest are outside the "
    "labour market for a time), and all of their taxes are forgone: that is why taxes weigh so much.",
    "The model's income tax is an average rate; wages are those of 2024 by education.",
)


def point_plan(options: RunOptions = UNEMPLOYMENT_POINT, **changed: Unpack[RunFields]) -> Plan:
    """Return the plan: the flat path, and the recession as a scenario beside it.

    Parameters
    ----------
    options, changed
        What :func:`sim.runs.plan.make_plan` takes; the demand must stay flat.
    """
    from sim.rules.demand_paths import demand_path

    origin = Origin(SCENARIO)
    changes = tuple(replace(change, origin=origin) for change in demand_path(SCENARIO))
    definition = {"title": {"en": "Recession", "da": "Lavkonjunktur"}, "changes": []}
    scenario = Scenario(SCENARIO, changes, SCENARIO, definition)
    return make_plan([BASELINE_SCENARIO, scenario], options, kind="compare", **changed)


@shows_run_options(UNEMPLOYMENT_POINT, without=["demand"])
def unemployment_point(*, out: Path | str | None = None, **options: Unpack[RunFields]) -> pd.DataFrame:
    """Work out what a percentage point more unemployment costs the public purse.

    A recession is held against flat demand, with the same people and random numbers: extra net public cost
    over extra gross unemployment.

    Parameters
    ----------
    out
        Folder of the results; run again with the same to continue.  If None, nothing is kept.
    **options
        The demand is the analysis's own.

    Returns
    -------
    What :func:`point_table` says: bn kr. a year per percentage point, by payer and account, 2024 prices;
    :func:`beside_published` holds it against KL's figure.

    Raises
    ------
    InputError
        If an option cannot be used; nothing has been run then.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.unemployment_point(scale=0.05).query("payer == 'public'")  # doctest: +SKIP
    """
    asked = UNEMPLOYMENT_POINT.but(**options)
    plan = point_plan(asked)
    folder = results_folder(out)
    do_plan(plan, folder, asked, finishers_of(plan))
    return point_table(Comparison(folder, temporary=out is None))


def point_table(comparison: Comparison) -> pd.DataFrame:
    """Return bn kr. a year (fixed prices) per percentage point of gross unemployment.

    Returns
    -------
    Frame of payer, account (headings, spending = all but taxes, total), bn_kr_per_point, low, high, points
    (mean extra unemployment, percentage points).
    """
    changed = comparison.differences
    rate = changed[(changed["measure"] == "unemployment_rate") & (changed["municipality"] == 0)]
    points = rate.groupby(["draw", "replicate"])["difference"].sum()
    years = int(rate["period"].nunique())
    lines = world_accounts(comparison.folder)
    lines = lines[lines["prices"] == "fixed"]
    spent = lines[~lines["account"].isin(("taxes", "total"))].assign(account="spending")
    lines = pd.concat([lines, spent], ignore_index=True)
    keys = ["draw", "replicate", "payer", "account"]
    cost = lines.groupby(keys, sort=True)["difference"].sum() / 1e3
    ratio = cost.div(points).rename("difference").reset_index()
    grouped = ratio.groupby(["payer", "account"], sort=True)["difference"]
    low, high, _ = of_one_more_run(grouped, len(points))
    table = pd.DataFrame({"bn_kr_per_point": grouped.mean(), "low": low, "high": high}).reset_index()
    return table.assign(points=float(points.mean()) / years)


def beside_published(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the model's figure, with and without taxes forgone, beside KL's, as rows to print.

    Parameters
    ----------
    table
        What :func:`point_table` returns.
    """
    from sim.data import facts

    public = table[table["payer"] == "public"].set_index("account")
    kl = facts().loc[PUBLISHED]
    rows: list[dict[str, Any]] = []
    for account, what in (("total", "spending and income tax forgone"), ("spending", "spending alone")):
        line = public.loc[account]
        numbers = {name: float(line[name]) for name in ("bn_kr_per_point", "low", "high")}
        rows.append({"who": f"Jobvej, {what}", **numbers, "source": "this run, 2024 prices"})
    source = f"{kl['source_title']} ({kl['publisher']} {kl['source_year']})"
    return [
        *rows,
        {"who": "KL", "bn_kr_per_point": float(kl["value"]), "low": None, "high": None, "source": source},
    ]
