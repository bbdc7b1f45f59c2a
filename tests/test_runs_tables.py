"""The stored form of a run's tables: pieces and whole are the same rows, sorted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.runs import tables
from sim.states import STATES
from sim.vocabulary import BARRIERS, EDUCATIONS


def people(n: int) -> pd.DataFrame:
    """People in any order, with names as categories."""
    rng = np.random.default_rng(5)

    def names(known: tuple[str, ...]) -> pd.Categorical:
        return pd.Categorical.from_codes(rng.integers(0, len(known), n), categories=list(known))

    return pd.DataFrame(
        {
            "person": rng.permutation(n).astype(np.uint32),
            "municipality": rng.integers(101, 200, n).astype(np.int32),
            "sex": names(("man", "woman")),
            "birth_year": rng.integers(1960, 2008, n).astype(np.int16),
            "education": names(EDUCATIONS),
            "barrier": names(BARRIERS),
            "start_state": names(STATES),
            "weeks_supported": rng.integers(0, 500, n).astype(np.int32),
            "weeks_employed": rng.integers(0, 500, n).astype(np.int32),
        }
    )


def test_people_stored_piece_by_piece_are_the_people_stored_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = people(1_000)
    whole = tables.table_from(tables.frame_bytes("people", frame, scenario="a", draw=0, replicate=1))
    monkeypatch.setattr(tables, "ROWS_A_GROUP", 64)
    pieces = tables.table_from(tables.frame_bytes("people", frame, scenario="a", draw=0, replicate=1))
    assert pieces["person"].num_chunks > 10
    assert pieces.to_pandas().equals(whole.to_pandas())
    plain = frame.sort_values("person", ignore_index=True)
    for name in ("municipality", "sex", "barrier", "start_state", "weeks_employed"):
        assert whole[name].to_pylist() == plain[name].tolist()
    assert set(whole["scenario"].to_pylist()) == {"a"}
