"""How near the baseline comes to Denmark: every calibration target, misses included."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from calibration.moments import MOMENTS, Observed, measure_target
from calibration.observing import START, ObservedRun, observed_with_laws
from calibration.targets import Target, load_targets
from sim.errors import InputError
from sim.parameters import load_parameters
from sim.runs.options import FIT
from sim.runs.reading import table_path

if TYPE_CHECKING:
    from sim.parameters import ParameterSet

#: The columns of the table, as ``jobvej fit --json`` prints them.
COLUMNS: tuple[str, ...] = (
    "id", "label", "label_da", "measure", "unit", "period", "data", "se", "model", "z", "deviation_pct",
    "verdict",
)  # fmt: skip
CHECK_COLUMNS: tuple[str, ...] = ("check", "value", "criterion", "passed")
REFERENCE = Path(__file__).resolve().parent / "reference_fit.csv"

STOCK_LIMIT = 15.0  # per cent
#: No target that counts should be off by more, per cent.
FAR = 15.0
RATE_LIMIT = 0.5  # percentage points
CONTACT_LIMIT = 20.0  # per cent
#: Columns of the terminal that the table is written for.
WIDTH = 120


class Fit(NamedTuple):
    """What :func:`run_fit` found: table of all targets, checks on it, what was run, what was seen."""

    table: pd.DataFrame
    checks: pd.DataFrame
    run: dict[str, Any]
    seen: Observed

    def __repr__(self) -> str:
        asked, near = self.run, int((self.table["verdict"] == "near").sum())
        return (
            f"<Fit of {len(self.table)} targets, {near} within two standard errors: {asked['start']} to "
            f"{asked['end']}, scale {asked['scale']:g}>"
        )


def observe_results(folder: str | Path, year: int | None = None) -> Observed:
    """Return what a results folder says of its baseline: the mean over draws and replicates.

    There is no week-by-week record in it, so durations and transitions stay empty.

    Parameters
    ----------
    folder
        What ``jobvej run`` or ``jobvej compare`` left.
    year
        Year to compare; by default the second.

    Raises
    ------
    InputError
        There is no ``outcomes.parquet``, or it has no baseline or not that year.
    """
    path = table_path(folder, "outcomes")
    outcomes = pd.read_parquet(path)
    outcomes = outcomes[outcomes["scenario"] == "baseline"]
    years = sorted({int(p) for p in outcomes["period"].unique() if str(p).isdigit()})
    chosen = year if year is not None else (years[1] if len(years) > 1 else None)
    if chosen not in years:
        raise InputError(f"{path} holds the years {years} of the baseline; expected {chosen or 'two years'}")
    cell = ["period", "municipality", "group", "measure"]
    return Observed(outcomes.groupby(cell, as_index=False, observed=True)["value"].mean(), chosen)


def table(seen: Observed) -> pd.DataFrame:
    """Return one row per calibration target: :data:`COLUMNS`.

    ``model`` is NaN where the world seen cannot say (trials; durations from a results folder; what was
    counted under another law).  ``z`` is the deviation in standard errors, ``deviation_pct`` in per cent of
    the data.
    """
    return pd.DataFrame([_row(target, seen) for target in load_targets().values()], columns=list(COLUMNS))


def _row(target: Target, seen: Observed) -> dict[str, Any]:
    if target.measure not in MOMENTS:
        raise InputError(f"target {target.id}: no measure is registered as '{target.measure}'")
    model = measure_target(seen, target)
    error = target.error
    difference = model - target.value
    return {
        "id": target.id,
        "label": target.label,
        "label_da": target.label_da,
        "measure": target.measured_as,
        "unit": target.unit,
        "period": target.period,
        "data": target.value,
        "se": np.nan if error is None else error,
        "model": model,
        "z": np.nan if error is None else difference / error,
        "deviation_pct": 100 * difference / abs(target.value),
        "verdict": verdict(target, model),
    }


def verdict(target: Target, model: float) -> str:
    """Return what a deviation means: near, off, far, or why it does not count.

    Near is within two standard errors (5 per cent of the value each where the source gives none), far beyond
    15 per cent as well, off between.
    """
    if np.isnan(model):
        return "trial" if target.measure == "trial" else "not measured"
    if not target.counts:
        return "definition differs"
    if target.error is None:
        return "correlation"
    if abs(model - target.value) <= 2 * target.error:
        return "near"
    return "far" if abs(model / target.value - 1) > FAR / 100 else "off"


def checks(fitted: pd.DataFrame) -> pd.DataFrame:
    """Return what must hold without a reform, and how well the map and the seasons fit.

    Parameters
    ----------
    fitted
        A table of :func:`run_fit`, or the one that ships with the product.

    Returns
    -------
    Frame of check, value, criterion, passed (None where there is no criterion).
    """
    rows = fitted.set_index("id")
    off = rows["deviation_pct"]
    stocks = off[[t.id for t in load_targets().values() if t.group == "stocks"]]
    near = int((stocks.abs() <= STOCK_LIMIT).sum())
    worst, deviation = _largest(stocks)
    rate = rows.at["level-unemployment_rate", "model"] - rows.at["level-unemployment_rate", "data"]
    season = rows.loc[[f"season-{month:02d}" for month in range(1, 13)]]
    found: list[tuple[str, float, str, bool | None]] = [
        ("stocks near the data", near, f"{len(stocks)} within {STOCK_LIMIT:g} %", near == len(stocks)),
        (f"largest deviation of a stock, % ({worst})", deviation, f"within {STOCK_LIMIT:g}",
         _within(deviation, STOCK_LIMIT)),
        ("unemployment rate, deviation in points", rate, f"within {RATE_LIMIT:g}", _within(rate, RATE_LIMIT)),
        ("dagpenge interviews a person-year, deviation in %", off["F232"], f"within {CONTACT_LIMIT:g}",
         _within(off["F232"], CONTACT_LIMIT)),
        ("season, correlation of the twelve months", _correlation(season["model"], season["data"]), "", None),
        ("season, largest deviation of a month, %", _largest(off[season.index])[1], "", None),
        ("map, correlation of unemployment rates 2023", rows.at["municipal-rate-2023", "model"], "", None),
        ("targets that count, within two standard errors, %", _share_near(rows), "90 or more",
         bool(_share_near(rows) >= 90)),
        ("targets beyond two standard errors and 15 %", _far(rows), "none", bool(_far(rows) == 0)),
    ]  # fmt: skip
    return pd.DataFrame(found, columns=list(CHECK_COLUMNS))


def _largest(deviations: pd.Series[float]) -> tuple[str, float]:
    if deviations.isna().any():
        return f"{deviations.isna().sum()} not measured", float("nan")
    name = deviations.abs().idxmax()
    return str(name), float(deviations[name])


def _within(value: float, limit: float) -> bool:
    return bool(abs(value) <= limit)


def _correlation(a: pd.Series[float], b: pd.Series[float]) -> float:
    return float(a.corr(b)) if a.notna().all() else float("nan")


def _share_near(rows: pd.DataFrame) -> float:
    counted = rows["verdict"].isin(["near", "off", "far"])
    return float(100 * (rows["verdict"] == "near").sum() / counted.sum()) if counted.any() else float("nan")


def _far(rows: pd.DataFrame) -> float:
    return float((rows["verdict"] == "far").sum())


def run_fit(
    *,
    scale: float = FIT.scale,
    seed: int = FIT.seed,
    replicate: int = 0,
    weeks: int = FIT.weeks,
    parameters: ParameterSet | None = None,
    quiet: bool = FIT.quiet,
) -> Fit:
    """Run the baseline from the first week of 2024 and hold its second year against the data.

    What was counted under the law of another year is measured in a smaller world under that law.

    Parameters
    ----------
    scale, seed, replicate
        As in :class:`sim.LabourMarket`.
    weeks
        How long; the second calendar year must be in it.
    parameters
        By default the law, evidence and assumptions with the fitted values.
    quiet
        Show no progress.
    """
    run = ObservedRun(parameters or load_parameters(), weeks, scale, seed, replicate)
    seen = observed_with_laws(run, title="fit", quiet=quiet)
    fitted = table(seen)
    about = {"start": START, "end": run.end, "scale": scale, "seed": seed, "replicate": replicate,
             "year": seen.year, "parameters": run.parameters.digest()}  # fmt: skip
    return Fit(fitted, checks(fitted), about, seen)


def as_text(fitted: pd.DataFrame) -> str:
    """Return the table and the checks on it as text for a terminal of :data:`WIDTH` columns."""
    from rich.console import Console
    from rich.table import Table

    targets = load_targets()
    shown = Table(box=None, padding=(0, 1, 0, 0), expand=True)
    shown.add_column("id", no_wrap=True)
    shown.add_column("measure", ratio=1)
    shown.add_column("unit", max_width=12)
    for head in ("data", "se", "model", "z", "%"):
        shown.add_column(head, justify="right", no_wrap=True)
    for row in fitted.itertuples(index=False):
        figures = (_figure(row.data), _figure(row.se), _figure(row.model))
        signed = (_signed(row.z), _signed(row.deviation_pct))
        shown.add_row(row.id, _short(targets[row.id]), row.unit, *figures, *signed)
    with StringIO() as text:
        Console(file=text, width=WIDTH, markup=False, highlight=False, emoji=False).print(shown)
        lines = [line.rstrip() for line in text.getvalue().splitlines()]
    notes = (
        "z, %: deviation of the model from the data, in standard errors and per cent",
        "* the source counts differently; see the target's entry in calibration/targets/",
    )
    return "\n".join([*lines, "", *notes, "", *map(_verdict, checks(fitted).itertuples(index=False))])


def _verdict(check: Any) -> str:
    """Return a check as a line: what, how much, what it should be, whether it is."""
    said = "" if check.passed is None else ("met" if check.passed else "MISSED")
    return f"{check.check:<60} {_figure(check.value):>10}  {check.criterion:<14} {said}".rstrip()


def _short(target: Target) -> str:
    mark = "" if target.comparable == "full" else " *"
    return target.label + mark + (" (trial, not run yet)" if target.measure == "trial" else "")


def _figure(value: float) -> str:
    if np.isnan(value):
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _signed(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:+.1f}"


def write_reference(fit: Fit, path: Path = REFERENCE) -> None:
    """Write the table as the reference that reports quote."""
    fit.table.round(4).to_csv(path, index=False)


def reference_table(path: Path = REFERENCE) -> pd.DataFrame | None:
    """Return the fit that ships with the product, a row a target (:data:`COLUMNS`), or None without one.

    Parameters
    ----------
    path
        Another file of the same form.
    """
    return pd.read_csv(path) if path.is_file() else None
