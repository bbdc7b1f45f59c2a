"""What a reform does municipality by municipality: the tile map, its tables, and one place beside its like.

The map shows Denmark as 98 tiles of equal size, coloured by the main reform's difference in the last year.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import pandas as pd
from markupsafe import Markup

from reforms.accounts.sheet import inhabitants
from reforms.report.data import interval_heads
from reforms.report.document import (
    Cell,
    Panel,
    Picture,
    Section,
    Sheet,
    Step,
    Table,
    note,
    panels,
    tabled,
    without_gaps,
)
from reforms.report.estimates import FALLS, NOTHING, RISES, Estimate
from reforms.report.figures import Bar, finish_differences, interval_lines, label_rows, numbers_of
from reforms.report.findings import finding
from reforms.report.numbers import KINDS, Kind
from reforms.report.places import Place
from reforms.report.style import GREY, INK, Brush, canvas, house_style
from reforms.report.tables import change_cell, interval_cell, level_cell, named
from sim.data import municipalities, tile_map
from sim.states import STATES
from sim.stats.interval import told_of

#: What is shown municipality by municipality.
MAPS = ("mean_duration", "net_cost_municipality")
#: From falls to rises: two blues, grey for no clear change, two oranges.  Each is lighter or darker than all
#: others (lightness 26, 52, 92, 83 and 64 of 100), so that they stay apart in grey print and for the
#: colour-blind; the sign stands on each tile.
FILLS = ("#0b3c78", "#3d7fc1", "#e6e9eb", "#f8cd94", "#e0862a")
#: On a coloured tile ink stays as it is on a dark page; on a grey one it is the page's.
_INKS = ("#fefefe", "#fefefe", "#5d6772", "#1d2732", "#1d2732")
_NONE = 2
SIDE, GAP = 34, 3
_TILE = Markup(
    '<g class="tile"><title>{hint}</title><rect x="{x}" y="{y}" width="{side}" height="{side}" rx="2" '
    'fill="{fill}" stroke="{stroke}" stroke-width="{thick}"{own}/>'
    '<text x="{middle}" y="{upper}" font-size="10" text-anchor="middle" fill="{ink}">{short}</text>'
    '<text x="{middle}" y="{lower}" font-size="10" text-anchor="middle"{weight} fill="{ink}">{value}'
    "</text></g>"
)
#: How the municipality of a municipal edition is marked.
OWN = ' style="stroke: #1d2733; stroke-width: 3"'


class Tile(NamedTuple):
    """One municipality on the map; x and y in the picture's units."""

    name: str
    short: str
    x: int
    y: int
    fill: str
    ink: str
    value: str
    told: bool
    hint: str
    own: bool


def _nice(value: float) -> float:
    """Return the smallest 1, 2, 2.5 or 5 times a power of ten that is at least `value`."""
    if value <= 0 or math.isnan(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(f * power for f in (1, 2, 2.5, 5, 10) if f * power >= value * (1 - 1e-9))


def boundary(values: pd.Series) -> float:
    """Return the size from which a change has the strong colour: about the middle of those that are told."""
    return _nice(float(values.abs().median())) if values.notna().any() else 1.0


def _decimals(bound: float) -> int:
    return next((d for d in range(4) if abs(round(bound, d) - bound) < 1e-9), 4)


def _short(name: str, taken: set[str]) -> str:
    """Return a short name of three letters that no other tile has."""
    letters = [c for c in name if c.isalpha()]
    options = ["".join(letters[:3]), *("".join(letters[:2]) + c for c in letters[3:]), "".join(letters[:4])]
    chosen = next((o for o in options if o not in taken), name)
    taken.add(chosen)
    return chosen


def per_head(brush: Brush, measure: str) -> dict[int, Estimate]:
    """Return the main reform's estimates by municipality; costs are divided by inhabitants."""
    table, name = brush.results.municipal, brush.results.main.name
    if name not in table.index.get_level_values("scenario"):
        return {}
    rows = table.xs(name, level="scenario")
    wide = rows.reset_index("measure")
    by_heads = KINDS["kr_per_head"] is kind_of(measure)
    out: dict[int, Estimate] = {}
    for code, row in wide[wide["measure"] == measure].iterrows():
        heads = inhabitants(int(str(code))) if by_heads else 1.0
        baseline, reform, difference = (float(row[name]) for name in ("baseline", "reform", "difference"))
        out[int(str(code))] = Estimate.of(baseline, reform, difference, told_of(row)).per(heads)
    return out


def kind_of(measure: str) -> Kind:
    """Return how a map's quantity is written."""
    return KINDS["weeks"] if measure == "mean_duration" else KINDS["kr_per_head"]


def _told(found: dict[int, Estimate]) -> dict[int, Estimate]:
    """Return the estimates whose direction is told or likely: the others are grey, without a figure."""
    return {code: e for code, e in found.items() if e.known and e.verdict in (*RISES, *FALLS)}


def draw_map(measure: str, grid: pd.DataFrame, brush: Brush) -> Panel:
    """Draw the map of the main reform's difference in the last year; grey where no change is clear.

    Parameters
    ----------
    grid
        name, col, row by municipality code.
    """
    t, numbers, kind = brush.t, brush.numbers, kind_of(measure)
    found = per_head(brush, measure)
    told = _told(found)
    bound = boundary(pd.Series({code: e.shown for code, e in told.items()}, dtype=float))
    taken: set[str] = set()
    tiles = []
    for number, place in grid.iterrows():
        code, name = int(str(number)), str(place["name"])
        estimate = found.get(code, NOTHING)
        i = _fill(estimate, bound) if code in told else _NONE
        written = numbers.signed(estimate.shown, 1 if kind is KINDS["weeks"] else 0)
        hint = t(
            "map.hint",
            name=name,
            difference=numbers.change(estimate.shown, kind),
            interval=numbers.interval(estimate.low95, estimate.high95, kind),
            unit=t(kind.difference_unit),
        )
        tiles.append(
            Tile(
                name,
                _short(name, taken),
                int(place["col"]) * (SIDE + GAP),
                int(place["row"]) * (SIDE + GAP),
                FILLS[i],
                _INKS[i],
                written if code in told else "",
                estimate.verdict in ("up", "down"),
                hint,
                brush.results.place is not None and code == brush.results.place.code,
            )
        )
    left, top = min(tile.x for tile in tiles), min(tile.y for tile in tiles)
    tiles = [tile._replace(x=tile.x - left, y=tile.y - top) for tile in tiles]
    title = t(f"map.title.{measure}")
    unit = t("table.unit_year", unit=t(kind.difference_unit), year=brush.results.last_year)
    svg = _drawn(tiles, _alt(title, found, brush), f"map-{measure}")
    return Panel(
        _finding(measure, found, brush),
        f"{title}, {unit}. {t('map.sub')}",
        Picture(svg, _sheet(found, grid, kind, brush)),
        False,
        _legend(bound, brush),
    )


def _fill(estimate: Estimate, bound: float) -> int:
    """Return which fill a told change has: strong from the boundary on."""
    strong = abs(estimate.shown) >= bound * (1 - 1e-9)
    return (4 if strong else 3) if estimate.shown > 0 else (0 if strong else 1)


def _counts(found: dict[int, Estimate]) -> dict[str, str]:
    """Return in how many municipalities a quantity rises, falls, or has no clear change."""
    told = _told(found)
    up = sum(e.shown > 0 for e in told.values())
    known = sum(e.verdict != "missing" for e in found.values())
    return {"up": str(up), "down": str(len(told) - up), "open": str(known - len(told)), "all": str(known)}


def _finding(measure: str, found: dict[int, Estimate], brush: Brush) -> str:
    """Return what a map finds."""
    if not found:
        return brush.t(f"map.title.{measure}")
    return brush.t(f"finding.map.{measure if _told(found) else 'open'}", **_counts(found))


def _sheet(found: dict[int, Estimate], grid: pd.DataFrame, kind: Kind, brush: Brush) -> Sheet:
    t = brush.t
    heads = (
        t("map.code"),
        t("map.municipality"),
        f"{t('column.difference')}, {t(kind.difference_unit)}",
        *interval_heads(t),
    )
    rows = (
        (float(code), str(grid.loc[code, "name"]), *numbers_of(found.get(int(code), NOTHING), kind.factor))
        for code in grid.index
    )
    return Sheet(heads, tuple(rows))


def _drawn(tiles: list[Tile], alt: str, key: str) -> Markup:
    """Return the tiles as SVG; each says its municipality and figures when pointed at."""
    width, height = (max(getattr(tile, axis) for tile in tiles) + SIDE for axis in ("x", "y"))
    parts = [
        Markup('<svg role="img" aria-label="{}" viewBox="-1 -1 {} {}" id="{}">').format(
            alt, width + 2, height + 2, key
        )
    ]
    for tile in tiles:
        stroke, thick = ("#1d2733", 1.4) if tile.told else ("#d5dade", 0.6)
        weight = Markup(' font-weight="700"') if tile.told else ""
        parts.append(
            _TILE.format(
                hint=tile.hint, x=tile.x, y=tile.y, side=SIDE, fill=tile.fill, stroke=stroke, thick=thick,
                middle=tile.x + SIDE // 2, upper=tile.y + 14, lower=tile.y + 27, ink=tile.ink,
                short=tile.short, weight=weight, value=tile.value, own=Markup(OWN) if tile.own else "",
            )
        )  # fmt: skip
    return Markup("\n").join([*parts, Markup("</svg>")])


def _alt(title: str, found: dict[int, Estimate], brush: Brush) -> str:
    if not found or all(math.isnan(e.shown) for e in found.values()):
        return brush.t("map.alt_missing", title=title)
    return brush.t("map.alt", title=title, **_counts(found))


def _legend(bound: float, brush: Brush) -> tuple[Step, ...]:
    numbers, t, d = brush.numbers, brush.t, _decimals(bound)
    less, more = numbers.signed(-bound, d), numbers.signed(bound, d)
    labels = (
        t("map.below", value=less),
        t("map.between", low=less, high="0"),
        t("map.open"),
        t("map.between", low="0", high=more),
        t("map.above", value=more),
    )
    return tuple(Step(fill, label) for fill, label in zip(FILLS, labels, strict=True))


def everyone(measures: tuple[str, ...], grid: pd.DataFrame, brush: Brush) -> Table:
    """Return all municipalities by name with short name, difference and interval by measure."""
    t, taken = brush.t, set[str]()
    short = {int(str(code)): _short(str(name), taken) for code, name in grid["name"].items()}
    found = {measure: per_head(brush, measure) for measure in measures}
    body = []
    for code in grid.sort_values("name").index:
        cells: list[Cell] = [Cell(str(grid.loc[code, "name"])), Cell(short[int(code)])]
        for measure in measures:
            estimate, kind = found[measure].get(int(code), NOTHING), kind_of(measure)
            cells += [change_cell(estimate, kind, brush), interval_cell(estimate, kind, brush)]
        body.append(tuple(cells))
    spans = (
        ("", 1),
        ("", 1),
        *((f"{t(f'map.title.{m}')}, {t(kind_of(m).difference_unit)}", 2) for m in measures),
    )
    heads = ("", t("map.short"), *[t("column.difference"), t("column.interval")] * len(measures))
    return Table("municipalities", t("map.every"), brush.results.last_year, heads, tuple(body), spans)


def sentences(grid: pd.DataFrame, brush: Brush) -> list[str]:
    """Say in how many municipalities spells lengthen or shorten, and how noisy the small ones are."""
    t, numbers, kind = brush.t, brush.numbers, KINDS["weeks"]
    found = per_head(brush, "mean_duration")
    if not found:
        return [t("map.missing")]
    counts = _counts(found)
    if not brush.results.with_intervals:
        out = [t("map.counts_single", **counts)]
    else:
        out = [t("map.counts" if _told(found) else "map.counts_none", **counts)]
    if unseen := len(tile_map()) - int(counts["all"]):
        out.append(t("map.unseen", count=str(unseen)))
    scale = brush.results.manifest.get("scale")
    people = brush.results.municipal["baseline"].xs(
        (brush.results.main.name, "stock"), level=("scenario", "measure")
    )
    if isinstance(scale, int | float) and len(people):
        smallest = people.idxmin()
        out.append(
            t("map.noise", name=grid.loc[smallest, "name"], persons=numbers.plain(people.min() * scale))
        )
    reach = pd.Series({code: (e.high95 - e.low95) / 2 for code, e in found.items()}).reindex(people.index)
    small = reach[people <= people.median()].dropna()
    if len(small):
        out.append(t("map.reach", reach=numbers.plain(float(small.median()), kind.decimals)))
    return [" ".join(out)]


def countrywide(brush: Brush) -> Section:
    """Return the section with the tile maps; the appendix has every municipality by name."""
    t, grid = brush.t, tile_map()
    maps = tuple(draw_map(measure, grid, brush) for measure in MAPS)
    blocks = [
        panels(*maps),
        tabled(everyone(MAPS, grid, brush), appendix=True),
    ]
    leads = tuple(sentences(grid, brush))
    return Section("map", t("map.nav"), t("map.heading"), leads, without_gaps(blocks))


class _Row(NamedTuple):
    """A municipality, or the country, with its estimate; `own` is the one the edition is about."""

    name: str
    estimate: Estimate
    own: bool
    country: bool


@house_style
def _draw_beside(rows: Sequence[_Row], kind: Kind, key: str, title: str, brush: Brush) -> Picture:
    """Draw the difference with its interval for each row: own place first, the country last, set apart."""
    height = 0.75 + 0.34 * len(rows)
    figure, axes = canvas(height)
    figure.subplots_adjust(left=0.33, right=0.96, top=1 - 0.1 / height, bottom=0.55 / height)
    axes.axvline(0, color=INK, lw=0.9)
    colour = brush.look(brush.results.main).colour
    for i, row in enumerate(rows):
        e = row.estimate
        if math.isnan(e.difference):
            continue
        shade = colour if row.own else INK if row.country else GREY
        interval_lines(axes, -i, e, kind.factor, shade)
        marker = "o" if row.own else "s" if row.country else "D"
        axes.plot(e.shown * kind.factor, -i, marker, color=shade, ms=7 if row.own else 5.5)
    label_rows(axes, [row.name for row in rows])
    for label, row in zip(axes.get_yticklabels(), rows, strict=True):
        label.set_fontweight("bold" if row.own or row.country else "normal")
    bars = [Bar(row.name, row.estimate) for row in rows]
    return finish_differences(figure, axes, bars, kind, key, title, brush)


class _Compared(NamedTuple):
    """A quantity in which places are compared: over inhabitants, or those of working age alone.

    Of money only the change is shown: its level is benefits less tax, and says nothing by itself.
    """

    key: str
    measure: str
    group: str
    kind: Kind
    per: Literal["", "inhabitant", "of working age"] = ""


_COMPARED = (
    _Compared("duration", "mean_duration", "temporary_support", KINDS["weeks"]),
    _Compared("share", "stock", "temporary_support", KINDS["share"], "of working age"),
    _Compared("rate", "unemployment_rate", "unemployed_gross", KINDS["rate"]),
    _Compared("cost", "net_paid", "municipality", KINDS["kr_per_head"], "inhabitant"),
    _Compared("public", "net_paid", "public", KINDS["kr_per_head"], "inhabitant"),
    _Compared("caseload", "caseload", "all", KINDS["caseload"]),
)
_PICTURED = ("duration", "share", "cost")


def _estimate(code: int, what: _Compared, brush: Brush) -> Estimate:
    """Return what the main reform does in the last year in a municipality; code 0 is the country."""
    results = brush.results
    cells = results.beside[code] if code else results.national
    found = cells.get(results.main.name, results.last_year, what.measure, what.group)
    if not what.per:
        return found
    if what.per == "inhabitant":
        return found.per(inhabitants(code or None))
    every = (cells.get(results.main.name, results.last_year, "stock", state).baseline for state in STATES)
    heads = sum(value for value in every if not math.isnan(value))
    if not heads:
        return found
    return found.per(heads)


def beside(brush: Brush, place: Place) -> Section:
    """The municipality beside the ones it is fairly compared with, and the country."""
    t, known = brush.t, municipalities()
    codes = [place.code, *place.comparable, 0]
    names = {code: str(known.loc[code, "name"]) if code else t("time.country_name") for code in codes}
    shown = []
    for what in _COMPARED:
        if what.key in _PICTURED:
            rows = [_Row(names[c], _estimate(c, what, brush), c == place.code, c == 0) for c in codes]
            title = t(f"beside.{what.key}")
            picture = _draw_beside(rows, what.kind, f"beside-{what.key}", title, brush)
            found = finding(f"beside_{what.key}", rows[0].estimate, what.kind, brush, place=place.name)
            sub = f"{title}. {t('answer.key_sub', year=brush.results.last_year)}"
            shown.append(Panel(found, sub, picture, marks=False))
    numbers = brush.numbers
    about = t(
        "beside.how",
        place=place.name,
        expected=numbers.plain(place.expected, 2),
        inhabitants=numbers.plain(place.inhabitants),
        names=t.listing([names[code] for code in place.comparable]),
    )
    levels, changes = (_compared_table(kind, codes, names, brush) for kind in ("level", "change"))
    blocks = [
        panels(*shown[:2], brief=True),
        panels(*shown[2:]),
        tabled(changes),
        note(t("beside.caution")),
        tabled(levels, appendix=True),
    ]
    return Section("beside", t("beside.nav"), t("beside.heading"), (about,), without_gaps(blocks))


def _compared_table(which: str, codes: list[int], names: dict[int, str], brush: Brush) -> Table:
    """Return the compared quantities in the baseline ("level") or their change, a row per place."""
    t = brush.t
    compared = [what for what in _COMPARED if which == "change" or what.per != "inhabitant"]
    body = []
    for code in codes:
        cells = [Cell(names[code], style="strong" if code in (codes[0], 0) else "")]
        for what in compared:
            e = _estimate(code, what, brush)
            if which == "level":
                cells.append(level_cell(e.baseline, what.kind, brush))
            else:
                interval = interval_cell(e, what.kind, brush).text
                cells.append(change_cell(e, what.kind, brush)._replace(below=interval))
        body.append(tuple(cells))
    heads = ("", *(t(f"beside.head.{what.key}") for what in compared))
    caption = t(f"beside.table_{which}", title=named(brush.results.main, brush))
    unit = t(f"beside.unit_{which}", year=brush.results.last_year)
    return Table(f"beside-{which}", caption, unit, heads, tuple(body))
