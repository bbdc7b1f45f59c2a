"""Real weeks: ISO 8601, with years of 52 and of 53 weeks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import world

from sim import LabourMarket
from sim.calendar import Week
from sim.errors import InputError

days = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("label", "monday", "month"),
    [
        ("2024-W01", date(2024, 1, 1), 1),
        ("2025-W01", date(2024, 12, 30), 1),
        ("2026-W53", date(2026, 12, 28), 12),
        ("2027-W01", date(2027, 1, 4), 1),
        ("2024-W05", date(2024, 1, 29), 2),  # its Thursday is 1 February
    ],
)
def test_weeks_of_the_calendar(label: str, monday: date, month: int) -> None:
    week = Week.parse(label)
    assert (week.monday, week.month, week.label) == (monday, month, label)


@pytest.mark.parametrize("label", ["2020-W53", "2026-W53", "2032-W53"])
def test_years_of_53_weeks(label: str) -> None:
    assert (Week.parse(label) + 1).label == f"{int(label[:4]) + 1}-W01"


@pytest.mark.parametrize("label", ["2025-W53", "2024-W53", "2024-W00", "2024-W54"])
def test_weeks_that_do_not_exist_are_refused(label: str) -> None:
    with pytest.raises(InputError, match=f"'{label}' does not exist: {label[:4]} has no week"):
        Week.parse(label)


@pytest.mark.parametrize("label", ["2024-1", "2024W01", "W01-2024", "2024-W1", ""])
def test_what_is_no_week_is_refused_with_an_example(label: str) -> None:
    with pytest.raises(InputError, match="expected a label such as 2024-W01"):
        Week.parse(label)


@given(days)
def test_a_day_lies_in_its_week(day: date) -> None:
    week = Week.of(day)
    assert week.monday <= day < week.monday + timedelta(days=7)
    assert week.label == day.strftime("%G-W%V")
    assert Week.parse(week.label) == week


@given(days, st.integers(-600, 600))
def test_weeks_add_and_subtract(day: date, weeks: int) -> None:
    week = Week.of(day)
    assert (week + weeks).monday == week.monday + timedelta(weeks=weeks)
    assert week.until(week + weeks) == weeks
    assert (week < week + weeks) == (weeks > 0)


def test_a_run_through_a_year_of_53_weeks_counts_them_all() -> None:
    made = world(start="2026-W51", end="2027-W02", scale=0.002)
    labels = []
    while made.running:
        labels.append(made.calendar_week.label)
        made.step()
    assert labels == ["2026-W51", "2026-W52", "2026-W53", "2027-W01", "2027-W02"]
    outcomes = made.outcomes()
    assert set(outcomes.loc[outcomes["municipality"] > 0, "period"]) == {"2026", "2027"}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"start": "2025-W53"}, "2025 has no week 53"),
        ({"start": "2025-W02", "end": "2025-W01"}, "ends in 2025-W01, before it starts in 2025-W02"),
        ({"scale": 0.0}, "scale is 0;"),
        ({"scale": 1.5}, "scale is 1.5;"),
        ({"demand": "resession"}, "no demand path 'resession'.*recession"),
        ({"switched_off": ["displacment"]}, "no mechanism is called 'displacment'.*displacement"),
    ],
)
def test_impossible_runs_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        world(**settings)


def test_a_run_that_has_ended_is_not_stepped_on() -> None:
    made = world(start="2026-W51", end="2026-W52", scale=0.002)
    made.run()
    with pytest.raises(InputError, match="ended with 2026-W52"):
        made.step()


def test_parameters_that_are_none_are_refused_with_what_was_meant() -> None:
    wrong: Any = "cut-3bn"
    with pytest.raises(InputError, match=r"found str, expected a ParameterSet.*load_reform"):
        LabourMarket(parameters=wrong)


def test_one_switch_can_be_given_alone() -> None:
    assert world(switched_off="season").switched_off == {"season"}
