"""Tightness, the chain of vacancies, wages and what employers want: by hand, and in small worlds."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from small_worlds import changed, world

from sim.mechanisms.matching import (
    Market,
    ease_at_work,
    quiet_seekers,
    relative_tightness,
    without_luck,
)
from sim.mechanisms.subsidised_jobs import UNKNOWN
from sim.mechanisms.vacancies import VacancyRules, by_municipality, wanted_posts, wanted_staff
from sim.mechanisms.wages import WageRules, jobs_from_wages, move_wages
from sim.states import State
from sim.vocabulary import Programme
from sim.week import run_acts
from sim.world.columns import NEVER

#: Two municipalities: everybody in the first works there, half of the second in each.
LOOK = np.array([[1.0, 0.0], [0.5, 0.5]])
EXPECTED = Market(np.array([100.0, 50.0]), np.array([40.0, 20.0]))


def wage_rules(answer: float = 0.05, comes_back: float = 0.1, demand: float = 0.5) -> WageRules:
    return WageRules(answer, comes_back, demand)


def vacancy_rules(**wanted: float) -> VacancyRules:
    numbers: dict[str, Any] = {"speed": 12.0, "vacancy_rate": 0.03, "seeker_elasticity": 0.5} | wanted
    return VacancyRules(**numbers, growth=np.zeros(2), wages=wage_rules(), wages_move=True)


def test_tightness_is_that_of_the_area_by_hand() -> None:
    now = Market(np.array([110.0, 25.0]), np.array([40.0, 25.0]))
    # first: 110 of 100 vacancies, 40 of 40 seekers; second: 67.5 of 75, and 32.5 of 30
    found = relative_tightness(LOOK, now, EXPECTED, np.ones(2))
    assert found == pytest.approx([1.1, (67.5 / 75) / (32.5 / 30)])


def test_what_is_luck_is_the_countrys() -> None:
    now = Market(np.array([110.0, 25.0]), np.array([40.0, 25.0]))
    country = (135 / 65) / (150 / 60)
    found = relative_tightness(LOOK, now, EXPECTED, np.array([0.0, 1.0]))
    assert found == pytest.approx([country, (67.5 / 75) / (32.5 / 30)])


def test_an_area_without_seekers_or_vacancies_in_a_sample_is_no_event() -> None:
    now = Market(np.array([0.0, 50.0]), np.array([0.0, 20.0]))
    found = relative_tightness(np.eye(2), now, EXPECTED, without_luck(np.eye(2), EXPECTED.vacancies, 0.2, 1))
    assert np.isfinite(found).all()


def test_at_scale_one_nothing_is_luck_and_in_a_sample_few_vacancies_tell_little() -> None:
    assert without_luck(LOOK, EXPECTED.vacancies, 0.2, 1.0).tolist() == [1.0, 1.0]
    told = without_luck(np.eye(2), np.array([100.0, 1.0]), 0.2, 0.01)
    # 0.04 * 100 against a variance of 0.99 of the sample; 0.04 * 1
    assert told == pytest.approx([4.0 / 4.99, 0.04 / 1.03])


def test_employers_meet_the_tightness_of_where_their_workers_live() -> None:
    ease = ease_at_work(np.array([1.2, 0.8]), LOOK, np.array([100.0, 50.0]))
    # 100 workers of the first and 25 of the second work in the first
    assert ease == pytest.approx([(1.2 * 100 + 0.8 * 25) / 125, 0.8])


def test_twice_as_easy_hiring_takes_fewer_vacancies_for_the_same_staff() -> None:
    posts = wanted_posts(np.array([1000.0, 1000.0]), np.array([1.0, 0.25]), vacancy_rules())
    assert posts == pytest.approx([1030.0, 1015.0])


def test_jobs_follow_wages_by_hand() -> None:
    # wages fall by 0.05 * 0.2 a year, staff grows by half as much
    assert jobs_from_wages(np.array([-0.2]), wage_rules()) == pytest.approx([0.5 * 0.05 * 0.2])


def test_wages_fall_in_slack_and_return() -> None:
    made = world()
    made.step()
    made.world.this_week.ease = np.full(98, np.exp(-0.2))
    made.world.memory["wages"] = np.full(98, -0.01)
    move_wages.do(made.world, wage_rules())
    moved = (0.05 * -0.2 - 0.1 * -0.01) * 7 / 365.25
    assert made.world.memory["wages"] == pytest.approx(np.full(98, -0.01 + moved))


def test_without_wages_the_staff_that_employers_want_stays() -> None:
    made = world(switched_off=("wages", "mass_layoffs"))
    made.step()
    first = made.world.memory["job_creation"].staff.copy()
    made.run()
    assert made.world.memory["job_creation"].staff == pytest.approx(first, rel=1e-12)
    assert "wages" not in made.world.memory


def test_staff_follows_jobs_that_others_close() -> None:
    made = world()
    made.step()
    before = made.world.memory["job_creation"].staff.copy()
    made.world.this_week.ease = np.ones(98)
    made.world.employers.closed[3] += 5
    rules = made.world.rules["job_creation"]
    assert wanted_staff(made.world, rules)[3] == pytest.approx(before[3] - 5)
    assert wanted_staff(made.world, rules)[4] == pytest.approx(before[4])


def test_who_changes_jobs_takes_no_vacancy_from_others() -> None:
    on, off = world(scale=0.01), world(scale=0.01, switched_off=("vacancy_chain",))
    for made in (on, off):
        made.step()
    rate = off.world.memory["displacement"].quiet_rate
    employed = off.world.tally.stock[:, State.EMPLOYED] * rate[State.EMPLOYED]
    seekers = [quiet_seekers(off.world, made.world.rules["displacement"], rate).sum() for made in (on, off)]
    assert seekers[1] - seekers[0] == pytest.approx(employed.sum())
    assert employed.sum() > 0.2 * seekers[1]


def test_a_mover_leaves_as_many_vacancies_as_were_there() -> None:
    made = world(scale=0.01, switched_off=("job_creation",))
    for _ in range(3):
        made.step()
    made.enter_week()
    e, status = made.world.employers, made.world.people.status
    for act in run_acts(made.world):
        if act.name == "measure_tightness":
            vacant, filled = e.vacancies.sum(), e.filled.sum()
        if act.name == "hire":
            break
    assert filled - e.filled.sum() == e.vacancies.sum() - vacant
    assert e.filled.sum() == (status.employer >= 0).sum()


def test_the_reference_of_a_sample_is_the_country_to_scale() -> None:
    small, large = world(scale=0.01), world(scale=0.05)
    for made in (small, large):
        made.step()
    few, many = small.world.memory["displacement"], large.world.memory["displacement"]
    assert few.vacancies / 0.01 == pytest.approx(many.vacancies / 0.05, rel=0.15, abs=20)
    assert few.vacancies.sum() / 0.01 == pytest.approx(many.vacancies.sum() / 0.05, rel=0.01)
    assert few.seekers.sum() / 0.01 == pytest.approx(many.seekers.sum() / 0.05, rel=0.03)


def subsidised(share: float, *off: str) -> np.ndarray:
    made = world(changed(date(2016, 1, 1), programmes__subsidy_displaces=share), switched_off=off)
    made.step()
    k = made.world.clients.settled
    k.programme.kind[:], k.programme.planned[:] = Programme.NONE, NEVER  # none of those of the first week
    k.at_work.in_place[:] = UNKNOWN
    k.programme.kind[:40] = Programme.PRIVATE_WAGE_SUBSIDY
    k.programme.end[:40] = 50
    k.programme.kind[40:90] = Programme.GUIDANCE_UPGRADING
    k.programme.end[40:90] = 50
    made.step()
    return made.world.this_week.stood_in


def test_subsidised_jobs_stand_in_for_ordinary_ones_and_courses_do_not() -> None:
    all_, half = subsidised(1.0).sum(), subsidised(0.5).sum()
    assert 38 - 1e-6 <= all_ <= 40  # a few leave in the week; shared out over where people work
    assert 10 <= half <= 30
    assert subsidised(1.0, "subsidised_jobs").sum() == 0.0


def test_subsidised_jobs_of_the_first_week_move_no_posts() -> None:
    """Employers of the first week have the ordinary staff that they want beside those in subsidised jobs."""
    made = world(changed(date(2016, 1, 1), programmes__subsidy_displaces=1.0), scale=0.01)
    made.enter_week()
    for act in run_acts(made.world):
        if act.name == "stand_in":
            break
    stood_in, e = made.world.this_week.stood_in, made.world.employers
    posts = by_municipality(e.filled, e) + by_municipality(e.vacancies, e)
    r = made.world.rules["job_creation"]
    assert stood_in.sum() > 10
    ordinary = wanted_staff(made.world, r) - stood_in
    assert ordinary * (1.0 + r.vacancy_rate) == pytest.approx(posts)


def test_posts_that_are_stood_in_for_are_withdrawn() -> None:
    made = {off: world(switched_off=off, scale=0.01) for off in ((), ("subsidised_jobs",))}
    posts = {}
    for off, market in made.items():
        market.step()
        for _ in range(8):
            k = market.world.clients.settled
            k.programme.kind[:600] = Programme.PUBLIC_WAGE_SUBSIDY
            k.programme.end[:600] = 50
            market.step()
        e = market.world.employers
        posts[off] = by_municipality(e.filled, e).sum() + by_municipality(e.vacancies, e).sum()
    assert posts[()] < posts["subsidised_jobs",] - 100
