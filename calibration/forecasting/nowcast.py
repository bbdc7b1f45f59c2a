"""The demand for which the model follows the months that were: a file that any run takes.

With x_t the logarithm of demand.job_loss_index in month t (and job growth ``growth_a_loss`` times x_t beside
it), the model's logarithm of the unemployed on dagpenge differs from that under flat demand by about

    e_t = rho * e_{t-1} + g * x_t,

rho and g by least squares from a run in which job loss rises at once and for good, beside one without.  What
was observed less the run under flat demand is e_t and chance; x_t is a random walk.  The smoother is
statsmodels' state space, with both variances by maximum likelihood.  As the response is only about so, the
model is then run under the path, the smoother finds what is left, and it is added, some rounds over.

The path is the country's.  It takes up whatever the model lacks: where its seasons differ from the figures',
a month's index is the season's; and an index at its bound (0.4, or what the season leaves room for) says that
job loss alone does not bring the model to the figures.
"""

from __future__ import annotations

import csv
import json
import math
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize

from calibration.forecasting.panel import COUNTRY, Array, Series, month_name, read_series
from calibration.forecasting.paths import Runs, run_from
from calibration.forecasting.settings import settings
from sim.errors import InputError, named
from sim.rules.demand_paths import COLUMNS
from sim.rules.flows import LARGEST_MULTIPLIER
from sim.runs.folder import out_folder
from sim.runs.options import NOWCAST, RUN
from sim.runs.version import version
from sim.stats.quantiles import HALF_OF_95

FILE, SAID = "demand.csv", "nowcast.json"
MEASURE = "gross_unemployed_dagpenge"
#: Logarithm of the step by which the model's response is measured: within what demand paths do.
_STEP = 0.2
#: Before the first figure nothing is known of demand but that it was within what has been seen (log points).
_FIRST_SPREAD = 0.3
#: Least of the index: that of no observed year.
_LEAST = 0.4
#: Where the search for variances begins (log points a month).
_BEGIN = (0.05, 0.02)


class Response(NamedTuple):
    """How the model answers demand."""

    kept: float  # rho
    gain: float  # g


class Nowcast(NamedTuple):
    """A path of demand and how well the model follows with it."""

    first: int  # number of the first month
    losses: Array  # (n,) demand.job_loss_index
    error: Array  # (n,) standard error of its logarithm
    growth: Array  # (n,) demand.job_growth
    observed: Array  # (n,) log of the measure
    flat: Array  # (n,) the model's under flat demand
    followed: Array  # (n,) under the path
    response: Response

    @property
    def misses(self) -> tuple[float, float]:
        """Root mean square error in per cent: under flat demand, under the path."""
        return (
            100.0 * float(np.sqrt(((self.flat - self.observed) ** 2).mean())),
            100.0 * float(np.sqrt(((self.followed - self.observed) ** 2).mean())),
        )


def response_of(step: Array) -> Response:
    """Return rho and g of what a step of one log point does by month (n,): g (1 - rho^k) / (1 - rho)."""
    months = np.arange(1, len(step) + 1)

    def wrong(at: Array) -> float:
        kept = 1.0 / (1.0 + math.exp(-at[0]))
        return float(((at[1] * (1.0 - kept**months) - step) ** 2).sum())

    found = minimize(wrong, np.array([1.5, float(step[-1])]), method="Nelder-Mead")
    kept = 1.0 / (1.0 + math.exp(-found.x[0]))
    return Response(kept, float(found.x[1]) * (1.0 - kept))


def smoothed(gap: Array, response: Response) -> tuple[Array, Array]:
    """Return x (n,) and its standard error from gaps (n,), observed less model, by a Kalman smoother."""
    from statsmodels.tsa.statespace.mlemodel import MLEModel

    class Demand(MLEModel):
        """Two states: x and e."""

        def __init__(self) -> None:
            super().__init__(gap, k_states=2, k_posdef=1)
            self["design"] = np.array([[0.0, 1.0]])
            self["transition"] = np.array([[1.0, 0.0], [response.gain, response.kept]])
            self["selection"] = np.array([[1.0], [response.gain]])
            spread = np.array([[1.0, response.gain], [response.gain, response.gain**2]])
            self.ssm.initialize_known(np.zeros(2), _FIRST_SPREAD**2 * spread)

        @property
        def start_params(self) -> Array:
            return np.array(_BEGIN) ** 2

        def transform_params(self, unconstrained: Array) -> Array:
            return np.asarray(np.square(unconstrained))

        def untransform_params(self, constrained: Array) -> Array:
            return np.asarray(np.sqrt(constrained))

        def update(self, params: Array, **keywords: Any) -> None:
            values = super().update(params, **keywords)
            self["state_cov", 0, 0], self["obs_cov", 0, 0] = values[0], values[1]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a likelihood that is flat: the variance is then near none
        found = Demand().fit(disp=False)
    states, spread = found.smoothed_state, found.smoothed_state_cov
    return np.asarray(states[0]), np.sqrt(np.maximum(spread[0, 0], 0.0))


def _run(known: dict[str, Series], first: int, months: int, runs: Runs) -> Array:
    return np.log(run_from(known, first, months, runs)[MEASURE][0])


def _under(known: dict[str, Series], first: int, x: Array, growth: float, runs: Runs) -> Array:
    """Return the model's months (n,) under a path of demand."""
    with tempfile.TemporaryDirectory(prefix="jobvej-demand-") as folder:
        path = Path(folder) / FILE
        write_demand(path, first + 1, np.exp(x), growth * x)
        return _run(known, first, len(x), runs._replace(demand=str(path)))


def write_demand(
    path: Path, first: int, index: Sequence[float] | Array, growth: Sequence[float] | Array
) -> None:
    """Write a path of demand of the country by month as a file that runs take."""
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(COLUMNS)
        for name, values in (("job_losses", index), ("job_growth", growth)):
            for at, value in enumerate(values):
                out.writerow([month_name(first + at), COUNTRY, name, f"{value:.4f}"])


def nowcast(
    data: str | Path,
    out: str | Path | None = None,
    *,
    scale: float = NOWCAST.scale,
    seed: int = RUN.seed,
    rounds: int = 3,
    tell: Callable[[str], None] = lambda said: None,
) -> Nowcast:
    """Find the path of demand for which the model follows the months of a folder.

    Parameters
    ----------
    data
        Folder of figures with gross_unemployed_dagpenge.
    out
        Folder for ``demand.csv`` (for ``--demand``) and ``nowcast.json``; None: not written.
    scale, seed
        Of the model's runs.
    rounds
        How often the model is run under the path and what is left is added.

    Raises
    ------
    InputError
        The folder lacks the measure.
    """
    known, growth = read_series(data), settings().growth_a_loss
    folder = None if out is None else out_folder(out)
    if MEASURE not in known:
        raise InputError(f"{named('data')}: {data} has no {MEASURE}, which demand is found from")
    series = known[MEASURE]
    first, n = series.first, len(series.cells) - 1
    observed = series.worked()[1:, 0]
    runs = Runs(scale=scale, seed=seed)
    tell("flat demand")
    flat = _run(known, first, n, runs)
    tell("a step of demand")
    response = response_of((_under(known, first, np.full(n, _STEP), growth, runs) - flat) / _STEP)
    x, now = np.zeros(n), flat
    error = np.zeros(n)
    for at in range(rounds):
        more, error = smoothed(observed - now, response)
        x = np.clip(x + more, math.log(_LEAST), math.log(_most()))
        tell(f"round {at + 1} of {rounds}")
        now = _under(known, first, x, growth, runs)
    found = Nowcast(first + 1, np.exp(x), error, growth * x, observed, flat, now, response)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        write_demand(folder / FILE, found.first, found.losses, found.growth)
        (folder / SAID).write_text(json.dumps(_said(found, scale, seed), indent=1) + "\n", encoding="utf-8")
    return found


def _most() -> float:
    """The largest index that the worst month of the season leaves room for."""
    from datetime import date

    from sim.data import municipality_codes
    from sim.parameters import load_parameters

    law = load_parameters().at(date(2024, 1, 1), municipality_codes())
    return LARGEST_MULTIPLIER / float(law.vector("demand.season_job_loss").max()) * (1.0 - 1e-3)


def _said(found: Nowcast, scale: float, seed: int) -> dict[str, Any]:
    flat, followed = found.misses
    return {
        "measure": MEASURE,
        "error_flat_per_cent": round(flat, 2),
        "error_followed_per_cent": round(followed, 2),
        "response": found.response._asdict(),
        "months": {
            month_name(found.first + at): {
                "job_losses": round(float(found.losses[at]), 3),
                "standard_error_log": round(float(found.error[at]), 3),
                "job_growth": round(float(found.growth[at]), 4),
                "observed": round(math.exp(found.observed[at])),
                "model": round(math.exp(found.followed[at])),
                "model_flat": round(math.exp(found.flat[at])),
            }
            for at in range(len(found.losses))
        },
        "scale": scale,
        "seed": seed,
        "version": version(),
    }


def in_short(found: Nowcast) -> str:
    """Return the path and how well the model follows with it, as lines of text."""
    flat, followed = found.misses
    lines = ["month     job losses  (95 per cent)     observed    model     flat"]
    for at, index in enumerate(found.losses):
        low, high = (index * math.exp(z * found.error[at]) for z in (-HALF_OF_95, HALF_OF_95))
        lines.append(
            f"{month_name(found.first + at)}  {index:10.2f}  ({low:.2f} to {high:.2f})  "
            f"{math.exp(found.observed[at]):>9,.0f}  {math.exp(found.followed[at]):>9,.0f}  "
            f"{math.exp(found.flat[at]):>9,.0f}"
        )
    lines.append(f"Error of the model: {flat:.1f} per cent under flat demand, {followed:.1f} under this path")
    return "\n".join(lines)
