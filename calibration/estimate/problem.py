"""What is calibrated: free parameters with their priors, and the moments with the weight each has.

A free parameter stands in ``calibration/free.yaml``.  Its prior is that of its entry under
``sim/parameters/``; a level constant, which has none, is log-normal around the fitted value, 95 % of it
within a factor.

The likelihood of a moment is normal with

    var_j = se_j^2 + (discrepancy_j * data_j)^2 + simulation_j^2 + surrogate_j^2

se the source's (or the assumed 5 %), discrepancy what no parameter value can mend, by how well source and
model count the same (:data:`DISCREPANCY`), simulation the noise of one world at the scale used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.targets import Target, load_targets
from sim.errors import InputError, suggest
from sim.parameters import ParameterSet, load_parameters
from sim.parameters.document import read_document
from sim.parameters.parameter import Prior
from sim.parameters.priors import quantile

Vector = NDArray[np.float64]
FREE = Path(__file__).resolve().parents[1] / "free.yaml"
#: Model discrepancy as a share of the value, by how far source and model count the same.
DISCREPANCY = {"full": 0.02, "partly": 0.05, "poor": 0.10}
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
    """Free parameters and the targets that inform them."""

    free: tuple[Free, ...]
    targets: tuple[Target, ...]

    @property
    def names(self) -> list[str]:
        """Names of the free parameters, in the order of the columns."""
        return [f.name for f in self.free]

    def values(self, positions: Vector) -> Vector:
        """Return parameter values (n, free) from positions in the unit cube (n, free)."""
        columns = [f.values(np.clip(positions[:, k], 1e-6, 1 - 1e-6)) for k, f in enumerate(self.free)]
        return np.column_stack(columns)

    @cached_property
    def data(self) -> Vector:
        """Published values (targets,)."""
        return np.array([t.value for t in self.targets])

    @cached_property
    def fixed_variance(self) -> Vector:
        """Variance of each moment that is not simulation or surrogate (targets,)."""
        error = np.array([t.error for t in self.targets], np.float64)
        apart = np.array([DISCREPANCY[t.comparable] for t in self.targets])
        return np.asarray(error**2 + (apart * self.data) ** 2)


def informative(target: Target) -> bool:
    """Whether a target enters the likelihood: measured in the baseline, with an error, comparable."""
    return target.measure != "trial" and target.error is not None and target.counts


def read_problem(path: Path = FREE) -> Problem:
    """Read the free parameters and all informative targets.

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
    return Problem(tuple(free), tuple(t for t in load_targets().values() if informative(t)))


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
        if entry.prior is None or entry.prior.factor:
            raise InputError(f"{FREE.name}: '{name}' has no prior of its own; give 'within', a factor")
        return entry.prior
    high = centre * within if entry.bounds is None else min(centre * within, entry.bounds[1])
    return Prior("lognormal", centre / within, high)
