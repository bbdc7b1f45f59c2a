"""Paired worlds: the same people with the same luck, and only what a reform changes is different."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_worlds import (
    HEADLINE,
    changed,
    columns,
    different,
    fingerprint,
    move_by_hand,
    reformed,
    run,
    world,
)

from reforms import load
from sim.calendar import Week
from sim.engine.draws import make_key
from sim.parameters import load_parameters
from sim.start.first_people import first_people
from sim.start.population import draw_population, first_clients
from sim.states import N_STATES, STATES, State
from sim.world.clients import Clients
from sim.world.people import People

ROOT = Path(__file__).resolve().parent.parent
FINGERPRINT = """
from small_worlds import fingerprint, run
print(fingerprint(run(seed=11, demand="recession", start="2025-W50", end="2026-W06")))
"""


def test_a_reform_that_changes_nothing_leaves_every_byte_every_week() -> None:
    baseline, reform = world(), world(load_parameters().with_changes(load("nothing").changes))
    for _ in range(baseline.weeks):
        baseline.step()
        reform.step()
        assert different(columns(baseline), columns(reform)) == []


def test_reforms_after_the_last_week_change_no_byte() -> None:
    later = load_parameters().with_changes(load("headline").changes)
    assert fingerprint(run(later)) == fingerprint(run())


@pytest.mark.parametrize("name", HEADLINE)
def test_weeks_before_a_reform_are_untouched_and_those_after_are_not(name: str) -> None:
    day = date(2024, 1, 29)  # the fifth week; budgets are settled in the fifteenth
    baseline, reform = world(end="2024-W16"), world(reformed([name], day), end="2024-W16")
    for week in range(15):
        baseline.step()
        reform.step()
        assert week >= 4 or different(columns(baseline), columns(reform)) == []
    assert different(columns(baseline), columns(reform)) != []


@pytest.mark.parametrize(
    ("day", "first"),
    [(date(2024, 2, 26), "2024-W09"), (date(2024, 2, 27), "2024-W10"), (date(2024, 3, 4), "2024-W10")],
)
def test_a_change_takes_effect_in_the_first_week_that_begins_on_its_day_or_later(
    day: date, first: str
) -> None:
    higher = changed(day, benefits__dagpenge_max_kr_month=30_000)
    baseline, reform = world(end="2024-W11"), world(higher, end="2024-W11")
    for _ in range(10):
        week = baseline.calendar_week
        baseline.step()
        reform.step()
        assert np.array_equal(baseline.world.ledger, reform.world.ledger) == (week < Week.parse(first)), week


def test_a_change_on_the_last_monday_takes_effect_in_the_last_week() -> None:
    higher = changed(Week.parse("2024-W10").monday, benefits__dagpenge_max_kr_month=30_000)
    paid = [made.ledger_table().groupby("account")["amount_kr"].sum() for made in (run(), run(higher))]
    assert paid[1]["dagpenge"] > paid[0]["dagpenge"]


def test_the_same_key_gives_the_same_bytes_and_another_replicate_does_not() -> None:
    assert fingerprint(run(seed=3, replicate=1)) == fingerprint(run(seed=3, replicate=1))
    others = [run(seed=3, replicate=2), run(seed=4, replicate=1), run(seed=1, replicate=3)]
    mine = run(seed=3, replicate=1)
    for other in others:
        assert (other.citizens.status.state != mine.citizens.status.state).any()
        assert (other.citizens.person.employability != mine.citizens.person.employability).any()


@pytest.mark.parametrize("hash_seed", ["1", "4711"])
def test_a_fresh_process_gives_the_same_bytes(hash_seed: str) -> None:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    told = subprocess.run(
        [sys.executable, "-c", FINGERPRINT],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": hash_seed},
    )
    mine = fingerprint(run(seed=11, demand="recession", start="2025-W50", end="2026-W06"))
    assert told.stdout.strip() == mine


def population(counts: np.ndarray) -> tuple[People, Clients]:
    """People of two municipalities, and those of them who are clients."""
    codes, key = np.array([101, 851]), make_key(1, 0)
    people, record = draw_population(counts, codes, 2024, key, first_people())
    return people, first_clients(people, record, first_people()).settled


def test_one_more_person_changes_nobody_else() -> None:
    counts = np.full((2, N_STATES), 40)
    more = counts.copy()
    more[0, STATES.index("leave")] += 1  # the last state: everybody else keeps their number
    (one, clients), (other, same_clients) = population(counts), population(more)
    kept = np.isin(other.person.key, one.person.key)
    assert kept.sum() == len(one.person.key) == len(kept) - 1
    pairs: list[tuple[Any, Any]] = list(zip(one, other, strict=True))
    assert sum(len(group._fields) for group, _ in pairs) > 30
    for group, grown in pairs:
        for name in group._fields:
            assert getattr(group, name).tobytes() == getattr(grown, name)[kept].tobytes(), name
    assert clients.key.size > 500
    for name in clients._fields:
        if name != "id":  # positions shift
            assert getattr(clients, name).tobytes() == getattr(same_clients, name).tobytes(), name


def test_a_larger_scale_keeps_the_luck_of_those_it_has() -> None:
    """Who is in the same state at both scales has the same life behind them."""
    small, large = world(scale=0.003).citizens, world(scale=0.006).citizens
    shared, at, there = np.intersect1d(small.person.key, large.person.key, return_indices=True)
    assert len(shared) == len(small.person.key)
    assert np.array_equal(small.calendar.birth_week[at], large.calendar.birth_week[there])
    assert np.array_equal(small.person.municipality[at], large.person.municipality[there])
    same = small.status.state[at] == large.status.state[there]
    assert same.mean() > 0.5
    at, there = at[same], there[same]
    for name in ("birth_year", "education", "employability", "barrier"):
        assert np.array_equal(getattr(small.person, name)[at], getattr(large.person, name)[there]), name
    for name in ("belief", "trust"):
        assert np.array_equal(getattr(small.contact, name)[at], getattr(large.contact, name)[there]), name


def test_what_becomes_of_one_person_changes_no_other_life() -> None:
    """Without a race for jobs one person's other state alters no one else's luck, week after week."""
    quiet = ("displacement", "job_creation", "programmes")
    one, other = world(switched_off=quiet, end="2024-W20"), world(switched_off=quiet, end="2024-W20")
    who = int(np.flatnonzero(other.citizens.status.state == State.OUTSIDE)[0])
    move_by_hand(other, who, State.KONTANTHJAELP_JOB_READY, 0)
    one.run()
    other.run()
    lives = [
        (
            w.citizens.status.state[who],
            w.citizens.status.entered[who],
            w.citizens.status.weeks_supported[who],
        )
        for w in (one, other)
    ]
    assert lives[0] != lives[1]
    elsewhere = one.citizens.person.municipality != one.citizens.person.municipality[who]
    for name in ("state", "entered", "refund_weeks", "dagpenge_weeks"):
        mine, theirs = getattr(one.citizens.status, name), getattr(other.citizens.status, name)
        assert np.array_equal(mine[elsewhere], theirs[elsewhere]), name
    near = ~elsewhere & (np.arange(len(elsewhere)) != who)
    changed_near = (one.citizens.status.state != other.citizens.status.state)[near].mean()
    assert changed_near < 0.005
