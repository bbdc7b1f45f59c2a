"""Stocks and flows as one picture: where people are, and how many move between states in a year."""

from __future__ import annotations

import textwrap
from functools import partial
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from reforms.report.document import Picture
from reforms.report.estimates import FALLS, RISES, Estimate
from reforms.report.figures import Bar, bar_sheet
from reforms.report.numbers import KINDS
from reforms.report.results import BLOCKS
from reforms.report.style import DOWN, GREY, UP, Brush, canvas, house_style, svg_of

#: Moves of fewer persons a year are left to the table.
FEWEST_MOVES = 1_500.0
#: Blocks that stand beside the ladder of benefits.
_BESIDE = ("apart", "work")
#: Social assistance stands on top, so that the insured and the sick are neighbours: many move between them.
_TOP = "social_assistance"
_LADDER: tuple[str, ...] = (_TOP, *(block for block in BLOCKS if block not in (_TOP, *_BESIDE)))
_LEFT, _MIDDLE, _RIGHT = (0.0, 17.0), (40.0, 62.0), (85.0, 102.0)
_TALLEST = 0.3


class Move(NamedTuple):
    """An arrow: from one block of states to another."""

    origin: str
    target: str
    estimate: Estimate


def moves(brush: Brush) -> list[Move]:
    """Return the moves between blocks in the last year with the main reform, most frequent first."""
    results = brush.results
    found = []
    for group in results.here.groups("block_flow"):
        origin, _, target = group.partition(">")
        estimate = results.effect("block_flow", group)
        if estimate.baseline >= FEWEST_MOVES and {origin, target} <= BLOCKS.keys():
            found.append(Move(origin, target, estimate))
    return sorted(found, key=lambda move: -move.estimate.baseline)


def _row(block: str) -> float:
    return -1.0 - _LADDER.index(block)


def _colour(estimate: Estimate) -> str:
    if estimate.verdict in RISES:
        return UP
    return DOWN if estimate.verdict in FALLS else "#a9b2ba"


def _figures(estimate: Estimate, brush: Brush) -> str:
    """Return "148.9 (+1.2)": thousands in the baseline and the difference."""
    numbers, kind = brush.numbers, KINDS["thousand"]
    return f"{numbers.level(estimate.baseline, kind)} ({numbers.change(estimate.shown, kind)})"


def _weight(estimate: Estimate) -> str:
    """Bold where a difference can be told from zero."""
    return "bold" if estimate.verdict in ("up", "down") else "normal"


def _box(axes: Axes, block: str, x: tuple[float, float], y: tuple[float, float], brush: Brush) -> None:
    results = brush.results
    stock = results.effect("block_stock", block)
    axes.add_patch(
        FancyBboxPatch(
            (x[0], y[0]),
            x[1] - x[0],
            y[1] - y[0],
            boxstyle="round,pad=0,rounding_size=0.12",
            mutation_aspect=0.1,
            fc="#eef2f5",
            ec=GREY,
            lw=0.8,
            zorder=3,
        )
    )
    x_middle, y_middle = sum(x) / 2, sum(y) / 2
    label = textwrap.fill(brush.t.named("flow.block", block), 21 if x[1] - x[0] > 20 else 14)
    edge = 0.0 if "\n" in label else 0.03
    axes.text(
        x_middle, y_middle - 0.03 + edge, label, ha="center", va="bottom", weight="bold", size=8.5, zorder=4
    )
    axes.text(
        x_middle,
        y_middle - 0.07,
        _figures(stock, brush),
        ha="center",
        va="top",
        size=8.5,
        zorder=4,
        weight=_weight(stock),
    )


def _sideways(axes: Axes, move: Move, y: float, largest: float, brush: Brush) -> None:
    """Draw an arrow between the ladder of benefits and what stands beside it, its figures above it."""
    places = {"apart": (_LEFT, 0), "work": (_RIGHT, 1)}
    at = {block: places.get(block, (_MIDDLE, 0))[0] for block in (move.origin, move.target)}
    rightward = at[move.origin][1] < at[move.target][0]
    start, end = (
        (at[move.origin][1] + 0.6, at[move.target][0] - 0.6)
        if rightward
        else (at[move.origin][0] - 0.6, at[move.target][1] + 0.6)
    )
    width = max(0.014, _TALLEST * move.estimate.baseline / largest)
    wide = {move.origin, move.target} == {"apart", "work"}
    y = y + (0.13 if rightward else -0.2) * (1.6 if wide else 1.0)
    _arrow(axes, start, y, end - start, 0.0, width, _colour(move.estimate))
    axes.text(
        (start + end) / 2,
        y + width / 2 + 0.03,
        _figures(move.estimate, brush),
        ha="center",
        va="bottom",
        size=8,
        weight=_weight(move.estimate),
    )


def _arrow(axes: Axes, x: float, y: float, dx: float, dy: float, width: float, colour: str) -> None:
    upright = dx == 0
    axes.arrow(
        x,
        y,
        dx,
        dy,
        width=width * (8.0 if upright else 1.0),
        head_width=(width + 0.07) * (8.0 if upright else 1.0),
        head_length=0.1 if upright else 1.6,
        length_includes_head=True,
        fc=colour,
        ec="none",
        zorder=2,
    )


def _upright(axes: Axes, move: Move, largest: float, brush: Brush) -> None:
    """Draw an arrow between two neighbours on the ladder of benefits."""
    upper, lower = sorted((_row(move.origin), _row(move.target)), reverse=True)
    down = _row(move.origin) > _row(move.target)
    x = sum(_MIDDLE) / 2 + (-2.0 if down else 2.0)
    top, bottom = upper - 0.34, lower + 0.34
    width = max(0.014, _TALLEST * move.estimate.baseline / largest)
    begin, end = (top, bottom) if down else (bottom, top)
    _arrow(axes, x, begin, 0.0, end - begin, width, _colour(move.estimate))
    axes.text(
        x + (-1.2 if down else 1.2),
        (top + bottom) / 2,
        _figures(move.estimate, brush),
        ha="right" if down else "left",
        va="center",
        size=8,
        weight=_weight(move.estimate),
    )


@house_style
def flow_diagram(found: list[Move], key: str, title: str, brush: Brush) -> Picture:
    """Draw blocks of states with their stocks, and the moves between them as arrows of their width."""
    figure, axes = canvas(7.4, 7.2)
    figure.subplots_adjust(left=0.005, right=0.995, top=0.995, bottom=0.005)
    axes.set(xlim=(-0.5, 102.5), ylim=(-len(_LADDER) - 0.45, 0.62))
    axes.axis("off")
    largest = max(move.estimate.baseline for move in found)
    for block in _LADDER:
        _box(axes, block, _MIDDLE, (_row(block) - 0.32, _row(block) + 0.32), brush)
    for block, x in (("apart", _LEFT), ("work", _RIGHT)):
        _box(axes, block, x, (-len(_LADDER) - 0.35, 0.5), brush)
    for move in found:
        ends = {move.origin, move.target}
        if ends == {"apart", "work"}:
            _sideways(axes, move, 0.02, largest, brush)
        elif ends & {"apart", "work"}:
            _sideways(axes, move, _row(next(iter(ends & set(_LADDER)))), largest, brush)
        elif abs(_row(move.origin) - _row(move.target)) < 1.5:
            _upright(axes, move, largest, brush)
    told = "; ".join(
        f"{brush.t.named('flow.block', m.origin)} → {brush.t.named('flow.block', m.target)} "
        f"{_figures(m.estimate, brush)}"
        for m in found[:12]
    )
    alt = brush.t("alt.flows", title=title, year=brush.results.last_year, rows=told)
    named = partial(brush.t.named, "flow.block")
    bars = [Bar(f"{named(m.origin)} → {named(m.target)}", m.estimate) for m in found]
    return Picture(svg_of(figure, key, alt), bar_sheet(bars, KINDS["persons"], brush))
