"""What an act changes, found by comparing the bytes of everything there is before and after it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from sim import LabourMarket
from sim.mechanism import Act
from sim.mechanisms import transition
from sim.week import ACTS, run_acts, set_law
from sim.world.moves import Moves
from sim.world.municipalities import Municipality
from sim.world.world import ThisWeek, World

#: Name of the moves among the acts: they are carried out by one function, whichever act decided them.
MOVE = "move"
#: Rows of the clients' table that a week cannot fill.
ROOM = 2_000
#: What :func:`everything` looks at under names of its own; the rest of the world by the name it has there.
TABLES = ("people", "clients", "caseworkers", "employers", "flows", "payroll", "tally", "log", "this_week")
#: The parameters in force and the rules made from them: whether they were made anew is looked at; that no act
#: writes into them, once a week.
RULES = ("law", "rules", "terms", "recorder")


def everything(world: World) -> dict[str, Any]:
    """All there is, by the names that acts use: 'person.key', 'clients.contact.met', 'tally.flows', 'ledger'.

    Tables of records are given whole; :func:`changed` names their columns.
    """
    found: dict[str, Any] = {name: getattr(world.people, name) for name in ("person", "status", "on_file")}
    found |= {f"calendar.{name}": column for name, column in world.people.calendar._asdict().items()}
    found |= {f"clients.{name}": column for name, column in world.clients.with_room_for(0)._asdict().items()}
    found["clients.used"] = world.clients.used
    for table in ("caseworkers", "employers", "flows", "payroll", "tally"):
        found |= {f"{table}.{name}": column for name, column in getattr(world, table)._asdict().items()}
    found["log"] = (
        world.log.rows[: world.log.used[0]],
        world.log.person[: world.log.used[0]],
        world.log.used,
    )
    found |= {f"this_week.{each.name}": getattr(world.this_week, each.name) for each in fields(ThisWeek)}
    found["municipalities"] = repr([decided(each) for each in world.municipalities])
    found |= {f"memory.{name}": kept for name, kept in world.memory.items()}
    found["law"] = id(world.law)
    found["rules"] = [id(each) for each in world.rules.values()]
    found["terms"] = str(world.terms.next_change)
    found["recorder"] = (len(world.recorder.rows), len(world.recorder.ledger_rows), world.recorder.weeks)
    others = {each.name for each in fields(World)} - {*TABLES, *RULES, "memory", "municipalities"}
    return found | {name: getattr(world, name) for name in sorted(others)}


def decided(each: Municipality) -> tuple[Any, ...]:
    """What a municipality has decided: all of its attributes but those that Mesa gives it."""
    mine = vars(each).items()
    given = ("model", "unique_id", "pos", "name")
    return tuple(
        value.tobytes() if isinstance(value, np.ndarray) else value
        for name, value in mine
        if name not in given
    )


def kept(value: Any, room: Any = None) -> Any:
    """A copy that later changes of ``value`` leave as it is; in the ``room`` of an earlier one if it fits."""
    if isinstance(value, np.ndarray):
        if isinstance(room, np.ndarray) and (room.shape, room.dtype) == (value.shape, value.dtype):
            memory(room)[:] = memory(value)  # as bytes: records are copied column by column
            return room
        return value.copy()
    if isinstance(value, (list, tuple)):
        return [kept(each) for each in value]
    assert value is None or isinstance(value, (int, float, str, np.generic)), type(value)
    return value


def same(before: Any, value: Any) -> bool:
    """Whether a value has the bytes that were kept, part by part."""
    if isinstance(value, np.ndarray):
        alike = isinstance(before, np.ndarray) and (before.shape, before.dtype) == (value.shape, value.dtype)
        return bool(alike and (memory(before) == memory(value)).all())
    if isinstance(value, (list, tuple)):
        alike = isinstance(before, list) and len(before) == len(value)
        return alike and all(map(same, before, value))
    return bool(before == value)


def memory(array: np.ndarray) -> np.ndarray:
    """The bytes of an array as whole numbers, eight at a time where they are so many."""
    whole = np.ascontiguousarray(array).view(np.ndarray).reshape(-1).view(np.uint8)
    return whole.view(np.uint64) if whole.size % 8 == 0 else whole


def changed(before: Any, value: Any, name: str, known: Container[str] = ()) -> Iterator[str]:
    """The names of what differs from what was kept: of a table of records, its columns.

    Columns that are ``known`` to be written are not compared again.
    """
    if not isinstance(value, np.recarray):
        yield name
        return
    assert before.size == value.size, f"{name} has other rows"
    for column in value._fields:
        if f"{name}.{column}" not in known and not same(before[column], value[column]):
            yield f"{name}.{column}"


class Watch:
    """Runs weeks act by act and keeps what each has changed, and what moves have.

    Attributes
    ----------
    written
        Names by act, and of moves under :data:`MOVE`.
    """

    def __init__(self) -> None:
        self.written: dict[str, set[str]] = {name: set() for name in (*(act.name for act in ACTS), MOVE)}
        self._before: dict[str, Any] = {}

    def look(self, world: World, name: str | None = None) -> None:
        """Keep what has changed since the last look as written by ``name``; None: it is nobody's."""
        written = self.written[name] if name else set()
        for thing, value in everything(world).items():
            if thing not in self._before:
                written |= {thing} if name else set()
            elif same(self._before[thing], value):
                continue
            elif name:
                written |= set(changed(self._before[thing], value, thing, written))
            self._before[thing] = kept(value, self._before.get(thing))

    def run(self, made: LabourMarket, weeks: int, acts: Iterable[Act] = ACTS) -> None:
        """Run weeks of a market under watch."""
        self._before.clear()
        watched = tuple(act._replace(do=self._noting(act)) for act in acts)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(transition, "move", self._noting_moves(transition.move))
            for _ in range(weeks):
                made.world.clients.with_room_for(ROOM)
                made.enter_week()
                self.look(made.world)
                rules: dict[str, bytes] = {}
                for act in run_acts(made.world, watched):
                    rules = rules if act.name != set_law.name else kept_rules(made.world)
                assert kept_rules(made.world) == rules, "an act has changed rules that are made for it"
                made.close_week()

    def _noting(self, act: Act) -> Any:
        def do(world: World, rules: Any) -> Moves | None:
            moves = act.do(world, rules)
            self.look(world, act.name)
            return moves

        return do

    def _noting_moves(self, move: Any) -> Any:
        def noted(world: World, moves: Moves, rules: Any) -> None:
            move(world, moves, rules)
            self.look(world, MOVE)

        return noted


def kept_rules(world: World) -> dict[str, bytes]:
    """The bytes of all arrays in the rules, by mechanism."""
    return {name: b"".join(_arrays(rules)) for name, rules in world.rules.items()}


def _arrays(rules: Any) -> Iterator[bytes]:
    if isinstance(rules, np.ndarray):
        yield rules.tobytes()
    elif isinstance(rules, tuple):
        for each in rules:
            yield from _arrays(each)


def undeclared(written: set[str], writes: frozenset[str]) -> list[str]:
    """What was written and is not declared; a table's bare name declares all of it."""
    return sorted(name for name in written if name not in writes and name.partition(".")[0] not in writes)


def superfluous(written: set[str], writes: frozenset[str]) -> list[str]:
    """What is declared and was not written."""
    tables = {name.partition(".")[0] for name in written}
    return sorted(name for name in writes if name not in written and name not in tables)
