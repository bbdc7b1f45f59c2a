"""Extracts such as a user brings from Jobindsats."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from calibration.jobindsats import MEASURES, against, read_extract, yearly
from sim.errors import InputError
from sim.outcomes import measures

HEADER = "code,month,measure,unit,value\n"
LINE = "101,2023-08,gross_unemployed,full-time persons,14000\n"


def extract(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "extract.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_an_extract_is_read_and_a_hidden_number_is_missing(tmp_path: Path) -> None:
    text = HEADER + LINE + "825,2023-08,gross_unemployed_kontanthjaelp,full-time persons,\n"
    found = read_extract(extract(tmp_path, text))
    assert found["code"].tolist() == [101, 825]
    assert found["value"].iloc[0] == 14000
    assert np.isnan(found["value"].iloc[1])


def test_a_danish_spreadsheets_csv_is_read(tmp_path: Path) -> None:
    text = "\ufeffvalue;code;month;measure;unit\n1.234,5;0;2023-08;kontanthjaelp_all;full-time persons\n"
    found = read_extract(extract(tmp_path, text))
    assert found.loc[0].tolist() == [0, "2023-08", "kontanthjaelp_all", "full-time persons", 1234.5]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"extract.csv:1: the extract is empty"),
        (HEADER, r"extract.csv:2: .*no line of data"),
        ("code,month,mesure,unit,value\n", r"extract.csv:1: unknown column 'mesure'.*'measure'"),
        ("code,month,measure,unit\n", r"extract.csv:1: no column 'value'"),
        (HEADER + LINE + LINE, r"extract.csv:3: .*also stands on line 2"),
        (HEADER + LINE.replace("101", "999"), r"extract.csv:2: unknown municipality '999'"),
        (
            HEADER + LINE.replace("2023-08", "2023-13"),
            r"extract.csv:2: found month '2023-13'.*such as 2023-08",
        ),
        (
            HEADER + LINE.replace("gross_unem", "gros_unem"),
            r"extract.csv:2: unknown measure.*gross_unemployed'",
        ),
        (HEADER + LINE.replace("full-time persons", "persons"), r"found unit 'persons'.*'full-time persons'"),
        (HEADER + LINE.replace("14000", "fourteen"), r"extract.csv:2: found value 'fourteen'"),
        (
            HEADER + LINE.replace("14000", "-1"),
            r"extract.csv:2: found value '-1', expected a number from 0 up",
        ),
        (HEADER + "101,2023-08\n", r"extract.csv:2: expected 5 fields"),
        (HEADER + LINE.strip() + ",7\n", r"extract.csv:2: expected 5 fields"),
    ],
)
def test_what_is_wrong_is_refused_with_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_extract(extract(tmp_path, text))


def test_a_missing_file_and_a_workbook_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read the file"):
        read_extract(tmp_path / "none.csv")
    file = tmp_path / "book.csv"
    file.write_bytes(b"PK\x03\x04rest")
    with pytest.raises(InputError, match="Excel workbook"):
        read_extract(file)


def months(tmp_path: Path, numbers: list[str]) -> pd.DataFrame:
    lines = [
        f"101,2024-{m:02d},gross_unemployed_dagpenge,full-time persons,{v}\n"
        for m, v in enumerate(numbers, start=1)
    ]
    return read_extract(extract(tmp_path, HEADER + "".join(lines)))


def test_only_complete_years_have_a_mean(tmp_path: Path) -> None:
    full = yearly(months(tmp_path, ["100"] * 6 + ["200"] * 6))
    assert full[["year", "code", "value"]].to_numpy().tolist() == [[2024, 101, 150.0]]
    assert yearly(months(tmp_path, ["100"] * 11)).empty
    assert yearly(months(tmp_path, ["100"] * 11 + [""])).empty


def test_an_extract_beside_a_world(tmp_path: Path) -> None:
    world = pd.DataFrame(
        [("2024", 101, "dagpenge", "stock", 165.0), ("2025", 101, "dagpenge", "stock", 1.0)],
        columns=["period", "municipality", "group", "measure", "value"],
    )
    found = against(months(tmp_path, ["150"] * 12), world)
    assert found[["year", "code", "data", "model"]].to_numpy().tolist() == [[2024, 101, 150.0, 165.0]]
    assert found["deviation_pct"].tolist() == pytest.approx([10.0])


def test_counterparts_are_cells_of_outcomes() -> None:
    pairs = [series.counterpart for series in MEASURES.values() if series.counterpart]
    assert len(pairs) >= 4
    for measure, group in pairs:
        assert group in measures.MEASURES[measure].groups
