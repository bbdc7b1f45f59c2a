"""Which runs to make: a nested quasi-random design over cut and simplification, and orders of phasing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

from reforms.frontier.partial import ORDERS, Order, partial_changes, simplifies
from reforms.scenario import BASELINE_SCENARIO
from sim.errors import InputError
from sim.plain_numbers import plain_number
from sim.runs.options import FRONTIER, RunFields, RunOptions
from sim.runs.plan import Plan, Scenario, make_plan

if TYPE_CHECKING:
    from reforms.reform import Reform

#: The seed of the design: the same points whatever the seed of the runs, so that runs can be held together.
_DESIGN_SEED = 2024
#: Where the orders of phasing are compared: the cut of the agreement of 2025, half of the rules removed.
PHASING_AT = (2.7, 0.5)
POINTS = 13
#: Numbers on an axis of the map, and points inside it: more are not meant.
MOST_ON_AXIS, MOST_POINTS = 200, 2000


class Point(NamedTuple):
    """One scenario: bn kr. a year, share of the simplification, order of phasing."""

    cut: float
    share: float
    order: Order = ORDERS[0]

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return f"cut-{self.cut:.3f}-simpler-{self.share:.3f}-{self.order.name}"


def axis(text: str, option: str, most: float) -> tuple[float, ...]:
    """Read an axis such as ``0,1,2.5`` or ``0,0.5,...,4``: rising numbers from 0 to at most ``most``.

    Raises
    ------
    InputError
        If it is none.
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > MOST_ON_AXIS:
        raise InputError(f"{option} has {len(parts):,} numbers; expected at most {MOST_ON_AXIS}")
    try:
        if "..." in parts:
            at = parts.index("...")
            if at < 2 or len(parts) != at + 2:
                raise ValueError(text)
            first, second, last = (_number(parts[each]) for each in (at - 2, at - 1, at + 1))
            steps = round((last - first) / (second - first))
            if steps > MOST_ON_AXIS:
                raise InputError(f"{option} has {steps + 1:,} numbers; expected at most {MOST_ON_AXIS}")
            head = [_number(part) for part in parts[: at - 2]]
            numbers = [*head, *(round(first + i * (second - first), 10) for i in range(steps + 1))]
        else:
            numbers = [_number(part) for part in parts]
    except InputError:
        raise
    except (ValueError, IndexError, ZeroDivisionError) as error:
        raise InputError(f"{option} is '{text}'; expected numbers such as 0,0.5,...,{most:g}") from error
    if numbers != sorted(set(numbers)) or numbers[0] < 0 or numbers[-1] > most or len(numbers) < 2:
        raise InputError(
            f"{option} is '{text}'; expected rising numbers between 0 and {most:g}, such as 0,..."
        )
    return tuple(numbers)


def _number(text: str) -> float:
    found = plain_number(text)
    if found is None:
        raise ValueError(text)
    return float(found)


def design(cut: float, share: float, points: int = POINTS) -> tuple[Point, ...]:
    """Return the map's points: three corners, then a Sobol sequence (fewer points are the first of more).

    The fourth corner, (0, 0), is the baseline itself: exactly zero without a run.
    """
    from scipy.stats import qmc

    corners = [Point(cut, 0.0), Point(0.0, share), Point(cut, share)]
    number = 1
    while number < points:
        number *= 2
    inside = qmc.Sobol(2, seed=_DESIGN_SEED).random(number)[:points]
    return (*corners, *(Point(round(cut * u, 3), round(share * v, 3)) for u, v in inside))


def phasing() -> tuple[Point, ...]:
    """Return one point in every order, and the same cut without simplification."""
    cut, share = PHASING_AT
    return (*(Point(cut, share, order) for order in ORDERS), Point(cut, 0.0))


def frontier_plan(
    reform: Reform, points: Sequence[Point], options: RunOptions = FRONTIER, **changed: Unpack[RunFields]
) -> Plan:
    """Return the plan of all points beside the baseline, each once.

    Parameters
    ----------
    reform
        What simplification means; its saving and its dates are left out.
    options, changed
        What :func:`sim.runs.plan.make_plan` takes.
    """
    simplifies(reform)
    scenarios = [
        Scenario(point.name, partial_changes(reform, point.cut, point.share, point.order),
                 point.name, _definition(reform, point))
        for point in dict.fromkeys(points)
    ]  # fmt: skip
    return make_plan([BASELINE_SCENARIO, *scenarios], options, kind="compare", **changed)


def _definition(reform: Reform, point: Point) -> dict[str, Any]:
    percent = f"{100 * point.share:g}"
    return {
        "title": {
            "en": f"Cut of {point.cut:g} bn kr., {percent} per cent of '{reform.title('en')}'",
            "da": f"Besparelse på {point.cut:g} mia. kr., {percent} pct. af »{reform.title('da')}«",
        },
        "cut_bn_kr": point.cut,
        "share": point.share,
        "order": point.order.name,
        "changes": [],
    }
