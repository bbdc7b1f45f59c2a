"""Demand paths: a recession and a boom as dated changes of the two parameters of demand.

The default path is flat: seasons as in the data, no cycle (:mod:`sim.mechanisms.demand`).
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from sim.errors import InputError, suggest
from sim.parameters import Change, Origin
from sim.parameters.document import read_document

_FILE = Path(__file__).with_name("demand_paths.yaml")


@cache
def demand_paths() -> dict[str, tuple[Change, ...]]:
    """Changes of the demand parameters by path name; ``flat`` is empty."""
    document = read_document(_FILE)
    paths: dict[str, tuple[Change, ...]] = {}
    for name, entry in document.content.items():
        changes = []
        for parameter, values in (entry.get("changes") or {}).items():
            origin = Origin(name, str(_FILE), document.line(name), kind="draw")
            dated = tuple((_day(day), float(value)) for day, value in values.items())
            changes.append(Change(parameter=parameter, operation="set", values=dated, origin=origin))
        paths[name] = tuple(changes)
    return paths


def _day(day: object) -> date:
    return day if isinstance(day, date) else date.fromisoformat(str(day))


def demand_path(name: str) -> tuple[Change, ...]:
    """Return a path's changes; InputError with the nearest name if there is none."""
    paths = demand_paths()
    if name not in paths:
        raise InputError(f"no demand path '{name}'; there are {', '.join(paths)}.{suggest(name, paths)}")
    return paths[name]
