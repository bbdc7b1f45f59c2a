"""Published business cases held against the model's: misses are shown as they are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from reforms.invest.case import break_even
from sim.parameters.document import read_document
from sim.stats.interval import told_of

_FILE = Path(__file__).with_name("cases.yaml")


@cache
def cases() -> dict[str, dict[str, Any]]:
    """Return the published cases by name."""
    content: dict[str, dict[str, Any]] = read_document(_FILE).content
    return content


def model_figures(
    table: pd.DataFrame, people: pd.DataFrame, years: int
) -> dict[str, tuple[float, float, float]]:
    """Return what the published figures are held against: value, and the 95 % interval's ends.

    Parameters
    ----------
    table, people
        What :func:`reforms.invest.case.invest_table` and :func:`people_lines` return.
    years
        Years of the investment.

    Returns
    -------
    ``invested``, ``saving``, ``net`` and ``ratio`` over all years (own municipality; a saving and a gain
    positive, net a cost), ``..._a_year``, ``persons`` and ``weeks`` and ``days`` of the last year,
    ``break_even_years`` and ``first_paying_year``.
    """
    own = table.set_index(["line", "year"])
    spent = own.loc[("staff", "sum"), "amount_mio_kr"] + own.loc[("programmes", "sum"), "amount_mio_kr"]
    benefits = own.loc[("benefits", "sum")]
    net = own.loc[("municipality", "sum")]
    nothing = (float("nan"), float("nan"))
    by_year = own.xs("municipality")["amount_mio_kr"].drop(["sum", "present value"])
    by_year.index = by_year.index.astype(int)
    first = int(by_year.index.min()) + 1
    paid = break_even(by_year)
    paying = [year for year, amount in by_year.items() if amount < 0 and int(str(year)) >= first]
    saved = told_of(benefits).times(-1.0)
    saving = (saved.median, saved.low95, saved.high95)
    years_to = (float(paid - first + 1) if paid else float("inf"), *nothing)
    to_first = (float(int(str(paying[0])) - first + 1) if paying else float("inf"), *nothing)
    figures: dict[str, tuple[float, float, float]] = {
        "invested": (spent, *nothing),
        "saving": saving,
        "net": (net["median"], net["low95"], net["high95"]),
        "ratio": (saving[0] / spent, *nothing) if spent > 0.5 else (float("nan"), *nothing),
        "break_even_years": years_to,
        "first_paying_year": to_first,
    }
    figures["saving_a_year"] = (saving[0] / years, saving[1] / years, saving[2] / years)
    figures["invested_a_year"] = (spent / years, *nothing)
    return figures | _people_figures(people)


def _people_figures(people: pd.DataFrame) -> dict[str, tuple[float, float, float]]:
    last = people[people["year"] == people["year"].max()].set_index("line")
    figures: dict[str, tuple[float, float, float]] = {}
    if "persons" in last.index:
        row = last.loc["persons"]
        figures["persons"] = (row["median"], row["low95"], row["high95"])
    weeks = last[last.index.str.startswith("weeks, ")]
    if len(weeks):
        row = weeks.iloc[0]
        figures["weeks"] = (row["median"], row["low95"], row["high95"])
        figures["days"] = (7 * row["median"], 7 * row["low95"], 7 * row["high95"])
    return figures


def beside(case: Mapping[str, Any], figures: Mapping[str, tuple[float, float, float]]) -> pd.DataFrame:
    """Return published and model side by side: figure, unit, published, claim, model, low, high, verdict."""
    rows = []
    for each in case["published"]:
        value, low, high = figures.get(each["measure"], (float("nan"),) * 3)
        rows.append(
            {**{name: each[name] for name in ("figure", "unit", "claim")}, "published": float(each["value"]),
             "model": value, "low": low, "high": high, "ids": " ".join(each["ids"]),
             "verdict": verdict(float(each["value"]), value, low, high)}
        )  # fmt: skip
    return pd.DataFrame(rows)


def verdict(published: float, model: float, low: float, high: float) -> str:
    """Return in a word how the model does.

    ``too uncertain`` where the interval holds both the published figure and zero (but for a published zero),
    then ``hit`` where it holds the figure, ``near`` within a third, and ``miss``.
    """
    if model != model:
        return "not known"
    if low == low and low <= published <= high:
        return "too uncertain" if published != 0 and low <= 0.0 <= high else "hit"
    if abs(model - published) <= abs(published) / 3.0:
        return "near"
    return "miss"
