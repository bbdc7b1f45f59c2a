"""Which municipalities are like one: the nearest in a few published characteristics."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.data import municipalities

#: How many are shown.
NEAREST = 4


def characteristics() -> pd.DataFrame:
    """Return what municipalities are compared by, each with mean 0 and standard deviation 1, by code.

    Logarithm of the inhabitants, gross unemployment and kontanthjælp in per cent, disposable income, share
    with a higher education and share over 65: all published for the 98 (``sim/data/municipalities.csv``).
    That they count alike is a choice.
    """
    m = municipalities()
    found = pd.DataFrame(
        {
            "inhabitants": np.log(m["population_2024m01"].astype(float)),
            "unemployment": m["gross_unemployment_pct_2024"].astype(float),
            "assistance": m["kontanthjaelp_fulltime_2024_avg"] / m["population_16_66_2022_derived"],
            "income": m["avg_disposable_income_2024_dkk"].astype(float),
            "schooling": m["higher_education_share_2022_pct"].astype(float),
            "age": m["share_65plus_pct"].astype(float),
        }
    ).astype(float)
    found = found.fillna(found.mean())
    return (found - found.mean()) / found.std()


def comparable(code: int, most: int = NEAREST) -> list[int]:
    """Return the codes of the municipalities most like one, the nearest first, without itself."""
    places = characteristics()
    distance = ((places - places.loc[code]) ** 2).sum(axis=1).drop(code)
    return [int(each) for each in distance.sort_values(kind="stable").index[:most]]
