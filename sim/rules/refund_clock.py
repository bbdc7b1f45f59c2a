"""The refund clock: how many weeks of support a person has behind them, and when that starts again.

Law: lov om kommunernes finansiering af visse offentlige ydelser, sections 5 and 6.  Weeks on the benefits of
section 3 count from the first; the share refunded falls after weeks 4, 26 and 52.  The count starts again
when the person has had 52 whole calendar weeks of self-support within the last three years (156 weeks).

A person's self-support is a string of 192 bits, newest week in bit 0 of the first word; the weeks that have
restarted a clock are used up (the string is cleared), so that they cannot restart the next one.
"""

from __future__ import annotations

import numpy as np

from sim.engine.compiled import part
from sim.vocabulary import REFUND_STEPS

#: 192 bits hold the 156 weeks of the law; a reform may ask for at most 192.
MAX_WINDOW = 192

#: Step of the scale that does not end.
_LAST_STEP = len(REFUND_STEPS) - 1
#: Weeks in a word, a bit each.
_WORD = 64
_ZERO = np.uint64(0)
#: A word of weeks that all count.
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@part
def push_weeks(h0: int, h1: int, h2: int, weeks: int, supported_self: int) -> tuple[int, int, int]:
    """Return the history after ``weeks`` more weeks, all of them self-supported (1) or none (0)."""
    fill = _ALL if supported_self else _ZERO
    while weeks >= _WORD:
        h2, h1, h0 = h1, h0, fill
        weeks -= _WORD
        if h0 == fill and h1 == fill and h2 == fill:
            return h0, h1, h2
    if weeks > 0:
        up, down = np.uint64(weeks), np.uint64(_WORD - weeks)
        h2 = (h2 << up) | (h1 >> down)
        h1 = (h1 << up) | (h0 >> down)
        h0 = (h0 << up) | (fill >> down)
    return h0, h1, h2


@part
def _bits(x: int) -> int:
    """Number of set bits of a 64-bit word."""
    n = 0
    while x != _ZERO:
        x &= x - np.uint64(1)
        n += 1
    return n


@part
def popcount_window(h0: int, h1: int, h2: int, window: int) -> int:
    """Weeks of self-support among the latest ``window`` weeks (at most 192)."""
    total = 0
    left = window
    for word in (h0, h1, h2):
        if left <= 0:
            break
        mask = _ALL if left >= _WORD else (np.uint64(1) << np.uint64(left)) - np.uint64(1)
        total += _bits(word & mask)
        left -= _WORD
    return total


@part
def weeks_on_clock(refund_weeks: int, support_start: int, week: int) -> int:
    """Weeks of support including the present one, for a person on the clock (1 in the first week)."""
    return refund_weeks + (week - support_start) + 1


@part
def refund_step(weeks: int, last_1: int, last_2: int, last_3: int) -> int:
    """Step of the scale (0-3) for a number of weeks on the clock."""
    if weeks <= last_1:
        return 0
    if weeks <= last_2:
        return 1
    if weeks <= last_3:
        return 2
    return _LAST_STEP
