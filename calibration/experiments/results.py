"""From runs to a verdict: estimate, interval over replicates and draws, what was published."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import pandas as pd

from calibration.experiments.estimators import Answer, answer
from calibration.experiments.library import Trial, load
from calibration.experiments.schema import OutcomeEntry
from calibration.experiments.trial_runs import TrialTask, columns_of, jobs_of_trials, simulate_trial
from calibration.experiments.verdicts import draws_needed, grade_of, judge
from sim.runs.execute import complete
from sim.runs.folder import out_folder
from sim.runs.options import TRIAL, RunFields, RunOptions, shows_run_options
from sim.runs.plan import CENTRAL, draw_changes, refuse_too_many
from sim.runs.store import Store
from sim.stats.interval import of_one

#: What ``jobvej trial --json`` prints of each outcome, and in this order.
COLUMNS: tuple[str, ...] = (
    "trial", "outcome", "unit", "estimate", "low", "high", "published", "published_low", "published_high",
    "verdict",
)  # fmt: skip
#: And beside them: the exact effect on the same persons, and which of the two the verdict is about.
ALSO_SHOWN: tuple[str, ...] = ("exact", "exact_low", "exact_high", "judged_by")
#: Further columns of the table: how the number was reached.
DETAILS: tuple[str, ...] = (
    "id", "uses", "label_en", "label_da", "sign", "persons", "runs", "exact", "exact_low", "exact_high",
    "judged_by", "sign_right", "size_right", "comment_en", "comment_da", "score", "outcome_told", "grade",
    "needed",
)  # fmt: skip
#: Options that a trial's file decides.
NOT_ASKED: tuple[str, ...] = (
    "start", "end", "demand", "data", "baseline", "beliefs", "settings", "switched_off", "branching",
)  # fmt: skip


def trial_tasks(
    trial: Trial, spec: str, *, scale: float, replicates: int, draws: int, seed: int, paired: bool
) -> list[TrialTask]:
    """Return the runs of a trial by draw and replicate."""
    refuse_too_many(1, draws, replicates)
    numbers = (CENTRAL,) if draws == 1 else tuple(range(1, draws + 1))
    changes = draw_changes(numbers)
    return [
        TrialTask(spec, changes[draw], draw, replicate, seed, scale, paired)
        for draw in numbers
        for replicate in range(replicates)
    ]


def run_tasks(
    tasks: Sequence[TrialTask],
    out: Path,
    *,
    workers: int | None,
    executor: str | None,
    quiet: bool,
    title: str = "trial",
) -> None:
    """Simulate the runs that ``out`` does not hold yet; run again to continue after an interruption."""
    complete(
        _store(out), jobs_of_trials, tasks, simulate_trial, workers=workers, executor=executor, title=title,
        quiet=quiet,
    )  # fmt: skip


def _store(out: Path) -> Store:
    return Store(out / "runs")


def options_of(trial: Trial, **options: Unpack[RunFields]) -> RunOptions:
    """Return the options of a trial: those asked for, then its file's, then :data:`TRIAL`.

    The file's replicates are the fewest worlds: they are shared out over draws, for a world without its own
    draw of the uncertain numbers says nothing of them.
    """
    draws = max(TRIAL.draws, -(-trial.entry.replicates // TRIAL.replicates))
    own: RunFields = {"scale": trial.entry.scale, "draws": draws}
    own.update(options)
    return TRIAL.but(**own)


@shows_run_options(TRIAL, without=NOT_ASKED, own=["scale", "draws", "replicates"])
def run_trial(
    spec: str | Path, out: Path | str, *, paired: bool = True, **options: Unpack[RunFields]
) -> pd.DataFrame:
    """Run a published experiment inside the model: same randomisation, same estimator, beside its result.

    Parameters
    ----------
    spec
        Name of a trial, or a file.
    out
        Folder for the runs (kept, so that nothing is run twice) and ``<trial>.csv``.
    paired
        Also simulate each run without the treatment, for the exact effect on the same persons.
    **options
        Scale and replicates are those of the trial's file by default.

    Returns
    -------
    Frame of :data:`COLUMNS` and :data:`DETAILS`, a row an outcome.

    Raises
    ------
    InputError
        The trial cannot be run: its reason; or numbers that are impossible.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.trial("hurtigt-i-gang-1", "results/trials")  # doctest: +SKIP
    """
    trial = load(spec)
    if not trial.entry.runnable:
        raise trial.document.error(f"'{trial.name}' cannot be run: {trial.entry.reason.strip()}", "reason")
    asked, folder = options_of(trial, **options), out_folder(out)
    tasks = trial_tasks(
        trial, str(spec), scale=asked.scale, replicates=asked.replicates, draws=asked.draws, seed=asked.seed,
        paired=paired,
    )  # fmt: skip
    run_tasks(
        tasks, folder, workers=asked.workers, executor=asked.executor, quiet=asked.quiet, title=trial.name
    )
    return tabulate(trial, tasks, folder)


def tabulate(trial: Trial, tasks: Sequence[TrialTask], out: Path) -> pd.DataFrame:
    """Return the table of a trial from its finished runs, and write it to ``<trial>.csv``."""
    found: dict[str, list[Answer]] = {outcome.id: [] for outcome in trial.entry.outcomes}
    store = _store(out)
    for task in tasks:
        columns = columns_of(store, task)
        for outcome in trial.entry.outcomes:
            found[outcome.id].append(answer(columns, outcome))
    draws = [task.draw for task in tasks]
    rows = [_row(trial, outcome, found[outcome.id], draws) for outcome in trial.entry.outcomes]
    table = pd.DataFrame(rows)[[*COLUMNS, *DETAILS]]
    partial_file = out / f".{trial.name}.{os.getpid()}.csv"
    table.to_csv(partial_file, index=False)
    partial_file.replace(out / f"{trial.name}.csv")
    return table


def _row(trial: Trial, outcome: OutcomeEntry, answers: list[Answer], draws: list[int]) -> dict[str, Any]:
    estimate = of_one([each.estimate for each in answers], draws)
    exact = of_one([each.twin for each in answers], draws)
    judged = exact if outcome.judged_by == "twin" and not math.isnan(exact.median) else estimate
    published = outcome.published
    found = judge(judged, published)
    comment = outcome.comment
    return {
        "trial": trial.name, "outcome": outcome.label.en, "unit": outcome.unit, "estimate": estimate.median,
        "low": estimate.low95, "high": estimate.high95, "published": published.value,
        "published_low": published.low, "published_high": published.high, "verdict": found.words,
        "id": outcome.id, "uses": trial.entry.uses, "label_en": outcome.label.en,
        "label_da": outcome.label.da, "sign": published.sign, "persons": _mean([a.persons for a in answers]),
        "runs": len(answers), "exact": exact.median, "exact_low": exact.low95, "exact_high": exact.high95,
        "judged_by": "exact" if judged is exact else "estimate", "sign_right": found.sign_right,
        "size_right": found.size_right,
        "comment_en": comment.en if comment else "",
        "comment_da": comment.da if comment else "", "score": found.score, "outcome_told": found.outcome,
        "grade": grade_of(outcome.id), "needed": draws_needed(judged, published),
    }  # fmt: skip


def _mean(numbers: Sequence[int]) -> int:
    return round(float(np.mean(numbers)))
