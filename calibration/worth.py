"""What knowing more would be worth before a reform is decided, and which experiment should come next.

The reforms named are the options, doing nothing is always one.  Each draw of the uncertain numbers (the
posterior, the priors of the rest, the sizes of the reforms) is a pair of runs; what an option gains in it is
the net public cost that it saves in the last year, and the worth of person-weeks in self-support beyond that.
The value of knowing one number, and of a trial that measures it, follows from these draws
(:mod:`sim.stats.worth`).

A trial of n people, half of them treated, measures an effect on the log hazard with the standard error

    s(n) = 2 / sqrt(n p)        p the share who leave while they are followed (Schoenfeld 1981)

so only numbers in log points have a value of sample information.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import pandas as pd
import pyarrow.dataset as ds
from numpy.typing import NDArray

from calibration.experiments.words import number
from reforms.effects import national_finishers
from reforms.results import do_plan
from reforms.scenario import AnyReform, comparison_plan
from sim.errors import InputError
from sim.outcomes.measures import MEASURES
from sim.parameters import Change, load_parameters
from sim.runs.folder import out_folder
from sim.runs.options import WORTH, RunFields, check_whole, shows_run_options
from sim.runs.plan import Plan
from sim.runs.reading import about_of, table_path, write_about
from sim.runs.work import MakeWorld, labour_market
from sim.stats import worth as value

Vector = NDArray[np.float64]
TABLE, ABOUT = "worth.csv", "worth.json"
MEASURE, WEEKS = "net_public_cost", "self_support_weeks"
#: Share of those followed who leave the benefit: of a year's follow-up of the newly unemployed more, of those
#: far from work less.  An assumption.
LEAVE = 0.5
#: People of the trials whose worth is told.
PEOPLE = (500, 2_000, 8_000)
#: Draws below which nothing is told from noise.
FEWEST = 256
#: Draws taken again for an interval, and rows that have one.
AGAIN, SHOWN = 100, 12
#: Beginning of the unit of an effect that a trial measures on the log hazard.
_LOG = "log points"


@dataclass(frozen=True)
class Worth:
    """What knowing is worth; ``table`` has a row a number, the most valuable first."""

    table: pd.DataFrame
    about: dict[str, Any]

    @property
    def told(self) -> pd.DataFrame:
        """The numbers whose worth is told from noise: none where there are too few draws."""
        return self.table[self.table["told"]]

    def sentences(self, lang: str = "en") -> list[str]:
        """Say what to do on what is known, how likely that is wrong, and which experiment to run next."""
        a, rows = self.about, self.told
        da = lang == "da"
        do = a["titles"][a["best"]][lang] if a["best"] else ("intet" if da else "nothing")
        gain, wrong = _mio(a["gain"], lang), number(100 * a["wrong"], 0)
        told = (
            f"På hvad der vides nu, er det bedste: {do}. Det giver {gain} om året; i {wrong} af 100 tilfælde "
            "ville noget andet have været bedre."
            if da
            else f"On what is known now the best is: {do}. It gains {gain} a year; in {wrong} of 100 cases "
            "something else would have been better."
        )
        said = [told]
        if not len(rows):
            said.append(
                "Intet enkelt tal er værd at vide mere om, så det kan skelnes fra støj."
                if da
                else "No single number is worth knowing better that can be told from noise."
            )
            return said
        first = rows.iloc[0]
        said.append(
            f"Mest værd at vide: {first[f'label_{lang}']}, {_mio(first['perfect'], lang)} om året "
            f"({number(first['low80'], 0)} til {number(first['high80'], 0)})."
            if da
            else f"Most worth knowing: {first[f'label_{lang}']}, {_mio(first['perfect'], lang)} a year "
            f"({number(first['low80'], 0)} to {number(first['high80'], 0)})."
        )
        trials = rows[rows[f"sample_{PEOPLE[-1]}"].notna()]
        if len(trials):
            said.append(_trial(trials.sort_values(f"sample_{PEOPLE[-1]}").iloc[-1], lang))
        return said


def _trial(row: pd.Series, lang: str) -> str:
    """Say what trials of the number that an experiment tells best would be worth."""
    by = "; ".join(
        f"{people:,}".replace(",", "." if lang == "da" else ",") + f": {number(row[f'sample_{people}'], 0)}"
        for people in PEOPLE
    )
    if lang == "da":
        return f"Næste forsøg: {row['label_da']}. Værd om året, mio. kr., efter antal deltagere: {by}."
    return f"The next experiment: {row['label_en']}. Worth a year, DKK m, by participants: {by}."


def _mio(amount: float, lang: str) -> str:
    return f"{number(amount, 0)} mio. kr." if lang == "da" else f"DKK {number(amount, 0)} m"


@shows_run_options(WORTH, without=["replicates", "branching"])
def run_worth(
    reforms: AnyReform | Sequence[AnyReform],
    out: Path | str,
    *,
    kr_a_week: int = 0,
    make_world: MakeWorld = labour_market,
    **options: Unpack[RunFields],
) -> Worth:
    """Say what it would be worth to know more before one of these reforms, or none, is chosen.

    Parameters
    ----------
    reforms
        The options: catalogue names, ``a+b``, variants, files or loaded reforms; to do nothing is always one.
    out
        Folder of the runs, ``worth.csv`` and ``worth.json``; run again with the same to continue.
    kr_a_week
        What a person-week in self-support is worth to society beyond net public cost, in kroner.
    make_world
        Another model than ``LabourMarket``, for tests.
    **options
        Of all runs.

    Returns
    -------
    The worth: ``table`` with a row for each number that is drawn (expected value of perfect information with
    its interval, of trials by participants where a trial can measure it, whether it is told from noise),
    ``sentences()``.

    Raises
    ------
    InputError
        A reform does not exist (with the nearest), fewer than two draws, or an option cannot be used.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.worth("cut-3bn", "results/worth").table.head()  # doctest: +SKIP
    """
    asked, folder = WORTH.but(**options), out_folder(out)
    check_whole("kr_a_week", kr_a_week, 0, 1_000_000)
    if asked.draws < 2:
        raise InputError("one draw says nothing of what is uncertain; expected two or more (--draws)")
    plan = comparison_plan(reforms, asked)
    do_plan(plan, folder, asked, national_finishers(plan), make_world)
    gains = gains_of(folder, plan, kr_a_week)
    table, about = tabulate(drawn_numbers(plan), gains, seed=asked.seed)
    about |= {
        "titles": {each.name: each.definition["title"] for each in plan.scenarios[1:]},
        "kr_a_week": kr_a_week, "to": asked.end, "scale": asked.scale, "seed": asked.seed, "leave": LEAVE,
    }  # fmt: skip
    table.to_csv(folder / TABLE, index=False, float_format="%.6g")
    write_about(folder, ABOUT, about, [TABLE])
    return read(folder)


def read(folder: Path | str) -> Worth:
    """Return what ``jobvej worth`` left in a folder.

    Raises
    ------
    InputError
        There is nothing of it.
    """
    place = Path(folder)
    if not os.path.isfile(place / ABOUT) or not os.path.isfile(place / TABLE):
        raise InputError(f"no {ABOUT} in {folder}; expected a folder that 'jobvej worth' wrote")
    said = about_of(place, ABOUT, [TABLE])
    return Worth(pd.read_csv(place / TABLE), said)


def gains_of(folder: Path, plan: Plan, kr_a_week: float = 0.0) -> pd.DataFrame:
    """Return what each option gains by draw, mio. kr. a year of the last year: a row a draw, a column each.

    Raises
    ------
    InputError
        The last year is not whole, so that nothing of a year was counted.
    """
    where = ds.field("measure").isin([MEASURE, WEEKS]) & (ds.field("municipality") == 0)
    rows = ds.dataset(table_path(folder, "differences")).to_table(filter=where).to_pandas()
    rows = rows[(rows["period"] == str(plan.end)[:4]) & (rows["group"] == "all")]
    by_draw = rows.pivot_table(
        index="draw", columns=["measure", "scenario"], values="difference", aggfunc="mean"
    )
    if MEASURE not in by_draw:
        raise InputError(f"{MEASURE} was not counted in {str(plan.end)[:4]}; end with a whole year (--to)")
    gain = -by_draw[MEASURE] * MEASURES[MEASURE].unit.factor
    if kr_a_week and WEEKS in by_draw:
        gain = gain + by_draw[WEEKS] * kr_a_week * MEASURES[MEASURE].unit.factor
    return gain[[each.name for each in plan.scenarios[1:]]]


def drawn_numbers(plan: Plan) -> pd.DataFrame:
    """Return the uncertain numbers by draw: a column a parameter or size of a reform, if it varies."""
    rows: dict[int, dict[str, float]] = {}
    for task in plan.tasks:
        row = rows.setdefault(task.draw, {})
        row.update((change.parameter, _last(change)) for change in task.draw_changes)
        sized = [change for change in task.changes if change.range is not None]
        row.update((f"size of {c.parameter} in {c.origin.reform or task.scenario}", _last(c)) for c in sized)
    table = pd.DataFrame.from_dict(rows, orient="index").sort_index()
    return table.loc[:, table.nunique() > 1].dropna(axis=1)


def _last(change: Change) -> float:
    """Return the number that a change leads to."""
    return float(max(change.values)[1])


def tabulate(numbers: pd.DataFrame, gains: pd.DataFrame, *, seed: int) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the table and what holds for the whole decision.

    Parameters
    ----------
    numbers, gains
        By draw: the uncertain numbers, and what each option gains.
    """
    g = gains.to_numpy(np.float64)
    x = numbers.loc[gains.index]
    chance = value.by_chance(g, numbers=x.shape[1], seed=seed)
    enough = len(g) >= FEWEST
    rows = []
    for name in x.columns:
        perfect = value.of_perfect(x[name].to_numpy(np.float64), g)
        rows.append({"number": name, **_described(str(name)), "perfect": perfect})
    table = pd.DataFrame(rows).sort_values("perfect", ascending=False, ignore_index=True)
    table["told"] = enough & (table["perfect"] > chance)
    ends = [
        value.with_interval(x[name].to_numpy(np.float64), g, times=AGAIN, seed=seed) if at < SHOWN else _NONE
        for at, name in enumerate(table["number"])
    ]
    table["low80"], table["high80"] = np.array(ends).T
    for people in PEOPLE:
        table[f"sample_{people}"] = [
            _of_trial(x[name].to_numpy(np.float64), unit, people, g, seed) if at < SHOWN else math.nan
            for at, (name, unit) in enumerate(zip(table["number"], table["unit"], strict=True))
        ]
    middle = gains.mean()
    chosen = str(middle.idxmax()) if middle.max() > 0 else ""
    rest = np.zeros((len(g), 1)) if chosen else np.full((len(g), 1), -np.inf)
    others = np.hstack([rest, g[:, [name != chosen for name in gains.columns]]])
    gained = gains[chosen].to_numpy() if chosen else np.zeros(len(g))
    return table, {
        "best": chosen, "gain": value.now(g), "wrong": float((others.max(axis=1) > gained).mean()),
        "by_chance": chance, "draws": len(g), "enough": enough, "gains": json.loads(middle.to_json()),
    }  # fmt: skip


_NONE = (math.nan, math.nan)


def error_of_trial(people: int) -> float:
    """Return the standard error with which a trial of so many measures an effect on the log hazard."""
    return 2.0 / math.sqrt(people * LEAVE)


def _of_trial(x: Vector, unit: str, people: int, gains: Vector, seed: int) -> float:
    if not unit.startswith(_LOG):
        return math.nan
    return value.of_sample(x, error_of_trial(people), gains, seed=seed)


def _described(name: str) -> Mapping[str, str]:
    """Return kind, unit and labels of a number."""
    parameters = load_parameters()
    size = name.removeprefix("size of ").partition(" in ")
    base = (size[0] if name.startswith("size of ") else name).partition("[")[0]
    entry = parameters[base]
    if name.startswith("size of "):
        return {
            "kind": "size", "unit": "", "label_en": f"{entry.label}: how much {size[2]} changes it",
            "label_da": f"{entry.label_da}: hvor meget {size[2]} ændrer det",
        }  # fmt: skip
    return {"kind": entry.kind, "unit": entry.unit, "label_en": entry.label, "label_da": entry.label_da}
