"""The wall between the trials that calibration may see and those that test it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from calibration.experiments.library import FOR_CALIBRATION, catalogue, load, load_for_calibration
from calibration.experiments.verdicts import grade_of
from sim.errors import InputError


def test_only_the_listed_trials_are_for_calibration() -> None:
    marked = {trial.name for trial in catalogue() if trial.entry.uses == "calibration"}
    assert marked == set(FOR_CALIBRATION)
    allowed = {identity for ids in FOR_CALIBRATION.values() for identity in ids}
    first = {"M01", "M02", "M12", "M21", "C34", "P01", "B20", "P26", "C19"}
    assert {name for name in allowed if not name.startswith("E2-")} == first
    assert {grade_of(name) for name in allowed} == {"A", "B"}
    for name in FOR_CALIBRATION:
        assert {outcome.id for outcome in load(name).entry.outcomes} <= allowed


def test_calibration_never_opens_a_file_of_validation() -> None:
    """Audit of every file opened while calibration's trials are read, and a refusal of all others."""
    opened: list[str] = []
    watching = [True]

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event == "open":
            opened.append(str(arguments[0]))

    sys.addaudithook(hook)
    for name in FOR_CALIBRATION:
        load_for_calibration(name)
    with pytest.raises(InputError, match="it is validation"):
        load_for_calibration("hurtigt-i-gang-1-spillover")
    watching.clear()
    trials = {Path(path).stem for path in opened if "/calibration/trials/" in path}
    assert trials == set(FOR_CALIBRATION)
    assert not [path for path in opened if "/calibration/validation/" in path]
