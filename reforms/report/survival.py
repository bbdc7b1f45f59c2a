"""How long spells last: Kaplan and Meier's curves, with spells still running censored, and their pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray
from scipy import stats

from reforms.report.document import Picture, Sheet
from reforms.report.figures import end_labels, write_ticks
from reforms.report.style import BASELINE_COLOUR, INK, Brush, canvas, house_style, svg_of

Floats = NDArray[np.float64]
#: Below this many spells a curve says more about chance than about Denmark.
FEWEST_SPELLS = 50


class Curve(NamedTuple):
    """Share of spells longer than each week, arrays of shape (weeks + 1,).

    It is of one pair of runs, so that it has no band.  Not a number beyond the longest spell, unless all have
    ended.
    """

    weeks: Floats
    share: Floats
    spells: int


def _on_grid(at: Floats, values: Floats, start: float, weeks: Floats) -> Floats:
    """Read a step function, `start` before its first step, at the given weeks."""
    place = np.searchsorted(at, weeks, side="right") - 1
    return np.where(place < 0, start, values[np.maximum(place, 0)])


def kaplan_meier(weeks: NDArray[np.int64], ended: NDArray[np.bool_], horizon: int) -> Curve:
    """Return the survival curve of spells up to `horizon` weeks.

    Parameters
    ----------
    weeks
        Length of each spell so far, shape (n,).
    ended
        Whether it has ended (else it is censored at its length), shape (n,).
    """
    data = stats.CensoredData(uncensored=weeks[ended], right=weeks[~ended])
    curve = stats.ecdf(data).sf
    grid = np.arange(horizon + 1, dtype=np.float64)
    at = np.asarray(curve.quantiles, dtype=np.float64)
    share = np.asarray(curve.probabilities, dtype=np.float64)
    share = _on_grid(at, share, 1.0, grid)
    if share[-1] > 0.0:  # beyond the longest spell nobody is followed any more
        share = np.where(grid <= weeks.max(), share, np.nan)
    return Curve(grid, share, len(weeks))


def _horizon(weeks: pd.Series) -> int:
    """Return up to which week a curve is worth showing: half-years, one to three years."""
    longest = float(weeks.quantile(0.98)) if len(weeks) else 0.0
    return int(np.clip(np.floor(longest / 26) * 26, 52, 156))


def curves(spells: pd.DataFrame, group: str, first_week: str) -> dict[str, Curve]:
    """Return a curve per scenario for spells of a benefit begun in or after `first_week` ("2026-W01")."""
    chosen = spells[(spells["group"] == group) & (spells["start_week"] >= first_week)]
    horizon = _horizon(chosen[chosen["scenario"] == "baseline"]["weeks"])
    out: dict[str, Curve] = {}
    for scenario, part in chosen.groupby("scenario", sort=False):
        ended = part["ended"].to_numpy(dtype=bool)
        if len(part) >= FEWEST_SPELLS and ended.any():
            out[str(scenario)] = kaplan_meier(part["weeks"].to_numpy(dtype=np.int64), ended, horizon)
    return out


def findings(curves: Mapping[str, Curve], benefit: str, brush: Brush) -> tuple[str, str]:
    """Return what the curves and their gaps find after a year, of the main reform."""
    numbers, main = brush.numbers, curves.get(brush.results.main.name)
    shares = [float(c.share[52]) * 100 if c is not None else np.nan for c in (curves["baseline"], main)]
    if np.isnan(shares).any():
        return (
            brush.t("durations.survival_of", benefit=benefit),
            brush.t("durations.gap_of", benefit=benefit),
        )
    base, reform = (numbers.plain(share, 1) for share in shares)
    said = numbers.signed(shares[1] - shares[0], 1)
    return (
        brush.t("finding.survival", benefit=benefit, share=reform, base=base),
        brush.t("finding.gap", benefit=benefit, gap=said),
    )


def _lines(axes: Axes, curves: Mapping[str, Curve], brush: Brush) -> None:
    base = curves["baseline"]
    axes.plot(base.weeks, base.share * 100, color=BASELINE_COLOUR, lw=2.2, ls=(0, (4, 2)))
    for scenario in brush.results.scenarios:
        if scenario.name in curves:
            look, curve = brush.look(scenario), curves[scenario.name]
            axes.plot(curve.weeks, curve.share * 100, color=look.colour, lw=look.width * 0.75, ls=look.dash)


def _sheet(curves: Mapping[str, Curve], brush: Brush) -> Sheet:
    """Return the share of spells still running by week, per cent, a column for each scenario."""
    t, named = brush.t, {s.name: s.title(brush.numbers.lang) for s in brush.results.scenarios}
    heads = (t("axis.weeks_since_start"), *(named.get(name, t("column.baseline")) for name in curves))
    shares = [(curve.share * 100).tolist() for curve in curves.values()]
    weeks = curves["baseline"].weeks.tolist()
    rows = zip(weeks, *shares, strict=True)
    return Sheet(heads, tuple(tuple(None if np.isnan(v) else v for v in row) for row in rows))


@house_style
def draw(curves: Mapping[str, Curve], key: str, title: str, brush: Brush) -> Picture:
    """Draw the share of spells still running by week: the baseline and all reforms."""
    t, numbers = brush.t, brush.numbers
    figure, axes = canvas(2.7)
    figure.subplots_adjust(left=0.15, right=0.96, top=0.97, bottom=0.18)
    _lines(axes, curves, brush)
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
    return Picture(svg_of(figure, key, alt), _sheet(curves, brush))


@house_style
def draw_gaps(curves: Mapping[str, Curve], key: str, title: str, brush: Brush) -> Picture:
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
        axes.plot(base.weeks, gap, color=look.colour, lw=look.width * 0.75, ls=look.dash)
        if not np.isnan(gap[-1]):
            ends.append((float(gap[-1]), look.mark))
        told.append(f"{look.mark} {numbers.signed(float(gap[52]), 1)}")
    axes.set(xlim=(0, base.weeks[-1]), xlabel=t("axis.weeks_since_start"))
    axes.set_xticks(np.arange(0, base.weeks[-1] + 1, 26))
    write_ticks(axes, numbers, which="y", signed=True)
    end_labels(axes, ends, float(base.weeks[-1]))
    alt = t("alt.survival_difference", title=title, rows="; ".join(told))
    return Picture(svg_of(figure, key, alt), _sheet(curves, brush))
