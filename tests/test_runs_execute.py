"""Interrupts come between calls of compiled code, and every executor does every task once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable

import pytest

from sim.runs.execute import (
    Finished,
    InProcess,
    Processes,
    available_cores,
    interrupts_deferred,
    make_executor,
)
from sim.runs.plan import Scenario, Task, make_plan

TASKS = make_plan([Scenario("baseline")], replicates=5, end="2024-W03").tasks


def work(task: Task, tell: Callable[[int], None]) -> Finished:
    for week in range(task.weeks):
        tell(week + 1)
    return Finished(task, float(task.replicate))


def failing(task: Task, tell: Callable[[int], None]) -> Finished:
    if task.replicate == 3:
        raise ValueError("three")
    return work(task, tell)


def test_an_interrupt_waits_for_a_safe_place() -> None:
    steps: list[str] = []

    def interrupted_week() -> None:
        with interrupts_deferred() as stop_if_asked:
            signal.raise_signal(signal.SIGINT)
            steps.append("after the signal")
            stop_if_asked()
            steps.append("never here")

    with pytest.raises(KeyboardInterrupt):
        interrupted_week()
    assert steps == ["after the signal"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interrupt_is_not_lost_at_the_end() -> None:
    with pytest.raises(KeyboardInterrupt), interrupts_deferred():
        signal.raise_signal(signal.SIGINT)


def test_other_handlers_and_threads_are_left_alone() -> None:
    def mine(number: int, frame: object) -> None:
        raise AssertionError(f"signal {number} was not sent")

    old = signal.signal(signal.SIGINT, mine)
    try:
        with interrupts_deferred():
            assert signal.getsignal(signal.SIGINT) is mine
    finally:
        signal.signal(signal.SIGINT, old)
    found = []

    def in_thread() -> None:
        with interrupts_deferred() as stop_if_asked:
            stop_if_asked()
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=in_thread)
    thread.start()
    thread.join()
    assert found == [signal.default_int_handler]


@pytest.mark.parametrize("executor", [InProcess(), Processes(2)])
def test_every_task_is_done_once(executor: InProcess | Processes) -> None:
    done = dict(executor.run(TASKS, work, lambda position, weeks: None))
    assert {position: result.task.key for position, result in done.items()} == dict(
        enumerate(task.key for task in TASKS)
    )


@pytest.mark.parametrize("executor", [InProcess(), Processes(2)])
def test_the_error_of_a_task_ends_the_run(executor: InProcess | Processes) -> None:
    with pytest.raises(ValueError, match="three"):
        list(executor.run(TASKS, failing, lambda position, weeks: None))


def test_progress_tells_the_weeks_of_each_task() -> None:
    told: list[tuple[int, int]] = []
    list(InProcess().run(TASKS[:2], work, lambda position, weeks: told.append((position, weeks))))
    assert told == [(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 3)]


def test_one_worker_needs_no_process_unless_it_must_be_stoppable() -> None:
    assert isinstance(make_executor(1, 5), InProcess)
    assert isinstance(make_executor(4, 1), InProcess)
    assert isinstance(make_executor(1, 1, isolated=True), Processes)
    many = make_executor(4, 3)
    assert isinstance(many, Processes)
    assert many.workers == 3
    assert available_cores() >= 1
