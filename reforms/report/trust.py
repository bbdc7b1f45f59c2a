"""How far to trust it: what is left out, the model against Denmark, and definitions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

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
    "flow",
    "exits_to_job",
    "job_starts",
    "vacancies",
    "unemployment_rate",
    "gross_benefits",
    "hours",
    "interviews",
    "interviews_per_person_year",
    "caseworkers",
    "caseload",
)
#: A figure within so many per cent of the data counts as near.
CLOSE = 15.0
#: How many of the largest misses the report names.
MISSES = 3


class Definition(NamedTuple):
    """A measure as the report defines it."""

    label: str
    unit: str
    text: str


def definitions(brush: Brush) -> tuple[Definition, ...]:
    """Return the definitions of the measures used."""
    danish, t = brush.numbers.lang == "da", brush.t
    known = [MEASURES[name] for name in USED if name in MEASURES]
    return tuple(
        Definition(
            t.named("measure", m.name),
            t.unit(m.unit),
            m.definition_da if danish else m.definition,
        )
        for m in known
    )


def _label(row: Mapping[Any, Any], brush: Brush) -> tuple[str, bool]:
    """Return what a figure is called, and whether the words are in another language."""
    english = str(row.get("label") or f"{row.get('measure', '')} ({row['id']})")
    if brush.numbers.lang == "en":
        return english, False
    own = row.get("label_da") or brush.t.target(str(row["id"]))
    return (str(own), False) if isinstance(own, str) and own else (english, True)


def _number(value: object, brush: Brush) -> Cell:
    known = isinstance(value, int | float) and not math.isnan(value)
    return Cell(brush.numbers.general(float(str(value))), float(str(value))) if known else Cell("..")


def _deviation(row: Mapping[Any, Any], brush: Brush) -> Cell:
    """Return the deviation in per cent, bold where it is no near miss."""
    value = row.get("deviation_pct")
    if not isinstance(value, int | float) or math.isnan(value):
        return Cell("..")
    return Cell(brush.numbers.signed(value, 1), float(value), "told" if abs(value) > CLOSE else "unclear")


def _row(row: Mapping[Any, Any], brush: Brush) -> tuple[Cell, ...]:
    label, foreign = _label(row, brush)
    return (
        Cell(label, foreign=foreign),
        Cell(brush.t.unit(str(row["unit"])), style="word"),
        _number(row.get("data"), brush),
        _number(row.get("model"), brush),
        _deviation(row, brush),
        Cell(brush.numbers.signed(float(z), 1), float(z))
        if isinstance(z := row.get("z"), int | float) and not math.isnan(z)
        else Cell(".."),
    )


def fit_table(fit: pd.DataFrame, key: str, brush: Brush) -> tuple[Table, str]:
    """Return model against data as a table, misses included, and a sentence that counts the near ones.

    Parameters
    ----------
    fit
        id, unit, data, model, and where known label, label_da, group, se, z, deviation_pct.
    key
        "fit" or "validation": which words stand above it.
    """
    t = brush.t
    body: list[tuple[Cell, ...]] = []
    groups = fit["group"] if "group" in fit else pd.Series("", index=fit.index)
    for group in dict.fromkeys(groups):
        rows = fit[groups == group]
        if group:
            heading = t.named("trust.group", str(group))
            body.append((Cell(heading, style="heading"), *[Cell("")] * 5))
        body += [_row(row, brush) for row in rows.to_dict("records")]
    heads = ("", *(t(f"trust.fit_{name}") for name in ("unit", "data", "model", "deviation", "z")))
    table = Table(key, t(f"trust.{key}_table"), t("trust.fit_unit_line"), heads, tuple(body))
    known = fit["deviation_pct"].dropna() if "deviation_pct" in fit else pd.Series(dtype=float)
    within = int((known.abs() <= CLOSE).sum())
    numbers = {"all": str(len(fit)), "known": str(len(known)), "within": str(within)}
    missing = len(fit) - len(known)
    said = t(f"trust.{key}_note", **numbers)
    return table, f"{said} {t('trust.fit_unmeasured', count=str(missing))}" if missing else said


def worst_sentence(fit: pd.DataFrame, brush: Brush) -> str:
    """Name the largest misses; empty if every figure is near."""
    known = fit.dropna(subset="deviation_pct")
    far = known[known["deviation_pct"].abs() > CLOSE]
    order = far["deviation_pct"].abs().sort_values(ascending=False, kind="stable").index[:MISSES]
    named = [
        brush.t(
            "trust.miss",
            label=_label(row, brush)[0],
            deviation=brush.numbers.signed(float(row["deviation_pct"])),
        )
        for row in fit.loc[order].to_dict("records")
    ]
    return brush.t("trust.worst", names="; ".join(named)) if named else ""
