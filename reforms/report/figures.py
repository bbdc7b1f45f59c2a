"""The pictures: inline SVG with an alternative text that says what is seen.

Each takes its rows and titles from :mod:`reforms.report.content`.  Pictures with a calculation or a form of
their own stand elsewhere: :mod:`survival`, :mod:`flows`, :mod:`municipalities`.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reforms.accounts.balance import NET, STEPS, short_title
from reforms.report.data import interval_heads
from reforms.report.document import Picture, Sheet
from reforms.report.estimates import Estimate
from reforms.report.numbers import KINDS, Kind, Numbers
from reforms.report.style import (
    BASELINE_COLOUR,
    DOWN,
    GREY,
    INK,
    PALE,
    PAYER_SHADES,
    POINTS,
    UP,
    Brush,
    canvas,
    house_style,
    spread,
    svg_of,
)


class Bar(NamedTuple):
    """One row of a picture of differences."""

    label: str
    estimate: Estimate
    colour: str = ""
    marker: str = ""


def write_ticks(
    axes: Axes, numbers: Numbers, *, which: str, signed: bool = False, percent: bool = False, most: int = 5
) -> None:
    """Write the tick labels of an axis in the language."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(nbins=most, min_n_ticks=2, steps=[1, 2, 2.5, 5, 10]))
    step = float(np.diff(axis.get_major_locator()()).min())
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
    decimals += int(abs(round(step, decimals) - step) > step * 1e-6)
    write = numbers.signed if signed else numbers.plain
    axis.set_major_formatter(
        FuncFormatter(lambda value, _: write(value, decimals) + (" %" if percent else ""))
    )


def described(rows: Sequence[Bar], kind: Kind, brush: Brush) -> str:
    """Return the rows of a picture as one sentence."""
    t, numbers = brush.t, brush.numbers
    parts = [
        t(
            "alt.row",
            label=row.label,
            difference=numbers.change(row.estimate.shown, kind),
            interval=numbers.interval(row.estimate.low80, row.estimate.high80, kind),
        )
        for row in rows
    ]
    return "; ".join(parts)


def numbers_of(estimate: Estimate, factor: float) -> tuple[float | None, ...]:
    """Return a difference and the ends of its intervals for a file, nothing where they are unknown."""
    ends = (estimate.low80, estimate.high80, estimate.low95, estimate.high95)
    return tuple(v * factor if math.isfinite(v) else None for v in (estimate.shown, *ends))


def bar_sheet(rows: Sequence[Bar], kind: Kind, brush: Brush) -> Sheet:
    """Return the numbers of a picture of differences, a row for each of its bars."""
    t = brush.t
    heads = ("", f"{t('column.difference')}, {t(kind.difference_unit)}", *interval_heads(t))
    return Sheet(heads, tuple((row.label, *numbers_of(row.estimate, kind.factor)) for row in rows))


def interval_lines(axes: Axes, y: float, estimate: Estimate, factor: float, colour: str) -> None:
    """Draw the 80 % interval as a broad line, the 95 % interval as a thin one; nothing without them."""
    if estimate.known:
        for low, high, width in (
            (estimate.low80, estimate.high80, 4.5),
            (estimate.low95, estimate.high95, 1.4),
        ):
            ends = [low * factor, high * factor]
            axes.plot(ends, [y, y], color=colour, lw=width, solid_capstyle="butt", alpha=0.45)


def _interval_row(axes: Axes, y: float, row: Bar, factor: float) -> None:
    estimate = row.estimate
    if math.isnan(estimate.difference):
        return
    interval_lines(axes, y, estimate, factor, row.colour)
    axes.plot(estimate.shown * factor, y, row.marker, color=row.colour, ms=7, mec=INK, mew=0.6)


def _labelled_canvas(
    rows: int, each: float = 0.36, *, room: float = 0.95, right: float = 0.96
) -> tuple[Figure, Axes]:
    """Return a picture of rows, one below the other, with space for their labels to the left."""
    height = room + each * rows
    figure, axes = canvas(height)
    figure.subplots_adjust(left=0.45, right=right, top=1 - 0.3 / height, bottom=0.55 / height)
    return figure, axes


def label_rows(axes: Axes, labels: Sequence[str]) -> None:
    """Write the labels of rows at 0, -1, -2 ... to the left, without lines across."""
    axes.set_yticks(-np.arange(len(labels)), labels)
    axes.set_ylim(-len(labels) + 0.4, 0.6)
    axes.grid(visible=False, axis="y")


def _long_labels(axes: Axes, labels: Sequence[str]) -> None:
    """Write labels that may need a second line."""
    label_rows(axes, [textwrap.fill(label, 33) for label in labels])
    for label in axes.get_yticklabels():
        label.set(multialignment="right", fontsize=8.5)


def _written(
    axes: Axes,
    estimate: Estimate,
    kind: Kind,
    numbers: Numbers,
    *,
    x: float,
    above: float,
    below: float,
    sizes: tuple[float, float],
) -> None:
    """Write a difference and, below it, its 80 % interval to the right of the picture.

    Parameters
    ----------
    x
        Where both begin, in widths of the picture.
    above, below
        Height of the difference and of the interval, on the vertical axis.
    sizes
        Size of the type of each, points.
    """
    place = axes.get_yaxis_transform()
    change = numbers.change(estimate.shown, kind)
    interval = numbers.interval(estimate.low80, estimate.high80, kind)
    axes.text(x, above, change, transform=place, va="center", fontweight="bold", fontsize=sizes[0])
    axes.text(x, below, interval, transform=place, va="center", color=GREY, fontsize=sizes[1])


@house_style
def forest(rows: Sequence[Bar], kind: Kind, key: str, title: str, brush: Brush) -> Picture:
    """Draw differences with their intervals, one below the other, with label and figures beside each."""
    height = 0.63 + 0.56 * len(rows)
    figure, axes = canvas(height)
    figure.subplots_adjust(left=0.03, right=0.68, top=0.99, bottom=0.55 / height)
    axes.axvline(0, color=INK, lw=0.9)
    for i, row in enumerate(rows):
        _interval_row(axes, -i, row, kind.factor)
        label = textwrap.shorten(row.label, 54, placeholder="…")
        axes.text(
            0,
            -i + 0.33,
            label,
            transform=axes.get_yaxis_transform(),
            va="center",
            fontweight="bold",
            bbox={"fc": "white", "ec": "none", "pad": 1.2},
        )
        _written(
            axes,
            row.estimate,
            kind,
            brush.numbers,
            x=1.03,
            above=-i - 0.02,
            below=-i - 0.36,
            sizes=(POINTS, 8.5),
        )
    axes.set_ylim(-len(rows) + 0.42, 0.62)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.margins(x=0.08)
    return finish_differences(figure, axes, rows, kind, key, title, brush)


def finish_differences(
    figure: Figure, axes: Axes, rows: Sequence[Bar], kind: Kind, key: str, title: str, brush: Brush
) -> Picture:
    """Finish a picture of differences in one unit: its axis below, and its rows in words."""
    write_ticks(axes, brush.numbers, which="x", signed=True)
    axes.set_xlabel(brush.t(kind.difference_unit))
    svg = svg_of(figure, key, brush.t("alt.forest", title=title, rows=described(rows, kind, brush)))
    return Picture(svg, bar_sheet(rows, kind, brush))


def end_labels(axes: Axes, ends: Sequence[tuple[float, str]], x: float) -> None:
    """Write the marks at the ends of lines, moved apart where they would collide."""
    low, high = axes.get_ylim()
    places = spread([end for end, _ in ends], (high - low) * 0.065)
    for place, (_, mark) in zip(places, ends, strict=True):
        axes.annotate(
            mark,
            (x, place),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontweight="bold",
            annotation_clip=False,
        )


@house_style
def by_year(measure: str, group: str, kind: Kind, key: str, title: str, brush: Brush) -> Picture:
    """Draw the difference from the baseline by year, a line per reform, a band around the main one."""
    results, numbers, t = brush.results, brush.numbers, brush.t
    years = [int(year) for year in results.years]
    figure, axes = canvas(2.9)
    figure.subplots_adjust(left=0.15, right=0.83, top=0.97, bottom=0.12)
    axes.axhline(0, color=INK, lw=0.9)
    ends: list[tuple[float, str]] = []
    for scenario in results.scenarios:
        cells = results.effects(measure, group, scenario)
        line = np.array([cell.shown for cell in cells]) * kind.factor
        look = brush.look(scenario)
        if scenario == results.main:
            for of in ("95", "80"):
                low, high = (
                    np.array([getattr(c, f"{side}{of}") for c in cells]) * kind.factor
                    for side in ("low", "high")
                )
                axes.fill_between(years, low, high, color=look.colour, alpha=0.14, lw=0)
        axes.plot(years, line, color=look.colour, lw=look.width, ls=look.dash, marker=look.marker, ms=4)
        if not math.isnan(line[-1]):
            ends.append((float(line[-1]), look.mark))
    axes.set_xticks(years)
    write_ticks(axes, numbers, which="y", signed=True)
    end_labels(axes, ends, years[-1])
    rows = [Bar(brush.look(s).mark, results.effect(measure, group, s)) for s in results.scenarios]
    alt = t("alt.by_year", title=title, year=results.last_year, rows=described(rows, kind, brush))
    heads = (t("column.reform"), t("column.year"), f"{t('column.difference')}, {t(kind.difference_unit)}")
    numbers_by_year = tuple(
        (s.title(numbers.lang), float(year), *numbers_of(cell, kind.factor))
        for s in results.scenarios
        for year, cell in zip(years, results.effects(measure, group, s), strict=True)
    )
    return Picture(svg_of(figure, key, alt), Sheet((*heads, *interval_heads(t)), numbers_by_year))


@house_style
def levels(measure: str, group: str, kind: Kind, key: str, title: str, brush: Brush) -> Picture:
    """Draw the level by year in the baseline and with the main reform."""
    results, numbers, t = brush.results, brush.numbers, brush.t
    main = results.main
    years = [int(year) for year in results.years]
    cells = results.effects(measure, group)
    figure, axes = canvas(2.3)
    figure.subplots_adjust(left=0.17, right=0.80, top=0.96, bottom=0.14)
    look = brush.look(main)
    baseline = np.array([cell.baseline for cell in cells]) * kind.factor
    reform = np.array([cell.reform for cell in cells]) * kind.factor
    axes.plot(years, baseline, color=BASELINE_COLOUR, lw=2.2, ls=(0, (4, 2)))
    axes.plot(years, reform, color=look.colour, lw=look.width)
    known = np.concatenate([baseline, reform])
    known = known[np.isfinite(known)]
    if known.size and known.max() > 0.0:
        top, bottom = float(known.max()), float(known.min())
        room = max((top - bottom) * 0.35, top * 0.04)
        axes.set_ylim(max(0.0, bottom - room), top + room)
    axes.set_xticks(years[:: 2 if len(years) > 4 else 1])
    write_ticks(axes, numbers, which="y")
    ends = [(float(baseline[-1]), t("mark.baseline")), (float(reform[-1]), look.mark)]
    end_labels(axes, [end for end in ends if math.isfinite(end[0])], years[-1])
    alt = t(
        "alt.levels",
        title=title,
        year=results.last_year,
        first=results.years[0],
        start=numbers.level(cells[0].baseline, kind),
        baseline=numbers.level(cells[-1].baseline, kind),
        reform=numbers.level(cells[-1].reform, kind),
    )
    heads = (t("column.year"), *(f"{t(f'column.{side}')}, {t(kind.unit)}" for side in ("baseline", "reform")))
    rows = zip(map(float, years), baseline.tolist(), reform.tolist(), strict=True)
    return Picture(svg_of(figure, key, alt), Sheet(heads, tuple(rows)))


@house_style
def dumbbell(measure: str, groups: Sequence[str], kind: Kind, key: str, title: str, brush: Brush) -> Picture:
    """Draw baseline and main reform as two points on a line for each group, largest first."""
    results, numbers, t = brush.results, brush.numbers, brush.t
    look, year = brush.look(results.main), results.last_year
    cells = [(g, results.effect(measure, g)) for g in groups]
    shown = sorted((c for c in cells if not math.isnan(c[1].baseline)), key=lambda c: -c[1].baseline)
    figure, axes = _labelled_canvas(len(shown))
    for i, (_, cell) in enumerate(shown):
        ends = [cell.baseline * kind.factor, cell.reform * kind.factor]
        axes.plot(ends, [-i, -i], color=PALE, lw=3.5, solid_capstyle="round")
        axes.plot(ends[0], -i, "o", mfc="white", mec=BASELINE_COLOUR, mew=1.6, ms=6.5)
        axes.plot(ends[1], -i, "o", color=look.colour, ms=6.5)
    _long_labels(axes, [t.group(g) for g, _ in shown])
    axes.set_xlim(left=0)
    write_ticks(axes, numbers, which="x")
    axes.set_xlabel(t(kind.unit))
    axes.text(
        0,
        1 + 0.12 / figure.get_figheight(),
        f"○ {t('mark.baseline')}   ● {results.main.title(numbers.lang)}",
        transform=axes.transAxes,
        fontsize=8.5,
    )
    rows = [Bar(t.group(g), cell) for g, cell in shown]
    alt = t("alt.dumbbell", title=title, year=year, rows=described(rows, kind, brush))
    heads = ("", *(f"{t(f'column.{side}')}, {t(kind.unit)}" for side in ("baseline", "reform")))
    both = tuple((t.group(g), c.baseline * kind.factor, c.reform * kind.factor) for g, c in shown)
    return Picture(svg_of(figure, key, alt), Sheet(heads, both))


@house_style
def ladder(rows: Sequence[Bar], kind: Kind, key: str, title: str, brush: Brush) -> Picture:
    """Draw differences with intervals in one column, the labels to the left: for many short rows."""
    figure, axes = _labelled_canvas(len(rows))
    axes.axvline(0, color=INK, lw=0.9)
    for i, row in enumerate(rows):
        _interval_row(axes, -i, row, kind.factor)
    _long_labels(axes, [row.label for row in rows])
    return finish_differences(figure, axes, rows, kind, key, title, brush)


@house_style
def gains_and_losses(rows: Sequence[tuple[str, float, float]], key: str, title: str, brush: Brush) -> Picture:
    """Draw the share of each group that gains (right) and loses (left), in per cent."""
    t, numbers = brush.t, brush.numbers
    figure, axes = _labelled_canvas(len(rows), 0.3, room=0.8, right=0.94)
    at = -np.arange(len(rows))
    axes.barh(at, [gain for _, gain, _ in rows], color=DOWN, height=0.62)
    axes.barh(at, [-loss for _, _, loss in rows], color=UP, height=0.62)
    axes.axvline(0, color=INK, lw=0.9)
    _long_labels(axes, [label for label, _, _ in rows])
    reach = max([1.0, *(max(gain, loss) for _, gain, loss in rows)]) * 1.1
    axes.set_xlim(-reach, reach)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{numbers.general(abs(value))} %"))
    top = 1 + 0.1 / figure.get_figheight()
    for x, side in ((0.25, "lose"), (0.75, "gain")):
        axes.text(x, top, t(f"mark.{side}"), transform=axes.transAxes, ha="center", fontweight="bold")
    told = "; ".join(
        t("alt.gain_row", label=label, gain=numbers.plain(gain, 1), loss=numbers.plain(loss, 1))
        for label, gain, loss in rows
    )
    heads = ("", *(f"{t(f'mark.{side}')}, {t('people.shares').lower()}" for side in ("gain", "lose")))
    return Picture(svg_of(figure, key, t("alt.gains", title=title, rows=told)), Sheet(heads, tuple(rows)))


@house_style
def payers_by_year(key: str, title: str, brush: Brush) -> Picture:
    """Draw the main reform's change of net cost by payer and year as bars on both sides of zero."""
    results, numbers, t = brush.results, brush.numbers, brush.t
    kind, years = KINDS["m_kr"], np.array([int(year) for year in results.years])
    figure, axes = canvas(2.9)
    figure.subplots_adjust(left=0.19, right=0.97, top=0.88, bottom=0.12)
    above, below = np.zeros(len(years)), np.zeros(len(years))
    for payer, shade in PAYER_SHADES.items():
        cells = results.effects("net_paid", payer)
        values = np.nan_to_num([cell.shown * kind.factor for cell in cells])
        bottom = np.where(values >= 0, above, below)
        axes.bar(
            years,
            values,
            bottom=bottom,
            color=shade,
            width=0.66,
            edgecolor="white",
            lw=0.5,
            label=t.group(payer),
        )
        above, below = above + np.maximum(values, 0), below + np.minimum(values, 0)
    total = results.effects("net_paid", "public")
    axes.plot(
        years,
        [cell.shown * kind.factor for cell in total],
        "o",
        color="white",
        mec=INK,
        mew=1.4,
        ms=6,
        label=t.group("public"),
    )
    axes.axhline(0, color=INK, lw=0.9)
    axes.set_xticks(years)
    write_ticks(axes, numbers, which="y", signed=True)
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(-0.22, 1.0),
        ncols=4,
        frameon=False,
        fontsize=8.5,
        handlelength=1.0,
        columnspacing=1.0,
        handletextpad=0.4,
        borderpad=0,
    )
    payers = (*PAYER_SHADES, "public")
    rows = [Bar(t.group(p), results.effect("net_paid", p)) for p in payers]
    alt = t("alt.by_year", title=title, year=results.last_year, rows=described(rows, kind, brush))
    heads = ("", t("column.year"), f"{t('column.difference')}, {t(kind.difference_unit)}", *interval_heads(t))
    by_payer = tuple(
        (t.group(p), float(year), *numbers_of(cell, kind.factor))
        for p in payers
        for year, cell in zip(years, results.effects("net_paid", p), strict=True)
    )
    return Picture(svg_of(figure, key, alt), Sheet(heads, by_payer))


@house_style
def staircase(key: str, title: str, brush: Brush) -> Picture:
    """Draw how the steps (staff, programmes, benefits, taxes, feedback) add up to the net cost.

    Before feedback stands the net cost of the accounts, the sum of what the payers pay.
    """
    results, numbers, kind, t = brush.results, brush.numbers, KINDS["m_kr"], brush.t
    lang = numbers.lang
    cells = [(name, results.effect("step", name)) for name in STEPS]
    shown = [(short_title(name, lang), c, False) for name, c in cells if not math.isnan(c.difference)]
    if not math.isnan(cells[-1][1].difference):
        shown.insert(len(shown) - 1, (t("costs.total"), results.effect("net_paid", "public"), True))
    shown.append((short_title(NET, lang), results.effect("step", NET), True))
    height = 0.68 + 0.42 * len(shown)
    figure, axes = canvas(height)
    figure.subplots_adjust(left=0.34, right=0.70, top=0.99, bottom=0.55 / height)
    axes.axvline(0, color=INK, lw=0.9)
    at = 0.0
    for i, (_, cell, is_sum) in enumerate(shown):
        change = float(np.nan_to_num(cell.shown)) * kind.factor
        start = 0.0 if is_sum else at
        at = start + change
        colour = INK if is_sum else UP if change > 0 else DOWN
        axes.barh(-i, change, left=start, height=0.56, color=colour, zorder=2)
        if i < len(shown) - 1:
            axes.plot([at, at], [-i, -i - 1], color=GREY, lw=0.8, zorder=1)
        _written(axes, cell, kind, numbers, x=1.04, above=-i + 0.16, below=-i - 0.22, sizes=(9, 8))
    label_rows(axes, [label for label, *_ in shown])
    for label, (_, _, is_sum) in zip(axes.get_yticklabels(), shown, strict=True):
        label.set_fontweight("bold" if is_sum else "normal")
    axes.margins(x=0.06)
    write_ticks(axes, numbers, which="x", signed=True, most=3)
    axes.set_xlabel(t(kind.difference_unit))
    bars = [Bar(label, cell) for label, cell, _ in shown]
    alt = t("alt.staircase", title=title, year=results.last_year, rows=described(bars, kind, brush))
    return Picture(svg_of(figure, key, alt), bar_sheet(bars, kind, brush))
