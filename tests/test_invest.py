"""Business cases: their arithmetic, the forms of an investment, and published cases, by hand."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from reforms.invest.case import break_even, invest_plan, invest_table, near, of_too_few
from reforms.invest.measures import groups_of, investment, states_of, team
from reforms.invest.picture import draw
from reforms.invest.published import beside, cases, model_figures, verdict
from reforms.invest.spreadsheet import hilleroed
from sim.data import facts, municipality_code
from sim.errors import InputError
from sim.parameters import load_parameters

DAY = date(2025, 1, 1)
HILLEROED, HJOERRING = 219, 860


def test_hilleroeds_arithmetic_gives_the_published_figures() -> None:
    sheet = hilleroed()
    assert sheet.saving == pytest.approx(float(facts().loc["F13", "value"]), rel=1e-3)
    assert sheet.cost == float(facts().loc["F15", "value"])
    assert sheet.net_cost(1) == pytest.approx(583_500 - 1_947_000, rel=1e-3)
    assert sheet.net_cost(2) == pytest.approx(583_500 - 3_894_000, rel=1e-3)
    assert sheet.with_weeks(0.0).net_cost(3) == 583_500


@pytest.mark.parametrize(
    ("amounts", "year"),
    [
        ([5, -2, -4, -1], 2027),
        ([5, -6, 3, -4], 2028),
        ([5, -1, -1, -1], None),
        ([0, 0, 0, 0], None),
        ([2, -2, 0, 0], 2026),
    ],
)
def test_break_even_is_the_year_from_which_the_sum_stays_paid(amounts: list[float], year: int | None) -> None:
    assert break_even(pd.Series(amounts, index=[2025, 2026, 2027, 2028])) == year


def test_a_caseload_is_as_many_caseworkers_as_it_takes() -> None:
    groups = groups_of("dagpenge")
    now = team(HJOERRING, groups)
    wanted = now.caseload / 2
    made = investment(HJOERRING, f"caseload={wanted:.6f}", "dagpenge", DAY)
    (change,) = made.changes
    assert change.parameter == "staffing.extra_caseworkers[dagpenge]"
    assert change.municipalities == frozenset({HJOERRING})
    assert change.value_at(DAY) == pytest.approx(now.caseworkers["dagpenge"], rel=1e-4)


def test_caseworkers_are_shared_as_those_that_are_there() -> None:
    made = investment(HJOERRING, "caseworkers+10", "sygedagpenge+kontanthjaelp_activity_ready", DAY)
    numbers = [change.value_at(DAY) or 0.0 for change in made.changes]
    assert sum(numbers) == pytest.approx(10.0)
    now = team(HJOERRING, groups_of("sygedagpenge+kontanthjaelp_activity_ready")).caseworkers
    assert numbers[0] / numbers[1] == pytest.approx(now["sygedagpenge"] / now["kontanthjaelp_activity_ready"])


def test_places_are_kept_filled_and_paid_for() -> None:
    """20 places of private wage subsidy: with w weeks each, 20 * 52.18 / w starts among those without one."""
    made = investment(HILLEROED, "programme:private-wage-subsidy+20", "sygedagpenge", DAY)
    numbers = {change.parameter: change.value_at(DAY) for change in made.changes}
    parameters = load_parameters()
    weeks = parameters.in_force("programmes.weeks", DAY)[1]
    cost = parameters.in_force("programmes.cost_kr_week", DAY)[1]
    clients = sum(team(HILLEROED, ("sygedagpenge",)).clients.values())
    assert numbers["programmes.invested_starts[sygedagpenge]"] == pytest.approx(
        20 * 52.18 / weeks / (clients - 20), rel=1e-3
    )
    assert numbers["programmes.extra_budget_mio_kr"] == pytest.approx(20 * cost * 52.18 / 1e6, rel=1e-3)
    assert numbers["programmes.invested_kind"] == 2.0


@pytest.mark.parametrize(
    ("what", "group", "says"),
    [
        ("caseworkers", "all", "expected caseworkers"),
        ("caseload=500", "dagpenge", "expected fewer"),
        ("programme:internshp+5", "all", "internship"),
        ("caseworkers-9999", "all", "there are only"),
        ("caseworkers+1", "dagpeng", "dagpenge"),
        ("reform:no-such", "all", "no-such"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_nearest_name(what: str, group: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        investment(HILLEROED, what, group, DAY)


@pytest.mark.parametrize("name", list(cases()))
def test_every_published_case_can_be_run(name: str) -> None:
    case = cases()[name]
    code = municipality_code(case["municipality"])
    made = investment(code, case["what"], case["for"], DAY)
    plan = invest_plan(made, case["years"], scale=0.002)
    assert all(change.municipalities == frozenset({code}) for change in made.changes)
    assert plan.end == f"{2024 + case['years']}-W52"
    from sim.data import evidence

    known = set(facts().index) | set(evidence().index)
    assert {row_id for each in case["published"] for row_id in each["ids"]} <= known
    assert states_of(groups_of(case["for"]))


def made_lines() -> pd.DataFrame:
    """Hired for 10 a year from 2025, saving 4, 16 and 24: paid back in 2026 (6 - 6); in two worlds."""
    rows = []
    amounts = {"staff": (0, 10, 10, 10), "benefits": (0, -4, -16, -24), "programmes": (0, 0, 0, 0)}
    for world in (0, 1):
        for line, values in amounts.items():
            rows += [(0, world, 2024 + at, line, float(value)) for at, value in enumerate(values)]
        total = [sum(values[at] for values in amounts.values()) for at in range(4)]
        rows += [(0, world, 2024 + at, "municipality", float(value)) for at, value in enumerate(total)]
        for line in ("state", "others", "public", "society"):
            rows += [(0, world, 2024 + at, line, 0.0) for at in range(4)]
    return pd.DataFrame(rows, columns=["draw", "replicate", "year", "line", "difference"])


def test_figures_of_a_made_up_case() -> None:
    table = invest_table(made_lines())
    people = pd.DataFrame(
        {"line": ["persons", "weeks, dagpenge"], "year": 2027, "value": [-30.0, -2.0],
         "median": [-30.0, -2.0], "low95": [-40.0, -3.0], "high95": [-20.0, -1.0], "baseline": [500.0, 30.0]}
    )  # fmt: skip
    found = model_figures(table, people, 3)
    assert found["invested"][0] == 30.0
    assert found["saving"][0] == 44.0
    assert math.isnan(found["saving"][1]), "two pairs alike: no interval"
    assert found["ratio"][0] == pytest.approx(44 / 30)
    assert found["break_even_years"][0] == 2.0  # 6 - 6: the sum is nil in the second year
    assert found["first_paying_year"][0] == 2.0
    assert found["days"] == (-14.0, -21.0, -7.0)
    published = {"figure": "f", "measure": "persons", "value": -35, "unit": "", "ids": [], "claim": ""}
    case = {"published": [published]}
    assert beside(case, found)["verdict"].tolist() == ["hit"]
    written = " ".join(axes.get_title(loc="left") for axes in draw(table, "X", "da").axes)
    assert "mio. kr." in written


@pytest.mark.parametrize(
    ("published", "model", "word"),
    [(10, (9.0, 8.0, 11.0), "hit"), (10, (5.0, -2.0, 12.0), "too uncertain"), (10, (8.0, 7.5, 8.5), "near"),
     (10, (2.0, 1.0, 3.0), "miss"), (0, (1.0, -1.0, 3.0), "hit"), (1, (float("nan"),) * 3, "not known")],
)  # fmt: skip
def test_a_miss_is_called_one(published: float, model: tuple[float, float, float], word: str) -> None:
    assert verdict(published, *model) == word


def test_a_case_of_too_few_people_has_no_interval() -> None:
    """400 persons on the benefits are 20 simulated ones at scale 0.05 and 12 at 0.03."""
    people = pd.DataFrame(
        {"line": ["persons", "persons in neighbouring municipalities"], "baseline": [400.0, 9.0]}
    )
    assert not of_too_few(people, 0.05)
    assert of_too_few(people, 0.03)


def test_near_municipalities_can_be_reached() -> None:
    around = near(HILLEROED)
    assert municipality_code("Allerød") in around
    assert HJOERRING not in around
    assert HILLEROED not in around


def test_the_command_needs_a_measure(tmp_path: Path) -> None:
    from jobvej.cli.invest import invest

    with pytest.raises(InputError, match="--municipality and --what"):
        invest(out=tmp_path)
