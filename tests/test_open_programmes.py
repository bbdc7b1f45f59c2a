"""Programmes under way in the first week: as many as there are later, by the rules by which they begin."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from small_worlds import changed, run, world

from sim.calendar import WEEKS_A_YEAR
from sim.vocabulary import Group, Programme
from sim.world.columns import NEVER

BEFORE = date(2016, 1, 4)


def test_the_first_months_have_the_activation_of_a_year_later() -> None:
    made = run(scale=0.01, end="2025-W08")
    table = made.monthly_municipal()
    degree = table[(table["municipality"] == 0) & (table["measure"] == "kontanthjaelp_activation_degree")]
    months = degree.set_index("month")["value"]
    # without programmes under way the first month had none, and the third twice as many as later
    assert months["2024-01"] == pytest.approx(months["2025-01"], abs=5.0)
    assert months["2024-03"] < 1.6 * months["2025-01"]


def test_by_judgement_alone_the_share_is_that_of_a_poisson_process() -> None:
    """Starts at rate a, L weeks each: who has been there longer than L is in one with 1 - exp(-a L)."""
    law = changed(
        BEFORE,
        activation__offer_within_weeks=0.0,
        supervision__focus_targets_in_force=0.0,
        programmes__start_rate=1.0,
        programmes__weeks=20.0,
    )
    k = world(law, scale=0.02).world.clients.settled
    long = (k.contact.contact_start < -40) & (k.spell.group != Group.FOERTIDSPENSION)
    share = (k.programme.kind[long] != Programme.NONE).mean()
    expected = 1.0 - math.exp(-20.0 / WEEKS_A_YEAR)
    standard_error = math.sqrt(expected * (1.0 - expected) / long.sum())
    # whole weeks count: one that began less than 20 whole weeks ago, half a week more or less
    assert share == pytest.approx(expected, abs=4.0 * standard_error + 0.01)


def test_what_has_begun_lies_within_the_course_and_ends_in_time() -> None:
    k = world(scale=0.01).world.clients.settled
    under_way = k.programme.kind != Programme.NONE
    assert under_way.any()
    assert (k.programme.end[under_way] > 0).all()
    assert (k.programme.end[under_way] <= 22).all()  # the longest kind of programme
    # one that began before the course is kept, with its end, if it has ended: its lift goes on
    before = (k.contact.last_offer != NEVER) & (k.contact.last_offer < k.contact.contact_start)
    assert before.any()
    assert (k.programme.ended[before] >= k.contact.last_offer[before]).all()
    assert not (before & under_way).any()
    assert (k.contact.last_offer[under_way] <= 0).all()
    ended = k.programme.ended != NEVER
    assert not (ended & under_way).any()
    assert (k.programme.planned[under_way] == NEVER).all()


def test_placements_are_at_workplaces_of_the_municipality() -> None:
    made = world(scale=0.01).world
    k, e = made.clients.settled, made.employers
    placed = (k.programme.kind != Programme.NONE) & (k.programme.kind != Programme.GUIDANCE_UPGRADING)
    assert placed.any()
    assert (k.at_work.workplace[placed] >= 0).all()
    np.testing.assert_array_equal(e.municipality[k.at_work.workplace[placed]], k.person.municipality[placed])


def test_nobody_is_in_one_where_there_are_none() -> None:
    k = world(switched_off="programmes").world.clients.settled
    assert not (k.programme.kind != Programme.NONE).any()


def test_who_has_an_end_of_a_programme_has_its_beginning() -> None:
    """A lift from a programme that nobody counts as an offer: 4 per cent of clients had one."""
    k = world(scale=0.01).world.clients.settled
    ended = k.programme.ended != NEVER
    assert ended.any()
    assert (k.contact.last_offer[ended] != NEVER).all()
    assert (k.contact.last_offer[ended] <= k.programme.ended[ended]).all()
    assert ((k.programme.last != Programme.NONE) == ended).all()
