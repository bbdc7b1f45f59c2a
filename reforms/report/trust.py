"""How far to trust it: what is left out, the fit of the baseline, definitions and fingerprints."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from reforms.report.figures import Brush
from reforms.report.tables import Cell, Table
from sim.measures import MEASURES

LEFT_OUT = ("wages", "prices", "health", "moves", "households", "take_up", "politics")
USED = (
    "mean_duration",
    "median_duration",
    "share_over_26_weeks",
    "share_over_52_weeks",
    "share_over_104_weeks",
    "stock",
    "unemployment_rate",
    "net_cost_state",
    "net_cost_municipality",
    "net_cost_a_kasse",
    "net_public_cost",
    "gross_benefits",
    "hours",
    "interviews",
    "interviews_per_person_year",
    "caseworkers",
    "caseload",
)
CLOSE = 15.0


class Definition(NamedTuple):
    """A measure as the report defines it."""

    name: str
    unit: str
    text: str


def definitions(brush: Brush) -> tuple[Definition, ...]:
    """Return the definitions of the measures used."""
    danish = brush.numbers.lang == "da"
    known = [MEASURES[name] for name in USED if name in MEASURES]
    return tuple(Definition(m.name, m.unit, m.definition_da if danish else m.definition) for m in known)


def fit_table(fit: pd.DataFrame, brush: Brush) -> tuple[Table, str]:
    """Return the fit as a table, misses included, and a sentence that counts the close ones."""
    t, numbers = brush.t, brush.numbers

    def number(value: object) -> Cell:
        known = isinstance(value, int | float) and not math.isnan(value)
        return Cell(numbers.general(float(str(value))), float(str(value))) if known else Cell("..")

    body = []
    for row in fit.to_dict("records"):
        deviation = float(row["deviation_pct"])
        style = "told" if abs(deviation) > CLOSE else "unclear"
        cell = Cell(numbers.signed(deviation, 1), None if math.isnan(deviation) else deviation, style)
        label = f"{row['measure']} ({row['id']})"
        body.append(
            (
                Cell(label),
                Cell(str(row["unit"])),
                number(row["data"]),
                number(row["se"]),
                number(row["model"]),
                cell,
            )
        )
    within = int((fit["deviation_pct"].abs() <= CLOSE).sum())
    heads = tuple(t(f"trust.fit_{key}") for key in ("measure", "unit", "data", "se", "model", "deviation"))
    table = Table("fit", t("trust.fit_table"), t("trust.fit_unit_line"), heads, tuple(body))
    return table, t("trust.fit_note", all=str(len(fit)), within=str(within))
