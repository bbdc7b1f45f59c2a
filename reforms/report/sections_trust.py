"""What stands in the sections on trust: what decides the answer, what is left out, fit, sources, commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import pandas as pd
from markupsafe import Markup
from matplotlib.figure import Figure

from reforms.report import assumptions, trust
from reforms.report.assumptions import Assumption
from reforms.report.document import (
    Block,
    Item,
    Panel,
    Section,
    folded,
    heading,
    note,
    panels,
    tabled,
    text,
    without_gaps,
)
from reforms.report.figures import Brush
from reforms.report.style import house_style, svg_of
from reforms.report.tables import Cell, Table


class Shown(Protocol):
    """An analysis that can show itself: the frontier, the sensitivity."""

    @property
    def table(self) -> pd.DataFrame:
        """The numbers behind the picture, units in the column names or in attrs."""

    def figure(self, lang: str) -> Figure:
        """Return the picture."""

    def sentences(self, lang: str) -> Sequence[str]:
        """Return what it says, most important first."""


class Evidence(NamedTuple):
    """What the caller brings of analyses that the reforms do not know: fit, validation, sensitivity."""

    fit: pd.DataFrame | None = None
    validation: pd.DataFrame | None = None
    sensitivity: Shown | None = None


@house_style
def _drawn(shown: Shown, lang: str, key: str, alt: str) -> Markup:
    return svg_of(shown.figure(lang), key, alt)


def analysis(key: str, shown: Shown, brush: Brush) -> Section:
    """Set an analysis that was run beside the comparison: its sentences and its picture."""
    t, lang = brush.t, brush.numbers.lang
    sentences = tuple(shown.sentences(lang))
    title = t(f"{key}.picture")
    svg = _drawn(shown, lang, key, " ".join([f"{title}.", *sentences]))
    picture = Panel(title, t(f"{key}.picture_sub"), svg, marks=False, wide=True)
    blocks = [panels(picture, brief=True), note(t(f"{key}.note"))]
    return Section(key, t(f"{key}.nav"), t(f"{key}.heading"), sentences, without_gaps(blocks))


def assumed(brush: Brush, weights: pd.Series) -> Section:
    """The uncertain numbers by weight, the assumptions near the reforms, and all of them."""
    t = brush.t
    listed = assumptions.listed(brush, weights)
    near = assumptions.near(listed, brush.results)
    ranking = assumptions.ranking(brush, weights)
    ranked = ranking is not None
    blocks: list[Block] = []
    if ranking is not None:
        blocks.append(tabled(ranking, brief=True))
    if near:
        blocks.append(tabled(_assumption_table("near", t("assumptions.near"), near, ranked, brush)))
    all_ = t("assumptions.all", count=str(len(listed)))
    blocks.append(folded(all_, _assumption_table("all", all_, listed, ranked, brush)))
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


def trusted(brush: Brush, evidence: Evidence) -> Section:
    """What is not in the model, how near the baseline is to Denmark, and to facts it was not fitted to."""
    t = brush.t
    left_out = tuple(Item(t(f"trust.missing_{key}")) for key in trust.LEFT_OUT)
    blocks = [
        text(t("trust.advice"), brief=True),
        heading(t("trust.missing_heading"), brief=True),
        Block("items", items=left_out, brief=True),
        heading(t("trust.fit_heading"), brief=True),
    ]
    if evidence.fit is not None and len(evidence.fit):
        table, said = trust.fit_table(evidence.fit, brush)
        blocks += [text(said, brief=True), *_worst(evidence.fit, brush), tabled(table)]
    else:
        blocks.append(note(t("trust.fit_missing")))
    if evidence.validation is not None and len(evidence.validation):
        table, said = trust.validation_table(evidence.validation, brush)
        blocks += [heading(t("trust.validation_heading")), text(said, brief=True), tabled(table)]
    return Section("trust", t("trust.nav"), t("trust.heading"), (), without_gaps(blocks))


def _worst(fit: pd.DataFrame, brush: Brush) -> list[Block]:
    said = trust.worst_sentence(fit, brush)
    return [text(said, brief=True)] if said else []


def sources(brush: Brush) -> Section:
    """Every source behind the parameters."""
    t = brush.t
    listed = assumptions.references()
    items = tuple(
        Item(
            ref.title,
            f"{ref.publisher}{f' ({ref.year})' if ref.year else ''}" if ref.publisher else "",
            ref.url,
            t(
                "sources.rests",
                kinds=", ".join(t(f"kind.{kind}") for kind in ref.kinds),
                count=str(ref.parameters),
            ),
            foreign=True,
        )
        for ref in listed
    )
    blocks = (Block("items", items=items),)
    return Section(
        "sources", t("sources.nav"), t("sources.heading"), (t("sources.intro", count=len(listed)),), blocks
    )


def repeated(brush: Brush, command: str) -> Section:
    """The commands that make the numbers and this report, settings, fingerprints and definitions."""
    t, manifest, results = brush.t, brush.results.manifest, brush.results
    settings = t(
        "how.settings",
        scale=brush.numbers.general(float(manifest.get("scale", 0))),
        seed=manifest.get("seed", "?"),
        replicates=results.replicates,
        draws=results.draws,
        demand=manifest.get("demand", "?"),
    )
    blocks = [
        Block("code", title=str(manifest.get("command", "jobvej compare"))),
        text(t("how.report")),
        Block("code", title=command),
        text(settings),
        *_fingerprints(manifest.get("hashes"), brush),
        heading(t("how.definitions")),
        Block(
            "items",
            items=tuple(
                Item(d.text, d.label, small=t("how.definition_unit", unit=d.unit))
                for d in trust.definitions(brush)
            ),
        ),
    ]
    return Section("how", t("how.nav"), t("how.heading"), (t("how.intro"),), without_gaps(blocks))


def _fingerprints(hashes: Any, brush: Brush) -> list[Block]:
    if not isinstance(hashes, dict):
        return []
    shown = ", ".join(
        f"{brush.t.named('how.hash', name)} {value[:16]}"
        for name, value in hashes.items()
        if isinstance(value, str)
    )
    return [note(f"{brush.t('how.fingerprint')}: {shown}")] if shown else []
