"""A request is checked before anything runs, and a task's address holds all that decides its result."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sim.errors import InputError
from sim.parameters import Change, Origin
from sim.parameters.fitted import read_fitted
from sim.runs.available import CITIZEN_BYTES, CITIZENS, PROCESS_BYTES
from sim.runs.branching import Job, jobs_of
from sim.runs.estimate import (
    TABLE_CITIZEN_BYTES,
    estimate,
    free_disk,
    refuse_if_too_large,
)
from sim.runs.plan import BASELINE, Plan, Scenario, Task, make_plan, parameters_digest

ROOT = Path(__file__).resolve().parent.parent
OFFERS = "supervision.offers_per_year"


def reform(name: str, day: date, until: date | None = None) -> Scenario:
    origin = Origin(name, "my.yaml", 3)
    return Scenario(name, (Change(OFFERS, "set", ((day, 3.0),), until=until, origin=origin),))


def plan_of(*scenarios: Scenario, **request: Any) -> Plan:
    return make_plan(scenarios or [Scenario(BASELINE)], **request)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"start": "2024-W1"}, "is not a week"),
        ({"end": "2025-W53"}, "2025 has no week 53"),
        ({"start": "2026-W01", "end": "2025-W52"}, "before it starts"),
        ({"scale": 0.0}, "scale is 0"),
        ({"scale": 1.5}, "at most 1"),
        ({"seed": -1}, "seed is -1"),
        ({"replicates": 0}, "replicates is 0"),
        ({"draws": 0}, "draws is 0"),
        ({"demand": "recesion"}, "Did you mean 'recession'"),
        ({"settings": ["supervision.offers_per_yea=1"]}, f"Did you mean '{OFFERS}'"),
        ({"settings": ["refund.state_share[weeks_1_5]=1"]}, r"Did you mean 'weeks_1_4'"),
        ({"settings": ["refund.state_share[weeks_1_4]=1.2"]}, "impossible"),
        ({"settings": ["refund.state_share"]}, "expected parameter=value"),
        ({"settings": [f"{OFFERS}=many"]}, "'many' is not a number"),
        ({"settings": [f"{OFFERS}=nan"]}, "is not a number"),
        ({"settings": [f"{OFFERS}=1", f"{OFFERS}=2"]}, "contradiction"),
    ],
)
def test_bad_requests_are_refused(request_: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        plan_of(**request_)


def test_a_scenario_can_run_once_only() -> None:
    with pytest.raises(InputError, match="'later' is asked for 2 times"):
        plan_of(reform("later", date(2025, 1, 1)), reform("later", date(2026, 1, 1)))
    with pytest.raises(InputError, match="no scenario"):
        make_plan([])


def test_a_reform_that_never_takes_effect_is_refused() -> None:
    late = reform("late", date(2031, 1, 1))
    with pytest.raises(InputError, match="'late' changes nothing between 2024-W01 and 2030-W52"):
        plan_of(late)
    with pytest.raises(InputError, match="'over' changes nothing"):
        plan_of(reform("over", date(2020, 1, 1), until=date(2024, 1, 1)))
    last_monday = date(2030, 12, 23)
    assert len(plan_of(reform("just", last_monday)).tasks) == 1


def test_tasks_are_scenarios_times_draws_times_replicates() -> None:
    plan = plan_of(Scenario(BASELINE), reform("more", date(2025, 1, 1)), replicates=3)
    assert [(t.scenario, t.draw, t.replicate) for t in plan.tasks] == [
        (name, 0, replicate) for name in (BASELINE, "more") for replicate in range(3)
    ]
    assert {task.seed for task in plan.tasks} == {1}
    assert [task.with_persons for task in plan.tasks] == [True, False, False] * 2
    assert {task.weeks for task in plan.tasks} == {52 * 7 + 1}  # 2026 has 53 weeks


def test_draws_are_numbered_from_one_and_shared_by_the_scenarios() -> None:
    plan = plan_of(Scenario(BASELINE), reform("more", date(2025, 1, 1)), draws=3)
    assert [(t.scenario, t.draw) for t in plan.tasks] == [
        (name, draw) for name in (BASELINE, "more") for draw in (1, 2, 3)
    ]
    drawn = {(t.scenario, t.draw): t.draw_changes for t in plan.tasks}
    for draw in (1, 2, 3):
        assert drawn[BASELINE, draw] == drawn["more", draw]
    assert plan_of(draws=3, seed=9).tasks[0].draw_changes == drawn[BASELINE, 1]


def test_the_parameters_of_a_task_hold_the_setting_and_the_reform() -> None:
    share = "refund.state_share[weeks_1_4]"
    plan = plan_of(reform("more", date(2025, 1, 1)), settings=[f"{share}=0.7"])
    world = plan.tasks[0].parameters()
    for day, offers in ((date(2024, 12, 30), 1.0), (date(2025, 1, 6), 3.0)):
        assert world.at(day, [101]).scalar(OFFERS) == offers
        assert world.at(day, [101])["refund.state_share"][0, 0] == 0.7


@pytest.mark.parametrize(
    "change",
    [
        {"scenario": "other"}, {"draw": 5}, {"replicate": 5}, {"seed": 5}, {"scale": 0.5},
        {"start": "2024-W02"}, {"end": "2030-W51"}, {"demand": "boom"}, {"switched_off": ("x",)},
        {"parameters_digest": "0"}, {"kept": "tables"},
    ],
)  # fmt: skip
def test_whatever_decides_a_result_changes_its_address(change: dict[str, Any]) -> None:
    task = plan_of().tasks[0]
    assert replace(task, **change).key != task.key
    assert replace(task).key == task.key


def test_addresses_do_not_depend_on_the_hash_seed() -> None:
    code = "from sim.runs.plan import *\nprint(make_plan([Scenario('baseline')], draws=2).tasks[1].key)"
    keys = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        ).stdout
        for seed in ("0", "1")
    }  # fmt: skip
    assert len(keys) == 1


def process_memory(scale: float, worlds: int = 1, persons: bool = True) -> float:
    return PROCESS_BYTES + CITIZENS * scale * (worlds * CITIZEN_BYTES + persons * TABLE_CITIZEN_BYTES)


def jobs(scale: float, workers: int = 1, **request: Any) -> list[Job]:
    return jobs_of(plan_of(scale=scale, **request).tasks, workers)


def test_estimates_grow_with_the_work() -> None:
    small, large = jobs(0.01), jobs(1.0, replicates=4)
    assert estimate(large, 1).seconds > estimate(large, 4).seconds > estimate(small, 1).seconds
    two = process_memory(1.0) + process_memory(1.0, persons=False)  # one of the replicates keeps its persons
    assert estimate(large, 2).memory == pytest.approx(two)
    assert "memory" in str(estimate(small, 1))


def test_a_branch_needs_room_beside_its_trunk() -> None:
    plan = plan_of(Scenario(BASELINE), reform("more", date(2026, 1, 1)), scale=0.5)
    for branching, worlds in ((True, 2), (False, 1)):
        found = estimate(jobs_of(plan.tasks, 1, branching=branching), 1)
        assert found.memory == pytest.approx(process_memory(0.5, worlds))


def test_too_large_a_run_is_refused_with_what_would_fit(tmp_path: Path) -> None:
    free = int(process_memory(1.0) * 1.5)
    large = jobs(1.0, 4, replicates=4)
    with pytest.raises(InputError, match="option workers=1 or option scale=") as refusal:
        refuse_if_too_large(large, 4, tmp_path, memory=free)
    fits = float(str(refusal.value).partition("option scale=")[2].split()[0])
    refuse_if_too_large(jobs(fits, 4, replicates=4), 4, tmp_path, memory=free)
    refuse_if_too_large(large, 1, tmp_path, memory=free)


def test_a_run_that_would_fill_the_disk_is_refused(tmp_path: Path) -> None:
    large = jobs(1.0, replicates=4)
    with pytest.raises(InputError, match=r"of disk, and 1 MB is free for .*option out"):
        refuse_if_too_large(large, 1, tmp_path / "not" / "yet", memory=10**12, disk=10**6)
    assert free_disk(tmp_path / "not" / "yet") == free_disk(tmp_path)
    refuse_if_too_large(large, 1, tmp_path, memory=10**12, disk=10**12)


def test_a_task_can_be_sent_to_a_worker() -> None:
    plan = plan_of(reform("more", date(2025, 1, 1)), draws=2)
    sent: Task = pickle.loads(pickle.dumps(plan.tasks[1]))
    assert sent.key == plan.tasks[1].key
    assert sent.parameters().digest() == plan.tasks[1].parameters().digest()


def test_runs_have_the_same_digest_exactly_if_they_have_the_same_parameters() -> None:
    share = "refund.state_share[weeks_1_4]=0.7"
    plans = [
        plan_of(Scenario(BASELINE), reform("more", date(2025, 1, 1)), draws=2, settings=given)
        for given in ((), (share,))
    ]
    tasks = [task for plan in plans for task in plan.tasks]
    digests = {(task.parameters_digest, task.parameters().digest()) for task in tasks}
    assert len(digests) == len({own for own, _ in digests}) == len({true for _, true in digests}) == 8
    first, second = reform("x", date(2025, 1, 1)).changes[0], reform("x", date(2026, 1, 1)).changes[0]
    assert parameters_digest((first,), (second,)) == parameters_digest((second, first))


def test_all_worlds_start_from_the_fitted_values_and_a_setting_overrules_them() -> None:
    rate, day = "flows.employed_to_dagpenge", date(2024, 1, 1)
    (fitted,) = (change for change in read_fitted() if change.parameter == rate)
    base, other = plan_of(Scenario(BASELINE)), plan_of(Scenario(BASELINE), settings=[f"{rate}=0.2"])
    assert base.tasks[0].parameters().at(day, [101]).scalar(rate) == fitted.values[0][1]
    assert other.tasks[0].parameters().at(day, [101]).scalar(rate) == 0.2
