"""A business case as a picture: who pays and who gains by year, and the sum so far for the municipality."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from reforms.report.numbers import Language, Numbers
from reforms.report.style import GREY, INK, LOOK, PAYER_SHADES

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "year": "net cost by year, DKK m (2024 prices)", "sum": "the municipality's sum so far",
        "municipality": "the municipality", "state": "state", "others": "other municipalities",
        "public": "all public budgets", "society": "society",
    },
    "da": {
        "year": "nettoudgift pr. år, mio. kr. (2024-priser)", "sum": "kommunens sum indtil nu",
        "municipality": "kommunen", "state": "stat", "others": "andre kommuner",
        "public": "alle offentlige kasser", "society": "samfundet",
    },
}  # fmt: skip
_BARS = ("municipality", "state", "others")
_MARKS = {"public": "o", "society": "D"}


def draw(table: pd.DataFrame, title: str, lang: Language) -> Figure:
    """Return the picture of :func:`reforms.invest.case.invest_table`."""
    words, numbers = WORDS[lang], Numbers(lang)
    rows = table[table["year"].str.isdigit()]
    wide = rows.pivot_table(index="year", columns="line", values="amount_mio_kr")
    with mpl.rc_context(LOOK):
        figure = Figure(figsize=(7.2, 3.6))
        bars = figure.add_axes((0.09, 0.15, 0.52, 0.66))
        line = figure.add_axes((0.72, 0.15, 0.26, 0.66))
        figure.text(0.015, 0.93, title, fontsize=12, fontweight="bold")
        _by_year(bars, wide, words)
        _sum_so_far(line, rows, words)
        for axes in (bars, line):
            axes.axhline(0, color=INK, lw=0.9)
            axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: numbers.signed(value)))
            axes.tick_params(labelsize=8)
    return figure


def _by_year(axes: Axes, wide: pd.DataFrame, words: dict[str, str]) -> None:
    places = np.arange(len(wide))
    shades = {**PAYER_SHADES, "others": "#e8d9c3"}
    for at, name in enumerate(_BARS):
        axes.bar(
            places + (at - 1) * 0.26, wide[name], 0.26, color=shades[name], ec=INK, lw=0.4, label=words[name]
        )
    for name, mark in _MARKS.items():
        axes.plot(places, wide[name], mark, ms=5, mfc="white", mec=INK, label=words[name])
    axes.set_xticks(places, list(wide.index))
    axes.set_title(words["year"], fontsize=9, loc="left", color=GREY)
    axes.legend(fontsize=7.2, frameon=False, ncols=2, loc="best")


def _sum_so_far(axes: Axes, rows: pd.DataFrame, words: dict[str, str]) -> None:
    own = rows[rows["line"] == "municipality"].sort_values("year")
    axes.plot(own["year"], own["amount_mio_kr"].cumsum(), color=INK, marker="o", ms=4)
    axes.set_title(words["sum"], fontsize=9, loc="left", color=GREY)
    axes.tick_params(axis="x", rotation=45)


def save(table: pd.DataFrame, out: Path, title: str) -> None:
    """Write the picture in both languages, as SVG and PNG."""
    for lang in WORDS:
        figure = draw(table, title, lang)
        with mpl.rc_context(LOOK):
            figure.savefig(out / f"invest-{lang}.svg", metadata={"Date": None})
            figure.savefig(out / f"invest-{lang}.png", dpi=130)
