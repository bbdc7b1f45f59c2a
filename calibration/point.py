"""Writes the fitted values (``sim/parameters/fitted.yaml``) and makes changes of trial values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.parameters import Change, Origin
from sim.parameters.document import read_document, write_document
from sim.parameters.fitted import COMMAND, FILE, fitted_change

#: Who asks for the values of a point that is only tried: they replace the fitted ones.
TRIED = Origin("a point of the calibration", kind="draw")


def point_changes(values: Mapping[str, float], origin: Origin | None = None) -> tuple[Change, ...]:
    """Return the changes that set parameters to given values; by default as fitted values do."""
    return tuple(fitted_change(name, value, origin=origin) for name, value in values.items())


def read_point(path: Path = FILE) -> dict[str, tuple[float, str]]:
    """Return the fitted values with what each answers for, by parameter; empty where nothing is fitted."""
    if not path.is_file():
        return {}
    values = read_document(path).content["values"]
    return {str(name): (float(entry["value"]), str(entry["target"])) for name, entry in values.items()}


def write_point(
    values: Mapping[str, float], targets: Mapping[str, str], made_by: Mapping[str, Any], path: Path = FILE
) -> None:
    """Write fitted values with what made them (command, seeds, digests, deviations; no date of today).

    Parameters
    ----------
    values, targets
        By parameter: the fitted value, and the id of the calibration target that it answers for.

    Raises
    ------
    InputError
        There is nothing to write.
    """
    if not values:
        raise InputError("no fitted values: calibration/targets/levels.yaml names no parameter")
    head = f"# Written by '{COMMAND}'; not edited by hand. How: see calibration/levels.py\n"
    entries = {name: {"value": round(value, 9), "target": targets[name]} for name, value in values.items()}
    content = {"made_by": dict(made_by), "values": entries}
    path.write_text(head + write_document(content), encoding="utf-8")
