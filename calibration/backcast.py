"""Backcasts: a law or a saving of earlier years, made again on today's people, beside what was published.

A backcast is a trial file (``calibration/backcasts/``): the law of that year is its ``world``, the change its
``treatment``.  It runs as trials do, with the same store, executor, estimators and verdicts; what is said of
it is a difference in differences, and the exact effect on the same people with and without the change.  As a
reform of the whole country leaves no place without it, a random half of the municipalities changes (design
``municipality``), or all do and those whom the law presses are held against the others (design ``law``).

Nothing that calibrates reads these files.  The page keeps its misses.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Unpack

import numpy as np
import pandas as pd
from jinja2 import Environment, PackageLoader

from calibration.experiments.library import Trial, load
from calibration.experiments.results import NOT_ASKED, options_of, run_tasks, tabulate, trial_tasks
from calibration.experiments.words import number, span
from calibration.forecasting.panel import Series, month_number
from sim import data
from sim.errors import InputError, shortened, suggest
from sim.rules.focus_targets import benchmark_gap
from sim.runs.folder import out_folder
from sim.runs.options import TRIAL, RunFields, shows_run_options
from sim.runs.store import write_whole
from sim.stats.quantiles import HALF_OF_95

FOLDER = Path(__file__).resolve().parent / "backcasts"
PAGE, TABLE = "backcasts.md", "backcasts.csv"


@cache
def names() -> tuple[str, ...]:
    """Return the names of the backcasts that come with the product."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def file_of(name: str) -> Path:
    """Return the file of a backcast; InputError with the nearest name if there is none."""
    if name not in names():
        known = ", ".join(names())
        raise InputError(f"no backcast '{shortened(name)}'; there is {known}.{suggest(name, names())}")
    return FOLDER / f"{name}.yaml"


class GateDifference(NamedTuple):
    """Change in municipalities above their benchmark less that in the others, with its standard error."""

    value: float
    error: float
    above: int
    others: int

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 per cent interval."""
        return self.value - HALF_OF_95 * self.error, self.value + HALF_OF_95 * self.error


def observed_by_gate(series: Series, before: Sequence[str], after: Sequence[str]) -> GateDifference:
    """Return the difference in differences of a measure by the gate of the focus targets.

    Municipalities weigh alike; the error is that of two means of independent municipalities.

    Parameters
    ----------
    series
        A measure by month and municipality, as :func:`calibration.forecasting.panel.read_series` reads it.
    before, after
        Months ('2022-01' ...) of the two periods.

    Raises
    ------
    InputError
        A group has fewer than two municipalities with figures in both periods.
    """
    gap = dict(zip(data.municipality_codes().tolist(), benchmark_gap().tolist(), strict=True))
    change = _mean_of(series, after) - _mean_of(series, before)
    groups: tuple[list[float], list[float]] = ([], [])
    for code, moved in zip(series.codes, change.tolist(), strict=True):
        if code in gap and not math.isnan(moved):
            groups[gap[code] > 0.0].append(moved)
    others, above = (np.array(each) for each in groups)
    if min(len(others), len(above)) < 2:
        raise InputError(
            f"{series.measure} has {len(above)} municipalities above their benchmark and {len(others)} "
            "others with figures in both periods; expected two or more of each"
        )
    error = math.sqrt(above.var(ddof=1) / len(above) + others.var(ddof=1) / len(others))
    return GateDifference(float(above.mean() - others.mean()), error, len(above), len(others))


def _mean_of(series: Series, months: Iterable[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Mean over the months that are there (c,), NaN where none is."""
    rows = [month_number(each) - series.first for each in months]
    cells = series.cells[[row for row in rows if 0 <= row < len(series.cells)]]
    known = np.isfinite(cells)
    total = np.where(known, cells, 0.0).sum(axis=0)
    return np.asarray(np.where(known.any(axis=0), total / np.maximum(known.sum(axis=0), 1), np.nan))


@shows_run_options(TRIAL, without=NOT_ASKED, own=["scale", "draws", "replicates"])
def backcast(out: Path | str, only: Sequence[str] = (), **options: Unpack[RunFields]) -> pd.DataFrame:
    """Run laws and savings of earlier years on today's people, beside what was published of them.

    Parameters
    ----------
    out
        Folder of the runs (kept, so that nothing is run twice), ``backcasts.csv`` and ``backcasts.md``.
    only
        Names of some of the backcasts; () for all.
    **options
        Scale and draws are by default what each backcast asks for.

    Returns
    -------
    Frame of a row an outcome, with the columns of a trial's table.

    Raises
    ------
    InputError
        An unknown name, or an option that cannot be used; nothing has been run then.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.backcast("results/backcasts", scale=0.02, draws=2)  # doctest: +SKIP
    """
    files = [file_of(name) for name in only or names()]
    folder, asked = out_folder(out), TRIAL.but(**options)
    trials = [load(path) for path in files]
    tasks = []
    for path, trial in zip(files, trials, strict=True):
        own = options_of(trial, **options)
        tasks.append(
            trial_tasks(
                trial, str(path), scale=own.scale, replicates=own.replicates, draws=own.draws, seed=own.seed,
                paired=True,
            )
        )  # fmt: skip
    run_tasks(
        [task for each in tasks for task in each], folder, workers=asked.workers, executor=asked.executor,
        quiet=asked.quiet, title="backcasts",
    )  # fmt: skip
    table = pd.DataFrame(
        [
            {**row, "scale": each[0].scale}
            for trial, each in zip(trials, tasks, strict=True)
            for row in tabulate(trial, each, folder).to_dict("records")
        ]
    )
    for name, text in ((TABLE, table.to_csv(index=False)), (PAGE, page(table, trials))):
        write_whole(folder / name, text.encode())
    return table


def page(table: pd.DataFrame, trials: Sequence[Trial]) -> str:
    """Return the page of backcasts in Markdown; ``table`` as :func:`backcast` returns it."""
    parts = []
    for trial in trials:
        entry, rows = trial.entry, table[table["trial"] == trial.name]
        parts.append(
            {
                "title": entry.title.en, "name": trial.name, "summary": entry.summary.en.strip(),
                "law": entry.law.en.strip() if entry.law else "", "source": _source(trial),
                "scale": f"{rows['scale'].iloc[0]:g}", "runs": int(rows["runs"].iloc[0]),
                "rows": [_cells(trial, row) for row in rows.to_dict("records")],
            }
        )  # fmt: skip
    environment = Environment(
        loader=PackageLoader("calibration", "backcasts"), trim_blocks=True, lstrip_blocks=True
    )
    told = table["outcome_told"].value_counts()
    counts = {name: int(told.get(name, 0)) for name in ("right", "wrong", "not told", "not measured")}
    return environment.get_template("page.md.j2").render(parts=parts, counts=counts)


def _source(trial: Trial) -> str:
    source = trial.entry.source
    return f"{source.title} ({source.publisher}, {source.year}; {', '.join(source.ids)})"


def _cells(trial: Trial, row: dict[Any, Any]) -> dict[str, str]:
    said = next(each for each in trial.entry.outcomes if each.id == row["id"]).published
    published = (
        f"sign: {row['sign']}"
        if pd.isna(row["published"])
        else number(row["published"]) + span(row["published_low"], row["published_high"])
    )
    score = "" if pd.isna(row["score"]) else f"; score {number(row['score'])}"
    return {
        "label": f"{row['label_en']} ({row['id']})",
        "unit": row["unit"],
        "estimate": number(row["estimate"]) + span(row["low"], row["high"]),
        "exact": number(row["exact"]) + span(row["exact_low"], row["exact_high"]),
        "published": f"{published}. {said.note}".strip(),
        "verdict": f"{row['verdict']}{score} (by the {row['judged_by']})",
        "wrong": "yes" if row["outcome_told"] == "wrong" else "",
        "comment": row["comment_en"],
    }
