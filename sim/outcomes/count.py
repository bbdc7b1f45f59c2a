"""Counting a week: stocks, person-weeks by week of the spell, long-term unemployment; chances of a job.

Chances are counted twice, at normal tightness and at the week's: what a reform does to the hazards before
seekers take jobs from each other, and after (:mod:`reforms.chain`).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.lookup import GROUP_OF, IS_UNEMPLOYED
from sim.mechanism import act
from sim.outcomes.tally import (
    COURSE_SPELL,
    LIFE_TABLE_WEEKS,
    UNEMPLOYED_SPELL,
    ChanceTally,
    WeekTally,
    band_of,
    part_of,
)
from sim.states import NOBODY, ROWS
from sim.vocabulary import TARGET_GROUPS, Programme
from sim.world.clients import Clients
from sim.world.world import World

#: Long-term unemployment begins after a year: its definition in the statistics.
_YEAR = 52
#: Gross unemployed as the register counts them: insured, or job-ready whatever the benefit is called.
_IN_REGISTER = np.isin(
    GROUP_OF, [TARGET_GROUPS.index(name) for name in ("dagpenge", "kontanthjaelp_job_ready")]
)
_ON_ASSISTANCE = np.array([*("kontanthjaelp_benefits" in row.aggregates for row in ROWS), False])
_NO_PROGRAMME = int(Programme.NONE)


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
        if _IN_REGISTER[state, k.person.ready[i]]:
            tally.gross_weeks[m] += 1
        if _ON_ASSISTANCE[state] and k.programme.kind[i] != _NO_PROGRAMME:
            tally.activated_assistance[m] += 1
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


@kernel
def _count_chances(
    k: Clients, hazard: NDArray[np.float64], finding: NDArray[np.float64], tally: ChanceTally
) -> None:
    for i in range(k.id.size):
        if hazard[i] > 0.0:
            m, state = k.person.municipality[i], k.state[i]
            tally.job_offers_normal[m, state] -= math.expm1(-hazard[i])
            tally.job_offers[m, state] -= math.expm1(-hazard[i] * finding[m])


@kernel
def _count_lost(k: Clients, hazard: NDArray[np.float64], tally: ChanceTally) -> None:
    for i in range(k.id.size):
        if hazard[i] > 0.0 and k.to_offer[i] <= 0.0 and k.state[i] != NOBODY:
            tally.job_offers_lost[k.person.municipality[i], k.state[i]] += 1


@act(writes=("tally.job_offers_normal", "tally.job_offers", "tally.finding_weeks"))
def count_chances(world: World, rules: None) -> None:
    """Count the offers that clients' hazards let expect, before anybody is hired."""
    week = world.this_week
    world.tally.finding_weeks[:] += week.finding
    _count_chances(
        world.clients.settled, week.hazard, week.finding_clients, part_of(world.tally, ChanceTally)
    )


@act(writes=("tally.job_offers_lost",))
def count_lost_offers(world: World, rules: None) -> None:
    """Count who had an offer this week and found no vacancy left: still a client, with no hazard to go."""
    if world.on("matching"):
        _count_lost(world.clients.settled, world.this_week.hazard, part_of(world.tally, ChanceTally))
