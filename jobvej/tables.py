"""What ships with the product, as tables for a notebook."""

from __future__ import annotations

import pandas as pd

from calibration.experiments.library import described
from sim.parameters.posterior import read_posterior


def trials(lang: str = "en") -> pd.DataFrame:
    """Return the published experiments that can be run again inside the model, and those that cannot.

    Parameters
    ----------
    lang
        Language of the titles, ``en`` or ``da``.

    Returns
    -------
    Frame of name (what :func:`jobvej.trial` takes), title, uses (calibration or validation), runnable,
    outcomes (how many), reason (why it cannot be run) and source.
    """
    return pd.DataFrame(described(lang))


def ensemble() -> pd.DataFrame:
    """Return the calibrated parameter sets: what ``draws`` takes its values from.

    Returns
    -------
    Frame of weight (they sum to 1) and one column for each calibrated parameter, in the parameter's own unit
    (``jobvej.load_parameters()[name].unit``); empty where nothing has been calibrated.
    """
    found = read_posterior()
    if found is None:
        return pd.DataFrame({"weight": []})
    table = pd.DataFrame(list(found.rows), columns=list(found.names))
    table.insert(0, "weight", pd.Series(found.weights) / sum(found.weights))
    return table
