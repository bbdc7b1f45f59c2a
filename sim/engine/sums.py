"""Products of vectors and tables, summed in one order: the same bytes on every processor.

A library for linear algebra (BLAS) adds in the order that suits the processor, and so differs in the last bit
from one to the next.  Tables here have 98 rows: nothing is lost.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def row_times(row: NDArray[np.float64], table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``row @ table``, (n,) times (n, k): one row of the table is added after the other."""
    total: NDArray[np.float64] = (row[:, None] * np.ascontiguousarray(table)).sum(axis=0)
    return total


def times_column(table: NDArray[np.float64], column: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``table @ column``, (n, k) times (k,): one column of the table is added after the other."""
    return row_times(column, table.T)
