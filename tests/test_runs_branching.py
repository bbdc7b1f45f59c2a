"""Weeks that runs share are simulated once, and the results are the bytes of runs done one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from runs_fake_world import contents
from small_worlds import brought_forward, changed, columns, different, fingerprint, run, world

from reforms.scenario import BASELINE_SCENARIO
from sim.parameters import Change, Origin, ParameterSet, Resolved
from sim.runs.branching import Job, branch_week, jobs_of
from sim.runs.plan import BASELINE, Plan, Scenario, Task, make_plan
from sim.runs.results import PARTS
from sim.runs.run import run_plan
from sim.runs.store import Store

OFFERS = "supervision.offers_per_year"


def scenario(name: str, day: date, kind: str = "reform") -> Scenario:
    return Scenario(name, (Change(OFFERS, "set", ((day, 3.0),), origin=Origin(name, kind=kind)),))


def plan_of(*scenarios: Scenario, end: str = "2024-W20", **request: object) -> Plan:
    return make_plan([Scenario(BASELINE), *scenarios], end=end, **request)  # type: ignore[arg-type]


def weeks(job: Job) -> dict[str, int]:
    return {task.scenario: week for task, week in zip(job.tasks, job.branch_weeks, strict=True)}


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2023, 5, 1), 0),  # in force at the start: the first week's world is that without reforms
        (date(2024, 1, 1), 0),  # the Monday of the first week
        (date(2024, 1, 2), 1),
        (date(2024, 1, 8), 1),
        (date(2024, 5, 13), 19),
    ],
)
def test_a_world_branches_in_the_first_week_that_begins_on_the_day_or_later(day: date, week: int) -> None:
    plan = plan_of(scenario("x", day))
    assert branch_week(plan.tasks[0]) == 20
    assert branch_week(plan.tasks[1]) == week


def test_what_is_no_reform_and_holds_from_the_start_is_another_world() -> None:
    plan = plan_of(scenario("set", date(1900, 1, 1), "user"), scenario("later", date(2024, 3, 4), "user"))
    assert [branch_week(task) for task in plan.tasks] == [20, None, 9]
    assert [list(weeks(job)) for job in jobs_of(plan.tasks, 1)] == [["later", BASELINE], ["set"]]


def test_a_job_counts_shared_weeks_once() -> None:
    plan = plan_of(scenario("late", date(2024, 4, 1)), scenario("early", date(2024, 2, 5)))
    (job,) = jobs_of(plan.tasks, 1)
    assert weeks(job) == {"early": 5, "late": 13, BASELINE: 20}
    assert job.milestones == (20, 20 + 8 + 7, 20 + 8 + 7 + 7)  # to 5 and on; to 13 and on; to the end
    assert [each.weeks for each in jobs_of(plan.tasks, 1, branching=False)] == [20, 20, 20]


def test_every_task_is_in_one_job_and_prefixes_are_not_mixed() -> None:
    plan = plan_of(scenario("x", date(2024, 4, 1)), scenario("y", date(2024, 4, 1)), draws=3, replicates=2)
    for workers in (1, 2, 4, 50):
        jobs = jobs_of(plan.tasks, workers)
        assert sorted(task.key for job in jobs for task in job.tasks) == sorted(t.key for t in plan.tasks)
        for job in jobs:
            assert len({(task.draw, task.replicate) for task in job.tasks}) == 1
    assert len(jobs_of(plan.tasks, 1)) == 6


def test_a_shared_prefix_is_simulated_again_where_workers_would_stand_idle() -> None:
    late = [scenario(name, date(2024, 1, 29)) for name in "abc"]
    tasks = plan_of(*late).tasks
    assert [len(job.tasks) for job in jobs_of(tasks, 2)] == [2, 2]
    assert [len(job.tasks) for job in jobs_of(tasks, 9)] == [1, 1, 1, 1]
    last_week = plan_of(*(scenario(name, date(2024, 5, 13)) for name in "abc")).tasks
    assert len(jobs_of(last_week, 2)) == 1  # a second prefix would save two weeks of 23


def moved(name: str, day: date, only: frozenset[int] | None = None) -> Scenario:
    changes = brought_forward(name, day)
    if only:
        changes = tuple(replace(change, municipalities=only) for change in changes)
    return Scenario(f"{name}-{day}", changes)


REAL = [
    moved("no-focus-targets", date(2024, 1, 1)),
    moved("cut-3bn", date(2024, 1, 15)),
    moved("fewer-target-groups", date(2024, 2, 7)),
    moved("refund-change", date(2024, 2, 12), frozenset({101, 751})),
    moved("cut-3bn", date(2024, 3, 25), frozenset({860})),
    Scenario("nothing"),
    Scenario("not-a-reform", (Change(OFFERS, "set", ((date(1900, 1, 1), 2.0),)),)),
]


def test_the_branched_result_is_bit_identical_to_the_unbranched_one(tmp_path: Path) -> None:
    plan = make_plan([BASELINE_SCENARIO, *REAL], end="2024-W16", scale=0.002, replicates=2, demand="boom")
    asked = partial(run_plan, plan, quiet=True, workers=1)
    whole, branched = asked(tmp_path / "whole", branching=False), asked(tmp_path / "branched")
    assert contents(branched) == contents(whole)
    outcomes = [Store(branched / PARTS).read(task)["outcomes.arrow"] for task in plan.tasks]
    assert len(set(outcomes)) == len(plan.tasks)
    assert sum(job.weeks for job in jobs_of(plan.tasks, 1)) < 0.8 * len(plan.tasks) * plan.weeks


def test_a_branch_and_what_it_leaves_share_nothing_that_changes() -> None:
    trunk = world()
    trunk.run(until=4)
    before = columns(trunk)
    branch = trunk.branch(changed(date(2024, 1, 29), benefits__dagpenge_max_kr_month=30_000))
    assert different(columns(branch), before) == []
    branch.run()
    assert different(columns(trunk), before) == []
    trunk.run()
    assert fingerprint(trunk) == fingerprint(run())
    assert trunk.outcomes().equals(run().outcomes())
    assert trunk.datacollector.get_model_vars_dataframe().shape[0] == trunk.weeks


def test_a_week_that_has_been_lived_cannot_change() -> None:
    lived = world()
    lived.run(until=4)
    with pytest.raises(ValueError, match="changes on 2024-01-22: that week has been lived"):
        lived.branch(changed(date(2024, 1, 22), benefits__dagpenge_max_kr_month=30_000))
    with pytest.raises(ValueError, match="1900-01-01"):
        world().branch(changed(date(1900, 1, 1), benefits__dagpenge_max_kr_month=30_000))
    lived.branch(changed(date(2024, 1, 29), benefits__dagpenge_max_kr_month=30_000))


def test_a_reform_from_before_the_first_week_branches_at_once() -> None:
    """Nothing has been lived yet: savings decided in 2018 meet the world of the first week of 2024."""
    origin = Origin("savings")
    earlier = Change("staffing.planned_saving_mio_kr", "set", ((date(2018, 1, 1), 870.0),), origin=origin)
    parameters = world().parameters.with_changes((earlier,))
    branch = world().branch(parameters)
    branch.run()
    assert fingerprint(branch) == fingerprint(run(parameters))


def test_the_model_asks_for_the_parameters_of_its_present_week_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """What branching rests on: nothing in a week can look at a later one."""
    asked: list[date] = []
    at = ParameterSet.at

    def noted(self: ParameterSet, day: date, codes: np.ndarray) -> Resolved:
        asked.append(day)
        return at(self, day, codes)

    monkeypatch.setattr(ParameterSet, "at", noted)
    made = world(start="2024-W50", end="2025-W03")
    for _ in range(made.weeks):
        monday = made.calendar_week.monday
        made.step()
        assert max(asked) <= monday
    assert len(set(asked)) > 1


def test_tasks_keep_their_addresses() -> None:
    task: Task = plan_of(scenario("x", date(2024, 4, 1))).tasks[1]
    (job,) = jobs_of([task], 1)
    assert job.tasks[0].key == task.key
    assert not job.branches
