"""Whether the baseline stays where it is: yearly targets and stocks, year after year."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from calibration.levels import KEEPS, WEEKS, YEARLY, aim, read_pairs
from calibration.moments import Observed, measure
from calibration.observing import START, ObservedRun, observed
from calibration.point import TRIED, point_changes
from calibration.targets import load_targets
from sim.calendar import Week
from sim.parameters import load_parameters
from sim.runs.options import FIT


def yearly(seen: Observed) -> pd.DataFrame:
    """Return, for every year seen, each target that a year's outcomes tell, and each stock that is to last.

    Columns: id, label, year, data, model, deviation_pct.
    """
    targets = [t for t in load_targets().values() if t.measure in YEARLY]
    asked = [(t.id, t.label, t.value, t.measure, t.arguments) for t in targets]
    kept = [pair.target for pair in read_pairs() if pair.target.startswith(KEEPS)]
    asked += [
        (name, name.capitalize(), aim(name), "stock", {"group": name.removeprefix(KEEPS)}) for name in kept
    ]
    years = sorted({int(p) for p in seen.outcomes["period"].unique() if str(p).isdigit()})
    rows = [
        (name, label, year, data, measure(seen._replace(year=year), function, arguments))
        for name, label, data, function, arguments in asked
        for year in years
    ]
    table = pd.DataFrame(rows, columns=["id", "label", "year", "data", "model"])
    table["deviation_pct"] = 100 * (table["model"] / table["data"] - 1)
    return table


def without_reform(values: Mapping[str, float], scale: float, seed: int = FIT.seed) -> pd.DataFrame:
    """Simulate ten years under the law of the first week, at these values; return :func:`yearly`."""
    parameters = load_parameters().held(Week.parse(START).monday)
    parameters = parameters.with_changes(point_changes(values, TRIED))
    (seen,) = observed([ObservedRun(parameters, WEEKS, scale, seed)], quiet=True)
    return yearly(seen)


def stability_text(table: pd.DataFrame, limit: float) -> str:
    """Return the second and the last year as lines for a terminal, with how many stay within ``limit`` %."""
    years = sorted(table["year"].unique())
    second, last = years[min(1, len(years) - 1)], years[-1]
    wide = table.pivot_table(index=["id", "label"], columns="year", values="deviation_pct", sort=False)
    near = int((wide[last].abs() <= limit).sum())
    lines = ["", f"Without reform: deviation from the data in {second} and in {last}, per cent"]
    for (name, label), row in wide.iterrows():
        shown = str(name) if str(label).lower() == str(name) else f"{name} {label}"
        lines.append(f"  {shown[:62]:<62} {row[second]:>+7.1f} {row[last]:>+7.1f}")
    return "\n".join([*lines, f"  {near} of {len(wide)} within {limit:g} per cent in {last}"])
