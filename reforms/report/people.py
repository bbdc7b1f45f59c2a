"""Winners and losers: the same person with and without the reform, gathered by group."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from reforms.report.data import sheet_of_frame
from reforms.report.document import Cell, Panel, Picture, Section, Table, note, panels, tabled, without_gaps
from reforms.report.estimates import Estimate
from reforms.report.figures import Bar, gains_and_losses, ladder
from reforms.report.findings import largest
from reforms.report.numbers import KINDS
from reforms.report.results import BASELINE
from reforms.report.style import Brush, house_style, svg_of
from reforms.report.tables import BENEFITS, change_cell
from sim.stats.interval import UNKNOWN
from sim.vocabulary import BARRIERS, EDUCATIONS

if TYPE_CHECKING:
    from reforms.lives.results import TwoLives

#: Groups with fewer simulated persons are not shown.
FEWEST_PERSONS = 100
_AGES = {"under_30": (0, 29), "from_30_to_49": (30, 49), "from_50": (50, 200)}
_ORDER: dict[str, tuple[str, ...]] = {
    "start_state": (*BENEFITS, "employed"),
    "age": tuple(_AGES),
    "sex": (),
    "education": EDUCATIONS,
    "barrier": BARRIERS,
}
_TRAITS = ["sex", "birth_year", "education", "barrier", "start_state"]
_WEEKS = ["weeks_supported", "weeks_employed"]


class Fate(NamedTuple):
    """What a reform does to the people of a group over the whole run."""

    label: str
    persons: int
    supported: Estimate
    employed: Estimate
    gain: float
    lose: float


def _mean(change: pd.Series) -> Estimate:
    """Return the mean of person-by-person differences: of one pair of runs, so that it has no interval."""
    return Estimate.of(math.nan, math.nan, float(change.mean()), UNKNOWN._replace(draws=1, pairs=1))


def paired(people: pd.DataFrame, scenario: str, first_year: int) -> pd.DataFrame:
    """Return one row per person with the differences in weeks employed and weeks on support."""
    base = people[people["scenario"] == BASELINE].set_index("person")
    reform = people[people["scenario"] == scenario].set_index("person")
    change = (reform[_WEEKS].astype(float) - base[_WEEKS].astype(float)).dropna()
    out = base.loc[change.index, _TRAITS].join(change)
    age = first_year - out["birth_year"]
    out["age"] = np.select([age.between(*span) for span in _AGES.values()], list(_AGES), default="")
    return out


def fate(label: str, group: pd.DataFrame) -> Fate:
    """Return what happens to a group: fewer weeks on public support is a gain, more a loss."""
    change = group["weeks_supported"]
    return Fate(
        label,
        len(group),
        _mean(change),
        _mean(group["weeks_employed"]),
        float((change < 0).mean() * 100),
        float((change > 0).mean() * 100),
    )


def fates(brush: Brush) -> dict[str, list[Fate]]:
    """Return the fates by trait (state at the start, age, sex, ...); empty without people."""
    results, t = brush.results, brush.t
    people = results.people()
    if people is None or not {BASELINE, results.main.name} <= set(people["scenario"]):
        return {}
    persons = paired(people, results.main.name, int(results.years[0]))
    out: dict[str, list[Fate]] = {}
    for trait in _ORDER:
        by_value = dict(list(persons.groupby(trait)))
        order = [*(name for name in _ORDER[trait] if name in by_value)]
        order += [name for name in by_value if name not in order]
        out[trait] = [
            fate(
                t.group(name) if trait == "start_state" else t.named(f"people.{trait}", str(name)),
                by_value[name],
            )
            for name in order
            if len(by_value[name]) >= FEWEST_PERSONS
        ]
    return {trait: rows for trait, rows in out.items() if rows}


def bars(groups: dict[str, list[Fate]], brush: Brush) -> list[Bar]:
    """Return the mean change in weeks on public support, a row per group of age, education and barrier."""
    look = brush.look(brush.results.main)
    return [
        Bar(row.label, row.supported, look.colour, look.marker)
        for trait in ("age", "education", "barrier")
        for row in groups.get(trait, [])
    ]


def table(groups: dict[str, list[Fate]], brush: Brush) -> Table:
    """Return persons, mean change in weeks, and the shares that gain and lose, by group."""
    t, numbers, weeks = brush.t, brush.numbers, KINDS["weeks"]
    body: list[tuple[Cell, ...]] = []
    for trait, rows in groups.items():
        body.append((Cell(t(f"people.by.{trait}"), style="heading"), *[Cell("")] * 5))
        body += [
            (
                Cell(row.label),
                Cell(numbers.plain(row.persons), row.persons),
                change_cell(row.supported, weeks, brush),
                change_cell(row.employed, weeks, brush),
                Cell(numbers.plain(row.gain, 1), row.gain),
                Cell(numbers.plain(row.lose, 1), row.lose),
            )
            for row in rows
        ]
    spans = (("", 1), ("", 1), (t("people.supported"), 1), (t("people.employed"), 1), (t("people.shares"), 2))
    heads = (
        "",
        t("people.persons"),
        *[t("column.difference")] * 2,
        t("mark.gain"),
        t("mark.lose"),
    )
    return Table("people", t("people.table"), t("people.unit"), heads, tuple(body), spans, t("people.note"))


def _most_moved(rows: Sequence[tuple[str, float, float]], brush: Brush) -> str:
    """Return which state has most people whose weeks on support change, and their share."""
    label, gain, lose = max(rows, key=lambda row: row[1] + row[2])
    return brush.t("finding.people", group=label, share=brush.numbers.plain(gain + lose))


def persons(brush: Brush) -> Section:
    """Return the section on winners and losers by group."""
    t, groups = brush.t, fates(brush)
    blocks = [note(t("people.missing"))]
    if groups:
        shown = {t.group(name) for name in (*BENEFITS, "employed")}
        states = (fate for fate in groups.get("start_state", []) if fate.label in shown)
        rows = [(fate.label, fate.gain, fate.lose) for fate in states]
        title, mean_title = t("people.picture"), t("people.mean_picture")
        picture = Panel(
            _most_moved(rows, brush),
            f"{title}. {t('people.picture_sub')}",
            gains_and_losses(rows, "people", title, brush),
            marks=False,
        )
        by_group = bars(groups, brush)
        means = Panel(
            largest("people_mean", by_group, KINDS["weeks"], brush, one_pair=True),
            f"{mean_title}. {t('people.mean_sub')}",
            ladder(by_group, KINDS["weeks"], "people-mean", mean_title, brush),
            marks=False,
        )
        blocks = [panels(means, picture), note(t("people.note")), tabled(table(groups, brush), appendix=True)]
    return Section("people", t("people.nav"), t("people.heading"), (), without_gaps(blocks))


def lived(brush: Brush) -> Section | None:
    """Return the section on two lives of three persons; None where ``jobvej lives`` was not run."""
    folder = brush.results.directory
    if not os.path.isfile(folder / "lives" / "lives.json"):
        return None
    from reforms.lives.results import read  # wanted only where there are lives
    from reforms.lives.words import words_of

    found, t, lang = read(folder), brush.t, brush.numbers.lang
    watched = list(found.about["reforms"])
    name = brush.results.main.name if brush.results.main.name in watched else watched[0]
    shown = [
        Panel(
            words_of("rule", lang)[pair["rule"]],
            t("lives.sub"),
            _drawn(found, pair, brush),
            marks=False,
            wide=True,
        )
        for pair in found.of(name)
    ]
    if not shown:
        return None
    lead = t("lives.lead", title=t("word.quoted", text=found.title(name, lang)))
    blocks = [*(panels(each) for each in shown), note(t("lives.note"))]
    return Section("lives", t("lives.nav"), t("lives.heading"), (lead,), without_gaps(blocks))


def _alt(said: str, lang: str) -> str:
    from reforms.lives.words import words_of

    return f"{words_of('picture', lang)['simulated']} {said}"


@house_style
def _drawn(found: TwoLives, pair: Mapping[str, Any], brush: Brush) -> Picture:
    lang = brush.numbers.lang
    alt = _alt(found.sentence(pair, lang), lang)
    svg = svg_of(found.figure(pair, lang), f"lives-{pair['rule']}", alt)
    return Picture(svg, sheet_of_frame(pd.concat(found.courses(pair), ignore_index=True)))
