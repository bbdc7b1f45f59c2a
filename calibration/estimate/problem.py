"""What is calibrated: free parameters with their priors, and the moments with the weight each has.

A free parameter stands in ``calibration/free.yaml``.  Its prior is that of its entry under
``sim/parameters/``; a level constant, which has none, is log-normal around the fitted value, 95 % of it
within a factor.

The parameters that decide what reforms do stand in ``calibration/effects.yaml`` with the published
experiments that tell them (:mod:`calibration.estimate.criteria`).  Beliefs that are schools and not numbers
are an axis of their own, on which each has the same room.

The likelihood of a moment is normal with

    var_j = se_j^2 + (discrepancy_j * data_j)^2 + surrogate_j^2

se the source's (or the assumed 5 %), discrepancy what no parameter value can mend, by how well source and
model count the same (:data:`DISCREPANCY`); of what is to last a level may drift by :data:`DRIFT` more.  The
luck of a small world is in no data of Denmark, and so in none of this: the surrogate is of the expected
moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.estimate.criteria import Criterion, School, read_effects, refuse_unknown
from calibration.estimate.points import LASTING, lasting_targets
from calibration.targets import Target, load_targets
from sim.errors import InputError, suggest
from sim.parameters import ParameterSet, load_parameters
from sim.parameters.document import read_document
from sim.parameters.parameter import Prior
from sim.parameters.priors import prior_of, quantile

Vector = NDArray[np.float64]
FREE = Path(__file__).resolve().parents[1] / "free.yaml"
#: Model discrepancy as a share of the value, by how far source and model count the same.
DISCREPANCY = {"full": 0.02, "partly": 0.05, "poor": 0.10}
#: Share of its value by which a level may drift in ten years without reform: half of the 5 per cent wanted.
DRIFT = 0.05 / 2
DAY = date(2024, 1, 1)


@dataclass(frozen=True)
class Free:
    """A calibrated parameter, ``name`` or ``name[component]``: its central value and its prior."""

    name: str
    centre: float
    prior: Prior
    why: str
    bounds: tuple[float, float] | None = None

    def values(self, positions: Vector) -> Vector:
        """Return the values at these quantiles of the prior, float64 (n,)."""
        found = quantile(self.prior, self.centre, positions)
        return found if self.bounds is None else np.clip(found, *self.bounds)


@dataclass(frozen=True)
class Problem:
    """Free parameters and schools, the targets that inform them, and the experiments that do."""

    free: tuple[Free, ...]
    targets: tuple[Target, ...]
    criteria: tuple[Criterion, ...] = ()
    schools: tuple[School, ...] = ()

    @property
    def axes(self) -> list[str]:
        """Names of the axes of the unit cube: free parameters, then schools."""
        return [f.name for f in self.free] + [school.name for school in self.schools]

    @property
    def names(self) -> list[str]:
        """Names of the parameters that are set, in the order of the columns of :meth:`values`."""
        return [f.name for f in self.free] + [name for school in self.schools for name in school.parameters]

    def values(self, positions: Vector) -> Vector:
        """Return parameter values (n, names) from positions in the unit cube (n, axes)."""
        columns = [f.values(np.clip(positions[:, k], 1e-6, 1 - 1e-6)) for k, f in enumerate(self.free)]
        of_schools = [each.values(positions[:, len(columns) + k]) for k, each in enumerate(self.schools)]
        return np.column_stack([*columns, *of_schools])

    def felt(self, positions: Vector) -> Vector:
        """Return positions (n, axes) as the model feels them: of a school's axis only which belief it is."""
        found = positions.copy()
        for k, each in enumerate(self.schools, start=len(self.free)):
            found[:, k] = each.felt(positions[:, k])
        return found

    @cached_property
    def data(self) -> Vector:
        """Published values (targets,)."""
        return np.array([t.value for t in self.targets])

    @cached_property
    def fixed_variance(self) -> Vector:
        """Variance of each moment that is not the surrogate's (targets,)."""
        error = np.array([t.error for t in self.targets], np.float64)
        lasts = np.array([t.id.endswith(LASTING) for t in self.targets])
        apart = np.array([DISCREPANCY[t.comparable] for t in self.targets])
        apart = np.where(lasts, np.hypot(apart, DRIFT), apart)
        return np.asarray(error**2 + (apart * self.data) ** 2)


def informative(target: Target) -> bool:
    """Whether a target enters the likelihood: measured in the baseline, with an error, comparable."""
    return target.measure != "trial" and target.error is not None and target.counts


def read_problem(path: Path = FREE) -> Problem:
    """Read the free parameters, all informative targets, the experiments and the schools.

    Raises
    ------
    InputError
        An unknown parameter or component, a factor for one that has a prior, or none for one that has not.
    """
    document = read_document(path)
    parameters = load_parameters()
    free = []
    for name, entry in (document.content or {}).items():
        found = entry if isinstance(entry, dict) else {}
        if set(found) - {"within", "why"}:
            raise document.error(f"{name}: expected 'within' (a factor) and 'why'", str(name))
        parameter = str(name).partition("[")[0]
        if parameter not in parameters.names:
            near = suggest(parameter, parameters.names)
            raise document.error(f"unknown parameter '{parameter}'.{near}", str(name))
        centre = value_of(parameters, str(name))
        free.append(Free(str(name), centre, _prior(parameters, str(name), centre, found.get("within")),
                         str(found.get("why", "")), parameters[parameter].bounds))  # fmt: skip
    effects = read_effects()
    refuse_unknown(effects, parameters.names)
    for name, effect in effects.parameters.items():
        before = effect.before
        centre = value_of(parameters, name)
        prior = (
            Prior(before.distribution, before.low, before.high)
            if before
            else _prior(parameters, name, centre, None)
        )
        free.append(Free(name, centre, prior, effect.why, parameters[name.partition("[")[0]].bounds))
    targets = [t for t in [*load_targets().values(), *lasting_targets()] if informative(t)]
    return Problem(tuple(free), tuple(targets), effects.criteria, effects.schools)


def value_of(parameters: ParameterSet, name: str) -> float:
    """Return the number in force at the start for ``parameter`` or ``parameter[component]``."""
    parameter, _, component = name.partition("[")
    entry = parameters[parameter]
    values = parameters.in_force(parameter, DAY)
    if not component:
        return float(values[0])
    if component.rstrip("]") not in entry.components:
        near = suggest(component.rstrip("]"), entry.components)
        raise InputError(f"'{parameter}' has no component '{component.rstrip(']')}'.{near}")
    return float(values[entry.components.index(component.rstrip("]"))])


def _prior(parameters: ParameterSet, name: str, centre: float, within: float | None) -> Prior:
    """Return the prior of the entry, or log-normal, 95 % of it within a factor of the fitted value."""
    entry = parameters[name.partition("[")[0]]
    if within is None:
        own = prior_of(entry)
        if own is None or own.factor:
            raise InputError(f"{FREE.name}: '{name}' has no prior of its own; give 'within', a factor")
        return own
    high = centre * within if entry.bounds is None else min(centre * within, entry.bounds[1])
    return Prior("lognormal", centre / within, high)
