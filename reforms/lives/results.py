"""What ``jobvej lives`` leaves: the pairs, their weeks, and winners and losers by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from reforms.lives.pick import EVERYBODY
from sim.errors import InputError
from sim.runs.plan import BASELINE
from sim.runs.reading import finished
from sim.runs.store import MANIFEST, file_hash

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FOLDER, ABOUT = "lives", "lives.json"
WEEKS, PAIRS, WINNERS = "lives.parquet", "pairs.csv", "winners.csv"
TABLES = (WEEKS, PAIRS, WINNERS)


@dataclass(frozen=True, repr=False)
class TwoLives:
    """Pairs of lives of simulated persons, without and with a reform.

    ``pairs``: a row a person, who it is, when and why the ways part.  ``weeks``: both lives, week by week.
    ``winners``: who is better and worse off, by group.  ``about``: what was run.
    """

    folder: Path
    pairs: pd.DataFrame
    weeks: pd.DataFrame
    winners: pd.DataFrame
    about: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<TwoLives: {len(self.pairs)} pairs, in {self.folder}>"

    def title(self, reform: str, lang: str = "en") -> str:
        """Return the title of a reform."""
        return str(self.about["titles"].get(reform, {}).get(lang) or reform)

    def of(self, reform: str, group: str = EVERYBODY) -> list[dict[str, Any]]:
        """Return the pairs of a reform and a group, typical first; none where no ways part."""
        rows = self.pairs[(self.pairs["reform"] == reform) & (self.pairs["group"] == group)]
        return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]

    def courses(self, pair: Mapping[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the two lives of a pair, without and with the reform, week by week."""
        mine = self.weeks
        for name in ("reform", "group", "rule"):
            mine = mine[mine[name] == pair[name]]
        without = mine["scenario"] == BASELINE
        return mine[without].reset_index(drop=True), mine[~without].reset_index(drop=True)

    def sentence(self, pair: Mapping[str, Any], lang: str = "en") -> str:
        """Return where and why the ways of a pair part, in words."""
        from reforms.lives.words import sentence

        return sentence(pair, self.about, lang)

    def figure(self, pair: Mapping[str, Any], lang: str = "en") -> Figure:
        """Draw the two lives of a pair."""
        from reforms.lives.picture import draw

        return draw(self, pair, lang)


def read(folder: Path | str) -> TwoLives:
    """Read the lives of a comparison.

    Parameters
    ----------
    folder
        The comparison's folder.

    Raises
    ------
    InputError
        There are none, they were changed, or they are of other results than those in the folder.
    """
    place = Path(folder) / FOLDER
    about = finished(place, ABOUT, TABLES, what="lives", command=f"jobvej lives {folder}")
    if about.get("of") != file_hash(Path(folder) / MANIFEST):
        raise InputError("these lives are of other results: make them again with jobvej lives", file=place)
    return TwoLives(
        place,
        pd.read_csv(place / PAIRS, keep_default_na=False),
        pd.read_parquet(place / WEEKS),
        pd.read_csv(place / WINNERS),
        about,
    )
