"""What stands in the sections on where and who: municipalities, one beside its like, and people."""

from __future__ import annotations

import math
from typing import NamedTuple

from reforms.report import figures, figures_places, people, tables, tilemap
from reforms.report.document import Panel, Section, folded, note, panels, tabled, without_gaps
from reforms.report.estimates import Estimate
from reforms.report.figures import Brush
from reforms.report.figures_places import Row
from reforms.report.numbers import KINDS, Kind
from reforms.report.places import Place
from reforms.report.tables import Cell, Table
from sim.data import municipalities as known_municipalities
from sim.data import tile_map
from sim.states import STATES

MAPS = ("mean_duration", "net_cost_municipality")


def municipalities(brush: Brush) -> Section:
    """The tile maps and the largest gains and losses."""
    t, grid = brush.t, tile_map()
    maps = tuple(tilemap.tile_map(measure, grid, brush) for measure in MAPS)
    extremes = [tilemap.extremes(measure, grid, brush) for measure in MAPS]
    blocks = [
        panels(*maps, brief=True),
        tabled(*extremes),
        folded(t("map.every"), tilemap.everyone(MAPS, grid, brush)),
    ]
    leads = tuple(tilemap.sentences(grid, brush))
    return Section("map", t("map.nav"), t("map.heading"), leads, without_gaps(blocks))


class _Compared(NamedTuple):
    """A quantity in which places are compared: per inhabitant of working age if `per_head`."""

    key: str
    measure: str
    group: str
    kind: Kind
    per_head: bool


_COMPARED = (
    _Compared("duration", "mean_duration", "temporary_support", KINDS["weeks"], False),
    _Compared("share", "stock", "temporary_support", KINDS["share"], True),
    _Compared("rate", "unemployment_rate", "unemployed_gross", KINDS["rate"], False),
    _Compared("cost", "net_paid", "municipality", KINDS["kr_per_head"], True),
    _Compared("public", "net_paid", "public", KINDS["kr_per_head"], True),
    _Compared("caseload", "caseload", "all", KINDS["caseload"], False),
)
_PICTURED = ("duration", "share", "cost")


def _estimate(code: int, what: _Compared, brush: Brush) -> Estimate:
    """Return what the main reform does in the last year in a municipality; code 0 is the country."""
    results = brush.results
    cells = results.beside[code] if code else results.national
    found = cells.get(results.main.name, results.last_year, what.measure, what.group)
    if not what.per_head:
        return found
    every = (cells.get(results.main.name, results.last_year, "stock", state).baseline for state in STATES)
    heads = sum(value for value in every if not math.isnan(value))
    if not heads:
        return found
    baseline, reform, difference, low, high = (value / heads for value in found[:-1])
    return Estimate(baseline, reform, difference, low, high, found.pairs)


def beside(brush: Brush, place: Place) -> Section:
    """The municipality beside the ones it is fairly compared with, and the country."""
    t, known = brush.t, known_municipalities()
    codes = [place.code, *place.comparable, 0]
    names = {code: str(known.loc[code, "name"]) if code else t("time.country_name") for code in codes}
    shown = []
    for what in _COMPARED:
        if what.key in _PICTURED:
            rows = [Row(names[c], _estimate(c, what, brush), c == place.code, c == 0) for c in codes]
            title = t(f"beside.{what.key}")
            svg = figures_places.beside(rows, what.kind, f"beside-{what.key}", title, brush)
            shown.append(Panel(title, t("answer.key_sub", year=brush.results.last_year), svg, marks=False))
    numbers = brush.numbers
    about = t(
        "beside.how",
        place=place.name,
        expected=numbers.plain(place.expected, 2),
        inhabitants=numbers.plain(place.inhabitants),
        names=t.listing([names[code] for code in place.comparable]),
    )
    levels, changes = (_compared_table(kind, codes, names, brush) for kind in ("level", "change"))
    blocks = [panels(*shown, brief=True), tabled(levels, changes), note(t("beside.caution"))]
    return Section("beside", t("beside.nav"), t("beside.heading"), (about,), without_gaps(blocks))


def _compared_table(which: str, codes: list[int], names: dict[int, str], brush: Brush) -> Table:
    """Return the compared quantities in the baseline ("level") or their change, a row per place."""
    t = brush.t
    body = []
    for code in codes:
        cells = [Cell(names[code], style="strong" if code in (codes[0], 0) else "")]
        for what in _COMPARED:
            e = _estimate(code, what, brush)
            if which == "level":
                cells.append(tables.level_cell(e.baseline, what.kind, brush))
            else:
                interval = tables.interval_cell(e, what.kind, brush).text
                cells.append(tables.change_cell(e, what.kind, brush)._replace(below=interval))
        body.append(tuple(cells))
    heads = ("", *(t(f"beside.head.{what.key}") for what in _COMPARED))
    caption = t(f"beside.table_{which}", title=tables.named(brush.results.main, brush))
    return Table(
        f"beside-{which}", caption, t("beside.unit", year=brush.results.last_year), heads, tuple(body)
    )


def persons(brush: Brush) -> Section:
    """Winners and losers by group."""
    t, groups = brush.t, people.fates(brush)
    blocks = [note(t("people.missing"))]
    if groups:
        shown = {t.group(name) for name in (*tables.BENEFITS, "employed")}
        states = (fate for fate in groups.get("start_state", []) if fate.label in shown)
        rows = [(fate.label, fate.gain, fate.lose) for fate in states]
        title, mean_title = t("people.picture"), t("people.mean_picture")
        picture = Panel(
            title,
            t("people.picture_sub"),
            figures.gains_and_losses(rows, "people", title, brush),
            marks=False,
        )
        means = Panel(
            mean_title,
            t("people.mean_sub"),
            figures.ladder(people.bars(groups, brush), KINDS["weeks"], "people-mean", mean_title, brush),
            marks=False,
        )
        blocks = [panels(means, picture), tabled(people.table(groups, brush))]
    return Section("people", t("people.nav"), t("people.heading"), (), without_gaps(blocks))
