"""A file of indices as a path of demand: what it changes, what is refused, and what decides a run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from small_worlds import columns, different, run

from sim.errors import InputError
from sim.rules.demand_paths import demand_digest, demand_path, first_monday
from sim.runs.options import RUN
from sim.runs.plan import BASELINE, Scenario, make_plan
from sim.states import State

HEADER = "month,code,index,value\n"


def written(folder: Path, text: str, header: str = HEADER) -> str:
    path = folder / "demand.csv"
    path.write_text(header + text, encoding="utf-8")
    return str(path)


def test_a_month_begins_with_the_week_of_its_first_thursday() -> None:
    assert first_monday("2025-01") == date(2024, 12, 30)  # Thursday 2 January
    assert first_monday("2024-03") == date(2024, 3, 4)  # 1 March is a Friday: Thursday is the 7th
    assert first_monday("2026-10") == date(2026, 9, 28)  # Thursday 1 October


def test_an_index_is_a_dated_change(tmp_path: Path) -> None:
    path = written(tmp_path, "2024-03,0,job_losses,1.2\n2024-05,Hele landet,job_losses,1\n")
    (change,) = demand_path(path)
    assert change.parameter == "demand.job_loss_index"
    assert change.municipalities is None
    assert change.values == ((date(2024, 3, 4), 1.2), (date(2024, 4, 29), 1.0))


def test_a_municipality_has_its_own_lines_and_the_others_the_countrys(tmp_path: Path) -> None:
    path = written(tmp_path, "2024-03,0,job_losses,1.2\n2024-03,Silkeborg,job_losses,1.4\n")
    found = {change.municipalities: change.values[0][1] for change in demand_path(path)}
    assert found[frozenset({740})] == 1.4
    (others,) = [codes for codes in found if codes and len(codes) == 97]
    assert found[others] == 1.2
    assert 740 not in others


def test_an_index_of_jobs_becomes_growth_and_ends_with_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "2024-02,0,jobs,100\n2025-02,0,jobs,101\n")
    (change,) = demand_path(path)
    assert change.parameter == "demand.job_growth"
    first, last = change.values
    assert first[1] == pytest.approx(0.00995, rel=0.03)  # ln 1.01 over a year and six days
    assert last == (first_monday("2025-02"), 0.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2024-03,0,job_loses,1.2\n", "Did you mean 'job_losses'?"),
        ("2024-03,0,job_losses,-1\n", "above 0"),
        ("2024-03,0,job_losses,x\n", "a number such as"),
        ("2024Q1,0,job_losses,1\n", "a month such as"),
        ("2024-03,RAR Hovedstaden,job_losses,1\n", "no municipality"),
        ("2024-03,0,job_losses\n", "expected 4 fields"),
        ("2024-03,0,job_losses,1\n2024-03,0,job_losses,1\n", "stands twice"),
        ("2024-03,0,jobs,1\n2024-03,0,job_growth,0\n", "twice; leave one out"),
        ("", "no line of data"),
    ],
)
def test_what_is_wrong_is_refused_with_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=r"demand\.csv") as refused:
        demand_path(written(tmp_path, text))
    assert said in str(refused.value)


def test_other_columns_are_refused_when_the_plan_is_made(tmp_path: Path) -> None:
    path = written(tmp_path, "2024-03,1\n", header="month,value\n")
    with pytest.raises(InputError, match="expected month, code, index, value"):
        make_plan([Scenario(BASELINE)], RUN.but(demand=path))


def test_what_is_in_the_file_decides_a_run_not_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    text = "2024-03,0,job_losses,1.2\n"
    one, same = written(tmp_path / "a", text), written(tmp_path / "b", text)
    assert demand_digest(one) == demand_digest(same)
    before = demand_digest(one)
    assert demand_digest(written(tmp_path / "a", text.replace("1.2", "1.3"))) != before
    assert demand_digest("flat") == "flat"


def test_an_index_of_one_is_flat_demand_to_the_byte(tmp_path: Path) -> None:
    flat = run(scale=0.002)
    same = run(scale=0.002, demand=written(tmp_path, "2024-01,0,job_losses,1\n2024-01,0,vacancies,1\n"))
    assert not different(columns(flat), columns(same))


def test_more_job_loss_gives_more_people_on_dagpenge(tmp_path: Path) -> None:
    flat = run(end="2024-W26")
    more = run(end="2024-W26", demand=written(tmp_path, "2024-01,0,job_losses,1.5\n"))
    assert (
        more.world.tally.stock[:, State.DAGPENGE].sum()
        > 1.1 * flat.world.tally.stock[:, State.DAGPENGE].sum()
    )
