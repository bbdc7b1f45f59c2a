"""Life courses: a watched run is the run itself, and what was seen adds up to what the model counted."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from small_worlds import changed, columns, different, world

from sim.lookup import FINANCE, IS_CLIENT, IS_QUIET
from sim.mechanisms.refunds import BENEFIT_ACCOUNT, booked_incomes
from sim.outcomes.ledger import ACCOUNT
from sim.outcomes.lives import A_KASSE, JOBCENTRE, Courses, WatchedMarket, unpacked
from sim.states import NOBODY, State


@pytest.fixture(scope="module")
def watched() -> WatchedMarket:
    made = WatchedMarket(start="2024-W40", end="2025-W13", scale=0.005)
    made.run()
    return made


@pytest.fixture(scope="module")
def courses(watched: WatchedMarket) -> Courses:
    return unpacked(watched.lives.packed())


def test_who_is_watched_lives_the_same_life(watched: WatchedMarket) -> None:
    alone = world(start="2024-W40", end="2025-W13")
    alone.run()
    assert different(columns(alone), columns(watched)) == []


def test_incomes_add_up_to_what_is_booked_each_week() -> None:
    made = world()
    accounts = {*BENEFIT_ACCOUNT[BENEFIT_ACCOUNT >= 0].tolist(), ACCOUNT["wages"]}
    booked, subsidies = sorted(accounts), 0
    for _ in range(4):
        before = made.world.ledger.copy()
        made.step()
        paid = (made.world.ledger - before)[:, booked].sum(axis=1)
        mine = np.zeros(paid.size, np.int64)
        np.add.at(mine, made.world.people.person.municipality, booked_incomes(made.world))
        assert mine.tolist() == paid.tolist()
        subsidies += int((made.world.ledger - before)[:, ACCOUNT["wage_subsidy"]].sum())
    assert subsidies > 0, "somebody has to be in a subsidised job"


def test_weeks_of_lives_are_those_of_the_table_of_persons(watched: WatchedMarket, courses: Courses) -> None:
    table = watched.people_table().set_index("person")
    stayed = np.isin(courses.key, table.index)
    assert stayed.sum() > 0.95 * courses.key.size
    mine = table.loc[courses.key[stayed]]
    supported = courses.total(IS_CLIENT[courses.columns.state] == 1)[stayed]
    employed = courses.total(courses.columns.state == State.EMPLOYED)[stayed]
    assert supported.tolist() == mine["weeks_supported"].tolist()
    assert employed.tolist() == mine["weeks_employed"].tolist()


def test_interviews_seen_are_those_counted() -> None:
    made = WatchedMarket(end="2024-W10", scale=0.005)
    made.run(until=9)  # the counters of the year begin anew with the last week
    found, tally = unpacked(made.lives.packed()), made.world.tally
    seen = {bit: int(found.total(found.columns.interview & bit > 0).sum()) for bit in (JOBCENTRE, A_KASSE)}
    gone = (found.columns.state == NOBODY).any()
    counted = {JOBCENTRE: tally.interviews.sum(), A_KASSE: tally.interviews_a_kasse.sum()}
    for bit, number in counted.items():
        assert number > 100
        # who leaves the population in the week of an interview is written as gone
        assert 0 <= number - seen[bit] <= (3 if gone else 0)


def test_a_column_is_the_same_week_by_week_and_as_changes(watched: WatchedMarket, courses: Courses) -> None:
    state = courses.dense("state")
    assert state.shape == (courses.key.size, watched.weeks)
    assert (
        state[:, -1]
        == np.where(watched.world.people.person.key == courses.key, watched.world.people.status.state, NOBODY)
    ).all()
    part = courses.dense("income", 10, 20)
    assert part.tolist() == courses.dense("income")[10:20].tolist()
    income = courses.total(courses.columns.income)
    assert income.tolist() == courses.dense("income").sum(axis=1).tolist()


def test_a_copy_goes_on_by_itself_as_one_that_was_watched_from_the_first_week() -> None:
    """Branching: the same bytes as a reform's run from the start; the run that was copied is not touched."""
    asked: dict[str, Any] = {"end": "2024-W12", "scale": 0.005}
    law = changed(date(2024, 1, 29), benefits__dagpenge_max_kr_month=30_000)
    whole = WatchedMarket(law, **asked)
    whole.run()
    trunk = WatchedMarket(**asked)
    trunk.run(until=4)
    branch = trunk.branch(law)
    branch.run()
    assert isinstance(branch, WatchedMarket)
    assert branch.lives.packed() == whole.lives.packed()
    trunk.run()
    alone = WatchedMarket(**asked)
    alone.run()
    assert trunk.lives.packed() == alone.lives.packed()
    assert trunk.lives.packed() != branch.lives.packed()


def test_who_is_paid_by_head_is_quiet() -> None:
    """Incomes give a flat rate to quiet states alone: no client state is paid by head."""
    assert not (IS_CLIENT * IS_QUIET).any()
    assert FINANCE[State.EMPLOYED] > 0
