"""Weekly decisions that are open to all clients and taken for few: drawn for everybody at once.

Most decisions (a shift, a sanction, an announced programme) have a small chance a week.  The random numbers
of all clients are drawn in blocks; where the number lies above the largest chance of the client's state, the
answer is no and the client is not looked at.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part, unsigned
from sim.engine.draws import Key, uniform_pair

#: Draws made at once: few enough to stay in the processor's nearest cache.
_BLOCK = 1024
#: 1 - exp(-x) is at most x, and as computed never above x by more than this.
ROUNDING = 1e-12


class Contenders(NamedTuple):
    """Rows that a decision can be about, in order, and their random numbers; each column of shape (n,)."""

    row: NDArray[np.int32]
    u: NDArray[np.float64]  # a uniform pair, as draws.uniform_pair
    v: NDArray[np.float64]


@kernel
def _contend(
    key: Key,
    purpose: int,
    week: int,
    who: NDArray[np.uint32],
    state: NDArray[np.uint8],
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    us: NDArray[np.float64],
    vs: NDArray[np.float64],
    out: Contenders,
) -> int:
    n, size = 0, us.size
    for begin in range(0, who.size, size):
        start = unsigned(begin)
        block = range(unsigned(min(size, who.size - begin)))
        for at in block:
            us[at], vs[at] = uniform_pair(key, purpose, who[start + at], week)
        for at in block:
            u, v, here = us[at], vs[at], state[start + at]
            out.row[n], out.u[n], out.v[n] = start + at, u, v
            n += (u < first[here]) | (v < second[here])  # the next one takes the place of who is not asked
    return n


def contenders(
    key: Key,
    purpose: int,
    week: int,
    who: NDArray[np.uint32],
    state: NDArray[np.uint8],
    first: NDArray[np.float64],
    second: NDArray[np.float64] | None = None,
) -> Contenders:
    """Draw a week's decision for all and return those for whom it can turn out yes.

    A chance is at most ``first`` (states,) of the client's ``state``, for the first number of the pair, or
    ``second`` (states,) for the second; whose numbers lie above both is not looked at.  The act then compares
    the same numbers with each contender's own chance, so bounds change nothing but the time: they may be too
    high, never too low (:func:`bound`).  ``who`` (n,) are keys; nobody contends for an empty row.
    """
    none = np.zeros_like(first) if second is None else second
    limits = (np.append(first, 0.0), np.append(none, 0.0))
    asked = (limits[0] > 0.0) | (limits[1] > 0.0)
    rows = None
    if 2 * asked.sum() < asked.size:  # few of the states: draw for their people alone
        rows = np.flatnonzero(asked[state]).astype(np.int32)
        who, state = who[rows], state[rows]
    state = np.ascontiguousarray(state)  # a column of records is not: one compiled loop does for both
    n = who.size
    out = Contenders(np.empty(n + 1, np.int32), np.empty(n + 1), np.empty(n + 1))
    chosen = _contend(key, purpose, week, who, state, *limits, np.empty(_BLOCK), np.empty(_BLOCK), out)
    row = out.row[:chosen]
    return Contenders(row if rows is None else rows[row], out.u[:chosen], out.v[:chosen])


def bound(largest: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a bound for chances that are at most ``largest`` but for rounding.

    1 - exp(-x) is at most x, so sums of rates bound the chance too.
    """
    return largest * (1.0 + 1e-9) + ROUNDING


@part
def happens(u: float, rate: float) -> bool:
    """Whether what comes at ``rate`` happens within the time it is given for; ``u`` uniform.

    1 - exp(-rate) is at most the rate: where ``u`` lies above that, as it nearly always does, no exponential
    is worked out.
    """
    return u < rate + ROUNDING and u < 1.0 - math.exp(-rate)
