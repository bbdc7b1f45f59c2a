"""Runs the design of a saving: where it does least harm, and what must go first.

1. Two designs in every draw of the uncertain numbers: the saving as it is (``plain``), and with half of the
   rules gone (``half-the-rules``).
2. A Sobol sequence over levers and draws, one pair of worlds a point (:data:`DESIGN_SEED`).
3. An emulator of each goal over levers and draws (:mod:`reforms.decide.surrogate`), and the front of designs
   that no other beats (:mod:`reforms.decide.front`).
4. A few designs of the front, and the packages of others with the same saving, in the model itself: every
   draw and replicate.  All that is told of them is from these runs.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from reforms.decide.design_results import Designed, read
from reforms.decide.designed import ABOUT, FRONT, POINTS, front_table
from reforms.decide.front import chosen_of, search
from reforms.decide.goals import OF_PAIRS, PROTECTED
from reforms.decide.levers import (
    WHOLE_IN,
    Design,
    Lever,
    as_it_is,
    chosen_groups,
    design_at,
    positions,
    read_levers,
    saving_changes,
)
from reforms.decide.paired import Case, draws_of, pairs_of, run_pairs, years_of
from reforms.decide.surrogate import draws_from, surrogate_of
from reforms.frontier.partial import simplifies
from reforms.load import load
from reforms.results import remove_with, results_folder
from sim.calendar import Week
from sim.errors import InputError
from sim.outcomes.measures import Words
from sim.parameters import Change
from sim.parameters.document import raise_all, read_document
from sim.parameters.schema import Entry, Text, read_entry
from sim.plain_numbers import plain_number
from sim.runs.options import DESIGN, RunFields, RunOptions, check_whole, shows_run_options
from sim.runs.reading import write_about
from sim.runs.version import version
from sim.runs.work import MakeWorld, labour_market

PACKAGES_FILE = Path(__file__).with_name("packages.yaml")
#: The seed of the points and of the search: the same designs whatever the seed of the runs.
DESIGN_SEED = 2024
PLAIN, HALF_THE_RULES = "plain", "half-the-rules"
#: Share of the rules that goes in the second design.
HALF = 0.5
FEWEST_POINTS, MOST_POINTS, MOST_CHOSEN = 16, 4000, 40
#: Largest saving, bn kr. a year: all there is to be saved of.
LARGEST_SAVING = 9.0


class PackageEntry(Entry):
    """What the file of packages says of one."""

    title: dict[str, Text]
    reform: Text
    reason: Text
    ids: list[Text] = Field(default_factory=list)


def packages(asked: float) -> list[tuple[str, Words, tuple[Change, ...]]]:
    """Return name, title and changes of the packages of others, each with the saving that is asked for."""
    document = read_document(PACKAGES_FILE)
    found = []
    for name, content in document.content.items():
        entry = read_entry(PackageEntry, document, name, content=content)
        if isinstance(entry, list):
            raise_all(entry)
            raise AssertionError
        changes = (*simplifies(load(entry.reform)), *saving_changes(asked))
        found.append((name, Words(entry.title["en"], entry.title["da"]), changes))
    return found


def saving_of(text: str | float) -> float:
    """Read a saving such as 2.7bn or 300mio and return it in mio. kr. a year.

    Raises
    ------
    InputError
        It is none, or beyond what there is to be saved of.
    """
    said = (
        f"{text:g}bn" if isinstance(text, int | float) and not isinstance(text, bool) else str(text).strip()
    )
    for unit, factor in (("bn", 1000.0), ("mia", 1000.0), ("mio", 1.0)):
        number = plain_number(said.removesuffix(unit)) if said.endswith(unit) else None
        if number is not None:
            million = float(number) * factor
            if not 0.0 < million <= 1000.0 * LARGEST_SAVING:
                raise InputError(f"--saving is '{said}'; expected above 0 and at most {LARGEST_SAVING:g}bn")
            return million
    raise InputError(f"--saving is '{said}'; expected an amount a year such as 2.7bn or 300mio")


def sampled(
    levers: Sequence[Lever], draws: Sequence[int], points: int
) -> tuple[NDArray[np.float64], list[int]]:
    """Return positions in the ranges (points, levers) and a draw for each: fewer are the first of more."""
    from scipy.stats import qmc

    power = max(1, int(np.ceil(np.log2(points))))
    u = qmc.Sobol(len(levers) + 1, seed=DESIGN_SEED).random_base2(power)[:points]
    chosen = [draws[min(int(v * len(draws)), len(draws) - 1)] for v in u[:, -1]]
    return u[:, :-1], chosen


@shows_run_options(DESIGN)
def design(
    saving: str | float = "2.7bn",
    *,
    levers: Path | str | None = None,
    protect: Sequence[str] = (),
    points: int = 96,
    chosen: int = 8,
    out: Path | str | None = None,
    make_world: MakeWorld = labour_market,
    **options: Unpack[RunFields],
) -> Designed:
    """Find where a saving does least harm, and what must go first.

    Parameters
    ----------
    saving
        What is to be saved a year when all is phased in: ``2.7bn``, ``300mio``, or a number of bn kr.
    levers
        A file of levers; ``reforms/decide/levers.yaml``, which says how one is made, by default.
    protect
        Groups whose levers are not pulled down, and whose work is a goal of its own.
    points
        Designs that carry the emulator, one pair of worlds each.
    chosen
        Designs of the front that are run in the model itself, in every draw and replicate.
    out
        Folder of the results; run again with the same to continue.  If None, a temporary folder
        that goes with the returned object.
    make_world
        Another model than ``LabourMarket``, for tests.
    **options
        ``end`` is the last of the years that goals are means of.

    Returns
    -------
    The designs: ``front`` (levers, goals with intervals, told apart or not), ``sentences()``, ``figure()``.

    Raises
    ------
    InputError
        If anything asked for cannot be done; nothing has been run then.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.design("2.7bn", protect=["sick"], draws=8).front  # doctest: +SKIP
    """
    asked, amount = DESIGN.but(**options), saving_of(saving)
    if Week.parse(asked.end).year < WHOLE_IN:
        raise InputError(
            f"the run ends in {asked.end}, before the saving is whole ({WHOLE_IN}): let it end later"
        )
    check_whole("--points", points, FEWEST_POINTS, MOST_POINTS)
    check_whole("--chosen", chosen, 1, MOST_CHOSEN)
    guarded = chosen_groups(protect)
    pulled = read_levers(levers, guarded)
    folder = results_folder(out)
    work = _Work(
        folder, asked, pulled, amount, tuple(p for group in guarded for p in group.people), make_world
    )
    found = work.designed(points, chosen)
    words = ["--saving", str(saving), *(["--levers", str(levers)] if levers else [])]
    words += [word for name in protect for word in ("--protect", name)]
    words += ["--points", str(points), "--chosen", str(chosen), *asked.words()]
    about = {
        "saving_mio_kr": amount, "protect": list(protect), "points": points, "draws": asked.draws,
        "replicates": asked.replicates, "scale": asked.scale, "from": asked.start, "to": asked.end,
        "years": list(work.years), "explained": found.explained, "goals": found.goals,
        "levers": {lever.name: {"title": lever.said.title, "unit": lever.said.unit, "now": lever.now,
                                "range": lever.said.range, "low": lever.low, "high": lever.high,
                                "role": lever.said.role} for lever in pulled},
        "titles": found.titles, "version": version(),
        "command": shlex.join(["jobvej", "design", *words, "--out", "DIR"]),
    }  # fmt: skip
    found.table.to_csv(folder / FRONT, index=False, float_format="%.6g")
    found.points.to_csv(folder / POINTS, index=False, float_format="%.6g")
    from reforms.decide.design_picture import save

    write_about(folder, ABOUT, about, [FRONT, POINTS])
    result = read(folder)
    save(result, folder)
    if out is None:
        remove_with(result, folder)
    return result


class _Found:
    """What the steps leave: the table of the front, the points, and what is said of them."""

    def __init__(
        self, table: pd.DataFrame, points: pd.DataFrame, explained: dict[str, float], goals: list[str],
        titles: dict[str, dict[str, str]],
    ) -> None:  # fmt: skip
        self.table, self.points, self.explained, self.goals, self.titles = (
            table,
            points,
            explained,
            goals,
            titles,
        )


class _Work:
    """The steps of a design, in one folder."""

    def __init__(
        self, folder: Path, asked: RunOptions, levers: tuple[Lever, ...], amount: float,
        protected: tuple[str, ...], make_world: MakeWorld,
    ) -> None:  # fmt: skip
        self.folder, self.asked, self.levers, self.amount = folder, asked, levers, amount
        self.protected, self.make_world = protected, make_world
        self.plain = as_it_is(PLAIN, levers, amount)
        self.halved = as_it_is(HALF_THE_RULES, levers, amount, HALF)
        self.years = years_of([Case(PLAIN, self.plain.changes(levers))], asked)

    def run(self, cases: Sequence[Case], title: str) -> pd.DataFrame:
        """Run cases and return their goals."""
        return run_pairs(
            cases, self.folder, self.asked, title=title, protected=self.protected, make_world=self.make_world,
            years=self.years,
        )  # fmt: skip

    def case(
        self, design: Design, draws: tuple[int, ...] | None = None, replicates: int | None = None
    ) -> Case:
        """Return a design as a case."""
        return Case(design.name, design.changes(self.levers), draws=draws, replicates=replicates)

    def designed(self, points: int, chosen: int) -> _Found:
        """Do all steps."""
        draws = draws_of(self.asked)
        at, drawn = sampled(self.levers, draws, points)
        designs = [design_at(f"point-{i + 1}", row, self.levers, self.amount) for i, row in enumerate(at)]
        cases = [self.case(each, (draw,), 1) for each, draw in zip(designs, drawn, strict=True)]
        others = packages(self.amount)
        named = [Case(name, changes) for name, _, changes in others]
        pairs_of(
            [*cases, self.case(self.plain), self.case(self.halved), *named], self.asked
        )  # refused before a run
        anchors = self.run([self.case(self.plain), self.case(self.halved)], "the saving as it is")
        answers = draws_from(anchors, PLAIN, HALF_THE_RULES)
        rows = self.run(cases, "designs")
        wide = rows.pivot_table(index="case", columns="goal", values="difference").loc[
            [each.name for each in designs]
        ]
        goals = [*OF_PAIRS, *([PROTECTED] if self.protected else [])]
        x = np.array([positions(each, self.levers) for each in designs])
        guide = surrogate_of(x, drawn, {goal: wide[goal].to_numpy() for goal in goals}, answers)
        low, high = (self._ends(end) for end in (0.0, 1.0))
        front = search(guide.harms, low, high, seed=DESIGN_SEED)
        picked = front.positions[chosen_of(front, chosen)]
        names = [_letters(at) for at in range(len(picked))]
        best = [self._at(name, row) for name, row in zip(names, picked, strict=True)]
        told = self.run(
            [*(self.case(each) for each in (*best, self.plain, self.halved)),
             *named],
            "the front in the model",
        )  # fmt: skip
        table = front_table(
            told, goals, self.levers, [*best, self.plain, self.halved], [name for name, _, _ in others],
            guide, plain=PLAIN, references=(PLAIN, HALF_THE_RULES), asked=self.amount,
        )  # fmt: skip
        run = pd.DataFrame([dict(each.values) for each in designs]).assign(
            design=[each.name for each in designs], draw=drawn
        )
        run = pd.concat([run.reset_index(drop=True), wide[goals].reset_index(drop=True)], axis=1)
        titles = {
            PLAIN: {"en": "The saving as it is", "da": "Besparelsen, som den er"},
            HALF_THE_RULES: {"en": "With half of the rules gone", "da": "Med halvdelen af reglerne væk"},
            **{name: {"en": title.en, "da": title.da} for name, title, _ in others},
        }
        return _Found(table, run, dict(guide.explained), goals, titles)

    def _ends(self, u: float) -> NDArray[np.float64]:
        return positions(design_at("end", [u] * len(self.levers), self.levers, self.amount), self.levers)

    def _at(self, name: str, place: NDArray[np.float64]) -> Design:
        """Return the design at a place in the levers' whole ranges."""
        values = []
        for lever, u in zip(self.levers, place, strict=True):
            first, last = lever.said.range
            value = first + float(u) * (last - first)
            values.append((lever.name, float(round(value)) if lever.said.phasing else round(value, 4)))
        return Design(name, tuple(values), self.amount)


def _letters(at: int) -> str:
    """Return A, B ... Z, AA, AB ..."""
    first, second = divmod(at, 26)
    return (chr(ord("A") + first - 1) if first else "") + chr(ord("A") + second)
