"""One run of a trial: warm-up, enrolment, treatment, follow-up; and its twin in which nobody is treated."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.experiments.library import Trial, load
from calibration.experiments.participants import Participants, eligible, on_benefits, places_of
from sim import LabourMarket, data
from sim.calendar import Week
from sim.engine.draws import make_key
from sim.parameters import Change, ParameterSet
from sim.runs.execute import Files, Has, OneTask
from sim.runs.plan import parameters_digest, parameters_of
from sim.runs.store import Store, address, digest_of_files, simulated

FIRST_WEEK = "2024-W01"
#: What this package does to a run is part of the result too.
_CODE = digest_of_files(Path(__file__).with_name(name) for name in ("participants.py", "trial_runs.py"))
_COLUMNS = (
    "week",
    "origin",
    "place",
    "treated",
    "after",
    "state",
    "met",
    "sanctioned",
    "chance",
    "activated",
)
_OF_THE_TWIN = ("state", "met", "sanctioned", "chance", "activated")
_FILE = "participants.npz"
#: Designs whose treatment is of whole municipalities or of the country, not of persons.
_OF_PLACES = ("municipality", "law")


@dataclass(frozen=True)
class TrialTask:
    """One run of one trial in one draw: everything that decides its result."""

    spec: str
    draw_changes: tuple[Change, ...]
    draw: int
    replicate: int
    seed: int
    scale: float
    paired: bool

    @cached_property
    def trial(self) -> Trial:
        """The trial, read from its file."""
        return load(self.spec)

    @property
    def weeks(self) -> int:
        """Weeks to simulate, the twin's included."""
        return self.trial.weeks * (2 if self.paired else 1)

    @cached_property
    def identity(self) -> dict[str, Any]:
        """Everything that decides the result, in plain types."""
        return simulated(
            trials=_CODE, parameters=parameters_digest(self.draw_changes), trial=self.trial.document.content,
            draw=self.draw, replicate=self.replicate, seed=self.seed, scale=self.scale, paired=self.paired,
        )  # fmt: skip

    @cached_property
    def key(self) -> str:
        """Address of the result."""
        return address(self.identity)


def jobs_of_trials(tasks: Sequence[TrialTask], workers: int) -> list[OneTask]:
    """Return a job a run."""
    return [OneTask(task, task.weeks) for task in tasks]


def simulate_trial(
    job: OneTask, has: Has, progress: Callable[[int], None]
) -> Iterator[tuple[TrialTask, Files]]:
    """Simulate one run of a trial and yield what its participants did."""
    task: TrialTask = job.task
    treated, twin = run_of_trial(task, progress)
    arrays = {name: getattr(treated, name) for name in _COLUMNS}
    if twin is not None:
        arrays |= {f"twin_{name}": getattr(twin, name) for name in _OF_THE_TWIN}
    made = io.BytesIO()
    np.savez_compressed(made, allow_pickle=False, **arrays)
    yield task, {_FILE: made.getvalue()}


def columns_of(store: Store, task: TrialTask) -> dict[str, NDArray[Any]]:
    """Return what the participants of a finished run did: columns by name."""
    with np.load(io.BytesIO(store.read(task)[_FILE]), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def run_of_trial(
    task: TrialTask, progress: Callable[[int], None] = lambda _: None
) -> tuple[Participants, Participants | None]:
    """Simulate the run of a task; the twin is None unless the task is paired."""
    trial = task.trial
    setting = parameters_of(task.draw_changes).with_changes(trial.setting)
    treated = _world(task, setting, trial)
    participants = _with_trial(treated, trial, progress)
    if not task.paired:
        return participants, None
    twin = _untreated(task, setting, trial)
    again = participants.untreated_copy()
    for week in range(trial.weeks):
        twin.step()
        again.see(twin)
        progress(trial.weeks + week + 1)
    return participants, again


def _arguments(task: TrialTask, trial: Trial) -> dict[str, Any]:
    end = (Week.parse(FIRST_WEEK) + (trial.weeks - 1)).label
    return {
        "start": FIRST_WEEK, "end": end, "scale": task.scale, "seed": task.seed,
        "replicate": task.replicate, "demand": trial.entry.demand,
    }  # fmt: skip


def _untreated(task: TrialTask, setting: ParameterSet, trial: Trial) -> LabourMarket:
    """The run without treatment."""
    return LabourMarket(setting, **_arguments(task, trial))


def _world(task: TrialTask, setting: ParameterSet, trial: Trial) -> LabourMarket:
    """The run with treatment: by arms of persons, or by changes of whole municipalities."""
    design, population = trial.entry.design, trial.entry.population
    assert design is not None
    assert population is not None
    codes, key = data.municipality_codes(), make_key(task.seed, task.replicate)
    here = frozenset(int(code) for code in codes[places_of(population, design, codes, key).here])
    started = Week.parse(FIRST_WEEK)
    changes = [_given(change, here, started, None) for change in trial.here]
    if design.kind not in _OF_PLACES:
        return LabourMarket(setting.with_changes(changes), **_arguments(task, trial), arms=trial.arms)
    for step, arm in zip(trial.entry.treatment, trial.arms, strict=True):
        first = started + (population.window[0] + step.from_week)
        until = None if step.to_week is None else started + (population.window[0] + step.to_week)
        changes += [_given(change, None if design.kind == "law" else here, first, until) for change in arm]
    return LabourMarket(setting.with_changes(changes), **_arguments(task, trial))


def _given(change: Change, here: frozenset[int] | None, first: Week, until: Week | None) -> Change:
    """The change in the municipalities of a trial (None: everywhere), from one week to another."""
    values = ((first.monday, change.values[0][1]),)
    end = None if until is None else until.monday
    return replace(change, values=values, municipalities=here, until=end)


def _with_trial(market: LabourMarket, trial: Trial, progress: Callable[[int], None]) -> Participants:
    entry = trial.entry
    population, design = entry.population, entry.design
    assert population is not None
    assert design is not None
    places = places_of(population, design, market.world.codes, market.world.now.key)
    participants = Participants(entry.follow_up)
    enrolled = np.zeros(market.world.people.person.key.size, np.bool_)
    for week in range(trial.weeks):
        after = population.window[0] <= week <= population.window[1]
        before = design.before is not None and design.before[0] <= week <= design.before[1]
        if after or before:
            new = eligible(market, population)
            new = new[~enrolled[new]]
            if not _needs_elsewhere(trial):
                new = new[places.here[market.world.people.person.municipality[new]]]
            enrolled[new] = True
            participants.enrol(market, new, places, after)
        if design.kind not in _OF_PLACES and week >= population.window[0]:
            _treat(market, trial, participants)
        market.step()
        participants.see(market)
        progress(week + 1)
    return participants


def _needs_elsewhere(trial: Trial) -> bool:
    design = trial.entry.design
    assert design is not None
    return design.kind != "individual" or any("elsewhere" in o.contrast for o in trial.entry.outcomes)


def _treat(market: LabourMarket, trial: Trial, participants: Participants) -> None:
    """Put each treated participant in the arm of the step that their week since enrolment is in."""
    rows = np.flatnonzero(participants.treated)
    who, since = participants.who[rows], market.week - participants.week[rows]
    wanted = np.zeros(rows.size, np.int64)
    for arm, step in enumerate(trial.entry.treatment, start=1):
        inside = (since >= step.from_week) & (since < (step.to_week if step.to_week is not None else 1 << 30))
        wanted[inside] = arm
    person = market.world.people.person
    wanted[person.key[who] != participants.key[rows]] = 0
    if trial.entry.while_on_benefits:
        wanted[~on_benefits(market, who)] = 0
    now = person.rule_row[who].astype(np.int64) // len(market.world.codes)
    for arm in np.unique(wanted[wanted != now]):
        market.assign(who[(wanted == arm) & (now != arm)], int(arm))
