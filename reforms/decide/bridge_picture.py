"""The staircase of a bridge in kroner and weeks, and what it says."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from textwrap import fill

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reforms.decide.bridged import END, IN_KRONER, IN_WEEKS, START, Steps
from reforms.decide.goals import GOALS
from reforms.decide.texts import words_of
from reforms.report.style import GREY, INK, LOOK, PALE, save_in_both
from sim.stats.interval import told_of
from sim.stats.words import in_words


def draw(found: Steps, lang: str = "en") -> Figure:
    """Return the staircase, in English or Danish."""
    with mpl.rc_context(LOOK):
        steps = int((found.table["measure"] == IN_KRONER).sum())
        figure = Figure(figsize=(11.5, 0.62 * steps + 2.2), layout="constrained")
        words = words_of("bridge", lang)
        axes = figure.subplots(1, 2)
        for each, measure in zip(axes, (IN_KRONER, IN_WEEKS), strict=True):
            _stairs(each, found, measure, lang)
        title = words["title"].format(
            reform=found.about["reform"], first=found.title(START, lang), last=found.title(END, lang)
        )
        figure.suptitle(f"{fill(title, 110)}\n{words['note']}", x=0.01, ha="left", fontsize=9.5)
        return figure


def _stairs(axes: Axes, found: Steps, measure: str, lang: str) -> None:
    rows = found.table[found.table["measure"] == measure].to_dict("records")
    level = 0.0
    for y, row in enumerate(rows):
        value, is_end = float(row["mean"]), row["step"] in (START, END)
        left = 0.0 if is_end else level
        colour = "white" if is_end else INK if value > 0 else GREY
        axes.barh([y], [value], left=left, height=0.6, color=colour, edgecolor=INK, linewidth=1.0)
        ends = np.array([row["low80"], row["high80"]], np.float64) + (left if not is_end else 0.0)
        if not np.isnan(ends).any():
            axes.plot(ends, [y + 0.38, y + 0.38], color=INK, linewidth=0.9)
        axes.annotate(f"{value:+,.0f}", (left + value, y), xytext=(5 if value >= 0 else -5, 0),
                      textcoords="offset points", va="center", ha="left" if value >= 0 else "right",
                      fontsize=8)  # fmt: skip
        level = value if row["step"] == START else level + value
        if row["step"] != END:
            axes.plot([level, level], [y, y + 1], color=PALE, linewidth=0.8, zorder=0)
    axes.axvline(0.0, color=GREY, linewidth=0.7)
    labels = [fill(found.title(str(row["step"]), lang), 38) for row in rows]
    axes.set_yticks(range(len(rows)), labels, fontsize=8)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.margins(x=0.18)
    goal = GOALS[measure]
    axes.set_xlabel(fill(f"{goal.title.of(lang)}, {goal.unit.of(lang)}", 48))


def save(found: Steps, folder: Path) -> None:
    """Write the staircase in both languages, as svg and png."""
    save_in_both(partial(draw, found), folder, "bridge", dpi=130)


def sentences(found: Steps, lang: str = "en") -> list[str]:
    """Return what a bridge says, in English or Danish."""
    words, told = words_of("bridge", lang), []
    for measure in (IN_KRONER, IN_WEEKS):
        rows = found.table[found.table["measure"] == measure].set_index("step")
        goal = GOALS[measure]
        told.append(
            words["ends"].format(
                measure=goal.title.of(lang), unit=goal.unit.of(lang), first=found.title(START, lang),
                last=found.title(END, lang), start=rows.loc[START, "mean"], end=rows.loc[END, "mean"],
            )
        )  # fmt: skip
        inner = rows.drop(index=[START, END])
        sure = [step for step, row in inner.iterrows() if told_of(row).known and told_of(row).told]
        if not sure:
            told.append(words["none"])
            continue
        most = max(sure, key=lambda step: abs(float(inner.loc[step, "mean"])))
        said = in_words(told_of(inner.loc[most]), words["higher"], words["lower"])
        told.append(
            words["most"].format(
                step=found.title(str(most), lang), value=float(inner.loc[most, "mean"]), told=said
            )
        )
    explained = found.about["explained"]
    if explained:
        share = 100.0 * max(min(explained.values()), 0.0)
        told.append(words["emulated"].format(worlds=found.about["worlds"], share=share))
    else:
        told.append(words["exact"].format(worlds=found.about["worlds"]))
    return told
