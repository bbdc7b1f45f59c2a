"""The committed reference table is of the targets as they are now, and near them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from calibration.fit import COLUMNS, Fit, reference_table, write_reference
from calibration.moments import Observed
from calibration.targets import load_targets


def test_a_reference_comes_back_as_it_was_written(tmp_path: Path) -> None:
    words = ("F106", "Dagpenge", "Dagpenge", "stock(group=dagpenge)", "persons", "2023-12")
    row = (*words, 73_600.0, 3_680.0, 80_960.0, 2.0, 10.0, "near")
    written = Fit(
        pd.DataFrame([row], columns=list(COLUMNS)), pd.DataFrame(), {}, Observed(pd.DataFrame(), 2025)
    )
    write_reference(written, tmp_path / "fit.csv")
    found = reference_table(tmp_path / "fit.csv")
    assert found is not None
    pd.testing.assert_frame_equal(found, written.table)


def test_no_reference_is_none(tmp_path: Path) -> None:
    assert reference_table(tmp_path / "fit.csv") is None


def test_the_committed_reference_has_todays_targets() -> None:
    found = reference_table()
    assert found is not None
    assert dict(zip(found["id"], found["data"], strict=True)) == pytest.approx(
        {name: target.value for name, target in load_targets().items()}
    )


def test_the_unreformed_world_stays_near_denmark() -> None:
    found = reference_table()
    assert found is not None
    rows = found.set_index("id")
    stocks = [name for name, target in load_targets().items() if target.group == "stocks"]
    assert len(stocks) >= 12
    off = 100 * (rows["model"] / rows["data"] - 1)
    assert off[stocks].abs().max() <= 15
    assert abs(rows["model"] - rows["data"])["level-unemployment_rate"] <= 0.5
    assert abs(off["F232"]) <= 20
