"""Which numbers decide the answer: assumptions with range and reason, ranked where draws exist; sources."""

from __future__ import annotations

import math
from datetime import date
from functools import partial
from typing import NamedTuple

import pandas as pd
from scipy import stats

from reforms.report.codes import readable, used
from reforms.report.document import Block, Cell, Item, Section, Table, heading, tabled, text, without_gaps
from reforms.report.results import Results
from reforms.report.sentences import FEWEST_DRAWS, deciding_sentences
from reforms.report.style import Brush
from sim.parameters import Parameter, ParameterSet, load_parameters
from sim.stats.interval import correlation_by_chance
from sim.week import MECHANISMS

MOST_COMPONENTS = 6
#: The publisher of what was worked out for the product, as parameters name it.
OWN = "own calculation"


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
    """Return the drawn numbers by draw (rows) and parameter (columns); empty if they cannot be found."""
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
    """Return the weights on the main reform's change of mean duration, strongest first.

    Empty unless they are told from noise: an emulator explains enough of draws left out
    (:mod:`sim.stats.screening`), which stands in ``attrs``; numbers within what chance gives are left out.
    """
    if "mean_duration" not in results.by_draw:
        return pd.Series(dtype=float)
    drawn, effect = drawn_values(results, parameters), results.by_draw["mean_duration"].dropna()
    return told_weights(drawn, effect)


def told_weights(drawn: pd.DataFrame, effect: pd.Series) -> pd.Series:
    """Return :func:`weights`, strongest first, of what is told from noise; none where that is too little."""
    found = weights(drawn, effect)
    if not len(found):
        return found
    from sim.stats.screening import LEAST_EXPLAINED, explained_unseen

    ranks = drawn.loc[effect.index, list(found.index)].rank(pct=True)
    explained = explained_unseen(ranks.to_numpy(), effect.to_numpy())
    kept = (
        found[found.abs() > correlation_by_chance(len(effect))] if explained >= LEAST_EXPLAINED else found[:0]
    )
    kept = kept.reindex(kept.abs().sort_values(ascending=False, kind="stable").index)
    kept.attrs["explained"] = explained
    return kept


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


def _mechanism(name: str, brush: Brush) -> str:
    """Return the label of a mechanism or of another part of the model; the name if it has none."""
    for mechanism in MECHANISMS:
        if mechanism.name == name:
            return (mechanism.label_da if brush.numbers.lang == "da" else mechanism.label) or name
    return brush.t.named("mechanism", name)


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
            *_reason(p, brush),
            _mechanism(p.mechanism, brush),
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


def _reason(parameter: Parameter, brush: Brush) -> tuple[str, bool]:
    """Return why an assumption has its value, without codes that a reader cannot look up."""
    text, foreign = brush.t.reason(parameter.reason)
    return readable(text), foreign


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
    """Return the drawn numbers (evidence, assumptions) that matter most for the effect."""
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


def _named(title: str, publisher: str, brush: Brush) -> tuple[str, str]:
    """Return a source's title and publisher; what Jobvej has worked out itself is called so."""
    return (brush.t("sources.own"), "") if publisher.casefold() == OWN else (title, publisher)


def _titled(ref: Reference, brush: Brush) -> tuple[str, str]:
    """Return a source's title, and its publisher with the year."""
    title, publisher = _named(ref.title, ref.publisher, brush)
    return title, f"{publisher}{f' ({ref.year})' if ref.year else ''}" if publisher else ""


def assumed(brush: Brush, weights: pd.Series) -> Section:
    """Return the section on the uncertain numbers: by weight, those near the reforms, and all of them."""
    t = brush.t
    every = listed(brush, weights)
    concerned = near(every, brush.results)
    by_weight = ranking(brush, weights)
    ranked = by_weight is not None
    blocks: list[Block] = []
    if by_weight is not None:
        blocks.append(tabled(by_weight))
    else:
        blocks.append(text(deciding_sentences(weights, brush)[0]))
    if concerned:
        near_ = _assumption_table("near", t("assumptions.near"), concerned, ranked, brush)
        blocks.append(tabled(near_, appendix=True))
    all_ = t("assumptions.all", count=str(len(every)))
    blocks.append(tabled(_assumption_table("all", all_, every, ranked, brush), appendix=True))
    lead = t("assumptions.intro_ranked" if ranked else "assumptions.intro_unranked")
    return Section(
        "assumptions", t("assumptions.nav"), t("assumptions.heading"), (lead,), without_gaps(blocks)
    )


def _assumption_table(key: str, caption: str, rows: list[Assumption], ranked: bool, brush: Brush) -> Table:
    t, numbers = brush.t, brush.numbers
    body = []
    for row in rows:
        third = (
            Cell(numbers.signed(row.weight, 2), None if row.weight != row.weight else row.weight)
            if ranked
            else Cell(
                row.mechanism or t("assumptions.no_mechanism"), style="word", foreign=row.mechanism.islower()
            )
        )
        body.append(
            (
                Cell(row.label, below=row.name),
                Cell(row.value, style="word", below=row.unit, foreign=not t.speaks(row.unit)),
                Cell(row.range, style="word"),
                third,
                Cell(row.reason, style="word", foreign=row.foreign),
            )
        )
    heads = (
        t("assumptions.name"),
        t("assumptions.value"),
        t("assumptions.interval"),
        t("assumptions.weight" if ranked else "assumptions.mechanism"),
        t("assumptions.reason"),
    )
    return Table(f"assumptions-{key}", caption, t("assumptions.unit_line"), heads, tuple(body))


def sources(brush: Brush) -> Section:
    """Return the section with every source behind the parameters."""
    t = brush.t
    found = references()
    items = tuple(
        Item(
            *_titled(ref, brush),
            ref.url,
            t(
                "sources.rests",
                kinds=", ".join(t(f"kind.{kind}") for kind in ref.kinds),
                count=str(ref.parameters),
            ),
            foreign=True,
        )
        for ref in found
    )
    every = listed(brush, pd.Series(dtype=float))
    codes = tuple(
        Item(title, ", ".join(filter(None, (code, publisher))), source.url, foreign=True)
        for code, source in used(row.reason for row in every).items()
        for title, publisher in [_named(source.title, source.publisher, brush)]
    )
    blocks = (
        Block("items", items=items, appendix=True),
        heading(t("sources.codes"), appendix=True),
        Block("items", items=codes, appendix=True),
    )
    return Section(
        "sources", t("sources.nav"), t("sources.heading"), (t("sources.intro", count=len(found)),), blocks
    )
