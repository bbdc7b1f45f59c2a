"""Counting a week: stocks, person-weeks by week of the spell, long-term unemployment."""

from __future__ import annotations

from sim.engine.compiled import kernel, part
from sim.lookup import IS_UNEMPLOYED
from sim.mechanism import act
from sim.outcomes.tally import (
    COURSE_SPELL,
    LIFE_TABLE_WEEKS,
    UNEMPLOYED_SPELL,
    WeekTally,
    band_of,
    part_of,
)
from sim.states import NOBODY
from sim.world.clients import Clients
from sim.world.world import World

#: Long-term unemployment begins after a year: its definition in the statistics.
_YEAR = 52


@kernel
def _count(week: int, k: Clients, tally: WeekTally) -> None:
    for m in range(tally.stock.shape[0]):
        for state in range(tally.stock.shape[1]):
            tally.stock_weeks[m, state] += tally.stock[m, state]
    spell = k.spell
    for i in range(k.id.size):
        state = k.state[i]
        if state == NOBODY:
            continue
        m = k.person.municipality[i]
        _expose(m, state, week - spell.entered[i], tally)
        _expose(m, COURSE_SPELL, week - spell.course_start[i], tally)
        if IS_UNEMPLOYED[state]:
            _expose(m, UNEMPLOYED_SPELL, week - spell.unemployed_start[i], tally)
            if week - spell.course_start[i] >= _YEAR:
                tally.long_term_weeks[m] += 1


@part
def _expose(m: int, group: int, weeks: int, tally: WeekTally) -> None:
    """One person-week at risk of ending in week ``weeks`` + 1 of the spell."""
    at = min(max(weeks, 0), LIFE_TABLE_WEEKS - 1)
    tally.at_risk[group, at] += 1
    tally.band_weeks[m, group, band_of(at + 1)] += 1


@act(writes=tuple(f"tally.{name}" for name in WeekTally._fields if name != "stock"))
def count_week(world: World, rules: None) -> None:
    """Count everybody's week: stocks, person-weeks by week of the spell, long-term unemployment."""
    _count(world.now.week, world.clients.everybody, part_of(world.tally, WeekTally))
