"""What pairing saves, against numbers worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from sealed_results import sealed

from reforms.pairing import as_markdown, conditions_of, measure_pairing, standard_errors
from sim.errors import InputError
from sim.runs.tables import to_table, write_table


def test_standard_errors_of_pairs() -> None:
    found = standard_errors(np.array([10.0, 20.0, 30.0, 40.0]), np.array([11.0, 22.0, 31.0, 42.0]))
    assert found["effect"] == 1.5
    assert found["se_paired"] == pytest.approx(np.sqrt(1 / 3) / 2)  # differences 1, 2, 1, 2
    assert found["se_unpaired"] == pytest.approx(np.sqrt((500 / 3 + 521 / 3) / 4))  # squares about the means
    assert found["runs_saved"] == pytest.approx(found["ratio"] ** 2)


def test_equal_worlds_have_no_ratio() -> None:
    found = standard_errors(np.array([1.0, 2.0]), np.array([1.0, 2.0]))
    assert (found["effect"], found["se_paired"]) == (0.0, 0.0)
    assert np.isnan(found["ratio"])


def results(folder: Path, pairs: int) -> Path:
    """Return results of the country in two years: no effect in the first, 3 or 4 weeks in the second."""
    worlds = [
        to_table("outcomes", frame_of(replicate, effect), scenario=name, draw=0, replicate=replicate)
        for name, effect in (("baseline", 0.0), ("x", 3.0))
        for replicate in range(pairs)
    ]
    folder.mkdir()
    write_table(folder / "outcomes.parquet", "outcomes", worlds)
    asked = {"replicates": pairs, "draws": 1, "scale": 0.01, "from": "2025-W01", "to": "2026-W52"}
    (folder / "manifest.json").write_text(json.dumps(asked), encoding="utf-8")
    return sealed(folder)


def frame_of(luck: int, effect: float) -> pd.DataFrame:
    values = [10.0 + luck, 10.0 + luck + (effect + luck % 2 if effect else 0.0)]
    return pd.DataFrame(
        {"period": ["2025", "2026"], "municipality": 0, "group": "unemployed_gross",
         "measure": "mean_duration", "value": values, "unit": "weeks"}
    )  # fmt: skip


def test_the_pairing_of_a_comparison(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds 2 pairs of runs; a standard error needs 4"):
        measure_pairing(results(tmp_path / "few", 2))
    folder = results(tmp_path / "many", 4)
    table = measure_pairing(folder).set_index("period")
    assert table.loc["2025", "se_paired"] == 0
    assert table.loc["2026", "effect"] == 3.5
    assert table.loc["2026", "se_paired"] == pytest.approx(np.sqrt(1 / 3) / 2)
    assert table.loc["2026", "se_unpaired"] == pytest.approx(np.sqrt((5 / 3 + 8 / 3) / 4))  # 13, 15, 15, 17
    text = as_markdown(table.reset_index(), conditions_of(folder))
    assert "(4 replicates, scale 0.01, 2025-W01 to 2026-W52)" in text
    assert "| x | 2026 | mean duration of unemployment, weeks | 3.5 | 0.29 | 1 | 3.6 | 13 |" in text
    assert "2025 |" not in text
    assert "reached in 0 of 1 cells" in text


def test_results_without_a_reform_are_refused(tmp_path: Path) -> None:
    folder = results(tmp_path / "run", 4)
    baseline = pq.read_table(folder / "outcomes.parquet", filters=[("scenario", "==", "baseline")])
    write_table(folder / "outcomes.parquet", "outcomes", [baseline])
    sealed(folder)
    with pytest.raises(InputError, match="holds no reform beside the baseline"):
        measure_pairing(folder)
