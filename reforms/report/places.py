"""Which municipality an edition is about, and the ones it is fairly held against.

Comparable are municipalities of about the same size whose residents the ministry expects to be on public
support about as much: the expected share of its benchmarking (`bm_expected_share_2022_pct`) weighs age,
education, origin, health and the local labour market.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.data import municipalities, municipality_code

EXPECTED = "bm_expected_share_2022_pct"
INHABITANTS = "population_2024m01"
COMPARED = 6


class Place(NamedTuple):
    """A municipality: code, name, expected share on public support (per cent), inhabitants, comparables."""

    code: int
    name: str
    expected: float
    inhabitants: int
    comparable: tuple[int, ...]


def find_place(asked: str) -> Place:
    """Return a municipality by name or code ("Hjørring", "hjorring", "860").

    Raises
    ------
    InputError
        If there is none of that name or code; the nearest name is told.
    """
    return place_of(municipality_code(asked))


def place_of(code: int) -> Place:
    """Return a municipality by its code."""
    row = municipalities().loc[code]
    return Place(code, str(row["name"]), float(row[EXPECTED]), int(row[INHABITANTS]), comparable(code))


def comparable(code: int, number: int = COMPARED) -> tuple[int, ...]:
    """Return the codes of the `number` most comparable municipalities, nearest first.

    Distance is the root of the summed squares of two gaps, each in standard deviations over the 98: the
    expected share on public support, and the logarithm of the inhabitants.
    """
    known = municipalities()
    traits = pd.DataFrame({"expected": known[EXPECTED], "size": np.log(known[INHABITANTS])})
    gaps = (traits - traits.loc[code]) / traits.std()
    distance = np.sqrt((gaps**2).sum(axis=1)).drop(index=code)
    order = distance.sort_values(kind="stable").index[:number]
    return tuple(int(str(other)) for other in order)
