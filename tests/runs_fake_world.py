"""A world of two municipalities and twenty people that takes no time, for tests of what surrounds the model.

As a script: ``runs_fake_world.py OUT WORKERS SECONDS_A_WEEK [EXECUTOR]`` runs a small comparison, as a user
would.
"""

from __future__ import annotations

import copy
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.calendar import Week
from sim.parameters import ParameterSet

CODES = np.array([101, 851])
GROUPS = ("dagpenge", "sygedagpenge")
PEOPLE = 20
REQUEST: dict[str, Any] = {"start": "2026-W01", "end": "2027-W10", "scale": 0.01, "replicates": 2}
REFORMS = ["nothing", "refund-change"]


class FakeWorld:
    """Random numbers from seed and replicate; money follows the refund share of the last week."""

    def __init__(
        self, *, parameters: ParameterSet, start: str, end: str, scale: float, seed: int, replicate: int,
        demand: str, switched_off: tuple[str, ...], seconds: float = 0.0,
    ) -> None:  # fmt: skip
        self.first, self.last = Week.parse(start), Week.parse(end)
        self.weeks = self.first.until(self.last) + 1
        self.random = np.random.default_rng([seed, replicate])
        self.numbers = self.random.random((len(GROUPS), len(CODES)))
        self.seconds = seconds
        self.week = 0
        self.change_law(parameters)

    def run(self, progress: Callable[[int, int], None] | None = None, *, until: int | None = None) -> None:
        while self.week < (self.weeks if until is None else until):
            time.sleep(self.seconds)
            self.week += 1
            if progress is not None:
                progress(self.week, self.weeks)

    def branch(self, parameters: ParameterSet) -> FakeWorld:
        return copy.copy(self).change_law(parameters)

    def change_law(self, parameters: ParameterSet) -> FakeWorld:
        self.share = parameters.at(self.last.monday, CODES)["refund.state_share"]
        return self

    def _cells(self) -> list[tuple[str, int, int, str, int]]:
        years = range(self.first.year, self.last.year + 1)
        return [
            (str(year), i, int(code), group, j)
            for group, j in zip(GROUPS, range(len(GROUPS)), strict=True)
            for year in reversed(years)
            for i, code in enumerate(CODES)
        ]

    def outcomes(self) -> pd.DataFrame:
        rows = []
        for period, i, code, group, j in self._cells():
            paid = 1e6 * self.numbers[j, i] * self.share[i, 3]
            rows.append((period, code, group, "stock", 100 * self.numbers[j, i], "persons"))
            rows.append((period, code, group, "gross_benefits", paid, "kr. a year"))
            rows.append((period, code, group, "mean_duration", np.nan if j else 10.0, "weeks"))
        return pd.DataFrame(rows, columns=["period", "municipality", "group", "measure", "value", "unit"])

    def ledger_table(self) -> pd.DataFrame:
        rows = [
            (
                period,
                code,
                "state",
                "municipality",
                f"refund_{group}",
                1e6 * self.numbers[j, i] * self.share[i, 0],
            )
            for period, i, code, group, j in self._cells()
        ]
        return pd.DataFrame(
            rows, columns=["period", "municipality", "payer", "receiver", "account", "amount_kr"]
        )

    def monthly_municipal(self) -> pd.DataFrame:
        columns = ["month", "municipality", "measure", "value", "unit"]
        rows = [(f"{self.first.year}-01", int(code), "employed", 7.0, "persons") for code in CODES]
        return pd.DataFrame(rows, columns=columns)

    def spells_table(self) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "person": np.arange(2, dtype=np.uint32),
                "municipality": CODES,
                "group": list(GROUPS),
                "start_week": self.first.label,
                "weeks": [3, self.weeks],
                "ended": [True, False],
                "destination": ["employed", ""],
            }
        )

    def people_table(self) -> pd.DataFrame:
        person = np.arange(PEOPLE, dtype=np.uint32)
        return pd.DataFrame(
            {
                "person": person[::-1],
                "municipality": CODES[person % 2],
                "sex": np.where(person % 2, "man", "woman"),
                "birth_year": 1970 + person.astype(int),
                "education": "basic",
                "barrier": pd.Categorical(np.where(person % 4, "none", "some")),
                "start_state": "dagpenge",
                "weeks_supported": np.round(100 * self.share[0, 3]).astype(int) + person.astype(int),
                "weeks_employed": 50,
            }
        )


class DyingWorld(FakeWorld):
    """Kills its process in the first world, and leaves a mark so that it happens only so often."""

    def __init__(self, *, mark: Path, deaths: int, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.mark, self.deaths = mark, deaths

    def run(self, progress: Callable[[int, int], None] | None = None, *, until: int | None = None) -> None:
        for number in range(self.deaths):
            try:  # exclusive: of two workers that come at once only one dies of the same mark
                self.mark.with_name(f"{self.mark.name}{number}").touch(exist_ok=False)
            except FileExistsError:
                continue
            os.kill(os.getpid(), 9)
        super().run(progress, until=until)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a results folder that must not depend on who made it."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "timing.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def main(out: str, workers: str, seconds: str, executor: str | None = None) -> None:
    """Run the comparison of the tests."""
    from reforms.results import finishers_of
    from reforms.scenario import comparison_plan
    from sim.runs.run import Interrupted, run_plan

    plan = comparison_plan(REFORMS, **REQUEST)
    make_world = partial(FakeWorld, seconds=float(seconds))
    try:
        run_plan(
            plan, out, workers=int(workers), finishers=finishers_of(plan), make_world=make_world,
            executor=executor,
        )  # fmt: skip
    except Interrupted as stop:
        print(stop, file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main(*sys.argv[1:])
