"""The chain: reckoned by hand where it is reckoned, read and refused, a link replaced, zero for nothing."""

from __future__ import annotations

import json
import math
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sealed_results import sealed

from jobvej.cli import main
from reforms.chain.carried import Moved, carried
from reforms.chain.links import COUNTED, HOMES, SHARE, STAGES, evidence_of
from reforms.chain.make import COLUMNS, _hires, _with_share
from reforms.chain.read import chosen, read_chain
from reforms.chain.replaced import parse, replace
from reforms.chain.shown import WIDTH, as_text
from reforms.results import compare

REFORM = "no-focus-targets"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison of two years, in the second of which a reform holds."""
    out = tmp_path_factory.mktemp("chain") / "results"
    asked: dict[str, Any] = {"start": "2025-W40", "end": "2026-W40", "scale": 0.005, "quiet": True}
    compare(["nothing", REFORM, "cut-3bn"], out=out, workers=1, **asked)
    return out


def ran(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as leave:
        main([str(each) for each in arguments])
    printed = capsys.readouterr()
    return int(leave.value.code or 0), printed.out, printed.err


# what is reckoned


def test_who_is_added_moves_on_as_everybody_in_the_state_does() -> None:
    """A tenth of the first state goes to the second a week, and a fifth of the second leaves."""
    persons, moves = np.array([100.0, 50.0]), np.array([[0.0, 30.0], [0.0, 0.0]])
    year = Moved(persons, moves, outflow=np.array([30.0, 30.0]), weeks=3)
    assert year.weekly == pytest.approx(np.array([[0.9, 0.1], [0.0, 0.8]]))
    (found,) = carried([year], [np.array([10.0, 0.0])])
    first, second = np.array([10.0, 0.0]), np.array([19.0, 1.0])
    third = np.array([19.0 * 0.9 + 10.0, 19.0 * 0.1 + 0.8])
    assert found == pytest.approx((first + second + third) / 3)


def test_nobody_added_is_nobody_and_a_year_goes_on_where_the_last_ended() -> None:
    year = Moved(np.array([10.0, 0.0]), np.zeros((2, 2)), np.zeros(2), weeks=2)
    nobody, some = np.zeros(2), np.array([1.0, -1.0])
    assert [each.tolist() for each in carried([year, year], [nobody, nobody])] == [[0, 0], [0, 0]]
    found = carried([year, year], [some, nobody])
    assert [each.tolist() for each in found] == [[1.5, -1.5], [2.0, -2.0]]


def local(
    measure: str, group: str, baseline: float, reform: float, municipality: int = 101
) -> dict[str, Any]:
    return {
        "draw": 0, "replicate": 0, "period": "2026", "municipality": municipality, "group": group,
        "measure": measure, "baseline": baseline, "reform": reform,
    }  # fmt: skip


def test_hires_before_displacement_are_the_new_hazards_at_the_old_chances() -> None:
    """In 101 hazards rise and chances fall; in 147 hazards stay; students lose by chances alone."""
    rows = [
        local("job_offers_normal", "dagpenge", 100.0, 110.0),
        local("job_offers", "dagpenge", 90.0, 96.0),
        local("job_offers_lost", "dagpenge", 10.0, 12.0),
        local("job_offers_normal", "dagpenge", 50.0, 50.0, 147),
        local("job_offers", "dagpenge", 50.0, 45.0, 147),
        local("job_offers_lost", "dagpenge", 0.0, 0.0, 147),
        local("job_finding", "all", 1.0, 0.8),
        local("job_finding", "all", 1.0, 1.0, 147),
        local("exits_to_job", "education", 200.0, 160.0),
        local("exits_to_job", "education", 100.0, 100.0, 147),
    ]
    found = _hires(pd.DataFrame(rows))
    assert found is not None
    told = {name: [float(side.iloc[0][name]) for side in found] for name in ("dagpenge", "education")}
    assert told["dagpenge"] == pytest.approx([130.0, 110.0 * 80.0 / 100.0 + 50.0, 84.0 + 45.0])
    assert told["education"] == pytest.approx([300.0, 300.0, 260.0])


def test_the_share_taken_is_that_of_persons_in_work() -> None:
    def table(won: float, kept: float) -> pd.DataFrame:
        names = ["persons.in_work.before_displacement", "persons.in_work", SHARE]
        rows = pd.DataFrame({"link": names, "difference": [won, kept, 0.0], "year": "2026"})
        return _with_share(rows.assign(after=0.0, low=0.0, high=0.0)).set_index("link")

    assert table(1000.0, 400.0).at[SHARE, "after"] == pytest.approx(0.6)
    assert table(0.0, 0.0).at[SHARE, "after"] == 0.0
    assert math.isnan(table(0.0, 5.0).at[SHARE, "after"])


# evidence


def test_every_link_has_the_evidence_of_mechanisms_or_is_accounting() -> None:
    for link in COUNTED:
        assert evidence_of(link.homes)
        assert (evidence_of(link.homes) == "accounting") == (link.homes == ()), link.name
        assert link.stage in STAGES
    for homes in HOMES.values():
        assert evidence_of(homes)
    names = [link.name for link in COUNTED]
    assert len(set(names)) == len(names)
    assert "E07" in evidence_of(("matching",))
    with pytest.raises(ValueError, match="no_such_file"):
        evidence_of(("no_such_file",))


# a comparison


def test_a_reform_that_changes_nothing_changes_no_link(folder: Path) -> None:
    table = read_chain(folder)
    nothing = table[table["scenario"] == "nothing"]
    assert set(nothing["stage"]) == set(STAGES)
    assert (nothing["difference"] == 0.0).all()
    assert (nothing["after"] == nothing["before"]).all()


def test_the_chain_says_what_the_summary_says(folder: Path) -> None:
    table = chosen(read_chain(folder), REFORM).set_index("link")
    summary = pd.read_parquet(folder / "summary.parquet")
    year = table["year"].iloc[0]
    cells = summary[(summary["scenario"] == REFORM) & (summary["municipality"] == 0)]
    cells = cells[cells["period"] == year].set_index(["measure", "group"])
    for link, cell in (
        ("posts.caseworkers", ("caseworkers", "all")),
        ("duration.temporary_support", ("mean_duration", "temporary_support")),
        ("weeks.self_support", ("self_support_weeks", "all")),
        ("persons.in_work", ("stock", "employed")),
        ("persons.disability_pension", ("stock", "foertidspension")),
    ):
        for mine, theirs in (("before", "baseline"), ("after", "reform"), ("difference", "difference")):
            assert table.at[link, mine] == pytest.approx(cells.at[cell, theirs], rel=1e-9), link
    weeks = table.at["weeks.self_support", "before"] / table.at["persons.self_supporting", "before"]
    # the run ends in week 40 of the 53 of 2026: so much of a year of 365.25 days
    counted = 40 / 53 * 365.25 / 7
    assert weeks == pytest.approx(counted)
    rate, persons = (table.at[name, "before"] for name in ("exit_rate.dagpenge.job", "persons.in_work"))
    jobs = cells.at[("exits_to_job", "dagpenge"), "baseline"]
    jobs -= cells.at[("returns_to_own_job", "dagpenge"), "baseline"]
    stock = cells.at[("stock", "dagpenge"), "baseline"]
    assert rate == pytest.approx(jobs / (stock * 40 / 53), rel=1e-3)
    assert persons > 1e6
    benefits = table.at["kroner.benefits", "difference"] + table.at["kroner.taxes", "difference"]
    net = table.at["kroner.net.public", "difference"]
    assert benefits + table.at["kroner.effort", "difference"] == pytest.approx(net, abs=1e-6)


def test_expected_hires_are_near_those_that_happened(folder: Path) -> None:
    """Hires to be expected of hazards and tightness, against moves to a job that are no returns: 3 sd."""
    table = chosen(read_chain(folder), "nothing").set_index("link")
    summary = pd.read_parquet(folder / "summary.parquet")
    cells = summary[(summary["scenario"] == "nothing") & (summary["municipality"] == 0)]
    cells = cells[(cells["period"] == table["year"].iloc[0]) & (cells["measure"] == "exits")]
    happened = cells.set_index("group").at["temporary_support>job", "baseline"]
    assert table.at["hires.clients", "before"] == pytest.approx(
        happened, abs=3 * math.sqrt(happened * 0.005) / 0.005
    )


def test_it_is_printed_in_80_columns_and_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text, _ = ran(capsys, "chain", folder, "--all")
    assert code == 0
    assert max(map(len, text.splitlines())) <= WIDTH
    for heading in STAGES.values():
        assert text.count(f"\n{heading}\n") == 3
    money = [line.split("DKK m")[0] for line in text.splitlines() if re.search(r"\d DKK m\b", line)]
    assert len(money) > 3
    assert all(len(re.findall(r"[\d,]+\.\d", line)) <= 1 for line in money), "of money only the difference"
    code, text, _ = ran(capsys, "chain", folder, "--json")
    rows = json.loads(text)
    assert code == 0
    assert {"scenario", "link", "before", "after", "unit", "evidence"} <= set(rows[0])
    assert {row["scenario"] for row in rows} == {"nothing", REFORM, "cut-3bn"}
    keys = [(row["scenario"], row["link"]) for row in rows]
    assert len(set(keys)) == len(keys)
    assert all(row["evidence"] and row["unit"] for row in rows)


# replacing a link


def of_cut(folder: Path) -> pd.DataFrame:
    return chosen(read_chain(folder), "cut-3bn")


def test_the_value_that_is_there_changes_nothing(folder: Path) -> None:
    rows = of_cut(folder)
    for link in ("chance.dagpenge", "exit_rate.sygedagpenge.own_employer", SHARE):
        value = float(rows.set_index("link").at[link, "after"])
        found = replace(rows, folder, parse(f"{link}={value!r}"))
        assert found.loc[found["mark"] == ">", "link"].tolist() == [link]
        assert not (found["mark"] == "*").any()
        assert found["difference"].to_numpy() == pytest.approx(rows["difference"].to_numpy(), nan_ok=True)


def test_it_is_linear_downstream(folder: Path) -> None:
    rows = of_cut(folder)
    old = rows.set_index("link")
    at = float(old.at["exit_rate.dagpenge.job", "after"])
    once, twice = (
        replace(rows, folder, parse(f"exit_rate.dagpenge.job={at + step}")).set_index("link")
        for step in (0.1, 0.2)
    )
    for link in ("persons.in_work", "persons.temporary_benefits", "weeks.self_support", "kroner.net.public"):
        first = once.at[link, "difference"] - old.at[link, "difference"]
        second = twice.at[link, "difference"] - old.at[link, "difference"]
        assert first != 0.0
        assert second == pytest.approx(2 * first, rel=1e-6), link
    assert once.at["persons.in_work", "difference"] > old.at["persons.in_work", "difference"]
    assert once.at["duration.dagpenge", "mark"] == ""
    assert once.at["hours.total", "mark"] == ""


def test_another_share_taken_is_what_is_won_less_that_share(folder: Path) -> None:
    rows = of_cut(folder)
    if not rows.set_index("link").at[SHARE, "after"]:
        pytest.skip("displacement takes nobody here")
    found = replace(rows, folder, parse(f"{SHARE}=0.25")).set_index("link")
    won = found.at["persons.in_work.before_displacement", "difference"]
    assert found.at["persons.in_work", "difference"] == pytest.approx(0.75 * won, rel=1e-6)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (("--reform", "cut3bn"), "has no reform 'cut3bn'.*Did you mean 'cut-3bn'"),
        (("--year", "2050"), "has no year '2050'; expected 2025, 2026"),
        (("--replace", f"{SHARE}=1"), "--replace needs one reform"),
        (("-r", "cut-3bn", "--replace", "x"), "expected LINK=VALUE"),
        (("-r", "cut-3bn", "--replace", "chance.dagpenge=nan"), "expected LINK=VALUE"),
        (("-r", "cut-3bn", "--replace", "chance.dagpenge=1.5"), "from 0 to 1"),
        (("-r", "cut-3bn", "--replace", "chance.dagpeng=0.1"), "Did you mean 'chance.dagpenge'"),
        (("-r", "cut-3bn", "--replace", "hours.total=1"), "cannot be replaced"),
    ],
)
def test_what_it_cannot_show_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], asked: tuple[str, ...], message: str
) -> None:
    code, _, said = ran(capsys, "chain", folder, *asked)
    assert code == 2
    assert pd.Series([said]).str.contains(message).all(), said


def test_folders_without_a_chain_are_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(place: Path) -> str:
        code, _, said = ran(capsys, "chain", place)
        assert code == 2
        return said

    assert "no folder" in refused(tmp_path / "nowhere")
    assert "no finished results" in refused(tmp_path)
    shutil.copy(folder / "manifest.json", tmp_path)
    assert "no comparison" in refused(tmp_path)
    shutil.copy(folder / "differences.parquet", tmp_path)
    assert "writes no chain" in refused(tmp_path)
    read_chain(folder).drop(columns="evidence").to_parquet(tmp_path / "chain.parquet")
    sealed(tmp_path)
    assert "columns of another version (lacks evidence;" in refused(tmp_path)


def test_a_table_read_is_the_table_written(folder: Path) -> None:
    table = read_chain(folder)
    assert tuple(table.columns) == COLUMNS
    assert set(table["scenario"]) == {"nothing", REFORM, "cut-3bn"}
    assert "in self-support" in as_text(chosen(table, "nothing"))
