"""Writes a calibration: the ensemble, the best point, and what a reader needs to judge and repeat them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from calibration.estimate.problem import FREE
from calibration.estimate.run import Calibrated
from calibration.point import read_point, write_point
from sim.parameters import fitted, load_parameters
from sim.parameters.posterior import FILE as POSTERIOR
from sim.runs.store import file_hash
from sim.runs.version import code_digest, data_digest, version
from sim.stats.interval import ENDS, weighted_quantiles

DIAGNOSTICS = Path(__file__).resolve().parents[1] / "posterior"
#: Answer that the reason of a calibrated value gives for its target.
TARGET = "all targets"
_ENDS_AND_MIDDLE = (ENDS[0], 0.5, ENDS[1])


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
    (folder / "diagnostics.yaml").write_text(
        yaml.safe_dump(about, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
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
    """Return, for each target: data, ensemble, best point, noise of a world, error of the surrogate."""
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
