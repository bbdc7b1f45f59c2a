"""What is to be run: scenarios times draws times replicates, checked before anything starts.

A :class:`Plan` is the whole request; :meth:`Plan.tasks` takes it apart into :class:`Task` objects, one run
each.  A task carries everything that decides its result and nothing else, so that the store
(:mod:`sim.runs.store`) never simulates the same run twice and never takes another one for it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Unpack

from sim.calendar import Week
from sim.errors import InputError, named
from sim.parameters.baselines import DEFAULT, TITLES, still_to_come
from sim.rules.demand_paths import demand_digest, demand_path, is_file
from sim.runs.options import MOST_TOGETHER, RUN, RunFields, RunOptions
from sim.runs.store import FORMAT, address, simulated
from sim.runs.version import code_digest, data_digest, version

if TYPE_CHECKING:
    from sim.parameters import Change, ParameterSet
    from sim.start.levels import Levels

BASELINE = "baseline"
#: The draw that holds the central value of every parameter; draws from the priors are numbered from 1.
CENTRAL = 0
#: All runs draw the same values, whatever their own seed, so that results of two runs can be held together.
DRAW_SEED = 2024
#: What is kept of a run: the tables of outcomes and money, or those of spells and persons as well.
TABLES, WITH_PERSONS = "tables", "tables with persons"


@dataclass(frozen=True)
class Scenario:
    """A scenario's name and how its parameters differ from the law before the reform.

    ``definition`` is what the manifest says about it (title, source, changes ...); ``argument`` is what the
    user wrote to get it (a catalogue name, ``a+b`` or a file).
    """

    name: str
    changes: tuple[Change, ...] = ()
    argument: str = ""
    definition: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """One run: a scenario in one draw and one replicate.

    ``shared_digest`` and ``parameters_digest`` are the digests of its parameters without and with the
    scenario; ``kept`` is what is kept of it.
    """

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
    shared_digest: str
    parameters_digest: str
    kept: str = TABLES
    levels: Levels | None = None  # of a user's figures
    baseline: str = RUN.baseline

    def parameters(self) -> ParameterSet:
        """Return the parameters of this run."""
        return parameters_of(self.draw_changes, self.settings, self.changes, baseline=self.baseline)

    def shared_parameters(self) -> ParameterSet:
        """Return the parameters of this run without its scenario."""
        return parameters_of(self.draw_changes, self.settings, baseline=self.baseline)

    def digest(self) -> str:
        """Return the digest of the parameters as the files of this process have them."""
        return parameters_digest(self.draw_changes, self.settings, self.changes, baseline=self.baseline)

    @property
    def weeks(self) -> int:
        """Number of weeks to run, both ends included."""
        return Week.parse(self.start).until(Week.parse(self.end)) + 1

    @property
    def with_persons(self) -> bool:
        """Whether the tables of spells and persons are kept."""
        return self.kept == WITH_PERSONS

    @cached_property
    def identity(self) -> dict[str, Any]:
        """Everything that decides the result, in plain types."""
        return simulated(
            parameters=self.parameters_digest, scenario=self.scenario, draw=self.draw,
            replicate=self.replicate, seed=self.seed, scale=self.scale, start=self.start, end=self.end,
            demand=demand_digest(self.demand), switched_off=sorted(self.switched_off), kept=self.kept,
            levels=self.levels.digest if self.levels else "",
        )  # fmt: skip

    @cached_property
    def key(self) -> str:
        """Address of the result."""
        return address(self.identity)


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
    data: str = RUN.data
    levels: Levels | None = None
    baseline: str = RUN.baseline
    beliefs: str = RUN.beliefs

    @property
    def draw_numbers(self) -> tuple[int, ...]:
        """Draws to run: the central values alone, or 1..N from the priors."""
        return (CENTRAL,) if self.draws == 1 else tuple(range(1, self.draws + 1))

    @property
    def weeks(self) -> int:
        """Number of weeks of each run."""
        return Week.parse(self.start).until(Week.parse(self.end)) + 1

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """All runs of the plan by scenario, draw and replicate (the order of the merged tables)."""
        draws = draw_changes(self.draw_numbers)
        shared = {draw: self._digest(drawn) for draw, drawn in draws.items()}
        sizes = {(s.name, draw): self.sizes(s, draw) for s in self.scenarios for draw in draws}
        return tuple(
            Task(
                scenario.name, sizes[scenario.name, draw], self.settings, drawn, draw, replicate, self.seed,
                self.scale, self.start, self.end, self.demand, self.switched_off, shared[draw], digest,
                WITH_PERSONS if draw == self.draw_numbers[0] and replicate == 0 else TABLES,
                self.levels if self.data else None, self.baseline,
            )
            for scenario in self.scenarios
            for draw, drawn in draws.items()
            for digest in (self._digest(drawn, sizes[scenario.name, draw]),)
            for replicate in range(self.replicates)
        )  # fmt: skip

    def base(self, drawn: tuple[Change, ...] = ()) -> ParameterSet:
        """Return the parameters that all scenarios share: fitted values, draw, baseline, ``settings``."""
        return parameters_of(drawn, self.settings, baseline=self.baseline)

    def _digest(self, drawn: Sequence[Change] = (), changes: Sequence[Change] = ()) -> str:
        return parameters_digest(drawn, self.settings, changes, baseline=self.baseline)

    def sizes(self, scenario: Scenario, draw: int) -> tuple[Change, ...]:
        """Return a scenario's changes with the sizes of a draw (:func:`sim.parameters.priors.sized`)."""
        if draw == CENTRAL or all(change.range is None for change in scenario.changes):
            return scenario.changes
        from sim.parameters import load_parameters
        from sim.parameters.priors import sized

        return sized(scenario.changes, draw, DRAW_SEED, load_parameters())

    @cached_property
    def definition(self) -> dict[str, Any]:
        """What the manifest says of the request; two plans with equal definitions give equal bytes."""
        from sim.start.levels import said_of_levels

        return {
            "kind": self.kind,
            "command": self.command,
            "baseline": self.baseline,
            "scenarios": [{"name": s.name, "argument": s.argument, **self._told(s)} for s in self.scenarios],
            "from": self.start,
            "to": self.end,
            "weeks": self.weeks,
            "scale": self.scale,
            "seed": self.seed,
            "replicates": self.replicates,
            "draws": self.draws,
            "draw_numbers": list(self.draw_numbers),
            "demand": self.demand,
            **({"demand_sha256": demand_digest(self.demand)} if is_file(self.demand) else {}),
            "data": self.data,
            "begins_with": said_of_levels(self.start, self.levels),
            **self._believed(),
            "set": list(self.settings_text),
            "switched_off": list(self.switched_off),
            "version": version(),
            "hashes": {
                "code": code_digest(),
                "data": data_digest(),
                "parameters": parameters_of(baseline=self.baseline).digest(),
                "scenarios": {s.name: self._digest((), s.changes) for s in self.scenarios},
            },
            "format": FORMAT,
        }

    def _believed(self) -> dict[str, str]:
        """What the manifest says of the belief; nothing where there is none."""
        if not self.beliefs:
            return {}
        from sim.parameters.beliefs import load_belief

        return {"beliefs": self.beliefs, "beliefs_sha256": load_belief(self.beliefs).digest()}

    def _told(self, scenario: Scenario) -> Mapping[str, Any]:
        """What the manifest says of a scenario: the baseline's title is that of the law that it is."""
        if scenario.name != BASELINE or "title" not in scenario.definition:
            return scenario.definition
        return {**scenario.definition, "title": dict(TITLES[self.baseline])}

    @property
    def command(self) -> str:
        """The command that gives these results again (workers and folder do not matter and are left open)."""
        parts = ["jobvej", self.kind]
        for scenario in self.scenarios:
            if scenario.name != BASELINE:
                parts += ["--reform", scenario.argument or scenario.name]
        asked = RUN.but(
            start=self.start, end=self.end, scale=self.scale, seed=self.seed, replicates=self.replicates,
            draws=self.draws, demand=self.demand, data=self.data, baseline=self.baseline,
            beliefs=self.beliefs, settings=self.settings_text, switched_off=self.switched_off,
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
    from sim.start.levels import levels_of

    asked = options.but(**changed)
    plan = Plan(
        kind, to_come(scenarios, asked.baseline), asked.start, asked.end, asked.scale, asked.seed,
        asked.replicates, asked.draws, asked.demand, settings_of(asked), asked.settings,
        asked.switched_off, asked.data, levels_of(asked.data, asked.start), asked.baseline, asked.beliefs,
    )  # fmt: skip
    demand_path(asked.demand)  # a file that is at fault is refused here
    _check_scenarios(plan)
    return plan


def settings_of(asked: RunOptions) -> tuple[Change, ...]:
    """Return what holds in all scenarios the whole time: a belief's numbers, and those set by hand."""
    from sim.runs.settings import parse_settings

    if not asked.beliefs:
        return parse_settings(asked.settings)
    from sim.parameters.beliefs import believed

    return (*believed(asked.beliefs), *parse_settings(asked.settings))


def to_come(scenarios: Sequence[Scenario], baseline: str) -> tuple[Scenario, ...]:
    """Return scenarios without what their baseline already holds; refuse one of which nothing is left."""
    if baseline == DEFAULT:
        return tuple(scenarios)
    from sim.parameters import load_parameters

    base = load_parameters(baseline=baseline)
    found = []
    for scenario in scenarios:
        left = still_to_come(scenario.changes, base)
        if scenario.changes and not left:
            raise InputError(
                f"'{scenario.name}' is already law under the baseline {baseline}: all that it changes was "
                f"decided before. Hold it against {DEFAULT} ({named('baseline')}) to see what it does"
            )
        held = [each.parameter for each in scenario.changes if each not in left]
        told = {**scenario.definition, "held_by_baseline": sorted(set(held))} if held else scenario.definition
        found.append(replace(scenario, changes=left, definition=told))
    return tuple(found)


def _check_scenarios(plan: Plan) -> None:
    """Refuse repeated names, changes that cannot be made and reforms that never take effect."""
    if not plan.scenarios:
        raise InputError("nothing to run: no scenario was given")
    refuse_too_many(len(plan.scenarios), plan.draws, plan.replicates)
    names = [scenario.name for scenario in plan.scenarios]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"'{name}' is asked for {names.count(name)} times; each scenario can run once")
    base = plan.base()
    first, last = Week.parse(plan.start).monday, Week.parse(plan.end).monday
    for scenario in plan.scenarios:
        idle = never_met(
            scenario.name, base.with_changes(scenario.changes), base, scenario.changes, first, last
        )
        if idle is not None:
            raise idle


def refuse_too_many(scenarios: int, draws: int, replicates: int) -> None:
    """Refuse more runs than can be meant, before any of them is planned, with what would fit."""
    runs = scenarios * draws * replicates
    if runs <= MOST_TOGETHER:
        return
    fits = [
        named(name, MOST_TOGETHER * number // runs)
        for name, number in (("draws", draws), ("replicates", replicates))
        if 1 <= MOST_TOGETHER * number // runs < number
    ]
    advice = f"; what fits: {' or '.join(fits)}" if fits else ""
    raise InputError(
        f"{scenarios:,} scenarios, {draws:,} draws and {replicates:,} replicates are {runs:,} runs; "
        f"expected at most {MOST_TOGETHER:,}{advice}"
    )


def never_met(
    name: str,
    changed: ParameterSet,
    base: ParameterSet,
    changes: Sequence[Change],
    first: date,
    last: date,
) -> InputError | None:
    """Return a refusal if changes make no difference in any week from one Monday to another."""
    from sim.parameters.dated import differ_between

    touched = {change.name for change in changes}
    if not touched or any(
        differ_between(base.paths(each), changed.paths(each), first, last) for each in touched
    ):
        return None
    begins = min(change.start for change in changes)
    return InputError(
        f"'{name}' changes nothing between {Week.of(first).label} and {Week.of(last).label}, in no week: its "
        f"first change is on {begins}. Let the run begin earlier or end later ({named('end')})."
    )


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


def parameters_of(*layers: Sequence[Change], baseline: str = DEFAULT) -> ParameterSet:
    """Return the fitted parameters under a baseline after these changes, one layer after the other."""
    from sim.parameters import load_parameters

    parameters = load_parameters(baseline=baseline)
    for changes in layers:
        parameters = parameters.with_changes(changes)
    return parameters


def parameters_digest(*layers: Sequence[Change], baseline: str = DEFAULT) -> str:
    """Return the SHA-256 of the fitted parameters under a baseline and of these changes.

    The order of changes makes no difference.  It is worked out for every run of a plan, so the parameters
    themselves are not made here.
    """
    from sim.parameters import load_parameters

    contents = sorted(change.content() for changes in layers for change in changes)
    text = json.dumps([load_parameters(baseline=baseline).digest(), contents], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)
