"""Pictures of money: who pays by year, and the steps from the baseline's net public cost to the reform's."""

from __future__ import annotations

import math

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes

from reforms.report.estimates import Estimate
from reforms.report.figures import Bar, Brush, described, write_ticks
from reforms.report.numbers import KINDS
from reforms.report.results import STEPS
from reforms.report.style import DOWN, GREY, INK, PAYER_SHADES, UP, canvas, house_style, svg_of


@house_style
def payers_by_year(key: str, title: str, brush: Brush) -> Markup:
    """Draw the main reform's change of net cost by payer and year as bars on both sides of zero."""
    results, numbers, t = brush.results, brush.numbers, brush.t
    kind, years = KINDS["m_kr"], np.array([int(year) for year in results.years])
    figure, axes = canvas(2.9)
    figure.subplots_adjust(left=0.19, right=0.97, top=0.88, bottom=0.12)
    above, below = np.zeros(len(years)), np.zeros(len(years))
    for payer, shade in PAYER_SHADES.items():
        cells = [results.here.get(results.main.name, y, "net_paid", payer) for y in results.years]
        values = np.nan_to_num([cell.difference * kind.factor for cell in cells])
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
    total = [results.here.get(results.main.name, y, "net_paid", "public") for y in results.years]
    axes.plot(
        years,
        [cell.difference * kind.factor for cell in total],
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
    rows = [
        Bar(t.group(p), results.here.get(results.main.name, results.last_year, "net_paid", p), "", "")
        for p in (*PAYER_SHADES, "public")
    ]
    alt = t("alt.by_year", title=title, year=results.last_year, rows=described(rows, kind, brush))
    return svg_of(figure, key, alt)


def _step(axes: Axes, y: float, start: float, end: float, colour: str) -> None:
    axes.barh(y, end - start, left=start, height=0.56, color=colour, zorder=2)


@house_style
def staircase(key: str, title: str, brush: Brush) -> Markup:
    """Draw how the steps (benefits, staff, programmes, taxes ...) add up to the change of net public cost."""
    results, numbers, kind, t = brush.results, brush.numbers, KINDS["m_kr"], brush.t
    year, main = results.last_year, results.main
    cells = [(name, results.here.get(main.name, year, "heading_public", name)) for name in STEPS]
    shown = [(name, cell) for name, cell in cells if not math.isnan(cell.difference)]
    total = results.here.get(main.name, year, "net_paid", "public")
    rows = [*((t(f"costs.heading_of.{name}"), cell) for name, cell in shown), (t("group.public"), total)]
    height = 0.6 + 0.46 * len(rows)
    figure, axes = canvas(height)
    figure.subplots_adjust(left=0.34, right=0.72, top=0.99, bottom=0.47 / height)
    axes.axvline(0, color=INK, lw=0.9)
    at = 0.0
    for i, (_, cell) in enumerate(rows):
        last = i == len(rows) - 1
        change = float(np.nan_to_num(cell.difference)) * kind.factor
        start = 0.0 if last else at
        at = start + change
        _step(axes, -i, start, at, INK if last else UP if change > 0 else DOWN)
        if not last:
            axes.plot([at, at], [-i, -i - 1], color=GREY, lw=0.8, zorder=1)
        _beside(axes, -i, cell, brush)
    axes.set_yticks(-np.arange(len(rows)), [label for label, _ in rows])
    axes.get_yticklabels()[-1].set_fontweight("bold")
    axes.grid(visible=False, axis="y")
    axes.set_ylim(-len(rows) + 0.4, 0.6)
    axes.margins(x=0.06)
    write_ticks(axes, numbers, which="x", signed=True)
    axes.set_xlabel(t(kind.difference_unit))
    bars = [Bar(label, cell, "", "") for label, cell in rows]
    return svg_of(figure, key, t("alt.staircase", title=title, year=year, rows=described(bars, kind, brush)))


def _beside(axes: Axes, y: float, cell: Estimate, brush: Brush) -> None:
    """Write a step's difference and interval to the right of the picture."""
    numbers, kind, place = brush.numbers, KINDS["m_kr"], axes.get_yaxis_transform()
    axes.text(
        1.04,
        y + 0.14,
        numbers.change(cell.difference, kind),
        transform=place,
        va="center",
        fontweight="bold",
        fontsize=9,
    )
    axes.text(
        1.04,
        y - 0.22,
        numbers.interval(cell.low, cell.high, kind),
        transform=place,
        va="center",
        color=GREY,
        fontsize=8,
    )
