"""A finished design as it is read from its folder, with what it says and its picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from reforms.decide.designed import ABOUT, FRONT, POINTS, FrontNumbers
from sim.runs.reading import finished

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Designed(FrontNumbers):
    """A finished design, with its picture and what it says."""

    def sentences(self, lang: str = "en") -> list[str]:
        """Say what the front says, in English or Danish."""
        from reforms.decide.design_words import sentences

        return sentences(self, lang)

    def figure(self, lang: str = "en") -> Figure:
        """Draw the front, in English or Danish."""
        from reforms.decide.design_picture import draw

        return draw(self, lang)


def read(folder: Path | str) -> Designed:
    """Read what ``jobvej design --out DIR`` left in a folder.

    Parameters
    ----------
    folder
        Where the design is.

    Returns
    -------
    The design: ``front``, ``sentences()``, ``figure()``.

    Raises
    ------
    InputError
        There is no finished design, or a table was changed.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.read_design("results/design").sentences()  # doctest: +SKIP
    """
    folder = Path(folder)
    about = finished(folder, ABOUT, [FRONT, POINTS], what="design", command="jobvej design --out DIR")
    return Designed(folder, pd.read_csv(folder / FRONT), pd.read_csv(folder / POINTS), about)
