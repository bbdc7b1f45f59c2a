"""A flow cannot be multiplied by more than is drawn ahead: parameters that ask for it are refused at once."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from small_worlds import changed, world

from sim.errors import InputError
from sim.parameters import Change, Origin, load_parameters
from sim.rules.demand_paths import demand_paths
from sim.rules.flows import LARGEST_MULTIPLIER
from sim.states import State

DAY = date(2024, 1, 29)


def test_a_deeper_crisis_than_can_be_simulated_is_refused_before_the_first_week() -> None:
    with pytest.raises(InputError, match=r"demand\.job_loss_index 2: on 2024-01-29 that is 3\.86 times"):
        world(changed(DAY, demand__job_loss_index=2.0))


def test_what_comes_after_the_run_is_no_matter() -> None:
    later = changed(date(2031, 1, 6), demand__job_loss_index=2.0)
    assert world(later).week == 0


def test_the_switches_count() -> None:
    deep = changed(DAY, demand__job_loss_index=2.5)
    with pytest.raises(InputError, match=r"season_job_loss 1\.93 x demand\.job_loss_index 2\.5"):
        world(deep)
    assert world(deep, switched_off="cycle").week == 0
    assert world(deep, switched_off="season").week == 0


def test_a_rate_that_is_multiplied_too_often_is_named_with_its_municipality() -> None:
    more = Change(
        "flows.employed_to_leave", "multiply", ((DAY, 3.5),), frozenset({360}), origin=Origin("more")
    )
    with pytest.raises(
        InputError, match=r"flows\.employed_to_leave .* 3\.5: .* 3\.5 times .* municipality 360"
    ):
        world(load_parameters().with_changes([more]))


def test_a_market_that_goes_on_under_other_parameters_is_checked_too() -> None:
    made = world()
    made.step()
    with pytest.raises(InputError, match=r"job_loss_index 2"):
        made.branch(changed(DAY, demand__job_loss_index=2.0))


@pytest.mark.parametrize("path", demand_paths())
def test_the_paths_that_ship_can_be_simulated(path: str) -> None:
    made = world(demand=path, start="2024-W01", end="2030-W52", scale=0.001)
    assert made.week == 0


def test_a_chance_of_a_job_ends_where_it_can_be_drawn() -> None:
    made = world(end="2024-W03", scale=0.002)
    made.step()
    made.world.this_week.finding[:] = 4.0
    made.step()
    chances = made.world.flows.now[:, State.EDUCATION, State.EMPLOYED]
    assert np.unique(chances).tolist() == [LARGEST_MULTIPLIER]
