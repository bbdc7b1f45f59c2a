"""How many citizens of each municipality are in each state in the first week.

National stocks are parameters ``population.stock[state]`` (evidence, with the published figure; a few are
assumptions); municipalities share them by the nearest series there is:

    dagpenge, job-ready kontanthjælp     gross unemployed 2024, by benefit                (known)
    other kontanthjælp benefits          kontanthjælp of all kinds, full-time persons 2024(known in sum)
    sickness, jobafklaring               the ministry's benchmark, sickness group, 2022   (known in sum)
    ressourceforløb, ledighedsydelse, fleksjob, disability pension
                                         the benchmark's total per municipality, 2022     (assumed)
    early retirement                     population aged 65+                              (assumed)
    parental leave and other             employed residents                               (assumed)
    employed                             employed residents, November 2022 (RAS)          (known, scaled)
    education, outside                   what is left of the population aged 16-66, in the national proportion

A run that begins at the level of another month has that month's figures instead (:mod:`sim.start.levels`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError
from sim.states import N_STATES, ROWS, State

#: What is left of the population is shared among these, in the national proportion.
_RESIDUAL = [state for state in State if not ROWS[state].shared_by]

#: Records that every municipality keeps at any scale, so that nothing is divided by nobody.
_FEWEST_RECORDS = 10
#: Decimals of a record that count: what is behind them hangs on the order in which numbers were added up.
_DECIMALS = 6


def sharing_keys(table: pd.DataFrame) -> NDArray[np.float64]:
    """Weights by municipality and state (98, states); each column sums to one."""

    def column(name: str) -> NDArray[np.float64]:
        values = table[name].to_numpy(np.float64)
        return np.where(np.isfinite(values), values, 0.0)

    keys = np.zeros((len(table), N_STATES))
    for state, row in enumerate(ROWS):
        if row.shared_by:
            keys[:, state] = np.prod([column(name) for name in row.shared_by], axis=0)
    total = keys.sum(axis=0)
    return np.asarray(keys / np.where(total > 0, total, 1.0))


def stocks_by_municipality(
    table: pd.DataFrame,
    national: NDArray[np.float64],
    least_residual: float,
    known: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Expected persons by municipality and state at scale 1 (98, states); rows sum to the population 16-66.

    ``national`` (states,): published stocks; the residual states share what is left of each municipality, at
    least ``least_residual`` of its people.  ``known`` (98, states): figures of municipalities, NaN where the
    country's is shared.
    """
    population = table["population_16_66_2022_derived"].to_numpy(np.float64)
    stocks = sharing_keys(table) * national[None, :]
    if known is not None:
        stocks = np.where(np.isnan(known), stocks, known)
    stocks[:, _RESIDUAL] = 0.0
    left = np.maximum(population - stocks.sum(axis=1), least_residual * population)
    stocks[:, State.EMPLOYED] -= np.maximum(stocks.sum(axis=1) + left - population, 0.0)
    shares = national[_RESIDUAL] / national[_RESIDUAL].sum()
    stocks[:, _RESIDUAL] = left[:, None] * shares[None, :]
    if not (np.all(stocks >= 0.0) and stocks.sum() > 0.0):
        raise InputError(
            "population.stock: the states together hold more people than a municipality has, or nobody at all"
        )
    return stocks


def whole_persons(
    stocks: NDArray[np.float64], scale: float, codes: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """Round to whole records at a scale so that every state's national total is right (cumulative rounding).

    What is left of a record is carried to the next municipality in the order of their ``codes`` (m,), however
    they lie in ``stocks`` (None: they lie in that order).  Every municipality keeps at least ten records, all
    extra ones employed.
    """
    order = np.arange(len(stocks)) if codes is None else np.argsort(codes)
    running = np.round(np.cumsum(stocks[order] * scale, axis=0), _DECIMALS)
    counts = np.empty(stocks.shape, np.int64)
    counts[order] = np.diff(np.floor(running + 0.5), axis=0, prepend=0.0).astype(np.int64)
    short = np.maximum(_FEWEST_RECORDS - counts.sum(axis=1), 0)
    counts[:, State.EMPLOYED] += short
    return counts
