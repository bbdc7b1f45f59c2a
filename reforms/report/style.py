"""One look for all pictures: colours, line marks, and SVG that can stand inside an HTML page.

Colours are Okabe and Ito's, told apart by colour-blind readers; letters, markers and dashes tell the
scenarios apart in grey as well.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import wraps
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec, TypeVar

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reforms.report.numbers import Numbers
from reforms.report.results import Results, Scenario
from reforms.report.texts import Texts

P = ParamSpec("P")
T = TypeVar("T")
INK, GREY, PALE = "#1d2733", "#5d6772", "#d5dade"
BASELINE_COLOUR = GREY
UP, DOWN = "#D55E00", "#0072B2"
PAYER_SHADES = {"state": "#24405c", "municipality": "#7d9bb8", "a_kasse": "#c9d3dc"}
_SINGLE = ("#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8a6d00")
_PACKAGE = ("#0072B2", "#000000")
_MARKERS = ("o", "s", "^", "D", "v", "P")
_DASHES = ("-", (0, (5, 1.5)), (0, (3, 1, 1, 1)), (0, (1.5, 1)), (0, (6, 1, 1, 1, 1, 1)), "-")
WIDTH = 4.6
POINTS = 9.5

LOOK: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "jobvej",
    "font.size": POINTS,
    "font.family": "DejaVu Sans",
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": PALE,
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "axes.unicode_minus": True,
}


class Look(NamedTuple):
    """How a scenario is drawn, and the mark that stands for it beside a line."""

    colour: str
    marker: str
    dash: object
    width: float
    mark: str


def look_of(scenario: Scenario, scenarios: tuple[Scenario, ...], t: Texts) -> Look:
    """Return the look of a scenario: letters for single reforms, a word for packages."""
    if not scenario.is_package:
        i = scenario.position
        mark = chr(ord("A") + i)
        return Look(
            _SINGLE[i % len(_SINGLE)], _MARKERS[i % len(_MARKERS)], _DASHES[i % len(_DASHES)], 1.5, mark
        )
    packages = [s for s in scenarios if s.is_package]
    place = packages.index(scenario)
    mark = t("mark.together") if len(packages) == 1 else f"{t('mark.package')}{place + 1}"
    return Look(_PACKAGE[place % len(_PACKAGE)], "o", "-", 2.4, mark)


class Brush(NamedTuple):
    """What every part of a report needs: the results, the words, the numbers, and how each scenario looks."""

    results: Results
    t: Texts
    numbers: Numbers

    def look(self, scenario: Scenario) -> Look:
        """Return how a scenario is drawn."""
        return look_of(scenario, self.results.scenarios, self.t)


def house_style(picture: Callable[P, T]) -> Callable[P, T]:
    """Draw a picture in the house's look, without leaving a trace in matplotlib's settings."""

    @wraps(picture)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> T:
        with mpl.rc_context(LOOK):
            return picture(*args, **kwargs)

    return drawn


def save_in_both(draw: Callable[[str], Figure], folder: Path, name: str, dpi: int) -> None:
    """Write a picture in English and Danish to a folder, as svg and png: ``name-en.svg`` ..."""
    for lang in ("en", "da"):
        figure = draw(lang)
        with mpl.rc_context(LOOK):
            figure.savefig(folder / f"{name}-{lang}.svg", metadata={"Date": None})
            figure.savefig(folder / f"{name}-{lang}.png", dpi=dpi)


def canvas(height: float, width: float = WIDTH) -> tuple[Figure, Axes]:
    """Return an empty picture of the given size in inches."""
    figure = Figure(figsize=(width, height))
    axes: Axes = figure.add_subplot()
    return figure, axes


def _clean(svg: str, key: str) -> str:
    """Strip what belongs to a file of its own and make ids unique on the page."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.S)
    svg = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", svg)
    svg = svg.replace("xlink:href", "href")
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{key}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{key}-\1)", svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{key}-\1"', svg)
    svg = re.sub(r"font-family: [^;\"]+;? ?", "", svg)
    return re.sub(r'<svg width="[^"]*" height="[^"]*"|<svg height="[^"]*"', "<svg", svg, count=1)


def svg_of(figure: Figure, key: str, alt: str) -> Markup:
    """Return the picture as inline SVG with an alternative text."""
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    body = _clean(out.getvalue(), key)
    body = re.sub(r'\s(width|height)="[\d.]+pt"', "", body, count=2)
    return Markup(body.replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"', 1))


def spread(places: list[float], gap: float) -> list[float]:
    """Move labels apart so that neighbours are at least `gap` from each other, keeping their order."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = list(places)
    for _ in range(200):
        crowded = False
        for a, b in pairwise(order):
            lack = gap - (moved[b] - moved[a])
            if lack > 1e-9 * max(1.0, abs(gap)):
                moved[a] -= lack / 2
                moved[b] += lack / 2
                crowded = True
        if not crowded:
            break
    return moved
