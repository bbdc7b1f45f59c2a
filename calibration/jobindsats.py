"""A user's own figures beside a run: means of years, and the model's cells of the same definition.

Files are read by :mod:`sim.data_in` (``docs/data-in.md``), which runs begin from as well.
"""

from __future__ import annotations

import pandas as pd

from sim.data_in.files import read_extract
from sim.data_in.measures import MEASURES

__all__ = ["MEASURES", "against", "read_extract", "yearly"]


def yearly(extract: pd.DataFrame) -> pd.DataFrame:
    """Return the mean of each complete year: year, code, measure, unit, value.

    A year with fewer than twelve months, or a hidden one, is left out: the seasons would bend it.
    """
    with_year = extract.assign(year=extract["month"].str[:4].astype(int)).dropna(subset=["value"])
    grouped = with_year.groupby(["year", "code", "measure", "unit"], as_index=False)["value"]
    means = grouped.agg(["mean", "count"])
    full = means[means["count"] == 12].rename(columns={"mean": "value"})
    return full[["year", "code", "measure", "unit", "value"]].reset_index(drop=True)


def against(extract: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return an extract beside a world's outcomes, where both have the same year, place and definition.

    Columns: year, code, measure, unit, data, model, deviation_pct.
    """
    data = yearly(extract).rename(columns={"value": "data"})
    pairs = {name: series.counterpart for name, series in MEASURES.items() if series.counterpart}
    data = data[data["measure"].isin(pairs)]
    data = data.assign(
        model_measure=[pairs[m][0] for m in data["measure"]],
        group=[pairs[m][1] for m in data["measure"]],
        period=data["year"].astype(str),
    )
    model = outcomes.rename(columns={"measure": "model_measure", "municipality": "code", "value": "model"})
    keys = ["period", "code", "model_measure", "group"]
    both = data.merge(model[[*keys, "model"]], on=keys)
    both["deviation_pct"] = 100 * (both["model"] / both["data"] - 1)
    return both[["year", "code", "measure", "unit", "data", "model", "deviation_pct"]]
