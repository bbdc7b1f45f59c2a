"""The state's supervision of municipalities."""

from __future__ import annotations

import numpy as np

from sim.outcomes.measures.measure import Measure, Places, Words
from sim.outcomes.measures.units import SHARE
from sim.outcomes.measures.year import Year


def _supervised(year: Year) -> Places:
    return Places(year.supervised, np.array([year.supervised.mean()]))


MEASURES = (
    Measure(
        name="supervised",
        label=Words("Under tightened supervision", "Under skærpet tilsyn"),
        unit=SHARE,
        definition=Words(
            "Share of municipalities (or of the year) under tightened supervision.",
            "Andel af kommuner (eller af året) under skærpet tilsyn.",
        ),
        groups=("all",),
        count=_supervised,
        over_years="mean",
    ),
)
