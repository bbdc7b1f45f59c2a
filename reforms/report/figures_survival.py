"""Pictures of survival curves: the share of spells still running, and how it differs between worlds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes

from reforms.report.figures import Brush, end_labels, write_ticks
from reforms.report.style import BASELINE_COLOUR, INK, canvas, house_style, svg_of
from reforms.report.survival import Curve


def _survival_lines(axes: Axes, curves: Mapping[str, Curve], brush: Brush) -> None:
    base = curves["baseline"]
    axes.fill_between(base.weeks, base.low * 100, base.high * 100, color=BASELINE_COLOUR, alpha=0.2, lw=0)
    axes.plot(base.weeks, base.share * 100, color=BASELINE_COLOUR, lw=2.2, ls=(0, (4, 2)))
    for scenario in brush.results.scenarios:
        if scenario.name in curves:
            look, curve = brush.look(scenario), curves[scenario.name]
            axes.plot(curve.weeks, curve.share * 100, color=look.colour, lw=look.width * 0.75, ls=look.dash)


@house_style
def survival(curves: Mapping[str, Curve], key: str, title: str, brush: Brush) -> Markup:
    """Draw the share of spells still running by week: baseline with band, and all reforms."""
    t, numbers = brush.t, brush.numbers
    figure, axes = canvas(2.7)
    figure.subplots_adjust(left=0.15, right=0.96, top=0.97, bottom=0.18)
    _survival_lines(axes, curves, brush)
    axes.set(ylim=(0, 101), xlim=(0, curves["baseline"].weeks[-1]), xlabel=t("axis.weeks_since_start"))
    axes.set_xticks(np.arange(0, curves["baseline"].weeks[-1] + 1, 26))
    write_ticks(axes, numbers, which="y", percent=True)
    main = brush.results.main
    points = []
    for week in (w for w in (26, 52, 104) if w < len(curves["baseline"].weeks)):
        both = [numbers.plain(curves[n].share[week] * 100, 1) for n in ("baseline", main.name) if n in curves]
        points.append(t("alt.survival_point", week=week, shares=f" {t('word.against')} ".join(both[::-1])))
    alt = t(
        "alt.survival", title=title, spells=numbers.plain(curves["baseline"].spells), points="; ".join(points)
    )
    return svg_of(figure, key, alt)


@house_style
def survival_difference(curves: Mapping[str, Curve], key: str, title: str, brush: Brush) -> Markup:
    """Draw how many percentage points more (or fewer) of the spells run on with each reform, by week."""
    t, numbers, results = brush.t, brush.numbers, brush.results
    figure, axes = canvas(2.7)
    figure.subplots_adjust(left=0.15, right=0.83, top=0.97, bottom=0.18)
    axes.axhline(0, color=INK, lw=0.9)
    base, ends, told = curves["baseline"], [], []
    for scenario in results.scenarios:
        if scenario.name not in curves:
            continue
        look, curve = brush.look(scenario), curves[scenario.name]
        gap = (curve.share - base.share) * 100
        if scenario == results.main:
            reach = np.hypot(curve.high - curve.low, base.high - base.low) / 2 * 100
            axes.fill_between(base.weeks, gap - reach, gap + reach, color=look.colour, alpha=0.16, lw=0)
        axes.plot(base.weeks, gap, color=look.colour, lw=look.width * 0.75, ls=look.dash)
        ends.append((float(gap[-1]), look.mark))
        told.append(f"{look.mark} {numbers.signed(float(gap[52]), 1)}")
    axes.set(xlim=(0, base.weeks[-1]), xlabel=t("axis.weeks_since_start"))
    axes.set_xticks(np.arange(0, base.weeks[-1] + 1, 26))
    write_ticks(axes, numbers, which="y", signed=True)
    end_labels(axes, ends, float(base.weeks[-1]))
    return svg_of(figure, key, t("alt.survival_difference", title=title, rows="; ".join(told)))
