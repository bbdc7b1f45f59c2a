"""Treatment is waited for in a queue, and offers wait until it is over, unless somebody coordinates."""

from __future__ import annotations

import math
from datetime import date
from functools import cache

import numpy as np
import pytest
from small_worlds import columns, different, world

from sim import LabourMarket
from sim.mechanisms.treatment import (
    Queue,
    TreatmentRules,
    coordinate,
    has_social_effort,
    is_coordinated,
    more_offers,
    moved_wait,
    needs_treatment,
    treatment_on_recovery,
)
from sim.outcomes.ledger import ACCOUNT
from sim.parameters import Change, Origin, load_parameters
from sim.states import NOBODY
from sim.vocabulary import Barrier, Health, Task

DAY = date(2024, 1, 1)
ALL_COMPLEX = (("treatment.coordinated_share[complex]", 1.0),)
SWITCH = "treatment"


@cache
def after(weeks: int, *numbers: tuple[str, float], off: str = "") -> LabourMarket:
    changes = [Change(name, "set", ((DAY, x),), origin=Origin("test")) for name, x in numbers]
    made = world(
        load_parameters().with_changes(changes), start="2024-W01", end="2025-W40", scale=0.01,
        switched_off=(off,) if off else (),
    )  # fmt: skip
    made.run(until=weeks)
    return made


def ill_for(weeks: int, w: LabourMarket) -> int:
    """Row of a client in need of treatment and without a coordinator, ill for so many weeks from now on."""
    k, now, r = w.world.clients.settled, w.world.now, w.world.rules["treatment"]
    for i in np.flatnonzero((k.state != NOBODY) & (k.condition.health == Health.ILL)).tolist():
        k.condition.ill_since[i] = now.week - weeks
        if needs_treatment(i, now.key, k, r) and not is_coordinated(i, now.key, k, r):
            return i
    raise AssertionError("nobody needs treatment")


# ---------------------------------------------------------------- the queue


def queue_rules(places: float) -> TreatmentRules:
    """A tenth of the ill recover in each week, and the wait is ten weeks today."""
    r = after(1).world.rules["treatment"]
    return r._replace(usual=10.0, places=np.array([places]), still_ill=0.9 ** np.arange(61.0))


def waits(share: float, ahead: float, places: float, weeks: int) -> float:
    wait, c, before = np.array([10.0]), np.array([share]), np.array([ahead])
    for _ in range(weeks):
        wait = moved_wait(wait, c, before, queue_rules(places))
    return float(wait[0])


def test_with_todays_places_and_nobody_ahead_the_wait_is_todays_to_the_bit() -> None:
    assert waits(0.0, 0.0, 1.0, 50) == 10.0


def test_more_places_move_the_wait_to_where_as_many_more_are_still_ill() -> None:
    """The first week takes 1.3 - 1 off; in the end 0.9^W = 1.3 * 0.9^10."""
    assert waits(0.0, 0.0, 1.3, 1) == pytest.approx(9.7)
    assert waits(0.0, 0.0, 1.3, 300) == pytest.approx(10.0 - math.log(1.3) / math.log(1 / 0.9), abs=0.02)


def test_who_is_moved_ahead_is_paid_for_by_the_others() -> None:
    """Half are four weeks ahead: 0.9^(W - 4) + 0.9^W = 2 * 0.9^10, so they wait less and the others more."""
    wait = waits(0.5, 4.0, 1.0, 300)
    assert wait == pytest.approx(10.0 + math.log((0.9**-4 + 1.0) / 2.0) / math.log(1 / 0.9), abs=0.02)
    assert wait - 4.0 < 10.0 < wait


# ---------------------------------------------------------------- recovery


def test_treatment_begun_sooner_or_later_moves_recovery_in_the_weeks_between_alone() -> None:
    made = after(2)
    k, now, r = made.world.clients.settled, made.world.now, made.world.rules["treatment"]
    assert (r.usual, r.faster) == (20.0, pytest.approx(math.exp(0.3)))
    sooner, later = np.full(98, 12.0), np.full(98, 25.0)
    for weeks, wait, factor in (
        (11, sooner, 1.0), (12, sooner, math.exp(0.3)), (19, sooner, math.exp(0.3)), (20, sooner, 1.0),
        (19, later, 1.0), (20, later, math.exp(-0.3)), (24, later, math.exp(-0.3)), (25, later, 1.0),
        (15, np.full(98, 20.0), 1.0), (30, np.full(98, 20.0), 1.0),
    ):  # fmt: skip
        assert treatment_on_recovery(ill_for(weeks, made), now, k, wait, r) == pytest.approx(factor)


def test_more_places_shorten_the_wait_and_the_municipality_pays_for_them() -> None:
    more, today = after(40, ("treatment.places", 1.3)), after(40)
    wait = more.world.memory["treatment"].wait
    assert (wait < 20.0).all()
    assert (wait > 4.0).all()
    ill = [(m.world.clients.settled.condition.health == Health.ILL).sum() for m in (more, today)]
    assert ill[0] < ill[1]
    account = ACCOUNT["programme_purchases"]
    assert more.world.ledger[:, account].sum() > today.world.ledger[:, account].sum()


# ---------------------------------------------------------------- coordination


def test_a_coordinator_costs_twenty_minutes_a_week_until_it_is_over() -> None:
    made = after(1, *ALL_COMPLEX)
    made.world.now = made.world.now._replace(week=made.world.now.week + 1)
    w, k, r = made.world, made.world.clients.settled, made.world.rules["treatment"]
    here = np.flatnonzero((k.state != NOBODY) & (k.person.barrier == Barrier.COMPLEX)).tolist()
    wait = w.memory["treatment"].wait.copy()
    wait = moved_wait(wait, np.zeros(98), np.zeros(98), r)
    meets = [
        i
        for i in here
        if k.contact.caseworker[i] >= 0
        and (
            has_social_effort(i, w.now, k, r)
            or (
                needs_treatment(i, w.now.key, k, r)
                and w.now.week - k.condition.ill_since[i] < wait[k.person.municipality[i]] + 26.0
            )
        )
    ]
    before = w.caseworkers.backlog_task.sum()
    coordinate.do(w, r)
    more = w.caseworkers.backlog_task.sum() - before
    assert len(meets) > 20
    assert more == pytest.approx(20.0 * len(meets))
    assert w.caseworkers.backlog_task[:, Task.CASE_ADMINISTRATION].sum() >= more


def test_offers_beside_treatment_come_to_who_would_have_waited() -> None:
    """Half of those in need wait; were a fifth of a group in need, all would have 1 / 0.9 of its rate."""
    made = after(1, *ALL_COMPLEX, ("treatment.beside_share", 1.0))
    w, k, r = made.world, made.world.clients.settled, made.world.rules["treatment"]
    queue = Queue(np.full(98, 20.0), np.full(13, 0.2))
    found = {i: more_offers(i, w.now, k, queue, r) for i in range(k.id.size) if k.state[i] != NOBODY}
    assert {round(x, 9) for x in found.values()} == {0.0, round(0.5 / 0.9, 9)}
    for i, more in found.items():
        if more > 0.0:
            assert k.person.barrier[i] == Barrier.COMPLEX
            assert has_social_effort(i, w.now, k, r) or needs_treatment(i, w.now.key, k, r)
    mean = 0.2 * (1.0 + 0.5 / 0.9) + 0.8  # of a rate that those in need have in full now
    assert mean == pytest.approx(1.0 / 0.9)
    nobody = Queue(np.empty(0), np.empty(0))
    assert not any(more_offers(i, w.now, k, nobody, r) for i in found)


def test_who_is_through_with_treatment_sooner_is_offered_something_sooner() -> None:
    made = after(2)
    k, now, r = made.world.clients.settled, made.world.now, made.world.rules["treatment"]
    queue = Queue(np.full(98, 10.0), np.zeros(13))
    not_yet, through, over = (more_offers(ill_for(weeks, made), now, k, queue, r) for weeks in (35, 40, 46))
    assert [not_yet, through, over] == pytest.approx([0.0, 0.5, 0.0])


# ---------------------------------------------------------------- neutral, and switched off


@pytest.mark.parametrize(
    "lever", [("treatment.agreed_weeks", 10.0), ("treatment.beside_share", 1.0)], ids=lambda each: each[0]
)
def test_without_a_coordinator_an_agreement_or_a_plan_changes_nothing(lever: tuple[str, float]) -> None:
    assert different(columns(after(12, lever)), columns(after(12))) == []


def test_switched_off_nobody_is_coordinated_and_nothing_is_bought() -> None:
    levers = (*ALL_COMPLEX, ("treatment.beside_share", 1.0), ("treatment.places", 1.5))
    assert different(columns(after(12, *levers)), columns(after(12))) != []
    assert different(columns(after(12, *levers, off=SWITCH)), columns(after(12, off=SWITCH))) == []
    assert different(columns(after(12, off=SWITCH)), columns(after(12))) == []
