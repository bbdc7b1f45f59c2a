"""Which tax base stands for a municipality's where only its residents' income of one year is known.

The rung of the equalisation (:func:`sim.rules.municipal_finance.rungs`) hangs on the tax base over the
country's.  The data have average disposable income of 2024 alone, and one large gain of one resident moves
the average of a small place for a year.  So an income above the highest rung's threshold counts only where
the residents' education speaks for it:

    base = min(base, threshold)    where fewer residents than in the country have a higher education

An assumption without a number of its own.  Of the eight municipalities above 125 per cent it holds one down:
Vejen, 361,047 kr. (125 per cent of the country's) with 23.6 per cent of its residents, against 36 in the
country and 42 to 57 in the other seven.  A tax base that is given (``jobvej accounts --budget``) is left
alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import data

Vector = NDArray[np.float64]
#: Columns of the municipalities: residents of 15-69 with a higher education, per cent; inhabitants.
_EDUCATED, _PEOPLE = "higher_education_share_2022_pct", "population_2024m01"


def borne_out(relative_base: Vector, threshold: float) -> Vector:
    """Return relative bases (m,), those above a threshold held at it where education does not bear them out.

    Parameters
    ----------
    relative_base
        Base per inhabitant over the country's (m,), in the order of the municipalities' codes.
    threshold
        Base over the country's above which the highest rung begins.
    """
    places = data.municipalities()
    educated, people = (places[name].to_numpy(np.float64) for name in (_EDUCATED, _PEOPLE))
    country = float((educated * people).sum() / people.sum())
    return np.where(educated < country, np.minimum(relative_base, threshold), relative_base)
