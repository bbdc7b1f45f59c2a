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
from reforms.summary import displacement, summarise, weeks_won_and_lost, winners_and_losers
from sim.errors import InputError
from sim.runs.plan import BASELINE, Scenario, make_plan
from sim.runs.tables import to_table, write_table

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


def pairs(folder: Path, differences: list[float]) -> pd.DataFrame:
    frames = [
        to_table(
            "differences",
            pd.DataFrame(
                {"period": ["2024"], "municipality": 0, "group": "all", "measure": "stock", "unit": "persons",
                 "baseline": 10.0, "reform": 10.0 + value, "difference": value}
            ),
            scenario="x", draw=draw, replicate=0,
        )
        for draw, value in enumerate(differences)
    ]  # fmt: skip
    write_table(folder / "differences.parquet", "differences", frames)
    return summarise(folder / "differences.parquet", [Scenario(BASELINE), Scenario("x")])


def test_few_pairs_give_a_t_interval(tmp_path: Path) -> None:
    row = pairs(tmp_path, [1.0, 2.0, 3.0]).iloc[0]
    reach = 4.302653 * 1.0 * np.sqrt(4 / 3)  # t(2 degrees, 0.975) times sd times sqrt(1 + 1/n)
    assert (row["interval"], row["pairs"], row["difference"]) == ("t", 3, 2.0)
    assert (row["low"], row["high"]) == pytest.approx((2.0 - reach, 2.0 + reach), abs=1e-5)


def test_many_pairs_give_percentiles(tmp_path: Path) -> None:
    row = pairs(tmp_path, [float(value) for value in range(41)]).iloc[0]
    assert (row["interval"], row["pairs"], row["difference"]) == ("percentiles", 41, 20.0)
    assert (row["low"], row["high"]) == (1.0, 39.0)


def test_one_pair_gives_no_interval(tmp_path: Path) -> None:
    row = pairs(tmp_path, [5.0]).iloc[0]
    assert row["interval"] == "none"
    assert np.isnan(row["low"])


def test_a_summary_made_a_measure_at_a_time_is_the_same(
    comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "ROWS_AT_ONCE", 1)
    scenarios = [Scenario(name) for name in (BASELINE, *REFORMS)]
    found = summarise(comparison.folder / "differences.parquet", scenarios)
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
