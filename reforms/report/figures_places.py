"""One municipality beside those it is compared with and the country, a row each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from markupsafe import Markup

from reforms.report.estimates import Estimate
from reforms.report.figures import Bar, Brush, described, write_ticks
from reforms.report.numbers import Kind
from reforms.report.style import GREY, INK, canvas, house_style, svg_of


class Row(NamedTuple):
    """A municipality, or the country, with its estimate; `own` is the one the edition is about."""

    name: str
    estimate: Estimate
    own: bool
    country: bool


@house_style
def beside(rows: Sequence[Row], kind: Kind, key: str, title: str, brush: Brush) -> Markup:
    """Draw the difference with its interval for each row: own place first, the country last, set apart."""
    t = brush.t
    height = 0.75 + 0.34 * len(rows)
    figure, axes = canvas(height)
    figure.subplots_adjust(left=0.33, right=0.96, top=1 - 0.1 / height, bottom=0.47 / height)
    axes.axvline(0, color=INK, lw=0.9)
    colour = brush.look(brush.results.main).colour
    for i, row in enumerate(rows):
        e = row.estimate
        if math.isnan(e.difference):
            continue
        shade = colour if row.own else INK if row.country else GREY
        if not math.isnan(e.low):
            ends = [e.low * kind.factor, e.high * kind.factor]
            axes.plot(ends, [-i, -i], color=shade, lw=3, alpha=0.45, solid_capstyle="butt")
        marker = "o" if row.own else "s" if row.country else "D"
        axes.plot(e.difference * kind.factor, -i, marker, color=shade, ms=7 if row.own else 5.5)
    axes.set_yticks(-np.arange(len(rows)), [row.name for row in rows])
    for label, row in zip(axes.get_yticklabels(), rows, strict=True):
        label.set_fontweight("bold" if row.own or row.country else "normal")
    axes.set_ylim(-len(rows) + 0.4, 0.6)
    axes.grid(visible=False, axis="y")
    write_ticks(axes, brush.numbers, which="x", signed=True)
    axes.set_xlabel(t(kind.difference_unit))
    bars = [Bar(row.name, row.estimate, "", "") for row in rows]
    return svg_of(figure, key, t("alt.forest", title=title, rows=described(bars, kind, brush)))
