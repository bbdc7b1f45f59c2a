"""A finished sensitivity analysis: its table, a tornado picture, and sentences."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from calibration.experiments.words import number
from sim.errors import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = 12
_KIND_COLOURS = {"assumption": "#b5651d", "evidence": "#1f5f8b", "law": "#555555"}
_WORDS = {
    "en": {
        "axis": "Effect of {reform} on {measure}, {unit}",
        "assumption": "assumption (no source)",
        "evidence": "estimated",
        "law": "law",
        "low": "low end of the prior",
        "high": "high end of the prior",
    },
    "da": {
        "axis": "Virkning af {reform} på {measure}, {unit}",
        "assumption": "antagelse (ingen kilde)",
        "evidence": "estimeret",
        "law": "lov",
        "low": "nedre ende af usikkerheden",
        "high": "øvre ende af usikkerheden",
    },
}


@dataclass(frozen=True)
class Sensitivity:
    """What decides the answer; ``table`` has one row a parameter, the most important first."""

    table: pd.DataFrame
    about: dict[str, Any]

    def figure(self, lang: str = "en") -> Figure:
        """Return the tornado: the answer at the low and the high end of each parameter's prior."""
        from matplotlib.figure import Figure
        from matplotlib.patches import Patch

        words, rows = _WORDS[lang], self.table.head(SHOWN).iloc[::-1]
        figure = Figure(figsize=(9, 0.45 * len(rows) + 1.6), layout="constrained")
        axes = figure.subplots()
        for y, row in enumerate(rows.itertuples()):
            colour = _KIND_COLOURS[str(row.kind)]
            axes.plot([row.at_low, row.at_high], [y, y], color=colour, linewidth=9, solid_capstyle="butt")
            axes.plot([row.at_low], [y], marker="o", color="white", markeredgecolor=colour, markersize=7)
        axes.axvline(self.about["mean"], color="#222222", linewidth=0.8)
        axes.set_yticks(range(len(rows)), [str(getattr(row, f"label_{lang}")) for row in rows.itertuples()])
        axes.set_xlabel(words["axis"].format(**self.about))
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
        kinds = [kind for kind in _KIND_COLOURS if kind in set(rows["kind"])]
        handles = [Patch(color=_KIND_COLOURS[kind], label=words[kind]) for kind in kinds]
        axes.legend(handles=handles, loc="lower right", frameon=False, title=f"○ {words['low']}")
        return figure

    def sentences(self, lang: str = "en") -> list[str]:
        """Return what there is to say, in full sentences."""
        top = self.table.iloc[0]
        name, about = str(top[f"label_{lang}"]), self.about
        assumed = self.table.head(5)
        assumed = assumed[assumed["kind"] == "assumption"]
        count = len(assumed)
        mean, low, high = (number(about[key], 2) for key in ("mean", "low", "high"))
        if lang == "da":
            said = [
                f"Over {about['pairs']} par af verdener er virkningen i snit {mean} {about['unit']} "
                f"({low} til {high}).",
                f"Mest afgør: {name}.",
                f"{count} af de fem vigtigste parametre er antagelser uden kilde.",
            ]
        else:
            said = [
                f"Over {about['pairs']} pairs of worlds the effect is {mean} {about['unit']} on average "
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
        share = number(100 * max(explained, 0.0), 0)
        if lang == "da":
            return [f"Tilnærmelsen forklarer {share} procent af variationen i verdener, den ikke har set."]
        return [f"The surrogate explains {share} per cent of the variation in worlds it has not seen."]


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
