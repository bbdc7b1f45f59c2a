"""The map: cut against simplification, the line where nothing gets worse, who stands where."""

from __future__ import annotations

import textwrap
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from reforms.frontier.design import PHASING_AT
from reforms.frontier.words import map_points, texts
from reforms.report.numbers import Numbers
from reforms.report.style import GREY, INK, LOOK, PALE, save_in_both, spread
from sim.outcomes.measures import MEASURES
from sim.parameters.document import read_document

if TYPE_CHECKING:
    from reforms.frontier.mapped import MappedFrontier
    from reforms.frontier.surface import Surface
    from reforms.report.texts import Texts

Values = NDArray[np.float64]
_POSITIONS = Path(__file__).with_name("positions.yaml")
_BETTER, _WORSE = "#3f7fb5", "#d5803a"
_COLOURS = LinearSegmentedColormap.from_list("frontier", [_BETTER, "#c9dcec", "#fbfaf8", "#f3d3b4", _WORSE])
_MARKERS = {"government-2022": "s", "expert-group-2024": "^", "agreement-2025": "o", "kl-2024": "D"}
#: Bn kr. by which marks are moved up or down so that their bars do not overlap.
_APART = {"kl-2024": 0.06, "expert-group-2024": 0.05, "government-2022": -0.05}
_DASHES = {
    "together": "-", "rules-first": (0, (6, 1.5)), "cut-first": (0, (2, 1.2)),
    "at-once": (0, (6, 1.5, 1, 1.5)),
    "no-rules": (0, (1, 1)),
}  # fmt: skip
_SHADES = {
    "together": INK,
    "rules-first": "#0072B2",
    "cut-first": "#D55E00",
    "at-once": GREY,
    "no-rules": "#a35d00",
}


@cache
def positions() -> dict[str, dict[str, Any]]:
    """Return who stands where: label, cut with its source, assumed share with range and reason."""
    content: dict[str, dict[str, Any]] = read_document(_POSITIONS).content
    return content


def save(frontier: MappedFrontier, out: Path) -> None:
    """Write the picture in both languages, as SVG and PNG."""
    save_in_both(partial(draw, frontier), out, "frontier", dpi=150)


def draw(frontier: MappedFrontier, lang: str) -> Figure:
    """Return the picture: the map of durations, the map of cost, and the orders of phasing."""
    t = texts(lang)
    numbers = Numbers(t.lang)
    year = str(frontier.table["year"].max())
    with mpl.rc_context(LOOK):
        figure = Figure(figsize=(9.4, 6.5))
        main = figure.add_axes((0.062, 0.185, 0.515, 0.625))
        money = figure.add_axes((0.672, 0.555, 0.30, 0.255))
        paths = figure.add_axes((0.672, 0.185, 0.185, 0.20))
        figure.text(0.012, 0.948, t("title"), fontsize=15, fontweight="bold")
        _main(main, frontier, t, numbers, year)
        _money(money, frontier, t, numbers, year)
        _paths(paths, frontier, t, numbers)
        _foot(figure, frontier, t, numbers)
    return figure


def _main(axes: Axes, frontier: MappedFrontier, t: Texts, numbers: Numbers, year: str) -> None:
    surface = frontier.duration
    _filled(axes, surface, surface.mean)
    _contours(axes, surface, surface.mean, numbers, _steps(surface.mean), 8.0)
    _band_and_line(axes, frontier, t)
    _axes_of_map(axes, surface, numbers)
    axes.set_xlabel(t("share"))
    axes.set_ylabel(t("cut"))
    freed = max(frontier.freed, 1e-9)
    scales = (lambda x: np.asarray(x) * freed, lambda x: np.asarray(x) / freed)
    top = axes.secondary_xaxis("top", functions=scales)
    top.xaxis.set_major_formatter(FuncFormatter(lambda value, _: numbers.plain(value, 0)))
    top.tick_params(labelsize=8)
    top.set_xlabel(t("freed"), fontsize=8.5, color=GREY)
    axes.figure.text(0.012, 0.905, _headline(frontier, t, year), fontsize=10)
    axes.figure.text(0.062, 0.098, t("key"), fontsize=7.6, color=GREY)
    _sides(axes, surface, t)
    _actors(axes, surface, t)
    _price(axes, frontier, t, numbers)


def _headline(frontier: MappedFrontier, t: Texts, year: str) -> str:
    """Return what the map shows: the usual measure in words, or another by its name."""
    measure, group = frontier.about["measure"], frontier.about["group"]
    if (measure, group) == ("mean_duration", "temporary_support"):
        return t("map", year=year)
    known = MEASURES[measure]
    named = f"{known.label.of(t.lang).lower()} ({t.group(group)})"
    return t("map_measure", measure=named, unit=t.unit(known.unit.name), year=year)


def _steps(values: Values) -> list[float]:
    """Return levels for contour lines, without zero."""
    reach = float(np.abs(values).max())
    step = next((s for s in (0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0) if reach / s <= 5), 10.0)
    number = int(reach / step)
    return [step * k for k in range(-number, number + 1) if k != 0]


def _filled(axes: Axes, surface: Surface, values: Values) -> None:
    reach = float(np.abs(values).max()) or 1.0
    axes.contourf(
        surface.shares,
        surface.cuts,
        values.T,
        levels=np.linspace(-reach, reach, 41),
        cmap=_COLOURS,
        antialiased=True,
    )


def _contours(
    axes: Axes,
    surface: Surface,
    values: Values,
    numbers: Numbers,
    levels: list[float],
    size: float,
) -> None:
    if not levels:
        return
    lines = axes.contour(
        surface.shares, surface.cuts, values.T, levels=levels, colors=GREY, linewidths=0.6, linestyles="-"
    )
    decimals = 2 if abs(levels[0]) % 0.1 > 1e-9 and abs(abs(levels[0]) % 0.1 - 0.1) > 1e-9 else 1
    labels = axes.clabel(lines, fmt=lambda value: numbers.signed(value, decimals), fontsize=size, colors=INK)
    for label in labels:
        label.set_path_effects([patheffects.withStroke(linewidth=2, foreground="white", alpha=0.6)])


def _band_and_line(axes: Axes, frontier: MappedFrontier, t: Texts) -> None:
    table = frontier.line
    if frontier.duration.draws > 1:
        for of in ("95", "80"):
            low, high = (np.nan_to_num(table[f"{side}{of}"].to_numpy(), nan=0.0) for side in ("low", "high"))
            axes.fill_between(table["share"], low, high, color="#20262c", alpha=0.12, lw=0, zorder=2.5)
        for edge in (low, high):
            seen = np.where(edge < _top(frontier), edge, np.nan)
            axes.plot(table["share"], seen, color=INK, lw=0.7, ls=(0, (4, 2)), zorder=2.6)
    inside = table[table["cut_bn_kr"] < _top(frontier)]
    axes.plot(inside["share"], inside["cut_bn_kr"], color=INK, lw=2.6, zorder=3)
    inside = inside[inside["cut_bn_kr"] > 0.02]
    if len(inside) > 8:
        place = _free_place(inside)
        at, before = inside.iloc[place], inside.iloc[max(place - 6, 0)]
        angle = _angle(axes, before, at)
        axes.text(
            at["share"], at["cut_bn_kr"] + 0.06, t("line"), rotation=angle, rotation_mode="anchor",
            ha="right", va="bottom",
            fontweight="bold", fontsize=9, zorder=4,
        )  # fmt: skip


def _free_place(line: pd.DataFrame) -> int:
    """Return the row of the line that is farthest from every actor's height on the map."""
    heights = [each["cut"] for each in positions().values() if each["cut"] is not None]
    rows = range(len(line) // 4, len(line) * 9 // 10)
    cuts = line["cut_bn_kr"].to_numpy()
    return max(rows, key=lambda row: min(abs(cuts[row] - height) for height in heights))


def _top(frontier: MappedFrontier) -> float:
    """Return the largest cut of the map, from which on a line says no more than at least."""
    return float(frontier.about["cuts"][-1]) - 1e-9


def _angle(axes: Axes, before: Any, after: Any) -> float:
    """Return how steep the line looks on the page, in degrees."""
    box = axes.get_position()
    width, height = axes.get_figure(root=True).get_size_inches()  # type: ignore[union-attr]
    run = (after["share"] - before["share"]) * box.width * width
    rise = (after["cut_bn_kr"] - before["cut_bn_kr"]) / 4.0 * box.height * height
    return float(np.degrees(np.arctan2(rise, max(run, 1e-9))))


def _axes_of_map(axes: Axes, surface: Surface, numbers: Numbers) -> None:
    axes.set_xlim(surface.shares[0], surface.shares[-1])
    axes.set_ylim(surface.cuts[0], surface.cuts[-1])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{numbers.plain(100 * value)} %"))
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: numbers.plain(value, 0 if value % 1 == 0 else 1))
    )
    axes.grid(False)


def _sides(axes: Axes, surface: Surface, t: Texts) -> None:
    halo = [patheffects.withStroke(linewidth=3, foreground="white", alpha=0.8)]
    for x, y, key, align in ((0.03, 0.955, "longer", "left"), (0.97, 0.13, "shorter", "right")):
        axes.text(
            x, y, t(key), transform=axes.transAxes, ha=align, va="center", fontsize=11.5, fontweight="bold",
            color="#8a4a12" if key == "longer" else "#1f4f78", path_effects=halo, zorder=4,
        )  # fmt: skip


def _actors(axes: Axes, surface: Surface, t: Texts) -> None:
    halo = [patheffects.withStroke(linewidth=2.6, foreground="white")]
    shift = {"government-2022": (-4, -13), "expert-group-2024": (8, 9), "agreement-2025": (9, -11),
             "kl-2024": (8, 10)}  # fmt: skip
    for name, each in positions().items():
        if each["cut"] is None or each["cut"] > surface.cuts[-1]:
            continue
        low, high = each["range"]
        y = each["cut"] + _APART.get(name, 0.0)
        axes.plot([low, high], [y, y], color=INK, lw=1.1, zorder=5, solid_capstyle="butt")
        for end in (low, high):
            axes.plot([end, end], [y - 0.05, y + 0.05], color=INK, lw=1.1, zorder=5)
        axes.plot(
            each["share"], y, _MARKERS[name], ms=8, mfc="white", mec=INK, mew=1.6, zorder=6, clip_on=False
        )
        axes.annotate(
            each["label"][t.lang], (each["share"], y), xytext=shift[name], textcoords="offset points",
            fontsize=8.5,
            path_effects=halo, zorder=7, va="center",
        )  # fmt: skip


def _price(axes: Axes, frontier: MappedFrontier, t: Texts, numbers: Numbers) -> None:
    """Write Djøf's condition with an arrow to the line, and what a freed percentage point pays for."""
    amount, _, _ = frontier.per_point()
    paid = numbers.plain(round(amount, -1) if amount >= 50 else amount)
    box = {"fc": "white", "ec": PALE, "boxstyle": "round,pad=0.4", "alpha": 0.92}
    line = frontier.line[(frontier.line["cut_bn_kr"] > 0) & (frontier.line["cut_bn_kr"] < _top(frontier))]
    text = f"{t('djoef')}\n{t('pays', amount=paid)}"
    if line.empty:
        axes.text(0.97, 0.3, text, transform=axes.transAxes, ha="right", fontsize=8.5, bbox=box, zorder=7)
        return
    at = line.iloc[len(line) // 3]
    axes.annotate(
        text, (at["share"], at["cut_bn_kr"]), xytext=(0.97, 0.34), textcoords="axes fraction", ha="right",
        va="center", fontsize=8.5, linespacing=1.35, bbox=box, zorder=7,
        arrowprops={"arrowstyle": "->", "color": INK, "lw": 1.0, "shrinkB": 2},
    )  # fmt: skip


def _money(axes: Axes, frontier: MappedFrontier, t: Texts, numbers: Numbers, year: str) -> None:
    surface = frontier.cost
    billions = surface.mean / 1000.0
    _filled(axes, surface, billions)
    _contours(axes, surface, billions, numbers, _steps(billions), 7.5)
    axes.contour(surface.shares, surface.cuts, billions.T, levels=[0.0], colors=INK, linewidths=2.0)
    _axes_of_map(axes, surface, numbers)
    axes.tick_params(labelsize=8)
    axes.set_title(t("cost", year=year), fontsize=9, loc="left", x=-0.1)
    axes.set_xlabel(t("share_short"), fontsize=8)
    axes.set_ylabel(t("cut_short"), fontsize=8)


def _paths(axes: Axes, frontier: MappedFrontier, t: Texts, numbers: Numbers) -> None:
    paths = frontier.paths()
    axes.axhline(0, color=INK, lw=0.9)
    ends = []
    for order in paths.columns:
        axes.plot(paths.index, paths[order], color=_SHADES[order], ls=_DASHES[order], lw=1.7)
        ends.append((float(paths[order].iloc[-1]), order))
    first = 2025
    axes.set_xlim(first, paths.index[-1])
    low, high = axes.get_ylim()
    places = spread([end for end, _ in ends], (high - low) * 0.105)
    for place, (_, order) in zip(places, ends, strict=True):
        axes.annotate(
            t(f"order.{order}"), (paths.index[-1], place), xytext=(5, 0), textcoords="offset points",
            va="center",
            fontsize=7.8, color=_SHADES[order], annotation_clip=False,
        )  # fmt: skip
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: numbers.signed(value)))
    axes.set_xticks([year for year in paths.index if year >= first and (year - first) % 2 == 0])
    axes.tick_params(labelsize=8)
    axes.set_title(t("paths"), fontsize=9, loc="left", pad=27, x=-0.17)
    cut, share = PHASING_AT
    note = t("paths_note", cut=numbers.plain(cut, 1), share=numbers.plain(100 * share))
    axes.text(-0.17, 1.04, note, transform=axes.transAxes, fontsize=7.3, color=GREY, linespacing=1.3)


def _foot(figure: Figure, frontier: MappedFrontier, t: Texts, numbers: Numbers) -> None:
    surface = frontier.duration
    text = t(
        "foot", reform=frontier.about["titles"][t.lang], points=map_points(frontier), draws=surface.draws,
        scale=numbers.general(frontier.about["scale"]), error=numbers.plain(surface.error, 2),
        size=numbers.plain(surface.scale, 2),
    )  # fmt: skip
    figure.text(
        0.012, 0.012, textwrap.fill(text, 176), fontsize=7.4, color=GREY, va="bottom", linespacing=1.3
    )
