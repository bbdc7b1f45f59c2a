"""How far to trust it: what is left out, the model against Denmark, other analyses, how to repeat it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import pandas as pd
from matplotlib.figure import Figure

from reforms.noise_floor import NoiseFloor, read_floor
from reforms.report.data import sheet_of_frame
from reforms.report.document import (
    Block,
    Cell,
    Item,
    Panel,
    Picture,
    Section,
    Table,
    heading,
    note,
    panels,
    tabled,
    text,
    without_gaps,
)
from reforms.report.sentences import certainty_sentences
from reforms.report.style import Brush, house_style, svg_of
from sim.outcomes.measures import HEADLINES, MEASURES
from sim.parameters.baselines import law_of

LEFT_OUT = ("wages", "prices", "health", "moves", "households", "take_up", "politics")
#: A figure within so many per cent of the data counts as near.
CLOSE = 15.0
#: How many of the largest misses the report names.
MISSES = 3


class Shown(Protocol):
    """An analysis with a table, a picture and sentences of its own: the frontier, the sensitivity."""

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
def _drawn(shown: Shown, lang: str, key: str, alt: str) -> Picture:
    return Picture(svg_of(shown.figure(lang), key, alt), sheet_of_frame(shown.table))


def analysis(key: str, shown: Shown, brush: Brush) -> Section:
    """Return the section on an analysis made beside the comparison: its sentences and its picture."""
    t, lang = brush.t, brush.numbers.lang
    sentences = tuple(shown.sentences(lang))
    title = t(f"{key}.picture")
    drawn = _drawn(shown, lang, key, " ".join([f"{title}.", *sentences]))
    picture = Panel(title, t(f"{key}.picture_sub"), drawn, marks=False, wide=True)
    blocks = [panels(picture, brief=True), note(t(f"{key}.note"))]
    return Section(key, t(f"{key}.nav"), t(f"{key}.heading"), sentences, without_gaps(blocks))


class Definition(NamedTuple):
    """A measure as the report defines it."""

    label: str
    unit: str
    text: str


def definitions(brush: Brush) -> tuple[Definition, ...]:
    """Return the definitions of the measures that the report shows."""
    lang = brush.numbers.lang
    return tuple(
        Definition(m.label.of(lang), brush.t.unit(m.unit.name), m.definition.of(lang))
        for m in MEASURES.values()
        if m.in_report
    )


def _label(row: Mapping[Any, Any], brush: Brush) -> tuple[str, bool]:
    """Return what a figure is called, and whether the words are in another language."""
    english = str(row.get("label") or f"{row.get('measure', '')} ({row['id']})")
    if brush.numbers.lang == "en":
        return english, False
    own = row.get("label_da") or brush.t.target(str(row["id"]))
    return (str(own), False) if isinstance(own, str) and own else (english, True)


def _number(value: object, brush: Brush) -> Cell:
    known = isinstance(value, int | float) and not math.isnan(value)
    return Cell(brush.numbers.general(float(str(value))), float(str(value))) if known else Cell("..")


def _deviation(row: Mapping[Any, Any], brush: Brush) -> Cell:
    """Return the deviation in per cent, bold where it is large."""
    value = row.get("deviation_pct")
    if not isinstance(value, int | float) or math.isnan(value):
        return Cell("..")
    return Cell(brush.numbers.signed(value, 1), float(value), "told" if abs(value) > CLOSE else "unclear")


def _row(row: Mapping[Any, Any], brush: Brush) -> tuple[Cell, ...]:
    label, foreign = _label(row, brush)
    return (
        Cell(label, foreign=foreign),
        Cell(brush.t.unit(str(row["unit"])), style="word"),
        _number(row.get("data"), brush),
        _number(row.get("model"), brush),
        _deviation(row, brush),
        Cell(brush.numbers.signed(float(z), 1), float(z))
        if isinstance(z := row.get("z"), int | float) and not math.isnan(z)
        else Cell(".."),
    )


def fit_table(fit: pd.DataFrame, brush: Brush) -> tuple[Table, str]:
    """Return model against data as a table, misses included, and a sentence that counts the near ones.

    Parameters
    ----------
    fit
        id, unit, data, model, and where known label, label_da, group, se, z, deviation_pct.
    """
    t = brush.t
    body: list[tuple[Cell, ...]] = []
    groups = fit["group"] if "group" in fit else pd.Series("", index=fit.index)
    for group in dict.fromkeys(groups):
        rows = fit[groups == group]
        if group:
            heading = t.named("trust.group", str(group))
            body.append((Cell(heading, style="heading"), *[Cell("")] * 5))
        body += [_row(row, brush) for row in rows.to_dict("records")]
    heads = ("", *(t(f"trust.fit_{name}") for name in ("unit", "data", "model", "deviation", "z")))
    table = Table("fit", t("trust.fit_table"), t("trust.fit_unit_line"), heads, tuple(body))
    known = fit["deviation_pct"].dropna() if "deviation_pct" in fit else pd.Series(dtype=float)
    within = int((known.abs() <= CLOSE).sum())
    numbers = {"all": str(len(fit)), "known": str(len(known)), "within": str(within)}
    missing = len(fit) - len(known)
    said = t("trust.fit_note", **numbers)
    return table, f"{said} {t('trust.fit_unmeasured', count=str(missing))}" if missing else said


def _span(row: Mapping[Any, Any], names: tuple[str, str, str], brush: Brush) -> Cell:
    """Return a figure with its interval below, where it has one."""
    value, low, high = (row.get(name) for name in names)
    cell = _number(value, brush)
    known = all(isinstance(end, int | float) and not math.isnan(end) for end in (low, high))
    if not known:
        return cell
    ends = [brush.numbers.general(float(str(end))) for end in (low, high)]
    return cell._replace(below=brush.t("assumptions.range", low=ends[0], high=ends[1]))


def _judged(row: Mapping[Any, Any]) -> str:
    """Return whether sign and size are right: right, sign_only, wrong_sign, wrong, or open."""
    sign, size = (
        {"True": True, "False": False}.get(str(row.get(name))) for name in ("sign_right", "size_right")
    )
    if sign is False:
        return "wrong_sign"
    if size is None:
        return "right_sign" if sign else "open"
    if size:
        return "right"
    return "sign_only" if sign else "wrong"


def validation_table(validation: pd.DataFrame, brush: Brush) -> tuple[Table, str]:
    """Return the model against held-out facts and published trials, misses included, and their count.

    Parameters
    ----------
    validation
        kind, name_en, name_da, unit, model, low, high, published, published_low, published_high, sign_right,
        size_right (None: nothing to judge), comment, comment_da.
    """
    t, danish = brush.t, brush.numbers.lang == "da"
    body: list[tuple[Cell, ...]] = []
    verdicts: list[str] = []
    for kind, rows in validation.groupby("kind", sort=False):
        body.append((Cell(t.named("trust.kind", str(kind)), style="heading"), *[Cell("")] * 5))
        for row in rows.to_dict("records"):
            verdicts.append(_judged(row))
            own, comment = row.get("comment_da") if danish else None, row.get("comment")
            body.append(
                (
                    Cell(str(row["name_da" if danish else "name_en"])),
                    Cell(t.unit(str(row["unit"])), style="word"),
                    _span(row, ("published", "published_low", "published_high"), brush),
                    _span(row, ("model", "low", "high"), brush),
                    Cell(t(f"trust.verdict.{verdicts[-1]}"), style="word"),
                    Cell(_said(own) or _said(comment), style="word", foreign=danish and not _said(own)),
                )
            )
    heads = ("", *(t(f"trust.{name}") for name in ("fit_unit", "published", "fit_model", "judged", "why")))
    table = Table("validation", t("trust.validation_table"), t("trust.fit_unit_line"), heads, tuple(body))
    right = sum(verdict in ("right", "right_sign") for verdict in verdicts)
    known = sum(verdict != "open" for verdict in verdicts)
    note = t("trust.validation_note", known=str(known), right=str(right), all=str(len(verdicts)))
    return table, note


def _said(text: object) -> str:
    return text if isinstance(text, str) else ""


def worst_sentence(fit: pd.DataFrame, brush: Brush) -> str:
    """Name the largest misses; empty if every figure is near."""
    known = fit.dropna(subset="deviation_pct")
    far = known[known["deviation_pct"].abs() > CLOSE]
    order = far["deviation_pct"].abs().sort_values(ascending=False, kind="stable").index[:MISSES]
    named = [
        brush.t(
            "trust.miss",
            label=_label(row, brush)[0],
            deviation=brush.numbers.signed(float(row["deviation_pct"])),
        )
        for row in fit.loc[order].to_dict("records")
    ]
    return brush.t("trust.worst", names="; ".join(named)) if named else ""


def _change(value: float, decimals: int, style: str, brush: Brush) -> Cell:
    """Return a change with its sign, if there is one."""
    return Cell("..") if math.isnan(value) else Cell(brush.numbers.signed(value, decimals), value, style)


def noise_table(floor: NoiseFloor, brush: Brush) -> Table:
    """Return the noise floor of the figures that are told everywhere, beside what the main reform changes."""
    t, results, lang = brush.t, brush.results, brush.numbers.lang
    scale, rows = float(results.manifest.get("scale", floor.scale)), []
    for told in HEADLINES:
        unit = MEASURES[told.measure].unit
        least = floor.at(told.measure, told.group, year=results.last_year, scale=scale, pairs=results.pairs)
        effect = results.national.get(results.main.name, results.last_year, told.measure, told.group)
        least, change = least * unit.factor, effect.difference * unit.factor
        words, seen = told.words.of(lang), "told" if abs(change) > least else "unclear"
        rows.append(
            (
                Cell(f"{words[:1].upper()}{words[1:]}"),
                Cell(unit.words.of(lang), style="word"),
                Cell("..")
                if math.isnan(change)
                else Cell(brush.numbers.signed(change, unit.fine), change, seen),
                _number(least, brush),
                _number(100.0 * floor.within(told.measure, told.group, year=results.last_year), brush),
            )
        )
    heads = (
        "",
        *(t(f"trust.{name}") for name in ("fit_unit", "noise_change", "noise_floor", "noise_within")),
    )
    return Table("noise", t("trust.noise_table"), t("trust.fit_unit_line"), heads, tuple(rows))


def _noise(brush: Brush) -> list[Block]:
    """Return what is said of the noise floor: its table, or that it was not measured."""
    t, floor = brush.t, read_floor(brush.results.directory)
    if floor is None:
        return [heading(t("trust.noise_heading")), note(t("trust.noise_missing"))]
    said = t("trust.noise", placebos=floor.placebos, scale=brush.numbers.general(floor.scale))
    return [heading(t("trust.noise_heading")), text(said), tabled(noise_table(floor, brush))]


def trusted(brush: Brush, evidence: Evidence) -> Section:
    """Return the section on what is left out, how sure it is, and the model against data."""
    t = brush.t
    left_out = tuple(Item(t(f"trust.missing_{key}")) for key in LEFT_OUT)
    blocks = [
        text(t("trust.advice"), brief=True),
        heading(t("trust.missing_heading"), brief=True),
        Block("items", items=left_out, brief=True),
        heading(t("answer.how_sure")),
        text(" ".join(certainty_sentences(brush))),
        heading(t("trust.fit_heading"), brief=True),
        *_fit(evidence.fit, brush),
    ]
    if evidence.validation is not None and len(evidence.validation):
        table, said = validation_table(evidence.validation, brush)
        blocks += [
            heading(t("trust.validation_heading")),
            text(said, brief=True),
            tabled(table, appendix=True),
        ]
    if brush.results.place is None:
        blocks += _noise(brush)
    return Section("trust", t("trust.nav"), t("trust.heading"), (), without_gaps(blocks))


def _fit(fit: pd.DataFrame | None, brush: Brush) -> list[Block]:
    """Return what is said of the baseline against Denmark; the table is in the appendix."""
    if fit is None or not len(fit):
        return [note(brush.t("trust.fit_missing"), brief=True)]
    table, said = fit_table(fit, brush)
    worst = worst_sentence(fit, brush)
    return [text(f"{said} {worst}".strip(), brief=True), tabled(table, appendix=True)]


def repeated(brush: Brush, command: str) -> Section:
    """Return the section on how to repeat it: commands, settings, fingerprints and definitions."""
    t, manifest, results = brush.t, brush.results.manifest, brush.results
    settings = t(
        "how.settings",
        scale=brush.numbers.general(float(manifest.get("scale", 0))),
        seed=manifest.get("seed", "?"),
        replicates=results.replicates,
        draws=results.draws,
        demand=manifest.get("demand", "?"),
        baseline=law_of(manifest)[0],
        law=law_of(manifest)[1][brush.numbers.lang],
    )
    blocks = [
        Block("code", title=str(manifest.get("command", "jobvej compare"))),
        text(t("how.report")),
        Block("code", title=command),
        text(settings),
        *_fingerprints(manifest.get("hashes"), brush),
        heading(t("how.definitions"), appendix=True),
        Block(
            "items",
            items=tuple(
                Item(d.text, d.label, small=t("how.definition_unit", unit=d.unit)) for d in definitions(brush)
            ),
            appendix=True,
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
