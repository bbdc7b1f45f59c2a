"""Finding, writing, comparing and checking reforms from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jobvej.cli import main
from reforms import load
from reforms.differences import differences
from reforms.reform import THEMES


def jobvej(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    with pytest.raises(SystemExit) as leave:
        main(arguments)
    printed = capsys.readouterr()
    assert (leave.value.code or 0) == code, printed.err
    return printed.err if code else printed.out


def names(capsys: pytest.CaptureFixture[str], *arguments: str) -> set[str]:
    return {row["name"] for row in json.loads(jobvej(capsys, "reforms", "list", *arguments, "--json"))}


def test_every_theme_has_a_heading_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    for lang, at in (("en", 0), ("da", 1)):
        lines = jobvej(capsys, "reforms", "list", "--lang", lang).splitlines()
        headings = {line.strip() for line in lines if line.startswith("  ") and line[2] != " "}
        assert headings <= {labels[at] for labels in THEMES.values()}
        assert len(headings) > 3


def test_the_list_is_searched_in_both_languages_and_by_what_is_changed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert names(capsys, "--search", "fokusmålene tilsyn") >= {"no-focus-targets"}
    assert "cut-3bn" not in names(capsys, "--search", "fokusmålene")
    assert "cut-3bn" in names(capsys, "--search", "planned_saving_mio_kr")
    assert "cut-3bn" in names(capsys, "--theme", "savings")
    assert "refund-change" not in names(capsys, "--theme", "savings")
    assert "nothing" in names(capsys, "--author", "jobvej")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--theme", "saving"), "Did you mean 'savings'?"),
        (("--author", "Nobody"), "--author is 'Nobody'"),
        (("--search", "qwertyuiop"), "no reform of the catalogue fits --search 'qwertyuiop'"),
    ],
)
def test_a_list_of_nothing_says_why(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert words in jobvej(capsys, "reforms", "list", *arguments, code=2)


def test_a_new_reform_is_right_as_written_and_never_overwrites(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jobvej(capsys, "reforms", "new", "my-own-idea", "--in", str(tmp_path))
    file = tmp_path / "my-own-idea.yaml"
    assert jobvej(capsys, "reforms", "check", str(file)) == f"{file}: right\n"
    assert load(file).name == "my-own-idea"
    assert file.read_text("utf-8").count("#") > 15
    file.write_text("mine", "utf-8")
    assert "nothing was written" in jobvej(
        capsys, "reforms", "new", "my-own-idea", "--in", str(tmp_path), code=2
    )
    assert file.read_text("utf-8") == "mine"
    assert "small letters" in jobvej(capsys, "reforms", "new", "My Idea", "--in", str(tmp_path), code=2)
    assert "no folder" in jobvej(capsys, "reforms", "new", "x", "--in", str(tmp_path / "no"), code=2)


def test_a_difference_to_the_baseline_is_the_reform_by_date(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(jobvej(capsys, "reforms", "diff", "baseline", "cut-3bn", "--json"))
    of_steps = [row for row in rows if row["parameter"] == "staffing.planned_saving_mio_kr"]
    assert [(row["from"], row["a"], row["b"]) for row in of_steps] == [
        ("2026-01-01", 0, 600),
        ("2027-01-01", 0, 1200),
        ("2028-01-01", 0, 1800),
        ("2029-01-01", 0, 2400),
        ("2030-01-01", 0, 3000),
    ]
    # A saving in steps now says what they come to, too: municipalities may save ahead of them.
    (in_full,) = [row for row in rows if row not in of_steps]
    assert (in_full["parameter"], in_full["from"], in_full["b"]) == (
        "staffing.saving_in_full_mio_kr", "2026-01-01", 3000,
    )  # fmt: skip
    assert {(row["unit"], row["municipalities"]) for row in rows} == {("million kr. a year", "all")}
    assert "change the same numbers" in jobvej(capsys, "reforms", "diff", "cut-3bn", "cut-3bn+nothing")


HEAD = "name: here\ntitle: Here\nauthor: Me\nsummary: Here\nwhy: Because\nsource: {title: Me}\nchanges:\n"


def written(folder: Path, changes: str) -> str:
    path = folder / "here.yaml"
    path.write_text(HEAD + changes, encoding="utf-8")
    return str(path)


def test_a_difference_in_some_municipalities_and_for_some_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(
        tmp_path,
        "  - parameter: contact.interviews_first_26_weeks[dagpenge]\n    values: {2027-01-01: 1}\n"
        "    until: 2028-01-01\n    municipalities: [Hjørring, 101]\n",
    )
    found = differences(file, "baseline")
    assert [(each.day.year, each.first == each.second, each.municipalities) for each in found] == [
        (2027, False, (101, 860)),
        (2028, True, (101, 860)),
    ]
    assert "in København, Hjørring" in jobvej(capsys, "reforms", "diff", file, "baseline")


@pytest.mark.parametrize(
    ("changes", "options", "line", "words"),
    [
        (
            "  - parameter: staffing.planned_saving_mio_kr\n    values: {2027-01-01: 5, 2028-01-01: 5}\n",
            (),
            8,
            "the step of 2028-01-01 never takes effect",
        ),
        (
            "  - parameter: casework.rules_minutes_per_case_week\n    values: {2027-01-01: 3}\n"
            "  - parameter: casework.rules_minutes_per_case_week\n    operation: multiply\n"
            "    values: {2027-01-01: 1}\n",
            (),
            10,
            "the change never takes effect",
        ),
        (
            "  - parameter: casework.pooling_share\n    operation: multiply\n    values: {2027-01-01: 0.5}\n"
            "  - parameter: casework.pooling_share\n    operation: multiply\n    values: {2027-01-01: 0.9}\n",
            (),
            11,
            "is changed twice from 2027-01-01: here and at reform 'here' at ",
        ),
        (
            "  - parameter: casework.pooling_share\n    values: {2027-01-01: 0.5, 2033-01-01: 0.6}\n",
            ("--from", "2024-W01", "--to", "2030-W52"),
            8,
            "2033-01-01: 0.6 comes after the run ends (2030-12-29)",
        ),
        (
            "  - parameter: casework.pooling_share\n    values: {2021-01-01: 0.5}\n    until: 2023-01-01\n",
            ("--from", "2024-W01"),
            8,
            "is over before the run begins (2024-01-01)",
        ),
        (
            "  - parameter: casework.pooling_share\n    values: {2027-01-01: 0.5}\n"
            "    municipalities: [Hjøring]\n",
            (),
            10,
            "unknown municipality 'Hjøring'. Did you mean 'Hjørring'?",
        ),
    ],
)
def test_check_catches(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    changes: str,
    options: tuple[str, ...],
    line: int,
    words: str,
) -> None:
    file = written(tmp_path, changes)
    with pytest.raises(SystemExit):
        main(["reforms", "check", file, *options])
    printed = capsys.readouterr()
    (found,) = [text for text in (printed.out + printed.err).splitlines() if words in text]
    assert f"{file}:{line}: " in found


def test_check_has_nothing_against_the_headlines_in_their_time(capsys: pytest.CaptureFixture[str]) -> None:
    said = jobvej(capsys, "reforms", "check", "headline", "--from", "2024-W01", "--to", "2030-W52")
    assert said == "headline: right\n"


def test_a_run_that_ends_before_it_begins_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("reforms", "check", "headline", "--from", "2026-W01", "--to", "2025-W01")
    assert "--from is 2026-W01" in jobvej(capsys, *asked, code=2)
