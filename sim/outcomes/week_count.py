"""The count of a week: how many are in each state, and how far into their spells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part, unsigned
from sim.engine.prefetch import person_ahead, prefetch
from sim.mechanisms.transition import IS_UNEMPLOYED, Now
from sim.outcomes.tally import COURSE_SPELL, LIFE_TABLE_WEEKS, UNEMPLOYED_SPELL, WeekTally, band_of
from sim.world.citizens import Status


@kernel
def count_week(
    now: Now, clients: NDArray[np.int32], municipality: NDArray[np.int16], s: Status, tally: WeekTally
) -> None:
    """Count everybody's week: stocks, person-weeks by week of the spell, long-term unemployment."""
    for m in range(tally.stock.shape[0]):
        for state in range(tally.stock.shape[1]):
            tally.stock_weeks[m, state] += tally.stock[m, state]
    for at in range(clients.size):
        i, later = unsigned(clients[at]), person_ahead(clients, at)
        prefetch(municipality, later)
        prefetch(s, later)
        m, state = municipality[i], s.state[i]
        _expose(m, state, now.week - s.entered[i], tally)
        _expose(m, COURSE_SPELL, now.week - s.course_start[i], tally)
        if IS_UNEMPLOYED[state]:
            _expose(m, UNEMPLOYED_SPELL, now.week - s.unemployed_start[i], tally)
            if now.week - s.course_start[i] >= 52:
                tally.long_term_weeks[m] += 1


@part
def _expose(m: int, group: int, weeks: int, tally: WeekTally) -> None:
    """One person-week at risk of ending in week ``weeks`` + 1 of the spell."""
    at = min(max(weeks, 0), LIFE_TABLE_WEEKS - 1)
    tally.at_risk[group, at] += 1
    tally.band_weeks[m, group, band_of(at + 1)] += 1
