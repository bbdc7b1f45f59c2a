"""How well positions in the unit cube fit everything that is known: targets and experiments, all emulated.

    chi^2(u) = sum_j (m_j(u) + c_j - d_j)^2 / (fixed_j + tau_j^2 + kappa_j^2)  +  sum over trials

m_j the emulated moment of a world of the scale that was used, c_j the correction to the scale that stands for
Denmark, with its error kappa_j; tau_j the emulator's own error.  Neither has the luck of a single run in it:

    tau_j^2 = max( (error on points left out)^2 - nu_j^2,  nu_j^2 (1 + 2 k) / n )

nu_j the noise of a run, and below it what a regression of 1 + 2 k coefficients on n points cannot know.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from calibration.estimate.effects import TrialSurrogate
from calibration.estimate.posterior import Surrogate, misfit
from calibration.estimate.problem import Problem

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Correction:
    """What a moment is more in a world that stands for Denmark than in those simulated (targets,)."""

    shift: Vector
    error: Vector  # standard errors of the shift

    @classmethod
    def of(cls, small: Vector, large: Vector) -> Correction:
        """Return the correction from moments of runs (runs, targets) that differ in scale and luck alone."""
        variance = small.var(axis=0, ddof=1) / len(small) + large.var(axis=0, ddof=1) / len(large)
        return cls(large.mean(axis=0) - small.mean(axis=0), np.sqrt(variance))


def no_correction(targets: int) -> Correction:
    """Return the correction of worlds that stand for Denmark as they are."""
    return Correction(np.zeros(targets), np.zeros(targets))


def surrogate_error(surrogate: Surrogate, noise: Vector, axes: int) -> Vector:
    """Return the variance of the emulated moments (targets,), without the luck of a run."""
    least = noise**2 * (1 + 2 * axes) / surrogate.points
    return np.asarray(np.maximum(surrogate.error**2 - noise**2, least))


@dataclass(frozen=True)
class Fitness:
    """The fit of positions; ``data`` is in place of the published values where a check makes its own."""

    problem: Problem
    surrogate: Surrogate
    noise: Vector  # (targets,) standard deviation of one run
    correction: Correction
    trials: tuple[TrialSurrogate, ...] = ()
    data: Vector | None = None
    extra: Vector = field(default_factory=lambda: np.zeros(1))  # further variance of the data (targets,)

    @property
    def variance(self) -> Vector:
        """Variance (targets,) of what was published about the emulated moment."""
        own = surrogate_error(self.surrogate, self.noise, len(self.problem.axes))
        return np.asarray(self.problem.fixed_variance + own + self.correction.error**2 + self.extra)

    def moments(self, positions: Vector) -> Vector:
        """Return the moments (n, targets) of Denmark that positions (n, axes) mean."""
        return self.surrogate.predict(self.problem.felt(positions)) + self.correction.shift

    def misfit(self, positions: Vector) -> Vector:
        """Return chi-square (n,) at positions (n, axes)."""
        data = self.problem.data if self.data is None else self.data
        found = misfit(self.moments(positions), data, self.variance)
        return np.asarray(found + self.of_trials(positions))

    def of_trials(self, positions: Vector) -> Vector:
        """Return chi-square (n,) of the experiments alone."""
        return (
            np.sum([each.misfit(positions) for each in self.trials], axis=0)
            if self.trials
            else np.zeros(len(positions))
        )

    def surprise(self, positions: Vector, simulated: Vector) -> float:
        """Return the mean square of simulated moments (n, targets) about the emulated, over what is expected.

        Of runs that the surrogate has not seen: 1 where its error is what it says.
        """
        own = surrogate_error(self.surrogate, self.noise, len(self.problem.axes)) + self.noise**2
        apart = self.surrogate.predict(self.problem.felt(positions)) - simulated
        return float(np.mean(apart**2 / np.maximum(own, 1e-30)))
