"""One world of a trial: warm-up, enrolment, treatment, follow-up; and its twin in which nobody is treated."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Callable
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
from sim.runs.plan import world_of
from sim.runs.version import code_digest, data_digest

FIRST_WEEK = "2024-W01"
#: What this package does to a world is part of the result too.
_ENGINE = tuple(
    hashlib.sha256(Path(__file__).with_name(name).read_bytes()).hexdigest()
    for name in ("worlds.py", "participants.py")
)
_COLUMNS = ("week", "origin", "place", "treated", "after", "state", "met", "sanctioned", "chance")


@dataclass(frozen=True)
class TrialTask:
    """One world of one trial in one draw: everything that decides its result."""

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
        """Weeks to live through, the twin's included."""
        return self.trial.weeks * (2 if self.paired else 1)

    @cached_property
    def key(self) -> str:
        """Address of the result: 32 hexadecimal digits of everything that decides it."""
        identity = {
            "code": [code_digest(), *_ENGINE],
            "data": data_digest(),
            "parameters": world_of(self.draw_changes).digest(),
            "trial": self.trial.document.content,
            "draw": self.draw,
            "replicate": self.replicate,
            "seed": self.seed,
            "scale": self.scale,
            "paired": self.paired,
        }
        text = json.dumps(identity, sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def perform(folder: Path | None, task: TrialTask, progress: Callable[[int], None]) -> tuple[str, bytes]:
    """Live through one world of a trial and keep what its participants did.

    Returns the name of the world's file, and its content where ``folder`` is None (a worker elsewhere).
    """
    treated, twin = live(task, progress)
    arrays = {name: getattr(treated, name) for name in _COLUMNS}
    if twin is not None:
        arrays |= {f"twin_{name}": getattr(twin, name) for name in ("state", "met", "sanctioned", "chance")}
    made = io.BytesIO()
    np.savez_compressed(made, allow_pickle=False, **arrays)
    content = made.getvalue()
    if folder is None:
        return task.key, content
    keep_world(folder, task.key, content)
    return task.key, b""


def keep_world(folder: Path, key: str, content: bytes) -> None:
    """Write a world's file in one move."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{key}.{os.getpid()}.part"
    partial.write_bytes(content)
    partial.replace(folder / f"{key}.npz")


def live(
    task: TrialTask, progress: Callable[[int], None] = lambda _: None
) -> tuple[Participants, Participants | None]:
    """Live through the world of a task; the twin is None unless the task is paired."""
    trial = task.trial
    setting = world_of(task.draw_changes).with_changes(trial.setting)
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
    """The world without treatment."""
    return LabourMarket(setting, **_arguments(task, trial))


def _world(task: TrialTask, setting: ParameterSet, trial: Trial) -> LabourMarket:
    """The world with treatment: by arms of persons, or by changes of whole municipalities."""
    design, population = trial.entry.design, trial.entry.population
    assert design is not None
    assert population is not None
    codes, key = data.municipality_codes(), make_key(task.seed, task.replicate)
    here = frozenset(int(code) for code in codes[places_of(population, design, codes, key).here])
    started = Week.parse(FIRST_WEEK)
    changes = [_given(change, here, started, None) for change in trial.here]
    if design.kind != "municipality":
        return LabourMarket(setting.with_changes(changes), **_arguments(task, trial), arms=trial.arms)
    for step, arm in zip(trial.entry.treatment, trial.arms, strict=True):
        first = started + (population.window[0] + step.from_week)
        until = None if step.to_week is None else started + (population.window[0] + step.to_week)
        changes += [_given(change, here, first, until) for change in arm]
    return LabourMarket(setting.with_changes(changes), **_arguments(task, trial))


def _given(change: Change, here: frozenset[int], first: Week, until: Week | None) -> Change:
    """The change in the municipalities of a trial, from one week to another."""
    values = ((first.monday, change.values[0][1]),)
    end = None if until is None else until.monday
    return replace(change, values=values, municipalities=here, until=end)


def _with_trial(world: LabourMarket, trial: Trial, progress: Callable[[int], None]) -> Participants:
    entry = trial.entry
    population, design = entry.population, entry.design
    assert population is not None
    assert design is not None
    places = places_of(population, design, world.codes, world.key)
    participants = Participants(entry.follow_up)
    enrolled = np.zeros(world.citizens.person.key.size, np.bool_)
    for week in range(trial.weeks):
        after = population.window[0] <= week <= population.window[1]
        before = design.before is not None and design.before[0] <= week <= design.before[1]
        if after or before:
            new = eligible(world, population)
            new = new[~enrolled[new]]
            if not _needs_elsewhere(trial):
                new = new[places.here[world.citizens.person.municipality[new]]]
            enrolled[new] = True
            participants.enrol(world, new, places, after)
        if design.kind != "municipality" and week >= population.window[0]:
            _treat(world, trial, participants)
        world.step()
        participants.see(world)
        progress(week + 1)
    return participants


def _needs_elsewhere(trial: Trial) -> bool:
    design = trial.entry.design
    assert design is not None
    return design.kind != "individual" or any("elsewhere" in o.contrast for o in trial.entry.outcomes)


def _treat(world: LabourMarket, trial: Trial, participants: Participants) -> None:
    """Put each treated participant in the arm of the step that their week since enrolment is in."""
    rows = np.flatnonzero(participants.treated)
    who, since = participants.who[rows], world.week - participants.week[rows]
    wanted = np.zeros(rows.size, np.int64)
    for arm, step in enumerate(trial.entry.treatment, start=1):
        inside = (since >= step.from_week) & (since < (step.to_week if step.to_week is not None else 1 << 30))
        wanted[inside] = arm
    person = world.citizens.person
    wanted[person.key[who] != participants.key[rows]] = 0
    if trial.entry.while_on_benefits:
        wanted[~on_benefits(world, who)] = 0
    now = person.law_row[who].astype(np.int64) // len(world.codes)
    for arm in np.unique(wanted[wanted != now]):
        world.assign(who[(wanted == arm) & (now != arm)], int(arm))


def read_world(path: Path) -> dict[str, NDArray[Any]]:
    """Return what :func:`perform` wrote: columns of the participants by name."""
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
