"""What all tests share: no display, no time limit for generated cases on a busy machine, and their order."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator

import matplotlib
import pytest
from hypothesis import HealthCheck, settings

matplotlib.use("Agg")
settings.register_profile(
    "jobvej", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("jobvej")

#: Files that take a minute or more of one core, longest first: none of them must be the last to begin.
LONGEST = (
    "test_calibration_recovery", "test_tasks_mechanism", "test_week", "test_names", "test_tasks_state",
    "test_notebooks", "test_runs_killed", "test_order", "test_explore_page", "test_sim_conservation",
    "test_decide_design", "test_bench", "test_runs_cluster", "test_sim_invariants", "test_trials_validation",
    "test_fuzz", "test_report_editions", "test_mechanisms_switches",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; tests of a file stay together and in their order."""
    places = {name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONGEST)))


@pytest.fixture(scope="module", autouse=True)
def _worlds_end_with_their_file(request: pytest.FixtureRequest) -> Iterator[None]:
    """Forget what a file has cached when its tests are done: the worlds of one file are held at a time."""
    yield
    for made in vars(request.module).values():
        if hasattr(made, "cache_clear") and made.__module__ == request.module.__name__:
            made.cache_clear()
    gc.collect()
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(
            0
        )  # glibc keeps what is freed between small things: gigabytes after some hundred worlds
