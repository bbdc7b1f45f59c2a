"""The cross-section of the 98 municipalities: how the model's differences follow those of the data.

Only columns of ``municipalities.csv`` for 2022 and 2023 are used here: those calibration may see.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from calibration.moments import Observed, measure
from sim.data import municipalities

PEOPLE = "population_18_64_derived"


class Column(NamedTuple):
    """A column of the data and the model's counterpart."""

    name: str
    what: str
    measure: str
    group: str
    per_head: bool


COLUMNS = (
    Column("gross_unemployment_pct_2022", "gross unemployment rate 2022", "unemployment_rate",
           "unemployed_gross", False),
    Column("gross_unemployment_pct_2023", "gross unemployment rate 2023", "unemployment_rate",
           "unemployed_gross", False),
    Column("gross_unemployed_2023_avg", "gross unemployed 2023, a head", "stock", "unemployed_gross", True),
    Column("bm_actual_dagpenge_2022", "dagpenge 2022, a head", "stock", "dagpenge", True),
    Column("kontanthjaelp_fulltime_2022_avg", "kontanthjælp of all kinds 2022, a head", "stock",
           "kontanthjaelp_benefits", True),
    Column("kontanthjaelp_fulltime_2023_avg", "kontanthjælp of all kinds 2023, a head", "stock",
           "kontanthjaelp_benefits", True),
    Column("bm_actual_sygedagpenge_2022", "sickness benefit 2022, a head", "stock", "sygedagpenge", True),
    Column("bm_actual_total_2022", "temporary benefits 2022, a head", "stock", "temporary_support", True),
)  # fmt: skip


def cross_section(seen: Observed) -> pd.DataFrame:
    """Return how each measure of the 98 follows the data.

    Columns: column, measure, correlation (weighted by inhabitants of working age), slope (of the model's
    deviation from its mean on the data's), spread (standard deviation of the model over that of the data).
    """
    rows = []
    for c in COLUMNS:
        correlation = measure(
            seen, "municipal_correlation",
            {"column": c.name, "measure": c.measure, "group": c.group, "per_head": c.per_head},
        )  # fmt: skip
        spread = _spread(seen, c)
        rows.append((c.name, c.what, correlation, correlation * spread, spread))
    return pd.DataFrame(rows, columns=["column", "measure", "correlation", "slope", "spread"])


def _spread(seen: Observed, c: Column) -> float:
    """Return the relative spread of the model over the relative spread of the data."""
    facts, o = municipalities(), seen.outcomes
    here = (o["measure"] == c.measure) & (o["group"] == c.group) & (o["period"] == str(seen.year))
    rows = o[here & (o["municipality"] != 0)].set_index("municipality")["value"]
    people = facts[PEOPLE]
    pairs = pd.DataFrame(
        {"model": rows.reindex(facts.index), "data": facts[c.name], "people": people}
    ).dropna()
    if c.per_head:
        pairs[["model", "data"]] = pairs[["model", "data"]].div(pairs["people"], axis=0)
    return float(_relative(pairs, "model") / _relative(pairs, "data")) if len(pairs) else float("nan")


def _relative(pairs: pd.DataFrame, column: str) -> float:
    weights = pairs["people"] / pairs["people"].sum()
    mean = float(weights @ pairs[column])
    return float(np.sqrt(weights @ (pairs[column] - mean) ** 2)) / mean


def cross_section_text(table: pd.DataFrame) -> str:
    """Return the table as lines for a terminal."""
    lines = [
        "",
        "The 98 municipalities: correlation of model and data, and spread of the model over the data's",
    ]
    lines += [
        f"  {row.measure:<42} {row.correlation:>6.2f} {row.spread:>6.2f}"
        for row in table.itertuples(index=False)
    ]
    return "\n".join(lines)
