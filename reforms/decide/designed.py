"""What a design leaves: the table of the front, and what it says.

``front.csv`` has a row a design that was run in the model: ``design``, ``kind`` (front, reference, package),
``saving_mio_kr`` (asked), ``planned_mio_kr`` (on the jobcentres, what other levers cost included), a column a
lever, and for each goal its mean with ``_low80``, ``_high80``, ``_low95``, ``_high95``, ``_p_higher`` and
``_emulated`` (what the emulator said); ``_apart`` says whether it is told apart from the saving as it is,
pair by pair: better, worse, or not told.  ``beaten_by`` names designs that are told better in one goal and
told worse in none, ``like`` those of the front that cannot be told apart from it in any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reforms.decide.goals import GOALS, RISK, SELF_SUPPORT, told_table, worst_quarter
from reforms.decide.levers import Design, Lever, positions
from reforms.decide.surrogate import Surrogate
from sim.stats.interval import Told, of_denmark, told_of

FRONT, POINTS, ABOUT = "front.csv", "points.csv", "design.json"
BETTER, WORSE, NOT_TOLD = "better", "worse", "not told"
ON_FRONT, REFERENCE, PACKAGE = "front", "reference", "package"
#: What is told of each goal beside its mean.
SHOWN: tuple[str, ...] = ("low80", "high80", "low95", "high95", "p_higher", "share_simulation")
#: Variance explained below which the emulator is no guide in a goal.
GUIDES = 0.3


@dataclass(frozen=True, repr=False)
class FrontNumbers:
    """The numbers of a finished design: ``front`` and ``points`` as tables, ``about`` what was asked for."""

    folder: Path
    front: pd.DataFrame
    points: pd.DataFrame
    about: Mapping[str, Any]

    def __repr__(self) -> str:
        number = int((self.front["kind"] == ON_FRONT).sum())
        return f"<Designed: {number} ways to save {self.about['saving_mio_kr']:,.0f} m DKK, in {self.folder}>"

    @property
    def goals(self) -> tuple[str, ...]:
        """Names of the goals, risk included where there are several draws."""
        return tuple(goal for goal in GOALS if goal in self.front.columns)

    def title(self, design: str, lang: str = "en") -> str:
        """Return what a design is called."""
        said = self.about["titles"].get(design)
        return str(said[lang]) if said else design


def front_table(
    rows: pd.DataFrame,
    goals: Sequence[str],
    levers: Sequence[Lever],
    designs: Sequence[Design],
    others: Sequence[str],
    guide: Surrogate,
    *,
    plain: str,
    references: Sequence[str],
    asked: float,
) -> pd.DataFrame:
    """Return the front as a table; see the head of this module.

    Parameters
    ----------
    rows
        Goals of every pair of runs (:func:`reforms.decide.paired.run_pairs`).
    designs
        Those of levers: of the front, then the ``references``, ``plain`` among them.
    others
        Names of packages.
    """
    told = told_table(rows, ["case", "goal"]).set_index(["case", "goal"])
    against = [(str(case), plain) for case in rows["case"].unique() if case != plain]
    apart = verdicts(rows, against)
    table = []
    for name in [*(design.name for design in designs), *others]:
        design = next((each for each in designs if each.name == name), None)
        kind = PACKAGE if design is None else REFERENCE if name in references else ON_FRONT
        row: dict[str, Any] = {"design": name, "kind": kind, "saving_mio_kr": asked}
        row["planned_mio_kr"] = design.planned(levers) if design else asked
        row |= dict(design.values) if design else {lever.name: np.nan for lever in levers}
        for goal in goals:
            row[goal] = told.loc[(name, goal), "mean"]
            row |= {f"{goal}_{column}": told.loc[(name, goal), column] for column in SHOWN}
            row[f"{goal}_apart"] = "" if name == plain else apart[name, plain, goal]
        row |= _risk(rows, name)
        if design is not None:
            row |= _emulated(guide, goals, positions(design, levers))
        table.append(row)
    found = pd.DataFrame(table)
    return found.assign(**_standing(rows, goals, list(found["design"]), found["kind"].tolist()))


def _emulated(guide: Surrogate, goals: Sequence[str], place: np.ndarray[Any, Any]) -> dict[str, float]:
    return {f"{goal}_emulated": float(guide.by_draw(goal, place[None, :]).mean()) for goal in goals}


def _risk(rows: pd.DataFrame, name: str) -> dict[str, Any]:
    """Return how much worse the worst quarter of draws is, where there are several."""
    own = rows[(rows["case"] == name) & (rows["goal"] == SELF_SUPPORT)]
    by_draw = own.groupby("draw")["difference"].mean().to_numpy()
    if len(by_draw) < 2:
        return {}
    return {RISK: float(worst_quarter(by_draw[None, :])[0])}


def compared(rows: pd.DataFrame, against: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Return what is known of the difference between cases in each goal, pair of runs by pair of runs.

    Where a goal is best near zero, of how far from zero they are.

    Returns
    -------
    Frame of what is told (:data:`sim.stats.interval.TOLD`), by one, other and goal.
    """
    wide = rows.pivot_table(index=["goal", "draw", "replicate"], columns="case", values="difference")
    for goal in wide.index.get_level_values("goal").unique():
        if GOALS[goal].better == "near zero":
            wide.loc[goal] = (wide.loc[[goal]] * np.sign(wide.loc[goal].mean()).replace(0.0, 1.0)).to_numpy()
    parts = []
    for one, other in against:
        less = (wide[one] - wide[other]).rename("difference").dropna().reset_index()
        parts.append(less.assign(one=one, other=other))
    return of_denmark(pd.concat(parts, ignore_index=True), ["one", "other", "goal"], sort=False)


def verdict(told: Told, goal: str) -> str:
    """Return whether a difference in a goal is better, worse, or not told."""
    if not told.known or not told.told:
        return NOT_TOLD
    higher = told.low95 > 0
    return BETTER if higher == (GOALS[goal].better == "higher") else WORSE


def verdicts(rows: pd.DataFrame, against: Sequence[tuple[str, str]]) -> dict[tuple[str, str, str], str]:
    """Return of pairs of cases, and each goal, whether the one is told better or worse than the other."""
    table = compared(rows, against)
    return {
        (str(one), str(other), str(goal)): verdict(told_of(row), str(goal))
        for (one, other, goal), row in table.iterrows()
    }


def _standing(
    rows: pd.DataFrame, goals: Sequence[str], names: list[str], kinds: list[str]
) -> dict[str, list[str]]:
    """Return by whom each is beaten, and from which of the front it cannot be told apart."""
    against = [(one, other) for at, one in enumerate(names) for other in names[at + 1 :]]
    found = verdicts(rows, against)
    pairs = {(one, other): [found[one, other, goal] for goal in goals] for one, other in against}
    turned = {BETTER: WORSE, WORSE: BETTER, NOT_TOLD: NOT_TOLD}
    beaten: dict[str, list[str]] = {name: [] for name in names}
    like: dict[str, list[str]] = {name: [] for name in names}
    front = {name for name, kind in zip(names, kinds, strict=True) if kind == ON_FRONT}
    for (one, other), said in pairs.items():
        for winner, loser, seen in ((one, other, said), (other, one, [turned[each] for each in said])):
            if BETTER in seen and WORSE not in seen:
                beaten[loser].append(winner)
        if set(said) == {NOT_TOLD}:
            if other in front:
                like[one].append(other)
            if one in front:
                like[other].append(one)
    return {"beaten_by": [" ".join(beaten[n]) for n in names], "like": [" ".join(like[n]) for n in names]}
