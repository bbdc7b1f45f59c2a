"""What is asked of a package: goals, each a difference between two paired worlds, a year on average.

    self_support   person-weeks in self-support
    vulnerable     weeks in work of people who have barriers
    cost           net public cost after feedback: what VAT and duties bring back is off
    fairness       self-support lost for each 1,000 inhabitants aged 18-64 in the quarter of municipalities
                   with most people on support, over what is lost elsewhere
    risk           of several draws: how far the mean of their worst quarter lies below the mean of all

The years are those from the first change on.  Weeks in work of groups of people are counted person by person;
differences before the first change are exactly zero, so sums over the run are sums over these years.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.outcomes.measures import Words
from sim.runs.execute import Files
from sim.runs.plan import Task
from sim.runs.store import json_bytes
from sim.runs.work import World

#: What is kept of a run, as its identity names it, and the file that holds it.
KEPT, FILE = "goals of the country by year, places and groups of people, 1", "goals.json"
Better = Literal["higher", "lower", "near zero"]
#: Traits of people by which weeks in work are summed.
TRAITS: tuple[str, ...] = ("barrier", "start_state", "sex", "education")
#: Barriers that make somebody vulnerable.
WITH_BARRIERS = ("some", "complex")
#: Share of the municipalities that are hardest hit, and of the draws that are the worst.
QUARTER = 0.25
_PLACES = "places"
_PEOPLE = "people"
SELF_SUPPORT, VULNERABLE, COST = "self_support", "vulnerable", "cost"
FAIRNESS, RISK, PROTECTED = "fairness", "risk", "protected"

#: What a run leaves: the country's measures by year, places and groups.
Kept = Mapping[str, Any]


@dataclass(frozen=True)
class Goal:
    """One goal: what is better, its unit, and how it is called."""

    name: str
    better: Better
    unit: Words
    title: Words

    def harm(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what is to be made small."""
        if self.better == "near zero":
            return np.abs(values)
        return -values if self.better == "higher" else values


GOALS: dict[str, Goal] = {
    each.name: each
    for each in (
        Goal(SELF_SUPPORT, "higher", Words("thousand weeks a year", "tusind uger om året"),
             Words("Self-support", "Selvforsørgelse")),
        Goal(VULNERABLE, "higher", Words("thousand weeks a year", "tusind uger om året"),
             Words("Work of people with barriers", "Arbejde for mennesker med barrierer")),
        Goal(COST, "lower", Words("mio. kr. a year, 2024 prices", "mio. kr. om året, 2024-priser"),
             Words("Net public cost after feedback", "Offentlige nettoudgifter efter tilbageløb")),
        Goal(FAIRNESS, "near zero", Words("weeks a year per 1,000 people", "uger om året pr. 1.000 borgere"),
             Words("More lost where most are on support", "Mere tabt, hvor flest er på ydelse")),
        Goal(RISK, "lower", Words("thousand weeks a year", "tusind uger om året"),
             Words("How much worse the worst quarter is", "Hvor meget værre det værste kvarte er")),
        Goal(PROTECTED, "higher", Words("thousand weeks a year", "tusind uger om året"),
             Words("Work of those protected", "Arbejde for de beskyttede")),
    )
}  # fmt: skip
#: Those of a single pair of worlds; risk is of several.
OF_PAIRS: tuple[str, ...] = (SELF_SUPPORT, VULNERABLE, COST, FAIRNESS)


def kept_of(world: World, task: Task) -> Files:
    """Return what is kept of a finished run: the country by year, places and groups of people."""
    rows = world.outcomes()
    rows = rows[rows["period"].astype(str).str.fullmatch(r"\d{4}")]
    found: dict[str, Any] = {}
    for row in rows[rows["municipality"] == 0].itertuples():
        if np.isfinite(row.value):
            found.setdefault(str(row.period), {})[f"{row.measure}:{row.group}"] = float(row.value)
    local = rows[(rows["measure"] == "self_support_weeks") & (rows["group"].astype(str) == "all")]
    places: dict[str, dict[str, float]] = {}
    for row in local[local["municipality"] > 0].itertuples():
        places.setdefault(str(row.period), {})[str(row.municipality)] = float(row.value)
    return {FILE: json_bytes({"years": found, _PLACES: places, _PEOPLE: _people(world, task.scale)})}


def _people(world: World, scale: float) -> dict[str, float]:
    """Return weeks in work by trait of people, and of how many simulated persons."""
    people = world.people_table()
    found: dict[str, float] = {}
    for trait in TRAITS:
        sums = people.groupby(people[trait].astype(str))["weeks_employed"].agg(["sum", "size"])
        for name, row in sums.iterrows():
            found[f"{trait}:{name}"] = float(row["sum"]) / scale
            found[f"{trait}:{name}:persons"] = float(row["size"])
    return found


class Years(NamedTuple):
    """The years over which a goal is a mean."""

    first: int
    last: int

    @property
    def number(self) -> int:
        """How many."""
        return self.last - self.first + 1

    def mean(self, kept: Kept, cell: str) -> float:
        """Return the mean of a cell of the country; 0 for a year without it."""
        years = [kept["years"].get(str(year), {}) for year in range(self.first, self.last + 1)]
        return float(np.mean([year.get(cell, 0.0) for year in years]))


def mean_change(before: Kept, after: Kept, years: Years, cell: str) -> float:
    """Return the change of ``measure:group`` of the country, a year on average."""
    return years.mean(after, cell) - years.mean(before, cell)


def pair_goals(before: Kept, after: Kept, years: Years, protected: tuple[str, ...] = ()) -> dict[str, float]:
    """Return the goals of a pair of worlds, without and with a package."""
    found = {
        SELF_SUPPORT: mean_change(before, after, years, "self_support_weeks:all") / 1e3,
        VULNERABLE: _weeks_in_work(before, after, years, tuple(f"barrier:{each}" for each in WITH_BARRIERS)),
        COST: -mean_change(before, after, years, "public_balance:all") / 1e6,
        FAIRNESS: _gap(before, after, years),
    }
    if protected:
        found[PROTECTED] = _weeks_in_work(before, after, years, protected)
    return found


def _weeks_in_work(before: Kept, after: Kept, years: Years, groups: tuple[str, ...]) -> float:
    change = sum(after[_PEOPLE].get(each, 0.0) - before[_PEOPLE].get(each, 0.0) for each in groups)
    return float(change) / years.number / 1e3


def _gap(before: Kept, after: Kept, years: Years) -> float:
    """Return how much more self-support is lost in the hardest hit quarter than elsewhere, per 1,000."""
    hard, people = hardest_hit()
    lost: dict[bool, float] = {True: 0.0, False: 0.0}
    for year in range(years.first, years.last + 1):
        was, now = (kept[_PLACES].get(str(year), {}) for kept in (before, after))
        for code in {*was, *now}:
            lost[int(code) in hard] += was.get(code, 0.0) - now.get(code, 0.0)
    there = sum(people[code] for code in people if code in hard)
    elsewhere = sum(people.values()) - there
    per = 1e3 / years.number
    return lost[True] / there * per - lost[False] / elsewhere * per


@cache
def hardest_hit() -> tuple[frozenset[int], dict[int, float]]:
    """Return the quarter of municipalities where most are on support, and the inhabitants of all, 18-64."""
    from sim.data import municipalities

    table = municipalities()
    rate = table["bm_actual_share_2022_pct"].astype(float)
    number = round(QUARTER * len(table))
    hard = rate.fillna(rate.median()).sort_values(ascending=False, kind="stable").index[:number]
    people = table["population_18_64_derived"].astype(float)
    return frozenset(int(code) for code in hard), {int(code): float(n) for code, n in people.items()}


def worst_quarter(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far the mean of the worst quarter of draws lies below the mean (n,) of values (n, draws)."""
    number = max(1, round(QUARTER * values.shape[1]))
    worst = np.sort(values, axis=1)[:, :number].mean(axis=1)
    return np.asarray(values.mean(axis=1) - worst)


# --- how kroner are counted ---------------------------------------------------------------------------------

#: Counts the net cost of a pair in mio. kr. a year, given the share of income that comes back as duties.
Counting = Callable[[Kept, Kept, Years, float], float]
JOBVEJ = "jobvej"


def _as_jobvej(before: Kept, after: Kept, years: Years, back: float) -> float:
    return pair_goals(before, after, years)[COST]


def _as_ministry(before: Kept, after: Kept, years: Years, back: float) -> float:
    """The effort as it is cut, 70,000 kr. a person on support, no tax; duties come back on those benefits."""
    from reforms.accounts.balance import ministry

    persons = mean_change(before, after, years, "stock:public_support")
    benefits = persons * ministry().benefit_kr_a_person * (1.0 - back)
    return (mean_change(before, after, years, "effort_cost:all") + benefits) / 1e6


def _as_kl(before: Kept, after: Kept, years: Years, back: float) -> float:
    """The effort as it is cut, 8 bn kr. a percentage point of gross unemployment."""
    from sim.data import facts

    points = mean_change(before, after, years, "unemployment_rate:unemployed_gross")
    a_point = float(facts().loc["F26"]["value"]) * 1e9
    return (mean_change(before, after, years, "effort_cost:all") + points * a_point) / 1e6


COUNTED: dict[str, Counting] = {JOBVEJ: _as_jobvej, "ministry": _as_ministry, "kl": _as_kl}


def told_table(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return mean, and what is known about Denmark, of rows with draw, replicate and ``difference``."""
    from sim.stats.interval import of_denmark

    mean = rows.groupby(keys, sort=False)["difference"].mean().rename("mean")
    return mean.to_frame().join(of_denmark(rows, keys, sort=False)).reset_index()
