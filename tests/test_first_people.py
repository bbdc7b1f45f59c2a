"""The people of the first week: whole records, with the published stocks and the traits of newcomers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from small_worlds import JOB_HOLDING, world

from calibration.first_week import cells, picked, weigh, write
from sim.data import municipality_codes
from sim.parameters import Resolved, load_parameters
from sim.start.first_people import (
    ALL,
    HAS_JOB,
    STATE,
    TURNS,
    Records,
    arranged,
    chosen,
    first_people,
    records_of,
    with_lent,
)
from sim.states import N_STATES, STATES, State
from sim.world.columns import NEVER


def in_force() -> Resolved:
    return load_parameters().at(date(2024, 1, 1), municipality_codes()[:1])


def few(states: Sequence[State], **columns: Sequence[float]) -> Records:
    """Records of these states, zero in every column that is not given."""
    x = {name: np.zeros(len(states), np.int64) for name in ALL}
    x[STATE] = np.array(states, np.uint8)
    return x | {name: np.array(values) for name, values in columns.items()}


def test_weights_have_the_stocks_exactly_and_the_margins_where_both_can_be() -> None:
    # 4 workers, half of them men, and 2 on dagpenge, both men; 80 work, 20 are on dagpenge; half are to be
    # men: 20 men on dagpenge leave 30 men and 50 women in work
    x = few([State.EMPLOYED] * 4 + [State.DAGPENGE] * 2, sex=[0, 0, 1, 1, 0, 0])
    stocks = np.zeros(N_STATES)
    stocks[State.EMPLOYED], stocks[State.DAGPENGE] = 80.0, 20.0
    weight = weigh(x, stocks, [(x["sex"], np.array([0.5, 0.5]))])
    assert weight == pytest.approx([15, 15, 25, 25, 10, 10], rel=1e-6)


def test_no_record_counts_far_more_than_the_others() -> None:
    x = few([State.EMPLOYED] * 100, sex=[1] + [0] * 99)
    stocks = np.zeros(N_STATES)
    stocks[State.EMPLOYED] = 100.0
    weight = weigh(x, stocks, [(x["sex"], np.array([0.5, 0.5]))])
    assert weight.sum() == pytest.approx(100.0)
    # the margin asks for 50 and for 50 / 99 each: 99 times as much; the one gets 8
    assert weight[0] / weight[1] == pytest.approx(8 / (50 / 99))


def test_as_many_are_picked_as_they_weigh() -> None:
    states = list(State)
    x = few([*states, State.EMPLOYED], education=[0.0] * len(states) + [3.0])
    weight = np.ones(len(states) + 1)
    weight[-1] = 3.0  # of workers three in four have a long education
    found = picked(x, weight, most=400)
    workers = found["education"][found[STATE] == State.EMPLOYED]
    assert len(workers) == 4  # twice the records that there are
    assert list(workers) == [0.0, 3.0, 3.0, 3.0]
    with pytest.raises(ValueError, match="nobody is left in leave"):
        picked(few([each for each in State if each is not State.LEAVE]), np.ones(len(states) - 1))


def test_a_record_is_drawn_within_the_state() -> None:
    records = arranged(few([State.LEAVE, State.EMPLOYED, State.EMPLOYED], sex=[7, 1, 2]))
    state = np.array([State.EMPLOYED, State.LEAVE, State.EMPLOYED], np.uint8)
    at = chosen(state, np.array([0.49, 0.99, 0.51]), records)
    assert list(records.columns["sex"][at]) == [1, 7, 2]
    with pytest.raises(ValueError, match="no records of outside"):
        chosen(np.array([State.OUTSIDE], np.uint8), np.array([0.5]), records)


def test_a_state_without_records_is_lent_those_of_its_likes() -> None:
    # nobody is on job clarification; sickness benefit is of the same block and followed as well
    others = [each for each in State if each is not State.JOBAFKLARING]
    x = few(others, turns=[40] * len(others), sex=[float(each is State.SYGEDAGPENGE) for each in others])
    x["unemployed_start"][:], x["support_start"][:], x["entered"][:] = -9, NEVER, -7
    after = with_lent(x)
    assert len(after[STATE]) == len(others) + 1
    assert {name: column[-1] for name, column in after.items() if column[-1]} == {
        STATE: State.JOBAFKLARING,
        TURNS: 40,
        "sex": 1,
        "entered": -7,
        "support_start": -7,  # it counts on the refund clock
        "unemployed_start": NEVER,  # it is no unemployment
    }
    assert all(np.array_equal(after[name][:-1], x[name]) for name in ALL)


def test_a_world_begins_with_the_records_and_gives_them_back() -> None:
    # programmes that are under way, and the offers before them, are drawn apart: sim/start/open_programmes.py
    one = world(scale=0.004, switched_off=("programmes",)).world
    back = records_of(one.people, one.clients.settled, 2024, 0)
    known = first_people().columns
    rows = {row.tobytes() for row in np.stack([known[name].astype(np.float64) for name in ALL], axis=1)}
    mine = np.stack([back[name].astype(np.float64) for name in ALL], axis=1)
    assert len(mine) > 10_000
    assert all(row.tobytes() in rows for row in mine[::37])


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    records = first_people().columns
    path = tmp_path / "people.parquet"
    write(records, "a test", path)
    again = first_people(path).columns
    for name in ALL:
        assert np.array_equal(again[name], records[name]), name
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_the_records_are_people_whom_the_law_allows() -> None:
    x = first_people().columns
    state, turns = x[STATE], x[TURNS]
    assert np.bincount(state, minlength=N_STATES).min() >= 50
    assert x["insured"][state == State.DAGPENGE].all()
    assert turns[state == State.UDDANNELSESHJAELP].max() <= 30
    assert turns.min() >= 16
    assert turns.max() <= 67
    assert (x["entered"] <= 0).all()
    with_job = {STATES[each] for each in np.unique(state[x[HAS_JOB] == 1])}
    assert {"employed", "sygedagpenge", "leave"} <= with_job <= set(JOB_HOLDING)
    assert x[HAS_JOB][state == State.EMPLOYED].all()
    on_clock = x["support_start"][state == State.KONTANTHJAELP_ACTIVITY_READY]
    assert ((on_clock != NEVER) & (on_clock <= 0)).all()


def test_traits_of_all_people_are_those_of_newcomers() -> None:
    """What does not change with a life has the same shares in the first week and among the newborn."""
    r, x = in_force(), first_people().columns
    stocks = r.vector("population.stock")
    weight = (stocks / np.bincount(x[STATE], minlength=N_STATES))[x[STATE]]
    for cell, share in cells(x, r):
        found = np.bincount(cell, weights=weight, minlength=len(share)) / stocks.sum()
        assert np.abs(found - share).max() < 0.015
