"""What the model gets right and wrong: facts held out, virtual trials, figures of the reform documents.

One table and one page of it (HTML and Markdown); misses stay on it, each with the best explanation there is.
The facts held out from calibration lie in ``calibration/validation/``; nothing that calibrates opens them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any, Literal, Unpack

import numpy as np
import pandas as pd
from jinja2 import Environment, PackageLoader, select_autoescape
from pydantic import Field

from calibration.experiments.library import Trial, catalogue
from calibration.experiments.results import NOT_ASKED, options_of, run_tasks, tabulate, trial_tasks
from calibration.experiments.verdicts import grade_of, judge
from calibration.experiments.words import number, span
from calibration.moments import Observed, municipal_correlation
from reforms.schema import BothLanguages
from sim.data import facts as data_facts
from sim.data import seed_figures_review
from sim.errors import InputError
from sim.parameters.document import Document, raise_all, read_document
from sim.parameters.schema import Entry, SourceEntry, Text, read_entry
from sim.runs.folder import out_folder
from sim.runs.options import TRIAL, VALIDATION, RunFields, RunOptions, shows_run_options
from sim.runs.plan import BASELINE, Scenario, make_plan
from sim.runs.reading import table_path
from sim.runs.run import run_plan
from sim.runs.store import write_whole
from sim.stats.interval import UNKNOWN, Told, of_one

#: Columns of the table, as ``jobvej validate --json`` prints them and the report reads them.
COLUMNS: tuple[str, ...] = (
    "kind", "name_en", "name_da", "unit", "model", "low", "high", "published", "published_low",
    "published_high", "verdict", "comment",
)  # fmt: skip
#: Most draws of a trial: what still has too large an error then is told as not told.
MOST_DRAWS = 16
#: Further columns: ids, whether sign and size are right (None: not told), the comment in Danish; of trials
#: how likely the published value is under the model's distribution, right / wrong / not told, the grade.
DETAILS: tuple[str, ...] = (
    "id",
    "group",
    "sign",
    "sign_right",
    "size_right",
    "exact",
    "comment_da",
    "source",
    "score",
    "outcome_told",
    "grade",
)
FOLDER = Path(__file__).resolve().parent / "validation"
REFERENCE = FOLDER / "reference.csv"
#: How the table that comes with the product was made.
REFERENCE_COMMAND = "jobvej validate"
YEAR = 2025
#: Runs behind an interval of the shipped table, where it does not say: enough for the normal distribution.
SEVERAL = 1_000
#: Files of facts held out, and what they hold.
KINDS: dict[str, str] = {"facts.yaml": "fact", "seed_figures.yaml": "seed figure"}

#: Sections of the page by kind of row, and what is said of a miss without an explanation.
_SECTIONS = (
    ("trial", "Virtual trials that calibration never saw"),
    ("calibration trial", "Virtual trials that calibration may use"),
    ("fact", "Facts held out"),
    ("seed figure", "Figures of the reform documents"),
)
#: What is said of a figure of the documents by its status in :func:`sim.data.seed_figures_review`.
_STATUS = {
    "yes": "measured, or measurable as it is",
    "new_measure": "a measure is missing",
    "input": "goes into the model",
    "trial": "in a trial or an investment case",
    "no": "not in the model",
}
_NO_EXPLANATION = "No explanation has been tested."

Cell = list[str]


class MeasureEntry(Entry):
    """How the model's counterpart is made of its yearly outcomes."""

    kind: Literal["ratio", "exit_share", "correlation"]
    over: Any = None
    under: list[Cell] = Field(default_factory=list)
    times: float = 1.0
    origins: list[str] = Field(default_factory=list)
    destinations: list[str] = Field(default_factory=list)
    column: str = ""
    group: str = "all"


class FactEntry(Entry):
    """One published figure."""

    label: BothLanguages
    unit: Text
    value: float
    low: float | None = None
    high: float | None = None
    period: Text
    measure: MeasureEntry
    compared: BothLanguages
    comment: BothLanguages | None = None
    source: SourceEntry


def load_facts() -> dict[str, tuple[str, FactEntry]]:
    """Return all facts by id, with the kind of each: 'fact' or 'seed figure'.

    Raises
    ------
    InputError
        A file does not fit its schema: every error with file and line.
    """
    found: dict[str, tuple[str, FactEntry]] = {}
    errors: list[InputError] = []
    for file, kind in KINDS.items():
        document = read_document(FOLDER / file)
        for name, content in _entries(document).items():
            entry = read_entry(FactEntry, document, name, content=content)
            if isinstance(entry, list):
                errors += entry
            else:
                found[str(name)] = (kind, entry)
    raise_all(errors)
    return found


def _entries(document: Document) -> dict[Any, Any]:
    if not isinstance(document.content, dict):
        raise document.error("expected ids of facts with their entries")
    return document.content


def measured(fact: FactEntry, seen: Observed) -> float:
    """Return a fact's counterpart in the year seen of an unreformed world."""
    m = fact.measure
    if m.kind == "correlation":
        return municipal_correlation(seen, m.column, str(m.over), m.group)
    if m.kind == "exit_share":
        return _exit_share(seen, m.origins, m.destinations)
    over = sum(seen.value(measure, group) for measure, group in m.over)
    under = sum(seen.value(measure, group) for measure, group in m.under) if m.under else 1.0
    return m.times * over / under


def _exit_share(seen: Observed, origins: list[str], destinations: list[str]) -> float:
    """Per cent of the moves out of a set of states that lead to certain others."""
    o = seen.outcomes
    rows = o[(o["measure"] == "flow") & (o["period"] == str(seen.year)) & (o["municipality"] == 0)]
    ends = rows["group"].str.split(">", expand=True)
    frame = pd.DataFrame({"origin": ends[0], "to": ends[1], "n": rows["value"]})
    out = frame[frame["origin"].isin(origins) & ~frame["to"].isin(origins)]
    total = float(out["n"].sum())
    return 100.0 * float(out.loc[out["to"].isin(destinations), "n"].sum()) / total if total else float("nan")


def fact_verdict(fact: FactEntry, model: float) -> tuple[bool | None, str]:
    """Return whether the model is near enough to count as right, and how near in words."""
    if np.isnan(model):
        return None, "not measured"
    if fact.low is not None and fact.high is not None:
        inside = fact.low <= model <= fact.high
        return inside, "inside the range asked for" if inside else "outside the range asked for"
    off = abs(model / fact.value - 1.0)
    if off <= 0.10:
        return True, "within 10 per cent"
    if off <= 0.25:
        return True, "within 25 per cent"
    return False, f"{100 * (model / fact.value - 1.0):+.0f} per cent".replace("-", "−")


@shows_run_options(VALIDATION, without=NOT_ASKED, own=["scale", "draws", "replicates"])
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
    folder = out_folder(out)
    tables = [_facts(folder / "baseline", VALIDATION.but(**options)), _trials(folder / "trials", options)]
    table = _below(tables)[[*COLUMNS, *DETAILS]]
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(folder / "validation.csv", index=False)
    return table


def reference_validation() -> pd.DataFrame:
    """Return the table that comes with the product: :data:`COLUMNS` and :data:`DETAILS`.

    Trials are judged when it is read, so that its verdicts are always those of today's rules.
    """
    return judged_again(pd.read_csv(REFERENCE))[[*COLUMNS, *DETAILS]]


def judged_again(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose trials are judged by their model's figure and interval as they stand there.

    Their interval is of Student's t over at least two runs; how much of it is simulation is not in the table,
    so all of it is taken to be.
    """
    published = {
        (trial.name, each.id, each.label.en): each.published
        for trial in catalogue()
        for each in trial.entry.outcomes
    }
    made = []
    for row in table.to_dict("records"):
        label = str(row["name_en"]).rpartition(": ")[2]
        said = published.get((str(row["group"]), str(row["id"]), label))
        told = {"score": row.get("score", math.nan), "outcome_told": row.get("outcome_told", ""), "grade": ""}
        if said is not None:
            found = judge(_as_told(row), said)
            told = {
                "sign_right": found.sign_right, "size_right": found.size_right, "verdict": found.words,
                "score": found.score, "outcome_told": found.outcome, "grade": grade_of(str(row["id"])),
            }  # fmt: skip
        made.append({**row, **told})
    return pd.DataFrame(made)


def _as_told(row: dict[Hashable, Any]) -> Told:
    model, low, high = (float(row[name]) for name in ("model", "low", "high"))
    return UNKNOWN._replace(median=model, low95=low, high95=high, draws=SEVERAL, pairs=SEVERAL)


def _facts(out: Path, asked: RunOptions) -> pd.DataFrame:
    plan = make_plan([Scenario(BASELINE)], asked)
    folder = run_plan(plan, out, workers=asked.workers, executor=asked.executor, quiet=asked.quiet)
    outcomes = pd.read_parquet(table_path(folder, "outcomes"))
    runs = [(draw, Observed(each, YEAR)) for (draw, _), each in outcomes.groupby(["draw", "replicate"])]
    return pd.DataFrame([_fact_row(name, kind, fact, runs) for name, (kind, fact) in load_facts().items()])


def _fact_row(name: str, kind: str, fact: FactEntry, runs: list[tuple[Any, Observed]]) -> dict[str, Any]:
    values, draws = [measured(fact, seen) for _, seen in runs], [int(draw) for draw, _ in runs]
    found = of_one(values, draws)
    right, words = fact_verdict(fact, found.median)
    comment = fact.comment
    return {
        "kind": kind, "name_en": fact.label.en, "name_da": fact.label.da, "unit": fact.unit,
        "model": found.median, "low": found.low95, "high": found.high95, "published": fact.value,
        "published_low": fact.low, "published_high": fact.high, "verdict": words,
        "comment": f"{fact.compared.en} {comment.en if comment else ''}".strip(), "id": name,
        "group": fact.period,
        "sign": "", "sign_right": None, "size_right": right, "exact": math.nan, "score": math.nan,
        "outcome_told": "", "grade": "",
        "comment_da": f"{fact.compared.da} {comment.da if comment else ''}".strip(),
        "source": f"{fact.source.title} ({fact.source.publisher})",
    }  # fmt: skip


def _trials(out: Path, options: RunFields) -> pd.DataFrame:
    """Run the trials, with more draws until each is as precise as is wanted or has the most there may be.

    Draws that were asked for are kept to.
    """
    runnable = {trial.name: trial for trial in catalogue() if trial.entry.runnable}
    draws = {name: options_of(trial, **options).draws for name, trial in runnable.items()}
    found: dict[str, pd.DataFrame] = {}
    open_ = set(runnable)
    asked = TRIAL.but(**options)
    while open_:
        tasks = {}
        for name in sorted(open_):
            own = options_of(runnable[name], **options)
            tasks[name] = trial_tasks(
                runnable[name], name, scale=own.scale, replicates=own.replicates, draws=draws[name],
                seed=own.seed, paired=True,
            )  # fmt: skip
        together = [task for each in tasks.values() for task in each]
        run_tasks(
            together, out, workers=asked.workers, executor=asked.executor, quiet=asked.quiet, title="trials"
        )
        found |= {name: tabulate(runnable[name], each, out) for name, each in tasks.items()}
        wanted = {} if "draws" in options else {name: _more(found[name], draws[name]) for name in tasks}
        open_ = {name for name, number_ in wanted.items() if number_ > draws[name]}
        draws |= {name: wanted[name] for name in open_}
    return _below([_trial_rows(runnable[name], found[name]) for name in runnable])


def _more(table: pd.DataFrame, draws: int) -> int:
    """Return how many draws a trial should have for its least precise outcome: at most twice as many."""
    return min(max(int(table["needed"].max()), draws), 2 * draws, MOST_DRAWS)


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
            "size_right": table["size_right"], "exact": table["exact"], "score": table["score"],
            "outcome_told": table["outcome_told"], "grade": table["grade"],
            "comment_da": table["comment_da"].fillna(""), "source": f"{source.title} ({source.publisher})",
        }
    )  # fmt: skip


def _below(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables one below the other, whatever columns are empty in some."""
    return pd.DataFrame([row for table in tables for row in table.to_dict("records")])


def shares(table: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Return how many of those that are told are right: signs and sizes of trials, facts, figures."""
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


def by_grade(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many outcomes of trials are right, wrong and not told, by grade of design.

    Returns
    -------
    Frame of grade (A randomised, B quasi-experiment, C the rest), right, wrong, not_told.
    """
    trials = table[table["kind"].isin(["trial", "calibration trial"])]
    rows = []
    for grade in ("A", "B", "C"):
        told = trials.loc[trials["grade"] == grade, "outcome_told"]
        counts = {
            name.replace(" ", "_"): int((told == name).sum()) for name in ("right", "wrong", "not told")
        }
        rows.append({"grade": grade, **counts})
    return pd.DataFrame(rows)


_DESIGNS = {"A": "randomised (A)", "B": "quasi-experiments (B)", "C": "other designs (C)"}


def grade_lines(table: pd.DataFrame) -> list[str]:
    """Return the counts of :func:`by_grade` as lines."""
    return [
        f"trials, {_DESIGNS[str(row['grade'])]}: {row['right']} right, {row['wrong']} wrong, "
        f"{row['not_told']} not told"
        for row in by_grade(table).to_dict("records")
    ]


def _rows(table: pd.DataFrame, kind: str) -> list[dict[str, str]]:
    made = []
    for row in table[table["kind"] == kind].itertuples():
        wrong = (
            row.size_right is False or row.sign_right is False or row.verdict.startswith(("sign wrong", "−"))
        )
        comment = str(row.comment) if isinstance(row.comment, str) else ""
        published = number(row.published) + span(row.published_low, row.published_high)
        made.append(
            {
                "name": row.name_en,
                "unit": row.unit,
                "model": number(row.model) + span(row.low, row.high),
                "published": published if row.published == row.published else f"sign: {row.sign}",
                "verdict": row.verdict + ("" if pd.isna(row.score) else f"; score {number(row.score)}"),
                "comment": comment or (_NO_EXPLANATION if wrong else ""),
                "source": row.source,
                "id": row.id,
                "wrong": "yes" if wrong else "",
            }
        )
    return made


def _all_figures(table: pd.DataFrame) -> list[dict[str, str]]:
    """Return every figure of the documents with its status, and the model's where the table has it."""
    published, found = data_facts(), {}
    for row in table.itertuples():
        for each in _ids_of(str(row.id)):
            found[each] = f"{number(row.model)} {row.unit}"
    return [
        {
            "id": str(name),
            "name": published.loc[name, "measure"],
            "published": f"{published.loc[name, 'value']} {published.loc[name, 'unit']}",
            "model": found.get(str(name), ""),
            "status": _STATUS[status],
            "how": how,
        }
        for name, status, how in seed_figures_review().itertuples()
        if name in published.index
    ]


def _ids_of(said: str) -> list[str]:
    """Return the ids of figures in an id of the table: F01, or F10-F11 for two of them."""
    return [each for each in said.split("-") if re.fullmatch(r"F\d\d", each)]


def _content(table: pd.DataFrame) -> dict[str, object]:
    return {
        "summary": [
            *grade_lines(table),
            *(
                f"{what}: {right} of {all_} told are right"
                for what, (right, all_) in shares(table).items()
                if all_
            ),
        ],
        "sections": [{"title": title, "rows": _rows(table, kind)} for kind, title in _SECTIONS],
        "figures": _all_figures(table),
        "not_run": [
            {
                "title": trial.entry.title.en,
                "reason": trial.entry.reason.strip(),
                "source": trial.entry.source.title,
            }
            for trial in catalogue()
            if not trial.entry.runnable
        ],
    }


def render(table: pd.DataFrame, template: str, made: str = "") -> str:
    """Return the page; ``template`` is page.html.j2 or page.md.j2, ``made`` the command behind the table."""
    environment = Environment(
        loader=PackageLoader("calibration", "validation"),
        autoescape=select_autoescape(("html.j2",)),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**_content(table), made=made)


def write_page(table: pd.DataFrame, folder: Path) -> tuple[Path, Path]:
    """Write ``validation.html`` and ``validation.md`` to a folder."""
    written = []
    for name in ("html", "md"):
        path = folder / f"validation.{name}"
        write_whole(path, render(table, f"page.{name}.j2").encode())
        written.append(path)
    return written[0], written[1]
