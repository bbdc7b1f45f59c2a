"""Trust in the jobcentre: what moves it, how it falls back, and that the estimated effect holds."""

from __future__ import annotations

import math
from datetime import date
from functools import cache

import numpy as np
import pytest
from small_worlds import changed, run, world

from sim import LabourMarket
from sim.law import Law
from sim.rules.recent_interviews import fade_rules, remember
from sim.rules.trust import gain_trust, interview_by_trust, lose_trust, trust_effect, trust_now, trust_rules
from sim.states import NOBODY, State
from sim.world.clients import Clients
from sim.world.columns import NEVER
from sim.world.copying import copy_world

BEFORE = date(2016, 1, 4)


@cache
def _begun() -> LabourMarket:
    law = changed(
        BEFORE,
        population__trust_mean=0.5,
        search__trust_fade_weeks=52.0,
        contact__trust_gain=0.02,
        search__trust=0.5,
        search__trust_interviews_behind=2.5,
    )
    made = world(law)
    made.step()
    return made


@pytest.fixture
def made() -> LabourMarket:
    return copy_world(_begun())


def law_of(made: LabourMarket) -> Law:
    """The law of the week."""
    assert made.world.law is not None
    return made.world.law


def last_met(made: LabourMarket, ago: int, trust: float) -> Clients:
    """The clients, of whom the first was met so many weeks ago and had this trust then."""
    k = made.world.clients.settled
    k.contact.last_interview[0], k.contact.trust[0] = made.world.now.week - ago, trust
    return k


@pytest.mark.parametrize("trust", [0.7, 0.2])
def test_trust_falls_back_to_the_own_level_from_both_sides(made: LabourMarket, trust: float) -> None:
    rules, week = trust_rules(law_of(made).now), made.world.now.week
    k = last_met(made, 52, trust)
    assert trust_now(0, week, k, rules) == pytest.approx(0.5 + (trust - 0.5) / math.e)
    assert trust_now(0, week + 5000, k, rules) == pytest.approx(0.5)
    k.contact.last_interview[0] = NEVER
    assert trust_now(0, week, k, rules) == pytest.approx(trust)


def test_an_interview_adds_to_what_is_left_and_a_sanction_takes(made: LabourMarket) -> None:
    fade, week = fade_rules(law_of(made).now), made.world.now.week
    k = last_met(made, 52, 0.7)
    remember(0, week, 1.0, k, fade)
    assert k.contact.trust[0] == pytest.approx(0.5 + 0.2 / math.e)
    gain_trust(0, 0.02, k)
    assert k.contact.trust[0] == pytest.approx(0.5 + 0.2 / math.e + 0.02)
    lose_trust(0, 0.15, k)
    assert k.contact.trust[0] == pytest.approx(0.5 + 0.2 / math.e - 0.13)
    for _ in range(9):
        lose_trust(0, 0.15, k)
    assert k.contact.trust[0] == 0.0
    gain_trust(0, 7.0, k)
    assert k.contact.trust[0] == 1.0


def test_the_effect_is_the_estimated_one_at_the_trust_of_those_in_the_trials(made: LabourMarket) -> None:
    rules, week = trust_effect(law_of(made)), made.world.now.week
    assert rules.reference[0] == pytest.approx(0.5 + 2.5 * 0.02)
    for trust, expected in ((0.55, 1.0), (0.75, 1.1), (0.35, 0.9)):
        assert interview_by_trust(0, week, 0, last_met(made, 0, trust), rules) == pytest.approx(expected)


def test_a_reform_of_the_gain_does_not_move_the_reference() -> None:
    law = changed(date(2024, 1, 1), contact__trust_gain=0.05)
    made = world(law)
    made.step()
    now, before = law_of(made).now, law_of(made).before
    assert now["contact.trust_gain"][0] == 0.05
    expected = before.scalar("population.trust_mean") + before["contact.trust_gain"] * before.scalar(
        "search.trust_interviews_behind"
    )
    np.testing.assert_allclose(trust_effect(law_of(made)).reference, expected)


def _of_the_newly_unemployed(made: LabourMarket) -> float:
    """Mean of what trust makes of an interview with who is on dagpenge for at most a year, now."""
    k, now = made.world.clients.settled, made.world.now
    rules = trust_effect(law_of(made))
    new = (k.state == State.DAGPENGE) & (now.week - k.spell.course_start <= 52)
    new &= (k.contact.last_interview != NEVER) & (now.week - k.contact.last_interview <= 8)
    return float(np.mean([interview_by_trust(int(i), now.week, 0, k, rules) for i in np.flatnonzero(new)]))


def test_interviews_count_as_estimated_in_the_first_year_and_in_the_fifth() -> None:
    """Before trust fell back they counted 12 to 20 per cent too much, more with each year on a benefit."""
    made = world(scale=0.01, end="2028-W52")
    shares, levels = [], []
    for week in range(made.weeks):
        made.step()
        if week % 52 == 51:
            k = made.world.clients.settled
            shares.append(_of_the_newly_unemployed(made))
            levels.append(float(k.contact.trust[k.state != NOBODY].mean()))
    assert shares == pytest.approx([1.0] * 5, abs=0.02)
    assert max(levels) - min(levels) < 0.02


def test_trust_stays_between_nothing_and_all() -> None:
    made = run(end="2024-W40")
    for trust in (made.world.clients.settled.contact.trust, made.world.people.on_file.trust):
        assert 0.0 <= trust.min() <= trust.max() <= 1.0
