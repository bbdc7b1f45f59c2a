"""Pictures of a calibration: fit, parameters against their priors, what informs what, stability."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from calibration.targets import load_targets

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, DATA, GREY = "#1b1b1b", "#c0392b", "#9aa0a6"
MODEL = "#1f5f8b"


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def fit_picture(table: pd.DataFrame) -> Figure:
    """Return the deviation of each measured target in standard errors, near ones between the lines."""
    rows = table[table["z"].notna()].iloc[::-1]
    labels = {t.id: t.label for t in load_targets().values()}
    figure, axes = _figure(9, 0.19 * len(rows) + 1)
    z = rows["z"].clip(-8, 8).to_numpy()
    counted = (rows["verdict"] != "definition differs").to_numpy()
    y = np.arange(len(rows))
    axes.axvspan(-2, 2, color="#e8eef3")
    axes.axvline(0, color=INK, lw=0.6)
    axes.hlines(y, 0, z, color=np.where(counted, MODEL, GREY), lw=1)
    axes.scatter(z, y, c=np.where(counted, MODEL, GREY), s=18, zorder=3)
    axes.set_yticks(y, [labels[name] for name in rows["id"]], fontsize=7)
    axes.set_xlabel("model less data, standard errors (grey: the source counts something else)")
    return figure


def posterior_picture(parameters: pd.DataFrame) -> Figure:
    """Return 95 % intervals of each calibrated parameter: its prior (grey) and its posterior."""
    rows = parameters.iloc[::-1].reset_index(drop=True)
    figure, axes = _figure(9, 0.3 * len(rows) + 1)
    width = (rows["prior_high"] - rows["prior_low"]).to_numpy()

    def scaled(column: str) -> NDArray[np.float64]:
        return np.asarray((rows[column] - rows["prior_low"]) / width)

    y = np.arange(len(rows))
    axes.hlines(y, 0, 1, color="#d9dde1", lw=7)
    axes.hlines(y, scaled("low"), scaled("high"), color=MODEL, lw=3)
    axes.scatter(scaled("best"), y, color=DATA, s=22, zorder=3, label="best point")
    axes.set_yticks(y, rows["parameter"].tolist(), fontsize=7)
    axes.set_xticks([0, 1], ["prior 2.5 %", "prior 97.5 %"])
    axes.legend(frameon=False, loc="lower right", fontsize=7)
    return figure


def sensitivity_picture(slopes: pd.DataFrame) -> Figure:
    """Return which target each parameter moves: standard deviations over the width of its prior."""
    figure, axes = _figure(10, 0.2 * len(slopes) + 2.2)
    shown = axes.imshow(slopes.clip(-8, 8), cmap="RdBu_r", vmin=-8, vmax=8, aspect="auto")
    axes.set_xticks(range(len(slopes.columns)), slopes.columns.tolist(), rotation=75, ha="right", fontsize=6)
    axes.set_yticks(range(len(slopes)), slopes.index.tolist(), fontsize=6)
    figure.colorbar(
        shown, label="standard deviations of the target, low to high end of the prior", shrink=0.6
    )
    return figure


def stability_picture(stability: pd.DataFrame) -> Figure:
    """Return the deviation of yearly targets from the data, year by year without reform."""
    figure, axes = _figure(9, 5.5)
    axes.axhspan(-15, 15, color="#e8eef3")
    for label, rows in stability.groupby("label", sort=False):
        line = axes.plot(rows["year"], rows["deviation_pct"], lw=1.2)[0]
        end = (float(rows["year"].iloc[-1]), float(rows["deviation_pct"].iloc[-1]))
        axes.annotate(str(label), end, fontsize=6, color=line.get_color())
    axes.set_ylabel("model less data, per cent")
    axes.margins(x=0.25)
    return figure


def draw_pictures(
    table: pd.DataFrame, stability: pd.DataFrame | None, folder: Path, diagnostics: Path
) -> list[Path]:
    """Draw all pictures for which there are data into a folder, as SVG; return their paths.

    Without ``stability`` the years are those of the shipped calibration.
    """
    folder.mkdir(parents=True, exist_ok=True)
    figures = {"fit": fit_picture(table)}
    if (diagnostics / "parameters.csv").is_file():
        figures["posterior"] = posterior_picture(pd.read_csv(diagnostics / "parameters.csv"))
        slopes = pd.read_csv(diagnostics / "sensitivity.csv", index_col="id")
        figures["sensitivity"] = sensitivity_picture(slopes)
    if stability is None and (diagnostics / "stability.csv").is_file():
        stability = pd.read_csv(diagnostics / "stability.csv")
    if stability is not None:
        figures["stability"] = stability_picture(stability)
    paths = []
    for name, figure in figures.items():
        path = folder / f"{name}.svg"
        figure.savefig(path, metadata={"Date": None})
        paths.append(path)
    return paths
