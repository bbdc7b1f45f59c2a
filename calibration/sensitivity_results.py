"""A finished sensitivity analysis: its table, a tornado picture, and sentences."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import pandas as pd

from calibration.experiments.words import number
from reforms.report.texts import load_texts
from sim.errors import InputError
from sim.outcomes.measures import MEASURES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = 12
#: Characters of a line of a parameter's name beside the picture.
WRAPPED = 46
#: Below this share of explained variation the order of the parameters is loose.
LOOSE = 50
_KIND_COLOURS = {"assumption": "#b5651d", "evidence": "#1f5f8b", "law": "#555555"}
_WORDS = {
    "en": {
        "axis": "{reform}: effect, {unit}",
        "assumption": "assumption (no source)",
        "evidence": "estimated",
        "law": "law",
        "low": "low end of the prior",
        "high": "high end of the prior",
    },
    "da": {
        "axis": "{reform}: virkning, {unit}",
        "assumption": "antagelse (ingen kilde)",
        "evidence": "estimeret",
        "law": "lov",
        "low": "nedre ende af usikkerheden",
        "high": "øvre ende af usikkerheden",
    },
}


def _figure(value: float, lang: str) -> str:
    """A number with the language's decimal sign; none where it is large."""
    text = number(value, 0 if abs(value) >= 1000 else 2)
    return text.replace(".", ",") if lang == "da" else text


@dataclass(frozen=True)
class Sensitivity:
    """What decides the answer; ``table`` has one row a parameter, the most important first."""

    table: pd.DataFrame
    about: dict[str, Any]

    def figure(self, lang: str = "en") -> Figure:
        """Return the tornado: the answer at the low and the high end of each parameter's prior."""
        from matplotlib.figure import Figure
        from matplotlib.patches import Patch
        from matplotlib.ticker import FuncFormatter

        words, rows = _WORDS[lang], self.table.head(SHOWN).iloc[::-1]
        figure = Figure(figsize=(9, 0.45 * len(rows) + 1.6), layout="constrained")
        axes = figure.subplots()
        for y, row in enumerate(rows.itertuples()):
            colour = _KIND_COLOURS[str(row.kind)]
            axes.plot([row.at_low, row.at_high], [y, y], color=colour, linewidth=9, solid_capstyle="butt")
            axes.plot([row.at_low], [y], marker="o", color="white", markeredgecolor=colour, markersize=7)
        axes.axvline(self.about["mean"], color="#222222", linewidth=0.8)
        labels = [fill(str(getattr(row, f"label_{lang}")), WRAPPED) for row in rows.itertuples()]
        axes.set_yticks(range(len(rows)), labels, multialignment="left")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _figure(value, lang)))
        axis = words["axis"].format(reform=self.reform(lang), unit=self.unit(lang))
        figure.supxlabel(f"{axis}\n{fill(self.measure(lang), 2 * WRAPPED)}", fontsize="medium")
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
        kinds = [kind for kind in _KIND_COLOURS if kind in set(rows["kind"])]
        handles = [Patch(color=_KIND_COLOURS[kind], label=words[kind]) for kind in kinds]
        axes.legend(handles=handles, loc="lower right", frameon=False, title=f"○ {words['low']}")
        return figure

    def reform(self, lang: str) -> str:
        """Return the reform's title."""
        return str(self.about["title"][lang])

    def measure(self, lang: str) -> str:
        """Return what is measured, in words."""
        return MEASURES[self.about["measure"]].definition.of(lang)

    def unit(self, lang: str) -> str:
        """Return the unit in the reader's language."""
        return load_texts(lang).unit(str(self.about["unit"]))

    def sentences(self, lang: str = "en") -> list[str]:
        """Return what there is to say, in full sentences."""
        top = self.table.iloc[0]
        name, about = str(top[f"label_{lang}"]), self.about
        assumed = self.table.head(5)
        assumed = assumed[assumed["kind"] == "assumption"]
        count = len(assumed)
        mean, low, high = (_figure(about[key], lang) for key in ("mean", "low", "high"))
        unit = self.unit(lang)
        if lang == "da":
            said = [
                f"Over {about['pairs']} par af verdener er virkningen i snit {mean} {unit} "
                f"({low} til {high}).",
                f"Mest afgør: {name}.",
                f"{count} af de fem vigtigste parametre er antagelser uden kilde.",
            ]
        else:
            said = [
                f"Over {about['pairs']} pairs of worlds the effect is {mean} {unit} on average "
                f"({low} to {high}).",
                f"What decides most: {name}.",
                f"{count} of the five most important parameters are assumptions without a source.",
            ]
        return [*said, *self._trust(lang)]

    def _trust(self, lang: str) -> list[str]:
        """How far the surrogate can be believed."""
        explained = self.about["explained"]
        if explained is None or math.isnan(explained):
            return []
        share = 100 * max(explained, 0.0)
        if lang == "da":
            loose = "; resten er især tilfældighed, så rækkefølgen er løs" if share < LOOSE else ""
            known = f"Tilnærmelsen forklarer {number(share, 0)} procent af variationen"
            return [f"{known} i verdener, den ikke har set{loose}."]
        loose = "; the rest is mostly chance, so the order is loose" if share < LOOSE else ""
        known = (
            f"The surrogate explains {number(share, 0)} per cent of the variation in worlds it has not seen"
        )
        return [f"{known}{loose}."]


def read(folder: str | Path) -> Sensitivity:
    """Return the analysis that ``jobvej sensitivity`` left in a folder.

    Raises
    ------
    InputError
        There is none.
    """
    place = Path(folder)
    about, table = place / "sensitivity.json", place / "sensitivity.csv"
    if not about.is_file() or not table.is_file():
        raise InputError(
            f"no sensitivity.json in {folder}; expected a folder that 'jobvej sensitivity' wrote"
        )
    return Sensitivity(pd.read_csv(table), json.loads(about.read_text("utf-8")))
