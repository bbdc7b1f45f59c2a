"""Follow-ups: each person's have their dates, and a reform frees what would have been held, where it is."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest
from small_worlds import columns, different, set_where_it_acts, world

from reforms import load
from sim import LabourMarket
from sim.mechanisms.follow_ups import Dates, falls_due, find_freed
from sim.parameters import ParameterSet
from sim.rules.administration import relieved
from sim.states import State
from sim.vocabulary import FOLLOW_UPS, Barrier, FollowUp, Task

DAY = date(2024, 1, 1)
FILES = {
    "djoef-no-first-team-meeting": ("first_team_meeting",),
    "djoef-permanent-flexjob-under-40": ("temporary_flexjob",),
    "djoef-no-reassessment-on-ledighedsydelse": ("ledighedsydelse",),
    "djoef-no-fixed-follow-up-dates": ("flexjob", "personal_assistance", "pensioners_job"),
}


def law(**numbers: float) -> ParameterSet:
    """The parameters with numbers set by a reform."""
    return set_where_it_acts(DAY, *numbers.items())


@cache
def after(weeks: int, *numbers: tuple[str, float], off: tuple[str, ...] = ()) -> LabourMarket:
    made = world(law(**dict(numbers)), start="2024-W01", end="2025-W26", scale=0.02, switched_off=off)
    for _ in range(weeks):
        made.step()
    return made


def none_of(kind: str, judged: float = 0.0) -> tuple[tuple[str, float], ...]:
    """A law without a follow-up, of which a municipality holds a share by judgement."""
    return ((f"follow_ups__required___{kind}", 0.0), (f"follow_ups__by_judgement_share___{kind}", judged))


def freed(made: LabourMarket) -> np.ndarray:
    """Minutes freed (98,) of the week that the people stand in."""
    find_freed.do(made.world, made.world.rules["follow_ups"])
    return made.world.this_week.freed.copy()


def dates(first: int, apart: int) -> Dates:
    one, number = np.ones((1, len(FOLLOW_UPS)), np.int64), np.ones((1, len(FOLLOW_UPS)))
    return Dates(one, one * first, one * apart, number, number, np.array([40]))


def test_the_first_date_and_those_after_it() -> None:
    flexjob = [weeks for weeks in range(400) if falls_due(FollowUp.FLEXJOB, weeks, 0, dates(130, 104))]
    assert flexjob == [130, 234, 338]
    once = [weeks for weeks in range(400) if falls_due(FollowUp.FIRST_TEAM_MEETING, weeks, 0, dates(1, 0))]
    assert once == [1]


def test_a_flexjob_is_followed_up_after_two_and_a_half_years_and_every_second_one() -> None:
    made = after(2, *none_of("flexjob"))
    p, s = made.world.people.person, made.world.people.status
    weeks = made.world.now.week - s.entered.astype(int)
    due = (s.state == State.FLEKSJOB) & (weeks >= 130) & ((weeks - 130) % 104 == 0)
    assert due.sum() > 3
    expected = 120.0 * np.bincount(p.municipality[due], minlength=98)
    np.testing.assert_allclose(freed(made), expected)


def test_only_those_who_were_young_when_it_was_granted_are_assessed() -> None:
    made = after(2, *none_of("temporary_flexjob"))
    p, s, now = made.world.people.person, made.world.people.status, made.world.now
    weeks = now.week - s.entered.astype(int)
    there = (s.state == State.FLEKSJOB) & (weeks >= 234) & ((weeks - 234) % 260 == 0)
    age = now.year - p.birth_year.astype(int) - (weeks % 260) // 52
    young = there & (age < 40)
    assert 0 < young.sum() < there.sum()
    expected = 180.0 * np.bincount(p.municipality[young], minlength=98)
    np.testing.assert_allclose(freed(made), expected)


def test_ledighedsydelse_is_reassessed_at_twelve_months_and_again_a_year_later() -> None:
    made = after(2, *none_of("ledighedsydelse"))
    k = made.world.clients.settled
    weeks = made.world.now.week - k.spell.entered.astype(int)
    due = (k.state == State.LEDIGHEDSYDELSE) & (weeks > 0) & (weeks % 52 == 0)
    assert due.sum() > 2
    expected = 240.0 * np.bincount(k.person.municipality[due], minlength=98)
    np.testing.assert_allclose(freed(made), expected)


def test_a_first_team_meeting_is_still_held_with_those_in_whom_complex_barriers_are_seen() -> None:
    """Caseworkers see rightly here, so the others of those who moved last week are spared ten hours each."""
    numbers = dict(none_of("first_team_meeting")) | {"exemption__accuracy___jobafklaring": 1.0}
    made = world(law(**numbers), end="2024-W20", scale=0.02)
    all_moved, all_spared = 0, 0
    while made.running:
        made.step()
        k = made.world.clients.settled
        moved = (k.state == State.JOBAFKLARING) & (made.world.now.week - k.spell.entered == 1)
        spared = moved & (k.person.barrier != Barrier.COMPLEX)
        expected = 600.0 * np.bincount(k.person.municipality[spared], minlength=98)
        np.testing.assert_allclose(freed(made), expected)
        all_moved, all_spared = all_moved + int(moved.sum()), all_spared + int(spared.sum())
    assert 0 < all_spared < all_moved


@pytest.mark.parametrize(
    ("kind", "state", "minutes", "share"),
    [
        ("personal_assistance", State.EMPLOYED, 120.0, "assistance_share"),
        ("pensioners_job", State.FOERTIDSPENSION, 60.0, "pensioners_job_share"),
    ],
)
def test_assistance_and_pensioners_jobs_are_followed_up_once_a_year(
    kind: str, state: State, minutes: float, share: str
) -> None:
    """With everybody of the state in it, those who have birthday in the week have theirs."""
    made = after(2, *none_of(kind), (f"follow_ups__{share}", 0.1 if share == "assistance_share" else 0.5))
    p, s, now = made.world.people.person, made.world.people.status, made.world.now
    born = made.world.birthdays[now.week_of_year]
    there = born[s.state[born] == state]
    held = freed(made).sum() / minutes
    assert held == round(held)
    part = 0.1 if share == "assistance_share" else 0.5
    assert held == pytest.approx(part * there.size, abs=4.0 * np.sqrt(part * (1.0 - part) * there.size))
    assert set(np.flatnonzero(freed(made))) <= set(p.municipality[there].tolist())


def test_a_share_is_held_by_judgement() -> None:
    every, some = (freed(after(2, *none_of("flexjob", judged))).sum() for judged in (0.0, 0.5))
    assert 0.0 < some < every


def test_more_dates_take_hours_and_the_same_law_frees_nothing() -> None:
    oftener = after(2, ("follow_ups__apart_weeks___flexjob", 1.0))
    assert freed(oftener).sum() < 0.0
    assert not freed(after(2)).any()


def test_what_is_freed_comes_off_administration_and_none_of_it_is_lost() -> None:
    """130 minutes over 13 weeks are 10 off four cases; 5,200 would be 400 of 40, so 360 wait; -130 add 10."""
    minutes, cases = np.full(4, 10.0), np.array([4.0, 4.0, 4.0, 0.0])
    waiting = np.array([130.0, 5_200.0, -130.0, 130.0])
    left = relieved(minutes, cases, waiting, 13.0)
    np.testing.assert_allclose(left, [7.5, 0.0, 12.5, 10.0])
    np.testing.assert_allclose(waiting, [120.0, 5_160.0, -120.0, 130.0])


def test_a_house_without_such_people_is_not_relieved() -> None:
    """The hours lie where the follow-ups would have been held, and nowhere else."""
    made, today = after(3, *none_of("flexjob")), after(3)
    p, s = made.world.people.person, made.world.people.status
    in_flexjob = np.bincount(p.municipality[s.state == State.FLEKSJOB], minlength=98)
    nobody = in_flexjob == 0
    assert nobody.any()
    minutes = [each.world.tally.minutes[:, Task.CASE_ADMINISTRATION] for each in (made, today)]
    waiting = made.world.memory["caseload.freed"]
    assert not waiting[nobody].any()
    assert minutes[0].sum() < minutes[1].sum()


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, kinds in FILES.items() for kind in kinds])
def test_each_clause_of_a_file_acts_and_goes_with_its_mechanism(name: str, kind: str) -> None:
    assert {change.parameter for change in load(name).changes} == {
        f"follow_ups.required[{each}]" for each in FILES[name]
    }
    clause = ((f"follow_ups__required___{kind}", 0.0),)
    made, today = after(16, *clause), after(16)
    minutes = [each.world.tally.minutes[:, Task.CASE_ADMINISTRATION].sum() for each in (made, today)]
    assert minutes[0] < minutes[1]
    off = [columns(after(16, *each, off=("follow_ups",))) for each in (clause, ())]
    assert different(*off) == []
