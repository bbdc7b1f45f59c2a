"""The calibration from end to end: design, runs, surrogate, second wave, chains, ensemble, best point.

What it finds is written with what a reader needs to judge and repeat it (:func:`write_result`), and made the
product's by :func:`install`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from calibration.estimate.points import Point, simulate_all
from calibration.estimate.posterior import (
    Chains,
    Surrogate,
    build,
    design,
    effective,
    misfit,
    run_chains,
    spread_out,
    weights_of,
)
from calibration.estimate.problem import FREE, Problem, read_problem
from calibration.point import read_point, write_point
from sim.errors import RunError
from sim.parameters import fitted, load_parameters
from sim.parameters.document import write_document
from sim.parameters.posterior import FILE as POSTERIOR
from sim.runs.options import MOST_RUNS, RUN, check_scale, check_whole
from sim.runs.store import file_hash
from sim.runs.version import code_digest, data_digest, version
from sim.stats.interval import ENDS, weighted_quantiles

Vector = NDArray[np.float64]
Say = Callable[[str], None]
#: Points simulated at the middle with other random numbers, for the noise of one run.
NOISE_REPLICATES = 6
#: The second wave's chains run at this temperature, wider than the posterior.
WIDE = 4.0
DIAGNOSTICS = Path(__file__).resolve().parents[1] / "posterior"
#: Answer that the reason of a calibrated value gives for its target.
TARGET = "all targets"
_ENDS_AND_MIDDLE = (ENDS[0], 0.5, ENDS[1])


@dataclass(frozen=True)
class Settings:
    """How much is done; see docs/calibration.md for what each costs."""

    first: int
    second: int
    members: int
    scale: float
    steps: int
    candidates: int = 4  # for the best point: members that are simulated again with other random numbers
    seed: int = 2024

    def but(self, **changed: float) -> Settings:
        """Return the settings with some changed."""
        for name in ("first", "second", "members"):
            if name in changed:
                check_whole(name, changed[name], 2, MOST_RUNS)
        if "scale" in changed:
            check_scale(changed["scale"])
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
    noise: Vector  # (targets,) standard deviation of one run
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
        self.workers, self.executor, self.say = workers, executor, say
        self._simulate = simulate or self._in_runs

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
        """Return the member, or the ensemble's middle, that fits best over replicates."""
        order = np.argsort(exact)[: self.settings.candidates]
        tried = np.vstack([members[order], members.mean(axis=0), members[order].mean(axis=0)])
        runs = [self._run(tried, replicate) for replicate in (0, 1, 2)]
        mean = np.mean(runs, axis=0)
        score = misfit(mean, self.problem.data, variance)
        at = int(np.argmin(score))
        return tried[at], mean[at], float(score[at])

    def _noise(self, middle: Vector) -> Vector:
        """Return the standard deviation of each moment between runs that differ in random numbers alone."""
        self.say("noise of one run")
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
        """Simulate positions; return those that were run to the end, with their moments."""
        self.say(f"{what}: {len(positions)} runs at scale {self.settings.scale:g}")
        moments = self._run(positions, 0)
        whole = np.isfinite(moments).all(axis=1)
        if whole.sum() < len(self.problem.free):
            raise RunError(f"{what}: only {whole.sum()} of {len(positions)} points were run to the end")
        return positions[whole], moments[whole]

    def _run(self, positions: Vector, replicate: int) -> Vector:
        """Return moments (n, targets) at positions; NaN where a point was given up."""
        results = self._simulate(positions, replicate)
        ids = [t.id for t in self.problem.targets]
        return np.array([[r["moments"].get(i, np.nan) for i in ids] for r in results], np.float64)

    def _in_runs(self, positions: Vector, replicate: int) -> list[dict[str, Any]]:
        digest, names = load_parameters().digest(), self.problem.names
        points = [
            Point(tuple(zip(names, map(float, row), strict=True)), self.settings.scale, 1, replicate, digest)
            for row in np.round(self.problem.values(positions), 12)
        ]
        return simulate_all(points, self.folder, workers=self.workers, executor=self.executor)


def surrogate_error(surrogate: Surrogate, noise: Vector) -> Vector:
    """Return the surrogate's variance beyond the noise of the runs that it was tested on (targets,)."""
    return np.asarray(np.maximum(surrogate.error**2 - noise**2, 0.0))


def write_result(result: Calibrated, folder: Path, command: str, kept: pd.DataFrame | None = None) -> None:
    """Write ensemble, best point and diagnostics into a folder.

    Parameters
    ----------
    command
        What was typed, for the record.
    kept
        Ten-year stability, when it was measured.
    """
    folder.mkdir(parents=True, exist_ok=True)
    members = result.table
    members.insert(0, "weight", result.weights)
    members.insert(0, "draw", np.arange(1, len(members) + 1))
    members.to_csv(folder / "posterior.csv", index=False, float_format="%.9g", lineterminator="\n")
    moments_table(result).to_csv(folder / "moments.csv", index=False, float_format="%.5g")
    parameters_table(result).to_csv(folder / "parameters.csv", index=False, float_format="%.5g")
    sensitivity_table(result).to_csv(folder / "sensitivity.csv", float_format="%.3f")
    if kept is not None:
        kept.to_csv(folder / "stability.csv", index=False, float_format="%.5g")
    about = {**provenance(command), **result.diagnostics, "best": best_values(result)}
    (folder / "diagnostics.yaml").write_text(write_document(about), encoding="utf-8")
    write_best(result, about, folder / fitted.NAME)


def install(folder: Path, source: Path = POSTERIOR, point: Path = fitted.FILE) -> None:
    """Make a calibration the product's: ensemble, best point and diagnostics go where runs read them."""
    source.write_bytes((folder / "posterior.csv").read_bytes())
    point.write_bytes((folder / fitted.NAME).read_bytes())
    DIAGNOSTICS.mkdir(exist_ok=True)
    for path in [*folder.glob("*.csv"), folder / "diagnostics.yaml"]:
        if path.name != "posterior.csv":
            (DIAGNOSTICS / path.name).write_bytes(path.read_bytes())


def best_values(result: Calibrated) -> dict[str, float]:
    """Return the parameter values of the best point."""
    row = result.problem.values(result.best[None, :])[0]
    return {name: float(f"{value:.9g}") for name, value in zip(result.problem.names, row, strict=True)}


def write_best(result: Calibrated, about: Mapping[str, Any], path: Path) -> None:
    """Write the best point as fitted values; level constants that were not free keep theirs."""
    before = read_point()
    values = {name: value for name, (value, _) in before.items()}
    targets = {name: target for name, (_, target) in before.items()}
    calibrated = best_values(result)
    values.update(calibrated)
    targets.update(dict.fromkeys(calibrated, TARGET))
    made_by = {k: about[k] for k in ("command", "version", "parameters", "data", "code")}
    write_point(values, targets, made_by, path)


def provenance(command: str) -> dict[str, str]:
    """Return what decides the result beside the command: version and digests."""
    return {"command": command, "version": version(), "parameters": load_parameters().digest(),
            "data": data_digest(), "code": code_digest(), "free": file_hash(FREE)}  # fmt: skip


def moments_table(result: Calibrated) -> pd.DataFrame:
    """Return, for each target: data, ensemble, best point, noise of a run, error of the surrogate."""
    p, w = result.problem, result.weights
    simulated = result.moments.to_numpy()
    mean = w @ simulated
    return pd.DataFrame({
        "id": [t.id for t in p.targets], "data": p.data,
        "standard_error": [t.error for t in p.targets],
        "best": result.best_moments.to_numpy(), "ensemble_mean": mean,
        "ensemble_sd": np.sqrt(w @ (simulated - mean) ** 2), "world_sd": result.noise,
        "surrogate_error": result.surrogate.error, "surrogate_explained": result.surrogate.explained,
    })  # fmt: skip


def parameters_table(result: Calibrated) -> pd.DataFrame:
    """Return, for each parameter: prior and posterior interval, and how much narrower the data made it."""
    p, w = result.problem, result.weights
    rows = []
    for k, free in enumerate(p.free):
        low, middle, high = free.values(np.array(_ENDS_AND_MIDDLE))
        found = weighted_quantiles(p.values(result.members)[:, k], w, _ENDS_AND_MIDDLE)
        rows.append({
            "parameter": free.name, "prior_low": low, "prior_middle": middle, "prior_high": high,
            "low": found[0], "middle": found[1], "high": found[2],
            "best": p.values(result.best[None, :])[0, k],
            "narrowed_pct": 100 * (1 - _spread(result.members[:, k], w) / np.sqrt(1 / 12)), "why": free.why,
        })  # fmt: skip
    return pd.DataFrame(rows)


def _spread(positions: np.ndarray[Any, Any], weights: np.ndarray[Any, Any]) -> float:
    mean = weights @ positions
    return float(np.sqrt(weights @ (positions - mean) ** 2))


def sensitivity_table(result: Calibrated) -> pd.DataFrame:
    """Return how many of its standard deviations each target moves over the prior of each parameter.

    Rows are targets, columns parameters; standard deviations are those of the likelihood.
    """
    p = result.problem
    deviation = np.sqrt(p.fixed_variance + result.noise**2)
    slopes = result.surrogate.slopes / deviation[:, None]
    return pd.DataFrame(slopes, index=pd.Index([t.id for t in p.targets], name="id"), columns=p.names)
