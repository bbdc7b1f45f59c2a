"""What has worked where it was tried is taken over elsewhere, and what has not ends."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest
from small_worlds import columns, different, world

from reforms import load
from sim import LabourMarket
from sim.mechanisms.adoption import Counts, is_tried, kept, result_of, taken_over, trial_of
from sim.parameters import Change, Origin, load_parameters
from sim.vocabulary import Group

DAY, END = date(2026, 1, 5), date(2026, 4, 27)
HERE = frozenset({101, 360})
RULES, TRAINING = "casework.rules_minutes_per_case_week", "casework.training_share"
ORIGIN = Origin("tried")
TRIAL = (
    Change(RULES, "multiply", ((DAY, 0.5),), HERE, END, origin=ORIGIN),
    Change(TRAINING, "add", ((DAY, 0.01),), HERE, date(2026, 2, 16), origin=ORIGIN),
)
#: Half a dozen weeks of a trial, then four until others have taken it over.
FOLLOWED = (("adoption.measured_weeks", 6.0), ("adoption.lag_weeks", 4.0))


@cache
def after(weeks: int, share: float, least_gain: float, *off: str) -> LabourMarket:
    numbers = (("adoption.share", share), ("adoption.least_gain", least_gain), *FOLLOWED)
    changes = [Change(name, "set", ((DAY, x),), origin=Origin("test")) for name, x in numbers]
    if share == 0.0:
        changes = []
    made = world(load_parameters().with_changes([*TRIAL, *changes]), start="2026-W01", end="2026-W40",
                 scale=0.005, switched_off=off)  # fmt: skip
    made.run(until=weeks)
    return made


def minutes(made: LabourMarket) -> np.ndarray:
    """Minutes of rules in force, over those of today (m,)."""
    assert made.world.law is not None
    return np.asarray(made.world.law.country[RULES] / made.world.law.before[RULES][:98])


def where(made: LabourMarket) -> np.ndarray:
    return np.isin(made.world.codes, list(HERE))


def test_a_result_is_exits_over_expected_ones_here_and_elsewhere_and_before() -> None:
    """During: 12 exits of 100 weeks here, 20 of 200 there; before: 10 of 100 and 20 of 200."""
    counts = Counts(np.zeros((2, 2, len(Group))), np.zeros((2, 2, len(Group))))
    counts.exits[:, :, 0] = [[10.0, 20.0], [12.0, 20.0]]
    counts.weeks[:, :, 0] = [[100.0, 200.0], [100.0, 200.0]]
    tried = np.array([True, False])
    assert result_of(counts, tried) == pytest.approx(math.log(1.2))
    counts.exits[0, 0, 0] = 15.0
    assert result_of(counts, tried) == pytest.approx(math.log(1.2 / 1.5))


def test_a_harder_mix_of_groups_is_no_worse_result() -> None:
    """Each group leaves at its own rate everywhere: here are more of the slow."""
    counts = Counts(np.zeros((2, 2, len(Group))), np.zeros((2, 2, len(Group))))
    counts.weeks[1, :, :2] = [[100.0, 900.0], [900.0, 100.0]]
    counts.exits[1] = counts.weeks[1] * 0.1
    counts.exits[1, :, 1] = counts.weeks[1, :, 1] * 0.01
    assert result_of(counts, np.array([True, False])) == pytest.approx(0.0)


def test_a_trial_is_what_some_have_for_a_time() -> None:
    for_good = replace(TRIAL[0], until=None, municipalities=frozenset({157}))
    everywhere = Change(TRAINING, "add", ((DAY, 0.02),), None, END, origin=Origin("all"))
    parameters = load_parameters().with_changes([*TRIAL, for_good, everywhere])
    assert set(trial_of(parameters, DAY)) == set(TRIAL)
    assert trial_of(parameters, date(2026, 1, 4)) == ()
    assert is_tried(TRIAL, np.array([101, 157, 360])).tolist() == [True, False, True]


def test_it_begins_elsewhere_with_its_start_and_stays_where_it_was_without_one() -> None:
    day = date(2026, 3, 16)  # ten weeks later
    rules, training = taken_over(TRIAL, day)
    assert (rules.start, rules.until, rules.municipalities) == (day, None, None)
    assert (training.start, training.until) == (day, date(2026, 4, 27))
    assert [each.until for each in kept(TRIAL)] == [None, date(2026, 2, 16)]
    assert {each.municipalities for each in kept(TRIAL)} == {HERE}


def test_what_has_worked_is_taken_over_by_all_after_the_lag_and_stays() -> None:
    before, made = after(10, 1.0, -1.0), after(11, 1.0, -1.0)
    assert minutes(before) == pytest.approx(np.where(where(before), 0.5, 1.0))
    assert minutes(made) == pytest.approx(0.5)
    law = made.world.law
    assert law is not None
    assert law.country[TRAINING] == pytest.approx(np.where(where(made), 0.0, 0.01))  # six weeks to begin
    later = after(20, 1.0, -1.0)  # four weeks after the trial's end
    assert minutes(later) == pytest.approx(0.5)
    assert later.world.law is not None
    assert later.world.law.country[TRAINING] == pytest.approx(0.0)


def test_what_has_not_worked_ends() -> None:
    made = after(20, 1.0, 1.0)
    assert minutes(made) == pytest.approx(1.0)


def test_only_who_looks_at_others_takes_it_over() -> None:
    made = after(12, 0.4, -1.0)
    follows = np.isclose(minutes(made), 0.5)
    assert follows[where(made)].all()
    assert 0.2 < follows[~where(made)].mean() < 0.6


def test_following_a_trial_changes_nothing_until_it_is_taken_over() -> None:
    assert different(columns(after(10, 1.0, -1.0)), columns(after(10, 0.0, 0.0))) == []
    assert different(columns(after(14, 1.0, -1.0)), columns(after(14, 0.0, 0.0))) != []


def test_switched_off_a_trial_ends_as_it_was_to() -> None:
    assert different(columns(after(20, 1.0, -1.0, "adoption")), columns(after(20, 0.0, 0.0))) == []


def test_a_partnership_alone_decides_about_nothing() -> None:
    changes = load("djoef-results-become-law").changes
    made = [
        world(load_parameters().with_changes(each), start="2025-W51", end="2026-W06")
        for each in (changes, ())
    ]
    for each in made:
        each.run()
    assert different(columns(made[0]), columns(made[1])) == []


def test_a_branch_follows_a_trial_as_an_unbroken_run_does() -> None:
    numbers = (("adoption.share", 1.0), ("adoption.least_gain", -1.0), *FOLLOWED)
    changes = [Change(name, "set", ((DAY, x),), origin=Origin("test")) for name, x in numbers]
    under = load_parameters().with_changes([*TRIAL, *changes])
    trunk = world(start="2025-W50", end="2026-W20")
    trunk.run(until=3)
    branch, whole = trunk.branch(under), world(under, start="2025-W50", end="2026-W20")
    for each in (branch, whole):
        each.run()
    assert np.isclose(minutes(branch), 0.5).all()
    assert different(columns(branch), columns(whole)) == []
