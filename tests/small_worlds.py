"""Small Denmarks for tests of the model: made fast, looked at column by column."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from reforms import load
from sim import LabourMarket
from sim.mechanism import Act
from sim.mechanisms import transition
from sim.parameters import Change, Origin, ParameterSet, load_parameters
from sim.states import STATES, State, states_with
from sim.week import ACTS, WEEK, run_acts, set_law
from sim.world.clients import HAD_ONE, HANDOVER_OWED
from sim.world.moves import all_to

SCALE = 0.005
#: States of people who may hold a job, or return to one.
JOB_HOLDING = tuple(STATES[state] for state in states_with("keeps_job"))
HEADLINE = ("no-focus-targets", "fewer-target-groups", "cut-3bn", "refund-change")


def world(parameters: ParameterSet | None = None, **wanted: Any) -> LabourMarket:
    """A small world of ten weeks unless something else is wanted."""
    settings: dict[str, Any] = {"start": "2024-W01", "end": "2024-W10", "scale": SCALE} | wanted
    return LabourMarket(parameters, **settings)


def run(parameters: ParameterSet | None = None, **wanted: Any) -> LabourMarket:
    """A small world after its last week."""
    made = world(parameters, **wanted)
    made.run()
    return made


def brought_forward(name: str, day: date) -> tuple[Change, ...]:
    """The changes of a reform of the catalogue, moved so that the first takes effect on ``day``."""
    changes = load(name).changes
    earlier = min(change.start for change in changes) - day

    def moved(change: Change) -> Change:
        values = tuple((then - earlier, value) for then, value in change.values)
        return replace(change, values=values, until=change.until and change.until - earlier)

    return tuple(moved(change) for change in changes)


def reformed(names: Iterable[str], day: date) -> ParameterSet:
    """The parameters with reforms of the catalogue, each beginning on ``day``."""
    return load_parameters().with_changes(
        tuple(change for name in names for change in brought_forward(name, day))
    )


def changed(day: date, **numbers: float) -> ParameterSet:
    """The parameters with single numbers set from ``day`` on; ``__`` stands for the dot of a name."""
    return load_parameters().with_changes(
        tuple(Change(name.replace("__", "."), "set", ((day, x),)) for name, x in numbers.items())
    )


def set_where_it_acts(day: date, *numbers: tuple[str, float]) -> ParameterSet:
    """The parameters with numbers set by a reform from ``day`` on, but for those that are so anyway.

    ``__`` stands for the dot of a name, a last ``___x`` for [x].
    """
    parameters, changes = load_parameters(), []
    for name, x in numbers:
        parameter, _, part = name.partition("___")
        parameter = parameter.replace("__", ".")
        at = parameters[parameter].components.index(part) if part else 0
        if parameters.in_force(parameter, day)[at] != float(x):
            written = f"{parameter}[{part}]" if part else parameter
            changes.append(Change(written, "set", ((day, float(x)),), origin=Origin("test")))
    return parameters.with_changes(tuple(changes))


def columns(made: LabourMarket) -> dict[str, np.ndarray]:
    """Copies of every column of people, employers, caseworkers, counters and accounts."""
    citizens, w = made.citizens, made.world
    groups: dict[str, Any] = {name: getattr(citizens, name) for name in citizens._fields}
    groups["status"] = {name: citizens.status[name] for name in citizens.status.dtype.names}
    groups |= {"employers": w.employers, "caseworkers": w.caseworkers, "tally": w.tally}
    found: dict[str, np.ndarray] = {}
    for name, g in groups.items():
        fields = g if isinstance(g, dict) else {field: getattr(g, field) for field in g._fields}
        found |= {f"{name}.{field}": column.copy() for field, column in fields.items()}
    return found | {"ledger": w.ledger.copy(), "spells": w.log.rows.copy(), "spells of": w.log.person.copy()}


def different(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> list[str]:
    """Names of the columns whose bytes differ."""
    assert one.keys() == other.keys()
    return [name for name in one if one[name].tobytes() != other[name].tobytes()]


def fingerprint(made: LabourMarket) -> str:
    """A hash of every column."""
    found = columns(made)
    return hashlib.sha256(b"".join(found[name].tobytes() for name in sorted(found))).hexdigest()


def do_phases(made: LabourMarket, *names: str) -> None:
    """Run the acts of some phases of the week that has been entered, under the law of the day."""
    for phase in WEEK:
        if phase.name in ("law", *names):
            for _ in run_acts(made.world, phase.acts):
                pass


def move_by_hand(made: LabourMarket, who: int, to: State, week: int) -> None:
    """Move one person to another state in a week of our choosing, by the model's own transition."""
    if not made.world.rules:
        set_law.do(made.world, None)
    made.world.now = made.world.now._replace(week=week)
    moves = all_to(np.array([who], np.int32), to)
    transition.move(made.world, moves, made.world.rules["transition"])


def nobody_is_owed_a_handover(made: LabourMarket) -> None:
    """Before the first week: who moved the week before it has been handed over.

    People of the first week are records of the model's own, so some of them have just moved and wait for
    their next caseworker: handovers that no rule of the run has caused.
    """
    caseworker = made.world.clients.settled.contact.caseworker
    assert (caseworker == HANDOVER_OWED).any()
    caseworker[caseworker == HANDOVER_OWED] = HAD_ONE


def laid_by(made: LabourMarket) -> np.ndarray:
    """Minutes that each house of a sample has laid by for interviews by law (98,)."""
    return np.array(made.world.memory.get("caseload.laid_by", np.zeros(98)))


def act_named(name: str) -> Act:
    """The act of the week with this name."""
    (found,) = [each for each in ACTS if each.name == name]
    return found


def in_states(made: LabourMarket, *names: str) -> np.ndarray:
    """Who is in one of the states, (n,)."""
    return np.isin(made.citizens.status.state, [STATES.index(name) for name in names])
