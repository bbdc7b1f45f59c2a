"""What is to be run: scenarios times draws times replicates, checked before anything starts.

A :class:`Plan` is the whole request; :meth:`Plan.tasks` takes it apart into :class:`Task` objects, one world
each.  A task carries everything that decides its result and nothing else, so the hash of its contents
(:attr:`Task.key`) is the address of its result: the same task is never run twice, another one never mistaken
for it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Unpack

from sim.calendar import Week
from sim.errors import InputError
from sim.runs.options import RUN, RunFields, RunOptions
from sim.runs.version import code_digest, data_digest, version

if TYPE_CHECKING:
    from sim.parameters import Change, ParameterSet

#: Raised when the layout of the stored tables changes, so that old parts are not mixed with new ones.
FORMAT = 1
BASELINE = "baseline"
#: The draw that holds the central value of every parameter; draws from the priors are numbered from 1.
CENTRAL = 0
#: All runs draw the same values, whatever their own seed, so that results of two runs can be held together.
DRAW_SEED = 2024


@dataclass(frozen=True)
class Scenario:
    """A world's name and how its parameters differ from the law before the reform.

    ``definition`` is what the manifest says about it (title, source, changes ...); ``argument`` is what the
    user wrote to get it (a catalogue name, ``a+b`` or a file).
    """

    name: str
    changes: tuple[Change, ...] = ()
    argument: str = ""
    definition: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """One world to run: a scenario in one draw and one replicate."""

    scenario: str
    changes: tuple[Change, ...]
    settings: tuple[Change, ...]
    draw_changes: tuple[Change, ...]
    draw: int
    replicate: int
    seed: int
    scale: float
    start: str
    end: str
    demand: str
    switched_off: tuple[str, ...]
    with_persons: bool
    parameters_digest: str

    def parameters(self) -> ParameterSet:
        """Return the parameters of this world."""
        return world_of(self.draw_changes, self.settings, self.changes)

    @property
    def weeks(self) -> int:
        """Number of weeks to run, both ends included."""
        return Week.parse(self.start).until(Week.parse(self.end)) + 1

    @cached_property
    def identity(self) -> dict[str, Any]:
        """Everything that decides the result, in plain types."""
        return {
            "format": FORMAT,
            "code": code_digest(),
            "data": data_digest(),
            "parameters": self.parameters_digest,
            "scenario": self.scenario,
            "draw": self.draw,
            "replicate": self.replicate,
            "seed": self.seed,
            "scale": self.scale,
            "from": self.start,
            "to": self.end,
            "demand": self.demand,
            "switched_off": sorted(self.switched_off),
            "with_persons": self.with_persons,
        }

    @cached_property
    def key(self) -> str:
        """Address of the result: 32 hexadecimal digits of the SHA-256 of :attr:`identity`."""
        text = json.dumps(self.identity, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Plan:
    """A request for runs; build it with :func:`make_plan`, which checks it."""

    kind: Literal["run", "compare"]
    scenarios: tuple[Scenario, ...]
    start: str
    end: str
    scale: float
    seed: int
    replicates: int
    draws: int
    demand: str
    settings: tuple[Change, ...]
    settings_text: tuple[str, ...]
    switched_off: tuple[str, ...]

    @property
    def draw_numbers(self) -> tuple[int, ...]:
        """Draws to run: the central values alone, or 1..N from the priors."""
        return (CENTRAL,) if self.draws == 1 else tuple(range(1, self.draws + 1))

    @property
    def weeks(self) -> int:
        """Number of weeks of each world."""
        return Week.parse(self.start).until(Week.parse(self.end)) + 1

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """All worlds of the plan by scenario, draw and replicate (the order of the merged tables)."""
        draws = draw_changes(self.draw_numbers)
        return tuple(
            self._task(scenario, draw, draws[draw], replicate, digest)
            for scenario in self.scenarios
            for draw in self.draw_numbers
            for digest in (self._digest(scenario, draws[draw]),)
            for replicate in range(self.replicates)
        )

    def _digest(self, scenario: Scenario, drawn: tuple[Change, ...]) -> str:
        world = self.base(drawn).with_changes(scenario.changes)
        return str(world.digest())

    def base(self, drawn: tuple[Change, ...] = ()) -> ParameterSet:
        """Return the parameters that all scenarios share: the fitted values, the draw, then ``--set``."""
        return world_of(drawn, self.settings)

    def _task(
        self, scenario: Scenario, draw: int, drawn: tuple[Change, ...], replicate: int, digest: str
    ) -> Task:
        return Task(
            scenario=scenario.name,
            changes=scenario.changes,
            settings=self.settings,
            draw_changes=drawn,
            draw=draw,
            replicate=replicate,
            seed=self.seed,
            scale=self.scale,
            start=self.start,
            end=self.end,
            demand=self.demand,
            switched_off=self.switched_off,
            with_persons=draw == self.draw_numbers[0] and replicate == 0,
            parameters_digest=digest,
        )

    @cached_property
    def definition(self) -> dict[str, Any]:
        """What the manifest says of the request; two plans with equal definitions give equal bytes."""
        return {
            "kind": self.kind,
            "command": self.command,
            "scenarios": [{"name": s.name, "argument": s.argument, **s.definition} for s in self.scenarios],
            "from": self.start,
            "to": self.end,
            "weeks": self.weeks,
            "scale": self.scale,
            "seed": self.seed,
            "replicates": self.replicates,
            "draws": self.draws,
            "draw_numbers": list(self.draw_numbers),
            "demand": self.demand,
            "set": list(self.settings_text),
            "switched_off": list(self.switched_off),
            "version": version(),
            "hashes": {
                "code": code_digest(),
                "data": data_digest(),
                "parameters": world_of().digest(),
                "scenarios": {s.name: self._digest(s, ()) for s in self.scenarios},
            },
            "format": FORMAT,
        }

    @property
    def command(self) -> str:
        """The command that gives these results again (workers and folder do not matter and are left open)."""
        parts = ["jobvej", self.kind]
        for scenario in self.scenarios:
            if scenario.name != BASELINE:
                parts += ["--reform", scenario.argument or scenario.name]
        asked = RUN.but(
            start=self.start, end=self.end, scale=self.scale, seed=self.seed, replicates=self.replicates,
            draws=self.draws, demand=self.demand, settings=self.settings_text, switched_off=self.switched_off,
        )  # fmt: skip
        parts += asked.words()
        return " ".join([*(_quoted(part) for part in parts), "--out", "DIR"])


def make_plan(
    scenarios: Sequence[Scenario],
    options: RunOptions = RUN,
    *,
    kind: Literal["run", "compare"] = "run",
    **changed: Unpack[RunFields],
) -> Plan:
    """Check a request and return it as a plan.

    Parameters
    ----------
    scenarios
        What is run; every one gets the same draws, replicates and random numbers.
    options
        What is asked of the run.
    changed
        Options by keyword that take the place of those in ``options``.

    Raises
    ------
    InputError
        Naming the value that cannot be used, what was expected and the nearest valid name.
    """
    from sim.runs.settings import parse_settings

    asked = options.but(**changed)
    plan = Plan(
        kind, tuple(scenarios), asked.start, asked.end, asked.scale, asked.seed, asked.replicates,
        asked.draws, asked.demand, parse_settings(asked.settings), asked.settings, asked.switched_off,
    )  # fmt: skip
    _check_scenarios(plan)
    return plan


def _check_scenarios(plan: Plan) -> None:
    """Refuse repeated names, changes that cannot be made and reforms that never take effect."""
    if not plan.scenarios:
        raise InputError("nothing to run: no scenario was given")
    names = [scenario.name for scenario in plan.scenarios]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"'{name}' is asked for {names.count(name)} times; each scenario can run once")
    base = plan.base()
    first, last = Week.parse(plan.start).monday, Week.parse(plan.end).monday
    for scenario in plan.scenarios:
        base.with_changes(scenario.changes)
        if scenario.changes and not any(_in_force(change, first, last) for change in scenario.changes):
            begins = min(change.values[0][0] for change in scenario.changes)
            raise InputError(
                f"'{scenario.name}' changes nothing between {plan.start} and {plan.end}: "
                f"its first change is on {begins}. Let the run end later (--to)."
            )


def _in_force(change: Change, first: date, last: date) -> bool:
    return bool(change.values[0][0] <= last and (change.until is None or change.until > first))


def draw_changes(numbers: Sequence[int]) -> dict[int, tuple[Change, ...]]:
    """Return each draw as changes of uncertain parameters; the central draw changes nothing.

    Calibrated parameters come from the posterior ensemble, all others from their priors.  A draw is the same
    for every scenario, replicate, seed and scale, and however many draws are asked for.
    """
    if tuple(numbers) == (CENTRAL,):
        return {CENTRAL: ()}
    from sim.parameters import load_parameters
    from sim.parameters.posterior import read_posterior
    from sim.parameters.priors import sample

    drawn = sample(load_parameters(), max(numbers) + 1, DRAW_SEED, read_posterior())
    return {number: drawn[number] for number in numbers}


def world_of(*layers: Sequence[Change]) -> ParameterSet:
    """Return the fitted parameters of the files after these changes, one layer after the other."""
    from sim.parameters import load_parameters

    world = load_parameters()
    for changes in layers:
        world = world.with_changes(changes)
    return world


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)
