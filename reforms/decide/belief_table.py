"""Each package under each belief: where all agree, where they differ, who must believe what for it to turn.

Every cell is a pair of worlds, without and with the package, both under the belief, in the same draws and
with the same random numbers: what differs from column to column is the belief alone.  A belief that counts
kroner in another way (``counted``) has its net cost counted so.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from reforms.decide.goals import COST, COUNTED, GOALS, JOBVEJ, OF_PAIRS, SELF_SUPPORT, told_table
from reforms.decide.paired import Case, by_package, case_name, packages, run_pairs
from reforms.decide.texts import words_of
from reforms.results import remove_with, results_folder
from reforms.scenario import HEADLINES_AND_ALL, AnyReform
from sim.errors import InputError, suggest
from sim.parameters.beliefs import POSTERIOR, Belief, beliefs, load_belief
from sim.runs.options import DESIGN, RunFields, shows_run_options
from sim.runs.reading import finished, write_about
from sim.runs.version import version
from sim.runs.work import MakeWorld, labour_market
from sim.stats.interval import told_of
from sim.stats.words import direction

TABLE, ABOUT = "beliefs.csv", "beliefs.json"


@dataclass(frozen=True, repr=False)
class BeliefTable:
    """Packages under beliefs: ``table`` has package, belief, goal, mean, what is told, and its way."""

    folder: Path
    table: pd.DataFrame
    about: Mapping[str, Any]

    def __repr__(self) -> str:
        packages, held = (self.table[name].nunique() for name in ("package", "belief"))
        return f"<BeliefTable: {packages} packages under {held} beliefs, in {self.folder}>"

    def wide(self, goal: str = SELF_SUPPORT) -> pd.DataFrame:
        """Return a goal's mean by package (rows) and belief (columns), in the order asked for."""
        rows = self.table[self.table["goal"] == goal]
        wide = rows.pivot_table(index="package", columns="belief", values="mean", sort=False)
        return wide[list(dict.fromkeys(rows["belief"]))]

    def agreement(self) -> pd.DataFrame:
        """Return of each package and goal who says up, down or is open, and whether all agree.

        Columns: package, goal, says (up, down, open, split), up, down, open (names of beliefs).  *Split* is
        where one is told up and another down; *open* where nobody is told.
        """
        found = []
        for (name, goal), rows in self.table.groupby(["package", "goal"], sort=False):
            ways = {way: list(rows.loc[rows["way"] == way, "belief"]) for way in ("up", "down", "open")}
            up, down = bool(ways["up"]), bool(ways["down"])
            says = "split" if up and down else "up" if up else "down" if down else "open"
            whole = not ways["open"] if says in ("up", "down") else False
            found.append(
                {"package": name, "goal": goal, "says": says, "all_agree": whole,
                 **{way: " ".join(names) for way, names in ways.items()}}
            )  # fmt: skip
        return pd.DataFrame(found)

    def sentences(self, lang: str = "en") -> list[str]:
        """Say where all agree, where they differ, and who must believe what for an answer to turn."""
        return [line for row in self.agreement().to_dict("records") for line in _said(row, self.about, lang)]


def _said(row: Mapping[str, Any], about: Mapping[str, Any], lang: str) -> list[str]:
    said, goal = words_of("beliefs", lang), GOALS[row["goal"]].title.of(lang)
    say = {"package": row["package"], "goal": goal[0].lower() + goal[1:]}
    if row["says"] == "open":
        return [said["open"].format(**say)]
    if row["says"] == "split":
        posterior = (
            "up" if POSTERIOR in row["up"].split() else "down" if POSTERIOR in row["down"].split() else ""
        )
        turn = ""
        if posterior:
            other = "down" if posterior == "up" else "up"
            holds = [about["titles"][name][lang] for name in row[other].split()]
            turn = said["turn"].format(way=said[other], what="; ".join(holds))
        return [said["split"].format(**say, up=_names(row["up"]), down=_names(row["down"]), turn=turn)]
    way = said[row["says"]]
    if row["all_agree"]:
        return [said["all"].format(**say, way=way)]
    return [said["some"].format(**say, way=way, names=_names(row[row["says"]]), rest=_names(row["open"]))]


def _names(text: str) -> str:
    return ", ".join(text.split())


@shows_run_options(DESIGN, without=["beliefs"])
def believe(
    reforms: AnyReform | Sequence[AnyReform] = HEADLINES_AND_ALL,
    held: Sequence[str] = (),
    *,
    out: Path | str | None = None,
    make_world: MakeWorld = labour_market,
    **options: Unpack[RunFields],
) -> BeliefTable:
    """Run each package under each belief, in the same draws and with the same random numbers.

    Parameters
    ----------
    reforms
        Packages: catalogue names, ``a+b``, variants, files or loaded reforms; the headlines by default.
    held
        Beliefs: names, files, or several joined with +; the posterior and all that there are by default.
    out
        Folder of the results; run again with the same to continue.  If None, a temporary folder
        that goes with the returned object.
    make_world
        Another model than ``LabourMarket``, for tests.
    **options
        Of all runs.

    Returns
    -------
    The table; ``wide()`` by package and belief, ``agreement()``, ``sentences()``.

    Raises
    ------
    InputError
        A package or belief does not exist (with the nearest), or an option cannot be used.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.believe(["cut-3bn"], ["posterior", "sceptic"]).wide()  # doctest: +SKIP
    """
    asked = DESIGN.but(**options)
    believed = [load_belief(name) for name in (held or (POSTERIOR, *beliefs()))]
    for belief in believed:
        check_counted(belief)
    wanted = packages(reforms)
    cases = [
        Case(case_name(name, belief.name), changes, belief.changes(), counted=counting_of(belief))
        for name, changes in wanted
        for belief in believed
    ]
    folder = results_folder(out)
    rows = run_pairs(cases, folder, asked, title="beliefs", make_world=make_world)
    table = by_package(told_table(rows, ["case", "goal"]), "belief")
    table = table.assign(way=[_way(row) for _, row in table.iterrows()])
    table.to_csv(folder / TABLE, index=False, float_format="%.6g")
    words = [word for name, _ in wanted for word in ("--reform", name)]
    words += [word for name in held for word in ("--belief", name)]
    about = {
        "goals": list(OF_PAIRS), "titles": {belief.name: dict(belief.title) for belief in believed},
        "rests_on": {belief.name: list(belief.ids) for belief in believed},
        "draws": asked.draws, "replicates": asked.replicates, "scale": asked.scale, "version": version(),
        "command": shlex.join(["jobvej", "beliefs", "table", *words, *asked.words(), "--out", "DIR"]),
    }  # fmt: skip
    write_about(folder, ABOUT, about, [TABLE])
    found = read(folder)
    if out is None:
        remove_with(found, folder)
    return found


def _way(row: pd.Series) -> str:
    told = told_of(row)
    if not told.known:
        return "open"
    way = direction(told.p_higher, told.low95, told.high95)
    return way if way in ("up", "down") else "open"


def counting_of(belief: Belief) -> str:
    """Return how a belief counts kroner: a name of :data:`reforms.decide.goals.COUNTED`."""
    return belief.counted.convention if belief.counted else JOBVEJ


def check_counted(belief: Belief) -> None:
    """Refuse a convention that nobody knows how to count by, with the nearest."""
    name = counting_of(belief)
    if name not in COUNTED:
        said = f"belief '{belief.name}' counts kroner by '{name}'; there is {', '.join(COUNTED)}."
        raise InputError(f"{said}{suggest(name, COUNTED)}")


def read(folder: Path | str) -> BeliefTable:
    """Read what ``jobvej beliefs table --out DIR`` left.

    Raises
    ------
    InputError
        There is no finished table, or it was changed.
    """
    folder = Path(folder)
    about = finished(folder, ABOUT, [TABLE], what="table", command="jobvej beliefs table --out DIR")
    return BeliefTable(folder, pd.read_csv(folder / TABLE), about)


__all__ = ["COST", "BeliefTable", "believe", "read"]
