"""The calibration from end to end: design, worlds, surrogate, second wave, chains, ensemble, best point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from calibration.estimate.points import Point, simulate_all
from calibration.estimate.posterior import (
    Chains,
    design,
    effective,
    misfit,
    run_chains,
    spread_out,
    weights_of,
)
from calibration.estimate.problem import Problem, read_problem
from calibration.estimate.surrogate import Surrogate, build
from sim.errors import RunError
from sim.parameters import load_parameters
from sim.runs.execute import available_cores
from sim.runs.options import RUN

Vector = NDArray[np.float64]
Say = Callable[[str], None]
#: Points simulated at the middle with other luck, for the noise of one world.
NOISE_REPLICATES = 6
#: The second wave's chains run at this temperature, wider than the posterior.
WIDE = 4.0


@dataclass(frozen=True)
class Settings:
    """How much is done; see docs/calibration.md for what each costs."""

    first: int
    second: int
    members: int
    scale: float
    steps: int
    candidates: int = 4  # for the best point: members that are simulated again with other luck
    seed: int = 2024

    def but(self, **changed: float) -> Settings:
        """Return the settings with some changed."""
        return replace(self, **changed)  # type: ignore[arg-type]


QUICK = Settings(first=96, second=48, members=50, scale=0.02, steps=800)
FULL = Settings(first=320, second=160, members=96, scale=0.05, steps=4000)


@dataclass(frozen=True)
class Calibrated:
    """The result: positions and values of the members, their weights, and what was found on the way."""

    problem: Problem
    settings: Settings
    members: Vector  # (members, free) positions in the unit cube
    weights: Vector  # (members,)
    moments: pd.DataFrame  # simulated moments of the members, one column a target
    best: Vector  # (free,) position
    best_moments: pd.Series[float]
    surrogate: Surrogate
    chains: Chains
    noise: Vector  # (targets,) standard deviation of one world
    diagnostics: dict[str, Any]

    @property
    def table(self) -> pd.DataFrame:
        """Parameter values of the members, one column a free parameter."""
        return pd.DataFrame(self.problem.values(self.members), columns=self.problem.names)


class Calibration:
    """One calibration in a folder; whatever is there already is not simulated again."""

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        *,
        problem: Problem | None = None,
        workers: int | None = RUN.workers,
        executor: str | None = None,
        say: Say = lambda _: None,
        simulate: Callable[[Vector, int], list[dict[str, Any]]] | None = None,
    ) -> None:
        self.folder, self.settings = folder, settings
        self.problem = problem or read_problem()
        self.workers, self.executor, self.say = workers or available_cores(), executor, say
        self._simulate = simulate or self._in_worlds

    def run(self) -> Calibrated:
        """Do all steps in order and return the result."""
        s, free = self.settings, len(self.problem.free)
        middle = np.full((1, free), 0.5)
        noise = self._noise(middle)
        first = design(s.first, free, s.seed)
        positions, moments = self._wave("first wave", first)
        surrogate = build(positions, moments)
        chains = self._chains(surrogate, noise, WIDE, s.seed + 1)
        second = spread_out(chains.samples, s.second, s.seed + 2)
        more, more_moments = self._wave("second wave", second)
        positions, moments = np.vstack([positions, more]), np.vstack([moments, more_moments])
        surrogate = build(positions, moments)
        chains = self._chains(surrogate, noise, 1.0, s.seed + 3)
        members, simulated = self._wave("ensemble", spread_out(chains.samples, s.members, s.seed + 4))
        return self._finish(members, simulated, surrogate, chains, noise, len(positions))

    def _finish(
        self, members: Vector, simulated: Vector, surrogate: Surrogate, chains: Chains, noise: Vector, n: int
    ) -> Calibrated:
        """Weigh the members and choose the best point."""
        p = self.problem
        variance = p.fixed_variance + noise**2
        emulated = misfit(surrogate.predict(members), p.data, variance + surrogate_error(surrogate, noise))
        exact = misfit(simulated, p.data, variance + surrogate_error(surrogate, noise))
        weights = weights_of(exact, emulated)
        best, best_moments, best_misfit = self._best(members, exact, variance)
        found = {
            "points": {"simulated": n, "members": len(members), "first": self.settings.first,
                       "second": self.settings.second},
            "effective_members": round(effective(weights), 1),
            "misfit": {"best": round(best_misfit, 2), "members_median": round(float(np.median(exact)), 2),
                       "targets": len(p.targets)},
            "chains": {"steps": chains.steps, "acceptance": round(chains.acceptance, 3),
                       "largest_split_r": round(float(chains.split_r.max()), 3),
                       "largest_autocorrelation_steps": round(float(np.nanmax(chains.autocorrelation)), 1)},
            "settings": asdict(self.settings),
        }  # fmt: skip
        ids = [t.id for t in p.targets]
        return Calibrated(
            p, self.settings, members, weights, pd.DataFrame(simulated, columns=ids), best,
            pd.Series(best_moments, index=ids), surrogate, chains, noise, found,
        )  # fmt: skip

    def _best(self, members: Vector, exact: Vector, variance: Vector) -> tuple[Vector, Vector, float]:
        """Return the member, or the ensemble's middle, that fits best over replicates with other luck."""
        order = np.argsort(exact)[: self.settings.candidates]
        tried = np.vstack([members[order], members.mean(axis=0), members[order].mean(axis=0)])
        runs = [self._run(tried, replicate) for replicate in (0, 1, 2)]
        mean = np.mean(runs, axis=0)
        score = misfit(mean, self.problem.data, variance)
        at = int(np.argmin(score))
        return tried[at], mean[at], float(score[at])

    def _noise(self, middle: Vector) -> Vector:
        """Return the standard deviation of each moment between worlds that differ in luck alone."""
        self.say("noise of one world")
        runs = np.vstack([self._run(middle, replicate) for replicate in range(NOISE_REPLICATES)])
        return np.asarray(runs.std(axis=0, ddof=1))

    def _chains(self, surrogate: Surrogate, noise: Vector, temperature: float, seed: int) -> Chains:
        self.say(f"chains at temperature {temperature:g}")
        p, free = self.problem, len(self.problem.free)
        variance = p.fixed_variance + noise**2 + surrogate_error(surrogate, noise)
        candidates = design(4096, free, seed)
        score = misfit(surrogate.predict(candidates), p.data, variance)
        start = candidates[np.argsort(score)[: 2 * free + 2]]
        return run_chains(surrogate.predict, p.data, variance, start, steps=self.settings.steps, seed=seed,
                          temperature=temperature)  # fmt: skip

    def _wave(self, what: str, positions: Vector) -> tuple[Vector, Vector]:
        """Simulate positions; return those that were lived to the end, with their moments."""
        self.say(f"{what}: {len(positions)} worlds at scale {self.settings.scale:g}")
        moments = self._run(positions, 0)
        whole = np.isfinite(moments).all(axis=1)
        if whole.sum() < len(self.problem.free):
            raise RunError(f"{what}: only {whole.sum()} of {len(positions)} points were lived to the end")
        return positions[whole], moments[whole]

    def _run(self, positions: Vector, replicate: int) -> Vector:
        """Return moments (n, targets) at positions; NaN where a point was given up."""
        results = self._simulate(positions, replicate)
        ids = [t.id for t in self.problem.targets]
        return np.array([[r["moments"].get(i, np.nan) for i in ids] for r in results], np.float64)

    def _in_worlds(self, positions: Vector, replicate: int) -> list[dict[str, Any]]:
        digest, names = load_parameters().digest(), self.problem.names
        points = [
            Point(tuple(zip(names, map(float, row), strict=True)), self.settings.scale, 1, replicate, digest)
            for row in np.round(self.problem.values(positions), 12)
        ]
        return simulate_all(points, self.folder, workers=self.workers, executor=self.executor)


def surrogate_error(surrogate: Surrogate, noise: Vector) -> Vector:
    """Return the surrogate's variance beyond the noise of the worlds that it was tested on (targets,)."""
    return np.asarray(np.maximum(surrogate.error**2 - noise**2, 0.0))
