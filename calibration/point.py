"""The fitted point: the level constants that bring the unreformed world near Denmark."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import yaml

from sim.errors import InputError
from sim.parameters import Change, Origin
from sim.parameters.document import read_document

POINT = Path(__file__).resolve().parent / "point.yaml"
#: Before any date in the law: a fitted value holds the whole time.
ALWAYS = date.min
_NAME = "the fitted point"
#: Fitted values make the world that reforms and settings then meet, so they apply before them.
_LAYER = "draw"


def load_point(path: Path = POINT) -> tuple[Change, ...]:
    """Return the changes that set the fitted values; empty where nothing has been fitted.

    Raises
    ------
    InputError
        The file has no mapping ``values`` from parameter to number.
    """
    if not path.is_file():
        return ()
    document = read_document(path)
    values = document.content.get("values") if isinstance(document.content, dict) else None
    if not isinstance(values, dict):
        raise document.error("expected a mapping 'values' from parameter to number")
    changes = []
    for name, value in values.items():
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise document.error(f"found {value!r} for '{name}', expected a number", "values", name)
        origin = Origin(_NAME, document.file, document.line("values", name), kind=_LAYER)
        changes.append(_set(str(name), float(value), origin))
    return tuple(changes)


def point_changes(values: dict[str, float]) -> tuple[Change, ...]:
    """Return the changes that set level constants to given values."""
    return tuple(_set(name, value, Origin(_NAME, kind=_LAYER)) for name, value in values.items())


def _set(name: str, value: float, origin: Origin) -> Change:
    return Change(
        parameter=name, operation="set", values=((ALWAYS, value),), municipalities=None, until=None,
        origin=origin,
    )  # fmt: skip


def write_point(values: dict[str, float], made_by: dict[str, Any], path: Path = POINT) -> None:
    """Write fitted values with what made them (command, seeds, digests, deviations; no date of today).

    Raises
    ------
    InputError
        There is nothing to write.
    """
    if not values:
        raise InputError("no fitted values: calibration/targets/levels.yaml names no parameter")
    head = "# Written by 'python -m calibration.levels'; not edited by hand. How: see calibration/levels.py\n"
    content = {"made_by": made_by, "values": {name: round(value, 9) for name, value in values.items()}}
    path.write_text(head + yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
