"""What the model gets right and wrong: facts held out, virtual trials, figures of the reform documents.

One table and one page of it (HTML and Markdown); misses stay on it, each with the best explanation there is.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from calibration.experiments.library import Trial, catalogue
from calibration.experiments.results import NOT_ASKED, options_of, run_tasks, tabulate, trial_tasks
from calibration.held_out import FactEntry, fact_verdict, load_facts, measured
from calibration.moments import Observed
from sim.runs.options import TRIAL, VALIDATION, RunFields, RunOptions, shows_run_options
from sim.runs.plan import BASELINE, Scenario, make_plan
from sim.runs.run import run_plan
from sim.stats.interval import of_the_mean_over_draws

#: Columns of the table, as ``jobvej validate --json`` prints them and the report reads them.
COLUMNS: tuple[str, ...] = (
    "kind", "name_en", "name_da", "unit", "model", "low", "high", "published", "published_low",
    "published_high", "verdict", "comment",
)  # fmt: skip
#: Further columns: ids, whether sign and size are right (None: nothing to judge), the comment in Danish.
DETAILS: tuple[str, ...] = (
    "id",
    "group",
    "sign",
    "sign_right",
    "size_right",
    "exact",
    "comment_da",
    "source",
)
REFERENCE = Path(__file__).resolve().parent / "validation" / "reference.csv"
#: How the table that comes with the product was made.
REFERENCE_COMMAND = "jobvej validate"
YEAR = 2025


@shows_run_options(VALIDATION, without=NOT_ASKED, own=["scale", "replicates"])
def validate(out: Path | str, **options: Unpack[RunFields]) -> pd.DataFrame:
    """Test the model on what calibration never saw: facts, trials, figures of the reform documents.

    Parameters
    ----------
    out
        Folder of the results; run again with the same to continue.
    **options
        Scale and replicates are by default what each fact and trial asks for.

    Returns
    -------
    Frame of :data:`COLUMNS` and :data:`DETAILS`, a row a fact or an outcome of a trial.

    Raises
    ------
    InputError
        If an option cannot be used; nothing has been run then.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.validate("results/validation", scale=0.02, replicates=1)  # doctest: +SKIP
    """
    folder = Path(out)
    tables = [_facts(folder / "baseline", VALIDATION.but(**options)), _trials(folder / "trials", options)]
    table = _below(tables)[[*COLUMNS, *DETAILS]]
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(folder / "validation.csv", index=False)
    return table


def reference_validation() -> pd.DataFrame:
    """Return the table that comes with the product: :data:`COLUMNS` and :data:`DETAILS`."""
    return pd.read_csv(REFERENCE)


def _facts(out: Path, asked: RunOptions) -> pd.DataFrame:
    plan = make_plan([Scenario(BASELINE)], asked)
    folder = run_plan(plan, out, workers=asked.workers, executor=asked.executor, quiet=asked.quiet)
    outcomes = pd.read_parquet(folder / "outcomes.parquet")
    worlds = [(draw, Observed(each, YEAR)) for (draw, _), each in outcomes.groupby(["draw", "replicate"])]
    return pd.DataFrame([_fact_row(name, kind, fact, worlds) for name, (kind, fact) in load_facts().items()])


def _fact_row(name: str, kind: str, fact: FactEntry, worlds: list[tuple[Any, Observed]]) -> dict[str, Any]:
    values, draws = [measured(fact, seen) for _, seen in worlds], [int(draw) for draw, _ in worlds]
    found = of_the_mean_over_draws(values, draws)
    right, words = fact_verdict(fact, found.mean)
    comment = fact.comment
    return {
        "kind": kind, "name_en": fact.label.en, "name_da": fact.label.da, "unit": fact.unit,
        "model": found.mean, "low": found.low, "high": found.high, "published": fact.value,
        "published_low": fact.low, "published_high": fact.high, "verdict": words,
        "comment": f"{fact.compared.en} {comment.en if comment else ''}".strip(), "id": name,
        "group": fact.period,
        "sign": "", "sign_right": None, "size_right": right, "exact": math.nan,
        "comment_da": f"{fact.compared.da} {comment.da if comment else ''}".strip(),
        "source": f"{fact.source.title} ({fact.source.publisher})",
    }  # fmt: skip


def _trials(out: Path, options: RunFields) -> pd.DataFrame:
    runnable = [trial for trial in catalogue() if trial.entry.runnable]
    tasks = {}
    for trial in runnable:
        asked = options_of(trial, **options)
        tasks[trial.name] = trial_tasks(
            trial, trial.name, scale=asked.scale, replicates=asked.replicates, draws=asked.draws,
            seed=asked.seed, paired=True,
        )  # fmt: skip
    asked = TRIAL.but(**options)
    together = [task for each in tasks.values() for task in each]
    run_tasks(
        together, out, workers=asked.workers, executor=asked.executor, quiet=asked.quiet, title="trials"
    )
    rows = [_trial_rows(trial, tabulate(trial, tasks[trial.name], out)) for trial in runnable]
    return _below(rows)


def _trial_rows(trial: Trial, table: pd.DataFrame) -> pd.DataFrame:
    title, by_twin = trial.entry.title, {o.id: o.judged_by == "twin" for o in trial.entry.outcomes}
    exact = table["id"].map(by_twin) & table["exact"].notna()
    source = trial.entry.source
    return pd.DataFrame(
        {
            "kind": "trial" if trial.entry.uses == "validation" else "calibration trial",
            "name_en": title.en + ": " + table["label_en"], "name_da": title.da + ": " + table["label_da"],
            "unit": table["unit"], "model": table["exact"].where(exact, table["estimate"]),
            "low": table["exact_low"].where(exact, table["low"]),
            "high": table["exact_high"].where(exact, table["high"]), "published": table["published"],
            "published_low": table["published_low"], "published_high": table["published_high"],
            "verdict": table["verdict"], "comment": table["comment_en"].fillna(""), "id": table["id"],
            "group": trial.name, "sign": table["sign"], "sign_right": table["sign_right"],
            "size_right": table["size_right"], "exact": table["exact"],
            "comment_da": table["comment_da"].fillna(""), "source": f"{source.title} ({source.publisher})",
        }
    )  # fmt: skip


def _below(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables one below the other, whatever columns are empty in some."""
    return pd.DataFrame([row for table in tables for row in table.to_dict("records")])


def shares(table: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Return how many of how many are right: signs and sizes of trials, facts, figures of the documents."""
    trials = table[table["kind"] == "trial"]
    signs = trials[trials["sign"].isin(["positive", "negative"])]["sign_right"].dropna().astype(bool)
    sizes = trials["size_right"].dropna().astype(bool)
    found = {
        "signs of trials": (int(signs.sum()), len(signs)),
        "sizes of trials": (int(sizes.sum()), len(sizes)),
    }
    for kind in ("fact", "seed figure", "calibration trial"):
        right = table[table["kind"] == kind]["size_right"].dropna().astype(bool)
        found[f"{kind}s"] = (int(right.sum()), len(right))
    return found
