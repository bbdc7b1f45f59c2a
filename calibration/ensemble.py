"""The ensemble of a calibration, brought to other levels (:mod:`calibration.levels`)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from sim.parameters.posterior import FILE as ENSEMBLE


def move_ensemble(
    values: Mapping[str, float], bounds: Mapping[str, tuple[float, float] | None], path: Path = ENSEMBLE
) -> None:
    """Move the ensemble's level constants to a new centre; nothing where there is no ensemble.

    Each member's constant is multiplied by the centre over the ensemble's weighted geometric mean, and kept
    within its bounds.  Spread and weights stay.
    """
    if not path.is_file():
        return
    table = pd.read_csv(path)
    for name in [name for name in table.columns if name in values]:
        middle = np.exp(np.average(np.log(table[name]), weights=table["weight"]))
        low, high = bounds[name] or (-math.inf, math.inf)
        table[name] = (table[name] * values[name] / middle).clip(low, high)
    table.to_csv(path, index=False, float_format="%.9g")
