"""What readers of text files, options and extracts take, and what they refuse, with file and line."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.experiments.library import load as load_trial
from calibration.jobindsats import read_extract
from reforms.check import check
from reforms.frontier.design import axis
from reforms.load import load
from sim.calendar import Week
from sim.data import municipality_code, municipality_names
from sim.errors import InputError
from sim.parameters.document import parse_document
from sim.plain_numbers import plain_number
from sim.runs.options import RUN
from sim.runs.settings import parse_settings

REFORM = """\
name: {name}
title: Fewer rules
author: An analyst
summary: Some municipalities are freed from rules.
why: Hours are freed (mechanism contact).
source: {{title: A proposal, publisher: An analyst, year: 2026, url: "https://example.org"}}
changes:
  - parameter: casework.rules_minutes_per_case_week
    operation: multiply
    values: {{{day}: {value}}}
    municipalities: {places}
"""


def reform(folder: Path, **said: object) -> Path:
    usual = {"name": "fewer-rules", "day": "2026-01-01", "value": "0.6", "places": "[101]"}
    path = folder / "reform.yaml"
    path.write_text(REFORM.format(**{**usual, **said}), encoding="utf-8")
    return path


def read(text: str) -> Any:
    return parse_document(text, "some.yaml").content


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0740", 740), ("0617", 617), ("+12", 12), ("-3", -3), ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0),
        ("1_0", "1_0"), ("1:30", "1:30"), ("190:20:30", "190:20:30"), ("0x1F", "0x1F"), ("0b11", "0b11"),
        ("0o17", "0o17"), ("=10", "=10"), ("１０", "１０"), ("٣", "٣"), (".inf", ".inf"), (".NaN", ".NaN"),
        ("yes", "yes"), ("off", "off"), ("true", True), ("~", None), ("2026-02-03", date(2026, 2, 3)),
    ],
)  # fmt: skip
def test_a_number_is_what_is_written_or_stays_text(written: str, value: object) -> None:
    found = read(f"a: {written}")["a"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("written", ["1_0", "1:30", "0x1F", "=0.5", "０.５", ".inf", "yes", "1e999"])
def test_what_is_no_plain_number_is_refused_with_the_text_as_written(tmp_path: Path, written: str) -> None:
    with pytest.raises(InputError, match=r"reform\.yaml:10: ") as refused:
        load(reform(tmp_path, value=written))
    assert written in str(refused.value)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: !!int ''", 2, "tag '!!int'"), ("a: !!python/object:os.system x", 1, "tag '!!python"),
        ("a: !own 3", 1, "tag '!own'"), ("- !<tag:example.org,2000:x> y", 1, "tag"),
        ("a: 1\nb: &b [*b]", 2, "inside what it repeats"),
        ("a: &x {b: {c: *x}}", 1, "inside what it repeats"),
        ("a: *nobody", 1, "undefined alias"),
        ("a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "\n".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 10)}]" for i in range(8)
        ), 1, "too much"),
        ("a: " + "[" * 3000, 1, "levels deep"), ("a: " + "{b: " * 100, 1, "levels deep"),
        ("? " * 500, 1, "levels deep"), ("\n".join(" " * i + "a:" for i in range(60)), 20, "levels deep"),
        ("a: 1\nb: 9" + "0" * 400, 2, "beyond any number"), ("a: 1e400", 1, "beyond any number"),
        ('a: 1\nb: "x\\0"', 2, "U+0000"), ('a: "\\x1b[31m"', 1, "U+001B"), ("a: \x07", 1, "U+0007"),
        ('a: "\\ud800"', 1, "U+D800"), ('a: "\u202egnorw"', 1, "U+202E"),
        ("%YAML 1.1\n---\na: 010", 1, "directive"), ("a: 1\n---\na: 2", 2, "another document"),
        ("a: 1\na: 2", 2, "stands twice"), ("? [a, b]\n: 1", 1, "a key must be"),
        ("a: 2026-02-30", 1, "impossible"),
    ],
)  # fmt: skip
def test_what_no_file_means_is_refused_at_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(InputError) as refused:
        read(text)
    assert words in refused.value.message
    assert refused.value.line == line
    assert len(str(refused.value)) < 300


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab0179-:,[]{}&*!%#?|>'\"\\\n\t .=_~é²１\x07\u202e"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    refused = None
    try:
        read(text)
    except InputError as problem:
        refused = problem
    assert refused is None or refused.line is not None


@given(st.integers(-(10**14), 10**14), st.integers(0, 3))
def test_whole_numbers_are_decimal_whatever_zeros_stand_before(number: int, zeros: int) -> None:
    sign = "-" if number < 0 else ""
    assert plain_number(f"{sign}{'0' * zeros}{abs(number)}") == number


def test_codes_with_a_zero_before_are_those_municipalities(tmp_path: Path) -> None:
    found = load(reform(tmp_path, places="[0740, '0360', 0550, 223]")).changes[0].municipalities
    assert found == frozenset({740, 360, 550, 223})


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Copenhagen", 101), ("Københavns Kommune", 101), ("Århus", 751), ("Nordfyn", 480), ("0101", 101),
        (" 751", 751), ("Hjorring", 860), ("Hoeje Taastrup", 169), ("Åbenrå", 580), ("aabenraa", 580),
        (unicodedata.normalize("NFD", "Tårnby"), 185), (unicodedata.normalize("NFD", "Rødovre"), 175),
        (860, 860),
    ],
)  # fmt: skip
def test_municipalities_are_read_alike_everywhere(tmp_path: Path, said: object, code: int) -> None:
    assert municipality_code(said) == code
    quoted = f'["{said}"]' if isinstance(said, str) else f"[{said}]"
    assert load(reform(tmp_path, places=quoted)).changes[0].municipalities == frozenset({code})
    if isinstance(said, str):
        (found,) = load(f"mass-layoff:10-in-{said}@2026-W10").changes
        assert found.municipalities == frozenset({code})


def test_every_municipality_is_found_by_its_name_and_its_genitive() -> None:
    for code, name in municipality_names().items():
        for said in (name, f"{name} Kommune", f"{name}s Kommune", name.upper()):
            assert municipality_code(said) == code


@pytest.mark.parametrize("said", ["１０１", "²", "1_01", "101.0", "00101", "", "x" * 5000, "10l"])
def test_what_is_no_municipality_is_refused(said: str) -> None:
    with pytest.raises(InputError, match="unknown municipality") as refused:
        municipality_code(said)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("value", ["1_0", "０.5", "nan", "inf", "-inf", "0x1", "=1", "1e400", "9" * 40])
def test_settings_are_numbers_as_written(value: str) -> None:
    with pytest.raises(InputError):
        parse_settings([f"ordinary_hours.earnings_kept_share={value}"])


@pytest.mark.parametrize(
    "spec",
    [
        "cut:2bn@0000", "cut:2bn@1000-9999", "cut:２bn", "refund:80/40/30/²", "mass-layoff:800-in-²@2026-W10",
        "mass-layoff:800-in-Lolland@9999-W52", "mass-layoff:800-in-Lolland@0001-W01", "cut:2bn@９999",
        "interviews:every-１-weeks", "a" * 5000, "+".join(["cut-3bn"] * 2000), "../../etc/passwd", "a\0b",
    ],
)  # fmt: skip
def test_variants_at_the_ends_of_the_calendar_are_refused(spec: str) -> None:
    with pytest.raises(InputError) as refused:
        load(spec)
    assert len(str(refused.value)) < 600


@pytest.mark.parametrize("label", ["9999-W52", "0001-W01", "２024-W01", "2024-W01\n2", "2024-W54", "2024W01"])
def test_weeks_that_cannot_be_meant_are_refused(label: str) -> None:
    with pytest.raises(InputError):
        Week.parse(label)


@pytest.mark.parametrize(
    "text",
    ["0,1e-7,...,4", "0,1,...,inf", "0,nan,2", "0,1_0", "0,１", "...,1,2", "0,1,...", "0,1,...,3,4", "0"],
)
def test_axes_that_cannot_be_meant_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="--cut"):
        axis(text, "--cut", 9.0)


@pytest.mark.parametrize(
    "option",
    [
        {"scale": "0.01"}, {"scale": float("nan")}, {"scale": True}, {"seed": -1}, {"seed": 2**63},
        {"seed": 1.5},
        {"seed": "1"}, {"replicates": 10**9}, {"draws": 10**6}, {"draws": None}, {"workers": 0},
        {"end": 2026},
        {"start": None}, {"demand": 3}, {"settings": 3}, {"settings": [3]}, {"settings": {"a": "x"}},
        {"switched_off": "nobody"}, {"switched_off": 3}, {"executor": 3}, {"quiet": "no"},
        {"end": "2199-W01"},
        {"branching": 1},
    ],
)  # fmt: skip
def test_options_are_checked_in_python_as_on_the_command_line(option: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        RUN.but(**option)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "baseline"}, "run without reforms"), ({"name": "/../../x"}, "small letters"),
        ({"name": "a" * 300}, "at most 80"), ({"name": "A"}, "small letters"),
        ({"day": "2031-06-01"}, "changes nothing between"), ({"day": "1066-01-01"}, "expected a year"),
        ({"places": "[]"}, "list of names"), ({"places": "[Atlantis]"}, "unknown municipality"),
    ],
)  # fmt: skip
def test_check_refuses_what_a_comparison_refuses(tmp_path: Path, change: dict[str, str], words: str) -> None:
    findings = check([reform(tmp_path, **change)])
    assert any(each.severity == "error" and words in str(each) for each in findings)


def test_a_change_between_two_mondays_never_takes_effect(tmp_path: Path) -> None:
    path = reform(tmp_path, day="2024-02-06")
    path.write_text(path.read_text("utf-8") + "    until: 2024-02-12\n", "utf-8")
    assert "never takes effect" in str(check([path])[0])
    path.write_text(path.read_text("utf-8").replace("2024-02-12", "2024-02-13"), "utf-8")
    assert check([path]) == []
    last = check([reform(tmp_path, day="2024-03-27")], end=Week.parse("2024-W13").monday)
    assert "changes nothing between" in str(last[0])


def test_a_proposal_that_cannot_be_run_is_no_right_reform() -> None:
    (finding,) = check(["six-cities-one-purpose-clause"])
    assert finding.severity == "error"
    assert "cannot be run" in str(finding)


def test_a_value_set_for_good_names_what_it_undoes(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    text = REFORM.format(name="x", day="2024-07-01", value=21000, places="all")
    text = text.replace("casework.rules_minutes_per_case_week", "benefits.dagpenge_max_kr_month")
    path.write_text(text.replace("operation: multiply", "operation: set"), "utf-8")
    (doubt,) = check([path])
    assert doubt.severity == "warning"
    assert "21092 from 2025-01-01; 22041 from 2026-01-01" in str(doubt)


TRIAL = (Path(__file__).parents[1] / "calibration" / "trials" / "lost-meeting.yaml").read_text("utf-8")
TRIAL = TRIAL.replace("window:\n  - 13\n  - 26", "window: [13, 26]").replace(
    "states:\n  - dagpenge", "states: [dagpenge]"
)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("name: lost-meeting", "name: /../../escaped", "small letters"),
        ("replicates: ", "replicates: -", "replicates"),
        ("follow_up: 78", "follow_up: 0", "follow_up"), ("follow_up: 78", "follow_up: 1000000", "follow_up"),
        ("window: [13, 26]", "window: [26, 13]", "window"),
        ("window: [13, 26]", "window: [0, 1000000]", "window"),
        ("window: [13, 26]", "window: [13, 26]\n  age: [200, 300]", "age"),
        ("window: [13, 26]", "window: [13, 26]\n  regions: [Atlantis]", "unknown 'Atlantis'"),
        ("window: [13, 26]", "window: [13, 26]\n  regions: []", "empty list"),
        ("window: [13, 26]", "window: [13, 26]\n  municipalities: []", "empty list"),
        ("window: [13, 26]", "window: [-1, 26]", "window"),
        ("follow_up: 78", "follow_up: 78\nwarm_up: -13", "warm_up"),
        ("states: [dagpenge]", "states: []", "empty list"),
    ],
)  # fmt: skip
def test_trials_that_cannot_be_meant_are_refused_with_file_and_line(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    path = tmp_path / "trial.yaml"
    assert old in TRIAL
    path.write_text(TRIAL.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError, match=r"trial\.yaml:\d+: ") as refused:
        load_trial(path)
    assert words in str(refused.value)


HEAD = "code;month;measure;unit;value\n"
PEOPLE = "101;2024-01;gross_unemployed;full-time persons;"
SHARE = "101;2024-01;gross_unemployment_rate;percent of labour force;"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (PEOPLE + "3.1", 3.1), (PEOPLE + "3,1", 3.1), (PEOPLE + "1.234,5", 1234.5),
        (PEOPLE + "1,234.5", 1234.5),
        (PEOPLE + "1.234.567", 1234567), (PEOPLE + "87654.5", 87654.5), (PEOPLE + "1 234,5", 1234.5),
        (SHARE + "4.125", 4.125), (SHARE + "4,125", 4.125), (PEOPLE + "0.125", 0.125),
        (PEOPLE + "12345", 12345),
    ],
)  # fmt: skip
def test_the_decimal_mark_is_judged_number_by_number(tmp_path: Path, line: str, value: float) -> None:
    for text in (HEAD + line, (HEAD + line).replace(";", "\t")):
        path = tmp_path / "e.csv"
        path.write_text(text, "utf-8")
        assert read_extract(path)["value"].tolist() == [value]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HEAD + PEOPLE + "80.123", 2), (HEAD + PEOPLE + "1.2.3.4", 2), (HEAD + SHARE + "4000", 2),
        (HEAD + SHARE + "101", 2), (HEAD + PEOPLE + "9000000", 2), (HEAD + PEOPLE + "-1", 2),
        (HEAD + PEOPLE + "１", 2), (HEAD + PEOPLE + "nan", 2), (HEAD + PEOPLE + "1_0", 2),
        (HEAD + PEOPLE + "1e3", 2),
        ('"code"x,month,measure,unit,value\n101,2023-08,gross_unemployed,full-time persons,5', 1),
        ("OMRÅDE;TID;INDHOLD\nKøbenhavn;2024M01;12345", 1), ("Område;Periode;Antal\nLæsø;2024M01;..", 1),
    ],
)  # fmt: skip
def test_impossible_extracts_are_refused_at_their_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "e.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as refused:
        read_extract(path)
    assert refused.value.line == line


def test_two_dots_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text(HEAD + PEOPLE + "..", "utf-8")
    assert read_extract(path)["value"].isna().all()


def test_a_reform_without_changes_is_refused_wherever_it_is_asked_for(tmp_path: Path) -> None:
    path = reform(tmp_path)
    path.write_text(path.read_text("utf-8").split("changes:")[0] + "changes: []\n", "utf-8")
    with pytest.raises(InputError, match=r"reform\.yaml:7: 'changes': found none"):
        load(path)
    (finding,) = check([path])
    assert finding.severity == "error"
    assert load("nothing").changes == ()


def test_a_trials_change_of_no_component_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    old = "    value: 10\n    reason"
    assert old in TRIAL
    path.write_text(TRIAL.replace(old, "    value: {}\n    reason", 1), "utf-8")
    with pytest.raises(InputError, match=r"trial\.yaml:\d+: .*expected a number, or one for each component"):
        load_trial(path)


def test_a_table_of_a_header_alone_is_refused_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "y01a02.csv"
    path.write_text("Område;Periode;Antal fuldtidspersoner\n", "utf-8")
    with pytest.raises(InputError, match=r"y01a02\.csv:1: the table has no line below its header"):
        read_extract(path)
