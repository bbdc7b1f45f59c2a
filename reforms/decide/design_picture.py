"""The picture of a front: what it costs people and the public, and where each design stands at each lever.

Left, every design that was run in the model by self-support and net public cost, with 80 % intervals.  Right,
a row a lever and a column a design: how far it is pulled from today, upwards or downwards.  Markers and
letters tell designs apart, so that it is read in grey.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from textwrap import fill
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reforms.decide.design_words import PULLED, moves
from reforms.decide.designed import ON_FRONT, PACKAGE, FrontNumbers
from reforms.decide.goals import COST, GOALS, SELF_SUPPORT
from reforms.decide.texts import words_of
from reforms.report.style import GREY, INK, LOOK, PALE, save_in_both

_MARKERS = {ON_FRONT: "o", PACKAGE: "s", "reference": "D"}


def draw(found: FrontNumbers, lang: str = "en") -> Figure:
    """Return the picture, in English or Danish."""
    with mpl.rc_context(LOOK):
        number = len(found.about["levers"])
        figure = Figure(figsize=(12.5, max(5.2, 0.34 * number + 2.2)), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(1.15, 1.0))
        words = words_of("front_picture", lang)
        figure.suptitle(words["title"].format(saving=found.about["saving_mio_kr"] / 1000), x=0.02, ha="left")
        _trade_offs(left, found, lang)
        _levers(right, found, lang)
        return figure


def _trade_offs(axes: Axes, found: FrontNumbers, lang: str) -> None:
    words = words_of("front_picture", lang)
    seen: set[str] = set()
    others = 0
    for row in found.front.to_dict("records"):
        kind = str(row["kind"])
        x, y = float(row[COST]), float(row[SELF_SUPPORT])
        for axis, goal in (("x", COST), ("y", SELF_SUPPORT)):
            ends = [float(row[f"{goal}_low80"]), float(row[f"{goal}_high80"])]
            if not np.isnan(ends).any():
                line: Any = (ends, [y, y]) if axis == "x" else ([x, x], ends)
                axes.plot(*line, color=GREY, linewidth=0.6, zorder=1)
        beaten = isinstance(row["beaten_by"], str) and bool(row["beaten_by"])
        own = kind == ON_FRONT
        others += not own
        name = str(row["design"]) if own else str(others)
        label = words[kind] if own else f"{others}  {found.title(str(row['design']), lang)}"
        axes.plot(
            [x], [y], marker=_MARKERS[kind], linestyle="", markersize=8 if kind == ON_FRONT else 7,
            markerfacecolor="white" if beaten else INK if kind == ON_FRONT else GREY, markeredgecolor=INK,
            label=None if own and kind in seen else label, zorder=3,
        )  # fmt: skip
        seen.add(kind)
        axes.annotate(name, (x, y), xytext=(6, 5), textcoords="offset points", fontsize=8.5, zorder=4)
    axes.axhline(0.0, color=PALE, linewidth=1.0, zorder=0)
    for goal, put in ((COST, axes.set_xlabel), (SELF_SUPPORT, axes.set_ylabel)):
        put(fill(f"{GOALS[goal].title.of(lang)}, {GOALS[goal].unit.of(lang)}", 52))
    axes.legend(loc="lower left", frameon=False, fontsize=8, title=f"{words['better']}; {words['beaten']}",
                title_fontsize=8)  # fmt: skip


def _levers(axes: Axes, found: FrontNumbers, lang: str) -> None:
    words, moved = words_of("front_picture", lang), moves(found, standing=False)
    names = list(found.about["levers"])
    labels = [fill(found.about["levers"][name]["title"][lang], 40) for name in names]
    for x, design in enumerate(moved.index):
        for y, name in enumerate(names):
            share = float(moved.loc[design, name])
            if abs(share) < PULLED:
                axes.plot([x], [y], marker=".", color=PALE, markersize=4)
                continue
            axes.plot([x], [y], marker="^" if share > 0 else "v", color=INK if abs(share) > 0.5 else GREY,
                      markersize=3.0 + 7.0 * min(abs(share), 1.0))  # fmt: skip
    axes.set_yticks(range(len(names)), labels, fontsize=8)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xticks(range(len(moved.index)), [str(each) for each in moved.index])
    axes.set_xlim(-0.6, len(moved.index) - 0.4)
    axes.grid(visible=True, axis="y")
    axes.set_title(
        f"{words['levers']}\n{words['up']}   {words['down']}   {words['size']}", fontsize=9, loc="left"
    )


def save(found: FrontNumbers, folder: Path) -> None:
    """Write the picture in both languages, as svg and png."""
    save_in_both(partial(draw, found), folder, "design", dpi=130)


def shown(found: FrontNumbers) -> pd.DataFrame:
    """Return the front's designs as they are printed: goals, and whether they are told apart."""
    columns = ["design", "kind"]
    for goal in found.goals:
        columns += [goal, *([f"{goal}_apart"] if f"{goal}_apart" in found.front.columns else [])]
    return found.front[[*columns, "beaten_by"]]
