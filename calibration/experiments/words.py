"""Trial results as text for the terminal."""

from __future__ import annotations

import math

import pandas as pd


def number(value: float | None, digits: int = 2) -> str:
    """Return a number with a proper minus sign, or a dash where there is none."""
    if value is None or math.isnan(value):
        return "–"
    return f"{value:.{digits}f}".replace("-", "−")


def span(low: float | None, high: float | None, digits: int = 2) -> str:
    """Return an interval, or nothing where neither end is known."""
    if (low is None or math.isnan(low)) and (high is None or math.isnan(high)):
        return ""
    return f" ({number(low, digits)} to {number(high, digits)})"


def as_text(table: pd.DataFrame) -> str:
    """Return the outcomes of trials as lines: model, exact effect on the same persons, paper, verdict."""
    lines = []
    for row in table.itertuples():
        published = number(row.published) + span(row.published_low, row.published_high)
        lines += [
            f"{row.trial}: {row.outcome} [{row.unit}]",
            f"  model      {number(row.estimate)}{span(row.low, row.high)}, {row.persons} persons a run, "
            f"{row.runs} runs",
            f"  same persons, with and without: {number(row.exact)}{span(row.exact_low, row.exact_high)}",
            f"  published  {published if published != '–' else 'sign ' + row.sign}",
            f"  {row.verdict}" + (" (by the exact effect)" if row.judged_by == "exact" else ""),
        ]
    return "\n".join(lines)
