"""The calibration from end to end: designs, runs, trials, surrogates, chains, ensemble, best point.

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

from calibration.estimate.coverage import coverage, covered
from calibration.estimate.criteria import shortfall
from calibration.estimate.effects import Simulate, TrialSurrogate, axes_of, emulate, in_runs, trials_of
from calibration.estimate.fitness import Correction, Fitness, no_correction
from calibration.estimate.points import LASTING, Point, simulate_all
from calibration.estimate.posterior import (
    Chains,
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
FIRST = "first wave"
#: The second wave's chains run at this temperature, wider than the posterior.
WIDE = 4.0
#: Points of the design from which chains start, and random numbers with which the best point is chosen.
CANDIDATES, BEST_REPLICATES = 4096, (0, 1, 2)
#: Chains of a check are shorter by this: 80 and 95 % intervals need fewer samples than an ensemble.
CHECKED_STEPS = 8
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
    trial_points: int = 48  # of each trial's own design
    denmark: float = 0.25  # scale that stands for Denmark: what moments are corrected to
    denmark_runs: int = 4  # runs at that scale; none is no correction
    checked: int = 64  # points at which coverage is checked
    candidates: int = 4  # for the best point: members that are simulated again with other random numbers
    seed: int = 2024

    def but(self, **changed: float) -> Settings:
        """Return the settings with some changed."""
        for name in ("first", "second", "members", "trial_points"):
            if name in changed:
                check_whole(name, changed[name], 2, MOST_RUNS)
        if "scale" in changed:
            check_scale(changed["scale"])
        return replace(self, **changed)  # type: ignore[arg-type]


QUICK = Settings(
    first=96, second=48, members=48, scale=0.01, steps=1500, trial_points=16, denmark_runs=2, checked=32
)
FULL = Settings(first=448, second=192, members=288, scale=0.05, steps=6000)


@dataclass(frozen=True)
class Calibrated:
    """The result: positions and values of the members, their weights, and what was found on the way."""

    problem: Problem
    settings: Settings
    members: Vector  # (members, axes) positions in the unit cube
    weights: Vector  # (members,)
    moments: pd.DataFrame  # simulated moments of the members, one column a target
    best: Vector  # (axes,) position
    best_moments: pd.Series[float]
    fitness: Fitness  # with all points, the members' too
    chains: Chains
    points: tuple[Vector, Vector]  # positions (n, axes) and moments (n, targets) of all points
    first: int  # of the points, those of the first design
    diagnostics: dict[str, Any]

    @property
    def table(self) -> pd.DataFrame:
        """Parameter values of the members, one column a parameter."""
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
        simulate: Callable[[Vector, int, float], list[dict[str, Any]]] | None = None,
        simulate_trial: Simulate | None = None,
    ) -> None:
        self.folder, self.settings = folder, settings
        self.problem = problem or read_problem()
        self.workers, self.executor, self.say = workers, executor, say
        self._simulate = simulate or self._in_runs
        self._trial = simulate_trial or in_runs(
            self.problem, folder, None if settings.scale >= FULL.scale else settings.scale, workers=workers,
            executor=executor,
        )  # fmt: skip

    def run(self) -> Calibrated:
        """Do all steps in order and return the result."""
        s, axes = self.settings, len(self.problem.axes)
        noise, correction = self._noise(np.full((1, axes), 0.5))
        trials = self._trials()
        positions, moments = self._wave(FIRST, design(s.first, axes, s.seed))
        first = len(positions)
        fitness = self._fitness(positions, moments, noise, correction, trials)
        chains = self._chains(fitness, WIDE, s.seed + 1)
        more, more_moments = self._wave("second wave", spread_out(chains.samples, s.second, s.seed + 2))
        positions, moments = np.vstack([positions, more]), np.vstack([moments, more_moments])
        fitness = self._fitness(positions, moments, noise, correction, trials)
        chains = self._chains(fitness, 1.0, s.seed + 3)
        members, simulated = self._wave("ensemble", spread_out(chains.samples, s.members, s.seed + 4))
        positions, moments = np.vstack([positions, members]), np.vstack([moments, simulated])
        after = self._fitness(positions, moments, noise, correction, trials)
        return self._finish(members, simulated, fitness, after, chains, (positions, moments), first)

    def _fitness(
        self,
        positions: Vector,
        moments: Vector,
        noise: Vector,
        correction: Correction,
        trials: tuple[TrialSurrogate, ...],
    ) -> Fitness:
        surrogate = build(self.problem.felt(positions), moments)
        return Fitness(self.problem, surrogate, noise, correction, trials)

    def _trials(self) -> tuple[TrialSurrogate, ...]:
        """Run each trial at its own design, and emulate what it finds."""
        p, s, found = self.problem, self.settings, []
        for at, trial in enumerate(trials_of(p.criteria)):
            self.say(f"trial {trial}: {s.trial_points} points")
            positions = design(s.trial_points, len(axes_of(trial, p)), s.seed + 100 + at)
            found.append(emulate(trial, p, positions, self._trial(trial, positions)))
        return tuple(found)

    def _finish(
        self,
        members: Vector,
        simulated: Vector,
        before: Fitness,
        after: Fitness,
        chains: Chains,
        points: tuple[Vector, Vector],
        first: int,
    ) -> Calibrated:
        """Weigh the members and choose the best point."""
        p = self.problem
        weights = weights_of(after.misfit(members), before.misfit(members))
        exact = misfit(simulated + after.correction.shift, p.data, after.variance + after.noise**2)
        exact += after.of_trials(members)
        best, best_moments, best_misfit = self._best(members, exact, after)
        found = {
            "points": {"simulated": len(points[0]), "members": len(members), "first": self.settings.first,
                       "second": self.settings.second},
            "effective_members": round(effective(weights), 1),
            "surprise_of_members": round(before.surprise(members, simulated), 2),
            "misfit": {"best": round(best_misfit, 2), "members_median": round(float(np.median(exact)), 2),
                       "targets": len(p.targets), "experiments": len(p.criteria)},
            "chains": {"steps": chains.steps, "acceptance": round(chains.acceptance, 3),
                       "largest_split_r": round(float(chains.split_r.max()), 3),
                       "largest_autocorrelation_steps": round(float(np.nanmax(chains.autocorrelation)), 1)},
            "settings": asdict(self.settings),
        }  # fmt: skip
        ids = [t.id for t in p.targets]
        return Calibrated(
            p, self.settings, members, weights, pd.DataFrame(simulated, columns=ids), best,
            pd.Series(best_moments, index=ids), after, chains, points, first, found,
        )  # fmt: skip

    def _best(self, members: Vector, exact: Vector, fitness: Fitness) -> tuple[Vector, Vector, float]:
        """Return the member, or the ensemble's middle, that fits best over replicates."""
        order = np.argsort(exact)[: self.settings.candidates]
        tried = np.vstack([members[order], members.mean(axis=0), members[order].mean(axis=0)])
        runs = [self._run(tried, replicate) for replicate in BEST_REPLICATES]
        mean = np.mean(runs, axis=0)
        variance = fitness.variance + fitness.noise**2 / len(BEST_REPLICATES)
        score = misfit(mean + fitness.correction.shift, self.problem.data, variance) + fitness.of_trials(
            tried
        )
        at = int(np.argmin(score))
        return tried[at], mean[at], float(score[at])

    def _noise(self, middle: Vector) -> tuple[Vector, Correction]:
        """Return the standard deviation of each moment between runs that differ in random numbers alone.

        And what the moments are more at the scale that stands for Denmark.
        """
        self.say("noise of one run")
        runs = np.vstack([self._run(middle, replicate) for replicate in range(NOISE_REPLICATES)])
        noise = np.asarray(runs.std(axis=0, ddof=1))
        s = self.settings
        if s.denmark_runs < 2:
            return noise, no_correction(len(noise))
        self.say(f"the same at scale {s.denmark:g}")
        large = np.vstack([self._run(middle, replicate, s.denmark) for replicate in range(s.denmark_runs)])
        return noise, Correction.of(runs, large)

    def _chains(self, fitness: Fitness, temperature: float, seed: int) -> Chains:
        self.say(f"chains at temperature {temperature:g}")
        return chains_on(fitness, temperature, self.settings.steps, seed)

    def _wave(self, what: str, positions: Vector) -> tuple[Vector, Vector]:
        """Simulate positions; return those that were run to the end, with their moments."""
        self.say(f"{what}: {len(positions)} runs at scale {self.settings.scale:g}")
        moments = self._run(positions, 0)
        whole = np.isfinite(moments).all(axis=1)
        if whole.sum() < (len(self.problem.axes) if what == FIRST else 2):
            raise RunError(f"{what}: only {whole.sum()} of {len(positions)} points were run to the end")
        return positions[whole], moments[whole]

    def _run(self, positions: Vector, replicate: int, scale: float | None = None) -> Vector:
        """Return moments (n, targets) at positions; NaN where a point was given up."""
        results = self._simulate(positions, replicate, scale or self.settings.scale)
        ids = [t.id for t in self.problem.targets]
        return np.array([[r["moments"].get(i, np.nan) for i in ids] for r in results], np.float64)

    def _in_runs(self, positions: Vector, replicate: int, scale: float) -> list[dict[str, Any]]:
        digest, names = load_parameters().digest(), self.problem.names
        lasts = any(target.id.endswith(LASTING) for target in self.problem.targets)
        points = [
            Point(tuple(zip(names, map(float, row), strict=True)), scale, 1, replicate, digest, lasts)
            for row in np.round(self.problem.values(positions), 12)
        ]
        return simulate_all(points, self.folder, workers=self.workers, executor=self.executor)


def chains_on(fitness: Fitness, temperature: float, steps: int, seed: int) -> Chains:
    """Run chains from the best of a design; the walkers are two for each axis and two more."""
    axes = len(fitness.problem.axes)
    candidates = design(CANDIDATES, axes, seed)
    start = candidates[np.argsort(fitness.misfit(candidates))[: 2 * axes + 2]]
    return run_chains(fitness.misfit, start, steps=steps, seed=seed, temperature=temperature)


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
    criteria_table(result).to_csv(folder / "experiments.csv", index=False, float_format="%.5g")
    if kept is not None:
        kept.to_csv(folder / "stability.csv", index=False, float_format="%.5g")
    about = {**provenance(command), **result.diagnostics, "best": best_values(result)}
    (folder / "diagnostics.yaml").write_text(write_document(about), encoding="utf-8")
    write_best(result, about, folder / fitted.NAME)


def check_coverage(result: Calibrated, folder: Path, say: Say = lambda _: None) -> pd.DataFrame:
    """Check on data made by the model whether intervals cover; write ``coverage.csv``, return it.

    The first row is over all axes: shares covered by 80 and 95 % intervals, with standard errors.
    """
    s, (positions, moments) = result.settings, result.points
    ranks = coverage(
        result.fitness, positions, moments, points=min(s.checked, result.first), first=result.first,
        steps=max(s.steps // CHECKED_STEPS, 100), seed=s.seed + 5,
        tell=lambda done: say(f"coverage: {done} of {s.checked} points"),
    )  # fmt: skip
    table = covered(ranks)
    table.to_csv(folder / "coverage.csv", index=False, float_format="%.4g")
    return table


def install(folder: Path, source: Path = POSTERIOR, point: Path = fitted.FILE) -> None:
    """Make a calibration the product's: ensemble, best point and diagnostics go where runs read them."""
    source.write_bytes((folder / "posterior.csv").read_bytes())
    point.write_bytes((folder / fitted.NAME).read_bytes())
    DIAGNOSTICS.mkdir(exist_ok=True)
    for path in [*folder.glob("*.csv"), folder / "diagnostics.yaml"]:
        if path.name != "posterior.csv":
            (DIAGNOSTICS / path.name).write_bytes(path.read_bytes())


def best_values(result: Calibrated) -> dict[str, float]:
    """Return the values of the free parameters at the best point; of schools none is the best."""
    row = result.problem.values(result.best[None, :])[0]
    free = [each.name for each in result.problem.free]
    return {name: float(f"{value:.9g}") for name, value in zip(free, row, strict=False)}


def write_best(result: Calibrated, about: Mapping[str, Any], path: Path) -> None:
    """Write the best point as fitted values; what was not free keeps its own.

    Of beliefs that are schools none is the best: without draws the entry's own value holds.
    """
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
    p, w, fit = result.problem, result.weights, result.fitness
    simulated = result.moments.to_numpy()
    mean = w @ simulated
    return pd.DataFrame({
        "id": [t.id for t in p.targets], "data": p.data,
        "standard_error": [t.error for t in p.targets],
        "best": result.best_moments.to_numpy(), "ensemble_mean": mean,
        "ensemble_sd": np.sqrt(w @ (simulated - mean) ** 2), "world_sd": fit.noise,
        "to_denmark": fit.correction.shift, "to_denmark_se": fit.correction.error,
        "surrogate_error": fit.surrogate.error, "surrogate_explained": fit.surrogate.explained,
    })  # fmt: skip


def criteria_table(result: Calibrated) -> pd.DataFrame:
    """Return, for each experiment: what was published, and what the ensemble finds on the same scale."""
    rows = []
    for each in result.fitness.trials:
        found = each.predict(result.members)
        apart = shortfall(each.criteria, found.copy()) / np.sqrt(each.published_variance + each.variance)
        for j, criterion in enumerate(each.criteria):
            low, middle, high = weighted_quantiles(found[:, j], result.weights, _ENDS_AND_MIDDLE)
            rows.append({
                "id": criterion.id, "grade": criterion.grade, "trial": criterion.trial,
                "published": criterion.value, "published_sd": np.sqrt(criterion.variance),
                "bound": criterion.bound, "low": low, "middle": middle, "high": high,
                "of_the_rest_sd": np.sqrt(each.variance[j]), "explained": each.surrogate.explained[j],
                "z": result.weights @ apart[:, j],
            })  # fmt: skip
    return pd.DataFrame(rows)


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
    deviation = np.sqrt(p.fixed_variance + result.fitness.noise**2)
    table = pd.DataFrame(result.fitness.surrogate.slopes / deviation[:, None], columns=p.axes)
    table.index = pd.Index([t.id for t in p.targets], name="id")
    of_trials = [_slopes_of(each, p.axes) for each in result.fitness.trials]
    return pd.concat([table, *of_trials]).rename_axis("id")


def _slopes_of(trial: TrialSurrogate, axes: list[str]) -> pd.DataFrame:
    """Return the rows of a trial's criteria; 0 for what they do not inform."""
    deviation = np.sqrt(trial.published_variance)
    table = pd.DataFrame(0.0, index=[each.id for each in trial.criteria], columns=axes)
    table.iloc[:, list(trial.axes)] = trial.surrogate.slopes / deviation[:, None]
    return table
