"""Tables of Jobindsats and StatBank as those sites hand them out: what is read, left out and refused."""

from __future__ import annotations

import json
import math
import unicodedata
from pathlib import Path

import pytest

from jobvej.cli import main
from sim.data import municipality_names
from sim.data_in.files import import_files, read_extract, read_file, read_folder
from sim.data_in.months import OtherPeriod, month_of
from sim.data_in.numbers import number
from sim.data_in.places import OtherArea, area_code
from sim.errors import InputError

LONG = "Område;Periode;Antal fuldtidspersoner\n"


def file(folder: Path, text: str, name: str = "y60a02.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def read(
    folder: Path, text: str, name: str = "y60a02.csv", encoding: str = "utf-8"
) -> list[tuple[object, ...]]:
    figures = read_file(file(folder, text, name, encoding)).figures
    return [(each.code, each.month, each.measure, each.value) for each in figures]


def test_a_table_of_jobindsats_is_read_and_what_no_run_can_use_is_counted(tmp_path: Path) -> None:
    text = LONG + (
        "Hele landet;2024M03;89.352\nVejle;2024M03;1.234,5\nLæsø;2024M03;..\nRAR Østjylland;2024M03;12.000\n"
        "Region Syddanmark;2024M03;20.000\nVejle;2023QMAT04;15.000\nVejle;2024K1;1.300\n"
    )
    reading = read_file(file(tmp_path, text))
    found = {(each.code, each.month): each.value for each in reading.figures}
    assert found[0, "2024-03"] == 89352
    assert found[630, "2024-03"] == 1234.5
    assert math.isnan(found[825, "2024-03"])
    assert len(found) == 3
    assert reading.left_out["areas other than municipalities and the country"] == 2
    assert reading.left_out["periods that are no months"] == 2


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "cp850", "mac_roman", "utf-16"]
)
@pytest.mark.parametrize("separator", [";", "\t", ","])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_letters_separators_and_line_ends_do_not_matter(
    tmp_path: Path, encoding: str, separator: str, ends: str
) -> None:
    text = LONG + "København;2024M01;9.876\nÆrø;2024M01;54\nÅbenrå;2024M01;700\n"
    written = text.replace(";", separator).replace("\n", ends)
    assert read(tmp_path, written, encoding=encoding) == [
        (101, "2024-01", "kontanthjaelp_all", 9876.0),
        (492, "2024-01", "kontanthjaelp_all", 54.0),
        (580, "2024-01", "kontanthjaelp_all", 700.0),
    ]


def test_a_table_of_statbank_by_code_in_english_and_by_name_with_totals(tmp_path: Path) -> None:
    lines = ("000;TOT;TOT;2024M01;3.1", "0740;TOT;TOT;2024M01;2.4", "084;TOT;TOT;2024M01;3")
    english = "\n".join(["OMRÅDE;ALDER;KØN;TID;INDHOLD", *lines])
    assert read(tmp_path, english, "AUP02.csv") == [
        (0, "2024-01", "gross_unemployment_rate", 3.1),
        (740, "2024-01", "gross_unemployment_rate", 2.4),
    ]
    danish = (
        "OMRÅDE;KØN;TID;INDHOLD\nHele landet;I alt;2024M01;3,1\nHele landet;Mænd;2024M01;3,3\n"
        "Uoplyst kommune;I alt;2024M01;..\n"
    )
    assert read(tmp_path, danish, "aup02_2024.csv") == [(0, "2024-01", "gross_unemployment_rate", 3.1)]


def test_a_wide_table_with_a_title_and_a_source(tmp_path: Path) -> None:
    text = (
        '"Y60A02: kontanthjælp efter område og tid"\n\n"";"";"Jan 2024";"Feb 2024";"2024K1"\n'
        '"I alt";"Hele landet";87.972;88.922;88.447\n"I alt";"Odense";4.100;..;4.100\n'
        '"Kilde: Jobindsats.dk"\n'
    )
    found = read(tmp_path, text, "download.csv")
    assert found[:3] == [
        (0, "2024-01", "kontanthjaelp_all", 87972.0),
        (0, "2024-02", "kontanthjaelp_all", 88922.0),
        (461, "2024-01", "kontanthjaelp_all", 4100.0),
    ]
    assert len(found) == 4


def test_kinds_of_benefit_are_measures_of_their_own(tmp_path: Path) -> None:
    text = "Område;Periode;Ydelsestype;Antal fuldtidspersoner;Fuldtidspersoner i pct. af arbejdsstyrken\n" + (
        "Ribe;2024M01;I alt;1;1\n".replace("Ribe", "Esbjerg")
        + "Esbjerg;2024M01;A-dagpenge;1800;2,9\nEsbjerg;2024M01;Kontanthjælp;200;0,3\n"
    )
    found = read(tmp_path, text, "y25i01.csv")
    assert {row[2]: row[3] for row in found} == {
        "gross_unemployed": 1.0,
        "gross_unemployment_rate": 1.0,
        "gross_unemployed_dagpenge": 1800.0,
        "gross_unemployed_kontanthjaelp": 200.0,
    }


@pytest.mark.parametrize(
    ("text", "name", "line", "words"),
    [
        (LONG + "Silkeborgg;2024M01;5\n", "y60a02.csv", 2, "Did you mean 'Silkeborg'"),
        (LONG + "Vejle;2024M13;5\n", "y60a02.csv", 2, "found month '2024M13'"),
        (LONG + "Vejle;2024M01;12a\n", "y60a02.csv", 2, "found value '12a'"),
        (LONG + "Vejle;2024M01;5;6\n", "y60a02.csv", 2, "found 4 fields, expected 3"),
        (LONG + "Vejle;2024M01;5\n0630;2024M01;6\n", "y60a02.csv", 3, "also stands on line 2"),
        (LONG + "Vejle;2024M01;5\n", "ledige.csv", 1, "--measure"),
        (LONG + "Vejle;2023QMAT04;5\n", "y60a02.csv", 1, "periods that are no months"),
        ("Område;Periode;Antal personer\nVejle;2024M01;5\n", "y60a02.csv", 1, "no column has"),
        ("OMRÅDE;TID;INDHOLD\nVejle;2024M01;12345\n", "AUP02.csv", 2, "impossible for gross_"),
        ("Område;Køn;Periode;Antal\nVejle;Mænd;2024M01;5\n", "y60a02.csv", 1, "'Køn=Mænd'"),
        ('Område;"Periode;Antal\nVejle;2024M01;5\n', "y60a02.csv", 2, "not CSV"),
        ("navn;tal\nVejle;5\n", "y60a02.csv", 1, "neither an extract"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_file_and_line(
    tmp_path: Path, text: str, name: str, line: int, words: str
) -> None:
    with pytest.raises(InputError) as refused:
        read_file(file(tmp_path, text, name))
    assert (refused.value.line, refused.value.file) == (line, str(tmp_path / name))
    assert words in refused.value.message


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("80.123", ",", 80123), ("80.123", ".", 80.123), ("80,123", ",", 80.123), ("80,123", ".", 80123),
        ("3.1", ",", 3.1), ("3,1", ".", 3.1), ("1.234,5", ".", 1234.5), ("1 234", None, 1234),
        ("1\u00a0234,5", None, 1234.5), ("1'234.5", None, 1234.5), ("0,125", None, 0.125),
    ],
)  # fmt: skip
def test_a_number_is_judged_by_its_marks_then_by_those_of_the_table(
    text: str, mark: str | None, value: float
) -> None:
    assert number(text, 7e6, mark) == value


def test_the_other_numbers_of_a_table_say_what_its_marks_mean(tmp_path: Path) -> None:
    english = LONG + "Vejle;2024M01;9.876\nOdense;2024M01;1234.5\n"
    assert [row[3] for row in read(tmp_path, english)] == [9.876, 1234.5]
    danish = LONG + "Vejle;2024M01;9.876\nOdense;2024M01;1234,5\n"
    assert [row[3] for row in read(tmp_path, danish)] == [9876.0, 1234.5]


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2024M01", "2024-01"), ("2024m1", "2024-01"), ("2024-1", "2024-01"), ("202401", "2024-01"),
        ("2024-01-01", "2024-01"), ("01-2024", "2024-01"), ("januar 2024", "2024-01"),
        ("Jan. 2024", "2024-01"),
        ("OKT 2023", "2023-10"), ("October 2023", "2023-10"), ("2023 maj", "2023-05"),
        ("2023 May", "2023-05"),
    ],
)  # fmt: skip
def test_months_as_they_are_written(text: str, month: str) -> None:
    assert month_of(text) == month


@pytest.mark.parametrize(
    "text", ["2024", "2024K1", "2024Q4", "2024QMAT01", "2023YMAT12", "2024U07", "1. kvartal 2024"]
)
def test_periods_that_are_no_months_are_known(text: str) -> None:
    with pytest.raises(OtherPeriod):
        month_of(text)


@pytest.mark.parametrize("text", ["2024M00", "24-01", "januarius 2024", "", "2024-13", "x"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a month"):
        month_of(text)


def test_every_municipality_is_read_by_name_code_and_decomposed_letters() -> None:
    for code, name in municipality_names().items():
        assert area_code(name) == area_code(unicodedata.normalize("NFD", name)) == code
        assert area_code(str(code)) == area_code(f"0{code}") == code
    assert area_code("Hele landet") == area_code("000") == 0


@pytest.mark.parametrize(
    "text", ["RAR Bornholm", "Region Nordjylland", "Landsdel Fyn", "084", "11", "Christiansø"]
)
def test_areas_that_are_no_municipality_are_known(text: str) -> None:
    with pytest.raises(OtherArea):
        area_code(text)


def test_an_import_adds_months_and_replaces_revised_figures(tmp_path: Path) -> None:
    out = tmp_path / "mine"
    first = file(tmp_path, LONG + "Vejle;2024M01;900\nOdense;2024M01;..\n")
    done = import_files([(first, read_file(first))], out)
    assert (done.written, done.revised) == ({"kontanthjaelp_all": 2}, {"kontanthjaelp_all": 0})
    second = file(tmp_path, LONG + "Vejle;2024M01;905\nVejle;2024M02;910\n")
    done = import_files([(second, read_file(second))], out)
    assert done.revised == {"kontanthjaelp_all": 1}
    table = read_folder(out).table()
    assert table[["code", "month"]].to_numpy().tolist() == [
        [461, "2024-01"],
        [630, "2024-01"],
        [630, "2024-02"],
    ]
    assert table["value"].tolist()[1:] == [905.0, 910.0]
    assert math.isnan(table["value"][0])
    assert len(json.loads((out / "imported.json").read_text())) == 2
    assert list(read_extract(out / "kontanthjaelp_all.csv").columns) == [
        "code",
        "month",
        "measure",
        "unit",
        "value",
    ]


def test_a_folder_of_extracts_leaves_other_files_alone_and_refuses_two_answers(tmp_path: Path) -> None:
    head = "code,month,measure,unit,value\n"
    file(tmp_path, head + "630,2024-01,kontanthjaelp_all,full-time persons,900\n", "a.csv")
    file(tmp_path, "name,number\nVejle,3\n", "other.csv")
    file(tmp_path, head + "Vejle,2024M01,kontanthjaelp_all,full-time persons,900\n", "b.csv")
    assert len(read_folder(tmp_path).figures) == 1
    file(tmp_path, head + "630,2024-01,kontanthjaelp_all,full-time persons,901\n", "c.csv")
    with pytest.raises(InputError, match=r"c\.csv:2: .* 901 here and 900 in .*a\.csv:2"):
        read_folder(tmp_path)


def test_the_command_says_what_is_wrong_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = file(tmp_path, LONG + "Vejle;2024M01;5\nAtlantis;2024M01;6\n")
    with pytest.raises(SystemExit) as left:
        main(["data", "import", str(wrong), "--out", str(tmp_path / "mine")])
    assert left.value.code == 2
    assert f"{wrong}:3: unknown municipality 'Atlantis'" in capsys.readouterr().err
    assert not (tmp_path / "mine").exists()
