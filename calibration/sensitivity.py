"""Which parameters decide the answer to a reform: Morris on paired runs, or Sobol through an emulator.

Every uncertain parameter is varied at once: one that is calibrated over its own distribution in the posterior
ensemble, the others over their priors.  What the posterior says of two of them together is left out, since
shares of a variance are of numbers that vary each on its own.  A point of the design is a pair of runs,
without and with the reform, with the same random numbers; the answer is the difference in a measure in the
last year.

    morris   trajectories of SALib; mu* (mean absolute elementary effect) stands for the total effect
    sobol    a Latin hypercube of pairs, an emulator on the parameters that matter (its error on points left
             out is told), and Saltelli's design on the emulator
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, Literal, Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from calibration.experiments.words import number
from reforms.load import load
from reforms.reform import Reform
from reforms.report.texts import load_texts
from sim.calendar import Week
from sim.errors import InputError, suggest
from sim.outcomes.measures import MEASURES
from sim.parameters import Change, Origin, Parameter, load_parameters
from sim.parameters.posterior import Ensemble, read_posterior
from sim.parameters.priors import prior_of, values_at
from sim.runs.branching import jobs_of
from sim.runs.execute import Files, complete
from sim.runs.folder import out_folder
from sim.runs.options import MOST_RUNS, SENSITIVITY, RunFields, RunOptions, check_whole, shows_run_options
from sim.runs.plan import BASELINE, Task, parameters_digest, settings_of
from sim.runs.reading import about_of, write_about
from sim.runs.store import Store, json_bytes
from sim.runs.work import World, labour_market, simulate
from sim.stats.interval import ENDS, weighted_quantiles
from sim.stats.screening import LEAST_EXPLAINED, explained_unseen, screening_emulator, strongest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Method = Literal["sobol", "morris"]
Matrix = NDArray[np.float64]
_SALTELLI = 1024
#: Pairs of runs, below which it is seldom told what decides.
POINTS = 256
TABLE, ABOUT = "sensitivity.csv", "sensitivity.json"
#: What is kept of a run: all measures of the country in the last year.
_KEPT, _FILE = "the country's last year", "country.json"
SHOWN = 12
#: Characters of a line of a parameter's name beside the picture.
WRAPPED = 46
_KIND_COLOURS = {"assumption": "#b5651d", "evidence": "#1f5f8b", "law": "#555555"}
_WORDS = {
    "en": {
        "axis": "{reform}: effect, {unit}",
        "assumption": "assumption (no source)",
        "evidence": "estimated",
        "law": "law",
        "low": "low end of the prior",
        "high": "high end of the prior",
    },
    "da": {
        "axis": "{reform}: virkning, {unit}",
        "assumption": "antagelse (ingen kilde)",
        "evidence": "estimeret",
        "law": "lov",
        "low": "nedre ende af usikkerheden",
        "high": "øvre ende af usikkerheden",
    },
}
#: Options that make no sense here: every uncertain parameter is varied in pairs of runs.
NOT_ASKED = ("replicates", "draws", "demand", "data", "settings", "switched_off", "branching", "baseline")


@dataclass(frozen=True)
class Answer:
    """The answers of a design: positions in the priors (n, k) and the reform's effect (n,)."""

    names: tuple[str, ...]
    positions: Matrix
    effect: NDArray[np.float64]

    def middle(self, *, seed: int) -> tuple[float, float]:
        """Return between which ends 95 % of the effects lie as an emulator smooths them: without luck."""
        kept = strongest(self.positions, self.effect)
        model = screening_emulator().fit(self.positions[:, kept], self.effect)
        low, high = np.quantile(model.predict(self.positions[:, kept]), ENDS)
        return float(low), float(high)


def uncertain(settled: Sequence[Change] = ()) -> tuple[Parameter, ...]:
    """Return the parameters that are drawn, by name: from the ensemble or a prior; none that is settled."""
    names, ensemble = {change.name for change in settled}, read_posterior()
    calibrated = set(ensemble.names) if ensemble else set()
    return tuple(
        each
        for each in load_parameters()
        if (prior_of(each) is not None or each.name in calibrated) and each.name not in names
    )


@shows_run_options(SENSITIVITY, without=NOT_ASKED)
def run_sensitivity(
    reform: str,
    measure: str,
    out: Path | str,
    *,
    method: Method = "sobol",
    group: str = "unemployed_gross",
    points: int = POINTS,
    trajectories: int = 4,
    **options: Unpack[RunFields],
) -> pd.DataFrame:
    """Say which parameters decide the answer to a reform: one row a parameter, the most decisive first.

    Parameters
    ----------
    reform, out
        Catalogue name, ``a+b`` or file; folder of the results, run again with the same to continue.
    measure, group
        What is compared: a measure of ``jobvej measures list`` and its group, in the last simulated year.
    method, points, trajectories
        ``sobol``: an emulator through ``points`` pairs of a Latin hypercube; ``morris``: ``trajectories`` of
        one pair a parameter and one more.
    **options
        Draws are the analysis's own.

    Returns
    -------
    Frame of parameter, kind, labels, ``first`` and ``total`` (shares of the variance for sobol, in the unit
    of the measure for morris) with ``_low`` and ``_high``, and the effect at the ends of the prior.

    Raises
    ------
    InputError
        Unknown reform, measure or group, with the nearest name; or a measure of which nothing was seen in
        some runs.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.sensitivity("headline", "mean_duration", "results/sensitivity")  # doctest: +SKIP
    """
    asked, folder = SENSITIVITY.but(**options), out_folder(out)
    check_whole("points", points, 2, MOST_RUNS)
    check_whole("trajectories", trajectories, 1, MOST_RUNS)
    if measure not in MEASURES:
        raise InputError(f"no measure '{measure}'.{suggest(measure, MEASURES)} See: jobvej measures list")
    belief = settings_of(asked)
    chosen, wanted = uncertain(belief), load(reform)
    names = tuple(parameter.name for parameter in chosen)
    design = _design(method, names, points=points, trajectories=trajectories, seed=asked.seed)
    pairs = [_pair(at, _drawn(chosen, row), wanted, asked, belief) for at, row in enumerate(design, start=1)]
    store = Store(folder / "runs")
    complete(
        store, jobs_of, [task for pair in pairs for task in pair],
        partial(simulate, labour_market, _country_of), workers=asked.workers,
        executor=asked.executor, title="sensitivity", quiet=asked.quiet,
    )  # fmt: skip
    found = [[json.loads(store.read(task)[_FILE]) for task in pair] for pair in pairs]
    effect = np.array([_effect(before, after, measure, group) for before, after in found])
    unseen = int(np.count_nonzero(~np.isfinite(effect)))
    if unseen:
        raise InputError(
            f"'{measure}' of '{group}' was not observed in {unseen} of {len(effect)} pairs of runs: nobody "
            "was at risk; take a larger scale or another group"
        )
    answer = Answer(names, design, effect)
    table, explained = (_morris if method == "morris" else _sobol)(answer, asked.seed)
    low, high = answer.middle(seed=asked.seed)
    about = {
        "reform": reform, "title": {"en": wanted.title.en, "da": wanted.title.da},
        "measure": measure, "group": group, "method": method, "pairs": len(pairs),
        "scale": asked.scale, "seed": asked.seed, "from": asked.start, "to": asked.end,
        "mean": float(effect.mean()), "low": low, "high": high, "explained": explained,
        "unit": MEASURES[measure].unit, **({"beliefs": asked.beliefs} if asked.beliefs else {}),
    }  # fmt: skip
    return _write(_described(table, chosen), about, folder)


def _pair(
    draw: int, drawn: tuple[Change, ...], reform: Reform, asked: RunOptions, belief: tuple[Change, ...]
) -> list[Task]:
    """Return the runs of a point, without and with the reform, under a belief."""
    return [
        Task(
            scenario=name, changes=changes, settings=belief, draw_changes=drawn, draw=draw, replicate=0,
            seed=asked.seed, scale=asked.scale, start=asked.start, end=asked.end, demand=asked.demand,
            switched_off=asked.switched_off, shared_digest=parameters_digest(drawn, belief),
            parameters_digest=parameters_digest(drawn, belief, changes), kept=_KEPT,
        )
        for name, changes in ((BASELINE, ()), (reform.name, tuple(reform.changes)))
    ]  # fmt: skip


def _country_of(world: World, task: Task) -> Files:
    """Return all measures of the country in the last year, by measure and group."""
    rows = world.outcomes()
    last = rows[(rows["municipality"] == 0) & (rows["period"] == str(Week.parse(task.end).year))]
    found: dict[str, dict[str, float]] = {}
    for row in last.itertuples():
        found.setdefault(str(row.measure), {})[str(row.group)] = float(row.value)
    return {_FILE: json_bytes(found)}


def _problem(names: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def _design(method: Method, names: Sequence[str], *, points: int, trajectories: int, seed: int) -> Matrix:
    from SALib.sample import latin
    from SALib.sample import morris as trajectory

    problem = _problem(names)
    if method == "morris":
        rows = trajectory.sample(problem, trajectories, num_levels=4, seed=seed)
    else:
        rows = latin.sample(problem, points, seed=seed)
    return np.clip(np.asarray(rows, np.float64), *ENDS)


def _drawn(chosen: Sequence[Parameter], row: NDArray[np.float64]) -> tuple[Change, ...]:
    """Return the parameters at these positions of their priors, as a draw."""
    made, ensemble = [], read_posterior()
    for parameter, position in zip(chosen, row, strict=True):
        value, operation = _value_at(parameter, float(position), ensemble)
        origin = Origin("design", kind="draw")
        made.append(Change(parameter.name, operation, ((date.min, value),), origin=origin))
    return tuple(made)


def _value_at(
    parameter: Parameter, position: float, ensemble: Ensemble | None
) -> tuple[float, Literal["set", "multiply"]]:
    """Return a parameter's value at a quantile of the ensemble, or of its prior, and the operation."""
    if ensemble is not None and parameter.name in ensemble.names:
        at = ensemble.names.index(parameter.name)
        found = weighted_quantiles([row[at] for row in ensemble.rows], ensemble.weights, (position,))
        return float(found[0]), "set"
    value = float(values_at(parameter, np.array([position]))[0])
    return value, "multiply" if parameter.prior is not None and parameter.prior.factor else "set"


def _effect(
    before: dict[str, dict[str, float]], after: dict[str, dict[str, float]], measure: str, group: str
) -> float:
    groups = {**before.get(measure, {}), **after.get(measure, {})}
    if group not in groups:
        raise InputError(f"'{measure}' has no group '{group}'.{suggest(group, groups)}")
    return after.get(measure, {}).get(group, math.nan) - before.get(measure, {}).get(group, math.nan)


def _morris(answer: Answer, seed: int) -> tuple[pd.DataFrame, float]:
    from SALib.analyze import morris

    found = morris.analyze(_problem(answer.names), answer.positions, answer.effect, num_levels=4, seed=seed)
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
    from SALib.analyze import sobol
    from SALib.sample import sobol as saltelli

    kept = strongest(answer.positions, answer.effect)
    x = answer.positions[:, kept]
    explained = explained_unseen(answer.positions, answer.effect, seed=seed)
    model = screening_emulator().fit(x, answer.effect)
    names = [answer.names[i] for i in kept]
    problem = _problem(names)
    rows = saltelli.sample(problem, _SALTELLI, calc_second_order=False, seed=seed)
    found = sobol.analyze(problem, model.predict(rows), calc_second_order=False, seed=seed)
    ends = np.full((2 * len(kept), len(kept)), 0.5)
    for i in range(len(kept)):
        ends[2 * i, i], ends[2 * i + 1, i] = ENDS
    at = model.predict(ends)
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


def _described(table: pd.DataFrame, chosen: Sequence[Parameter]) -> pd.DataFrame:
    by_name = {parameter.name: parameter for parameter in chosen}
    table["label_en"] = [by_name[name].label for name in table["parameter"]]
    table["label_da"] = [by_name[name].label_da for name in table["parameter"]]
    table["kind"] = [by_name[name].kind for name in table["parameter"]]
    return table.sort_values("total", ascending=False, ignore_index=True)


def _write(table: pd.DataFrame, about: dict[str, Any], out: Path) -> pd.DataFrame:
    table.to_csv(out / TABLE, index=False)
    write_about(out, ABOUT, about, [TABLE])
    result = read(out)
    for lang in ("en", "da"):
        figure = result.figure(lang)
        for ending in ("svg", "png"):
            figure.savefig(out / f"tornado-{lang}.{ending}", dpi=150, bbox_inches="tight")
    return table


def _figure(value: float, lang: str) -> str:
    """A number with the language's decimal sign; none where it is large."""
    text = number(value, 0 if abs(value) >= 1000 else 2)
    return text.replace(".", ",") if lang == "da" else text


@dataclass(frozen=True)
class Sensitivity:
    """What decides the answer; ``table`` has one row a parameter, the most important first."""

    table: pd.DataFrame
    about: dict[str, Any]

    @property
    def is_told(self) -> bool:
        """Whether it is told from noise: the emulator explains enough of what it has not seen.

        Trajectories have no emulator: there each parameter is told by its own interval.
        """
        explained = self.about["explained"]
        return explained is None or math.isnan(explained) or explained >= LEAST_EXPLAINED

    @property
    def deciding(self) -> pd.DataFrame:
        """The parameters whose share is told from zero: inert ones are left out; none if nothing is told."""
        return self.table[self.table["total_low"] > 0] if self.is_told else self.table.head(0)

    def figure(self, lang: str = "en") -> Figure:
        """Return the tornado: the answer at the low and the high end of each parameter's prior."""
        from matplotlib.figure import Figure
        from matplotlib.patches import Patch
        from matplotlib.ticker import FuncFormatter

        words, rows = _WORDS[lang], self.deciding.head(SHOWN).iloc[::-1]
        figure = Figure(figsize=(9, 0.45 * len(rows) + 1.6), layout="constrained")
        axes = figure.subplots()
        for y, row in enumerate(rows.itertuples()):
            colour = _KIND_COLOURS[str(row.kind)]
            axes.plot([row.at_low, row.at_high], [y, y], color=colour, linewidth=9, solid_capstyle="butt")
            axes.plot([row.at_low], [y], marker="o", color="white", markeredgecolor=colour, markersize=7)
        if rows.empty:
            axes.text(0.5, 0.5, fill(self._trust(lang)[-1], 80), ha="center", transform=axes.transAxes)
        axes.axvline(self.about["mean"], color="#222222", linewidth=0.8)
        labels = [fill(str(getattr(row, f"label_{lang}")), WRAPPED) for row in rows.itertuples()]
        axes.set_yticks(range(len(rows)), labels, multialignment="left")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _figure(value, lang)))
        axis = words["axis"].format(reform=self.reform(lang), unit=self.unit(lang))
        figure.supxlabel(f"{axis}\n{fill(self.measure(lang), 2 * WRAPPED)}", fontsize="medium")
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
        kinds = [kind for kind in _KIND_COLOURS if kind in set(rows["kind"])]
        handles = [Patch(color=_KIND_COLOURS[kind], label=words[kind]) for kind in kinds]
        if handles:
            axes.legend(handles=handles, loc="lower right", frameon=False, title=f"○ {words['low']}")
        return figure

    def reform(self, lang: str) -> str:
        """Return the reform's title."""
        return str(self.about["title"][lang])

    def measure(self, lang: str) -> str:
        """Return what is measured, in words."""
        return MEASURES[self.about["measure"]].definition.of(lang)

    def unit(self, lang: str) -> str:
        """Return the unit in the reader's language."""
        return load_texts(lang).unit(str(self.about["unit"]))

    def sentences(self, lang: str = "en") -> list[str]:
        """Return what there is to say, in full sentences."""
        about, first = self.about, self.deciding.head(5)
        count = int((first["kind"] == "assumption").sum())
        mean, low, high = (_figure(about[key], lang) for key in ("mean", "low", "high"))
        unit = self.unit(lang)
        if lang == "da":
            said = [
                f"Over {about['pairs']} par af kørsler er virkningen i snit {mean} {unit} "
                f"({low} til {high}).",
            ]
            if len(first):
                said += [
                    f"Mest afgør: {first.iloc[0]['label_da']}.",
                    f"{count} af de {len(first)} vigtigste parametre er antagelser uden kilde.",
                ]
        else:
            said = [
                f"Over {about['pairs']} pairs of runs the effect is {mean} {unit} on average "
                f"({low} to {high}).",
            ]
            if len(first):
                said += [
                    f"What decides most: {first.iloc[0]['label_en']}.",
                    f"{count} of the {len(first)} most important are assumptions without a source.",
                ]
        return [*said, *self._trust(lang)]

    def _trust(self, lang: str) -> list[str]:
        """How far the emulator can be believed."""
        explained = self.about["explained"]
        if explained is None or math.isnan(explained):
            if len(self.deciding):
                return []
            return [
                "Ingen parameter kan skelnes fra støj."
                if lang == "da"
                else "No parameter is told from noise."
            ]
        share, least = number(100 * max(explained, 0.0), 0), number(100 * LEAST_EXPLAINED, 0)
        if lang == "da":
            known = f"Tilnærmelsen forklarer {share} procent af variationen (R²) i kørsler, den ikke har set"
            more = f"; under {least} kan det ikke afgøres, hvad der er afgørende: tag flere par (--points)"
        else:
            known = f"The emulator explains {share} per cent of the variation (R²) in runs it has not seen"
            more = f"; below {least} what decides is uncertain: take more pairs (--points)"
        return [f"{known}{'' if self.is_told else more}."]


def read(folder: str | Path) -> Sensitivity:
    """Return the analysis that ``jobvej sensitivity`` left in a folder.

    Raises
    ------
    InputError
        There is none.
    """
    place = Path(folder)
    about, table = place / ABOUT, place / TABLE
    if not os.path.isfile(about) or not os.path.isfile(table):
        raise InputError(f"no {ABOUT} in {folder}; expected a folder that 'jobvej sensitivity' wrote")
    said = about_of(place, ABOUT, [TABLE])
    return Sensitivity(pd.read_csv(table), said)
