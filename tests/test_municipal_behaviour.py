"""What municipalities do about the law and about money: hand-reckoned values, and small worlds."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from small_worlds import columns, different, reformed, run, world

from sim import LabourMarket
from sim.mechanisms import staffing
from sim.mechanisms.casework import _giving_way
from sim.mechanisms.job_hazard.refund_incentive import log_of_shares
from sim.mechanisms.job_hazard.refund_incentive import rules as incentive_rules
from sim.outcomes.ledger import ACCOUNT
from sim.parameters import Change, load_parameters
from sim.parameters.changes import Origin
from sim.rules.administration import administrative_tasks, normal_minutes
from sim.rules.focus_targets import aimed_at, benchmark_gap, pressure
from sim.vocabulary import TARGET_GROUPS, Group, Task

DAY, LATER = date(2024, 1, 1), date(2024, 1, 8)


# the refund scale -------------------------------------------------------------------------------------------


def test_the_log_of_shares_is_zero_where_nothing_has_changed_and_never_infinite() -> None:
    assert log_of_shares(6000, 6000, 500.0) == 0.0
    assert log_of_shares(10_000, 8_000, 500.0) == pytest.approx(math.log(1.25))
    assert log_of_shares(0, 8_000, 500.0) == pytest.approx(math.log(500 / 8000))


def test_the_answer_to_the_scale_is_none_under_the_law_and_small_under_a_reform() -> None:
    law = run(end="2024-W03").world.law
    changed = run(reformed(["refund-change"], date(2024, 1, 8)), end="2024-W03").world.law
    assert law is not None
    assert changed is not None
    assert incentive_rules(law).changed == 0
    assert incentive_rules(changed).changed == 1
    assert incentive_rules(changed).near == 0.04  # exits near work, log a log: E2-I01 and E2-I04
    assert incentive_rules(changed).far == 0.0


def test_a_rule_that_gains_are_kept_moves_staff_and_exits_and_the_old_law_does_not() -> None:
    """After a year on assistance 0.8 of the benefit is its own, and of the tax 5, 7 or 25 øre, or all."""
    before = run(end="2024-W30")
    keep = Change(
        "municipality.own_gain_exempt_share", "set", ((LATER, 1.0),), origin=Origin("gains are kept")
    )
    kept = run(load_parameters().with_changes([keep]), end="2024-W30")
    assert [m.staff for m in before.world.municipalities] == [1.0] * 98
    assert 1.0 < np.mean([m.staff for m in kept.world.municipalities]) < 1.02
    laws = [made.world.law for made in (before, kept)]
    assert [incentive_rules(law).changed for law in laws if law is not None] == [0, 1]


# staff ------------------------------------------------------------------------------------------------------


def test_who_has_idle_hours_hires_nobody() -> None:
    left = staffing.wish_left(np.array([0.0, 0.025, 0.05, 0.4]), 0.05)
    assert left == pytest.approx([1.0, 0.5, 0.0, 0.0])
    bounds = (0.1, 2.0)
    assert staffing.staff_target(0.0, 0.02, 2.0, 1.0, bounds) == pytest.approx(1.02)
    assert staffing.staff_target(0.0, 0.02, 2.0, 0.0, bounds) == 1.0
    assert staffing.staff_target(0.1, 0.02, 0.5, 0.0, bounds) == pytest.approx(0.89)  # fewer are not kept


def test_a_saving_is_of_what_is_spent_and_met_in_its_year() -> None:
    # 100 saved of 200 spent on programmes: staff's 70 of which 40 has come, so 30 + 30 off programmes
    assert staffing.programme_budget(100.0, 70.0, 40.0, 1.0, 200.0) == pytest.approx(140.0)
    assert staffing.programme_budget(100.0, 70.0, 40.0, 0.0, 200.0) == pytest.approx(170.0)
    assert staffing.programme_budget(100.0, 70.0, 90.0, 1.0, 200.0) == pytest.approx(170.0)
    assert staffing.programme_budget(100.0, 70.0, 0.0, 1.0, 50.0) == 0.0


def test_spending_without_luck_keeps_the_total_and_is_itself_with_everybody() -> None:
    spent, expected, starts = np.array([1.0, 3.0]), np.array([1.0, 1.0]), np.array([5.0, 5.0])
    assert staffing.spent_without_luck(spent, expected, starts, 0.2, 1.0) == pytest.approx(spent)
    drawn = staffing.spent_without_luck(spent, expected, starts, 0.2, 0.0)
    told = 0.2**2 * 5 / (0.2**2 * 5 + 1)
    assert drawn == pytest.approx([2 - told, 2 + told])


# focus targets ----------------------------------------------------------------------------------------------


def test_the_targets_press_who_is_near_or_worse_than_the_benchmark() -> None:
    gap, nobody = np.array([-2.0, 0.0, 0.24]), np.zeros(3, np.bool_)
    change, gate = np.full(3, 0.24), np.ones(3)
    hard = pressure(gap, change, gate, nobody)
    assert hard == pytest.approx([0.0, 0.5, 0.8413], abs=1e-3)
    assert pressure(gap, change, gate, np.array([True, False, False]))[0] == 1.0
    assert pressure(gap, change, np.zeros(3), nobody) == pytest.approx([1.0, 1.0, 1.0])


def test_no_more_is_aimed_at_than_the_law_asks_for() -> None:
    """With 50 per cent without an effort of itself, 30 may be: two fifths are covered."""
    assert aimed_at(np.array([0.5, 0.3, 0.1, 1.0]), np.full(4, 0.3)) == pytest.approx([0.4, 0.0, 0.0, 0.7])


def test_an_exempt_municipality_covers_nobody_for_the_targets_sake() -> None:
    made = run(end="2024-W04")
    covered, gap = made.world.rules["programmes"].focus_covered, benchmark_gap()
    assert covered[gap < -0.8].max() < 0.01
    assert 0.2 < covered[gap > 0.5][:, Group.DAGPENGE].mean() < 0.85
    assert covered[:, Group.SYGEDAGPENGE].max() == 0.0  # not a group of the targets


def test_without_supervision_nobody_is_covered() -> None:
    made = run(end="2024-W04", switched_off=("supervision",))
    assert not made.world.rules["programmes"].focus_covered.any()


# hours ------------------------------------------------------------------------------------------------------


def test_the_tasks_come_to_the_fitted_level() -> None:
    law = run(end="2024-W02").world.law
    assert law is not None
    tasks, r = administrative_tasks(law), law.now
    present = normal_minutes(r) * (1.0 - r.scalar("casework.sick_share"))
    total = tasks.case + tasks.payment + tasks.plan + tasks.meetings * present
    total = total + tasks.new_case * r.scalar("casework.new_cases_a_case_week")
    total = total + tasks.shift * r.scalar("casework.shifts_a_case_week")
    total = total + tasks.referral * r.scalar("casework.referrals_a_case_week")
    assert total == pytest.approx(r["casework.administration_minutes_per_case_week"])


def test_a_task_that_gets_shorter_frees_its_own_minutes_and_no_others() -> None:
    origin = Origin("shorter-plans", kind="reform")
    half = Change("casework.plan_minutes", "multiply", ((LATER, 0.5),), origin=origin)
    shorter = load_parameters().with_changes([half])
    one, other = run(end="2024-W03").world.law, run(shorter, end="2024-W03").world.law
    assert one is not None
    assert other is not None
    before, after = administrative_tasks(one), administrative_tasks(other)
    # the fit to the level is of the law before the reform
    assert after.plan == pytest.approx(0.5 * before.plan)
    assert after.case == pytest.approx(before.case)
    assert after.new_case == pytest.approx(before.new_case)


def test_administration_gives_way_to_the_law_down_to_its_floor() -> None:
    rules = run(end="2024-W02").world.rules["caseload"]
    floor = float(rules.administration_floor[0])
    assert _giving_way(500.0, 1000.0, 100.0, 0, rules) == 1.0
    assert _giving_way(500.0, 1000.0, 600.0, 0, rules) == pytest.approx(0.8)
    assert _giving_way(500.0, 1000.0, 1000.0, 0, rules) == pytest.approx(floor)


def test_hours_by_task_sum_to_the_hours_that_were_paid_and_present() -> None:
    made = world(end="2024-W52", scale=0.02)
    for _ in range(40):
        made.step()
    minutes = made.world.tally.minutes
    assert (minutes >= 0.0).all()
    for task in ("new_case", "shift", "payment_month", "plan", "referral", "meetings"):
        assert minutes[:, Task[task.upper()]].sum() > 0.0
    paid = made.world.tally.caseworker_weeks.sum() * 30 * 60
    assert minutes.sum() == pytest.approx(paid * (1 - 0.062), rel=0.01)


def test_a_cut_leaves_the_interviews_of_the_law_and_takes_the_others() -> None:
    fewer = Change("staffing.extra_caseworkers_share", "set", ((DAY, -0.2),))
    held, others = [], []
    for changes in ([], [fewer]):
        made = world(load_parameters().with_changes(changes), end="2024-W52", scale=0.02)
        for _ in range(45):
            made.step()
        minutes = made.world.tally.minutes.sum(axis=0)
        held.append(minutes[Task.STATUTORY_INTERVIEW])
        others.append(minutes[Task.DISCRETIONARY_INTERVIEW])
    # tasks that wait are kept free within weeks, not at once: until then they take hours from interviews, too
    assert held[1] > 0.9 * held[0]
    assert others[1] < 0.8 * others[0]


def test_all_of_it_is_nothing_where_no_rule_is_changed() -> None:
    one, other = run(end="2024-W20"), run(load_parameters().with_changes([]), end="2024-W20")
    assert different(columns(one), columns(other)) == []
    assert len(TARGET_GROUPS) == len(Group)


# staff as it was counted, and what savings have taken since -------------------------------------------------


def _caseworkers(made: LabourMarket) -> float:
    """Full-time caseworkers of the country: posts of 37 hours at scale 1."""
    hours = load_parameters().at(DAY, np.array([101])).scalar("casework.hours_a_week")
    return float(made.world.caseworkers.house_minutes.sum() / made.scale / hours / 60.0)


def _weeks_pay(made: LabourMarket) -> float:
    """Kr. a year at scale 1 that one week's staff costs, in million."""
    before = made.world.ledger[:, ACCOUNT["jobcentre_staff"]].sum()
    made.step()
    paid = made.world.ledger[:, ACCOUNT["jobcentre_staff"]].sum() - before
    return float(paid / 100.0 / made.scale * (365.25 / 7) / 1e6)


def test_a_run_begins_with_the_staff_that_savings_left() -> None:
    """12,500 in 2022, six in ten of them caseworkers, less 71 per cent of 800 million of 9,000 million kr."""
    gone = 0.709 * 800 / 9000
    made = world(scale=0.01, end="2024-W03")
    assert _weeks_pay(made) == pytest.approx(9000 * (1 - gone), rel=1e-3)
    assert _caseworkers(made) == pytest.approx(12_500 * 0.6 * (1 - gone), rel=1e-3)


def test_what_is_taken_during_a_run_is_taken_from_its_staff_with_a_lag() -> None:
    """From 2022's staff to 2024's, in posts and in kroner; nobody else's cut is counted as a reform's."""
    made = world(scale=0.002, start="2022-W40", end="2025-W30")
    assert _weeks_pay(made) == pytest.approx(9000, rel=1e-3)
    assert _caseworkers(made) == pytest.approx(7500, rel=1e-3)
    while made.week < made.weeks - 2:  # the last week's books are closed
        made.step()
    assert _weeks_pay(made) == pytest.approx(9000 * (1 - 0.063), rel=0.01)
    assert _caseworkers(made) == pytest.approx(7500 * (1 - 0.063), rel=0.01)
    assert all(each.cut == 0.0 for each in made.world.municipalities)
