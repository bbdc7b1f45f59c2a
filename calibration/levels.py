"""Fits level constants to stocks and flows: damped multiplicative fixed-point iteration.

The baseline is run for ten years under the law of its first week; each level constant is multiplied by
``(target / model) ** (sign * damping)``, all at once; again, until every target is met or the rounds are
used up.  Every round begins with the people whom the one before has left, made to have the published stocks
(:mod:`calibration.first_week`): the first year is a year like the others then, and what the constants are
held against is the same for all years.  Stocks and flows are the means of the sixth to the tenth year, so
that the world stays near the data and does not only begin there; what needs the week-by-week record is that
of the second year, and what was counted under another law is that of the second year of a world under it.
Which constant answers for which target stands in ``targets/levels.yaml``::

    separations.level:          # or name[component]
      target: F106              # a calibration target, or
      keeps: education          # a state whose stock of the first week is to last
      sign: 1                   # +1: a larger constant raises the measure; -1: it lowers it
      damping: 0.7              # optional, default 0.7

What is fitted here is the centre from which ``jobvej calibrate`` starts.  Fitted values of other parameters
stay as they are, and an ensemble that there is moves along: a calibration is held against the second year
alone, so its members are brought to the levels that last.

Run: ``jobvej levels [--scale 0.05] [--seed 1] [--rounds 8]``.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, Unpack

import numpy as np

from calibration.ensemble import move_ensemble
from calibration.first_week import write
from calibration.moments import Observed, measure, measure_target
from calibration.observing import START, ObservedRun, observed_with_laws
from calibration.point import point_changes, read_point, write_point
from calibration.targets import FOLDER, load_targets
from sim.calendar import Week
from sim.errors import InputError, suggest
from sim.parameters import ParameterSet, load_parameters
from sim.parameters.document import read_document
from sim.parameters.fitted import read_fitted
from sim.runs.options import LEVELS as LEVELS_RUN
from sim.runs.options import RunFields, RunOptions, check_whole
from sim.start.first_people import FirstPeople, arranged, first_people
from sim.states import STATES

LEVELS = FOLDER / "levels.yaml"
COMMAND = "jobvej levels"
DAMPING = 0.7
CLOSE = 0.02
#: No round moves a constant by more than this factor.
LARGEST_STEP = 2.0
END = "2033-W52"
#: Years, the last ones, whose mean a pair is held against.
LAST_YEARS = 5
WEEKS = Week.parse(START).until(Week.parse(END)) + 1
ROUNDS = 8
#: Measures that every year reports; others need the record of the second year.
YEARLY = ("stock", "touched", "inflow")
KEEPS = "stock of "


class Pair(NamedTuple):
    """A level constant and what it answers for: a target's id, or 'stock of <state>' that is to last."""

    parameter: str
    target: str
    sign: int
    damping: float = DAMPING


class Round(NamedTuple):
    """The constants of one round, and model over data of each pair's target."""

    values: dict[str, float]
    ratios: dict[str, float]


Measure = Callable[[Mapping[str, float]], dict[str, float]]
"""Takes constants, gives the model's value of each target."""


def read_pairs(path: Path = LEVELS) -> tuple[Pair, ...]:
    """Read the pairs; none where the file is absent or empty.

    Raises
    ------
    InputError
        An unknown target, a sign other than 1 or -1, or an unknown field.
    """
    if not path.is_file():
        return ()
    document = read_document(path)
    pairs = []
    for name, entry in (document.content or {}).items():
        if not isinstance(entry, dict) or set(entry) - {"target", "keeps", "sign", "damping"}:
            raise document.error(f"{name}: expected target or keeps, sign and perhaps damping", name)
        if "keeps" in entry and entry["keeps"] not in STATES:
            near = suggest(str(entry["keeps"]), STATES)
            raise document.error(f"{name}: '{entry['keeps']}' is no state.{near}", name, "keeps")
        target = KEEPS + entry["keeps"] if "keeps" in entry else str(entry.get("target"))
        if "keeps" not in entry and target not in load_targets():
            near = suggest(target, load_targets())
            raise document.error(f"{name}: '{target}' is no calibration target.{near}", name, "target")
        if entry.get("sign") not in (1, -1):
            raise document.error(f"{name}: found sign {entry.get('sign')!r}, expected 1 or -1", name, "sign")
        pairs.append(Pair(str(name), target, entry["sign"], float(entry.get("damping", DAMPING))))
    return tuple(pairs)


def next_value(pair: Pair, value: float, ratio: float, bounds: tuple[float, float] | None) -> float:
    """Return the constant for the next round, from model over data of this one, inside its bounds."""
    factor = float(ratio ** (-pair.sign * pair.damping))
    moved = value * min(max(factor, 1 / LARGEST_STEP), LARGEST_STEP)
    return moved if bounds is None else min(max(moved, bounds[0]), bounds[1])


def fit_levels(
    pairs: tuple[Pair, ...],
    start: Mapping[str, float],
    bounds: Mapping[str, tuple[float, float] | None],
    model: Measure,
    *,
    rounds: int = 8,
    report: Callable[[int, Round], None] | None = None,
) -> list[Round]:
    """Iterate from starting values; return every round, the last one last.

    Parameters
    ----------
    start, bounds
        First value and bounds of each pair's parameter.
    model
        Gives the model's value of each target for a set of constants.
    rounds
        Most rounds; stops before when every ratio is within 2 per cent.
    """
    values = {pair.parameter: start[pair.parameter] for pair in pairs}
    history: list[Round] = []
    for number in range(rounds):
        reached = model(values)
        ratios = {pair.parameter: reached[pair.target] / aim(pair.target) for pair in pairs}
        history.append(Round(dict(values), ratios))
        if report is not None:
            report(number + 1, history[-1])
        if all(abs(ratio - 1) <= CLOSE for ratio in ratios.values()):
            break
        values = {
            pair.parameter: next_value(
                pair, values[pair.parameter], ratios[pair.parameter], bounds[pair.parameter]
            )
            for pair in pairs
        }
    return history


def aim(target: str) -> float:
    """Return the number that a pair is to reach: the target's value, or the stock of the first week."""
    if target.startswith(KEEPS):
        at = STATES.index(target.removeprefix(KEEPS))
        return float(load_parameters(fitted=False)["population.stock"].values[-1][1][at])
    return load_targets()[target].value


def best(history: list[Round]) -> Round:
    """Return the round with the smallest sum of squared log deviations.

    Not the smallest largest one: a single target that cannot be met would then choose for all others.
    """
    return min(history, key=lambda r: sum(math.log(ratio) ** 2 for ratio in r.ratios.values()))


def starting_values(pairs: tuple[Pair, ...], base: ParameterSet) -> dict[str, float]:
    """Return the present value of each pair's parameter: the fitted one where there is one."""
    fitted = {change.parameter: change.values[0][1] for change in read_fitted()}
    return {p.parameter: fitted.get(p.parameter, _present(base, p.parameter)) for p in pairs}


def _present(base: ParameterSet, name: str) -> float:
    parameter, component = _split(name)
    entry = base[parameter]
    return entry.values[-1][1][entry.components.index(component) if component else 0]


def _split(name: str) -> tuple[str, str]:
    parameter, _, component = name.partition("[")
    return parameter, component.rstrip("]")


class UnreformedRuns:
    """Runs ten years with given constants and measures what the pairs answer for.

    Every run begins with the people whom the one before has left; ``begun_with`` keeps them, run by run.
    Every run has random numbers of its own, so that nobody's luck is fitted.
    """

    def __init__(self, base: ParameterSet, pairs: tuple[Pair, ...], asked: RunOptions) -> None:
        self.base, self.pairs, self.asked = base, pairs, asked
        self.begun_with: list[FirstPeople] = []
        self._next = first_people()

    def __call__(self, values: Mapping[str, float]) -> dict[str, float]:
        """Run once more, with these constants; return the model's value of each target."""
        asked, people = self.asked, self._next
        parameters = self.base.with_changes(point_changes(dict(values)))
        run = ObservedRun(
            parameters, WEEKS, asked.scale, asked.seed, len(self.begun_with), people=people, taken=True
        )
        seen = observed_with_laws(run, executor=asked.executor, title="levels", quiet=asked.quiet)
        assert seen.people is not None
        self.begun_with.append(people)
        self._next = arranged(seen.people)
        return {pair.target: _reached(pair.target, seen, Week.parse(END).year) for pair in self.pairs}


def _reached(target: str, seen: Observed, last: int) -> float:
    """Return the mean over the last years, or the second year's value of what only it has."""
    if target.startswith(KEEPS):
        name, arguments = "stock", {"group": target.removeprefix(KEEPS)}
    else:
        found = load_targets()[target]
        name, arguments = found.measure, found.arguments
        if name not in YEARLY or found.law is not None:
            return measure_target(seen, found)
    return lasting(seen, name, arguments, last)


def lasting(seen: Observed, name: str, arguments: Mapping[str, object], last: int) -> float:
    """Return the mean of a yearly measure over the last years of a run."""
    years = range(last + 1 - LAST_YEARS, last + 1)
    return float(np.mean([measure(seen._replace(year=year), name, arguments) for year in years]))


def _say(number: int, done: Round) -> None:
    sys.stderr.write(f"round {number}\n")
    for name, ratio in done.ratios.items():
        sys.stderr.write(f"  {name:50s} {done.values[name]:12.6g}   model/data {ratio:6.3f}\n")


def fit_and_write(rounds: int = ROUNDS, **options: Unpack[RunFields]) -> None:
    """Fit the level constants; write them and the people that go with them.  The ensemble moves along.

    Written are ``sim/parameters/fitted.yaml`` and ``sim/start/first_people.parquet``.

    Raises
    ------
    InputError
        An option cannot be used, or there is nothing to fit.
    """
    asked = LEVELS_RUN.but(**options)
    base, pairs = load_parameters(fitted=False).held(Week.parse(START).monday), read_pairs()
    constants = {pair.parameter for pair in pairs}
    others = {name: found for name, found in read_point().items() if name not in constants}
    base = base.with_changes(point_changes({name: value for name, (value, _) in others.items()}))
    if not pairs:
        raise InputError(f"{LEVELS.name} names no pair")
    check_whole("rounds", rounds, 1, 1000)
    bounds = {p.parameter: base[_split(p.parameter)[0]].bounds for p in pairs}
    model = UnreformedRuns(base, pairs, asked)
    history = fit_levels(pairs, starting_values(pairs, base), bounds, model, rounds=rounds, report=_say)
    reached = best(history)
    values = {name: value for name, (value, _) in others.items()} | reached.values
    targets = {name: target for name, (_, target) in others.items()}
    targets |= {pair.parameter: pair.target for pair in pairs}
    command = " ".join([COMMAND, *asked.words("scale", "seed"), "--rounds", str(rounds)])
    write(model.begun_with[history.index(reached)].columns, command)
    write_point(values, targets, _provenance(command, base, reached))
    move_ensemble(reached.values, bounds)


def _provenance(command: str, base: ParameterSet, reached: Round) -> dict[str, object]:
    from sim.runs.version import code_digest, data_digest, version

    return {
        "command": command,
        "version": version(),
        "parameters": base.digest(),
        "data": data_digest(),
        "code": code_digest(),
        "model_over_data": {name: round(ratio, 4) for name, ratio in reached.ratios.items()},
    }
