"""Effects by scale: the error of a mean over pairs of runs, and which scales agree."""

import numpy as np
import pandas as pd
import pytest

from reforms.invariance import agreement, as_markdown, errors_of

CELL = {"reform": "a", "measure": "stock", "group": "employed", "year": 2030}


def _rows(*rows: tuple[float, int, float, float], **cell: object) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["scale", "pairs", "variance", "effect"])
    return frame.assign(baseline=100.0, **{**CELL, **cell})


def test_a_single_pair_has_the_error_that_the_other_scales_imply() -> None:
    """2 of the municipalities, 0.5 a whole population of people: 52 at 1 %, 12 at 5 %, 2.5 at scale 1."""
    effects = _rows((0.01, 16, 52.0, 1.0), (0.05, 8, 12.0, 1.0), (1.0, 1, np.nan, 1.0))
    expected = [np.sqrt(52 / 16), np.sqrt(12 / 8), np.sqrt(2.5)]
    assert errors_of(effects) == pytest.approx(expected, rel=1e-9)


def test_a_variance_that_grows_with_the_scale_is_the_municipalities() -> None:
    """No part of people below zero: then the error of a pair is the same at each scale."""
    effects = _rows((0.01, 3, 1.0, 1.0), (1.0, 3, 5.0, 1.0))
    errors = errors_of(effects)
    assert errors[0] == pytest.approx(errors[1])
    assert errors[0] > 0


def test_cells_without_a_variance_have_no_error_and_without_any_difference_none_is_needed() -> None:
    assert np.isnan(errors_of(_rows((0.01, 1, np.nan, 1.0), (1.0, 1, np.nan, 1.0)))).all()
    assert (errors_of(_rows((0.01, 4, 0.0, 0.0), (1.0, 1, np.nan, 0.0))) == 0).all()


def test_scales_agree_within_three_errors_and_a_tenth_is_told_where_it_can_be() -> None:
    effects = pd.concat(
        [
            _rows((0.01, 1, np.nan, 104.0), (1.0, 1, np.nan, 100.0), group="near").assign(se=[3.0, 4.0]),
            _rows((0.01, 1, np.nan, 120.0), (1.0, 1, np.nan, 100.0), group="far").assign(se=[3.0, 4.0]),
            _rows((0.01, 1, np.nan, -9.0), (1.0, 1, np.nan, 5.0), group="noise").assign(se=[3.0, 4.0]),
            _rows((0.01, 1, np.nan, 0.0), (1.0, 1, np.nan, 0.0), group="same").assign(se=[0.0, 0.0]),
            _rows((0.01, 1, np.nan, 1.0), (1.0, 1, np.nan, 0.0), group="exact").assign(se=[0.0, 0.0]),
            _rows((0.01, 1, np.nan, np.nan), (1.0, 1, np.nan, 1.0), group="nobody").assign(se=[0.0, 0.0]),
        ]
    )
    found = agreement(effects).set_index("group")
    assert found["se_apart"].to_dict() == {"near": 5.0, "far": 5.0, "noise": 5.0, "same": 0.0, "exact": 0.0}
    assert found["agrees"].to_dict() == {
        "near": True,
        "far": False,
        "noise": True,
        "same": True,
        "exact": False,
    }
    assert found["near"].to_dict()["near"]
    assert not found["near"].to_dict()["far"]
    assert not found.loc["noise", "measurable"]
    assert found.loc["near", "measurable"]


def test_the_page_lists_what_lies_furthest_apart() -> None:
    effects = _rows((0.01, 4, 1.0, 50.0), (0.05, 4, 0.2, 10.0), (1.0, 1, np.nan, 10.0))
    effects["se"] = errors_of(effects)
    drift = pd.DataFrame(
        {
            "state": ["dagpenge"] * 3,
            "scale": [0.01, 0.05, 1.0],
            "published": 100.0,
            "drift": 0.0,
            "largest": 0.1,
        }
    )
    tables = {"effects": effects, "drift": drift, "agreement": agreement(effects)}
    page = as_markdown(tables, {0.01: 4, 0.05: 4, 1.0: 1})
    furthest = page.split("## Furthest apart")[1].split("##")[0]
    assert "| 1% | +50 | +10 |" in furthest
    assert "| 5% |" not in furthest
    assert "1 of 2 cells" in page
