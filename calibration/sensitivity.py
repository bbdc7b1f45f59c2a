"""Which parameters decide the answer to a reform: Morris on paired worlds, or Sobol through a surrogate.

Every uncertain parameter (one with a prior) is varied at once.  A point of the design is a pair of worlds,
without and with the reform, in the same luck; the answer is the difference in a measure in the last year.

    morris   trajectories of SALib; mu* (mean absolute elementary effect) stands for the total effect
    sobol    a Latin hypercube of pairs, a Gaussian process on the parameters that matter (its error by
             cross-validation is told), and Saltelli's design on the process
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from SALib.analyze import morris as analyse_morris
from SALib.analyze import sobol as analyse_sobol
from SALib.sample import latin
from SALib.sample import morris as sample_morris
from SALib.sample import sobol as sample_sobol

from calibration.sensitivity_pairs import PairTask, pair_of_worlds
from reforms.load import load
from sim.errors import InputError, suggest
from sim.parameters import Change, Origin, Parameter, load_parameters
from sim.parameters.priors import values_at
from sim.runs.execute import available_cores, make_executor
from sim.runs.options import SENSITIVITY, RunFields, shows_run_options
from sim.runs.progress import showing

Method = Literal["sobol", "morris"]
Matrix = NDArray[np.float64]
#: Parameters that the surrogate keeps: those whose ranks go most with the answer's.
KEPT = 12
_SALTELLI = 1024
TABLE = "sensitivity.csv"
#: Options that make no sense here: every uncertain parameter is varied in pairs of runs.
NOT_ASKED = ("replicates", "draws", "demand", "settings", "switched_off", "branching")


@dataclass(frozen=True)
class Answer:
    """The answers of a design: positions in the priors (n, k) and the reform's effect (n,)."""

    names: tuple[str, ...]
    positions: Matrix
    effect: NDArray[np.float64]


def uncertain() -> tuple[Parameter, ...]:
    """Return the parameters that have a prior, by name."""
    return tuple(parameter for parameter in load_parameters() if parameter.prior is not None)


@shows_run_options(SENSITIVITY, without=NOT_ASKED)
def run_sensitivity(
    reform: str,
    measure: str,
    out: Path | str,
    *,
    method: Method = "sobol",
    group: str = "unemployed_gross",
    points: int = 96,
    trajectories: int = 4,
    **options: Unpack[RunFields],
) -> pd.DataFrame:
    """Say which parameters decide the answer to a reform: one row a parameter, the most decisive first.

    Parameters
    ----------
    reform
        Catalogue name, ``a+b`` or file.
    out
        Folder of the results; run again with the same to continue.
    measure, group
        What is compared: a measure of ``jobvej measures list`` and its group, in the last simulated year.
    method
        ``sobol`` (a surrogate through a hypercube of pairs) or ``morris`` (trajectories).
    points, trajectories
        Pairs of the Latin hypercube (sobol), or trajectories of one pair a parameter and one more (morris).
    **options
        Draws are the analysis's own.

    Returns
    -------
    Frame of parameter, kind, labels, ``first`` and ``total`` (shares of the variance for sobol, in the unit
    of the measure for morris) with ``_low`` and ``_high``, and the effect at the ends of the prior.

    Raises
    ------
    InputError
        Unknown reform, measure or group, with the nearest name.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.sensitivity("headline", "mean_duration", "results/sensitivity")  # doctest: +SKIP
    """
    asked, folder = SENSITIVITY.but(**options), Path(out)
    _check(measure)
    chosen, wanted = uncertain(), load(reform)
    names = tuple(parameter.name for parameter in chosen)
    design = _design(method, names, points=points, trajectories=trajectories, seed=asked.seed)
    world = (asked.scale, asked.start, asked.end, asked.seed)
    tasks = [PairTask(wanted.changes, tuple(_drawn(chosen, row)), *world) for row in design]
    found = _run(tasks, folder, workers=asked.workers, executor=asked.executor, quiet=asked.quiet)
    effect = np.array([_effect(each, measure, group) for each in found])
    answer = Answer(names, design, effect)
    table, error = (_morris if method == "morris" else _sobol)(answer, asked.seed)
    about = {
        "reform": reform, "title": {"en": wanted.title.en, "da": wanted.title.da},
        "measure": measure, "group": group, "method": method, "pairs": len(tasks),
        "scale": asked.scale, "seed": asked.seed, "from": asked.start, "to": asked.end,
        "mean": float(effect.mean()),
        "low": float(np.quantile(effect, 0.025)), "high": float(np.quantile(effect, 0.975)),
        "explained": error, "unit": found[0][measure]["unit"],
    }  # fmt: skip
    return _keep(_described(table, chosen), about, folder)


def _check(measure: str) -> None:
    from sim.outcomes.measures import MEASURES

    known = tuple(MEASURES)
    if measure not in known:
        raise InputError(f"no measure '{measure}'.{suggest(measure, known)} See: jobvej measures list")


def _problem(names: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def _design(method: Method, names: Sequence[str], *, points: int, trajectories: int, seed: int) -> Matrix:
    problem = _problem(names)
    if method == "morris":
        rows = sample_morris.sample(problem, trajectories, num_levels=4, seed=seed)
    else:
        rows = latin.sample(problem, points, seed=seed)
    return np.clip(np.asarray(rows, np.float64), 0.025, 0.975)


def _drawn(chosen: Sequence[Parameter], row: NDArray[np.float64]) -> list[Change]:
    """The parameters at these positions of their priors, as a draw."""
    from datetime import date

    made = []
    for parameter, position in zip(chosen, row, strict=True):
        value = float(values_at(parameter, np.array([position]))[0])
        operation = "multiply" if parameter.prior is not None and parameter.prior.factor else "set"
        origin = Origin("design", kind="draw")
        made.append(Change(parameter.name, operation, ((date.min, value),), origin=origin))
    return made


def _run(
    tasks: Sequence[PairTask], out: Path, *, workers: int | None, executor: str | None, quiet: bool
) -> list[dict[str, Any]]:
    folder = out / "pairs"
    folder.mkdir(parents=True, exist_ok=True)
    missing = [task for task in tasks if not (folder / f"{task.key}.json").is_file()]
    if missing:
        chosen = make_executor(workers or available_cores(), len(missing), name=executor)
        work = partial(pair_of_worlds, folder if chosen.shares_files else None)
        with showing([task.weeks for task in missing], "sensitivity", quiet=quiet) as progress:
            for position, (key, content) in chosen.run(missing, work, progress.weeks):
                if content:
                    (folder / f"{key}.json").write_text(content, encoding="utf-8")
                progress.finished(position)
    return [json.loads((folder / f"{task.key}.json").read_text("utf-8")) for task in tasks]


def _effect(pair: Mapping[str, Any], measure: str, group: str) -> float:
    groups = pair[measure]["groups"]
    if group not in groups:
        raise InputError(f"'{measure}' has no group '{group}'.{suggest(group, groups)}")
    before, after = groups[group]
    return float(after) - float(before)


def _morris(answer: Answer, seed: int) -> tuple[pd.DataFrame, float]:
    found = analyse_morris.analyze(
        _problem(answer.names), answer.positions, answer.effect, num_levels=4, seed=seed
    )
    half = np.asarray(found["mu_star_conf"], np.float64)
    total, first = np.asarray(found["mu_star"], np.float64), np.asarray(found["mu"], np.float64)
    table = pd.DataFrame(
        {
            "parameter": answer.names, "first": first, "first_low": first - half, "first_high": first + half,
            "total": total, "total_low": np.maximum(total - half, 0.0), "total_high": total + half,
            "at_low": answer.effect.mean() - first / 2, "at_high": answer.effect.mean() + first / 2,
        }
    )  # fmt: skip
    return table, float("nan")


def _sobol(answer: Answer, seed: int) -> tuple[pd.DataFrame, float]:
    from scipy.stats import spearmanr
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import KFold, cross_val_predict

    ranks = np.array([abs(spearmanr(column, answer.effect).statistic) for column in answer.positions.T])
    kept = np.sort(np.argsort(-np.nan_to_num(ranks))[:KEPT])
    x, scale = answer.positions[:, kept], max(float(answer.effect.std()), 1e-12)
    y = (answer.effect - answer.effect.mean()) / scale
    model = _surrogate(len(kept))
    with warnings.catch_warnings():
        # a length scale at its upper bound says that the parameter does not matter: nothing to warn of
        warnings.simplefilter("ignore", ConvergenceWarning)
        guessed = cross_val_predict(model, x, y, cv=KFold(8, shuffle=True, random_state=seed))
        model.fit(x, y)
    explained = 1.0 - float(((y - guessed) ** 2).mean() / max(float(y.var()), 1e-12))
    names = [answer.names[i] for i in kept]
    problem = _problem(names)
    rows = sample_sobol.sample(problem, _SALTELLI, calc_second_order=False, seed=seed)
    found = analyse_sobol.analyze(problem, model.predict(rows), calc_second_order=False, seed=seed)
    ends = np.full((2 * len(kept), len(kept)), 0.5)
    for i in range(len(kept)):
        ends[2 * i, i], ends[2 * i + 1, i] = 0.025, 0.975
    at = answer.effect.mean() + scale * model.predict(ends)
    first, total = (np.asarray(found[name], np.float64) for name in ("S1", "ST"))
    first_half, total_half = (np.asarray(found[f"{name}_conf"], np.float64) for name in ("S1", "ST"))
    table = pd.DataFrame(
        {
            "parameter": names, "first": first, "first_low": first - first_half,
            "first_high": first + first_half, "total": total,
            "total_low": np.maximum(total - total_half, 0.0), "total_high": total + total_half,
            "at_low": at[0::2], "at_high": at[1::2],
        }
    )  # fmt: skip
    return table, explained


def _surrogate(dimensions: int) -> Any:
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    shape = ConstantKernel(1.0) * RBF(np.full(dimensions, 2.0), (0.2, 50.0)) + WhiteKernel(0.3, (1e-4, 2.0))
    return GaussianProcessRegressor(shape, normalize_y=False, random_state=0)


def _described(table: pd.DataFrame, chosen: Sequence[Parameter]) -> pd.DataFrame:
    by_name = {parameter.name: parameter for parameter in chosen}
    table["label_en"] = [by_name[name].label for name in table["parameter"]]
    table["label_da"] = [by_name[name].label_da for name in table["parameter"]]
    table["kind"] = [by_name[name].kind for name in table["parameter"]]
    return table.sort_values("total", ascending=False, ignore_index=True)


def _keep(table: pd.DataFrame, about: dict[str, Any], out: Path) -> pd.DataFrame:
    from calibration.sensitivity_results import read

    (out / "sensitivity.json").write_text(json.dumps(about, indent=1, ensure_ascii=False), encoding="utf-8")
    table.to_csv(out / TABLE, index=False)
    result = read(out)
    for lang in ("en", "da"):
        figure = result.figure(lang)
        for ending in ("svg", "png"):
            figure.savefig(out / f"tornado-{lang}.{ending}", dpi=150, bbox_inches="tight")
    return table


def read(folder: str | Path) -> Any:
    """Return a finished analysis: see :class:`calibration.sensitivity_results.Sensitivity`."""
    from calibration.sensitivity_results import read as read_results

    return read_results(folder)
