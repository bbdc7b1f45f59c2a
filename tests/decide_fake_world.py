"""A world that answers by a formula, for tests of designs, beliefs and bridges: no people, no weeks.

    lost weeks  = effect * (1 - rules / 2) * saving * (1 + 3 (staff share - 0.709)^2) * 1000 a year
    kroner      = lost weeks * 10,000 kr. less the saving

``effect`` is what an interview does, ``rules`` the share of rule-reading that is gone.  A draw changes the
effect; so does a belief.  A twentieth of what is lost is lost by people with barriers, and all places lose
alike for each inhabitant.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from sim.calendar import Week
from sim.data import municipalities, municipality_codes
from sim.parameters import ParameterSet

CODES = np.array(municipality_codes())
RULES = "casework.rules_minutes_per_case_week"
PERSONS = 100


class FormulaWorld:
    """Years of a formula; ``luck`` is the standard deviation of what one pair of runs is off by."""

    luck = 0.0

    def __init__(
        self, *, parameters: ParameterSet, start: str, end: str, scale: float, seed: int, replicate: int,
        demand: str, switched_off: tuple[str, ...],
    ) -> None:  # fmt: skip
        self.first, self.last = Week.parse(start), Week.parse(end)
        self.weeks = self.first.until(self.last) + 1
        self.scale, self.replicate, self.demand = scale, replicate, demand
        self.week = 0
        self.change_law(parameters)

    def run(self, progress: Callable[[int, int], None] | None = None, *, until: int | None = None) -> None:
        while self.week < (self.weeks if until is None else until):
            self.week += 1
            if progress is not None:
                progress(self.week, self.weeks)

    def branch(self, parameters: ParameterSet) -> FormulaWorld:
        return copy.copy(self).change_law(parameters)

    def change_law(self, parameters: ParameterSet) -> FormulaWorld:
        self.parameters = parameters
        self.known: dict[int, tuple[float, float]] = {}
        return self

    def numbers(self, year: int) -> tuple[float, float]:
        """Weeks lost and mio. kr. saved in a year."""
        if year not in self.known:
            self.known[year] = self._numbers(year)
        return self.known[year]

    def _numbers(self, year: int) -> tuple[float, float]:
        now = self.parameters.at(Week(year, 26).monday, CODES[:1])
        before = self.parameters.at(Week(2024, 26).monday, CODES[:1])  # no reform begins before 2026
        saving = float(now["staffing.planned_saving_mio_kr"][0] * now["staffing.saving_realised_share"][0])
        rules = 1.0 - float(now[RULES][0] / before[RULES][0])
        share = float(now["staffing.saving_staff_share"][0])
        effect = float(now["search.interview_effect"][0]) * (2.0 if self.demand == "recession" else 1.0)
        lost = effect * (1.0 - rules / 2.0) * saving * (1.0 + 3.0 * (share - 0.709) ** 2) * 1000.0
        if lost and self.luck:
            lost += self.luck * np.sin(1000.0 * (self.replicate + 1) + saving + share * 100.0)
        return lost, saving

    def outcomes(self) -> pd.DataFrame:
        rows: list[tuple[str, int, str, str, float, str]] = []
        people = municipalities()["population_18_64_derived"].reindex(CODES).to_numpy(float)
        for year in range(self.first.year, self.last.year + 1):
            lost, saved = self.numbers(year)
            kroner = 1e6 * saved - 1e4 * lost
            country = {
                ("self_support_weeks", "all"): 1e8 - lost, ("public_balance", "all"): kroner,
                ("effort_cost", "all"): 1e10 - 1e6 * saved, ("stock", "public_support"): 7e5 + lost / 52.0,
                ("unemployment_rate", "unemployed_gross"): 3.0 + lost / 1e6,
            }  # fmt: skip
            rows += [(str(year), 0, g, m, value, "") for (m, g), value in country.items()]
            rows += [
                (str(year), int(code), "all", "self_support_weeks", 1e4 * n - lost * n / people.sum(), "")
                for code, n in zip(CODES, people, strict=True)
            ]
        return pd.DataFrame(rows, columns=["period", "municipality", "group", "measure", "value", "unit"])

    def people_table(self) -> pd.DataFrame:
        total = sum(self.numbers(year)[0] for year in range(self.first.year, self.last.year + 1))
        person = np.arange(PERSONS)
        barrier = np.where(person == 0, "complex", "none")
        weeks = np.where(person == 0, 1e6 - total * self.scale / 20.0, 1e6)
        return pd.DataFrame(
            {"person": person, "barrier": barrier, "start_state": "sygedagpenge", "sex": "man",
             "education": "basic", "weeks_employed": weeks, "weeks_supported": 0}
        )  # fmt: skip

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


class LuckyWorld(FormulaWorld):
    """The same with luck of single runs."""

    luck = 20_000.0
