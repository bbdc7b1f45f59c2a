"""Packages under stress: the same package in a recession, a boom, a mass layoff, short of staff, or halved.

    recession, boom    both worlds of the pair have the path of demand: what the package does in it
    layoff             both worlds have the layoff
    short-of-staff     the world with the package has a tenth fewer caseworkers than planned, from its first
                       change on (``staffing.extra_caseworkers_share``): what it comes to if posts stay empty
    no-second-phase    what begins on :data:`SECOND_PHASE` or later is never passed; the saving is

Each is told beside the plain case, and whether it is told apart from it, pair of runs by pair of runs.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from reforms.decide.designed import verdicts
from reforms.decide.goals import GOALS, OF_PAIRS, told_table
from reforms.decide.paired import (
    Case,
    by_package,
    case_name,
    package,
    package_of,
    packages,
    run_pairs,
    years_of,
)
from reforms.frontier.partial import IN_FULL, SAVING
from reforms.results import remove_with, results_folder
from reforms.scenario import HEADLINES_AND_ALL, AnyReform
from sim.errors import InputError
from sim.parameters import Change, Origin
from sim.runs.options import DESIGN, RunFields, shows_run_options
from sim.runs.reading import finished, write_about
from sim.runs.version import version
from sim.runs.work import MakeWorld, labour_market

TABLE, ABOUT = "stress.csv", "stress.json"
PLAIN, RECESSION, BOOM = "plain", "recession", "boom"
LAYOFF, SHORT, ONE_PHASE = "layoff", "short-of-staff", "no-second-phase"
#: From when the agreement's second phase was drafted to hold (G25-01); it lapsed with the election of 2026.
SECOND_PHASE = date(2027, 1, 1)
#: Share of the caseworkers that are lacking.
LACKING = -0.1
#: The layoff that ships: as many as at Sæby in 2023 (F33).
LAYOFF_OF = "mass-layoff:700-in-Frederikshavn@2027-W23"
TITLES: dict[str, dict[str, str]] = {
    PLAIN: {"en": "As planned", "da": "Som planlagt"},
    RECESSION: {"en": "In a recession", "da": "I en lavkonjunktur"},
    BOOM: {"en": "In a boom", "da": "I en højkonjunktur"},
    LAYOFF: {"en": "With a mass layoff", "da": "Med en massefyring"},
    SHORT: {
        "en": "10 per cent fewer caseworkers than planned",
        "da": "10 pct. færre sagsbehandlere end planlagt",
    },
    ONE_PHASE: {"en": "Second phase never passed", "da": "Anden fase vedtages aldrig"},
}


@dataclass(frozen=True, repr=False)
class Stress:
    """Packages under stress: ``table`` has package, stress, goal, mean, what is told, and ``apart``."""

    folder: Path
    table: pd.DataFrame
    about: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<Stress of {self.table['package'].nunique()} packages, in {self.folder}>"

    def wide(self, goal: str) -> pd.DataFrame:
        """Return a goal's mean by package and stress."""
        rows = self.table[self.table["goal"] == goal]
        wide = rows.pivot_table(index="package", columns="stress", values="mean", sort=False)
        return wide[[name for name in TITLES if name in wide.columns]]


def second_phase_left_out(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return changes without those that begin with the second phase or later, the saving's excepted."""
    return tuple(
        change for change in changes if change.start < SECOND_PHASE or change.name in (SAVING, IN_FULL)
    )


def stressed(name: str, changes: tuple[Change, ...], layoff: tuple[Change, ...]) -> list[Case]:
    """Return a package plain and under each stress; without a second phase to lose, that one is left out."""
    begin = min((change.start for change in changes), default=date(2026, 1, 1))
    lacking = Change(
        "staffing.extra_caseworkers_share", "add", ((begin, LACKING),), origin=Origin("short of staff")
    )
    plain = Case(case_name(name, PLAIN), changes)
    cases = [
        plain,
        replace(plain, name=case_name(name, RECESSION), demand=RECESSION),
        replace(plain, name=case_name(name, BOOM), demand=BOOM),
        replace(plain, name=case_name(name, LAYOFF), beside=layoff),
        replace(plain, name=case_name(name, SHORT), changes=(*changes, lacking)),
    ]
    first = second_phase_left_out(changes)
    if first and first != changes:
        cases.append(replace(plain, name=case_name(name, ONE_PHASE), changes=first))
    return cases


def as_planned(case: str) -> str:
    """Return the name of the case without stress of the same package."""
    return case_name(package_of(case), PLAIN)


@shows_run_options(DESIGN, without=["demand"])
def stress(
    reforms: AnyReform | Sequence[AnyReform] = HEADLINES_AND_ALL,
    *,
    layoff: str = LAYOFF_OF,
    out: Path | str | None = None,
    make_world: MakeWorld = labour_market,
    **options: Unpack[RunFields],
) -> Stress:
    """Run packages as planned and under stress: recession, boom, mass layoff, too few staff, half passed.

    Parameters
    ----------
    reforms
        Packages: catalogue names, ``a+b``, variants, files or loaded reforms; the headlines by default.
    layoff
        The mass layoff that both worlds of a pair have.
    out
        Folder of the results; run again with the same to continue.  If None, a temporary folder
        that goes with the returned object.
    make_world
        Another model than ``LabourMarket``, for tests.
    **options
        Demand is the stress's own.

    Returns
    -------
    One table: ``stress.table``, ``stress.wide(goal)``.

    Raises
    ------
    InputError
        A package or layoff does not exist, or an option cannot be used.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.stress(["agreement-2025"]).wide("self_support")  # doctest: +SKIP
    """
    asked = DESIGN.but(**options)
    _, laid_off = package(layoff)
    if {change.name for change in laid_off} != {"demand.mass_layoff_persons"}:
        raise InputError(f"--layoff is '{layoff}'; expected such as {LAYOFF_OF}")
    wanted = packages(reforms)
    cases = [case for name, changes in wanted for case in stressed(name, changes, laid_off)]
    folder = results_folder(out)
    years = years_of(cases, asked)
    rows = run_pairs(cases, folder, asked, title="stress", make_world=make_world, years=years)
    plans = {case.name: as_planned(case.name) for case in cases}
    against = [(name, plan) for name, plan in plans.items() if name != plan]
    apart = verdicts(rows, against)
    table = told_table(rows, ["case", "goal"])
    said = [
        apart.get((case, plans[case], goal), "")
        for case, goal in zip(table["case"], table["goal"], strict=True)
    ]
    table = by_package(table.assign(apart=said), "stress")
    table.to_csv(folder / TABLE, index=False, float_format="%.6g")
    words = [word for name, _ in wanted for word in ("--reform", name)]
    about = {
        "goals": {goal: GOALS[goal].unit.en for goal in OF_PAIRS}, "titles": TITLES, "layoff": layoff,
        "years": list(years), "draws": asked.draws, "replicates": asked.replicates, "scale": asked.scale,
        "version": version(),
        "command": shlex.join(
            ["jobvej", "stress", *words, "--layoff", layoff, *asked.words(), "--out", "DIR"]
        ),
    }  # fmt: skip
    write_about(folder, ABOUT, about, [TABLE])
    found = read(folder)
    if out is None:
        remove_with(found, folder)
    return found


def read(folder: Path | str) -> Stress:
    """Read what ``jobvej stress --out DIR`` left; InputError if there is none, or it was changed."""
    folder = Path(folder)
    about = finished(folder, ABOUT, [TABLE], what="table", command="jobvej stress --out DIR")
    return Stress(folder, pd.read_csv(folder / TABLE), about)
