"""The bridge from one answer to another, one assumption at a time: Shapley shares over all orders.

    share_i = sum over S without i of |S|! (n - |S| - 1)! / n! * (v(S and i) - v(S))

v(S) is what a package does in the world in which the assumptions S are those of the second belief and the
others those of the first.  The share is the mean of what the assumption adds over all orders in which they
could be taken, so that the shares add up to the whole difference and no order decides it.  Assumptions of the
two beliefs that claim the same number are one step.  How kroner are counted is a step of its own, in kroner
alone: it needs no run.

Up to :data:`EXACT` assumptions every world is run.  With more, a design of worlds is (none, all, each alone,
all but each, and random sets), and the emulator of the house gives the others; what it misses of the whole
difference is told as a step of its own.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reforms.decide.belief_table import check_counted, counting_of
from reforms.decide.bridge_results import Bridge, read
from reforms.decide.bridged import ABOUT, COUNTING, END, IN_KRONER, IN_WEEKS, REST, START, TABLE
from reforms.decide.goals import told_table
from reforms.decide.paired import Case, package, run_pairs
from reforms.results import remove_with, results_folder
from reforms.scenario import AnyReform
from sim.errors import InputError
from sim.parameters import Change
from sim.parameters.beliefs import POSTERIOR, Assumption, Belief, load_belief
from sim.runs.options import DESIGN, MOST_RUNS, RunFields, check_whole, shows_run_options
from sim.runs.options import options as options_of_runs
from sim.runs.reading import write_about
from sim.runs.version import version
from sim.runs.work import MakeWorld, labour_market

Array = NDArray[np.float64]
#: Assumptions up to which all worlds are run; with more an emulator gives those that were not.
EXACT = 4
MOST_STEPS = 12
_SEED = 2024


@dataclass(frozen=True)
class Step:
    """One assumption, or several that claim the same numbers: how it is before, and after it is taken."""

    name: str
    title: Mapping[str, str]
    before: tuple[Change, ...]
    after: tuple[Change, ...]


def steps_between(first: Belief, last: Belief) -> tuple[Step, ...]:
    """Return the assumptions that differ between two beliefs; those that share a number are one step."""
    joined: list[list[tuple[bool, Assumption]]] = []
    for is_last, belief in ((False, first), (True, last)):
        for assumption in belief.assumptions:
            mine = [(is_last, assumption)]
            names = _names(mine)
            apart = [each for each in joined if not _names(each) & names]
            for each in joined:
                if _names(each) & names:
                    mine = [*each, *mine]
            joined = [*apart, mine]
    steps = []
    for group in joined:
        before = tuple(change for is_last, each in group if not is_last for change in each.changes())
        after = tuple(change for is_last, each in group if is_last for change in each.changes())
        if _content(before) == _content(after):
            continue
        order = sorted(group, key=lambda each: each[0])
        title = {
            lang: " / ".join(dict.fromkeys(each.title[lang] for _, each in order)) for lang in ("en", "da")
        }
        steps.append(Step("+".join(dict.fromkeys(each.name for _, each in order)), title, before, after))
    return tuple(_numbered(steps))


def _names(group: Sequence[tuple[bool, Assumption]]) -> set[str]:
    return {name.partition("[")[0] for _, each in group for name in each.parameters}


def _content(changes: Sequence[Change]) -> list[Any]:
    return sorted(change.content() for change in changes)


def _numbered(steps: Sequence[Step]) -> list[Step]:
    """Give steps of the same name names of their own."""
    seen: dict[str, int] = {}
    found = []
    for step in steps:
        seen[step.name] = seen.get(step.name, 0) + 1
        again = seen[step.name]
        found.append(
            step if again == 1 else Step(f"{step.name}-{again}", step.title, step.before, step.after)
        )
    return found


def shapley(values: Array, n: int) -> Array:
    """Return the share of each of n assumptions (n,) from the values of all worlds (2^n,).

    ``values[w]`` is of the world in which assumption i is taken where bit i of w is set.
    """
    shares = np.zeros(n)
    for world in range(1 << n):
        size = world.bit_count()
        weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n) if size < n else 0.0
        for i in range(n):
            if not world >> i & 1:
                shares[i] += weight * (values[world | 1 << i] - values[world])
    return shares


def worlds_to_run(n: int, points: int) -> list[int]:
    """Return the worlds that are run: all up to :data:`EXACT` assumptions, else a design of so many.

    The design has none, all, each alone and all but each; then sets of a keyed sequence.
    """
    every = (1 << n) - 1
    if n <= EXACT or points >= every + 1:
        return list(range(every + 1))
    from scipy.stats import qmc

    first = [0, every, *(1 << i for i in range(n)), *(every ^ 1 << i for i in range(n))]
    more = qmc.Sobol(n, seed=_SEED).random_base2(max(1, math.ceil(math.log2(4 * points))))
    sets = [int(sum(1 << i for i in range(n) if row[i] >= 0.5)) for row in more]
    return list(dict.fromkeys([*first, *sets]))[: max(points, len(first))]


@shows_run_options(DESIGN, without=["beliefs"])
def bridge(
    first: str = "ministry",
    last: str = POSTERIOR,
    *,
    reform: AnyReform = "cut-3bn",
    points: int = 48,
    out: Path | str | None = None,
    make_world: MakeWorld = labour_market,
    **options: Unpack[RunFields],
) -> Bridge:
    """Go from one belief's answer to another's, one assumption at a time, in kroner and weeks.

    Parameters
    ----------
    first, last
        Beliefs: names, files, several joined with +, or ``posterior``.
    reform
        What the answer is about: a catalogue name, ``a+b``, a variant, a file or a loaded reform.
    points
        Worlds that are run where there are too many assumptions to run all.
    out
        Folder of the results; run again with the same to continue.  If None, a temporary folder
        that goes with the returned object.
    make_world
        Another model than ``LabourMarket``, for tests.
    **options
        Of all runs.

    Returns
    -------
    The bridge: ``table``, ``sentences()``, ``figure()``.

    Raises
    ------
    InputError
        A belief or reform does not exist (with the nearest), the two beliefs do not differ, or an option
        cannot be used.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.bridge("ministry", "posterior", reform="cut-3bn").table  # doctest: +SKIP
    """
    asked = DESIGN.but(**options)
    check_whole("--points", points, 4, MOST_RUNS)
    ends = [load_belief(first), load_belief(last)]
    for belief in ends:
        check_counted(belief)
    steps = steps_between(*ends)
    counted = [counting_of(belief) for belief in ends]
    if not steps and counted[0] == counted[1]:
        raise InputError(f"nothing differs between {ends[0].name} and {ends[1].name}: there is no bridge")
    if len(steps) > MOST_STEPS:
        raise InputError(f"{len(steps)} assumptions differ; expected at most {MOST_STEPS}")
    name, changes = package(reform)
    run = worlds_to_run(len(steps), points)
    cases = [
        Case(_case(world, how), changes, _settings(steps, world), counted=how)
        for world in run
        for how in dict.fromkeys(counted)
    ]
    folder = results_folder(out)
    rows = run_pairs(cases, folder, asked, title="bridge", make_world=make_world)
    found, explained = bridged(rows, steps, run, counted)
    table = told_table(found, ["measure", "step"])
    table.to_csv(folder / TABLE, index=False, float_format="%.9g")
    words = ["--from", first, "--to", last, "--reform", name, "--points", str(points)]
    words += ["--first-week", asked.start, "--last-week", asked.end]
    words += asked.words(*(each for each, said in options_of_runs().items() if said.about.decides
                           and each not in ("start", "end")))  # fmt: skip
    about = {
        "from": ends[0].name, "to": ends[1].name, "reform": name, "explained": explained,
        "titles": _titles(ends, steps, counted), "draws": asked.draws, "replicates": asked.replicates,
        "scale": asked.scale, "worlds": len(run), "exact": len(run) == 1 << len(steps), "version": version(),
        "command": shlex.join(["jobvej", "bridge", *words, "--out", "DIR"]),
    }  # fmt: skip
    from reforms.decide.bridge_picture import save

    write_about(folder, ABOUT, about, [TABLE])
    result = read(folder)
    save(result, folder)
    if out is None:
        remove_with(result, folder)
    return result


def _case(world: int, counted: str) -> str:
    return f"{world}:{counted}"


def _settings(steps: Sequence[Step], world: int) -> tuple[Change, ...]:
    return tuple(
        change for i, step in enumerate(steps) for change in (step.after if world >> i & 1 else step.before)
    )


def bridged(
    rows: pd.DataFrame, steps: Sequence[Step], run: Sequence[int], counted: Sequence[str]
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return start, shares and end of every pair of runs, in kroner and weeks; and how the emulator predicts.

    Parameters
    ----------
    rows
        Goals of every world that was run and way of counting (:func:`reforms.decide.paired.run_pairs`).
    run
        The worlds that were run.
    counted
        How kroner are counted at the two ends.
    """
    n, explained = len(steps), {}
    wide = rows.pivot_table(index=["goal", "draw", "replicate"], columns="case", values="difference")
    found: list[tuple[str, str, int, int, float]] = []
    for measure in (IN_KRONER, IN_WEEKS):
        both = counted if measure == IN_KRONER else (counted[0], counted[0])
        known = {
            how: wide.loc[measure][[_case(w, how) for w in run]].to_numpy() for how in dict.fromkeys(both)
        }
        whole = {how: all_worlds(values, run, n) for how, values in known.items()}
        if len(run) < 1 << n:
            explained[measure] = min(_explained(values, run, n) for values in known.values())
        for at, (draw, replicate) in enumerate(wide.loc[measure].index):
            start, end = known[both[0]][at, run.index(0)], known[both[1]][at, run.index((1 << n) - 1)]
            told = _shares([whole[how][at] for how in both], n, counts=both[0] != both[1])
            names = [step.name for step in steps] + ([COUNTING] if both[0] != both[1] else [])
            rest = float(end - start - told.sum())
            parts = [(START, float(start)), *zip(names, map(float, told), strict=True)]
            if len(run) < 1 << n:
                parts.append((REST, rest))
            parts.append((END, float(end)))
            found += [(measure, step, int(draw), int(replicate), value) for step, value in parts]
    return pd.DataFrame(found, columns=["measure", "step", "draw", "replicate", "difference"]), explained


def _shares(values: Sequence[Array], n: int, *, counts: bool) -> Array:
    """Return the shares of n assumptions, and of the way of counting where the ends count otherwise."""
    if not counts:
        return shapley(values[0], n)
    return shapley(np.concatenate([values[0], values[1]]), n + 1)  # the highest bit: counted as in the end


def bits(worlds: Sequence[int], n: int) -> Array:
    """Return which assumptions are taken in worlds (n_worlds, n): 0 or 1."""
    return np.array([[float(world >> i & 1) for i in range(n)] for world in worlds]).reshape(len(worlds), n)


def all_worlds(values: Array, run: Sequence[int], n: int) -> Array:
    """Return the values of all worlds (pairs, 2^n) from those that were run (pairs, worlds)."""
    if len(run) == 1 << n:
        order = np.argsort(run)
        return values[:, order]
    every = bits(range(1 << n), n)
    found = np.empty((len(values), 1 << n))
    for at, row in enumerate(values):
        found[at] = set_emulator().fit(bits(run, n), row).predict(every)
        found[at, list(run)] = row  # what was run is known
    return found


def _explained(values: Array, run: Sequence[int], n: int) -> float:
    mean = values.mean(axis=0)
    return set_emulator().left_out(bits(run, n), mean, folds=min(8, len(run)), refit=False).explained


def set_emulator() -> Any:
    """Return the emulator of an answer over sets of assumptions: a plane, and a process on what it leaves."""
    from sklearn.linear_model import LinearRegression

    from sim.stats.emulator import Emulator, Kernel

    return Emulator(Kernel(0.5, (1e-3, 1e2), 1.0, (0.3, 20.0), 0.3, (1e-4, 1e1)), LinearRegression())


def _titles(
    ends: Sequence[Belief], steps: Sequence[Step], counted: Sequence[str]
) -> dict[str, dict[str, str]]:
    titles = {
        START: dict(ends[0].title), END: dict(ends[1].title),
        REST: {"en": "What the emulator misses", "da": "Det, tilnærmelsen ikke fanger"},
        **{step.name: dict(step.title) for step in steps},
    }  # fmt: skip
    if counted[0] != counted[1]:
        said = [belief.counted.title if belief.counted else _COUNTED for belief in ends]
        titles[COUNTING] = {
            "en": f"Kroner: not {said[0]['en']}, but {said[1]['en']}",
            "da": f"Kroner: ikke {said[0]['da']}, men {said[1]['da']}",
        }
    return titles


_COUNTED = {
    "en": "benefits, taxes and duties as simulated",
    "da": "ydelser, skatter og afgifter, som simuleret",
}
