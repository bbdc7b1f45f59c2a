"""The trials that come with the product, and the rule that calibration sees only its own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from calibration.experiments.schema import TrialEntry, changes_of, read_trial
from reforms.schema import NAME
from sim.errors import InputError, shortened, suggest
from sim.parameters import Change, ParameterSet, load_parameters
from sim.parameters.document import Document, raise_all, read_document

FOLDER = Path(__file__).resolve().parent.parent / "trials"
#: Files that calibration may open: the experiments that the data's own lists name as targets, and of the
#: second list of evidence those drawn by lot and quasi-experiments with a size (``trial_quality_2.csv``). All
#: others are validation; :func:`load_for_calibration` opens nothing else.
FOR_CALIBRATION: dict[str, tuple[str, ...]] = {
    "hurtigt-i-gang-1": ("M01", "M02"),
    "lost-meeting": ("M12",),
    "interview-dose": ("M21",),
    "fair-caseload": ("C34",),
    "sanction-dagpenge": ("P01",),
    "benefit-level-at-25": ("B20",),
    "caseworker-value": ("C19",),
    "supported-employment": ("P26", "E2-P04"),
    "intensive-counselling": ("E2-C01",),
    "caseload-a-third": ("C34",),
    "temporary-disability-benefit": ("E2-S06",),
    "shorter-right-reviewed": ("E2-P03",),
    "announced-programme": ("E2-P01",),
}


@dataclass(frozen=True)
class Trial:
    """A trial file that has been checked against the parameters."""

    entry: TrialEntry
    document: Document

    @property
    def name(self) -> str:
        """Name of the trial, as the command line takes it."""
        return self.entry.name

    @cached_property
    def setting(self) -> tuple[Change, ...]:
        """What the law and habits of the time and place change for everybody."""
        return tuple(changes_of(self.entry.world, self.name, self.document, "user", "world"))

    @cached_property
    def here(self) -> tuple[Change, ...]:
        """What the places of the trial get beside the treatment of persons: staff, budgets."""
        return tuple(changes_of(self.entry.here, self.name, self.document, "treatment", "here"))

    @cached_property
    def arms(self) -> tuple[tuple[Change, ...], ...]:
        """What each step of the treatment changes for the treated."""
        return tuple(
            tuple(changes_of(step.changes, self.name, self.document, "treatment", "treatment", i, "changes"))
            for i, step in enumerate(self.entry.treatment)
        )

    @property
    def weeks(self) -> int:
        """Weeks that a run of the trial simulates."""
        population = self.entry.population
        assert population is not None
        return population.window[1] + self.entry.follow_up + 1


def load(spec: str | Path, parameters: ParameterSet | None = None) -> Trial:
    """Return a trial by name or file, checked against the parameters it changes.

    Raises
    ------
    InputError
        No such trial (with the nearest name), or anything in it does not fit, with file and line.
    """
    path = Path(spec)
    if not isinstance(spec, str | Path):
        raise InputError(f"a trial is {shortened(repr(spec))}; expected a name or a file")
    if path.suffix not in (".yaml", ".yml"):
        if not NAME.fullmatch(str(spec)):
            raise InputError(
                f"no trial '{shortened(spec)}'.{suggest(str(spec), names())} See: jobvej trials list"
            )
        path = FOLDER / f"{spec}.yaml"
        if not os.path.isfile(path):
            raise InputError(
                f"no trial '{shortened(spec)}'.{suggest(str(spec), names())} See: jobvej trials list"
            )
    return _checked(_read(path), parameters or load_parameters())


def load_for_calibration(name: str) -> Trial:
    """Return one of the trials that calibration may use; any other is refused before its file is opened."""
    if name not in FOR_CALIBRATION:
        raise InputError(
            f"calibration may not use the trial '{name}': it is validation. "
            f"Calibration uses {', '.join(FOR_CALIBRATION)}."
        )
    trial = load(name)
    if trial.entry.uses != "calibration":
        raise trial.document.error("'uses': found validation for a trial of calibration's list", "uses")
    return trial


def _read(path: Path) -> Trial:
    document = read_document(path)
    entry = read_trial(document)
    if isinstance(entry, list):
        raise_all(entry)
        raise AssertionError
    if path.parent == FOLDER and entry.name != path.stem:
        raise document.error(f"'name': found '{entry.name}' in the file {path.name}", "name")
    return Trial(entry, document)


def _checked(trial: Trial, parameters: ParameterSet) -> Trial:
    if trial.entry.runnable:
        world = parameters.with_changes(trial.setting)
        for arm in (trial.here, *trial.arms):
            world.with_changes(arm)
    return trial


def names() -> tuple[str, ...]:
    """Return the names of the trials that come with the product."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def catalogue() -> tuple[Trial, ...]:
    """Return all trials that come with the product, read but not checked against the parameters."""
    return tuple(_read(FOLDER / f"{name}.yaml") for name in names())


def described(lang: str) -> list[dict[str, Any]]:
    """Return what there is to say of each trial of the catalogue, in a language (en or da)."""
    return [
        {
            "name": trial.name,
            "title": getattr(trial.entry.title, lang),
            "uses": trial.entry.uses,
            "runnable": trial.entry.runnable,
            "outcomes": len(trial.entry.outcomes),
            "reason": trial.entry.reason.strip(),
            "source": trial.entry.source.title,
        }
        for trial in catalogue()
    ]
