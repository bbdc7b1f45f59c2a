"""The ensemble moves along with the levels, by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from calibration.ensemble import move_ensemble


def test_an_ensemble_moves_along_with_its_levels(tmp_path: Path) -> None:
    """Weighted geometric mean of 1 and 4 with weights a quarter and three quarters: 4 ** 0.75."""
    file = tmp_path / "posterior.csv"
    file.write_text("draw,weight,a.level,search.stigma\n1,0.25,1,0.1\n2,0.75,4,0.2\n", "utf-8")
    move_ensemble({"a.level": 8.0, "b.level": 3.0}, {"a.level": (0.0, 10.0), "b.level": None}, file)
    moved = pd.read_csv(file)
    assert moved["a.level"].tolist() == pytest.approx([8.0 / 4**0.75, 10.0])  # the second at its bound
    assert moved["search.stigma"].tolist() == [0.1, 0.2]
    move_ensemble({"a.level": 8.0}, {"a.level": None}, tmp_path / "nothing.csv")
    assert not (tmp_path / "nothing.csv").exists()
