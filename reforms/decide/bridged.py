"""The numbers of a finished bridge, and the names of its steps and measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from reforms.decide.goals import COST, SELF_SUPPORT

TABLE, ABOUT = "bridge.csv", "bridge.json"
#: Steps of every bridge beside the assumptions.
START, END, COUNTING, REST = "from", "to", "counting", "rest"
#: What a bridge is told in: kroner and weeks.
IN_KRONER, IN_WEEKS = COST, SELF_SUPPORT


@dataclass(frozen=True, repr=False)
class Steps:
    """A finished bridge: ``table`` has step, measure, mean and what is told; costs are positive."""

    folder: Path
    table: pd.DataFrame
    about: Mapping[str, Any]

    def __repr__(self) -> str:
        said = self.about
        return f"<Bridge of '{said['reform']}' from {said['from']} to {said['to']}, in {self.folder}>"

    def title(self, step: str, lang: str = "en") -> str:
        """Return what a step is called."""
        return str(self.about["titles"][step][lang])
