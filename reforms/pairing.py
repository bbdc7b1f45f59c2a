"""What pairing saves: the standard error of a reform's effect, paired against unpaired.

With n replicates of baseline b and reform r with other random numbers,

    paired    se = sd(r_i - b_i) / sqrt(n)
    unpaired  se = sqrt((var(r) + var(b)) / n)

The unpaired runs are the same runs, taken as if baseline and reform had random numbers of their own.  The
ratio is how many times smaller pairing makes the standard error, its square how many times fewer runs are
needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.errors import InputError
from sim.outcomes.measures import HEADLINES, MEASURES
from sim.runs.plan import BASELINE
from sim.runs.reading import manifest_of, refuse_changed, table_path

#: The aim: standard errors ten times smaller, so a hundred times fewer runs.
AIM = 10.0
FEWEST_PAIRS = 4
_WORLD = ["draw", "replicate"]
_TOLD = tuple(told for told in HEADLINES if told.in_pairing)


def measure_pairing(folder: Path) -> pd.DataFrame:
    """Return the standard errors of each reform's effect on the country, by year.

    Parameters
    ----------
    folder
        Results of a comparison with at least four replicates (or draws).

    Returns
    -------
    Frame of scenario, period, measure, group, unit, effect, se_paired, se_unpaired (in the unit), ratio (not
    a number where the runs are still the same), runs_saved (ratio squared) and pairs.

    Raises
    ------
    InputError
        If there are too few pairs of runs to tell a standard error.
    """
    refuse_changed(folder)
    outcomes = pq.read_table(
        table_path(folder, "outcomes"),
        columns=["scenario", *_WORLD, "period", "group", "measure", "value"],
        filters=[("municipality", "==", 0), ("measure", "in", sorted({told.measure for told in _TOLD}))],
    ).to_pandas()
    if set(outcomes["scenario"].unique()) <= {BASELINE}:
        raise InputError(f"{folder} holds no reform beside the baseline; pairing is measured on a comparison")
    pairs = len(outcomes[_WORLD].drop_duplicates())
    if pairs < FEWEST_PAIRS:
        raise InputError(
            f"{folder} holds {pairs} pairs of runs; a standard error needs {FEWEST_PAIRS} (--replicates)"
        )
    return pd.DataFrame(list(_rows(outcomes[outcomes["period"].str.len() == 4])))


def _rows(outcomes: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for told in _TOLD:
        unit = MEASURES[told.measure].unit
        mine = outcomes[(outcomes["measure"] == told.measure) & (outcomes["group"] == told.group)]
        for period, rows in mine.groupby("period"):
            wide = rows.pivot(index=_WORLD, columns="scenario", values="value") * unit.factor
            for scenario in [name for name in wide.columns if name != BASELINE]:
                found = standard_errors(wide[BASELINE].to_numpy(), wide[scenario].to_numpy())
                what = {"period": period, "measure": told.measure, "group": told.group}
                yield {
                    "scenario": scenario, **what, "unit": unit.words.en, **found, "pairs": len(wide)
                }  # fmt: skip


def standard_errors(baseline: NDArray[np.float64], reform: NDArray[np.float64]) -> dict[str, float]:
    """Return the effect and its standard error, paired and unpaired, from results (n_pairs,)."""
    n = len(baseline)
    paired = float(np.std(reform - baseline, ddof=1) / np.sqrt(n))
    unpaired = float(np.sqrt((np.var(reform, ddof=1) + np.var(baseline, ddof=1)) / n))
    ratio = unpaired / paired if paired > 0 else float("nan")
    effect = float(np.mean(reform - baseline))
    errors = {"se_paired": paired, "se_unpaired": unpaired}
    return {"effect": effect, **errors, "ratio": ratio, "runs_saved": ratio**2}


def as_markdown(table: pd.DataFrame, conditions: str) -> str:
    """Return the last year and the year with the first effect as a Markdown table, with what was run."""
    words = {(told.measure, told.group): told.words.en for told in _TOLD}
    lines = [
        f"Standard error of the reform effect, paired against unpaired ({conditions}).",
        "",
        "| reform | year | measure | effect | s.e. paired | s.e. unpaired | times smaller | runs saved |",
        "|---|---|---|---:|---:|---:|---:|---:|",
    ]
    shown = table[table["ratio"].notna() & table["period"].isin(_years_shown(table))]
    if shown.empty:
        return "No reform has had an effect yet: the runs are the same to the bit.\n"
    lines += [
        f"| {row['scenario']} | {row['period']} | {words[row['measure'], row['group']]}, {row['unit']} "
        f"| {row['effect']:,.3g} | {row['se_paired']:,.2g} | {row['se_unpaired']:,.2g} "
        f"| {row['ratio']:.1f} | {row['runs_saved']:,.0f} |"
        for row in shown.sort_values(["scenario", "period"], kind="stable").to_dict("records")
    ]
    reached = shown["ratio"] >= AIM
    cells = f"{int(reached.sum())} of {len(shown)} cells; the median is {shown['ratio'].median():.1f} times"
    lines += ["", f"The aim of {AIM:g} times is reached in {cells}."]
    return "\n".join(lines) + "\n"


def _years_shown(table: pd.DataFrame) -> list[str]:
    years = sorted(table.loc[table["ratio"].notna(), "period"].unique())
    return [*years[:1], *years[-1:]]


def conditions_of(folder: Path) -> str:
    """Return what was run for the results in a folder, in words."""
    asked = manifest_of(folder)
    draws = f", {asked['draws']} draws" if asked["draws"] > 1 else ""
    return (
        f"{asked['replicates']} replicates{draws}, scale {asked['scale']:g}, {asked['from']} to {asked['to']}"
    )
