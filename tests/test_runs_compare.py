"""Differences, intervals, winners and displacement against numbers worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from runs_fake_world import REFORMS, REQUEST, FakeWorld

from reforms import compare, summary
from reforms.effects import difference
from reforms.results import Comparison
from reforms.summary import displacement, in_short, summarise, weeks_won_and_lost, winners_and_losers
from sim.errors import InputError
from sim.runs.plan import BASELINE, Scenario, make_plan
from sim.runs.tables import to_table, write_table
from sim.stats.interval import NO_INTERVAL

KEYS = ["period", "measure"]


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(REFORMS, quiet=True, make_world=FakeWorld, **REQUEST)


def test_nothing_gives_exactly_zero_in_every_cell(comparison: Comparison) -> None:
    for frame in (comparison.differences, comparison.ledger_differences, comparison.summary):
        rows = frame[frame["scenario"] == "nothing"]
        assert len(rows) > 10
        assert (rows["difference"] == 0).all()
    rows = comparison.winners[comparison.winners["scenario"] == "nothing"]
    assert (rows[["winners", "losers", "weeks_supported", "weeks_employed"]] == 0).all(axis=None)


def test_a_reform_moves_what_it_changes_and_nothing_else(comparison: Comparison) -> None:
    rows = comparison.differences[comparison.differences["scenario"] == "refund-change"]
    moved = rows.groupby("measure")["difference"].agg(lambda values: (values != 0).any())
    assert moved.to_dict() == {"stock": False, "gross_benefits": True, "mean_duration": False}
    paid = rows[rows["measure"] == "gross_benefits"]
    assert np.array_equal(paid["difference"], paid["reform"] - paid["baseline"])
    old = comparison.outcomes.set_index(
        ["scenario", "replicate", "period", "municipality", "group", "measure"]
    )
    cell = (1, "2027", 851, "dagpenge", "gross_benefits")
    found = paid.set_index(["replicate", "period", "municipality", "group", "measure"]).loc[cell]
    assert found["baseline"] == old.loc[(BASELINE, *cell), "value"]
    assert found["reform"] == old.loc[("refund-change", *cell), "value"]


def test_undefined_in_both_worlds_is_left_out(comparison: Comparison) -> None:
    durations = comparison.differences.query("measure == 'mean_duration'")
    assert set(durations["group"]) == {"dagpenge"}
    assert not comparison.differences["difference"].isna().any()


def test_difference_of_cells_that_only_one_world_has() -> None:
    baseline = pd.DataFrame({"period": ["2024", "2024", "2025"], "measure": "a", "value": [1.0, np.nan, 3.0]})
    baseline["measure"] = ["a", "b", "a"]
    reform = pd.DataFrame({"period": ["2024", "2024", "2026"], "measure": ["a", "b", "a"]})
    reform["value"] = [1.5, 2.0, 4.0]
    one, other = (pa.Table.from_pandas(frame) for frame in (baseline, reform))
    found = difference(one, other, KEYS, "value").to_pandas().set_index(KEYS)
    assert found.loc[("2024", "a"), "difference"] == 0.5
    assert np.isnan(found.loc[("2024", "b"), "difference"])
    assert found.loc[("2025", "a")].tolist() == [3.0, 0.0, -3.0]
    assert found.loc[("2026", "a")].tolist() == [0.0, 4.0, 4.0]


def pairs(folder: Path, differences: list[float], scale: float = 1.0, level: float = 1000.0) -> pd.DataFrame:
    frames = [
        to_table(
            "differences",
            pd.DataFrame(
                {"period": ["2024"], "municipality": 0, "group": "all", "measure": "stock", "unit": "persons",
                 "baseline": level, "reform": level + value, "difference": value}
            ),
            scenario="x", draw=draw, replicate=0,
        )
        for draw, value in enumerate(differences)
    ]  # fmt: skip
    write_table(folder / "differences.parquet", "differences", frames)
    return summarise(folder / "differences.parquet", [Scenario(BASELINE), Scenario("x")], scale)


def test_the_summary_has_what_the_contract_says(tmp_path: Path) -> None:
    """One pair a draw: nothing is taken out, mean +- t(2 degrees) * sd * sqrt(1 + 1 / 3)."""
    row = pairs(tmp_path, [1.0, 2.0, 3.0]).iloc[0]
    assert (row["draws"], row["pairs"], row["difference"], row["median"]) == (3, 3, 2.0, 2.0)
    for of, t in (("95", 4.302653), ("80", 1.885618)):
        reach = t * 1.0 * np.sqrt(4 / 3)
        assert (row[f"low{of}"], row[f"high{of}"]) == pytest.approx((2.0 - reach, 2.0 + reach), abs=1e-5)
    assert np.isnan(row["share_simulation"])
    # 2 / sqrt(4 / 3) = sqrt(3): of Student's t with two degrees, 1/2 + sqrt(3) / (2 sqrt(2 + 3))
    assert row["p_higher"] == pytest.approx(0.5 + np.sqrt(3) / (2 * np.sqrt(5)))


def test_many_draws_give_their_own_distribution(tmp_path: Path) -> None:
    """0 to 40, stretched by sqrt(1 + 1 / 41) around 20: the k-th of 41 stands at k / 42."""
    row = pairs(tmp_path, [float(value) for value in range(41)]).iloc[0]
    assert (row["draws"], row["difference"], row["median"]) == (41, 20.0, 20.0)
    ends = [20 + (42 * at - 1 - 20) * np.sqrt(42 / 41) for at in (0.1, 0.9, 0.025, 0.975)]
    assert row[["low80", "high80", "low95", "high95"]].tolist() == pytest.approx(ends)


def test_one_pair_gives_no_interval(tmp_path: Path) -> None:
    row = pairs(tmp_path, [5.0]).iloc[0]
    assert row["median"] == 5.0
    assert row[list(NO_INTERVAL)].isna().all()


def test_too_few_people_give_no_interval(tmp_path: Path) -> None:
    """1,000 persons are 20 simulated ones at scale 0.02 and 10 at 0.01."""
    for name, scale, known in (("enough", 0.02, True), ("few", 0.01, False)):
        (tmp_path / name).mkdir()
        row = pairs(tmp_path / name, [1.0, 2.0, 3.0], scale, level=1000.0).iloc[0]
        assert row["median"] == 2.0
        assert row[list(NO_INTERVAL)[:-1]].notna().all() == known


def test_the_terminal_says_how_sure_it_is_and_why_it_is_not(tmp_path: Path) -> None:
    shown = pairs(tmp_path, [100.0, 400.0, 500.0, 600.0], level=9e4)
    said = in_short(shown.assign(group="unemployed_gross"))
    assert "+400.00 persons, gross unemployed, from 90,000.0: likely higher (in" in said
    assert "80 %:" in said
    assert "luck of single runs not taken out" in said
    (tmp_path / "one").mkdir()
    one = in_short(pairs(tmp_path / "one", [73.0], level=9e4).assign(group="unemployed_gross"), scale=0.05)
    assert "+80.00 persons" in one, "of whole simulated persons, twenty each"
    assert "no interval: one pair of runs" in one
    assert "--draws 8 --replicates 2" in one


def test_a_summary_made_a_measure_at_a_time_is_the_same(
    comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "ROWS_AT_ONCE", 1)
    scenarios = [Scenario(name) for name in (BASELINE, *REFORMS)]
    found = summarise(comparison.folder / "differences.parquet", scenarios, comparison.manifest["scale"])
    pd.testing.assert_frame_equal(found, comparison.summary)


def people(scenario: str, weeks: list[int]) -> pd.DataFrame:
    return pd.DataFrame(
        {"scenario": scenario, "person": range(4), "municipality": 101,
         "sex": ["man", "man", "woman", "woman"],
         "birth_year": [1960, 1990, 2000, 2000], "education": "basic", "barrier": "none",
         "start_state": "dagpenge", "weeks_supported": weeks, "weeks_employed": [60 - week for week in weeks]}
    )  # fmt: skip


def test_winners_and_losers_are_the_same_persons_in_two_worlds() -> None:
    plan = make_plan([Scenario(BASELINE), Scenario("x")], scale=0.5, end="2024-W52")
    both = pd.concat([people("x", [9, 10, 20, 20])[::-1], people(BASELINE, [10, 10, 10, 30])])
    found = winners_and_losers(both, plan).set_index(["dimension", "group"])
    assert found.loc[("all", "all"), ["persons", "winners", "losers"]].tolist() == [8.0, 4.0, 2.0]
    assert found.loc[("sex", "man"), "weeks_supported"] == -0.5
    assert found.loc[("sex", "woman"), ["winners", "losers", "weeks_employed"]].tolist() == [2.0, 2.0, 0.0]
    assert found.loc[("age", "60 or over"), "winners"] == 2.0
    assert found.loc[("age", "under 25"), "persons"] == 4.0


def test_weeks_won_and_lost_are_counted_by_band() -> None:
    plan = make_plan([Scenario(BASELINE), Scenario("x")], scale=0.5, end="2024-W52")
    both = pd.concat([people(BASELINE, [10, 10, 60, 30]), people("x", [9, 10, 7, 34])])
    found = weeks_won_and_lost(both, plan)
    everybody = found[found["dimension"] == "all"].set_index("weeks")["persons"]
    assert everybody.to_dict() == {"-104 to -53": 2.0, "-4 to -1": 2.0, "0": 2.0, "1 to 4": 2.0}
    women = found[(found["dimension"] == "sex") & (found["group"] == "woman")]
    assert women[["at_least", "at_most", "persons"]].to_numpy().tolist() == [[-104, -53, 2], [1, 4, 2]]
    for dimension in ("start_state", "age", "barrier", "municipality"):
        assert found.loc[found["dimension"] == dimension, "persons"].sum() == 8.0


def test_displacement_is_exits_won_by_some_and_lost_by_others() -> None:
    rows = [("dagpenge", 0, 40.0), ("sygedagpenge", 0, -10.0), ("unemployed_gross", 0, 40.0)]
    rows.append(("dagpenge", 101, 9.0))  # a municipality, not the country
    summary = pd.DataFrame(rows, columns=["group", "municipality", "difference"])
    found = displacement(summary.assign(scenario="x", period="2024", measure="exits_to_job")).iloc[0]
    assert found[["won", "lost", "net", "displaced"]].tolist() == [40.0, 10.0, 30.0, 0.25]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"reforms": "hedline"}, "Did you mean 'headline'"),
        ({"reforms": ["nothing", "nothing"]}, "asked for 2 times"),
        ({"reforms": "nothing", "scale": 7}, "scale is 7"),
    ],
)
def test_bad_comparisons_are_refused(request_: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        compare(**request_, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()
