"""A reform in part: a share s of its simplification, and a cut of c bn kr. a year, each phased in by year.

    continuous lever:  value = baseline + s * w(year) * (reform - baseline)
    switch (0 or 1, number of a group): the reform's value in municipalities with s * w(year) of the people
    cut:               planned saving = 1000 * c * w(year) mio. kr. a year

w rises from 0 to 1 over the years of the phasing.  Municipalities get a switch in one fixed order that mixes
sizes, so a larger share holds all municipalities of a smaller one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.errors import InputError
from sim.parameters import Change, Origin, ParameterSet, load_parameters

if TYPE_CHECKING:
    from reforms.reform import Reform

SAVING = "staffing.planned_saving_mio_kr"
#: What the steps of a saving come to: part of the saving itself.
IN_FULL = "staffing.saving_in_full_mio_kr"
_GOLDEN = 0.6180339887498949


class Phase(NamedTuple):
    """When a half of the reform comes: first year, and years until all of it is there."""

    first: int
    years: int

    def weight(self, year: int) -> float:
        """Share in force in a year, 0 to 1."""
        return float(np.clip((year - self.first + 1) / self.years, 0.0, 1.0))


class Order(NamedTuple):
    """The order and speed in which rules and money go."""

    name: str
    rules: Phase
    money: Phase


#: All are whole in 2030; the map is drawn for the first.
ORDERS: tuple[Order, ...] = (
    Order("together", Phase(2026, 5), Phase(2026, 5)),
    Order("rules-first", Phase(2026, 2), Phase(2029, 2)),
    Order("cut-first", Phase(2029, 2), Phase(2026, 2)),
    Order("at-once", Phase(2026, 1), Phase(2026, 1)),
)
YEARS = range(2026, 2031)


def partial_changes(reform: Reform, cut: float, share: float, order: Order = ORDERS[0]) -> tuple[Change, ...]:
    """Return the changes of a cut and a share of a reform's simplification; none at (0, 0).

    Parameters
    ----------
    reform
        What is simplified; its own dates and its own saving are left out.
    cut
        Bn kr. a year when phased in.
    share
        Share of the simplification really carried out, 0 to 1.
    """
    return (*_cut(cut, order), *_rules(reform, share, order))


def simplifies(reform: Reform) -> tuple[Change, ...]:
    """Return the changes of a reform that are no saving; refuse a reform that has none."""
    changes = tuple(change for change in reform.changes if change.name not in (SAVING, IN_FULL))
    if not changes:
        raise InputError(
            f"'{reform.name}' changes nothing but the saving; the frontier needs a reform that simplifies, "
            "such as process-rules-removed"
        )
    return changes


def _cut(cut: float, order: Order) -> tuple[Change, ...]:
    values = _steps({year: 1000.0 * cut * order.money.weight(year) for year in YEARS}, 0.0)
    if not values:
        return ()
    return (Change(SAVING, "set", values, origin=Origin("cut")),)


def _steps(by_year: dict[int, float], before: float) -> tuple[tuple[date, float], ...]:
    """Return the years in which a value changes, as a step function."""
    steps = []
    for year, value in by_year.items():
        if value != before:
            steps.append((date(year, 1, 1), value))
            before = value
    return tuple(steps)


def _rules(reform: Reform, share: float, order: Order) -> tuple[Change, ...]:
    made: list[Change] = []
    parameters = load_parameters()
    for change in simplifies(reform):
        parameter = parameters[change.name]
        if parameter.unit == "0 or 1" or parameter.unit.startswith("number of"):
            made += _switched(change, share, order)
        elif change.operation == "set" and change.component is None and parameter.index is not None:
            made += [_interpolated(change, each, share, order, parameters) for each in parameter.components]
        else:
            made.append(_interpolated(change, change.component, share, order, parameters))
    return tuple(each for each in made if each.values)


def _interpolated(
    change: Change, component: str | None, share: float, order: Order, parameters: ParameterSet
) -> Change:
    """Return a change that goes the share of the way from the baseline to the reform's last value."""
    goal = change.values[-1][1]
    parts = {year: share * order.rules.weight(year) for year in YEARS}
    if change.operation == "set":
        parameter = parameters[change.name]
        at = parameter.components.index(component) if component else 0
        old = {year: parameters.in_force(change.name, date(year, 1, 1))[at] for year in YEARS}
        numbers = {year: old[year] + part * (goal - old[year]) for year, part in parts.items()}
        values = _steps(numbers, old[YEARS[0]])
    else:
        neutral = 1.0 if change.operation == "multiply" else 0.0
        values = _steps({year: neutral + part * (goal - neutral) for year, part in parts.items()}, neutral)
    name = f"{change.name}[{component}]" if component else change.name
    return Change(name, change.operation, values, change.municipalities, origin=change.origin)


def _switched(change: Change, share: float, order: Order) -> list[Change]:
    """Return the reform's own value, municipality by municipality as the share grows."""
    goal = change.values[-1][1]
    made, before = [], 0
    codes, edges = _order_of_municipalities()
    for year in YEARS:
        reached = bisect_right(edges, share * order.rules.weight(year) + 1e-9)
        where = frozenset(codes[before:reached])
        if where:
            values = ((date(year, 1, 1), goal),)
            made.append(Change(change.parameter, change.operation, values, where, origin=change.origin))
        before = reached
    return made


def switched_in(share: float) -> frozenset[int]:
    """Return the municipalities that have a switch when it has reached a share of the country's people."""
    codes, edges = _order_of_municipalities()
    return frozenset(codes[: bisect_right(edges, share + 1e-9)])


@cache
def _order_of_municipalities() -> tuple[Sequence[int], Sequence[float]]:
    """Return the codes in the order in which they get a switch, and the share of people reached by each."""
    from sim.data import municipalities

    table = municipalities().sort_values("labour_force_2024_derived", kind="stable")
    place = np.argsort((np.arange(len(table)) * _GOLDEN) % 1.0, kind="stable")
    people = table["labour_force_2024_derived"].to_numpy()[place]
    edges = np.cumsum(people) / people.sum()
    # a municipality is in when the share has reached its middle, so that rounding favours neither side
    middles = edges - 0.5 * people / people.sum()
    return tuple(int(code) for code in table.index.to_numpy()[place]), tuple(middles.tolist())
