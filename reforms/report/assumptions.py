"""Which numbers decide the answer: assumptions with range and reason, ranked where draws exist; sources."""

from __future__ import annotations

import math
from datetime import date
from functools import partial
from typing import NamedTuple

import pandas as pd
from scipy import stats

from reforms.report.figures import Brush
from reforms.report.results import Results
from reforms.report.tables import Cell, Table
from reforms.report.words import FEWEST_DRAWS
from sim.parameters import Parameter, ParameterSet, load_parameters
from sim.stats.interval import correlation_by_chance

MOST_COMPONENTS = 6


class Assumption(NamedTuple):
    """A number without a measurement behind it, as the report lists it."""

    name: str
    label: str
    value: str
    unit: str
    range: str
    reason: str
    foreign: bool
    mechanism: str
    weight: float


class Reference(NamedTuple):
    """A source and the parameters that rest on it."""

    title: str
    publisher: str
    year: str
    url: str
    kinds: tuple[str, ...]
    parameters: int


def drawn_values(results: Results, parameters: ParameterSet) -> pd.DataFrame:
    """Return the drawn numbers by draw (rows) and parameter (columns), empty if not to be known again."""
    from sim.runs.plan import draw_changes

    numbers = [int(n) for n in results.manifest.get("draw_numbers", []) if int(n) > 0]
    hashes = results.manifest.get("hashes", {})
    if len(numbers) < FEWEST_DRAWS or hashes.get("parameters") != parameters.digest():
        return pd.DataFrame()
    rows = {
        draw: {change.parameter: dict(change.values)[change.start] for change in changes}
        for draw, changes in draw_changes(numbers).items()
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def weights(drawn: pd.DataFrame, effect: pd.Series) -> pd.Series:
    """Return the rank correlation (Spearman) of each drawn number with the effect, by parameter."""
    together = drawn.join(effect.rename("effect"), how="inner").dropna(subset="effect")
    if len(together) < FEWEST_DRAWS or together["effect"].nunique() < 2:
        return pd.Series(dtype=float)
    varied = [name for name in drawn.columns if together[name].nunique() > 1]
    found = {name: float(stats.spearmanr(together[name], together["effect"]).statistic) for name in varied}
    return pd.Series(found, dtype=float)


def ranked(results: Results, parameters: ParameterSet) -> pd.Series:
    """Return the weights on the main reform's change of mean duration, strongest first."""
    if "mean_duration" not in results.by_draw:
        return pd.Series(dtype=float)
    found = weights(drawn_values(results, parameters), results.by_draw["mean_duration"])
    return found.reindex(found.abs().sort_values(ascending=False, kind="stable").index)


def _value(parameter: Parameter, values: tuple[float, ...], brush: Brush) -> str:
    write = brush.numbers.general
    if not parameter.components:
        return write(values[0])
    if len(set(values)) == 1:
        return write(values[0])
    label = partial(brush.t.named, "component")
    pairs = [
        f"{label(name)} {write(value)}" for name, value in zip(parameter.components, values, strict=True)
    ]
    if len(pairs) > MOST_COMPONENTS:
        return brush.t(
            "assumptions.span", low=write(min(values)), high=write(max(values)), count=str(len(values))
        )
    return "; ".join(pairs)


def _range(parameter: Parameter, brush: Brush) -> str:
    prior = parameter.prior
    ends = (prior.low, prior.high) if prior else parameter.range
    if ends is None:
        return ""
    text = brush.t(
        "assumptions.range", low=brush.numbers.general(ends[0]), high=brush.numbers.general(ends[1])
    )
    return brush.t("assumptions.factor", range=text) if prior and prior.factor else text


def _weight_of(name: str, found: pd.Series) -> float:
    """Return the strongest weight among a parameter's components."""
    own = found[[key for key in found.index if str(key).split("[")[0] == name]]
    return float(own[own.abs().idxmax()]) if len(own) else math.nan


def listed(brush: Brush, found: pd.Series) -> list[Assumption]:
    """Return all assumptions, by weight (:func:`ranked`) where draws exist, else by mechanism and name."""
    parameters = load_parameters()
    t = brush.t
    danish = brush.numbers.lang == "da"
    day = date(int(brush.results.last_year), 1, 1)
    rows = [
        Assumption(
            p.name,
            p.label_da if danish else p.label,
            _value(p, parameters.in_force(p.name, day), brush),
            t.unit(p.unit),
            _range(p, brush),
            *t.reason(p.reason),
            t.named("mechanism", p.mechanism),
            _weight_of(p.name, found),
        )
        for p in parameters
        if p.kind == "assumption"
    ]
    if len(found):
        return sorted(
            rows, key=lambda row: (-abs(row.weight) if not math.isnan(row.weight) else 1.0, row.name)
        )
    return sorted(rows, key=lambda row: (row.mechanism, row.name))


def near(rows: list[Assumption], results: Results) -> list[Assumption]:
    """Return the assumptions of the mechanisms that the reforms act through (from the manifest)."""
    parameters = load_parameters()
    changed = {
        str(change["parameter"]).split("[")[0]
        for entry in results.manifest.get("scenarios", [])
        for change in entry.get("changes", [])
    }
    touched = {parameters[name].mechanism for name in changed if name in parameters} - {""}
    return [row for row in rows if parameters[row.name].mechanism in touched or row.name in changed]


def ranking(brush: Brush, weights: pd.Series, most: int = 12) -> Table | None:
    """Return the drawn numbers, evidence and assumptions alike, that go with the effect most closely."""
    parameters, t = load_parameters(), brush.t
    found = weights.head(most)
    if not len(found):
        return None
    body = []
    for key, weight in found.items():
        entry = parameters[str(key).split("[")[0]]
        label = entry.label_da if brush.numbers.lang == "da" else entry.label
        body.append(
            (
                Cell(label),
                Cell(t(f"kind.{entry.kind}"), style="word"),
                Cell(_range(entry, brush), style="word"),
                Cell(brush.numbers.signed(float(weight), 2), float(weight)),
            )
        )
    draws = brush.results.draws
    rough = correlation_by_chance(draws)
    note = t("assumptions.rough", draws=str(draws), rough=brush.numbers.plain(rough, 2))
    heads = ("", t("assumptions.kind"), t("assumptions.interval"), t("assumptions.weight"))
    return Table(
        "ranking", t("assumptions.ranking"), t("assumptions.weight_unit"), heads, tuple(body), note=note
    )


def references() -> list[Reference]:
    """Return every distinct source of the parameters, by publisher and year."""
    seen: dict[tuple[str, str, str, str], Reference] = {}
    for parameter in load_parameters():
        source = parameter.source
        if source is None or not source.title:
            continue
        key = (source.title, source.publisher, str(source.year), source.url)
        known = seen.get(key, Reference(*key, kinds=(), parameters=0))
        kinds = tuple(sorted({*known.kinds, parameter.kind}))
        seen[key] = known._replace(kinds=kinds, parameters=known.parameters + 1)
    return sorted(seen.values(), key=lambda r: (r.publisher.casefold(), r.year, r.title))
