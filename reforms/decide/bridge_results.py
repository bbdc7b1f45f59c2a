"""A finished bridge as it is read from its folder, with what it says and its staircase."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from reforms.decide.bridged import ABOUT, TABLE, Steps
from sim.runs.reading import finished

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Bridge(Steps):
    """A finished bridge, with its staircase and what it says."""

    def figure(self, lang: str = "en") -> Figure:
        """Draw the staircase, in English or Danish."""
        from reforms.decide.bridge_picture import draw

        return draw(self, lang)

    def sentences(self, lang: str = "en") -> list[str]:
        """Say what the bridge says, in English or Danish."""
        from reforms.decide.bridge_picture import sentences

        return sentences(self, lang)


def read(folder: Path | str) -> Bridge:
    """Read what ``jobvej bridge --out DIR`` left.

    Raises
    ------
    InputError
        There is no finished bridge, or it was changed.
    """
    folder = Path(folder)
    about = finished(folder, ABOUT, [TABLE], what="bridge", command="jobvej bridge --out DIR")
    return Bridge(folder, pd.read_csv(folder / TABLE), about)
