"""The picture of two lives: a band each of what the person lives on, what is met on the way, and the income.

States are told by words on the bands as well as by shade, so that it is read in grey.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from reforms.lives.words import named, number, sentence, words_of
from reforms.report.style import DOWN, GREY, INK, LOOK, PALE, UP

if TYPE_CHECKING:
    from reforms.lives.results import TwoLives

#: Shades of the bands, in the order in which states come up: light, so that words on them are read.
_SHADES = ("#cfe3f2", "#f6dcc6", "#d9ead3", "#e6dcef", "#f4efc8", "#e0e0e0", "#fbd5dc", "#cfeae8")
#: Share of the run that a stretch must last to have room for its name: a letter takes so much of it.
_A_LETTER = 0.0085
_WITHOUT, _WITH = "without", "with"


def stretches(states: pd.Series) -> Iterator[tuple[int, int, str]]:
    """Yield first week, number of weeks and name of each stretch of the same state."""
    begins = np.flatnonzero((states != states.shift()).to_numpy())
    for first, end in zip(begins, [*begins[1:], len(states)], strict=True):
        yield int(first), int(end - first), str(states.iloc[first])


def draw(found: TwoLives, pair: Mapping[str, Any], lang: str = "en") -> Figure:
    """Return the picture of a pair, in English or Danish."""
    words = words_of("picture", lang)
    lives = found.courses(pair)
    labels = max(lives, key=len)["week"].tolist()
    at = {label: week for week, label in enumerate(labels)}
    shade: dict[str, str] = {}
    for life in lives:
        for _, _, state in stretches(life["state"]):
            shade.setdefault(state, _SHADES[len(shade) % len(_SHADES)])
    with mpl.rc_context(LOOK):
        figure = Figure(figsize=(9.2, 5.6))
        figure.subplots_adjust(left=0.13, right=0.98, top=0.76, bottom=0.1, hspace=0.55)
        axes = figure.subplots(3, 1, sharex=True, height_ratios=(1.0, 1.0, 1.2))
        title = words_of("rule", lang)[str(pair["rule"])]
        figure.text(0.02, 0.975, title, va="top", fontweight="bold", fontsize=11)
        said = fill(sentence(pair, found.about, lang), 128)
        figure.text(0.02, 0.93, said, va="top", fontsize=8.5)
        figure.text(0.02, 0.015, words["simulated"], fontsize=8.5, fontstyle="italic", fontweight="bold")
        for side, life, axis in zip((_WITHOUT, _WITH), lives, axes[:2], strict=True):
            _band(axis, life, shade, len(labels), words, lang)
            axis.set_title(words[side], loc="left", fontsize=9, fontweight="bold", pad=3)
        for side, life, colour, dash in zip(
            (_WITHOUT, _WITH), lives, (GREY, UP), ("-", (0, (4, 1.5))), strict=True
        ):
            axes[2].step(
                np.arange(len(life)), life["income_kr"], where="post", color=colour, ls=dash, lw=1.4,
                label=words[side],
            )  # fmt: skip
        axes[2].set_ylabel(words["income"], fontsize=8.5)
        axes[2].set_ylim(bottom=0)
        axes[2].yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, lang)))
        axes[2].legend(loc="best", frameon=False, fontsize=8, ncols=2)
        for axis in axes:
            axis.axvline(at[str(pair["first_week"])], color=DOWN, lw=1.0, ls=":")
            axis.axvline(at[str(pair["parted_week"])], color=INK, lw=1.4, ls="--")
        _written(axes[2], at, pair, words)
        _years(axes[2], labels)
        return figure


def _band(
    axes: Axes, life: pd.DataFrame, shade: Mapping[str, str], weeks: int, words: Mapping[str, str], lang: str
) -> None:
    """Draw one life: states as a band, above it offers, interviews and new caseworkers."""
    for first, lasted, state in stretches(life["state"]):
        axes.broken_barh([(first, lasted)], (0, 1), facecolor=shade[state], edgecolor=INK, linewidth=0.5)
        label = named(state, lang)
        room = int(lasted / weeks / _A_LETTER)
        if room >= 4:
            shown = label if len(label) <= room else label[: room - 1].rstrip() + "…"
            axes.text(first + lasted / 2, 0.5, shown, ha="center", va="center", fontsize=7.5, clip_on=True)
    for first, lasted, programme in stretches(life["programme"]):
        if programme:
            axes.broken_barh([(first, lasted)], (1.12, 0.22), facecolor=INK, label="")
    met = np.flatnonzero((life["interview"] != "").to_numpy())
    axes.plot(met, np.full(met.size, 1.55), ls="", marker="|", color=INK, ms=7)
    who = life["caseworker"].to_numpy()
    known = np.flatnonzero(who >= 0)
    new = known[1:][who[known][1:] != who[known][:-1]]
    axes.plot(new, np.full(new.size, 1.9), ls="", marker="v", color=GREY, ms=5)
    axes.set_ylim(0, 2.1)
    axes.set_yticks([1.23, 1.55, 1.9], [words["offer"], words["interview"], words["caseworker"]], fontsize=7)
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)


def _written(axes: Axes, at: Mapping[str, int], pair: Mapping[str, Any], words: Mapping[str, str]) -> None:
    """Write which line is the first difference and which the parting."""
    first, parted = at[str(pair["first_week"])], at[str(pair["parted_week"])]
    place = axes.get_xaxis_transform()
    late = parted > len(at) / 2
    if first != parted:
        axes.text(
            first, 1.18 if late else 1.02, words["first"], transform=place, ha="right" if late else "left",
            va="bottom", fontsize=8, color=DOWN,
        )  # fmt: skip
    axes.text(
        parted, 1.02 if late else 1.18, words["parting"], transform=place, ha="right" if late else "left",
        va="bottom", fontsize=8,
    )  # fmt: skip


def _years(axes: Axes, labels: list[str]) -> None:
    """Mark the first week of each year."""
    firsts = [week for week, label in enumerate(labels) if week == 0 or label[:4] != labels[week - 1][:4]]
    axes.set_xticks(firsts, [labels[week][:4] for week in firsts])
    axes.set_xlim(0, len(labels))
    axes.grid(visible=True, color=PALE)


def save(found: TwoLives, lang: str) -> list[Path]:
    """Write a picture for each pair beside the tables; return the files."""
    written = []
    for pair in found.pairs.to_dict("records"):
        path = found.folder / f"{pair['reform']}-{pair['group']}-{pair['rule']}-{lang}.svg"
        figure = draw(found, {str(name): value for name, value in pair.items()}, lang)
        with mpl.rc_context(LOOK):
            figure.savefig(path, metadata={"Date": None})
        written.append(path)
    return written
